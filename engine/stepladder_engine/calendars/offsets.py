"""How far a zone's clocks are from UTC on each day: most days the same from their first moment to their last.

So the arithmetic of nearly all days is whole numbers; only on a day on which the clocks change the zone
itself has to be asked.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MICROSECOND = timedelta(microseconds=1)
SECOND = 1_000_000
DAY = 24 * 60 * 60 * SECOND
FIRST_ORDINAL = datetime(1970, 1, 1).toordinal()
"""Of day number 0, as `date` counts."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _offset_at(zone: ZoneInfo, instant: int) -> int:
    offset = (_EPOCH + instant * MICROSECOND).astimezone(zone).utcoffset()
    return 0 if offset is None else offset // MICROSECOND


@lru_cache(maxsize=16)
def changes(name: str, first: int, last: int) -> tuple[tuple[int, int], ...]:
    """Give when which offset of a zone begins to hold, over a range of days of UTC."""
    zone = ZoneInfo(name)
    found = [(-(2**63), _offset_at(zone, first * DAY))]
    for day in range(first + 1, last + 1):
        old, new = found[-1][1], _offset_at(zone, day * DAY)
        if old != new:
            found.append((_change(zone, (day - 1) * DAY, day * DAY, old), new))
    return tuple(found)


def _change(zone: ZoneInfo, before: int, after: int, old: int) -> int:
    """Give the second at which an offset changes, between two moments."""
    while after - before > SECOND:
        middle = (before + after) // (2 * SECOND) * SECOND
        before, after = (middle, after) if _offset_at(zone, middle) == old else (before, middle)
    return after


class OffsetsAt(dict[int, int | None]):
    """The offset in microseconds at each day of UTC; None where it is not the same all day."""

    def __init__(self, zone: ZoneInfo) -> None:
        """Begin without knowing any day; no zone changes its clocks twice within two days."""
        super().__init__()
        self._zone = zone

    def __missing__(self, day: int) -> int | None:
        """Ask the zone about a day, once."""
        offset = self[day] = self._of(day)
        return offset

    def _of(self, day: int) -> int | None:
        try:
            first, last = self._offset(day * DAY), self._offset((day + 1) * DAY - 1)
        except OverflowError:
            # Data has such days: 0001-01-01 for "none", 9999-12-31 for "for ever".
            return None
        return first if first == last else None

    def _offset(self, instant: int) -> int:
        """Give the offset at a moment; raises ``OverflowError`` where there is no such local time."""
        local = (_EPOCH + instant * MICROSECOND).astimezone(self._zone)
        return (local.replace(tzinfo=UTC) - _EPOCH) // MICROSECOND - instant


class OffsetsOn(OffsetsAt):
    """The offset in microseconds of each local day; None where the day is not as long as others."""

    def _of(self, day: int) -> int | None:
        try:
            start, end = self._start(day), self._start(day + 1)
            if end - start != DAY:
                return None
            first, last = self._offset(start), self._offset(end - 1)
        except (OverflowError, ValueError):
            return None
        return first if first == last == day * DAY - start else None

    def _start(self, day: int) -> int:
        midnight = datetime.fromordinal(day + FIRST_ORDINAL).replace(tzinfo=self._zone)
        return (midnight - _EPOCH) // MICROSECOND
