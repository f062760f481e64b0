"""Rows of large tables that wait in a spool until they are written, a piece at a time."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Hashable, Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from stepladder_dsl.record import record
from stepladder_engine.data.cells import (
    UNKNOWN,
    Cells,
    Chained,
    Chosen,
    ColumnRows,
    Flags,
    InPieces,
    Joined,
    Row,
    Times,
    Wholes,
    behind_each_other,
)
from stepladder_engine.data.code_loops import renamed, used_codes
from stepladder_engine.data.kept_numbers import KeptNumbers, keep_numbers
from stepladder_engine.data.spool import Spool, Stretch
from stepladder_engine.data.time_order import order_in_time

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]

_FEW = 4_096
"""So many different values of a column are remembered, so that all its pieces share them."""
_ROWS_AT_ONCE = 1 << 18
"""More rows than these are put into order in several steps."""

Load = Callable[[int, int], Cells]
"""Gives the cells of a column from one row to before another."""


@record
class Piece:
    """Some rows of a table, in a spool."""

    count: int
    columns: Sequence[Load]

    def part(self, first: int, last: int) -> list[Cells]:
        """Give the cells of some rows, column by column."""
        return [load(first, last) for load in self.columns]


@record
class Keys:
    """Keys of some cases, which are those of all cases from place `first` on."""

    some: Sequence[str]
    every: Sequence[str]
    first: int


class Keeper:
    """Puts the rows of one table into a spool; its pieces share the values of which there are few."""

    def __init__(self, spool: Spool) -> None:
        """Take the spool."""
        self.spool = spool
        self._shared: dict[tuple[int, ...], _Shared] = {}
        self._keys: Sequence[str] = ()

    def prepared(self, rows: ColumnRows, keys: Keys | None = None) -> ColumnRows:
        """Give the same rows with the values that all pieces share: `keys`, and others that are few."""
        return ColumnRows(
            [self._prepared(column, (place,), keys) for place, column in enumerate(rows.columns)]
        )

    def _prepared(self, column: Cells, place: tuple[int, ...], keys: Keys | None) -> Cells:
        if isinstance(column, Joined):
            parts = [self._prepared(part, (*place, number), keys) for number, part in enumerate(column.parts)]
            return Joined(tuple(part for part in parts if isinstance(part, Chosen | Times)))
        if not isinstance(column, Chosen):
            return column
        if keys is not None and column.values is keys.some:
            self._keys = keys.every
            return Chosen(
                np.where(column.codes < 0, -1, column.codes + keys.first).astype(np.int32), keys.every
            )
        if _stays(column.values):
            return column
        return self._shared.setdefault(place, _Shared()).take(used_only(column))

    def keep(self, rows: ColumnRows, bounds: Sequence[int] = ()) -> Piece:
        """Put rows into the spool, which have been prepared.

        They will be asked for between `bounds`, so that values which are not shared are apart there.
        """
        bounds = bounds or (0, len(rows))
        loads = [self._keep(column, (place,), bounds) for place, column in enumerate(rows.columns)]
        return Piece(len(rows), loads)

    def _keep(self, column: Cells, place: tuple[int, ...], bounds: Sequence[int]) -> Load:
        match column:
            case Times(instants, moments):
                times = keep_numbers(self.spool, instants, UNKNOWN)
                return lambda first, last: Times(times.load(first, last), moments)
            case Wholes(numbers):
                wholes = keep_numbers(self.spool, numbers, UNKNOWN)
                return lambda first, last: Wholes(wholes.load(first, last))
            case Flags(flags):
                kept = keep_numbers(self.spool, flags.astype(np.int8), -1)
                return lambda first, last: Flags(kept.load(first, last).astype(np.bool_))
            case Joined(parts):
                loads = [self._keep(part, (*place, number), bounds) for number, part in enumerate(parts)]
                return lambda first, last: Joined(tuple(load(first, last) for load in loads))  # type: ignore[misc]  # they stay what they are
            case Chosen():
                return self._keep_chosen(column, place, bounds)

    def _keep_chosen(self, column: Chosen, place: tuple[int, ...], bounds: Sequence[int]) -> Load:
        shared = self._shared.get(place)
        stays = _stays(column.values) or column.values is self._keys
        if not stays and (shared is None or column.values is not shared.values):
            return _OwnValues(self.spool, column, bounds).load
        there, codes = column.values, keep_numbers(self.spool, column.codes, -1)
        return lambda first, last: Chosen(codes.codes(first, last), there)


class _OwnValues:
    """A column whose values no other piece has: they wait in the spool too, those of two bounds together."""

    def __init__(self, spool: Spool, column: Chosen, bounds: Sequence[int]) -> None:
        self.spool = spool
        self.parts: list[tuple[int, int, KeptNumbers, Stretch]] = []
        for first, last in pairwise(bounds):
            if first < last:
                own = used_only(column.take(slice(first, last)))
                values = spool.put(pickle.dumps(list(own.values), pickle.HIGHEST_PROTOCOL))
                self.parts.append((first, last, keep_numbers(spool, own.codes, -1), values))

    def load(self, first: int, last: int) -> Cells:
        """Give the cells from one row to before another."""
        found: list[Cells] = []
        for begin, end, codes, values in self.parts:
            if begin < last and end > first:
                # We wrote it ourselves, into a file that nobody else can open.
                again = pickle.loads(self.spool.get(values))  # noqa: S301
                own = codes.codes(max(first - begin, 0), min(last, end) - begin)
                found.append(Chosen(own, again))
        return behind_each_other(found)


class _Shared:
    """Values that the pieces of a column share, as long as they are few."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        self.places: dict[Hashable, int] = {}

    def take(self, column: Chosen) -> Chosen:
        """Give the column with our values; as it is where they would be too many."""
        if len(self.values) + len(column.values) > _FEW:
            return column
        # The last place is where the code -1 leads.
        new = np.full(len(column.values) + 1, -1, np.int32)
        for number, value in enumerate(column.values):
            # Equal decimals may be written differently.
            key = type(value), str(value) if isinstance(value, Decimal) else value
            place = self.places.setdefault(key, len(self.values))
            if place == len(self.values):
                self.values.append(value)
            new[number] = place
        if np.array_equal(new[:-1], np.arange(len(new) - 1, dtype=np.int32)):
            # Most pieces have the same values in the same order.
            return Chosen(column.codes, self.values)
        return Chosen(renamed(column.codes, new), self.values)


def _stays(values: Sequence[Any]) -> bool:
    """Tell whether values are kept in memory anyhow: keys of the data, of which a column shows some."""
    return hasattr(values, "in_utf_8")


def used_only(column: Chosen) -> Chosen:
    """Give a column with only those values that stand in it."""
    there = used_codes(column.codes, len(column.values))
    used = np.flatnonzero(there[:-1])
    if len(used) == len(column.values):
        return column
    new = np.cumsum(there, dtype=np.int32) - np.int32(1)
    new[-1] = -1
    return Chosen(renamed(column.codes, new), _picked(column.values, used))


def _picked(values: Sequence[Any], places: Whole) -> Sequence[Any]:
    """Give some of many values, whose places rise."""
    if hasattr(values, "picked"):
        some: Sequence[Any] = values.picked(places)
        return some
    if not isinstance(values, Chained):
        return [values[place] for place in places.tolist()]
    bounds = np.searchsorted(places, values.begins)
    found: list[Any] = []
    for part, begin, first, last in zip(values.parts, values.begins, bounds, bounds[1:], strict=False):
        found += _picked(part, places[first:last] - begin)
    return found


class KeptRows(InPieces):
    """The rows of a table that are in a spool, piece by piece."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        """Take the pieces in order."""
        self.kept = pieces

    def __len__(self) -> int:
        return sum(piece.count for piece in self.kept)

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Row]: ...
    def __getitem__(self, place: int | slice) -> Row | Sequence[Row]:
        if isinstance(place, slice):
            return list(self)[place]
        wanted = range(len(self))[place]
        for piece in self.pieces():
            if wanted < len(piece):
                return piece[wanted]
            wanted -= len(piece)
        raise IndexError(place)

    def __iter__(self) -> Iterator[Row]:
        for piece in self.pieces():
            yield from piece

    def pieces(self) -> Iterator[ColumnRows]:
        """Give the rows a piece at a time."""
        for piece in self.kept:
            yield ColumnRows(piece.part(0, piece.count))


class KeptByTime(KeptRows):
    """Rows in the order of time, of which each piece is in order; its first column is the time.

    At one moment the rows of an earlier piece come first. All rows of a window come before those of the next.
    """

    def __init__(self, pieces: Sequence[Piece], bounds: Sequence[Sequence[int]]) -> None:
        """Take the pieces, and where in each of them the windows begin and the last one ends."""
        super().__init__(pieces)
        self.bounds = bounds

    def pieces(self) -> Iterator[ColumnRows]:
        """Give the rows a piece at a time."""
        for ends in zip(*map(pairwise, self.bounds), strict=True):
            there = [place for place, (first, last) in enumerate(ends) if first < last]
            yield from _merged([self.kept[place] for place in there], [ends[place] for place in there])


def _merged(pieces: Sequence[Piece], ends: Sequence[tuple[int, int]]) -> Iterator[ColumnRows]:
    """Put some rows of some pieces into the order of time."""
    times = [_times(piece, *end) for piece, end in zip(pieces, ends, strict=True)]
    time = np.concatenate([np.zeros(0, np.int64), *times])
    order = order_in_time(time)
    of_piece = np.repeat(np.arange(len(pieces)), [len(part) for part in times])[order]
    done = np.array([first for first, _ in ends], np.int64)
    for first in range(0, len(order), _ROWS_AT_ONCE):
        some = slice(first, first + _ROWS_AT_ONCE)
        # As every piece is in order, what comes next of it stands side by side.
        until = done + np.bincount(of_piece[some], minlength=len(pieces))
        parts = [
            piece.part(begin, end)
            for piece, begin, end in zip(pieces, done.tolist(), until.tolist(), strict=True)
            if begin < end
        ]
        columns = [behind_each_other(column) for column in zip(*parts, strict=True)]
        # They come piece by piece; and so they stand among all rows before these were put into order.
        by_time = order_in_time(time[np.sort(order[some])])
        yield ColumnRows([_compact(column.take(by_time)) for column in columns])
        done = until


def _compact(column: Cells) -> Cells:
    """Leave out the keys that do not stand in a column."""
    return used_only(column) if isinstance(column, Chosen) and len(column.values) > _FEW else column


def _times(piece: Piece, first: int, last: int) -> Whole:
    found = piece.columns[0](first, last)
    if not isinstance(found, Times):
        message = "rows in the order of time begin with it"
        raise TypeError(message)
    return found.instants
