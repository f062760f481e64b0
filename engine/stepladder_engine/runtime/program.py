"""A spec made ready to run: every guard and value compiled once, every table looked up by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from typing import Any

from stepladder_dsl.keywords.dialect import load_dialect
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model import spec as m
from stepladder_dsl.model.expressions import Expression
from stepladder_dsl.model.money import round_money
from stepladder_dsl.model.types import MoneyType, Type
from stepladder_engine.calendars.contact import ContactTimes
from stepladder_engine.calendars.zone import Instant, Zone
from stepladder_engine.expressions.compile import Compiler, Evaluate, NextChange
from stepladder_engine.expressions.tally import EXACT, shortest
from stepladder_engine.expressions.view import View
from stepladder_engine.runtime.messages import Message
from stepladder_engine.texts.catalogue import Phrase, phrase


@dataclass(frozen=True)
class Guard:
    """A condition: how to evaluate it, and when time alone may change it."""

    expression: Expression | None
    holds: Evaluate
    next_change: NextChange | None
    sources: tuple[tuple[Phrase | str, Evaluate], ...] = ()
    """What may make it unknown: in words, and how to ask."""


@dataclass(frozen=True)
class Way:
    """A transition, ready: its guard, its effects' values, and its place in the order of the text."""

    transition: m.Transition
    guard: Guard
    values: tuple[Mapping[str, Evaluate], ...]
    """For each effect, the values it computes by field name."""
    index: int


@dataclass(frozen=True)
class StagePlan:
    """A stage with its ways out by trigger, each in the order of the text."""

    stage: m.Stage
    on_event: Mapping[str, tuple[Way, ...]]
    timers: tuple[Way, ...]
    automatic: tuple[Way, ...]


@dataclass(frozen=True)
class ProcessPlan:
    """A process and its stages."""

    process: m.Process
    stages: Mapping[str, StagePlan]
    events: frozenset[str]
    """Every event that any of its transitions waits for."""


@dataclass(frozen=True)
class Pattern:
    """An event that closes something, with the condition on it."""

    event: str
    holds: Evaluate


@dataclass(frozen=True)
class FollowUpPlan:
    """A follow-up, ready."""

    rule: m.FollowUp
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

    def next_open(self, moment: Instant) -> Instant:
        """Give the first moment from this one on at which a task of the rule may be due."""
        return moment if self.times is None else self.times.next_open(moment)


@dataclass(frozen=True)
class OfferPlan:
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


@dataclass(frozen=True)
class RecordPlan:
    """Everything that runs for records of one kind."""

    record: m.Record
    processes: tuple[ProcessPlan, ...]
    follow_ups: tuple[FollowUpPlan, ...]
    offers: tuple[OfferPlan, ...]
    offers_in_turn: tuple[OfferPlan, ...]
    """The order in which offers may open at one moment: on a ladder the lowest step first."""
    events: frozenset[str]


@dataclass
class Program:
    """A compiled spec."""

    spec: m.Spec
    zone: Zone = field(init=False)
    compiler: Compiler = field(init=False)
    records: dict[str, RecordPlan] = field(init=False)
    event_order: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        """Compile every construct of the spec."""
        self.zone = Zone(self.spec.timezone, self.spec.calendars)
        self.compiler = Compiler(self.zone, self.spec.lets, self.spec.decisions)
        self.event_order = {name: index for index, name in enumerate(self.spec.events)}
        self.records = {name: self._record(record) for name, record in self.spec.records.items()}

    @property
    def cases_touch(self) -> bool:
        """Whether any transition emits an event to another record, or opens one."""
        return any(
            isinstance(effect, m.OpenRecord) or (isinstance(effect, m.Emit) and effect.to_field is not None)
            for process in self.spec.processes.values()
            for stage in process.stages.values()
            for transition in stage.transitions
            for effect in transition.effects
        )

    def guard(self, expression: Expression | None) -> Guard:
        """Compile a condition."""
        return Guard(
            expression,
            self.compiler.condition(expression),
            self.compiler.next_change(expression),
            tuple((_words(part), self.compiler.compile(part)) for part in self.sources(expression)),
        )

    def rounded(self, value: Any, kind: Type) -> Any:
        """Give a value as it is stored: money rounded to the minor unit, a number at its shortest."""
        if value is not None and isinstance(kind, MoneyType):
            with localcontext(EXACT):
                return round_money(value, self.spec.currency)
        return shortest(value) if isinstance(value, Decimal) else value

    @staticmethod
    def unknown_names(guard: Guard, view: View) -> list[Phrase | str]:
        """Give what makes a condition unknown, each once, in the order of the text."""
        return list(dict.fromkeys(words for words, value in guard.sources if value(view) is None))

    def sources(self, expression: Expression | None) -> Iterator[Expression]:
        """Yield the parts of a condition whose value may not be known, in the order of the text."""
        match expression:
            case None:
                return
            case e.LetValue(name):
                yield from self.sources(self.spec.lets[name].value)
            case e.DecisionValue(name):
                for subject in self.spec.decisions[name].inputs:
                    yield from self.sources(subject)
            case e.RecordField() | e.EventField() | e.Elapsed() | e.History():
                yield expression
            case _:
                for part in e.children(expression):
                    yield from self.sources(part)

    def _record(self, record: m.Record) -> RecordPlan:
        spec = self.spec
        offers = tuple(
            self._offer(offer, index)
            for index, offer in enumerate(spec.offers.values())
            if offer.record == record.name
        )
        return RecordPlan(
            record,
            tuple(self._process(process) for process in spec.processes_of(record.name)),
            tuple(
                self._follow_up(rule, index)
                for index, rule in enumerate(spec.follow_ups.values())
                if rule.record == record.name
            ),
            offers,
            tuple(sorted(offers, key=lambda plan: plan.step)),
            frozenset(event.name for event in spec.events_of(record.name)),
        )

    def _process(self, process: m.Process) -> ProcessPlan:
        stages = {name: self._stage(stage) for name, stage in process.stages.items()}
        events = frozenset(event for stage in stages.values() for event in stage.on_event)
        return ProcessPlan(process, stages, events)

    def _stage(self, stage: m.Stage) -> StagePlan:
        on_event: dict[str, list[Way]] = {}
        timers: list[Way] = []
        automatic: list[Way] = []
        for index, transition in enumerate(stage.transitions):
            way = self._way(transition, index)
            match transition.trigger:
                case m.OnEvent(event):
                    on_event.setdefault(event, []).append(way)
                case m.After() | m.Silence():
                    timers.append(way)
                case m.Always():
                    automatic.append(way)
        by_event = {event: tuple(ways) for event, ways in on_event.items()}
        return StagePlan(stage, by_event, tuple(timers), tuple(automatic))

    def _way(self, transition: m.Transition, index: int) -> Way:
        values: list[dict[str, Evaluate]] = []
        for effect in transition.effects:
            match effect:
                case m.SetField(name, value):
                    values.append({name: self.compiler.compile(value)})
                case m.Emit(values=assigned) | m.OpenRecord(values=assigned):
                    values.append({name: self.compiler.compile(value) for name, value in assigned.items()})
        return Way(transition, self.guard(transition.guard), tuple(values), index)

    def _patterns(self, patterns: tuple[m.EventPattern, ...]) -> tuple[Pattern, ...]:
        return tuple(Pattern(found.event, self.compiler.condition(found.guard)) for found in patterns)

    def _follow_up(self, rule: m.FollowUp, index: int) -> FollowUpPlan:
        return FollowUpPlan(
            rule,
            self.guard(rule.condition),
            self.compiler.condition(rule.anchor.guard if isinstance(rule.anchor, m.AfterEvent) else None),
            self._patterns(rule.done_on),
            self._patterns(rule.cancelled_on),
            index,
            ContactTimes(self.zone, hours) if (hours := self.spec.hours_of(rule)) else None,
            self.guard(rule.until),
            self._message(rule) if rule.text is not None else None,
        )

    def _message(self, rule: m.FollowUp) -> Message:
        """Compile the values that stand in a rule's text."""
        parts = [
            part if isinstance(part, str) else (part.type, self.compiler.compile(part))
            for part in rule.text_parts
        ]
        return Message(parts, load_dialect(self.spec.language), self.zone, self.spec.currency)

    def _offer(self, offer: m.Offer, index: int) -> OfferPlan:
        return OfferPlan(
            offer,
            self.guard(offer.condition),
            self._patterns(offer.accepted_on),
            self._patterns(offer.declined_on),
            self._optional(offer.price),
            self._optional(offer.discount),
            index,
        )

    def _optional(self, expression: Expression | None) -> Evaluate | None:
        return None if expression is None else self.compiler.compile(expression)


def _words(part: Expression) -> Phrase | str:
    """Say in words what a part of a condition asks for."""
    match part:
        case e.Elapsed(anchor=e.Anchor.ENTRY):
            return phrase("unknown.time_in_stage")
        case e.Elapsed(anchor=e.Anchor.FIELD, name=name):
            return name
        case e.Elapsed(anchor=anchor, name=name):
            return phrase(f"unknown.{anchor.value}_event", event=name)
        case e.History(how, event, field) if field is not None:
            return phrase(f"unknown.{how.value}_of", name=f"{event}.{field}")
        case e.History(_, event):
            return event
        case _:
            return str(getattr(part, "name", ""))
