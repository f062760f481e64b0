"""A row of a decision table whose cells no value can meet."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.lint.clients import written
from stepladder_dsl.lint.rule import LintContext, Rule


def _check(context: LintContext) -> Iterator[Diagnostic]:
    for table in context.tables:
        for number, places in table.impossible_rows.items():
            row = table.rows[number]
            tests = [test for place in places if (test := row.tests[place]) is not None]
            values = {
                "name": table.decision.name,
                "tests": tuple(f"`{written(table.spec, test)}`" for test in tests),
            }
            variant = "together" if len(tests) > 1 else ""
            yield Diagnostic("SL525", tests[0].span, values, variant)


RULE = Rule("SL525", "impossible-row", Severity.WARNING, _check)
