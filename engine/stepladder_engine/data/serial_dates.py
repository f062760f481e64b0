"""Dates as workbooks keep them: numbers of days, which only the format of the cell tells from others."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from enum import Enum

from stepladder_engine.data.typed_text import DateText, TypedText, date_text, number_text

_MILLISECONDS = 86_400_000
_LAST_SERIAL = 2_958_466
"""The day after the last one that a workbook can show, in the year 9999."""

_MOST_DIGITS = 17
"""As many digits as tell every binary floating point number from its neighbours."""


class CellFormat(Enum):
    """What the format of a cell makes of the number in it."""

    NUMBER = "number"
    DATE = "date"
    ELAPSED = "elapsed"


_BUILT_IN = {
    **dict.fromkeys((*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)), CellFormat.DATE),
    46: CellFormat.ELAPSED,
}
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.')
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_BRACKETS = re.compile(r"\[[^\]]*\]")


def cell_format(number: int, code: str | None) -> CellFormat:
    """Give what a number format makes of a number: by its text, or by its number where it has none.

    >>> cell_format(164, "dd.mm.yyyy"), cell_format(164, '#,##0.00 "days"'), cell_format(14, None)
    (<CellFormat.DATE: 'date'>, <CellFormat.NUMBER: 'number'>, <CellFormat.DATE: 'date'>)
    """
    if code is None:
        return _BUILT_IN.get(number, CellFormat.NUMBER)
    bare = _LITERAL.sub("", code).split(";", maxsplit=1)[0]
    if _ELAPSED.search(bare):
        return CellFormat.ELAPSED
    bare = _BRACKETS.sub("", bare).casefold()
    # The word for "as it comes" is a format of its own, and its letters are none of a date's.
    bare = bare.replace("general", "")
    return CellFormat.DATE if re.search("[dmyhs]", bare) else CellFormat.NUMBER


def number_cell(written: str, form: CellFormat, *, from_1904: bool) -> TypedText | None:
    """Give the text of a number as its cell shows it, or None for what is no number."""
    if form is CellFormat.NUMBER and written.isascii() and written.isdigit() and len(written) < _MOST_DIGITS:
        return number_text(Decimal(written))
    try:
        exact = Decimal(written)
    except InvalidOperation:
        return None
    if not exact.is_finite():
        return None
    if len(exact.as_tuple().digits) <= _MOST_DIGITS:
        # Workbooks hold binary floating point: 0.1 may stand there as 0.10000000000000001.
        exact = Decimal(repr(float(exact)))
        if not exact.is_finite():
            return None
    if form is CellFormat.NUMBER or not 0 <= exact < _LAST_SERIAL:
        return number_text(exact)
    if form is CellFormat.ELAPSED:
        return elapsed_text(Decimal(_whole_milliseconds(exact)))
    return _moment(exact, from_1904=from_1904)


def _whole_milliseconds(days: Decimal) -> int:
    """Give days as milliseconds: what is finer is the noise of floating point."""
    return int((days * _MILLISECONDS).to_integral_value(ROUND_HALF_EVEN))


def _moment(serial: Decimal, *, from_1904: bool) -> DateText:
    """Give the day or time that a serial number stands for."""
    day, rest = divmod(_whole_milliseconds(serial), _MILLISECONDS)
    clock = datetime(1904, 1, 1) + timedelta(milliseconds=rest)  # noqa: DTZ001 (a wall clock has no zone)
    if day == 0 and serial < 1 and (rest or not from_1904):
        return DateText(clock.time().isoformat("auto" if clock.second or clock.microsecond else "minutes"))
    if not from_1904 and day == 60:
        # The 1900 system has a 29 February that never was; it is to be told, not to become another day.
        return DateText("1900-02-29")
    start = 1462 if from_1904 else (1 if day < 60 else 0)
    moment = datetime(1899, 12, 30) + timedelta(days=day + start, milliseconds=rest)  # noqa: DTZ001
    return date_text(moment if rest else moment.date())


def elapsed_text(milliseconds: Decimal) -> TypedText:
    """Give a length of time as ISO 8601 has it, in hours or minutes where it is whole in them.

    >>> elapsed_text(Decimal(5_400_000)), elapsed_text(Decimal(1500))
    ('PT90M', 'PT1.5S')
    """
    for letter, unit in (("H", 3_600_000), ("M", 60_000)):
        if milliseconds % unit == 0:
            return TypedText(f"PT{number_text(milliseconds / unit)}{letter}")
    return TypedText(f"PT{number_text(milliseconds / 1000)}S")
