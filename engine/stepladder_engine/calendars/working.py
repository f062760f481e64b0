"""Working time: opening hours, closed and extra open days, public holidays, and counting in them.

Rules (semantics, "Cases and time", rule 5): N working days end with the opening
hours of the N-th open day after the anchor's day; working hours count open time
exactly.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stepladder_dsl.model.spec import Calendar

MINUTES_OF_DAY = 24 * 60
_FARTHEST = 366 * 20
"""Days to look ahead: a calendar that is not open once in twenty years never is."""


class NeverOpenError(ValueError):
    """A calendar has no open time within reach; `calendar` is its name."""

    def __init__(self, calendar: str) -> None:
        """Take the calendar's name."""
        super().__init__(f"calendar {calendar} has no open time")
        self.calendar = calendar


class WorkingTime:
    """Counts in the open time of one calendar; works on local times without an offset."""

    def __init__(self, calendar: Calendar) -> None:
        """Take the calendar as the spec describes it."""
        self.calendar = calendar
        self._hours = lru_cache(maxsize=20_000)(self._hours_of)
        self._holidays: dict[int, frozenset[date]] = {}

    def hours(self, day: date) -> tuple[tuple[int, int], ...]:
        """Give a day's opening hours as (from, to) in minutes of the day; empty where it is closed.

        The spec's own closed and open days come before public holidays, these before the week.
        """
        return self._hours(day)

    def _hours_of(self, day: date) -> tuple[tuple[int, int], ...]:
        calendar = self.calendar
        if any(first <= day <= last for first, last in calendar.closed):
            return ()
        for first, last, hours in calendar.opened:
            if first <= day <= last:
                return hours or calendar.week.get(day.weekday()) or self._usual_hours()
        if day in self._public_holidays(day.year):
            return ()
        return calendar.week.get(day.weekday(), ())

    def _usual_hours(self) -> tuple[tuple[int, int], ...]:
        """Give the hours of the week's first open day, for an extra open day that names none."""
        return next(iter(self.calendar.week.values()), ((0, MINUTES_OF_DAY),))

    def _public_holidays(self, year: int) -> frozenset[date]:
        if year not in self._holidays:
            found: set[date] = set()
            if self.calendar.holidays:
                import holidays

                for country, subdivision in self.calendar.holidays:
                    found |= set(holidays.country_holidays(country, subdiv=subdivision, years=year))
            self._holidays[year] = frozenset(found)
        return self._holidays[year]

    def _open_days_after(self, day: date) -> Iterator[date]:
        for ahead in range(1, _FARTHEST):
            following = day + timedelta(days=ahead)
            if self.hours(following):
                yield following

    def add_days(self, start: date, days: int) -> datetime:
        """Give the close of business on the `days`-th open day after a day; raises `NeverOpenError`."""
        for count, day in enumerate(self._open_days_after(start), start=1):
            if count == days:
                return _at(day, self.hours(day)[-1][1])
        raise NeverOpenError(self.calendar.name)

    def add_minutes(self, start: datetime, minutes: int) -> datetime:
        """Give the moment at which so much open time has passed since `start`; raises `NeverOpenError`.

        Seconds of `start` count as they are.
        """
        left = timedelta(minutes=minutes)
        for ahead in range(_FARTHEST):
            day = start.date() + timedelta(days=ahead)
            for opens, closes in self.hours(day):
                begin = max(_at(day, opens), start)
                end = _at(day, closes)
                if begin >= end:
                    continue
                if end - begin >= left:
                    return begin + left
                left -= end - begin
        raise NeverOpenError(self.calendar.name)


def _at(day: date, minute: int) -> datetime:
    return datetime.combine(day, time()) + timedelta(minutes=minute)
