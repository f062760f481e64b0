"""Text -> blocks of syntax nodes, with every mistake of the file found in one go.

The language is line-oriented: indentation makes blocks, and every line is parsed
on its own with the grammar's start rule of the block it stands in. So a wrong
line is reported, what can be read of it is kept, and the next line is read as if
nothing had happened.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.diagnostics.nearest import nearest
from stepladder_dsl.keywords.dialect import (
    LANGUAGES,
    ZERO_WIDTH_NON_JOINER,
    Dialect,
    load_dialect,
    normalize_name,
    normalize_word,
)
from stepladder_dsl.source import Source, Span
from stepladder_dsl.syntax import nodes
from stepladder_dsl.syntax.lexer import LineError, RawToken, keywords_at, scan

if TYPE_CHECKING:
    from lark import Token, UnexpectedToken

_DEEPEST = 40
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

    def span(self, file: str) -> Span:
        number, offset, text = self.pieces[0]
        return Span(file, number, offset + 1, offset + 1 + len(text))

    @property
    def text(self) -> str:
        return " ".join(piece[2].strip() for piece in self.pieces)


@dataclass
class _OpenBlock:
    """A block whose lines are being read: `start` is None where nothing may stand in it."""

    indentation: int
    start: str | None
    children: list[nodes.Block]
    skip: bool = False
    child_indentation: int | None = field(default=None)


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


def _logical_lines(source: Source) -> Iterator[_Line]:
    """Yield the lines that say something; a line goes on after a comma or inside brackets."""
    current: _Line | None = None
    brackets = 0
    for number, raw in enumerate(source.lines, start=1):
        text = raw.removeprefix("\ufeff") if number == 1 else raw
        offset = len(raw) - len(text)
        body = _without_comment(text)
        content = body.lstrip(" ")
        if not content.strip():
            continue
        indentation = len(body) - len(content)
        piece = (number, offset + indentation, content)
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
        current = _Line(indentation, [piece])
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

    def run(self) -> SyntaxTree:
        root = _OpenBlock(-1, "file_line", [], child_indentation=0)
        stack = [root]
        for position, line in enumerate(_logical_lines(self.source)):
            if position == 0 and self._is_language_line(line):
                continue
            self._add(line, stack)
        return SyntaxTree(
            self.source,
            self.dialect.language,
            root.children,
            self.diagnostics,
            self.lines,
            self.language_line,
        )

    def _report(self, diagnostic: Diagnostic) -> None:
        self.diagnostics.append(diagnostic)

    def _is_language_line(self, line: _Line) -> bool:
        """Take the language from a first line such as `language ru`."""
        words = line.text.split()
        named_in = {
            normalize_word(spelling): language
            for language in sorted(LANGUAGES, key=lambda language: language == "en")
            for spelling in load_dialect(language).spellings["LANGUAGE"]
        }
        if len(words) != 2 or normalize_word(words[0]) not in named_in:
            return False
        self.language_line = line.pieces[0][0]
        if words[1] in LANGUAGES:
            self.dialect = load_dialect(words[1])
        else:
            # Whoever wrote the line's first word in a language meant that one: the other lines can be read.
            self.dialect = load_dialect(named_in[normalize_word(words[0])])
            self._report(self._unknown_language(words[1], line))
        return True

    def _unknown_language(self, name: str, line: _Line) -> Diagnostic:
        """Report a language without keywords; one that is written out, as `فارسی`, is known by its name."""
        by_name = {normalize_word(load_dialect(language).name): language for language in LANGUAGES}
        meant = by_name.get(normalize_word(name)) or nearest(name, LANGUAGES)
        values = {"language": name, "known": ", ".join(f"`{language}`" for language in LANGUAGES)}
        return Diagnostic("SL007", line.span(self.source.name), values, suggestion=meant)

    def _add(self, line: _Line, stack: list[_OpenBlock]) -> None:
        """Put a line into the block to which its indentation leads."""
        while line.indentation <= stack[-1].indentation:
            stack.pop()
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
        elif line.indentation != parent.child_indentation:
            expected = parent.child_indentation
            self._report(
                Diagnostic(
                    "SL003",
                    line.span(self.source.name),
                    {"found": line.indentation, "expected": expected},
                )
            )
        block, start, skip = self._read(line, parent.start, len(stack) - 1)
        if block is not None:
            parent.children.append(block)
        children = block.children if block is not None else []
        stack.append(_OpenBlock(line.indentation, start, children, skip))

    def _read(self, line: _Line, start: str, depth: int) -> tuple[nodes.Block | None, str | None, bool]:
        """Parse a line: its block, the start rule of the lines under it, and whether to pass those over."""
        file = self.source.name
        tokens: list[RawToken] = []
        try:
            for number, offset, text in line.pieces:
                tokens.extend(scan(text, file, number, offset, self.dialect))
            statement, named = self.parse_line(tokens, start)
        except LineError as error:
            self._report(error.diagnostic)
            return self._salvage(line, tokens, error.diagnostic, start)
        block = nodes.Block(type(statement).__name__, statement, line.span(file), line.text)
        self.lines.append(ParsedLine(file, depth, line.indentation, line.pieces, named, statement))
        return block, _CHILD_START.get(type(statement)), False

    def parse_line(self, tokens: list[RawToken], start: str) -> tuple[Any, list[Token]]:
        """Parse the tokens of a line: its node and terminals; raises `LineError`."""
        from lark import UnexpectedToken

        try:
            return self.line_parser.parse(tokens, self.dialect, self.source.name, start)
        except UnexpectedToken as error:
            raise LineError(self._finding(error, tokens, start)) from None

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
        keywords = keywords or self._meant_keyword(tokens, problem)
        if not keywords:
            return None, None, True
        beginnings = self.line_parser.beginnings[start]
        fitting = [found for found in keywords if found[0] in beginnings]
        terminal, count = (fitting or keywords)[0]
        name = None
        if len(tokens) > count and tokens[count].kind == "word":
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

    def _finding(self, error: UnexpectedToken, tokens: list[RawToken], start: str) -> Diagnostic:
        """Say what is wrong with a line, from where the parser could not go on."""
        token = error.token
        file = self.source.name
        expected = tuple(sorted(name for name in (error.accepts or error.expected) if name.isupper()))
        if token.type == "$END":
            last = tokens[-1]
            span = Span(file, last.line, last.end_column, last.end_column + 1)
            return Diagnostic("SL008", span, {"expected": self._expected(expected)})
        span = Span(file, token.line or 0, token.column or 0, token.end_column or 0)
        if (span.line, span.column) == (tokens[0].line, tokens[0].column):
            return self._wrong_beginning(tokens, span, start)
        following = [raw for raw in tokens if (raw.line, raw.column) >= (span.line, span.column)]
        meant = self._meant(following, expected) or nearest(
            str(token), [word for word, _ in self._keywords_of(expected)]
        )
        values = {
            "found": self._found(token, tokens),
            "expected": self._expected(expected),
        }
        variant = "where" if token.type == "WHERE" else ""
        meant = meant or self._of_other_language(following, expected)
        return Diagnostic("SL001", span, values, variant, suggestion=meant)

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
            places = [
                place
                for place, beginnings in self.line_parser.beginnings.items()
                if place != "expr" and terminal in beginnings
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
                return Diagnostic("SL004", whole, values, ("" if inside else "top") if homes else "outside")
        allowed = tuple(sorted(self.line_parser.beginnings[start]))
        spellings = dict(self._keywords_of(allowed))
        meant = self._meant(tokens, allowed) or nearest(tokens[0].text, spellings)
        if meant is None and len(tokens) > 1:
            meant = nearest(f"{tokens[0].text} {tokens[1].text}", spellings)
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


_UNITS = {"MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "YEAR"}
_VALUES = {
    *("NUMBER", "STRING", "DATE", "YES", "NO", "UNKNOWN", "COLUMN", "IF", "NOT", "MINUS", "_LPAR"),
    *("COUNT_OF", "SUM_OF", "AVERAGE_OF", "MIN_OF", "MAX_OF", "FIRST_OF", "LAST_OF", "REACHED", "NOW_IN"),
}
_OPERATORS = {
    *("EQ", "NE", "LT", "LE", "GT", "GE", "PLUS", "MINUS", "STAR", "SLASH", "AND", "OR", "IN", "NOT_IN"),
    *("BETWEEN", "IS_KNOWN", "IS_UNKNOWN", "IN_LAST", "IN_FIRST", "PERCENT", "REACHING", "WHERE"),
}
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
    left = set(terminals)
    found: list[str] = []
    if len(left & _VALUES) >= _MANY:
        found.append("<value>")
        left -= _VALUES | _UNITS | {"NAME"}
    if len(left & _OPERATORS) >= _MANY:
        found.append("<operator>")
        left -= _OPERATORS
    if len(left & _UNITS) >= _MANY:
        found.append("<unit>")
        left -= _UNITS
    keywords = sorted(f"`{dialect.spelling(name)}`" for name in left if name in dialect.spellings)
    kinds = sorted(f"<{_KINDS[name]}>" for name in left if name in _KINDS)
    dash = ["`-`"] if "MINUS" in left else []
    return keywords + dash + kinds + found


def parse_expression(
    text: str, file: str, line: int, column: int, language: str = "en"
) -> tuple[nodes.ExpressionNode | None, list[Diagnostic]]:
    """Parse a bare expression that stands at a place in another file, such as a mapping."""
    parser = _Parser(Source(file, text))
    parser.dialect = load_dialect(language)
    try:
        tokens = scan(text, file, line, column - 1, parser.dialect)
        if not tokens:
            span = Span(file, line, column, column + 1)
            return None, [Diagnostic("SL008", span, {"expected": ["<value>"]})]
        return parser.parse_line(tokens, "expr")[0], []
    except LineError as error:
        return None, [error.diagnostic]
