"""The answer of the fast executor: tables from columns; whole records are rebuilt only when asked for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.model.spec import Spec
from stepladder_engine.calendars.many import Moments
from stepladder_engine.calendars.zone import Instant
from stepladder_engine.data.dataset import Dataset
from stepladder_engine.data.give_back import give_back
from stepladder_engine.data.spool import Spool
from stepladder_engine.data.tables import Table
from stepladder_engine.data.watching import watching
from stepladder_engine.data.workers import workers
from stepladder_engine.fast.frames import Frames
from stepladder_engine.fast.parts import compiling_pays
from stepladder_engine.fast.ranges import Range, part_of
from stepladder_engine.fast.rebuild import result_of
from stepladder_engine.fast.run import run_fast
from stepladder_engine.fast.supply import InMemory, Supply
from stepladder_engine.metrics.evaluate import MetricValue
from stepladder_engine.metrics.merge import merged_metrics
from stepladder_engine.results.answer import Answer
from stepladder_engine.results.by_columns.parts import Gathered, Manner, run_parts
from stepladder_engine.results.by_columns.room import Room
from stepladder_engine.results.by_columns.tables import ColumnTables
from stepladder_engine.results.columns import TABLES
from stepladder_engine.results.listed import Listed, merged
from stepladder_engine.results.summary import Counts, document, merged_counts
from stepladder_engine.results.tables import Tables
from stepladder_engine.runtime.program import Program
from stepladder_engine.runtime.result import RunResult
from stepladder_engine.runtime.run import NothingToRunAsOf
from stepladder_engine.runtime.state import Entity

if TYPE_CHECKING:
    from stepladder_engine.results.overview import Overview

_SAMPLE = 100_000


LISTED = 1_000_000
"""Of so many events at most the screen names single cases."""


class FastAnswer(Answer):
    """An answer that is made of columns, a part of the cases at a time."""

    def __init__(
        self,
        spec: Spec,
        data: Supply | Frames,
        moment: Instant | None,
        rejected_limit: Decimal,
        chosen: Collection[str] = TABLES,
        room: Room | None = None,
        spool: Spool | None = None,
    ) -> None:
        """Run a spec over columns; raises `NothingToRunAsOf` as the reference executor does."""
        room = room or Room()
        supply = InMemory(spec, data) if isinstance(data, Frames) else data
        as_of = supply.latest() if moment is None else moment
        if as_of is None:
            raise NothingToRunAsOf
        self.in_parts = supply.in_parts
        self.has_records = supply.is_whole
        self.lists_cases = supply.is_whole and supply.events <= LISTED
        self._supply = supply
        self.moment = moment
        self.rejected_limit = rejected_limit
        self.chosen = chosen
        self._spec = spec
        self.compiled = compiling_pays(supply.events)
        self._heading = RunResult(Program(spec), as_of, moment is not None, [], supply.aside)
        manner = Manner(
            self._heading.program,
            Moments(self._heading.program.zone),
            as_of,
            moment is not None,
            self.compiled,
            bool(spec.metrics),
            chosen,
            self.lists_cases,
        )
        watching().begins("running", supply.cases)
        gathered = gathering(supply, room, spool or Spool(room.kept))
        # For metrics records are made, each of which takes some ten times as much as its columns.
        size = max(room.at_once // 10, 1) if spec.metrics else room.at_once
        self._gathered = run_parts(manner, supply.parts(size), gathered, threads=self._threads)
        self.handed = self._gathered.handed
        give_back()

    @property
    def _threads(self) -> int:
        return workers() if self.compiled else 1

    @cached_property
    def result(self) -> RunResult:
        """The records as the run has left them: run again, with everything that makes them whole.

        Where they do not fit into memory it is a run without any record.
        """
        if not self.has_records:
            return self._heading
        compiled, threads = self.compiled, self._threads
        found = run_fast(
            self._spec, self._supply.frames(), self.moment, compiled=compiled, threads=threads, detail=True
        )
        return result_of(found)

    def records_with(self, key: str) -> list[Entity]:
        """Give the records with a key: only they are run again, where records do not touch each other."""
        if not self._is_apart:
            return super().records_with(key)
        frames, found = self._supply.frames(), []
        for kind in (kind for kind in self._spec.records if kind in frames.records):
            place = next((place for place, other in enumerate(frames.records[kind].keys) if other == key), -1)
            if place >= 0:
                part = part_of(self._spec, frames, Range(kind, place, place + 1))
                outcome = run_fast(self._spec, part, self._heading.as_of, compiled=self.compiled, detail=True)
                found += result_of(outcome).entities
        return found

    @property
    def _is_apart(self) -> bool:
        """Tell whether a record can be run by itself, and is not there yet."""
        touches = self._heading.program.cases_touch
        return self.has_records and not touches and "result" not in vars(self)

    @cached_property
    def listed(self) -> Listed:
        """What a screen lists; nothing where there are too many records."""
        return merged([Listed(), *self._gathered.listed])

    @cached_property
    def columns(self) -> ColumnTables | None:
        """The columns of all cases, with their journal: run again, as for whole records.

        None where kinds of record were left to the reference executor, where records touch each other, or
        where they do not fit into memory.
        """
        if self.handed or not self.has_records or self._heading.program.cases_touch:
            return None
        compiled, threads = self.compiled, self._threads
        found = run_fast(
            self._spec, self._supply.frames(), self.moment, compiled=compiled, threads=threads, journal=True
        )
        return ColumnTables(found)

    @cached_property
    def overview(self) -> Overview:
        """What figures and reports are made of: columns, where these say all that is asked for."""
        from stepladder_engine.results.by_columns.ledger import ColumnLedger, sends_what_counts
        from stepladder_engine.results.by_columns.overview import ColumnOverview

        columns = self.columns
        if columns is None or sends_what_counts(columns):
            return super().overview
        return ColumnOverview(ColumnLedger(columns))

    @property
    def heading(self) -> RunResult:
        """The run without any record."""
        return self._heading

    @cached_property
    def metrics(self) -> Mapping[str, MetricValue]:
        """The figures."""
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
        run, engine = self._heading, self._gathered.engine
        return document(
            run.program, run.as_of, run.as_of_given, run.dataset, self._counts, self.metrics, engine
        )

    @cached_property
    def _counts(self) -> Counts:
        return merged_counts(self._spec, self._gathered.counts)

    @property
    def endless(self) -> Sequence[Diagnostic]:
        """Tell which records were stopped because they went on by themselves for ever."""
        return self._counts.endless

    def all_tables(self) -> list[Table]:
        """Give every table that was chosen, made of columns."""
        large = self._gathered.rows()
        rest = Tables(self._heading, self.metrics).all(self.chosen)
        return [replace(table, rows=large.get(table.name, table.rows)) for table in rest]


def gathering(supply: Supply, room: Room, spool: Spool) -> Gathered:
    """Give what the parts will be gathered in: the journal in windows of about as many steps."""
    size = supply.events + supply.cases
    count = size // room.in_a_window
    if not count:
        return Gathered(spool, np.zeros(0, np.int64))
    times = np.sort(supply.times(max(1, size // _SAMPLE)))
    places = np.arange(1, count + 1) * len(times) // (count + 1)
    return Gathered(spool, np.unique(times[places]) if len(times) else times)
