"""The same scene in lanes: a column for each who answers for stages, the road running down through them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from stepladder_dsl.diagram import style
from stepladder_dsl.diagram.geometry import Box, Line
from stepladder_dsl.diagram.labels import Labels
from stepladder_dsl.diagram.layout import (
    Layout,
    LayoutError,
    layout_of,
    lengthened,
    read_line,
    read_point,
    run_graphviz,
)
from stepladder_dsl.diagram.plan import rows_of
from stepladder_dsl.diagram.rows import make_row
from stepladder_dsl.diagram.scene import Arrow, Card, Frame, Scene
from stepladder_dsl.diagram.telling import told
from stepladder_dsl.graph.edges import item_id
from stepladder_dsl.graph.words import words_of

if TYPE_CHECKING:
    from stepladder_dsl.graph.build import Graph

_POINTS = 72.0
_NOBODY = "-"


def in_lanes(graph: Graph, scene: Scene) -> Scene:
    """Give the scene with lanes for frames: in the order of the roles, and one for what is nobody's."""
    owners = {card.id: graph.nodes[card.id]["owner"] or _NOBODY for card in scene.cards}
    roles = [attributes["name"] for _, attributes in graph.nodes(data=True) if attributes["kind"] == "role"]
    used = [role for role in (*roles, _NOBODY) if role in owners.values()]
    phases = {frame.id: " ".join(frame.rows[0].block.lines) for frame in scene.frames}
    return replace(
        scene,
        frames=tuple(_lane(graph, role) for role in used),
        cards=tuple(_card(card, owners[card.id]) for card in scene.cards),
        arrows=tuple(_arrow(scene, arrow, phases) for arrow in scene.arrows),
        legend=tuple(row for row in scene.legend if row.mark != "owner"),
    )


def _lane(graph: Graph, role: str) -> Frame:
    if role == _NOBODY:
        title = told(graph.graph["language"], "nobody")
    else:
        title = graph.nodes[item_id("role", role)]["title"]
    width = style.LANE_LEAST
    row = make_row(title, style.FRAME_SIZE, style.FRAME_INK, width=width, bold=True)
    return Frame(role, None, 0, (row,))


def _card(card: Card, lane: str) -> Card:
    """Give the card without its owner, whose lane it stands in."""
    return replace(card, frame=lane, rows=tuple(row for row in card.rows if row.mark != "owner"))


def _arrow(scene: Scene, arrow: Arrow, phases: dict[str, str]) -> Arrow:
    """Give an arrow that leaves a phase as a whole as one of its last stage, with a word that it does."""
    if arrow.from_frame is None:
        return arrow
    words = words_of(scene.language)
    phase = words.quoted.format(title=phases[arrow.from_frame])
    places = words.from_stages.format(places=words.any_stage_of.format(phase=phase))
    row = make_row(places, style.SMALL_SIZE, style.QUIET, width=style.LABEL_TEXT_WIDTH)
    return replace(arrow, rows=(row, *arrow.rows), from_frame=None)


def lay_out_lanes(scene: Scene) -> Layout:
    """Place the cards in their lanes and rows, and lead the arrows around them."""
    cards, frames = _places(scene)
    lines = dict(_routed(scene, cards))
    placed = Labels(list(cards.values()), list(lines.values()), [], never_covering=True)
    headings = {
        frame.id: placed.heading(
            _head_of(frames[frame.id], frame), frame.width, frame.height, from_right=scene.right_to_left
        )
        for frame in scene.frames
    }
    labels = {
        arrow.id: placed.label(arrow, lines[arrow.id], lines[arrow.id].halfway)
        for arrow in scene.arrows
        if arrow.rows
    }
    return layout_of(cards, lines, labels, frames, headings, placed.clashes)


def _head_of(box: Box, frame: Frame) -> Box:
    return Box(box.left, box.top, box.right, box.top + frame.height + style.FRAME_PADDING)


def _places(scene: Scene) -> tuple[dict[str, Box], dict[str, Box]]:
    """Give the boxes of the cards and of the lanes."""
    rows = rows_of(scene)
    inside: dict[tuple[str, int], list[Card]] = {}
    for card in scene.cards:
        inside.setdefault((str(card.frame), rows[card.id]), []).append(card)
    head = max((frame.height for frame in scene.frames), default=0.0) + 2 * style.FRAME_PADDING + 18.0
    tops, bottom = _tops(scene, rows, head)
    cards: dict[str, Box] = {}
    frames: dict[str, Box] = {}
    left = 0.0
    for lane in scene.frames:
        groups = {row: found for (name, row), found in inside.items() if name == lane.id}
        inner = max(style.LANE_LEAST, *(_together(scene, found) for found in groups.values()))
        width = inner + 2 * style.LANE_PADDING
        frames[lane.id] = Box(left, 0.0, left + width, bottom)
        for row, found in groups.items():
            x = left + (width - _together(scene, found)) / 2
            gap = _gap(scene, found)
            for card in found:
                middle = tops[row][0] + tops[row][1] / 2
                cards[card.id] = Box.around((x + card.width / 2, middle), card.width, card.height)
                x += card.width + gap
        left += width
    if not scene.right_to_left:
        return cards, frames
    return _mirrored(cards), _mirrored(frames)


def _mirrored(boxes: dict[str, Box]) -> dict[str, Box]:
    return {name: box.mirrored() for name, box in boxes.items()}


def _together(scene: Scene, cards: Sequence[Card]) -> float:
    """Give the width of cards side by side."""
    return sum(card.width for card in cards) + _gap(scene, cards) * (len(cards) - 1)


def _gap(scene: Scene, cards: Sequence[Card]) -> float:
    """Give how far cards side by side stand apart: labels of the arrows between them find room."""
    names = {card.id for card in cards}
    wide = [
        arrow.width
        for arrow in scene.arrows
        if arrow.tail != arrow.head and {arrow.tail, arrow.head} <= names
    ]
    return max(style.LANE_GAP, *(width + 2 * style.LANE_PADDING for width in wide), 0.0)


def _tops(scene: Scene, rows: dict[str, int], head: float) -> tuple[dict[int, tuple[float, float]], float]:
    """Give top and height of each row, and where the lanes end."""
    tops: dict[int, tuple[float, float]] = {}
    y = head
    for row in sorted(set(rows.values())):
        height = max(card.height for card in scene.cards if rows[card.id] == row)
        tops[row] = y, height
        labels = [arrow.height for arrow in scene.arrows if rows[arrow.tail] == row and arrow.rows]
        y += height + max(style.LANE_ROW_GAP, *labels, 0.0) + style.LANE_PADDING
    return tops, y - style.LANE_ROW_GAP + style.LANE_PADDING if tops else head


def _routed(scene: Scene, cards: dict[str, Box]) -> Iterator[tuple[str, Line]]:
    """Yield a line for each arrow, led around the cards by graphviz."""
    import graphviz

    graph = graphviz.Digraph(
        graph_attr={"splines": "true", "esep": "+6", "sep": "+8", "inputscale": "72"},
        node_attr={"shape": "box", "fixedsize": "true", "label": ""},
    )
    for name, box in cards.items():
        x, y = box.centre
        size = {"width": f"{box.width / _POINTS:.4f}", "height": f"{box.height / _POINTS:.4f}"}
        graph.node(name, pos=f"{x:.2f},{-y:.2f}!", **size)
    for arrow in scene.arrows:
        graph.edge(arrow.tail, arrow.head, id=arrow.id)
    answer = json.loads(run_graphviz(str(graph.source), "json0", engine="neato"), strict=False)
    fixed = next(iter(cards), None)
    places = {edge["id"]: edge.get("pos") for edge in answer.get("edges", ())}
    shapes = {card.id: card for card in scene.cards}
    for arrow in scene.arrows:
        text = places.get(arrow.id)
        if text is None or fixed is None:
            raise LayoutError(f"graphviz lost an arrow of {scene.process}")
        x, y = next(read_point(one["pos"]) for one in answer["objects"] if one["name"] == fixed)
        line = read_line(text).moved(cards[fixed].centre[0] - x, cards[fixed].centre[1] - y)
        ends = [(shapes[name], cards[name]) for name in (arrow.tail, arrow.head)]
        yield arrow.id, lengthened(line, *ends)
