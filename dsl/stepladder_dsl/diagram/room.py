"""What is taken of a picture, found again by place: so that thousands of places can be tried."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise, repeat

from stepladder_dsl.diagram import style
from stepladder_dsl.diagram.geometry import Box, Line, Point

_CELL = 64.0
_THIN = 2.0
"""Up to this width a line is as good as one without any."""
_OF_A_HEAD = 0.6
"""How much of the width of a head counts: it is a triangle."""


class Room:
    """Boxes by the squares that they touch."""

    def __init__(self, boxes: Iterable[Box] = ()) -> None:
        self.squares: dict[tuple[int, int], list[Box]] = {}
        for box in boxes:
            self.take(box)

    def take(self, box: Box) -> None:
        """Say that a place is taken."""
        for square in _squares(box):
            self.squares.setdefault(square, []).append(box)

    def is_free(self, box: Box) -> bool:
        """Tell whether nothing that is taken meets a box."""
        left, top, right, bottom = box
        for square in _squares(box):
            for other_left, other_top, other_right, other_bottom in self.squares.get(square, ()):
                if other_left < right and left < other_right and other_top < bottom and top < other_bottom:
                    return False
        return True

    def meeting(self, box: Box) -> set[Box]:
        """Give what meets a box."""
        return {
            other for square in _squares(box) for other in self.squares.get(square, ()) if other.meets(box)
        }


class Tracks:
    """The short straight pieces of lines by the squares that they touch; lines go by their numbers.

    `widths` says how wide they are drawn; a line without a width is as thin as can be, and its head, too.
    """

    def __init__(self, lines: Sequence[Line], widths: Sequence[float] = ()) -> None:
        self.squares: dict[tuple[int, int], list[tuple[int, Box, float, Point, Point]]] = {}
        for number, (line, width) in enumerate(zip(lines, widths or repeat(0.0), strict=False)):
            *pieces, head = pairwise(line.path)
            reach = width / 2 if width > _THIN else 0.0
            for start, end in pieces:
                self._take(number, start, end, reach)
            self._take(number, *head, style.wing(width) * _OF_A_HEAD if width else 0.0)

    def _take(self, number: int, start: Point, end: Point, reach: float) -> None:
        """Keep a piece of a line that reaches so far to each side."""
        around = box_around(start, end).grown(reach)
        for square in _squares(around):
            self.squares.setdefault(square, []).append((number, around, reach, start, end))

    def crossing(self, box: Box) -> set[int]:
        """Give the numbers of the lines that run through a box."""
        found: set[int] = set()
        left, top, right, bottom = box
        for square in _squares(box):
            for number, (first, highest, last, lowest), reach, start, end in self.squares.get(square, ()):
                # Most pieces lie off to one side, and this is asked some hundred thousand times.
                aside = last <= left or first >= right or lowest <= top or highest >= bottom
                if aside or number in found:
                    continue
                if (box.grown(reach) if reach else box).crossed_by(start, end):
                    found.add(number)
        return found


def box_around(start: Point, end: Point) -> Box:
    """Give the smallest box around a straight piece."""
    return Box(min(start[0], end[0]), min(start[1], end[1]), max(start[0], end[0]), max(start[1], end[1]))


def _squares(box: Box) -> list[tuple[int, int]]:
    left, top, right, bottom = box
    rows = range(int(top // _CELL), int(bottom // _CELL) + 1)
    return [(column, row) for column in range(int(left // _CELL), int(right // _CELL) + 1) for row in rows]
