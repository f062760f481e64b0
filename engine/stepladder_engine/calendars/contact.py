"""When somebody may be contacted: outside quiet hours and quiet days, inside opening hours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from stepladder_dsl.model.spec import ContactHours
from stepladder_engine.calendars.working import MINUTES_OF_DAY
from stepladder_engine.calendars.zone import NEVER, Instant, Zone

_FARTHEST = 366 * 20
"""Days to look ahead: what is not open once in twenty years never is."""


class ContactTimes:
    """Finds the next moment at which somebody may be contacted."""

    def __init__(self, zone: Zone, hours: ContactHours) -> None:
        """Take the words of the spec or of a follow-up."""
        self.zone = zone
        self.hours = hours

    def next_open(self, moment: Instant) -> Instant:
        """Give the moment itself where it is open, or else the next one that is; `NEVER` where none is.

        The last instant of a day stands for the whole day: it moves only off a
        day without any open time, to the end of the next one that has some.
        """
        if moment >= NEVER:
            return NEVER
        day = self.zone.day(moment)
        try:
            if moment == self.zone.end_of(day):
                return next((self.zone.end_of(found) for found in _days(day) if self.open_on(found)), NEVER)
            return self._next_open(moment, day)
        except OverflowError:
            return NEVER

    def _next_open(self, moment: Instant, day: date) -> Instant:
        # What is open until midnight ends on the day after.
        before = day - timedelta(days=1) if day > date.min else day
        for found in _days(before):
            for opens, closes, served in self.open_on(found):
                first, last = self.zone.minute(found, opens), self.zone.minute(found, closes)
                if moment < last or (served and moment == last):
                    return max(moment, first)
        return NEVER

    def open_on(self, day: date) -> list[tuple[int, int, bool]]:
        """Give the open times of a day in minutes, and of each whether its last moment still belongs to it.

        It does where a calendar closes: there end its working days. It does not where quiet hours begin.
        """
        if day.weekday() in self.hours.quiet_days:
            return []
        calendar = self.hours.calendar
        whole = ((0, MINUTES_OF_DAY),) if calendar is None else self.zone.opening_hours(calendar, day)
        closing = set() if calendar is None else {end for _, end in whole}
        closing -= {minute for minute in closing if any(s <= minute < e for s, e in self.hours.quiet)}
        return [(opens, closes, closes in closing) for opens, closes in self.hours.left_of(whole)]


def _days(first: date) -> Iterator[date]:
    return (first + timedelta(days=ahead) for ahead in range(_FARTHEST))
