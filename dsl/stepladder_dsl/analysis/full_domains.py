"""Every value that an expression over a record can ever have, as far as the spec alone says.

A set here is never too small: what is not in it cannot happen. Limits of a field hold for what
is read from data; where the spec itself puts something else into the field, they do not. One thing
is for the caller to add: a record that is made from the keys of events, because the data has no
source of its own for its kind, lacks the values of all its fields.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from stepladder_dsl.analysis.domains import Domain, everything, names
from stepladder_dsl.analysis.intervals import WHOLE, Cut, Interval, Ranges, ranges
from stepladder_dsl.analysis.truths import NoConstant, constant
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model.spec import Emit, Field, OpenRecord, SetField, Spec

_ZERO: Cut = (Decimal(0), 0)
_NEVER_NEGATIVE = Domain(ranges([Interval(_ZERO)]))
_COUNTS = Domain(ranges([Interval(_ZERO)], WHOLE))
_Key = tuple[str, str]
"""A kind of record or event, and one of its fields."""


def within_limits(field: Field) -> Domain | None:
    """Give what a field can be where it is read from data; unknown only if it is optional."""
    every = everything(field.type)
    if every is None:
        return None
    found = every if field.optional else every.known
    if isinstance(found.values, Ranges):
        for limit in field.limits:
            low = {">": (limit.value, 1), ">=": (limit.value, 0)}.get(limit.operator)
            high = {"<": (limit.value, 0), "<=": (limit.value, 1)}.get(limit.operator)
            bounded = Domain(ranges([Interval(low, high)], found.values.scale), unknown=True)
            found = found.intersection(bounded)
    return found


class FullDomains:
    """The full domains of one spec's expressions."""

    def __init__(self, spec: Spec) -> None:
        """Look through what the processes put into fields."""
        self.spec = spec
        self._put: dict[_Key, list[e.Expression]] = {}
        for key, value in _assignments(spec):
            self._put.setdefault(key, []).append(value)
        self._open: list[str] = []

    def of(self, expression: e.Expression, record: str) -> Domain | None:
        """Give every value of an expression over a record of a kind; None where that cannot be said."""
        match expression:
            case e.Literal():
                return self._constant(expression)
            case e.RecordField(name):
                return self.of_field(record, self.spec.records[record].fields[name])
            case e.EventField(event, name):
                return self.of_field(event, self.spec.events[event].fields[name])
            case e.LetValue(name):
                return self._of_let(expression, name, record)
            case e.History():
                return self._of_history(expression)
            case e.Elapsed(anchor=e.Anchor.FIELD):
                return Domain(Ranges(WHOLE), unknown=True)
            case e.Elapsed():
                return Domain(_COUNTS.values, unknown=True)
            case e.IsKnown() | e.Reached() | e.NowIn():
                return Domain(names((), among=False, universe=(True, False)))
            case _:
                return everything(expression.type)

    def of_field(self, kind: str, field: Field) -> Domain | None:
        """Give every value of a field of a record or an event, also of those that a process gives it."""
        found = within_limits(field)
        for value in self._put.get((kind, field.name), ()):
            put = self._constant(value)
            if found is None or put is None or not found.covers(put):
                return everything(field.type)
        return found

    @staticmethod
    def _constant(expression: e.Expression) -> Domain | None:
        """Give the set of a constant alone."""
        every = everything(expression.type)
        try:
            value = constant(expression)
        except NoConstant:
            return None
        if value is None or every is None:
            return every
        if isinstance(every.values, Ranges):
            return Domain(ranges([Interval((value, 0), (value, 1))], every.values.scale))
        return Domain(names([value], universe=every.values.universe))

    def _of_let(self, expression: e.Expression, name: str, record: str) -> Domain | None:
        if name in self._open or name not in self.spec.lets:
            return everything(expression.type)
        self._open.append(name)
        found = self.of(self.spec.lets[name].value, record)
        self._open.pop()
        return found

    def _of_history(self, history: e.History) -> Domain | None:
        if history.aggregate is e.Aggregate.COUNT or history.field is None:
            return _COUNTS
        field = self.of_field(history.event, self.spec.events[history.event].fields[history.field])
        if field is None:
            return None
        if history.aggregate is e.Aggregate.SUM:
            return _NEVER_NEGATIVE if _NEVER_NEGATIVE.covers(field.known) else Domain(Ranges())
        if history.aggregate is e.Aggregate.AVERAGE:
            return Domain(_hull(field), unknown=True)
        return Domain(field.values, unknown=True)


def _hull(domain: Domain) -> Ranges:
    """Give the one interval from the lowest to the highest value."""
    if not isinstance(domain.values, Ranges) or domain.values.is_empty:
        return Ranges(intervals=())
    intervals = domain.values.intervals
    return ranges([Interval(intervals[0].low, intervals[-1].high)])


def _assignments(spec: Spec) -> Iterator[tuple[_Key, e.Expression]]:
    """Yield each field of a record or an event with a value that a process puts into it."""
    for process in spec.processes.values():
        for stage in process.stages.values():
            for transition in stage.transitions:
                for effect in transition.effects:
                    match effect:
                        case SetField(field, value):
                            yield (process.record, field), value
                        case Emit(event=kind, values=values) | OpenRecord(record=kind, values=values):
                            yield from (((kind, field), value) for field, value in values.items())


def full_domain(expression: e.Expression, spec: Spec, record: str) -> Domain | None:
    """Give every value of an expression over a record of a kind; None where that cannot be said."""
    return FullDomains(spec).of(expression, record)
