"""What the parts give -> one answer, in the order in which one machine gives it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.model.spec import Spec
from stepladder_engine.calendars.many import Moments
from stepladder_engine.calendars.zone import Zone
from stepladder_engine.data.cells import ColumnRows
from stepladder_engine.data.dataset import Dataset
from stepladder_engine.data.tables import Table
from stepladder_engine.metrics.evaluate import MetricValue
from stepladder_engine.metrics.merge import merged_metrics
from stepladder_engine.results.answer import Answer
from stepladder_engine.results.columns import COLUMNS
from stepladder_engine.results.summary import Counts, document, merged_counts
from stepladder_engine.runtime.program import Program
from stepladder_engine.runtime.result import RunResult
from stepladder_engine.spark.sending import arrived
from stepladder_engine.spark.work import Figures, Rows, Work


class SparkAnswer(Answer):
    """An answer whose records stayed where they were run: their rows and figures are here."""

    has_records = False
    lists_cases = False

    def __init__(
        self,
        heading: RunResult,
        rejected_limit: Decimal,
        figures: Sequence[Figures],
        rows: Mapping[str, ColumnRows],
        *,
        chosen: Collection[str],
        together: bool,
    ) -> None:
        """Take the figures of all parts, and the rows in order; `heading` is a run without its records.

        `together` says that all cases had to be run in one part.
        """
        self.rejected_limit = rejected_limit
        self.handed = list(dict.fromkeys(found for part in figures for found in part.handed))
        self.chosen = chosen
        self.together = together
        self.read_at_start = False
        """Whether the start of the run has read everything, and sent each worker its part."""
        self.statuses: Sequence[str] | None = None
        """Of offers, in the order in which they first come, where the rows are not here."""
        self.written: Mapping[str, Path] = {}
        """The tables that the parts have written themselves."""
        self._heading = heading
        self._figures = figures
        self._rows = rows

    @property
    def result(self) -> RunResult:
        """The run, without any record."""
        return self._heading

    @cached_property
    def metrics(self) -> Mapping[str, MetricValue]:
        """The figures."""
        return merged_metrics(self._heading, [part.shares for part in self._figures])

    @property
    def spec(self) -> Spec:
        """The spec that was run."""
        return self._heading.program.spec

    @property
    def dataset(self) -> Dataset:
        """What was put aside of the data."""
        return self._heading.dataset

    @cached_property
    def summary(self) -> dict[str, Any]:
        """The summary as cli.md fixes it, without the seconds that the run took."""
        run = self._heading
        # Statuses of offers stand in the order in which they first come, which no part knows.
        counts = replace(self._counts, offers=self._offers(self._counts.offers))
        return document(run.program, run.as_of, run.as_of_given, run.dataset, counts, self.metrics, "spark")

    @cached_property
    def _counts(self) -> Counts:
        return merged_counts(self.spec, [part.counts for part in self._figures])

    @property
    def endless(self) -> Sequence[Diagnostic]:
        """Tell which records were stopped because they went on by themselves for ever."""
        return self._counts.endless

    def _offers(self, counted: Mapping[str, int]) -> Counter[str]:
        """Count the offers of each status, in the order in which they first come."""
        if self.statuses is not None:
            return Counter({status: counted[status] for status in self.statuses})
        column = [column.name for column in COLUMNS["offers"]].index("status")
        return Counter(self._rows["offers"].columns[column].cells())

    def all_tables(self) -> list[Table]:
        """Give every table that was chosen, ready to write."""
        of_no_record = {table.name: table for table in self.tables.all(self.chosen)}
        return [
            replace(table, rows=self._rows.get(name, table.rows), parts=self.written.get(name))
            for name, table in of_no_record.items()
        ]


def merged(
    work: Work, aside: Dataset, limit: Decimal, pieces: Iterable[Figures | Rows], *, together: bool = False
) -> SparkAnswer:
    """Make one answer of what the parts give; `aside` is what was put aside before they were made."""
    figures: list[Figures] = []
    rows: list[Rows] = []
    for piece in pieces:
        if isinstance(piece, Figures):
            figures.append(piece)
        else:
            rows.append(piece)
    heading = RunResult(Program(work.spec), work.as_of, work.as_of_given, [], aside)
    found = merged_rows(work.spec, rows)
    return SparkAnswer(heading, limit, figures, found, chosen=work.chosen, together=together)


def merged_rows(spec: Spec, parts: Iterable[Rows]) -> dict[str, ColumnRows]:
    """Put the rows of every table into the order of the records, those of the journal into that of time.

    All rows of a record come from one part, in their order.
    """
    moments = Moments(Zone(spec.timezone, spec.calendars))
    found: dict[str, list[Rows]] = {}
    for part in parts:
        found.setdefault(part.table, []).append(part)
    return {table: _in_order(of_table, moments) for table, of_table in found.items()}


def _in_order(parts: Sequence[Rows], moments: Moments) -> ColumnRows:
    columns = [arrived(column, moments) for column in zip(*(part.columns for part in parts), strict=True)]
    places = [part.places for part in parts if part.places is not None]
    if len(places) < len(parts):
        return ColumnRows(columns)
    times = [part.times for part in parts if part.times is not None]
    keys = [np.concatenate(places), *([np.concatenate(times)] if times else [])]
    order = np.lexsort(keys)
    return ColumnRows([column.take(order) for column in columns])
