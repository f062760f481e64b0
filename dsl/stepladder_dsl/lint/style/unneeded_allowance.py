"""A finding is allowed that is not there."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Edit, Fix, Severity
from stepladder_dsl.lint.rule import LintContext, Rule
from stepladder_dsl.model.allowances import Allowance
from stepladder_dsl.source import Span
from stepladder_dsl.syntax.nodes import Name


def _check(context: LintContext) -> Iterator[Diagnostic]:
    unneeded = list(context.unneeded)
    spare = {name.span for _, name in unneeded}
    for allowance, name in unneeded:
        fix = _without(allowance, name, spare)
        yield Diagnostic("SL810", name.span, {"name": name.text}, fix=fix)


def _without(allowance: Allowance, name: Name, spare: set[Span]) -> Fix | None:
    """Give the line without the name, or no line where nothing else is left in it."""
    names = allowance.findings
    if allowance.line is None:
        return None
    if all(other.span in spare for other in names):
        return Fix((Edit(allowance.line, ""),))
    place = names.index(name)
    # With the comma behind it, or before it where it is the last one.
    if place + 1 < len(names):
        start, end = name.span.column, names[place + 1].span.column
    else:
        start, end = names[place - 1].span.end_column, name.span.end_column
    return Fix((Edit(Span(name.span.file, name.span.line, start, end), ""),))


RULE = Rule("SL810", "unneeded-allowance", Severity.WARNING, _check, comes_last=True)
