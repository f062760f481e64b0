"""A world of a few events, each with a day and its fields: every model of it is a history that can be run.

All moments lie at the same time of day before one fixed moment, so that calendar arithmetic is that of whole
days and months. Where hours are asked for they are minutes apart, back to the last change of the clocks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from stepladder_dsl.analysis.samples import SAMPLES
from stepladder_dsl.analysis.solver.answers import NOW
from stepladder_dsl.analysis.solver.encode import Codes, Encoded, World
from stepladder_dsl.analysis.solver.footprint import Footprint
from stepladder_dsl.analysis.solver.influence import Influence
from stepladder_dsl.analysis.solver.logic import (
    UNKNOWN,
    Formula,
    Items,
    Logic,
    NotExpressibleError,
    Term,
    Three,
    Value,
)
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model import spec as m
from stepladder_dsl.model import types as t

_LONGEST_AGO = 20 * 366
_MINUTES_A_DAY = 24 * 60
_MOST = 400
_MONTHS = {t.Unit.MONTH: 1, t.Unit.YEAR: 12}
_DAYS = {t.Unit.DAY: 1, t.Unit.WEEK: 7}
_MINUTES = {t.Unit.MINUTE: 1, t.Unit.HOUR: 60}


def months_before(months: int) -> date:
    """Give the day so many months before that of every example."""
    year, month = divmod(NOW.year * 12 + NOW.month - 1 - months, 12)
    return date(year, month + 1, NOW.day)


def steady_minutes(timezone: str) -> int:
    """Give for how many minutes before the moment of every example no clock has changed."""
    zone = ZoneInfo(timezone)
    now = NOW.replace(tzinfo=zone)
    days = 0
    while days < _LONGEST_AGO and (now - timedelta(days=days + 1)).utcoffset() == now.utcoffset():
        days += 1
    return days * _MINUTES_A_DAY


@dataclass
class Slot:
    """A place for an event: its kind (0: none), how long ago, and the values of its fields."""

    kind: Term
    minutes: Term
    days: Term
    fields: dict[tuple[str, str], Encoded] = field(default_factory=dict)


@dataclass(frozen=True)
class Listed(Items):
    """A list that is made of those constants which are chosen."""

    chosen: Mapping[int, Formula] = field(default_factory=dict)


class ConcreteWorld(World):
    """A record with a few events, the last of them the event at hand, if there is one."""

    def __init__(
        self,
        logic: Logic,
        spec: m.Spec,
        codes: Codes,
        influence: Influence,
        record: str,
        event: str | None,
        read: Footprint,
        slots: int,
    ) -> None:
        """Make room for so many events; raises where no history is sure to tell the truth."""
        super().__init__(logic, spec, codes)
        self.record = spec.records[record]
        self.event = event
        self.read = read
        disturbing = influence.disturbing(record, read)
        if disturbing is None or read.asks_where:
            raise NotExpressibleError
        self.kinds = sorted(name for name in read.events if spec.events[name].record == record)
        if event in disturbing:
            raise NotExpressibleError
        self.steady = steady_minutes(spec.timezone) if read.asks_hours else 0
        self.record_values: dict[str, Encoded] = {}
        self.numbers: list[Term] = []
        """The numbers and amounts that are free to choose."""
        self.slots = [self._slot(number) for number in range(slots if self.kinds else 0)]
        self.laws += [
            slot.kind != self.kind_of(name)
            for slot in self.slots
            for name in self.kinds
            if name in disturbing
        ]
        self._order()
        self._slot_at_hand: Slot | None = self.slots[-1] if event is not None else None

    def kind_of(self, event: str) -> int:
        """Give the number of a kind of event."""
        return self.kinds.index(event) + 1

    @property
    def used(self) -> list[Term]:
        """For each place the number 1 where an event stands in it."""
        z3 = self.logic.z3
        return [z3.If(slot.kind != 0, z3.IntVal(1), z3.IntVal(0)) for slot in self.slots]

    def _slot(self, number: int) -> Slot:
        kind, days = self.whole(f"kind {number}"), self.whole(f"days {number}")
        self.laws += [kind >= 0, kind <= len(self.kinds), days >= 0, days <= _LONGEST_AGO]
        if not self.read.asks_hours:
            return Slot(kind, days * _MINUTES_A_DAY, days)
        minutes = self.whole(f"minutes {number}")
        start = days * _MINUTES_A_DAY
        self.laws += [minutes <= self.steady, start <= minutes, minutes < start + _MINUTES_A_DAY]
        return Slot(kind, minutes, days)

    def _order(self) -> None:
        """Events follow each other, each at a moment of its own; empty places come first."""
        for earlier, later in zip(self.slots, self.slots[1:], strict=False):
            self.laws += [
                earlier.minutes > later.minutes,
                self.logic.z3.Implies(later.kind == 0, earlier.kind == 0),
            ]
        if self.slots and self.event is not None:
            last = self.slots[-1]
            self.laws += [last.minutes == 0, last.kind == self.kind_of(self.event)]
        elif self.slots:
            self.laws.append(self.slots[-1].minutes > 0)

    # fields

    def record_field(self, field: e.RecordField) -> Encoded:
        """Give a field of the record as its `given` line has it."""
        if field.name not in self.record_values:
            self.record_values[field.name] = self._plain(self.record.fields[field.name])
        return self.record_values[field.name]

    def event_field(self, field: e.EventField) -> Encoded:
        """Give a field of the event at hand, which in `where` is each in turn."""
        if self._slot_at_hand is None:
            raise NotExpressibleError
        return self._slot_field(self._slot_at_hand, field.event, field.name)

    def _slot_field(self, slot: Slot, event: str, name: str) -> Encoded:
        key = (event, name)
        if key not in slot.fields:
            slot.fields[key] = self._plain(self.spec.events[event].fields[name])
        return slot.fields[key]

    def _plain(self, field: m.Field) -> Encoded:
        """Make a value that can be written, within the limits of its field."""
        if isinstance(field.type, t.DatetimeType):
            if field.optional:
                return UNKNOWN
            raise NotExpressibleError
        known: Formula = self.open_question(f"{field.name} known") if field.optional else True
        if isinstance(field.type, t.ListType):
            return self._plain_list(field, field.type, known)
        term = self.variable(field.type, field.name)
        if isinstance(field.type, t.NumberType | t.MoneyType):
            self.numbers.append(term)
        self.laws.append(self.logic.if_so(known, self._can_be_written(term, field)))
        for limit in field.limits:
            compares = limit.operator != "matches" and not isinstance(limit.value, bool)
            bound = self.constant(limit.value) if compares else None
            if isinstance(bound, Value):
                self.laws.append(self.logic.if_so(known, self._holds(limit.operator, term, bound.term)))
        return Value(term, known)

    def _can_be_written(self, term: Term, field: m.Field) -> Formula:
        """Hold a value to those that a scenario can tell."""
        z3 = self.logic.z3
        match field.type:
            case t.NumberType() | t.MoneyType():
                return self._has_places(term, self.read.places)
            case t.DateType():
                return z3.And(term >= date(1930, 1, 1).toordinal(), term <= date(2099, 12, 31).toordinal())
            case t.YesNoType():
                return True
            case t.DurationType():
                self.codes.duration(t.Duration(1, t.Unit.DAY))
                return self._one_among(term, self.codes.durations)
            case t.ChoiceType(values=values):
                return self._one_among(term, [self.codes.text(value) for value in values])
            case _:
                return self._one_among(term, [self.codes.text(text) for text in self._texts_for(field)])

    def _texts_for(self, field: m.Field) -> list[str]:
        """Give the texts that a field may hold: those that are spoken of, and some others."""
        import re

        patterns = [limit.value for limit in field.limits if limit.operator == "matches"]
        texts = sorted(self.read.texts | set(self.codes.fresh) | set(SAMPLES if patterns else ()))
        return [text for text in texts if all(re.fullmatch(pattern, text) for pattern in patterns)]

    def _one_among(self, term: Term, options: list[int]) -> Formula:
        return self.logic.some(*(term == option for option in options))

    def _plain_list(self, field: m.Field, kind: t.ListType, known: Formula) -> Items:
        """Make a list of any of the constants that are spoken of."""
        match kind.element:
            case t.ChoiceType(values=values):
                options = [self.codes.text(value) for value in values]
            case t.TextType() | t.PersonType() | t.ReferenceType():
                options = [self.codes.text(text) for text in sorted(self.read.texts)]
            case _:
                raise NotExpressibleError
        chosen = {option: self.open_question(f"{field.name} has {option}") for option in options}
        logic = self.logic

        def has(term: Term) -> Formula:
            return logic.some(*(logic.every(is_in, term == option) for option, is_in in chosen.items()))

        self.laws.append(logic.some(*chosen.values(), logic.no(known)))
        return Listed(known, has, chosen=chosen)

    # history

    def history(self, expression: e.History) -> Encoded:
        """Give an aggregate over the events in their places."""
        logic = self.logic
        rows: list[tuple[Formula, Value]] = []
        for slot in self.slots:
            taken = self._selected(expression, slot)
            if expression.field is None:
                rows.append((taken, Value(logic.z3.RealVal(1))))
                continue
            value = self._slot_field(slot, expression.event, expression.field)
            if isinstance(value, Items):
                raise NotExpressibleError
            if value.term is not None:
                rows.append((logic.every(taken, value.known), value))
        match expression.aggregate:
            case e.Aggregate.COUNT:
                return Value(self._count(rows))
            case e.Aggregate.SUM:
                return Value(self._sum(rows))
            case e.Aggregate.AVERAGE:
                return self._average(rows)
            case e.Aggregate.MIN | e.Aggregate.MAX:
                least = expression.aggregate is e.Aggregate.MIN
                found: Value = UNKNOWN
                for taken, value in rows:
                    found = self.better(found, Value(value.term, taken), least=least)
                return found
            case _:
                first = expression.aggregate is e.Aggregate.FIRST
                return self._first_of(rows if first else rows[::-1])

    def _count(self, rows: list[tuple[Formula, Value]]) -> Term:
        return self.logic.total([self._one_if(taken) for taken, _ in rows])

    def _sum(self, rows: list[tuple[Formula, Value]]) -> Term:
        zero = self.logic.z3.RealVal(0)
        return self.logic.total([self.logic.choice(taken, value.term, zero) for taken, value in rows])

    def _average(self, rows: list[tuple[Formula, Value]]) -> Value:
        """Give an average that is no rounded one."""
        if not rows:
            return UNKNOWN
        count, total, logic = self._count(rows), self._sum(rows), self.logic
        mean = logic.z3.Real(f"average#{self._number}")
        self._number += 1
        for number in range(1, len(rows) + 1):
            self.laws.append(logic.z3.Implies(count == number, mean * number == total))
        self._keep_exact(mean)
        return Value(mean, count >= 1)

    def _keep_exact(self, term: Term) -> None:
        """Allow only results of a division that the engine has not to round."""
        self.laws.append(self._has_places(term, self.read.places + 2))

    def _has_places(self, term: Term, places: int) -> Formula:
        """Say that a number has no more than so many digits behind the point."""
        return term * 10**places == self.logic.z3.ToReal(self.whole("digits"))

    def _first_of(self, rows: list[tuple[Formula, Value]]) -> Value:
        term: Term = None
        for taken, value in reversed(rows):
            term = self.logic.choice(taken, value.term, term)
        return UNKNOWN if term is None else Value(term, self.logic.some(*(taken for taken, _ in rows)))

    def _selected(self, expression: e.History, slot: Slot) -> Formula:
        """Say when an event is among those that an aggregate looks at."""
        logic = self.logic
        parts = [slot.kind == self.kind_of(expression.event), self._inside(expression, slot)]
        if expression.where is not None:
            outer, self._slot_at_hand = self._slot_at_hand, slot
            parts.append(self.truth(expression.where).yes)
            self._slot_at_hand = outer
        return logic.every(*parts)

    def _inside(self, expression: e.History, slot: Slot) -> Formula:
        """Say when an event is inside the window."""
        window = expression.window
        if window is None:
            return True
        if window.duration.calendar is not None:
            raise NotExpressibleError
        if isinstance(window, e.LastWindow):
            return self.logic.no(self._is_past(slot, window.duration))
        return self._in_first(window.duration, expression.event, slot)

    def _is_past(self, slot: Slot, duration: t.Duration) -> Formula:
        """Say when so much time has passed since an event."""
        amount, unit = duration.amount, duration.unit
        if unit in _MONTHS:
            return slot.days >= (NOW.date() - months_before(amount * _MONTHS[unit])).days
        if unit in _DAYS:
            return slot.days >= amount * _DAYS[unit]
        return slot.minutes >= amount * _MINUTES[unit]

    def _in_first(self, duration: t.Duration, event: str, slot: Slot) -> Formula:
        """Say when an event lies inside a window that begins with the first of its kind."""
        z3, amount, unit = self.logic.z3, duration.amount, duration.unit
        first = self._anchor_slot(e.Anchor.FIRST_EVENT, event, "minutes")
        passed = first.term - slot.minutes
        if unit not in _MONTHS:
            minutes = amount * (_DAYS[unit] * _MINUTES_A_DAY if unit in _DAYS else _MINUTES[unit])
            return passed < minutes
        # How long a month is depends on where it begins: keep away from where that would matter.
        months = amount * _MONTHS[unit]
        surely, surely_not = months * 28 * _MINUTES_A_DAY, (months * 31 + 1) * _MINUTES_A_DAY
        self.laws.append(z3.Or(slot.kind != self.kind_of(event), passed < surely, passed >= surely_not))
        return passed < surely

    # time

    def elapsed(self, expression: e.Elapsed) -> Value:
        """Give the time since an event or a field's day."""
        unit = expression.unit
        if expression.anchor is e.Anchor.ENTRY:
            raise NotExpressibleError
        if expression.anchor is e.Anchor.FIELD:
            return self._since_field(expression.name, unit)
        days = self._anchor_slot(expression.anchor, expression.name, "days")
        if days.term is None:
            return UNKNOWN
        if unit in _MINUTES:
            minutes = self._anchor_slot(expression.anchor, expression.name, "minutes").term
            return Value(self._whole_parts(minutes, _MINUTES[unit]), days.known)
        return Value(self._in_unit(days.term, unit), days.known)

    def _anchor_slot(self, anchor: e.Anchor, event: str, part: str) -> Value:
        """Give a part of the first or last event of a kind."""
        rows = [(slot.kind == self.kind_of(event), Value(getattr(slot, part))) for slot in self.slots]
        return self._first_of(rows if anchor is e.Anchor.FIRST_EVENT else rows[::-1])

    def _since_field(self, name: str, unit: t.Unit) -> Value:
        field = self.record.fields[name]
        value = self.record_field(e.RecordField(name, field.type, field.optional))
        if isinstance(value, Items) or value.term is None:
            return UNKNOWN
        days = NOW.date().toordinal() - value.term
        if unit not in _MINUTES:
            return Value(self._in_unit(days, unit), value.known)
        z3 = self.logic.z3
        steady = z3.And(days >= 0, days * _MINUTES_A_DAY <= self.steady - _MINUTES_A_DAY)
        self.laws.append(self.logic.if_so(value.known, steady))
        return Value(self._whole_parts(days * _MINUTES_A_DAY + NOW.hour * 60, _MINUTES[unit]), value.known)

    def _in_unit(self, days: Term, unit: t.Unit) -> Term:
        """Give whole units for days that have passed."""
        if unit in _DAYS:
            return self._whole_parts(days, _DAYS[unit])
        months = _MONTHS[unit]
        most = 2 + max((int(number) for number in self.read.numbers if 0 <= number <= _MOST), default=0)
        if unit is t.Unit.MONTH and self.read.asks_years:
            most = min(most * 12, 2 * _MOST)
        whole, today = self.whole("months"), NOW.date()
        passed = [(today - months_before(number * months)).days for number in range(-most, most + 2)]
        # Beyond the last bound nothing is counted any more.
        self.laws += [days >= passed[0], days < passed[-1], whole >= -most, whole <= most]
        self.laws += [
            (whole >= number) == (days >= bound) for number, bound in enumerate(passed[1:-1], -most + 1)
        ]
        return self.logic.z3.ToReal(whole)

    def _whole_parts(self, amount: Term, size: int) -> Term:
        """Divide a whole number by another and leave out the rest."""
        z3 = self.logic.z3
        if size == 1:
            return z3.ToReal(amount)
        parts = self.whole("parts")
        self.laws += [parts * size <= amount, amount < parts * size + size]
        return z3.ToReal(parts)

    # what is left

    def place(self, expression: e.Reached | e.NowIn) -> Three:  # noqa: ARG002 - the world's question
        """Where a case stands only a run tells."""
        raise NotExpressibleError

    def quotient(self, division: e.Arithmetic, left: Term, right: Term) -> Term:  # noqa: ARG002 - the same
        """Give a quotient that is no rounded one."""
        z3 = self.logic.z3
        result = z3.Real(f"quotient#{self._number}")
        self._number += 1
        self.laws.append(z3.Implies(right != 0, result * right == left))
        self._keep_exact(result)
        return result

    def beyond(self, expression: e.Expression) -> Encoded:  # noqa: ARG002 - the same
        """Nothing is guessed here."""
        raise NotExpressibleError


def decoded(kind: t.Type, number: Any, codes: Codes) -> Any:
    """Give the value of the language that a number of the solver stands for."""
    match kind:
        case t.NumberType() | t.MoneyType() | t.YesNoType():
            return number
        case t.DateType():
            return date.fromordinal(int(number))
        case t.DurationType():
            return codes.duration_of(int(number))
        case _:
            return codes.text_of(int(number))
