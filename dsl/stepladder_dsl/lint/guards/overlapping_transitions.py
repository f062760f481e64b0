"""Two ways that wait for the same and can both match, though neither is the special case of the other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from stepladder_dsl.analysis.rivals import rivals, rivals_above, same_block
from stepladder_dsl.analysis.solver import Answer, Truth, Verdict
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Label, Severity
from stepladder_dsl.lint.rule import LintContext, Rule
from stepladder_dsl.model.expressions import Expression
from stepladder_dsl.model.spec import OnEvent, Process, Stage, Transition


def _check(context: LintContext) -> Iterator[Diagnostic]:
    told: set[tuple[int, int]] = set()
    for process, stage in context.stages:
        for group in rivals(stage):
            for one, two in combinations(group, 2):
                if (id(one), id(two)) in told or not same_block(process, stage, one, two):
                    continue
                told.add((id(one), id(two)))
                yield from _overlap(context, process, stage, one, two)


def _overlap(
    context: LintContext, process: Process, stage: Stage, one: Transition, two: Transition
) -> Iterator[Diagnostic]:
    """Yield the finding about two ways that both match a client, unless the order is meant."""
    if one.guard is None or two.guard is None or _lead_to_the_same(one, two):
        return
    event = one.trigger.event if isinstance(one.trigger, OnEvent) else None
    place = (process.name, stage.name)

    def found(*asked: tuple[Expression, Truth]) -> Verdict:
        return context.solver.possible(process.record, asked, event, *place)

    earlier = _not_taken(rivals_above(stage, one))
    both = found((one.guard, Truth.TRUE), (two.guard, Truth.TRUE), *earlier)
    if both.answer is not Answer.POSSIBLE:
        return
    # The special case before the general one is how an exception is written.
    general = found((two.guard, Truth.TRUE), *_not_taken(rivals_above(stage, two)))
    special = found((one.guard, Truth.TRUE), (two.guard, Truth.NOT_TRUE), *earlier)
    if general.answer is not Answer.POSSIBLE or special.answer is not Answer.POSSIBLE:
        return
    values = {
        "first": one.guard_text,
        "second": two.guard_text,
        "target": one.target or stage.name,
        "other": two.target or stage.name,
        "event": event or "",
    }
    yield Diagnostic(
        "SL504",
        two.guard_span,
        values,
        "" if event else "anytime",
        (Label(one.guard_span, "first"),),
        example=context.example("SL504", both, (one.guard, two.guard)),
    )


def _not_taken(ways: list[Transition]) -> list[tuple[Expression, Truth]]:
    """Say that none of the ways has its condition fulfilled."""
    return [(way.guard, Truth.NOT_TRUE) for way in ways if way.guard is not None]


def _lead_to_the_same(one: Transition, two: Transition) -> bool:
    """Say whether it does not matter which of both is taken."""
    return one.target == two.target and one.effects == two.effects


RULE = Rule("SL504", "overlapping-transitions", Severity.WARNING, _check)
