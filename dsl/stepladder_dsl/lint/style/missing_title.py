"""Something that people see in lists and on pictures, and that has no title."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.analysis.names import named_things
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.lint.rule import LintContext, Rule

_SHOWN = ("role", "record", "event", "process", "phase", "stage", "offer", "follow_up", "metric", "decision")


def _check(context: LintContext) -> Iterator[Diagnostic]:
    for thing in named_things(context.spec):
        if thing.kind in _SHOWN and thing.title is None:
            yield Diagnostic("SL803", thing.span, {"kind": f"<{thing.kind}>", "name": thing.name})


RULE = Rule("SL803", "missing-title", Severity.INFO, _check, on_by_default=False)
