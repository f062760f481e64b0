"""Boxes and lines of a picture; y grows downwards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from math import dist
from typing import NamedTuple

Point = tuple[float, float]


class Box(NamedTuple):
    """A rectangle; y grows downwards."""

    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def around(cls, centre: Point, width: float, height: float) -> Box:
        """Make the box of that size around a point."""
        x, y = centre
        return cls(x - width / 2, y - height / 2, x + width / 2, y + height / 2)

    @property
    def width(self) -> float:
        """From left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.bottom - self.top

    @property
    def centre(self) -> Point:
        """The point in the middle."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def grown(self, by: float) -> Box:
        """Give the box with a border added on each side."""
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def meets(self, other: Box) -> bool:
        """Tell whether two boxes share more than an edge."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def holds(self, other: Box) -> bool:
        """Tell whether the other box lies inside this one."""
        return (
            self.left <= other.left
            and self.top <= other.top
            and self.right >= other.right
            and self.bottom >= other.bottom
        )

    def moved(self, right: float, down: float) -> Box:
        """Give the box in another place."""
        return Box(self.left + right, self.top + down, self.right + right, self.bottom + down)

    def mirrored(self) -> Box:
        """Give the box as in a mirror, left and right exchanged."""
        return Box(-self.right, self.top, -self.left, self.bottom)

    def joined(self, other: Box) -> Box:
        """Give the smallest box around both."""
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def crossed_by(self, start: Point, end: Point) -> bool:
        """Tell whether a straight line runs through the box (Liang and Barsky's clipping)."""
        left, top, right, bottom = self
        (x, y), (end_x, end_y) = start, end
        # Most lines lie off to one side, and this is asked some hundred thousand times.
        if (x <= left and end_x <= left) or (x >= right and end_x >= right):
            return False
        if (y <= top and end_y <= top) or (y >= bottom and end_y >= bottom):
            return False
        dx, dy = end_x - x, end_y - y
        enter, leave = 0.0, 1.0
        for direction, room in (
            (-dx, x - left),
            (dx, right - x),
            (-dy, y - top),
            (dy, bottom - y),
        ):
            if direction == 0:
                if room <= 0:
                    return False
            elif direction < 0:
                enter = max(enter, room / direction)
            else:
                leave = min(leave, room / direction)
        return enter < leave


@dataclass(frozen=True)
class Line:
    """A placed arrow: Bézier points, the tip of its head, and the same as many short straight pieces."""

    points: tuple[Point, ...]
    tip: Point
    path: tuple[Point, ...] = field(repr=False)
    bounds: Box

    def crosses(self, box: Box) -> bool:
        """Tell whether the line runs through a box."""
        if not self.bounds.meets(box):
            return False
        return any(box.crossed_by(start, end) for start, end in pairwise(self.path))

    def meets(self, other: Line) -> bool:
        """Tell whether two lines cross."""
        if not self.bounds.meets(other.bounds):
            return False
        mine, theirs = self._pieces_in(other.bounds), other._pieces_in(self.bounds)
        return any(_cross(start, end, one, two) for start, end in mine for one, two in theirs)

    def _pieces_in(self, box: Box) -> list[tuple[Point, Point]]:
        """Give the straight pieces, every other point left out, that may run through a box."""
        left, top, right, bottom = box
        return [
            (start, end)
            for start, end in pairwise(self.path[::2])
            if not (
                (start[0] < left and end[0] < left)
                or (start[0] > right and end[0] > right)
                or (start[1] < top and end[1] < top)
                or (start[1] > bottom and end[1] > bottom)
            )
        ]

    def from_border_of(self, box: Box) -> Line:
        """Give what is left of a line from where it first leaves a box; all of it where it never does."""
        for place in range(0, len(self.points) - 1, 3):
            start, one, two, end = self.points[place : place + 4]
            if not _is_in(end, box):
                rest = _second_part(start, one, two, end, box)
                return line_through([*rest, *self.points[place + 4 :]], self.tip)
        return self

    @property
    def halfway(self) -> Point:
        """The point in the middle of the way."""
        points = self.stations(4.0)
        return points[len(points) // 2]

    def moved(self, right: float, down: float) -> Line:
        """Give the line in another place."""
        return Line(
            tuple((x + right, y + down) for x, y in self.points),
            (self.tip[0] + right, self.tip[1] + down),
            tuple((x + right, y + down) for x, y in self.path),
            self.bounds.moved(right, down),
        )

    def mirrored(self) -> Line:
        """Give the line as in a mirror, left and right exchanged."""
        return Line(
            tuple((-x, y) for x, y in self.points),
            (-self.tip[0], self.tip[1]),
            tuple((-x, y) for x, y in self.path),
            self.bounds.mirrored(),
        )

    def stations(self, step: float) -> list[Point]:
        """Give points of the line at even distances."""
        found: list[Point] = []
        since = 0.0
        for (x, y), (next_x, next_y) in pairwise(self.path):
            piece = dist((x, y), (next_x, next_y))
            at = step - since
            while at <= piece:
                part = at / piece
                found.append((x + (next_x - x) * part, y + (next_y - y) * part))
                at += step
            since = (since + piece) % step
        return found or [self.path[len(self.path) // 2]]

    @property
    def length(self) -> float:
        """The way along the line."""
        return sum(dist(start, end) for start, end in pairwise(self.path))


def line_through(points: list[Point], tip: Point) -> Line:
    """Make the line with those Bézier points and that tip."""
    path = (*_straightened(points), tip)
    xs, ys = [x for x, _ in path], [y for _, y in path]
    return Line(tuple(points), tip, path, Box(min(xs) - 1, min(ys) - 1, max(xs) + 1, max(ys) + 1))


def around_all(boxes: Iterable[Box]) -> Box:
    """Give the smallest box around all of them."""
    whole: Box | None = None
    for box in boxes:
        whole = box if whole is None else whole.joined(box)
    return whole or Box(0, 0, 0, 0)


_PIECES = 10
"""How many straight pieces stand for a piece of a spline."""


def _is_in(point: Point, box: Box) -> bool:
    return box.left <= point[0] <= box.right and box.top <= point[1] <= box.bottom


def _second_part(start: Point, one: Point, two: Point, end: Point, box: Box) -> list[Point]:
    """Give the points of a Bézier curve from where it leaves a box, by de Casteljau."""
    inside, outside = 0.0, 1.0
    for _ in range(30):
        t = (inside + outside) / 2
        place = tuple(
            sum(w * point[axis] for w, point in zip(_weights(t), (start, one, two, end), strict=True))
            for axis in (0, 1)
        )
        inside, outside = (t, outside) if _is_in((place[0], place[1]), box) else (inside, t)
    points = [start, one, two, end]
    kept = [end]
    while len(points) > 1:
        points = [_between(a, b, outside) for a, b in pairwise(points)]
        kept.insert(0, points[-1])
    return kept


def _between(a: Point, b: Point, t: float) -> Point:
    return a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t


def _weights(t: float) -> tuple[float, float, float, float]:
    """Give how much each of a spline's four points counts at a part of its way."""
    u = 1 - t
    return u**3, 3 * u * u * t, 3 * u * t * t, t**3


_WEIGHTS = tuple(_weights(step / _PIECES) for step in range(1, _PIECES + 1))


def _straightened(points: list[Point]) -> Iterator[Point]:
    """Yield points along a cubic spline."""
    yield points[0]
    for index in range(0, len(points) - 3, 3):
        (a, up_a), (b, up_b), (c, up_c), (d, up_d) = points[index : index + 4]
        for first, second, third, fourth in _WEIGHTS:
            yield (
                first * a + second * b + third * c + fourth * d,
                first * up_a + second * up_b + third * up_c + fourth * up_d,
            )


def _cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Tell whether the pieces from a to b and from c to d cross."""
    return _turn(a, b, c) * _turn(a, b, d) < 0 and _turn(c, d, a) * _turn(c, d, b) < 0


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
