"""A task of which nobody else hears when it stays undone."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.lint.rule import LintContext, Rule


def _check(context: LintContext) -> Iterator[Diagnostic]:
    for follow_up in context.spec.follow_ups.values():
        role = context.spec.roles.get(follow_up.role or "")
        # Whoever reports to nobody has nobody to whom the task could go on.
        if role is not None and role.reports_to is not None and not follow_up.escalations:
            values = {"name": follow_up.name, "role": role.name, "above": role.reports_to}
            yield Diagnostic("SL407", follow_up.span, values)


RULE = Rule("SL407", "unescalated-task", Severity.INFO, _check, on_by_default=False)
