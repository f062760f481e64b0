"""What is taken of a picture, found again by place: so that thousands of places can be tried."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from stepladder_dsl.diagram.geometry import Box

_CELL = 64.0


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
        return not any(other.meets(box) for square in _squares(box) for other in self.squares.get(square, ()))

    def meeting(self, box: Box) -> set[Box]:
        """Give what meets a box."""
        return {
            other for square in _squares(box) for other in self.squares.get(square, ()) if other.meets(box)
        }


def _squares(box: Box) -> Iterator[tuple[int, int]]:
    for column in range(int(box.left // _CELL), int(box.right // _CELL) + 1):
        for row in range(int(box.top // _CELL), int(box.bottom // _CELL) + 1):
            yield column, row
