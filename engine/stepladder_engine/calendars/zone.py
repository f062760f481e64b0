"""Time in the spec's time zone: instants, local times and calendar arithmetic.

An *instant* is an ``int``: microseconds since 1970-01-01 00:00 UTC. Instants
compare, sort and subtract without knowing any zone; only calendar arithmetic
and presentation look at the zone. Rules: semantics, "Cases and time", 5 and 6.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from itertools import islice
from zoneinfo import ZoneInfo

from stepladder_dsl.model.spec import Calendar
from stepladder_dsl.model.types import Duration, Unit
from stepladder_engine.calendars.offsets import DAY, FIRST_ORDINAL, MICROSECOND, SECOND, OffsetsAt, OffsetsOn
from stepladder_engine.calendars.working import WorkingTime

Instant = int
"""Microseconds since 1970-01-01 00:00 UTC."""

MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LOCAL_EPOCH = datetime(1970, 1, 1)
_EARLIEST = (datetime.min - datetime(1970, 1, 1)) // MICROSECOND - 2 * 24 * HOUR
"""Before every moment that a calendar knows: what lies before the year 1."""
NEVER = (datetime.max - datetime(1970, 1, 1)) // MICROSECOND + 2 * 24 * HOUR
"""After every moment that a calendar knows: what would fall due after the year 9999."""
_DAY, _MONTH = Unit.DAY, Unit.MONTH
_MONTHS = {Unit.MONTH: 1, Unit.YEAR: 12}
_DAYS = {Unit.DAY: 1, Unit.WEEK: 7}
_EXACT = {Unit.MINUTE: MINUTE, Unit.HOUR: HOUR}


def add_months(day: date, months: int) -> date:
    """Give the same day `months` later, or that month's last day where it has no such day.

    >>> add_months(date(2024, 1, 31), 1)
    datetime.date(2024, 2, 29)
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@lru_cache(maxsize=200_000)
def _months_later(day: int, months: int) -> int:
    """Give the number of the day `months` after a day's; raises an error where no calendar has it."""
    return add_months(date.fromordinal(day + FIRST_ORDINAL), months).toordinal() - FIRST_ORDINAL


@lru_cache(maxsize=100_000)
def _day_text(day: int) -> str:
    """Write a day by its number."""
    return date.fromordinal(day + FIRST_ORDINAL).isoformat()


@lru_cache(maxsize=24 * 60 * 60)
def _clock_text(second: int) -> str:
    """Write a time of day."""
    minutes, seconds = divmod(second, 60)
    return f"T{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"


@lru_cache(maxsize=10_000)
def _offset_text(offset: int) -> str:
    """Write how far local time is from UTC."""
    return datetime(1970, 1, 1, tzinfo=timezone(offset * MICROSECOND)).isoformat()[
        len("1970-01-01T00:00:00") :
    ]


class Zone:
    """A time zone, and the arithmetic that depends on it."""

    def __init__(self, name: str, calendars: Mapping[str, Calendar] | None = None) -> None:
        """Take the zone of the IANA name; raises ``ZoneInfoNotFoundError`` for an unknown one.

        `calendars` are those in whose open time working days and hours are counted.
        """
        self.name = name
        self._working = {key: WorkingTime(calendar) for key, calendar in (calendars or {}).items()}
        self._info = ZoneInfo(name)
        # Data has far fewer different days than events: most of what a zone has to be asked, it has been.
        self._local = lru_cache(maxsize=100_000)(self._to_local)
        self._offset_at = OffsetsAt(self._info)
        self._offset_on = OffsetsOn(self._info)

    def instant(self, local: datetime) -> Instant:
        """Give the instant of a local time without an offset.

        A time that does not exist (clocks go forward) moves forward by the gap;
        one that exists twice is the first.
        """
        clock = (local - _LOCAL_EPOCH) // MICROSECOND
        offset = self._offset_on[clock // DAY]
        if offset is not None:
            return clock - offset
        first = local.replace(tzinfo=self._info, fold=0)
        # With fold=0 a time inside the gap takes the offset before the change,
        # which lands it exactly one gap later on the clock: forward, as the rule says.
        return (first - _EPOCH) // MICROSECOND

    def aware_instant(self, moment: datetime) -> Instant:
        """Give the instant of a time that carries its own offset."""
        return (moment - _EPOCH) // MICROSECOND

    def _to_local(self, instant: Instant) -> datetime:
        try:
            return (_EPOCH + timedelta(microseconds=instant)).astimezone(self._info)
        except OverflowError:
            # Data has such days: 0001-01-01 for "none", 9999-12-31 for "for ever".
            edge = datetime.min if instant < 0 else datetime.max
            return edge.replace(tzinfo=self._info)

    def local(self, instant: Instant) -> datetime:
        """Give the local time of an instant, with its offset."""
        return self._local(instant)

    def offset_at(self, day: int) -> int | None:
        """Give the offset of a day of UTC, by its number; None where it is not the same all day."""
        return self._offset_at[day]

    def offset_on(self, day: int) -> int | None:
        """Give the offset of a local day; None where the clocks change."""
        return self._offset_on[day]

    def day(self, instant: Instant) -> date:
        """Give the local day of an instant."""
        offset = self._offset_at[instant // DAY]
        if offset is None:
            return self._local(instant).date()
        return date.fromordinal((instant + offset) // DAY + FIRST_ORDINAL)

    def start_of(self, day: date) -> Instant:
        """Give the first instant of a local day."""
        return self.instant(datetime.combine(day, time()))

    def end_of(self, day: date) -> Instant:
        """Give the last instant of a local day: one microsecond before the next day."""
        if day == date.max:
            return self.instant(datetime.max)
        return self.start_of(day + timedelta(days=1)) - 1

    def add(self, instant: Instant, duration: Duration, times: int = 1) -> Instant:
        """Give the instant that lies `times` times the duration later.

        Days and longer units keep the local time of day; hours and minutes are exact.
        What would lie after the year 9999 never comes (`NEVER`).
        """
        amount = duration.amount * times
        unit = duration.unit
        if duration.calendar is not None:
            try:
                return self._add_working(instant, self._working[duration.calendar], unit, amount)
            except OverflowError:
                # Its days go on beyond the year 9999.
                return NEVER
        # Compared one by one: this is the hottest line of a run, and looking up an enum hashes it in Python.
        if unit is _DAY:
            offset = self._offset_at[instant // DAY]
            if offset is not None:
                clock = instant + offset + amount * DAY
                back = self._offset_on[clock // DAY]
                if back is not None:
                    return clock - back
            return self._to_shifted(instant, 0, amount)
        if unit is _MONTH:
            return self._shift(instant, amount, 0)
        if unit is Unit.HOUR:
            return instant + amount * HOUR
        if unit is Unit.MINUTE:
            return instant + amount * MINUTE
        if unit is Unit.WEEK:
            return self._shift(instant, 0, 7 * amount)
        return self._shift(instant, 12 * amount, 0)

    def _add_working(self, instant: Instant, working: WorkingTime, unit: Unit, amount: int) -> Instant:
        """Count open days, or open time exactly; a calendar that is open no more gives `NEVER`.

        N working days end with the opening hours of the N-th open day after the day of `instant`.
        """
        day = self.day(instant)
        if unit is Unit.DAY:
            later = working.days_from(day + timedelta(days=1))
            last = next(islice(later, amount - 1, None), None)
            return NEVER if last is None else self.minute(last, working.hours(last)[-1][1])
        left = amount * HOUR
        for open_day in working.days_from(day):
            for opens, closes in working.hours(open_day):
                begin = max(self.minute(open_day, opens), instant)
                end = self.minute(open_day, closes)
                if end - begin >= left:
                    return begin + left
                left -= max(end - begin, 0)
        return NEVER

    def opening_hours(self, calendar: str, day: date) -> tuple[tuple[int, int], ...]:
        """Give the hours of a calendar on a day as (from, to) in minutes of the day."""
        return self._working[calendar].hours(day)

    def minute(self, day: date, minute: int) -> Instant:
        """Give the instant of a minute of a local day; 1440 is its end."""
        return self.instant(datetime.combine(day, time()) + timedelta(minutes=minute))

    def _shift(self, instant: Instant, months: int, days: int) -> Instant:
        """Move the local date by months or days and keep the time of day."""
        offset = self._offset_at[instant // DAY]
        if offset is not None:
            day, clock = divmod(instant + offset, DAY)
            try:
                day = _months_later(day, months) if months else day + days
            except (OverflowError, ValueError):
                return self._to_shifted(instant, months, days)
            back = self._offset_on[day]
            if back is not None:
                return day * DAY + clock - back
        return self._to_shifted(instant, months, days)

    def _to_shifted(self, instant: Instant, months: int, days: int) -> Instant:
        """Move the local date, where the clocks change, as the zone has it."""
        local = self._local(instant).replace(tzinfo=None)
        try:
            if months:
                return self.instant(datetime.combine(add_months(local.date(), months), local.time()))
            return self.instant(local + timedelta(days=days))
        except (OverflowError, ValueError):
            return NEVER if months + days > 0 else _EARLIEST

    def add_to_day(self, day: date, duration: Duration) -> Instant:
        """Give the deadline that lies the duration after a date without a time.

        Calendar units end with the day they reach; hours and minutes count from the day's end.
        """
        if duration.calendar is not None:
            return self.add(self.start_of(day), duration)
        try:
            if duration.unit in _MONTHS:
                return self.end_of(add_months(day, duration.amount * _MONTHS[duration.unit]))
            if duration.unit in _DAYS:
                return self.end_of(day + timedelta(days=duration.amount * _DAYS[duration.unit]))
        except (OverflowError, ValueError):
            return NEVER
        return self.end_of(day) + duration.amount * _EXACT[duration.unit]

    def elapsed(self, start: Instant, now: Instant, unit: Unit) -> int:
        """Give the number of whole units between two instants, negative where `start` is later.

        It is the largest n for which ``add(start, n units) <= now``, so a
        comparison with a constant becomes true exactly at ``add(start, n)``.
        """
        if unit is Unit.MINUTE or unit is Unit.HOUR:
            return (now - start) // _EXACT[unit]
        if unit is Unit.DAY or unit is Unit.WEEK:
            begins, ends = self._clock_of(start), self._clock_of(now)
            if begins is not None and ends is not None:
                return (ends - begins) // (DAY * _DAYS[unit])
        first, last = self._local(start), self._local(now)
        if unit is Unit.DAY or unit is Unit.WEEK:
            count = (last.date() - first.date()).days // _DAYS[unit]
        else:
            count = ((last.year - first.year) * 12 + last.month - first.month) // _MONTHS[unit]
        one = Duration(1, unit)
        while self.add(start, one, count) > now:
            count -= 1
        while self.add(start, one, count + 1) <= now:
            count += 1
        return count

    def _clock_of(self, instant: Instant) -> int | None:
        """Give the local time in microseconds; None on a day on which the clocks change."""
        offset = self._offset_at[instant // DAY]
        if offset is None or self._offset_on[(instant + offset) // DAY] is None:
            return None
        return instant + offset

    def text(self, instant: Instant) -> str:
        """Write an instant as ISO 8601 with its offset; whole seconds where nothing is lost."""
        offset = self._offset_at[instant // DAY]
        if offset is not None and not instant % SECOND and not offset % SECOND:
            day, clock = divmod(instant + offset, DAY)
            return f"{_day_text(day)}{_clock_text(clock // SECOND)}{_offset_text(offset)}"
        local = self._local(instant)
        if local.microsecond == 999_999 and local.second == 59:
            # The last instant of a minute stands for its end: written without the fraction.
            return local.replace(microsecond=0).isoformat()
        return local.isoformat()
