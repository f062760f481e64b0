"""What parsing gives: the blocks of a text, its lines, and what is wrong with their form."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.record import record
from stepladder_dsl.source import Source, Span
from stepladder_dsl.syntax import nodes

if TYPE_CHECKING:
    from lark import Token


@record(frozen=False)
class SyntaxTree:
    """What a text says, as blocks, and what is wrong with its form."""

    source: Source
    language: str
    blocks: list[nodes.Block]
    diagnostics: list[Diagnostic]
    lines: list[ParsedLine]
    """The lines that could be read, in order."""
    language_line: int | None
    """The number of the line that names the language."""
    unread: frozenset[tuple[str, int]] = frozenset()
    """The files and numbers of the lines that could not be read: what is left of them is not certain."""
    included: list[Source] = field(default_factory=list)
    """The texts of other files whose blocks stand among these."""
    complete: bool = True
    """Whether every included file could be read."""
    languages: dict[str, str] = field(default_factory=dict)
    """The human language of each included text, by its name."""

    @property
    def sources(self) -> list[Source]:
        """Every text that the blocks come from, the main one first."""
        return [self.source, *self.included]


@record(frozen=False)
class ParsedLine:
    """A logical line that could be read: where it stands, its terminals, and what they say."""

    file: str
    depth: int
    indentation: int
    pieces: list[tuple[int, int, str]]
    """(1-based line number, characters before the text, text without comment)"""
    tokens: list[Token]
    statement: nodes.Statement
    start: str = "file_line"
    """The start rule with which it was read."""

    def span(self, file: str) -> Span:
        """Give the span of its first physical line."""
        number, offset, text = self.pieces[0]
        return Span(file, number, offset + 1, offset + 1 + len(text))
