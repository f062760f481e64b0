"""A target that no value can reach, or that every value reaches."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from stepladder_dsl.analysis.amounts import Amounts, Range
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.lint.rule import LintContext, Rule


def _check(context: LintContext) -> Iterator[Diagnostic]:
    amounts = Amounts(context.spec)
    for metric in context.spec.metrics.values():
        if metric.target is None:
            continue
        goal = amounts.of(metric.target.value)
        value = amounts.of(metric.value)
        if goal.least != goal.most:
            continue
        values = {"name": metric.name, "target": metric.target.text}
        if _is_out_of_reach(metric.target.operator, value, goal.least):
            yield Diagnostic("SL709", metric.target.value.span, values, _side(value, goal.least))
        elif _is_always_met(metric.target.operator, value, goal.least):
            yield Diagnostic("SL709", metric.target.value.span, values, "always")


def _side(value: Range, goal: Decimal) -> str:
    """Give on which side of all values a goal lies."""
    return "above" if goal >= value.most else "below"


def _is_out_of_reach(operator: str, value: Range, goal: Decimal) -> bool:
    """Say whether no value of a range meets a target."""
    match operator:
        case ">=":
            return value.most < goal
        case ">":
            return value.most <= goal
        case "<=":
            return value.least > goal
        case "<":
            return value.least >= goal
    return not value.least <= goal <= value.most


def _is_always_met(operator: str, value: Range, goal: Decimal) -> bool:
    """Say whether every value of a range meets a target."""
    match operator:
        case ">=":
            return value.least >= goal
        case ">":
            return value.least > goal
        case "<=":
            return value.most <= goal
        case "<":
            return value.most < goal
    return value.least == goal == value.most


RULE = Rule("SL709", "pointless-target", Severity.WARNING, _check)
