"""A decision table that gives the same whatever it looks at."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.lint.rule import LintContext, Rule


def _check(context: LintContext) -> Iterator[Diagnostic]:
    for table in context.tables:
        if table.picks_one_row and table.is_constant:
            yield Diagnostic("SL528", table.decision.span, {"name": table.decision.name})


RULE = Rule("SL528", "constant-table", Severity.WARNING, _check)
