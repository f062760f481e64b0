"""The JSON Schema of what `report --format json` writes.

``python -m stepladder_engine.report.schema DIR`` writes it; a test holds the checked-in copy equal.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, get_args

from stepladder_dsl.keywords import LANGUAGES
from stepladder_engine.report.build import SECTIONS
from stepladder_engine.report.document import Unit
from stepladder_engine.results.schemas import DRAFT

NAME = "report"
_TEXT = {"type": "string"}
_MAYBE_TEXT = {"type": ["string", "null"]}
_COUNT = {"type": "integer", "minimum": 0}
_VALUE = {"type": ["number", "string", "boolean", "null"]}
_NUMBER = {"type": ["number", "null"]}
_GOOD = {"enum": ["more", "less", None], "description": "Which way it should move."}


def _object(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(items: Any) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]}


def report_schema() -> dict[str, Any]:
    """Give the schema of a report."""
    unit = {"enum": list(get_args(Unit)), "description": "A `percent` is a share, where 1 is 100 %, too."}
    client = _object(record=_TEXT, case=_TEXT, name=_MAYBE_TEXT, note=_TEXT)
    whole = {**_MAYBE_TEXT, "description": "The command that lists all of them, where some are left out."}
    are = {"enum": ["clients", "rows", "files"], "description": "What stands behind the figure."}
    clients = _or_null(_object(count=_COUNT, are=are, shown=_list(client), command=whole))
    lists = {
        **_list(_object(column=_TEXT, label=_TEXT, id=_TEXT)),
        "description": "Single cells whose clients `--clients ID` lists.",
    }
    place = _or_null(_object(file=_TEXT, line={"type": "integer", "minimum": 1}))
    before = _or_null(_object(value=_VALUE, text=_TEXT, change=_NUMBER, change_text=_TEXT))
    figure = _object(
        id=_TEXT,
        label=_TEXT,
        value=_VALUE,
        unit=unit,
        text=_TEXT,
        count={"type": ["integer", "null"], "description": "How many stand behind the figure."},
        low=_NUMBER,
        high=_NUMBER,
        interval=_MAYBE_TEXT,
        good=_GOOD,
        formula=_MAYBE_TEXT,
        before=before,
        clients=clients,
        at=place,
    )
    column = _object(key=_TEXT, label=_TEXT, unit=unit, bar={"type": "boolean"}, good=_GOOD)
    row = _object(
        id=_TEXT,
        values=_list(_VALUE),
        texts=_list(_TEXT),
        before=_list(before),
        tone=_MAYBE_TEXT,
        clients=clients,
        lists=lists,
        at=place,
    )
    table = _object(
        key=_TEXT,
        title=_TEXT,
        note=_MAYBE_TEXT,
        chart={"enum": ["columns", "heat", None]},
        columns=_list(column),
        rows=_list(row),
        more={**_COUNT, "description": "How many rows are left out."},
        more_by=_MAYBE_TEXT,
        at=place,
    )
    section = _object(
        key={"enum": ["changes", *(made.__name__ for made in SECTIONS)]},
        title=_TEXT,
        intro=_TEXT,
        missing={**_MAYBE_TEXT, "description": "What would fill the section, where nothing does."},
        notes=_list(_TEXT),
        how={
            **_list(_object(key=_TEXT, label=_TEXT, text=_TEXT)),
            "description": "How the standard figures of the section are made.",
        },
        figures=_list(figure),
        tables=_list(table),
        pictures=_list(_object(key=_TEXT, title=_TEXT, folded={"type": "boolean"})),
    )
    return {
        "$schema": DRAFT,
        "title": NAME,
        **_object(
            spec=_TEXT,
            title=_TEXT,
            language={"enum": list(LANGUAGES)},
            spec_language={"enum": list(LANGUAGES)},
            currency=_MAYBE_TEXT,
            as_of={"type": "string", "format": "date-time"},
            as_of_text=_TEXT,
            as_of_given={"type": "boolean"},
            baseline=_MAYBE_TEXT,
            sections=_list(section),
        ),
    }


def schema_text() -> str:
    """Give the schema as the text of its file."""
    return json.dumps(report_schema(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    (Path(sys.argv[1]) / f"{NAME}.schema.json").write_text(schema_text(), encoding="utf-8")
