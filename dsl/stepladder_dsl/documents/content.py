"""A document as a tree of plain values: written once, and put on paper by the modules `as_…`.

Nothing here knows of a format. A text is made of runs, so that a name keeps being a name: a format
escapes it, isolates its direction, or makes a link of it in its own way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Literal


@dataclass(frozen=True)
class Run:
    """A piece of a text.

    `target` is the anchor of the section that it leads to; `given` says that it is
    taken from the spec and not ours.
    """

    text: str
    strong: bool = False
    target: str | None = None
    given: bool = False


Text = tuple[Run, ...]

_NARROWEST, _WIDEST = 22, 70
"""As how many letters a column counts at least and at most, when columns share a line."""
_LINE = 92
"""How many letters of a table share a line of paper."""
_LONGEST_WORD = 26
"""A word of more letters is broken."""
_NAMING = 2.2
"""How much wider than a column of marks is the one that names the rows."""


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; a `note` says something about the document, a `small` heading names what follows."""

    text: Text
    kind: Literal["plain", "lead", "note", "small"] = "plain"


@dataclass(frozen=True)
class Listing:
    """A list; an ordered one has numbers."""

    items: tuple[Text, ...]
    ordered: bool = False


@dataclass(frozen=True)
class Saying:
    """Words to say to somebody."""

    text: Text


@dataclass(frozen=True)
class Facts:
    """Pairs of what is asked and what is answered; an answer may have several lines."""

    pairs: tuple[tuple[Text, tuple[Text, ...]], ...]


@dataclass(frozen=True)
class Table:
    """A table, whose first column names its rows; where it is `centred` the others hold marks."""

    head: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...]
    centred: bool = False

    def shares(self) -> tuple[float, ...]:
        """Give the share of a line that each column gets, by what stands in it, where paper asks for one."""
        if self.centred:
            worth = [_NAMING, *[1.0] * (len(self.head) - 1)]
            return tuple(one / sum(worth) for one in worth)
        columns = [[plain(cell) for cell in column] for column in zip(self.head, *self.rows, strict=True)]
        longest = (max(map(len, column)) for column in columns)
        worth = [float(min(max(length, _NARROWEST), _WIDEST)) for length in longest]
        words = [
            max((len(word) for cell in column for word in cell.split()), default=0) for column in columns
        ]
        return _with_room_for_words(worth, words)


def _with_room_for_words(worth: list[float], words: list[int]) -> tuple[float, ...]:
    """Share a line out, such that no word is broken as long as there is room for all."""
    shares = [one / sum(worth) for one in worth]
    needed = [(min(letters, _LONGEST_WORD) + 2) / _LINE for letters in words]
    tight = [share < least for share, least in zip(shares, needed, strict=True)]
    left = 1 - sum(least for least, is_tight in zip(needed, tight, strict=True) if is_tight)
    loose = sum(share for share, is_tight in zip(shares, tight, strict=True) if not is_tight)
    if left <= 0 or not loose:
        return tuple(shares)
    return tuple(
        least if is_tight else share * left / loose
        for share, least, is_tight in zip(shares, needed, tight, strict=True)
    )


@dataclass(frozen=True)
class Picture:
    """A picture as SVG, under a name that no other picture of the document has."""

    name: str
    svg: str
    description: str


Block = Paragraph | Listing | Saying | Facts | Table | Picture


@dataclass(frozen=True)
class Section:
    """A part of the document; no other has its `anchor`, and one that stands `alone` may be handed out so."""

    anchor: str
    title: Text
    blocks: tuple[Block, ...] = ()
    sections: tuple[Section, ...] = ()
    alone: bool = False


@dataclass(frozen=True)
class Document:
    """A whole document: its title, what is said about it, and its chapters."""

    name: str
    title: str
    kind: str
    language: str
    direction: str
    facts: Facts
    chapters: tuple[Section, ...]

    def sections(self) -> Iterator[tuple[int, Section]]:
        """Yield every section with its depth, the chapters being at 1."""
        yield from _with_depth(self.chapters, 1)

    def pictures(self) -> Iterator[Picture]:
        """Yield every picture, in order."""
        for _, section in self.sections():
            yield from (block for block in section.blocks if isinstance(block, Picture))


def _with_depth(sections: tuple[Section, ...], depth: int) -> Iterator[tuple[int, Section]]:
    for section in sections:
        yield depth, section
        yield from _with_depth(section.sections, depth + 1)


def plain(text: Text) -> str:
    """Give a text without anything but its letters."""
    return "".join(run.text for run in text)


def without_loose_links(document: Document) -> Document:
    """Give the document without the links that lead to what it has not."""
    there = {section.anchor for _, section in document.sections()}
    linked: Document = _linked(document, there)
    return linked


def _linked(part: Any, there: set[str]) -> Any:
    """Go through every part, however deep, and take loose links away."""
    if isinstance(part, Run):
        return part if part.target is None or part.target in there else replace(part, target=None)
    if isinstance(part, tuple):
        return tuple(_linked(piece, there) for piece in part)
    if is_dataclass(part) and not isinstance(part, type):
        return replace(part, **{one.name: _linked(getattr(part, one.name), there) for one in fields(part)})
    return part
