"""Columns of result tables as arrays: what large tables are made of, instead of a tuple for each row.

Whoever asks for rows is given them, a part at a time; writers that know columns take these as they are.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from stepladder_dsl.record import record
from stepladder_engine.calendars.many import Moments
from stepladder_engine.data.code_loops import renamed
from stepladder_engine.data.tables import Columnar

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]
    Truth = NDArray[np.bool_]
    Codes = NDArray[np.int32]

UNKNOWN = -(2**63)
"""No number, and no moment, is this one."""
_ROWS_AT_ONCE = 50_000
Row = tuple[Any, ...]


def _some(cells: Any, places: Any) -> Any:
    """Give some cells of an array; places of half a word take numpy twice as long."""
    if isinstance(places, np.ndarray) and places.dtype == np.int32:
        if cells.dtype == np.int32:
            return renamed(places, cells)
        places = places.astype(np.int64)
    return cells[places]


class Chained(Sequence[Any]):
    """Sequences one behind the other, none of them copied."""

    def __init__(self, parts: Sequence[Sequence[Any]]) -> None:
        self.parts = parts
        self.begins = np.cumsum([0, *map(len, parts)])

    def __len__(self) -> int:
        return int(self.begins[-1])

    @overload
    def __getitem__(self, place: int) -> Any: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Any]: ...
    def __getitem__(self, place: int | slice) -> Any:
        if isinstance(place, slice):
            return [self[number] for number in range(*place.indices(len(self)))]
        number = int(np.searchsorted(self.begins, place, "right")) - 1
        return self.parts[number][place - int(self.begins[number])]


@record(eq=False)
class Chosen:
    """Values of which each is kept once: `codes` are their places, -1 is nothing."""

    codes: Codes
    values: Sequence[Any]

    def __len__(self) -> int:
        return len(self.codes)

    def take(self, places: Any) -> Chosen:
        """Give some of the cells, in the order of their places."""
        return Chosen(_some(self.codes, places), self.values)

    def cells(self) -> list[Any]:
        """Give the cells as rows have them."""
        if len(self.values) > len(self.codes):
            values = self.values
            return [None if code < 0 else values[code] for code in self.codes.tolist()]
        # The last place stands for nothing, which is where -1 leads.
        values = [*self.values, None]
        return [values[code] for code in self.codes.tolist()]


@record(eq=False)
class Times:
    """Moments, written with the offset of their zone."""

    instants: Whole
    moments: Moments

    def __len__(self) -> int:
        return len(self.instants)

    def take(self, places: Any) -> Times:
        """Give some of the cells, in the order of their places."""
        return Times(_some(self.instants, places), self.moments)

    def cells(self) -> list[Any]:
        """Give the cells as rows have them."""
        found: list[Any] = [None] * len(self.instants)
        known = np.flatnonzero(self.instants != UNKNOWN)
        for place, text in zip(known.tolist(), self.moments.texts(self.instants[known]), strict=True):
            found[place] = text
        return found


@record(eq=False)
class Wholes:
    """Whole numbers, or `UNKNOWN`."""

    numbers: Whole

    def __len__(self) -> int:
        return len(self.numbers)

    def take(self, places: Any) -> Wholes:
        """Give some of the cells, in the order of their places."""
        return Wholes(_some(self.numbers, places))

    def cells(self) -> list[Any]:
        """Give the cells as rows have them."""
        return [None if number == UNKNOWN else number for number in self.numbers.tolist()]


@record(eq=False)
class Flags:
    """Yes or no."""

    flags: Truth

    def __len__(self) -> int:
        return len(self.flags)

    def take(self, places: Any) -> Flags:
        """Give some of the cells, in the order of their places."""
        return Flags(self.flags[places])

    def cells(self) -> list[Any]:
        """Give the cells as rows have them."""
        return list(self.flags.tolist())


@record(eq=False)
class Joined:
    """Texts that are put together of cells which are never empty."""

    parts: tuple[Chosen | Times, ...]

    def __len__(self) -> int:
        return len(self.parts[0])

    def take(self, places: Any) -> Joined:
        """Give some of the cells, in the order of their places."""
        return Joined(tuple(part.take(places) for part in self.parts))

    def cells(self) -> list[Any]:
        """Give the cells as rows have them."""
        return list(map("".join, zip(*(part.cells() for part in self.parts), strict=True)))


Cells = Chosen | Times | Wholes | Flags | Joined


def always(value: Any, count: int) -> Chosen:
    """Give the same value in every row."""
    return by_code(np.zeros(count, np.int32), [value])


def by_code(codes: Any, values: Sequence[Any]) -> Chosen:
    """Give a value for each code; what is None among them, or -1 among the codes, is nothing."""
    different = [value for value in dict.fromkeys(values) if value is not None]
    places = {value: place for place, value in enumerate(different)}
    # The last place is where the code -1 leads.
    new = np.array([*(-1 if value is None else places[value] for value in values), -1], np.int32)
    return Chosen(renamed(codes, new), different)


def encoded(values: Sequence[Any]) -> Chosen:
    """Give a column of any values."""
    places: dict[tuple[type, Any], int] = {}
    different: list[Any] = []
    codes = []
    for value in values:
        # Equal decimals may be written differently.
        key = type(value), str(value) if isinstance(value, Decimal) else value
        if value is not None and key not in places:
            places[key] = len(different)
            different.append(value)
        codes.append(places.get(key, -1))
    return Chosen(np.array(codes, np.int32), different)


def behind_each_other(parts: Sequence[Cells]) -> Cells:
    """Give columns one behind the other as one column."""
    if len(parts) == 1:
        return parts[0]
    times = [part for part in parts if isinstance(part, Times)]
    if len(times) == len(parts):
        return Times(np.concatenate([part.instants for part in times]), times[0].moments)
    wholes = [part.numbers for part in parts if isinstance(part, Wholes)]
    if len(wholes) == len(parts):
        return Wholes(np.concatenate(wholes))
    flags = [part.flags for part in parts if isinstance(part, Flags)]
    if len(flags) == len(parts):
        return Flags(np.concatenate(flags))
    joined = [part.parts for part in parts if isinstance(part, Joined)]
    if len(joined) == len(parts):
        columns = [behind_each_other(column) for column in zip(*joined, strict=True)]
        return Joined(tuple(column for column in columns if isinstance(column, Chosen | Times)))
    return _chosen([part if isinstance(part, Chosen) else encoded(part.cells()) for part in parts])


def _chosen(parts: Sequence[Chosen]) -> Chosen:
    """Put columns of values one behind the other; equal lists of values are kept once."""
    lists: dict[int, Sequence[Any]] = {id(part.values): part.values for part in parts}
    begins = dict(zip(lists, np.cumsum([0, *map(len, lists.values())]).tolist(), strict=False))
    codes = [
        np.where(part.codes < 0, -1, part.codes + begins[id(part.values)]).astype(np.int32)
        if begins[id(part.values)]
        else part.codes.astype(np.int32, copy=False)
        for part in parts
    ]
    values = list(lists.values())
    return Chosen(np.concatenate(codes), values[0] if len(values) == 1 else Chained(values))


class InPieces(Columnar, ABC):
    """Rows that come as columns, a piece at a time."""

    @abstractmethod
    def pieces(self) -> Iterator[ColumnRows]:
        """Give the pieces in their order."""


class ColumnRows(InPieces):
    """The rows of a table that is kept as columns."""

    def __init__(self, columns: Sequence[Cells]) -> None:
        self.columns = tuple(columns)

    def pieces(self) -> Iterator[ColumnRows]:
        """Give all rows as one piece."""
        yield self

    def __len__(self) -> int:
        return len(self.columns[0])

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Row]: ...
    def __getitem__(self, place: int | slice) -> Row | Sequence[Row]:
        if isinstance(place, slice):
            return self.part(np.arange(len(self))[place])
        return self.part(np.array([range(len(self))[place]]))[0]

    def __iter__(self) -> Iterator[Row]:
        ends = [*range(0, len(self), _ROWS_AT_ONCE), len(self)]
        for first, last in pairwise(ends):
            yield from self.part(slice(first, last))

    def part(self, places: Any) -> list[Row]:
        """Give some of the rows."""
        return list(zip(*(column.take(places).cells() for column in self.columns), strict=True))
