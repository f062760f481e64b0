"""A column of a decision table in which every row lets everything through."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.lint.clients import written
from stepladder_dsl.lint.rule import LintContext, Rule


def _check(context: LintContext) -> Iterator[Diagnostic]:
    for table in context.tables:
        if not table.is_constant:
            for place in table.idle_places:
                column = table.decision.inputs[place]
                text = written(table.spec, column)
                yield Diagnostic("SL527", column.span, {"name": table.decision.name, "column": text})


RULE = Rule("SL527", "idle-column", Severity.WARNING, _check)
