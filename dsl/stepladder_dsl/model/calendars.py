"""Calendars and hours: when a firm is open, and when its clients may be contacted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from stepladder_dsl.diagnostics.diagnostic import Label
from stepladder_dsl.diagnostics.nearest import nearest
from stepladder_dsl.model import spec as m
from stepladder_dsl.model.blocks import BlockReader, of_kind, title_of
from stepladder_dsl.syntax import nodes as n
from stepladder_dsl.syntax.values import NoDay

_END_OF_DAY = 24 * 60


def _country_called(name: str) -> str | None:
    """Give the two letters of a country by its English name."""
    from holidays.registry import COUNTRIES

    known = COUNTRIES.get(name.casefold())
    return known[1] if known is not None else None


def _weekdays(ranges: tuple[tuple[int, int], ...]) -> tuple[int, ...]:
    """Give the days of ranges of which each may go over the week's end: `sat-wed` goes over Sunday."""
    days = {
        day % 7 for first, last in ranges for day in range(first, last + 1 if last >= first else last + 8)
    }
    return tuple(sorted(days))


class CalendarReader:
    """Reads the calendars of one spec, and what it says of the hours of contacts."""

    def __init__(self, reader: BlockReader) -> None:
        """Take the reader of blocks, which has the declared names."""
        self.reader = reader
        self.symbols = reader.symbols
        self.report = reader.symbols.report

    def calendar(self, name: str, block: n.Block) -> m.Calendar:
        """Read one calendar; what is wrong is reported, and what is right of it is kept."""
        week: dict[int, m.Hours] = {}
        for child in of_kind(n.OpenWeekLine, block.children):
            hours = self._hours(child.statement.hours)
            for day in _weekdays(child.statement.days):
                week[day] = tuple(sorted((*week.get(day, ()), *hours)))
        closed = [
            found
            for child in of_kind(n.ClosedLine, block.children)
            for dates in child.statement.dates
            if (found := self._dates(dates)) is not None
        ]
        opened = [
            (*found, self._hours(child.statement.hours))
            for child in of_kind(n.OpenDatesLine, block.children)
            for dates in child.statement.dates
            if (found := self._dates(dates)) is not None
        ]
        holidays = [
            (child.statement.country, child.statement.subdivision)
            for child in of_kind(n.HolidaysLine, block.children)
            if self._is_country(child.statement.country, child.statement.subdivision)
        ]
        if not week and not opened:
            self.reader.missing(block, "hours", "OPEN_HOURS")
        countries = tuple((country.text, part.text if part else None) for country, part in holidays)
        title = title_of(block.statement.title)
        span = block.statement.name.span
        return m.Calendar(
            name, title, dict(sorted(week.items())), tuple(closed), tuple(opened), countries, span
        )

    def _hours(self, ranges: tuple[n.ClockRange, ...]) -> m.Hours:
        hours: list[tuple[int, int]] = []
        for clock in ranges:
            if clock.start is None or clock.end is None:
                self.report("SL010", clock.span, text=clock.text)
            elif clock.start >= clock.end:
                start, _, end = clock.text.partition("-")
                self.report("SL109", clock.span, "hours", found=clock.text, start=start, end=end)
            else:
                hours.append((clock.start, clock.end))
        return tuple(sorted(hours))

    def _dates(self, dates: n.DateRange) -> tuple[date, date] | None:
        first, last = dates.first, dates.last
        for day in dict.fromkeys((first, last)):
            if isinstance(day, NoDay):
                self.symbols.no_day(day, dates.span)
        if isinstance(first, NoDay) or isinstance(last, NoDay):
            return None
        if first > last:
            self.report("SL109", dates.span, "dates", found=dates.text)
            return None
        return first, last

    def _is_country(self, country: n.Name, subdivision: n.Name | None) -> bool:
        """Report a country, or a part of one, whose public holidays nobody keeps."""
        import holidays
        from holidays.registry import EntityLoader

        countries = set(EntityLoader.get_country_codes())
        if country.text not in countries:
            near = _country_called(country.text) or nearest(country.text, countries)
            self.report(
                "SL101", country.span, "country", kind="<country>", name=country.text, suggestion=near
            )
            return False
        if subdivision is None:
            return True
        # Only now: asking a country for anything makes the library load all of them.
        parts = getattr(holidays, country.text).subdivisions
        if subdivision.text not in parts:
            near = nearest(subdivision.text, parts)
            self.report(
                "SL101", subdivision.span, "part", kind="<part>", name=subdivision.text, suggestion=near
            )
            return False
        return True

    def contact_hours(self, block: n.Block) -> m.ContactHours | None:
        """Give what a spec or a follow-up says of the hours of its contacts; None where it says nothing."""
        kinds = (n.QuietHoursLine, n.QuietDaysLine, n.ContactOnlyInLine)
        lines = [child for kind in kinds for child in of_kind(kind, block.children)]
        quiet, days, only = (self.reader.single(block, kind) for kind in kinds)
        anytime = next(of_kind(n.AnyHourLine, block.children), None)
        if anytime is not None and lines:
            self.report("SL108", anytime.span, "any_hour", labels=(Label(lines[0].span, "first"),))
        if not lines:
            return m.ContactHours() if anytime is not None else None
        found = m.ContactHours(
            self._quiet(quiet.hours) if quiet else (),
            _weekdays(days.days) if days else (),
            self.symbols.find("calendar", only.calendar, self.symbols.calendars) if only else None,
        )
        if not self._leaves_time(found):
            self.report("SL109", lines[0].span, "always_quiet", found=lines[0].text)
        return found

    def _quiet(self, ranges: tuple[n.ClockRange, ...]) -> m.Hours:
        """Give quiet hours cut at midnight, which they may go over."""
        hours: list[tuple[int, int]] = []
        for clock in ranges:
            if clock.start is None or clock.end is None:
                self.report("SL010", clock.span, text=clock.text)
            elif clock.start == clock.end:
                self.report("SL109", clock.span, "no_hours", found=clock.text)
            elif clock.start < clock.end:
                hours.append((clock.start, clock.end))
            else:
                hours += [(0, clock.end), (clock.start, _END_OF_DAY)]
        return tuple(sorted(piece for piece in hours if piece[0] < piece[1]))

    def _leaves_time(self, contact: m.ContactHours) -> bool:
        """Say whether there is a day and an hour at which clients may be contacted."""
        whole: m.Hours = ((0, _END_OF_DAY),)
        days: Iterable[tuple[int, m.Hours]] = [(day, whole) for day in range(7)]
        if contact.calendar is not None:
            calendar = self.symbols.calendars[contact.calendar]
            opened = [(first.weekday(), hours or whole) for first, _, hours in calendar.opened]
            days = calendar.week.items() or opened
        # A calendar without any hours has been reported where it stands.
        return not days or any(contact.left_of(hours) for day, hours in days if day not in contact.quiet_days)
