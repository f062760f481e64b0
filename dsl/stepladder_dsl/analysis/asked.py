"""Every condition of a spec, with what is certain when it is asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from stepladder_dsl.model import expressions as e
from stepladder_dsl.model import spec as m
from stepladder_dsl.source import Span

ConditionKind = Literal[
    "way",
    "offer",
    "accepted",
    "declined",
    "follow_up",
    "started",
    "done",
    "cancelled",
    "until",
]
Place = tuple[str, str]
"""A process and one of its stages."""


@dataclass(frozen=True)
class Condition:
    """A condition, what it belongs to, and of which record it is asked.

    `event` has just happened whenever it is asked; the case stands in one of `stages` (none: anywhere).
    A follow-up's condition is asked for the first time at its `anchor` event, or on entering its stage.
    """

    kind: ConditionKind
    name: str
    record: str
    expression: e.Expression
    event: str | None = None
    stages: tuple[Place, ...] = ()
    anchor: str | None = None

    @property
    def span(self) -> Span:
        """Where it stands."""
        return self.expression.span


def conditions_of(spec: m.Spec) -> Iterator[Condition]:
    """Yield the conditions of ways, offers and follow-ups, each once."""
    for process in spec.processes.values():
        yield from _of_ways(process)
    for offer in spec.offers.values():
        yield from _of_offer(offer)
    for follow_up in spec.follow_ups.values():
        yield from _of_follow_up(follow_up)


def ways_of(process: m.Process) -> list[tuple[m.Transition, tuple[m.Stage, ...]]]:
    """Give every way of a process once, with the stages that it leads out of."""
    found: dict[int, tuple[m.Transition, list[m.Stage]]] = {}
    for stage in process.stages.values():
        for way in stage.transitions:
            found.setdefault(id(way), (way, []))[1].append(stage)
    return [(way, tuple(stages)) for way, stages in found.values()]


def _of_ways(process: m.Process) -> Iterator[Condition]:
    for way, stages in ways_of(process):
        if way.guard is not None:
            event = way.trigger.event if isinstance(way.trigger, m.OnEvent) else None
            places = tuple((process.name, stage.name) for stage in stages)
            yield Condition("way", process.name, process.record, way.guard, event, places)


def _of_offer(offer: m.Offer) -> Iterator[Condition]:
    if offer.condition is not None:
        yield Condition("offer", offer.name, offer.record, offer.condition, None, offer.stages)
    yield from _of_patterns("accepted", offer.accepted_on, offer)
    yield from _of_patterns("declined", offer.declined_on, offer)


def _of_follow_up(follow_up: m.FollowUp) -> Iterator[Condition]:
    anchor = follow_up.anchor
    name, record = follow_up.name, follow_up.record
    event = anchor.event if isinstance(anchor, m.AfterEvent) else None
    if isinstance(anchor, m.AfterEvent) and anchor.guard is not None:
        yield Condition("started", name, record, anchor.guard, event)
    if follow_up.condition is not None:
        stages = ((anchor.process, anchor.stage),) if isinstance(anchor, m.AfterEntering) else ()
        yield Condition("follow_up", name, record, follow_up.condition, None, stages, event)
    if follow_up.until is not None:
        yield Condition("until", name, record, follow_up.until)
    yield from _of_patterns("done", follow_up.done_on, follow_up)
    yield from _of_patterns("cancelled", follow_up.cancelled_on, follow_up)


def _of_patterns(
    kind: ConditionKind, patterns: tuple[m.EventPattern, ...], rule: m.Offer | m.FollowUp
) -> Iterator[Condition]:
    for pattern in patterns:
        if pattern.guard is not None:
            yield Condition(kind, rule.name, rule.record, pattern.guard, pattern.event)


def words(spec: m.Spec, expression: e.Expression) -> str:
    """Write a condition in the words of its spec's language."""
    from stepladder_dsl.model.print_words import Words

    single = {name for name, decision in spec.decisions.items() if len(decision.outputs) == 1}
    return Words(spec.language, len(spec.calendars), single).expression(expression)
