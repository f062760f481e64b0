"""An offer that no event accepts."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.lint.rule import LintContext, Rule


def _check(context: LintContext) -> Iterator[Diagnostic]:
    for offer in context.spec.offers.values():
        if not offer.accepted_on:
            yield Diagnostic("SL702", offer.span, {"name": offer.name})


RULE = Rule("SL702", "offer-nobody-can-accept", Severity.WARNING, _check)
