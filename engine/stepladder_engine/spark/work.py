"""What is done with one part of the cases: run it as on one machine, and give its rows and its counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from stepladder_dsl.model.spec import Spec
from stepladder_engine.calendars.zone import Instant, Zone
from stepladder_engine.data.dataset import Dataset
from stepladder_engine.fast.frames import Frames
from stepladder_engine.fast.outcome import Handed
from stepladder_engine.metrics.merge import Shares, shares_of
from stepladder_engine.results.summary import Counts, counts_of
from stepladder_engine.results.tables import Tables
from stepladder_engine.runtime.run import journal_in_order, run
from stepladder_engine.spark.parts import Part

if TYPE_CHECKING:
    from stepladder_engine.data.cells import Cells

OF_CASES = ("positions", "tasks", "offers", "deviations")
"""The tables whose rows stand in the order of the records."""
BY_TIME = "journal"

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Work:
    """What is to be done with every part; `events` counts those of all parts together."""

    spec: Spec
    as_of: Instant
    as_of_given: bool
    events: int


@dataclass(frozen=True)
class Figures:
    """What a part adds to the summary and the metrics, and what of it was left to the reference executor."""

    counts: Counts
    shares: Mapping[str, Shares]
    handed: Sequence[Handed] = ()


@dataclass(frozen=True)
class Rows:
    """Rows of a table, in order; `times` are those of the journal's steps."""

    table: str
    rows: Sequence[Row]
    times: Sequence[Instant] = ()


def answer_part(work: Work, part: Part) -> Iterator[Figures | Rows]:
    """Run a part, and yield its figures and the rows of its tables."""
    return _from_rows(work, part) if isinstance(part, Dataset) else _from_columns(work, part)


def _from_rows(work: Work, part: Dataset) -> Iterator[Figures | Rows]:
    """Run the reference executor."""
    result = run(work.spec, part, work.as_of)
    yield Figures(counts_of(result), shares_of(result))
    tables = Tables(result, {})
    for name in OF_CASES:
        yield Rows(name, list(getattr(tables, name)()))
    times = [entry.time for _, entry in journal_in_order(result.entities)]
    yield Rows(BY_TIME, list(tables.journal()), times)


def _from_columns(work: Work, part: Frames) -> Iterator[Figures | Rows]:
    """Run the fast executor; whole records are made only for metrics."""
    from stepladder_engine.fast.parts import compiling_pays
    from stepladder_engine.fast.rebuild import result_of
    from stepladder_engine.fast.run import run_fast
    from stepladder_engine.results.by_columns.tables import ColumnTables

    # Compiling pays for all parts together: the compiled kernel is kept on each machine.
    compiled = compiling_pays(work.events)
    outcome = run_fast(work.spec, part, work.as_of, compiled=compiled, journal=True)
    tables = ColumnTables(outcome)
    shares: Mapping[str, Shares] = {}
    if work.spec.metrics:
        shares = shares_of(result_of(run_fast(work.spec, part, work.as_of, compiled=compiled, detail=True)))
    yield Figures(tables.counts, shares, outcome.handed)
    for name in OF_CASES:
        yield Rows(name, list(tables.large[name]))
    journal = tables.large[BY_TIME]
    yield Rows(BY_TIME, list(journal), _instants(journal.columns[0], outcome.program.zone))


def _instants(column: Cells, zone: Zone) -> list[Instant]:
    """Give the moments of a column of times."""
    from stepladder_engine.data.cells import Times

    if isinstance(column, Times):
        return [int(instant) for instant in column.instants]
    return [zone.aware_instant(datetime.fromisoformat(text)) for text in column.cells()]
