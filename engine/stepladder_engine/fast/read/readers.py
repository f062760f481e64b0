"""What is read from the columns of a block: keys, moments and fields, each by the quickest way that is exact.

Each reader gives a number for every row, and tells which rows it leaves to the reference reader. Distinct
cells go through the reference reader's own function once; the shapes of numbers and times that most cells
have are read by compiled loops, and what these cannot read goes the way of distinct cells.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stepladder_dsl.model.spec import Limit
from stepladder_engine.data.cast import CellReader
from stepladder_engine.data.problems import Fault
from stepladder_engine.fast.frames import UNKNOWN
from stepladder_engine.fast.read.blocks import Block, Source
from stepladder_engine.fast.read.column_cells import look_up, rows_of
from stepladder_engine.fast.read.columns import Column, TooWide, rescaled
from stepladder_engine.fast.read.compiling import can_compile
from stepladder_engine.fast.read.moment_cells import DAY, IN_UTC, LocalTimes, MomentShapes
from stepladder_engine.fast.read.number_cells import (
    EMPTY,
    READ,
    UNSURE,
    States,
    beyond_limits,
    read_numbers,
    with_one_scale,
)
from stepladder_engine.fast.read.text_table import Bytes, TextTable, Whole, longer

Flags = NDArray[np.bool_]
Read = Callable[[Mapping[str, str | None]], Any]


def places_of(rows: Flags | None) -> Whole:
    """Give the places of rows that are marked; None is none of them."""
    return np.zeros(0, np.int64) if rows is None else np.flatnonzero(rows)


class Numbers(ABC):
    """What a block says: numbers of a scale, and the rows that the reference reader has to look at."""

    def __init__(self, scale: int) -> None:
        self.scale = scale
        # Several kinds ask the same of a block.
        self._found: dict[int, Flags | None] = {}

    @abstractmethod
    def at(self, rows: Whole) -> Whole:
        """Give the numbers of some rows."""

    def where(self, number: int) -> Flags | None:
        """Tell which rows have a number and are not odd; None: there is no such number."""
        if number not in self._found:
            self._found[number] = self._where(number)
        return self._found[number]

    def rows_with(self, number: int) -> Whole:
        """Give the rows that have a number and are not odd."""
        return places_of(self.where(number))

    @abstractmethod
    def _where(self, number: int) -> Flags | None:
        """Look which rows have a number."""

    @abstractmethod
    def odd_rows(self) -> Flags | None:
        """Tell which rows are odd; None: none is."""


class RowNumbers(Numbers):
    """A number for each row."""

    def __init__(self, numbers: Whole, odd: Flags, scale: int = 0) -> None:
        super().__init__(scale)
        self.numbers = numbers
        self.odd = odd

    def at(self, rows: Whole) -> Whole:
        """Give the numbers of some rows."""
        return self.numbers[rows]

    def _where(self, number: int) -> Flags | None:
        """Look which rows have a number."""
        found: Flags = self.numbers == number
        if self._any_odd:
            found &= ~self.odd
        return found if found.any() else None

    def odd_rows(self) -> Flags | None:
        """Tell which rows are odd; None: none is."""
        return self.odd if self._any_odd else None

    @cached_property
    def _any_odd(self) -> bool:
        return bool(self.odd.any())


class Reader(ABC):
    """Reads one thing from each row; `columns` are those it looks at."""

    columns: tuple[str, ...]

    @abstractmethod
    def read(self, block: Block) -> Numbers:
        """Read all rows of a block."""


class _Known:
    """What distinct cells mean, by their numbers; it grows with them."""

    def __init__(self, target: Column) -> None:
        self._target = target
        self._count = 0
        self._numbers: Whole = np.zeros(0, np.int64)
        self._odd: Flags = np.zeros(0, np.bool_)
        self.any_unknown = self.any_odd = False
        self.scale = 0

    def __len__(self) -> int:
        return self._count

    @property
    def numbers(self) -> Whole:
        """The numbers."""
        return self._numbers[: self._count]

    @property
    def odd(self) -> Flags:
        """Which of them are odd."""
        return self._odd[: self._count]

    def add(self, values: Sequence[Any]) -> None:
        """Append what the next distinct cells mean."""
        odd = np.array([isinstance(value, Fault) for value in values], np.bool_)
        told = [None if isinstance(value, Fault) else value for value in values]
        try:
            numbers, scale = self._target.encoded(told)
            self.add_numbers(numbers, odd, scale)
        except TooWide:
            if len(values) > 1:
                for value in values:
                    self.add([value])
            else:
                # Perhaps no row that is kept has it; if one has, it is told then.
                self.add_numbers(np.full(1, UNKNOWN, np.int64), np.ones(1, np.bool_), 0)

    def add_numbers(self, numbers: Whole, odd: Flags, scale: int = 0) -> None:
        """Append numbers."""
        common = max(scale, self.scale)
        given = rescaled(numbers, common - scale)
        if common != self.scale:
            self._numbers, self.scale = rescaled(self.numbers, common - self.scale), common
        count = self._count + len(given)
        if count > min(len(self._numbers), len(self._odd)):
            # Twice the room: what is there already is not moved again for every block that brings more.
            self._numbers = longer(self._numbers, max(2 * self._count, count))
            self._odd = longer(self._odd, max(2 * self._count, count))
        self._numbers[self._count : count] = given
        self._odd[self._count : count] = odd
        self._count = count
        self.any_unknown |= bool((given == UNKNOWN).any())
        self.any_odd |= bool(odd.any())


class CodedNumbers(Numbers):
    """A code for each row, and what it stands for."""

    def __init__(self, codes: NDArray[np.int32], known: _Known) -> None:
        super().__init__(known.scale)
        self.codes = codes
        # More may become known while these are asked.
        self._of_code, self._odd = known.numbers, known.odd
        self._any_odd, self._any_unknown = known.any_odd, known.any_unknown

    def at(self, rows: Whole) -> Whole:
        """Give the numbers of some rows."""
        if not can_compile():
            return self._of_code[self.codes[rows]]
        found = np.empty(len(rows), np.int64)
        look_up(self.codes, rows, self._of_code, found)
        return found

    def rows_with(self, number: int) -> Whole:
        """Give the rows that have a number and are not odd."""
        wanted = self._codes_with(number)
        if wanted is None or not can_compile():
            return super().rows_with(number)
        found = np.empty(len(self.codes) + 1, np.int64)
        return found[: rows_of(self.codes, wanted, found)]

    def _where(self, number: int) -> Flags | None:
        """Look which rows have a number."""
        wanted = self._codes_with(number)
        return None if wanted is None else wanted[self.codes]

    def _codes_with(self, number: int) -> Flags | None:
        """Tell which codes stand for a number; None: no code does."""
        if number == UNKNOWN and not self._any_unknown:
            return None
        found: Flags = (self._of_code == number) & ~self._odd
        return found if found.any() else None

    def odd_rows(self) -> Flags | None:
        """Tell which rows are odd; None: none is."""
        return self._odd[self.codes] if self._any_odd else None

    def whole(self) -> RowNumbers:
        """Give a number for each row."""
        return RowNumbers(self._of_code[self.codes], self._odd[self.codes], self.scale)


class DistinctReader(Reader):
    """Reads one column, each distinct cell of it once, with the reference reader's function."""

    def __init__(self, column: str, read: Read, target: Column) -> None:
        self.columns = (column,)
        self._column = column
        self._read = read
        self._known = _Known(target)

    def read(self, block: Block) -> Numbers:
        """Read all rows of a block."""
        return self._of(block.source, block.codes(self._column))

    def read_some(self, block: Block, rows: Whole) -> RowNumbers:
        """Read some rows of a block."""
        return self._of(block.source, block.codes_at(self._column, rows)).whole()

    def _of(self, source: Source, codes: NDArray[np.int32]) -> CodedNumbers:
        known, count = self._known, source.count(self._column)
        if len(known) < count:
            self._look_up(source, range(len(known), count))
        return CodedNumbers(codes, known)

    def _look_up(self, source: Source, codes: range) -> None:
        cells = (source.cell(self._column, code) for code in codes)
        self._known.add([self._read({self._column: cell}) for cell in cells])


class TextReader(DistinctReader):
    """Reads texts that stand for themselves: those that are clean already are not even looked at."""

    def __init__(
        self, column: str, read: Read, target: Column, table: TextTable, unknown: Sequence[str]
    ) -> None:
        super().__init__(column, read, target)
        self._table = table
        self._unknown = list(unknown)

    def _look_up(self, source: Source, codes: range) -> None:
        if self._column not in source.distinct:
            super()._look_up(source, codes)
            return
        texts = source.distinct[self._column]
        clean = texts.plain[codes.start : codes.stop].copy()
        # Texts that mean unknown are known beforehand, also where no cell has them.
        blanked = texts.add(self._unknown)
        inside = blanked[(blanked >= codes.start) & (blanked < codes.stop)]
        clean[inside - codes.start] = False
        numbers = np.full(len(codes), UNKNOWN, np.int64)
        odd = np.zeros(len(codes), np.bool_)
        chosen = np.flatnonzero(clean) + codes.start
        numbers[clean] = self._table.insert(
            texts.arena, texts.offsets[chosen], texts.offsets[chosen + 1], zeros=texts.zeros
        )
        others = _Known(self._known._target)  # noqa: SLF001 (a part of the same)
        places = np.flatnonzero(~clean)
        others.add(
            [
                self._read({self._column: source.cell(self._column, codes.start + place)})
                for place in places.tolist()
            ]
        )
        numbers[places], odd[places] = others.numbers, others.odd
        self._known.add_numbers(numbers, odd)


class TupleReader(Reader):
    """Computes from several columns, once for each combination of distinct cells."""

    def __init__(self, columns: tuple[str, ...], read: Read, target: Column) -> None:
        self.columns = columns
        self._read = read
        self._known = _Known(target)
        self._places: dict[tuple[int, ...], int] = {}

    def read(self, block: Block) -> Numbers:
        """Compute all rows of a block."""
        codes = [block.codes(column) for column in self.columns]
        packed = np.zeros(len(block.numbers), np.int64)
        for column in codes:
            # The combinations so far are few enough to be packed with the next column.
            _, packed = np.unique(packed, return_inverse=True)
            packed = packed * (int(column.max(initial=0)) + 1) + column
        _, first, which = np.unique(packed, return_index=True, return_inverse=True)
        tuples = list(zip(*(column[first].tolist() for column in codes), strict=True)) or [()] * len(first)
        self._look_up(block.source, [found for found in tuples if found not in self._places])
        places = np.array([self._places[found] for found in tuples], np.int64)[which]
        known = self._known
        return RowNumbers(known.numbers[places], known.odd[places], known.scale)

    def _look_up(self, source: Source, tuples: Sequence[tuple[int, ...]]) -> None:
        values: list[Any] = []
        for codes in tuples:
            cells = {
                column: source.cell(column, code) for column, code in zip(self.columns, codes, strict=True)
            }
            self._places[codes] = len(self._known) + len(values)
            values.append(self._read(cells))
        self._known.add(values)


class NumberReader(Reader):
    """Reads a column of numbers."""

    def __init__(
        self,
        column: str,
        exact: DistinctReader,
        cells: CellReader,
        limits: Sequence[Limit],
        *,
        optional: bool,
    ) -> None:
        self.columns = (column,)
        self._column = column
        self._exact = exact
        self._point = ord(cells.numbers.decimal)
        self._marks = np.frombuffer((" " + (cells.numbers.thousands or "")).encode(), np.uint8)
        self._limits = limits
        self._optional = optional
        # A text that means unknown may look like a number.
        self._is_plain = can_compile() and not any(self._looks_like_one(text) for text in cells.unknown)
        self._has_no_number_unknown = not _any_digit(cells.unknown)

    def _looks_like_one(self, text: str) -> bool:
        data = np.frombuffer(text.encode(), np.uint8)
        whole = np.array([0, len(data)], np.int64)
        return bool(self._cells(data, whole[:1], whole[1:])[2][0] == READ)

    def _cells(self, data: Bytes, start: Whole, end: Whole) -> tuple[Whole, int, States]:
        numbers, places = np.empty(len(start), np.int64), np.empty(len(start), np.uint8)
        states = np.empty(len(start), np.uint8)
        read_numbers(data, start, end, self._point, self._marks, numbers, places, states)
        return numbers, with_one_scale(numbers, places, states), states

    def read(self, block: Block) -> Numbers:
        """Read all rows of a block."""
        found = self._plain_numbers(block)
        if found is None:
            return self._exact.read(block)
        numbers, scale, states = found
        odd = np.zeros(len(numbers), np.bool_)
        if not self._optional:
            odd |= states == EMPTY
        if self._limits:
            odd |= (states == READ) & beyond_limits(numbers, scale, self._limits)
        return _with_others(RowNumbers(numbers, odd, scale), states, self._exact, block)

    def _plain_numbers(self, block: Block) -> tuple[Whole, int, States] | None:
        """Give the numbers that are so beyond doubt."""
        texts = block.texts(self._column)
        if texts is None:
            return block.exact_numbers(self._column) if self._has_no_number_unknown else None
        return self._cells(*texts) if self._is_plain else None


def _with_others(found: RowNumbers, states: States, exact: DistinctReader, block: Block) -> RowNumbers:
    """Put in what only the reference reader could read."""
    unsure = np.flatnonzero(states == UNSURE)
    if not len(unsure):
        return found
    others = exact.read_some(block, unsure)
    scale = max(found.scale, others.scale)
    try:
        numbers = rescaled(found.numbers, scale - found.scale).copy()
        numbers[unsure] = rescaled(others.numbers, scale - others.scale)
    except TooWide:
        found.odd[unsure] = True
        return found
    found.odd[unsure] = others.odd
    return RowNumbers(numbers, found.odd, scale)


class MomentReader(Reader):
    """Reads a column of times, or of days."""

    def __init__(
        self,
        column: str,
        exact: DistinctReader,
        cells: CellReader,
        times: LocalTimes,
        *,
        days: bool,
        optional: bool,
    ) -> None:
        self.columns = (column,)
        self._column = column
        self._exact = exact
        self._shapes = MomentShapes(cells.dates)
        self._times = times
        self._days = days
        self._optional = optional
        self._is_plain = can_compile() and not any(self._looks_like_one(text) for text in cells.unknown)
        self._has_no_date_unknown = not _any_digit(cells.unknown)

    def _looks_like_one(self, text: str) -> bool:
        data = np.frombuffer(text.encode(), np.uint8)
        whole = np.array([0, len(data)], np.int64)
        return bool(self._shapes.read(data, whole[:1], whole[1:])[1][0] in {READ, IN_UTC})

    def read(self, block: Block) -> Numbers:
        """Read all rows of a block."""
        found = self._plain_moments(block)
        if found is None:
            return self._exact.read(block)
        moments, states = found
        odd = np.zeros(len(moments), np.bool_)
        if not self._optional:
            odd |= states == EMPTY
        return _with_others(RowNumbers(self._numbers(moments, states), odd), states, self._exact, block)

    def _plain_moments(self, block: Block) -> tuple[Whole, States] | None:
        """Give the moments that are so beyond doubt."""
        texts = block.texts(self._column)
        if texts is None:
            return block.moments(self._column) if self._has_no_date_unknown else None
        return self._shapes.read(*texts) if self._is_plain else None

    def _numbers(self, moments: Whole, states: States) -> Whole:
        """Give days or instants; a time by another clock than the zone's has a day only there."""
        local = states == READ
        if self._days:
            states[states == IN_UTC] = UNSURE
            return np.where(local, moments // DAY, UNKNOWN)
        if local.all():
            return self._times.instants(moments)
        moments[local] = self._times.instants(moments[local])
        return moments


def _any_digit(texts: Iterable[str]) -> bool:
    """Tell whether a text could be a number or a date."""
    return any(letter.isdigit() for text in texts for letter in text)
