"""A condition that can never be true: what it guards never happens."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.analysis.asked import ConditionKind, conditions_of, words
from stepladder_dsl.analysis.solver import Truth
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.lint.rule import LintContext, Rule
from stepladder_dsl.model.expressions import History, Population


def _check(context: LintContext) -> Iterator[Diagnostic]:
    spec = context.spec
    for condition in conditions_of(spec):
        if context.solver.impossible(condition.record, [(condition.expression, Truth.TRUE)], condition.event):
            values = {"condition": words(spec, condition.expression), "name": condition.name}
            yield Diagnostic("SL501", condition.span, values, _sentence(condition.kind))
    for part in context.parts:
        if isinstance(part, History | Population) and part.where is not None:
            record = spec.events[part.event].record if isinstance(part, History) else part.record
            if context.solver.impossible(record, [(part.where, Truth.TRUE)]):
                values = {"condition": words(spec, part.where)}
                yield Diagnostic("SL501", part.where.span, values, "where")


def _sentence(kind: ConditionKind) -> str:
    """Give the name of the sentence that says what never happens."""
    match kind:
        case "offer":
            return "offer"
        case "accepted":
            return "accepted"
        case "declined":
            return "declined"
        case "follow_up" | "started":
            return "follow_up"
        case "done":
            return "done"
        case "cancelled":
            return "cancelled"
        case "until":
            return "until"
    return ""


RULE = Rule("SL501", "never-true", Severity.WARNING, _check)
