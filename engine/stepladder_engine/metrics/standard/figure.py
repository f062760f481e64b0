"""A standard figure: what it says, how many things stand behind it, and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Literal

from stepladder_engine.expressions.tally import divide, shortest, total
from stepladder_engine.metrics.standard.carrier import Numbers
from stepladder_engine.metrics.standard.intervals import mean_interval, wilson_interval

Unit = Literal["number", "share", "money", "days"]

_DIGITS = Context(prec=15, rounding=ROUND_HALF_EVEN)
"""As many digits as a double holds: more than any interval deserves, and every total of money is whole."""


@dataclass(frozen=True, slots=True)
class StandardFigure:
    """One figure, over everything or over one group.

    `value` None is unknown: there is nothing to work it out from. `count` is how many things stand
    behind it, `part` of a share how many of them it holds for. `low` and `high` are the 95 %
    interval of a share or a mean, None where there is none.
    """

    metric: str
    value: Decimal | None
    unit: Unit
    count: int
    part: int | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    by: tuple[str, ...] = ()
    group: tuple[str, ...] = ()
    record: str = ""

    def of(self, *pairs: tuple[str, object]) -> StandardFigure:
        """Give the figure as that of a group: names and values, before those that it has."""
        by = tuple(name for name, _ in pairs)
        group = tuple(str(value) for _, value in pairs)
        return replace(self, by=by + self.by, group=group + self.group)


def short(value: Decimal | None) -> Decimal | None:
    """Give a value with no more digits than it deserves."""
    return None if value is None else shortest(_DIGITS.plus(value))


def number(metric: str, value: Decimal | int | None, count: int, unit: Unit = "number") -> StandardFigure:
    """Give a total or a count; totals of money keep every digit."""
    exact = None if value is None else shortest(Decimal(value))
    return StandardFigure(metric, exact, unit, count)


def quotient(
    metric: str, divided: Decimal, divisor: Decimal | int, count: int, unit: Unit = "number"
) -> StandardFigure:
    """Give one total divided by another; unknown where the divisor is nothing."""
    return StandardFigure(metric, short(divide(divided, Decimal(divisor))), unit, count)


def share(metric: str, part: int, whole: int) -> StandardFigure:
    """Give a share with its Wilson interval; of nothing it is unknown."""
    low, high = wilson_interval(part, whole) or (None, None)
    value = divide(Decimal(part), Decimal(whole))
    return StandardFigure(metric, short(value), "share", whole, part, short(low), short(high))


def mean(metric: str, values: Numbers, unit: Unit = "number") -> StandardFigure:
    """Give the arithmetic mean with its t interval; of nothing it is unknown.

    A mean of counts, times or payments is never below nothing, and neither is the interval.
    """
    found = divide(values.total, Decimal(len(values)))
    low, high = mean_interval(values) or (None, None)
    if low is not None and not values.any_below_nothing:
        low = max(low, Decimal(0))
    return StandardFigure(metric, short(found), unit, len(values), None, short(low), short(high))


def median(metric: str, values: Numbers, unit: Unit = "number") -> StandardFigure:
    """Give the middle value, or the mean of the two in the middle."""
    if not len(values):
        return StandardFigure(metric, None, unit, 0)
    middle = values.middle()
    found = divide(total(middle), Decimal(len(middle)))
    return StandardFigure(metric, short(found), unit, len(values))
