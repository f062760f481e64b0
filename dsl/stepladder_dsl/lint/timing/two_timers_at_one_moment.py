"""Two timers that are due at one moment: the upper one always wins, and the lower one never fires."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.analysis.durations import Durations
from stepladder_dsl.analysis.timers import overtaken_timers
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Label, Severity
from stepladder_dsl.lint.rule import LintContext, Rule


def _check(context: LintContext) -> Iterator[Diagnostic]:
    durations = Durations(context.spec.calendars)
    for process in context.spec.processes.values():
        for found in overtaken_timers(process, durations):
            if found.together:
                values = {
                    "stage": found.stage.name,
                    "target": found.first.target or found.stage.name,
                    "never": found.timer.target or found.stage.name,
                }
                yield Diagnostic(
                    "SL602", found.timer.span, values, labels=(Label(found.first.span, "first"),)
                )


RULE = Rule("SL602", "two-timers-at-one-moment", Severity.WARNING, _check)
