"""A spec made ready to run: every guard and value compiled once, every table looked up by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import field
from decimal import Decimal, localcontext
from functools import cached_property
from typing import Any

from stepladder_dsl.keywords.dialect import load_dialect
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model import spec as m
from stepladder_dsl.model.expressions import Expression
from stepladder_dsl.model.money import round_money
from stepladder_dsl.model.types import MoneyType, Type
from stepladder_dsl.record import record
from stepladder_engine.calendars.contact import ContactTimes
from stepladder_engine.calendars.zone import Zone
from stepladder_engine.expressions.compile import Compiler
from stepladder_engine.expressions.logic import Evaluate
from stepladder_engine.expressions.tally import EXACT, shortest
from stepladder_engine.expressions.view import View
from stepladder_engine.runtime.messages import Message
from stepladder_engine.runtime.plans import (
    FollowUpPlan,
    Guard,
    Occasion,
    OfferPlan,
    Pattern,
    ProcessPlan,
    RecordPlan,
    StagePlan,
    Way,
)
from stepladder_engine.texts.catalogue import Phrase, phrase


@record(frozen=False)
class Program:
    """A compiled spec."""

    spec: m.Spec
    zone: Zone = field(init=False)
    compiler: Compiler = field(init=False)
    records: dict[str, RecordPlan] = field(init=False)
    event_order: dict[str, int] = field(init=False)
    happened: dict[str, Phrase] = field(init=False)
    """What the journal says of what an event has led to."""
    lowered: dict[Any, Any] = field(init=False, default_factory=dict, repr=False, compare=False)
    """What an executor has made of it, by what that depends on."""

    def __post_init__(self) -> None:
        """Compile every construct of the spec."""
        self.zone = Zone(self.spec.timezone, self.spec.calendars)
        self.compiler = self.make_compiler()
        self.event_order = {name: index for index, name in enumerate(self.spec.events)}
        self.happened = {name: phrase("reason.event", event=name) for name in self.spec.events}
        self.records = {name: self._record(record) for name, record in self.spec.records.items()}

    def make_compiler(self) -> Compiler:
        """Make what compiles the expressions of the spec."""
        return Compiler(self.zone, self.spec.lets, self.spec.decisions)

    @cached_property
    def all_stages(self) -> int:
        """How many stages all processes have together."""
        return sum(len(process.stages) for process in self.spec.processes.values())

    @cached_property
    def unawaited(self) -> dict[str, tuple[Phrase, Phrase]]:
        """What is said of an event of each kind that nothing waits for: why, and in the journal."""
        reason = phrase("reason.nothing_waits")
        return {
            name: (reason, phrase("reason.event_failed", event=name, reason=reason))
            for name in self.spec.events
        }

    @cached_property
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
        timed = tuple(
            (way.index, change) for way in automatic if (change := way.guard.next_change) is not None
        )
        moved_by_event = _places(_events_moving(way.transition.trigger) for way in timers)
        moved_by_field = _places(_fields_moving(way.transition.trigger) for way in timers)
        return StagePlan(
            stage, by_event, tuple(timers), tuple(automatic), timed, moved_by_event, moved_by_field
        )

    def _way(self, transition: m.Transition, index: int) -> Way:
        values: list[dict[str, Evaluate]] = []
        for effect in transition.effects:
            match effect:
                case m.SetField(name, value):
                    values.append({name: self.compiler.compile(value)})
                case m.Emit(values=assigned) | m.OpenRecord(values=assigned):
                    values.append({name: self.compiler.compile(value) for name, value in assigned.items()})
        return Way(transition, self.guard(transition.guard), tuple(values), index, _reason(transition))

    def _patterns(self, patterns: tuple[m.EventPattern, ...]) -> tuple[Pattern, ...]:
        return tuple(Pattern(found.event, self.compiler.condition(found.guard)) for found in patterns)

    def _follow_up(self, rule: m.FollowUp, index: int) -> FollowUpPlan:
        return FollowUpPlan(
            rule,
            _occasion(rule.anchor),
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


def _reason(transition: m.Transition) -> Phrase:
    """Say why a way is taken: an event, a timer or a condition."""
    match transition.trigger:
        case m.OnEvent(event):
            return phrase("reason.event", event=event)
        case m.After() | m.Silence():
            return phrase("reason.timer", text=transition.text)
        case m.Always():
            return phrase("reason.condition", text=transition.guard_text)


def _occasion(anchor: m.FollowUpAnchor) -> Occasion:
    """Say what the tasks of a rule count from."""
    match anchor:
        case m.AfterEvent(event):
            return Occasion(event, event)
        case m.AfterSilence(event):
            return Occasion(f"no {event}", phrase("reason.no_event", event=event))
        case m.AfterEntering(_, stage):
            return Occasion(f"entering {stage}", phrase("reason.entering", stage=stage))
        case m.AfterField(name):
            return Occasion(name, name)


def _events_moving(trigger: m.Trigger) -> set[str | None]:
    """Give the event with which a timer moves."""
    match trigger:
        case m.Silence():
            return {trigger.event}
        case m.After():
            return {trigger.since_event}
    return set()


def _fields_moving(trigger: m.Trigger) -> set[str | None]:
    """Give the fields with which a timer moves."""
    return {trigger.since_field, trigger.duration_field} if isinstance(trigger, m.After) else set()


def _places(moving: Iterable[set[str | None]]) -> dict[str, tuple[int, ...]]:
    """Turn what moves each of several timers into the places of the timers that each moves."""
    found: dict[str, tuple[int, ...]] = {}
    for place, names in enumerate(moving):
        for name in names - {None}:
            found[str(name)] = (*found.get(str(name), ()), place)
    return found


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
