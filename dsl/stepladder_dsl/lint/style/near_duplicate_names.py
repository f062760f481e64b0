"""Two names of one kind that readers take for the same."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.analysis.names import confused_pairs, named_things
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Label, Severity
from stepladder_dsl.diagnostics.nearest import looks_like
from stepladder_dsl.lint.rule import LintContext, Rule


def _check(context: LintContext) -> Iterator[Diagnostic]:
    for first, second in confused_pairs(named_things(context.spec)):
        values = {"kind": f"<{second.kind}>", "name": second.name, "other": first.name}
        yield Diagnostic(
            "SL805",
            second.span,
            values,
            "alphabets" if looks_like(first.name, second.name) else "",
            labels=(Label(first.span, "other"),),
        )


RULE = Rule("SL805", "near-duplicate-names", Severity.WARNING, _check)
