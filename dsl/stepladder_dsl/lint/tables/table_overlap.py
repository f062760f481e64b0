"""Two rows that match one client, in a table that promises that only one does."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Label, Severity
from stepladder_dsl.lint.clients import showing_nothing, values_of
from stepladder_dsl.lint.rule import LintContext, Rule
from stepladder_dsl.model.spec import HitPolicy


def _check(context: LintContext) -> Iterator[Diagnostic]:
    for table in context.tables:
        if table.decision.policy is HitPolicy.UNIQUE:
            for first, second, witness in table.overlaps:
                values = {"name": table.decision.name, "values": values_of(table, witness)}
                variant = "" if witness.met else "always"
                finding = Diagnostic(
                    "SL522",
                    table.rows[second].span,
                    values,
                    variant,
                    labels=(Label(table.rows[first].span, "first"),),
                )
                yield showing_nothing(finding, table, witness)


RULE = Rule("SL522", "table-overlap", Severity.WARNING, _check)
