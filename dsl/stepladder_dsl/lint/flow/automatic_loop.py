"""Stages that lead to each other by themselves: the case goes round, and nobody has done anything."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

from stepladder_dsl.analysis.automatic import Loop, loops_at_once, loops_by_waiting
from stepladder_dsl.analysis.durations import AT_ONCE, Durations
from stepladder_dsl.analysis.stage_facts import StageFacts
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Label, Route, Severity
from stepladder_dsl.lint.rule import LintContext, Rule
from stepladder_dsl.model import spec as m


def _check(context: LintContext) -> Iterator[Diagnostic]:
    for process in context.spec.processes.values():
        if not any(isinstance(way.trigger, m.Always | m.After) for way in _ways(process)):
            continue
        facts = StageFacts(context.spec, process)
        for loop in loops_at_once(facts):
            yield _found(context, process, loop, _variant(loop))
        for loop in loops_by_waiting(facts):
            steps = _steps_a_year(loop, facts)
            if steps > context.spec.most_own_steps:
                yield _found(context, process, loop, "often", count=steps)
            elif _is_idle(context, process, loop):
                yield _found(context, process, loop, "waiting")


def _steps_a_year(loop: Loop, facts: StageFacts) -> int:
    """Count at least how often a case moves in a year that goes round and round."""
    durations = Durations(facts.spec.calendars)
    times = [
        durations.bounds(way.trigger.duration)
        for way in loop.ways
        if isinstance(way.trigger, m.After) and way.trigger.duration is not None
    ]
    round_trip = sum(times, start=AT_ONCE).most
    if not round_trip or len(times) < len(loop.ways):
        return 0
    return int(timedelta(days=365) / round_trip * len(times))


def _ways(process: m.Process) -> Iterator[m.Transition]:
    for stage in process.stages.values():
        yield from stage.transitions


def _variant(loop: Loop) -> str:
    if any(isinstance(way.trigger, m.After) for way in loop.ways):
        return "overdue"
    return "example" if loop.example else ""


def _found(context: LintContext, process: m.Process, loop: Loop, variant: str, **values: int) -> Diagnostic:
    around = [*loop.stages, loop.stages[0]]
    return Diagnostic(
        "SL311",
        loop.ways[0].span,
        {"record": process.record, "way": Route.of(around), "example": _example(context, loop), **values},
        {"overdue": "overdue", "example": "example", "waiting": "waiting", "often": "often"}.get(variant, ""),
        tuple(
            Label(way.span, "step", {"from": before, "to": after})
            for way, (before, after) in zip(loop.ways, pairwise(around), strict=True)
            if way is not loop.ways[0]
        ),
    )


def _example(context: LintContext, loop: Loop) -> tuple[str, ...]:
    """Write the values of an example in the words of the spec."""
    if not loop.example:
        return ()
    # Few texts have such loops: what writes expressions is loaded for those only.
    from stepladder_dsl.model.expressions import Comparison, Literal
    from stepladder_dsl.model.print_words import Words
    from stepladder_dsl.model.types import NumberType

    words = Words(context.spec.language)
    found = []
    for leaf, value in loop.example:
        kind = NumberType() if isinstance(leaf.type, NumberType) else leaf.type
        found.append(f"`{words.expression(Comparison('=', leaf, Literal(value, kind)))}`")
    return tuple(found)


def _is_idle(context: LintContext, process: m.Process, loop: Loop) -> bool:
    """Say whether nobody is asked for anything on the way round, and nothing is awaited or done there."""
    spec = context.spec
    entered = {
        follow_up.anchor.stage
        for follow_up in spec.follow_ups.values()
        if isinstance(follow_up.anchor, m.AfterEntering) and follow_up.anchor.process == process.name
    }
    offered = {
        stage for offer in spec.offers.values() for where, stage in offer.stages if where == process.name
    }
    stages = [process.stages[name] for name in loop.stages]
    return not any(
        stage.name in entered | offered
        or stage.end is not None
        or stage.limit is not None
        or stage.steps
        or any(isinstance(way.trigger, m.OnEvent) for way in stage.transitions)
        for stage in stages
    ) and not any(way.effects for way in loop.ways)


RULE = Rule("SL311", "automatic-loop", Severity.WARNING, _check)
