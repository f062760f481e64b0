"""A division by something that is always zero."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.analysis.amounts import POINT_ZERO, Amounts
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.lint.rule import LintContext, Rule
from stepladder_dsl.model.expressions import Arithmetic


def _check(context: LintContext) -> Iterator[Diagnostic]:
    amounts = Amounts(context.spec)
    # What a phase says stands in the model once for each of its stages.
    found = {
        part.right.span
        for part in context.parts
        if isinstance(part, Arithmetic) and part.operator == "/" and amounts.of(part.right) == POINT_ZERO
    }
    for span in sorted(found, key=lambda span: (span.file, span.line, span.column)):
        yield Diagnostic("SL707", span)


RULE = Rule("SL707", "zero-denominator", Severity.WARNING, _check)
