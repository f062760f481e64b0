"""A series of tasks that asks for more contacts than a contact cap lets through."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from stepladder_dsl.analysis.durations import Bounds, Durations, added, times
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Label, Severity
from stepladder_dsl.graph.words import duration_text, durations_text
from stepladder_dsl.lint.rule import LintContext, Rule
from stepladder_dsl.model.spec import Cap, FollowUp, Spec
from stepladder_dsl.model.types import Duration

_A_WEEK_AND_A_DAY = Bounds(timedelta(), timedelta(days=8))
"""By how much quiet hours, which are the same every week, may move a task."""


def _check(context: LintContext) -> Iterator[Diagnostic]:
    spec, language = context.spec, context.spec.language
    for follow_up in spec.follow_ups.values():
        for cap in spec.contact_caps:
            values = {
                "name": follow_up.name,
                "allowed": cap.count,
                "window": duration_text(cap.duration, language),
                "count": cap.count + 1,
            }
            crowded = _crowded(spec, follow_up, cap)
            again = follow_up.again
            if crowded:
                values["times"] = durations_text(crowded, language)
                yield Diagnostic("SL605", follow_up.span, values, labels=(Label(cap.span, "cap"),))
            elif again is not None and _is_crowded(spec, follow_up, times(again, cap.count), cap, None):
                values |= {
                    "time": duration_text(again, language),
                    "span": duration_text(times(again, cap.count), language),
                }
                yield Diagnostic("SL605", follow_up.span, values, "again", labels=(Label(cap.span, "cap"),))


def _crowded(spec: Spec, follow_up: FollowUp, cap: Cap) -> tuple[Duration, ...]:
    """Give the first intervals that are too many for a cap."""
    intervals = follow_up.intervals
    for number in range(len(intervals) - cap.count):
        several = intervals[number : number + cap.count + 1]
        if _is_crowded(spec, follow_up, several[-1], cap, several[0]):
            return several
    return ()


def _is_crowded(spec: Spec, follow_up: FollowUp, last: Duration, cap: Cap, first: Duration | None) -> bool:
    """Say whether a task comes while as many as a cap allows still count, the first of them at `first`."""
    durations = Durations(spec.calendars)
    if spec.hours_of(follow_up) is None:
        room = cap.duration if first is None else added(first, cap.duration)
        if room is not None:
            return durations.is_always_before(last, room)
    window = durations.bounds(cap.duration)
    free = window if first is None else durations.bounds(first) + window
    return (durations.bounds(last) + _A_WEEK_AND_A_DAY).is_over_before(free)


RULE = Rule("SL605", "cap-blocks-series", Severity.WARNING, _check)
