"""A follow-up that is nobody's task."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.lint.rule import LintContext, Rule


def _check(context: LintContext) -> Iterator[Diagnostic]:
    for follow_up in context.spec.follow_ups.values():
        if follow_up.role is None:
            yield Diagnostic("SL203", follow_up.span, {"name": follow_up.name, "record": follow_up.record})


RULE = Rule("SL203", "unanswered-follow-up", Severity.ERROR, _check)
