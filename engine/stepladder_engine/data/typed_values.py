"""Values of results for formats whose columns have types."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.source import NOWHERE
from stepladder_engine.data.problems import finding, listed
from stepladder_engine.data.tables import Column, Table
from stepladder_engine.data.write_plain import cell_text

PLACES = 18
"""Digits after the point in columns of numbers: money never has so many, a share is rounded to them."""
DIGITS = 38
"""Digits of a number in all, as many as most programs hold."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LAST_PLACE = Decimal(1).scaleb(-PLACES)
_LIMIT = Decimal(10) ** (DIGITS - PLACES)
_ROUNDING = Context(prec=100, rounding=ROUND_HALF_EVEN)


class NumberTooLarge(Exception):
    """A number has more digits than a column holds."""

    def __init__(self, table: Table, column: Column) -> None:
        super().__init__(column.name)
        self.finding: Diagnostic = finding("SD063", NOWHERE, table=table.name, column=column.name)


def text_value(value: Any) -> str | None:
    """Give a value of a column of texts; unknown stays unknown."""
    return None if value is None else cell_text(value)


def moment(text: str) -> datetime:
    """Give the time that a table writes as ISO 8601 with its offset."""
    return datetime.fromisoformat(text)


def microseconds(text: str) -> int:
    """Give a time as microseconds since the start of 1970 in UTC, also at the ends of the calendar."""
    return (moment(text) - _EPOCH) // _MICROSECOND


def number_value(value: Any) -> Decimal | None:
    """Give a figure as a number: yes is 1, no is 0, and what is no number is unknown."""
    match value:
        case bool():
            return Decimal(int(value))
        case Decimal() | int():
            return Decimal(value)
    return None


def fitted(value: Any, table: Table, column: Column) -> Decimal | None:
    """Give a figure with the digits that a column holds; raises `NumberTooLarge` where it has more."""
    number = number_value(value)
    if number is None:
        return None
    rounded = number.quantize(_LAST_PLACE, context=_ROUNDING) if abs(number) < _LIMIT else _LIMIT
    if abs(rounded) >= _LIMIT:
        raise NumberTooLarge(table, column)
    return rounded


def no_numbers(table: Table) -> list[Diagnostic]:
    """Say of which rows a figure is no number, so that a column of numbers has to leave it empty."""
    places = [place for place, column in enumerate(table.typed) if column.kind == "number"]
    found = {
        cell_text(row[0]): None
        for row in table.rows
        for place in places
        if row[place] is not None and number_value(row[place]) is None
    }
    return (
        [finding("SD062", NOWHERE, "no_number", table=table.name, rows=", ".join(listed(found)))]
        if found
        else []
    )
