"""Which of two lengths of time is over first, wherever in the year they begin.

A month has 28 to 31 days, a day over a clock change 23 or 25 hours, and working days leave out
weekends and holidays. So two lengths of time compare by what is true of *every* beginning: what
cannot be proved so is answered with no.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from itertools import accumulate

from stepladder_dsl.model.spec import Calendar
from stepladder_dsl.model.types import Duration, Unit

DAY = timedelta(days=1)
CLOCK_CHANGES = timedelta(hours=3)
"""By how much the clocks of a place may have moved between two moments; a line of dates is no clock."""

_DAYS = {Unit.DAY: 1, Unit.WEEK: 7}
_MONTHS = {Unit.MONTH: 1, Unit.YEAR: 12}
_EXACT = {Unit.MINUTE: timedelta(minutes=1), Unit.HOUR: timedelta(hours=1)}
_MONTHS_OF_CYCLE, _DAYS_OF_CYCLE = 400 * 12, 146_097
_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_BEFORE = tuple(accumulate(_LENGTHS[:-1], initial=0))


@dataclass(frozen=True, slots=True)
class Bounds:
    """The shortest and the longest time that something can take; None where there is no longest."""

    least: timedelta
    most: timedelta | None

    def __add__(self, other: Bounds) -> Bounds:
        """Give the bounds of one time after the other."""
        most = None if self.most is None or other.most is None else self.most + other.most
        return Bounds(self.least + other.least, most)

    def is_over_before(self, other: Bounds) -> bool:
        """Say whether the longest of these is shorter than the shortest of the others."""
        return self.most is not None and self.most < other.least


AT_ONCE = Bounds(timedelta(), timedelta())


@dataclass(frozen=True, slots=True)
class Durations:
    """Compares lengths of time with the calendars of a spec at hand."""

    calendars: Mapping[str, Calendar]

    def bounds(self, duration: Duration) -> Bounds:
        """Give how long a duration can take in exact time."""
        try:
            return self._bounds(duration)
        except OverflowError:
            return Bounds(timedelta.max, None)

    def _bounds(self, duration: Duration) -> Bounds:
        if duration.calendar is not None:
            return self._working(duration, self.calendars.get(duration.calendar))
        if duration.unit in _EXACT:
            exact = duration.amount * _EXACT[duration.unit]
            return Bounds(exact, exact)
        fewest, most = days_of(duration)
        return Bounds(max(timedelta(), fewest * DAY - CLOCK_CHANGES), most * DAY + CLOCK_CHANGES)

    def is_always_before(self, first: Duration, second: Duration) -> bool:
        """Say whether the first is over before the second, whenever both begin at one moment."""
        if first.calendar is not None and first.calendar == second.calendar and first.unit is second.unit:
            return first.amount < second.amount
        if _is_of_calendar(first) and _is_of_calendar(second):
            if first.unit in _MONTHS and second.unit in _MONTHS:
                return _months(first) < _months(second)
            return days_of(first)[1] < days_of(second)[0]
        return self.bounds(first).is_over_before(self.bounds(second))

    def is_never_later(self, first: Duration, second: Duration) -> bool:
        """Say whether the first is over before the second or at the same moment, whenever they begin."""
        if is_same(first, second) or self.is_always_before(first, second):
            return True
        if _is_of_calendar(first) and _is_of_calendar(second):
            if first.unit in _MONTHS and second.unit in _MONTHS:
                return _months(first) <= _months(second)
            return days_of(first)[1] <= days_of(second)[0]
        return False

    def shortest(self, durations: Iterable[Duration]) -> Duration | None:
        """Give the one that is never later than any other; None where no one is."""
        given = list(durations)
        found = (one for one in given if all(self.is_never_later(one, other) for other in given))
        return next(found, None)

    @staticmethod
    def _working(duration: Duration, calendar: Calendar | None) -> Bounds:
        """Give the bounds of working time: extra days shorten it, closed days and holidays lengthen it."""
        if duration.unit is not Unit.DAY:
            return Bounds(duration.amount * _EXACT[Unit.HOUR], None)
        if calendar is None or not calendar.week or calendar.opened:
            return Bounds(max(timedelta(), (duration.amount - 1) * DAY - CLOCK_CHANGES), None)
        spans = [_open_days(duration.amount, start, calendar) for start in range(7)]
        closing = [timedelta(minutes=hours[-1][1]) for hours in calendar.week.values()]
        least = max(timedelta(), (min(spans) - 1) * DAY + min(closing) - CLOCK_CHANGES)
        if calendar.closed or calendar.holidays:
            return Bounds(least, None)
        return Bounds(least, max(spans) * DAY + max(closing) + CLOCK_CHANGES)


def is_same(first: Duration, second: Duration) -> bool:
    """Say whether two durations that begin together always end together.

    >>> is_same(Duration(1, Unit.WEEK), Duration(7, Unit.DAY))
    True
    """
    return _plain(first) == _plain(second)


def days_of(duration: Duration) -> tuple[int, int]:
    """Give the fewest and the most days on the calendar that days, weeks, months or years can be.

    >>> days_of(Duration(1, Unit.MONTH)), days_of(Duration(1, Unit.YEAR))
    ((28, 31), (365, 366))
    """
    if duration.unit in _DAYS:
        days = duration.amount * _DAYS[duration.unit]
        return days, days
    cycles, months = divmod(_months(duration), _MONTHS_OF_CYCLE)
    fewest, most = _days_of_months(months)
    return cycles * _DAYS_OF_CYCLE + fewest, cycles * _DAYS_OF_CYCLE + most


def times(duration: Duration, number: int) -> Duration:
    """Give a duration so many times over."""
    return Duration(duration.amount * number, duration.unit, duration.calendar)


def added(first: Duration, second: Duration) -> Duration | None:
    """Give the duration that two one after the other make, where one unit can say it.

    Months cannot: one after 31 January and one more end on 28 March, two end on the 31st.
    """
    one, other = _plain(first), _plain(second)
    if one[1:] != other[1:] or one[2] is not None or one[1] is Unit.MONTH:
        return None
    return Duration(one[0] + other[0], one[1], None)


def _plain(duration: Duration) -> tuple[int, Unit, str | None]:
    """Give a duration in the smallest unit that means exactly the same."""
    if duration.calendar is not None:
        return duration.amount, duration.unit, duration.calendar
    if duration.unit in _DAYS:
        return duration.amount * _DAYS[duration.unit], Unit.DAY, None
    if duration.unit in _MONTHS:
        return _months(duration), Unit.MONTH, None
    return duration.amount * (_EXACT[duration.unit] // _EXACT[Unit.MINUTE]), Unit.MINUTE, None


def _months(duration: Duration) -> int:
    return duration.amount * _MONTHS[duration.unit]


def _is_of_calendar(duration: Duration) -> bool:
    """Say whether a duration is counted in days of the calendar, all of them."""
    return duration.calendar is None and duration.unit not in _EXACT


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _length(index: int) -> int:
    year, month = divmod(index, 12)
    return _LENGTHS[month] + (month == 1 and _is_leap(year))


def _days_before(index: int) -> int:
    """Give the days before a month, counted from January of a year that 400 divides."""
    year, month = divmod(index, 12)
    leap_years = (year + 3) // 4 - (year + 99) // 100 + (year + 399) // 400
    return year * 365 + leap_years + _BEFORE[month] + (month > 1 and _is_leap(year))


def _beginnings(months: int) -> Iterable[int]:
    """Give months of the cycle such that no other beginning makes so many months shorter or longer.

    Less than 80 years hold one missing leap day or none: what begins around a year that 400 divides and
    around one that only 100 divides is all there is.
    """
    if months > 80 * 12:
        return range(_MONTHS_OF_CYCLE)
    return (*range(8 * 12), *range(92 * 12, 108 * 12))


@cache
def _days_of_months(months: int) -> tuple[int, int]:
    """Give the fewest and the most days of less than a cycle of months.

    Most days come with a beginning in the first 28 days of a month; a later beginning loses the days that
    the last month does not have.
    """
    fewest, most = months * 31, 0
    for first in _beginnings(months):
        span = _days_before(first + months) - _days_before(first)
        lost = max(0, _length(first) - _length(first + months)) if months else 0
        fewest, most = min(fewest, span - lost), max(most, span)
    return fewest, most


def _open_days(amount: int, start: int, calendar: Calendar) -> int:
    """Give how many days after a weekday the open day of that number comes, by the week alone."""
    weeks, rest = divmod(amount - 1, len(calendar.week))
    day = start
    for _ in range(rest + 1):
        day += 1
        while day % 7 not in calendar.week:
            day += 1
    return weeks * 7 + day - start
