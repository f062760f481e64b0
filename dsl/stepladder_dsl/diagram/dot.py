"""The scene as a DOT text: for graphviz, which places everything, and for whoever wants the source."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from stepladder_dsl.diagram import style
from stepladder_dsl.diagram.markup import content
from stepladder_dsl.diagram.plan import Plan, same_rows
from stepladder_dsl.diagram.rows import Row
from stepladder_dsl.diagram.scene import Arrow, Card, Frame, Scene

if TYPE_CHECKING:
    import graphviz

_POINTS = 72.0
_SECOND_OUTLINE = 4.0
_HIDDEN = "hidden"


def dot_text(scene: Scene, plan: Plan) -> str:
    """Write the scene as the plan wants it.

    One pixel of the picture is one point of the layout. Every size is fixed:
    graphviz guesses the width of letters that are not Latin, and guesses wrong.
    """
    import graphviz

    graph = graphviz.Digraph(
        scene.process,
        graph_attr=_graph_attributes(plan.direction),
        node_attr={"fontname": style.FONT, "fontsize": f"{style.SMALL_SIZE:g}", "fixedsize": "true"},
        edge_attr={"fontname": style.FONT, "fontsize": f"{style.SMALL_SIZE:g}", "arrowsize": "0.8"},
    )
    _write_members(graph, scene, None)
    for arrow in scene.arrows:
        _write_arrow(graph, arrow, _room(scene, plan, arrow), loose=arrow.id in plan.loose)
    _write_rows(graph, scene, plan)
    return str(graph.source)


def _write_rows(graph: graphviz.Digraph, scene: Scene, plan: Plan) -> None:
    """Write which cards stand side by side, and that the rows follow each other."""
    rows = list(same_rows(plan.rows))
    for row in rows:
        with graph.subgraph(graph_attr={"rank": "same"}) as beside:
            for name in row:
                beside.node(name)
    bound = {
        plan.rows[arrow.head]
        for arrow in scene.arrows
        if plan.rows and arrow.id not in plan.loose and plan.rows[arrow.head] == plan.rows[arrow.tail] + 1
    }
    for number, (above, below) in enumerate(pairwise(rows), start=1):
        if number not in bound:
            graph.edge(above[0], below[0], style="invis", weight="0", id=f"{_HIDDEN}{number}")


def _room(scene: Scene, plan: Plan, arrow: Arrow) -> tuple[float, float]:
    """Give the size to keep free for a label: between two cards of a row graphviz counts one label only."""
    if not plan.rows or arrow.tail == arrow.head or plan.rows[arrow.tail] != plan.rows[arrow.head]:
        return arrow.width, arrow.height
    between = [other for other in scene.arrows if {other.tail, other.head} == {arrow.tail, arrow.head}]
    return max(other.width for other in between), max(other.height for other in between)


def _graph_attributes(direction: str) -> dict[str, str]:
    return {
        "rankdir": direction,
        # Without it, edges with labels between clusters get lost.
        "newrank": "true",
        "compound": "true",
        "charset": "UTF-8",
        "nodesep": f"{style.NODE_SEPARATION / _POINTS:.4f}",
        "ranksep": f"{style.RANK_SEPARATION / _POINTS:.4f}",
        "fontname": style.FONT,
    }


def _write_members(graph: graphviz.Digraph, scene: Scene, frame: str | None) -> None:
    """Write the cards directly inside a frame, then the frames inside it."""
    for card in scene.cards:
        if card.frame == frame:
            _write_card(graph, card)
    for inner in scene.frames:
        if inner.parent == frame:
            with graph.subgraph(name=cluster_name(inner.id), graph_attr=_frame_attributes(inner)) as cluster:
                _write_members(cluster, scene, inner.id)


def cluster_name(frame: str) -> str:
    """Give graphviz's name of a frame."""
    return f"cluster_{frame}"


def _frame_attributes(frame: Frame) -> dict[str, str]:
    return {
        "label": _fixed_label(frame.rows, frame.width, frame.height),
        "labeljust": "l",
        "margin": f"{style.FRAME_PADDING:g}",
        "style": "filled",
        "fillcolor": style.frame_fill(frame.depth),
        "color": style.FRAME_LINE,
    }


_FILLINGS = {"won": "filled,rounded", "lost": "filled,diagonals", "neutral": "filled"}


def _write_card(graph: graphviz.Digraph, card: Card) -> None:
    import graphviz

    look = style.CARDS[card.shape]
    lines = (line for row in card.rows for line in row.block.lines)
    # Graphviz draws a second outline outside of the size that it is given.
    around = 2 * style.CARD_CLEARANCE - (2 * _SECOND_OUTLINE if card.shape == "neutral" else 0.0)
    graph.node(
        card.id,
        graphviz.nohtml("\\n".join(graphviz.escape(line) for line in lines)),
        width=f"{(card.width + around) / _POINTS:.4f}",
        height=f"{(card.height + around) / _POINTS:.4f}",
        shape="box",
        style=_FILLINGS.get(card.shape, "filled,rounded"),
        peripheries="2" if card.shape == "neutral" else "1",
        fillcolor=look.fill,
        color=look.line,
        fontcolor=look.ink,
    )


def _write_arrow(graph: graphviz.Digraph, arrow: Arrow, room: tuple[float, float], *, loose: bool) -> None:
    stroke = style.STROKES[arrow.kind]
    attributes: dict[str, Any] = {
        "id": arrow.id,
        "style": stroke.graphviz,
        "color": stroke.colour,
        "fontcolor": stroke.colour,
        "weight": "2" if arrow.kind == "event" else "1",
    }
    if loose:
        attributes["constraint"] = "false"
    if arrow.from_frame is not None:
        attributes["ltail"] = cluster_name(arrow.from_frame)
    graph.edge(arrow.tail, arrow.head, label=_fixed_label(arrow.rows, *room), **attributes)


def _fixed_label(rows: tuple[Row, ...], width: float, height: float) -> str:
    """Write a label whose size graphviz takes from us."""
    text = "<br/>".join(content(line) for row in rows for line in row.block.lines)
    size = f'width="{width + 1:.0f}" height="{height + 1:.0f}"'
    cell = f'<td fixedsize="true" {size}>{text}</td>'
    return f'<<table border="0" cellborder="0" cellpadding="0" cellspacing="0"><tr>{cell}</tr></table>>'
