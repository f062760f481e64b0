"""How far a zone's clocks are from UTC on each day: most days the same from their first moment to their last.

So the arithmetic of nearly all days is whole numbers; only on a day on which the clocks change the zone
itself has to be asked.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MICROSECOND = timedelta(microseconds=1)
_ONE_DAY = timedelta(days=1)
SECOND = 1_000_000
DAY = 24 * 60 * 60 * SECOND
FIRST_ORDINAL = datetime(1970, 1, 1).toordinal()
"""Of day number 0, as `date` counts."""
_TOGETHER = 512
"""Days of which a zone is asked at once."""


def _micros(span: timedelta) -> int:
    """Give a span in microseconds: a third of what dividing it takes."""
    return (span.days * 86_400 + span.seconds) * SECOND + span.microseconds


def _offset_at(zone: ZoneInfo, instant: int) -> int:
    """Give the offset at a moment; raises ``OverflowError`` where there is no such local time."""
    moment = datetime(1970, 1, 1, tzinfo=zone) + timedelta(microseconds=instant)
    # Between two times of one zone Python counts what their clocks show.
    return _micros(zone.fromutc(moment) - moment)


@lru_cache(maxsize=64)
def changes(name: str, first: int, last: int) -> tuple[tuple[int, int], ...]:
    """Give when which offset of a zone begins to hold, over a range of days of UTC."""
    found = [(-(2**63), _offset_at(ZoneInfo(name), first * DAY))]
    for block in range(first // _TOGETHER, last // _TOGETHER + 1):
        found += [change for change in _changes_of(name, block) if first * DAY < change[0] <= last * DAY]
    return tuple(found)


@lru_cache(maxsize=1_000)
def _changes_of(name: str, block: int) -> list[tuple[int, int]]:
    """Give the changes of some hundred days, which are asked of the zone once, whoever wants to know."""
    zone = ZoneInfo(name)
    found = []
    day = block * _TOGETHER
    moment = datetime(1970, 1, 1, tzinfo=zone) + timedelta(days=day)
    old = zone.fromutc(moment) - moment
    for following in range(day + 1, day + _TOGETHER + 1):
        moment += _ONE_DAY
        new = zone.fromutc(moment) - moment
        if new != old:
            change = _change(zone, (following - 1) * DAY, following * DAY, _micros(old))
            found.append((change, _micros(new)))
            old = new
    return found


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
            first, last = _offset_at(self._zone, day * DAY), _offset_at(self._zone, (day + 1) * DAY - 1)
        except OverflowError:
            # Data has such days: 0001-01-01 for "none", 9999-12-31 for "for ever".
            return None
        return first if first == last else None


class OffsetsOn(OffsetsAt):
    """The offset in microseconds of each local day; None where the day is not as long as others."""

    def _of(self, day: int) -> int | None:
        try:
            start, end = self._start(day), self._start(day + 1)
            if end - start != DAY:
                return None
            first, last = _offset_at(self._zone, start), _offset_at(self._zone, end - 1)
        except (OverflowError, ValueError):
            return None
        return first if first == last == day * DAY - start else None

    def _start(self, day: int) -> int:
        midnight = datetime.fromordinal(day + FIRST_ORDINAL).replace(tzinfo=self._zone)
        offset = midnight.utcoffset()
        return day * DAY - (_micros(offset) if offset else 0)
