"""Both executors side by side: everything that a user may see of a run, in one dictionary."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from stepladder_dsl.model.spec import Spec
from stepladder_engine.calendars.zone import Instant
from stepladder_engine.data.dataset import Dataset
from stepladder_engine.data.tables import Table
from stepladder_engine.fast.frames import UNKNOWN
from stepladder_engine.fast.outcome import Outcome
from stepladder_engine.fast.read.from_dataset import frames_of
from stepladder_engine.fast.rebuild import result_of
from stepladder_engine.fast.run import run_fast
from stepladder_engine.metrics.evaluate import evaluate_metrics
from stepladder_engine.results.by_columns.tables import ColumnTables
from stepladder_engine.results.listed import listed_of
from stepladder_engine.results.summary import document, summarize
from stepladder_engine.results.tables import Tables
from stepladder_engine.runtime import outlook
from stepladder_engine.runtime.outlook import Coming
from stepladder_engine.runtime.result import RunResult
from stepladder_engine.runtime.run import run


def everything(result: RunResult) -> dict[str, Any]:
    """Give the rows of every table, the summary, and the keys of the tasks that were forgotten again."""
    metrics = evaluate_metrics(result)
    tables = {table.name: list(table.rows) for table in Tables(result, metrics).all()}
    return tables | {"summary": summarize(result, metrics)}


def fast(spec: Spec, dataset: Dataset, moment: Instant | None, **how: Any) -> tuple[Outcome, dict[str, Any]]:
    """Run the fast executor, and rebuild the records from what it says."""
    how = {"compiled": False} | how
    outcome = run_fast(spec, frames_of(spec, dataset), moment, detail=True, **how)
    return outcome, everything(result_of(outcome))


def by_columns(spec: Spec, dataset: Dataset, moment: Instant | None, **how: Any) -> dict[str, Any]:
    """Run the fast executor, and make the tables of its columns."""
    how = {"compiled": False} | how
    outcome = run_fast(spec, frames_of(spec, dataset), moment, detail=True, **how)
    tables = ColumnTables(outcome)
    metrics = evaluate_metrics(result_of(outcome))
    found = {table.name: list(table.rows) for table in tables.all(metrics)}
    heading = outcome.program, outcome.as_of, outcome.as_of_given
    summary = document(*heading, tables.dataset, tables.counts, metrics)
    return found | {"summary": summary, "screen": tables.listed}


def chosen_tables(
    spec: Spec, dataset: Dataset, moment: Instant | None, chosen: Collection[str], **how: Any
) -> dict[str, Any]:
    """Run the fast executor for some tables only; besides them the summary."""
    how = {"compiled": False} | how
    outcome = run_fast(spec, frames_of(spec, dataset), moment, journal="journal" in chosen, **how)
    tables = ColumnTables(outcome)
    metrics = evaluate_metrics(run(spec, dataset, moment))
    found = {table.name: list(table.rows) for table in tables.all(metrics, chosen)}
    heading = outcome.program, outcome.as_of, outcome.as_of_given
    return found | {"summary": document(*heading, tables.dataset, tables.counts, metrics)}


def tables_by_columns(spec: Spec, dataset: Dataset, moment: Instant | None) -> list[Table]:
    """Give the tables of the fast executor, kept as columns."""
    outcome = run_fast(spec, frames_of(spec, dataset), moment, compiled=False, journal=True)
    return ColumnTables(outcome).all({})


def reference(
    spec: Spec, dataset: Dataset, moment: Instant | None, *, screen: bool = False
) -> dict[str, Any]:
    """Run the reference executor; `screen`: also say what a screen lists."""
    result = run(spec, dataset, moment)
    return everything(result) | ({"screen": listed_of(result)} if screen else {})


def ahead_of(result: RunResult) -> list[tuple[Any, ...]]:
    """Give what time alone will still do to each record, as the reference executor works it out."""
    zone, moment = result.program.zone, result.as_of
    return [
        (
            entity.key,
            [outlook.next_move(entity, position, moment) for position in entity.positions],
            outlook.next_repetition(entity, zone, moment),
            outlook.next_event(entity, moment),
        )
        for entity in result.entities
    ]


def ahead_by_columns(outcome: Outcome, kind: str) -> list[tuple[Any, ...]]:
    """Give the same from the columns of an outcome."""
    found = outcome.kinds[kind]
    spec = outcome.program.spec
    record = outcome.program.records[kind]
    stages = [name for plan in record.processes for name in plan.stages]
    rules = [plan.rule.name for plan in record.follow_ups]
    events = [event.name for event in spec.events_of(kind)]

    def coming(moments: Any, places: Any, names: list[str], row: int) -> Coming | None:
        moment = int(moments[row])
        return None if moment == UNKNOWN else Coming(moment, names[int(places[row])])

    return [
        (
            outcome.frames.records[kind].keys[int(case)],
            [coming(position.move_at, position.move_to, stages, row) for position in found.positions],
            coming(found.again_at, found.again, rules, row),
            coming(found.sent_at, found.sent, events, row),
        )
        for row, case in enumerate(found.cases)
    ]
