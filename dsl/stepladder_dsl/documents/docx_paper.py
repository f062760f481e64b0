"""The paper of a document for Word: what could not be read among the words has a sheet of its own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from stepladder_dsl.documents.content import Block, Table
from stepladder_dsl.notation.pdf import size_of

if TYPE_CHECKING:
    from docx.document import Document as Word

_POINTS = 72
_READABLE = 0.77
"""A picture that would have to be made smaller than this, to letters under seven points, leaves the words."""
_COMFORTABLE = 0.667
"""A picture that would have to be made smaller than this on A4, to letters under six points, gets A3."""
_MANY_COLUMNS = 8
_ROOM = 0.35
"""The inches below a picture that a line of Word needs."""
_HEADING = 0.55
"""Those that a heading above it takes."""


class Paper(NamedTuple):
    """A sheet with its margin, in inches."""

    width: float
    height: float
    margin: float

    @property
    def line(self) -> float:
        """How wide the words are."""
        return self.width - 2 * self.margin

    def scale(self, width: float, height: float, *, headed: bool = False) -> float:
        """Give how much of its size a picture keeps here, below a heading or without one."""
        room = self.height - 2 * self.margin - _ROOM - headed * _HEADING
        return min(1.0, self.line / width, room / height)


UPRIGHT = Paper(8.27, 11.69, 0.87)
ACROSS = Paper(11.69, 8.27, 0.87)
_SHEETS = (
    (Paper(8.27, 11.69, 0.5), Paper(11.69, 8.27, 0.5)),
    (Paper(11.69, 16.54, 0.5), Paper(16.54, 11.69, 0.5)),
)
"""A4 and A3 for pictures alone."""


def paper_for(picture: str, now: Paper, *, headed: bool = False) -> tuple[Paper, float, float]:
    """Give the paper on which a picture can be read, and its width and height there in inches."""
    width, height = (side / _POINTS for side in size_of(picture))
    share, paper = now.scale(width, height), now
    if share < _READABLE:
        for sheets in _SHEETS:
            share, paper = max((sheet.scale(width, height, headed=headed), sheet) for sheet in sheets)
            if share >= _COMFORTABLE:
                break
    return paper, width * share, height * share


class Papers:
    """The sections of a document, each of one kind of paper."""

    def __init__(self, word: Word) -> None:
        self.word = word
        self.now = UPRIGHT

    @property
    def line(self) -> float:
        """The inches that a line of words has."""
        return self.now.line

    def of_words(self, blocks: Iterable[Block]) -> Paper:
        """Give the paper for some words: a table of marks with many columns lies across it."""
        tables = (block for block in blocks if isinstance(block, Table) and block.centred)
        return ACROSS if any(len(table.head) > _MANY_COLUMNS for table in tables) else UPRIGHT

    def begin(self) -> None:
        """Lay out the first pages."""
        self._lay_out()

    def take(self, paper: Paper) -> bool:
        """Go on, on that paper; tell whether a new page was begun for it."""
        if paper == self.now:
            return False
        self.now = paper
        self.word.add_section()
        self._without_empty_line()
        self._lay_out()
        return True

    def _lay_out(self) -> None:
        from docx.enum.section import WD_ORIENT
        from docx.shared import Inches

        page, paper = self.word.sections[-1], self.now
        page.page_width, page.page_height = Inches(paper.width), Inches(paper.height)
        page.orientation = WD_ORIENT.LANDSCAPE if paper.width > paper.height else WD_ORIENT.PORTRAIT
        page.left_margin = page.right_margin = Inches(paper.margin)
        page.top_margin = page.bottom_margin = Inches(paper.margin)
        page.header_distance = page.footer_distance = Inches(0.3)

    def _without_empty_line(self) -> None:
        """End the last section with its last line: a line of its own could need a page of its own."""
        from docx.oxml.ns import qn

        ending = self.word.element.body.findall(qn("w:p"))[-1]
        last = ending.getprevious()
        if last is not None and last.tag == qn("w:p"):
            last.get_or_add_pPr().append(ending.pPr.find(qn("w:sectPr")))
            ending.getparent().remove(ending)
