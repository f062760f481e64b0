"""Events that go to a spool as they are read, block by block: only their keys and words stay in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field

import numpy as np
from numpy.typing import NDArray

from stepladder_dsl.record import record
from stepladder_engine.calendars.zone import Instant
from stepladder_engine.data.kept_numbers import KeptNumbers, keep_numbers
from stepladder_engine.data.spool import Spool
from stepladder_engine.fast.frames import UNKNOWN, EventFrame, Values
from stepladder_engine.fast.read.columns import (
    MOST_DIGITS,
    Column,
    DecimalColumn,
    TooWide,
    WordColumn,
    ranked,
    rescaled,
)
from stepladder_engine.fast.read.gather import EventRows, by_name, in_sequence
from stepladder_engine.fast.read.order import order_of_events
from stepladder_engine.fast.read.text_table import Codes, Texts, Whole

_CASE, _TIME, _FILE, _ROW, _IDENTITY, _SEQUENCE = "#case", "#time", "#file", "#row", "#identity", "#sequence"
"""No field has such a name."""


class KeyCounts:
    """Counts of the events of each key."""

    def __init__(self) -> None:
        self.numbers: Codes = np.zeros(0, np.int32)

    def add(self, codes: Whole | Codes, by: int = 1) -> None:
        """Count the keys of some events."""
        found = np.bincount(codes)
        missing = len(found) - len(self.numbers)
        if missing > 0:
            self.numbers = np.append(self.numbers, np.zeros(max(missing, len(self.numbers)), np.int32))
        self.numbers[: len(found)] += (found * by).astype(np.int32)


@record
class Held:
    """Some events in a spool, each of their columns with a scale of its own."""

    count: int
    columns: Mapping[str, KeptNumbers]
    scales: Mapping[str, int]

    def load(self, name: str) -> Whole:
        """Give a column."""
        return self.columns[name].load(0, self.count)


@record(frozen=False)
class SpilledRows(EventRows):
    """The events of one kind in a spool, in the order in which they were read.

    `counts` takes those of the events of each key, of all kinds about one kind of record.
    """

    spool: Spool = field(default_factory=Spool)
    held: list[Held] = field(default_factory=list)
    counts: KeyCounts = field(default_factory=KeyCounts)
    keep: NDArray[np.bool_] | None = None
    scale_of: dict[str, int] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    used: dict[str, NDArray[np.bool_]] = field(default_factory=dict)
    largest: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    files: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))

    def settle(self) -> None:
        """Put what has been read last into the spool."""
        columns: dict[str, Whole | Codes] = {}
        scales: dict[str, int] = {}
        for name, parts in ((_CASE, self.case), (_TIME, self.time), (_FILE, self.file), (_ROW, self.row)):
            columns[name] = parts.pop()
        for name, column in self._columns():
            columns[name] = column.parts.pop()
            if isinstance(column, DecimalColumn):
                scales[name] = column.scales.pop()
            self._note(name, column, columns[name], scales.get(name, 0))
        if self.identity is not None:
            columns[_IDENTITY] = self.identity.pop()
        self.counts.add(columns[_CASE])
        self.files = _flagged(self.files, columns[_FILE])
        self.held.append(self._put(columns, scales))

    def _columns(self) -> Iterator[tuple[str, Column]]:
        yield from self.fields.items()
        if self.sequence is not None:
            yield _SEQUENCE, self.sequence

    def _put(self, columns: Mapping[str, Whole | Codes], scales: Mapping[str, int]) -> Held:
        kept = {name: keep_numbers(self.spool, numbers, UNKNOWN) for name, numbers in columns.items()}
        return Held(len(columns[_CASE]), kept, scales)

    def _note(self, name: str, column: Column, numbers: Whole | Codes, scale: int) -> None:
        """Note what only all rows together show: what is used of a column, and how fine it is."""
        known = numbers[numbers != UNKNOWN]
        if not len(known):
            return
        self.known.add(name)
        if isinstance(column, WordColumn):
            self.used[name] = _flagged(self.used.get(name, np.zeros(0, np.bool_)), known)
        if isinstance(column, DecimalColumn):
            finest = self.scale_of.get(name, 0)
            while scale > finest and not np.any(known % 10):
                known, scale = known // 10, scale - 1
            self.scale_of[name] = max(scale, finest)
            self.largest.setdefault(name, []).append((int(np.abs(known).max()), scale))

    # repeated events

    def join(self, *, shuffled: bool = False) -> None:
        """End the reading: find the repeated events, which are left out from now on."""
        del shuffled  # What goes to a spool comes in order.
        if self.identity is not None:
            self._find_repeated()
            self.identity = None
        for name, found in self.largest.items():
            for number, scale in found:
                if number * 10 ** (self.scale_of[name] - scale) >= 10**MOST_DIGITS:
                    raise TooWide(number)

    def _find_repeated(self) -> None:
        """Find the first event of each id, and count the others and those that say something else."""
        ends = np.cumsum([0, *(held.count for held in self.held)])
        first = np.zeros(0, np.int64)
        for held, begin in zip(reversed(self.held), reversed(ends[:-1].tolist()), strict=True):
            identity = held.load(_IDENTITY)
            first = _longer(first, int(identity.max(initial=-1)) + 1)
            # Of several rows with one id the one that is assigned last stays, so they come from the last on.
            named = np.flatnonzero(identity >= 0)[::-1]
            first[identity[named]] = named + begin
        repeated: list[Whole] = []
        kept: list[Whole] = []
        for held, begin in zip(self.held, ends[:-1].tolist(), strict=True):
            identity = held.load(_IDENTITY)
            rows = np.flatnonzero(identity >= 0)
            again = rows[first[identity[rows]] != rows + begin]
            repeated.append(again + begin)
            kept.append(first[identity[again]])
        none = np.zeros(0, np.int64)
        self._leave_out(np.concatenate([none, *repeated]), np.concatenate([none, *kept]))

    def _leave_out(self, repeated: Whole, kept: Whole) -> None:
        if not len(repeated):
            return
        differ = np.zeros(len(repeated), np.bool_)
        for name in (_CASE, _TIME, *self.fields):
            differ |= self._at(name, repeated) != self._at(name, kept)
        self.duplicates, self.differing = len(repeated), int(differ.sum())
        self.counts.add(self._at(_CASE, repeated), by=-1)
        self.keep = np.ones(sum(held.count for held in self.held), np.bool_)
        self.keep[repeated] = False

    def _at(self, name: str, rows: Whole) -> Whole:
        """Give the cells of a column in some rows, which are few."""
        found = np.zeros(len(rows), np.int64)
        begin = 0
        for held in self.held:
            mine = np.flatnonzero((rows >= begin) & (rows < begin + held.count))
            if len(mine):
                found[mine] = self._scaled(held, name)[rows[mine] - begin]
            begin += held.count
        return found

    def _scaled(self, held: Held, name: str) -> Whole:
        """Give a column with the scale that all its parts share."""
        numbers = held.load(name)
        if name not in held.scales:
            return numbers
        finer = self.scale_of.get(name, 0) - held.scales[name]
        if finer >= 0:
            return rescaled(numbers, finer)
        return np.where(numbers == UNKNOWN, UNKNOWN, numbers // 10**-finer)

    # what is left

    def pieces(self) -> Iterator[tuple[Held, NDArray[np.bool_] | None]]:
        """Give what is held, and which of its rows are left."""
        begin = 0
        for held in self.held:
            yield held, None if self.keep is None else self.keep[begin : begin + held.count]
            begin += held.count

    def _some(self, name: str) -> Iterator[Whole]:
        """Give a column of the rows that are left, piece by piece."""
        for held, left in self.pieces():
            numbers = held.load(name)
            yield numbers if left is None else numbers[left]

    def times(self) -> Iterator[Whole]:
        """Give the times of the events that are left, piece by piece."""
        return self._some(_TIME)

    def origin_of(self, moment: Instant, names: Sequence[str]) -> tuple[str, int]:
        """Give the first file and row with an event at a moment."""
        parts = zip(self.times(), self._some(_FILE), self._some(_ROW), strict=True)
        return min(
            (names[int(file[place])], int(row[place]))
            for time, file, row in parts
            for place in np.flatnonzero(time == moment).tolist()
        )

    @property
    def count(self) -> int:
        """How many events are left."""
        return sum(held.count for held in self.held) - self.duplicates

    def divided(self, range_of: Codes, count: int) -> list[SpilledRows]:
        """Put the events into ranges of cases; `range_of` gives that of each key."""
        if count == 1:
            return [self]
        found: list[list[Held]] = [[] for _ in range(count)]
        for held, left in self.pieces():
            ranges = range_of[held.load(_CASE)]
            if left is not None:
                ranges = np.where(left, ranges, count)
            order = np.argsort(ranges, kind="stable")
            bounds = np.searchsorted(ranges[order], np.arange(count + 1)).tolist()
            columns = {name: held.load(name)[order] for name in held.columns if name != _IDENTITY}
            for mine, first, last in zip(found, bounds, bounds[1:], strict=False):
                if first < last:
                    rows = slice(first, last)
                    some = {name: column[rows] for name, column in columns.items()}
                    mine.append(self._put(some, held.scales))
        return [
            SpilledRows(
                self.kind,
                self.record,
                self.fields,
                sequence=self.sequence,
                spool=self.spool,
                held=mine,
                scale_of=self.scale_of,
                known=self.known,
                used=self.used,
                files=self.files,
            )
            for mine in found
        ]

    def frame_of(self, places: Codes, first: int, cases: int, names: Sequence[str]) -> EventFrame:
        """Give the frame of a range of cases; `places` are those of the keys, among all."""
        case = (places[self._whole(_CASE)] - first).astype(np.int32)
        names, by_place = by_name(names, self.files)
        time, file, row = self._whole(_TIME), by_place[self._whole(_FILE)], self._whole(_ROW)
        sequence = None if self.sequence is None else self._whole(_SEQUENCE)
        order = order_of_events(case, time, cases, file, row, sequence, one_file=len(names) <= 1)
        fields = {
            name: self._values(name, column, order)
            for name, column in self.fields.items()
            if name in self.known
        }
        sequence = None if sequence is None else in_sequence(sequence[order])
        return EventFrame(
            self.kind, case[order], time[order], fields, names, file[order], row[order], sequence
        )

    def _whole(self, name: str) -> Whole:
        parts = []
        for held, left in self.pieces():
            numbers = self._scaled(held, name)
            parts.append(numbers if left is None else numbers[left])
        return np.concatenate([np.zeros(0, np.int64), *parts])

    def _values(self, name: str, column: Column, order: Codes | Whole) -> Values:
        numbers = self._whole(name)[order]
        if isinstance(column, DecimalColumn):
            return Values("decimal", numbers, self.scale_of.get(name, 0))
        if not isinstance(column, WordColumn):
            return column.finish(numbers)
        ordered, ranks = ranked(column.table, np.flatnonzero(self.used[name]).astype(np.int32))
        known = numbers != UNKNOWN
        numbers[known] = ranks[numbers[known]]
        return Values("word", numbers, words=Texts(column.table, ordered))


def _flagged(flags: NDArray[np.bool_], places: Whole | Codes) -> NDArray[np.bool_]:
    """Set flags, of which there may be too few yet."""
    missing = int(places.max(initial=-1)) + 1 - len(flags)
    if missing > 0:
        flags = np.append(flags, np.zeros(max(missing, len(flags)), np.bool_))
    flags[places] = True
    return flags


def _longer(numbers: Whole, size: int) -> Whole:
    """Give an array of at least this size that begins like another."""
    return np.append(numbers, np.full(max(size - len(numbers), 0), -1, np.int64))
