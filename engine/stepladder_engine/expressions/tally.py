"""Aggregates: several values become one; and totals that take events in and let them go one by one.

Sums and products are exact; only a division rounds, to 28 digits. No ambient
setting of the process takes part, so a figure is the same everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation
from functools import reduce
from heapq import heappop, heappush
from typing import Any

from stepladder_dsl.model.expressions import Aggregate
from stepladder_engine.calendars.zone import Instant

EXACT = Context(prec=200, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation])
"""Far more digits than any sum or product of real figures has."""
ROUNDED = Context(prec=28, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation])
_ZERO = Decimal(0)
_ONE = Decimal(1)


def divide(left: Any, right: Any) -> Any:
    """Divide to 28 digits; by zero gives unknown."""
    return None if right == 0 else ROUNDED.divide(left, right)


def shortest(value: Decimal) -> Decimal:
    """Give a number without superfluous zeros, however it was written: 5.0 and 5 are one number.

    >>> shortest(Decimal("2.50")), shortest(Decimal("1E+3")), shortest(Decimal("-0.0"))
    (Decimal('2.5'), Decimal('1000'), Decimal('0'))
    """
    found = value.normalize(EXACT)
    if found == 0:
        return _ZERO
    return found if int(found.as_tuple().exponent) <= 0 else found.quantize(_ONE, context=EXACT)


def total(values: Iterable[Any]) -> Decimal:
    """Add up exactly."""
    return reduce(EXACT.add, values, _ZERO)


def aggregate(how: Aggregate, values: Sequence[Any]) -> Any:
    """Make one value of several known ones; of none: count and sum are 0, the rest unknown."""
    if how is Aggregate.COUNT:
        return Decimal(len(values))
    if how is Aggregate.SUM:
        return total(values)
    if not values:
        return None
    if how is Aggregate.AVERAGE:
        return divide(total(values), Decimal(len(values)))
    if how is Aggregate.MIN:
        return min(values)
    if how is Aggregate.MAX:
        return max(values)
    return values[0] if how is Aggregate.FIRST else values[-1]


class _Falling:
    """A value in falling order, for a heap whose top shall be the largest."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __lt__(self, other: _Falling) -> bool:
        return bool(other.value < self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Falling) and bool(self.value == other.value)

    __hash__ = None  # type: ignore[assignment]


class Tally:
    """An aggregate that is kept up to date: each value enters once and leaves at most once.

    So a client with a hundred thousand events costs as much per event as one
    with ten. `basis` is what the choice of the values depended on besides the
    events themselves, `seen` how many events have been looked at.
    """

    def __init__(self, how: Aggregate, basis: tuple[Any, ...] = ()) -> None:
        """Begin with nothing taken in."""
        self.how = how
        self.basis = basis
        self.seen = 0
        self._is_total = how is Aggregate.COUNT or how is Aggregate.SUM or how is Aggregate.AVERAGE
        self._entered = 0
        self._count = 0
        self._total = _ZERO
        self._leaving: list[tuple[Instant, int, Any]] = []
        self._best: list[tuple[Any, int, Instant | None, Any]] = []

    def enter(self, value: Any, leaves: Instant | None) -> None:
        """Take a value in, until it leaves (None: for ever)."""
        number = self._entered = self._entered + 1
        if self._is_total:
            self._count += 1
            if self.how is not Aggregate.COUNT:
                self._total = EXACT.add(self._total, value)
            if leaves is not None:
                heappush(self._leaving, (leaves, number, value))
            return
        heappush(self._best, (self._rank(value, number), number, leaves, value))
        if leaves is None:
            # What never leaves is beaten for ever.
            del self._best[1:]

    def leave_until(self, now: Instant) -> None:
        """Let go what leaves up to and including a moment; moments never go back."""
        while self._leaving and self._leaving[0][0] <= now:
            _, _, value = heappop(self._leaving)
            self._count -= 1
            if self.how is not Aggregate.COUNT:
                self._total = EXACT.subtract(self._total, value)
        while self._best and self._best[0][2] is not None and self._best[0][2] <= now:
            heappop(self._best)

    @property
    def count(self) -> int:
        """How many values are inside; of totals only."""
        return self._count

    @property
    def value(self) -> Any:
        """The aggregate of what is inside."""
        if self.how is Aggregate.COUNT:
            return Decimal(self._count)
        if self.how is Aggregate.SUM:
            return self._total
        if self.how is Aggregate.AVERAGE:
            return divide(self._total, Decimal(self._count))
        return self._best[0][3] if self._best else None

    @property
    def next_leaving(self) -> Instant | None:
        """The moment at which the next value leaves a total."""
        return self._leaving[0][0] if self._leaving else None

    def _rank(self, value: Any, number: int) -> Any:
        if self.how is Aggregate.MIN:
            return value
        if self.how is Aggregate.MAX:
            return _Falling(value)
        return number if self.how is Aggregate.FIRST else -number
