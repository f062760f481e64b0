"""Every result table from the columns of a run's answer, with the records that the reference ran."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from stepladder_dsl.record import record
from stepladder_engine.calendars.many import Moments
from stepladder_engine.data.cells import (
    Cells,
    Chosen,
    ColumnRows,
    Times,
    behind_each_other,
    by_code,
    encoded,
)
from stepladder_engine.data.dataset import Dataset
from stepladder_engine.data.tables import Table
from stepladder_engine.data.time_order import order_in_time
from stepladder_engine.fast.outcome import DEVIATION_KINDS, Outcome
from stepladder_engine.fast.plan import KindPlan, make_plan
from stepladder_engine.fast.together import handed_entities
from stepladder_engine.metrics.evaluate import MetricValue
from stepladder_engine.results.by_columns.counts import counts_of
from stepladder_engine.results.by_columns.deviations import DeviationColumns
from stepladder_engine.results.by_columns.journal import JournalColumns
from stepladder_engine.results.by_columns.kind import Kind
from stepladder_engine.results.by_columns.listed import KindListing, counted_offers
from stepladder_engine.results.by_columns.offers import OfferColumns
from stepladder_engine.results.by_columns.positions import PositionColumns
from stepladder_engine.results.by_columns.tasks import TaskColumns
from stepladder_engine.results.columns import COLUMNS, TABLES
from stepladder_engine.results.listed import Listed, listed_of, merged
from stepladder_engine.results.summary import Counts
from stepladder_engine.results.tables import Tables
from stepladder_engine.runtime.result import RunResult
from stepladder_engine.runtime.run import journal_in_order
from stepladder_engine.runtime.state import Entity

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]


LARGE = ("positions", "tasks", "offers", "journal", "deviations")
"""The tables that grow with the data."""


@record
class Part:
    """Rows of a table about one kind of record, in the order of its cases.

    Those of the journal are in the order of time, at one moment in that of cases; they have a `time`.
    """

    columns: Sequence[Cells]
    case: Whole
    time: Whole | None = None


class ColumnTables:
    """Makes the tables of one run."""

    def __init__(self, outcome: Outcome, moments: Moments | None = None) -> None:
        """Take the answer; its journal is told if the run has written one.

        `moments` are those of the program's zone where somebody has them already.
        """
        self.outcome = outcome
        self.program = outcome.program
        self.moments = moments or Moments(outcome.program.zone)
        self._made: dict[str, ColumnRows] = {}
        self._of_kinds: dict[tuple[str, str], Part] = {}

    @cached_property
    def dataset(self) -> Dataset:
        """What was put aside of the data."""
        frames = self.outcome.frames
        return replace(frames.aside, records={}, events=[], repeated=frames.duplicates)

    @cached_property
    def kinds(self) -> dict[str, Kind]:
        """The kinds of record that the kernel ran."""
        found = {}
        for name, outcome in self.outcome.kinds.items():
            plan = make_plan(self.program, self.outcome.frames, name)
            if isinstance(plan, KindPlan):
                found[name] = Kind(self.outcome, outcome, plan, self.moments)
        return found

    @cached_property
    def handed(self) -> dict[str, list[Entity]]:
        """The records of the kinds that the reference executor has to run."""
        found: dict[str, list[Entity]] = {handed.kind: [] for handed in self.outcome.handed}
        for entity in handed_entities(self.outcome):
            found[entity.kind].append(entity)
        return found

    @cached_property
    def records(self) -> dict[str, int]:
        """How many records there are of each kind."""
        counts = {
            name: len(self.handed[name])
            if name in self.handed
            else len(self.kinds[name].cases) + len(self.kinds[name].found.others)
            for name in self.program.spec.records
            if name in self.handed or name in self.kinds
        }
        return {name: count for name, count in counts.items() if count}

    @cached_property
    def counts(self) -> Counts:
        """What the summary counts."""
        counted = {name: self.rows(name) for name in ("positions", "offers")}
        apart = [*(kind.others.values() for kind in self.outcome.kinds.values()), *self.handed.values()]
        alone = not any(map(len, apart))
        missed = self._only("deviations", "kind", _kinds_of_deviations, alone=alone)
        statuses = self._only("tasks", "status", _statuses_of_tasks, alone=alone)
        return counts_of(self.outcome, self.records, counted, statuses, missed, chain(*apart))

    def _only(self, table: str, name: str, of_kind: Callable[[Kind], Chosen], *, alone: bool) -> Chosen:
        """Give one column; where the kernel ran everything and nobody wants the table, without the others."""
        if not alone or table in self._made:
            names = [column.name for column in COLUMNS[table]]
            return self.rows(table).columns[names.index(name)]  # type: ignore[return-value]  # a code
        kinds = [self.kinds[name] for name in self.program.spec.records if name in self.kinds]
        return behind_each_other([encoded([]), *map(of_kind, kinds)])  # type: ignore[return-value]  # they stay codes

    @cached_property
    def listed(self) -> Listed:
        """The few records that a screen names."""
        parts = []
        for name in self.program.spec.records:
            if name in self.kinds:
                kind = self.kinds[name]
                positions, tasks = (self._of_kind(table, kind) for table in ("positions", "tasks"))
                places = np.searchsorted(kind.cases, tasks.case)
                parts.append(KindListing(kind, positions.columns, tasks.columns, places).listed())
                if kind.found.others:
                    parts.append(listed_of(self.result(list(kind.found.others.values()))))
            elif name in self.handed:
                parts.append(listed_of(self.result(self.handed[name])))
        found = merged([Listed(), *parts])
        found.offers = counted_offers(self.rows("offers"))
        return found

    def all(self, metrics: Mapping[str, MetricValue], chosen: Collection[str] = TABLES) -> list[Table]:
        """Give every table, or those that were chosen."""
        rest = {table.name: table for table in Tables(self.result([]), metrics).all(chosen)}
        return [
            replace(table, rows=self.rows(name)) if name in LARGE else table for name, table in rest.items()
        ]

    def rows(self, table: str) -> ColumnRows:
        """Give the rows of a table, made once."""
        if table not in self._made:
            self._made[table] = self._rows(table)
        return self._made[table]

    def _rows(self, table: str) -> ColumnRows:
        parts = [part for part in self._parts(table) if len(part.case)]
        if not parts:
            return ColumnRows([encoded([]) for _ in COLUMNS[table]])
        columns = [
            behind_each_other(column) for column in zip(*(part.columns for part in parts), strict=True)
        ]
        if table == "journal":
            time = np.concatenate([part.time for part in parts if part.time is not None])
            if np.any(time[1:] < time[:-1]):
                # At one moment everything stays as it comes.
                order = order_in_time(time)
                columns = [column.take(order) for column in columns]
        return ColumnRows(columns)

    def _parts(self, table: str) -> Iterator[Part]:
        for name in self.program.spec.records:
            if name in self.kinds:
                yield _with_others(self._of_kind(table, self.kinds[name]), self._others(table, name))
            elif name in self.handed:
                yield self._of_entities(table, self.handed[name], 0)

    def _of_kind(self, table: str, kind: Kind) -> Part:
        """Give the rows of a kind of record that the kernel ran, made once."""
        name = kind.found.kind
        if (table, name) not in self._of_kinds:
            self._of_kinds[table, name] = self._made_of(table, kind)
        return self._of_kinds[table, name]

    def _made_of(self, table: str, kind: Kind) -> Part:
        if table == "journal":
            columns, case, time = JournalColumns(kind, DeviationColumns(kind), TaskColumns(kind)).columns()
            return Part(columns, kind.cases[case], time)
        if table == "positions" and not kind.processes:
            return Part([encoded([]) for _ in COLUMNS[table]], np.zeros(0, np.int64))
        makers: dict[str, Callable[[Kind], Any]] = {
            "positions": PositionColumns,
            "tasks": TaskColumns,
            "offers": OfferColumns,
            "deviations": DeviationColumns,
        }
        columns, case = makers[table](kind).columns()
        return Part(columns, kind.cases[case])

    # what the reference executor ran

    def result(self, entities: list[Entity]) -> RunResult:
        """Give some records as a run of their own."""
        outcome = self.outcome
        return RunResult(self.program, outcome.as_of, outcome.as_of_given, entities, self.dataset)

    def _others(self, table: str, name: str) -> list[Part]:
        others = self.outcome.kinds[name].others
        parts = [self._of_entities(table, [entity], place) for place, entity in others.items()]
        return [part for part in parts if len(part.case)]

    def _of_entities(self, table: str, entities: list[Entity], place: int) -> Part:
        rows = list(getattr(Tables(self.result(entities), {}), table)())
        columns: list[Cells] = [encoded(column) for column in zip(*rows, strict=True)]
        if table != "journal":
            return Part(columns, np.full(len(rows), place))
        time = np.array([entry.time for _, entry in journal_in_order(entities)], np.int64)
        return Part([Times(time, self.moments), *columns[1:]], np.full(len(rows), place), time)


def _kinds_of_deviations(kind: Kind) -> Chosen:
    return by_code(kind.found.deviations.kind, DEVIATION_KINDS)


def _statuses_of_tasks(kind: Kind) -> Chosen:
    tasks = TaskColumns(kind)
    return tasks.status.take(np.flatnonzero(tasks.raised))


def _with_others(part: Part, others: Sequence[Part]) -> Part:
    """Put the rows of single cases to their places among the others."""
    if not others:
        return part
    parts = [part, *others] if len(part.case) else list(others)
    case = np.concatenate([found.case for found in parts])
    order = np.argsort(case, kind="stable")
    columns = [
        behind_each_other(column).take(order)
        for column in zip(*(found.columns for found in parts), strict=True)
    ]
    time = None
    if part.time is not None:
        time = np.concatenate([found.time for found in parts if found.time is not None])[order]
    return Part(columns, case[order], time)
