"""A picture as PDF: a page each, letters as text in fonts of its own, the same bytes on every run."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from stepladder_dsl.compile import compile_file
from stepladder_dsl.diagram.picture import draw_svg
from stepladder_dsl.graph.build import build_graph
from stepladder_dsl.model.spec import Outcome, Process, Record, Spec, Stage
from stepladder_dsl.notation.pdf import pdf_of

pytest.importorskip("typst", reason="needs the extra pdf")
pypdf = pytest.importorskip("pypdf", reason="needs the package pypdf, a reader of PDF")

A4 = {595, 842}


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
    page = document(spec_of(root, "phone_sale/phone_sale")).pages[0]
    assert {round(float(page.mediabox.width)), round(float(page.mediabox.height))} == A4


def test_a_huge_picture_gets_a_page_of_its_own_size() -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9000" height="300" viewBox="0 0 9000 300"></svg>'
    page = pypdf.PdfReader(BytesIO(pdf_of([svg], "x"))).pages[0]
    assert float(page.mediabox.width) == pytest.approx(9000 * 0.75 + 56.7, abs=1)


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
