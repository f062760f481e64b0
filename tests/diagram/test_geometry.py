"""What holds for the geometry of every view of any spec: specs that are made up, of up to sixty stages.

It is asked of the SVG itself, as a reader sees it: where its texts stand, and what lies on them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import import_module
from itertools import combinations
from math import dist
from pathlib import Path
from random import Random
from typing import Literal, get_args
from xml.etree import ElementTree

import pytest

from stepladder_dsl.compile import compile_file, compile_text
from stepladder_dsl.diagram import style
from stepladder_dsl.diagram.columns import lay_out_columns
from stepladder_dsl.diagram.fold import lay_out
from stepladder_dsl.diagram.geometry import Box, Line, line_through
from stepladder_dsl.diagram.layout import Layout
from stepladder_dsl.diagram.live import Live, OfferFigures, RungFigures, StageFigures, WayFigures, WayKey
from stepladder_dsl.diagram.owners import Owners
from stepladder_dsl.diagram.picture import ALL_VIEWS, draw, draw_trails
from stepladder_dsl.diagram.rungs import rungs_of
from stepladder_dsl.diagram.scene import Scene, build_scene
from stepladder_dsl.diagram.text import text_width
from stepladder_dsl.diagram.trail import Note, Trail
from stepladder_dsl.graph.build import build_graph
from stepladder_dsl.graph.edges import transition_edges
from stepladder_dsl.graph.items import item_id, stage_id
from stepladder_dsl.model.spec import Spec
from stepladder_dsl.source import Source

ROOT = Path(__file__).resolve().parents[2]
SPECS = [
    # A translation has the same picture with other words.
    pytest.param(file, marks=[pytest.mark.nightly] if "." in file.stem else [], id=file.stem)
    for file in sorted(ROOT.glob("specs/*/*.ladder"))
]
SVG = "{http://www.w3.org/2000/svg}"
WORDS = {
    "en": (
        "asks",
        "pays",
        "compares two or three",
        "returns",
        "complains loudly",
        "I",
        "signs",
        '"quoted" <b>',
    ),
    "ru": (
        "спрашивает",
        "платит",
        "сравнивает",
        "возвращает",
        "жалуется",
        "я",
        "подписывает договор",
        "щёлк",
    ),
    "bg": ("пита", "плаща", "сравнява", "връща", "оплаква се", "той", "подписва", "ъгъл"),
    "fa": ("می‌پرسد", "پرداخت می‌کند", "مقایسه", "برمی‌گرداند", "شکایت دارد", "او", "امضا", "۱۲ ماه"),
}
EVERYDAY = [("en", 5, 1), ("fa", 9, 2), ("ru", 14, 3), ("bg", 22, 4), ("fa", 31, 5)]
NIGHTLY = [
    (language, stages, 10 * stages + number)
    for stages in (3, 12, 18, 24, 25, 26, 37, 44, 50, 60)
    for number, language in enumerate(WORDS)
]
Placed = tuple[Scene, Layout]
TrailKind = Literal["case", "scenario", "scenarios"]
LIVE = ("process", "lanes", "ladder", "offers", "overview")
"""The views that show the figures of a run."""
VIEW_NAMES = (*ALL_VIEWS, *(f"{view} with figures" for view in LIVE), *get_args(TrailKind))
CASES = [
    *((*case, view) for case in EVERYDAY for view in VIEW_NAMES),
    *(("fa", 60, 8, view) for view in ("process", "lanes")),
    *(pytest.param(*case, view, marks=pytest.mark.nightly) for case in NIGHTLY for view in VIEW_NAMES),
]


@pytest.fixture(scope="session")
def made_up() -> Callable[[str, int, int], Spec]:
    """The way to a made-up spec: its language, number of stages, and the seed of its generator."""

    @cache
    def make(language: str, stages: int, seed: int) -> Spec:
        with pytest.MonkeyPatch.context() as patch:
            patch.syspath_prepend(str(ROOT / "bench"))
            text = import_module("draw").made_up(
                stages, seed, [word.replace('"', "") for word in WORDS[language]]
            )
        found = compile_text(Source("made_up.ladder", text), lint=False)
        assert found.spec, [problem.code for problem in found.diagnostics]
        return replace(found.spec, language=language)

    return make


def drawn(spec: Spec, view: str) -> str:
    """Draw a view; its figures, or the way through the process, are made up, the same for the same spec."""
    chance = Random(f"{spec.language}/{len(spec.events)}")  # noqa: S311 - repeatable
    trails = {
        kind: {name: made_up_trail(spec, kind, chance) for name in spec.processes}
        for kind in get_args(TrailKind)
        if kind == view
    }
    if trails:
        return draw_trails(build_graph(spec), trails[view])
    view, _, figures = view.partition(" with ")
    return draw(spec, view, live=made_up_figures(spec, chance) if figures else None)


def made_up_figures(spec: Spec, chance: Random) -> Live:
    """Make figures of a run: large ones and none at all, medians and overdue tasks here and there."""

    def count() -> int:
        return chance.choice((0, 1, chance.randrange(100), chance.randrange(2_000_000)))

    def median() -> float | None:
        return chance.choice((None, 0.01, chance.random() * 400))

    return Live(
        next(iter(WORDS[spec.language])) * 3,
        {node: StageFigures(count(), count(), median(), count()) for node in stages_of(spec)},
        {key: WayFigures(count(), median()) for key in ways_of(spec)},
        {
            name: tuple(RungFigures(count(), median()) for _ in rungs_of(process))
            for name, process in spec.processes.items()
        },
        {name: OfferFigures(count(), count(), count()) for name in spec.offers},
    )


def made_up_trail(spec: Spec, kind: TrailKind, chance: Random) -> Trail:
    """Make a way that touches half of a process, with much to say of it and little."""
    words = WORDS[spec.language]

    def notes() -> tuple[Note, ...]:
        marks = ["visit"] * chance.randrange(1, 4) + chance.choices(("follow_up", "offer", "limit"), k=2)
        return tuple(
            Note(" ".join(chance.choices(words, k=chance.randrange(1, 9))), mark, chance.random() < 0.3)
            for mark in marks
        )

    return Trail(
        kind,
        " ".join(words),
        {node: notes() for node in stages_of(spec) if chance.random() < 0.5},
        {
            key: (f"{chance.randrange(99)}\u2013{chance.randrange(9_999)}",)
            for key in ways_of(spec)
            if chance.random() < 0.5
        },
        frozenset(item_id("offer", name) for name in spec.offers) if kind == "scenarios" else None,
    )


def stages_of(spec: Spec) -> list[str]:
    return [stage_id(name, stage) for name, process in spec.processes.items() for stage in process.stages]


def ways_of(spec: Spec) -> list[WayKey]:
    return [
        (edge.source, edge.target, edge.line)
        for process in spec.processes.values()
        for edge in transition_edges(spec, process)
        if not edge.stays
    ]


@dataclass
class Seen:
    """What stands on a picture: its size and texts, cards with the texts inside them, lines and their widths.

    `free` are the texts that no card holds and no line passes behind: labels.
    """

    page: Box
    texts: list[tuple[str, Box]] = field(default_factory=list)
    cards: list[tuple[Box, list[tuple[str, Box]]]] = field(default_factory=list)
    lines: list[tuple[Line, float]] = field(default_factory=list)
    free: list[tuple[str, Box]] = field(default_factory=list)


def seen(svg: str) -> Seen:
    root = ElementTree.fromstring(svg)  # noqa: S314 - we wrote it ourselves a moment ago
    found = Seen(Box(0, 0, float(root.get("width", 0)), float(root.get("height", 0))))
    _look(root, 0.0, 0.0, found)
    return found


def _look(element: ElementTree.Element, x: float, y: float, found: Seen) -> None:
    moved = re.match(r"translate\(([-\d.]+) ([-\d.]+)\)", element.get("transform", ""))
    if moved:
        x, y = x + float(moved[1]), y + float(moved[2])
    if element.tag == f"{SVG}text":
        size = float(element.get("font-size", 0))
        width = text_width(element.text or "", size, bold=element.get("font-weight") == "bold")
        centre = x + float(element.get("x", 0)), y + float(element.get("y", 0)) - size * 0.36
        found.texts.append((element.text or "", Box.around(centre, width, size)))
    before, free_before = len(found.texts), len(found.free)
    hidden = False
    for child in element:
        number = len(found.texts)
        _look(child, x, y, found)
        # A rectangle of its own hides what passes behind the heading after it, before the cards.
        hidden = child.get("class") is None and (hidden or child.tag == f"{SVG}rect")
        if child.tag == f"{SVG}text" and not hidden:
            found.free.extend(found.texts[number:])
    if element.get("class") == "stage":
        found.cards.append((_outline(element[0], x, y), found.texts[before:]))
        del found.free[free_before:]
    if element.get("data-from") is not None and element[0].get("d"):
        found.lines.append((_line(element, x, y), float(element[0].get("stroke-width", 0))))


def _line(arrow: ElementTree.Element, x: float, y: float) -> Line:
    """Give the line of an arrow: its spline, then the tip of its head."""
    spline, head = (re.findall(r"(-?[\d.]+),(-?[\d.]+)", path.get("d", "")) for path in arrow[:2])
    points = [(x + float(across), y + float(down)) for across, down in spline]
    return line_through(points, (x + float(head[1][0]), y + float(head[1][1])))


def _outline(shape: ElementTree.Element, x: float, y: float) -> Box:
    if shape.tag == f"{SVG}rect":
        left, top, width, height = (float(shape.get(name, 0)) for name in ("x", "y", "width", "height"))
        return Box(x + left, y + top, x + left + width, y + top + height)
    numbers = [float(number) for number in re.findall(r"-?\d+\.?\d*", shape.get("d", ""))]
    xs, ys = numbers[::2], numbers[1::2]
    return Box(x + min(xs), y + min(ys), x + max(xs), y + max(ys))


def check(svg: str) -> None:
    """Hold that nothing is cut, and that no text lies on another, on a line or a card, or leaves its card."""
    found = seen(svg)
    assert [text for text, box in found.texts if not found.page.holds(box)] == []
    assert clashes_of(found.texts) == []
    for card, texts in found.cards:
        assert [text for text, box in texts if not card.grown(0.5).holds(box)] == []
    assert not any(one.meets(other) for (one, _), (other, _) in combinations(found.cards, 2))
    for text, box in found.free:
        assert [wide for line, wide in found.lines if line.crosses(box.grown(wide / 2 - 1))] == [], text
        assert not any(box.grown(-0.6).meets(card) for card, _ in found.cards), text


def clashes_of(texts: list[tuple[str, Box]]) -> list[tuple[str, str]]:
    """Give the texts that lie on each other."""
    near = sorted(texts, key=lambda one: one[1].top)
    clashes = []
    for number, (text, box) in enumerate(near):
        for other, second in near[number + 1 :]:
            if second.top >= box.bottom:
                break
            if box.grown(-0.6).meets(second.grown(-0.6)):
                clashes.append((text, other))
    return clashes


@pytest.mark.parametrize(("language", "stages", "seed", "view"), CASES)
def test_no_text_of_any_view_is_cut_or_lies_on_another(
    made_up: Callable[[str, int, int], Spec], language: str, stages: int, seed: int, view: str
) -> None:
    check(drawn(made_up(language, stages, seed), view))


@pytest.mark.parametrize("view", ALL_VIEWS)
@pytest.mark.parametrize("file", SPECS)
def test_no_text_of_any_view_of_our_specs_is_cut_or_lies_on_another(file: Path, view: str) -> None:
    spec = compile_file(file, lint=False).spec
    assert spec
    check(drawn(spec, view))


@pytest.fixture(scope="session")
def laid_out(made_up: Callable[[str, int, int], Spec]) -> Callable[[str, int, int], list[Placed]]:
    """The way to the layouts of a made-up spec: of each process once, however many tests ask."""

    @cache
    def make(language: str, stages: int, seed: int) -> list[Placed]:
        spec = made_up(language, stages, seed)
        scenes = [build_scene(build_graph(spec), process) for process in spec.processes]
        return [(scene, lay_out(scene)) for scene in scenes]

    return make


# In the grid of a long road a label may have to make room for other lines first.
SHORT_ROADS = [case for case in EVERYDAY if case[1] <= style.MANY]


@pytest.mark.parametrize(("language", "stages", "seed"), SHORT_ROADS)
def test_a_label_of_a_way_stands_near_its_line_and_nearer_than_to_another_of_its_colour(
    laid_out: Callable[[str, int, int], list[Placed]], language: str, stages: int, seed: int
) -> None:
    for scene, layout in laid_out(language, stages, seed):
        far = [way for way, box in layout.labels.items() if not layout.lines[way].crosses(box.grown(27))]
        assert far == []
        owners = Owners(layout.lines, scene.arrows)
        taken_for = {way: owners.rivals(box, way, clearer=0.0) for way, box in layout.labels.items()}
        assert {way: others for way, others in taken_for.items() if others} == {}


@pytest.mark.parametrize(
    ("language", "stages", "seed"),
    [
        *SHORT_ROADS,
        *(pytest.param(*case, marks=pytest.mark.nightly) for case in NIGHTLY if case[1] < style.MANY),
    ],
)
def test_every_head_ends_at_its_card_and_lies_on_no_other(
    laid_out: Callable[[str, int, int], list[Placed]], language: str, stages: int, seed: int
) -> None:
    for scene, layout in laid_out(language, stages, seed):
        for arrow in scene.arrows:
            tip = Box.around(layout.lines[arrow.id].tip, 0, 0)
            card = layout.cards[arrow.head]
            assert card.grown(1).holds(tip), arrow.id
            assert not card.grown(-style.WON_RADIUS / 2).holds(tip), arrow.id
        tips = [(arrow.id, layout.lines[arrow.id].tip) for arrow in scene.arrows]
        wide = style.ARROW_LENGTH * 0.9
        assert [
            (one, other) for (one, tip), (other, to) in combinations(tips, 2) if dist(tip, to) < wide
        ] == []


@pytest.mark.parametrize(("language", "stages", "seed"), EVERYDAY[:4])
def test_no_way_and_no_label_meets_the_title_of_a_phase_in_columns(
    made_up: Callable[[str, int, int], Spec], language: str, stages: int, seed: int
) -> None:
    spec = made_up(language, stages, seed)
    graph = build_graph(spec)
    for process in spec.processes:
        layout = lay_out_columns(build_scene(graph, process))
        titles = layout.headings.values()
        assert [way for way, line in layout.lines.items() if any(map(line.crosses, titles))] == []
        assert [way for way, box in layout.labels.items() if any(map(box.meets, titles))] == []


@pytest.mark.parametrize("language", WORDS)
def test_every_title_is_text_in_every_language(
    made_up: Callable[[str, int, int], Spec], language: str
) -> None:
    spec = made_up(language, 20, 9)
    for view in ("process", "lanes", "ladder"):
        shown = re.sub("[\u2066-\u2069]", "", " ".join(text for text, _ in seen(drawn(spec, view)).texts))
        titles = {stage.label for process in spec.processes.values() for stage in process.stages.values()}
        assert {" ".join(title.split()) for title in titles if title not in shown} == set(), view


@pytest.mark.parametrize("view", ["lanes", "ladder", "offers", "roles"])
def test_right_to_left_is_the_same_picture_in_a_mirror(
    made_up: Callable[[str, int, int], Spec], view: str
) -> None:
    """Leading edges change sides: what begins on the left in one begins on the right in the other."""
    spec = made_up("fa", 12, 3)
    for language, leading in (("en", False), ("fa", True)):
        found = seen(drawn(replace(spec, language=language), view))
        title = max(found.texts, key=lambda one: one[1].height)
        distance_left, distance_right = title[1].left, found.page.right - title[1].right
        assert (distance_right < distance_left) == leading
        assert min(distance_left, distance_right) == pytest.approx(style.PAGE_MARGIN, abs=1.5)


def test_the_same_spec_gives_the_same_bytes(made_up: Callable[[str, int, int], Spec]) -> None:
    for view in ALL_VIEWS:
        assert drawn(made_up("fa", 30, 4), view) == drawn(made_up("fa", 30, 4), view)
