"""Sets of ordered values: numbers, money, dates and moments as unions of intervals on a scale."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from typing import Any

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


def ranges(intervals: Iterable[Interval | None], scale: Scale = CONTINUOUS) -> Ranges:
    """Give the values of a scale that lie in any of the intervals."""
    settled = (interval.settled(scale) for interval in intervals if interval is not None)
    return Ranges(scale, tuple(_merged(interval for interval in settled if interval is not None)))


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
