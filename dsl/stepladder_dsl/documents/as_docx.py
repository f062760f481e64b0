"""A document as DOCX, through python-docx: pictures as PNG, and Persian from right to left throughout."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from stepladder_dsl.diagnostics.widths import goes_right_to_left, printable
from stepladder_dsl.documents.content import (
    Block,
    Document,
    Facts,
    Listing,
    Paragraph,
    Picture,
    Saying,
    Section,
    Table,
    Text,
)
from stepladder_dsl.documents.docx_paper import UPRIGHT, Paper, Papers, paper_for
from stepladder_dsl.documents.docx_style import ACCENT, element, name, quieten, set_rules, set_styles, shrink
from stepladder_dsl.documents.telling import Teller

if TYPE_CHECKING:
    from docx.document import Document as Word
    from docx.text.paragraph import Paragraph as WordParagraph

_BEGINNING = datetime(2000, 1, 1)  # noqa: DTZ001 - a fixed time in the file's own properties, which have no zone
_EARLIEST = (1980, 1, 1, 0, 0, 0)
_DEEPEST = 6
_LONGEST_PROPERTY = 255


def as_docx(document: Document, keywords: str = "") -> bytes:
    """Write the whole document; the same document gives the same bytes."""
    return _Writer(document, keywords).written()


class _Writer:
    """Writes one document."""

    def __init__(self, document: Document, keywords: str) -> None:
        import docx

        self.keywords = keywords
        self.document = document
        self.right_to_left = document.direction == "rtl"
        self.word: Word = docx.Document()
        self.papers = Papers(self.word)
        self.paper: Paper = UPRIGHT
        self.marks = {
            section.anchor: f"part{number}" for number, (_, section) in enumerate(document.sections())
        }

    def written(self) -> bytes:
        """Put everything on paper, and give the file."""
        self._prepare()
        self._paragraph(((self.document.kind),), "Subtitle")
        self._paragraph((self.document.title,), "Title")
        self._facts(self.document.facts)
        self._contents()
        for chapter in self.document.chapters:
            self._section(chapter, 1)
        content = io.BytesIO()
        self.word.save(content)
        return _with_fixed_times(content.getvalue())

    def _prepare(self) -> None:
        self._lay_out_pages()
        properties = self.word.core_properties
        # The library takes no more for a property; on the first page the title stands whole.
        properties.title = printable(self.document.title)[:_LONGEST_PROPERTY]
        properties.author, properties.comments, properties.keywords = "", "", ""
        properties._element.find(name("cp:keywords")).text = self.keywords  # noqa: SLF001 - may be longer
        properties.language = self.document.language
        properties.created = properties.modified = _BEGINNING
        set_styles(self.word, self.document.language)

    def _lay_out_pages(self) -> None:
        """Take paper of A4, with the page's number below."""
        self.papers.begin()
        foot = self.word.sections[0].footer.paragraphs[0]
        self._turn(foot)
        _centre(foot)
        number = element("w:fldSimple")
        number.set(name("w:instr"), "PAGE")
        # A field without a run has no digits of its own script.
        run = self._run(foot, self._number(1))
        number.append(run._r)  # noqa: SLF001 - the library has no name for it
        foot._p.append(number)  # noqa: SLF001 - the same
        shrink(foot, 7.5)

    def _contents(self) -> None:
        """Write the table of contents, as a field: Word puts the numbers of pages in when it is asked to."""
        if len(self.document.chapters) < 2:
            return
        self._paragraph((Teller(self.document.language).word("contents"),), "Heading 1")
        lines = []
        for depth, section in self.document.sections():
            if depth <= 2:
                lines.append(self._line("List Bullet" if depth == 1 else "List Bullet 2"))
                self._link(lines[-1], section.anchor, _plain(section.title), strong=depth == 1)
        before = [_field_mark("begin"), _field_text('TOC \\o "1-2" \\h \\z \\u'), _field_mark("separate")]
        for number, run in enumerate(before):
            lines[0]._p.insert(1 + number, run)  # noqa: SLF001 - the same: behind the properties of the line
        lines[-1]._p.append(_field_mark("end"))  # noqa: SLF001 - the same

    def _section(self, section: Section, depth: int, *, first: bool = False) -> None:
        self.paper = self.papers.of_words(section.blocks)
        begun = self.papers.take(self._first_paper(section.blocks))
        heading = self._line(f"Heading {min(depth, _DEEPEST)}")
        if (depth == 1 or (section.alone and not first)) and not begun:
            heading.paragraph_format.page_break_before = True
        self._mark(heading, section.anchor)
        self._write(heading, section.title)
        for number, block in enumerate(section.blocks):
            if isinstance(block, Picture):
                self._picture(block, headed=number == 0)
            else:
                self.papers.take(self.paper)
                self._block(block)
        for number, part in enumerate(section.sections):
            self._section(part, depth + 1, first=number == 0)

    def _first_paper(self, blocks: tuple[Block, ...]) -> Paper:
        """Give the paper of a heading: that of a picture behind it, or else that of the words."""
        if blocks and isinstance(blocks[0], Picture):
            return paper_for(blocks[0].svg, self.paper, headed=True)[0]
        return self.paper

    def _block(self, block: Block) -> None:
        match block:
            case Paragraph(text=text, kind=kind):
                line = self._line("Normal")
                line.paragraph_format.keep_with_next = kind == "small" or None
                self._write(line, text, strong=kind == "small")
                if kind == "note":
                    # Slanted letters are not for every script.
                    quieten(line)
            case Listing(items=items, ordered=True):
                # Numbers are written: Word would count on from one list to the next.
                for number, item in enumerate(items, start=1):
                    self._write(self._line("List"), item, before=f"{self._number(number)}. ")
            case Listing(items=items):
                for item in items:
                    self._write(self._line("List Bullet"), item)
            case Saying(text=text):
                self._write(self._line("Intense Quote"), text)
            case Facts():
                self._facts(block)
            case Table():
                self._table(block)
            case Picture():
                self._picture(block, headed=False)

    def _number(self, number: int) -> str:
        return Teller(self.document.language).number(number)

    # lines and what stands on them

    def _line(self, style: str) -> WordParagraph:
        line = self.word.add_paragraph(style=style)
        self._turn(line)
        return line

    def _paragraph(self, texts: Iterable[str], style: str) -> None:
        line = self._line(style)
        for text in texts:
            self._run(line, text)

    def _turn(self, line: WordParagraph) -> None:
        if self.right_to_left:
            line._p.get_or_add_pPr().append(element("w:bidi"))  # noqa: SLF001 - the library has no name for it

    def _write(self, line: WordParagraph, text: Text, *, strong: bool = False, before: str = "") -> None:
        if before:
            self._run(line, before)
        for run in text:
            if run.target in self.marks:
                self._link(line, run.target, run.text, strong=run.strong or strong)
            else:
                self._run(line, run.text, strong=run.strong or strong)

    def _run(self, line: Any, text: str, *, strong: bool = False) -> Any:
        run = line.add_run("\n".join(printable(part) for part in text.split("\n")))
        if strong:
            run.bold = True
        if self.right_to_left and (goes_right_to_left(text) or not any(map(str.isalpha, text))):
            run.font.rtl = True
            run.font.cs_bold = strong or None
        return run

    def _link(self, line: WordParagraph, anchor: str | None, text: str, *, strong: bool = False) -> None:
        """Write a link to a section: the library knows no links inside a document."""
        from docx.shared import RGBColor

        run = self._run(line, text, strong=strong)
        run.font.color.rgb = RGBColor.from_string(ACCENT)
        link = element("w:hyperlink")
        link.set(name("w:anchor"), self.marks[anchor or ""])
        line._p.remove(run._r)  # noqa: SLF001 - the same
        link.append(run._r)  # noqa: SLF001 - the same
        line._p.append(link)  # noqa: SLF001 - the same

    def _mark(self, line: WordParagraph, anchor: str) -> None:
        """Put a bookmark where links lead to."""
        bookmark = self.marks[anchor]
        start, end = element("w:bookmarkStart"), element("w:bookmarkEnd")
        for mark in (start, end):
            mark.set(name("w:id"), bookmark.removeprefix("part"))
        start.set(name("w:name"), bookmark)
        line._p.extend([start, end])  # noqa: SLF001 - the same

    # tables and pictures

    def _facts(self, facts: Facts) -> None:
        if not facts.pairs:
            return
        table = self._grid(len(facts.pairs), 2)
        for row, (label, lines) in zip(table.rows, facts.pairs, strict=True):
            self._cell(row.cells[0], [label], strong=True)
            self._cell(row.cells[1], lines)
        _share_out(table, (1.5, self.papers.line - 1.5))
        set_rules(table, lines=False)
        self._gap()

    def _table(self, content: Table) -> None:
        table = self._grid(len(content.rows) + 1, len(content.head))
        first = table.rows[0]._tr.get_or_add_trPr()  # noqa: SLF001 - the same
        first.append(element("w:tblHeader"))
        for number, (row, texts) in enumerate(zip(table.rows, (content.head, *content.rows), strict=True)):
            for column, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
                self._cell(cell, [text], strong=not number, centred=content.centred and column > 0)
        _share_out(table, [self.papers.line * share for share in content.shares()])
        set_rules(table, lines=True)
        self._gap()

    def _gap(self) -> None:
        """Part a table from what follows: two tables without a line between them are one to Word."""
        shrink(self.word.add_paragraph(), 5)

    def _grid(self, rows: int, columns: int) -> Any:
        table = self.word.add_table(rows, columns, style="Table Grid")
        if self.right_to_left:
            # Word wants the parts of a table in one order: this one right behind the style.
            table._tblPr.insert(1, element("w:bidiVisual"))  # noqa: SLF001 - the same
        return table

    def _cell(self, cell: Any, lines: Iterable[Text], *, strong: bool = False, centred: bool = False) -> None:
        for number, text in enumerate(lines):
            line = cell.add_paragraph() if number else cell.paragraphs[0]
            self._turn(line)
            self._write(line, text, strong=strong)
            if centred:
                _centre(line)
            shrink(line)

    def _picture(self, picture: Picture, *, headed: bool) -> None:
        """Show a picture among the words, or on a sheet of its own where it could not be read there."""
        from stepladder_dsl.diagram.picture import paint_png

        paper, wide, high = paper_for(picture.svg, self.paper, headed=headed)
        self.papers.take(paper)
        line = self._line("Normal")
        _centre(line)
        shape = line.add_run().add_picture(io.BytesIO(paint_png(picture.svg)))
        shape._inline.docPr.set("descr", printable(picture.description))  # noqa: SLF001 - the same
        shape.width, shape.height = _inches(wide), _inches(high)


def _centre(line: WordParagraph) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    line.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _share_out(table: Any, widths: Iterable[float]) -> None:
    """Give the columns their inches: Word goes by the cells, LibreOffice by the columns."""
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = _inches(width)
        for cell in column.cells:
            cell.width = _inches(width)


def _plain(text: Text) -> str:
    return "".join(run.text for run in text)


def _field_mark(kind: str) -> Any:
    """Give the run that begins or ends a field."""
    run, mark = element("w:r"), element("w:fldChar")
    mark.set(name("w:fldCharType"), kind)
    run.append(mark)
    return run


def _field_text(text: str) -> Any:
    """Give the run that says what a field shows."""
    run, told = element("w:r"), element("w:instrText")
    told.set(name("xml:space"), "preserve")
    told.text = text
    run.append(told)
    return run


def _inches(length: float) -> Any:
    from docx.shared import Inches

    return Inches(length)


def _with_fixed_times(content: bytes) -> bytes:
    """Give the file again without the times at which its parts were written."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as found,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as fresh,
    ):
        for part in found.infolist():
            fresh.writestr(zipfile.ZipInfo(part.filename, _EARLIEST), found.read(part), zipfile.ZIP_DEFLATED)
    return made.getvalue()
