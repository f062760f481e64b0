"""The views that are no graph: stairs of stages and of offers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stepladder_dsl.compile import compile_file
from stepladder_dsl.diagram.geometry import Box
from stepladder_dsl.diagram.live import Live, OfferFigures, RungFigures, StageFigures
from stepladder_dsl.diagram.picture import VIEWS, UnknownProcessError, draw_view, paint_png
from stepladder_dsl.diagram.rungs import rungs_of
from stepladder_dsl.diagram.telling import sentences
from stepladder_dsl.diagram.text import text_width
from stepladder_dsl.model.spec import (
    After,
    Event,
    OnEvent,
    Outcome,
    Process,
    Record,
    Spec,
    Stage,
    Transition,
    Trigger,
)
from stepladder_dsl.model.types import Duration, Unit

SVG = "{http://www.w3.org/2000/svg}"
ROOT = Path(__file__).resolve().parents[2]
SPECS = sorted(path for path in ROOT.glob("specs/*/*.ladder"))
LANGUAGES = ["en", "ru", "bg", "fa"]


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # noqa: S314 - we wrote it ourselves a moment ago


def plain(text: str) -> str:
    """Take away the marks of direction that painters need."""
    return re.sub("[\u2066-\u2069]", "", text)


def texts_in(svg: str) -> list[str]:
    return [plain(element.text or "") for element in parsed(svg).iter(f"{SVG}text")]


def boxes_in(svg: str) -> tuple[list[tuple[str, Box]], dict[str, Box], Box]:
    """Give the texts with their boxes, the cards by name, and the page."""
    texts: list[tuple[str, Box]] = []
    cards: dict[str, Box] = {}
    root = parsed(svg)
    for element, x, y in _placed(root, 0.0, 0.0):
        if element.tag == f"{SVG}text":
            size = float(element.get("font-size", 0))
            width = text_width(element.text or "", size, bold=element.get("font-weight") == "bold")
            centre = x + float(element.get("x", 0)), y + float(element.get("y", 0)) - size * 0.36
            texts.append((plain(element.text or ""), Box.around(centre, width, size * 0.9)))
        elif element.get("class") == "card":
            left, top, wide, high = (float(element.get(name, 0)) for name in ("x", "y", "width", "height"))
            place = Box(x + left, y + top, x + left + wide, y + top + high)
            cards[str(element.get("data-name"))] = place
    return texts, cards, Box(0, 0, float(root.get("width", 0)), float(root.get("height", 0)))


def _placed(
    element: ElementTree.Element, x: float, y: float
) -> Iterator[tuple[ElementTree.Element, float, float]]:
    moved = re.match(r"translate\(([-\d.]+) ([-\d.]+)\)", element.get("transform", ""))
    if moved:
        x, y = x + float(moved[1]), y + float(moved[2])
    yield element, x, y
    for child in element:
        yield from _placed(child, x, y)


def faults(svg: str) -> list[str]:
    """Say what is wrong with a picture: texts beyond the page, over each other, or over a card's border."""
    texts, cards, page = boxes_in(svg)
    found = [f"beyond the page: {text}" for text, box in texts if not page.holds(box)]
    for (one, box), (other, second) in combinations(texts, 2):
        if box.grown(-0.5).meets(second):
            found.append(f"over each other: {one} / {other}")
    for text, box in texts:
        for name, card in cards.items():
            if card.meets(box) and not card.holds(box):
                found.append(f"over the border of {name}: {text}")
    for (one, box), (other, second) in combinations(cards.items(), 2):
        if box.meets(second):
            found.append(f"cards over each other: {one} / {other}")
    return found


def live_of(spec: Spec) -> Live:
    """Make figures for everything in a spec."""
    return Live(
        as_of="2026-01-01",
        stages={
            f"{process.name}/{stage}": StageFigures(1234, 5678, 12.5, 3)
            for process in spec.processes.values()
            for stage in process.stages
        },
        rungs={
            process.name: tuple(RungFigures(4000 >> number, 0.5 + number) for number in range(len(rungs)))
            for process in spec.processes.values()
            for rungs in [rungs_of(process)]
        },
        offers={name: OfferFigures(300, 120, 7) for name in spec.offers},
    )


@pytest.mark.parametrize("view", sorted(VIEWS))
@pytest.mark.parametrize("file", SPECS, ids=lambda path: path.stem)
def test_every_view_of_every_spec_is_whole(file: Path, view: str) -> None:
    spec = compile_file(file).spec
    assert spec
    for live in (None, live_of(spec)):
        assert faults(draw_view(spec, view, None, live)) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("view", sorted(VIEWS))
def test_a_view_is_the_same_on_every_run(phone_shop: Callable[[str], Spec], language: str, view: str) -> None:
    spec = phone_shop(language)
    assert draw_view(spec, view) == draw_view(spec, view)


def test_every_language_has_every_sentence_with_the_same_values() -> None:
    for language in LANGUAGES:
        own, english = sentences(language), sentences("en")
        assert own.keys() == english.keys()
        for key, sentence in own.items():
            assert set(re.findall(r"{\w+}", sentence)) == set(re.findall(r"{\w+}", english[key])), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_ladder_shows_every_stage_and_the_offers_every_offer(
    phone_shop: Callable[[str], Spec], language: str
) -> None:
    spec = phone_shop(language)
    ladder = " ".join(texts_in(draw_view(spec, "ladder")))
    assert [s.label for s in spec.processes["sale"].stages.values() if s.label not in ladder] == []
    offers = " ".join(texts_in(draw_view(spec, "offers")))
    assert [offer.label for offer in spec.offers.values() if offer.label not in offers] == []


@pytest.mark.parametrize(("language", "sign"), [("en", 1), ("fa", -1)])
def test_the_ladder_goes_up_as_one_reads(phone_shop: Callable[[str], Spec], language: str, sign: int) -> None:
    spec = phone_shop(language)
    _, cards, _ = boxes_in(draw_view(spec, "ladder"))
    rungs = [cards[f"sale/{name}"] for name in rungs_of(spec.processes["sale"])]
    for lower, upper in pairwise(rungs):
        assert upper.bottom < lower.top
        assert (upper.centre[0] - lower.centre[0]) * sign > 0


@pytest.mark.parametrize(
    ("spec", "process", "rungs"),
    [
        (
            "relation_ladder/relation_ladder.en",
            "relations",
            ["stranger", "knows", "interested", "buys", "constant"],
        ),
        (
            "phone_sale/phone_sale",
            "sale",
            # Thinking it over is no step up, but weeks that pass after the handover are one.
            ["aware", "talking", "offered", "paid", "settling", "owns", "loyal"],
        ),
    ],
)
def test_the_rungs_are_what_leads_ahead(spec: str, process: str, rungs: list[str]) -> None:
    model = compile_file(ROOT / "specs" / f"{spec}.ladder").spec
    assert model
    assert list(rungs_of(model.processes[process])) == rungs


def test_the_figures_of_a_run_stand_on_the_ladder(phone_shop: Callable[[str], Spec]) -> None:
    spec = phone_shop("en")
    rungs = rungs_of(spec.processes["sale"])
    counts = [RungFigures(2000 // (number + 1), 11.6) for number in range(len(rungs))]
    live = Live(
        "31 May 2026", {f"sale/{rungs[0]}": StageFigures(41, 2000, 3.0, 7)}, {}, {"sale": tuple(counts)}
    )
    shown = " ".join(texts_in(draw_view(spec, "ladder", None, live)))
    for told in (
        "Data as of 31 May 2026",
        "2,000\u00a0(100%)",
        "now:\u00a041",
        "overdue:\u00a07",
        "50% go on",
    ):
        assert told.replace("\u00a0", " ") in shown.replace("\u00a0", " "), told
    assert "50% go on, median 12 days" in shown


def test_the_figures_of_a_run_stand_on_the_offers(phone_shop: Callable[[str], Spec]) -> None:
    spec = phone_shop("en")
    live = Live("31 May 2026", offers={"starter": OfferFigures(40, 10, 5)})
    shown = " ".join(texts_in(draw_view(spec, "offers", None, live)))
    assert "made: 40" in shown
    assert "accepted: 10 (25%)" in shown
    assert "made: 0" in shown  # the other offer has never been made


def test_the_matrix_has_every_role_below_the_one_it_reports_to(phone_shop: Callable[[str], Spec]) -> None:
    spec = phone_shop("en")
    _, cards, _ = boxes_in(draw_view(spec, "roles"))
    assert set(cards) == {f"role:{name}" for name in spec.roles}
    for role in spec.roles.values():
        if role.reports_to:
            assert cards[f"role:{role.name}"].top > cards[f"role:{role.reports_to}"].top


def test_the_matrix_says_who_does_it_and_who_hears_of_it(phone_shop: Callable[[str], Spec]) -> None:
    spec = phone_shop("en")
    texts, cards, _ = boxes_in(draw_view(spec, "roles"))
    columns = {name.removeprefix("role:"): box for name, box in cards.items()}
    line = next(box for text, box in texts if text == "How is the new phone?")
    found = {
        (text, role)
        for text, box in texts
        for role, column in columns.items()
        if abs(box.centre[1] - line.centre[1]) < 1 and column.left <= box.centre[0] <= column.right
    }
    assert found == {("does it", "service"), ("after 2 days", "manager")}


def test_roles_that_report_in_a_circle_are_all_shown(phone_shop: Callable[[str], Spec]) -> None:
    spec = phone_shop("en")
    circle = {**spec.roles, "manager": replace(spec.roles["manager"], reports_to="seller")}
    _, cards, _ = boxes_in(draw_view(replace(spec, roles=circle), "roles"))
    assert set(cards) == {f"role:{name}" for name in spec.roles}


def test_an_unknown_process_is_named_with_the_known_ones(phone_shop: Callable[[str], Spec]) -> None:
    with pytest.raises(UnknownProcessError, match="no process 'x'; there are: sale"):
        draw_view(phone_shop("en"), "ladder", "x")


def test_the_png_of_a_view_is_the_picture(phone_shop: Callable[[str], Spec]) -> None:
    assert paint_png(draw_view(phone_shop("fa"), "offers")).startswith(b"\x89PNG\r\n\x1a\n")


def test_letters_that_are_markup_elsewhere_are_only_letters(phone_shop: Callable[[str], Spec]) -> None:
    spec = phone_shop("en")
    title = 'A <b>"bold"</b> & \U0001f600 {x}'
    offers = {"starter": replace(spec.offers["starter"], title=title)}
    assert title in " ".join(texts_in(draw_view(replace(spec, offers=offers), "offers")))


WORDS = st.text(st.sampled_from("abc де فا <&\"'{}_-1٣"), min_size=1, max_size=12)
TITLES = st.lists(WORDS, min_size=1, max_size=12).map(" ".join).filter(lambda title: title.strip())


@st.composite
def random_specs(draw: st.DrawFn) -> Spec:
    """Make a process of up to sixty stages with any ways between them and any titles."""
    count = draw(st.integers(1, 60))
    titles = [draw(TITLES) for _ in range(count)]
    stages = {}
    for number in range(count):
        targets = draw(st.lists(st.integers(0, count - 1), max_size=3))
        triggers: list[Trigger] = [
            OnEvent("call"),
            After(Duration(3, Unit.DAY)),
            After(Duration(3, Unit.DAY), "call"),
        ]
        ways = tuple(Transition(draw(st.sampled_from(triggers)), None, f"s{target}") for target in targets)
        end = draw(st.sampled_from([None, None, None, *Outcome]))
        name = f"s{number}"
        stages[name] = Stage(name, titles[number], end=end, transitions=ways, own_transitions=ways)
    process = Process("deal", "client", draw(TITLES), stages=stages)
    return Spec(
        name="random",
        title=draw(TITLES),
        language=draw(st.sampled_from(LANGUAGES)),
        records={"client": Record("client")},
        events={"call": EVENT},
        processes={"deal": process},
    )


EVENT = Event("call", "client")


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(random_specs())
def test_the_ladder_of_any_process_is_whole(spec: Spec) -> None:
    assert faults(draw_view(spec, "ladder", None, live_of(spec))) == []
