"""Whole numbers that wait in a spool, in as little room as they need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from stepladder_engine.data.spool import Spool, Stretch

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]

_SECOND = 1_000_000
_WIDTHS = (("u1", 2**8 - 1), ("u2", 2**16 - 1), ("u4", 2**32 - 1))
_WHOLE = "i8"
_BLANK_CODE = -1


@dataclass(frozen=True)
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
        if self.kept is None:
            return np.full(last - first, self.base, np.int64)
        size = np.dtype(self.width).itemsize
        stretch = Stretch(self.kept.begin + first * size, (last - first) * size)
        kept = np.frombuffer(self.spool.get(stretch), self.width)
        if self.width == _WHOLE:
            return kept
        found: Whole = kept.astype(np.int64)
        found -= 1
        if self.unit == 1 and self.base == 0 and self.blank == _BLANK_CODE:
            return found
        found *= self.unit
        found += self.base
        blank = kept == 0
        if blank.any():
            found[blank] = self.blank
        return found


def keep_numbers(spool: Spool, numbers: Any, blank: int) -> KeptNumbers:
    """Put numbers into a spool; `blank` is the one that stands for nothing."""
    if not len(numbers):
        return KeptNumbers(spool, 0, blank, blank)
    least, most = int(numbers.min()), int(numbers.max())
    if least == most:
        return KeptNumbers(spool, len(numbers), blank, least)
    if blank == _BLANK_CODE and least >= blank and most < _WIDTHS[-1][1]:
        # Codes count from 0 on, so that they need only be narrowed.
        width = next(width for width, top in _WIDTHS if most < top)
        codes = np.empty(len(numbers), width)
        np.add(numbers, 1, out=codes, casting="unsafe")
        return KeptNumbers(spool, len(numbers), blank, 0, 1, width, spool.put(codes.data))
    known: Any = True
    if least <= blank <= most:
        known = numbers != blank
        given = numbers[known]
        least, most = int(given.min()), int(given.max())
        numbers = np.where(known, numbers, least)
    unit, counted = 1, np.subtract(numbers, least, dtype=np.int64)
    if most - least >= _WIDTHS[-1][1]:
        # Most moments are whole seconds.
        seconds = counted // _SECOND
        if np.array_equal(seconds * _SECOND, counted):
            unit, counted = _SECOND, seconds
    width = next((width for width, top in _WIDTHS if (most - least) // unit < top), _WHOLE)
    if width == _WHOLE:
        data = np.ascontiguousarray(np.where(known, numbers, blank), np.int64)
        return KeptNumbers(spool, len(numbers), blank, 0, 1, width, spool.put(data.data))
    kept = np.empty(len(numbers), width)
    np.add(counted, 1, out=kept, casting="unsafe")
    if known is not True:
        kept *= known
    return KeptNumbers(spool, len(numbers), blank, least, unit, width, spool.put(kept.data))
