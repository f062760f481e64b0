"""Columns as arrays: for millions of events."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from stepladder_engine.metrics.standard.carrier import Carrier

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

_FIRST_DAY = date(1970, 1, 1).toordinal()
_LAST_DAY = date.max.toordinal()
_FIRST_MONTH = 1970 * 12
_MOST = 2**62


def exact(numbers: Array) -> Array:
    """Give numbers so that no total of them overflows: as Python's own where they are large."""
    largest = max(int(numbers.max(initial=0)), -int(numbers.min(initial=0)))
    return numbers.astype(object) if largest * max(len(numbers), 1) >= _MOST else numbers


class Arrays(Carrier):
    """Makes columns that are arrays."""

    def of(self, numbers: Iterable[int]) -> Array:
        """Make a column of numbers, however large."""
        found = list(numbers)
        if any(abs(number) >= _MOST for number in found):
            return np.array(found, object)
        return exact(np.array(found, np.int64))

    def truths(self, truths: Iterable[bool]) -> Array:
        """Make a column of truths."""
        return np.array(list(truths), np.bool_)

    def none(self, size: int) -> Array:
        """Make a column in which nothing is true."""
        return np.zeros(size, np.bool_)

    def places(self, truth: Array) -> Array:
        """Give the places that are true, rising."""
        return np.flatnonzero(truth)

    def count(self, truth: Array) -> int:
        """Count the places that are true."""
        return int(np.count_nonzero(truth))

    def counted(self, places: Array, size: int) -> Array:
        """Give how often each place comes."""
        return np.bincount(places, minlength=size)

    def added(self, numbers: Array, places: Array, size: int) -> Array:
        """Give the numbers at each place added up."""
        found = np.zeros(size, numbers.dtype)
        np.add.at(found, places, numbers)
        return found

    def running(self, column: Array) -> Array:
        """Give the total of each number and all before it."""
        return np.cumsum(column)

    def highest(self, column: Array) -> Array:
        """Give the highest of each number and all before it."""
        return np.maximum.accumulate(column)

    def joined(self, columns: Sequence[Array]) -> Array:
        """Put columns one behind the other."""
        return np.concatenate([np.zeros(0, np.int64), *columns])

    def smallest(self, column: Array, count: int) -> Array:
        """Give the smallest numbers, rising."""
        if count < len(column):
            column = np.partition(column, count)[:count]
        return np.sort(column)

    def upto(self, size: int) -> Array:
        """Make a column of the numbers from 0 on."""
        return np.arange(size)

    def ordered(self, column: Array) -> Array:
        """Give the numbers in rising order."""
        return np.sort(column)

    def order(self, *columns: Array) -> Array:
        """Give the places in rising order."""
        return np.lexsort(columns[::-1])

    def lower(self, ordered: Array, column: Array) -> Array:
        """Give for each number how many of some ordered ones are lower."""
        return np.searchsorted(ordered, column, "left")

    def different(self, column: Array) -> tuple[Array, Array]:
        """Give the different numbers, rising, and for each row which of them it has."""
        found, which = np.unique(column, return_inverse=True)
        return found, which

    def months(self, days: Array) -> Array:
        """Give the months of days."""
        since = np.minimum(days, _LAST_DAY) - _FIRST_DAY
        return since.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + _FIRST_MONTH

    def total(self, column: Array) -> int:
        """Add all up."""
        return int(exact(column).sum())

    def squares(self, column: Array) -> int:
        """Add up the squares."""
        largest = max(int(column.max(initial=0)), -int(column.min(initial=0)))
        if largest * largest * max(len(column), 1) < _MOST:
            return int(np.dot(column.astype(np.int64), column.astype(np.int64)))
        return sum(number * number for number in column.tolist())
