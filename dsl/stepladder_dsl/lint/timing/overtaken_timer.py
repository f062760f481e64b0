"""A timer that never fires, because a shorter one always moves the case on before."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.analysis.durations import Durations
from stepladder_dsl.analysis.timers import overtaken_timers
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Label, Severity
from stepladder_dsl.graph.words import duration_text
from stepladder_dsl.lint.rule import LintContext, Rule
from stepladder_dsl.model.spec import After, Silence, Transition


def _check(context: LintContext) -> Iterator[Diagnostic]:
    durations, language = Durations(context.spec.calendars), context.spec.language
    for process in context.spec.processes.values():
        for found in overtaken_timers(process, durations):
            if not found.together:
                values = {
                    "stage": found.stage.name,
                    "record": process.record,
                    "timer": _time(found.timer, language),
                    "first": _time(found.first, language),
                }
                yield Diagnostic(
                    "SL606", found.timer.span, values, labels=(Label(found.first.span, "first"),)
                )


def _time(timer: Transition, language: str) -> str:
    trigger = timer.trigger
    duration = trigger.duration if isinstance(trigger, After | Silence) else None
    return "" if duration is None else duration_text(duration, language)


RULE = Rule("SL606", "overtaken-timer", Severity.WARNING, _check)
