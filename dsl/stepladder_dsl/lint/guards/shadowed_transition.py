"""A way that is never taken, because one of those above it always matches first."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.analysis.asked import ways_of
from stepladder_dsl.analysis.rivals import rivals_above
from stepladder_dsl.analysis.solver import Truth
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Label, Severity
from stepladder_dsl.lint.rule import LintContext, Rule
from stepladder_dsl.model.spec import Always, OnEvent, Process, Stage, Transition


def _check(context: LintContext) -> Iterator[Diagnostic]:
    for process in context.spec.processes.values():
        for way, stages in ways_of(process):
            # A stage may well have its own answer to what the phase or the process says for all of them.
            first = [_first(context, process, stage, way) for stage in stages]
            if isinstance(way.trigger, OnEvent | Always) and all(first):
                above = {id(other): other for ways in first for other in ways}
                yield Diagnostic(
                    "SL503",
                    way.span,
                    {"stage": stages[0].name, "count": len(stages)},
                    "somewhere" if len(stages) > 1 else "",
                    tuple(Label(other.span, "first") for other in above.values()),
                )


def _first(context: LintContext, process: Process, stage: Stage, way: Transition) -> list[Transition]:
    """Give the ways of which one always comes before this one in a stage; none if there are no such."""
    above = rivals_above(stage, way)
    for other in above:
        if other.guard is None or other.guard == way.guard:
            return [other]
    if way.guard is None or not above:
        return []
    event = way.trigger.event if isinstance(way.trigger, OnEvent) else None
    if context.solver.impossible(process.record, [(way.guard, Truth.TRUE)], event):
        return []
    for some in [*([other] for other in above), above]:
        asked = [(way.guard, Truth.TRUE)]
        asked += [(other.guard, Truth.NOT_TRUE) for other in some if other.guard is not None]
        if context.solver.impossible(process.record, asked, event, [(process.name, stage.name)]):
            return some
    return []


RULE = Rule("SL503", "shadowed-transition", Severity.WARNING, _check)
