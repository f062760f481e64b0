"""A stage that every case leaves at the moment at which it comes."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.analysis.stage_facts import StageFacts
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Label, Severity
from stepladder_dsl.lint.rule import LintContext, Rule
from stepladder_dsl.model.spec import Always, Stage, Transition


def _check(context: LintContext) -> Iterator[Diagnostic]:
    for process in context.spec.processes.values():
        facts = StageFacts(context.spec, process)
        for stage in process.stages.values():
            way = _certain_way(facts, stage) if stage.name in facts.reached else None
            if way is not None:
                yield Diagnostic(
                    "SL307",
                    way.guard_span,
                    {"stage": stage.name, "target": way.target, "record": process.record},
                    "end" if stage.end is not None else "",
                    (Label(stage.span, "stage"),),
                )


def _certain_way(facts: StageFacts, stage: Stage) -> Transition | None:
    """Give the first way to another stage whose condition holds for every case that comes."""
    for way in stage.transitions:
        leads_on = isinstance(way.trigger, Always) and way.target not in {None, stage.name}
        if leads_on and facts.value(way.guard, stage.name) is True:
            return way
    return None


RULE = Rule("SL307", "left-at-once", Severity.WARNING, _check)
