"""The command: its formats, its files, what it cannot do, and every section with nothing to fill it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from stepladder_dsl.keywords import LANGUAGES
from stepladder_engine.report.schema import NAME, schema_text

Run = Callable[..., Any]

EMPTY = """\
language en
spec nothing "Nothing yet"
    timezone UTC
role desk "Desk"
record client
    name text
event visit for client
process visits "Visits" for client
    stage known "Known"
        start
        owner desk
        on visit stay
        after 30 days go to gone
    stage gone "Gone"
        end neutral
"""


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder with a spec that asks for next to nothing, and one client."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "nothing.ladder").write_text(EMPTY, encoding="utf-8")
    mapping = "events:\n  visit:\n    source: visits.csv\n    key: client\n    time: time\n"
    (tmp_path / "mapping.yaml").write_text(mapping, encoding="utf-8")
    (tmp_path / "visits.csv").write_text("client,time\nC1,2026-03-01\n", encoding="utf-8")
    return tmp_path


def test_the_schema_in_the_repository_is_fresh(root: Path) -> None:
    assert (root / "schemas" / f"{NAME}.schema.json").read_text(encoding="utf-8") == schema_text()


@pytest.mark.parametrize("language", LANGUAGES)
def test_json_fits_its_schema_in_every_language(
    report_of: Callable[..., Any], root: Path, language: str
) -> None:
    schema = json.loads((root / "schemas" / f"{NAME}.schema.json").read_text(encoding="utf-8"))
    document = report_of("shop", "--lang", language).document
    Draft202012Validator(schema).validate(document)
    assert document["language"] == language


def test_values_are_the_same_in_every_language(report_of: Callable[..., Any]) -> None:
    english, persian = (report_of("shop", "--lang", language) for language in ("en", "fa"))
    assert {key: one["value"] for key, one in english.figures.items()} == {
        key: one["value"] for key, one in persian.figures.items()
    }


def test_a_section_that_nothing_fills_says_what_would(stepladder: Run, empty: Path) -> None:
    document = json.loads(stepladder("report", "nothing.ladder", "--format", "json").out)
    missing = {section["key"]: section["missing"] for section in document["sections"] if section["missing"]}
    assert list(missing) == ["today", "money", "leaks", "growth", "offers", "cohorts", "targets"]
    assert "follow up" in missing["today"]


def test_the_page_goes_into_the_file_that_is_named(stepladder: Run, empty: Path) -> None:
    found = stepladder("report", "nothing.ladder", "-o", "out/report.html")
    assert (found.status, found.out) == (0, "")
    assert "out/report.html" in found.err
    assert (empty / "out" / "report.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_the_same_data_makes_the_same_page(stepladder: Run, empty: Path) -> None:
    first, second = (stepladder("report", "nothing.ladder") for _ in range(2))
    assert first.out == second.out


def test_a_figure_that_is_not_there_is_refused_with_those_that_are(stepladder: Run, empty: Path) -> None:
    found = stepladder("report", "nothing.ladder", "--clients", "money.incom")
    assert found.status == 2
    assert "there is nobody behind `money.incom`" in found.err
    assert "ladder.stages/visits.known" in found.err
