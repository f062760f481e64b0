"""Places for the labels of ways that run along the tracks of a grid."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import pairwise
from math import dist, inf

from stepladder_dsl.diagram.geometry import Box, Point
from stepladder_dsl.diagram.owners import Owners
from stepladder_dsl.diagram.room import Room
from stepladder_dsl.diagram.scene import Arrow

_DISTANCES = (3.5, 9.0, 18.0, 30.0)
_STEP = 9.0
_RIVAL = 4.0
"""What a line weighs, against a border through the label, that looks like a label's own and is near, too."""
_BEYOND = 2.0
"""What each line weighs that is as near as its own."""


def free_place(
    arrow: Arrow, corners: list[Point], room: Room, owners: Owners, borders: Collection[Box] = ()
) -> Box | None:
    """Give the free place that is the least doubtful, the first of equals, if any is free."""
    best: Box | None = None
    least = inf
    for place in places_of(arrow, corners):
        if room.is_free(place):
            doubt = _doubt(place, arrow.id, owners, borders)
            if doubt < least:
                best, least = place, doubt
            if not doubt:
                break
    return best


def _doubt(place: Box, own: str, owners: Owners, borders: Collection[Box]) -> float:
    """Weigh lines that a label may be taken to belong to, and borders that run through it."""
    cut = sum(border.meets(place) and not border.holds(place) for border in borders)
    return _RIVAL * len(owners.rivals(place, own)) + _BEYOND * len(owners.near(place, own)) + cut


def places_of(arrow: Arrow, corners: list[Point]) -> Iterator[Box]:
    """Yield places beside the pieces of a way, near before far, the longer pieces of its beginning first."""
    pieces = list(pairwise(corners))
    width, height = arrow.width, arrow.height
    order = sorted(range(len(pieces)), key=lambda n: (dist(*pieces[n]) < width, n))
    for distance in _DISTANCES:
        for number in order:
            yield from _beside((width, height), *pieces[number], distance)


def _beside(size: tuple[float, float], start: Point, end: Point, distance: float) -> Iterator[Box]:
    """Yield places on both sides of a straight piece, from its middle outwards."""
    flat = start[1] == end[1]
    length = dist(start, end)
    width, height = size
    reach = (width if flat else height) / 2
    away = (height if flat else width) / 2 + distance
    count = int((length / 2 + reach) // _STEP)
    x, y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    for step in sorted(range(-count, count + 1), key=abs):
        for side in (-1, 1) if flat else (1, -1):
            shift = step * _STEP
            centre = (x + shift, y + side * away) if flat else (x + side * away, y + shift)
            yield Box.around(centre, width, height)
