"""A decision table that has a row for every value, and none for a missing one."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.lint.clients import showing_nothing, values_of
from stepladder_dsl.lint.rule import LintContext, Rule


def _check(context: LintContext) -> Iterator[Diagnostic]:
    for table in context.tables:
        witness = table.unknown_gap if table.picks_one_row else None
        if witness is not None:
            decision = table.decision
            values = {
                "name": decision.name,
                "record": decision.record,
                "values": values_of(table, witness),
            }
            finding = Diagnostic("SL526", decision.span, values)
            yield showing_nothing(finding, table, witness)


RULE = Rule("SL526", "table-unknown-gap", Severity.WARNING, _check)
