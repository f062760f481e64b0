"""Tables of lines, cut into cells by numpy, many lines at once: where no loop over bytes is compiled.

It takes fewer lines than the loop does: those with a quote anywhere go to the reference reader's cutter.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from stepladder_engine.fast.read.text_table import Bytes, Truths, Whole

_QUOTE, _LINE_FEED, _MARK = 34, 10, 0xEF
_FEW = 1000
_Table = NDArray[np.int64]


class CutAtOnce:
    """The lines of a stretch of bytes, which ends with a line feed, and where their cells are."""

    def __init__(
        self, data: Bytes, at: int, delimiter: int, width: int, names: Sequence[bytes], longest: int
    ) -> None:
        self._ends: Whole = np.flatnonzero(data[at:] == _LINE_FEED) + at
        self._begins: Whole = np.concatenate([np.array([at], np.int64), self._ends + 1])[:-1]
        marks = np.flatnonzero(data[at:] == delimiter) + at
        first = np.searchsorted(marks, self._begins)
        sure = np.searchsorted(marks, self._ends) - first == width - 1
        blank = self._begins == self._ends
        sure &= ~blank & (self._ends - self._begins <= longest) & (data[self._begins] != _MARK)
        sure[np.searchsorted(self._ends, np.flatnonzero(data[at:] == _QUOTE) + at)] = False
        self._size = len(data)
        rows = np.flatnonzero(sure)
        inner = marks[first[rows, None] + np.arange(width - 1)]
        starts = np.concatenate([self._begins[rows, None], inner + 1], axis=1)
        stops = np.concatenate([inner, self._ends[rows, None]], axis=1)
        letters = data[starts]
        # A line whose cells all begin with space is looked at closely, and one that may be another header.
        taken = ((letters > 32) & (letters < 127) & (letters != delimiter)).any(axis=1)
        for name in names:
            taken &= ~_is(data, starts[:, 0], stops[:, 0], name)
        self._rows, self._starts, self._stops = rows[taken], starts[taken], stops[taken]
        doubtful = ~blank
        doubtful[self._rows] = False
        self._doubtful = np.flatnonzero(doubtful)
        self.pays = len(self._doubtful) < max(_FEW, len(doubtful) // 10)
        """Whether so few lines are in doubt that it is quicker than reading all of them row by row."""

    def cut(
        self,
        at: int,
        wanted: Whole,
        cells: tuple[_Table, _Table],
        lines: Whole,
        numbers: Whole,
        row: int,
        number: int,
    ) -> tuple[int, int, int, bool]:
        """Give cells of lines until one is in doubt: as the loop does, its place, rows and lines so far."""
        line = int(np.searchsorted(self._begins, at))
        place = int(np.searchsorted(self._doubtful, line))
        is_odd = place < len(self._doubtful)
        until = int(self._doubtful[place]) if is_odd else len(self._begins)
        first, last = (int(found) for found in np.searchsorted(self._rows, (line, until)))
        behind = row + last - first
        for column, target in enumerate(wanted.tolist()):
            if target >= 0:
                cells[0][target, row:behind] = self._starts[first:last, column]
                cells[1][target, row:behind] = self._stops[first:last, column]
        lines[row:behind] = self._begins[self._rows[first:last]]
        numbers[row:behind] = number + 1 + self._rows[first:last] - line
        after = int(self._begins[until]) if is_odd else self._size
        return after, behind, number + until - line, is_odd


def _is(data: Bytes, start: Whole, end: Whole, name: bytes) -> Truths:
    """Tell which cells are one text."""
    same: Truths = end - start == len(name)
    for place, byte in enumerate(name):
        rows = np.flatnonzero(same)
        same[rows] = data[start[rows] + place] == byte
    return same
