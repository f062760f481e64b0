from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from unicodedata import bidirectional
from xml.etree import ElementTree

import pytest

from stepladder_dsl.compile import compile_file
from stepladder_dsl.diagram import style
from stepladder_dsl.diagram.fold import lay_out
from stepladder_dsl.diagram.geometry import Box
from stepladder_dsl.diagram.layout import Layout, out_of_order
from stepladder_dsl.diagram.picture import UnknownProcessError, draw, draw_dot, draw_png, draw_svg
from stepladder_dsl.diagram.scene import Scene, build_scene
from stepladder_dsl.diagram.text import block, text_width
from stepladder_dsl.diagram.ways import Places, Way, sort_ways
from stepladder_dsl.graph.build import build_graph
from stepladder_dsl.graph.items import TRANSITION_KINDS
from stepladder_dsl.model.spec import OnEvent, Spec, Transition

SVG = "{http://www.w3.org/2000/svg}"
LANGUAGES = ["en", "ru", "bg", "fa"]


def plain(text: str) -> str:
    """Take away the marks of direction that painters need."""
    return re.sub("[\u2066-\u2069]", "", text)


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # noqa: S314 - we wrote it ourselves a moment ago


def texts_in(svg: str) -> list[str]:
    return [plain(element.text or "") for element in parsed(svg).iter(f"{SVG}text")]


def laid_out(spec: Spec, process: str) -> tuple[Scene, Layout]:
    scene = build_scene(build_graph(spec), process)
    return scene, lay_out(scene)


def all_samples(
    phone_shop: Callable[[str], Spec], tiny: Spec, long_chain: Spec
) -> Iterator[tuple[Scene, Layout]]:
    yield from (laid_out(phone_shop(language), "sale") for language in LANGUAGES)
    yield laid_out(tiny, "deal")
    yield laid_out(long_chain, "chain")


@pytest.fixture(scope="session")
def samples(phone_shop: Callable[[str], Spec], tiny: Spec, long_chain: Spec) -> list[tuple[Scene, Layout]]:
    return list(all_samples(phone_shop, tiny, long_chain))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_title_is_text_in_the_svg(phone_shop: Callable[[str], Spec], language: str) -> None:
    spec = phone_shop(language)
    shown = " ".join(texts_in(draw_svg(build_graph(spec))))
    titles = [stage.label for stage in spec.processes["sale"].stages.values()]
    titles += [phase.label for phase in spec.processes["sale"].phases.values()]
    titles += [role.label for role in spec.roles.values()]
    titles += [spec.label, spec.processes["sale"].label]
    titles += [offer.label for offer in spec.offers.values()]
    titles += [follow_up.label for follow_up in spec.follow_ups.values()]
    assert [title for title in titles if title not in shown] == []


def test_every_transition_of_a_stage_is_an_arrow(phone_shop: Callable[[str], Spec]) -> None:
    spec = phone_shop("en")
    root = parsed(draw_svg(build_graph(spec)))
    drawn = [
        (part.get("data-from"), part.get("class"), part.get("data-to"))
        for part in root.iter(f"{SVG}g")
        if part.get("data-from")
    ]
    assert sorted(map(str, drawn)) == sorted(
        map(
            str,
            [
                ("sale/aware", "event", "sale/choosing"),
                ("sale/aware", "timer", "sale/cold"),
                ("sale/choosing", "event", "sale/paying"),
                ("sale/choosing", "timer", "sale/thinking"),
                ("sale/thinking", "event", "sale/paying"),
                ("sale/thinking", "event", "sale/thinking"),
                ("sale/thinking", "timer", "sale/cold"),
                ("sale/paying", "when", "sale/bought"),
                ("sale/paying", "event", "sale/gone"),
                ("sale/bought", "event", "sale/claim"),
                ("sale/bought", "event", "sale/loyal"),
                ("sale/claim", "event", "sale/in_repair"),
                ("sale/in_repair", "event", "sale/bought"),
                ("sale/loyal", "event", "sale/claim"),
                ("sale/loyal", "event", "sale/settled"),
                ("sale/cold", "event", "sale/choosing"),
            ],
        )
    )


def test_what_a_phase_says_is_one_arrow_from_its_frame(phone_shop: Callable[[str], Spec]) -> None:
    scene = build_scene(build_graph(phone_shop("en")), "sale")
    assert [(arrow.from_frame, arrow.head) for arrow in scene.arrows if arrow.from_frame] == [
        ("selling", "sale/gone"),
        ("after_sale", "sale/settled"),
    ]


def with_shared(tiny: Spec, *shared: Transition) -> Spec:
    """Give the small process with transitions that it lends to its open stages."""
    process = tiny.processes["deal"]
    stages = {
        name: stage if stage.end else replace(stage, transitions=(*stage.transitions, *shared))
        for name, stage in process.stages.items()
    }
    stages["away"] = replace(process.stages["done"], name="away", title="Gone")
    return replace(tiny, processes={"deal": replace(process, stages=stages, transitions=shared)})


def test_what_the_process_lends_is_a_line_where_it_leads(tiny: Spec) -> None:
    spec = with_shared(
        with_second_open_stage(tiny), Transition(OnEvent("call"), None, "away", guard_text="late = yes")
    )
    scene, layout = laid_out(spec, "deal")
    away = next(card for card in scene.cards if card.id == "deal/away")
    assert [row.mark for row in away.rows] == ["lost" if away.shape == "lost" else "won", "way_in"]
    assert " ".join(away.rows[1].block.lines).startswith("from any other stage: call")
    assert [arrow.head for arrow in scene.arrows if arrow.head == "deal/away"] == []
    assert "deal/away" in layout.cards


def with_second_open_stage(tiny: Spec) -> Spec:
    process = tiny.processes["deal"]
    first = process.stages["open"]
    second = replace(first, name="second", title="Second", start=False)
    stages = {"open": first, "second": second, **process.stages}
    return replace(tiny, processes={"deal": replace(process, stages=stages)})


def test_what_every_stage_notes_is_one_line_below_the_title(tiny: Spec) -> None:
    spec = with_shared(with_second_open_stage(tiny), Transition(OnEvent("buy"), None, None))
    texts = texts_in(draw_svg(build_graph(spec)))
    # Both stages note a late call themselves, and the process lends them the purchase.
    assert "Noted at every stage: call, when late \u00b7 buy" in texts
    assert "noted, the case stays" in texts


def test_what_one_stage_notes_is_a_line_in_its_card_and_no_loop(tiny: Spec) -> None:
    scene, _ = laid_out(with_second_open_stage(with_shared(tiny)), "deal")
    process = tiny.processes["deal"]
    opened = process.stages["open"]
    stages = {
        "open": opened,
        "second": replace(opened, name="second", start=False, own_transitions=(), transitions=()),
        **process.stages,
    }
    scene, _ = laid_out(replace(tiny, processes={"deal": replace(process, stages=stages)}), "deal")
    rows = {card.id: [row.block.lines for row in card.rows if row.mark == "stay"] for card in scene.cards}
    assert rows["deal/open"] == [("call, when late",)]
    assert rows["deal/second"] == []
    loops = [arrow for arrow in scene.arrows if arrow.tail == arrow.head]
    assert [(arrow.tail, arrow.rows[0].block.lines) for arrow in loops] == [("deal/open", ("call",))]


def test_every_transition_is_shown_once_at_least(phone_shop: Callable[[str], Spec], tiny: Spec) -> None:
    for spec in (
        phone_shop("en"),
        with_shared(with_second_open_stage(tiny), Transition(OnEvent("buy"), None, "away")),
    ):
        graph = build_graph(spec)
        for process in spec.processes:
            stages = {
                node: attributes
                for node, attributes in graph.nodes(data=True)
                if attributes["kind"] == "stage" and attributes["process"] == process
            }
            every = [
                Way(source, target, {"key": key, **edge})
                for source, target, key, edge in graph.edges(keys=True, data=True)
                if edge["kind"] in TRANSITION_KINDS
            ]
            ways = sort_ways(Places(stages), every)
            frames = {way.from_frame for way in ways.arrows if way.from_frame}
            drawn = {(way.source, way.sentence) for way in ways.arrows}
            listed = {
                (source, target, line.edge["label"])
                for target, lines in ways.ways_in.items()
                for line in lines
                for source in line.sources
            }
            noted = {edge["label"] for edges in ways.noted.values() for edge in edges}
            for way in every:
                lent_by_frame = way.edge["origin_name"] in frames
                assert (
                    (way.source, way.sentence) in drawn
                    or (way.source, way.target, way.edge["label"]) in listed
                    or (way.edge["stays"] and way.edge["label"] in noted)
                    or lent_by_frame
                ), way


def test_a_follow_up_of_many_stages_stands_below_the_title(phone_shop: Callable[[str], Spec]) -> None:
    spec = phone_shop("en")
    process = spec.processes["sale"]
    noted = Transition(OnEvent("repaired"), None, None)
    stages = {
        name: stage if stage.end else replace(stage, transitions=(*stage.transitions, noted))
        for name, stage in process.stages.items()
    }
    changed = replace(process, stages=stages, transitions=(noted,))
    scene = build_scene(build_graph(replace(spec, processes={"sale": changed})), "sale")
    heading = [" ".join(row.block.lines) for row in scene.heading]
    assert any(text.startswith("At any stage: Satisfaction call") for text in heading)
    in_cards = [line for card in scene.cards for row in card.rows for line in row.block.lines]
    assert not any("Satisfaction call" in line for line in in_cards)


@pytest.mark.parametrize(
    ("guards", "label"),
    [
        (("late", "sum_paid >= 10000"), ["buy", "when late", "when sum paid ≥ 10,000"]),
        # One for all other cases: together they depend on nothing.
        (("late", None), ["buy"]),
    ],
)
def test_ways_that_differ_in_their_guard_share_an_arrow(
    tiny: Spec, guards: tuple[str | None, ...], label: list[str]
) -> None:
    process = tiny.processes["deal"]
    opened = process.stages["open"]
    guard = opened.own_transitions[1].guard
    ways = tuple(
        Transition(OnEvent("buy"), guard if text else None, "done", guard_text=text or "") for text in guards
    )
    stages = {**process.stages, "open": replace(opened, own_transitions=ways, transitions=ways)}
    scene, _ = laid_out(replace(tiny, processes={"deal": replace(process, stages=stages)}), "deal")
    labels = [[" ".join(row.block.lines) for row in arrow.rows] for arrow in scene.arrows]
    assert labels == [label]


def test_a_long_process_has_two_columns_that_follow_each_other_as_one_reads(
    phone_shop: Callable[[str], Spec],
) -> None:
    for language in ("en", "fa"):
        _, layout = laid_out(phone_shop(language), "sale")
        first, second = layout.frames["selling"], layout.frames["after_sale"]
        ahead = (first.right <= second.left, second.right <= first.left)
        assert ahead == ((True, False) if language == "en" else (False, True))


def test_arrows_there_and_back_are_two_lines(samples: list[tuple[Scene, Layout]]) -> None:
    for scene, layout in samples:
        middles = [layout.lines[arrow.id].halfway for arrow in scene.arrows if arrow.tail != arrow.head]
        assert all(
            abs(one[0] - other[0]) + abs(one[1] - other[1]) > 3 for one, other in combinations(middles, 2)
        )


def test_every_arrow_has_its_own_line_and_label(samples: list[tuple[Scene, Layout]]) -> None:
    for scene, layout in samples:
        assert len({arrow.id for arrow in scene.arrows}) == len(scene.arrows) == len(layout.labels)


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("Новости клуба — просрочено", 118, ("Новости клуба —", "просрочено")),
        (
            "prices and terms are\u00a0agreed\u00a0\u00b7 pays",
            64,
            ("prices and", "terms are", "agreed \u00b7", "pays"),
        ),
        ("Продавец-консультант", 90, ("Продавец-", "консультант")),
        ("two-year-plan", 60, ("two-", "year-plan")),
    ],
)
def test_lines_end_at_hyphens_and_begin_with_words(text: str, width: float, lines: tuple[str, ...]) -> None:
    assert block(text, style.SMALL_SIZE, width).lines == lines


STRANGE = re.compile("[\u2066\u2067][^\u2066-\u2069]*\u2069")
WHOLE = re.compile(f"\u2067((?:[^\u2066-\u2069]|{STRANGE.pattern})*)\u2069")
"""A line from right to left, with what runs the other way in it."""


@pytest.mark.parametrize("view", ["process", "lanes", "ladder", "offers", "overview"])
@pytest.mark.parametrize(("titles", "words"), [("en", "fa"), ("fa", "en")])
def test_titles_of_the_other_direction_keep_their_order_in_each_line(
    phone_shop: Callable[[str], Spec], titles: str, words: str, view: str
) -> None:
    svg = draw(replace(phone_shop(titles), language=words), view)
    for element in parsed(svg).iter(f"{SVG}text"):
        line = element.text or ""
        assert line.count("\u2066") + line.count("\u2067") == line.count("\u2069"), line
        whole = WHOLE.fullmatch(line)
        ours = STRANGE.sub("", whole[1] if whole else line)
        directions = {bidirectional(letter) for letter in ours if letter.isalpha()}
        assert len(directions) <= 1 or "EUR" in ours, line


@pytest.mark.parametrize(
    ("guard", "told"),
    [
        ('a = "X20"', 'اگر \u2066a = "X20"\u2069'),
        ("a in (1, 2)", "اگر \u2066a in (1, 2)\u2069"),
        ("خرید >= 2", "اگر خرید ≥ 2"),
        ("a معلوم است", "اگر \u2066a\u2069 معلوم است"),
    ],
)
def test_a_condition_of_the_other_direction_keeps_its_order_behind_its_when(
    tiny: Spec, guard: str, told: str
) -> None:
    process = tiny.processes["deal"]
    way = Transition(
        OnEvent("buy"), process.stages["open"].own_transitions[1].guard, "done", guard_text=guard
    )
    opened = replace(process.stages["open"], own_transitions=(way,), transitions=(way,))
    changed = replace(process, stages={**process.stages, "open": opened})
    svg = draw_svg(build_graph(replace(tiny, language="fa", processes={"deal": changed})))
    lines = [element.text or "" for element in parsed(svg).iter(f"{SVG}text")]
    assert f"\u2067{told}\u2069" in [line.replace("\u00a0", " ") for line in lines]


@pytest.mark.parametrize(("kind", "dashed"), [("event", False), ("timer", True), ("when", True)])
def test_lines_of_different_kinds_differ_without_colour(
    phone_shop: Callable[[str], Spec], kind: str, dashed: bool
) -> None:
    root = parsed(draw_svg(build_graph(phone_shop("en"))))
    arrows = [part for part in root.iter(f"{SVG}g") if part.get("class") == kind]
    strokes = {arrow[0].get("stroke-dasharray") for arrow in arrows}
    assert strokes == {style.STROKES[kind].dashes}
    assert (strokes != {None}) == dashed


def test_the_dot_text_has_every_stage_and_arrow(phone_shop: Callable[[str], Spec]) -> None:
    spec = phone_shop("fa")
    dot = draw_dot(build_graph(spec))
    assert sum("->" in line and "invis" not in line for line in dot.splitlines()) == 16
    assert all(f'"sale/{name}"' in dot for name in spec.processes["sale"].stages)
    assert "newrank=true" in dot


def test_no_card_label_or_heading_covers_another(samples: list[tuple[Scene, Layout]]) -> None:
    for scene, layout in samples:
        boxes = [*layout.cards.items(), *layout.labels.items(), *layout.headings.items()]
        clashes = [
            (one, other)
            for index, (one, box) in enumerate(boxes)
            for other, second in boxes[index + 1 :]
            if box.meets(second)
        ]
        assert clashes == [], scene.language


def test_no_label_sits_on_a_line(samples: list[tuple[Scene, Layout]]) -> None:
    for scene, layout in samples:
        covered = [
            (label, name)
            for label, box in layout.labels.items()
            for name, line in layout.lines.items()
            if line.crosses(box)
        ]
        assert covered == [], scene.language


@pytest.mark.parametrize("name", ["six_processes", "client_formula"])
def test_phases_follow_the_text_and_labels_their_ways(root: Path, name: str) -> None:
    spec = compile_file(root / "specs" / name / f"{name}.ladder", lint=False).spec
    assert spec
    scene = build_scene(build_graph(spec), next(iter(spec.processes)))
    layout = lay_out(scene)
    assert out_of_order(scene, layout) == 0
    # A way that leaves a whole phase is cut short by its frame, and its label goes with what is left.
    near = {arrow: box.grown(27) for arrow, box in layout.labels.items()}
    assert [arrow for arrow, box in near.items() if not layout.lines[arrow].crosses(box)] == []


def test_every_text_fits_its_box(samples: list[tuple[Scene, Layout]]) -> None:
    for scene, layout in samples:
        for card in scene.cards:
            box = layout.cards[card.id]
            for row in card.rows:
                for line in row.block.lines:
                    width = text_width(line, row.block.size, bold=row.block.bold)
                    assert row.indent + width <= box.width - 2 * card.side + 0.01, line
        for arrow in scene.arrows:
            assert all(row.width <= layout.labels[arrow.id].width for row in arrow.rows)


def test_frames_hold_their_cards_and_nothing_else(samples: list[tuple[Scene, Layout]]) -> None:
    for scene, layout in samples:
        parents = {frame.id: frame.parent for frame in scene.frames}
        for card in scene.cards:
            around: set[str] = set()
            frame = card.frame
            while frame is not None:
                around.add(frame)
                frame = parents[frame]
            for name, box in layout.frames.items():
                assert box.holds(layout.cards[card.id]) == (name in around), (card.id, name)
                assert box.meets(layout.cards[card.id]) == (name in around), (card.id, name)


def test_every_arrow_ends_at_the_card_it_leads_to(samples: list[tuple[Scene, Layout]]) -> None:
    for scene, layout in samples:
        for arrow in scene.arrows:
            x, y = layout.lines[arrow.id].tip
            near = Box.around((x, y), 3, 3)
            assert near.meets(layout.cards[arrow.head]), (scene.language, arrow.id)


def test_nothing_reaches_beyond_the_page(phone_shop: Callable[[str], Spec]) -> None:
    root = parsed(draw_svg(build_graph(phone_shop("ru"))))
    page = Box(0, 0, float(root.get("width", 0)), float(root.get("height", 0)))
    for box in _text_boxes(root, 0.0, 0.0):
        assert page.holds(box)


def _text_boxes(element: ElementTree.Element, x: float, y: float) -> Iterator[Box]:
    moved = re.match(r"translate\(([-\d.]+) ([-\d.]+)\)", element.get("transform", ""))
    if moved:
        x, y = x + float(moved[1]), y + float(moved[2])
    if element.tag == f"{SVG}text":
        size = float(element.get("font-size", 0))
        width = text_width(element.text or "", size, bold=element.get("font-weight") == "bold")
        centre = x + float(element.get("x", 0)), y + float(element.get("y", 0)) - size * 0.36
        yield Box.around(centre, width, size)
    for child in element:
        yield from _text_boxes(child, x, y)


def test_a_process_of_a_dozen_stages_is_readable_on_one_page(phone_shop: Callable[[str], Spec]) -> None:
    for language in LANGUAGES:
        root = parsed(draw_svg(build_graph(phone_shop(language))))
        width, height = float(root.get("width", 0)), float(root.get("height", 0))
        scale = max(min(page[0] / width, page[1] / height) for page in style.PAGES)
        assert style.SMALL_SIZE * scale * 0.75 > 7, language  # points on paper


def test_the_png_is_the_picture_at_twice_the_size(tiny: Spec) -> None:
    graph = build_graph(tiny)
    root = parsed(draw_svg(graph))
    png = draw_png(graph)
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    assert (width, height) == (2 * int(root.get("width", 0)), 2 * int(root.get("height", 0)))


def test_the_same_spec_gives_the_same_picture(phone_shop: Callable[[str], Spec]) -> None:
    assert draw_svg(build_graph(phone_shop("fa"))) == draw_svg(build_graph(phone_shop("fa")))


def test_the_svg_brings_its_letters_along(phone_shop: Callable[[str], Spec]) -> None:
    svg = draw_svg(build_graph(phone_shop("fa")))
    assert svg.count("@font-face") == 2
    assert len(svg) < 200_000


def test_persian_lines_are_isolated_so_that_digits_stay_in_place(phone_shop: Callable[[str], Spec]) -> None:
    svg = draw_svg(build_graph(phone_shop("fa")))
    assert "\u2067۱۲ ماه پس از «مراجعه»\u2069" in svg


def test_all_processes_are_drawn_unless_one_is_named(tiny: Spec) -> None:
    deal = tiny.processes["deal"]
    graph = build_graph(replace(tiny, processes={"deal": deal, "second": replace(deal, name="second")}))
    assert {"deal", "second"} <= set(texts_in(draw_svg(graph)))
    assert "second" not in texts_in(draw_svg(graph, "deal"))
    assert draw_dot(graph).count("digraph") == 2


def test_an_unknown_process_is_named_with_the_known_ones(tiny: Spec) -> None:
    with pytest.raises(UnknownProcessError, match="no process 'x'; there are: deal"):
        draw_svg(build_graph(tiny), "x")


def test_letters_that_are_markup_elsewhere_are_only_letters(tiny: Spec) -> None:
    process = tiny.processes["deal"]
    title = 'A <b>"bold"</b> & \\n {x|y}'
    stages = {**process.stages, "open": replace(process.stages["open"], title=title)}
    changed = replace(tiny, processes={"deal": replace(process, stages=stages)})
    assert " ".join(title.split()) in " ".join(texts_in(draw_svg(build_graph(changed))))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", ()),
        ("one", ("one",)),
        ("after 12 months since visit", ("after 12 months", "since visit")),
        ("when spent\u00a0>=\u00a01000", ("when", "spent >= 1000")),
        ("Donaudampfschifffahrtsgesellschaft", ("Donaudampfschiff", "fahrtsgesellschaft")),
    ],
)
def test_texts_are_wrapped_between_words_and_evenly(text: str, lines: tuple[str, ...]) -> None:
    assert block(text, 11, 110).lines == lines


def test_a_letter_has_the_width_that_a_painter_gives_it() -> None:
    assert text_width("Привет", 13, bold=True) > text_width("Привет", 13) > text_width("При", 13) > 0
    # Joined letters are narrower than the same letters apart.
    assert text_width("پیگیری", 13) < sum(text_width(letter, 13) for letter in "پیگیری")
