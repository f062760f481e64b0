"""A way out of a stage that asks for another stage, in which the case cannot have been."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.analysis.stage_facts import StageFacts
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Label, Severity
from stepladder_dsl.lint.rule import LintContext, Rule
from stepladder_dsl.model.spec import Transition


def _check(context: LintContext) -> Iterator[Diagnostic]:
    for process in context.spec.processes.values():
        facts = StageFacts(context.spec, process)
        for transition, stages in _guarded_ways(facts):
            if all(facts.value(transition.guard, stage) is False for stage in stages):
                yield _never_open(facts, transition, stages)


def _guarded_ways(facts: StageFacts) -> Iterator[tuple[Transition, list[str]]]:
    """Yield the guarded ways, each with the stages to which cases come and where it is open to them."""
    stages_of: dict[int, tuple[Transition, list[str]]] = {}
    for stage in facts.process.stages.values():
        if stage.name in facts.reached:
            for transition in stage.transitions:
                # A line of a phase is one and the same record in each of its stages.
                stages_of.setdefault(id(transition), (transition, []))[1].append(stage.name)
    yield from (found for found in stages_of.values() if found[0].guard is not None)


def _never_open(facts: StageFacts, transition: Transition, stages: list[str]) -> Diagnostic:
    decided = [] if transition.guard is None else list(facts.decided(transition.guard, stages[0]))
    return Diagnostic(
        "SL313",
        transition.guard_span,
        {"stage": stages[0], "stages": tuple(f"`{stage}`" for stage in stages)},
        "" if len(stages) == 1 else "several",
        tuple(
            Label(
                test.span,
                {"never": "never", "always": "always", "elsewhere": "elsewhere"}.get(test.reason, "here"),
                {"other": test.stage, "here": stages[0]},
            )
            for test in decided
            if len(stages) == 1
        ),
    )


RULE = Rule("SL313", "way-never-open", Severity.WARNING, _check)
