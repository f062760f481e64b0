"""An output of a decision table that nothing reads."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.lint.rule import LintContext, Rule
from stepladder_dsl.model import expressions as e


def _check(context: LintContext) -> Iterator[Diagnostic]:
    used: dict[str, set[str]] = {}
    for part in context.parts:
        if isinstance(part, e.DecisionValue):
            used.setdefault(part.decision, set()).add(part.output)
    for name, read in used.items():
        # A table of which nothing at all is read is told as SL801.
        decision = context.spec.decisions[name]
        for output in decision.outputs:
            if output not in read:
                yield Diagnostic("SL809", decision.span, {"name": name, "output": output})


RULE = Rule("SL809", "unused-output", Severity.WARNING, _check)
