"""The story of one case: each step, its reason, and its line in the spec."""

from __future__ import annotations

from typing import Any

from stepladder_engine.results.answer import Answer
from stepladder_engine.results.tables import Tables
from stepladder_engine.runtime.run import journal_in_order
from stepladder_engine.runtime.state import Entity, JournalEntry
from stepladder_engine.texts.catalogue import tell, text


def story(answer: Answer, entity: Entity) -> dict[str, Any]:
    """Give a record's story as one JSON-like document: fields, steps, where it stands, what is owed.

    The reasons of its steps are phrases, still to be told.
    """
    tables = Tables(answer.heading, {})
    columns = [column for column in tables.columns("journal") if column not in {"record", "case"}]
    steps = [
        dict(zip(columns, _step_row(tables, entry), strict=True)) for _, entry in journal_in_order([entity])
    ]
    positions = [
        dict(zip(tables.columns("positions"), tables.position(entity, position), strict=True))
        for position in entity.positions
    ]
    tasks = [
        dict(zip(tables.columns("tasks"), row, strict=True))
        for row in tables.tasks([entity])
        if row[tables.columns("tasks").index("status")] not in {"done", "cancelled"}
    ]
    offers = [
        dict(zip(tables.columns("offers"), row, strict=True))
        for row in tables.offers([entity])
        if row[tables.columns("offers").index("status")] == "open"
    ]
    return {
        "record": entity.kind,
        "case": entity.key,
        "as_of": tables.time(answer.heading.as_of),
        "fields": {name: _plain(value) for name, value in entity.view.fields.items() if value is not None},
        "steps": steps,
        "positions": positions,
        "open_tasks": tasks,
        "open_offers": offers,
    }


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, int | str) else str(value)


def _step_row(tables: Tables, entry: JournalEntry) -> tuple[object, ...]:
    return (
        tables.time(entry.time),
        entry.process,
        entry.kind,
        entry.stage,
        entry.to_stage,
        entry.subject,
        entry.reason,
        entry.line,
    )


def sentence(step: dict[str, Any], language: str) -> str:
    """Give a step in a few words."""
    values = {name: value or "?" for name, value in step.items() if name != "line"}
    return text(language, f"step.{step['kind']}", **values)


def reason(step: dict[str, Any], language: str) -> str:
    """Give why a step was taken, where the sentence does not say it already."""
    return "" if step["kind"] in {"set", "emit", "open"} else tell(step["reason"], language)
