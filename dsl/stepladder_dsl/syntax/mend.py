"""Finds out what was meant by a line that cannot be read, by trying it.

A habit from elsewhere (see `habits`), a word that is missing, a name of two words: each gives a way in
which the line may have been meant. Only a way after which the line can be read is told, so that what a
message proposes is true.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.keywords.dialect import Dialect
from stepladder_dsl.source import Span
from stepladder_dsl.syntax.habits import habits_in
from stepladder_dsl.syntax.habits.figures import Written
from stepladder_dsl.syntax.lexer import LineError, RawToken, scan

Piece = tuple[int, int, str]
"""A physical line's number, the characters before its text, and its text without comment."""

_COMMENT = re.compile(r'"(?:[^"\\]|\\.)*"|(#.*)')


@dataclass(frozen=True)
class Reader:
    """How a line is read where it stands."""

    dialect: Dialect
    file: str
    start: str
    parse: Callable[[list[RawToken]], Any]
    """Gives the node of a line's tokens; raises `LineError`."""


@dataclass(frozen=True)
class Mended:
    """What to say of a line, and what it would say if it were mended: None where that is not known."""

    diagnostic: Diagnostic
    statement: Any | None


def mend(pieces: Sequence[Piece], problem: Diagnostic, reader: Reader) -> Mended | None:
    """Say what was probably meant by a line that cannot be read, or None."""
    partly: Mended | None = None
    for index, written in _habits(pieces, reader, meaning=False):
        number, offset, _ = pieces[index]
        statement, reached = _read_with(pieces, index, written, reader)
        mended = Mended(_habit_finding(pieces[index], written, reader.file), statement)
        if statement is not None or written.sure:
            return mended
        here = (number, offset + written.start + 1) <= _place(problem) <= (number, offset + written.end + 1)
        if partly is None and here and reached > (number, offset + written.end + 1):
            partly = mended
    return partly


def _place(problem: Diagnostic) -> tuple[int, int]:
    return (problem.span.line, problem.span.column)


def _habits(pieces: Sequence[Piece], reader: Reader, *, meaning: bool) -> Iterator[tuple[int, Written]]:
    for index, (_, _, text) in enumerate(pieces):
        for written in habits_in(text, reader.dialect, reader.start, meaning=meaning):
            yield index, written


def _read_with(
    pieces: Sequence[Piece], index: int, written: Written, reader: Reader
) -> tuple[Any | None, tuple[int, int]]:
    """Read a line with one piece written as it is here: its node, and how far that went in the old text."""
    number, offset, text = pieces[index]
    mended = text[: written.start] + written.here + text[written.end :]
    tokens: list[RawToken] = []

    def old(column: int) -> int:
        """Give the column in the old text of a column in the mended one."""
        place = column - 1 - offset
        if place <= written.start:
            return column
        if place < written.start + len(written.here):
            return offset + 1 + written.start
        return column - len(written.here) + written.end - written.start

    try:
        for position, (other_number, other_offset, other_text) in enumerate(pieces):
            if position != index:
                tokens += scan(other_text, reader.file, other_number, other_offset)
                continue
            tokens += [
                raw._replace(column=old(raw.column), end_column=max(old(raw.end_column), old(raw.column) + 1))
                for raw in scan(_without_comment(mended), reader.file, number, offset)
            ]
        if not tokens:
            return None, (number, offset + written.end + 2)
        return reader.parse(tokens), (number, len(text))
    except LineError as error:
        line, column = _place(error.diagnostic)
        return None, (line, old(column) if line == number and not tokens else column)


def _without_comment(text: str) -> str:
    for found in _COMMENT.finditer(text):
        if found[1] is not None:
            return text[: found.start()].rstrip()
    return text


def _habit_finding(piece: Piece, written: Written, file: str) -> Diagnostic:
    number, offset, text = piece
    found = text[written.start : written.end]
    start = written.start + len(found) - len(found.lstrip())
    end = written.end - (len(found) - len(found.rstrip())) if found.strip() else written.end
    span = Span(file, number, offset + start + 1, max(offset + end + 1, offset + start + 2))
    values = {"found": found.strip(), "instead": written.here.strip(), **written.values}
    return Diagnostic("SL006", span, values, written.say)
