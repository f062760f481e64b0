"""A limit that runs out and nobody hears of it."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.lint.rule import LintContext, Rule


def _check(context: LintContext) -> Iterator[Diagnostic]:
    for process, stage in context.stages:
        if stage.limit is not None and stage.limit.alert is None:
            yield Diagnostic("SL202", stage.limit.span, {"stage": stage.name, "record": process.record})


RULE = Rule("SL202", "unanswered-limit", Severity.WARNING, _check)
