"""What a spec declares: calendars, roles, records with their events and fields."""

# The methods are named after the grammar's rules and called by Lark with the rule's parts;
# a docstring for each would only repeat the grammar.
# ruff: noqa: D102

from __future__ import annotations

from typing import Any

from lark import Token, v_args

from stepladder_dsl.syntax import nodes as n
from stepladder_dsl.syntax.build.basis import Basis

_WEEKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")


def _minute(text: str) -> int | None:
    """Give the minute of the day of a clock time; 24:00 is the day's end."""
    hour, minute = (int(part) for part in text.split(":")[:2])
    return hour * 60 + minute if (hour < 24 and minute < 60) or (hour, minute) == (24, 0) else None


@v_args(inline=True)
class Declarations(Basis):
    """Builds the nodes of declarations."""

    def include(self, _keyword: Token, path: n.String) -> n.IncludeLine:
        return n.IncludeLine(path)

    def allow(self, _keyword: Token, *parts: Any) -> n.AllowLine:
        *findings, _because, reason = parts
        return n.AllowLine(tuple(findings), reason)

    def finding(self, *parts: Token) -> n.Name:
        return n.Name("".join(parts), self._cover(parts[0], parts[-1]))

    def spec(self, _keyword: Token, name: n.Name, title: n.String | None) -> n.SpecLine:
        return n.SpecLine(name, title)

    def currency(self, _keyword: Token, name: n.Name) -> n.CurrencyLine:
        return n.CurrencyLine(name)

    def timezone(self, _keyword: Token, zone: n.String) -> n.TimezoneLine:
        return n.TimezoneLine(zone)

    def zone(self, *parts: Any) -> n.String:
        text = "".join(part.text if isinstance(part, n.Name | n.String) else str(part) for part in parts)
        return n.String(text, self._cover(parts[0], parts[-1]))

    def calendar(self, _keyword: Token, name: n.Name, title: n.String | None) -> n.CalendarLine:
        return n.CalendarLine(name, title)

    def open_week(
        self, _keyword: Token, days: tuple[tuple[int, int], ...], hours: tuple[n.ClockRange, ...]
    ) -> n.OpenWeekLine:
        return n.OpenWeekLine(days, hours)

    def open_dates(
        self, _keyword: Token, dates: tuple[n.DateRange, ...], hours: tuple[n.ClockRange, ...] | None
    ) -> n.OpenDatesLine:
        return n.OpenDatesLine(dates, hours or ())

    def closed(self, _keyword: Token, dates: tuple[n.DateRange, ...]) -> n.ClosedLine:
        return n.ClosedLine(dates)

    def holidays(self, _keyword: Token, country: n.Name, subdivision: n.Name | None) -> n.HolidaysLine:
        return n.HolidaysLine(country, subdivision)

    def weekdays(self, *days: tuple[int, int]) -> tuple[tuple[int, int], ...]:
        return days

    def weekday_range(self, first: int, _minus: Token | None, last: int | None) -> tuple[int, int]:
        return (first, first if last is None else last)

    def weekday(self, keyword: Token) -> int:
        return _WEEKDAYS.index(keyword.type)

    def dates(self, *dates: n.DateRange) -> tuple[n.DateRange, ...]:
        return dates

    def date_range(self, first: Token, last: Token | None) -> n.DateRange:
        text = str(first) if last is None else f"{first} - {last}"
        end = first if last is None else last
        return n.DateRange(self._day(first), self._day(end), text, self._cover(first, end))

    def date_end(self, _keyword: Token, last: Token) -> Token:
        return last

    def hours(self, *hours: n.ClockRange) -> tuple[n.ClockRange, ...]:
        return hours

    def clock_range(self, start: Token, _minus: Token, end: Token) -> n.ClockRange:
        text = f"{start}-{end}"
        return n.ClockRange(_minute(start), _minute(end), text, self._cover(start, end))

    def role(self, _keyword: Token, name: n.Name, title: n.String | None) -> n.RoleLine:
        return n.RoleLine(name, title)

    def reports_to(self, _keyword: Token, role: n.Name) -> n.ReportsToLine:
        return n.ReportsToLine(role)

    def capacity(self, _keyword: Token, tasks: Token, _unit: Token) -> n.CapacityLine:
        return n.CapacityLine(self._number(tasks))

    def hourly_cost(self, _keyword: Token, amount: Token, _unit: Token) -> n.HourlyCostLine:
        return n.HourlyCostLine(self._number(amount))

    def record(self, _keyword: Token, name: n.Name, title: n.String | None) -> n.RecordLine:
        return n.RecordLine(name, title)

    def belongs_to(
        self, _keyword: Token, record: n.Name, called: n.Name | None, optional: Token | None
    ) -> n.BelongsToLine:
        return n.BelongsToLine(record, called, optional is not None)

    def called(self, _keyword: Token, name: n.Name) -> n.Name:
        return name

    def event(
        self, _keyword: Token, name: n.Name, title: n.String | None, _for: Token, record: n.Name
    ) -> n.EventLine:
        return n.EventLine(name, title, record)

    def field(
        self, name: n.Name, kind: n.TypeNode, optional: Token | None, limits: tuple[n.LimitNode, ...]
    ) -> n.FieldLine:
        return n.FieldLine(name, kind, optional is not None, limits)

    def limits(self, *limits: n.LimitNode) -> tuple[n.LimitNode, ...]:
        return limits

    def field_limit(self, operator: Token | str, value: Any) -> n.LimitNode:
        if isinstance(value, n.String):
            return n.LimitNode("matches", n.StringNode(value.text, value.span), value.span)
        return n.LimitNode(str(operator), value, value.span)

    def plain_type(self, keyword: Token) -> n.TypeNode:
        return n.TypeNode(keyword.type.removesuffix("_TYPE").lower())

    def yes_no_type(self, *_words: Token) -> n.TypeNode:
        return n.TypeNode("yes_no")

    def choice_type(self, _keyword: Token, *values: n.Name) -> n.TypeNode:
        return n.TypeNode("choice", values)

    def choice(self, value: n.Name | n.String) -> n.Name:
        return n.Name(value.text, value.span)

    def person_type(self, _keyword: Token, role: n.Name) -> n.TypeNode:
        return n.TypeNode("person", (role,))

    def reference_type(self, record: n.Name) -> n.TypeNode:
        return n.TypeNode("reference", (record,))

    def list_type(self, _keyword: Token, kind: n.TypeNode) -> n.TypeNode:
        return kind._replace(is_list=True)

    def let(
        self, _keyword: Token, name: n.Name, _for: Token, record: n.Name, _eq: Token, value: Any
    ) -> n.LetLine:
        return n.LetLine(name, record, value)
