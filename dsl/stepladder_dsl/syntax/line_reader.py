"""One line read with the start rule of the block it stands in, and what is wrong where it cannot be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.diagnostics.nearest import nearest
from stepladder_dsl.keywords.dialect import (
    LANGUAGES,
    ZERO_WIDTH_NON_JOINER,
    Dialect,
    load_dialect,
    normalize_word,
)
from stepladder_dsl.source import Source, Span
from stepladder_dsl.syntax import nodes
from stepladder_dsl.syntax.expected import NAME_BEHIND, describe_expected, special_lack
from stepladder_dsl.syntax.lexer import LineError, RawToken, keywords_at

if TYPE_CHECKING:
    from lark import Token, UnexpectedToken

    from stepladder_dsl.syntax.mend import Reader

_LONGEST_BEGINNING = 3

CHILD_START: dict[type, str] = {
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


class LineReader:
    """Reads the lines of one text, each on its own."""

    def __init__(self, source: Source, dialect: Dialect) -> None:
        """Take the text and the language of its keywords."""
        from stepladder_dsl.syntax.grammar import load_parser

        self.source = source
        self.dialect = dialect
        self.line_parser = load_parser()

    @property
    def beginnings(self) -> Mapping[str, frozenset[str]]:
        """The terminals with which a line may begin, by start rule."""
        return self.line_parser.beginnings

    def read(self, tokens: list[RawToken], start: str) -> tuple[Any, list[Token]]:
        """Parse the tokens of a line: its node and terminals; raises `LineError`."""
        from lark import UnexpectedToken

        try:
            return self.line_parser.parse(tokens, self.dialect, self.source.name, start)
        except UnexpectedToken as error:
            expected = tuple(sorted(name for name in (error.accepts or error.expected) if name.isupper()))
            raise LineError(self._finding(error, tokens, start, expected), expected) from None

    def prefix(self, tokens: list[RawToken], start: str) -> Any | None:
        """Give the node of the beginning of a line, where that is a line of its own."""
        from lark import UnexpectedToken

        if not tokens:
            return None
        try:
            return self.line_parser.parse(tokens, self.dialect, self.source.name, start)[0]
        except UnexpectedToken:
            return None

    def reader_for(self, start: str) -> Reader:
        """Give what mends a wrong line: how lines of this kind are read."""
        from stepladder_dsl.syntax.mend import Reader

        def parse(tokens: list[RawToken]) -> Any:
            return self.read(tokens, start)[0]

        return Reader(self.dialect, self.source.name, start, parse, self.source.text)

    def _finding(
        self, error: UnexpectedToken, tokens: list[RawToken], start: str, expected: tuple[str, ...]
    ) -> Diagnostic:
        """Say what is wrong with a line, from where the parser could not go on."""
        token = error.token
        file = self.source.name
        if token.type == "$END":
            last = tokens[-1]
            span = Span(file, last.line, last.end_column, last.end_column + 1)
            variant = special_lack(expected)
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
        variant = "where" if token.type == "WHERE" else special_lack(expected) if meant is None else ""
        meant = meant or self._of_other_language(following, expected)
        return Diagnostic("SL001", span, values, variant, suggestion=meant)

    def _kind_of_name(self, tokens: list[RawToken]) -> str | None:
        """Give the kind of thing whose name the last keyword of a line asks for."""
        for start in range(len(tokens)):
            found = keywords_at(tokens, start, self.dialect) if tokens[start].kind == "word" else []
            for terminal, count in found:
                if start + count == len(tokens) and terminal in NAME_BEHIND:
                    return NAME_BEHIND[terminal]
        return None

    def _begins_line(self, tokens: list[RawToken], position: int, start: str) -> bool:
        """Say whether a word could begin a line beside or under the one that ends before it."""
        statement = self.prefix(tokens[:position], start)
        under = CHILD_START.get(type(statement))
        possible = self.beginnings[start] | (self.beginnings[under] if under is not None else frozenset())
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
                for place, beginnings in self.beginnings.items()
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
        allowed = tuple(sorted(self.beginnings[start]))
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


def _misplaced(terminal: str, start: str, inside: str, homes: list[str]) -> str:
    """Give the name of the sentence for a line that stands where it means nothing."""
    if terminal == "WHEN" and start == "transition_line":
        return "condition"
    if not homes:
        return "outside"
    if terminal == BLOCK_KEYWORD.get(start):
        return "beside"
    return "" if inside else "top"
