"""Columns as lists: for some thousands of records, and wherever nothing else is installed."""

from __future__ import annotations

import operator
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from heapq import nsmallest
from itertools import accumulate
from typing import Any

from stepladder_engine.metrics.standard.carrier import Carrier, Numbers, scale_of, scaled

_LAST_DAY = date.max.toordinal()


class Listed:
    """A list of numbers or truths that counts as a column does."""

    __slots__ = ("numbers",)

    def __init__(self, numbers: list[Any]) -> None:
        self.numbers = numbers

    def __len__(self) -> int:
        return len(self.numbers)

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, slice):
            return Listed(self.numbers[key])
        if not isinstance(key, Listed):
            return self.numbers[key]
        if key.numbers and isinstance(key.numbers[0], bool):
            return Listed([number for number, fits in zip(self.numbers, key.numbers, strict=True) if fits])
        return Listed([self.numbers[place] for place in key.numbers])

    def tolist(self) -> list[Any]:
        """Give the numbers."""
        return self.numbers

    def _with(self, other: Any, function: Callable[[Any, Any], Any]) -> Listed:
        if isinstance(other, Listed):
            return Listed(list(map(function, self.numbers, other.numbers)))
        return Listed([function(number, other) for number in self.numbers])

    def __add__(self, other: Any) -> Listed:
        return self._with(other, operator.add)

    def __sub__(self, other: Any) -> Listed:
        return self._with(other, operator.sub)

    def __rsub__(self, other: Any) -> Listed:
        return Listed([other - number for number in self.numbers])

    def __mul__(self, other: Any) -> Listed:
        return self._with(other, operator.mul)

    def __floordiv__(self, other: Any) -> Listed:
        return self._with(other, operator.floordiv)

    def __mod__(self, other: Any) -> Listed:
        return self._with(other, operator.mod)

    def __lt__(self, other: Any) -> Listed:
        return self._with(other, operator.lt)

    def __le__(self, other: Any) -> Listed:
        return self._with(other, operator.le)

    def __gt__(self, other: Any) -> Listed:
        return self._with(other, operator.gt)

    def __ge__(self, other: Any) -> Listed:
        return self._with(other, operator.ge)

    def __eq__(self, other: object) -> Listed:  # type: ignore[override]  # a column of truths, as arrays have it
        return self._with(other, operator.eq)

    __hash__ = None  # type: ignore[assignment]

    def __and__(self, other: Any) -> Listed:
        return self._with(other, operator.and_)

    def __or__(self, other: Any) -> Listed:
        return self._with(other, operator.or_)

    def __invert__(self) -> Listed:
        return Listed([not truth for truth in self.numbers])


class Lists(Carrier):
    """Makes columns that are lists."""

    def of(self, numbers: Iterable[int]) -> Listed:
        """Make a column of numbers, however large."""
        return Listed(list(numbers))

    def truths(self, truths: Iterable[bool]) -> Listed:
        """Make a column of truths."""
        return Listed(list(truths))

    def places(self, truth: Listed) -> Listed:
        """Give the places that are true, rising."""
        return Listed([place for place, fits in enumerate(truth.numbers) if fits])

    def count(self, truth: Listed) -> int:
        """Count the places that are true."""
        return truth.numbers.count(True)

    def counted(self, places: Listed, size: int) -> Listed:
        """Give how often each place comes."""
        found = [0] * size
        for place in places.numbers:
            found[place] += 1
        return Listed(found)

    def added(self, numbers: Listed, places: Listed, size: int) -> Listed:
        """Give the numbers at each place added up."""
        found = [0] * size
        for number, place in zip(numbers.numbers, places.numbers, strict=True):
            found[place] += number
        return Listed(found)

    def running(self, column: Listed) -> Listed:
        """Give the total of each number and all before it."""
        return Listed(list(accumulate(column.numbers)))

    def highest(self, column: Listed) -> Listed:
        """Give the highest of each number and all before it."""
        return Listed(list(accumulate(column.numbers, max)))

    def joined(self, columns: Sequence[Listed]) -> Listed:
        """Put columns one behind the other."""
        return Listed([number for column in columns for number in column.numbers])

    def smallest(self, column: Listed, count: int) -> Listed:
        """Give the smallest numbers, rising."""
        return Listed(nsmallest(count, column.numbers))

    def ordered(self, column: Listed) -> Listed:
        """Give the numbers in rising order."""
        return Listed(sorted(column.numbers))

    def order(self, *columns: Listed) -> Listed:
        """Give the places in rising order."""
        keys = list(zip(*(column.numbers for column in columns), strict=True))
        return Listed(sorted(range(len(keys)), key=keys.__getitem__))

    def lower(self, ordered: Listed, column: Listed) -> Listed:
        """Give for each number how many of some ordered ones are lower."""
        return Listed([bisect_left(ordered.numbers, number) for number in column.numbers])

    def different(self, column: Listed) -> tuple[Listed, Listed]:
        """Give the different numbers, rising, and for each row which of them it has."""
        found = sorted(set(column.numbers))
        places = {number: place for place, number in enumerate(found)}
        return Listed(found), Listed([places[number] for number in column.numbers])

    def months(self, days: Listed) -> Listed:
        """Give the months of days."""
        dates = (date.fromordinal(min(day, _LAST_DAY)) for day in days.numbers)
        return Listed([found.year * 12 + found.month - 1 for found in dates])

    def total(self, column: Listed) -> int:
        """Add all up."""
        return sum(column.numbers)

    def squares(self, column: Listed) -> int:
        """Add up the squares."""
        return sum(number * number for number in column.numbers)


def numbers_of(values: Sequence[Decimal | int]) -> Numbers:
    """Give some values as numbers."""
    exact = [Decimal(value) for value in values]
    scale = scale_of(exact)
    return Numbers(Lists(), Listed(scaled(exact, scale)), scale)
