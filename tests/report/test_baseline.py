"""A report beside another one: of another day, another spec, other data."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

Run = Callable[..., Any]
DAY = "2026-03-31"


@pytest.fixture(scope="module")
def by_day(report_of: Callable[..., Any]) -> Any:
    """The shop beside itself three months before."""
    return report_of("shop", "--baseline", DAY)


def test_it_fits_the_schema_of_a_report(by_day: Any, root: Path) -> None:
    schema = json.loads((root / "schemas" / "report.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(by_day.document)
    assert DAY in by_day.document["baseline"]


def test_before_is_what_the_report_of_that_day_says(by_day: Any, report_of: Callable[..., Any]) -> None:
    then = report_of("shop", "--as-of", DAY).figures
    before = {key: one["before"]["value"] for key, one in by_day.figures.items() if one["before"]}
    assert len(before) > 25
    assert before == {key: then[key]["value"] for key in before}


def test_a_change_is_the_difference(by_day: Any) -> None:
    for key, figure in by_day.figures.items():
        if figure["before"] and figure["before"]["change"] is not None:
            change = figure["value"] - figure["before"]["value"]
            assert figure["before"]["change"] == pytest.approx(change), key


def test_who_stands_elsewhere_is_what_diff_counts(by_day: Any) -> None:
    found = {key: row["cases"] for key, row in by_day.table("changes", "clients").items()}
    assert found["positions"] > 0
    assert found["tasks_vanish"] == 0


def test_the_same_spec_over_the_same_data_changes_nothing(
    stepladder: Run, root: Path, tmp_path: Path
) -> None:
    folder = root / "specs" / "phone_sale"
    copy = tmp_path / "old.ladder"
    shutil.copy(folder / "phone_sale.ladder", copy)
    found = stepladder("report", str(folder), "--baseline", str(copy), "--format", "json")
    sections = json.loads(found.out)["sections"]
    changes = [
        figure["before"]["change"]
        for section in sections
        for figure in section["figures"]
        if figure["before"]
    ]
    assert changes
    assert set(changes) <= {0, None}
    (clients,) = (table for table in sections[0]["tables"] if table["key"] == "clients")
    assert {row["values"][1] for row in clients["rows"]} == {0}


def test_a_folder_with_a_mapping_is_other_data(stepladder: Run, root: Path, tmp_path: Path) -> None:
    folder = root / "specs" / "phone_sale"
    shutil.copytree(folder / "data", tmp_path / "data")
    shutil.copy(folder / "mapping.yaml", tmp_path)
    visits = tmp_path / "data" / "visits.csv"
    lines = visits.read_text(encoding="utf-8").splitlines(keepends=True)
    visits.write_text("".join(lines[:-5]), encoding="utf-8")
    found = stepladder("report", str(folder), "--baseline", str(tmp_path), "--format", "json")
    assert found.status == 0, found.err
    quality = json.loads(found.out)["sections"][-1]
    (rows,) = (figure for figure in quality["figures"] if figure["id"] == "quality.rows")
    assert rows["before"]["change"] == 5


def test_amounts_of_another_currency_are_not_subtracted(stepladder: Run, root: Path) -> None:
    specs = root / "specs"
    found = stepladder(
        "report", str(specs / "phone_sale"), "--baseline", str(specs / "shop"), "--format", "json"
    )
    assert found.status == 0, found.err
    figures = {
        figure["id"]: figure for section in json.loads(found.out)["sections"] for figure in section["figures"]
    }
    assert figures["money.income"]["before"] is None
    assert figures["money.buyers"]["before"]["value"] == 145


@pytest.mark.parametrize("other", ["31.06.2026", "2026-02-30", "nowhere", ""])
def test_what_is_none_of_these_is_refused(stepladder: Run, root: Path, other: str) -> None:
    found = stepladder("report", str(root / "specs" / "phone_sale"), "--baseline", other)
    assert (found.status, found.out) == (2, "")
    assert "SD107" in found.err
