"""Text -> blocks of syntax nodes, with every mistake of the file found in one go.

The language is line-oriented: indentation makes blocks, and every line is parsed
on its own with the grammar's start rule of the block it stands in. So a wrong
line is reported, what can be read of it is kept, and the next line is read as if
nothing had happened.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Edit, Fix, Label
from stepladder_dsl.diagnostics.nearest import nearest
from stepladder_dsl.keywords.dialect import (
    LANGUAGES,
    ZERO_WIDTH_NON_JOINER,
    Dialect,
    load_dialect,
    normalize_name,
    normalize_word,
)
from stepladder_dsl.source import NOWHERE, Source, Span
from stepladder_dsl.syntax import nodes
from stepladder_dsl.syntax.lexer import LineError, RawToken, keywords_at, scan
from stepladder_dsl.syntax.rows import is_row, row_finding

if TYPE_CHECKING:
    from lark import Token, UnexpectedToken

    from stepladder_dsl.syntax.mend import Reader

_DEEPEST = 40
_TAB = 4
_MOST_ATTEMPTS = 200
"""Wrong lines for which it is found out what was meant: behind so many the file is something else."""
_LEADING = " \t\u00a0\u2003\u2002\u2009\u202f\u3000"
_SIGNS_THAT_BEGIN = {"=": "EQ", "|": "_PIPE"}
"""The signs with which a line can begin, and their terminals."""
TOLD_ONCE = ("SL003", "SL004", "SL005", "SL006", "SL007", "SL119")
"""Codes of mistakes that are made all through a text: they are told once, with the other places."""
_FEW = 4
_FIRST_WORDS = re.compile(r"[^\W\d][\w\u200c]*")
_LONGEST_KEYWORD = 6
_LONGEST_BEGINNING = 3
_STRING_OR_COMMENT = re.compile(r'"(?:[^"\\]|\\.)*"|#.*')
_BRACKET_OR_STRING = re.compile(r'"(?:[^"\\]|\\.)*"|[()]')

_CHILD_START: dict[type, str] = {
    nodes.SpecLine: "spec_line",
    nodes.CalendarLine: "calendar_line",
    nodes.RoleLine: "role_line",
    nodes.RecordLine: "record_line",
    nodes.EventLine: "event_line",
    nodes.ProcessLine: "process_line",
    nodes.PhaseLine: "phase_line",
    nodes.StageLine: "stage_line",
    nodes.TransitionLine: "transition_line",
    nodes.DecideLine: "decide_line",
    nodes.OfferLine: "offer_line",
    nodes.FollowUpLine: "follow_up_line",
    nodes.MetricLine: "metric_line",
    nodes.ScenarioLine: "scenario_line",
}
"""What a line opens: the start rule of the lines that may stand under it."""

_START_OF_KEYWORD = {
    "SPEC": "spec_line",
    "CALENDAR": "calendar_line",
    "ROLE": "role_line",
    "RECORD": "record_line",
    "EVENT": "event_line",
    "PROCESS": "process_line",
    "PHASE": "phase_line",
    "STAGE": "stage_line",
    "ON": "transition_line",
    "WHEN": "transition_line",
    "AFTER": "transition_line",
    "AFTER_NO": "transition_line",
    "DECIDE": "decide_line",
    "OFFER": "offer_line",
    "FOLLOW_UP": "follow_up_line",
    "METRIC": "metric_line",
    "SCENARIO": "scenario_line",
}
"""First keyword of a line that could not be read -> how the lines under it are to be read."""

BLOCK_KEYWORD = {
    "spec_line": "SPEC",
    "calendar_line": "CALENDAR",
    "role_line": "ROLE",
    "record_line": "RECORD",
    "event_line": "EVENT",
    "process_line": "PROCESS",
    "phase_line": "PHASE",
    "stage_line": "STAGE",
    "decide_line": "DECIDE",
    "offer_line": "OFFER",
    "follow_up_line": "FOLLOW_UP",
    "metric_line": "METRIC",
    "scenario_line": "SCENARIO",
}
"""Start rule -> the keyword of the block whose lines it reads."""


@dataclass
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


@dataclass
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


@dataclass
class _Line:
    """A logical line: one or more physical lines that belong together."""

    indentation: int
    pieces: list[tuple[int, int, str]]
    """(1-based line number, characters before the text, text without comment)"""
    strange: int | None = None
    """The column of the first tab or no-break space before the text, where there is one."""

    def span(self, file: str) -> Span:
        number, offset, text = self.pieces[0]
        return Span(file, number, offset + 1, offset + 1 + len(text))

    @property
    def text(self) -> str:
        return " ".join(piece[2].strip() for piece in self.pieces)


_ROWS = "decide_line"


def _unread(line: _Line, file: str) -> nodes.Block:
    """Give the block of a line of which nothing can be kept: it tells that something stood there."""
    return nodes.Block("Broken", nodes.Broken("", None), line.span(file), line.text, broken=True)


@dataclass
class _OpenBlock:
    """A block whose lines are being read: `start` is None where nothing may stand in it."""

    indentation: float
    start: str | None
    children: list[nodes.Block]
    skip: bool = False
    child_indentation: int | None = field(default=None)
    latest: int | None = None
    """The indentation of the latest line in the block."""
    flat: bool = False
    """Whether its lines stand in the same column as the line that opens it, which is a mistake."""


def comment_start(text: str) -> int | None:
    """Give where the comment of a physical line begins, or None; a `#` inside a text begins none."""
    for match in _STRING_OR_COMMENT.finditer(text):
        if match.group().startswith("#"):
            return match.start()
    return None


def _without_comment(text: str) -> str:
    return text[: comment_start(text)].rstrip()


def _open_brackets(text: str) -> int:
    found = _BRACKET_OR_STRING.findall(text)
    return found.count("(") - found.count(")")


def _leading_space(text: str) -> tuple[int, int, int | None]:
    """Give the characters before a text, the columns they take, and the first that is no plain space."""
    count = columns = 0
    strange: int | None = None
    for character in text:
        if character not in _LEADING:
            break
        if character != " " and strange is None:
            strange = count
        columns += _TAB - columns % _TAB if character == "\t" else 1
        count += 1
    return count, columns, strange


def _logical_lines(source: Source) -> Iterator[_Line]:
    """Yield the lines that say something; a line goes on after a comma or inside brackets."""
    current: _Line | None = None
    brackets = 0
    for number, raw in enumerate(source.lines, start=1):
        text = raw.removeprefix("\ufeff") if number == 1 else raw
        offset = len(raw) - len(text)
        body = _without_comment(text)
        count, indentation, strange = _leading_space(body)
        content = body[count:]
        if not content.replace(ZERO_WIDTH_NON_JOINER, "").strip():
            continue
        piece = (number, offset + count, content)
        if (
            current is not None
            and indentation > current.indentation
            and (brackets > 0 or current.pieces[-1][2].endswith((",", "،")))
        ):
            current.pieces.append(piece)
            brackets += _open_brackets(content)
            continue
        if current is not None:
            yield current
        current = _Line(indentation, [piece], strange if strange is None else offset + strange + 1)
        brackets = _open_brackets(content)
    if current is not None:
        yield current


def parse(source: Source) -> SyntaxTree:
    """Parse a text. It always gives a tree; what is wrong stands in its diagnostics."""
    return _Parser(source).run()


class _Parser:
    """Reads one text; used once."""

    def __init__(self, source: Source) -> None:
        from stepladder_dsl.syntax.grammar import load_parser

        self.source = source
        self.line_parser = load_parser()
        self.dialect: Dialect = load_dialect("en")
        self.diagnostics: list[Diagnostic] = []
        self.lines: list[ParsedLine] = []
        self.language_line: int | None = None
        self.attempts = 0
        """How many lines were tried to be mended."""
        self.following: _Line | None = None
        """The line behind the one that is being read."""
        self.joined: _Line | None = None
        """A line that was read together with the one before it."""

    def run(self) -> SyntaxTree:
        root = _OpenBlock(-1, "file_line", [], child_indentation=0)
        stack = [root]
        lines = list(_logical_lines(self.source))
        lines = self._without_language_line(lines)
        for position, line in enumerate(lines):
            if line is self.joined:
                continue
            self.following = lines[position + 1] if position + 1 < len(lines) else None
            self._add(line, stack)
        unread = frozenset((finding.span.file, finding.span.line) for finding in self.diagnostics)
        self._report_strange_spaces(lines)
        return SyntaxTree(
            self.source,
            self.dialect.language,
            root.children,
            _told_once(self.diagnostics),
            self.lines,
            self.language_line,
            unread,
        )

    def _report_strange_spaces(self, lines: list[_Line]) -> None:
        for line in lines:
            if line.strange is not None:
                number = line.pieces[0][0]
                character = self.source.line(number)[line.strange - 1]
                span = Span(self.source.name, number, line.strange, line.strange + 1)
                values = {"found": character, "name": f"U+{ord(character):04X}"}
                own = Span(self.source.name, number, 1, line.pieces[0][1] + 1)
                fix = Fix((Edit(own, " " * line.indentation),))
                variant = "tab" if character == "\t" else "space"
                self._report(Diagnostic("SL005", span, values, variant, fix=fix))

    # the language of the keywords

    def _without_language_line(self, lines: list[_Line]) -> list[_Line]:
        """Take the language from the line that names it, and give the other lines."""
        for position, line in enumerate(lines):
            if line.indentation == 0 and self._is_language_line(line, first=position == 0):
                others = [*lines[:position], *lines[position + 1 :]]
                self._recognise_language(others, line)
                return others
        self._recognise_language(lines, None)
        return lines

    def _recognise_language(self, lines: list[_Line], named: _Line | None) -> None:
        """Report a text whose keywords are of another language than its first line says, or than English."""
        openers = [line for line in lines if line.indentation == 0]
        if not openers or self._begins_file_line(openers[0], self.dialect):
            return
        counts = {
            language: sum(self._begins_file_line(line, load_dialect(language)) for line in openers)
            for language in LANGUAGES
        }
        best = max(LANGUAGES, key=lambda language: counts[language])
        if counts[best] <= counts[self.dialect.language] or not self._begins_file_line(
            openers[0], load_dialect(best)
        ):
            return
        said, self.dialect = self.dialect.name, load_dialect(best)
        first = openers[0] if named is None else named
        number, offset, text = first.pieces[0]
        word = text.split()[0]
        values = {
            "found": word,
            "language": self.dialect.name,
            "instead": f"{self.dialect.spelling('LANGUAGE')} {best}",
            "said": said,
        }
        span = Span(self.source.name, number, offset + 1, offset + 1 + len(word))
        self._report(Diagnostic("SL007", span, values, "unsaid" if named is None else "other"))

    def _begins_file_line(self, line: _Line, dialect: Dialect) -> bool:
        beginnings = self.line_parser.beginnings["file_line"]
        return any(terminal in beginnings for terminal in _first_keywords(line.text, dialect))

    def _is_language_line(self, line: _Line, *, first: bool) -> bool:
        """Take the language from a first line such as `language ru`."""
        words = re.split(r"\s*[:=]\s*|\s+", line.text.strip())
        if len(words) != 2:
            return False
        keywords = _language_keywords()
        keyword, name = words
        span = line.span(self.source.name)
        if normalize_word(keyword) not in keywords:
            meant = nearest(normalize_word(keyword), keywords) if first and name in LANGUAGES else None
            if meant is None:
                return False
            piece = Span(span.file, span.line, span.column, span.column + len(keyword))
            values = {"found": keyword, "block": "", "expected": [f"`{meant}`"]}
            self._report(Diagnostic("SL001", piece, values, "top", suggestion=meant))
        sign = re.search(r"[:=]", line.text)
        if sign is not None:
            place = span.column + sign.start()
            values = {"found": sign.group(), "instead": ""}
            self._report(Diagnostic("SL006", Span(span.file, span.line, place, place + 1), values, "extra"))
        if not first:
            self._report(Diagnostic("SL004", span, {"found": line.text}, "language"))
        self.language_line = line.pieces[0][0]
        self._use_language(normalize_word(keyword), name, span)
        return True

    def _use_language(self, keyword: str, name: str, span: Span) -> None:
        """Read on in a language; report one that does not exist."""
        from stepladder_dsl.syntax.habits import words as words_of_habit

        if name in LANGUAGES:
            self.dialect = load_dialect(name)
            return
        by_name = {normalize_word(load_dialect(language).name): language for language in LANGUAGES}
        for language in LANGUAGES:
            by_name |= words_of_habit(language, "languages")
        meant = by_name.get(normalize_word(name)) or nearest(name, LANGUAGES)
        # Whoever wrote the line's first word in a language meant that one: the other lines can be read.
        self.dialect = load_dialect(meant or _language_keywords().get(keyword, "en"))
        values = {"language": name, "known": ", ".join(f"`{language}`" for language in LANGUAGES)}
        self._report(Diagnostic("SL007", span, values, suggestion=meant))

    def _report(self, diagnostic: Diagnostic) -> None:
        self.diagnostics.append(diagnostic)

    def _add(self, line: _Line, stack: list[_OpenBlock]) -> None:
        """Put a line into the block to which its indentation leads."""
        while line.indentation <= stack[-1].indentation:
            stack.pop()
        self._add_flat_blocks(line, stack)
        parent = stack[-1]
        if parent.skip:
            return
        if parent.start is None:
            self._report(Diagnostic("SL003", line.span(self.source.name), variant="no_block"))
            parent.skip = True
            return
        if len(stack) > _DEEPEST:
            self._report(Diagnostic("SL116", line.span(self.source.name), variant="block"))
            parent.skip = True
            return
        if parent.child_indentation is None:
            parent.child_indentation = line.indentation
        elif line.indentation not in {parent.child_indentation, parent.latest}:
            expected = parent.child_indentation
            self._report(
                Diagnostic(
                    "SL003",
                    line.span(self.source.name),
                    {"found": line.indentation, "expected": expected},
                )
            )
        parent.latest = line.indentation
        block, start, skip = self._read(line, parent.start, len(stack) - 1)
        if block is not None:
            parent.children.append(block)
        children = block.children if block is not None else []
        stack.append(_OpenBlock(line.indentation, start, children, skip))

    def _add_flat_blocks(self, line: _Line, stack: list[_OpenBlock]) -> None:
        """Find the block of a line that stands in the same column as the line that should hold it."""
        if not stack[-1].flat and self._opened_above(stack[-1]) is None:
            return
        beginnings = self.line_parser.beginnings
        keywords = _first_keywords(line.text, self.dialect)
        if not any(keyword in beginnings[block.start or "expr"] for block in stack for keyword in keywords):
            keywords += [value for value in _first_value(line.text) if self._is_in_flat_block(line, stack)]
        while True:
            top, under = stack[-1], self._opened_above(stack[-1])
            fits = top.start is not None and any(keyword in beginnings[top.start] for keyword in keywords)
            deeper = under is not None and any(keyword in beginnings[under] for keyword in keywords)
            if under is not None and deeper and (top.flat or not fits):
                self._open_flat_block(line, stack, under)
                return
            if fits or not top.flat:
                return
            stack.pop()

    def _is_in_flat_block(self, line: _Line, stack: list[_OpenBlock]) -> bool:
        """Say whether a line that begins with no keyword can be read in one of the blocks above it."""
        file = self.source.name
        for block in stack:
            for start in (block.start if block.flat else None, self._opened_above(block)):
                if start is not None:
                    try:
                        number, offset, text = line.pieces[0]
                        self.parse_line(scan(text, file, number, offset, self.dialect), start)
                    except LineError:
                        continue
                    return True
        return False

    def _open_flat_block(self, line: _Line, stack: list[_OpenBlock], start: str) -> None:
        above = stack[-1].children[-1]
        self._report(Diagnostic("SL003", line.span(self.source.name), {"above": above.text}, "flat"))
        indentation = line.indentation
        stack.append(
            _OpenBlock(indentation - 0.5, start, above.children, child_indentation=indentation, flat=True)
        )

    def _opened_above(self, parent: _OpenBlock) -> str | None:
        """Give how the lines under the latest line of a block are read, if there are none yet."""
        if not parent.children or parent.children[-1].children or parent.start is None or parent.skip:
            return None
        return _CHILD_START.get(type(parent.children[-1].statement))

    def _read(self, line: _Line, start: str, depth: int) -> tuple[nodes.Block | None, str | None, bool]:
        """Parse a line: its block, the start rule of the lines under it, and whether to pass those over."""
        file = self.source.name
        tokens: list[RawToken] = []
        try:
            tokens = [
                token
                for number, offset, text in line.pieces
                for token in scan(text, file, number, offset, self.dialect)
            ]
            shape = row_finding(line.text, tokens, self.dialect, file) if is_row(line.text) else None
            if shape is not None and start == _ROWS:
                self._report(shape)
                return _unread(line, file), None, True
            statement, named = self.parse_line(tokens, start)
        except LineError as error:
            # Only wrong lines need what knows of habits, and it takes time to load.
            from stepladder_dsl.syntax.mend import mend

            goes_on = self._read_with_following(line, tokens, error, start)
            if goes_on is not None:
                return goes_on
            mended = (
                mend(line.pieces, tokens, error, self.reader_for(start))
                if self.attempts <= _MOST_ATTEMPTS
                else None
            )
            if mended is None or mended.diagnostic.variant not in _SAME_EVERYWHERE:
                self.attempts += 1
            if mended is not None:
                self._report(mended.diagnostic)
                statement = mended.statement
                if statement is None:
                    return self._salvage(line, tokens, error.diagnostic, start)
                block = nodes.Block(
                    type(statement).__name__, statement, line.span(file), line.text, broken=True
                )
                return block, _CHILD_START.get(type(statement)), False
            self._report(error.diagnostic)
            return self._salvage(line, tokens, error.diagnostic, start)
        block = nodes.Block(type(statement).__name__, statement, line.span(file), line.text)
        self.lines.append(ParsedLine(file, depth, line.indentation, line.pieces, named, statement, start))
        return block, _CHILD_START.get(type(statement)), False

    def _read_with_following(
        self, line: _Line, tokens: list[RawToken], error: LineError, start: str
    ) -> tuple[nodes.Block | None, str | None, bool] | None:
        """Read a line that ends too early together with the next one, where that stands deeper."""
        following = self.following
        if error.diagnostic.code != "SL008" or following is None or following.indentation <= line.indentation:
            return None
        file = self.source.name
        try:
            behind = [
                token
                for number, offset, text in following.pieces
                for token in scan(text, file, number, offset, self.dialect)
            ]
            statement, _ = self.parse_line([*tokens, *behind], start)
        except LineError:
            return None
        self.joined = following
        text = f"{line.text} {following.text}"
        self._report(Diagnostic("SL008", error.diagnostic.span, {"found": following.text}, "goes_on"))
        block = nodes.Block(type(statement).__name__, statement, line.span(file), text, broken=True)
        return block, _CHILD_START.get(type(statement)), False

    def reader_for(self, start: str) -> Reader:
        """Give what mends a wrong line: how lines of this kind are read."""
        from stepladder_dsl.syntax.mend import Reader

        def parse(tokens: list[RawToken]) -> Any:
            return self.parse_line(tokens, start)[0]

        return Reader(self.dialect, self.source.name, start, parse, self.source.text)

    def parse_line(self, tokens: list[RawToken], start: str) -> tuple[Any, list[Token]]:
        """Parse the tokens of a line: its node and terminals; raises `LineError`."""
        from lark import UnexpectedToken

        try:
            return self.line_parser.parse(tokens, self.dialect, self.source.name, start)
        except UnexpectedToken as error:
            expected = tuple(sorted(name for name in (error.accepts or error.expected) if name.isupper()))
            raise LineError(self._finding(error, tokens, start, expected), expected) from None

    def _salvage(
        self, line: _Line, tokens: list[RawToken], problem: Diagnostic, start: str
    ) -> tuple[nodes.Block | None, str | None, bool]:
        """Keep what the beginning of a wrong line says, so that one mistake gives one message."""
        file = self.source.name
        if not tokens:
            tokens = self._tokens_before(line, problem)
        before = [
            token for token in tokens if (token.line, token.column) < (problem.span.line, problem.span.column)
        ]
        statement = self._prefix(before, start)
        if statement is not None:
            block = nodes.Block(type(statement).__name__, statement, line.span(file), line.text, broken=True)
            return block, _CHILD_START.get(type(statement)), False
        keywords = keywords_at(tokens, 0, self.dialect) if tokens and tokens[0].kind == "word" else []
        if tokens and tokens[0].text in _SIGNS_THAT_BEGIN:
            keywords = [(_SIGNS_THAT_BEGIN[tokens[0].text], 1)]
        keywords = keywords or self._meant_keyword(tokens, problem)
        if not keywords:
            return _unread(line, file), None, True
        beginnings = self.line_parser.beginnings[start]
        fitting = [found for found in keywords if found[0] in beginnings]
        terminal, count = (fitting or keywords)[0]
        name = None
        if len(tokens) > count and tokens[0].kind == tokens[count].kind == "word":
            raw = tokens[count]
            name = nodes.Name(normalize_name(raw.text), Span(file, raw.line, raw.column, raw.end_column))
        child_start = _START_OF_KEYWORD.get(terminal)
        block = nodes.Block("Broken", nodes.Broken(terminal, name), line.span(file), line.text, broken=True)
        return block, child_start, child_start is None

    def _meant_keyword(self, tokens: list[RawToken], problem: Diagnostic) -> list[tuple[str, int]]:
        """Give the keyword proposed for the beginning of the line, with its number of words."""
        first = tokens[0] if tokens else None
        if first is None or (first.line, first.column) != (problem.span.line, problem.span.column):
            return []
        words = tuple(normalize_word(word) for word in (problem.suggestion or "").split())
        terminals = self.dialect.phrases.get(words)
        if terminals is None:
            return []
        in_full = len(words) > 1 and [normalize_word(raw.text) for raw in tokens[1 : len(words)]] == list(
            words[1:]
        )
        return [(terminal, len(words) if in_full else 1) for terminal in terminals]

    def _tokens_before(self, line: _Line, problem: Diagnostic) -> list[RawToken]:
        """Give the tokens of a line up to the piece that is none."""
        number, offset, text = line.pieces[0]
        readable = text[: max(problem.span.column - 1 - offset, 0)] if problem.span.line == number else text
        try:
            return scan(readable, self.source.name, number, offset, self.dialect)
        except LineError:
            return []

    def _prefix(self, tokens: list[RawToken], start: str) -> Any | None:
        from lark import UnexpectedToken

        if not tokens:
            return None
        try:
            return self.line_parser.parse(tokens, self.dialect, self.source.name, start)[0]
        except UnexpectedToken:
            return None

    def _finding(
        self, error: UnexpectedToken, tokens: list[RawToken], start: str, expected: tuple[str, ...]
    ) -> Diagnostic:
        """Say what is wrong with a line, from where the parser could not go on."""
        token = error.token
        file = self.source.name
        if token.type == "$END":
            last = tokens[-1]
            span = Span(file, last.line, last.end_column, last.end_column + 1)
            variant = _special_lack(expected)
            wanted = self._expected(expected)
            kind = self._kind_of_name(tokens)
            if kind is not None:
                wanted = [f"<name:{kind}>" if word == "<name>" else word for word in wanted]
            return Diagnostic("SL008", span, {"expected": wanted, "found": last.text}, variant)
        span = Span(file, token.line or 0, token.column or 0, token.end_column or 0)
        if (span.line, span.column) == (tokens[0].line, tokens[0].column):
            return self._wrong_beginning(tokens, span, start)
        position = next(
            i for i, raw in enumerate(tokens) if (raw.line, raw.column) == (span.line, span.column)
        )
        following = [raw for raw in tokens if (raw.line, raw.column) >= (span.line, span.column)]
        meant = self._meant(following, expected) or nearest(
            str(token), [word for word, _ in self._keywords_of(expected)]
        )
        values = {
            "found": self._found(token, tokens),
            "expected": self._expected(expected),
            "before": tokens[position - 1].text,
        }
        if "$END" in expected and self._begins_line(tokens, position, start):
            return Diagnostic("SL001", span, values, "new_line")
        variant = "where" if token.type == "WHERE" else _special_lack(expected) if meant is None else ""
        meant = meant or self._of_other_language(following, expected)
        return Diagnostic("SL001", span, values, variant, suggestion=meant)

    def _kind_of_name(self, tokens: list[RawToken]) -> str | None:
        """Give the kind of thing whose name the last keyword of a line asks for."""
        for start in range(len(tokens)):
            found = keywords_at(tokens, start, self.dialect) if tokens[start].kind == "word" else []
            for terminal, count in found:
                if start + count == len(tokens) and terminal in _NAME_BEHIND:
                    return _NAME_BEHIND[terminal]
        return None

    def _begins_line(self, tokens: list[RawToken], position: int, start: str) -> bool:
        """Say whether a word could begin a line beside or under the one that ends before it."""
        statement = self._prefix(tokens[:position], start)
        under = _CHILD_START.get(type(statement))
        possible = self.line_parser.beginnings[start] | (
            self.line_parser.beginnings[under] if under is not None else frozenset()
        )
        found = keywords_at(tokens, position, self.dialect) if tokens[position].kind == "word" else []
        return any(terminal in possible for terminal, _ in found)

    def _found(self, token: Token, tokens: list[RawToken]) -> str:
        words = [
            raw.text
            for raw in tokens
            if raw.line == token.line and (token.column or 0) <= raw.column < (token.end_column or 0)
        ]
        return " ".join(words) or str(token)

    def _wrong_beginning(self, tokens: list[RawToken], span: Span, start: str) -> Diagnostic:
        """Say what is wrong with a line that may not begin as it does."""
        block = BLOCK_KEYWORD.get(start)
        inside = self.dialect.spelling(block) if block else ""
        keywords = keywords_at(tokens, 0, self.dialect) if tokens[0].kind == "word" else []
        for terminal, count in keywords:
            # A word may be several keywords, each at home in another place.
            alike = {other for other, length in keywords if length == count}
            places = [
                place
                for place, beginnings in self.line_parser.beginnings.items()
                if place != "expr" and alike & beginnings
            ]
            if places:
                homes = [self._home(place) for place in places if place != "file_line"]
                last = tokens[count - 1]
                whole = Span(span.file, span.line, span.column, last.end_column)
                values = {
                    "found": " ".join(raw.text for raw in tokens[:count]),
                    "block": inside,
                    "homes": homes,
                }
                return Diagnostic("SL004", whole, values, _misplaced(terminal, start, inside, homes))
        allowed = tuple(sorted(self.line_parser.beginnings[start]))
        spellings = dict(self._keywords_of(allowed))
        meant = self._meant(tokens, allowed) or nearest(tokens[0].text, spellings)
        if meant is None and len(tokens) > 1:
            of_words = [spelling for spelling in spellings if " " in spelling]
            meant = nearest(f"{tokens[0].text} {tokens[1].text}", of_words)
        meant = self._of_other_language(tokens, allowed) or meant
        values = {"found": tokens[0].text, "block": inside, "expected": self._expected(allowed)}
        return Diagnostic(
            "SL001",
            span,
            values,
            "line" if inside else "top",
            suggestion=meant or self._parted(tokens[0].text, allowed),
        )

    def _meant(self, tokens: list[RawToken], terminals: tuple[str, ...]) -> str | None:
        """Give the only keyword of several words that begins as these words do, or None."""
        words = [
            normalize_word(raw.text) for raw in tokens if raw.kind == "word" and raw.line == tokens[0].line
        ]
        for count in range(min(len(words), _LONGEST_BEGINNING), 0, -1):
            beginning = " ".join(words[:count]) + " "
            found = {
                terminal
                for spelling, terminal in self._keywords_of(terminals)
                if normalize_word(spelling).startswith(beginning)
            }
            if len(found) == 1:
                return self.dialect.spelling(found.pop())
        return None

    def _parted(self, word: str, terminals: tuple[str, ...]) -> str | None:
        """Part a keyword from the word that a zero-width non-joiner holds to it, or give None."""
        first, joiner, rest = word.partition(ZERO_WIDTH_NON_JOINER)
        keywords = {normalize_word(spelling) for spelling, _ in self._keywords_of(terminals)}
        return f"{first} {rest}" if joiner and normalize_word(first) in keywords else None

    def _home(self, start: str) -> str:
        """Name the block whose lines a start rule reads, for a message."""
        return (
            f"`{self.dialect.spelling(BLOCK_KEYWORD[start])}`" if start in BLOCK_KEYWORD else "<transition>"
        )

    def _of_other_language(self, tokens: list[RawToken], terminals: tuple[str, ...]) -> str | None:
        """Give this language's spelling of a keyword that was written in another one, or None."""
        if not tokens or tokens[0].kind != "word":
            return None
        others = [language for language in LANGUAGES if language != self.dialect.language]
        found = [
            terminal
            for language in others
            for terminal, _ in keywords_at(tokens, 0, load_dialect(language))
            if terminal in terminals
        ]
        return self.dialect.spelling(found[0]) if found else None

    def _keywords_of(self, terminals: tuple[str, ...]) -> list[tuple[str, str]]:
        return [
            (spelling, terminal)
            for terminal in terminals
            for spelling in self.dialect.spellings.get(terminal, ())
        ]

    def _expected(self, terminals: tuple[str, ...]) -> list[str]:
        """Give what could have stood there: keywords in backquotes, and `<kind>` for the rest."""
        return describe_expected(terminals, self.dialect)


@cache
def _language_keywords() -> dict[str, str]:
    """Give the words with which the line that names the language may begin -> their own language."""
    return {
        normalize_word(spelling): language
        for language in sorted(LANGUAGES, key=lambda language: language == "en")
        for spelling in load_dialect(language).spellings["LANGUAGE"]
    }


def _first_keywords(text: str, dialect: Dialect) -> list[str]:
    """Give the keywords with which a line may begin, without reading it."""
    words: list[str] = []
    for found in _FIRST_WORDS.finditer(text[:80]):
        if len(words) == _LONGEST_KEYWORD or text[len(" ".join(words)) : found.start()].strip():
            break
        words.append(found.group())
    normal = [normalize_word(word) for word in words]
    return [
        terminal
        for count in range(len(normal), 0, -1)
        for terminal in dialect.phrases.get(tuple(normal[:count]), ())
    ]


def _first_value(text: str) -> list[str]:
    """Give the terminal with which a line may begin that begins with no keyword."""
    if _FIRST_WORDS.match(text):
        return ["NAME"]
    if is_row(text):
        return ["_PIPE"]
    return ["DATE"] if text[:1].isdigit() else ["EQ"] if text.startswith("=") else []


def _told_once(findings: list[Diagnostic]) -> list[Diagnostic]:
    """Put what is the same mistake in several places into one finding that names the places."""
    groups: dict[object, list[Diagnostic]] = {}
    for number, finding in enumerate(findings):
        values = finding.values
        same = (
            finding.code,
            finding.variant,
            *(str(values.get(key)) for key in ("found", "instead", "block")),
        )
        if finding.variant in _SAME_EVERYWHERE:
            same = (finding.code, finding.variant, str(values.get("language")))
        alike = finding.code in TOLD_ONCE and (finding.code != "SL003" or finding.variant in _SAME_EVERYWHERE)
        groups.setdefault(same if alike else number, []).append(finding)
    return [_with_other_places(group[0], group[1:]) for group in groups.values()]


_SAME_EVERYWHERE = {"flat", "merge", "tab", "space", "quotes", "pasted", "keyword"}
"""Sentences that say the same wherever they are said, whatever the piece is."""


def _with_other_places(finding: Diagnostic, others: list[Diagnostic]) -> Diagnostic:
    if not others:
        return finding
    shown = others if len(others) <= _FEW else others[: _FEW - 1]
    labels = [Label(other.span, "again") for other in shown]
    if len(shown) < len(others):
        values = {"count": len(others) - len(shown)}
        labels.append(Label(others[len(shown)].span, "more", values))
    fixes = [each.fix for each in (finding, *others) if each.fix is not None]
    edits = tuple(edit for fix in fixes for edit in fix.edits)
    fix = Fix(edits, safe=all(fix.safe for fix in fixes)) if fixes else None
    return replace(finding, labels=tuple(labels), fix=fix)


def _misplaced(terminal: str, start: str, inside: str, homes: list[str]) -> str:
    """Give the name of the sentence for a line that stands where it means nothing."""
    if terminal == "WHEN" and start == "transition_line":
        return "condition"
    if not homes:
        return "outside"
    if terminal == BLOCK_KEYWORD.get(start):
        return "beside"
    return "" if inside else "top"


def _special_lack(expected: tuple[str, ...]) -> str:
    """Give the name of the sentence for what is missing, where there is one that says it better."""
    wanted = set(expected) - {"STRING"}
    if wanted == {"FOR"}:
        return "for_whom"
    if wanted == {"ELSE"}:
        return "else"
    if wanted == {"_DOT"}:
        return "field"
    return "unit" if wanted >= _UNITS and not wanted & _OPERATORS else ""


_NAME_BEHIND = {
    **dict.fromkeys(
        ("OWNER", "REPORTS_TO", "THEN_ALERT", "ALERT_TO", "BY", "ESCALATE_TO", "PERSON_FOR"), "role"
    ),
    **dict.fromkeys(("GO_TO", "AFTER_ENTERING", "REACHED", "REACHING", "NOW_IN"), "stage"),
    **dict.fromkeys(("ON", "ACCEPTED_ON", "DECLINED_ON", "DONE_ON", "CANCELLED_ON", "AFTER_NO"), "event"),
    **dict.fromkeys(("FOR", "GIVEN", "TO"), "record"),
}
"""Keyword -> the kind of thing whose name stands behind it."""

_UNITS = {"MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "YEAR"}
_VALUES = {
    *("NUMBER", "STRING", "DATE", "YES", "NO", "UNKNOWN", "COLUMN", "IF", "NOT", "MINUS", "_LPAR"),
    *("COUNT_OF", "SUM_OF", "AVERAGE_OF", "MIN_OF", "MAX_OF", "FIRST_OF", "LAST_OF", "REACHED", "NOW_IN"),
}
_OPERATORS = {
    *("EQ", "NE", "LT", "LE", "GT", "GE", "PLUS", "MINUS", "STAR", "SLASH", "AND", "OR", "IN", "NOT_IN"),
    *("BETWEEN", "IS_KNOWN", "IS_UNKNOWN", "IN_LAST", "IN_FIRST", "PERCENT", "REACHING", "WHERE"),
}
_COMPARISONS = {"EQ", "NE", "LT", "LE", "GT", "GE"}
_KINDS = {
    "NAME": "name",
    "STRING": "text",
    "NUMBER": "number",
    "DATE": "date",
    "TIME": "time",
    "_COMMA": "comma",
    "_RPAR": "closing_bracket",
    "_LPAR": "opening_bracket",
    "_DOT": "dot",
    "_PIPE": "bar",
    "_DOUBLE_PIPE": "double_bar",
    "EQ": "equals_sign",
    "COLUMN": "column",
    "SLASH": "slash",
    "$END": "line_end",
}
_MANY = 5


def describe_expected(terminals: tuple[str, ...], dialect: Dialect) -> list[str]:
    """Give a short list of what could stand at a place, for a message.

    Keywords are given as `` `spelling` ``; everything else as ``<kind>``, for
    which the catalogue of the reader's language has the words.
    """
    # Nobody who slipped meant to say that a finding is fine.
    left = set(terminals) - {"ALLOW"}
    found: list[str] = []
    if len(left & _VALUES) >= _MANY:
        found.append("<value>")
        left -= _VALUES | _UNITS | {"NAME"}
    if "PLUS" not in left and left >= _COMPARISONS:
        found.append("<comparison>")
        left -= _OPERATORS
    if len(left & _OPERATORS) >= _MANY:
        found.append("<operator>")
        left -= _OPERATORS
    if len(left & _UNITS) >= _MANY:
        found.append("<unit>")
        left -= _UNITS
    if {"ONE_OF", "YES"} <= left:
        left -= {"YES"}
        found.append(f"`{dialect.spelling('YES')}/{dialect.spelling('NO')}`")
    keywords = sorted(f"`{dialect.spelling(name)}`" for name in left if name in dialect.spellings)
    kinds = sorted(f"<{_KINDS[name]}>" for name in left if name in _KINDS)
    dash = ["`-`"] if "MINUS" in left else []
    return keywords + dash + kinds + found


def explain_by_habits(tree: SyntaxTree, findings: list[Diagnostic]) -> list[Diagnostic]:
    """Put habits from elsewhere in the place of findings that only say what came of them."""
    if not findings:
        return []
    from stepladder_dsl.syntax.mend import mend_meaning

    lines = {(tree.source.name, line.pieces[0][0]): line for line in tree.lines}
    told: list[Diagnostic] = []
    explained: set[tuple[str, int]] = set()
    for finding in sorted(findings, key=lambda finding: finding.sort_key):
        place = (finding.span.file, finding.span.line)
        line = lines.get(place)
        if place in explained:
            continue
        habit = None
        if line is not None and finding.code in {"SL101", "SL103"} and finding.suggestion is None:
            parser = _Parser(tree.source)
            parser.dialect = load_dialect(tree.language)
            habit = mend_meaning(line.pieces, finding, parser.reader_for(line.start))
        if habit is not None:
            explained.add(place)
        told.append(habit or finding)
    return told


def parse_expression(
    text: str, file: str, line: int, column: int, language: str = "en"
) -> tuple[nodes.ExpressionNode | None, list[Diagnostic]]:
    """Parse a bare expression that stands at a place in another file, such as a mapping."""
    try:
        return _expression(text, Span(file, line, column, column + 1), language)[0], []
    except LineError as error:
        return None, [error.diagnostic]


def expression_tokens(text: str, language: str) -> list[Token] | None:
    """Give the terminals of a bare expression; None where it cannot be read."""
    try:
        return _expression(text, NOWHERE, language)[1]
    except LineError:
        return None


def _expression(text: str, at: Span, language: str) -> tuple[nodes.ExpressionNode, list[Token]]:
    """Parse a bare expression: its node and terminals; raises `LineError`."""
    parser = _Parser(Source(at.file, text))
    parser.dialect = load_dialect(language)
    tokens = scan(text, at.file, at.line, at.column - 1, parser.dialect)
    if not tokens:
        raise LineError(Diagnostic("SL008", at, {"expected": ["<value>"]}))
    return parser.parse_line(tokens, "expr")
