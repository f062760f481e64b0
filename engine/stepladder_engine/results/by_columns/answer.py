"""The answer of the fast executor: tables from columns; whole records are rebuilt only when asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

import numpy as np

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.model.spec import Spec
from stepladder_engine.calendars.many import Moments
from stepladder_engine.calendars.zone import Instant
from stepladder_engine.data.dataset import Dataset
from stepladder_engine.data.give_back import give_back
from stepladder_engine.data.kept_rows import Keys
from stepladder_engine.data.problems import note
from stepladder_engine.data.spool import KEPT, Spool
from stepladder_engine.data.tables import Table
from stepladder_engine.data.watching import watching
from stepladder_engine.data.workers import workers
from stepladder_engine.fast.convert import origin_at
from stepladder_engine.fast.frames import Frames
from stepladder_engine.fast.parts import compiling_pays
from stepladder_engine.fast.ranges import Range, part_of, ranges_of
from stepladder_engine.fast.rebuild import result_of
from stepladder_engine.fast.run import latest_moment, run_fast
from stepladder_engine.metrics.evaluate import MetricValue, evaluate_metrics
from stepladder_engine.metrics.merge import merged_metrics, needs_all_records
from stepladder_engine.results.answer import Answer
from stepladder_engine.results.by_columns.parts import Gathered, Manner, PartFrames, run_parts
from stepladder_engine.results.columns import TABLES
from stepladder_engine.results.summary import document, merged_counts
from stepladder_engine.results.tables import Tables
from stepladder_engine.runtime.program import Program
from stepladder_engine.runtime.result import RunResult
from stepladder_engine.runtime.run import NothingToRunAsOf

_SAMPLE = 100_000


@dataclass(frozen=True)
class Room:
    """How much is in memory at a time.

    `at_once` counts the cases and events together that are run at a time, and `in_a_window` those whose
    steps of the journal are put into order at a time. So many bytes of rows are `kept` before there is a
    file for them.
    """

    at_once: int = 100_000
    in_a_window: int = 150_000
    kept: int = KEPT


class FastAnswer(Answer):
    """An answer that is made of columns, a part of the cases at a time."""

    def __init__(
        self,
        spec: Spec,
        frames: Frames,
        moment: Instant | None,
        rejected_limit: Decimal,
        chosen: Collection[str] = TABLES,
        room: Room = Room(),
    ) -> None:
        """Run a spec over columns; raises `NothingToRunAsOf` as the reference executor does."""
        as_of = latest_moment(frames) if moment is None else moment
        if as_of is None:
            raise NothingToRunAsOf
        self.frames = frames
        self.moment = moment
        self.rejected_limit = rejected_limit
        self.chosen = chosen
        self._spec = spec
        self.compiled = compiling_pays(events_in(frames))
        self._heading = RunResult(Program(spec), as_of, moment is not None, [], aside_of(frames))
        self._needs_all = needs_all_records(spec)
        manner = Manner(
            self._heading.program,
            Moments(self._heading.program.zone),
            as_of,
            moment is not None,
            self.compiled,
            bool(spec.metrics) and not self._needs_all,
            chosen,
        )
        watching().begins("running", sum(len(frame.keys) for frame in frames.records.values()))
        parts = parts_of(spec, frames, room.at_once)
        self._gathered = run_parts(manner, parts, gathering(frames, room), threads=self._threads)
        self.handed = self._gathered.handed
        give_back()

    @property
    def _threads(self) -> int:
        return workers() if self.compiled else 1

    @cached_property
    def result(self) -> RunResult:
        """The records as the run has left them: run again, with everything that makes them whole."""
        compiled, threads = self.compiled, self._threads
        found = run_fast(
            self._spec, self.frames, self.moment, compiled=compiled, threads=threads, detail=True
        )
        return result_of(found)

    @cached_property
    def metrics(self) -> Mapping[str, MetricValue]:
        """The figures."""
        if self._needs_all:
            return evaluate_metrics(self.result)
        return merged_metrics(self._heading, self._gathered.shares) if self._spec.metrics else {}

    @property
    def spec(self) -> Spec:
        """The spec that was run."""
        return self._spec

    @property
    def dataset(self) -> Dataset:
        """What was put aside of the data."""
        return self._heading.dataset

    @cached_property
    def summary(self) -> dict[str, Any]:
        """The summary as cli.md fixes it, without the seconds that the run took."""
        run = self._heading
        counts = merged_counts(self._spec, self._gathered.counts)
        return document(run.program, run.as_of, run.as_of_given, run.dataset, counts, self.metrics)

    def all_tables(self) -> list[Table]:
        """Give every table that was chosen, made of columns."""
        large = self._gathered.rows()
        rest = Tables(self._heading, self.metrics).all(self.chosen)
        return [replace(table, rows=large.get(table.name, table.rows)) for table in rest]


def events_in(frames: Frames) -> int:
    """Count the events."""
    return sum(len(frame.time) for frame in frames.events.values())


def aside_of(frames: Frames) -> Dataset:
    """Give what was put aside of the data."""
    return replace(frames.aside, records={}, events=[], repeated=frames.duplicates)


def parts_of(spec: Spec, frames: Frames, size: int) -> Iterator[PartFrames]:
    """Cut the cases into parts; those that touch each other stay together."""
    if Program(spec).cases_touch:
        yield PartFrames(frames)
        return
    found = list(ranges_of(spec, frames, size)) or [Range(next(iter(frames.records)), 0, 0)]
    for part in found:
        columns = part_of(spec, frames, part)
        keys = Keys(columns.records[part.kind].keys, frames.records[part.kind].keys, part.first)
        yield PartFrames(columns, keys)


def gathering(frames: Frames, room: Room) -> Gathered:
    """Give what the parts will be gathered in: the journal in windows of about as many steps."""
    size = events_in(frames) + sum(len(frame.keys) for frame in frames.records.values())
    some = [frame.time[:: max(1, size // _SAMPLE)] for frame in frames.events.values()]
    times = np.sort(np.concatenate([np.zeros(0, np.int64), *some]))
    count = size // room.in_a_window
    places = np.arange(1, count + 1) * len(times) // (count + 1)
    return Gathered(Spool(room.kept), np.unique(times[places]) if len(times) else times)


def lonely_latest(frames: Frames, far: int) -> list[Diagnostic]:
    """Warn of a latest event that stands far from all others: a slip in its year would age every case."""
    found = [frame for frame in frames.events.values() if len(frame.time)]
    if not found:
        return []
    latest = max(int(frame.time.max()) for frame in found)
    earlier = [int(times.max()) for frame in found if len(times := frame.time[frame.time < latest])]
    if latest - max(earlier, default=latest) <= far:
        return []
    frame = next(frame for frame in found if int(frame.time.max()) == latest)
    rows = np.flatnonzero(frame.time == latest)
    first = min(rows.tolist(), key=lambda row: (int(frame.file[row]), int(frame.row[row])))
    origin = origin_at(frame, first)
    return [note("lonely", file=origin.file, row=origin.row)]
