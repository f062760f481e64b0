"""The arithmetic of a zone for many moments at once: what `Zone` says of one, for a column of them.

Days on which the clocks change, and moments far from our time, are asked of the zone itself, each once.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from stepladder_dsl.model.types import Duration, Unit
from stepladder_engine.calendars.offsets import DAY, FIRST_ORDINAL, SECOND, changes
from stepladder_engine.calendars.zone import HOUR, MINUTE, Instant, Zone

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]
    Truth = NDArray[np.bool_]

_FIRST_DAY = date(1900, 1, 1).toordinal() - FIRST_ORDINAL
_LAST_DAY = date(2200, 1, 1).toordinal() - FIRST_ORDINAL
_EXACT = {Unit.MINUTE: MINUTE, Unit.HOUR: HOUR}
_DAYS = {Unit.DAY: 1, Unit.WEEK: 7}
_MONTHS = {Unit.MONTH: 1, Unit.YEAR: 12}
_SPREAD = 4
"""Where days lie no further apart, all between them are asked for once."""
NOT_SURE = -(2**63)
"""Stands for the offset of a day that has not one alone."""


class Moments:
    """A zone for columns of moments, all of them known."""

    def __init__(self, zone: Zone) -> None:
        """Take the zone, with its calendars."""
        self.zone = zone
        self._at = self._empty()
        self._on = self._empty()

    @staticmethod
    def _empty() -> Whole:
        import numpy as np

        # One less than what is not sure: this day has not been asked for yet.
        return np.full(_LAST_DAY - _FIRST_DAY, NOT_SURE + 1, dtype=np.int64)

    def offsets(self, instants: Whole) -> Whole:
        """Give how far the clocks are from UTC, in microseconds; `NOT_SURE` where a day has two answers."""
        return self._looked_up(self._at, self.zone.offset_at, instants // DAY)

    def offsets_on(self, days: Whole) -> Whole:
        """Give the offsets of local days; `NOT_SURE` where the clocks change, or far from our time."""
        return self._looked_up(self._on, self.zone.offset_on, days)

    def _looked_up(self, known: Whole, of_day: Callable[[int], int | None], days: Whole) -> Whole:
        import numpy as np

        near = (days >= _FIRST_DAY) & (days < _LAST_DAY)
        places = np.where(near, days - _FIRST_DAY, 0)
        found = known[places]
        if (found == NOT_SURE + 1).any():
            asked = np.zeros(len(known), np.bool_)
            asked[places[found == NOT_SURE + 1]] = True
            for place in self._beside_changes(known, np.flatnonzero(asked)).tolist():
                offset = of_day(place + _FIRST_DAY)
                known[place] = NOT_SURE if offset is None else offset
            found = known[places]
        return np.where(near, found, NOT_SURE)

    def _beside_changes(self, known: Whole, asked: Whole) -> Whole:
        """Note the offsets of days around which no clocks change; gives the others, to be asked for."""
        import numpy as np

        first, last = int(asked[0]), int(asked[-1])
        if last - first > _SPREAD * len(asked):
            return asked
        known_changes = changes(self.zone.name, first + _FIRST_DAY - 2, last + _FIRST_DAY + 3)
        moments = np.array([moment for moment, _ in known_changes], np.int64)
        offsets = np.array([offset for _, offset in known_changes], np.int64)
        begins = (asked + _FIRST_DAY) * DAY
        before = np.searchsorted(moments, begins - DAY, "right")
        sure = before == np.searchsorted(moments, begins + 2 * DAY, "right")
        known[asked[sure]] = offsets[before[sure] - 1]
        others: Whole = asked[~sure]
        return others

    def clocks(self, instants: Whole) -> tuple[Whole, Truth]:
        """Give local times in microseconds, and where they are sure."""
        offsets = self.offsets(instants)
        sure = offsets != NOT_SURE
        return instants + offsets * sure, sure

    def days(self, instants: Whole) -> Whole:
        """Give local days as numbers since 1970-01-01."""
        clocks, sure = self.clocks(instants)
        found = clocks // DAY
        found[~sure] = self._one_by_one(
            lambda moment: self.zone.day(moment).toordinal() - FIRST_ORDINAL, instants[~sure]
        )
        return found

    def add(self, instants: Whole, duration: Duration) -> Whole:
        """Give the moments that lie the duration later."""
        if duration.calendar is not None:
            return self._one_by_one(lambda moment: self.zone.add(moment, duration), instants)
        if duration.unit in _EXACT:
            return instants + duration.amount * _EXACT[duration.unit]
        import numpy as np

        clocks, sure = self.clocks(instants)
        days = clocks // DAY
        if duration.unit in _DAYS:
            later = days + duration.amount * _DAYS[duration.unit]
        else:
            later = _months_later(np.where(sure, days, 0), duration.amount * _MONTHS[duration.unit])
        offsets = self.offsets_on(np.where(sure, later, _LAST_DAY))
        sure &= offsets != NOT_SURE
        found = later * DAY + clocks % DAY - offsets * sure
        found[~sure] = self._one_by_one(lambda moment: self.zone.add(moment, duration), instants[~sure])
        return found

    def elapsed_days(self, starts: Whole, now: Instant) -> Whole:
        """Give the numbers of whole days from many moments to one."""
        import numpy as np

        offset = self.zone.offset_at(now // DAY)
        clocks, sure = self.clocks(starts)
        days = np.where(sure, clocks // DAY, _LAST_DAY)
        sure &= self.offsets_on(days) != NOT_SURE
        if offset is None or self.zone.offset_on((now + offset) // DAY) is None:
            sure[:] = False
        found = (now + (offset or 0) - clocks) // DAY
        found[~sure] = self._one_by_one(
            lambda moment: self.zone.elapsed(moment, now, Unit.DAY), starts[~sure]
        )
        return found

    def texts(self, instants: Whole) -> list[str]:
        """Write moments as ISO 8601 with their offsets."""
        import numpy as np

        if not len(instants):
            return []
        different, places = np.unique(instants, return_inverse=True)
        texts = [self.zone.text(moment) for moment in different.tolist()]
        return [texts[place] for place in places.tolist()]

    def plain(self, instants: Whole) -> tuple[Whole, Truth]:
        """Give local times and where they are written down to the second, with an offset in whole minutes."""
        clocks, sure = self.clocks(instants)
        return clocks, sure & (clocks % SECOND == 0) & ((clocks - instants) % MINUTE == 0)

    @staticmethod
    def _one_by_one(function: Callable[[Instant], int], instants: Whole) -> Whole:
        import numpy as np

        if not len(instants):
            return np.zeros(0, np.int64)
        different, places = np.unique(instants, return_inverse=True)
        return np.array([function(moment) for moment in different.tolist()], dtype=np.int64)[places]


def _months_later(days: Whole, months: int) -> Whole:
    """Give the days so many months later, or the months' last days where these have no such day."""
    import numpy as np

    dates = days.astype("datetime64[D]")
    begins = dates.astype("datetime64[M]")
    day = (dates - begins.astype("datetime64[D]")).astype(np.int64)
    first = (begins + months).astype("datetime64[D]").astype(np.int64)
    following = (begins + months + 1).astype("datetime64[D]").astype(np.int64)
    found: Whole = first + np.minimum(day, following - first - 1)
    return found


def known_only(numbers: Any, unknown: int, function: Callable[[Whole], Whole]) -> Whole:
    """Apply a function to the known numbers of a column, and leave the others as they are."""
    known = numbers != unknown
    if known.all():
        return function(numbers)
    found: Whole = numbers.copy()
    found[known] = function(numbers[known])
    return found
