"""Escalations that do not take place in the order in which they are written."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from stepladder_dsl.analysis.durations import Durations, is_same
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Label, Severity
from stepladder_dsl.lint.rule import LintContext, Rule


def _check(context: LintContext) -> Iterator[Diagnostic]:
    durations = Durations(context.spec.calendars)
    for follow_up in context.spec.follow_ups.values():
        for before, step in pairwise(follow_up.escalations):
            sooner = durations.is_always_before(step.after, before.after)
            if not sooner and not is_same(before.after, step.after):
                continue
            values = {"name": follow_up.name, "role": step.role, "before": before.role}
            variant = "" if sooner else "together"
            yield Diagnostic("SL213", step.span, values, variant, (Label(before.span, "before"),))


RULE = Rule("SL213", "escalation-order", Severity.WARNING, _check)
