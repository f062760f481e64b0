"""A limit that can never alarm, because a timer moves every case on before."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.analysis.durations import Durations
from stepladder_dsl.analysis.stays import timer_not_later
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Label, Severity
from stepladder_dsl.graph.words import duration_text
from stepladder_dsl.lint.rule import LintContext, Rule


def _check(context: LintContext) -> Iterator[Diagnostic]:
    durations, language = Durations(context.spec.calendars), context.spec.language
    for process, stage in context.stages:
        if stage.limit is None:
            continue
        found = timer_not_later(stage, stage.limit.duration, durations)
        if found is None:
            continue
        timer, duration = found
        values = {
            "stage": stage.name,
            "record": process.record,
            "limit": duration_text(stage.limit.duration, language),
            "timer": duration_text(duration, language),
        }
        yield Diagnostic("SL601", stage.limit.span, values, labels=(Label(timer.span, "timer"),))


RULE = Rule("SL601", "limit-never-alarms", Severity.WARNING, _check)
