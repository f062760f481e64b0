"""The command that works out standard figures: for people, for programs, and by any field."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

Run = Callable[..., Any]


def rows_of(text: str) -> dict[tuple[str, str, str], dict[str, str]]:
    """Give rows by figure, field and group."""
    rows = list(csv.DictReader(StringIO(text)))
    found = {(row["metric"], row["by"], row["group"]): row for row in rows}
    assert len(found) == len(rows)
    return found


def test_a_screen_has_the_figures_with_their_intervals_and_counts(stepladder: Run, shop: Path) -> None:
    found = stepladder("metrics", "shop", "--as-of", "2026-03-06")
    assert (found.status, found.err) == (0, "")
    for words in ("Corner shop", "average deal", "95 % interval", "repeat rate", "By owner", "Seller"):
        assert words in found.out
    assert "By" not in [line.strip() for line in found.out.splitlines()]


def test_csv_and_json_say_the_same_and_fit_their_schema(stepladder: Run, shop: Path, root: Path) -> None:
    as_csv = stepladder("metrics", "shop", "--format", "csv")
    as_json = stepladder("metrics", "shop", "--format", "json")
    document = json.loads(as_json.out)
    schema = json.loads((root / "schemas" / "standard_metrics.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(document)
    texts = [["" if value is None else str(value) for value in row.values()] for row in document]
    assert texts == [list(row.values()) for row in rows_of(as_csv.out).values()]


def test_figures_are_told_apart_by_the_field_that_is_named(stepladder: Run, shop: Path) -> None:
    usual = rows_of(stepladder("metrics", "shop", "--format", "csv").out)
    by_name = rows_of(stepladder("metrics", "shop", "--format", "csv", "--by", "name").out)
    assert ("clients", "channel", "social") in usual
    assert ("clients", "channel", "social") not in by_name
    assert by_name["clients", "name", "Ana"]["value"] == "1"


def test_a_field_that_is_nowhere_is_refused_with_those_that_are(stepladder: Run, shop: Path) -> None:
    found = stepladder("metrics", "shop", "--by", "colour")
    assert found.status == 2
    assert "no record has a field `colour`; there are: channel, name" in found.err


def test_figures_go_into_a_file(stepladder: Run, shop: Path) -> None:
    found = stepladder("metrics", "shop", "--format", "csv", "--out", "figures.csv")
    assert (found.status, found.out) == (0, "")
    assert rows_of(Path("figures.csv").read_text(encoding="utf-8"))["clients", "", ""]["value"] == "3"


@pytest.mark.parametrize("engine", ["reference", "fast"])
def test_a_run_writes_the_same_figures_among_its_tables(stepladder: Run, shop: Path, engine: str) -> None:
    alone = stepladder("metrics", "shop", "--format", "csv")
    found = stepladder("run", "shop", "--standard-metrics", "--engine", engine, "--out", "out")
    assert found.status == 0
    assert "95 % interval" in found.out
    assert Path("out/standard_metrics.csv").read_text(encoding="utf-8") == alone.out
    assert stepladder("run", "shop", "--out", "out", "-q").status == 0
    assert not Path("out/standard_metrics.csv").exists()
