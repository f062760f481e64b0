"""Whole numbers that wait in a spool, in as little room as they need."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from stepladder_dsl.record import record
from stepladder_engine.data.code_loops import (
    SECOND,
    bounds_of,
    packed,
    unpacked,
    unpacked_codes,
    whole_seconds,
)
from stepladder_engine.data.spool import Spool, Stretch

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]
    Codes = NDArray[np.int32]

_WIDTHS = (("u1", 2**8 - 1), ("u2", 2**16 - 1), ("u4", 2**32 - 1))
_WHOLE = "i8"
_BLANK_CODE = -1
_MOST_AT_HAND = 1 << 18
_FAR = 2**62
"""Numbers that are further apart are no moments."""


@record
class KeptNumbers:
    """Numbers in a spool.

    What is kept counts `unit` from `base` on, and is 0 where the number is `blank`. Numbers that differ too
    much for that are kept as they are; where all are equal, `base` is every one of them.
    """

    spool: Spool
    count: int
    blank: int
    base: int
    unit: int = 1
    width: str = ""
    kept: Stretch | None = None

    def load(self, first: int, last: int) -> Whole:
        """Give the numbers from one row to before another."""
        kept = self._kept(first, last)
        if kept is None:
            return np.full(last - first, self.base, np.int64)
        if self.width == _WHOLE:
            whole: Whole = kept
            return whole
        return unpacked(kept, self.blank, self.base, self.unit)

    def codes(self, first: int, last: int) -> Codes:
        """Give the codes, of which -1 is the one that stands for nothing, from one row to before another."""
        kept = self._kept(first, last)
        if kept is None:
            return _always(self.base, last - first)
        if self.width == _WHOLE or self.base:
            return self.load(first, last).astype(np.int32)
        return unpacked_codes(kept)

    def _kept(self, first: int, last: int) -> Any:
        """Give what is kept of some rows; None where all are equal."""
        if self.kept is None:
            return None
        size = np.dtype(self.width).itemsize
        stretch = Stretch(self.kept.begin + first * size, (last - first) * size)
        return np.frombuffer(self.spool.get(stretch), self.width)


def _always(code: int, count: int) -> Codes:
    """Give the same code for so many rows: there are many such columns, and most of each is new memory."""
    if count > _MOST_AT_HAND:
        return np.full(count, code, np.int32)
    return _at_hand(code, 1 << count.bit_length())[:count]


@lru_cache(maxsize=16)
def _at_hand(code: int, count: int) -> Codes:
    found = np.full(count, code, np.int32)
    found.flags.writeable = False
    return found


def keep_numbers(spool: Spool, numbers: Any, blank: int) -> KeptNumbers:
    """Put numbers into a spool; `blank` is the one that stands for nothing."""
    count = len(numbers)
    if not count:
        return KeptNumbers(spool, 0, blank, blank)
    least, most, blanks = bounds_of(numbers, blank)
    if least == most and blanks in {0, count}:
        return KeptNumbers(spool, count, blank, least)
    if blank == _BLANK_CODE and least >= 0 and most < _WIDTHS[-1][1]:
        # Codes count from 0 on, so that they need only be narrowed.
        least = 0
    span, unit = most - least, 1
    if _WIDTHS[-1][1] <= span < _FAR and whole_seconds(numbers, blank, least):
        # Most moments are whole seconds.
        unit = SECOND
    width = next((width for width, top in _WIDTHS if span // unit < top), _WHOLE)
    if width == _WHOLE:
        data = np.ascontiguousarray(numbers, np.int64)
        return KeptNumbers(spool, count, blank, 0, 1, width, spool.put(data.data))
    kept = packed(numbers, blank, least, unit, np.dtype(width).itemsize)
    return KeptNumbers(spool, count, blank, least, unit, width, spool.put(kept.data))
