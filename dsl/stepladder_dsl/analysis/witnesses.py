"""Example clients: a record and its history for which given expressions have given values.

A witness is made only where it is certain that running it gives those values: plain fields, and
figures over the history of which the processes leave the fields and the events alone. Whatever
else is asked for has no witness here, which says nothing about whether there is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import Any

from stepladder_dsl.analysis.domains import Domain, Names, names
from stepladder_dsl.analysis.full_domains import within_limits
from stepladder_dsl.analysis.intervals import Interval, Ranges, Scale, ranges
from stepladder_dsl.analysis.samples import SAMPLES
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model import spec as m
from stepladder_dsl.model.money import minor_unit
from stepladder_dsl.model.types import DatetimeType, Duration, DurationType, ListType, MoneyType, Unit

TODAY = date(2026, 6, 1)
"""The day of every example."""
_DAYS = {Unit.DAY: 1, Unit.WEEK: 7}
_MOST_EVENTS = 12
Wish = tuple[e.Expression, Domain]
"""An expression, and the values of which it is to have one."""


class NoWitness(Exception):
    """No client is certain to have these values."""


@dataclass
class Witness:
    """A record and what has happened to it: each event with how many days ago it did."""

    record: str
    values: dict[str, Any] = field(default_factory=dict)
    events: list[tuple[int, str, dict[str, Any]]] = field(default_factory=list)
    met: list[tuple[e.Expression, Any]] = field(default_factory=list)
    """What each wish came to."""

    def scenario(self, title: str, expectation: e.Expression) -> m.Scenario:
        """Give the scenario in which this client appears and the condition holds."""
        case = m.Case(self.record, self.record)
        steps: list[m.ScenarioStep] = []
        for ago, event, values in sorted(self.events, key=lambda happened: -happened[0]):
            moment = datetime.combine(TODAY - timedelta(days=ago), time())
            steps.append(m.Happens(moment, event, case, values, date_only=True))
        if not steps or max(ago for ago, _, _ in self.events) > 0:
            steps.append(m.At(datetime.combine(TODAY, time()), date_only=True))
        given = m.Given(self.record, self.record, self.values)
        return m.Scenario(title, (given,), (*steps, m.ExpectThat(case, expectation)))


@dataclass(frozen=True)
class _Effects:
    """What the processes change: fields and events, and whether any of it happens by itself."""

    fields: frozenset[tuple[str, str]]
    events: frozenset[str]
    by_themselves: bool


class Witnesses:
    """Makes the example clients of one spec."""

    def __init__(self, spec: m.Spec) -> None:
        """Look through what the processes do."""
        self.spec = spec
        self._effects = _effects(spec)
        self._cent = Scale(minor_unit(spec.currency))

    def within(self, kind: m.Field) -> Domain | None:
        """Give what a field can certainly be in data: money in whole coins; None where that is not known."""
        found = within_limits(kind)
        if found is None:
            return None
        if isinstance(kind.type, MoneyType):
            found = Domain(Ranges(self._cent), unknown=True).intersection(found)
        patterns = [limit.value for limit in kind.limits if limit.operator == "matches"]
        return found if not patterns else Domain(_matching(found, patterns), unknown=found.unknown)

    def certain(self, expression: e.Expression, record: str) -> Domain | None:
        """Give values of an expression, one by one certain to occur once something has happened at all."""
        match expression:
            case e.RecordField(name):
                return self.within(self.spec.records[record].fields[name])
            case e.History(aggregate, event, name, _, None) if event not in self._effects.events:
                if name is None:
                    return Domain(ranges([Interval((Decimal(1), 0))], Scale(Decimal(1))))
                values = self.within(self.spec.events[event].fields[name])
                if values is None or aggregate is e.Aggregate.COUNT:
                    return None
                return values.known
            case e.Elapsed(unit, e.Anchor.LAST_EVENT | e.Anchor.FIRST_EVENT, event) if unit in _DAYS:
                if event in self._effects.events:
                    return None
                return Domain(ranges([Interval((Decimal(0), 0), (Decimal(1000), 1))], Scale(Decimal(1))))
            case _:
                return None

    def client(self, record: str, wishes: Sequence[Wish]) -> Witness:
        """Give a client with such values; raises `NoWitness` where none is certain."""
        witness = Witness(record)
        wanted: dict[str, Domain] = {}
        by_event: dict[str, list[Wish]] = {}
        for expression, domain in wishes:
            match expression:
                case e.RecordField(name):
                    wanted[name] = wanted[name].intersection(domain) if name in wanted else domain
                case e.History(event=event) | e.Elapsed(anchor=e.Anchor.LAST_EVENT, name=event):
                    by_event.setdefault(event, []).append((expression, domain))
                case e.Elapsed(anchor=e.Anchor.FIRST_EVENT, name=event):
                    by_event.setdefault(event, []).append((expression, domain))
                case _:
                    raise NoWitness
        for event, asked in by_event.items():
            self._happenings(witness, event, asked)
        self._check_effects(witness, set(wanted))
        witness.values = self._filled(self.spec.records[record].fields, wanted)
        self._check_windows(witness, wishes)
        order = [expression for expression, _ in wishes]
        witness.met += [
            (expression, witness.values.get(expression.name))
            for expression in dict.fromkeys(order)
            if isinstance(expression, e.RecordField)
        ]
        witness.met.sort(key=lambda met: order.index(met[0]))
        return witness

    @staticmethod
    def _check_windows(witness: Witness, wishes: Sequence[Wish]) -> None:
        """Refuse where the day on which something happened is longer than the time for which it counts."""
        windows = [expression.window for expression, _ in wishes if isinstance(expression, e.History)]
        ends_today = any(ago for ago, _, _ in witness.events)
        if ends_today and any(isinstance(window, e.LastWindow) for window in windows):
            raise NoWitness

    def _check_effects(self, witness: Witness, fields: set[str]) -> None:
        """Refuse where a process might change what is wished for before anybody looks."""
        changed = any((witness.record, name) in self._effects.fields for name in fields)
        may_happen = self._effects.by_themselves or bool(witness.events)
        if may_happen and (changed or any(event in self._effects.events for _, event, _ in witness.events)):
            raise NoWitness

    # fields

    def _filled(self, fields: Mapping[str, m.Field], wanted: Mapping[str, Domain]) -> dict[str, Any]:
        """Give a value to each field that is wished for or has to have one."""
        values: dict[str, Any] = {}
        for name, kind in fields.items():
            if name not in wanted and kind.optional:
                continue
            domain = self.within(kind)
            if domain is None or isinstance(kind.type, DatetimeType):
                raise NoWitness
            if name in wanted:
                domain = domain.intersection(wanted[name])
            if domain.is_empty:
                raise NoWitness
            value = _example(domain, kind)
            if value is not None:
                values[name] = value
        return values

    # history

    def _happenings(self, witness: Witness, event: str, wishes: Sequence[Wish]) -> None:
        """Let an event happen so that the figures over it come true."""
        declared = self.spec.events[event]
        counts = [wish for wish in wishes if isinstance(wish[0], e.History) and wish[0].field is None]
        sums = [wish for wish in wishes if isinstance(wish[0], e.History) and wish[0].field is not None]
        times = [wish for wish in wishes if isinstance(wish[0], e.Elapsed)]
        windows = {wish[0].window for wish in (*counts, *sums) if isinstance(wish[0], e.History)}
        # All happens at one moment, which is inside of every window.
        if any(map(len, ((*counts[1:],), (*sums[1:],), (*times[1:],)))):
            raise NoWitness
        if times and (windows - {None} or event in self._effects.events):
            raise NoWitness
        if any(isinstance(wish[0], e.History) and wish[0].where is not None for wish in wishes):
            raise NoWitness
        ago = self._days_ago(witness, times)
        for number, amounts in enumerate(self._amounts(declared, counts, sums)):
            if number >= _MOST_EVENTS:
                raise NoWitness
            values = self._filled(declared.fields, amounts)
            witness.events.append((ago, event, values))
        happened = [values for _, kind, values in witness.events if kind == event]
        witness.met += [(expression, Decimal(len(happened))) for expression, _ in counts]
        witness.met += [(expression, _figure(expression, happened)) for expression, _ in sums]

    @staticmethod
    def _days_ago(witness: Witness, wishes: Sequence[Wish]) -> int:
        for expression, domain in wishes:
            if not isinstance(expression, e.Elapsed) or expression.unit not in _DAYS:
                raise NoWitness
            near = Domain(ranges([Interval((Decimal(0), 0), (Decimal(1000), 1))], Scale(Decimal(1))))
            chosen = domain.intersection(near)
            if chosen.values.is_empty:
                raise NoWitness
            value = chosen.values.example()
            witness.met.append((expression, value))
            return int(value) * _DAYS[expression.unit]
        return 0

    def _amounts(
        self, declared: m.Event, counts: Sequence[Wish], figures: Sequence[Wish]
    ) -> Iterator[dict[str, Domain]]:
        """Yield for each happening the values that its fields are to have."""
        number = 1
        if counts:
            found = counts[0][1]
            if found.values.is_empty:
                raise NoWitness
            number = int(found.values.example())
        if not figures:
            yield from ({} for _ in range(min(number, _MOST_EVENTS + 1)))
            return
        figure, domain = figures[0]
        if not isinstance(figure, e.History) or figure.field is None:
            raise NoWitness
        if number == 0 or domain.values.is_empty:
            raise NoWitness
        name = figure.field
        allowed = self.within(declared.fields[name])
        if allowed is None:
            raise NoWitness
        if figure.aggregate is not e.Aggregate.SUM or number == 1:
            one = domain.intersection(allowed.known)
            if one.values.is_empty:
                raise NoWitness
            single = _only(one.values.example(), one)
            yield from ({name: single} for _ in range(min(number, _MOST_EVENTS + 1)))
            return
        yield from ({name: part} for part in _parts(domain, allowed.known, number))


def _parts(total: Domain, allowed: Domain, number: int) -> Iterator[Domain]:
    """Yield equal allowed amounts, so many that together are one of a set of totals."""
    if number > _MOST_EVENTS or not isinstance(total.values, Ranges):
        raise NoWitness
    for each in _shares(total.values, number):
        if allowed.contains(each) and total.contains(each * number):
            yield from (_only(each, allowed) for _ in range(number))
            return
    raise NoWitness


def _shares(totals: Ranges, number: int) -> Iterator[Decimal]:
    """Yield amounts of which so many may be one of the totals: even shares, and the next whole ones."""
    ends = [
        cut[0] for interval in totals.intervals for cut in (interval.low, interval.high) if cut is not None
    ]
    for total in (*([] if totals.is_empty else [totals.example()]), *ends):
        share = total / number
        whole = share.to_integral_value(ROUND_CEILING)
        yield from (whole, whole + 1, whole - 1, share)
    yield Decimal(1)


def _only(value: Any, like: Domain) -> Domain:
    """Give the set of one value."""
    if isinstance(like.values, Ranges):
        return Domain(ranges([Interval((value, 0), (value, 1))], like.values.scale))
    return Domain(names([value], universe=like.values.universe))


def _figure(expression: e.Expression, happened: Sequence[Mapping[str, Any]]) -> Any:
    """Compute what a history of equal amounts comes to."""
    if not isinstance(expression, e.History) or expression.field is None:
        raise NoWitness
    amounts = [values[expression.field] for values in happened]
    return sum(amounts, Decimal(0)) if expression.aggregate is e.Aggregate.SUM else amounts[0]


def _example(domain: Domain, kind: m.Field) -> Any:
    """Give a value that a scenario can be given in words."""
    if domain.values.is_empty:
        return None
    if isinstance(kind.type, ListType):
        return () if domain.contains(()) else _refuse()
    if isinstance(kind.type, DurationType) and isinstance(domain.values, Names) and not domain.values.among:
        days = (Duration(amount, Unit.DAY) for amount in range(1, 1000))
        return next((value for value in days if domain.contains(value)), None) or _refuse()
    return domain.values.example()


def _refuse() -> Any:
    raise NoWitness


def _matching(domain: Domain, patterns: Sequence[str]) -> Names:
    """Give the texts of a set that match patterns; of all but a few texts those that are easily found."""
    if not isinstance(domain.values, Names):
        return Names()
    candidates = domain.values.values if domain.values.among else SAMPLES
    return Names(
        frozenset(
            text
            for text in candidates
            if domain.contains(text) and all(re.fullmatch(pattern, text) for pattern in patterns)
        )
    )


def _effects(spec: m.Spec) -> _Effects:
    """Gather what all transitions of a spec change."""
    fields: set[tuple[str, str]] = set()
    events: set[str] = set()
    by_themselves = False
    for process in spec.processes.values():
        for stage in process.stages.values():
            for transition in stage.transitions:
                for effect in transition.effects:
                    by_themselves |= not isinstance(transition.trigger, m.OnEvent)
                    if isinstance(effect, m.SetField):
                        fields.add((process.record, effect.field))
                    elif isinstance(effect, m.Emit):
                        events.add(effect.event)
                    elif effect.into_field is not None:
                        fields.add((process.record, effect.into_field))
    return _Effects(frozenset(fields), frozenset(events), by_themselves)
