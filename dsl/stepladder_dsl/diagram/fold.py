"""Chooses the layout of a scene; a long process is also tried in two columns, like text in a newspaper.

Each column is laid out for itself; graphviz's router then leads the arrows
between them around everything that stands in their way.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from math import dist
from typing import TYPE_CHECKING

from stepladder_dsl.diagram import style
from stepladder_dsl.diagram.columns import lay_out_columns
from stepladder_dsl.diagram.geometry import Box, Line, Point, line_through
from stepladder_dsl.diagram.labels import Labels
from stepladder_dsl.diagram.layout import (
    Layout,
    LayoutError,
    cost,
    covered_labels,
    layout_of,
    page_scale,
    planned_layouts,
    read_line,
    read_point,
    run_graphviz,
)
from stepladder_dsl.diagram.plan import Plan, folds_of
from stepladder_dsl.diagram.scene import Arrow, Scene

if TYPE_CHECKING:
    import graphviz

_POINTS = 72.0
_TRIED_PAIRS = 4
_COVERED = 0.04
_APART = 5.0


def lay_out(scene: Scene) -> Layout:
    """Place the scene in the way that costs least."""
    if len(scene.cards) > style.LONG:
        return lay_out_columns(scene)
    many = len(scene.cards) > style.MANY
    # A long road does not fit a page sideways, and what is tried of it takes its time.
    found = [layout for layout, _ in planned_layouts(scene, sideways=not many)]
    if many:
        found.append(lay_out_columns(scene))
    for fold in folds_of(scene)[: 2 if many else None]:
        # A column on its own may be too much for graphviz; then the whole stands already.
        with suppress(LayoutError):
            found.extend(folded_layouts(scene, fold))
    best = min(found, key=lambda layout: (covered_labels(layout), cost(scene, layout)))
    if many or not covered_labels(best):
        return best
    # Between tracks of a grid there is room for every label.
    return min(best, lay_out_columns(scene), key=covered_labels)


def best_plan(scene: Scene) -> Plan:
    """Give the best plan that graphviz alone can follow."""
    return min(planned_layouts(scene), key=lambda pair: cost(scene, pair[0]))[1]


def folded_layouts(scene: Scene, fold: frozenset[str]) -> Iterator[Layout]:
    """Yield layouts in two columns, of which the first has those cards."""
    first = _column(scene, fold)
    second = _column(scene, frozenset(card.id for card in scene.cards) - fold)
    pairs = [
        _side_by_side(one, other, scene.right_to_left)
        for one in _both_ways_round(first)
        for other in _both_ways_round(second)
    ]
    pairs.sort(key=lambda pair: _expected_cost(scene, pair))
    for pair in pairs[: 1 if len(scene.cards) > style.MANY else _TRIED_PAIRS]:
        try:
            yield _with_arrows_between(scene, pair)
        except LayoutError:
            continue


def _both_ways_round(column: Scene) -> list[Layout]:
    """Give the layouts of a column, each also with left and right exchanged."""
    layouts = [layout for layout, _ in planned_layouts(column, sideways=False, labelled=False)]
    return [*layouts, *(_mirrored(layout) for layout in layouts)]


def _mirrored(layout: Layout) -> Layout:
    return layout_of(
        {name: box.mirrored() for name, box in layout.cards.items()},
        {name: line.mirrored() for name, line in layout.lines.items()},
        {name: box.mirrored() for name, box in layout.labels.items()},
        {name: box.mirrored() for name, box in layout.frames.items()},
        {},
        layout.clashes,
    )


def _expected_cost(scene: Scene, pair: Layout) -> float:
    """Guess the cost from straight lines between the columns, before a router is asked."""
    ways = [
        (pair.cards[arrow.tail], pair.cards[arrow.head])
        for arrow in scene.arrows
        if arrow.id not in pair.lines
    ]
    length = sum(dist(tail.centre, head.centre) for tail, head in ways) / max(len(scene.arrows), 1)
    covered = sum(
        card.crossed_by(tail.centre, head.centre)
        for tail, head in ways
        for card in pair.cards.values()
        if card not in (tail, head)
    )
    return style.SHRINKING_COST / page_scale(scene, pair) + length / style.LONG_WAY + covered * _COVERED


def _column(scene: Scene, names: frozenset[str]) -> Scene:
    """Give the part of the scene with some of its cards."""
    cards = tuple(card for card in scene.cards if card.id in names)
    parents = {frame.id: frame.parent for frame in scene.frames}
    used: set[str] = set()
    for card in cards:
        frame = card.frame
        while frame is not None:
            used.add(frame)
            frame = parents[frame]
    return replace(
        scene,
        cards=cards,
        arrows=tuple(arrow for arrow in scene.arrows if {arrow.tail, arrow.head} <= names),
        frames=tuple(frame for frame in scene.frames if frame.id in used),
    )


def _side_by_side(first: Layout, second: Layout, from_right: bool) -> Layout:
    """Put one layout beside the other, where one reads on."""
    left, right = (second, first) if from_right else (first, second)
    moved = _moved(
        right, left.bounds.right + style.GUTTER - right.bounds.left, left.bounds.top - right.bounds.top
    )
    return layout_of(
        {**left.cards, **moved.cards},
        {**left.lines, **moved.lines},
        {**left.labels, **moved.labels},
        {**left.frames, **moved.frames},
        {**left.headings, **moved.headings},
        left.clashes + right.clashes,
    )


def _moved(layout: Layout, right: float, down: float) -> Layout:
    def boxes(named: dict[str, Box]) -> dict[str, Box]:
        return {name: box.moved(right, down) for name, box in named.items()}

    return layout_of(
        boxes(layout.cards),
        {name: line.moved(right, down) for name, line in layout.lines.items()},
        boxes(layout.labels),
        boxes(layout.frames),
        boxes(layout.headings),
        layout.clashes,
    )


def _with_arrows_between(scene: Scene, pair: Layout) -> Layout:
    """Add the arrows from column to column, and their labels."""
    missing = [arrow for arrow in scene.arrows if arrow.id not in pair.lines]
    lines = {**pair.lines, **dict(_routed(scene, missing, pair))}
    placed = Labels(list(pair.cards.values()), list(lines.values()), list(pair.frames.values()))
    headings = {
        frame.id: placed.heading(
            pair.frames[frame.id], frame.width, frame.height, from_right=scene.right_to_left
        )
        for frame in scene.frames
    }
    labels: dict[str, Box] = {}
    for arrow in scene.arrows:
        if arrow.rows:
            path = lines[arrow.id].path
            before = pair.labels.get(arrow.id)
            labels[arrow.id] = placed.label(
                arrow, lines[arrow.id], before.centre if before else path[len(path) // 2]
            )
    return layout_of(pair.cards, lines, labels, pair.frames, headings, placed.clashes)


def _routed(scene: Scene, arrows: list[Arrow], layout: Layout) -> Iterator[tuple[str, Line]]:
    """Yield a line for each arrow, led around the cards and the words."""
    import graphviz

    graph = graphviz.Digraph(
        graph_attr={"splines": "true", "esep": "+2", "sep": "+3", "inputscale": "72"},
        node_attr={"shape": "box", "fixedsize": "true", "label": ""},
    )
    gates = dict(_gates(arrows, layout))
    written: list[Box] = []
    for name, box in layout.cards.items():
        _write_obstacle(graph, name, box)
        written.append(box)
    for (name, end), gate in gates.items():
        box = Box.around(gate.outside, 1, 1)
        _write_obstacle(graph, f"{end} {name}", box)
        written.append(box)
    for number, box in enumerate(layout.labels.values()):
        # Obstacles that touch would make the router give up.
        if not any(box.grown(_APART).meets(other) for other in written):
            _write_obstacle(graph, f"words {number}", box)
            written.append(box)
    for arrow in arrows:
        graph.edge(f"tail {arrow.id}", f"head {arrow.id}", id=arrow.id, arrowhead="none")
    answer = json.loads(run_graphviz(str(graph.source), "json0", engine="neato"), strict=False)
    fixed = next(iter(layout.cards))
    x, y = next(read_point(one["pos"]) for one in answer["objects"] if one["name"] == fixed)
    shift = layout.cards[fixed].centre[0] - x, layout.cards[fixed].centre[1] - y
    places = {edge["id"]: edge.get("pos") for edge in answer.get("edges", ())}
    for arrow in arrows:
        text = places.get(arrow.id)
        if text is None:
            raise LayoutError(f"graphviz lost an arrow of {scene.process}")
        between = read_line(text).moved(*shift).points
        tail, head = gates[arrow.id, "tail"], gates[arrow.id, "head"]
        yield arrow.id, line_through(_joined(tail, between, head), head.border)


@dataclass(frozen=True)
class _Gate:
    """Where an arrow between columns meets the border of its card or frame, and a point just outside."""

    border: Point
    outside: Point

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


def _gates(arrows: list[Arrow], layout: Layout) -> Iterator[tuple[tuple[str, str], _Gate]]:
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


def _write_obstacle(graph: graphviz.Digraph, name: str, box: Box) -> None:
    x, y = box.centre
    size = {"width": f"{box.width / _POINTS:.4f}", "height": f"{box.height / _POINTS:.4f}"}
    graph.node(name, pos=f"{x:.2f},{-y:.2f}!", **size)
