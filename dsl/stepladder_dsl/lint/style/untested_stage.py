"""A stage in which no scenario expects anybody, although there are scenarios."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.lint.rule import LintContext, Rule
from stepladder_dsl.model.spec import ExpectStage


def _check(context: LintContext) -> Iterator[Diagnostic]:
    if not context.spec.scenarios:
        return
    expected = {
        (step.process, step.stage)
        for scenario in context.spec.scenarios
        for step in scenario.steps
        if isinstance(step, ExpectStage)
    }
    for process, stage in context.stages:
        if (process.name, stage.name) not in expected:
            yield Diagnostic("SL806", stage.span, {"stage": stage.name, "process": process.name})


RULE = Rule("SL806", "untested-stage", Severity.INFO, _check, on_by_default=False)
