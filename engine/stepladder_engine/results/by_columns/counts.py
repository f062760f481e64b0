"""What a summary counts, from the columns of the tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from stepladder_engine.data.cells import UNKNOWN, Chosen, ColumnRows, Flags, Times
from stepladder_engine.data.code_loops import counted_codes
from stepladder_engine.fast.outcome import STEPS, Outcome
from stepladder_engine.results.columns import COLUMNS, TASK_STATUSES
from stepladder_engine.results.summary import Counts, endless_notes
from stepladder_engine.runtime.state import Entity

_ERROR = STEPS.index("error")


def counts_of(
    outcome: Outcome,
    records: Mapping[str, int],
    tables: Mapping[str, ColumnRows],
    tasks: Chosen,
    missed: Chosen,
    apart: Iterable[Entity],
) -> Counts:
    """Count everything; `tables` are the positions and the offers.

    `tasks` are the statuses of the tasks, `missed` the kinds of the deviations, `apart` the records that the
    reference executor has run.
    """
    apart = list(apart)
    times = [frame.time for frame in outcome.frames.events.values()]
    statuses = _counted(tasks)
    return Counts(
        len(tables["positions"]),
        records,
        sum(map(len, times)),
        sum(int((time > outcome.as_of).sum()) for time in times),
        _counted(missed),
        _unknown(_column(tables, "positions", "since")),
        _true(_column(tables, "positions", "forgotten")),
        _loops(outcome, apart),
        _stages(outcome, tables),
        {status: statuses[status] for status in TASK_STATUSES},
        _counted(_column(tables, "offers", "status")),
        _next_best(outcome, tables),
        endless_notes(apart, outcome.program.zone),
    )


def _loops(outcome: Outcome, apart: Iterable[Entity]) -> int:
    """Count the loops that were stopped: a run without a journal tells them, too."""
    stopped = sum(int((kind.journal.kind == _ERROR).sum()) for kind in outcome.kinds.values())
    return stopped + sum(entry.kind == "error" for entity in apart for entry in entity.journal)


def _column(tables: Mapping[str, ColumnRows], table: str, name: str) -> Any:
    names = [column.name for column in COLUMNS[table]]
    return tables[table].columns[names.index(name)]


def _counted(column: Chosen) -> Counter[Any]:
    """Count the values, in the order in which they first come."""
    found: Counter[Any] = Counter()
    for code, count in counted_codes(column.codes, len(column.values)):
        found[column.values[code]] += count
    return found


def _unknown(column: Times | Chosen) -> int:
    if isinstance(column, Chosen):
        return int((column.codes < 0).sum())
    return int((column.instants == UNKNOWN).sum())


def _true(column: Flags | Chosen) -> int:
    return _counted(column)[True] if isinstance(column, Chosen) else int(column.flags.sum())


def _stages(outcome: Outcome, tables: Mapping[str, ColumnRows]) -> dict[str, dict[str, int]]:
    """Count the cases in each stage, every stage of every process in the order of the text."""
    process, stage = (_column(tables, "positions", name) for name in ("process", "stage"))
    width = max(len(stage.values), 1)
    pairs = _counted(Chosen(process.codes * width + stage.codes, range(width * max(len(process.values), 1))))
    counted: Counter[tuple[str, str]] = Counter()
    for pair, count in pairs.items():
        counted[process.values[pair // width], stage.values[pair % width]] += count
    processes = outcome.program.spec.processes
    return {name: {at: counted[name, at] for at in found.stages} for name, found in processes.items()}


def _next_best(outcome: Outcome, tables: Mapping[str, ColumnRows]) -> dict[str, int]:
    """Count of how many records each offer is the next best one, in the order of the text."""
    offer, best = (_column(tables, "offers", name) for name in ("offer", "next_best"))
    rows = np.array(best.cells(), np.bool_) if isinstance(best, Chosen) else best.flags
    found = _counted(offer.take(np.flatnonzero(rows)))
    return {name: found[name] for name in outcome.program.spec.offers}
