"""Which of two lengths of time is the longer one, where the calendar leaves no doubt."""

from __future__ import annotations

from stepladder_dsl.model.types import Duration, Unit

_MINUTES = {
    Unit.MINUTE: (1, 1),
    Unit.HOUR: (60, 60),
    # A day on which the clocks change has an hour less or more.
    Unit.DAY: (23 * 60, 25 * 60),
    Unit.WEEK: (7 * 24 * 60 - 60, 7 * 24 * 60 + 60),
    Unit.MONTH: (28 * 24 * 60 - 60, 31 * 24 * 60 + 60),
    Unit.YEAR: (365 * 24 * 60 - 60, 366 * 24 * 60 + 60),
}
_DAYS_IN = {Unit.DAY: 1, Unit.WEEK: 7}
_MONTHS_IN = {Unit.MONTH: 1, Unit.YEAR: 12}


def surely_longer(one: Duration, other: Duration) -> bool:
    """Say whether a length of time ends later than another one from any common beginning.

    >>> surely_longer(Duration(1, Unit.MONTH), Duration(28, Unit.DAY))
    False
    >>> surely_longer(Duration(2, Unit.WEEK), Duration(13, Unit.DAY))
    True
    """
    for units in (_DAYS_IN, _MONTHS_IN):
        if one.calendar is other.calendar is None and {one.unit, other.unit} <= units.keys():
            return one.amount * units[one.unit] > other.amount * units[other.unit]
    if one.calendar is not None or other.calendar is not None:
        same = (one.calendar, one.unit) == (other.calendar, other.unit)
        return same and one.amount > other.amount
    return one.amount * _MINUTES[one.unit][0] > other.amount * _MINUTES[other.unit][1]


def always_equal(one: Duration, other: Duration) -> bool:
    """Say whether two lengths of time end together from any common beginning.

    >>> always_equal(Duration(2, Unit.WEEK), Duration(14, Unit.DAY))
    True
    """
    for units in ({Unit.MINUTE: 1, Unit.HOUR: 60}, _DAYS_IN, _MONTHS_IN):
        if one.calendar is other.calendar is None and {one.unit, other.unit} <= units.keys():
            return one.amount * units[one.unit] == other.amount * units[other.unit]
    return one == other
