"""Values of a database as the texts of cells, so that they are read as those of any table are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from stepladder_engine.data.problems import Fault


def cell_writer(decimal: str) -> Callable[[Any], str | Fault | None]:
    """Give the function that writes a value as a cell, numbers with the decimal mark of the source."""

    def number(value: Decimal | float) -> str:
        text = _number_text(value)
        return text if decimal == "." else text.replace(".", decimal)

    writers: Mapping[type, Callable[[Any], str]] = {
        str: str,
        bool: lambda value: "true" if value else "false",
        int: str,
        float: number,
        Decimal: number,
        datetime: _moment_text,
        date: date.isoformat,
        time: time.isoformat,
        timedelta: _duration_text,
        UUID: str,
    }

    def cell(value: Any) -> str | Fault | None:
        if value is None:
            return None
        write = writers.get(type(value))
        if write is not None:
            return write(value)
        return Fault("SD058", "" if isinstance(value, bytes | bytearray | memoryview) else "structure")

    return cell


def _number_text(value: Decimal | float) -> str:
    """Give a number exactly; of a binary one the shortest text that means it.

    >>> _number_text(0.1), _number_text(5.0), _number_text(1e-7), _number_text(Decimal("1.50"))
    ('0.1', '5', '0.0000001', '1.50')
    """
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f").removesuffix(".0")
    return format(value, "f")


def _moment_text(value: datetime) -> str:
    """Give a moment; one with a zone by the clock of UTC, since old offsets have seconds."""
    return value.astimezone(UTC).isoformat() if value.tzinfo else value.isoformat()


def _duration_text(value: timedelta) -> str:
    """Give a length of time as ISO 8601 writes it, in one unit.

    >>> _duration_text(timedelta(days=30)), _duration_text(timedelta(hours=2))
    ('P30D', 'PT120M')
    """
    minutes, rest = divmod(value, timedelta(minutes=1))
    if rest:
        return str(value)
    return f"P{minutes // 1440}D" if minutes % 1440 == 0 else f"PT{minutes}M"
