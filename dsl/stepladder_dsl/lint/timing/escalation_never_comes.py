"""An escalation that never comes, because the task is always cancelled before."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.analysis.departures import Departures
from stepladder_dsl.analysis.durations import Durations
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Label, Severity
from stepladder_dsl.graph.words import duration_text
from stepladder_dsl.lint.rule import LintContext, Rule
from stepladder_dsl.model.spec import AfterEntering


def _check(context: LintContext) -> Iterator[Diagnostic]:
    spec, language = context.spec, context.spec.language
    departures = Departures(spec, Durations(spec.calendars))
    for follow_up in spec.follow_ups.values():
        if not isinstance(follow_up.anchor, AfterEntering) or follow_up.again is not None:
            continue
        # Tasks that never come are told as such.
        coming = [time for time in follow_up.intervals if departures.before(follow_up, time) is None]
        for escalation in follow_up.escalations:
            found = [departures.before(follow_up, time, escalation.after) for time in coming]
            departure = found[0] if found and None not in found else None
            if departure is None:
                continue
            values = {
                "name": follow_up.name,
                "role": escalation.role,
                "stage": follow_up.anchor.stage,
                "time": duration_text(escalation.after, language),
                "timer": duration_text(departure.duration, language),
            }
            yield Diagnostic("SL607", escalation.span, values, labels=(Label(departure.timer.span, "timer"),))


RULE = Rule("SL607", "escalation-never-comes", Severity.WARNING, _check)
