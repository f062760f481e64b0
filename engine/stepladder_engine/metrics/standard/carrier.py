"""Columns of whole numbers and the few things that figures do with them: one meaning, two carriers.

A column is a list of our own (`lists`), which needs nothing, or an array (`arrays`), which is made for
millions. Both know `+ - * // %`, comparisons, `& | ~`, and `column[truth]` or `column[places]`; whatever else
is asked of them stands here. Figures are worked out in these words alone, so both give the same ones.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from stepladder_dsl.record import record
from stepladder_engine.expressions.tally import EXACT

Column = Any
"""A column of whole numbers, or of truths; the carrier that has made it knows which kind it is."""


class Carrier(ABC):
    """Makes columns, and what no operator says of them."""

    @abstractmethod
    def of(self, numbers: Iterable[int]) -> Column:
        """Make a column of numbers, however large."""

    @abstractmethod
    def truths(self, truths: Iterable[bool]) -> Column:
        """Make a column of truths."""

    @abstractmethod
    def places(self, truth: Column) -> Column:
        """Give the places that are true, rising."""

    @abstractmethod
    def count(self, truth: Column) -> int:
        """Count the places that are true."""

    @abstractmethod
    def counted(self, places: Column, size: int) -> Column:
        """Give how often each place from 0 to before `size` comes."""

    @abstractmethod
    def added(self, numbers: Column, places: Column, size: int) -> Column:
        """Give the numbers at each place added up."""

    @abstractmethod
    def running(self, column: Column) -> Column:
        """Give the total of each number and all before it."""

    @abstractmethod
    def highest(self, column: Column) -> Column:
        """Give the highest of each number and all before it."""

    @abstractmethod
    def joined(self, columns: Sequence[Column]) -> Column:
        """Put columns of numbers one behind the other."""

    @abstractmethod
    def smallest(self, column: Column, count: int) -> Column:
        """Give the smallest numbers, rising."""

    @abstractmethod
    def ordered(self, column: Column) -> Column:
        """Give the numbers in rising order."""

    @abstractmethod
    def order(self, *columns: Column) -> Column:
        """Give the places in the rising order of the first column, in each of its numbers of the next."""

    @abstractmethod
    def lower(self, ordered: Column, column: Column) -> Column:
        """Give for each number how many of some ordered ones are lower."""

    @abstractmethod
    def different(self, column: Column) -> tuple[Column, Column]:
        """Give the different numbers, rising, and for each row which of them it has."""

    @abstractmethod
    def months(self, days: Column) -> Column:
        """Give the months of days (from the year 1 on) as numbers counted from the year 0."""

    @abstractmethod
    def total(self, column: Column) -> int:
        """Add all up."""

    @abstractmethod
    def squares(self, column: Column) -> int:
        """Add up the squares."""

    def list(self, column: Column) -> list[int]:
        """Give the numbers as Python has them."""
        found: list[int] = column.tolist()
        return found

    def upto(self, size: int) -> Column:
        """Make a column of the numbers from 0 to before `size`."""
        return self.of(range(size))

    def none(self, size: int) -> Column:
        """Make a column in which nothing is true."""
        return self.truths([False] * size)


@record
class Numbers:
    """A column as the decimals that it stands for: each number divided by 10 to the `scale`."""

    carrier: Carrier
    column: Column
    scale: int = 0

    def __len__(self) -> int:
        return len(self.column)

    @property
    def total(self) -> Decimal:
        """All added up, exactly."""
        return self._decimal(self.carrier.total(self.column))

    @property
    def squares(self) -> Decimal:
        """The squares added up, exactly."""
        return Decimal(self.carrier.squares(self.column)).scaleb(-2 * self.scale, EXACT)

    @property
    def any_below_nothing(self) -> bool:
        """Whether a number is negative."""
        return self.carrier.count(self.column < 0) > 0

    def middle(self) -> list[Decimal]:
        """Give the number in the middle of their order, or the two of them."""
        ordered = self.carrier.ordered(self.column)
        found = ordered[(len(self) - 1) // 2 : len(self) // 2 + 1]
        return [self._decimal(number) for number in self.carrier.list(found)]

    def largest(self, count: int) -> Decimal:
        """Add up the largest."""
        ordered = self.carrier.ordered(self.column)
        return self._decimal(self.carrier.total(ordered[len(self) - count :]))

    def decimals(self) -> list[Decimal]:
        """Give every number."""
        return [self._decimal(number) for number in self.carrier.list(self.column)]

    def _decimal(self, number: int) -> Decimal:
        return Decimal(number).scaleb(-self.scale, EXACT)


def scale_of(values: Iterable[Decimal]) -> int:
    """Give how many decimals some amounts have at most.

    >>> scale_of([Decimal("1.50"), Decimal("1E+3")])
    2
    """
    return max((0, *(-int(value.as_tuple().exponent) for value in values)))


def scaled(values: Sequence[Decimal], scale: int) -> list[int]:
    """Give amounts as whole numbers of a scale."""
    return [int(value.scaleb(scale, EXACT)) for value in values]
