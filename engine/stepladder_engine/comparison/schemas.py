"""JSON Schemas of what `stepladder diff` writes.

``python -m stepladder_engine.comparison.schemas DIR`` writes them; a test holds the
checked-in copies equal to what this makes.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from stepladder_dsl.diff.change import How
from stepladder_engine.comparison.columns import COMPARED, COMPARED_IN_ORDER, COMPARED_KEYS
from stepladder_engine.comparison.document import SIGNS
from stepladder_engine.results.schemas import DRAFT, keyed_schema, schema_of

_COUNT = {"type": "integer", "minimum": 0}
_TEXT = {"type": "string"}
_MAYBE_TEXT = {"type": ["string", "null"]}
COUNTS = (
    *("positions", "since", "tasks_appear", "tasks_vanish", "tasks_change", "offers_open"),
    *("offers_no_longer_open", "offers", "forgotten", "no_longer_forgotten", "metrics"),
)


def _object(properties: dict[str, Any], *optional: str) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def _at() -> dict[str, Any]:
    place = _object({"file": _TEXT, "line": _COUNT, "column": _COUNT})
    return {"anyOf": [place, {"type": "null"}]}


def difference_schema() -> dict[str, Any]:
    """Give the schema of what ``diff --format json`` prints; `data` stands there only with data."""
    place = _object({"kind": _TEXT, "name": _TEXT, "title": _MAYBE_TEXT})
    places = {"type": "array", "items": place}
    texts = {"type": "array", "items": _TEXT}
    example = _object({"let_through": {"enum": ["old", "new"]}, "client": texts})
    change = _object(
        {
            "sign": {"enum": list(SIGNS.values())},
            "part": _TEXT,
            "how": {"enum": [*(how.value for how in How), None]},
            "renamed": {"type": "boolean"},
            "place": places,
            "old": _MAYBE_TEXT,
            "new": _MAYBE_TEXT,
            "text": _TEXT,
            "stages": texts,
            "flows_into": places,
            "examples": {"type": "array", "items": example},
            "old_at": _at(),
            "new_at": _at(),
        }
    )
    runs = {
        "as_of": {"type": "string", "format": "date-time"},
        "counts": _object(dict.fromkeys(COUNTS, _COUNT)),
    }
    tables = {name: schema_of(columns) for name, columns in COMPARED.items() if name.startswith("changed_")}
    properties = {
        "old": _TEXT,
        "new": _TEXT,
        "changed": {"type": "boolean"},
        "counts": _object(dict.fromkeys(SIGNS.values(), _COUNT)),
        "changes": {"type": "array", "items": change},
        "data": _object(runs | tables),
    }
    return {"$schema": DRAFT, "title": "diff", **_object(properties, "data")}


def all_schemas() -> dict[str, str]:
    """Give every schema as the text of its file, by file name."""
    schemas = {
        name: keyed_schema(name, columns, COMPARED_KEYS[name], and_order=name in COMPARED_IN_ORDER)
        for name, columns in COMPARED.items()
    }
    return {
        f"{name}.schema.json": json.dumps(schema, ensure_ascii=False, indent=1) + "\n"
        for name, schema in (schemas | {"diff": difference_schema()}).items()
    }


def write_schemas(folder: Path) -> None:
    """Write every schema into a folder."""
    for name, text in all_schemas().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_schemas(Path(sys.argv[1]))
