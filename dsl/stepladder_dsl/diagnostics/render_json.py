"""Findings as one JSON document; `schemas/check.schema.json` describes it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from stepladder_dsl.diagnostics.beside import NOTHING, Beside
from stepladder_dsl.diagnostics.catalogue import address, hint, message, rule_name, severity
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Fix, Severity, Suppressed
from stepladder_dsl.diagnostics.fixes import fix_of
from stepladder_dsl.source import Source


def as_document(
    diagnostics: Sequence[Diagnostic],
    language: str = "en",
    beside: Beside = NOTHING,
    sources: Mapping[str, Source] | None = None,
) -> dict[str, Any]:
    """Give the document as plain values; `sources` are the texts by the names that spans speak of."""
    texts = sources or {}
    counts = Counter(severity(diagnostic) for diagnostic in diagnostics)
    document = {
        "diagnostics": [_finding(diagnostic, language, texts) for diagnostic in diagnostics],
        "suppressed": [_suppressed(suppressed, language, texts) for suppressed in beside.suppressed],
        "gone": [gone._asdict() for gone in beside.gone],
        "summary": {level.value: counts[level] for level in Severity}
        | {
            "allowed": beside.allowed,
            "known": beside.known,
            "mended": beside.mended,
            "fixable": beside.fixable,
            "fixable_unsafely": beside.fixable_unsafely,
            "rules_left_out": beside.left_out,
            "undecided": beside.undecided,
        },
    }
    if beside.counts is not None:
        document["statistics"] = [
            {
                "code": count.code,
                "name": count.name,
                "severity": count.severity.value,
                "count": count.number,
                "fixable": count.fixable,
                "fixable_unsafely": count.fixable_unsafely,
            }
            for count in beside.counts
        ]
    return document


def render_json(
    diagnostics: Sequence[Diagnostic],
    language: str = "en",
    beside: Beside = NOTHING,
    sources: Mapping[str, Source] | None = None,
) -> str:
    """Write findings as JSON."""
    document = as_document(diagnostics, language, beside, sources)
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _suppressed(suppressed: Suppressed, language: str, sources: Mapping[str, Source]) -> dict[str, Any]:
    place = suppressed.place
    return {
        **_finding(suppressed.diagnostic, language, sources),
        "reason": suppressed.reason or None,
        "allowed_in": {"file": place.file, "line": place.line} if place is not None else None,
    }


def _finding(diagnostic: Diagnostic, language: str, sources: Mapping[str, Source]) -> dict[str, Any]:
    span = diagnostic.span
    return {
        "code": diagnostic.code,
        "rule": rule_name(diagnostic),
        "severity": severity(diagnostic).value,
        "message": message(diagnostic, language),
        "file": span.file,
        "line": span.line,
        "column": span.column,
        "end_line": span.line,
        "end_column": span.end_column,
        "hint": hint(diagnostic, language),
        "example": diagnostic.example or None,
        "fix": _fix(fix_of(diagnostic, sources)),
        "url": address(diagnostic),
    }


def _fix(fix: Fix | None) -> dict[str, Any] | None:
    if fix is None:
        return None
    edits = [
        {
            "file": edit.span.file,
            "line": edit.span.line,
            "column": edit.span.column,
            "end_column": edit.span.end_column,
            "text": edit.text,
        }
        for edit in fix.edits
    ]
    return {"safe": fix.safe, "edits": edits}
