"""What an expression gives for one record at one moment of a story."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from functools import reduce
from typing import Any

from stepladder_dsl.analysis.situations.clock import UndecidedError, elapsed, later
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model import spec as m
from stepladder_dsl.model.logic import COMPARE, all_true, any_true
from stepladder_dsl.model.types import Duration

_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


@dataclass
class Seen:
    """What an expression sees of a record: its fields, its history, and where its cases stand."""

    fields: dict[str, Any] = field(default_factory=dict)
    event: Mapping[str, Any] = field(default_factory=dict)
    history: dict[str, tuple[tuple[datetime, Mapping[str, Any]], ...]] = field(default_factory=dict)
    stage: dict[str, str] = field(default_factory=dict)
    entered: dict[str, datetime] = field(default_factory=dict)
    reached: frozenset[tuple[str, str]] = frozenset()
    now: datetime = datetime(2026, 3, 2, 10)  # noqa: DTZ001 - local time, as a scenario writes it

    def copy(self) -> Seen:
        """Give one that can be changed."""
        return Seen(
            dict(self.fields),
            self.event,
            dict(self.history),
            dict(self.stage),
            dict(self.entered),
            self.reached,
            self.now,
        )


class Evaluator:
    """Works out expressions of one spec; raises `UndecidedError` for what is not looked at here."""

    def __init__(self, spec: m.Spec) -> None:
        """Take the spec, whose named values and tables the expressions speak of."""
        self.spec = spec

    def holds(self, condition: e.Expression | None, seen: Seen) -> bool:
        """Say whether a condition is true; no condition always is."""
        return condition is None or self.value(condition, seen) is True

    def value(self, expression: e.Expression, seen: Seen) -> Any:
        """Give the value of an expression, None for unknown."""
        match expression:
            case e.Literal(value):
                return value
            case e.RecordField(name):
                return seen.fields.get(name)
            case e.EventField(_, name):
                return seen.event.get(name)
            case e.LetValue(name):
                return self.value(self.spec.lets[name].value, seen)
            case e.Logical() | e.Comparison():
                return self._composed(expression, seen)
            case e.DecisionValue():
                return self._decided(expression, seen)
            case e.History():
                return self._history(expression, seen)
            case e.Elapsed(unit=unit):
                anchor = self.anchor(expression, seen)
                return None if anchor is None else Decimal(elapsed(anchor, seen.now, unit))
            case e.Reached(process, stage):
                return (process, stage) in seen.reached
            case e.NowIn(process, stage):
                return seen.stage.get(process) == stage
            case _:
                return self._composed(expression, seen)

    def _composed(self, expression: e.Expression, seen: Seen) -> Any:
        match expression:
            case e.Logical(word, operands):
                values = (self.value(operand, seen) for operand in operands)
                return all_true(values) if word == "and" else any_true(values)
            case e.Not(operand):
                value = self.value(operand, seen)
                return None if value is None else not value
            case e.IsKnown(operand, negated):
                return (self.value(operand, seen) is None) == negated
            case e.Comparison(sign, left, right):
                return self._both(COMPARE[sign], left, right, seen)
            case e.Arithmetic(sign, left, right):
                return self._both(_ARITHMETIC[sign], left, right, seen)
            case e.Between(operand, low, high):
                at_least = self._both(operator.ge, operand, low, seen)
                return all_true((at_least, self._both(operator.le, operand, high, seen)))
            case e.Membership(operand, choices):
                return any_true([self._both(operator.eq, operand, choice, seen) for choice in choices])
            case e.Negate(operand):
                value = self.value(operand, seen)
                return None if value is None else -value
            case e.Conditional(condition, then, otherwise):
                chosen = self.value(condition, seen)
                return None if chosen is None else self.value(then if chosen else otherwise, seen)
        raise UndecidedError

    def _both(
        self, apply: Callable[[Any, Any], Any], left: e.Expression, right: e.Expression, seen: Seen
    ) -> Any:
        first, second = self.value(left, seen), self.value(right, seen)
        if first is None or second is None:
            return None
        if isinstance(first, Duration) or isinstance(second, Duration) or isinstance(first, tuple):
            raise UndecidedError
        if type(first) is not type(second) or (apply is operator.truediv and second == 0):
            raise UndecidedError
        return apply(first, second)

    def _decided(self, expression: e.DecisionValue, seen: Seen) -> Any:
        """Give the output of the first row that matches; of the other kinds of table nothing is said."""
        table = self.spec.decisions[expression.decision]
        if table.policy is not m.HitPolicy.FIRST:
            raise UndecidedError
        place = list(table.outputs).index(expression.output)
        for row in table.rows:
            if all(self.value(test, seen) is True for test in row.tests if test is not None):
                value = row.values[place]
                return None if value is None else self.value(value, seen)
        return None

    def anchor(self, expression: e.Elapsed, seen: Seen) -> datetime | None:
        """Give the moment from which an elapsed time counts, None where unknown."""
        name = expression.name
        if expression.anchor is e.Anchor.ENTRY:
            return seen.entered.get(name)
        if expression.anchor is e.Anchor.FIELD:
            return start_of(seen.fields.get(name))
        events = seen.history.get(name)
        if not events:
            return None
        return events[0 if expression.anchor is e.Anchor.FIRST_EVENT else -1][0]

    def _history(self, expression: e.History, seen: Seen) -> Any:
        values = list(self._selected(expression, seen))
        match expression.aggregate:
            case e.Aggregate.COUNT:
                return Decimal(len(values))
            case e.Aggregate.SUM:
                return sum(values, Decimal(0))
            case _ if not values:
                return None
            case e.Aggregate.MIN:
                return min(values)
            case e.Aggregate.MAX:
                return max(values)
            case e.Aggregate.FIRST:
                return values[0]
            case e.Aggregate.LAST:
                return values[-1]
        return reduce(operator.add, values) / len(values)

    def _selected(self, expression: e.History, seen: Seen) -> Iterator[Any]:
        events = seen.history.get(expression.event, ())
        window, where = expression.window, expression.where
        for time_, fields in events:
            if isinstance(window, e.LastWindow) and later(time_, window.duration) <= seen.now:
                continue
            if isinstance(window, e.FirstWindow) and time_ >= later(events[0][0], window.duration):
                continue
            value = True if expression.field is None else fields.get(expression.field)
            if value is None:
                continue
            if where is not None:
                inner = seen.copy()
                inner.event = fields
                if self.value(where, inner) is not True:
                    continue
            yield value

    # time

    def next_change(self, expression: e.Expression | None, seen: Seen) -> datetime | None:
        """Give the next moment at which time alone may change a value."""
        if expression is None:
            return None
        moments = [moment for moment in self._changes(expression, seen) if moment > seen.now]
        return min(moments, default=None)

    def _changes(self, expression: e.Expression, seen: Seen) -> Iterator[datetime]:
        match expression:
            case e.Comparison(_, left, right):
                for side, other in ((self.unfolded(left), right), (self.unfolded(right), left)):
                    if isinstance(side, e.Elapsed):
                        yield from self._passing(side, other, seen)
                        yield from self._changes(other, seen)
                        return
            case e.Between(operand, low, high):
                for bound in (low, high):
                    yield from self._changes(e.Comparison("=", operand, bound), seen)
                return
            case e.Membership(operand, choices):
                for choice in choices:
                    yield from self._changes(e.Comparison("=", operand, choice), seen)
                return
            case e.IsKnown(operand) if isinstance(self.unfolded(operand), e.Elapsed):
                return
            case e.Elapsed():
                if self.anchor(expression, seen) is not None:
                    raise UndecidedError
            case e.History(event=event, window=e.LastWindow(duration)):
                for moment, _ in seen.history.get(event, ()):
                    yield later(moment, duration)
            case e.LetValue(name):
                yield from self._changes(self.spec.lets[name].value, seen)
            case e.DecisionValue(name):
                for row in self.spec.decisions[name].rows:
                    for part in (*row.tests, *row.values):
                        if part is not None:
                            yield from self._changes(part, seen)
        for child in e.children(expression):
            yield from self._changes(child, seen)

    def _passing(self, side: e.Elapsed, other: e.Expression, seen: Seen) -> Iterator[datetime]:
        """Yield when an elapsed time reaches a bound, and when it passes it."""
        anchor, bound = self.anchor(side, seen), self.value(other, seen)
        if anchor is not None and bound is not None:
            whole = int(bound.to_integral_value(rounding="ROUND_CEILING"))
            for count in (whole, int(bound) + 1):
                yield later(anchor, Duration(1, side.unit), count)

    def unfolded(self, expression: e.Expression) -> e.Expression:
        """Give what a named value stands for."""
        while isinstance(expression, e.LetValue):
            expression = self.spec.lets[expression.name].value
        return expression


def start_of(value: Any) -> datetime | None:
    """Give the moment of a date (its start); of a moment of another zone nothing is said."""
    if value is None or isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time())
    raise UndecidedError
