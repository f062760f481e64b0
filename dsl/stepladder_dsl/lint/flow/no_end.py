"""A process in which no stage is an end."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.lint.rule import LintContext, Rule


def _check(context: LintContext) -> Iterator[Diagnostic]:
    for ways in context.ways.values():
        # A dead end is the place where the missing `end` belongs, and `dead-end` says so there.
        if not ways.ends and not ways.dead_ends & ways.reached:
            process = ways.process
            yield Diagnostic("SL304", process.span, {"process": process.name, "record": process.record})


RULE = Rule("SL304", "no-end", Severity.WARNING, _check)
