"""The summary of a run, as cli.md fixes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.model.spec import Spec
from stepladder_dsl.record import record
from stepladder_engine.calendars.zone import Instant, Zone
from stepladder_engine.data.dataset import Dataset
from stepladder_engine.data.problems import note, sentence, shown
from stepladder_engine.metrics.evaluate import MetricValue
from stepladder_engine.results.columns import TASK_STATUSES
from stepladder_engine.results.values import value_text
from stepladder_engine.runtime.offers import next_best
from stepladder_engine.runtime.program import Program
from stepladder_engine.runtime.result import RunResult
from stepladder_engine.runtime.state import Entity

MOST_ENDLESS = 10
"""So many records are named that were stopped; the summary counts them all."""


def plain(value: Any) -> Any:
    """Give a value as JSON has it: whole numbers and short decimals as numbers, the rest unchanged."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


@record
class Counts:
    """How many there are of everything that a summary counts."""

    cases: int
    records: Mapping[str, int]
    events: int
    events_later: int
    deviations: Mapping[str, int]
    unknown_since: int
    forgotten: int
    loops: int
    stages: Mapping[str, Mapping[str, int]]
    tasks: Mapping[str, int]
    offers: Mapping[str, int]
    next_best: Mapping[str, int]
    endless: tuple[Diagnostic, ...] = ()


def summarize(result: RunResult, metrics: Mapping[str, MetricValue]) -> dict[str, Any]:
    """Give the summary of a run as one JSON-like document.

    It is the same for the same input: how long the run took is not in it.
    """
    heading = result.program, result.as_of, result.as_of_given
    return document(*heading, result.dataset, counts_of(result), metrics)


def counts_of(result: RunResult) -> Counts:
    """Count the records and what has happened to them."""
    positions = [(entity, position) for entity in result.entities for position in entity.positions]
    return Counts(
        len(positions),
        Counter(entity.kind for entity in result.entities),
        len(result.dataset.events),
        sum(1 for event in result.dataset.events if event.time > result.as_of),
        Counter(found.kind for entity in result.entities for found in entity.deviations),
        sum(1 for _, position in positions if position.since is None),
        sum(1 for entity, position in positions if result.forgotten(entity, position)),
        sum(1 for entity in result.entities for entry in entity.journal if entry.kind == "error"),
        stages(result),
        tasks(result),
        Counter(copy.status for entity in result.entities for copy in entity.offers),
        next_best_offers(result),
        endless_notes(result.entities, result.program.zone),
    )


def endless_notes(entities: Iterable[Entity], zone: Zone) -> tuple[Diagnostic, ...]:
    """Tell which records were stopped because they went on by themselves for ever."""
    return tuple(
        note(
            "endless",
            record=entity.kind,
            case=shown(entity.key),
            count=entity.endless.steps,
            line=entity.endless.line,
            moment=zone.text(entity.endless.moment),
        )
        for entity in entities
        if entity.endless is not None
    )[:MOST_ENDLESS]


def merged_counts(spec: Spec, parts: Sequence[Counts]) -> Counts:
    """Add up what parts of the records have counted; the parts stand in the order of the records."""
    records = _added([part.records for part in parts])
    stages = [part.stages for part in parts]
    return Counts(
        sum(part.cases for part in parts),
        {kind: records[kind] for kind in spec.records if kind in records},
        sum(part.events for part in parts),
        sum(part.events_later for part in parts),
        _added([part.deviations for part in parts]),
        sum(part.unknown_since for part in parts),
        sum(part.forgotten for part in parts),
        sum(part.loops for part in parts),
        {name: _added([found[name] for found in stages]) for name in spec.processes},
        _added([part.tasks for part in parts]),
        _added([part.offers for part in parts]),
        _added([part.next_best for part in parts]),
        _first_endless(spec, parts),
    )


def _first_endless(spec: Spec, parts: Sequence[Counts]) -> tuple[Diagnostic, ...]:
    """Give the first records that were stopped, in the order of the records."""
    kinds = list(spec.records)
    found = [one for part in parts for one in part.endless]
    found.sort(key=lambda one: (kinds.index(one.values["record"]), one.values["case"]))
    return tuple(found[:MOST_ENDLESS])


def _added(parts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Add counts name by name, in the order in which the names first come."""
    whole: dict[str, int] = {}
    for part in parts:
        for name, count in part.items():
            whole[name] = whole.get(name, 0) + count
    return whole


def document(
    program: Program,
    as_of: Instant,
    as_of_given: bool,  # the three head every answer together
    dataset: Dataset,
    counts: Counts,
    metrics: Mapping[str, MetricValue],
    engine: str = "reference",
) -> dict[str, Any]:
    """Give the document; `dataset` tells what was put aside, and `engine` names the executor that ran."""
    return {
        "spec": program.spec.name,
        "as_of": program.zone.text(as_of),
        "as_of_given": as_of_given,
        "cases": counts.cases,
        "records": dict(counts.records),
        "events": counts.events,
        "events_later": counts.events_later,
        "rows": sum(dataset.rows.values()),
        "rejected": len(dataset.rejected),
        "duplicates": len(dataset.duplicates) + dataset.repeated,
        "skipped": sum(dataset.skipped.values()),
        "deviations": counts.deviations.get("not_in_process", 0),
        "near_misses": counts.deviations.get("guard_not_true", 0),
        "unknown_since": counts.unknown_since,
        "forgotten": counts.forgotten,
        "loops": counts.loops,
        "stages": {name: dict(found) for name, found in counts.stages.items()},
        "tasks": dict(counts.tasks),
        "offers": dict(counts.offers),
        "next_best": dict(counts.next_best),
        "metrics": {name: _figure(figure) for name, figure in metrics.items()},
        "notes": [sentence(found, program.spec.language) for found in (*dataset.notes, *counts.endless)],
        "engine": engine,
    }


def _figure(figure: MetricValue) -> dict[str, Any]:
    return {
        "value": plain(figure.value),
        "count": figure.count,
        "target": plain(figure.target),
        "met": figure.met,
        "groups": [
            {
                "group": [None if part is None else value_text(part) for part in group],
                "value": plain(found.value),
                "count": found.count,
                "met": found.met,
            }
            for group, found in figure.groups.items()
        ],
    }


def stages(result: RunResult) -> dict[str, dict[str, int]]:
    """Count the cases in each stage, every stage of every process in the order of the text."""
    found = {
        name: dict.fromkeys(process.stages, 0) for name, process in result.program.spec.processes.items()
    }
    for entity in result.entities:
        for position in entity.positions:
            found[position.plan.process.name][position.stage.stage.name] += 1
    return found


def next_best_offers(result: RunResult) -> dict[str, int]:
    """Count of how many records each offer is the next best one, in the order of the text."""
    found = Counter(copy.offer.name for entity in result.entities if (copy := next_best(entity)) is not None)
    return {name: found[name] for name in result.program.spec.offers}


def tasks(result: RunResult) -> dict[str, int]:
    """Count the tasks and raised alerts by status."""
    statuses = Counter(
        result.status(task) for entity in result.entities for task in entity.tasks if result.raised(task)
    )
    return {status: statuses[status] for status in TASK_STATUSES}
