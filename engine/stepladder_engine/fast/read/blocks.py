"""Parts of a source: so many rows that their cells stay close to the processor while all columns are read."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from stepladder_engine.data.rows import SourceRow, SourceTable
from stepladder_engine.fast.read.number_cells import States
from stepladder_engine.fast.read.text_table import Bytes, Codes, TextTable, Whole

Cell = str | None


class Unsure(Exception):
    """A source is not what its beginning promises: the reference reader has to look at it from the start."""


class Source(ABC):
    """Something with rows, of which parts can be read as columns.

    `distinct` numbers the cells that a column has; a number means the same in all blocks.
    """

    def __init__(self, table: SourceTable) -> None:
        self.table = table
        self.distinct: dict[str, TextTable] = {}

    @abstractmethod
    def blocks(self, columns: Sequence[str]) -> Iterator[Block]:
        """Go through the rows; only these columns will be asked for."""

    def cell(self, column: str, code: int) -> Cell:
        """Give a distinct cell."""
        return self.distinct[column].text(code)

    def count(self, column: str) -> int:
        """Tell how many distinct cells a column has so far."""
        return len(self.distinct[column])


class Block(ABC):
    """Rows that follow each other.

    `numbers` are those of the rows that can be read as columns, rising; `odd` are all others.
    """

    def __init__(self, source: Source, numbers: Whole, odd: Sequence[SourceRow] = ()) -> None:
        self.source = source
        self.numbers = numbers
        self.odd = odd
        self._codes: dict[str, Codes] = {}
        self._last: SourceRow | None = None

    def codes(self, column: str) -> Codes:
        """Give the number of each cell of a column among its distinct cells."""
        if column not in self._codes:
            self._codes[column] = self.number_cells(column, None)
        return self._codes[column]

    def codes_at(self, column: str, rows: Whole) -> Codes:
        """Give the numbers of some rows' cells only."""
        known = self._codes.get(column)
        return self.number_cells(column, rows) if known is None else known[rows]

    @abstractmethod
    def number_cells(self, column: str, rows: Whole | None) -> Codes:
        """Number the cells of a column, of all rows or of some."""

    @abstractmethod
    def source_rows(self, rows: Sequence[int]) -> list[SourceRow]:
        """Give rows as the reference reader gives them."""

    def last_row(self) -> SourceRow | None:
        """Give the last row, whatever it is."""
        if self._last is None and len(self.numbers):
            self._last = self.source_rows([len(self.numbers) - 1])[0]
        if self.odd and (self._last is None or self._last.number < self.odd[-1].number):
            self._last = self.odd[-1]
        return self._last

    def texts(self, _column: str) -> tuple[Bytes, Whole, Whole] | None:
        """Give the cells of a column as texts in one array of bytes, where that is what they are."""
        return None

    def exact_numbers(self, _column: str) -> tuple[Whole, int, States] | None:
        """Give the numbers, their scale and states of a column that the file keeps as numbers."""
        return None

    def moments(self, _column: str) -> tuple[Whole, States] | None:
        """Give the moments and states of a column that the file keeps as times or days."""
        return None


class RowsOnly(Source):
    """A source that has no columns to be read: every row goes the way of single rows."""

    def __init__(self, table: SourceTable, rows: Any) -> None:
        super().__init__(table)
        self._rows = rows

    def blocks(self, columns: Sequence[str]) -> Iterator[Block]:
        """Give some thousand rows at a time."""
        del columns
        waiting: list[SourceRow] = []
        for row in self._rows():
            waiting.append(row)
            if len(waiting) == _ROWS_AT_ONCE:
                yield _RowsBlock(self, np.zeros(0, np.int64), waiting)
                waiting = []
        yield _RowsBlock(self, np.zeros(0, np.int64), waiting)


class _RowsBlock(Block):
    def number_cells(self, column: str, rows: Whole | None) -> Codes:
        """Number no cells, since no row is read by columns."""
        del rows
        self.source.distinct.setdefault(column, TextTable())
        return np.zeros(0, np.int32)

    def source_rows(self, rows: Sequence[int]) -> list[SourceRow]:
        """Give no rows, since none is read by columns."""
        return [self.odd[row] for row in rows]


_ROWS_AT_ONCE = 10_000
