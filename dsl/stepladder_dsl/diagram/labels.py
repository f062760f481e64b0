"""Finds places for texts beside lines, where they cover nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import inf

from stepladder_dsl.diagram import style
from stepladder_dsl.diagram.geometry import Box, Line, Point
from stepladder_dsl.diagram.owners import Owners
from stepladder_dsl.diagram.room import Room
from stepladder_dsl.diagram.scene import Arrow

_SIDES = ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (-1, -1), (1, 1), (-1, 1))
"""Where beside a point a label can be: the straight sides first."""


class Labels:
    """Finds free places for labels, one after another."""

    def __init__(
        self, cards: Iterable[Box], lines: Mapping[str, Line], arrows: Iterable[Arrow], frames: Iterable[Box]
    ) -> None:
        self.room = Room(cards)
        self.lines = lines
        self.owners = Owners(lines, arrows)
        self.frames = list(frames)
        self.clashes = 0.0

    def label(self, arrow: Arrow, centre: Point) -> Box:
        """Give a label's box: where graphviz put it, or beside its line where that is free."""
        line = self.lines[arrow.id]
        if line.length > style.LONG_LINE:
            for place in _beside(arrow.width, arrow.height, _near_the_source(line), _DISTANCES[:-1]):
                if not self._clashes(place, arrow.id):
                    self.room.take(place)
                    return place
        first = Box.around(centre, arrow.width, arrow.height)
        others = _beside(arrow.width, arrow.height, _from_the_middle(line), _DISTANCES)
        if _strays(first, line):
            first = next(others, first)
        return self._best(first, others, arrow.id)

    def heading(
        self, frame: Box, inner: Sequence[Box], width: float, height: float, *, from_right: bool
    ) -> Box:
        """Give a heading's box: along the top of its frame, from where reading starts, or else further down.

        Below the top it must not stand in one of the inner frames, or it would be taken for theirs.
        """
        highest = frame.top + style.FRAME_PADDING * 0.6
        first, last = frame.left + style.FRAME_PADDING, frame.right - style.FRAME_PADDING - width
        lefts = [first + 12 * step for step in range(max(int((last - first) // 12), 0) + 1)] + [last]
        if from_right:
            lefts.reverse()
        rows = max(int((frame.bottom - style.FRAME_PADDING - height - highest) // _STEP), 0)
        tops = [highest + _STEP * row for row in range(rows + 1)]
        start, *others = (Box(left, top, left + width, top + height) for top in tops for left in lefts)
        free = (one for one in others if self.room.is_free(one) and not any(map(one.meets, inner)))
        return self._best(start, free, None, down=_LOWER)

    def _best(self, first: Box, others: Iterable[Box], own: str | None, down: float = 1.0) -> Box:
        """Take the first place if it is free, or else the one that clashes least and lies nearest to it.

        A step down or up counts as much as `down` steps aside.
        """
        best, least = first, self._clashes(first, own)
        for place in others if least else ():
            way = abs(place.centre[0] - first.centre[0]) + abs(place.centre[1] - first.centre[1]) * down
            if way / 100 < least:
                weight = self._clashes(place, own, least - way / 100) + way / 100
                if weight < least:
                    best, least = place, weight
        self.room.take(best)
        self.clashes += least
        return best

    def _clashes(self, box: Box, own: str | None, most: float = inf) -> float:
        """Weigh what a label would cover, lines that it may be taken to belong to, a frame's border.

        What weighs more than `most` is of no use, and need not be weighed to the end.
        """
        near = box.grown(style.LABEL_CLEARANCE)
        weight = 0.0
        for other in self.room.meeting(near):
            weight += _COVERING if box.meets(other) else 3
        if weight > most:
            return weight
        tracks, names = self.owners.tracks, self.owners.names
        passing = tracks.crossing(near)
        if passing:
            through = tracks.crossing(box)
            for number in passing:
                weight += 20 if number in through else 3 * (names[number] != own)
        if own is not None and weight <= most:
            look = self.owners.arrows[own].look
            weight += _DOUBT * len(self.owners.rivals(box, own))
            for name in self.owners.near(box, own):
                weight += _MISTAKE if self.owners.arrows[name].look == look else _BEYOND
        cut = sum(frame.meets(near) and not frame.holds(near) for frame in self.frames)
        return weight + _ON_A_BORDER * cut


def _strays(box: Box, line: Line) -> bool:
    """Tell whether a label is so far from its line, cut short by a frame, that nobody sees whose it is."""
    return not line.crosses(box.grown(_DISTANCES[-1]))


_DISTANCES = (4.0, 9.0, 16.0, 26.0)
"""How far from its line a label may be, the last only where nothing else is free."""
_COVERING = 40.0
_ON_A_BORDER = 3.0
_DOUBT = 6.0
"""What each line weighs that a label may be taken to belong to."""
_MISTAKE = 12.0
"""What each weighs in addition that is as near to it as its own."""
_LOWER = 40.0
"""How much worse a heading stands below the top of its frame than aside."""
_BEYOND = 0.0
"""What each weighs that is as near, but looks different: its colour tells it apart."""
_STEP = 12.0
"""How far apart on a line places are looked for."""


def _from_the_middle(line: Line) -> list[Point]:
    """Give points of a line from its middle outwards."""
    points = line.stations(_STEP)
    return [points[n] for n in sorted(range(len(points)), key=lambda n: abs(n - len(points) / 2))]


def _near_the_source(line: Line) -> list[Point]:
    """Give points of a line from its source to a third of it, but none at its very beginning."""
    points = line.stations(_STEP)
    return points[2 : max(len(points) // 3, 3)]


def _beside(width: float, height: float, points: list[Point], distances: tuple[float, ...]) -> Iterator[Box]:
    """Yield places beside points of a line, on both sides, near before far."""
    for distance in distances:
        for x, y in points:
            for across, down in _SIDES:
                centre = x + across * (width / 2 + distance), y + down * (height / 2 + distance)
                yield Box.around(centre, width, height)
