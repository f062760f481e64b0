"""The formatter: one way to lay out a text, and the same text with the keywords of another language.

It works on lines and their tokens, not on the model: comments, the groups that
blank lines make, titles and names stay as they are. What it changes: indentation
(four spaces a level), spaces between words, the spelling of keywords, also of
those in braces in a text to say, and of the units of time behind a number, digits,
the calendar of dates, leading zeros of dates and times, runs of blank lines, where
a long line is broken, and the width of a decision table's columns. With a glossary
it puts names, texts and comments of the other language in place of those that stand
there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Label
from stepladder_dsl.diagnostics.plurals import plural_category
from stepladder_dsl.diagnostics.widths import width
from stepladder_dsl.keywords.dialect import Dialect, load_dialect, normalize_name, normalize_word
from stepladder_dsl.record import record
from stepladder_dsl.source import Source, Span
from stepladder_dsl.syntax import nodes
from stepladder_dsl.syntax.glossary import Glossary, Replacements, replacements
from stepladder_dsl.syntax.lexer import IN_BRACES, quote, unquote
from stepladder_dsl.syntax.lines import comment_start
from stepladder_dsl.syntax.parse import expression_tokens, parse
from stepladder_dsl.syntax.tree import ParsedLine, SyntaxTree
from stepladder_dsl.syntax.values import (
    plain_number,
    plain_time,
    real_day,
    write_date,
    write_number,
    write_time,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lark import Token

INDENTATION = 4
LONGEST_LINE = 100

_GLUED_BEFORE = {"_COMMA", "_RPAR", "_DOT", "PERCENT"}
_BARS = {"_PIPE", "_DOUBLE_PIPE"}
_GLUED_AFTER = {"_LPAR", "_DOT"}
_GLUED_SLASH = (nodes.TimezoneLine, nodes.FieldLine)
_IN_RANGES = {"TIME", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"}
"""What a minus without spaces may stand behind: `mon-fri`, `10:00-20:00`."""
_AS_EXPECTED = {"BY", "OWNER", "PRICE", "DISCOUNT"}
"""What is said besides of a stage, a task or an offer that is expected."""
_AFTER_OPTIONAL_COMMA = {"UNTIL", "WHEN", "GO_TO", "STAY", "THEN_ALERT", "BECAUSE", *_AS_EXPECTED}
_OPERANDS = {
    *("NAME", "NUMBER", "PERCENT", "STRING", "DATE", "COLUMN", "_RPAR", "YES", "NO", "UNKNOWN", "IN_STAGE"),
    *("MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "YEAR"),
}
"""What a value may end with: a minus behind it takes away, and any other is a sign."""


@record
class Formatted:
    """The new text, or None with the findings for which there is none; `language` is that of the old text.

    `missing` are the names and texts that the glossary does not have.
    """

    text: str | None
    diagnostics: tuple[Diagnostic, ...] = ()
    language: str = "en"
    missing: tuple[str, ...] = ()


def format_text(source: Source, language: str | None = None, glossary: Glossary | None = None) -> Formatted:
    """Lay a text out, with the keywords of `language` (None: its own) and the names of a glossary.

    A text that has findings of form is left alone. So is one in which a name
    would become a keyword of the other language.
    """
    tree = parse(source)
    if tree.diagnostics:
        return Formatted(None, tuple(tree.diagnostics), tree.language)
    dialect = load_dialect(language or tree.language)
    instead, findings = replacements(glossary, tree, dialect.language) if glossary else (Replacements(), [])
    if findings:
        return Formatted(None, tuple(findings), tree.language)
    text = _Layout(tree, dialect, instead).text()
    found = _unless_meaning_changed(tree, text, dialect, instead)
    return replace(found, language=tree.language, missing=instead.missing)


def _unless_meaning_changed(
    tree: SyntaxTree, text: str, dialect: Dialect, instead: Replacements
) -> Formatted:
    """Read the new text again: it has to be the same tokens, but for what the glossary replaces."""
    again = parse(Source(tree.source.name, text))
    if again.diagnostics:
        unread = again.diagnostics[0].span.line
        position = sum(line.pieces[0][0] < unread for line in again.lines)
        return Formatted(
            None, (_unreadable(tree.lines[min(position, len(tree.lines) - 1)], dialect, instead),)
        )
    for before, after in zip(tree.lines, again.lines, strict=True):
        expected = _meaning(before.tokens, tree.language, instead, dialect.language)
        if expected != _meaning(after.tokens, again.language):
            return Formatted(None, (_changed(before, after, tree, dialect, instead),))
    return Formatted(text)


def _meaning(
    tokens: Sequence[Token],
    language: str,
    instead: Replacements | None = None,
    target: str | None = None,
) -> list[tuple[str, str]]:
    """Give what a line says; a text from the glossary is written in the `target` language already."""
    calendar = load_dialect(language).calendar
    instead = instead or Replacements()
    if tokens and tokens[0].type == "_PIPE":
        tokens = _with_cells_of_unknown(tokens)
    meaning = [(token.type, _value(token, calendar, instead)) for token in _without_optional_commas(tokens)]
    if tokens and tokens[0].type == "MESSAGE" and len(meaning) > 1:
        from_glossary = meaning[1][1] != tokens[1]
        spoken = target if from_glossary and target is not None else language
        meaning[1] = (meaning[1][0], _meaning_of_message(meaning[1][1], spoken))
    return meaning


def _meaning_of_message(literal: str, language: str) -> str:
    """Give what tells a text to say from others, whatever language wrote the values in it."""

    def meaning(found: re.Match[str]) -> str:
        tokens = expression_tokens(found[1], language)
        return found[0] if tokens is None else f"{{{_meaning(tokens, language)}}}"

    return IN_BRACES.sub(meaning, unquote(literal))


def _value(token: Token, calendar: str, instead: Replacements) -> str:
    """Give what tells a token from others of its kind, whatever language wrote it."""
    match token.type:
        case "NAME" | "STRING" | "COLUMN":
            return instead.token(token)
        case "NUMBER":
            return plain_number(token)
        case "TIME":
            return plain_time(token)
        case "DATE":
            return str(real_day(token, calendar))
        case _:
            return ""


def _without_optional_commas(tokens: Sequence[Token]) -> list[Token]:
    """Leave out the commas around conditions, which each language has or has not."""
    following = [*(token.type for token in tokens[1:]), ""]
    return [
        token
        for token, after in zip(tokens, following, strict=True)
        if not (token.type == "_COMMA" and after in _AFTER_OPTIONAL_COMMA)
    ]


def _changed(
    before: ParsedLine, after: ParsedLine, tree: SyntaxTree, dialect: Dialect, instead: Replacements
) -> Diagnostic:
    """Report the first piece of a line that is read as something else in the other language."""
    for old, new in zip(before.tokens, after.tokens, strict=False):
        if _meaning([old], tree.language, instead) != _meaning([new], dialect.language):
            return _other_meaning(before, old, dialect, instead)
    return Diagnostic("SL117", before.span(before.file), {"name": "", "language": dialect.name})


def _unreadable(before: ParsedLine, dialect: Dialect, instead: Replacements) -> Diagnostic:
    """Report a line that cannot be read in the other language: a name in it begins a keyword there."""
    for token in before.tokens:
        if token.type == "NAME" and normalize_word(instead.token(token)) in dialect.longest_from:
            return _other_meaning(before, token, dialect, instead)
    return Diagnostic("SL117", before.span(before.file), {"name": "", "language": dialect.name})


def _other_meaning(line: ParsedLine, token: Token, dialect: Dialect, instead: Replacements) -> Diagnostic:
    """Report a piece where it stands: in the glossary, if it comes from there."""
    span = Span(line.file, token.line or 1, token.column or 1, token.end_column or 2)
    written = instead.token(token)
    values = {"name": written, "language": dialect.name}
    if written in instead.places:
        return Diagnostic("SL117", instead.places[written], values, "glossary", (Label(span, "use"),))
    return Diagnostic("SL117", span, values, "date" if token.type == "DATE" else "")


def aligned(rows: Sequence[Sequence[str]], bars: Sequence[Sequence[str]]) -> Iterator[str]:
    """Lay out the cells of a table between the bars of each row, every column as wide as its widest cell.

    >>> list(aligned([["bicycles", "points"], [">= 1", "10"]], [["|", "||", "|"]] * 2))
    ['| bicycles || points |', '| >= 1     || 10     |']
    """
    places = range(max(len(row) for row in rows))
    widths = [max(width(row[place]) for row in rows if place < len(row)) for place in places]
    for row, (first, *others) in zip(rows, bars, strict=True):
        padded = [text + " " * (widths[place] - width(text)) for place, text in enumerate(row)]
        yield first + "".join(f" {text} {bar}" for text, bar in zip(padded, others, strict=True))


class _Layout:
    """Lays out one text."""

    def __init__(self, tree: SyntaxTree, dialect: Dialect, instead: Replacements) -> None:
        self.tree = tree
        self.dialect = dialect
        self.instead = instead
        self.calendar = load_dialect(tree.language).calendar
        self.kinds = dict(_kinds_of_names(tree))
        self.starts = {line.pieces[0][0]: line for line in tree.lines}
        self.rows = {line.pieces[0][0]: text for rows in _tables(tree) for line, text in self._aligned(rows)}
        self.inside = {piece[0] for line in tree.lines for piece in line.pieces[1:]}

    def text(self) -> str:
        """Give the whole text, with its language in the first line."""
        out = [f"{self.dialect.spelling('LANGUAGE')} {self.dialect.language}", ""]
        blank = False
        written = False
        for number, raw in enumerate(self.tree.source.lines, start=1):
            if number == self.tree.language_line or number in self.inside:
                # A comment behind the language line stays above the text it introduces.
                out += self._comment_behind_language(number, raw)
                continue
            code = self.starts.get(number)
            comment = self._comment(raw)
            if code is None and not comment:
                blank = written
                continue
            if blank:
                out.append("")
            blank, written = False, True
            out += self._code(code) if code else [f"{self._comment_indentation(number, raw)}{comment}"]
        return "\n".join(out).rstrip("\n") + "\n"

    def _comment_behind_language(self, number: int, raw: str) -> list[str]:
        comment = self._comment(raw)
        return [comment] if number == self.tree.language_line and comment else []

    def _comment_indentation(self, number: int, raw: str) -> str:
        """Indent a comment with the line it stands above, or with its own block where that has ended."""
        own = len(raw) - len(raw.lstrip(" "))
        following = next((line for line in self.tree.lines if line.pieces[0][0] > number), None)
        if following is not None and own <= following.indentation:
            return self._indentation(following.depth)
        before = [line for line in self.tree.lines if line.pieces[0][0] < number]
        fitting = next((line for line in reversed(before) if line.indentation <= own), None)
        if fitting is None:
            return ""
        deeper = 1 if fitting.indentation < own and fitting is before[-1] else 0
        return self._indentation(fitting.depth + deeper)

    def _comment(self, raw: str) -> str:
        """Give the comment of a physical line as it is to be written, or an empty text."""
        return self.instead.comment(_comment_of(raw))

    @staticmethod
    def _indentation(depth: int) -> str:
        return " " * (INDENTATION * depth)

    def _aligned(self, rows: list[ParsedLine]) -> Iterator[tuple[ParsedLine, str]]:
        """Give the rows of a decision table with every column as wide as its widest cell."""
        cells = [
            [self._join(cell, row.statement) for cell in _cells(_with_cells_of_unknown(row.tokens))]
            for row in rows
        ]
        bars = [[str(token) for token in row.tokens if token.type in _BARS] for row in rows]
        yield from zip(rows, aligned(cells, bars), strict=True)

    def _code(self, line: ParsedLine) -> list[str]:
        """Give a line, broken behind commas where it is long or a comment stands inside it."""
        row = self.rows.get(line.pieces[0][0])
        if row is not None:
            comment = self._comment(self.tree.source.line(line.pieces[0][0]))
            return [f"{self._indentation(line.depth)}{row}{f'  {comment}' if comment else ''}"]
        comments = [self._comment(self.tree.source.line(number)) for number, _, _ in line.pieces]
        indentation = self._indentation(line.depth)
        whole = indentation + self._join(line.tokens, line.statement)
        if not any(comments[:-1]) and (len(line.pieces) == 1 or len(whole) <= LONGEST_LINE):
            return [f"{whole}  {comments[-1]}" if comments[-1] else whole]
        deeper = self._indentation(line.depth + 2)
        out: list[str] = []
        for (number, _, _), comment in zip(line.pieces, comments, strict=True):
            part = [token for token in line.tokens if token.line == number]
            text = (deeper if out else indentation) + self._join(part, line.statement)
            out.append(f"{text}  {comment}" if comment else text)
        return out

    def _join(self, tokens: Sequence[Token], statement: nodes.Statement) -> str:
        glued_slash = isinstance(statement, _GLUED_SLASH)
        glued_minus = isinstance(statement, nodes.AllowLine)
        text = ""
        tokens = _without_optional_commas(tokens)
        for position, token in enumerate(tokens):
            after = tokens[position + 1] if position + 1 < len(tokens) else None
            before = tokens[position - 1] if position else None
            if before is not None and before.type == "MESSAGE" and token.type == "STRING":
                word = self._message(token, statement)
            else:
                word = self._word(token, before, after)
            if position and self._comma_before(tokens, position, statement):
                text += self.dialect.comma
            glue = not position or self._glued(tokens, position, glued_slash=glued_slash)
            glue = glue or (glued_minus and "MINUS" in {token.type, tokens[position - 1].type})
            text += word if glue else f" {word}"
        return text

    def _comma_before(self, tokens: Sequence[Token], position: int, statement: nodes.Statement) -> bool:
        """Say whether the language puts a comma between a token and the one before it."""
        kind = tokens[position].type
        if kind == "THEN_ALERT":
            return True
        if not self.dialect.commas_around_conditions:
            return False
        if kind in {"UNTIL", "BECAUSE", *_AS_EXPECTED}:
            return True
        # Behind durations a comma would begin the next one; a transition has only one.
        durations = {token.type for token in tokens[:position]} & {"IN_TIME", "FOR_TIME"}
        if kind == "WHEN":
            return isinstance(statement, nodes.TransitionLine) or not durations
        return kind in {"GO_TO", "STAY"} and any(
            token.type in {"WHEN", "AFTER_NO"} for token in tokens[:position]
        )

    @staticmethod
    def _glued(tokens: Sequence[Token], position: int, *, glued_slash: bool) -> bool:
        """Say whether no space stands between a token and the one before it."""
        token, before = tokens[position], tokens[position - 1]
        if token.type in _GLUED_BEFORE or before.type in _GLUED_AFTER:
            return True
        if glued_slash and "SLASH" in {token.type, before.type}:
            return True
        around = [other.type for other in tokens[max(position - 2, 0) : position + 2]]
        if "SLASH" in {token.type, before.type} and ["YES", "SLASH", "NO"] in (around[:3], around[1:]):
            return True
        minus = position if token.type == "MINUS" else position - 1
        if minus and tokens[minus].type == "MINUS" and tokens[minus - 1].type in _IN_RANGES:
            return True
        sign = before.type == "MINUS" and (position == 1 or tokens[position - 2].type not in _OPERANDS)
        return sign

    def _message(self, token: Token, statement: nodes.Statement) -> str:
        """Give a text to say with the values in it laid out; what the glossary has is laid out already."""
        literal = self.instead.token(token)
        if literal != token:
            return literal

        def laid_out(found: re.Match[str]) -> str:
            tokens = expression_tokens(found[1], self.tree.language)
            return found[0] if tokens is None else f"{{{self._join(tokens, statement)}}}"

        text = unquote(literal)
        written = IN_BRACES.sub(laid_out, text)
        return literal if written == text else quote(written)

    def _word(self, token: Token, before: Token | None, after: Token | None) -> str:
        """Give a token as it is written."""
        match token.type:
            case "DATE":
                return write_date(token, self.calendar, self.dialect)
            case "TIME":
                return write_time(token, self.dialect)
            case "NUMBER":
                return write_number(token, self.dialect)
            case "PERCENT":
                return self.dialect.percent_sign
            case "_COMMA":
                return self.dialect.comma
            case "NAME" | "STRING":
                return self.instead.token(token)
        if token.type not in self.dialect.spellings:
            return str(token)
        forms = self.dialect.forms.get(token.type)
        if forms and before is not None and before.type == "NUMBER" and before.isdecimal():
            category = plural_category(int(before), self.dialect.language)
            return forms.get(category, forms["other"])
        kind = self.kinds.get(normalize_name(after), "") if after is not None else ""
        return self.dialect.before_kinds.get(token.type, {}).get(kind) or self.dialect.spelling(token.type)


def _kinds_of_names(tree: SyntaxTree) -> Iterator[tuple[str, str]]:
    """Yield the names of records and events, and which of the two each is."""
    for line in tree.lines:
        if isinstance(line.statement, nodes.EventLine | nodes.RecordLine):
            kind = "event" if isinstance(line.statement, nodes.EventLine) else "record"
            yield normalize_name(line.statement.name.text), kind


def _tables(tree: SyntaxTree) -> Iterator[list[ParsedLine]]:
    """Yield the rows of each decision table."""
    rows: list[ParsedLine] = []
    for line in tree.lines:
        if isinstance(line.statement, nodes.RowLine):
            rows.append(line)
        elif isinstance(line.statement, nodes.DecideLine) and rows:
            yield rows
            rows = []
    if rows:
        yield rows


def _with_cells_of_unknown(tokens: Sequence[Token]) -> list[Token]:
    """Give a row in which `unknown` is a test before the double bar and a value behind it.

    A language may have one word for both, and in a cell of its own they are told by their place.
    """
    found: list[Token] = []
    depth, is_value = 0, False
    for position, token in enumerate(tokens):
        depth += (token.type == "_LPAR") - (token.type == "_RPAR")
        is_value = is_value or token.type == "_DOUBLE_PIPE"
        around = {
            other.type for other in (*tokens[position - 1 : position], *tokens[position + 1 : position + 2])
        }
        is_alone = depth == 0 and around <= {*_BARS, "_COMMA"}
        if is_alone and token.type in {"UNKNOWN", "IS_UNKNOWN"}:
            found.append(token.update(type="UNKNOWN" if is_value else "IS_UNKNOWN"))
        else:
            found.append(token)
    return found


def _cells(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """Yield what stands between the bars of a row."""
    cell: list[Token] = []
    for token in tokens[1:]:
        if token.type in _BARS:
            yield cell
            cell = []
        else:
            cell.append(token)


def _comment_of(raw: str) -> str:
    """Give the comment of a physical line, or an empty text."""
    start = comment_start(raw)
    return "" if start is None else raw[start:].rstrip()
