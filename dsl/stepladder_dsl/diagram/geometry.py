"""Boxes and lines of a picture; y grows downwards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from math import dist

Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
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
        (x, y), (dx, dy) = start, (end[0] - start[0], end[1] - start[1])
        enter, leave = 0.0, 1.0
        for direction, room in (
            (-dx, x - self.left),
            (dx, self.right - x),
            (-dy, y - self.top),
            (dy, self.bottom - y),
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
        left, top, right, bottom = box.left, box.top, box.right, box.bottom
        before = self.path[0]
        for point in self.path:
            (x, y), (next_x, next_y) = before, point
            # Most pieces lie off to one side, and this is asked some hundred thousand times.
            aside = (x <= left and next_x <= left) or (x >= right and next_x >= right)
            aside = aside or (y <= top and next_y <= top) or (y >= bottom and next_y >= bottom)
            if not aside and box.crossed_by(before, point):
                return True
            before = point
        return False

    def meets(self, other: Line) -> bool:
        """Tell whether two lines cross."""
        if not self.bounds.meets(other.bounds):
            return False
        mine, theirs = self.path[::2], other.path[::2]
        return any(
            _cross(start, end, one, two) for start, end in pairwise(mine) for one, two in pairwise(theirs)
        )

    @property
    def halfway(self) -> Point:
        """The point in the middle of the way."""
        points = self.stations(4.0)
        return points[len(points) // 2]

    def moved(self, right: float, down: float) -> Line:
        """Give the line in another place."""
        tip = self.tip[0] + right, self.tip[1] + down
        return line_through([(x + right, y + down) for x, y in self.points], tip)

    def mirrored(self) -> Line:
        """Give the line as in a mirror, left and right exchanged."""
        return line_through([(-x, y) for x, y in self.points], (-self.tip[0], self.tip[1]))

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


def _straightened(points: list[Point], pieces: int = 10) -> Iterator[Point]:
    """Yield points along a cubic spline."""
    yield points[0]
    for index in range(0, len(points) - 3, 3):
        a, b, c, d = points[index : index + 4]
        for step in range(1, pieces + 1):
            t = step / pieces
            u = 1 - t
            yield (
                u**3 * a[0] + 3 * u * u * t * b[0] + 3 * u * t * t * c[0] + t**3 * d[0],
                u**3 * a[1] + 3 * u * u * t * b[1] + 3 * u * t * t * c[1] + t**3 * d[1],
            )


def _cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Tell whether the pieces from a to b and from c to d cross."""
    return _turn(a, b, c) * _turn(a, b, d) < 0 and _turn(c, d, a) * _turn(c, d, b) < 0


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
