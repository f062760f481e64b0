"""The JSON Schema of what `audit --format json` writes."""

from __future__ import annotations

from typing import Any, get_args

from stepladder_dsl.audit.findings import Kind, Status
from stepladder_dsl.audit.review import SECTIONS
from stepladder_dsl.keywords import LANGUAGES
from stepladder_dsl.model.spec import OfferKind

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_TEXT = {"type": "string"}
_LINE = {"type": "integer", "minimum": 1}
_COUNT = {"type": "integer", "minimum": 0}
_VALUE = {"type": ["number", "boolean", "string", "null"]}
_STATUS = {"enum": [status.value for status in Status]}


def _object(**properties: Any) -> dict[str, Any]:
    """Describe an object that has just these properties."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(items: Any) -> dict[str, Any]:
    return {"type": "array", "items": items}


def audit_schema() -> dict[str, Any]:
    """Give the schema of a review."""
    figure = _object(key=_TEXT, text=_TEXT, values={"type": "object", "additionalProperties": _VALUE})
    evidence = _object(
        kind={"enum": list(get_args(Kind))},
        kind_label=_TEXT,
        name=_TEXT,
        title=_TEXT,
        words={**_TEXT, "description": "The construct's own words, such as those of a way out of a stage."},
        offer_kind={"enum": [*(kind.value for kind in OfferKind), None]},
        who=_list(_object(role=_TEXT, title=_TEXT)),
        channel={"type": ["string", "null"]},
        when={**_TEXT, "description": "When, in the reader's language; empty where it says no time."},
        file=_TEXT,
        line=_LINE,
        figures=_list(figure),
    )
    filling = _object(
        text={**_TEXT, "description": "What would say it, in the language of the spec."},
        file={"type": ["string", "null"]},
        line={"type": ["integer", "null"], "description": "Under which line; null: at the end of the spec."},
    )
    part = _object(
        key=_TEXT,
        label=_TEXT,
        status={"enum": [Status.ANSWERED.value, Status.HOLE.value]},
        evidence=_list(evidence),
        fillings=_list(filling),
    )
    subject = _object(
        number={"type": ["integer", "null"]},
        key=_TEXT,
        title=_TEXT,
        status=_STATUS,
        parts={**_list(part), "minItems": 1},
    )
    whole = _object(
        key=_TEXT,
        question={"type": ["integer", "null"]},
        label=_TEXT,
        text=_TEXT,
        value=_VALUE,
        count=_COUNT,
    )
    data = _object(as_of={"type": "string", "format": "date-time"}, figures=_list(whole))
    return {
        "$schema": _DRAFT,
        "title": "audit",
        **_object(
            spec=_TEXT,
            title=_TEXT,
            spec_language={"enum": list(LANGUAGES)},
            language={"enum": list(LANGUAGES)},
            summary=_object(**dict.fromkeys((status.value for status in Status), _COUNT)),
            **dict.fromkeys(SECTIONS, _list(subject)),
            other_systems=_list(_TEXT),
            data={"oneOf": [data, {"type": "null"}]},
        ),
    }
