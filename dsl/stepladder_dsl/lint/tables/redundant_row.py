"""A row of a decision table without which a later row gives the same to the same clients."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Label, Severity
from stepladder_dsl.lint.rule import LintContext, Rule
from stepladder_dsl.model.spec import HitPolicy


def _check(context: LintContext) -> Iterator[Diagnostic]:
    for table in context.tables:
        if table.decision.policy is HitPolicy.FIRST and not table.is_constant:
            for number, later in table.redundant_rows.items():
                values = {"name": table.decision.name}
                yield Diagnostic(
                    "SL524",
                    table.rows[number].span,
                    values,
                    labels=(Label(table.rows[later].span, "later"),),
                )


RULE = Rule("SL524", "redundant-row", Severity.INFO, _check)
