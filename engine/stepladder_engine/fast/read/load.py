"""Reads a client's data as a mapping says, into columns: exactly what the reference reader gives."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field
from itertools import repeat
from typing import TYPE_CHECKING, Protocol

import numpy as np

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.model.spec import Spec
from stepladder_dsl.model.types import ReferenceType
from stepladder_dsl.record import record
from stepladder_engine.calendars.zone import Zone
from stepladder_engine.data.code_loops import used_codes
from stepladder_engine.data.dataset import Dataset, RejectedRow
from stepladder_engine.data.files import SourceFile
from stepladder_engine.data.give_back import give_back, give_back_after
from stepladder_engine.data.load import Loader, load_dataset
from stepladder_engine.data.mapping_check import is_zone
from stepladder_engine.data.mapping_model import EventMapping, KindMapping, Mapping, RecordMapping
from stepladder_engine.data.problems import note
from stepladder_engine.data.read_rows import Reading
from stepladder_engine.data.row_plans import Plan, Shared
from stepladder_engine.data.rows import Opened, ReadingStopped, SourceRow
from stepladder_engine.data.twins import twin_keys
from stepladder_engine.data.watching import watching
from stepladder_engine.data.workers import ahead, pool, workers
from stepladder_engine.fast.frames import UNKNOWN, Frames
from stepladder_engine.fast.read.blocks import Block, Source, Unsure
from stepladder_engine.fast.read.columns import (
    Column,
    DecimalColumn,
    InstantColumn,
    TooWide,
    WordColumn,
    column_for,
)
from stepladder_engine.fast.read.from_dataset import assembled, frames_of, without_rows
from stepladder_engine.fast.read.gather import EventRows, RecordRows
from stepladder_engine.fast.read.making_readers import ReaderMaker
from stepladder_engine.fast.read.moment_cells import LocalTimes
from stepladder_engine.fast.read.opening import open_table, source_of
from stepladder_engine.fast.read.plan_rows import CASE, IDENTITY, SEQUENCE, TIME, FirstPlaces, PlanRows
from stepladder_engine.fast.read.readers import Numbers, Reader, RowNumbers
from stepladder_engine.fast.read.single_rows import KnownKeys
from stepladder_engine.fast.read.text_table import Codes, Texts, TextTable

if TYPE_CHECKING:
    from stepladder_engine.data.workers import Pool


def load_frames(spec: Spec, mapping: Mapping) -> tuple[Frames | None, list[Diagnostic]]:
    """Read everything that the mapping names; no frames are given where a file or a column is missing.

    Raises `TooWide` where a number has more digits than a column holds; the reference reader has no limit.
    """
    zone_name = mapping.timezone or spec.timezone
    if is_zone(zone_name):
        loader = ColumnLoader(spec, mapping, Zone(zone_name))
        try:
            watching().begins("opening")
            loader.open_all()
            if not loader.problems:
                return loader.read_columns(), []
        except (Unsure, TooWide, ReadingStopped):
            # Whatever it is, the reference reader tells it, or has no trouble with it.
            pass
        finally:
            loader.close()
    dataset, problems = load_dataset(spec, mapping)
    return (None if dataset is None else frames_of(spec, dataset, mapping.events)), problems


class Counted(Protocol):
    """What became of the rows of a plan."""

    count: int
    skipped: int
    undecided: int
    rejected: list[RejectedRow]
    last: SourceRow | None


@record(frozen=False)
class ColumnLoader(Loader):
    """Opens files as the reference loader does, and reads their columns."""

    files: list[str] = field(default_factory=list)
    sources: dict[int, Source] = field(default_factory=dict)
    keys: dict[str, TextTable] = field(default_factory=dict)
    record_rows: dict[str, RecordRows] = field(default_factory=dict)
    event_rows: dict[str, EventRows] = field(default_factory=dict)
    identities: dict[str, WordColumn] = field(default_factory=dict)
    first_places: dict[str, FirstPlaces] = field(default_factory=dict)

    def open_table(self, file: SourceFile, mapping: KindMapping) -> Opened:
        """Open a file without a look at all of it, where reading makes sure of it."""
        return open_table(file, mapping)

    def read_columns(self) -> Frames:
        """Read all files into columns."""
        self.read_sources()
        return self._frames()

    def read_sources(self) -> None:
        """Read all files, those of records first, since events ask for them."""
        watching().begins("reading")
        self.prepare(list(dict.fromkeys(plan.table.file for plan in self.plans)))
        done = {**self.read_kinds(RecordMapping), **self.read_kinds(EventMapping)}
        self.sources.clear()
        give_back()
        for plan in self.plans:
            self.count(plan, done[id(plan)])

    def read_kinds(self, kinds: type[KindMapping]) -> dict[int, PlanRows]:
        """Read records or events, and give what became of the rows by the identity of each plan."""
        done: dict[int, PlanRows] = {}
        plans = [plan for plan in self.plans if isinstance(plan.mapping, kinds)]
        for shared in self.in_order():
            mine = [plan for plan in plans if plan.table is shared.table]
            if mine:
                taken = self.read_plans(self._source(shared), mine)
                done.update((id(plan), rows) for plan, rows in zip(mine, taken, strict=True))
        return done

    def in_order(self) -> list[Shared]:
        """Give what is open so that the rows of every kind come in the order of its plans.

        Each kind reads files by their names, and databases behind them.
        """
        places = [(key, shared) for key, shared in self.opened.items() if shared is not None]
        places.sort(key=lambda place: (isinstance(place[0][0], str), place[1].table.file, str(place[0])))
        return [shared for _, shared in places]

    def prepare(self, files: list[str]) -> None:
        """Make the columns that the rows of these files go to."""
        self.files = files
        self.dataset.sourced = set(self.mapping.records)
        self.keys = {kind: TextTable() for kind in self.spec.records}
        for kind, declared in self.spec.records.items():
            fields = self.mapping.records[kind].fields if kind in self.mapping.records else {}
            columns = {name: column_for(declared.fields[name].type) for name in fields}
            self.record_rows[kind] = RecordRows(kind, self.keys[kind], columns)
            self.first_places[kind] = FirstPlaces(self.keys[kind], self.files)
        for kind, mapping in self.mapping.events.items():
            event = self.spec.events[kind]
            columns = {name: column_for(event.fields[name].type) for name in mapping.fields}
            rows = self.event_rows[kind] = self.new_rows(kind, event.record, columns)
            rows.sequence = DecimalColumn() if mapping.sequence else None
            rows.identity = [] if mapping.id else None
            self.identities[kind] = WordColumn()

    def new_rows(self, kind: str, record: str, fields: dict[str, Column]) -> EventRows:
        """Give what the events of a kind go to."""
        return EventRows(kind, record, fields)

    def _source(self, shared: Shared) -> Source:
        """Give what reads an open file, the same again for events that stand beside records."""
        if id(shared) not in self.sources:
            self.sources[id(shared)] = source_of(shared)
        return self.sources[id(shared)]

    def read_plans(self, source: Source, plans: Sequence[Plan]) -> list[PlanRows]:
        """Go once through a source for several kinds."""
        maker = ReaderMaker(self.zone, LocalTimes(self.zone), source.table.typed, self.spec.currency)
        taken = [self._plan_rows(plan, maker) for plan in plans]
        readers = list({id(reader): reader for rows in taken for reader in rows.all_readers}.values())
        columns = sorted({column for reader in readers for column in reader.columns})

        def going() -> Iterator[None]:
            """Read everything; whoever watches is given something for each row."""
            with pool(min(_MOST_THREADS, workers())) as threads:
                for block in ahead(source.blocks(columns), threads):
                    read = _read_block(block, readers, threads)
                    for rows in taken:
                        rows.take(block, read)
                    if watching().counts_bytes:
                        yield from repeat(None, len(block.numbers) + len(block.odd))

        deque(watching().rows(source.table.file, going()), maxlen=0)
        for rows in taken:
            rows.forget()
        return taken

    def _plan_rows(self, plan: Plan, maker: ReaderMaker) -> PlanRows:
        """Give what takes the rows of a source for a kind."""
        kind = plan.mapping.kind
        rows: RecordRows | EventRows
        known: dict[str, KnownKeys] = {}
        first_places: FirstPlaces | None = None
        if isinstance(plan.mapping, RecordMapping):
            rows, record = self.record_rows[kind], kind
            declared = self.spec.records[kind].fields
            first_places = self.first_places[kind]
        else:
            rows, record = self.event_rows[kind], self.spec.events[kind].record
            declared = self.spec.events[kind].fields
            if record in self.dataset.sourced:
                known[record] = KnownKeys(self.keys[record], self.record_rows[record].cases())
        targets: dict[str, Column] = {
            **rows.fields,
            CASE: WordColumn(self.keys[record]),
            TIME: InstantColumn(),
            SEQUENCE: DecimalColumn(),
        }
        if kind in self.identities:
            targets[IDENTITY] = self.identities[kind]
        return PlanRows(
            self.spec,
            plan,
            maker.where(plan),
            maker.readers(plan, targets, declared),
            targets,
            rows,
            self.files.index(plan.table.file),
            known,
            first_places,
        )

    def count(self, plan: Plan, rows: Counted) -> None:
        """Put down what the reference reader counts and puts aside."""
        self.dataset.rejected += rows.rejected
        reading = Reading(self.spec, self.dataset, plan, set(), rows.undecided, rows.skipped)
        reading.count_rows(plan.table.file, rows.count, rows.last)

    def _frames(self) -> Frames:
        """Give the frames, and note what only all rows together show."""
        aside = self.ended()
        duplicates = sum(rows.duplicates for rows in self.event_rows.values())
        return assembled(
            self.spec, self.keys, self.record_rows, self.event_rows, self.files, aside, duplicates
        )

    def ended(self) -> Dataset:
        """End the reading, note what only all rows together show, and give what was put aside."""
        for rows in self.event_rows.values():
            rows.join()
            give_back_after(sum(map(len, rows.case)))
        differing = {kind: rows.differing for kind, rows in self.event_rows.items() if rows.differing}
        notes = [*self._references_to_nowhere()]
        notes += [note("repeated", kind=kind, count=count) for kind, count in sorted(differing.items())]
        notes += self._twin_keys()
        self.add_notes(notes)
        return without_rows(self.dataset)

    def _twin_keys(self) -> Iterator[Diagnostic]:
        """Say which keys look the same; those that are plain look like no other plain one."""
        keys: dict[str, Iterable[str]] = {}
        for kind in self.spec.records:
            table = self.keys[kind]
            known = kind in self.dataset.sourced
            used = self.record_rows[kind].cases() if known else self.keys_of_events(kind)
            keys[kind] = () if table.plain[used].all() else Texts(table, used)
        return twin_keys(self.spec, keys)

    def keys_of_events(self, kind: str) -> Codes:
        """Give the numbers of the keys that events of a kind of record have."""
        there = np.zeros(len(self.keys[kind]), np.bool_)
        for rows in self.event_rows.values():
            if rows.record == kind:
                there |= used_codes(rows.case[0], len(there))[:-1]
        return np.flatnonzero(there).astype(np.int32)

    def _references_to_nowhere(self) -> Iterator[Diagnostic]:
        """Say which references lead to records that the data does not have."""
        for kind in self.mapping.records:
            rows = self.record_rows[kind]
            for name, declared in self.spec.records[kind].fields.items():
                target = declared.type
                column = rows.fields.get(name)
                if not isinstance(target, ReferenceType) or not isinstance(column, WordColumn):
                    continue
                if target.record in self.dataset.sourced:
                    yield from self._lost(rows, column, name, target.record)

    def _lost(self, rows: RecordRows, column: WordColumn, name: str, target: str) -> Iterator[Diagnostic]:
        """Note how many values of a column are keys of no record, and the first of them."""
        numbers = column.whole()
        column.add(numbers)
        words = column.table
        known = KnownKeys(self.keys[target], self.record_rows[target].cases())
        places = self.keys[target].insert(
            words.arena,
            words.offsets[:-1][: len(words)],
            words.offsets[1:][: len(words)],
            zeros=words.zeros,
        )
        is_lost = np.append(~known.contain(places), False)
        lost = np.flatnonzero(is_lost[np.where(numbers == UNKNOWN, len(words), numbers)])
        if len(lost):
            key = self.keys[rows.kind].text(int(rows.cases()[lost[0]]))
            value = words.text(int(numbers[lost[0]]))
            found = {"kind": rows.kind, "field": name, "target": target}
            yield note("nowhere", count=len(lost), key=key, value=value, **found)


_MOST_THREADS = 4


def _read_block(block: Block, readers: Sequence[Reader], threads: Pool) -> dict[int, Numbers]:
    """Read all columns of a block, several at a time; what needs more than one column comes last."""
    if not len(block.numbers):
        nothing = RowNumbers(np.zeros(0, np.int64), np.zeros(0, np.bool_))
        return {id(reader): nothing for reader in readers}
    by_column: dict[str, list[Reader]] = {}
    for reader in readers:
        if len(reader.columns) == 1:
            by_column.setdefault(reader.columns[0], []).append(reader)

    def read(group: list[Reader]) -> list[tuple[int, Numbers]]:
        return [(id(reader), reader.read(block)) for reader in group]

    found = dict(pair for pairs in threads.map(read, by_column.values()) for pair in pairs)
    found.update((id(reader), reader.read(block)) for reader in readers if len(reader.columns) != 1)
    return found
