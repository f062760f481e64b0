"""A way through a process: what was touched stands out, all else is there and quiet."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from stepladder_dsl.diagram import style
from stepladder_dsl.diagram.picture import draw_trails
from stepladder_dsl.diagram.trail import Note, Trail
from stepladder_dsl.diagram.trail_scene import build_trail_scene
from stepladder_dsl.graph.build import build_graph
from stepladder_dsl.graph.items import TRANSITION_KINDS

if TYPE_CHECKING:
    from stepladder_dsl.graph.build import Graph
    from stepladder_dsl.model.spec import Spec

LANGUAGES = ["en", "ru", "bg", "fa"]


def lines_between(graph: Graph, source: str, target: str) -> list[int]:
    return [
        edge["line"]
        for _, head, edge in graph.out_edges(source, data=True)
        if head == target and edge["kind"] in TRANSITION_KINDS
    ]


def trail_over(graph: Graph, *nodes: str) -> Trail:
    """Make the way of somebody who went from stage to stage."""
    stages = {node: (Note(f"{number}.", "visit"),) for number, node in enumerate(nodes, start=1)}
    ways = {
        (one, other, line): (f"{number}\u2013{number + 1}",)
        for number, (one, other) in enumerate(pairwise(nodes), start=1)
        for line in lines_between(graph, one, other)[:1]
    }
    return Trail("case", "Client 7", stages, ways)


@pytest.mark.parametrize("language", LANGUAGES)
def test_touched_stages_have_their_colours_and_the_others_are_quiet(
    phone_shop: Callable[[str], Spec], language: str
) -> None:
    graph = build_graph(phone_shop(language))
    trail = trail_over(graph, "sale/aware", "sale/choosing", "sale/paying")
    scene = build_trail_scene(graph, "sale", trail)
    assert {card.id for card in scene.cards if not card.quiet} == set(trail.stages)
    for card in scene.cards:
        if card.quiet:
            assert {row.ink for row in card.rows} == {style.QUIET}
        else:
            assert any(row.mark == "visit" for row in card.rows)


def test_gone_ways_are_wide_and_numbered_and_the_others_thin_and_grey(
    phone_shop: Callable[[str], Spec],
) -> None:
    graph = build_graph(phone_shop("en"))
    scene = build_trail_scene(graph, "sale", trail_over(graph, "sale/aware", "sale/choosing", "sale/paying"))
    gone = {
        (arrow.tail, arrow.head): arrow.rows[-1].block.lines
        for arrow in scene.arrows
        if arrow.traffic and arrow.traffic.count
    }
    assert gone == {
        ("sale/aware", "sale/choosing"): ("1\u20132",),
        ("sale/choosing", "sale/paying"): ("2\u20133",),
    }
    assert all(
        {row.ink for row in arrow.rows} == {style.QUIET}
        for arrow in scene.arrows
        if arrow.traffic and not arrow.traffic.count
    )


def test_a_way_that_a_phase_leads_is_drawn_from_the_stage_that_was_left(
    phone_shop: Callable[[str], Spec],
) -> None:
    graph = build_graph(phone_shop("en"))
    scene = build_trail_scene(graph, "sale", trail_over(graph, "sale/choosing", "sale/gone"))
    ways = [
        (arrow.tail, arrow.from_frame)
        for arrow in scene.arrows
        if arrow.head == "sale/gone" and arrow.traffic and arrow.traffic.count
    ]
    assert ways == [("sale/choosing", None)]


def test_the_legend_says_what_the_lines_mean_and_not_what_is_not_there(
    phone_shop: Callable[[str], Spec],
) -> None:
    graph = build_graph(phone_shop("en"))
    scene = build_trail_scene(graph, "sale", trail_over(graph, "sale/aware", "sale/choosing"))
    marks = {row.mark for row in scene.legend}
    assert {"visit", "gone", "unused_way"} <= marks
    assert not {"volume", "limit", "offer"} & marks


def test_only_processes_with_a_way_are_drawn(phone_shop: Callable[[str], Spec]) -> None:
    graph = build_graph(phone_shop("fa"))
    svg = draw_trails(graph, {"sale": trail_over(graph, "sale/aware")})
    assert svg.count("data-process") == 1
    assert "data-process" not in draw_trails(graph, {})
