"""Intervals that come twice at one moment, or not in the order in which they are written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from stepladder_dsl.analysis.durations import Durations, is_same
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.graph.words import duration_text
from stepladder_dsl.lint.rule import LintContext, Rule
from stepladder_dsl.model.types import Duration


def _check(context: LintContext) -> Iterator[Diagnostic]:
    durations, language = Durations(context.spec.calendars), context.spec.language
    for follow_up in context.spec.follow_ups.values():
        found = _out_of_order(follow_up.intervals, durations)
        if found is not None:
            variant, (first, second) = found
            values = {
                "name": follow_up.name,
                "first": duration_text(first, language),
                "second": duration_text(second, language),
            }
            yield Diagnostic("SL609", follow_up.span, values, "twice" if variant == "twice" else "backwards")


def _out_of_order(
    times: Sequence[Duration], durations: Durations
) -> tuple[str, tuple[Duration, Duration]] | None:
    """Give the first two times that are the same or the wrong way round, and which of both it is."""
    for first, second in combinations(times, 2):
        if is_same(first, second):
            return "twice", (first, second)
        if durations.is_always_before(second, first):
            return "backwards", (first, second)
    return None


RULE = Rule("SL609", "series-out-of-order", Severity.WARNING, _check)
