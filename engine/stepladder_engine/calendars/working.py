"""Working time: opening hours, closed and extra open days, public holidays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stepladder_dsl.model.spec import Calendar

MINUTES_OF_DAY = 24 * 60
_FARTHEST = 366 * 20
"""Days to look ahead: a calendar that is not open once in twenty years never is."""


class WorkingTime:
    """Knows the open days and hours of one calendar."""

    def __init__(self, calendar: Calendar) -> None:
        """Take the calendar as the spec describes it."""
        self.calendar = calendar
        self._hours = lru_cache(maxsize=20_000)(self._hours_of)
        self._holidays: dict[int, frozenset[date]] = {}

    def hours(self, day: date) -> tuple[tuple[int, int], ...]:
        """Give a day's opening hours as (from, to) in minutes of the day; empty where it is closed.

        The spec's own open days come before its closed ones, these before public holidays, and these
        before the week.
        """
        return self._hours(day)

    def _hours_of(self, day: date) -> tuple[tuple[int, int], ...]:
        calendar = self.calendar
        for first, last, hours in calendar.opened:
            if first <= day <= last:
                return hours or calendar.week.get(day.weekday()) or self._usual_hours()
        if any(first <= day <= last for first, last in calendar.closed):
            return ()
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

    def days_from(self, start: date) -> Iterator[date]:
        """Yield the open days from a day on, that day included, for twenty years."""
        for ahead in range(_FARTHEST):
            day = start + timedelta(days=ahead)
            if self.hours(day):
                yield day
