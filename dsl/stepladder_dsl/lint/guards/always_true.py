"""A condition that is always true: it asks nothing."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.analysis.asked import conditions_of, words
from stepladder_dsl.analysis.solver import Truth
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.lint.rule import LintContext, Rule
from stepladder_dsl.model.expressions import History, Population


def _check(context: LintContext) -> Iterator[Diagnostic]:
    spec = context.spec
    for condition in conditions_of(spec):
        if context.solver.impossible(
            condition.record, [(condition.expression, Truth.NOT_TRUE)], condition.event
        ):
            values = {"condition": words(spec, condition.expression)}
            yield Diagnostic("SL502", condition.span, values, "until" if condition.kind == "until" else "")
    for part in context.parts:
        if isinstance(part, History | Population) and part.where is not None:
            record = spec.events[part.event].record if isinstance(part, History) else part.record
            if context.solver.impossible(record, [(part.where, Truth.NOT_TRUE)]):
                yield Diagnostic("SL502", part.where.span, {"condition": words(spec, part.where)}, "where")


RULE = Rule("SL502", "always-true", Severity.WARNING, _check)
