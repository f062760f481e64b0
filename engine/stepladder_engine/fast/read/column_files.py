"""Parquet: columns that the file keeps as such, with the types that it gives them.

Texts and whole numbers become texts in one array of bytes; decimals, times and days are taken as the numbers
that they are. What has another type goes through the reference reader's cells, each distinct one once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from stepladder_engine.data.names import clean_name
from stepladder_engine.data.read_parquet import cells_of, rows_of_cells
from stepladder_engine.data.rows import SourceRow, SourceTable
from stepladder_engine.data.typed_text import NumberText
from stepladder_engine.data.watching import watching
from stepladder_engine.data.workers import workers
from stepladder_engine.fast.frames import UNKNOWN
from stepladder_engine.fast.read.blocks import Block, Cell, Source, Unsure
from stepladder_engine.fast.read.column_cells import halved, narrow, spread
from stepladder_engine.fast.read.compiling import can_compile
from stepladder_engine.fast.read.moment_cells import DAY, EARLIEST, IN_UTC, LATEST
from stepladder_engine.fast.read.number_cells import EMPTY, READ, UNSURE, States
from stepladder_engine.fast.read.open_columns import open_columns
from stepladder_engine.fast.read.text_table import Bytes, Codes, TextTable, Whole

ROWS_AT_ONCE = 1 << 17
_MICROSECONDS = {"s": 1_000_000, "ms": 1000, "us": 1}
_MOST = 10**18
_MOST_PLACES = 6
_MOST_EXACT = 10**15
"""Below it a decimal number that reads as a floating point number is the shortest one that does."""


class ColumnFileSource(Source):
    """A file of columns."""

    def __init__(self, table: SourceTable, path: Path) -> None:
        super().__init__(table)
        self.path = path
        self.cells: dict[str, list[Cell]] = {}
        """The distinct cells of columns that are neither texts nor whole numbers."""
        self.known: dict[str, dict[tuple[type, Cell], int]] = {}
        self.whole_numbers: set[str] = set()
        self.groups: Sequence[int] | None = None
        """The groups of rows that are read; None: all."""
        self.rows_before = 0

    def blocks(self, columns: Sequence[str]) -> Iterator[Block]:
        """Go through the file; raises `Unsure` where a part of it is damaged."""
        number = self.rows_before
        try:
            size = self.path.stat().st_size
            with open_columns(self.path) as file:
                names = [clean_name(column) for column in file.schema_arrow.names]
                for column in columns:
                    self._prepare(column, file.schema_arrow.types[names.index(column)])
                # A column that nobody asks for has to be whole, too, as the reference reader wants it.
                for batch in file.iter_batches(
                    ROWS_AT_ONCE, row_groups=self.groups, use_threads=workers() > 1
                ):
                    batch.validate(full=True)
                    numbers = np.arange(number + 1, number + 1 + len(batch), dtype=np.int64)
                    number += len(batch)
                    # The file is not opened by us, so of its bytes there is only the share of its rows.
                    watching().came(size * len(batch) // file.metadata.num_rows)
                    yield ColumnBlock(self, numbers, names, batch)
                    del batch
        except (ValueError, OSError, NotImplementedError) as error:
            raise Unsure from error

    def _prepare(self, column: str, kind: Any) -> None:
        """Decide how the cells of a column are told from each other."""
        from pyarrow import types

        if types.is_dictionary(kind):
            kind = kind.value_type
        if types.is_integer(kind):
            self.whole_numbers.add(column)
        if types.is_integer(kind) or _is_text(kind):
            self.distinct.setdefault(column, TextTable())
        else:
            self.cells.setdefault(column, [])
            self.known.setdefault(column, {})

    def cell(self, column: str, code: int) -> Cell:
        """Give a distinct cell, as the reference reader has it."""
        if column in self.cells:
            return self.cells[column][code]
        text = self.distinct[column].text(code)
        if column in self.whole_numbers:
            return NumberText(text) if text else None
        return text

    def count(self, column: str) -> int:
        """Tell how many distinct cells a column has so far."""
        return len(self.cells[column]) if column in self.cells else len(self.distinct[column])

    def number_of(self, column: str, cell: Cell) -> int:
        """Give the number of a cell that is no plain text; equal texts of other kinds are other cells."""
        known, key = self.known[column], (type(cell), cell)
        if key not in known:
            known[key] = len(known)
            self.cells[column].append(cell)
        return known[key]


def _is_text(kind: Any) -> bool:
    from pyarrow import types

    return bool(types.is_string(kind) or types.is_large_string(kind))


class ColumnBlock(Block):
    """Some rows of a file of columns."""

    def __init__(self, source: ColumnFileSource, numbers: Whole, names: list[str], batch: Any) -> None:
        super().__init__(source, numbers)
        self.file = source
        self._names = names
        self._batch = batch

    def _column(self, column: str) -> Any:
        return self._batch.columns[self._names.index(column)]

    def source_rows(self, rows: Sequence[int]) -> list[SourceRow]:
        """Give rows as the reference reader gives them."""
        import pyarrow

        if len(rows) == 1:
            # The last row of a file is looked at in any case, and to take rows costs a start of its own.
            taken = self._batch.slice(rows[0], 1)
        else:
            taken = self._batch.take(pyarrow.array(rows, pyarrow.int64()))
        cells = rows_of_cells(self._names, taken)
        return [SourceRow(int(self.numbers[row]), found) for row, found in zip(rows, cells, strict=True)]

    def texts(self, column: str) -> tuple[Bytes, Whole, Whole] | None:
        """Give a column of texts."""
        values = self._column(column)
        return _texts(values) if _is_text(values.type) else None

    def number_cells(self, column: str, rows: Whole | None) -> Codes:
        """Number the cells of a column."""
        import pyarrow
        from pyarrow import types

        values = self._column(column)
        if rows is not None:
            values = values.take(pyarrow.array(rows))
        if types.is_dictionary(values.type):
            codes = self._codes_of(column, values.dictionary)
            return self._spread(column, codes, values.indices)
        return self._codes_of(column, values)

    def _codes_of(self, column: str, values: Any) -> Codes:
        """Number values that are no dictionary."""
        import pyarrow
        from pyarrow import types

        if column not in self.file.cells:
            texts = values.cast(pyarrow.string()) if types.is_integer(values.type) else values
            data, start, end = _texts(texts)
            return self.file.distinct[column].insert(data, start, end, zeros=not data.all())
        try:
            encoded = values.dictionary_encode()
        except pyarrow.ArrowNotImplementedError:
            return self._by_cell(column, values)
        return self._spread(column, self._by_cell(column, encoded.dictionary), encoded.indices)

    def _by_cell(self, column: str, values: Any) -> Codes:
        cells = cells_of(column, values)
        return np.array([self.file.number_of(column, cell) for cell in cells], np.int32)

    def _spread(self, column: str, codes: Codes, places: Any) -> Codes:
        """Give each row the number of its value in a dictionary."""
        if not places.null_count:
            whole: Codes = codes[_cells_in(places)]
            return whole
        # A row without a value has a number as well.
        if column in self.file.cells:
            nothing = self.file.number_of(column, None)
        else:
            nothing = int(self.file.distinct[column].add([""])[0])
        cells = _cells_in(places)
        if can_compile() and cells.dtype == np.int32:
            found = np.empty(len(cells), np.int32)
            spread(cells, *_marks_of(places), codes, nothing, found)
            return found
        with_nothing = np.append(codes, np.int32(nothing))
        return with_nothing[np.where(_known(places), cells, len(codes))]

    def exact_numbers(self, column: str) -> tuple[Whole, int, States] | None:
        """Give a column of numbers with their scale, as far as they are beyond doubt."""
        from pyarrow import types

        values = self._column(column)
        if types.is_integer(values.type):
            return _whole_numbers(values)
        if types.is_decimal128(values.type) and 0 <= values.type.scale <= 18:
            return _decimals(values)
        return _floats(values) if types.is_float64(values.type) else None

    def moments(self, column: str) -> tuple[Whole, States] | None:
        """Give a column of times or days: those of UTC, or else as if the local clock were that of UTC."""
        from pyarrow import types

        values = self._column(column)
        kind, state = values.type, READ
        if types.is_timestamp(kind):
            counts = _cells_in(values)
            state = READ if kind.tz is None else IN_UTC
            factor = _MICROSECONDS.get(kind.unit)
            if factor and _all_between(values, counts, EARLIEST // factor + 1, LATEST // factor - 1):
                return counts * factor, np.full(len(counts), state, np.uint8)
            inside = np.ones(len(counts), np.bool_)
            if factor is None:
                moments = counts // 1000
            else:
                inside = np.abs(counts) < LATEST // factor
                moments = np.where(inside, counts, 0) * factor
        elif types.is_date32(kind):
            days = _cells_in(values).astype(np.int64)
            inside = np.abs(days) < LATEST // DAY
            moments = np.where(inside, days, 0) * DAY
        else:
            return None
        known = _known(values)
        inside &= (moments >= EARLIEST) & (moments < LATEST)
        states = np.where(known, np.where(inside, state, UNSURE), EMPTY).astype(np.uint8)
        return np.where(known & inside, moments, UNKNOWN), states


def _known(values: Any) -> Any:
    """Tell which rows have a value."""
    marks = values.buffers()[0]
    if marks is None or not values.null_count:
        return np.ones(len(values), np.bool_)
    last = values.offset + len(values)
    bits = np.unpackbits(np.frombuffer(marks, np.uint8), count=last, bitorder="little")
    return bits[values.offset :].view(np.bool_)


def _marks_of(values: Any) -> tuple[Bytes, int]:
    """Give the bits that tell which rows have a value, none where all have one, and which is the first."""
    marks = values.buffers()[0]
    if marks is None or not values.null_count:
        return np.zeros(0, np.uint8), 0
    return np.frombuffer(marks, np.uint8), values.offset


def _cells_in(values: Any) -> Any:
    """Give numbers as they lie in memory; what stands there for one that is missing means nothing."""
    from pyarrow import types

    sign = "u" if types.is_unsigned_integer(values.type) else "i"
    width = f"{sign}{values.type.bit_width // 8}"
    return np.frombuffer(values.buffers()[1], width)[values.offset : values.offset + len(values)]


def _all_between(values: Any, numbers: Whole, least: int, most: int) -> bool:
    """Tell whether every row has a number, and all of them lie between two."""
    if values.null_count or not len(numbers):
        return False
    return bool(least <= numbers.min() and numbers.max() <= most)


def _texts(values: Any) -> tuple[Bytes, Whole, Whole]:
    """Give texts where they stand in memory; a missing one is empty."""
    from pyarrow import types

    _, offsets, data = values.buffers()
    width = np.int64 if types.is_large_string(values.type) else np.int32
    places = np.frombuffer(offsets, width)[values.offset : values.offset + len(values) + 1].astype(np.int64)
    start, end = places[:-1], places[1:]
    if values.null_count:
        end = np.where(_known(values), end, start)
    return (
        np.frombuffer(data, np.uint8) if data is not None and data.size else np.zeros(1, np.uint8),
        start,
        end,
    )


def _whole_numbers(values: Any) -> tuple[Whole, int, States]:
    cells = _cells_in(values)
    if can_compile() and cells.dtype != np.uint64:
        return _plain(narrow, cells.astype(np.int64, copy=False), values, 0)
    known = _known(values)
    if cells.dtype == np.uint64:
        fits = cells < _MOST
    elif cells.itemsize < 8:
        fits = known
    else:
        fits = (cells < _MOST) & (cells > -_MOST)
    return _as_far_as_they_fit(cells.astype(np.int64), known, fits, 0)


def _decimals(values: Any) -> tuple[Whole, int, States]:
    halves = np.frombuffer(values.buffers()[1], np.int64).reshape(-1, 2)
    halves = halves[values.offset : values.offset + len(values)]
    low, high = halves[:, 0], halves[:, 1]
    if _all_between(values, low, 1 - _MOST, _MOST - 1) and np.array_equal(high, low >> 63):
        return low, values.type.scale, np.full(len(low), READ, np.uint8)
    if can_compile():
        return _plain(halved, halves.reshape(-1), values, values.type.scale)
    # Numbers of 128 bits of which the upper half is nothing but the sign of the lower.
    fits = (high == low >> 63) & (low < _MOST) & (low > -_MOST)
    return _as_far_as_they_fit(low, _known(values), fits, values.type.scale)


def _plain(read: Any, cells: Whole, values: Any, scale: int) -> tuple[Whole, int, States]:
    """Let a loop read cells."""
    numbers, states = np.empty(len(values), np.int64), np.empty(len(values), np.uint8)
    read(cells, *_marks_of(values), _MOST, numbers, states)
    return numbers, scale, states


def _floats(values: Any) -> tuple[Whole, int, States]:
    """Give the shortest decimals that read as these numbers, for those with few digits."""
    known = _known(values)
    reals = values.fill_null(0.0).to_numpy()
    fits = np.zeros(len(reals), np.bool_)
    exact = np.zeros(len(reals), np.float64)
    places = 0
    with np.errstate(all="ignore"):
        for places in range(_MOST_PLACES + 1):
            scaled = np.rint(reals * 10**places)
            fits = (np.abs(scaled) < _MOST_EXACT) & (scaled / 10**places == reals)
            exact = scaled
            if fits[known].all():
                break
    return _as_far_as_they_fit(np.where(fits, exact, 0).astype(np.int64), known, fits, places)


def _as_far_as_they_fit(numbers: Whole, known: Any, fits: Any, scale: int) -> tuple[Whole, int, States]:
    states: States = known.astype(np.uint8)
    read = known & fits
    if not np.array_equal(read, known):
        states[known & ~fits] = UNSURE
    return np.where(read, numbers, UNKNOWN), scale, states
