"""A follow-up whose tasks come only when the case has always left, so that all of them are cancelled."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.analysis.departures import Departures
from stepladder_dsl.analysis.durations import Durations
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Label, Severity
from stepladder_dsl.graph.words import duration_text, durations_text
from stepladder_dsl.lint.rule import LintContext, Rule
from stepladder_dsl.model.spec import AfterEntering


def _check(context: LintContext) -> Iterator[Diagnostic]:
    spec, language = context.spec, context.spec.language
    departures = Departures(spec, Durations(spec.calendars))
    for follow_up in spec.follow_ups.values():
        found = [(departures.before(follow_up, time), time) for time in follow_up.intervals]
        late = [(departure, time) for departure, time in found if departure is not None]
        if not late or not isinstance(follow_up.anchor, AfterEntering):
            continue
        departure = late[0][0]
        values = {
            "name": follow_up.name,
            "stage": follow_up.anchor.stage,
            "times": durations_text(tuple(time for _, time in late), language),
            "timer": duration_text(departure.duration, language),
        }
        yield Diagnostic(
            "SL603",
            follow_up.span,
            values,
            "" if departure.at_end else "left",
            labels=(Label(departure.timer.span, "timer"),),
        )


RULE = Rule("SL603", "follow-up-after-the-end", Severity.WARNING, _check)
