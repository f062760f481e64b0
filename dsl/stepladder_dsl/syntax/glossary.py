"""A glossary: the names, texts and comments of a spec in several human languages, as a CSV file.

The first row names the languages, each further row is one name, text or comment
in each of them. Rows that begin with `#` are comments. A row counts wherever its
cell stands in a spec, as a name, between quotes or behind `#`; a row whose cells
have quotes around them, as in a spec, counts for texts alone. A name has one
translation, and two names have two, or the way back would be lost.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import field
from typing import TYPE_CHECKING

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Label
from stepladder_dsl.keywords.dialect import LANGUAGES, load_dialect, normalize_name
from stepladder_dsl.record import record
from stepladder_dsl.source import Source, Span
from stepladder_dsl.syntax import nodes
from stepladder_dsl.syntax.lexer import LineError, scan, unquote
from stepladder_dsl.syntax.lines import comment_start
from stepladder_dsl.syntax.tree import ParsedLine, SyntaxTree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lark import Token

_DELIMITERS = ",;\t"
_NOT_OURS = (nodes.IncludeLine, nodes.CurrencyLine, nodes.TimezoneLine, nodes.HolidaysLine)
"""What names files, countries and currencies: the same in every language."""
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"})


@record
class Glossary:
    """What a file says: its languages, and the rows with the lines in which they begin."""

    source: Source
    languages: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]

    def cells(self, language: str) -> Iterator[tuple[int, int, str]]:
        """Yield the cells of a language that say something: row, line and text, those of texts in quotes."""
        place = self.languages.index(language)
        for number, (line, row) in enumerate(self.rows):
            if place < len(row) and row[place]:
                yield number, line, row[place]

    def span(self, line: int, cell: str) -> Span:
        """Give where a cell stands, or the whole line where it is written in another way there."""
        cell = _without_quotes(cell)
        text = self.source.line(line)
        start = text.find(cell)
        start, length = (start, len(cell)) if start >= 0 else (0, len(text))
        return Span(self.source.name, line, start + 1, start + 1 + max(length, 1))


@record
class Replacements:
    """What stands in place of the names, texts and comments of one spec.

    `pieces` are the tokens by line and column, as they are to be written; `comments`
    goes by the text behind `#`; `places` says in which line of the glossary a cell stands.
    """

    pieces: dict[tuple[int, int], str] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)
    places: dict[str, Span] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    """What the glossary does not have, as it stands in the spec."""

    def token(self, token: Token) -> str:
        """Give a name or a text as it is to be written."""
        return self.pieces.get((token.line or 0, token.column or 0), str(token))

    def comment(self, comment: str) -> str:
        """Give a comment as it is to be written."""
        text = comment[1:].strip()
        if text not in self.comments:
            return comment
        return comment[: comment.index(text, 1)] + self.comments[text]


def read_glossary(source: Source) -> tuple[Glossary | None, list[Diagnostic]]:
    """Read a glossary; where it cannot be used the findings say why."""
    first = next((line for line in source.lines if line.strip() and not line.startswith("#")), "")
    delimiter = next((mark for mark in _DELIMITERS if mark in first), ",")
    rows: list[tuple[int, tuple[str, ...]]] = []
    lines = [f"{line}\n" for line in source.text.removeprefix("\ufeff").splitlines()]
    before = 0
    reader = csv.reader(
        ("\n" if line.startswith("#") else line for line in lines), delimiter=delimiter, strict=True
    )
    try:
        for row in reader:
            cells = tuple(cell.strip() for cell in row)
            if any(cells):
                rows.append((before + 1, _of_one_kind(cells)))
            before = reader.line_num
    except csv.Error:
        return None, [Diagnostic("SL130", _whole_line(source, before + 1), variant="quotes")]
    if not rows:
        return None, [Diagnostic("SL130", _whole_line(source, 1), variant="empty")]
    findings = list(_wrong_shape(source, rows))
    (_, header), *rows = rows
    languages = tuple(cell.casefold() for cell in header)
    return (None, findings) if findings else (Glossary(source, languages, tuple(rows)), [])


def _wrong_shape(source: Source, rows: Sequence[tuple[int, tuple[str, ...]]]) -> Iterator[Diagnostic]:
    """Report what is wrong with the first row, and rows that are longer."""
    (first, header), *others = rows
    languages = [cell.casefold() for cell in header]
    for cell, language in zip(header, languages, strict=True):
        if language not in LANGUAGES or languages.count(language) > 1:
            yield Diagnostic("SL130", _whole_line(source, first), {"found": cell}, "language")
    for line, row in others:
        if len(row) > len(header):
            values = {"count": len(row), "expected": len(header)}
            yield Diagnostic("SL130", _whole_line(source, line), values, "cells")


def _whole_line(source: Source, line: int) -> Span:
    return Span(source.name, line, 1, 1 + max(len(source.line(line)), 1))


def replacements(glossary: Glossary, tree: SyntaxTree, target: str) -> tuple[Replacements, list[Diagnostic]]:
    """Give what is to stand in place of the names and texts of a spec in another language."""
    if tree.language == target:
        return Replacements(), []
    findings = [
        Diagnostic("SL130", _whole_line(glossary.source, 1), {"language": language}, "no_language")
        for language in (tree.language, target)
        if language not in glossary.languages
    ]
    findings = findings or _ambiguous(glossary, tree.language, target)
    return (Replacements(), findings) if findings else _Translation(glossary, tree, target).run()


def _ambiguous(glossary: Glossary, language: str, target: str) -> list[Diagnostic]:
    """Report a name that two rows translate, and a translation that two rows have."""
    two = [
        Diagnostic("SL130", span, values, "two", (Label(first, "first"),))
        for span, first, values in _repeated(glossary, language, target)
    ]
    one = [
        Diagnostic("SL130", span, values, "one", (Label(first, "first"),))
        for span, first, values in _repeated(glossary, target, language)
    ]
    return two + one


def _repeated(glossary: Glossary, language: str, other: str) -> Iterator[tuple[Span, Span, dict[str, str]]]:
    """Yield what stands in two rows of a column: here, first, and the other column's cells of both rows."""
    others = {row: cell for row, _, cell in glossary.cells(other)}
    seen: dict[str, tuple[int, int]] = {}
    for row, line, cell in glossary.cells(language):
        first, first_line = seen.setdefault(normalize_name(cell), (row, line))
        if first != row:
            parts = {"name": cell, "first": others.get(first, "—"), "second": others.get(row, "—")}
            values = {part: _without_quotes(value) for part, value in parts.items()}
            yield glossary.span(line, cell), glossary.span(first_line, cell), values


class _Translation:
    """Finds what is to be replaced in one spec; used once."""

    def __init__(self, glossary: Glossary, tree: SyntaxTree, target: str) -> None:
        self.glossary = glossary
        self.tree = tree
        self.dialect = load_dialect(target)
        others = {row: (line, cell) for row, line, cell in glossary.cells(target)}
        pairs = [(cell, *others[row]) for row, _, cell in glossary.cells(tree.language) if row in others]
        self.there = {normalize_name(ours): (line, theirs) for ours, line, theirs in pairs}
        self.back = {normalize_name(theirs): (line, ours) for ours, line, theirs in pairs}
        self.findings: dict[tuple[str, str], Diagnostic] = {}
        self.missing: dict[str, None] = {}
        self.places: dict[str, Span] = {}

    def run(self) -> tuple[Replacements, list[Diagnostic]]:
        pieces = {
            (token.line or 0, token.column or 0): written
            for line in self.tree.lines
            for token in _ours(line)
            if (written := self._written(token, line.file)) is not None
        }
        comments = {text: found for text in self._comments() if (found := self._comment(text)) is not None}
        instead = Replacements(pieces, comments, self.places, tuple(self.missing))
        return instead, list(self.findings.values())

    def _written(self, token: Token, file: str) -> str | None:
        """Give what is to be written in place of a name or text, or None where it stays."""
        is_text = token.type == "STRING"
        text = unquote(str(token)) if is_text else str(token)
        span = Span(file, token.line or 1, token.column or 1, token.end_column or 2)
        found = _looked_up(self.there, text, is_text=is_text)
        if found is None:
            self._stays(text, str(token), span, is_text=is_text)
            return None
        line, cell = found
        where = self.glossary.span(line, cell)
        theirs = _without_quotes(cell)
        if not is_text and not _is_name(theirs):
            self._report(Diagnostic("SL130", where, {"name": theirs}, "no_name", (Label(span, "use"),)))
        came_from = _looked_up(self.back, theirs, is_text=is_text)
        if came_from is not None and came_from[0] != line:
            first = self.glossary.span(came_from[0], cell)
            values = {"name": theirs, "first": _without_quotes(came_from[1]), "second": text}
            self._report(Diagnostic("SL130", where, values, "one", (Label(first, "first"),)))
        written = f'"{theirs.translate(_ESCAPES)}"' if is_text else normalize_name(theirs)
        self.places[written] = where
        return written

    def _stays(self, text: str, written: str, span: Span, *, is_text: bool) -> None:
        """Note down what there is no translation for; it must not be what another name becomes."""
        if any(letter.isalpha() for letter in text):
            self.missing[written] = None
        taken = _looked_up(self.back, text, is_text=is_text)
        if taken is not None:
            values = {"name": text, "source": _without_quotes(taken[1])}
            first = self.glossary.span(taken[0], text)
            self._report(Diagnostic("SL130", span, values, "taken", (Label(first, "first"),)))

    def _comment(self, text: str) -> str | None:
        found = _looked_up(self.there, text, is_text=False)
        if found is None:
            self.missing[f"# {text}"] = None
        return found[1] if found else None

    def _report(self, finding: Diagnostic) -> None:
        """Report each name once."""
        self.findings.setdefault((finding.variant, str(finding.values["name"])), finding)

    def _comments(self) -> Iterator[str]:
        """Yield the texts of the spec's comments that say something."""
        for line in self.tree.source.lines:
            start = comment_start(line)
            text = "" if start is None else line[start + 1 :].strip()
            if any(letter.isalpha() for letter in text):
                yield text


def _ours(line: ParsedLine) -> Sequence[Token]:
    """Give the names and texts of a line that are the author's own."""
    if isinstance(line.statement, _NOT_OURS):
        return ()
    if isinstance(line.statement, nodes.AllowLine):
        return [token for token in line.tokens if token.type == "STRING"]
    before = ["", *(token.type for token in line.tokens)]
    return [
        token
        for token, previous in zip(line.tokens, before, strict=False)
        if token.type == "NAME" or (token.type == "STRING" and previous != "MATCHES")
    ]


def _is_name(text: str) -> bool:
    """Say whether a text is one word that can be a name."""
    try:
        return [token.kind for token in scan(text, "", 1)] == ["word"]
    except LineError:
        return False


def _looked_up(table: dict[str, tuple[int, str]], text: str, *, is_text: bool) -> tuple[int, str] | None:
    """Give the row for a name or a text; a row for texts alone goes before one for both."""
    key = normalize_name(text)
    return (table.get(f'"{key}"') if is_text else None) or table.get(key)


def _of_one_kind(cells: tuple[str, ...]) -> tuple[str, ...]:
    """Put quotes around every cell of a row that has them around one."""
    bare = tuple(_without_quotes(cell) for cell in cells)
    return cells if bare == cells else tuple(f'"{cell}"' if cell else "" for cell in bare)


def _without_quotes(cell: str) -> str:
    is_quoted = len(cell) > 1 and cell.startswith('"') and cell.endswith('"')
    return cell[1:-1] if is_quoted else cell
