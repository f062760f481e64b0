"""A refusal that always counts as an acceptance, because that is asked first."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.analysis.conditions import follows
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Label, Severity
from stepladder_dsl.lint.rule import LintContext, Rule


def _check(context: LintContext) -> Iterator[Diagnostic]:
    lets = context.spec.lets
    for offer in context.spec.offers.values():
        for refusal in offer.declined_on:
            first = next(
                (
                    acceptance
                    for acceptance in offer.accepted_on
                    if acceptance.event == refusal.event and follows(acceptance.guard, refusal.guard, lets)
                ),
                None,
            )
            if first is not None:
                values = {"name": offer.name, "event": refusal.event}
                yield Diagnostic("SL710", refusal.span, values, labels=(Label(first.span, "first"),))


RULE = Rule("SL710", "refusal-never-counts", Severity.WARNING, _check)
