"""Documents for Word and as PDF: whole, in the direction in which one reads, the same on every run."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from stepladder_dsl.documents.content import Document, Facts, Picture, Run, Section, Table
from stepladder_dsl.documents.document import only_role

SPEC = "tests/documents/workshop.ladder"
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture
def as_docx() -> Callable[[Document], bytes]:
    pytest.importorskip("docx", reason="needs the extra `docx`")
    from stepladder_dsl.documents.as_docx import as_docx

    return as_docx


@pytest.fixture
def as_pdf() -> Callable[[Document], bytes]:
    pytest.importorskip("typst", reason="needs the extra `pdf`")
    from stepladder_dsl.documents.as_pdf import as_pdf

    return as_pdf


def opened(content: bytes) -> Any:
    import docx

    return docx.Document(io.BytesIO(content))


def test_the_columns_of_a_table_share_a_line_by_what_stands_in_them() -> None:
    def cells(*texts: str) -> tuple[tuple[Run, ...], ...]:
        return tuple((Run(text),) for text in texts)

    few, much, some = Table(cells("a", "b", "c"), (cells("x", "y" * 300, "z" * 46),)).shares()
    assert few < some < much < 4 * few
    assert few + some + much == pytest.approx(1)
    long_word, *others = Table(cells("w" * 26, "b", "c"), (cells("x", "y " * 150, "z " * 150),)).shares()
    assert long_word > 26 / 92
    assert others[0] == others[1] == pytest.approx((1 - long_word) / 2)
    named, *marks = Table(
        cells("What", "Owner", "Clerk"), (cells("x" * 300, "", "●"),), centred=True
    ).shares()
    assert named > marks[0] == marks[1]


def test_word_has_every_heading_table_and_picture(
    document_of: Callable[..., Document], as_docx: Callable[[Document], bytes]
) -> None:
    document = document_of(SPEC)
    word = opened(as_docx(document))
    headings = [line.text for line in word.paragraphs if line.style.name.startswith("Heading")]
    told = ["".join(run.text for run in section.title) for _, section in document.sections()]
    assert headings == ["Contents", *told]
    assert len(word.inline_shapes) == len(list(document.pictures()))
    tables = [
        block for _, section in document.sections() for block in section.blocks if isinstance(block, Table)
    ]
    heads = [[cell.text for cell in table.rows[0].cells] for table in word.tables]
    for table in tables:
        assert ["".join(run.text for run in cell) for cell in table.head] in heads


def test_links_of_word_lead_to_bookmarks(
    document_of: Callable[..., Document], as_docx: Callable[[Document], bytes]
) -> None:
    body = opened(as_docx(document_of(SPEC))).element.body
    marks = {mark.get(f"{WORD}name") for mark in body.iter(f"{WORD}bookmarkStart")}
    links = {link.get(f"{WORD}anchor") for link in body.iter(f"{WORD}hyperlink")}
    assert links
    assert links <= marks


@pytest.mark.parametrize(("language", "right_to_left"), [("fa", True), ("ru", False)])
def test_persian_runs_from_right_to_left_in_every_line_and_table(
    language: str,
    right_to_left: bool,
    document_of: Callable[..., Document],
    as_docx: Callable[[Document], bytes],
) -> None:
    body = opened(as_docx(document_of(SPEC, language))).element.body
    lines = [line for line in body.iter(f"{WORD}p") if "".join(line.itertext()).strip()]
    tables = list(body.iter(f"{WORD}tbl"))
    assert lines
    assert tables
    assert {line.find(f"{WORD}pPr/{WORD}bidi") is not None for line in lines} == {right_to_left}
    assert {table.find(f"{WORD}tblPr/{WORD}bidiVisual") is not None for table in tables} == {right_to_left}


def test_columns_of_word_are_as_wide_for_those_who_go_by_the_table_as_by_its_cells(
    document_of: Callable[..., Document], as_docx: Callable[[Document], bytes]
) -> None:
    tables = opened(as_docx(only_role(document_of(SPEC), "mechanic"))).tables
    assert tables
    for table in tables:
        (widths,) = {tuple(cell.width for cell in row.cells) for row in table.rows}
        assert tuple(column.width for column in table.columns) == widths
    assert any(len({column.width for column in table.columns}) > 1 for table in tables)


def test_odd_names_reach_word_as_they_are(
    document_from: Callable[..., Document], as_docx: Callable[[Document], bytes]
) -> None:
    odd = "<w:p/> & \u202e <b>"
    text = f'language en\n\nspec shop "{odd}"\n\nrole seller "{odd}"\n\nrecord client\n'
    document = document_from(text)
    assert "<w:p/> & <U+202E> <b>" in [line.text for line in opened(as_docx(document)).paragraphs]


def test_a_title_longer_than_a_property_of_word_stands_whole_on_the_first_page(
    document_from: Callable[..., Document], as_docx: Callable[..., bytes]
) -> None:
    title = "long " * 80 + "end"
    document = document_from(f'language en\n\nspec shop "{title}"\n\nrole seller\n\nrecord client\n')
    word = opened(as_docx(document, "k" * 300))
    assert word.paragraphs[1].text == title
    assert word.core_properties.title == title[:255]
    assert word.core_properties.keywords == "k" * 300


def test_a_pdf_has_its_words_its_title_and_links(
    document_of: Callable[..., Document], as_pdf: Callable[[Document], bytes]
) -> None:
    reader = pytest.importorskip("pypdf", reason="needs pypdf to read PDF").PdfReader
    document = only_role(document_of(SPEC), "mechanic")
    pdf = reader(io.BytesIO(as_pdf(document)))
    assert pdf.metadata.title == document.title
    words = " ".join(" ".join(page.extract_text().split()) for page in pdf.pages)
    for said in ("At a glance: what is due when", "Check the brakes after the first hundred kilometres"):
        assert said in words
    assert any("/Annots" in page for page in pdf.pages)


@pytest.mark.parametrize("language", ["en", "ru", "bg", "fa"])
def test_a_pdf_is_set_with_the_letters_of_each_language(
    language: str, document_of: Callable[..., Document], as_pdf: Callable[[Document], bytes]
) -> None:
    reader = pytest.importorskip("pypdf", reason="needs pypdf to read PDF").PdfReader
    pdf = reader(io.BytesIO(as_pdf(only_role(document_of(SPEC, language), "mechanic"))))
    fonts = {
        str(font.get_object()["/BaseFont"]).split("+")[-1]
        for page in pdf.pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert fonts == {"DejaVuSans", "DejaVuSans-Bold"}


def test_odd_names_are_no_commands_of_the_typesetter(
    document_from: Callable[..., Document], as_pdf: Callable[[Document], bytes]
) -> None:
    reader = pytest.importorskip("pypdf", reason="needs pypdf to read PDF").PdfReader
    odd = "#panic() $x$ @ref <label> *b* _i_ `c` //"
    text = f'language en\n\nspec shop "{odd}"\n\nrole seller "{odd}"\n\nrecord client\n'
    pdf = reader(io.BytesIO(as_pdf(document_from(text))))
    assert pdf.metadata.title == odd
    assert odd in " ".join(" ".join(page.extract_text().split()) for page in pdf.pages)


def test_the_same_document_gives_the_same_bytes(
    document_of: Callable[..., Document],
    as_docx: Callable[[Document], bytes],
    as_pdf: Callable[[Document], bytes],
) -> None:
    document = only_role(document_of(SPEC, "fa"), "desk")
    assert as_docx(document) == as_docx(document)
    assert as_pdf(document) == as_pdf(document)
    with zipfile.ZipFile(io.BytesIO(as_docx(document))) as parts:
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}


A4, ACROSS, A3 = (595, 842), (842, 595), (1191, 842)


def picture_behind_table(width: int, height: int, columns: int) -> Document:
    """Make a document with a table of marks and a picture behind it."""
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"></svg>'
    cells = tuple((Run(f"role {number}"),) for number in range(columns))
    blocks = (Table(cells, (cells,), centred=True), Picture("way", svg, "the way"))
    chapter = Section("part", (Run("Who does what"),), blocks)
    return Document("x", "Shop", "Process", "en", "ltr", Facts(()), (chapter,))


@pytest.mark.parametrize(
    ("width", "height", "columns", "papers"),
    [
        (600, 300, 5, []),
        (780, 400, 5, []),
        # Letters of twelve pixels would be under seven points in the line of a page.
        (900, 600, 5, [ACROSS]),
        (1900, 1300, 5, [A3]),
        (600, 300, 12, [ACROSS]),
        (1900, 1300, 12, [ACROSS, A3]),
    ],
)
def test_what_could_not_be_read_among_words_gets_paper_of_its_own(
    width: int,
    height: int,
    columns: int,
    papers: list[tuple[int, int]],
    as_pdf: Callable[[Document], bytes],
) -> None:
    reader = pytest.importorskip("pypdf", reason="needs pypdf to read PDF").PdfReader
    pages = reader(io.BytesIO(as_pdf(picture_behind_table(width, height, columns)))).pages
    sizes = [(round(float(page.mediabox.width)), round(float(page.mediabox.height))) for page in pages]
    assert sizes == [A4, *papers]


@pytest.mark.parametrize(
    ("width", "height", "columns", "papers"),
    [
        (600, 300, 5, [A4]),
        (900, 600, 5, [A4, ACROSS]),
        (1900, 1300, 5, [A4, A3]),
        (600, 300, 12, [A4, ACROSS]),
        (1900, 1300, 12, [A4, ACROSS, A3]),
    ],
)
def test_word_has_that_paper_too(
    width: int,
    height: int,
    columns: int,
    papers: list[tuple[int, int]],
    as_docx: Callable[[Document], bytes],
) -> None:
    word = opened(as_docx(picture_behind_table(width, height, columns)))
    sizes = [(part.page_width.pt, part.page_height.pt) for part in word.sections]
    assert sizes == [(pytest.approx(wide, abs=1), pytest.approx(high, abs=1)) for wide, high in papers]
    (picture,) = word.inline_shapes
    assert picture.width.inches <= papers[-1][0] / 72 - 1
    assert picture.width.pt / width >= 0.5  # letters of twelve pixels have six points
    assert picture.width / picture.height == pytest.approx(width / height, rel=0.01)


@pytest.mark.parametrize(
    ("language", "kind", "place"), [("ru", "val", "ru-RU"), ("bg", "val", "bg-BG"), ("fa", "bidi", "fa-IR")]
)
def test_word_knows_the_language_of_its_words_and_shows_none_slanted(
    language: str,
    kind: str,
    place: str,
    document_of: Callable[..., Document],
    as_docx: Callable[[Document], bytes],
) -> None:
    word = opened(as_docx(only_role(document_of(SPEC, language), "mechanic")))
    (spoken,) = {one.get(f"{WORD}{kind}") for one in word.styles.element.iter(f"{WORD}lang")}
    assert spoken == place
    used = {line.style.name for line in word.paragraphs}
    slanted = [style for style in used if word.styles[style].font.italic]
    assert not slanted
    assert not list(word.element.body.iter(f"{WORD}i", f"{WORD}iCs"))
