"""Reads parts of files where there is room, and brings the events of each case together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from typing import Any

import numpy as np

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.model.spec import Spec
from stepladder_engine.calendars.zone import Instant, Zone
from stepladder_engine.data.dataset import Origin, RejectedRow
from stepladder_engine.data.mapping_model import Mapping as DataMapping
from stepladder_engine.data.row_plans import Shared
from stepladder_engine.data.rows import ReadingStopped, SourceRow, SourceTable
from stepladder_engine.fast.read.blocks import Source, Unsure
from stepladder_engine.fast.read.columns import TooWide
from stepladder_engine.fast.read.gather import EventRows, joined
from stepladder_engine.fast.read.load import ColumnLoader
from stepladder_engine.fast.read.opening import source_of
from stepladder_engine.fast.read.plan_rows import PlanRows
from stepladder_engine.fast.read.text_table import Codes, Whole
from stepladder_engine.spark.chunks import (
    Arriving,
    EventChunk,
    RecordChunk,
    SentWords,
    buckets_of,
    divided_events,
)
from stepladder_engine.spark.exchange import TO_THE_START, Addressed, Row
from stepladder_engine.spark.splits import Split
from stepladder_engine.spark.table_parts import OutOfPlace, SentTable, source_rows


@dataclass(frozen=True)
class Job:
    """What every worker has to know: `known` are the keys of the records that the data has itself.

    `files` are all files in the order of reading; `count` is how many parts the cases are put into.
    """

    spec: Spec
    mapping: DataMapping
    files: tuple[str, ...]
    known: Mapping[str, SentWords]
    count: int

    def loader(self) -> ColumnLoader:
        """Give a loader with nothing in it."""
        loader = ColumnLoader(self.spec, self.mapping, Zone(self.mapping.timezone or self.spec.timezone))
        loader.prepare(list(self.files))
        return loader


def without_addresses(mapping: DataMapping) -> DataMapping:
    """Give a mapping without the addresses of databases: these hold passwords, and no worker needs them."""
    records = {kind: replace(record, databases=()) for kind, record in mapping.records.items()}
    events = {kind: replace(event, databases=()) for kind, event in mapping.events.items()}
    return replace(mapping, records=records, events=events)


@dataclass(frozen=True)
class Unread:
    """Something has to be looked at by the reference reader, from the start."""


@dataclass
class Counts:
    """What became of the rows of a file that are read for a kind, or of those of a part of it."""

    kind: str
    file: str
    number: int = 0
    count: int = 0
    skipped: int = 0
    undecided: int = 0
    rejected: list[RejectedRow] = field(default_factory=list)
    last: SourceRow | None = None


@dataclass(frozen=True)
class FileNotes:
    """What is worth knowing of a part of a file."""

    file: str
    number: int
    notes: Sequence[Diagnostic]


@dataclass(frozen=True)
class Repeated:
    """How many events of a kind were repeated, and how many of these say something else."""

    kind: str
    duplicates: int
    differing: int


@dataclass(frozen=True)
class Gone:
    """Where a kind's events stand in time: the latest, where it stands first, and the one before it.

    `has_odd_keys` says that a key may look like another one.
    """

    kind: str
    count: int
    latest: Instant
    earlier: Instant | None
    origin: Origin
    has_odd_keys: bool


def read_split(job: Job, split: Split) -> Iterator[Addressed]:
    """Read a part of a file; events go to the part of their case, those with an id to that of it."""
    loader = job.loader()
    try:
        shared = _opened(loader, split)
        if shared is None:
            yield TO_THE_START, Unread()
            return
        told = len(shared.table.notes)
        source = source_of(shared)
        split.narrow(source)
        yield from _read(job, loader, source, split.number)
        if len(shared.table.notes) > told:
            yield TO_THE_START, FileNotes(shared.table.file, split.number, shared.table.notes[told:])
    except (Unsure, TooWide, ReadingStopped):
        yield TO_THE_START, Unread()
    finally:
        loader.close()


def read_table_part(job: Job, table: SentTable, rows: Iterator[Row]) -> Iterator[Addressed]:
    """Read a part of a table of a database, as `read_split` does one of a file."""
    first = next(rows, None)
    if first is None:
        return
    loader = job.loader()
    try:
        given = SourceTable(
            table.name, table.columns, partial(source_rows, table, chain([first], rows)), typed=True
        )
        shared = Shared(given)
        for kind in table.kinds:
            loader.plan(shared, loader.mapping.events[kind], job.spec.events[kind])
        # However many kinds are read from the rows: they go by once.
        shared.uses = 1
        yield from _read(job, loader, source_of(shared), int(first[0] or 0))
    except (OutOfPlace, TooWide):
        yield TO_THE_START, Unread()


def _read(job: Job, loader: ColumnLoader, source: Source, number: int) -> Iterator[Addressed]:
    """Read a source for all kinds that are planned, tell of its rows, and send the events on their way."""
    kinds = [plan.mapping.kind for plan in loader.plans]
    for kind in {job.spec.events[kind].record for kind in kinds} & set(job.known):
        records = loader.record_rows[kind]
        records.case.append(job.known[kind].numbered_in(records.keys))
    for rows in loader.read_plans(source, loader.plans):
        yield TO_THE_START, _counts(rows, number)
    for kind in dict.fromkeys(kinds):
        yield from _sent(job, loader, loader.event_rows[kind])


def _opened(loader: ColumnLoader, split: Split) -> Shared | None:
    """Open a file as the start has opened it; None where it is not the same from here."""
    spec, mapping = loader.spec, loader.mapping
    shared = None
    for kind in split.kinds:
        shared = loader.open(split.file, mapping.events[kind])
        loader.plan(shared, mapping.events[kind], spec.events[kind])
    return None if loader.problems else shared


def _counts(rows: PlanRows, number: int) -> Counts:
    return Counts(
        rows.plan.mapping.kind,
        rows.plan.table.file,
        number,
        rows.count,
        rows.skipped,
        rows.undecided,
        rows.rejected,
        rows.last,
    )


def _sent(job: Job, loader: ColumnLoader, rows: EventRows) -> Iterator[Addressed]:
    """Send the events of a kind on their way."""
    identity = None if rows.identity is None else joined(rows.identity, np.int32)
    rows.identity = None
    rows.join()
    keys = loader.keys[rows.record]
    targets = buckets_of(keys, job.count)[rows.case[0]]
    if identity is None:
        yield from _gone(loader, rows)
        yield from divided_events(rows, keys, targets)
        return
    ids = loader.identities[rows.kind].table
    by_id = buckets_of(ids, job.count)[identity] if len(ids) else targets
    # Those with an id are compared with others of it first, wherever these are.
    yield from divided_events(rows, keys, np.where(identity >= 0, by_id, targets), identity, ids)


def without_repeated(job: Job, part: int, chunks: Sequence[EventChunk]) -> Iterator[Addressed]:
    """Leave out the events whose id others before them have, and send the rest on to their cases."""
    loader = job.loader()
    arriving = Arriving(loader)
    try:
        for chunk in chunks:
            if chunk.identity is None:
                # Its kind has no ids, so that it is where it belongs.
                yield part, chunk
            else:
                arriving.take(chunk)
        for rows in loader.event_rows.values():
            if not rows.case:
                continue
            rows.join(shuffled=True)
            yield TO_THE_START, Repeated(rows.kind, rows.duplicates, rows.differing)
            yield from _gone(loader, rows)
            keys = loader.keys[rows.record]
            yield from divided_events(rows, keys, buckets_of(keys, job.count)[rows.case[0]])
    except TooWide:
        yield TO_THE_START, Unread()


def _gone(loader: ColumnLoader, rows: EventRows) -> Iterator[Addressed]:
    """Tell the start of the times of joined events, and of their keys."""
    time = rows.time[0]
    if not len(time):
        return
    latest = time.max()
    at = np.flatnonzero(time == latest)
    earlier = time[time < latest]
    origins = (Origin(loader.files[rows.file[0][place]], int(rows.row[0][place])) for place in at)
    odd = not loader.keys[rows.record].plain[_distinct(rows.case[0])].all()
    before = int(earlier.max()) if len(earlier) else None
    yield TO_THE_START, Gone(rows.kind, len(time), int(latest), before, min(origins), odd)


def _distinct(codes: Codes | Whole) -> Any:
    return np.unique(codes)


def arrived_rows(job: Job, chunks: Sequence[RecordChunk | EventChunk]) -> ColumnLoader:
    """Give a loader with the rows of a part, joined and in the order of the files."""
    loader = job.loader()
    arriving = Arriving(loader)
    for chunk in chunks:
        arriving.take(chunk)
    for rows in loader.event_rows.values():
        rows.identity = None
        rows.join(shuffled=True)
    return loader
