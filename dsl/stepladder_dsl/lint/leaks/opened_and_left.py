"""A record that the spec opens and that no process follows."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.lint.rule import LintContext, Rule
from stepladder_dsl.model.spec import OpenRecord


def _check(context: LintContext) -> Iterator[Diagnostic]:
    told = set()
    for part in context.parts:
        # A phase's way out is there once for each of its stages.
        if isinstance(part, OpenRecord) and part.span not in told:
            told.add(part.span)
            if not context.spec.processes_of(part.record):
                yield Diagnostic("SL406", part.span, {"record": part.record})


RULE = Rule("SL406", "opened-and-left", Severity.WARNING, _check)
