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
        found = (kept.astype(np.int64) - 1) * self.unit + self.base
        found[kept == 0] = self.blank
        return found


def keep_numbers(spool: Spool, numbers: Any, blank: int) -> KeptNumbers:
    """Put numbers into a spool; `blank` is the one that stands for nothing."""
    known = numbers != blank
    if not known.any():
        return KeptNumbers(spool, len(numbers), blank, blank)
    given = numbers if known.all() else numbers[known]
    least, most = int(given.min()), int(given.max())
    if least == most and len(given) == len(numbers):
        return KeptNumbers(spool, len(numbers), blank, least)
    # Most moments are whole seconds.
    unit = _SECOND if most - least >= _WIDTHS[-1][1] and not ((given - least) % _SECOND).any() else 1
    width = next((width for width, top in _WIDTHS if (most - least) // unit < top), _WHOLE)
    if width == _WHOLE:
        data = np.ascontiguousarray(numbers, np.int64)
        return KeptNumbers(spool, len(numbers), blank, 0, 1, width, spool.put(data.data))
    kept = np.zeros(len(numbers), width)
    kept[known] = (given.astype(np.int64) - least) // unit + 1
    return KeptNumbers(spool, len(numbers), blank, least, unit, width, spool.put(kept.data))
