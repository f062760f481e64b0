"""What every part of the builder stands on: where a token is, names and quoted texts."""

# The methods are named after the grammar's rules and called by Lark with the rule's parts;
# a docstring for each would only repeat the grammar.
# ruff: noqa: D102

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from lark import Token, Transformer, v_args

from stepladder_dsl.source import Span
from stepladder_dsl.syntax import nodes as n
from stepladder_dsl.syntax.lexer import unquote
from stepladder_dsl.syntax.values import NoDay, plain_number, read_day


@v_args(inline=True)
class Basis(Transformer[Token, Any]):
    """Builds syntax nodes while Lark parses.

    Tokens know neither their file nor their language, so whoever parses sets
    `file`, and in `date_calendar` the one by which dates are written, first.
    """

    file = ""
    date_calendar = "gregorian"

    def _span(self, token: Token) -> Span:
        return Span(self.file, token.line or 0, token.column or 0, token.end_column or 0)

    def _cover(self, first: Any, last: Any) -> Span:
        start = self._span(first) if isinstance(first, Token) else first.span
        end = self._span(last) if isinstance(last, Token) else last.span
        return start.to(end)

    def _day(self, token: Token) -> date | NoDay:
        return read_day(token, self.date_calendar)

    def _number(self, token: Token) -> n.NumberNode:
        return n.NumberNode(Decimal(plain_number(token)), percent=False, span=self._span(token))

    def identifier(self, token: Token) -> n.Name:
        return n.Name(str(token), self._span(token))

    def quoted(self, token: Token) -> n.String:
        return n.String(unquote(token), self._span(token))
