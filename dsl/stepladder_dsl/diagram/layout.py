"""Places a scene: graphviz decides where things stand, then labels move off the lines they would sit on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from stepladder_dsl.diagram import style
from stepladder_dsl.diagram.dot import START_NODE, cluster_name, dot_text
from stepladder_dsl.diagram.scene import Arrow, Card, Scene

Point = tuple[float, float]


class LayoutError(RuntimeError):
    """The layout could not be made, or lost something on the way."""


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
        return any(box.crossed_by(start, end) for start, end in zip(self.path, self.path[1:], strict=False))


@dataclass(frozen=True)
class Layout:
    """Where everything of a scene stands, by id; labels and headings are the boxes of their texts."""

    cards: dict[str, Box]
    lines: dict[str, Line]
    labels: dict[str, Box]
    frames: dict[str, Box]
    headings: dict[str, Box]
    start: Box | None
    bounds: Box


def lay_out(scene: Scene) -> tuple[Layout, str]:
    """Place the scene in the direction in which it fits a page best; give that direction, too."""
    sideways = "RL" if scene.right_to_left else "LR"
    downwards = _lay_out_towards(scene, "TB")
    best, direction = downwards, "TB"
    if _page_scale(downwards) < 1:
        across = _lay_out_towards(scene, sideways)
        if _page_scale(across) > _page_scale(downwards):
            best, direction = across, sideways
    return best, direction


def run_graphviz(dot: str, output: str) -> str:
    """Give what graphviz's `dot` makes of a text: the one place where it is called."""
    import graphviz
    from graphviz.backend import dot_command

    binary = _dot_binary()
    if binary is not None:
        dot_command.DOT_BINARY = binary
    try:
        return str(graphviz.pipe_string("dot", output, input_string=dot, encoding="utf-8", quiet=True))
    except graphviz.ExecutableNotFound as error:
        raise LayoutError("no graphviz: install the package graphviz-pure, or graphviz itself") from error


@cache
def _dot_binary() -> Path | None:
    """Find the program of the package graphviz-pure; without it a `dot` of the system is asked."""
    import shutil
    from importlib.metadata import PackageNotFoundError, files

    try:
        for file in files("graphviz-pure") or ():
            if file.stem == "graphviz-pure" and file.suffix in ("", ".exe"):
                return Path(str(file.locate())).resolve()
    except PackageNotFoundError:
        pass
    found = shutil.which("graphviz-pure")
    return Path(found) if found else None


def _page_scale(layout: Layout) -> float:
    """Tell how much the picture must shrink to fit the better of both ways to hold a page."""
    box = layout.bounds
    # Some pixels for the heading and the legend.
    return max(min(width / max(box.width, 1), height / (box.height + 120)) for width, height in style.PAGES)


def _lay_out_towards(scene: Scene, direction: str) -> Layout:
    answer = json.loads(run_graphviz(dot_text(scene, direction), "json0"))
    objects = {one["name"]: one for one in answer.get("objects", ())}
    edges = {one["id"]: one for one in answer.get("edges", ())}
    lost = {arrow.id for arrow in scene.arrows} - {name for name, edge in edges.items() if "pos" in edge}
    if lost:
        raise LayoutError(f"graphviz lost {len(lost)} arrows of {scene.process}")
    cards = {
        card.id: Box.around(_point(objects[card.id]["pos"]), card.width, card.height) for card in scene.cards
    }
    lines = {name: _line(edge["pos"]) for name, edge in edges.items()}
    lines.update(_lengthened(scene, lines, cards))
    frames = {frame.id: _frame_box(objects[cluster_name(frame.id)]["bb"]) for frame in scene.frames}
    start = None
    if scene.start is not None:
        start = Box.around(_point(objects[START_NODE]["pos"]), style.START_SIZE, style.START_SIZE)
    placed = _Labels(
        list(cards.values()) + ([start] if start else []), list(lines.values()), list(frames.values())
    )
    headings = {
        frame.id: placed.heading(frames[frame.id], frame.width, frame.height, from_right=scene.right_to_left)
        for frame in scene.frames
    }
    labels = {
        arrow.id: placed.label(arrow, lines[arrow.id], _point(edges[arrow.id]["lp"]))
        for arrow in scene.arrows
        if arrow.rows
    }
    bounds = _around(
        [*cards.values(), *labels.values(), *frames.values(), *(line.bounds for line in lines.values())]
    )
    return Layout(cards, lines, labels, frames, headings, start, bounds.joined(start) if start else bounds)


def _around(boxes: Iterable[Box]) -> Box:
    whole: Box | None = None
    for box in boxes:
        whole = box if whole is None else whole.joined(box)
    return whole or Box(0, 0, 0, 0)


def _point(text: str) -> Point:
    """Read a point; graphviz's y grows upwards, ours downwards."""
    x, y = text.rstrip("!").split(",")
    return float(x), -float(y)


def _frame_box(text: str) -> Box:
    left, bottom, right, top = (float(part) for part in text.split(","))
    return Box(left, -top, right, -bottom)


def _line(text: str) -> Line:
    """Read an edge's position: `e,` and the tip of the head, then the points of a cubic spline."""
    # An edge of several splines exists only in concentrated layouts, which ours are not.
    words = text.split(";", maxsplit=1)[0].split()
    tip = None
    points: list[Point] = []
    for word in words:
        if word.startswith("e,"):
            tip = _point(word[2:])
        elif not word.startswith("s,"):
            points.append(_point(word))
    return _line_through(points, tip or points[-1])


def _line_through(points: list[Point], tip: Point) -> Line:
    path = (*_straightened(points), tip)
    xs, ys = [x for x, _ in path], [y for _, y in path]
    return Line(tuple(points), tip, path, Box(min(xs) - 1, min(ys) - 1, max(xs) + 1, max(ys) + 1))


def _lengthened(scene: Scene, lines: dict[str, Line], cards: dict[str, Box]) -> Iterator[tuple[str, Line]]:
    """Yield the lines drawn on to the outlines of the cards: graphviz ends them some pixels away."""
    by_id = {card.id: card for card in scene.cards}
    ends = [(arrow.id, None if arrow.from_frame else arrow.tail, arrow.head) for arrow in scene.arrows]
    if scene.start is not None:
        ends.append((START_NODE, None, scene.start.id))
    for name, tail, head in ends:
        points, tip = list(lines[name].points), lines[name].tip
        dx, dy = _way_in(tip, points[-1], by_id[head], cards[head])
        tip, points[-1] = (tip[0] + dx, tip[1] + dy), (points[-1][0] + dx, points[-1][1] + dy)
        if tail is not None:
            dx, dy = _way_in(points[0], points[1], by_id[tail], cards[tail])
            points[0] = points[0][0] + dx, points[0][1] + dy
        yield name, _line_through(points, tip)


def _way_in(end: Point, before: Point, card: Card, box: Box) -> Point:
    """Give how far a line's end has to move on, straight ahead, to meet the card."""
    dx, dy = end[0] - before[0], end[1] - before[1]
    length = (dx * dx + dy * dy) ** 0.5
    if length:
        for half_pixels in range(80):
            shift = half_pixels / 2 * dx / length, half_pixels / 2 * dy / length
            if _inside((end[0] + shift[0], end[1] + shift[1]), card, box):
                return shift
    return 0.0, 0.0


def corner_radius(card: Card, box: Box) -> float:
    """Give the radius of a card's round corners."""
    if card.shape == "won":
        return min(box.height / 2, style.WON_RADIUS)
    return style.NEUTRAL_RADIUS if card.shape == "neutral" else style.CARD_RADIUS


def _inside(point: Point, card: Card, box: Box) -> bool:
    """Tell whether a point lies within the outline of a card, round or cut corners considered."""
    x = box.width / 2 - abs(point[0] - box.centre[0])
    y = box.height / 2 - abs(point[1] - box.centre[1])
    if x < 0 or y < 0:
        return False
    if card.shape == "lost":
        return x + y >= style.LOST_CUT
    radius = corner_radius(card, box)
    return x >= radius or y >= radius or (radius - x) ** 2 + (radius - y) ** 2 <= radius**2


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


_SIDES = ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (-1, -1), (1, 1), (-1, 1))
"""Where beside a point a label can be: the straight sides first."""


class _Labels:
    """Finds free places for labels, one after another."""

    def __init__(self, cards: list[Box], lines: list[Line], frames: list[Box]) -> None:
        self.cards = cards
        self.lines = lines
        self.frames = frames
        self.taken: list[Box] = []

    def label(self, arrow: Arrow, line: Line, centre: Point) -> Box:
        """Give a label's box: where graphviz put it, or beside its line where that is free."""
        first = Box.around(centre, arrow.width, arrow.height)
        return self._best([first, *_beside(line, arrow.width, arrow.height)], line)

    def heading(self, frame: Box, width: float, height: float, *, from_right: bool) -> Box:
        """Give a heading's box: along the top of its frame, from where reading starts."""
        top = frame.top + style.FRAME_PADDING * 0.6
        first, last = frame.left + style.FRAME_PADDING, frame.right - style.FRAME_PADDING - width
        lefts = [first + 12 * step for step in range(max(int((last - first) // 12), 0) + 1)] + [last]
        if from_right:
            lefts.reverse()
        return self._best([Box(left, top, left + width, top + height) for left in lefts], None)

    def _best(self, places: list[Box], own: Line | None) -> Box:
        """Take the first place if it is free, or else the one that clashes least and lies nearest to it."""
        first, *others = places
        best, least = first, self._clashes(first, own)
        for place in others if least else ():
            way = abs(place.centre[0] - first.centre[0]) + abs(place.centre[1] - first.centre[1])
            weight = self._clashes(place, own) + way / 100
            if weight < least:
                best, least = place, weight
        self.taken.append(best)
        return best

    def _clashes(self, box: Box, own: Line | None) -> float:
        """Weigh what a label would cover: text and cards, lines, nearness, a frame's border."""
        near = box.grown(style.LABEL_CLEARANCE)
        weight = 0.0
        for other in (*self.taken, *self.cards):
            if near.meets(other):
                weight += 30 if box.meets(other) else 3
        for line in self.lines:
            if line.crosses(near):
                weight += 12 if line.crosses(box) else 3 * (line is not own)
        return weight + sum(frame.meets(near) and not frame.holds(near) for frame in self.frames)


def _beside(line: Line, width: float, height: float) -> Iterator[Box]:
    """Yield places along a line, from its middle outwards, on both sides, near before far."""
    count = len(line.path)
    order = sorted(range(1, count - 1), key=lambda index: abs(index - count / 2))
    for distance in (4.0, 9.0, 16.0):
        for index in order:
            x, y = line.path[index]
            for across, down in _SIDES:
                centre = x + across * (width / 2 + distance), y + down * (height / 2 + distance)
                yield Box.around(centre, width, height)
