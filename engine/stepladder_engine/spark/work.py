"""What is done with one part of the cases: run it as on one machine, and give its rows and its counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from stepladder_dsl.model.spec import Spec
from stepladder_engine.calendars.zone import Instant
from stepladder_engine.data.dataset import Dataset
from stepladder_engine.fast.frames import Frames
from stepladder_engine.fast.outcome import Handed
from stepladder_engine.metrics.merge import Shares, shares_of
from stepladder_engine.results.summary import summarize
from stepladder_engine.results.tables import Tables
from stepladder_engine.runtime.result import RunResult
from stepladder_engine.runtime.run import journal_in_order, run
from stepladder_engine.spark.parts import Part

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
class Counts:
    """What a part adds to the summary and the metrics.

    `first_offers` says for each status of offers which record has the first one.
    """

    summary: Mapping[str, Any]
    shares: Mapping[str, Shares]
    first_offers: Mapping[str, tuple[int, str, int]]
    handed: Sequence[Handed]


@dataclass(frozen=True)
class Rows:
    """Rows of a table, in order; `times` are those of the journal's steps."""

    table: str
    rows: Sequence[Row]
    times: Sequence[Instant] = ()


def answer_part(work: Work, part: Part) -> Iterator[Counts | Rows]:
    """Run a part, and yield its counts and the rows of its tables."""
    result, handed = _run(work, part)
    yield Counts(summarize(result, {}), shares_of(result), _first_offers(result), handed)
    tables = Tables(result, {})
    for name in OF_CASES:
        yield Rows(name, list(getattr(tables, name)()))
    times = [entry.time for _, entry in journal_in_order(result.entities)]
    yield Rows(BY_TIME, list(tables.journal()), times)


def _run(work: Work, part: Part) -> tuple[RunResult, Sequence[Handed]]:
    """Run a part with the fast executor, or its rows with the reference."""
    if isinstance(part, Dataset):
        result = run(work.spec, part, work.as_of)
        return replace(result, as_of_given=work.as_of_given), ()
    result, handed = _run_columns(work, part)
    return replace(result, as_of_given=work.as_of_given), handed


def _run_columns(work: Work, part: Frames) -> tuple[RunResult, Sequence[Handed]]:
    from stepladder_engine.fast.parts import compiling_pays
    from stepladder_engine.fast.rebuild import result_of
    from stepladder_engine.fast.run import run_fast

    # Compiling pays for all parts together: the compiled kernel is kept on each machine.
    compiled = compiling_pays(work.events)
    outcome = run_fast(work.spec, part, work.as_of, compiled=compiled, detail=True)
    return result_of(outcome), outcome.handed


def _first_offers(result: RunResult) -> dict[str, tuple[int, str, int]]:
    kinds = list(result.program.spec.records)
    found: dict[str, tuple[int, str, int]] = {}
    for entity in result.entities:
        for number, copy in enumerate(entity.offers):
            found.setdefault(copy.status, (kinds.index(entity.kind), entity.key, number))
    return found
