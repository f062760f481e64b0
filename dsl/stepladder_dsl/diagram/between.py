"""Leads arrows from column to column: graphviz's router takes them around all that stands in their way."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import dist
from typing import Any

from stepladder_dsl.diagram import style
from stepladder_dsl.diagram.ends import spread
from stepladder_dsl.diagram.geometry import Box, Line, Point, line_through
from stepladder_dsl.diagram.layout import Layout, LayoutError, layout_of, read_line, read_point, run_graphviz
from stepladder_dsl.diagram.room import Room, box_around
from stepladder_dsl.diagram.scene import Arrow, Scene

_POINTS = 72.0
_APART = 5.0
_CLEARANCE = 2.0
"""How far the router keeps away from what stands in the way."""


def straight_length(arrows: Sequence[Arrow], layout: Layout) -> float:
    """Give how long the ways of arrows are at least."""
    gates = dict(_gates(arrows, layout))
    return sum(dist(gates[arrow.id, "tail"].border, gates[arrow.id, "head"].border) for arrow in arrows)


def with_arrows_between(scene: Scene, arrows: Sequence[Arrow], columns: Layout) -> Layout:
    """Add the arrows from column to column, each with its label in the middle."""
    lines = spread(scene, {**columns.lines, **dict(_routed(scene, arrows, columns))}, columns.cards)
    labels = dict(columns.labels)
    for arrow in arrows:
        if arrow.rows:
            path = lines[arrow.id].path
            labels[arrow.id] = Box.around(path[len(path) // 2], arrow.width, arrow.height)
    return layout_of(columns.cards, lines, labels, columns.frames, {}, 0.0)


def _routed(scene: Scene, arrows: Sequence[Arrow], layout: Layout) -> Iterator[tuple[str, Line]]:
    """Yield a line for each arrow, led around the cards and the words.

    The router's work grows with the cube of what it is told about. So it first hears of that only which a
    straight line would meet, and then of what the lines that it found meet instead: the result is the same.
    """
    gates = dict(_gates(arrows, layout))
    obstacles = _Obstacles(gates.values(), layout)
    ways = [_Way(arrow.id, gates[arrow.id, "tail"], gates[arrow.id, "head"]) for arrow in arrows]
    for way in ways:
        way.around = obstacles.met_by(way, way.ends)
    waiting = ways
    while waiting:
        for way, points in zip(waiting, _led(scene, waiting), strict=True):
            way.points = points
        met = {
            way.arrow: obstacles.met_by(way, line_through(way.points, way.points[-1]).path) for way in waiting
        }
        waiting = [way for way in waiting if met[way.arrow] - way.around]
        for way in waiting:
            way.around |= met[way.arrow]
    for way in ways:
        yield way.arrow, line_through(_joined(way.tail, way.points, way.head), way.head.border)


@dataclass
class _Way:
    """An arrow between columns: its gates, what it is led around so far, and its way from gate to gate."""

    arrow: str
    tail: _Gate
    head: _Gate
    around: set[Box] = field(default_factory=set)
    points: list[Point] = field(default_factory=list)

    @property
    def ends(self) -> tuple[Point, Point]:
        """The points just outside of its gates."""
        return self.tail.outside, self.head.outside

    def question(self) -> str:
        """Give the graph that asks the router for this way: nothing in it has a name of the spec."""
        places = {"tail": self.tail.box, "head": self.head.box}
        places |= {f"box{number}": box for number, box in enumerate(sorted(self.around))}
        nodes = (f"{name} [{_place(box)}]" for name, box in places.items())
        return f"digraph {{{_SETTINGS}; {'; '.join(nodes)}; tail -> head}}\n"

    def read(self, answer: Mapping[str, Any]) -> list[Point]:
        """Read where the router leads it; it moves everything together to a corner of its own."""
        x, y = next(read_point(one["pos"]) for one in answer["objects"] if one["name"] == "tail")
        shift = self.tail.outside[0] - x, self.tail.outside[1] - y
        return list(read_line(answer["edges"][0]["pos"]).moved(*shift).points)


_SETTINGS = (
    f'graph [splines=true esep="+{_CLEARANCE:g}" sep="+3" inputscale={_POINTS:g}]; '
    'node [shape=box fixedsize=true label=""]; edge [arrowhead=none]'
)


def _place(box: Box) -> str:
    x, y = box.centre
    size = f"width={box.width / _POINTS:.4f} height={box.height / _POINTS:.4f}"
    return f'{size} pos="{x:.2f},{-y:.2f}!"'


def _led(scene: Scene, ways: Sequence[_Way]) -> Iterator[list[Point]]:
    """Yield the points of each way's spline, as the router leads it."""
    answers = run_graphviz("".join(way.question() for way in ways), "json0", engine="neato").lstrip()
    for way in ways:
        answer, end = json.JSONDecoder(strict=False).raw_decode(answers)
        answers = answers[end:].lstrip()
        if "pos" not in answer["edges"][0]:
            raise LayoutError(f"graphviz lost an arrow of {scene.process}")
        yield way.read(answer)


class _Obstacles:
    """All that arrows have to be led around, by place: cards, the ends of other arrows, and words."""

    def __init__(self, gates: Iterable[_Gate], layout: Layout) -> None:
        boxes = [*layout.cards.values(), *(gate.box for gate in gates)]
        for box in layout.labels.values():
            # Obstacles that touch would make the router give up.
            if not any(box.grown(_APART).meets(other) for other in boxes):
                boxes.append(box)
        self.by_reach = {box.grown(_CLEARANCE): box for box in boxes}
        self.room = Room(self.by_reach)

    def met_by(self, way: _Way, path: Sequence[Point]) -> set[Box]:
        """Give what a path of a way runs through; its own ends do not count."""
        return {
            self.by_reach[reach]
            for start, end in pairwise(path)
            for reach in self.room.meeting(box_around(start, end))
            if reach.crossed_by(start, end)
        } - {way.tail.box, way.head.box}


@dataclass(frozen=True)
class _Gate:
    """Where an arrow between columns meets the border of its card or frame, and a point just outside."""

    border: Point
    outside: Point

    @property
    def box(self) -> Box:
        """What other arrows are led around."""
        return Box.around(self.outside, 1, 1)

    def ahead(self, way: float) -> Point:
        """Give a point straight ahead, for somebody who comes out."""
        side = 1 if self.outside[0] > self.border[0] else -1
        return self.border[0] + side * way, self.border[1]


def _joined(tail: _Gate, between: Sequence[Point], head: _Gate) -> list[Point]:
    """Give the spline from one border to just before the other, square to both."""
    points = list(between)
    reach = dist(points[0], points[3]) / 2, dist(points[-4], points[-1]) / 2
    points[0], points[1] = tail.border, tail.ahead(min(reach[0], style.BEND))
    points[-2], points[-1] = head.ahead(min(reach[1], style.BEND) + style.GATE), head.outside
    return points


def _gates(arrows: Sequence[Arrow], layout: Layout) -> Iterator[tuple[tuple[str, str], _Gate]]:
    """Yield a gate for each end of each arrow; those of one card are spread along its side."""
    by_box: dict[Box, list[tuple[float, str, str, float]]] = {}
    for arrow in arrows:
        tail = layout.frames[arrow.from_frame] if arrow.from_frame else layout.cards[arrow.tail]
        head = layout.cards[arrow.head]
        for end, here, there in (("tail", tail, head), ("head", head, tail)):
            by_box.setdefault(here, []).append((there.centre[1], arrow.id, end, there.centre[0]))
    for box, ends in by_box.items():
        for number, (_, name, end, toward) in enumerate(sorted(ends), start=1):
            right = toward > box.centre[0]
            x = box.right if right else box.left
            y = box.top + box.height * number / (len(ends) + 1)
            away = style.GATE if right else -style.GATE
            yield (name, end), _Gate((x, y), (x + away, y))
