"""Findings as SARIF 2.1.0, the format that code-scanning services and editors read.

A rule carries its whole page as help. It has no `helpUri`: the standard wants an absolute
address there, and the pages have none but their place in the repository.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from stepladder_dsl.diagnostics.beside import NOTHING, Beside
from stepladder_dsl.diagnostics.catalogue import (
    explanation,
    hint,
    label,
    message,
    rule_name,
    severity,
    summary,
)
from stepladder_dsl.diagnostics.codes import known_code
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Edit, Fix, Severity, Suppressed
from stepladder_dsl.diagnostics.fingerprints import numbered_fingerprints
from stepladder_dsl.diagnostics.fixes import fix_of, takes_line
from stepladder_dsl.source import Source, Span

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_DRIVE = re.compile(r"[A-Za-z]:/")


def render_sarif(
    diagnostics: Sequence[Diagnostic],
    language: str = "en",
    sources: Mapping[str, Source] | None = None,
    version: str | None = None,
    beside: Beside = NOTHING,
) -> str:
    """Write findings as one run of SARIF.

    `sources` are the texts by the names that spans speak of: with them a finding that
    knows the name that was meant carries the change that mends it.
    """
    shown = len(diagnostics)
    diagnostics = [*diagnostics, *(suppressed.diagnostic for suppressed in beside.suppressed)]
    rules = sorted({diagnostic.code for diagnostic in diagnostics})
    driver: dict[str, Any] = {"name": "stepladder"}
    if version is not None:
        driver["version"] = version
    driver |= {"language": language, "rules": _rules(diagnostics, rules, language)}
    run: dict[str, Any] = {
        "tool": {"driver": driver},
        "language": language,
        "columnKind": "unicodeCodePoints",
        "results": [
            _result(diagnostic, rules.index(diagnostic.code), language, fingerprint, sources or {})
            for diagnostic, fingerprint in zip(
                diagnostics, numbered_fingerprints(diagnostics, sources or {}), strict=True
            )
        ],
    }
    for result, suppressed in zip(run["results"][shown:], beside.suppressed, strict=True):
        result["suppressions"] = [_suppression(suppressed)]
    document = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _rules(diagnostics: Sequence[Diagnostic], codes: list[str], language: str) -> list[dict[str, Any]]:
    first = {diagnostic.code: diagnostic for diagnostic in reversed(diagnostics)}
    return [_rule(first[code], language) for code in codes]


def _rule(diagnostic: Diagnostic, language: str) -> dict[str, Any]:
    page = explanation(diagnostic, language)
    first_paragraph = next(
        (part for part in page.split("\n\n") if part.strip() and not part.startswith("#")), page
    )
    description = " ".join(first_paragraph.split())
    code = known_code(diagnostic.code)
    usual = code.severity if code is not None else severity(diagnostic)
    return {
        "id": diagnostic.code,
        "name": rule_name(diagnostic),
        "shortDescription": {"text": summary(code, language) if code is not None else description},
        "fullDescription": {"text": description},
        "help": {"text": page, "markdown": page},
        "defaultConfiguration": {"level": _LEVELS[usual]},
    }


def _result(
    diagnostic: Diagnostic, rule: int, language: str, fingerprint: str, sources: Mapping[str, Source]
) -> dict[str, Any]:
    advice = hint(diagnostic, language)
    text = message(diagnostic, language) + (f"\n{advice}" if advice else "")
    result: dict[str, Any] = {
        "ruleId": diagnostic.code,
        "ruleIndex": rule,
        "level": _LEVELS[severity(diagnostic)],
        "message": {"text": text},
        # A finding about no text, such as a wrong option, has no place.
        "locations": [_location(diagnostic.span)] if diagnostic.span.file else [],
        "partialFingerprints": {"stepladderFinding/v2": fingerprint},
    }
    if diagnostic.labels:
        result["relatedLocations"] = [
            {**_location(other.span), "id": index, "message": {"text": label(diagnostic, index, language)}}
            for index, other in enumerate(diagnostic.labels)
        ]
    fix = fix_of(diagnostic, sources)
    if fix is not None and all(edit.span.file in sources for edit in fix.edits):
        result["fixes"] = [_fix(fix, advice or text, sources)]
    return result


def _suppression(suppressed: Suppressed) -> dict[str, Any]:
    if suppressed.place is None:
        return {"kind": "external"}
    return {
        "kind": "inSource",
        "justification": suppressed.reason,
        "location": _location(suppressed.place),
    }


def _fix(fix: Fix, advice: str, sources: Mapping[str, Source]) -> dict[str, Any]:
    files = dict.fromkeys(edit.span.file for edit in fix.edits)
    changes = [
        {
            "artifactLocation": {"uri": _address(file)},
            "replacements": [
                _replacement(edit, sources[file]) for edit in fix.edits if edit.span.file == file
            ],
        }
        for file in files
    ]
    return {"description": {"text": advice}, "artifactChanges": changes}


def _replacement(edit: Edit, source: Source) -> dict[str, Any]:
    region = _location(edit.span)["physicalLocation"]["region"]
    if takes_line(edit, source):
        region = {
            "startLine": edit.span.line,
            "startColumn": 1,
            "endLine": edit.span.line + 1,
            "endColumn": 1,
        }
    return {"deletedRegion": region, "insertedContent": {"text": edit.text}}


def _location(span: Span) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": _address(span.file)},
            "region": {"startLine": span.line, "startColumn": span.column, "endColumn": span.end_column},
        }
    }


def _address(file: str) -> str:
    """Give a file's name as a reference: relative names stay so, absolute ones become `file:` addresses."""
    path = file.replace(os.sep, "/")
    drive = path[:2] if _DRIVE.match(path) else ""
    # As bytes: a name need not be text in any encoding.
    escaped = quote(os.fsencode(path[len(drive) :]), safe="/")
    if drive:
        return f"file:///{drive}{escaped}"
    if path.startswith("//"):
        return f"file:{escaped}"
    return f"file://{escaped}" if path.startswith("/") else escaped
