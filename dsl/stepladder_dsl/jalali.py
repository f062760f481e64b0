"""The Jalali (Solar Hijri, Persian) calendar, by which Iran and Afghanistan count days.

Its year begins at the spring equinox. Six months have 31 days, five have 30, and the last has 29,
or 30 in a leap year; which years are leap ones the library knows.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from persiantools.jdatetime import JalaliDate

FIRST_GREGORIAN_YEAR = 1700
"""The year tells the calendar: where Jalali dates are expected, this one and later ones are Gregorian."""

JALALI_AT_FIRST_SIGHT = range(1300, 1501)
"""No company's data or plans speak of these Gregorian years, and everybody in Iran lives in them."""


def is_jalali_year(year: int) -> bool:
    """Tell whether a year is meant as one of the Jalali calendar, where such dates are expected."""
    return year < FIRST_GREGORIAN_YEAR


def gregorian_day(year: int, month: int, day: int) -> date:
    """Give the day of a Jalali date; raises ``ValueError`` where the calendar has none.

    >>> gregorian_day(1405, 1, 1)
    datetime.date(2026, 3, 21)
    """
    return _library()(year, month, day).to_gregorian()


def jalali_date(day: date) -> tuple[int, int, int]:
    """Give year, month and day; raises ``ValueError`` for days before the calendar's first.

    >>> jalali_date(date(2026, 3, 21))
    (1405, 1, 1)
    """
    found = _library()(day)
    return found.year, found.month, found.day


def _library() -> Callable[..., JalaliDate]:
    """Give the library's class: loading it is for those only who write such dates."""
    from persiantools.jdatetime import JalaliDate

    # The class has types, its constructor has none.
    return JalaliDate
