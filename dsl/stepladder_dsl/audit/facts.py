"""What the questions ask a spec, each worked out once: who buys, and what lies before and behind that.

Nothing here looks at names. What a thing means for the business follows from what the spec does with
it: an event is a purchase because money comes with it and is added up, a stage lies behind the
purchase because nobody gets there without one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Literal

from stepladder_dsl.graph.walks import reachable_from
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model.spec import (
    After,
    AfterEntering,
    AfterEvent,
    AfterSilence,
    Event,
    Field,
    FollowUp,
    Metric,
    Offer,
    OfferKind,
    OnEvent,
    Outcome,
    Process,
    Silence,
    Spec,
    Stage,
    Transition,
)
from stepladder_dsl.model.types import ChoiceType, Duration, MoneyType, ReferenceType, Unit

Place = tuple[str, str]
"""A process and one of its stages."""
Side = Literal["before", "after", "any"]
"""On which side of the purchase somebody stands."""

_DAYS = {
    Unit.MINUTE: 1 / 1440,
    Unit.HOUR: 1 / 24,
    Unit.DAY: 1.0,
    Unit.WEEK: 7.0,
    Unit.MONTH: 30.4375,
    Unit.YEAR: 365.25,
}
_WORKING_DAYS_A_WEEK = 5
_ADDING = {e.Aggregate.SUM, e.Aggregate.AVERAGE}
_COUNTING = {e.Aggregate.SUM, e.Aggregate.COUNT}


def days(duration: Duration) -> float:
    """Give about how many days a duration takes; working days and hours as those of an ordinary week.

    >>> days(Duration(48, Unit.HOUR)), round(days(Duration(1, Unit.YEAR)))
    (2.0, 365)
    """
    length = duration.amount * _DAYS[duration.unit]
    if duration.calendar is None:
        return length
    # A working hour is an eighth of a working day.
    share = 1 if duration.unit is Unit.DAY else 24 / 8
    return length * share * 7 / _WORKING_DAYS_A_WEEK


@dataclass(frozen=True)
class Facts:
    """A spec, and what follows from it for the questions."""

    spec: Spec

    # expressions

    def expanded(self, *expressions: e.Expression | None) -> Iterator[e.Expression]:
        """Yield expressions and everything inside them, also inside the values and tables they name."""
        waiting = [expression for expression in expressions if expression is not None]
        seen: set[str] = set()
        while waiting:
            part = waiting.pop(0)
            yield part
            waiting += e.children(part)
            if isinstance(part, e.LetValue) and part.name not in seen:
                seen.add(part.name)
                waiting.append(self.spec.lets[part.name].value)
            if isinstance(part, e.DecisionValue) and part.decision not in seen:
                seen.add(part.decision)
                decision = self.spec.decisions[part.decision]
                waiting += decision.inputs
                waiting += [cell for row in decision.rows for cell in row.tests if cell is not None]

    def history(self, *expressions: e.Expression | None) -> list[e.History]:
        """Give what expressions look up in the history of events."""
        return [part for part in self.expanded(*expressions) if isinstance(part, e.History)]

    def asks_for_much(self, expression: e.Expression | None) -> bool:
        """Say whether a condition asks for at least so many purchases, or so much spent."""
        return any(self.is_at_least(part, self.purchases) for part in self.expanded(expression))

    def is_at_least(self, part: e.Expression, events: Collection[str], least: int = 1) -> bool:
        """Say whether a test asks for at least so many events of some kinds, or so much of them."""
        if not isinstance(part, e.Comparison):
            return False
        operator, subject, bound = part.operator, part.left, part.right
        if isinstance(subject, e.Literal):
            operator = {"<": ">", "<=": ">="}.get(operator, "")
            subject, bound = bound, subject
        if operator not in {">", ">="} or not isinstance(bound, e.Literal) or bound.value is None:
            return False
        if not isinstance(bound.value, Decimal) or bound.value + (operator == ">") < least:
            return False
        return any(found.event in events and found.aggregate in _COUNTING for found in self.history(subject))

    # purchases

    @cached_property
    def purchases(self) -> dict[str, Event]:
        """The events by which somebody pays us.

        Money comes with them, and it is added up somewhere, or an offer that sells is accepted by
        them. Where there is none: those that lead to an end that is won; then those with money.
        """
        with_money = {event.name: event for event in self.spec.events.values() if self.money_field(event)}
        added = {found.event for found in self._sums} | self._accepting(_SELLING)
        for names in (added & set(with_money), set(self._winning), set(with_money)):
            if names:
                return {name: event for name, event in self.spec.events.items() if name in names}
        return {}

    @property
    def _sums(self) -> Iterator[e.History]:
        values = [let.value for let in self.spec.lets.values()]
        values += [metric.value for metric in self.spec.metrics.values()]
        return (found for found in self.history(*values) if found.field and found.aggregate in _ADDING)

    def _accepting(self, kinds: Collection[OfferKind]) -> set[str]:
        offers = (offer for offer in self.spec.offers.values() if offer.kind in kinds)
        return {pattern.event for offer in offers for pattern in offer.accepted_on}

    @property
    def _winning(self) -> Iterator[str]:
        """Yield the events that lead to an end that is won, for the first time."""
        for process, stage in self.all_stages:
            for event, transition in moves(stage):
                target = process.stages[transition.target or ""]
                again = any(isinstance(part, e.Reached) for part in self.expanded(transition.guard))
                if target.end is Outcome.WON and not again:
                    yield event

    @staticmethod
    def money_field(event: Event) -> str | None:
        """Give the first field of an event that holds money."""
        return next(
            (field.name for field in event.fields.values() if isinstance(field.type, MoneyType)), None
        )

    @cached_property
    def clients(self) -> tuple[str, ...]:
        """The kinds of record that buy; the first record of the text where nothing is bought."""
        found = tuple(dict.fromkeys(event.record for event in self.purchases.values()))
        followed = [process.record for process in self.spec.processes.values()]
        return found or tuple(followed[:1]) or tuple(self.spec.records)[:1]

    @cached_property
    def processes(self) -> list[Process]:
        """The processes that clients go through."""
        return [process for process in self.spec.processes.values() if process.record in self.clients]

    # places

    @cached_property
    def all_stages(self) -> list[tuple[Process, Stage]]:
        """Every stage with its process, in the order of the text."""
        return [
            (process, stage) for process in self.spec.processes.values() for stage in process.stages.values()
        ]

    @cached_property
    def stages(self) -> dict[Place, Stage]:
        """Every stage in which a client can stand, in the order of the text."""
        return {
            (process.name, stage.name): stage
            for process in self.processes
            for stage in process.stages.values()
        }

    @cached_property
    def starts(self) -> dict[Place, Stage]:
        """The stages in which clients begin."""
        places = [(process.name, process.start or "") for process in self.processes]
        return {place: self.stages[place] for place in places if place in self.stages}

    @cached_property
    def before(self) -> dict[Place, Stage]:
        """The stages that a client can reach without a purchase."""
        reached: set[Place] = set()
        for process in self.processes:
            ways = {
                stage.name: [
                    transition.target
                    for transition in stage.transitions
                    if transition.target and not self.is_for_buyers(process, transition)
                ]
                for stage in process.stages.values()
            }
            names = reachable_from(ways, [process.start] if process.start else [])
            reached |= {(process.name, name) for name in names}
        return {place: stage for place, stage in self.stages.items() if place in reached}

    @cached_property
    def after(self) -> dict[Place, Stage]:
        """The stages to which only a purchase leads."""
        if not self.purchases:
            return {}
        return {place: stage for place, stage in self.stages.items() if place not in self.before}

    def is_for_buyers(self, process: Process, transition: Transition) -> bool:
        """Say whether a way is open to buyers only, or to those alone who have been where it leads."""
        back = e.Reached(process.name, transition.target or "")
        if back in conjuncts(transition.guard):
            return True
        match transition.trigger:
            case OnEvent(event=event):
                by_event = event in self.purchases
            case After(since_event=event):
                by_event = event in self.purchases
            case _:
                by_event = False
        return by_event or self._holds_after_purchase_only(transition.guard)

    def _holds_after_purchase_only(self, guard: e.Expression | None) -> bool:
        match guard:
            case e.Logical(operator="and", operands=operands):
                return any(self._holds_after_purchase_only(operand) for operand in operands)
            case e.Logical(operands=operands):
                return all(self._holds_after_purchase_only(operand) for operand in operands)
            case e.Comparison():
                return self.is_at_least(guard, self.purchases)
            case _:
                return False

    @cached_property
    def talked(self) -> dict[Place, Stage]:
        """The stages in which somebody has talked to us and not bought: to them leads more than the start."""
        return {
            place: stage
            for place, stage in self.before.items()
            if stage.end is None and place not in self.starts
        }

    # who is spoken to

    def side_of_event(self, event: str) -> Side:
        """Say on which side of the purchase an event moves clients."""
        if event in self.purchases:
            return "after"
        places = [
            place
            for place, stage in self.stages.items()
            if any(moving == event for moving, _ in moves(stage))
        ]
        if not places:
            return "any"
        return "before" if any(place in self.before for place in places) else "after"

    def places_of(self, follow_up: FollowUp) -> set[Place]:
        """Give the stages of clients that a follow-up names, by its beginning or its condition."""
        return self.places_named(follow_up) & set(self.stages)

    def places_named(self, follow_up: FollowUp) -> set[Place]:
        """Give the stages that a follow-up names, of any record."""
        named = {
            (part.process, part.stage)
            for part in self.expanded(follow_up.condition)
            if isinstance(part, e.NowIn)
        }
        if isinstance(follow_up.anchor, AfterEntering):
            named.add((follow_up.anchor.process, follow_up.anchor.stage))
        return named

    def side_of(self, follow_up: FollowUp) -> Side:
        """Say on which side of the purchase the clients of a follow-up stand."""
        places = self.places_of(follow_up)
        if places:
            return "after" if places & set(self.after) else "before"
        match follow_up.anchor:
            case AfterEvent(event=event) | AfterSilence(event=event):
                return self.side_of_event(event)
            case _:
                return "any"

    @cached_property
    def follow_ups(self) -> list[FollowUp]:
        """The follow-ups on clients."""
        return [rule for rule in self.spec.follow_ups.values() if rule.record in self.clients]

    def follow_ups_on(self, side: Side) -> list[FollowUp]:
        """Give the follow-ups on clients who stand on one side of the purchase."""
        return [rule for rule in self.follow_ups if self.side_of(rule) == side]

    def asks(self, follow_up: FollowUp) -> bool:
        """Say whether a follow-up is more than a reminder to pay: something else than a purchase does it."""
        done = {pattern.event for pattern in follow_up.done_on}
        return not done or not done <= set(self.purchases)

    # offers

    @cached_property
    def offers(self) -> list[Offer]:
        """The offers to clients."""
        return [offer for offer in self.spec.offers.values() if offer.record in self.clients]

    def offers_of(self, *kinds: OfferKind) -> list[Offer]:
        """Give the offers of some kinds."""
        return [offer for offer in self.offers if offer.kind in kinds]

    @staticmethod
    def is_open_in(offer: Offer, places: Iterable[Place]) -> bool:
        """Say whether an offer is made in one of some stages; one that names none is made in all."""
        return not offer.stages or bool(set(offer.stages) & set(places))

    # figures

    def metrics_of_clients(self) -> list[Metric]:
        """Give the metrics that look at clients or at what happens to them."""
        return [
            metric
            for metric in self.spec.metrics.values()
            if any(
                (isinstance(part, e.Population) and part.record in self.clients)
                or (isinstance(part, e.History) and self.spec.events[part.event].record in self.clients)
                for part in self.expanded(metric.value)
            )
        ]

    @cached_property
    def channels(self) -> dict[str, Field]:
        """The choices of a client by which a figure is told apart, by the metric's name: how clients came."""
        found: dict[str, Field] = {}
        for metric in self.metrics_of_clients():
            groupings = [metric.record_groupings.get(record) for record in self.clients]
            groupings += metric.event_groupings.values()
            for grouping in groupings:
                for value in () if grouping is None or grouping.via else grouping.values:
                    field = self._own_field(value)
                    if field is not None and isinstance(field.type, ChoiceType):
                        found.setdefault(metric.name, field)
        return found

    def _own_field(self, value: e.Expression) -> Field | None:
        if not isinstance(value, e.RecordField):
            return None
        fields = (self.spec.records[record].fields for record in self.clients)
        return next((own[value.name] for own in fields if value.name in own), None)

    @cached_property
    def introductions(self) -> dict[str, Field]:
        """The fields of clients that name another client, by record: who brought whom."""
        return {
            record: field
            for record in self.clients
            for field in self.spec.records[record].fields.values()
            if field.type == ReferenceType(record) and field.name not in self.spec.records[record].belongs_to
        }

    @cached_property
    def referrals(self) -> dict[str, Event]:
        """The events by which an offer to bring somebody is accepted."""
        names = self._accepting({OfferKind.REFERRAL}) - set(self.purchases)
        return {name: self.spec.events[name] for name in names}


_SELLING = set(OfferKind) - {OfferKind.FRONT_END, OfferKind.REFERRAL}
"""The kinds of offer that are paid for by whoever accepts them."""


def conjuncts(guard: e.Expression | None) -> tuple[e.Expression, ...]:
    """Give the conditions that must all hold for a guard to hold."""
    if isinstance(guard, e.Logical) and guard.operator == "and":
        return tuple(part for operand in guard.operands for part in conjuncts(operand))
    return () if guard is None else (guard,)


def moves(stage: Stage) -> Iterator[tuple[str, Transition]]:
    """Yield the events that lead out of a stage, each with its way."""
    for transition in stage.transitions:
        if isinstance(transition.trigger, OnEvent) and transition.target not in {None, stage.name}:
            yield transition.trigger.event, transition


def waits(stage: Stage) -> Iterator[tuple[Duration | None, Transition]]:
    """Yield the ways out of a stage that time opens, each with its length (None: kept in a field)."""
    for transition in stage.transitions:
        if isinstance(transition.trigger, After | Silence) and transition.target not in {None, stage.name}:
            yield transition.trigger.duration, transition
