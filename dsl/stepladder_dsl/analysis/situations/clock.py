"""Local time without a time zone: what a story needs of a calendar."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, time, timedelta

from stepladder_dsl.model.types import Duration, Unit

_EXACT = {
    Unit.MINUTE: timedelta(minutes=1),
    Unit.HOUR: timedelta(hours=1),
    Unit.DAY: timedelta(days=1),
    Unit.WEEK: timedelta(weeks=1),
}
_MONTHS = {Unit.MONTH: 1, Unit.YEAR: 12}
_LAST_YEAR = 9000


class UndecidedError(Exception):
    """What comes next depends on something that is not looked at here."""


def later(moment: datetime, duration: Duration, times: int = 1) -> datetime:
    """Give the moment that lies `times` times the duration later.

    >>> later(datetime(2026, 1, 31), Duration(1, Unit.MONTH))
    datetime.datetime(2026, 2, 28, 0, 0)
    """
    if duration.calendar is not None:
        raise UndecidedError
    amount = duration.amount * times
    if duration.unit in _EXACT:
        if (
            abs(amount) > 1_000_000_000
            or moment.year + amount * _EXACT[duration.unit].days // 365 > _LAST_YEAR
        ):
            raise UndecidedError
        return moment + amount * _EXACT[duration.unit]
    months = moment.year * 12 + moment.month - 1 + amount * _MONTHS[duration.unit]
    year, month = divmod(months, 12)
    if not 1 <= year <= _LAST_YEAR:
        raise UndecidedError
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))


def moved(moment: datetime, length: timedelta) -> datetime | None:
    """Give the moment that lies an exact time later, None where that is further off than anybody counts."""
    try:
        found = moment + length
    except OverflowError:
        return None
    return found if found.year <= _LAST_YEAR else None


def later_than_day(day: date, duration: Duration) -> datetime:
    """Give the deadline that lies the duration after a day: the end of the day that it reaches."""
    end = datetime.combine(day, time.max)
    return later(end, duration)


def elapsed(start: datetime, now: datetime, unit: Unit) -> int:
    """Give the number of whole units between two moments.

    >>> elapsed(datetime(2026, 1, 31), datetime(2026, 2, 28), Unit.MONTH)
    1
    """
    if unit in _EXACT:
        return (now - start) // _EXACT[unit]
    count = ((now.year - start.year) * 12 + now.month - start.month) // _MONTHS[unit]
    one = Duration(1, unit)
    while later(start, one, count) > now:
        count -= 1
    while later(start, one, count + 1) <= now:
        count += 1
    return count
