"""A stage that is no end and has no way out."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.lint.rule import LintContext, Rule


def _check(context: LintContext) -> Iterator[Diagnostic]:
    for ways in context.ways.values():
        for stage in ways.process.stages.values():
            # Where no case comes to, `unreachable-stage` has said that nothing leads out either.
            if stage.name in ways.dead_ends and stage.name in ways.reached:
                variant = "stays" if stage.transitions else ""
                yield Diagnostic(
                    "SL302", stage.span, {"stage": stage.name, "record": ways.process.record}, variant
                )


RULE = Rule("SL302", "dead-end", Severity.ERROR, _check)
