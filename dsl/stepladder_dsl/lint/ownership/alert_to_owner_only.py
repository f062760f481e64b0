"""An alert that nobody hears but the one who is late."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.analysis.duties import Duty, duties_of
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.lint.rule import LintContext, Rule


def _check(context: LintContext) -> Iterator[Diagnostic]:
    duties = list(duties_of(context.spec))
    for process, stage in context.stages:
        limit = stage.limit
        if limit is None or limit.alert is None or limit.alert != stage.owner:
            continue
        above = context.spec.roles[limit.alert].reports_to
        if above is None or above == limit.alert or _others_look_after(duties, process.record, limit.alert):
            continue
        values = {"stage": stage.name, "record": process.record, "role": limit.alert, "above": above}
        yield Diagnostic("SL210", limit.span, values)


def _others_look_after(duties: list[Duty], record: str, role: str) -> bool:
    """Say whether tasks about such records come to somebody else as well: one may stand behind the alert."""
    return any(duty.kind == "task" and duty.record == record and duty.role != role for duty in duties)


RULE = Rule("SL210", "alert-to-owner-only", Severity.WARNING, _check)
