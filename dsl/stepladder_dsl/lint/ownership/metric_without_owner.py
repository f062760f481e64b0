"""A figure for which nobody answers."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.lint.rule import LintContext, Rule


def _check(context: LintContext) -> Iterator[Diagnostic]:
    for metric in context.spec.metrics.values():
        if metric.owner is None:
            yield Diagnostic("SL204", metric.span, {"name": metric.name})


RULE = Rule("SL204", "metric-without-owner", Severity.WARNING, _check)
