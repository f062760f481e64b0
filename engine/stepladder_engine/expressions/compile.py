"""Typed expressions -> closures over a `View`; and when their values change by time alone.

Logic is three-valued as in SQL and DMN: ``None`` is unknown, a comparison with
unknown is unknown, `and` is false as soon as one part is false, `or` is true as
soon as one is true. Numbers and money are exact decimals; division by zero is
unknown.
"""

from __future__ import annotations

import operator
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from stepladder_dsl.model import expressions as e
from stepladder_dsl.model.spec import Let
from stepladder_dsl.model.types import Duration
from stepladder_engine.calendars.zone import Instant, Zone
from stepladder_engine.expressions.view import Happened, View

Evaluate = Callable[[View], Any]
NextChange = Callable[[View], Instant | None]

COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_ZERO = Decimal(0)


def divide(left: Any, right: Any) -> Any:
    """Divide exactly; by zero gives unknown."""
    return None if right == 0 else left / right


ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": divide,
}


def all_true(values: Iterable[bool | None]) -> bool | None:
    """Three-valued `and`."""
    result: bool | None = True
    for value in values:
        if value is False:
            return False
        if value is None:
            result = None
    return result


def any_true(values: Iterable[bool | None]) -> bool | None:
    """Three-valued `or`."""
    result: bool | None = False
    for value in values:
        if value is True:
            return True
        if value is None:
            result = None
    return result


def aggregate(how: e.Aggregate, values: Sequence[Any]) -> Any:
    """Make one value of several known ones; of none: count and sum are 0, the rest unknown."""
    if how is e.Aggregate.COUNT:
        return Decimal(len(values))
    if how is e.Aggregate.SUM:
        return sum(values, _ZERO)
    if not values:
        return None
    if how is e.Aggregate.AVERAGE:
        return sum(values, _ZERO) / len(values)
    if how is e.Aggregate.MIN:
        return min(values)
    if how is e.Aggregate.MAX:
        return max(values)
    return values[0] if how is e.Aggregate.FIRST else values[-1]


class Compiler:
    """Compiles the expressions of one spec: each once, into a closure."""

    def __init__(self, zone: Zone, lets: dict[str, Let]) -> None:
        """Take the spec's time zone and its named values."""
        self.zone = zone
        self.lets = lets
        self._let_closures: dict[str, Evaluate] = {}
        self._running_keys: list[e.History] = []

    def compile(self, expression: e.Expression) -> Evaluate:
        """Give a function from a view to the expression's value."""
        match expression:
            case e.Literal(value):
                return lambda _view: value
            case e.RecordField(name):
                return lambda view: view.fields.get(name)
            case e.EventField(_, name):
                return lambda view: view.event.get(name)
            case e.LetValue(name):
                return self._let(name)
            case e.Negate(operand):
                inner = self.compile(operand)
                return lambda view: None if (value := inner(view)) is None else -value
            case e.Arithmetic():
                return self._binary(ARITHMETIC[expression.operator], expression.left, expression.right)
            case e.Comparison():
                return self._binary(COMPARE[expression.operator], expression.left, expression.right)
            case e.Membership(operand, choices):
                return self._membership(operand, choices)
            case e.Between(operand, low, high):
                return self._between(operand, low, high)
            case e.IsKnown(operand, negated):
                inner = self.compile(operand)
                return lambda view: (inner(view) is None) == negated
            case e.Not(operand):
                inner = self.compile(operand)
                return lambda view: None if (value := inner(view)) is None else not value
            case e.Logical(word, operands):
                parts = [self.compile(operand) for operand in operands]
                combine = all_true if word == "and" else any_true
                return lambda view: combine(part(view) for part in parts)
            case e.Conditional(condition, then, otherwise):
                return self._conditional(condition, then, otherwise)
            case e.History():
                return self._history(expression)
            case e.Elapsed():
                return self._elapsed(expression)
            case e.Reached(process, stage):
                return lambda view: stage in view.reached.get(process, ())
            case e.NowIn(process, stage):
                return lambda view: view.stage.get(process) == stage
            case _:
                message = f"{type(expression).__name__} has no value for a single record"
                raise TypeError(message)

    def condition(self, expression: e.Expression | None) -> Evaluate:
        """Compile a guard; no guard always holds."""
        return (lambda _view: True) if expression is None else self.compile(expression)

    # parts

    def _let(self, name: str) -> Evaluate:
        closure = self._let_closures.get(name)
        if closure is None:
            closure = self._let_closures[name] = self.compile(self.lets[name].value)
        return closure

    def _binary(self, apply: Callable[[Any, Any], Any], left: e.Expression, right: e.Expression) -> Evaluate:
        first, second = self.compile(left), self.compile(right)

        def evaluate(view: View) -> Any:
            one = first(view)
            if one is None:
                return None
            other = second(view)
            return None if other is None else apply(one, other)

        return evaluate

    def _membership(self, operand: e.Expression, choices: tuple[e.Expression, ...]) -> Evaluate:
        inner = self.compile(operand)
        options = [self.compile(choice) for choice in choices]

        def evaluate(view: View) -> bool | None:
            value = inner(view)
            if value is None:
                return None
            return any_true(None if (found := option(view)) is None else found == value for option in options)

        return evaluate

    def _between(self, operand: e.Expression, low: e.Expression, high: e.Expression) -> Evaluate:
        at_least = self._binary(operator.ge, operand, low)
        at_most = self._binary(operator.le, operand, high)
        return lambda view: all_true((at_least(view), at_most(view)))

    def _conditional(self, condition: e.Expression, then: e.Expression, otherwise: e.Expression) -> Evaluate:
        test, yes, no = self.compile(condition), self.compile(then), self.compile(otherwise)

        def evaluate(view: View) -> Any:
            holds = test(view)
            if holds is None:
                return None
            return yes(view) if holds else no(view)

        return evaluate

    def _elapsed(self, expression: e.Elapsed) -> Evaluate:
        anchor_of = self.anchor(expression)
        zone, unit = self.zone, expression.unit

        def evaluate(view: View) -> Decimal | None:
            anchor = anchor_of(view)
            return None if anchor is None else Decimal(zone.elapsed(anchor, view.now, unit))

        return evaluate

    def anchor(self, expression: e.Elapsed) -> Callable[[View], Instant | None]:
        """Give a function to the instant from which an elapsed time counts, None where unknown."""
        name = expression.name
        match expression.anchor:
            case e.Anchor.ENTRY:
                return lambda view: view.entered.get(name)
            case e.Anchor.FIELD:
                return lambda view: self.instant_of(view.fields.get(name))
            case e.Anchor.LAST_EVENT:
                return lambda view: events[-1].time if (events := view.history.get(name)) else None
            case e.Anchor.FIRST_EVENT:
                return lambda view: events[0].time if (events := view.history.get(name)) else None

    def instant_of(self, value: Any) -> Instant | None:
        """Give the instant of a date (its start) or of a date-time, None for unknown."""
        if value is None or isinstance(value, int):
            return value
        return self.zone.start_of(value)

    # history

    def _history(self, expression: e.History) -> Evaluate:
        if expression.window is None and _depends_on_event_only(expression.where):
            return self._running(expression)
        selection = self._selection(expression)
        how = expression.aggregate
        return lambda view: aggregate(how, [value for _, value in selection(view, 0)])

    def selected(self, expression: e.History, view: View) -> list[tuple[Happened, Any]]:
        """Give the events that an aggregate takes in for one record, each with its known value."""
        return self._selection(expression)(view, 0)

    def _selection(self, expression: e.History) -> Callable[[View, int], list[tuple[Happened, Any]]]:
        """Give a function to the events in the window, from a number on, for which `where` is true."""
        kind, field = expression.event, expression.field
        where = self.compile(expression.where) if expression.where is not None else None
        in_window = self._window(expression.window)

        def select(view: View, start: int) -> list[tuple[Happened, Any]]:
            events = in_window(view, view.history.get(kind, ()))
            if start:
                events = events[start:]
            if where is not None:
                outer = view.event
                kept = []
                for event in events:
                    view.event = event.fields
                    if where(view) is True:
                        kept.append(event)
                view.event = outer
                events = kept
            if field is None:
                return [(event, event) for event in events]
            return [(event, value) for event in events if (value := event.fields.get(field)) is not None]

        return select

    def _running(self, expression: e.History) -> Evaluate:
        """Aggregate without looking at old events again: history only ever grows.

        The view keeps, for this expression, how many events were seen and the
        few values that say the same as all of them.
        """
        select = self._selection(expression)
        kind, how = expression.event, expression.aggregate
        key = len(self._running_keys)
        self._running_keys.append(expression)

        def evaluate(view: View) -> Any:
            events = view.history.get(kind, ())
            total = view.running.get(key)
            if total is None:
                total = view.running[key] = [0, []]
            if total[0] < len(events):
                fresh = [value for _, value in select(view, total[0])]
                total[0], total[1] = len(events), _condense(how, total[1], fresh)
            return _read(how, total[1])

        return evaluate

    def _window(self, window: e.Window | None) -> Callable[[View, Sequence[Happened]], Sequence[Happened]]:
        zone = self.zone
        match window:
            case None:
                return lambda _view, events: events
            case e.FirstWindow(duration):

                def first(_view: View, events: Sequence[Happened]) -> Sequence[Happened]:
                    if not events:
                        return events
                    end = zone.add(events[0].time, duration)
                    return [event for event in events if event.time < end]

                return first
            case e.LastWindow(duration):
                return lambda view, events: events[first_inside(zone, duration, view.now, events) :]

    # time

    def next_change(self, expression: e.Expression | None) -> NextChange | None:
        """Give a function to the next instant at which time alone may change the value.

        None where only events can change it. The instant is later than the
        view's now; at it the expression has to be looked at again (semantics,
        "Cases and time", rule 8).
        """
        if expression is None:
            return None
        changes = list(self._changes(expression))
        if not changes:
            return None

        def earliest(view: View) -> Instant | None:
            moments = [moment for change in changes if (moment := change(view)) is not None]
            return min(moments, default=None)

        return earliest

    def _changes(self, expression: e.Expression) -> Iterable[NextChange]:
        match expression:
            case e.Comparison(_, e.Elapsed() as elapsed, other) if not _has_elapsed(other):
                yield self._comparison_change(elapsed, other)
                return
            case e.Comparison(_, other, e.Elapsed() as elapsed) if not _has_elapsed(other):
                yield self._comparison_change(elapsed, other)
                return
            case e.Elapsed():
                yield self._tick(expression)
            case e.History(window=e.LastWindow(duration)):
                yield self._leaving(expression.event, duration)
            case e.LetValue(name):
                yield from self._changes(self.lets[name].value)
        for child in e.children(expression):
            yield from self._changes(child)

    def _comparison_change(self, elapsed: e.Elapsed, other: e.Expression) -> NextChange:
        """Give the moments at which a comparison of an elapsed time with something fixed changes."""
        anchor_of, bound_of = self.anchor(elapsed), self.compile(other)
        zone, duration = self.zone, Duration(1, elapsed.unit)
        inner = list(self._changes(other))

        def change(view: View) -> Instant | None:
            moments = [moment for more in inner if (moment := more(view)) is not None]
            anchor, bound = anchor_of(view), bound_of(view)
            if anchor is not None and bound is not None:
                whole = int(bound.to_integral_value(rounding="ROUND_CEILING"))
                # Reaching a whole bound n matters to all comparisons, passing it (n + 1) to some.
                for count in (whole, int(bound) + 1):
                    moment = zone.add(anchor, duration, count)
                    if moment > view.now:
                        moments.append(moment)
            return min(moments, default=None)

        return change

    def _tick(self, elapsed: e.Elapsed) -> NextChange:
        """Give the moment at which an elapsed time grows by one."""
        anchor_of = self.anchor(elapsed)
        zone, unit = self.zone, elapsed.unit

        def change(view: View) -> Instant | None:
            anchor = anchor_of(view)
            if anchor is None:
                return None
            return zone.add(anchor, Duration(1, unit), zone.elapsed(anchor, view.now, unit) + 1)

        return change

    def _leaving(self, kind: str, duration: Duration) -> NextChange:
        """Give the moment at which the oldest event inside a window leaves it."""
        zone = self.zone

        def change(view: View) -> Instant | None:
            events = view.history.get(kind, ())
            start = first_inside(zone, duration, view.now, events)
            return zone.add(events[start].time, duration) if start < len(events) else None

        return change


def first_inside(zone: Zone, duration: Duration, now: Instant, events: Sequence[Happened]) -> int:
    """Give the index of the first event that has not left the window `in last DURATION`.

    An event leaves at ``add(event, duration)``, the moment at which a timer of
    the same length set by the event would fire.
    """
    # Adding keeps the order of times, so a bisection on a rough bound needs only a few steps on.
    rough = zone.add(now, duration, -1)
    index = bisect_right(events, rough, key=lambda event: event.time)
    while index > 0 and zone.add(events[index - 1].time, duration) > now:
        index -= 1
    while index < len(events) and zone.add(events[index].time, duration) <= now:
        index += 1
    return index


def _has_elapsed(expression: e.Expression) -> bool:
    return any(isinstance(part, e.Elapsed) for part in e.walk(expression))


def _depends_on_event_only(where: e.Expression | None) -> bool:
    """Say whether a `where` gives the same for an event whenever it is asked."""
    if where is None:
        return True
    fixed = (e.Literal, e.EventField, e.Comparison, e.Membership, e.Between, e.IsKnown)
    logic = (e.Not, e.Logical, e.Arithmetic, e.Negate, e.Conditional)
    return all(isinstance(part, fixed + logic) for part in e.walk(where))


def _condense(how: e.Aggregate, kept: list[Any], fresh: list[Any]) -> list[Any]:
    """Give as few values as say the same as all values so far."""
    if how is e.Aggregate.COUNT:
        return [(kept[0] if kept else 0) + len(fresh)]
    if how in {e.Aggregate.SUM, e.Aggregate.AVERAGE}:
        total, count = kept or (_ZERO, 0)
        return [sum(fresh, total), count + len(fresh)]
    values = kept + fresh
    return [aggregate(how, values)] if values else []


def _read(how: e.Aggregate, kept: list[Any]) -> Any:
    if how is e.Aggregate.COUNT:
        return Decimal(kept[0]) if kept else _ZERO
    if how is e.Aggregate.SUM:
        return kept[0] if kept else _ZERO
    if how is e.Aggregate.AVERAGE:
        return kept[0] / kept[1] if kept and kept[1] else None
    return kept[0] if kept else None
