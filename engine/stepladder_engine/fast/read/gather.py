"""Rows that were read, kind by kind, and what becomes of them: frames in the order of cases and time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from stepladder_dsl.record import record
from stepladder_engine.data.code_loops import used_codes
from stepladder_engine.fast.frames import UNKNOWN, EventFrame, RecordFrame, Values
from stepladder_engine.fast.read.columns import Column, DecimalColumn, ranked
from stepladder_engine.fast.read.order import order_of_events, taken
from stepladder_engine.fast.read.text_table import Codes, Texts, TextTable, Whole

Numbers = TypeVar("Numbers", Codes, Whole)


@record(frozen=False)
class RecordRows:
    """The records of one kind in the order in which they were read, without repeated keys."""

    kind: str
    keys: TextTable
    fields: Mapping[str, Column]
    case: list[Codes] = field(default_factory=list)
    since: list[Whole] = field(default_factory=list)

    def cases(self) -> Codes:
        """Give the keys' numbers."""
        self.case = [joined(self.case, np.int32)]
        return self.case[0]

    def frame(self, ordered: Codes, ranks: Codes) -> RecordFrame:
        """Give the frame of these records and those that only events know."""
        places = ranks[self.cases()]
        sourced = np.zeros(len(ordered), np.bool_)
        sourced[places] = True
        fields = {name: _spread(column, places, len(ordered)) for name, column in self.fields.items()}
        since = np.full(len(ordered), UNKNOWN, np.int64)
        since[places] = joined(self.since, np.int64)
        self.since.clear()
        return RecordFrame(self.kind, Texts(self.keys, ordered), since, sourced, _told(fields))


def _spread(column: Column, places: Codes, count: int) -> Values:
    """Give a column with each value at the place of its record."""
    numbers = np.full(count, UNKNOWN, np.int64)
    numbers[places] = column.whole()
    return column.finish(numbers)


def _told(fields: Mapping[str, Values]) -> dict[str, Values]:
    """Leave out what is unknown everywhere: a field that is absent means the same."""
    return {name: values for name, values in fields.items() if np.any(values.numbers != UNKNOWN)}


@record(frozen=False)
class EventRows:
    """The events of one kind in the order in which they were read.

    `file` holds places in a list that all kinds share; `identity` is the number of the event's id, or -1.
    """

    kind: str
    record: str
    fields: Mapping[str, Column]
    case: list[Codes] = field(default_factory=list)
    time: list[Whole] = field(default_factory=list)
    file: list[Codes] = field(default_factory=list)
    row: list[Whole] = field(default_factory=list)
    identity: list[Codes] | None = None
    sequence: DecimalColumn | None = None
    duplicates: int = 0
    differing: int = 0
    _numbers: dict[str, Whole] = field(default_factory=dict)

    def settle(self) -> None:
        """Come to rest after each block that was read: here it stays in memory."""

    def join(self, *, shuffled: bool = False) -> None:
        """End the reading: every column becomes one array, without the repeated events.

        Rows that were `shuffled` come into the order of their files and of their places in these first.
        """
        self.case = [joined(self.case, np.int32)]
        self.time = [joined(self.time, np.int64)]
        self.file = [joined(self.file, np.int32)]
        self.row = [joined(self.row, np.int64)]
        self._numbers = {name: column.whole() for name, column in self.fields.items()}
        if self.sequence is not None:
            self._numbers[SEQUENCE] = self.sequence.whole()
        identity = None if self.identity is None else joined(self.identity, np.int32)
        self.identity = None
        if shuffled:
            order = np.lexsort((self.row[0], self.file[0]))
            self._take(order)
            identity = None if identity is None else identity[order]
        if identity is not None:
            self._drop_repeated(identity)

    def numbers(self) -> Mapping[str, Whole]:
        """Give the columns of joined rows: those of fields, and that of the sequence."""
        return self._numbers

    def _take(self, rows: Whole | NDArray[np.bool_]) -> None:
        """Keep some of the joined rows, in this order."""
        self.case, self.file = [self.case[0][rows]], [self.file[0][rows]]
        self.time, self.row = [self.time[0][rows]], [self.row[0][rows]]
        self._numbers = {name: numbers[rows] for name, numbers in self._numbers.items()}

    def _drop_repeated(self, identity: Codes) -> None:
        """Keep the first event of each id, and count the others and those that say something else."""
        first = np.full(int(identity.max(initial=-1)) + 1, -1, np.int64)
        named = np.flatnonzero(identity >= 0)
        # Of several rows with one id the one that is assigned last stays, so they come from the last on.
        first[identity[named[::-1]]] = named[::-1]
        repeated = named[first[identity[named]] != named]
        if not len(repeated):
            return
        kept = first[identity[repeated]]
        told: list[Codes | Whole] = [self.case[0], self.time[0]]
        told += [numbers for name, numbers in self._numbers.items() if name != SEQUENCE]
        differ = np.zeros(len(repeated), np.bool_)
        for numbers in told:
            differ |= numbers[repeated] != numbers[kept]
        self.duplicates, self.differing = len(repeated), int(differ.sum())
        keep = np.ones(len(identity), np.bool_)
        keep[repeated] = False
        self._take(keep)

    def frame(self, ranks: Codes, cases: int, files: Sequence[str]) -> EventFrame:
        """Give the frame; the rows are ordered by case, time, and the source's own order."""
        # Each column is let go of as soon as it stands in order: of the events there may be gigabytes.
        case, time, row = taken(ranks, self.case.pop()), self.time.pop(), self.row.pop()
        names, by_file = by_name(files, used_codes(self.file[0], len(files))[:-1])
        file = self.file.pop()
        # Of one file nothing has to be looked up, nor put in order.
        file = np.zeros(len(file), np.int32) if len(names) == 1 else taken(by_file, file)
        sequence = self._numbers.pop(SEQUENCE, None)
        order = order_of_events(case, time, cases, file, row, sequence, one_file=len(names) == 1)
        case = taken(case, order)
        time = taken(time, order)
        row = taken(row, order)
        fields: dict[str, Values] = {}
        for name, column in self.fields.items():
            numbers = self._numbers.pop(name)
            if np.any(numbers != UNKNOWN):
                fields[name] = column.finish(taken(numbers, order))
        file = file if len(names) == 1 else taken(file, order)
        if sequence is not None:
            sequence = in_sequence(taken(sequence, order))
        return EventFrame(self.kind, case, time, fields, names, file, row, sequence)


def in_sequence(numbers: Whole) -> Whole:
    """Give places in the source's own order; an event without one has the place zero."""
    return np.where(numbers == UNKNOWN, 0, numbers)


SEQUENCE = ""
"""Names the column of the sequence, as no field is named."""


def by_name(files: Sequence[str], used: NDArray[np.bool_]) -> tuple[list[str], Codes]:
    """Give the names of the files that are used, in order, and the place of each file among them."""
    names = sorted({files[place] for place in np.flatnonzero(used).tolist()})
    places = {name: place for place, name in enumerate(names)}
    return names, np.array([places.get(name, -1) for name in files], np.int32)


def joined(parts: list[Numbers], kind: type[np.int32 | np.int64]) -> Numbers:
    """Give all parts as one array, and forget them."""
    whole = parts[0] if len(parts) == 1 else np.concatenate([np.zeros(0, kind), *parts])
    parts.clear()
    return cast("Numbers", whole)


def used_keys(
    keys: TextTable, records: RecordRows | None, events: Sequence[EventRows]
) -> tuple[Codes, Codes]:
    """Give the keys that records or events have, in their order, and the place of each key in it."""
    used = [rows.case[0] for rows in events]
    if records is not None:
        used.append(records.cases())
    there = np.zeros(len(keys), np.bool_)
    for codes in used:
        there |= used_codes(codes, len(keys))[:-1]
    return ranked(keys, np.flatnonzero(there).astype(np.int32))
