"""The answer of the fast executor: tables from columns; whole records are rebuilt only when asked for."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from decimal import Decimal
from functools import cached_property
from typing import Any

import numpy as np

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.model.spec import Spec
from stepladder_engine.calendars.zone import Instant
from stepladder_engine.data.dataset import Dataset
from stepladder_engine.data.problems import note
from stepladder_engine.data.tables import Table
from stepladder_engine.fast.convert import origin_at
from stepladder_engine.fast.frames import Frames
from stepladder_engine.fast.outcome import Outcome
from stepladder_engine.fast.parts import compiling_pays
from stepladder_engine.fast.rebuild import result_of
from stepladder_engine.fast.run import run_fast
from stepladder_engine.metrics.evaluate import MetricValue, evaluate_metrics
from stepladder_engine.results.answer import Answer
from stepladder_engine.results.by_columns.tables import ColumnTables
from stepladder_engine.results.columns import TABLES
from stepladder_engine.results.summary import document
from stepladder_engine.runtime.result import RunResult


class FastAnswer(Answer):
    """An answer that is made of columns."""

    def __init__(
        self,
        spec: Spec,
        frames: Frames,
        moment: Instant | None,
        rejected_limit: Decimal,
        chosen: Collection[str] = TABLES,
    ) -> None:
        """Run a spec over columns; raises `NothingToRunAsOf` as the reference executor does."""
        self.frames = frames
        self.moment = moment
        self.rejected_limit = rejected_limit
        self.chosen = chosen
        self._spec = spec
        self.compiled = compiling_pays(sum(len(frame.time) for frame in frames.events.values()))
        self.outcome = self._run(journal="journal" in chosen)
        self.handed = self.outcome.handed
        self.columns = ColumnTables(self.outcome)

    def _run(self, **how: bool) -> Outcome:
        threads = (os.cpu_count() or 1) if self.compiled else 1
        return run_fast(self._spec, self.frames, self.moment, compiled=self.compiled, threads=threads, **how)

    @cached_property
    def result(self) -> RunResult:
        """The records as the run has left them: run again, with everything that makes them whole."""
        return result_of(self._run(detail=True))

    @cached_property
    def metrics(self) -> Mapping[str, MetricValue]:
        """The figures."""
        return evaluate_metrics(self.result) if self._spec.metrics else {}

    @property
    def spec(self) -> Spec:
        """The spec that was run."""
        return self._spec

    @property
    def dataset(self) -> Dataset:
        """What was put aside of the data."""
        return self.columns.dataset

    @cached_property
    def summary(self) -> dict[str, Any]:
        """The summary as cli.md fixes it, without the seconds that the run took."""
        outcome, tables = self.outcome, self.columns
        return document(
            outcome.program,
            outcome.as_of,
            outcome.as_of_given,
            tables.dataset,
            tables.counts,
            self.metrics,
        )

    def all_tables(self) -> list[Table]:
        """Give every table that was chosen, made of columns."""
        return self.columns.all(self.metrics, self.chosen)


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
