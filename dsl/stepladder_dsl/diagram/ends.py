"""Gives every end of a way a place of its own at its card, so that no head lies on another or on a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import dist
from typing import Literal

from stepladder_dsl.diagram import style
from stepladder_dsl.diagram.geometry import Box, Line, Point, line_through
from stepladder_dsl.diagram.outline import lengthened
from stepladder_dsl.diagram.scene import Arrow, Scene

_BESIDE = 4.0
"""How far two ends on one side of a card stay apart, besides their own widths."""
_FROM_CORNER = 3.0
_APPROACH = 80.0
"""How far before its end one sees from where a way comes."""
_REACH = 90.0
"""How much of a way bends when its end moves."""
_WORTH_MOVING = 0.25

_Side = Literal["left", "right", "top", "bottom"]


@dataclass(frozen=True)
class _End:
    """Where a way begins or ends: its place along the side of a card, and whence it comes along that side."""

    arrow: Arrow
    begins: bool
    place: float
    origin: float

    @property
    def half(self) -> float:
        """How much of the side it takes to either side of its place."""
        return self.arrow.thickness / 2 if self.begins else style.wing(self.arrow.thickness)


def spread(scene: Scene, lines: Mapping[str, Line], cards: Mapping[str, Box]) -> dict[str, Line]:
    """Move ends apart that share a place of a card; the ways bend with them."""
    moved = dict(lines)
    for (name, side), ends in _ends_by_side(scene, lines, cards).items():
        for end, place in zip(ends, _places(ends, cards[name], side), strict=True):
            if abs(place - end.place) > _WORTH_MOVING:
                moved[end.arrow.id] = _bent(moved[end.arrow.id], end, place - end.place, side)
    by_id = {card.id: card for card in scene.cards}
    for arrow in scene.arrows:
        if arrow.id in moved and moved[arrow.id] is not lines[arrow.id]:
            tail = None if arrow.from_frame else (by_id[arrow.tail], cards[arrow.tail])
            head = by_id[arrow.head], cards[arrow.head]
            moved[arrow.id] = lengthened(moved[arrow.id], tail, head)
    return moved


def _ends_by_side(
    scene: Scene, lines: Mapping[str, Line], cards: Mapping[str, Box]
) -> dict[tuple[str, _Side], list[_End]]:
    """Give the ends at each side of each card, in the order in which they should stand there."""
    found: dict[tuple[str, _Side], list[_End]] = {}
    for arrow in scene.arrows:
        if arrow.id not in lines:
            continue
        path = lines[arrow.id].path
        if arrow.from_frame is None:
            side = _side_of(path[0], cards[arrow.tail])
            found.setdefault((arrow.tail, side), []).append(_end(arrow, path, side, begins=True))
        side = _side_of(path[-1], cards[arrow.head])
        found.setdefault((arrow.head, side), []).append(_end(arrow, path[::-1], side, begins=False))
    return {at: list(_in_order(ends)) for at, ends in found.items() if len(ends) > 1}


def _end(arrow: Arrow, path: Sequence[Point], side: _Side, *, begins: bool) -> _End:
    along = 0 if side in ("top", "bottom") else 1
    origin = next((point for point in path if dist(point, path[0]) >= _APPROACH), path[-1])
    return _End(arrow, begins, path[0][along], origin[along])


def _side_of(point: Point, box: Box) -> _Side:
    """Give the side of a box that a point is nearest to."""
    away: dict[_Side, float] = {
        "top": abs(point[1] - box.top),
        "bottom": abs(point[1] - box.bottom),
        "left": abs(point[0] - box.left),
        "right": abs(point[0] - box.right),
    }
    return min(away, key=lambda side: away[side])


def _in_order(ends: Iterable[_End]) -> Iterator[_End]:
    """Yield ends by their places; those in one place by whence they come, so that they do not cross."""
    group: list[_End] = []
    for end in sorted(ends, key=lambda end: (end.place, end.origin, end.arrow.id)):
        if group and end.place - group[-1].place >= _apart(group[-1], end):
            yield from _by_origin(group)
            group = []
        group.append(end)
    yield from _by_origin(group)


def _by_origin(ends: list[_End]) -> list[_End]:
    return sorted(ends, key=lambda end: (end.origin, end.place, end.arrow.id))


def _apart(one: _End, other: _End) -> float:
    """Give how far apart two ends have to stand."""
    return one.half + other.half + _BESIDE


def _places(ends: Sequence[_End], box: Box, side: _Side) -> list[float]:
    """Give the places along a side, far enough from each other and as near to the old ones as can be."""
    first, last = (box.left, box.right) if side in ("top", "bottom") else (box.top, box.bottom)
    first, last = first + _FROM_CORNER, last - _FROM_CORNER
    steps = [0.0, *accumulate(_apart(one, other) for one, other in pairwise(ends))]
    room = min((last - first) / steps[-1], 1.0)
    steps = [step * room for step in steps]
    wanted = _rising([end.place - step for end, step in zip(ends, steps, strict=True)])
    return [
        min(max(place, first), last - steps[-1]) + step for place, step in zip(wanted, steps, strict=True)
    ]


def _rising(values: Iterable[float]) -> Iterator[float]:
    """Yield the numbers nearest to these of which none is less than the one before it."""
    pools: list[tuple[float, int]] = []
    for value in values:
        total, count = value, 1
        while pools and pools[-1][0] / pools[-1][1] > total / count:
            before, size = pools.pop()
            total, count = total + before, count + size
        pools.append((total, count))
    for total, count in pools:
        yield from [total / count] * count


def _bent(line: Line, end: _End, shift: float, side: _Side) -> Line:
    """Move an end of a line along the side of its card; what is far from there stays."""
    across, down = (shift, 0.0) if side in ("top", "bottom") else (0.0, shift)
    points = list(line.points) if end.begins else list(line.points[::-1])
    ways = accumulate((dist(one, other) for one, other in pairwise(points)), initial=0.0)
    bent = [
        (x + across * part, y + down * part)
        for (x, y), part in zip(points, (max(1 - way / _REACH, 0.0) for way in ways), strict=True)
    ]
    if end.begins:
        return line_through(bent, line.tip)
    return line_through(bent[::-1], (line.tip[0] + across, line.tip[1] + down))
