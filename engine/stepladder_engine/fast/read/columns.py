"""Columns that grow while files are read: of numbers, or of values as the reference reader has them."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stepladder_dsl.model.types import DatetimeType, DateType, MoneyType, NumberType, Type, YesNoType
from stepladder_engine.fast.frames import UNKNOWN, Values
from stepladder_engine.fast.read.text_table import Codes, Texts, TextTable, Whole

MOST_DIGITS = 18
"""Every number of so many digits fits into 64 bits."""

DAYS_BEFORE_1970 = date(1970, 1, 1).toordinal()


class TooWide(ValueError):
    """A number has more digits than a column holds: the reference executor has no such limit."""


class Column(ABC):
    """A column in the making: parts in the order of the rows."""

    def __init__(self) -> None:
        self.parts: list[Whole] = []

    def add(self, numbers: Whole, _scale: int = 0) -> None:
        """Append what is numbers already."""
        self.parts.append(numbers)

    def add_values(self, values: Sequence[Any]) -> None:
        """Append values as the reference reader has them."""
        self.add(*self.encoded(values))

    def encoded(self, values: Sequence[Any]) -> tuple[Whole, int]:
        """Give values as numbers, and the scale of these."""
        return np.fromiter(map(self.number, values), np.int64, len(values)), 0

    @abstractmethod
    def number(self, value: Any) -> int:
        """Give the number of one value."""

    @abstractmethod
    def finish(self, numbers: Whole) -> Values:
        """Give the values of the rows that are left in the end."""

    def whole(self) -> Whole:
        """Give all parts as one, and forget them."""
        whole = np.concatenate(self.parts) if self.parts else np.zeros(0, np.int64)
        self.parts.clear()
        return whole


class DayColumn(Column):
    """Days since the start of 1970."""

    def number(self, value: date | None) -> int:
        """Give the number of a day."""
        return UNKNOWN if value is None else value.toordinal() - DAYS_BEFORE_1970

    def finish(self, numbers: Whole) -> Values:
        """Give the days."""
        return Values("date", numbers)


class InstantColumn(Column):
    """Microseconds since the start of 1970."""

    def number(self, value: int | None) -> int:
        """Give the number of an instant."""
        return UNKNOWN if value is None else value

    def finish(self, numbers: Whole) -> Values:
        """Give the instants."""
        return Values("instant", numbers)


class YesNoColumn(Column):
    """Yes is 1, no is 0."""

    def number(self, value: bool | None) -> int:
        """Give the number of yes or no."""
        return UNKNOWN if value is None else int(value)

    def finish(self, numbers: Whole) -> Values:
        """Give yes and no."""
        return Values("yes_no", numbers)


class DecimalColumn(Column):
    """Numbers, each part with a scale of its own until the end."""

    def __init__(self) -> None:
        super().__init__()
        self.scales: list[int] = []

    def add(self, numbers: Whole, scale: int = 0) -> None:
        """Append numbers that count parts of ``10**-scale``."""
        self.parts.append(numbers)
        self.scales.append(scale)

    def number(self, value: Decimal | None) -> int:
        """Give the number of a whole decimal."""
        return UNKNOWN if value is None else int(value)

    def encoded(self, values: Sequence[Decimal | None]) -> tuple[Whole, int]:
        """Give decimals with as many places as the longest needs."""
        scale = max((places_of(value) for value in values if value is not None), default=0)
        scaled = [UNKNOWN if value is None else scaled_exactly(value, scale) for value in values]
        return np.array(scaled, np.int64), scale

    def whole(self) -> Whole:
        """Give all parts as one, with the scale that the longest number needs."""
        self.scale = max(self.scales, default=0)
        self.parts = [
            rescaled(part, self.scale - scale) for part, scale in zip(self.parts, self.scales, strict=True)
        ]
        self.scales.clear()
        return super().whole()

    def finish(self, numbers: Whole) -> Values:
        """Give the numbers with the smallest scale that holds them."""
        scale = self.scale
        known = numbers != UNKNOWN
        while scale and not np.any(numbers[known] % 10):
            numbers = np.where(known, numbers // 10, UNKNOWN)
            scale -= 1
        return Values("decimal", numbers, scale)


def places_of(value: Decimal) -> int:
    """Give how many digits behind the point a number needs."""
    _, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        raise TooWide(value)
    if value == 0:
        return 0
    zeros = next(count for count, digit in enumerate(reversed(digits)) if digit)
    return max(0, -exponent - zeros)


def scaled_exactly(value: Decimal, scale: int) -> int:
    """Give a number that has no more than so many places, times ``10**scale``."""
    sign, digits, exponent = value.as_tuple()
    number = int("".join(map(str, digits)))
    shift = int(exponent) + scale
    factor: int = 10 ** abs(shift)
    number = number * factor if shift >= 0 else number // factor
    if number >= 10**MOST_DIGITS:
        raise TooWide(value)
    return -number if sign else number


def rescaled(numbers: Whole, by: int) -> Whole:
    """Give numbers with so many places more."""
    if not by or not len(numbers):
        return numbers
    known = numbers != UNKNOWN
    largest = max(abs(int(numbers[known].max(initial=0))), abs(int(numbers[known].min(initial=0))))
    if largest * 10**by >= 10**MOST_DIGITS:
        raise TooWide(largest)
    factor = np.int64(10**by) if largest else np.int64(1)
    return np.where(known, numbers * factor, UNKNOWN) if not known.all() else numbers * factor


class WordColumn(Column):
    """Words by their number in a table."""

    def __init__(self, table: TextTable | None = None) -> None:
        super().__init__()
        self.table = TextTable() if table is None else table

    def number(self, value: Any) -> int:
        """Give the number of a word."""
        return UNKNOWN if value is None else int(self.table.add([written(value)])[0])

    def encoded(self, values: Sequence[Any]) -> tuple[Whole, int]:
        """Give values as words."""
        known = np.array([value is not None for value in values], np.bool_)
        numbers = np.full(len(values), UNKNOWN, np.int64)
        numbers[known] = self.table.add([written(value) for value in values if value is not None])
        return numbers, 0

    def finish(self, numbers: Whole) -> Values:
        """Give the words that are left, in their order."""
        known = numbers != UNKNOWN
        ordered, ranks = ranked(self.table, numbers[known].astype(np.int32))
        placed = np.full(len(numbers), UNKNOWN, np.int64)
        placed[known] = ranks[numbers[known]]
        return Values("word", placed, words=Texts(self.table, ordered))


def ranked(table: TextTable, used: Codes) -> tuple[Codes, NDArray[np.int32]]:
    """Give the used numbers in the order of their texts, and the place of each number in that order."""
    there = np.zeros(len(table), np.bool_)
    there[used] = True
    ordered = table.in_order(np.flatnonzero(there).astype(np.int32))
    ranks = np.full(len(table), -1, np.int32)
    ranks[ordered] = np.arange(len(ordered), dtype=np.int32)
    return ordered, ranks


def written(value: Any) -> str:
    """Give a value without an order of its own as a word: equal ones, and no others, have equal words.

    >>> written("a"), written(("a", Decimal("1.50")))
    ('a', '["a", "1.5"]')
    """
    if isinstance(value, tuple):
        return json.dumps([written(item) for item in value], ensure_ascii=False)
    if isinstance(value, Decimal):
        places = places_of(value)
        return f"{value:.{places}f}"
    return str(value)


def column_for(type_: Type, table: TextTable | None = None) -> Column:
    """Give the column for values of a type."""
    match type_:
        case NumberType() | MoneyType():
            return DecimalColumn()
        case DateType():
            return DayColumn()
        case DatetimeType():
            return InstantColumn()
        case YesNoType():
            return YesNoColumn()
        case _:
            return WordColumn(table)
