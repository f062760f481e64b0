"""JSON Schemas of the result tables, the summary and the review.

``python -m stepladder_engine.results.schemas DIR`` writes them; a test holds the
checked-in copies equal to what this makes.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from stepladder_engine.data.tables import Column
from stepladder_engine.results import standard_table, worklist
from stepladder_engine.results.audit_schema import audit_schema
from stepladder_engine.results.columns import COLUMNS, IN_ORDER, KEYS, TASK_STATUSES

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_TYPES = {
    "text": "string",
    "code": "string",
    "time": "string",
    "whole": "integer",
    "number": "string",
    "flag": "boolean",
}
_COUNT = {"type": "integer", "minimum": 0}
_FIGURE = {"type": ["number", "boolean", "string", "null"]}
_FLAG = {"type": ["boolean", "null"]}


def _column(column: Column) -> dict[str, Any]:
    kind: Any = _TYPES[column.kind]
    schema: dict[str, Any] = {
        "description": column.meaning,
        "x-kind": column.kind,
        "type": [kind, "null"] if column.optional else kind,
    }
    if column.kind == "time":
        schema["format"] = "date-time"
    if column.kind == "number":
        schema["pattern"] = r"^-?\d+(\.\d+)?$"
    if column.values:
        schema["enum"] = [*column.values, None] if column.optional else list(column.values)
    return schema


def schema_of(columns: Sequence[Column]) -> dict[str, Any]:
    """Give the schema of rows with these columns: an array of objects."""
    return {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {column.name: _column(column) for column in columns},
            "required": [column.name for column in columns],
            "additionalProperties": False,
        },
    }


def table_schema(name: str) -> dict[str, Any]:
    """Give the schema of a table as JSON: an array of objects, one a row."""
    return keyed_schema(name, COLUMNS[name], KEYS[name], and_order=name in IN_ORDER)


def keyed_schema(
    name: str, columns: Sequence[Column], key: Sequence[str], *, and_order: bool
) -> dict[str, Any]:
    """Give the schema of a table; `x-key` has the key that tells its rows apart."""
    stated = {"columns": list(key), "and_order": and_order}
    return {"$schema": DRAFT, "title": name, "x-key": stated, **schema_of(columns)}


def summary_schema() -> dict[str, Any]:
    """Give the schema of ``summary.json``; `seconds` stands only in what is printed."""
    counts = (
        *("cases", "events", "events_later", "rows", "rejected", "duplicates", "skipped", "deviations"),
        *("near_misses", "unknown_since", "forgotten", "loops"),
    )
    group: dict[str, Any] = {
        "type": "object",
        "properties": {
            "group": {"type": "array", "items": {"type": ["string", "null"]}},
            "value": _FIGURE,
            "count": _COUNT,
            "met": _FLAG,
        },
        "required": ["group", "value", "count", "met"],
        "additionalProperties": False,
    }
    properties: dict[str, Any] = {
        "spec": {"type": "string"},
        "as_of": {"type": "string", "format": "date-time"},
        "as_of_given": {"type": "boolean"},
        "records": {"type": "object", "additionalProperties": _COUNT},
        **dict.fromkeys(counts, _COUNT),
        "stages": {
            "type": "object",
            "additionalProperties": {"type": "object", "additionalProperties": _COUNT},
        },
        "tasks": {"type": "object", "properties": dict.fromkeys(TASK_STATUSES, _COUNT)},
        "offers": {"type": "object", "additionalProperties": _COUNT},
        "next_best": {"type": "object", "additionalProperties": _COUNT},
        "metrics": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "properties": {
                    "value": _FIGURE,
                    "count": _COUNT,
                    "target": _FIGURE,
                    "met": _FLAG,
                    "groups": {"type": "array", "items": group},
                },
                "required": ["value", "count", "target", "met", "groups"],
                "additionalProperties": False,
            },
        },
        "notes": {"type": "array", "items": {"type": "string"}},
        "engine": {"enum": ["reference", "fast", "spark"]},
        "seconds": {"type": "number", "minimum": 0},
    }
    return {
        "$schema": DRAFT,
        "title": "summary",
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name != "seconds"],
        "additionalProperties": False,
    }


def all_schemas() -> dict[str, str]:
    """Give every schema as the text of its file, by file name."""
    schemas = {name: table_schema(name) for name in COLUMNS}
    schemas[standard_table.NAME] = keyed_schema(
        standard_table.NAME, standard_table.COLUMNS, standard_table.KEY, and_order=False
    )
    schemas[worklist.NAME] = keyed_schema(worklist.NAME, worklist.COLUMNS, ("key",), and_order=False)
    schemas |= {"summary": summary_schema(), "audit": audit_schema()}
    return {
        f"{name}.schema.json": json.dumps(schema, ensure_ascii=False, indent=1) + "\n"
        for name, schema in schemas.items()
    }


def write_schemas(folder: Path) -> None:
    """Write every schema into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in all_schemas().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_schemas(Path(sys.argv[1]))
