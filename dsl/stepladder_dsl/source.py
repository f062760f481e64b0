"""A text with a name, and places in it."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

from stepladder_dsl.record import record


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A piece of one line of a file.

    ``line``, ``column`` and ``end_column`` are 1-based and count characters;
    ``end_column`` is the first column behind the piece.
    """

    file: str
    line: int
    column: int
    end_column: int

    def to(self, other: Span) -> Span:
        """Give the span from this one's start to the end of `other`, on this line."""
        if other.line != self.line:
            return self
        return Span(self.file, self.line, self.column, max(self.end_column, other.end_column))

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


NOWHERE = Span("", 0, 0, 0)
"""The span of things that no text says, such as built-in names."""


@record
class Source:
    """A text and the name under which messages speak of it."""

    name: str
    text: str

    @cached_property
    def lines(self) -> list[str]:
        """The lines without their ends; only line feeds (with or without carriage return) end one."""
        return [line.removesuffix("\r") for line in self.text.split("\n")]

    @cached_property
    def _starts(self) -> list[int]:
        starts = [0]
        for line in self.text.split("\n"):
            starts.append(starts[-1] + len(line) + 1)
        return starts

    def line(self, number: int) -> str:
        """Give the 1-based line, or an empty text behind the end."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def line_at(self, offset: int) -> int:
        """Give the 1-based number of the line that holds the character at `offset`."""
        return bisect_right(self._starts, offset)
