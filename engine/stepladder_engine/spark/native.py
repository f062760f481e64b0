"""Lets the workers read the events themselves: the start of the run reads no more than the records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.model.spec import Spec
from stepladder_engine.calendars.zone import Instant
from stepladder_engine.data.dataset import Dataset
from stepladder_engine.data.files import SourceFile, find_files
from stepladder_engine.data.mapping_model import Database, RecordMapping
from stepladder_engine.data.opening import STANDARD_INPUT
from stepladder_engine.data.problems import note
from stepladder_engine.data.row_plans import Plan, Shared
from stepladder_engine.data.rows import ReadingStopped
from stepladder_engine.data.watching import watching
from stepladder_engine.fast.frames import UNKNOWN
from stepladder_engine.fast.read.blocks import Unsure
from stepladder_engine.fast.read.columns import TooWide
from stepladder_engine.fast.read.from_dataset import assembled
from stepladder_engine.fast.read.load import ColumnLoader
from stepladder_engine.fast.read.text_table import Codes, TextTable, Whole
from stepladder_engine.results.execute import FAR_APART
from stepladder_engine.spark.chunks import EventChunk, RecordChunk, SentWords, divided_records, sent_words
from stepladder_engine.spark.exchange import TO_THE_START, Addressed, Exchange, Moving, Unreachable
from stepladder_engine.spark.parts import Part
from stepladder_engine.spark.reading import (
    Counts,
    FileNotes,
    Gone,
    Job,
    Repeated,
    Unread,
    arrived_rows,
    read_split,
    read_table_part,
    without_addresses,
    without_repeated,
)
from stepladder_engine.spark.splits import Split, estimated_events, splits_of
from stepladder_engine.spark.table_parts import DividedTable, divided_table
from stepladder_engine.spark.work import (
    Figures,
    FirstOffers,
    InFiles,
    KeysOfPart,
    PartFiles,
    Piece,
    Rows,
    Work,
    answer_part,
    write_part,
)

EventSource = tuple[SourceFile | Database, Shared, list[str]]
"""A file or a table, what is open of it, and the kinds of events that are read from it."""


class NotNative(Exception):
    """The start of the run has to read everything: workers cannot reach it, or the reference has to look."""


@dataclass
class DrivingLoader(ColumnLoader):
    """Opens all files and reads the records; of the events it hears what the workers have counted."""

    event_keys: dict[str, list[SentWords]] = field(default_factory=dict)

    def event_sources(self) -> list[EventSource]:
        """Give the files and tables of events and the kinds that are read from each."""
        found: dict[int, EventSource] = {}
        kinds = [kind for kind in self.spec.events if kind in self.mapping.events]
        for mapping in (self.mapping.events[kind] for kind in kinds):
            opened: list[tuple[SourceFile | Database, Shared | None]] = [
                (table, self.open_database(table)) for table in mapping.databases
            ]
            for file in find_files(mapping.sources, self.mapping.folder)[0]:
                if file.path == STANDARD_INPUT:
                    raise NotNative
                opened.append((file, self.open(file, mapping)))
            for place, shared in opened:
                if shared is None:
                    raise NotNative
                found.setdefault(id(shared), (place, shared, []))[2].append(mapping.kind)
        return list(found.values())

    def keys_of_events(self, kind: str) -> Codes:
        """Give the numbers of the keys that the workers have found in events."""
        keys = [words.numbered_in(self.keys[kind]) for words in self.event_keys.get(kind, ())]
        return np.unique(np.concatenate([np.zeros(0, np.int32), *keys]))


@dataclass
class NativeRun:
    """A run whose events are read by the workers.

    `parts` is how many parts the cases are put into; None: as many as `events_in_a_part` makes of them.
    """

    exchange: Exchange
    loader: DrivingLoader
    events_in_a_part: int
    parts: int | None = None
    together: bool = False
    gone: list[Gone] = field(default_factory=list)
    statuses: list[str] | None = None
    """Of offers, in the order in which they first come, where nobody has collected the rows."""
    written: dict[str, int] = field(default_factory=dict)
    """How many rows the parts have written themselves."""
    job: Job = field(init=False)
    tables: list[DividedTable] = field(default_factory=list)
    _moving: list[Moving] = field(default_factory=list)
    _arriving: list[Moving] = field(default_factory=list)
    """Of what is moving: that in which events come to their cases."""
    _told: list[Any] = field(default_factory=list)

    def read(self) -> None:
        """Read the records here and the events there; raises `NotNative` where that cannot be done."""
        loader = self.loader
        watching().begins("reading")
        loader.prepare(list(dict.fromkeys(plan.table.file for plan in loader.plans)))
        try:
            sources = loader.event_sources()
            self.tables = self._tables_of(sources)
            done: dict[int, Any] = dict(loader.read_kinds(RecordMapping))
        except (Unsure, TooWide, ReadingStopped) as reason:
            raise NotNative from reason
        read_here = {plan.table.file for plan in loader.plans if isinstance(plan.mapping, RecordMapping)}
        loader.sources.clear()
        splits = self._splits(sources)
        self.job = self._job(splits)
        self._move(self.exchange.spread(splits, partial(read_split, self.job)))
        self._query()
        self._arriving = self._moving[:]
        if any(mapping.id for mapping in loader.mapping.events.values()):
            self._move(self.exchange.meet(self._moving, self.job.count, partial(without_repeated, self.job)))
            self._arriving = self._moving[-1:]
        for plan in loader.plans:
            loader.count(plan, done[id(plan)] if id(plan) in done else self._counted(plan))
        self._take_notes(sources, read_here)

    @property
    def events(self) -> int:
        """How many events there are."""
        return sum(gone.count for gone in self.gone)

    def latest(self) -> Instant | None:
        """Give the time of the latest event, else of the latest record to appear."""
        if self.gone:
            return max(gone.latest for gone in self.gone)
        since = [part[part != UNKNOWN] for rows in self.loader.record_rows.values() for part in rows.since]
        return max((int(known.max()) for known in since if len(known)), default=None)

    def lonely_latest(self) -> list[Diagnostic]:
        """Warn of a latest event that stands far from all others."""
        if not self.gone:
            return []
        latest = max(gone.latest for gone in self.gone)
        times = [time for gone in self.gone for time in (gone.latest, gone.earlier) if time is not None]
        if latest - max((time for time in times if time < latest), default=latest) <= FAR_APART:
            return []
        kind = next(kind for kind in self.loader.spec.events if latest in self._latest_of(kind))
        origin = min(gone.origin for gone in self.gone if gone.kind == kind and gone.latest == latest)
        return [note("lonely", file=origin.file, row=origin.row)]

    def _latest_of(self, kind: str) -> Iterable[Instant]:
        return [gone.latest for gone in self.gone if gone.kind == kind]

    def run(self, work: Work, files: PartFiles | None) -> list[Figures | Rows]:
        """Run every part, and give the figures, and the rows where the parts do not write them to `files`."""
        odd = {self.loader.spec.events[gone.kind].record for gone in self.gone if gone.has_odd_keys}
        asked = tuple(sorted(odd - set(self.loader.mapping.records)))
        # They are only sent on, which takes less time than a task.
        at_once = -(-self.job.count // self.exchange.cores)
        records = self.exchange.spread(self._records(), _sent_records, at_once=at_once)
        # Who puts rows into order has to know all keys.
        is_ordered_here = files is None and self.job.count > 1
        sends = tuple(self.loader.spec.records) if is_ordered_here else asked
        run = partial(_run_part, self.job, work, files, sends)
        answers = self.exchange.meet([*self._arriving, records], self.job.count, run)
        pieces = answers.told()
        for moving in (*self._moving, records, answers):
            moving.forget()
        self._check(pieces)
        return self._taken(pieces, asked)

    def aside(self) -> Dataset:
        """Give what was put aside, with the notes that only all of the data shows."""
        aside = self.loader.ended()
        aside.repeated = sum(rows.duplicates for rows in self.loader.event_rows.values())
        return aside

    def forget(self) -> None:
        """Let go of what the workers have kept, and of what they have read from."""
        for moving in self._moving:
            moving.forget()
        for table in self.tables:
            table.close()

    # what the workers are given

    def _splits(self, sources: Iterable[EventSource]) -> list[Split]:
        return [
            split
            for file, shared, kinds in sources
            if isinstance(file, SourceFile)
            for split in splits_of(self.exchange, file, shared, tuple(kinds))
        ]

    def _tables_of(self, sources: Iterable[EventSource]) -> list[DividedTable]:
        """Divide the tables of databases."""
        found: list[DividedTable] = []
        for source, shared, kinds in sources:
            if isinstance(source, Database):
                table = divided_table(source, self.loader.mapping.folder, shared, tuple(kinds))
                if table is None:
                    for other in found:
                        other.close()
                    raise NotNative
                found.append(table)
        return found

    def _query(self) -> None:
        """Let the workers read the tables of databases."""
        for table in self.tables:
            if table.queries:
                work = partial(read_table_part, self.job, table.sent)
                try:
                    self._move(self.exchange.query(table.server, table.queries, work))
                except Unreachable:
                    raise NotNative from None

    def _job(self, splits: Sequence[Split]) -> Job:
        loader = self.loader
        events = estimated_events([*splits, *(table.sent for table in self.tables)], loader.mapping)
        count = self.parts or max(self.exchange.cores, -(-events // self.events_in_a_part))
        count = 1 if self.together else count
        known = {
            kind: sent_words(loader.keys[kind], loader.record_rows[kind].cases())
            for kind in loader.mapping.records
        }
        return Job(loader.spec, without_addresses(loader.mapping), tuple(loader.files), known, count)

    def _records(self) -> list[list[Addressed]]:
        """Give the records of each part, of which none is left out: a part without any counts nothing."""
        parts: list[list[Addressed]] = [[(part, None)] for part in range(self.job.count)]
        for kind in self.loader.mapping.records:
            for part, chunk in divided_records(self.loader.record_rows[kind], self.job.count):
                parts[part].append((part, chunk))
        return parts

    # what they tell

    def _move(self, moving: Moving) -> None:
        """Hear what has been told, and let go of what has moved on."""
        told = moving.told()
        self._moving.append(moving)
        self._check(told)
        rows = self.loader.event_rows
        for thing in told:
            if isinstance(thing, Gone):
                self.gone.append(thing)
            elif isinstance(thing, Repeated):
                rows[thing.kind].duplicates += thing.duplicates
                rows[thing.kind].differing += thing.differing
        self._told += told

    def _check(self, told: Iterable[Any]) -> None:
        if any(isinstance(thing, Unread) for thing in told):
            self.forget()
            raise NotNative

    def _counted(self, plan: Plan) -> Counts:
        """Put together what became of the rows of a plan, part by part."""
        kind, file = plan.mapping.kind, plan.table.file
        whole = Counts(kind, file)
        mine = [told for told in self._told if isinstance(told, Counts)]
        for part in sorted(mine, key=lambda counts: counts.number):
            if (part.kind, part.file) == (kind, file):
                whole.count += part.count
                whole.skipped += part.skipped
                whole.undecided += part.undecided
                whole.rejected += part.rejected
                whole.last = part.last or whole.last
        return whole

    def _take_notes(self, sources: Iterable[EventSource], read_here: set[str]) -> None:
        """Put the notes of the parts of a file together: each counts its own rows."""
        told = sorted(
            (told for told in self._told if isinstance(told, FileNotes)), key=lambda notes: notes.number
        )
        for _, shared, _ in sources:
            if shared.table.file in read_here:
                continue
            found: dict[str, tuple[Diagnostic, int]] = {}
            for notes in told:
                for each in notes.notes if notes.file == shared.table.file else ():
                    first, count = found.get(each.variant, (each, 0))
                    found[each.variant] = first, count + each.values["count"]
            shared.table.notes.extend(
                note(variant, **{**first.values, "count": count}) for variant, (first, count) in found.items()
            )

    def _taken(self, pieces: Sequence[tuple[int, Piece]], asked: Sequence[str]) -> list[Figures | Rows]:
        """Sort what the parts have given."""
        taken: list[tuple[int, Figures | Rows]] = []
        keys: dict[int, KeysOfPart] = {}
        firsts: dict[str, tuple[int, str, int]] = {}
        for part, piece in sorted(pieces, key=lambda pair: pair[0]):
            match piece:
                case KeysOfPart():
                    keys[part] = piece
                case InFiles():
                    self.written[piece.table] = self.written.get(piece.table, 0) + piece.rows
                case FirstOffers():
                    for status, first in piece.firsts.items():
                        firsts[status] = min(first, firsts.get(status, first))
                case _:
                    taken.append((part, piece))
        self.statuses = sorted(firsts, key=firsts.__getitem__)
        for kind in asked:
            self.loader.event_keys[kind] = [found.keys[kind] for found in keys.values()]
        places = _places_among_all(self.loader.spec, keys)
        return [
            replace(piece, places=places[part][piece.places])
            if isinstance(piece, Rows) and piece.places is not None
            else piece
            for part, piece in taken
        ]


def _sent_records(chunks: Sequence[Addressed]) -> Iterator[Addressed]:
    """Send the records of a part there."""
    yield from chunks


def _run_part(
    job: Job,
    work: Work,
    files: PartFiles | None,
    sends: Sequence[str],
    number: int,
    chunks: Sequence[RecordChunk | EventChunk | None],
) -> Iterator[Addressed]:
    """Run the cases of a part, and send what comes of it to the start."""
    try:
        loader = arrived_rows(job, [chunk for chunk in chunks if chunk is not None])
        files_of_all = list(job.files)
        aside = Dataset(sourced=set(job.mapping.records))
        frames = assembled(
            job.spec, loader.keys, loader.record_rows, loader.event_rows, files_of_all, aside, 0
        )
    except TooWide:
        yield TO_THE_START, Unread()
        return
    if sends:
        yield TO_THE_START, (number, KeysOfPart({kind: _keys(frames.records[kind].keys) for kind in sends}))
    if files is not None:
        pieces: Iterator[Piece] = write_part(work, Part(frames), number, files)
    else:
        in_order = ((kind, key) for kind, frame in frames.records.items() for key in frame.keys)
        places = {record: place for place, record in enumerate(in_order)}
        pieces = answer_part(work, Part(frames, places if job.count > 1 else None))
    for piece in pieces:
        yield TO_THE_START, (number, piece)


def _keys(keys: Sequence[str]) -> SentWords:
    table = TextTable()
    return sent_words(table, table.add(keys))


def _places_among_all(spec: Spec, keys: Mapping[int, KeysOfPart]) -> dict[int, Whole]:
    """Give for each part the place that each of its records has among those of all parts."""
    found: dict[int, list[Whole]] = {part: [] for part in keys}
    before = 0
    for kind in spec.records:
        table = TextTable()
        codes = {part: own.keys[kind].numbered_in(table) for part, own in keys.items() if kind in own.keys}
        ordered = table.in_order(np.arange(len(table), dtype=np.int32))
        ranks = np.empty(len(table), np.int64)
        ranks[ordered] = np.arange(before, before + len(table))
        for part, own_codes in codes.items():
            found[part].append(ranks[own_codes])
        before += len(table)
    return {part: np.concatenate([np.zeros(0, np.int64), *places]) for part, places in found.items()}
