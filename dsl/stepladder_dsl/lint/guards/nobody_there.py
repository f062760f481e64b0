"""A condition that can be true, but of nobody who stands where it is asked."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.analysis.asked import conditions_of, words
from stepladder_dsl.analysis.solver import Truth
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.lint.offers.offer_never_open import RULE as OFFER_NEVER_OPEN
from stepladder_dsl.lint.rule import LintContext, Rule
from stepladder_dsl.lint.timing.condition_asked_too_early import RULE as ASKED_TOO_EARLY

_SAY_WHY = (ASKED_TOO_EARLY, OFFER_NEVER_OPEN)
"""Rules that see less of this, and say better why it is so."""


def _check(context: LintContext) -> Iterator[Diagnostic]:
    told = {finding.values["name"] for rule in _SAY_WHY for finding in rule.check(context)}
    for condition in conditions_of(context.spec):
        if condition.kind not in {"offer", "follow_up"} or condition.name in told:
            continue
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
        yield Diagnostic(
            "SL508", condition.span, values, "follow_up" if condition.kind == "follow_up" else ""
        )


RULE = Rule("SL508", "nobody-there", Severity.WARNING, _check)
