"""An alert that nobody hears but the one who is late."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.analysis.duties import duties_of
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.lint.rule import LintContext, Rule


def _check(context: LintContext) -> Iterator[Diagnostic]:
    tasks = {(duty.record, duty.role) for duty in duties_of(context.spec) if duty.kind == "task"}
    given: dict[str | None, set[str]] = {}
    for record, role in tasks:
        given.setdefault(record, set()).add(role)
    for process, stage in context.stages:
        limit = stage.limit
        if limit is None or limit.alert is None or limit.alert != stage.owner:
            continue
        above = context.spec.roles[limit.alert].reports_to
        # A task about such records that comes to somebody else may stand behind the alert.
        others = given.get(process.record, set()) - {limit.alert}
        if above is None or above == limit.alert or others:
            continue
        values = {"stage": stage.name, "record": process.record, "role": limit.alert, "above": above}
        yield Diagnostic("SL210", limit.span, values)


RULE = Rule("SL210", "alert-to-owner-only", Severity.WARNING, _check)
