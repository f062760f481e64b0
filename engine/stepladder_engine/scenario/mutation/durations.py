"""Durations that are a little longer or shorter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from stepladder_dsl.model.types import Duration, Unit

_SMALLER = {
    Unit.HOUR: Duration(30, Unit.MINUTE),
    Unit.DAY: Duration(12, Unit.HOUR),
    Unit.WEEK: Duration(6, Unit.DAY),
    Unit.MONTH: Duration(27, Unit.DAY),
    Unit.YEAR: Duration(11, Unit.MONTH),
}
"""What is shorter than one of a unit."""


def shifted(duration: Duration) -> Iterator[Duration]:
    """Yield the duration with one more and one less of its unit.

    >>> [str(found) for found in shifted(Duration(30, Unit.DAY))]
    ['31 days', '29 days']
    >>> [str(found) for found in shifted(Duration(1, Unit.DAY))]
    ['2 days', '12 hours']
    """
    yield replace(duration, amount=duration.amount + 1)
    if duration.amount > 1:
        yield replace(duration, amount=duration.amount - 1)
    elif duration.amount == 1 and duration.calendar is None and duration.unit in _SMALLER:
        yield _SMALLER[duration.unit]
