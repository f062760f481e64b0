"""Rows of whole numbers that are equal, found once each: what is said of many rows is put into words once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from stepladder_engine.data.code_loops import first_rows, renamed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]

_SMALL = 1 << 22
"""A table of so many numbers is quicker than sorting."""
_PACKED = 1 << 18
"""So many combinations of numbers are told apart by one number, with a place for each of them."""


def distinct(*columns: Any) -> tuple[Any, Whole]:
    """Give for each row which of the different ones it is, and of each of those a row that shows it."""
    together = _packed(columns)
    if together is not None:
        first = first_rows(*together)
        there = first < len(columns[0])
        new = np.cumsum(np.append(there, False), dtype=np.int32) - np.int32(1)
        return renamed(together[0], new), first[there]
    codes = _numbered(columns[0])
    for column in columns[1:]:
        if not len(column) or column.min() == column.max():
            # It tells no rows apart.
            continue
        following = _numbered(column)
        codes = _numbered(codes * (int(following.max(initial=-1)) + 1) + following)
    shows = np.zeros(int(codes.max(initial=-1)) + 1, np.int64)
    # Of equal rows the first shows them: it is written last.
    shows[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    return codes, shows


def _packed(columns: Sequence[Any]) -> tuple[Any, int] | None:
    """Give each row as a number that rises with its columns, and how many there could be; None: too many."""
    if not len(columns[0]):
        return None
    packed, count = np.zeros(len(columns[0]), np.int32), 1
    for column in columns:
        least, most = int(column.min()), int(column.max())
        if least == most:
            continue
        count *= most - least + 1
        if count > _PACKED:
            return None
        packed *= np.int32(most - least + 1)
        wide = column if column.dtype == np.int32 else column.astype(np.int64)
        packed += (wide - wide.dtype.type(least)).astype(np.int32, copy=False)
    return packed, count


def _numbered(column: Whole) -> Whole:
    """Number the different numbers of a column."""
    if not len(column):
        return np.zeros(0, np.int64)
    least, most = int(column.min()), int(column.max())
    if most - least < _SMALL:
        there = np.zeros(most - least + 1, np.bool_)
        there[column - least] = True
        found: Whole = (np.cumsum(there) - 1)[column - least]
        return found
    found = np.unique(column, return_inverse=True)[1]
    return found


def distinct_runs(codes: Whole, firsts: Whole, counts: Whole) -> tuple[Whole, Sequence[Sequence[int]]]:
    """Give for each run of codes, `counts` of them from `firsts` on, which of the different runs it is."""
    runs: list[Sequence[int]] = []
    found = np.zeros(len(firsts), np.int64)
    for count in np.flatnonzero(np.bincount(counts)).tolist():
        mine = np.flatnonzero(counts == count)
        if count == 0:
            found[mine] = len(runs)
            runs.append(())
            continue
        cells = codes[firsts[mine][:, None] + np.arange(count)]
        numbers, shows = distinct(*cells.T)
        found[mine] = numbers + len(runs)
        runs += [cells[row].tolist() for row in shows.tolist()]
    return found, runs


def first_of_least(groups: Whole, order: Whole) -> Whole:
    """Give for each group, whose rows lie side by side, the first row of the least number."""
    if not len(groups):
        return np.zeros(0, np.int64)
    is_first = np.append(True, groups[1:] != groups[:-1])
    begins = np.flatnonzero(is_first)
    least = np.minimum.reduceat(order, begins)
    rows = np.flatnonzero(order == least[np.cumsum(is_first) - 1])
    mine = groups[rows]
    found: Whole = rows[np.append(True, mine[1:] != mine[:-1])]
    return found
