"""Findings as one JSON document; `schemas/check.schema.json` describes it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from stepladder_dsl.diagnostics.beside import NOTHING, Beside
from stepladder_dsl.diagnostics.catalogue import address, hint, message, rule_name, severity
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity, Suppressed


def as_document(
    diagnostics: Sequence[Diagnostic], language: str = "en", beside: Beside = NOTHING
) -> dict[str, Any]:
    """Give the document as plain values."""
    counts = Counter(severity(diagnostic) for diagnostic in diagnostics)
    return {
        "diagnostics": [_finding(diagnostic, language) for diagnostic in diagnostics],
        "suppressed": [_suppressed(suppressed, language) for suppressed in beside.suppressed],
        "gone": [vars(gone) for gone in beside.gone],
        "summary": {level.value: counts[level] for level in Severity},
    }


def render_json(diagnostics: Sequence[Diagnostic], language: str = "en", beside: Beside = NOTHING) -> str:
    """Write findings as JSON."""
    return json.dumps(as_document(diagnostics, language, beside), ensure_ascii=False, indent=2) + "\n"


def _suppressed(suppressed: Suppressed, language: str) -> dict[str, Any]:
    place = suppressed.place
    return {
        **_finding(suppressed.diagnostic, language),
        "reason": suppressed.reason or None,
        "allowed_in": {"file": place.file, "line": place.line} if place is not None else None,
    }


def _finding(diagnostic: Diagnostic, language: str) -> dict[str, Any]:
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
        "url": address(diagnostic),
    }
