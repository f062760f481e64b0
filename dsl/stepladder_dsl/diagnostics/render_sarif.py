"""Findings as SARIF 2.1.0, the format that code-scanning services and editors read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from stepladder_dsl.diagnostics.catalogue import address, hint, label, message, rule_name, severity
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.source import Span

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def render_sarif(diagnostics: Sequence[Diagnostic], language: str = "en") -> str:
    """Write findings as one run of SARIF."""
    run = {
        "tool": {"driver": {"name": "stepladder", "rules": _rules(diagnostics)}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(diagnostic, language) for diagnostic in diagnostics],
    }
    document = {"version": "2.1.0", "runs": [run]}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _rules(diagnostics: Sequence[Diagnostic]) -> list[dict[str, Any]]:
    first = {diagnostic.code: diagnostic for diagnostic in reversed(diagnostics)}
    return [
        {
            "id": code,
            "name": rule_name(first[code]),
            "help": {"text": address(first[code])},
            "defaultConfiguration": {"level": _LEVELS[severity(first[code])]},
        }
        for code in sorted(first)
    ]


def _result(diagnostic: Diagnostic, language: str) -> dict[str, Any]:
    advice = hint(diagnostic, language)
    text = message(diagnostic, language) + (f"\n{advice}" if advice else "")
    result: dict[str, Any] = {
        "ruleId": diagnostic.code,
        "level": _LEVELS[severity(diagnostic)],
        "message": {"text": text},
        "locations": [_location(diagnostic.span)],
    }
    if diagnostic.labels:
        result["relatedLocations"] = [
            {**_location(other.span), "id": index, "message": {"text": label(diagnostic, index, language)}}
            for index, other in enumerate(diagnostic.labels)
        ]
    return result


def _location(span: Span) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(span.file.replace("\\", "/"), safe="/")},
            "region": {"startLine": span.line, "startColumn": span.column, "endColumn": span.end_column},
        }
    }
