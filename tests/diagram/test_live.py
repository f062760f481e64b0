"""The figures of a run on the picture of a process."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

from stepladder_dsl.diagram import style
from stepladder_dsl.diagram.fold import lay_out
from stepladder_dsl.diagram.live import Live, StageFigures, WayFigures
from stepladder_dsl.diagram.picture import draw_svg
from stepladder_dsl.diagram.scene import build_scene
from stepladder_dsl.graph.build import build_graph
from stepladder_dsl.graph.items import TRANSITION_KINDS

if TYPE_CHECKING:
    from stepladder_dsl.model.spec import Spec

LANGUAGES = ["en", "ru", "bg", "fa"]
SVG = "{http://www.w3.org/2000/svg}"


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # noqa: S314 - we wrote it ourselves a moment ago


def texts_in(svg: str) -> list[str]:
    return [element.text or "" for element in parsed(svg).iter(f"{SVG}text")]


def live_of(spec: Spec) -> Live:
    """Make figures for every way: two hundred from the start on, and nobody came back from a loss."""
    graph = build_graph(spec)
    ways = {
        (source, target, edge["line"]): WayFigures(count, 12.5 if count else None)
        for source, target, edge in graph.edges(data=True)
        if edge["kind"] in TRANSITION_KINDS
        for count in [{"sale/aware": 200, "sale/cold": 0}.get(source, 30)]
    }
    stages = {f"sale/{name}": StageFigures(5, 1200, 3.0, 2) for name in spec.processes["sale"].stages}
    return Live("31 May 2026", stages, ways)


def test_cards_and_ways_say_their_figures(phone_shop: Callable[[str], Spec]) -> None:
    spec = phone_shop("en")
    shown = " ".join(texts_in(draw_svg(build_graph(spec), live=live_of(spec))))
    assert "Data as of 31 May 2026" in shown
    assert "now: 5 \u00b7 have been here: 1,200" in shown.replace("\u00a0", " ")
    assert "overdue: 2" in shown
    assert "200 (50%), median 12 days" in shown  # half of those who left the first stage
    assert "0 (0%)" in shown


def test_the_busiest_way_is_the_widest_and_losses_and_unused_ways_have_their_colours(
    phone_shop: Callable[[str], Spec],
) -> None:
    spec = phone_shop("en")
    root = parsed(draw_svg(build_graph(spec), live=live_of(spec)))
    drawn = {
        (part.get("data-from"), part.get("data-to"), part.get("class")): part[0]
        for part in root.iter(f"{SVG}g")
        if part.get("data-from")
    }
    widths = {ends: float(path.get("stroke-width", 0)) for ends, path in drawn.items()}
    assert widths["sale/aware", "sale/choosing", "event"] == style.WIDEST
    assert widths["sale/choosing", "sale/paying", "event"] == pytest.approx(
        style.THINNEST + (style.WIDEST - style.THINNEST) * 30 / 200, abs=0.01
    )
    assert drawn["sale/aware", "sale/cold", "timer"].get("stroke") == style.LOST_WAY
    assert drawn["sale/cold", "sale/choosing", "event"].get("stroke") == style.UNUSED
    assert widths["sale/cold", "sale/choosing", "event"] == style.THINNEST


def test_a_way_in_from_many_stages_says_how_many_came(phone_shop: Callable[[str], Spec]) -> None:
    spec = phone_shop("en")
    live = live_of(spec)
    graph = build_graph(spec)
    refused = [way for way in live.ways if way[1] == "sale/gone"]
    total = sum(live.ways[way].count for way in refused)
    text = " ".join(texts_in(draw_svg(graph, live=live)))
    assert len(refused) == 3
    assert f"{total} (" in text or f"\u00b7 {total}" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_figures_cover_nothing(phone_shop: Callable[[str], Spec], language: str) -> None:
    spec = phone_shop(language)
    scene = build_scene(build_graph(spec), "sale", live_of(spec))
    layout = lay_out(scene)
    boxes = [*layout.cards.items(), *layout.labels.items()]
    assert [(one, other) for (one, box), (other, second) in combinations(boxes, 2) if box.meets(second)] == []


def test_without_figures_the_picture_has_none(phone_shop: Callable[[str], Spec]) -> None:
    shown = " ".join(texts_in(draw_svg(build_graph(phone_shop("en")))))
    assert "now:" not in shown
    assert "the wider" not in shown


def test_what_lies_between_the_dashes_of_a_wide_way_is_not_filled_by_their_round_ends(
    phone_shop: Callable[[str], Spec],
) -> None:
    spec = phone_shop("en")
    root = parsed(draw_svg(build_graph(spec), live=live_of(spec)))
    dashed = [path for path in root.iter(f"{SVG}path") if path.get("stroke-linecap") == "round"]
    gaps = [
        (float(path.get("stroke-dasharray", "").split()[1]), float(path.get("stroke-width", "")))
        for path in dashed
        if " " in path.get("stroke-dasharray", "")
    ]
    assert any(width > 2 for _, width in gaps)
    assert all(gap - width > 1.5 for gap, width in gaps)


def test_in_persian_where_a_dot_is_a_zero_commas_stand_between_figures(
    phone_shop: Callable[[str], Spec],
) -> None:
    for language in LANGUAGES:
        spec = phone_shop(language)
        cards = build_scene(build_graph(spec), "sale", live_of(spec)).cards
        figures = [row.block.text for card in cards for row in card.rows if row.mark == "cases"]
        assert figures
        assert all(("·" in text) == (language != "fa") for text in figures)
