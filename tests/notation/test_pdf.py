"""A picture as PDF: a page each, letters as text in fonts of its own, the same bytes on every run."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from stepladder_dsl.compile import compile_file
from stepladder_dsl.diagram.picture import draw, draw_lanes, draw_svg
from stepladder_dsl.graph.build import build_graph
from stepladder_dsl.model.spec import Event, OnEvent, Outcome, Process, Record, Role, Spec, Stage, Transition
from stepladder_dsl.notation.bands import Sliced
from stepladder_dsl.notation.pdf import pdf_of

pytest.importorskip("typst", reason="needs the extra pdf")
pypdf = pytest.importorskip("pypdf", reason="needs the package pypdf, a reader of PDF")

A4 = {595, 842}
PAPERS = (A4, {842, 1191})


def spec_of(root: Path, name: str) -> Spec:
    spec = compile_file(root / "specs" / f"{name}.ladder", lint=False).spec
    assert spec
    return spec


def document(spec: Spec) -> Any:
    graph = build_graph(spec)
    return pypdf.PdfReader(BytesIO(pdf_of([draw_svg(graph, name) for name in spec.processes], spec.label)))


@pytest.mark.parametrize(
    "name", ["phone_sale/phone_sale", "phone_sale/phone_sale.fa", "client_formula/client_formula"]
)
def test_each_process_is_a_page_whose_words_are_text(root: Path, name: str) -> None:
    spec = spec_of(root, name)
    made = document(spec)
    assert len(made.pages) == len(spec.processes)
    assert made.metadata.title == spec.label
    for page, process in zip(made.pages, spec.processes.values(), strict=True):
        letters = set("".join(page.extract_text().split()))
        wanted = set("".join("".join(stage.label.split()) for stage in process.stages.values()))
        assert wanted - {"\u200c"} <= letters


def test_every_font_is_embedded(root: Path) -> None:
    for page in document(spec_of(root, "phone_sale/phone_sale.fa")).pages:
        fonts = fonts_of(page)
        assert fonts
        for font in fonts:
            assert "DejaVuSans" in font["/BaseFont"]
            described = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            assert "/FontFile2" in described or "/FontFile3" in described


def fonts_of(thing: Any) -> list[Any]:
    """The fonts of a page, and of the pictures on it."""
    resources = thing["/Resources"].get_object()
    found = (
        [font.get_object() for font in resources.get("/Font", {}).get_object().values()]
        if "/Font" in resources
        else []
    )
    inner = resources["/XObject"].get_object().values() if "/XObject" in resources else []
    for part in inner:
        if "/Resources" in part.get_object():
            found += fonts_of(part.get_object())
    return found


def test_a_picture_of_usual_size_is_on_paper_that_printers_have(root: Path) -> None:
    page = document(spec_of(root, "b2b_pipeline/b2b_pipeline")).pages[0]
    assert {round(float(page.mediabox.width)), round(float(page.mediabox.height))} == A4


def test_a_huge_picture_gets_a_page_of_its_own_size() -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9000" height="300" viewBox="0 0 9000 300"></svg>'
    page = pypdf.PdfReader(BytesIO(pdf_of([svg], "x"))).pages[0]
    assert float(page.mediabox.width) == pytest.approx(9000 * 0.75 + 56.7, abs=1)


@pytest.mark.parametrize("language", ["en", "fa"])
def test_lanes_too_high_for_paper_go_on_under_the_same_titles(language: str) -> None:
    spec = many_hands(70, language)
    made = pypdf.PdfReader(BytesIO(pdf_of([draw_lanes(build_graph(spec))], spec.label)))
    pages = [page.extract_text() for page in made.pages]
    assert len(pages) > 1
    assert {round(float(made.pages[0].mediabox.width)), round(float(made.pages[0].mediabox.height))} in PAPERS
    for role in spec.roles.values():
        assert all(role.label in text for text in pages)
    for stage in spec.processes["way"].stages.values():
        assert sum(stage.label in text for text in pages) == 1
    lengths = [len(text) for text in pages]
    assert max(lengths) < 2 * min(lengths)


@pytest.mark.parametrize("view", ["lanes", "ladder"])
def test_a_cut_goes_between_cards_and_words_and_the_bands_are_the_whole(view: str) -> None:
    picture = draw(many_hands(70, "en"), view)
    sliced = Sliced(picture)
    bands = [page[-1] for page in sliced.bands(900)]
    assert [band.top for band in bands] == [0.0, *(band.bottom for band in bands[:-1])]
    assert bands[-1].bottom == sliced.height
    for part in ("<text", 'class="stage"', 'class="card"'):
        assert sum(band.picture.count(part) for band in bands) == picture.count(part)


def test_what_cannot_be_cut_is_not() -> None:
    assert Sliced(draw_lanes(build_graph(many_hands(2, "en")))).bands(30) == []


def many_hands(count: int, language: str) -> Spec:
    """Make a process that goes from one role to the one before, and on."""
    roles = {f"role{number}": Role(f"role{number}", f"R{number}") for number in range(3)}
    stages = {
        f"s{number}": Stage(
            f"s{number}",
            f"S{number}.",
            owner=f"role{-number % 3}",
            start=number == 0,
            end=Outcome.WON if number + 1 == count else None,
            transitions=(Transition(OnEvent("go"), None, f"s{number + 1}"),) if number + 1 < count else (),
        )
        for number in range(count)
    }
    return Spec(
        name="x",
        title="X",
        language=language,
        roles=roles,
        records={"client": Record("client")},
        events={"go": Event("go", "client")},
        processes={"way": Process("way", "client", stages=stages)},
    )


def test_the_same_pictures_give_the_same_bytes(root: Path) -> None:
    spec = spec_of(root, "phone_sale/phone_sale.fa")
    pictures = [draw_svg(build_graph(spec))]
    assert pdf_of(pictures, spec.label) == pdf_of(pictures, spec.label)


@pytest.mark.parametrize("title", ['"); #panic()', '#read("/etc/passwd")', "\\ $x$ *b* \u202e", ""])
def test_a_title_is_no_command(title: str) -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="30" viewBox="0 0 90 30"></svg>'
    made = pypdf.PdfReader(BytesIO(pdf_of([svg], title)))
    assert (made.metadata.title or "") == title


@pytest.mark.parametrize(
    "title",
    [
        'say "hi" to <b>them</b> & more',
        "1. #panic() $x$ \\ \n",
        "a\u202eb\u2066c",
        "👩‍👩‍👧",
        "w" * 300,
        "]]> <!--",
    ],
)
def test_no_label_breaks_the_document(title: str) -> None:
    stages = {"one": Stage("one", title, end=Outcome.WON)}
    spec = Spec(
        "shop",
        title,
        records={"client": Record("client")},
        processes={"p": Process("p", "client", title, stages=stages)},
    )
    assert len(document(spec).pages) == 1
