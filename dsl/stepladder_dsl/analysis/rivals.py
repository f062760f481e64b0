"""Ways out of a stage that wait for the same: the first of the text whose condition holds is taken."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.model.spec import Always, OnEvent, Process, Stage, Transition


def rivals_above(stage: Stage, way: Transition) -> list[Transition]:
    """Give the ways that wait for the same as this one and are asked before it.

    A condition that stays is followed once a visit, and leaves the others their turn.
    """
    above: list[Transition] = []
    for other in stage.transitions:
        if other is way:
            break
        leaves_no_turn = isinstance(other.trigger, OnEvent) or other.target is not None
        if other.trigger == way.trigger and leaves_no_turn:
            above.append(other)
    return above


def rivals(stage: Stage) -> Iterator[list[Transition]]:
    """Yield the ways of a stage that wait for the same, where there are several, in the order of asking."""
    waiting = list(stage.transitions)
    while waiting:
        first = waiting[0]
        yield [way for way in waiting if way.trigger == first.trigger]
        waiting = [way for way in waiting if way.trigger != first.trigger]


def same_block(process: Process, stage: Stage, one: Transition, two: Transition) -> bool:
    """Say whether both ways stand in the same block: in the stage itself, one phase, or the process."""
    blocks = [stage.own_transitions, process.transitions]
    blocks += [phase.transitions for phase in process.phases_of(stage)]
    return any(any(way is one for way in block) and any(way is two for way in block) for block in blocks)


def is_automatic(way: Transition) -> bool:
    """Say whether a way is taken as soon as its condition holds."""
    return isinstance(way.trigger, Always)
