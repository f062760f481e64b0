"""What is wrong with the shape of a decision table's row, told before anything else is tried.

A parser that reads from left to right would find fault with the place where it could
not go on; people look at the bars.
"""

from __future__ import annotations

import re
from itertools import pairwise

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.keywords.dialect import Dialect
from stepladder_dsl.source import Span
from stepladder_dsl.syntax.lexer import RawToken, keywords_at

_RULE = re.compile(r"\|?[\s|:+=-]*-{2,}[\s|:+=-]*")
_BAR, _DOUBLE_BAR = "|", "||"
_COMPARATORS = {"<", "<=", ">", ">=", "=", "!="}


def is_row(text: str) -> bool:
    """Say whether a line is meant as a row."""
    return text.startswith(_BAR)


def row_finding(text: str, tokens: list[RawToken], dialect: Dialect, file: str) -> Diagnostic | None:
    """Give what is wrong with a row's bars and cells, or None where they are in order."""
    whole = _cover(tokens[0], tokens[-1], file)
    if _RULE.fullmatch(text):
        return Diagnostic("SL119", whole, variant="rule")
    bars = [position for position, token in enumerate(tokens) if token.text in {_BAR, _DOUBLE_BAR}]
    for first, second in pairwise(bars):
        if second == first + 1:
            span = Span(file, tokens[first].line, tokens[first].column, tokens[second].end_column)
            return Diagnostic("SL119", span, variant="empty")
    doubles = [position for position in bars if tokens[position].text == _DOUBLE_BAR]
    if not doubles:
        return Diagnostic("SL119", whole, variant="no_bar")
    if len(doubles) > 1:
        again = tokens[doubles[1]]
        return Diagnostic("SL119", _cover(again, again, file), variant="two_bars")
    if bars[-1] != len(tokens) - 1:
        behind = Span(file, tokens[-1].line, tokens[-1].end_column, tokens[-1].end_column + 1)
        return Diagnostic("SL119", behind, variant="no_end")
    return _two_tests(tokens, dialect, file)


def _two_tests(tokens: list[RawToken], dialect: Dialect, file: str) -> Diagnostic | None:
    """Report `>= 100 and <= 200`: what stands behind `and` compares nothing."""
    for position, token in enumerate(tokens[:-1]):
        found = keywords_at(tokens, position, dialect) if token.kind == "word" else []
        joins = any(terminal == "AND" for terminal, _ in found)
        if joins and tokens[position + 1].text in _COMPARATORS:
            return Diagnostic("SL119", _cover(token, tokens[position + 1], file), variant="two_tests")
    return None


def _cover(first: RawToken, last: RawToken, file: str) -> Span:
    return Span(file, first.line, first.column, last.end_column)
