"""A stage in which nothing is ever due for a client who does nothing."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.lint.rule import LintContext, Rule


def _check(context: LintContext) -> Iterator[Diagnostic]:
    from stepladder_dsl.analysis.situations.witness import example, forgotten, told_elsewhere

    for found in forgotten(context.spec):
        if found.at_entry and found.blocked is None and not told_elsewhere(found):
            values = {"stage": found.stage.name, "record": found.record}
            yield Diagnostic("SL402", found.stage.span, values, example=example(context.spec, found))


RULE = Rule("SL402", "silence-leads-nowhere", Severity.WARNING, _check, tells_stories=True)
