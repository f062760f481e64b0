"""A row of a decision table that is never reached: earlier rows match whenever it would."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Label, Severity
from stepladder_dsl.lint.rule import LintContext, Rule
from stepladder_dsl.model.spec import HitPolicy


def _check(context: LintContext) -> Iterator[Diagnostic]:
    for table in context.tables:
        if table.decision.policy is HitPolicy.FIRST:
            for number, earlier in table.masked_rows.items():
                variant = "several" if earlier is None else ""
                values = {"name": table.decision.name}
                yield Diagnostic(
                    "SL523",
                    table.rows[number].span,
                    values,
                    variant,
                    labels=() if earlier is None else (Label(table.rows[earlier].span, "earlier"),),
                )


RULE = Rule("SL523", "masked-row", Severity.WARNING, _check)
