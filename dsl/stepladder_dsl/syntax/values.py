"""Numbers, dates and times of a text: read whatever the digits, and written as a language writes them."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from stepladder_dsl.jalali import JALALI_AT_FIRST_SIGHT, gregorian_day, is_jalali_year, jalali_date
from stepladder_dsl.keywords.dialect import Dialect, normalize_name

_DECIMAL_MARK = "\u066b"
_DATE_PARTS = re.compile(r"[-/]")
_DECIMAL = re.compile(r"(\d)\.(\d)")


class NoDay(NamedTuple):
    """A date that can mean no day of its calendar.

    `meant` is the day by the Jalali calendar, where another one is used and the
    year shows that this one was meant.
    """

    text: str
    jalali: bool = False
    meant: date | None = None


def plain_number(text: str) -> str:
    """Give a number in ASCII digits, with a point before its decimals."""
    return normalize_name(text).replace(_DECIMAL_MARK, ".")


def plain_time(text: str) -> str:
    """Give a time in ASCII digits, with two of them for the hour."""
    hour, _, rest = normalize_name(text).partition(":")
    return f"{hour:0>2}:{rest}"


def _date_parts(text: str) -> tuple[int, int, int]:
    year, month, day = _DATE_PARTS.split(normalize_name(text))
    return int(year), int(month), int(day)


def real_day(text: str, calendar: str) -> date | None:
    """Give the day that a date names by the calendar of its language, or None where there is no such day."""
    year, month, day = _date_parts(text)
    try:
        if calendar == "jalali" and is_jalali_year(year):
            return gregorian_day(year, month, day)
        return date(year, month, day)
    except ValueError:
        return None


def read_day(text: str, calendar: str) -> date | NoDay:
    """Give the day that a date means, or why none can be meant."""
    year = _date_parts(text)[0]
    if calendar != "jalali" and year in JALALI_AT_FIRST_SIGHT:
        return NoDay(text, jalali=True, meant=real_day(text, "jalali"))
    found = real_day(text, calendar)
    return NoDay(text, jalali=calendar == "jalali" and is_jalali_year(year)) if found is None else found


def write_number(text: str, dialect: Dialect) -> str:
    """Give a number as the language writes it."""
    return _in_digits(plain_number(text), dialect).replace(".", dialect.decimal_mark)


def write_time(text: str, dialect: Dialect) -> str:
    """Give a time as the language writes it."""
    return _in_digits(plain_time(text), dialect)


def write_date(text: str, calendar: str, dialect: Dialect) -> str:
    """Give a date, written by a calendar, as the language writes it; an impossible one keeps its parts."""
    found = real_day(text, calendar)
    year, month, day = _date_parts(text) if found is None else _parts_in(found, dialect.calendar)
    written = dialect.date_separator.join((f"{year:04}", f"{month:02}", f"{day:02}"))
    return _in_digits(written, dialect)


def _parts_in(day: date, calendar: str) -> tuple[int, int, int]:
    """Give a day's date by a calendar; one that would be read by the other calendar stays Gregorian."""
    gregorian = day.year, day.month, day.day
    if calendar != "jalali":
        return gregorian
    try:
        found = jalali_date(day)
    except ValueError:
        return gregorian
    return found if is_jalali_year(found[0]) else gregorian


def like(found: str, instead: str, dialect: Dialect) -> str:
    """Write figures in the digits of the piece whose place they take: whoever wrote those reads them.

    In the place of words (`one year`) the figures are the language's own.
    """
    if any(digit.isascii() for digit in found if digit.isdecimal()):
        return instead
    return _DECIMAL.sub(rf"\1{dialect.decimal_mark}\2", _in_digits(instead, dialect))


def _in_digits(text: str, dialect: Dialect) -> str:
    return text.translate(str.maketrans("0123456789", dialect.digits))
