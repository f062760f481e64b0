"""Typed expressions -> closures over a `View`; and when their values change by time alone.

Logic is three-valued as in SQL and DMN: ``None`` is unknown, a comparison with
unknown is unknown, `and` is false as soon as one part is false, `or` is true as
soon as one is true. Numbers and money are exact decimals; division by zero is
unknown.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from stepladder_dsl.model import expressions as e
from stepladder_dsl.model.logic import COMPARE, MIRRORED, all_true, any_true
from stepladder_dsl.model.spec import Decision, DecisionRow, Let
from stepladder_dsl.model.types import AnyType, Duration, NumberType
from stepladder_engine.calendars.zone import Instant, Zone
from stepladder_engine.expressions.hits import hit
from stepladder_engine.expressions.logic import AT_LEAST, Evaluate, against, is_whole, joined, units_asked
from stepladder_engine.expressions.tally import EXACT, Tally, aggregate, divide
from stepladder_engine.expressions.view import Happened, View

NextChange = Callable[[View], Instant | None]

ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": EXACT.add,
    "-": EXACT.subtract,
    "*": EXACT.multiply,
    "/": divide,
}


def leaving(zone: Zone, duration: Duration, happened: Instant) -> Instant:
    """Give the moment at which an event leaves the window `in last DURATION`.

    It is inside from the moment it happens until `event + DURATION`, which it is
    no longer in: exactly when a timer of that length, set by the event, would
    fire. Counting forward from the event, and not back from now, lets each event
    leave once and for good: a month before 28 to 31 March is 28 February every time.
    """
    return zone.add(happened, duration)


class Compiler:
    """Compiles the expressions of one spec: each once, into a closure."""

    def __init__(self, zone: Zone, lets: Mapping[str, Let], decisions: Mapping[str, Decision]) -> None:
        """Take the spec's time zone, its named values and its decision tables."""
        self.zone = zone
        self.lets = lets
        self.decisions = decisions
        self._let_closures: dict[str, Evaluate] = {}
        self._decision_closures: dict[tuple[str, str], Evaluate] = {}
        self._tallies = 0

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
            case e.DecisionValue(name, output):
                return self._decision(name, output)
            case e.ListOf(items):
                elements = [self.compile(item) for item in items]
                return lambda view: tuple([element(view) for element in elements])
            case e.ListMembership(operand, items):
                return self._binary_in(operand, items)
            case e.Negate(operand):
                inner = self.compile(operand)
                return lambda view: None if (value := inner(view)) is None else EXACT.minus(value)
            case e.Arithmetic():
                return self._binary(ARITHMETIC[expression.operator], expression.left, expression.right)
            case e.Comparison(word, left, right):
                return self._comparison(word, left, right)
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
                return joined(parts, stops=word == "or")
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

    def _decision(self, name: str, output: str) -> Evaluate:
        """Compile one output of a decision table: a row matches where each of its tests is true."""
        closure = self._decision_closures.get((name, output))
        if closure is None:
            decision = self.decisions[name]
            place = list(decision.outputs).index(output)
            rows = [
                (
                    self.row_tests(row),
                    self.compile(row.values[place] or e.Literal(None, AnyType())),
                )
                for row in decision.rows
            ]
            closure = self._decision_closures[name, output] = hit(decision.policy, rows)
        return closure

    def row_tests(self, row: DecisionRow) -> Sequence[Evaluate]:
        """Compile what a row of a decision table asks."""
        return [self.compile(test) for test in row.tests if test is not None]

    def _binary_in(self, operand: e.Expression, items: e.Expression) -> Evaluate:
        inner, values = self.compile(operand), self.compile(items)

        def evaluate(view: View) -> bool | None:
            value, among = inner(view), values(view)
            if value is None or among is None:
                return None
            return any_true(None if item is None else item == value for item in among)

        return evaluate

    def _binary(self, apply: Callable[[Any, Any], Any], left: e.Expression, right: e.Expression) -> Evaluate:
        first, second = self.compile(left), self.compile(right)

        def evaluate(view: View) -> Any:
            one = first(view)
            if one is None:
                return None
            other = second(view)
            return None if other is None else apply(one, other)

        return evaluate

    def _comparison(self, word: str, left: e.Expression, right: e.Expression) -> Evaluate:
        """Compile a comparison; with a constant there is less to do, and whole numbers stay such."""
        if isinstance(left, e.Literal):
            word, left, right = MIRRORED[word], right, left
        if not isinstance(right, e.Literal) or right.value is None:
            return self._binary(COMPARE[word], left, right)
        bound = right.value
        subject = self._unfolded(left)
        if isinstance(subject, e.Elapsed) and word in AT_LEAST and isinstance(bound, Decimal):
            return self._elapsed_comparison(word, subject, bound)
        if isinstance(subject, e.History) and subject.aggregate is e.Aggregate.COUNT and is_whole(bound):
            return against(COMPARE[word], self._count(subject), int(bound))
        return against(COMPARE[word], self.compile(left), bound)

    def _elapsed_comparison(self, word: str, elapsed: e.Elapsed, bound: Decimal) -> Evaluate:
        """Compare an elapsed time with a constant: it is so long from some moment on."""
        anchor_of, zone, unit = self.anchor(elapsed), self.zone, Duration(1, elapsed.unit)
        units, holds = units_asked(word, bound), AT_LEAST[word]

        def evaluate(view: View) -> bool | None:
            anchor = anchor_of(view)
            return None if anchor is None else (zone.add(anchor, unit, units) <= view.now) is holds

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
        if expression.aggregate is e.Aggregate.COUNT:
            count = self._count(expression)
            return lambda view: Decimal(count(view))
        names = _fields_read(expression.where)
        if names is not None:
            up_to_date = self._tally(expression, names)
            return lambda view: up_to_date(view).value
        how = expression.aggregate
        # What the condition says of an old event may be different each time: look at all of them again.
        return lambda view: aggregate(how, [value for _, value in self.selected(expression, view)])

    def _count(self, expression: e.History) -> Callable[[View], int]:
        """Give a function to how many events there are of those that an aggregate looks at."""
        kind = expression.event
        if expression.where is None and expression.window is None and expression.field is None:
            return lambda view: len(view.history.get(kind, ()))
        names = _fields_read(expression.where)
        if names is not None:
            up_to_date = self._tally(expression, names)
            return lambda view: up_to_date(view).count
        return lambda view: len(self.selected(expression, view))

    def selected(self, expression: e.History, view: View) -> list[tuple[Happened, Any]]:
        """Give the events that an aggregate takes in for one record, each with its known value."""
        events = view.history.get(expression.event, ())
        chosen = self._chooser(expression)
        window = expression.window
        if isinstance(window, e.LastWindow):
            events = [event for event in events if leaving(self.zone, window.duration, event.time) > view.now]
        return list(chosen(view, events, self._end(expression, events)))

    def _end(self, expression: e.History, events: Sequence[Happened]) -> Instant | None:
        """Give the moment at which the window `in first DURATION` closes, where there is one."""
        if isinstance(expression.window, e.FirstWindow) and events:
            return self.zone.add(events[0].time, expression.window.duration)
        return None

    def _chooser(
        self, expression: e.History
    ) -> Callable[[View, Iterable[Happened], Instant | None], Iterable[tuple[Happened, Any]]]:
        """Give a function to the events before an end, with a known value, for which `where` is true."""
        field = expression.field
        where = self.compile(expression.where) if expression.where is not None else None

        def known(
            _view: View, events: Iterable[Happened], _end: Instant | None
        ) -> Iterable[tuple[Happened, Any]]:
            return [
                (event, value)
                for event in events
                if (value := event if field is None else event.fields.get(field)) is not None
            ]

        if where is None and not isinstance(expression.window, e.FirstWindow):
            return known

        def chosen(
            view: View, events: Iterable[Happened], end: Instant | None
        ) -> Iterator[tuple[Happened, Any]]:
            outer = view.event
            for event in events:
                value = event if field is None else event.fields.get(field)
                if value is None or (end is not None and event.time >= end):
                    continue
                if where is not None:
                    view.event = event.fields
                    holds = where(view)
                    view.event = outer
                    if holds is not True:
                        continue
                yield event, value

        return chosen

    def _tally(self, expression: e.History, names: Sequence[str]) -> Callable[[View], Tally]:
        """Aggregate without looking at old events again: history only ever grows.

        `names` are the record's fields that the condition reads; where one of
        them has changed, the aggregate begins anew.
        """
        chosen = self._chooser(expression)
        kind, how, window = expression.event, expression.aggregate, expression.window
        last = window.duration if isinstance(window, e.LastWindow) else None
        zone, key = self.zone, self._tallies
        self._tallies += 1

        def take_in(tally: Tally, view: View, events: Sequence[Happened]) -> None:
            fresh = events[tally.seen :]
            for event, value in chosen(view, fresh, self._end(expression, events)):
                tally.enter(value, None if last is None else leaving(zone, last, event.time))
            tally.seen = len(events)

        def up_to_date(view: View) -> Tally:
            basis = tuple([view.fields.get(name) for name in names]) if names else ()
            tally = view.tallies.get(key)
            if tally is None or tally.basis != basis:
                tally = view.tallies[key] = Tally(how, basis)
            events = view.history.get(kind, ())
            if tally.seen < len(events):
                take_in(tally, view, events)
            if last is not None:
                tally.leave_until(view.now)
            return tally

        return up_to_date

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
        if len(changes) == 1:
            return changes[0]

        def earliest(view: View) -> Instant | None:
            moments = [moment for change in changes if (moment := change(view)) is not None]
            return min(moments, default=None)

        return earliest

    def _changes(self, expression: e.Expression) -> Iterable[NextChange]:
        match expression:
            case e.Comparison(word, left, right):
                sides = (self._unfolded(left), right, word), (self._unfolded(right), left, MIRRORED[word])
                for side, other, operator_word in sides:
                    if isinstance(side, e.Elapsed):
                        yield self._comparison_change(operator_word, side, other)
                        return
            case e.Between(operand, low, high):
                yield from self._changes(e.Comparison(">=", operand, low))
                yield from self._changes(e.Comparison("<=", operand, high))
                return
            case e.Membership(operand, choices):
                for choice in choices:
                    yield from self._changes(e.Comparison("=", operand, choice))
                return
            case e.IsKnown(operand) if isinstance(self._unfolded(operand), e.Elapsed):
                return
            case e.Elapsed():
                yield self._tick(expression)
            case e.History(window=e.LastWindow(duration)):
                yield self._window_change(expression.event, duration)
            case e.LetValue(name):
                yield from self._changes(self.lets[name].value)
            case e.DecisionValue(name):
                for row in self.decisions[name].rows:
                    for part in (*row.tests, *row.values):
                        if part is not None:
                            yield from self._changes(part)
        for child in e.children(expression):
            yield from self._changes(child)

    def _unfolded(self, expression: e.Expression) -> e.Expression:
        """Give what a named value stands for."""
        while isinstance(expression, e.LetValue):
            expression = self.lets[expression.name].value
        return expression

    def _comparison_change(self, word: str, elapsed: e.Elapsed, other: e.Expression) -> NextChange:
        """Give the moments at which a comparison of an elapsed time with something fixed changes."""
        if word in AT_LEAST and isinstance(other, e.Literal) and isinstance(other.value, Decimal):
            return self._only_change(elapsed, units_asked(word, other.value))
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

    def _only_change(self, elapsed: e.Elapsed, units: int) -> NextChange:
        """Give the moment from which on an elapsed time is so many units long."""
        anchor_of, zone, unit = self.anchor(elapsed), self.zone, Duration(1, elapsed.unit)

        def change(view: View) -> Instant | None:
            anchor = anchor_of(view)
            if anchor is None:
                return None
            moment = zone.add(anchor, unit, units)
            return moment if moment > view.now else None

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

    def _window_change(self, kind: str, duration: Duration) -> NextChange:
        """Give the moment at which the next event leaves a window."""
        everything = e.History(e.Aggregate.COUNT, kind, None, e.LastWindow(duration), None, NumberType())
        up_to_date = self._tally(everything, ())
        return lambda view: up_to_date(view).next_leaving


def _fields_read(where: e.Expression | None) -> list[str] | None:
    """Give the record's fields that a `where` reads; None where it also depends on time or history."""
    if where is None:
        return []
    parts = e.walk(where)
    if any(
        isinstance(part, e.LetValue | e.DecisionValue | e.History | e.Elapsed | e.Reached | e.NowIn)
        for part in parts
    ):
        return None
    return [part.name for part in parts if isinstance(part, e.RecordField)]
