"""The parts of a spec as a run needs them: what a step asks of a rule is found once, not at each step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from stepladder_dsl.model import spec as m
from stepladder_dsl.model.expressions import Expression
from stepladder_dsl.record import Record as Base
from stepladder_dsl.record import record
from stepladder_engine.calendars.contact import ContactTimes
from stepladder_engine.calendars.zone import Instant
from stepladder_engine.expressions.compile import NextChange
from stepladder_engine.expressions.logic import Evaluate
from stepladder_engine.runtime.messages import Message
from stepladder_engine.texts.catalogue import Phrase


@record
class Guard(Base):
    """A condition: how to evaluate it, and when time alone may change it."""

    expression: Expression | None
    holds: Evaluate
    next_change: NextChange | None
    sources: tuple[tuple[Phrase | str, Evaluate], ...] = ()
    """What may make it unknown: in words, and how to ask."""


@record
class Way(Base):
    """A transition, ready: its guard, its effects' values, and its place in the order of the text."""

    transition: m.Transition
    guard: Guard
    values: tuple[Mapping[str, Evaluate], ...]
    """For each effect, the values it computes by field name."""
    index: int
    reason: Phrase
    """What the journal says of why it was taken."""


@record
class StagePlan(Base):
    """A stage with its ways out by trigger, each in the order of the text."""

    stage: m.Stage
    on_event: Mapping[str, tuple[Way, ...]]
    timers: tuple[Way, ...]
    automatic: tuple[Way, ...]
    timed: tuple[tuple[int, NextChange], ...]
    """The automatic ones whose condition time alone may change: their index, and when."""
    moved_by_event: Mapping[str, tuple[int, ...]]
    """Which timers count from an event of a kind, by their place."""
    moved_by_field: Mapping[str, tuple[int, ...]]


@record
class ProcessPlan(Base):
    """A process and its stages."""

    process: m.Process
    stages: Mapping[str, StagePlan]
    events: frozenset[str]
    """Every event that any of its transitions waits for."""


@record
class Pattern(Base):
    """An event that closes something, with the condition on it."""

    event: str
    holds: Evaluate


class Occasion(NamedTuple):
    """What tasks count from: `name` stands in their keys and is the same in every language."""

    name: str
    reason: Phrase | str


@record
class FollowUpPlan(Base):
    """A follow-up, ready."""

    rule: m.FollowUp
    occasion: Occasion
    condition: Guard
    trigger: Evaluate
    """Whether the event that starts the rule is one it speaks of."""
    done_on: tuple[Pattern, ...]
    cancelled_on: tuple[Pattern, ...]
    index: int
    times: ContactTimes | None
    """When its tasks may be due; None: at any time."""
    until: Guard
    """Whether it comes no more again."""
    message: Message | None

    @cached_property
    def timed(self) -> tuple[NextChange, ...]:
        """When time alone may change whether it goes on."""
        found = (guard.next_change for guard in (self.condition, self.until))
        return tuple(change for change in found if change is not None)

    @property
    def conditional(self) -> bool:
        """Whether it may end before its tasks are done."""
        return self.condition.expression is not None or self.until.expression is not None

    def next_open(self, moment: Instant) -> Instant:
        """Give the first moment from this one on at which a task of the rule may be due."""
        return moment if self.times is None else self.times.next_open(moment)


@record
class Closing(Base):
    """What an event of one kind may do to the tasks of a follow-up."""

    plan: FollowUpPlan
    cancelled: tuple[Evaluate, ...]
    done: tuple[Evaluate, ...]
    ends_silence: bool


@record
class OfferPlan(Base):
    """An offer, ready."""

    offer: m.Offer
    condition: Guard
    accepted_on: tuple[Pattern, ...]
    declined_on: tuple[Pattern, ...]
    price: Evaluate | None
    discount: Evaluate | None
    index: int

    @property
    def step(self) -> int:
        """Its place on its ladder; without a ladder it waits for nobody."""
        return 0 if self.offer.ladder is None else self.offer.order or 0


@record
class RecordPlan(Base):
    """Everything that runs for records of one kind."""

    record: m.Record
    processes: tuple[ProcessPlan, ...]
    follow_ups: tuple[FollowUpPlan, ...]
    offers: tuple[OfferPlan, ...]
    offers_in_turn: tuple[OfferPlan, ...]
    """The order in which offers may open at one moment: on a ladder the lowest step first."""
    events: frozenset[str]

    @cached_property
    def closed_by(self) -> Mapping[str, tuple[Closing, ...]]:
        """The follow-ups whose tasks an event of a kind may do or cancel."""
        return {event: tuple(self._closings(event)) for event in self.events}

    def _closings(self, event: str) -> Iterator[Closing]:
        for plan in self.follow_ups:
            cancelled = tuple(pattern.holds for pattern in plan.cancelled_on if pattern.event == event)
            done = tuple(pattern.holds for pattern in plan.done_on if pattern.event == event)
            ends_silence = plan.rule.anchor == m.AfterSilence(event)
            if cancelled or done or ends_silence:
                yield Closing(plan, cancelled, done, ends_silence)

    @cached_property
    def begun_by_event(self) -> Mapping[str, tuple[FollowUpPlan, ...]]:
        """The follow-ups that an event of a kind gives rise to."""
        return {
            event: tuple(
                plan
                for plan in self.follow_ups
                if isinstance(plan.rule.anchor, m.AfterEvent | m.AfterSilence)
                and plan.rule.anchor.event == event
            )
            for event in self.events
        }

    @cached_property
    def begun_by_entering(self) -> Mapping[tuple[str, str], tuple[FollowUpPlan, ...]]:
        """The follow-ups that entering a stage, (process, stage), gives rise to."""
        found: dict[tuple[str, str], tuple[FollowUpPlan, ...]] = {}
        for plan in self.follow_ups:
            if isinstance(anchor := plan.rule.anchor, m.AfterEntering):
                place = anchor.process, anchor.stage
                found[place] = (*found.get(place, ()), plan)
        return found

    @cached_property
    def conditional(self) -> tuple[FollowUpPlan, ...]:
        """The follow-ups that may end before their tasks are done."""
        return tuple(plan for plan in self.follow_ups if plan.conditional)

    @cached_property
    def timed(self) -> tuple[FollowUpPlan, ...]:
        """The follow-ups that time alone may end."""
        return tuple(plan for plan in self.follow_ups if plan.timed)

    @cached_property
    def offers_closed_by(self) -> Mapping[str, tuple[OfferPlan, ...]]:
        """The offers that an event of a kind may accept or decline."""
        return {
            event: tuple(
                plan
                for plan in self.offers
                if any(pattern.event == event for pattern in (*plan.accepted_on, *plan.declined_on))
            )
            for event in self.events
        }

    @cached_property
    def timed_offers(self) -> tuple[NextChange, ...]:
        """When time alone may change the condition of an offer."""
        changes = (plan.condition.next_change for plan in self.offers)
        return tuple(change for change in changes if change is not None)

    @cached_property
    def persons(self) -> Mapping[str, tuple[str, ...]]:
        """The fields that name a person, by the role in which that person acts."""
        found: dict[str, tuple[str, ...]] = {}
        for name, known in self.record.fields.items():
            role = getattr(known.type, "role", None)
            if role is not None:
                found[role] = (*found.get(role, ()), name)
        return found
