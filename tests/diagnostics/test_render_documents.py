"""The renderings that machines read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Label
from stepladder_dsl.diagnostics.render_github import render_github
from stepladder_dsl.diagnostics.render_json import render_json
from stepladder_dsl.lint.registry import register_all
from stepladder_dsl.source import Span

register_all()
UNKNOWN = Diagnostic(
    "SL101",
    Span("a,b:c/shop 1.ladder", 3, 11, 16),
    {"kind": "<role>", "name": "100% a\nb"},
    suggestion="seller",
)
UNUSED = Diagnostic("SL801", Span("shop.ladder", 9, 6, 12), {"kind": "<role>", "name": "seller"}, "role")
TWICE = Diagnostic(
    "SL102",
    Span("shop.ladder", 2, 6, 12),
    {"name": "seller"},
    labels=(Label(Span("shop.ladder", 1, 6, 12), "first"),),
)


@pytest.fixture
def schema(root: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((root / "schemas" / "check.schema.json").read_text(encoding="utf-8"))
    return loaded


def test_json_has_every_field_of_the_contract() -> None:
    assert json.loads(render_json([UNKNOWN, UNUSED])) == {
        "diagnostics": [
            {
                "code": "SL101",
                "rule": "unknown-name",
                "severity": "error",
                "message": "unknown role `100% a␊b`",
                "file": "a,b:c/shop 1.ladder",
                "line": 3,
                "column": 11,
                "end_line": 3,
                "end_column": 16,
                "hint": "did you mean `seller`?",
                "example": None,
                "fix": None,
                "url": "docs/rules/SL101.md",
            },
            {
                "code": "SL801",
                "rule": "unused-declaration",
                "severity": "warning",
                "message": "the role `seller` is never used",
                "file": "shop.ladder",
                "line": 9,
                "column": 6,
                "end_line": 9,
                "end_column": 12,
                "hint": "let it own a stage or do a task, or remove it",
                "example": None,
                "fix": None,
                "url": "docs/rules/SL801.md",
            },
        ],
        "suppressed": [],
        "gone": [],
        "summary": {
            "error": 1,
            "warning": 1,
            "info": 0,
            "allowed": 0,
            "known": 0,
            "mended": 0,
            "fixable": 0,
            "fixable_unsafely": 0,
            "rules_left_out": 0,
            "undecided": 0,
        },
    }


@pytest.mark.parametrize("findings", [[], [UNKNOWN, UNUSED, TWICE]])
def test_json_keeps_to_its_schema(schema: dict[str, Any], findings: list[Diagnostic]) -> None:
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(render_json(findings)), schema)


def test_the_schema_refuses_a_finding_without_a_field(schema: dict[str, Any]) -> None:
    document = json.loads(render_json([UNKNOWN]))
    del document["diagnostics"][0]["end_column"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, schema)


def test_every_url_leads_to_a_page(root: Path) -> None:
    document = json.loads(render_json([UNKNOWN, UNUSED, TWICE]))
    assert all((root / finding["url"]).is_file() for finding in document["diagnostics"])


def test_github_commands_are_escaped() -> None:
    assert render_github([UNKNOWN, UNUSED]) == (
        "::error file=a%2Cb%3Ac/shop 1.ladder,line=3,endLine=3,col=11,endColumn=15,title=SL101 unknown-name"
        "::unknown role `100%25 a␊b`%0Adid you mean `seller`?\n"
        "::warning file=shop.ladder,line=9,endLine=9,col=6,endColumn=11,title=SL801 unused-declaration"
        "::the role `seller` is never used%0Alet it own a stage or do a task, or remove it\n"
    )


def test_a_github_command_about_no_text_names_no_place() -> None:
    nowhere = Diagnostic("SL801", Span("", 0, 0, 0), {"kind": "<role>", "name": "seller"}, "role")
    assert render_github([nowhere]).startswith("::warning title=SL801 unused-declaration::the role `seller`")
