"""Rows on their way between processes, before they are run: columns with the words that stand in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np

from stepladder_engine.fast.frames import UNKNOWN
from stepladder_engine.fast.read.columns import Column, DecimalColumn, WordColumn
from stepladder_engine.fast.read.gather import SEQUENCE, EventRows, RecordRows
from stepladder_engine.fast.read.text_table import Codes, Texts, TextTable, Whole

if TYPE_CHECKING:
    from stepladder_engine.fast.read.load import ColumnLoader


@dataclass(frozen=True)
class SentWords:
    """Texts in UTF-8, one behind the other, and where each begins; at the end where the last one ends."""

    letters: bytes
    begins: Whole

    def numbered_in(self, table: TextTable) -> Codes:
        """Give the numbers that the texts have in a table, where they come if they are new."""
        letters = np.frombuffer(self.letters or b" ", np.uint8)
        return table.insert(letters, self.begins[:-1], self.begins[1:])


def sent_words(table: TextTable, codes: Codes) -> SentWords:
    """Give some texts of a table as they are sent."""
    letters, begins = Texts(table, codes).in_utf_8()
    return SentWords(letters.tobytes(), begins)


@dataclass(frozen=True)
class SentColumn:
    """Numbers with their scale, or the places of words."""

    numbers: Whole
    scale: int = 0
    words: SentWords | None = None


@dataclass(frozen=True)
class RecordChunk:
    """Some records of one kind; `keys` holds those of `case`."""

    kind: str
    keys: SentWords
    case: Codes
    since: Whole
    fields: Mapping[str, SentColumn]


@dataclass(frozen=True)
class EventChunk:
    """Some events of one kind; `identity` holds the places of their ids, or -1."""

    kind: str
    keys: SentWords
    case: Codes
    time: Whole
    file: Codes
    row: Whole
    columns: Mapping[str, SentColumn]
    identity: Codes | None = None
    ids: SentWords | None = None


def buckets_of(table: TextTable, count: int) -> Whole:
    """Give the part of each text: the same in every process and on every machine."""
    # Equal to `parts.bucket_of` of the text.
    found = (crc32(table.bytes_of(code)) % count for code in range(len(table)))
    return np.fromiter(found, np.int64, len(table))


def divided_records(rows: RecordRows, count: int) -> Iterator[tuple[int, RecordChunk]]:
    """Put the records of a kind into parts by their keys; they stay as they are."""
    case, since = rows.cases(), np.concatenate([np.zeros(0, np.int64), *rows.since])
    rows.since[:] = [since]
    numbers = {name: column.whole() for name, column in rows.fields.items()}
    for name, column in rows.fields.items():
        column.add(numbers[name], _scale(column))
    for target, places in _places(buckets_of(rows.keys, count)[case]):
        keys, codes = _used(rows.keys, case[places])
        fields = {name: _column(rows.fields[name], found[places]) for name, found in numbers.items()}
        yield target, RecordChunk(rows.kind, keys, codes, since[places], fields)


def divided_events(
    rows: EventRows,
    keys: TextTable,
    targets: Whole,
    identity: Codes | None = None,
    ids: TextTable | None = None,
) -> Iterator[tuple[int, EventChunk]]:
    """Send joined rows to where they are wanted: `targets` says it of each of them."""
    numbers = rows.numbers()
    columns: dict[str, Column] = dict(rows.fields)
    if rows.sequence is not None:
        columns[SEQUENCE] = rows.sequence
    for target, places in _places(targets):
        words, codes = _used(keys, rows.case[0][places])
        own: Codes | None = None
        sent: SentWords | None = None
        if identity is not None and ids is not None:
            own, sent = _identities(identity[places], ids)
        found = {name: _column(columns[name], values[places]) for name, values in numbers.items()}
        file, row = rows.file[0][places], rows.row[0][places]
        yield target, EventChunk(rows.kind, words, codes, rows.time[0][places], file, row, found, own, sent)


def _identities(identity: Codes, ids: TextTable) -> tuple[Codes, SentWords]:
    known = identity >= 0
    sent, places = _used(ids, identity[known])
    own = np.full(len(identity), -1, np.int32)
    own[known] = places
    return own, sent


def _places(targets: Whole) -> Iterator[tuple[int, Whole]]:
    """Give for each target the places of what goes there, rising."""
    order = np.argsort(targets, kind="stable")
    found, firsts = np.unique(targets[order], return_index=True)
    return zip(found.tolist(), np.split(order, firsts[1:]), strict=False)


def _used(table: TextTable, codes: Codes) -> tuple[SentWords, Codes]:
    used, places = np.unique(codes, return_inverse=True)
    return sent_words(table, used.astype(np.int32)), places.astype(np.int32)


def _scale(column: Column) -> int:
    return column.scale if isinstance(column, DecimalColumn) else 0


def _column(column: Column, numbers: Whole) -> SentColumn:
    """Give what is sent of some cells of a column."""
    if not isinstance(column, WordColumn):
        return SentColumn(numbers, _scale(column))
    known = numbers != UNKNOWN
    words, places = _used(column.table, numbers[known].astype(np.int32))
    own = np.full(len(numbers), UNKNOWN, np.int64)
    own[known] = places
    return SentColumn(own, 0, words)


@dataclass
class Arriving:
    """Puts what has come into the columns of a loader that has been prepared."""

    loader: ColumnLoader

    def take(self, chunk: RecordChunk | EventChunk) -> None:
        """Take some rows."""
        if isinstance(chunk, RecordChunk):
            self._records(chunk)
        else:
            self._events(chunk)

    def _records(self, chunk: RecordChunk) -> None:
        rows = self.loader.record_rows[chunk.kind]
        rows.case.append(chunk.keys.numbered_in(rows.keys)[chunk.case])
        rows.since.append(chunk.since)
        for name, column in rows.fields.items():
            _add(column, chunk.fields[name])

    def _events(self, chunk: EventChunk) -> None:
        rows = self.loader.event_rows[chunk.kind]
        keys = self.loader.keys[rows.record]
        rows.case.append(chunk.keys.numbered_in(keys)[chunk.case])
        rows.time.append(chunk.time)
        rows.file.append(chunk.file)
        rows.row.append(chunk.row)
        for name, column in rows.fields.items():
            _add(column, chunk.columns[name])
        if rows.sequence is not None:
            _add(rows.sequence, chunk.columns[SEQUENCE])
        if chunk.identity is not None and chunk.ids is not None and rows.identity is not None:
            codes = chunk.ids.numbered_in(self.loader.identities[chunk.kind].table)
            known = chunk.identity >= 0
            own = np.full(len(known), -1, np.int32)
            own[known] = codes[chunk.identity[known]]
            rows.identity.append(own)


def _add(column: Column, sent: SentColumn) -> None:
    """Append cells that have come to a column."""
    if sent.words is None or not isinstance(column, WordColumn):
        column.add(sent.numbers, sent.scale)
        return
    codes = sent.words.numbered_in(column.table)
    known = sent.numbers != UNKNOWN
    numbers = np.full(len(known), UNKNOWN, np.int64)
    numbers[known] = codes[sent.numbers[known]]
    column.add(numbers)
