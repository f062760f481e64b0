"""A condition that can be true, but of nobody who stands where it is asked."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.analysis.asked import ConditionKind, conditions_of, words
from stepladder_dsl.analysis.solver import Truth
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.lint.rule import LintContext, Rule


def _check(context: LintContext) -> Iterator[Diagnostic]:
    for condition in conditions_of(context.spec):
        if not condition.stages and condition.anchor is None:
            continue
        asked = [(condition.expression, Truth.TRUE)]
        event = condition.event or condition.anchor
        if not context.solver.impossible(condition.record, asked, event, condition.stages):
            continue
        if context.solver.impossible(condition.record, asked, condition.event):
            continue
        places = [stage for _, stage in condition.stages] or [event or ""]
        values = {
            "condition": words(context.spec, condition.expression),
            "name": condition.name,
            "places": ", ".join(f"`{place}`" for place in places),
            "record": condition.record,
        }
        yield Diagnostic("SL508", condition.span, values, _sentence(condition.kind))


def _sentence(kind: ConditionKind) -> str:
    """Give the name of the sentence that says what never happens."""
    match kind:
        case "offer":
            return "offer"
        case "follow_up":
            return "follow_up"
    return ""


RULE = Rule("SL508", "nobody-there", Severity.WARNING, _check)
