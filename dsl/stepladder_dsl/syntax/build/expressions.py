"""Expressions and durations."""

# The methods are named after the grammar's rules and called by Lark with the rule's parts;
# a docstring for each would only repeat the grammar.
# ruff: noqa: D102

from __future__ import annotations

from decimal import Decimal
from typing import Any

from lark import Token, v_args

from stepladder_dsl.syntax import nodes as n
from stepladder_dsl.syntax.build.basis import Basis
from stepladder_dsl.syntax.lexer import unquote
from stepladder_dsl.syntax.values import plain_number

_AGGREGATES = {
    "SUM_OF": "sum",
    "AVERAGE_OF": "average",
    "MIN_OF": "min",
    "MAX_OF": "max",
    "FIRST_OF": "first",
    "LAST_OF": "last",
}
_COMPARATORS = {"EQ": "=", "NE": "!=", "LT": "<", "LE": "<=", "GT": ">", "GE": ">="}


@v_args(inline=True)
class Expressions(Basis):
    """Builds the nodes of expressions and durations."""

    def _logical(self, operator: str, parts: tuple[Any, ...]) -> n.LogicalNode:
        operands = tuple(part for part in parts if not isinstance(part, Token))
        return n.LogicalNode(operator, operands, self._cover(operands[0], operands[-1]))

    def or_(self, *parts: Any) -> n.LogicalNode:
        return self._logical("or", parts)

    def and_(self, *parts: Any) -> n.LogicalNode:
        return self._logical("and", parts)

    def not_(self, keyword: Token, operand: Any) -> n.NotNode:
        return n.NotNode(operand, self._cover(keyword, operand))

    def comparator(self, token: Token) -> str:
        return _COMPARATORS[token.type]

    def compare(self, left: Any, operator: str, right: Any) -> n.CompareNode:
        return n.CompareNode(operator, left, right, self._cover(left, right))

    def member(self, operand: Any, _in: Token, choices: Any) -> n.MemberNode:
        return n.MemberNode(operand, choices, negated=False, span=self._cover(operand, choices))

    def not_member(self, operand: Any, _not_in: Token, choices: Any) -> n.MemberNode:
        return n.MemberNode(operand, choices, negated=True, span=self._cover(operand, choices))

    def list(self, *items: Any) -> n.ListNode:
        return n.ListNode(items, self._cover(items[0], items[-1]))

    def empty_list(self, opening: Token, closing: Token) -> n.ListNode:
        return n.ListNode((), self._cover(opening, closing))

    def between(self, operand: Any, _between: Token, low: Any, _and: Token, high: Any) -> n.BetweenNode:
        return n.BetweenNode(operand, low, high, self._cover(operand, high))

    def is_known(self, operand: Any, keyword: Token) -> n.KnownNode:
        return n.KnownNode(operand, negated=False, span=self._cover(operand, keyword))

    def is_unknown(self, operand: Any, keyword: Token) -> n.KnownNode:
        return n.KnownNode(operand, negated=True, span=self._cover(operand, keyword))

    def plus(self, left: Any, operator: Token, right: Any) -> n.ArithmeticNode:
        return n.ArithmeticNode(str(operator), left, right, self._cover(left, right))

    times = plus

    def negative(self, minus: Token, operand: Any) -> n.NegativeNode:
        return n.NegativeNode(operand, self._cover(minus, operand))

    def brackets(self, expression: Any) -> Any:
        return expression

    def name(self, name: n.Name) -> n.NameNode:
        return n.NameNode(name, name.span)

    def output(self, decision: n.Name, output: n.Name) -> n.OutputNode:
        return n.OutputNode(decision, output, self._cover(decision, output))

    def column(self, token: Token) -> n.ColumnNode:
        return n.ColumnNode(str(token)[1:-1], self._span(token))

    def reached(self, keyword: Token, stage: n.Name) -> n.ReachedNode:
        return n.ReachedNode(stage, self._cover(keyword, stage))

    def now_in(self, keyword: Token, stage: n.Name) -> n.NowInNode:
        return n.NowInNode(stage, self._cover(keyword, stage))

    def number(self, token: Token) -> n.NumberNode:
        return self._number(token)

    def percent(self, token: Token, sign: Token) -> n.NumberNode:
        return n.NumberNode(Decimal(plain_number(token)) / 100, percent=True, span=self._cover(token, sign))

    def string(self, token: Token) -> n.StringNode:
        return n.StringNode(unquote(token), self._span(token))

    def day(self, token: Token) -> n.DateNode:
        return n.DateNode(self._day(token), self._span(token))

    def yes(self, token: Token) -> n.YesNoNode:
        return n.YesNoNode(value=True, span=self._span(token))

    def no(self, token: Token) -> n.YesNoNode:
        return n.YesNoNode(value=False, span=self._span(token))

    def unknown(self, token: Token) -> n.UnknownNode:
        return n.UnknownNode(self._span(token))

    def conditional(
        self, keyword: Token, condition: Any, _then: Token, then: Any, _else: Token, otherwise: Any
    ) -> n.ConditionalNode:
        return n.ConditionalNode(condition, then, otherwise, self._cover(keyword, otherwise))

    def count(
        self, keyword: Token, kind: n.Name, reaching: n.Name | None, window: n.WindowNode | None
    ) -> n.AggregateNode:
        span = self._cover(keyword, window or reaching or kind)
        return n.AggregateNode("count", kind, None, reaching, window, None, span)

    def reaching(self, _keyword: Token, stage: n.Name) -> n.Name:
        return stage

    def aggregator(self, keyword: Token) -> Token:
        return keyword

    def aggregate(
        self, keyword: Token, kind: n.Name, field: n.Name, window: n.WindowNode | None
    ) -> n.AggregateNode:
        span = self._cover(keyword, window or field)
        return n.AggregateNode(_AGGREGATES[keyword.type], kind, field, None, window, None, span)

    def where(self, aggregate: n.AggregateNode, _keyword: Token, condition: Any) -> n.AggregateNode:
        return n.AggregateNode(
            aggregate.aggregate,
            aggregate.kind,
            aggregate.field,
            aggregate.reaching,
            aggregate.window,
            condition,
            self._cover(aggregate, condition),
        )

    def window(self, keyword: Token, duration: n.DurationNode) -> n.WindowNode:
        return n.WindowNode(keyword.type == "IN_LAST", duration, self._cover(keyword, duration))

    def since_event(self, unit: Token, _since: Token, which: Token, event: n.Name) -> n.ElapsedNode:
        return n.ElapsedNode(unit.type, which.type.lower(), event, self._cover(unit, event))

    def since_field(self, unit: Token, _since: Token, name: n.Name) -> n.ElapsedNode:
        return n.ElapsedNode(unit.type, "field", name, self._cover(unit, name))

    def in_stage(self, unit: Token, stage: Token) -> n.ElapsedNode:
        return n.ElapsedNode(unit.type, "stage", None, self._cover(unit, stage))

    def unit(self, keyword: Token) -> Token:
        return keyword

    def working_unit(self, keyword: Token) -> Token:
        return keyword

    def in_calendar(self, _keyword: Token, name: n.Name) -> n.Name:
        return name

    def working(self, amount: Token, unit: Token, calendar: n.Name | None) -> n.DurationNode:
        span = self._cover(amount, calendar if calendar is not None else unit)
        kind = unit.type.removeprefix("WORKING_")
        return n.DurationNode(Decimal(plain_number(amount)), kind, span, working=True, calendar=calendar)

    def duration(self, amount: Token, unit: Token) -> n.DurationNode:
        return n.DurationNode(Decimal(plain_number(amount)), unit.type, self._cover(amount, unit))
