"""For which values of one expression a condition is true, and for which it is unknown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from stepladder_dsl.analysis.domains import Domain, Values, everything, names
from stepladder_dsl.analysis.intervals import _EXACT, Interval, Ranges, ranges
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model.logic import MIRRORED
from stepladder_dsl.model.types import (
    ChoiceType,
    DatetimeType,
    DateType,
    MoneyType,
    NumberType,
    TextType,
    YesNoType,
)


@dataclass(frozen=True, slots=True)
class Truth:
    """For which values of a subject a condition is true and for which false; for the others it is unknown."""

    true: Domain
    false: Domain

    def negated(self) -> Truth:
        """Give the same for the opposite."""
        return Truth(self.false, self.true)

    def both(self, other: Truth) -> Truth:
        """Give the same for `and`."""
        return Truth(self.true.intersection(other.true), self.false.union(other.false))

    def either(self, other: Truth) -> Truth:
        """Give the same for `or`."""
        return self.negated().both(other.negated()).negated()


def domain_of(test: e.Expression, subject: e.Expression) -> Domain | None:
    """Give the values of a subject for which a condition is true; None where that cannot be said."""
    truth = truth_of(test, subject)
    return None if truth is None else truth.true


def truth_of(test: e.Expression, subject: e.Expression) -> Truth | None:
    """Give the values for which a condition is true, and false; None where that cannot be said."""
    every = everything(subject.type)
    return None if every is None else _Reader(subject, every).truth(test)


class NoConstant(Exception):
    """An expression's value does not stand in the text."""


def constant(expression: e.Expression) -> Any:
    """Give the value of an expression that is one (None: unknown); raises `NoConstant` for any other."""
    match expression:
        case e.Literal(value):
            return value
        case e.Negate(operand):
            value = constant(operand)
            return None if value is None else _EXACT.minus(value)
        case e.Arithmetic("+" | "-" | "*" as operator, left, right):
            one, two = constant(left), constant(right)
            if one is None or two is None:
                return None
            return {"+": _EXACT.add, "-": _EXACT.subtract, "*": _EXACT.multiply}[operator](one, two)
        case e.ListOf(items):
            return tuple(constant(item) for item in items)
        case _:
            raise NoConstant


class _Reader:
    """Reads conditions about one subject."""

    def __init__(self, subject: e.Expression, every: Domain) -> None:
        self.subject = subject
        self.every = every
        self.nothing = every.without(every)

    def truth(self, test: e.Expression) -> Truth | None:
        """Read one condition; None where it speaks of anything else."""
        if test == self.subject and isinstance(test.type, YesNoType):
            return self._among([True])
        try:
            return self._read(test)
        except NoConstant:
            return None

    def _read(self, test: e.Expression) -> Truth | None:
        match test:
            case e.Literal(value):
                return Truth(
                    self.every if value is True else self.nothing,
                    self.every if value is False else self.nothing,
                )
            case e.Comparison(operator, left, right):
                if left == self.subject:
                    return self._compared(operator, constant(right))
                return self._compared(MIRRORED[operator], constant(left)) if right == self.subject else None
            case e.Between(operand, low, high) if operand == self.subject:
                return self._all([self._compared(">=", constant(low)), self._compared("<=", constant(high))])
            case e.Membership(operand, choices) if operand == self.subject:
                return self._among([constant(choice) for choice in choices])
            case e.ListMembership(operand, items) if operand == self.subject:
                found = constant(items)
                return Truth(self.nothing, self.nothing) if found is None else self._among(found)
            case e.IsKnown(operand, negated) if operand == self.subject:
                known = Truth(self.every.known, self.every.without(self.every.known))
                return known.negated() if negated else known
            case e.Not(operand):
                inner = self.truth(operand)
                return None if inner is None else inner.negated()
            case e.Logical("and", operands):
                return self._all([self.truth(operand) for operand in operands])
            case e.Logical(_, operands):
                turned = [
                    None if (found := self.truth(part)) is None else found.negated() for part in operands
                ]
                joined = self._all(turned)
                return None if joined is None else joined.negated()
            case e.Conditional(condition, then, otherwise):
                return self._chosen(self.truth(condition), self.truth(then), self.truth(otherwise))
            case _:
                return None

    @staticmethod
    def _all(truths: Sequence[Truth | None]) -> Truth | None:
        joined: Truth | None = None
        for truth in truths:
            if truth is None:
                return None
            joined = truth if joined is None else joined.both(truth)
        return joined

    @staticmethod
    def _chosen(condition: Truth | None, then: Truth | None, otherwise: Truth | None) -> Truth | None:
        if condition is None or then is None or otherwise is None:
            return None
        true, false = (
            condition.true.intersection(one).union(condition.false.intersection(two))
            for one, two in ((then.true, otherwise.true), (then.false, otherwise.false))
        )
        return Truth(true, false)

    def _compared(self, operator: str, value: Any) -> Truth | None:
        if value is None:
            return Truth(self.nothing, self.nothing)
        if operator in {"=", "!="}:
            equal = self._among([value])
            return equal.negated() if operator == "!=" and equal is not None else equal
        if not isinstance(self.every.values, Ranges) or not self._is_of_the_type(value):
            return None
        low = {">": (value, 1), ">=": (value, 0)}.get(operator)
        high = {"<": (value, 0), "<=": (value, 1)}.get(operator)
        true = Domain(ranges([Interval(low, high)], self.every.values.scale))
        return Truth(true, self.every.known.without(true))

    def _among(self, values: Sequence[Any]) -> Truth | None:
        """Read whether the subject is one of these; beside an unknown one it is never certainly none."""
        known = [value for value in values if value is not None]
        if not all(self._is_of_the_type(value) for value in known):
            return None
        if isinstance(self.every.values, Ranges):
            scale = self.every.values.scale
            found: Values = ranges((Interval((value, 0), (value, 1)) for value in known), scale)
        else:
            found = names(known, universe=self.every.values.universe)
        true = Domain(found)
        return Truth(true, self.every.known.without(true) if len(known) == len(values) else self.nothing)

    def _is_of_the_type(self, value: Any) -> bool:
        """Say whether a constant can be compared with the subject's values."""
        match self.subject.type:
            case NumberType() | MoneyType():
                return isinstance(value, Decimal)
            case DateType():
                return isinstance(value, date)
            case DatetimeType():
                return isinstance(value, int) and not isinstance(value, bool)
            case YesNoType():
                return isinstance(value, bool)
            case TextType() | ChoiceType():
                return isinstance(value, str)
            case _:
                return True
