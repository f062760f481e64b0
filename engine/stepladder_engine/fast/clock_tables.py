"""The tables that the kernel's calendar looks into: a zone's offsets, and open hours day by day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta

from stepladder_dsl.model.spec import Calendar, ContactHours
from stepladder_dsl.record import record
from stepladder_engine.calendars.contact import ContactTimes
from stepladder_engine.calendars.offsets import changes
from stepladder_engine.calendars.zone import Zone, add_months
from stepladder_engine.fast import layout as at
from stepladder_engine.fast.lower import EPOCH_DAY

DAY = at.MICROSECOND_DAY
FIRST_DAY = date(1800, 1, 1).toordinal() - EPOCH_DAY
LAST_DAY = date(2300, 1, 1).toordinal() - EPOCH_DAY
"""Moments outside are left to the reference executor, as far as anything is counted from them."""

Day = tuple[tuple[int, ...], ...]
Days = tuple[tuple[Day, ...], tuple[int, ...]]
_KNOWN_DAYS: dict[tuple[str, int, int], Days] = {}
_MOST_KNOWN = 32


def zone_tables(zone: Zone, first: int, last: int) -> tuple[list[int], list[int], list[int]]:
    """Give the moments from which offsets hold, the local times from which they do, and the offsets.

    Of the two readings of a local time that exists twice, or never, the one with the
    offset before the change counts, so that offset holds until both are over.
    """
    found = changes(zone.name, first, last)
    breaks = [moment for moment, _ in found]
    offsets = [offset for _, offset in found]
    local = [-(2**63)]
    local += [
        moment + max(old, new) for moment, old, new in zip(breaks[1:], offsets, offsets[1:], strict=False)
    ]
    return [*breaks, at.INFINITE], [*local, at.INFINITE], offsets


def month_table(first: int, last: int) -> list[int]:
    """Give the first days of the months of a range of days, and of the month behind it."""
    begin, end = _date(first).replace(day=1), _date(last)
    found = [begin]
    while found[-1] <= end:
        found.append(add_months(found[-1], 1))
    return [day.toordinal() - EPOCH_DAY for day in found]


@record
class DayHours:
    """The open hours of any day; `said` is everything that they follow from."""

    said: str
    of_day: Callable[[date], Iterable[tuple[int, ...]]]


def day_table(put: Callable[[Iterable[int]], int], hours: DayHours, first: int, last: int) -> list[int]:
    """Put down the open hours of each day of a range; gives the row that leads to them."""
    different, numbers = _days(hours, first, last)
    rows = [(put(cell for part in found for cell in part), len(found)) for found in different]
    return [first, last - first + 1, put(cell for number in numbers for cell in rows[number])]


def _days(hours: DayHours, first: int, last: int) -> Days:
    """Give the different days of a range, and which of them each day is: the same for every part of a run."""
    asked = (hours.said, first, last)
    found = _KNOWN_DAYS.get(asked)
    if found is None:
        known: dict[Day, int] = {}
        numbers = []
        for number in range(first, last + 1):
            day = tuple(tuple(int(cell) for cell in part) for part in hours.of_day(_date(number)))
            numbers.append(known.setdefault(day, len(known)))
        found = tuple(known), tuple(numbers)
        if len(_KNOWN_DAYS) >= _MOST_KNOWN:
            _KNOWN_DAYS.clear()
        _KNOWN_DAYS[asked] = found
    return found


def _date(number: int) -> date:
    return date(1970, 1, 1) + timedelta(days=number)


def calendar_hours(zone: Zone, calendar: Calendar) -> DayHours:
    """Give the opening hours of a calendar."""
    return DayHours(repr(calendar), lambda day: zone.opening_hours(calendar.name, day))


def contact_hours(zone: Zone, hours: ContactHours, calendars: Mapping[str, Calendar]) -> DayHours:
    """Give when somebody may be contacted."""
    calendar = None if hours.calendar is None else calendars[hours.calendar]
    return DayHours(f"{hours!r} {calendar!r}", ContactTimes(zone, hours).open_on)
