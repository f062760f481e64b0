"""Values of a database as cells that know what they are, so that no option for texts changes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from stepladder_engine.data.problems import Fault, shown
from stepladder_engine.data.rows import RAW_LIMIT
from stepladder_engine.data.serial_dates import elapsed_text
from stepladder_engine.data.typed_text import (
    DateText,
    FaultyText,
    NumberText,
    TypedText,
    date_text,
    number_text,
)


def cell(name: str, value: Any) -> str | None:
    """Give the cell of a column; a value that is none of a table's knows why it cannot be read."""
    if value is None:
        return None
    write = _WRITERS.get(type(value))
    if write is not None:
        return write(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return FaultyText("", Fault("SD058", "", {"name": name}))
    return FaultyText(shown(str(value), RAW_LIMIT), Fault("SD058", "structure", {"name": name}))


def _number(value: Decimal | float) -> str:
    """Give a number exactly, of a binary one the shortest decimal that means it; infinity is a text.

    >>> _number(0.1), _number(5.0), _number(1e-7), _number(Decimal("1.50")), _number(float("inf"))
    ('0.1', '5', '0.0000001', '1.5', 'inf')
    """
    exact = Decimal(repr(value)) if isinstance(value, float) else value
    return number_text(exact) if exact.is_finite() else str(value)


def _moment(value: datetime) -> str:
    """Give a moment; one with a zone by the clock of UTC, since old offsets have seconds."""
    return DateText(date_text(value.astimezone(UTC))) if value.tzinfo else date_text(value)


def _clock(value: time) -> str:
    """Give a time of day, with no more of it than there is."""
    return TypedText(value.isoformat("auto" if value.second or value.microsecond else "minutes"))


def _length(value: timedelta) -> str:
    """Give a length of time as ISO 8601 writes it, in one unit.

    >>> _length(timedelta(days=30)), _length(timedelta(hours=2)), _length(timedelta(seconds=90))
    ('P30D', 'PT2H', 'PT90S')
    """
    if value % timedelta(days=1):
        return elapsed_text(Decimal(value // timedelta(microseconds=1)) / 1000)
    return TypedText(f"P{value.days}D")


_WRITERS: Mapping[type, Callable[[Any], str]] = {
    str: str,
    bool: lambda value: "true" if value else "false",
    int: lambda value: NumberText(str(value)),
    float: _number,
    Decimal: _number,
    datetime: _moment,
    date: date_text,
    time: _clock,
    timedelta: _length,
    UUID: str,
}
