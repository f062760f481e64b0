"""What holds for the geometry of every view of any spec: specs that are made up, of up to sixty stages.

It is asked of the SVG itself, as a reader sees it: where its texts stand, and what lies on them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from importlib import import_module
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest

from stepladder_dsl.compile import compile_file, compile_text
from stepladder_dsl.diagram import style
from stepladder_dsl.diagram.fold import lay_out
from stepladder_dsl.diagram.geometry import Box
from stepladder_dsl.diagram.lanes import best_lanes
from stepladder_dsl.diagram.layout import Layout, covered_labels
from stepladder_dsl.diagram.picture import VIEWS, draw_lanes, draw_overview, draw_svg, draw_view
from stepladder_dsl.diagram.scene import build_scene
from stepladder_dsl.diagram.text import text_width
from stepladder_dsl.graph.build import build_graph
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
CASES = [
    ("en", 5, 1),
    ("fa", 9, 2),
    ("ru", 14, 3),
    ("bg", 22, 4),
    ("fa", 31, 5),
    ("en", 44, 6),
    pytest.param("ru", 60, 7, marks=pytest.mark.nightly),
    ("fa", 60, 8),
]
VIEW_NAMES = ("process", "lanes", "overview", *VIEWS)


@pytest.fixture(scope="session")
def made_up() -> Callable[[str, int, int], Spec]:
    """The way to a made-up spec: its language, number of stages, and the seed of its generator."""

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
    if view == "process":
        return draw_svg(build_graph(spec))
    if view == "lanes":
        return draw_lanes(build_graph(spec))
    return draw_overview(spec) if view == "overview" else draw_view(spec, view)


@dataclass
class Seen:
    """What stands on a picture: its size, its texts, and the cards with the texts inside them."""

    page: Box
    texts: list[tuple[str, Box]] = field(default_factory=list)
    cards: list[tuple[Box, list[tuple[str, Box]]]] = field(default_factory=list)


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
    before = len(found.texts)
    for child in element:
        _look(child, x, y, found)
    if element.get("class") == "stage":
        found.cards.append((_outline(element[0], x, y), found.texts[before:]))


def _outline(shape: ElementTree.Element, x: float, y: float) -> Box:
    if shape.tag == f"{SVG}rect":
        left, top, width, height = (float(shape.get(name, 0)) for name in ("x", "y", "width", "height"))
        return Box(x + left, y + top, x + left + width, y + top + height)
    numbers = [float(number) for number in re.findall(r"-?\d+\.?\d*", shape.get("d", ""))]
    xs, ys = numbers[::2], numbers[1::2]
    return Box(x + min(xs), y + min(ys), x + max(xs), y + max(ys))


def check(svg: str) -> None:
    """Hold that nothing is cut, and that no text lies on another or leaves its card."""
    found = seen(svg)
    assert [text for text, box in found.texts if not found.page.holds(box)] == []
    near = sorted(found.texts, key=lambda one: one[1].top)
    clashes = []
    for number, (text, box) in enumerate(near):
        for other, second in near[number + 1 :]:
            if second.top >= box.bottom:
                break
            if box.grown(-0.6).meets(second.grown(-0.6)):
                clashes.append((text, other))
    assert clashes == []
    for card, texts in found.cards:
        assert [text for text, box in texts if not card.grown(0.5).holds(box)] == []


@pytest.mark.parametrize("view", VIEW_NAMES)
@pytest.mark.parametrize(("language", "stages", "seed"), CASES)
def test_no_text_of_any_view_is_cut_or_lies_on_another(
    made_up: Callable[[str, int, int], Spec], language: str, stages: int, seed: int, view: str
) -> None:
    check(drawn(made_up(language, stages, seed), view))


@pytest.mark.parametrize("view", VIEW_NAMES)
@pytest.mark.parametrize("file", SPECS)
def test_no_text_of_any_view_of_our_specs_is_cut_or_lies_on_another(file: Path, view: str) -> None:
    spec = compile_file(file, lint=False).spec
    assert spec
    check(drawn(spec, view))


def layouts(spec: Spec) -> Iterator[tuple[str, Layout]]:
    graph = build_graph(spec)
    for process in spec.processes:
        scene = build_scene(graph, process)
        yield f"{process} process", lay_out(scene)
        yield f"{process} lanes", best_lanes(graph, scene)[1]


@pytest.mark.parametrize(("language", "stages", "seed"), CASES)
def test_no_label_lies_on_a_line_or_a_card_and_cards_lie_apart(
    made_up: Callable[[str, int, int], Spec], language: str, stages: int, seed: int
) -> None:
    for name, layout in layouts(made_up(language, stages, seed)):
        assert covered_labels(layout) == 0, name
        if name.endswith("process") and len(layout.cards) <= style.MANY:
            # In a grid a label may have to make room for other lines first.
            near = {arrow: box.grown(27) for arrow, box in layout.labels.items()}
            assert [arrow for arrow, box in near.items() if not layout.lines[arrow].crosses(box)] == []
        assert not any(one.meets(other) for one, other in combinations(layout.cards.values(), 2)), name


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
    for view in VIEW_NAMES:
        assert drawn(made_up("fa", 30, 4), view) == drawn(made_up("fa", 30, 4), view)
