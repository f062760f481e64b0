"""A follow-up whose tasks can never be done."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.lint.rule import LintContext, Rule
from stepladder_dsl.model.spec import AfterSilence


def _check(context: LintContext) -> Iterator[Diagnostic]:
    for follow_up in context.spec.follow_ups.values():
        # Silence ends when the event comes: that event answers for what was to be done.
        if not follow_up.done_on and not isinstance(follow_up.anchor, AfterSilence):
            yield Diagnostic("SL205", follow_up.span, {"name": follow_up.name})


RULE = Rule("SL205", "unfinished-follow-up", Severity.WARNING, _check)
