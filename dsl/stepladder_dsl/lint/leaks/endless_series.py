"""A follow-up that contacts a client for ever."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.lint.rule import LintContext, Rule
from stepladder_dsl.model.spec import AfterSilence, FollowUp


def _never_stops(follow_up: FollowUp) -> bool:
    stopped = follow_up.until is not None or follow_up.cancelled_on or follow_up.condition is not None
    # A silence ends with its event, and any other rule with the case unless it says that it goes on.
    ends = isinstance(follow_up.anchor, AfterSilence) or not follow_up.goes_on_after_end
    return follow_up.again is not None and not stopped and not ends


def _check(context: LintContext) -> Iterator[Diagnostic]:
    for follow_up in context.spec.follow_ups.values():
        if _never_stops(follow_up):
            yield Diagnostic("SL404", follow_up.span, {"name": follow_up.name, "record": follow_up.record})


RULE = Rule("SL404", "endless-series", Severity.WARNING, _check)
