"""A process whose cases have ended before anything has happened."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.lint.rule import LintContext, Rule


def _check(context: LintContext) -> Iterator[Diagnostic]:
    for process in context.spec.processes.values():
        start = process.stages[process.start] if process.start is not None else None
        # Whoever marks a stage as start and end and leads out of it has meant what is written.
        if start is None or start.end is None or (start.start and start.transitions):
            continue
        values = {"stage": start.name, "process": process.name, "record": process.record}
        yield Diagnostic("SL315", start.span, values, "" if start.start else "first")


RULE = Rule("SL315", "start-is-end", Severity.WARNING, _check)
