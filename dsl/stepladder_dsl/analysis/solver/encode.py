"""Conditions -> formulas, three-valued as in `docs/semantics.md`, "Values".

What the record and its history hold is asked of a *world*, which a subclass is.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_left
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar, cast

from stepladder_dsl.analysis.solver.logic import UNKNOWN, Formula, Items, Logic, Term, Three, Value
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model import spec as m
from stepladder_dsl.model import types as t

Encoded = Value | Items
_Made = TypeVar("_Made", Value | Items, Three)
NEITHER = Three(yes=False, no=False)
_GAP = 2**80
"""Room for the texts between two that a spec names, in their order."""


class Codes:
    """Numbers for texts, in their order, and for lengths of time; the same in every world of a spec."""

    def __init__(self, fresh: tuple[str, ...] = ()) -> None:
        """Take the texts that stand for any other."""
        self.fresh = fresh
        self._sorted: list[str] = []
        self._of_text: dict[str, int] = {}
        self._texts: dict[int, str] = {}
        self._durations: list[t.Duration] = []

    def text(self, text: str) -> int:
        """Give the number of a text; one met for the first time gets one between its neighbours'."""
        if text not in self._of_text:
            place = bisect_left(self._sorted, text)
            before = self._of_text[self._sorted[place - 1]] if place else None
            after = self._of_text[self._sorted[place]] if place < len(self._sorted) else None
            code = _between(before, after)
            self._sorted.insert(place, text)
            self._of_text[text] = code
            self._texts[code] = text
        return self._of_text[text]

    def text_of(self, code: int) -> str:
        """Give the text of a number."""
        return self._texts[code]

    def duration(self, duration: t.Duration) -> int:
        """Give the number of a length of time; two that are written otherwise are not equal."""
        if duration not in self._durations:
            self._durations.append(duration)
        return self._durations.index(duration)

    def duration_of(self, code: int) -> t.Duration:
        """Give the length of time of a number."""
        return self._durations[code]

    @property
    def durations(self) -> list[int]:
        """The numbers of the lengths of time met so far."""
        return list(range(len(self._durations)))


def _between(before: int | None, after: int | None) -> int:
    """Give a number between two others (None: there is none on that side)."""
    if before is None:
        return 0 if after is None else after - _GAP
    return before + _GAP if after is None else (before + after) // 2


class World(ABC):
    """Gives conditions as formulas; subclasses say what is there."""

    def __init__(self, logic: Logic, spec: m.Spec, codes: Codes) -> None:
        """Begin with nothing asked."""
        self.logic = logic
        self.spec = spec
        self.codes = codes
        self.laws: list[Formula] = []
        """What holds in every such world: handed to the solver as it is found."""
        self._named: dict[tuple[str, str], Encoded | Three] = {}
        self._number = 0

    # what a world says

    @abstractmethod
    def record_field(self, field: e.RecordField) -> Encoded:
        """Give the value of a field of the record."""

    @abstractmethod
    def event_field(self, field: e.EventField) -> Encoded:
        """Give the value of a field of the event at hand."""

    @abstractmethod
    def history(self, expression: e.History) -> Encoded:
        """Give an aggregate over what has happened."""

    @abstractmethod
    def elapsed(self, expression: e.Elapsed) -> Value:
        """Give a time that has passed."""

    @abstractmethod
    def place(self, expression: e.Reached | e.NowIn) -> Three:
        """Say where the case stands or has been."""

    @abstractmethod
    def quotient(self, division: e.Arithmetic, left: Term, right: Term) -> Term:
        """Divide, as the engine rounds it; the divisor is not zero."""

    @abstractmethod
    def beyond(self, expression: e.Expression) -> Encoded:
        """Give the value of what formulas do not say."""

    # variables

    def variable(self, kind: t.Type, what: str) -> Term:
        """Make a new unknown of the solver for a value of a type."""
        z3 = self.logic.z3
        name = f"{what}#{self._number}"
        self._number += 1
        match kind:
            case t.NumberType() | t.MoneyType():
                return z3.Real(name)
            case t.YesNoType():
                return z3.Bool(name)
            case _:
                return z3.Int(name)

    def whole(self, what: str) -> Term:
        """Make a new unknown whole number."""
        return self.variable(t.DateType(), what)

    def open_question(self, what: str) -> Formula:
        """Make a new unknown truth."""
        return self.variable(t.YesNoType(), what)

    # conditions

    def truth(self, expression: e.Expression) -> Three:
        """Give when a condition is true and when it is false."""
        logic = self.logic
        match expression:
            case e.Logical(operator, operands):
                parts = [self.truth(operand) for operand in operands]
                yes, no = [part.yes for part in parts], [part.no for part in parts]
                if operator == "and":
                    return Three(logic.every(*yes), logic.some(*no))
                return Three(logic.some(*yes), logic.every(*no))
            case e.Not(operand):
                inner = self.truth(operand)
                return Three(inner.no, inner.yes)
            case e.Comparison(operator, left, right):
                return self._compared(operator, self.value(left), self.value(right), expression)
            case e.Between(operand, low, high):
                return self.truth(
                    e.Logical("and", (e.Comparison(">=", operand, low), e.Comparison("<=", operand, high)))
                )
            case e.Membership(operand, choices):
                return self._one_of(expression, operand, choices)
            case e.ListMembership(operand, items):
                return self._in_list(expression, operand, items)
            case e.IsKnown(operand, negated):
                known = self.known(operand)
                return Three(logic.no(known), known) if negated else Three(known, logic.no(known))
            case e.Reached() | e.NowIn():
                return self.place(expression)
            case e.Conditional(condition, then, otherwise):
                test, first, second = self.truth(condition), self.truth(then), self.truth(otherwise)
                return Three(
                    logic.some(logic.every(test.yes, first.yes), logic.every(test.no, second.yes)),
                    logic.some(logic.every(test.yes, first.no), logic.every(test.no, second.no)),
                )
            case e.LetValue(name):
                return self._remembered("let", name, lambda: self.truth(self.spec.lets[name].value))
            case e.Literal(value):
                return Three(value is True, value is False)
            case _:
                return self._as_truth(self.value(expression))

    def known(self, expression: e.Expression) -> Formula:
        """Say when a value is known."""
        if isinstance(expression.type, t.YesNoType):
            truth = self.truth(expression)
            return self.logic.some(truth.yes, truth.no)
        return self.value(expression).known

    def _as_truth(self, value: Encoded) -> Three:
        if isinstance(value, Items) or value.term is None:
            return NEITHER
        return Three(
            self.logic.every(value.known, value.term),
            self.logic.every(value.known, self.logic.no(value.term)),
        )

    def _compared(self, operator: str, left: Encoded, right: Encoded, whole: e.Expression) -> Three:
        """Compare two values: unknown where one of them is."""
        if isinstance(left, Items) or isinstance(right, Items):
            return self._as_truth(self.beyond(whole))
        if left.term is None or right.term is None:
            return NEITHER
        holds = self._holds(operator, left.term, right.term)
        known = self.logic.every(left.known, right.known)
        return Three(self.logic.every(known, holds), self.logic.every(known, self.logic.no(holds)))

    def _holds(self, operator: str, left: Term, right: Term) -> Formula:
        logic = self.logic
        match operator:
            case "=":
                return self.equal(left, right)
            case "!=":
                return logic.no(self.equal(left, right))
            case "<":
                return left < right
            case "<=":
                return left <= right
            case ">":
                return left > right
            case _:
                return left >= right

    def equal(self, left: Term, right: Term) -> Formula:
        """Say when two terms are equal."""
        z3 = self.logic.z3
        if any(isinstance(term, bool) or z3.is_bool(term) for term in (left, right)):
            return self.logic.same(left, right)
        return left == right

    def _one_of(self, whole: e.Expression, operand: e.Expression, choices: tuple[e.Expression, ...]) -> Three:
        logic, value = self.logic, self.value(operand)
        options = [self.value(choice) for choice in choices]
        if isinstance(value, Items) or any(isinstance(option, Items) for option in options):
            return self._as_truth(self.beyond(whole))
        if value.term is None:
            return NEITHER
        single = [option for option in options if isinstance(option, Value)]
        hits = [
            logic.every(option.known, self.equal(value.term, option.term))
            for option in single
            if option.term is not None
        ]
        all_known = logic.every(*(option.known for option in single))
        found = logic.some(*hits)
        return Three(logic.every(value.known, found), logic.every(value.known, all_known, logic.no(found)))

    def _in_list(self, whole: e.Expression, operand: e.Expression, items: e.Expression) -> Three:
        logic, value, among = self.logic, self.value(operand), self.value(items)
        if isinstance(value, Items):
            return self._as_truth(self.beyond(whole))
        if isinstance(among, Value):
            # A list that is nothing but unknown.
            return NEITHER if among.term is None else self._as_truth(self.beyond(whole))
        if value.term is None:
            return NEITHER
        known, found = logic.every(value.known, among.known), among.has(value.term)
        return Three(logic.every(known, found), logic.every(known, logic.no(found), logic.no(among.gap)))

    # values

    def value(self, expression: e.Expression) -> Encoded:
        """Give a value, and when it is known."""
        match expression:
            case e.Literal(value):
                return self.constant(value)
            case e.RecordField():
                return self.record_field(expression)
            case e.EventField():
                return self.event_field(expression)
            case e.History():
                return self.history(expression)
            case e.Elapsed():
                return self.elapsed(expression)
            case e.Negate(operand):
                inner = self.value(operand)
                return (
                    inner
                    if isinstance(inner, Items) or inner.term is None
                    else Value(-inner.term, inner.known)
                )
            case e.Arithmetic(_, left, right):
                return self._calculated(expression, self.value(left), self.value(right))
            case e.ListOf(items):
                return self._listed([self.value(item) for item in items], expression)
            case e.LetValue(name) if not isinstance(expression.type, t.YesNoType):
                return self._remembered("let", name, lambda: self.value(self.spec.lets[name].value))
            case e.DecisionValue(name, output):
                return self._remembered(f"decide {name}", output, lambda: self._decided(name, output))
            case e.Conditional(condition, then, otherwise) if not isinstance(expression.type, t.YesNoType):
                test = self.truth(condition)
                return self._chosen(
                    [(test.yes, self.value(then)), (test.no, self.value(otherwise))], expression
                )
            case _:
                if not isinstance(expression.type, t.YesNoType):
                    return self.beyond(expression)
                truth = self.truth(expression)
                return Value(truth.yes, self.logic.some(truth.yes, truth.no))

    def constant(self, value: Any) -> Encoded:
        """Give a constant."""
        match value:
            case None:
                return UNKNOWN
            case bool():
                return Value(value)
            case Decimal():
                return Value(self.logic.z3.RealVal(format(value, "f")))
            case str():
                return Value(self.codes.text(value))
            case t.Duration():
                return Value(self.codes.duration(value))
            case date():
                return Value(value.toordinal())
            case tuple():
                return self._listed([self.constant(item) for item in value], None)
            case _:
                return Value(value)

    def _listed(self, items: list[Encoded], whole: e.Expression | None) -> Encoded:
        if any(isinstance(item, Items) for item in items) and whole is not None:
            return self.beyond(whole)
        single = [item for item in items if isinstance(item, Value)]

        def has(term: Term) -> Formula:
            return self.logic.some(
                *(
                    self.logic.every(item.known, self.equal(item.term, term))
                    for item in single
                    if item.term is not None
                )
            )

        return Items(
            known=True, has=has, gap=self.logic.some(*(self.logic.no(item.known) for item in single))
        )

    def _calculated(self, whole: e.Arithmetic, left: Encoded, right: Encoded) -> Encoded:
        if isinstance(left, Items) or isinstance(right, Items) or left.term is None or right.term is None:
            return UNKNOWN
        known = self.logic.every(left.known, right.known)
        match whole.operator:
            case "+":
                return Value(left.term + right.term, known)
            case "-":
                return Value(left.term - right.term, known)
            case "*":
                return Value(left.term * right.term, known)
            case _:
                divides = right.term != 0
                return Value(self.quotient(whole, left.term, right.term), self.logic.every(known, divides))

    def _chosen(self, options: list[tuple[Formula, Encoded]], whole: e.Expression) -> Encoded:
        """Give the value whose condition holds; at most one does."""
        logic = self.logic
        known = logic.some(*(logic.every(condition, value.known) for condition, value in options))
        lists = [(condition, value) for condition, value in options if isinstance(value, Items)]
        if lists:
            if len(lists) < len([value for _, value in options if value is not UNKNOWN]):
                return self.beyond(whole)
            return Items(
                known,
                lambda term: logic.some(*(logic.every(when, items.has(term)) for when, items in lists)),
                logic.some(*(logic.every(when, items.gap) for when, items in lists)),
            )
        term: Term = None
        for condition, value in reversed(options):
            if isinstance(value, Value):
                term = logic.choice(condition, value.term, term)
        return UNKNOWN if term is None else Value(term, known)

    def _remembered(self, kind: str, name: str, make: Callable[[], _Made]) -> _Made:
        """Work out what a name stands for once."""
        key = (kind, name)
        if key not in self._named:
            self._named[key] = make()
        # A name is asked for its truth or for its value, as its type has it: never for both.
        return cast("_Made", self._named[key])

    # decision tables

    def _decided(self, name: str, output: str) -> Encoded:
        """Give one output of a decision table: a row matches where each of its tests is true."""
        logic, decision = self.logic, self.spec.decisions[name]
        place = list(decision.outputs).index(output)
        whole = e.DecisionValue(name, output, decision.outputs[output])
        matches = [
            logic.every(*(self.truth(test).yes for test in row.tests if test is not None))
            for row in decision.rows
        ]
        values = [
            UNKNOWN
            if row.values[place] is None
            else self.value(row.values[place] or e.Literal(None, t.AnyType()))
            for row in decision.rows
        ]
        rows = list(zip(matches, values, strict=True))
        match decision.policy:
            case m.HitPolicy.FIRST:
                return self._chosen(self._first(rows), whole)
            case m.HitPolicy.UNIQUE:
                return self._chosen(self._only(rows), whole)
            case m.HitPolicy.COLLECT_COUNT:
                return Value(logic.total([self._one_if(match) for match in matches]))
            case m.HitPolicy.COLLECT:
                return self._collected(rows, whole)
            case m.HitPolicy.COLLECT_SUM:
                return Value(
                    logic.total(
                        [
                            logic.choice(logic.every(match, value.known), value.term, logic.z3.RealVal(0))
                            for match, value in rows
                            if isinstance(value, Value) and value.term is not None
                        ]
                    )
                )
            case _:
                return self._extreme(rows, least=decision.policy is m.HitPolicy.COLLECT_MIN)

    def _first(self, rows: list[tuple[Formula, Encoded]]) -> list[tuple[Formula, Encoded]]:
        """Give when each row is the first that matches."""
        logic = self.logic
        found: list[tuple[Formula, Encoded]] = []
        before: list[Formula] = []
        for match, value in rows:
            found.append((logic.every(match, *(logic.no(other) for other in before)), value))
            before.append(match)
        return found

    def _only(self, rows: list[tuple[Formula, Encoded]]) -> list[tuple[Formula, Encoded]]:
        """Give when each row is the only one that matches."""
        logic = self.logic
        return [
            (
                logic.every(
                    match,
                    *(logic.no(other) for place, (other, _) in enumerate(rows) if place != number),
                ),
                value,
            )
            for number, (match, value) in enumerate(rows)
        ]

    def _collected(self, rows: list[tuple[Formula, Encoded]], whole: e.Expression) -> Encoded:
        logic = self.logic
        if any(isinstance(value, Items) for _, value in rows):
            return self.beyond(whole)
        single = [
            (match, value) for match, value in rows if isinstance(value, Value) and value.term is not None
        ]
        return Items(
            known=True,
            has=lambda term: logic.some(
                *(logic.every(match, value.known, self.equal(value.term, term)) for match, value in single)
            ),
        )

    def _one_if(self, condition: Formula) -> Term:
        z3 = self.logic.z3
        return self.logic.choice(condition, z3.RealVal(1), z3.RealVal(0))

    def _extreme(self, rows: list[tuple[Formula, Encoded]], *, least: bool) -> Encoded:
        """Give the least or the greatest of the values of rows that match."""
        found: Encoded = UNKNOWN
        for match, value in rows:
            if isinstance(value, Value) and value.term is not None and isinstance(found, Value):
                found = self.better(
                    found, Value(value.term, self.logic.every(match, value.known)), least=least
                )
        return found

    def better(self, first: Value, second: Value, *, least: bool) -> Value:
        """Give the smaller or the greater of two values; one that is unknown gives way."""
        logic = self.logic
        if first.term is None or second.term is None:
            return second if first.term is None else first
        beats = second.term < first.term if least else second.term > first.term
        takes_second = logic.every(second.known, logic.some(logic.no(first.known), beats))
        return Value(
            logic.choice(takes_second, second.term, first.term), logic.some(first.known, second.known)
        )
