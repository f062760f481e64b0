"""Reads a client's data when it may be larger than memory: the events wait in a spool, by ranges of cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace

import numpy as np

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.model.spec import Spec
from stepladder_dsl.record import record
from stepladder_engine.calendars.zone import Instant, Zone
from stepladder_engine.data.dataset import Dataset
from stepladder_engine.data.kept_rows import Keys
from stepladder_engine.data.load import load_dataset
from stepladder_engine.data.mapping_check import is_zone
from stepladder_engine.data.mapping_model import Mapping as DataMapping
from stepladder_engine.data.problems import note
from stepladder_engine.data.rows import ReadingStopped
from stepladder_engine.data.spool import Spool
from stepladder_engine.data.watching import watching
from stepladder_engine.fast.frames import EventFrame, Frames, RecordFrame
from stepladder_engine.fast.ranges import Range, cuts, part_of
from stepladder_engine.fast.read.blocks import Unsure
from stepladder_engine.fast.read.columns import Column, TooWide, ranked
from stepladder_engine.fast.read.from_dataset import frames_of
from stepladder_engine.fast.read.gather import EventRows
from stepladder_engine.fast.read.load import ColumnLoader, load_frames
from stepladder_engine.fast.read.spilled_rows import KeyCounts, SpilledRows
from stepladder_engine.fast.read.text_table import Codes, Whole
from stepladder_engine.fast.run import latest_moment
from stepladder_engine.fast.supply import InMemory, PartFrames, Supply, parts_of
from stepladder_engine.runtime.program import Program

_FEW = 100_000
"""So few events are in memory in any case."""


def load_supply(
    spec: Spec, mapping: DataMapping, spool: Spool | None, size: int
) -> tuple[Supply | None, list[Diagnostic]]:
    """Read everything that the mapping names; nothing is given where a file or a column is missing.

    With a spool only the events of a range of cases are in memory at a time, about `size` of them; where they
    cannot be read as columns, all are. Raises `TooWide` where a number has more digits than a column holds.
    """
    if spool is None:
        frames, problems = load_frames(spec, mapping)
        return (None if frames is None else InMemory(spec, frames)), problems
    found = _spilled(spec, mapping, spool, size)
    if found is not None:
        few = found.events <= _FEW
        return (InMemory(spec, found.frames(), in_parts=True) if few else found), []
    dataset, problems = load_dataset(spec, mapping)
    if dataset is None:
        return None, problems
    return InMemory(spec, frames_of(spec, dataset, mapping.events)), problems


def _spilled(spec: Spec, mapping: DataMapping, spool: Spool, size: int) -> Spilled | None:
    """Read columns into a spool; None where the reference reader has something to say, or has to look."""
    zone_name = mapping.timezone or spec.timezone
    if not is_zone(zone_name):
        return None
    loader = _SpillingLoader(spec, mapping, Zone(zone_name), spool=spool)
    try:
        watching().begins("opening")
        loader.open_all()
        if loader.problems:
            return None
        loader.read_sources()
        return loader.supply(size)
    except (Unsure, TooWide, ReadingStopped):
        return None
    finally:
        loader.close()


@record(frozen=False)
class _SpillingLoader(ColumnLoader):
    """Reads columns into a spool."""

    spool: Spool = field(default_factory=Spool)
    spilled: dict[str, SpilledRows] = field(default_factory=dict)
    counts: dict[str, KeyCounts] = field(default_factory=dict)

    def new_rows(self, kind: str, record: str, fields: dict[str, Column]) -> EventRows:
        """Give what the events of a kind go to."""
        counts = self.counts.setdefault(record, KeyCounts())
        found = self.spilled[kind] = SpilledRows(kind, record, fields, spool=self.spool, counts=counts)
        return found

    def keys_of_events(self, kind: str) -> Codes:
        """Give the numbers of the keys that events of a kind of record have."""
        return np.flatnonzero(self._counts(kind)).astype(np.int32)

    def _counts(self, kind: str) -> Codes:
        """Count the events of each key of a kind of record."""
        found = np.zeros(len(self.keys[kind]), np.int32)
        if kind in self.counts:
            counted = self.counts[kind].numbers[: len(found)]
            found[: len(counted)] = counted
        return found

    def supply(self, size: int) -> Spilled:
        """End the reading, and give what was read."""
        aside = self.ended()
        ends: dict[str, _Ends] = {}
        for kind in self.spec.records:
            counts = self._counts(kind)
            there = counts > 0
            there[self.record_rows[kind].cases()] = True
            ordered, places = ranked(self.keys[kind], np.flatnonzero(there).astype(np.int32))
            frame = self.record_rows[kind].frame(ordered, places)
            weights = 1 + counts[ordered].astype(np.int64)
            ends[kind] = _Ends(frame, places, list(cuts(weights, size)))
        duplicates = sum(rows.duplicates for rows in self.spilled.values())
        in_order = {kind: self.spilled[kind] for kind in self.spec.events if kind in self.spilled}
        return Spilled(self.spec, ends, in_order, self.files, replace(aside, repeated=duplicates))


@record
class _Ends:
    """The records of a kind, the place of each key among them, and the ranges of their events."""

    frame: RecordFrame
    places: Codes
    ranges: Sequence[tuple[int, int]]

    def range_of(self) -> Codes:
        """Give the range of each key."""
        firsts = np.array([first for first, _ in self.ranges], np.int32)
        return (np.searchsorted(firsts, self.places, "right") - 1).astype(np.int32)


class Spilled(Supply):
    """Cases whose events are in a spool."""

    def __init__(
        self,
        spec: Spec,
        ends: Mapping[str, _Ends],
        events: Mapping[str, SpilledRows],
        files: Sequence[str],
        aside: Dataset,
    ) -> None:
        self.spec = spec
        self.cases = sum(len(found.frame.keys) for found in ends.values())
        self.events = sum(rows.count for rows in events.values())
        self.is_whole = False
        self.in_parts = not Program(spec).cases_touch
        self._ends = ends
        self._events = events
        self._files = files
        self._aside = aside

    @property
    def aside(self) -> Dataset:
        """What was put aside of the data."""
        return self._aside

    def latest(self) -> Instant | None:
        """Give the time of the latest event, else of the latest record to appear."""
        times = [int(part.max()) for rows in self._events.values() for part in rows.times() if len(part)]
        records = {kind: found.frame for kind, found in self._ends.items()}
        return max(times) if times else latest_moment(Frames(records, {}, self._aside))

    def lonely_latest(self, far: int) -> list[Diagnostic]:
        """Warn of a latest event that stands far from all others."""
        latest = self.latest()
        kinds = self._events.values()
        mine = [rows for rows in kinds if any((part == latest).any() for part in rows.times())]
        if latest is None or not mine:
            return []
        earlier = (part[part < latest] for rows in self._events.values() for part in rows.times())
        before = max((int(part.max()) for part in earlier if len(part)), default=latest)
        if latest - before <= far:
            return []
        file, row = mine[0].origin_of(latest, self._files)
        return [note("lonely", file=file, row=row)]

    def times(self, every: int) -> Whole:
        """Give the times of some events."""
        some = (part[::every] for rows in self._events.values() for part in rows.times())
        return np.concatenate([np.zeros(0, np.int64), *some])

    def frames(self) -> Frames:
        """Give all columns."""
        records = {kind: found.frame for kind, found in self._ends.items()}
        events = {
            kind: rows.frame_of(
                self._ends[rows.record].places, 0, len(records[rows.record].keys), self._files
            )
            for kind, rows in self._events.items()
        }
        return Frames(records, events, replace(self._aside, repeated=0), self._aside.repeated)

    def parts(self, size: int) -> Iterator[PartFrames]:
        """Give the cases part by part."""
        if Program(self.spec).cases_touch:
            yield PartFrames(self.frames())
            return
        if not self.cases:
            yield from parts_of(self.spec, self.frames(), size)
        for kind, found in self._ends.items():
            yield from self._parts_of(kind, found, size)

    def _parts_of(self, kind: str, found: _Ends, size: int) -> Iterator[PartFrames]:
        """Give the cases of one kind."""
        mine = [rows for rows in self._events.values() if rows.record == kind]
        divided = [rows.divided(found.range_of(), len(found.ranges)) for rows in mine]
        for number, (first, last) in enumerate(found.ranges):
            events: dict[str, EventFrame] = {}
            for ranges in divided:
                rows = ranges[number]
                events[rows.kind] = rows.frame_of(found.places, first, last - first, self._files)
            records = Frames({kind: found.frame}, {}, Dataset(sourced=self._aside.sourced))
            own = part_of(self.spec, records, Range(kind, first, last))
            for part in parts_of(self.spec, replace(own, events=events), size):
                if part.keys is not None:
                    keys = Keys(part.keys.some, found.frame.keys, first + part.keys.first)
                    yield PartFrames(part.frames, keys)
