"""The rows of one source that become records or events of one kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from decimal import Decimal
from typing import Any

import numpy as np

from stepladder_dsl.model.spec import Spec
from stepladder_dsl.record import record
from stepladder_engine.data.dataset import EventRow, Origin, RecordRow, RejectedRow
from stepladder_engine.data.mapping_model import EventMapping
from stepladder_engine.data.row_plans import Plan
from stepladder_engine.data.rows import SourceRow
from stepladder_engine.fast.frames import UNKNOWN
from stepladder_engine.fast.read.blocks import Block
from stepladder_engine.fast.read.columns import Column, rescaled
from stepladder_engine.fast.read.gather import EventRows, RecordRows
from stepladder_engine.fast.read.readers import Flags, Numbers, Reader, places_of
from stepladder_engine.fast.read.single_rows import KnownKeys, SingleRows
from stepladder_engine.fast.read.text_table import Codes, TextTable, Whole

CASE, TIME, SEQUENCE, IDENTITY = "#case", "#time", "#sequence", "#identity"
"""What is no field of a row; no field has such a name."""

Part = tuple[Whole, int]
"""Numbers and their scale."""


@record(frozen=False)
class PlanRows:
    """Goes through the blocks of a source for one kind, and counts as the reference reader does.

    `targets` are the columns that the parts of a row go to.
    """

    spec: Spec
    plan: Plan
    where: Reader | None
    readers: dict[str, Reader]
    targets: dict[str, Column]
    rows: RecordRows | EventRows
    file: int
    known: dict[str, KnownKeys] = field(default_factory=dict)
    first_places: FirstPlaces | None = None
    count: int = 0
    skipped: int = 0
    undecided: int = 0
    rejected: list[RejectedRow] = field(default_factory=list)
    last: SourceRow | None = None
    """The last row of all, known as soon as all have come."""
    _last_block: Block | None = None

    def __post_init__(self) -> None:
        self.single = SingleRows(self.spec, self.plan, self.known)

    @property
    def all_readers(self) -> list[Reader]:
        """Everything that is read from a block."""
        return [*self.readers.values(), *([] if self.where is None else [self.where])]

    def forget(self) -> None:
        """Let go of what is needed only while rows come, and look at the last of them."""
        if self._last_block is not None:
            self.last, self._last_block = self._last_block.last_row(), None
        self.readers.clear()
        self.targets.clear()
        self.where = self.first_places = None
        self.known = {}
        self.single = SingleRows(self.spec, self.plan, {})

    def take(self, block: Block, read: dict[int, Numbers]) -> None:
        """Take the rows of a block; `read` holds what the readers have read, by their identity."""
        self.count += len(block.numbers) + len(block.odd)
        if len(block.numbers) or block.odd:
            self._last_block = block
        places, odd = self._kept(block, read)
        found = {name: read[id(reader)] for name, reader in self.readers.items()}
        places, more = self._plain(places, found)
        odd = np.sort(np.concatenate([odd, more]))
        parts = {name: (part.at(places), part.scale) for name, part in found.items()}
        doubtful = self._in_doubt(block, odd)
        numbers = block.numbers[places]
        if doubtful:
            numbers, parts = self._with_decided(doubtful, numbers, parts)
        if self.first_places is not None:
            numbers, parts = self._without_repeated(block, doubtful, numbers, parts)
        if len(numbers):
            self._add(numbers, parts)

    def _kept(self, block: Block, read: dict[int, Numbers]) -> tuple[Whole, Whole]:
        """Give the rows that `where` keeps, and those for which it is in doubt."""
        if self.where is None:
            return np.arange(len(block.numbers)), np.zeros(0, np.int64)
        decided = read[id(self.where)]
        kept, odd = decided.rows_with(1), places_of(decided.odd_rows())
        self.undecided += len(decided.rows_with(UNKNOWN))
        self.skipped += len(block.numbers) - len(kept) - len(odd)
        return kept, odd

    def _plain(self, places: Whole, found: dict[str, Numbers]) -> tuple[Whole, Whole]:
        """Tell the rows that are in order from those in doubt."""
        nothing = np.zeros(0, np.int64)
        without_key = _marked(found[CASE].where(UNKNOWN), places)
        odd_key = _marked(found[CASE].odd_rows(), places)
        doubts = [without_key, odd_key]
        if self.known:
            keys = next(iter(self.known.values()))
            codes = found[CASE].at(places)
            known = keys.contain(np.where(codes == UNKNOWN, 0, codes).astype(np.int32))
            doubts.append(None if known.all() else ~known)
        left_out: Flags | None = None
        if isinstance(self.plan.mapping, EventMapping):
            without_time = _marked(found[TIME].where(UNKNOWN), places)
            doubts.append(without_time)
            if self.plan.mapping.without_time == "skip" and without_time is not None:
                left_out = without_time & ~_any([without_key, odd_key], len(places))
                self.skipped += int(left_out.sum())
        doubts += [_marked(part.odd_rows(), places) for name, part in found.items() if name != CASE]
        if all(doubt is None for doubt in doubts):
            return places, nothing
        doubt = _any(doubts, len(places))
        if left_out is not None:
            return places[~doubt & ~left_out], places[doubt & ~left_out]
        return places[~doubt], places[doubt]

    def _in_doubt(self, block: Block, places: Whole) -> list[SourceRow]:
        """Give the rows that the reference reader decides about, in their order."""
        if not len(places) and not block.odd:
            return []
        rows = [*block.source_rows(places.tolist()), *block.odd]
        return sorted(rows, key=lambda row: row.number)

    def _with_decided(
        self, doubtful: Sequence[SourceRow], numbers: Whole, parts: dict[str, Part]
    ) -> tuple[Whole, dict[str, Part]]:
        """Let the reference reader decide, and put in the rows that it takes."""
        decided = self.single.decide(doubtful)
        self.skipped += decided.skipped
        self.undecided += decided.undecided
        self.rejected += decided.rejected
        if not decided.taken:
            return numbers, parts
        rows = np.array([row.origin.row for row in decided.taken], np.int64)
        order = np.argsort(np.concatenate([numbers, rows]), kind="stable")
        merged: dict[str, Part] = {}
        for name, (plain, scale) in parts.items():
            given, other = self.targets[name].encoded([_value(row, name) for row in decided.taken])
            common = max(scale, other)
            both = np.concatenate([rescaled(plain, common - scale), rescaled(given, common - other)])
            merged[name] = (both[order], common)
        return np.concatenate([numbers, rows])[order], merged

    def _without_repeated(
        self, block: Block, doubtful: Sequence[SourceRow], numbers: Whole, parts: dict[str, Part]
    ) -> tuple[Whole, dict[str, Part]]:
        """Reject the records whose key a record before them has."""
        if self.first_places is None:
            return numbers, parts
        codes = parts[CASE][0].astype(np.int32)
        repeated = self.first_places.repeated(codes, self.file, numbers)
        if not repeated.any():
            return numbers, parts
        by_number = {row.number: row for row in doubtful}
        of_block = {number: place for place, number in enumerate(block.numbers.tolist())}
        for number, code in zip(numbers[repeated].tolist(), codes[repeated].tolist(), strict=True):
            row = by_number.get(number) or block.source_rows([of_block[number]])[0]
            key, first = self.first_places.origin(code)
            self.rejected.append(self.single.repeated(row, key, first))
        self.rejected.sort(key=lambda row: row.origin.row)
        kept = {name: (part[~repeated], scale) for name, (part, scale) in parts.items()}
        return numbers[~repeated], kept

    def _add(self, numbers: Whole, parts: dict[str, Part]) -> None:
        """Hand the rows on."""
        rows = self.rows
        rows.case.append(parts[CASE][0].astype(np.int32))
        for name in rows.fields:
            rows.fields[name].add(*parts[name])
        if isinstance(rows, RecordRows):
            rows.since.append(parts[TIME][0] if TIME in parts else np.full(len(numbers), UNKNOWN, np.int64))
            return
        rows.time.append(parts[TIME][0])
        rows.file.append(np.full(len(numbers), self.file, np.int32))
        rows.row.append(numbers)
        if rows.sequence is not None:
            rows.sequence.add(*parts[SEQUENCE])
        if rows.identity is not None:
            identity = parts[IDENTITY][0]
            rows.identity.append(np.where(identity == UNKNOWN, -1, identity).astype(np.int32))
        rows.settle()


def _marked(rows: Flags | None, places: Whole) -> Flags | None:
    """Give the marks of some rows; None where none of them is marked."""
    found = None if rows is None else rows[places]
    return found if found is not None and found.any() else None


def _any(marks: Sequence[Flags | None], count: int) -> Flags:
    """Mark what is marked anywhere."""
    found = np.zeros(count, np.bool_)
    for mark in marks:
        if mark is not None:
            found |= mark
    return found


def _value(row: RecordRow | EventRow, name: str) -> Any:
    """Give a part of a row that the reference reader has read."""
    if name == CASE:
        return row.key
    if isinstance(row, RecordRow):
        return row.since if name == TIME else row.fields[name]
    match name:
        case "#time":
            return row.time
        case "#sequence":
            return Decimal(row.order[0])
        case "#identity":
            return row.identity
        case _:
            return row.fields[name]


class FirstPlaces:
    """Where each key of a kind was read first."""

    def __init__(self, keys: TextTable, files: Sequence[str]) -> None:
        self._keys = keys
        self._files = files
        self._file: Codes = np.full(0, -1, np.int32)
        self._row: Whole = np.zeros(0, np.int64)

    def repeated(self, codes: Codes, file: int, rows: Whole) -> Flags:
        """Tell which of these rows have a key that was read before, also in a row before them."""
        missing = len(self._keys) - len(self._file)
        if missing > 0:
            self._file = np.concatenate([self._file, np.full(max(missing, len(self._file)), -1, np.int32)])
            self._row = np.concatenate([self._row, np.zeros(len(self._file) - len(self._row), np.int64)])
        places = np.arange(len(codes))
        first = np.full(len(self._keys), -1, np.int64)
        first[codes[::-1]] = places[::-1]
        repeated: Flags = (self._file[codes] >= 0) | (first[codes] != places)
        new = codes[~repeated]
        self._file[new], self._row[new] = file, rows[~repeated]
        return repeated

    def origin(self, code: int) -> tuple[str, Origin]:
        """Give a key and where it was read first."""
        origin = Origin(self._files[self._file[code]], int(self._row[code]))
        return self._keys.text(code), origin
