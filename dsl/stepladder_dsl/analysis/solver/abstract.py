"""A world that allows more than can happen: what is impossible in it is impossible.

Each aggregate is a number of its own, held only by laws: a part of the events counts no more than all of
them, nothing has neither first nor last, the first is at least as long ago as the last.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from stepladder_dsl.analysis.solver.encode import Codes, Encoded, World
from stepladder_dsl.analysis.solver.footprint import unfolded
from stepladder_dsl.analysis.solver.influence import Influence
from stepladder_dsl.analysis.solver.logic import Formula, Items, Logic, Term, Three, Value
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model import spec as m
from stepladder_dsl.model import types as t

_WHOLE_PARTS = {
    (t.Unit.MINUTE, t.Unit.HOUR): 60,
    (t.Unit.DAY, t.Unit.WEEK): 7,
    (t.Unit.MONTH, t.Unit.YEAR): 12,
}
"""How many of the smaller unit make one of the greater, always."""
_NUMERIC = (t.NumberType, t.MoneyType)
_ORDERED = (*_NUMERIC, t.DateType, t.DatetimeType, t.TextType)


_Part = tuple[e.Expression | None, e.Window | None]


@dataclass(frozen=True)
class _Selection:
    """Events of one kind that an aggregate looks at, and how many there are."""

    event: str
    where: e.Expression | None
    window: e.Window | None
    count: Term


@dataclass(frozen=True)
class _Values:
    """The known values of a field among selected events; `terms` are by aggregate."""

    selection: _Selection
    count: Term
    terms: dict[e.Aggregate, Term]


class AbstractWorld(World):
    """What may be true of a record of a kind when `event` has just happened to it (None: at any time)."""

    def __init__(
        self, logic: Logic, spec: m.Spec, codes: Codes, influence: Influence, record: str, event: str | None
    ) -> None:
        """Begin with nothing asked."""
        super().__init__(logic, spec, codes)
        self.influence = influence
        self.record = spec.records[record]
        self.event = None if event is None else spec.events[event]
        self._fields: dict[tuple[str, str], Encoded] = {}
        self._selections: dict[str, dict[_Part, _Selection]] = {}
        self._values: dict[tuple[str, str], dict[_Selection, _Values]] = {}
        self._ages: dict[tuple[e.Anchor, str], dict[t.Unit, Term]] = {}
        self._stages: dict[str, Term] = {}
        self._reached: dict[tuple[str, str], Formula] = {}
        self._beyond: dict[e.Expression, Encoded] = {}
        self._today: Term | None = None

    # fields

    def record_field(self, field: e.RecordField) -> Encoded:
        """Give a field: known where it has to be, within its limits; what the spec sets may be anything."""
        declared = self.record.fields[field.name]
        return self._field("", declared, self.influence.is_set(self.record.name, field.name))

    def event_field(self, field: e.EventField) -> Encoded:
        """Give a field of the event at hand."""
        declared = self.spec.events[field.event].fields[field.name]
        return self._field(field.event, declared, self.influence.is_emitted(field.event))

    def _field(self, owner: str, field: m.Field, may_be_anything: bool) -> Encoded:
        key = (owner, field.name)
        if key not in self._fields:
            known: Formula = True
            if field.optional or may_be_anything:
                known = self.open_question(f"{field.name} known")
            if isinstance(field.type, t.ListType):
                self._fields[key] = self._list(field, known)
            else:
                term = self.variable(field.type, field.name)
                self._declare(term, field, known, limited=not may_be_anything)
                self._fields[key] = Value(term, known)
        return self._fields[key]

    def _declare(self, term: Term, field: m.Field, known: Formula, *, limited: bool) -> None:
        """Hold a value to its type, and to the limits of its field where they are looked after."""
        if isinstance(field.type, t.ChoiceType):
            options = [self.equal(term, self.codes.text(value)) for value in field.type.values]
            self.laws.append(self.logic.if_so(known, self.logic.some(*options)))
        if limited:
            for limit in self.limits(field):
                bound = self.constant(limit.value)
                if isinstance(bound, Value):
                    self.laws.append(self.logic.if_so(known, self._holds(limit.operator, term, bound.term)))

    @staticmethod
    def limits(field: m.Field) -> list[m.Limit]:
        """Give the limits that compare; a pattern says nothing here."""
        return [
            limit
            for limit in field.limits
            if limit.operator != "matches" and not isinstance(limit.value, tuple | bool)
        ]

    def _list(self, field: m.Field, known: Formula) -> Items:
        """Give a list as the question, for each value, whether it is in it."""
        asked: dict[str, Formula] = {}

        def has(term: Term) -> Formula:
            key = str(term)
            if key not in asked:
                asked[key] = self.open_question(f"{field.name} has {key}")
            return asked[key]

        return Items(known, has, self.open_question(f"{field.name} gap"))

    # history

    def history(self, expression: e.History) -> Encoded:
        """Give an aggregate as a number of its own."""
        selection = self._selection(expression.event, expression.where, expression.window)
        if expression.field is None:
            return Value(self.logic.real(selection.count))
        field = self.spec.events[expression.event].fields[expression.field]
        if isinstance(field.type, t.ListType):
            return self.beyond(expression)
        if expression.aggregate is e.Aggregate.COUNT:
            return Value(self.logic.real(self._values_of(selection, field).count))
        values = self._values_of(selection, field)
        known = True if expression.aggregate is e.Aggregate.SUM else values.count >= 1
        return Value(values.terms[expression.aggregate], known)

    def _selection(self, event: str, where: e.Expression | None, window: e.Window | None) -> _Selection:
        known, key = self._selections.setdefault(event, {}), (where, window)
        if key not in known:
            count = self.whole(f"count of {event}")
            self.laws.append(count >= 0)
            found = _Selection(event, where, window, count)
            others = list(known.values())
            known[key] = found
            for other in others:
                if _is_part(found, other):
                    self.laws.append(count <= other.count)
                if _is_part(other, found):
                    self.laws.append(other.count <= count)
            if where is not None or window is not None:
                self._selection(event, None, None)
            self._hold_to_event(found)
            self._hold_to_window(found)
        return known[key]

    def _hold_to_event(self, selection: _Selection) -> None:
        """The event at hand is among the events of its kind, where the condition is true of it."""
        if self.event is None or selection.event != self.event.name or not _holds_now(selection.window):
            return
        inside = True if selection.where is None else self.truth(selection.where).yes
        self.laws.append(self.logic.if_so(inside, selection.count >= 1))

    def _hold_to_window(self, selection: _Selection) -> None:
        """A window has an event in it exactly while the last one is not too long ago."""
        window, event = selection.window, selection.event
        if window is None:
            return
        z3, duration = self.logic.z3, window.duration
        everything = self._selection(event, None, None).count
        if isinstance(window, e.FirstWindow):
            if selection.where is None and duration.amount > 0:
                self.laws.append((selection.count >= 1) == (everything >= 1))
            return
        if duration.calendar is not None:
            return
        last = self._age(e.Anchor.LAST_EVENT, event, duration.unit)
        first = self._age(e.Anchor.FIRST_EVENT, event, duration.unit)
        without = self._selection(event, selection.where, None).count
        self.laws.append(z3.Implies(selection.count >= 1, last < duration.amount))
        self.laws.append(z3.Implies(first < duration.amount, selection.count == without))
        if selection.where is None:
            recent = z3.And(everything >= 1, last < duration.amount)
            self.laws.append(z3.Implies(recent, selection.count >= 1))
            self.laws.append(
                z3.Implies(z3.And(everything >= 1, first >= duration.amount), selection.count < everything)
            )

    def _values_of(self, selection: _Selection, field: m.Field) -> _Values:
        known = self._values.setdefault((selection.event, field.name), {})
        if selection not in known:
            others = list(known.values())
            known[selection] = self._new_values(selection, field)
            for other in others:
                self._hold_together(known[selection], other, field)
                self._hold_together(other, known[selection], field)
        return known[selection]

    def _new_values(self, selection: _Selection, field: m.Field) -> _Values:
        """Make the aggregates of a field over selected events, and hold them to each other."""
        emitted = self.influence.is_emitted(selection.event)
        count = selection.count
        if field.optional or emitted:
            count = self.whole(f"known {field.name}")
            self.laws += [count >= 0, count <= selection.count]
        terms: dict[e.Aggregate, Term] = {
            how: self.variable(field.type, f"{how.value} {field.name}")
            for how in e.Aggregate
            if how is not e.Aggregate.COUNT
        }
        values = _Values(selection, count, terms)
        single = (e.Aggregate.FIRST, e.Aggregate.LAST, e.Aggregate.MIN, e.Aggregate.MAX)
        for how in single:
            self._declare(terms[how], field, count >= 1, limited=not emitted)
        z3 = self.logic.z3
        if isinstance(field.type, _ORDERED):
            least, most = terms[e.Aggregate.MIN], terms[e.Aggregate.MAX]
            between = [terms[e.Aggregate.FIRST], terms[e.Aggregate.LAST]]
            between += [terms[e.Aggregate.AVERAGE]] if isinstance(field.type, _NUMERIC) else []
            ordered = [z3.And(least <= term, term <= most) for term in between]
            self.laws.append(z3.Implies(count >= 1, z3.And(ordered)))
            self.laws.append(z3.Implies(count == 1, least == most))
        else:
            equal = self.equal(terms[e.Aggregate.FIRST], terms[e.Aggregate.LAST])
            self.laws.append(z3.Implies(count == 1, equal))
        if isinstance(field.type, _NUMERIC):
            self._hold_total(values, field, limited=not emitted)
        self._hold_values_to_event(values, field)
        return values

    def _hold_total(self, values: _Values, field: m.Field, *, limited: bool) -> None:
        """A sum of nothing is nothing, of one its value, and of limited values within as many limits."""
        z3, terms = self.logic.z3, values.terms
        total, count = terms[e.Aggregate.SUM], values.count
        self.laws.append(z3.Implies(count == 0, total == 0))
        self.laws.append(z3.Implies(count == 1, total == terms[e.Aggregate.MIN]))
        many = z3.ToReal(count)
        for limit in self.limits(field) if limited else []:
            bound = z3.RealVal(format(limit.value, "f"))
            if limit.operator in {">", ">="}:
                self.laws.append(total >= bound * many)
                if limit.operator == ">":
                    self.laws.append(z3.Implies(count >= 1, total > bound * many))
                if limit.value >= 0:
                    self.laws.append(z3.Implies(count >= 1, total >= terms[e.Aggregate.MAX]))
            elif limit.operator in {"<", "<="}:
                self.laws.append(total <= bound * many)

    def _hold_together(self, part: _Values, whole: _Values, field: m.Field) -> None:
        """What is selected more narrowly has no more values, and none outside those of the wider."""
        if not _is_part(part.selection, whole.selection):
            return
        z3 = self.logic.z3
        self.laws.append(part.count <= whole.count)
        if isinstance(field.type, _ORDERED):
            inside = z3.And(
                whole.terms[e.Aggregate.MIN] <= part.terms[e.Aggregate.MIN],
                part.terms[e.Aggregate.MAX] <= whole.terms[e.Aggregate.MAX],
            )
            self.laws.append(z3.Implies(part.count >= 1, inside))
        not_negative = not self.influence.is_emitted(part.selection.event) and any(
            limit.operator in {">", ">="} and limit.value >= 0
            for limit in self.limits(field)
            if isinstance(field.type, _NUMERIC)
        )
        if not_negative:
            self.laws.append(part.terms[e.Aggregate.SUM] <= whole.terms[e.Aggregate.SUM])

    def _hold_values_to_event(self, values: _Values, field: m.Field) -> None:
        """The value of the event at hand is among those of its kind, and the last where all are looked at."""
        selection = values.selection
        if self.event is None or selection.event != self.event.name or not _holds_now(selection.window):
            return
        own = self._field(self.event.name, field, self.influence.is_emitted(self.event.name))
        if isinstance(own, Items):
            return
        logic = self.logic
        taken = logic.every(own.known, True if selection.where is None else self.truth(selection.where).yes)
        facts = [values.count >= 1, self.equal(values.terms[e.Aggregate.LAST], own.term)]
        if isinstance(field.type, _ORDERED):
            facts += [
                values.terms[e.Aggregate.MIN] <= own.term,
                own.term <= values.terms[e.Aggregate.MAX],
            ]
        self.laws.append(logic.if_so(taken, logic.every(*facts)))

    # time

    def elapsed(self, expression: e.Elapsed) -> Value:
        """Give the time since an anchor; since nothing it is unknown."""
        age = self.logic.real(self._age(expression.anchor, expression.name, expression.unit))
        match expression.anchor:
            case e.Anchor.ENTRY:
                return Value(age, self._entry_known(expression.name))
            case e.Anchor.FIELD:
                return Value(age, self._date_field(expression.name).known)
            case _:
                return Value(age, self._selection(expression.name, None, None).count >= 1)

    def _entry_known(self, process: str) -> Formula:
        key = (process, "entry known")
        if key not in self._reached:
            self._reached[key] = self.open_question(f"entry into {process} known")
        return self._reached[key]

    def _date_field(self, name: str) -> Encoded:
        field = self.record.fields[name]
        return self.record_field(e.RecordField(name, field.type, field.optional))

    def _age(self, anchor: e.Anchor, name: str, unit: t.Unit) -> Term:
        """Give how many whole units have passed, held to the same time in other units."""
        known = self._ages.setdefault((anchor, name), {})
        if unit not in known:
            age = self.whole(f"{unit.value}s since {anchor.value} {name}")
            related = list(known.items())
            known[unit] = age
            if anchor is not e.Anchor.FIELD:
                self.laws.append(age >= 0)
            for other_unit, other in related:
                self._relate(unit, age, other_unit, other)
                self._relate(other_unit, other, unit, age)
            if unit is not t.Unit.DAY:
                self._age(anchor, name, t.Unit.DAY)
            self._hold_age(anchor, name, unit, age)
        return known[unit]

    def _hold_age(self, anchor: e.Anchor, name: str, unit: t.Unit, age: Term) -> None:
        """Hold a time to the event at hand, to the other end of the history, and to a field's day."""
        z3 = self.logic.z3
        if anchor is e.Anchor.LAST_EVENT and self.event is not None and name == self.event.name:
            self.laws.append(age == 0)
        if anchor in {e.Anchor.LAST_EVENT, e.Anchor.FIRST_EVENT}:
            first = self._age(e.Anchor.FIRST_EVENT, name, unit)
            last = self._age(e.Anchor.LAST_EVENT, name, unit)
            single = self._selection(name, None, None).count == 1
            self.laws += [first >= last, z3.Implies(single, first == last)]
        if anchor is e.Anchor.FIELD and unit is t.Unit.DAY:
            field = self._date_field(name)
            if isinstance(field, Value) and isinstance(self.record.fields[name].type, t.DateType):
                # A day that begins late, where the clocks go forward at midnight, is one day nearer then.
                days = self._the_day() - field.term
                self.laws += [age <= days, age >= days - 1]

    def _the_day(self) -> Term:
        if self._today is None:
            self._today = self.whole("today")
        return self._today

    def _relate(self, small: t.Unit, fine: Term, great: t.Unit, coarse: Term) -> None:
        """Hold a time in a smaller unit to the same time in a greater one."""
        z3, laws = self.logic.z3, self.laws
        if (small, great) in _WHOLE_PARTS:
            many = _WHOLE_PARTS[small, great]
            laws += [many * coarse <= fine, fine < many * coarse + many]
        elif (small, great) == (t.Unit.HOUR, t.Unit.DAY):
            # Clocks that change make a day longer or shorter; a zone may cross the date line, and miss one.
            laws += [24 * coarse - 26 <= fine, fine <= 24 * coarse + 50]
        elif (small, great) == (t.Unit.MINUTE, t.Unit.DAY):
            laws += [60 * (24 * coarse - 26) <= fine, fine <= 60 * (24 * coarse + 51)]
        elif great in {t.Unit.MONTH, t.Unit.YEAR} and small is t.Unit.DAY:
            short, long = (28, 31) if great is t.Unit.MONTH else (365, 366)
            ahead = z3.And(fine >= short * coarse - 1, fine <= long * coarse + long + 1)
            behind = z3.And(fine >= long * coarse - 1, fine <= short * coarse + short + 1)
            laws.append(
                z3.If(
                    coarse >= 0,
                    ahead,
                    z3.Or(ahead, behind, z3.And(coarse == -1, fine < 0, fine >= -long - 1)),
                )
            )

    # places

    def place(self, expression: e.Reached | e.NowIn) -> Three:
        """A case stands in one stage of each process, and has been where it stands."""
        if isinstance(expression, e.NowIn):
            here = self._stands(expression.process, expression.stage)
            return Three(here, self.logic.no(here))
        been = self._has_been(expression.process, expression.stage)
        return Three(been, self.logic.no(been))

    def _stands(self, process: str, stage: str) -> Formula:
        if process not in self._stages:
            self._stages[process] = self.whole(f"stage of {process}")
        return self._stages[process] == list(self.spec.processes[process].stages).index(stage)

    def _has_been(self, process: str, stage: str) -> Formula:
        key = (process, stage)
        if key not in self._reached:
            been = self._reached[key] = self.open_question(f"reached {stage}")
            self.laws.append(self.logic.if_so(self._stands(process, stage), been))
        return self._reached[key]

    def stands_in(self, process: str, stage: str) -> Formula:
        """Give the formula that says where the case stands."""
        return self.logic.every(self._stands(process, stage), self._has_been(process, stage))

    # what is left

    def quotient(self, division: e.Arithmetic, left: Term, right: Term) -> Term:
        """Give a number near the quotient: the engine rounds it to 28 digits."""
        z3 = self.logic.z3
        if self._divides_exactly(division):
            return left / right
        result = z3.Real(f"quotient#{self._number}")
        self._number += 1
        exact, room = result * right, z3.RealVal("1/1000000000000000000000000000")
        size = z3.If(left >= 0, left, -left)
        near = z3.And(exact - left <= size * room, left - exact <= size * room)
        self.laws.append(z3.Implies(right != 0, near))
        return result

    def _divides_exactly(self, division: e.Arithmetic) -> bool:
        """Say whether a result has no more digits than are kept: halves or tenths of plain values."""
        if not isinstance(division.right, e.Literal) or not division.right.value:
            return False
        rest = Fraction(division.right.value).numerator
        for prime in (2, 5):
            while rest % prime == 0:
                rest //= prime
        return abs(rest) == 1 and not any(
            (isinstance(part, e.Arithmetic) and part.operator == "/")
            or (isinstance(part, e.History) and part.aggregate is e.Aggregate.AVERAGE)
            for part in unfolded(self.spec, [division.left])
        )

    def beyond(self, expression: e.Expression) -> Encoded:
        """Give any value: the same for the same expression, since it is looked at in one moment."""
        if expression not in self._beyond:
            known = self.open_question("beyond known")
            if isinstance(expression.type, t.ListType):
                self._beyond[expression] = Items(
                    known, lambda _term: self.open_question("beyond has"), self.open_question("beyond gap")
                )
            else:
                self._beyond[expression] = Value(self.variable(expression.type, "beyond"), known)
        return self._beyond[expression]


def _holds_now(window: e.Window | None) -> bool:
    """Say whether what happens now is inside for certain."""
    return window is None or (isinstance(window, e.LastWindow) and window.duration.amount > 0)


def _is_part(part: _Selection, whole: _Selection) -> bool:
    """Say whether every event of the one is for certain among those of the other."""
    if whole.where not in {None, part.where}:
        return False
    if whole.window in {None, part.window}:
        return True
    return (
        isinstance(part.window, e.LastWindow)
        and isinstance(whole.window, e.LastWindow)
        and part.window.duration.unit is whole.window.duration.unit
        and part.window.duration.calendar == whole.window.duration.calendar
        and part.window.duration.amount <= whole.window.duration.amount
    )
