"""Types expressions: each part by what it is."""

from __future__ import annotations

from collections.abc import Callable

from stepladder_dsl.diagnostics.nearest import nearest
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model.check.durations import duration_of
from stepladder_dsl.model.check.fields import Fields
from stepladder_dsl.model.check.history import aggregate, elapsed, stage_test
from stepladder_dsl.model.check.kinds import ANY, NUMBER, TEXT, YES_NO, fits, of_one, type_word, untyped
from stepladder_dsl.model.check.lists import constant, list_of, membership, one_list
from stepladder_dsl.model.check.names import Names
from stepladder_dsl.model.check.operators import (
    arithmetic,
    comparison,
    comparison_with,
    conditional,
    is_reported_share,
    numeric,
)
from stepladder_dsl.model.check.scope import Scope
from stepladder_dsl.model.symbols import Symbols
from stepladder_dsl.model.types import (
    AnyType,
    ChoiceType,
    DateType,
    Duration,
    DurationType,
    ListType,
    MoneyType,
    Type,
)
from stepladder_dsl.source import Span
from stepladder_dsl.syntax import nodes as n
from stepladder_dsl.syntax.values import NoDay

_DEEPEST = 120


class ExpressionChecker:
    """Types expressions; reports what does not fit to `symbols`."""

    def __init__(
        self, symbols: Symbols, type_called: Callable[[str], str | None] = lambda _name: None
    ) -> None:
        """Take the declared names, and who knows what a type is that has another name elsewhere."""
        self.symbols = symbols
        self.names = Names(self)
        self.fields = Fields(self, type_called)
        self._depth = 0

    def value(self, node: n.ExpressionNode, scope: Scope, wanted: Type = ANY) -> e.Expression:
        """Type an expression that should give a value of the wanted type."""
        typed = self.part(node, scope, wanted)
        if isinstance(wanted, MoneyType) and is_reported_share(node, self.symbols):
            return untyped(node.span)
        if not fits(typed.type, wanted):
            self.symbols.report("SL103", node.span, found=type_word(typed.type), expected=type_word(wanted))
            return untyped(node.span)
        return typed

    def condition(self, node: n.ExpressionNode, scope: Scope) -> e.Expression:
        """Type an expression that should be a condition."""
        typed = self.part(node, scope, YES_NO)
        if not fits(typed.type, YES_NO):
            self.symbols.report("SL103", node.span, "condition", found=type_word(typed.type))
            return untyped(node.span)
        return typed

    def plain_value(self, node: n.ExpressionNode, scope: Scope, wanted: Type) -> e.Literal | None:
        """Type an expression that has to be a constant, as in a scenario."""
        typed = constant(self.value(node, scope, wanted))
        if not isinstance(typed, e.Literal):
            self.symbols.report("SL112", node.span)
            return None
        return typed

    def duration(self, node: n.DurationNode) -> Duration:
        """Give a duration; only whole, positive amounts of time exist."""
        return duration_of(node, self.symbols)

    def name(self, node: n.NameNode, scope: Scope, wanted: Type) -> e.Expression:
        """Find what a name stands for."""
        return self.names.find(node, scope, wanted)

    def is_in(self, name: str, scope: Scope) -> bool:
        """Say whether a name is a field, or something computed, that a scope knows."""
        return self.names.is_in(name, scope)

    def comparison_with(
        self, subject: e.Expression, operator: str, node: n.ExpressionNode, scope: Scope, span: Span
    ) -> e.Expression:
        """Type the comparison of something typed already with an expression, as in a table's cell."""
        return comparison_with(self, subject, operator, node, scope, span)

    def part(self, node: n.ExpressionNode, scope: Scope, wanted: Type) -> e.Expression:
        """Type an expression, unless it is nested deeper than anybody can read."""
        if self._depth >= _DEEPEST:
            if not any(known.code == "SL116" for known in self.symbols.diagnostics):
                self.symbols.report("SL116", node.span, "expression")
            return untyped(node.span)
        self._depth += 1
        typed = self._check_kind(node, scope, wanted)
        self._depth -= 1
        is_one = isinstance(wanted, ListType) and not isinstance(typed.type, ListType | AnyType)
        if isinstance(wanted, ListType) and is_one and fits(typed.type, wanted.element):
            # One value in brackets is that value: where a list is wanted it is a list of one.
            return one_list((typed,), wanted, node.span)
        return typed

    def _check_kind(self, node: n.ExpressionNode, scope: Scope, wanted: Type) -> e.Expression:
        match node:
            case n.DurationNode():
                return e.Literal(self.duration(node), DurationType(), node.span)
            case n.NumberNode(value=value):
                return e.Literal(value, NUMBER, node.span)
            case n.StringNode(value=text):
                return self._text(text, node.span, of_one(wanted))
            case n.DateNode(value=day):
                if isinstance(day, NoDay):
                    self.symbols.no_day(day, node.span)
                    return untyped(node.span)
                return e.Literal(day, DateType(), node.span)
            case n.YesNoNode(value=flag):
                return e.Literal(flag, YES_NO, node.span)
            case n.UnknownNode():
                return untyped(node.span)
            case n.NameNode():
                return self.names.find(node, scope, of_one(wanted))
            case n.OutputNode():
                return self.names.output(node, scope)
            case n.ListNode(items=items):
                return list_of(self, items, node.span, scope, wanted)
            case n.ColumnNode(name=name):
                return self.names.column(name, node.span, scope.columns or {})
            case n.NegativeNode(operand=inner):
                operand = numeric(self, inner, scope)
                return e.Negate(operand, operand.type, node.span)
            case n.ArithmeticNode():
                return arithmetic(self, node, scope)
            case n.CompareNode():
                return comparison(self, node, scope)
            case n.MemberNode():
                return membership(self, node, scope)
            case n.BetweenNode(operand=inner, low=low, high=high):
                operand = self.part(inner, scope, ANY)
                return e.Between(
                    operand,
                    self.value(low, scope, operand.type),
                    self.value(high, scope, operand.type),
                    span=node.span,
                )
            case n.KnownNode(operand=inner, negated=negated):
                return e.IsKnown(self.part(inner, scope, ANY), negated, span=node.span)
            case n.NotNode(operand=inner):
                return e.Not(self.condition(inner, scope), span=node.span)
            case n.LogicalNode(operator=operator, operands=operands):
                typed = tuple(self.condition(operand, scope) for operand in operands)
                return e.Logical(operator, typed, span=node.span)
            case n.ConditionalNode():
                return conditional(self, node, scope, wanted)
            case n.AggregateNode():
                return aggregate(self, node, scope)
            case n.ElapsedNode():
                return elapsed(self, node, scope)
            case n.ReachedNode(stage=stage) | n.NowInNode(stage=stage):
                return stage_test(self, node, stage, scope)

    def _text(self, text: str, span: Span, wanted: Type) -> e.Expression:
        if isinstance(wanted, ChoiceType):
            if text not in wanted.values:
                self.symbols.report(
                    "SL105",
                    span,
                    name=text,
                    values=[f"`{value}`" for value in wanted.values],
                    suggestion=nearest(text, wanted.values),
                )
                return untyped(span)
            return e.Literal(text, wanted, span)
        return e.Literal(text, TEXT, span)
