"""A guard that asks for more days in a stage than a timer ever leaves a case there."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.analysis.conditions import least_time, needed
from stepladder_dsl.analysis.durations import Durations
from stepladder_dsl.analysis.stays import timer_before, transitions_with_stages
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Label, Severity
from stepladder_dsl.graph.words import duration_text
from stepladder_dsl.lint.rule import LintContext, Rule
from stepladder_dsl.model.expressions import Anchor
from stepladder_dsl.model.spec import Process, Spec, Stage, Transition
from stepladder_dsl.model.types import Duration

_Found = tuple[Stage, Duration, Transition, Duration]


def _check(context: LintContext) -> Iterator[Diagnostic]:
    language = context.spec.language
    for process in context.spec.processes.values():
        for way, stages in transitions_with_stages(process):
            found = [_too_long(context.spec, process, stage, way) for stage in stages]
            if found[0] is None or None in found:
                continue
            first, time, timer, duration = found[0]
            values = {
                "stage": first.name,
                "record": process.record,
                "time": duration_text(time, language),
                "timer": duration_text(duration, language),
            }
            yield Diagnostic("SL611", way.guard_span, values, labels=(Label(timer.span, "timer"),))


def _too_long(spec: Spec, process: Process, stage: Stage, way: Transition) -> _Found | None:
    """Give the time that a guard waits for in a stage, and the timer that always comes before."""
    for part in needed(way.guard, spec.lets):
        wanted = least_time(part, spec.lets)
        if wanted is None or wanted[0].anchor is not Anchor.ENTRY or wanted[0].name != process.name:
            continue
        timer = timer_before(stage, wanted[1], Durations(spec.calendars))
        if timer is not None:
            return stage, wanted[1], *timer
    return None


RULE = Rule("SL611", "elapsed-never-reached", Severity.WARNING, _check)
