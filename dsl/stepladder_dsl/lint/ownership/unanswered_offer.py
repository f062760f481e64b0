"""An offer that nobody makes."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.lint.rule import LintContext, Rule


def _check(context: LintContext) -> Iterator[Diagnostic]:
    for offer in context.spec.offers.values():
        if offer.role is None:
            yield Diagnostic("SL206", offer.span, {"name": offer.name, "record": offer.record})


RULE = Rule("SL206", "unanswered-offer", Severity.WARNING, _check)
