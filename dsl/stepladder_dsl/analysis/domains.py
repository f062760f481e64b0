"""Exact sets of the values of one expression, and for which of them a condition is true.

A set knows its known values and whether *unknown* is among them. Ordered values (numbers,
money, dates, moments) are unions of intervals on a scale; names (choices, texts, yes and no,
keys, lengths of time, lists) are a few values, or all but a few. Nothing is approximated:
what cannot be said exactly is None, and who asks stays silent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from typing import Any

from stepladder_dsl.model import expressions as e
from stepladder_dsl.model.logic import MIRRORED
from stepladder_dsl.model.types import (
    AnyType,
    ChoiceType,
    ColumnType,
    DatetimeType,
    DateType,
    MoneyType,
    NumberType,
    TextType,
    Type,
    YesNoType,
)

_EXACT = Context(prec=2000)
"""No bound of a text has so many digits: nothing is rounded."""
_ANY_DAY = date(2026, 1, 1)

Cut = tuple[Any, int]
"""A place between values: just before a value (0), or just behind it (1)."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Which values there are between two others: with a step only every so many, without one all."""

    step: Decimal | timedelta | int | None = None

    def settle(self, cut: Cut) -> Cut | None:
        """Give the same place as the one before the next value of the scale; None where there is none."""
        value, behind = cut
        if self.step is None:
            return cut
        if isinstance(self.step, Decimal):
            return (self._next_multiple(value, bool(behind)), 0)
        if not behind:
            return cut
        try:
            return (value + self.step, 0)
        except OverflowError:
            return None

    def before(self, value: Any) -> Any:
        """Give the value one step below."""
        return _EXACT.subtract(value, self.step) if isinstance(self.step, Decimal) else value - self.step

    def _next_multiple(self, value: Decimal, behind: bool) -> Decimal:
        places = -self.step.as_tuple().exponent  # type: ignore[union-attr, operator]
        scaled = _EXACT.scaleb(value, places)
        if behind:
            whole = _EXACT.add(scaled.to_integral_value(ROUND_FLOOR), Decimal(1))
        else:
            whole = scaled.to_integral_value(ROUND_CEILING)
        return _EXACT.scaleb(whole, -places)

    def coarser(self, other: Scale) -> Scale:
        """Give the scale of what lies on both."""
        if self.step is None or other.step is None:
            return other if self.step is None else self
        return self if self.step >= other.step else other  # type: ignore[operator]


CONTINUOUS = Scale()
WHOLE = Scale(Decimal(1))
DAYS = Scale(timedelta(days=1))
MOMENTS = Scale(1)


@dataclass(frozen=True, slots=True)
class Interval:
    """The values between two cuts; None is no bound."""

    low: Cut | None = None
    high: Cut | None = None

    def settled(self, scale: Scale) -> Interval | None:
        """Give the same values with the scale's own bounds; None where there are none."""
        low, high = self.low, self.high
        if low is not None and (low := scale.settle(low)) is None:
            return None
        if high is not None:
            high = scale.settle(high)
        if scale == DAYS:
            if high is not None and high[0] <= date.min:
                return None
            if low is not None and low[0] <= date.min:
                low = None
        if low is not None and high is not None and low >= high:
            return None
        return Interval(low, high)

    def contains(self, value: Any) -> bool:
        """Say whether a value lies between the cuts."""
        return (self.low is None or self.low <= (value, 0)) and (self.high is None or self.high > (value, 0))

    def starts_before(self, other: Interval) -> bool:
        """Say whether its low end does not lie above the other's."""
        return self.low is None or (other.low is not None and self.low <= other.low)

    def ends_before(self, other: Interval) -> bool:
        """Say whether its high end does not lie above the other's."""
        return other.high is None or (self.high is not None and self.high <= other.high)


@dataclass(frozen=True, slots=True)
class Ranges:
    """Ordered values: disjoint intervals that do not touch, from the lowest to the highest."""

    scale: Scale = CONTINUOUS
    intervals: tuple[Interval, ...] = (Interval(),)

    @property
    def is_empty(self) -> bool:
        """Whether there is no value."""
        return not self.intervals

    def contains(self, value: Any) -> bool:
        """Say whether a value is one of these."""
        if isinstance(self.scale.step, Decimal) and self.scale.settle((value, 0)) != (value, 0):
            return False
        return any(interval.contains(value) for interval in self.intervals)

    def union(self, other: Ranges) -> Ranges:
        """Give the values that are in either; both lie on one scale."""
        if self.scale != other.scale:
            raise ValueError("sets on two scales have no exact union")
        return Ranges(self.scale, tuple(_merged((*self.intervals, *other.intervals))))

    def intersection(self, other: Ranges) -> Ranges:
        """Give the values that are in both, on the coarser scale."""
        scale = self.scale.coarser(other.scale)
        met = [_met(one, two) for one in self.intervals for two in other.intervals]
        return ranges(met, scale)

    def complement(self) -> Ranges:
        """Give every other value of the scale."""
        low: Cut | None = None
        gaps: list[Interval] = []
        for interval in self.intervals:
            if interval.low is not None:
                gaps.append(Interval(low, interval.low))
            if interval.high is None:
                return Ranges(self.scale, tuple(gaps))
            low = interval.high
        return Ranges(self.scale, (*gaps, Interval(low)))

    def example(self) -> Any:
        """Give a small, round value, preferably zero; raises ``ValueError`` where there is none."""
        if self.is_empty:
            raise ValueError("there is no value to give")
        if self.scale == DAYS:
            return _example_day(self.intervals[0])
        if isinstance(self.scale.step, int):
            low, high = self.intervals[0].low, self.intervals[0].high
            return low[0] if low is not None else high[0] - 1 if high is not None else 0
        if self.contains(Decimal(0)):
            return Decimal(0)
        found = [example for interval in self.intervals for example in _example_numbers(interval)]
        return _plain(min((value for value in found if self.contains(value)), key=_how_odd))


@dataclass(frozen=True, slots=True)
class Names:
    """Values without an order: these `values`, or (not `among`) all others; of a `universe` these always."""

    values: frozenset[Any] = frozenset()
    among: bool = True
    universe: tuple[Any, ...] | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is no value."""
        return self.among and not self.values

    def contains(self, value: Any) -> bool:
        """Say whether a value is one of these."""
        return (value in self.values) == self.among

    def union(self, other: Names) -> Names:
        """Give the values that are in either."""
        return self.complement().intersection(other.complement()).complement()

    def intersection(self, other: Names) -> Names:
        """Give the values that are in both."""
        universe = self.universe if self.universe is not None else other.universe
        if self.among and other.among:
            return names(self.values & other.values, universe=universe)
        if self.among:
            return names(self.values - other.values, universe=universe)
        if other.among:
            return names(other.values - self.values, universe=universe)
        return names(self.values | other.values, among=False, universe=universe)

    def complement(self) -> Names:
        """Give every other value."""
        return names(self.values, among=not self.among, universe=self.universe)

    def example(self) -> Any:
        """Give the first value in the order of the universe, or any short text that is not excluded."""
        if self.is_empty:
            raise ValueError("there is no value to give")
        if self.universe is not None:
            return next(value for value in self.universe if value in self.values)
        if self.among:
            return min(self.values, key=lambda value: (len(str(value)), str(value)))
        return next(text for text in _short_texts() if text not in self.values)


Values = Ranges | Names


@dataclass(frozen=True, slots=True)
class Domain:
    """Known values of one type, and whether *unknown* is among them."""

    values: Values
    unknown: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing is in it, not even unknown."""
        return not self.unknown and self.values.is_empty

    @property
    def known(self) -> Domain:
        """The same without unknown."""
        return Domain(self.values)

    def contains(self, value: Any) -> bool:
        """Say whether a value, or unknown (None), is in it."""
        return self.unknown if value is None else self.values.contains(value)

    def union(self, other: Domain) -> Domain:
        """Give what is in either."""
        return Domain(self.values.union(other.values), self.unknown or other.unknown)  # type: ignore[arg-type]

    def intersection(self, other: Domain) -> Domain:
        """Give what is in both."""
        values = self.values.intersection(other.values)  # type: ignore[arg-type]
        return Domain(values, self.unknown and other.unknown)

    def complement(self) -> Domain:
        """Give everything else of the type."""
        return Domain(self.values.complement(), not self.unknown)

    def without(self, other: Domain) -> Domain:
        """Give what is in this and not in the other."""
        return self.intersection(other.complement())

    def covers(self, other: Domain) -> bool:
        """Say whether everything of the other is in this."""
        return other.without(self).is_empty

    def example(self) -> Any:
        """Give a known value that is easy to read; None, for unknown, only where there is no other."""
        return None if self.values.is_empty and self.unknown else self.values.example()


def ranges(intervals: Iterable[Interval | None], scale: Scale = CONTINUOUS) -> Ranges:
    """Give the values of a scale that lie in any of the intervals."""
    settled = (interval.settled(scale) for interval in intervals if interval is not None)
    return Ranges(scale, tuple(_merged(interval for interval in settled if interval is not None)))


def names(values: Iterable[Any], *, among: bool = True, universe: tuple[Any, ...] | None = None) -> Names:
    """Give a set of names; of a universe always those that are in it."""
    chosen = frozenset(values)
    if universe is None:
        return Names(chosen, among)
    left = frozenset(value for value in universe if (value in chosen) == among)
    return Names(left, universe=universe)


def _merged(intervals: Iterable[Interval]) -> Iterator[Interval]:
    """Put intervals into their order, and those together that meet or touch."""
    waiting: Interval | None = None
    for interval in sorted(intervals, key=lambda one: (one.low is not None, one.low)):
        if waiting is None:
            waiting = interval
        elif interval.low is None or waiting.high is None or interval.low <= waiting.high:
            waiting = waiting if interval.ends_before(waiting) else Interval(waiting.low, interval.high)
        else:
            yield waiting
            waiting = interval
    if waiting is not None:
        yield waiting


def _met(one: Interval, two: Interval) -> Interval | None:
    """Give what two intervals have in common."""
    low = two.low if one.starts_before(two) else one.low
    high = one.high if one.ends_before(two) else two.high
    return None if low is not None and high is not None and low >= high else Interval(low, high)


def _example_day(interval: Interval) -> date:
    """Give the first day of an interval, or its last where it has no first."""
    if interval.contains(_ANY_DAY):
        return _ANY_DAY
    if interval.low is not None:
        day: date = interval.low[0]
        return day
    last: date = interval.high[0] - timedelta(days=1) if interval.high is not None else _ANY_DAY
    return last


def _plain(value: Decimal) -> Decimal:
    """Give the same number without zeros behind the point, and without an exponent."""
    short = _EXACT.normalize(value)
    return short if int(short.as_tuple().exponent) <= 0 else _EXACT.quantize(short, Decimal(1))


def _how_odd(value: Decimal) -> tuple[int, Decimal, bool]:
    """Order numbers by how hard they are to read: by their digits, then by their size."""
    digits = len(_EXACT.normalize(value).as_tuple().digits)
    places = max(0, -int(_EXACT.normalize(value).as_tuple().exponent))
    return (digits + 2 * places, abs(value), value < 0)


def _example_numbers(interval: Interval) -> Iterator[Decimal]:
    """Yield numbers near the ends of an interval, and round ones inside it, of which one at least fits."""
    ends = [cut[0] for cut in (interval.low, interval.high) if cut is not None]
    for end in ends:
        yield end
        for power in range(max(end.adjusted(), 0), min(-1, end.as_tuple().exponent - 2), -1):
            step = Decimal(1).scaleb(power)
            below = _EXACT.multiply(_EXACT.divide_int(end, step), step)
            yield from (below, _EXACT.add(below, step), _EXACT.subtract(below, step))
    if len(ends) == 2:
        yield _EXACT.divide(_EXACT.add(*ends), Decimal(2))
    else:
        yield Decimal(0)


def _short_texts() -> Iterator[str]:
    """Yield A, B, C and so on, then A1, B1 and so on."""
    number = 0
    while True:
        yield from (f"{letter}{number or ''}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        number += 1


def everything(kind: Type) -> Domain | None:
    """Give every value of a type, and unknown; None where the type is not known."""
    match kind:
        case NumberType() | MoneyType():
            return Domain(Ranges(), unknown=True)
        case DateType():
            return Domain(Ranges(DAYS), unknown=True)
        case DatetimeType():
            return Domain(Ranges(MOMENTS), unknown=True)
        case ChoiceType(values):
            return Domain(names((), among=False, universe=values), unknown=True)
        case YesNoType():
            return Domain(names((), among=False, universe=(True, False)), unknown=True)
        case AnyType() | ColumnType():
            return None
        case _:
            return Domain(names((), among=False), unknown=True)


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


Box = tuple[Domain, ...]
"""A value, or several, for each of some expressions: every combination of them."""


def subtracted(box: Box, other: Box) -> Iterator[Box]:
    """Yield what is left of a box behind another one, in boxes that have nothing in common."""
    if any(mine.intersection(theirs).is_empty for mine, theirs in zip(box, other, strict=True)):
        yield box
        return
    for place, (mine, theirs) in enumerate(zip(box, other, strict=True)):
        left = mine.without(theirs)
        if not left.is_empty:
            common = (one.intersection(two) for one, two in zip(box[:place], other[:place], strict=True))
            yield (*common, left, *box[place + 1 :])


def remaining(space: Iterable[Box], rows: Iterable[Box], most: int = 2000) -> list[Box] | None:
    """Give what is left of a space behind some boxes; None where that falls into more than `most` parts."""
    left = list(space)
    for row in rows:
        left = [piece for box in left for piece in subtracted(box, row)]
        if len(left) > most:
            return None
    return left
