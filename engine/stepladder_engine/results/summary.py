"""The summary of a run, as cli.md fixes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from stepladder_engine.data.problems import sentence
from stepladder_engine.metrics.evaluate import MetricValue
from stepladder_engine.results.values import value_text
from stepladder_engine.runtime.offers import next_best
from stepladder_engine.runtime.result import RunResult


def plain(value: Any) -> Any:
    """Give a value as JSON has it: whole numbers and short decimals as numbers, the rest unchanged."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def summarize(result: RunResult, metrics: Mapping[str, MetricValue]) -> dict[str, Any]:
    """Give the summary of a run as one JSON-like document.

    It is the same for the same input: how long the run took is not in it.
    """
    dataset = result.dataset
    deviations = Counter(found.kind for entity in result.entities for found in entity.deviations)
    return {
        "spec": result.program.spec.name,
        "as_of": result.program.zone.text(result.as_of),
        "as_of_given": result.as_of_given,
        "cases": sum(len(entity.positions) for entity in result.entities),
        "records": dict(Counter(entity.kind for entity in result.entities)),
        "events": len(dataset.events),
        "events_later": sum(1 for event in dataset.events if event.time > result.as_of),
        "rows": sum(dataset.rows.values()),
        "rejected": len(dataset.rejected),
        "duplicates": len(dataset.duplicates) + dataset.repeated,
        "skipped": sum(dataset.skipped.values()),
        "deviations": deviations["not_in_process"],
        "near_misses": deviations["guard_not_true"],
        "unknown_since": sum(
            1 for entity in result.entities for position in entity.positions if position.since is None
        ),
        "forgotten": sum(
            1
            for entity in result.entities
            for position in entity.positions
            if result.forgotten(entity, position)
        ),
        "loops": sum(1 for entity in result.entities for entry in entity.journal if entry.kind == "error"),
        "stages": stages(result),
        "tasks": tasks(result),
        "offers": dict(Counter(copy.status for entity in result.entities for copy in entity.offers)),
        "next_best": next_best_offers(result),
        "metrics": {
            name: {
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
            for name, figure in metrics.items()
        },
        "notes": [sentence(note, result.program.spec.language) for note in dataset.notes],
        "engine": "reference",
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
    order = ("planned", "due", "overdue", "escalated", "done", "cancelled")
    return {status: statuses[status] for status in order}
