"""Specs with data of their own: what the script makes, and what a run of it gives.

`STEPLADDER_ACCEPT=1 pytest tests/specs/test_shipped_data.py` writes down what comes out now.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from stepladder_engine.results.summary import summarize

ROOT = Path(__file__).resolve().parents[2]
MADE = sorted(path.parent for path in ROOT.glob("specs/*/generate.py"))
LOOKED_AT = [folder for folder in MADE if folder.name != "phone_sale"]
"""phone_sale has a table of its own."""


def name(folder: Path) -> str:
    return folder.name


def script(path: Path) -> ModuleType:
    """Load the script that makes the data."""
    found = importlib.util.spec_from_file_location(f"{path.parent.name}_generate", path)
    assert found
    assert found.loader
    module = importlib.util.module_from_spec(found)
    sys.modules[found.name] = module
    found.loader.exec_module(module)
    return module


@pytest.mark.parametrize("folder", MADE, ids=name)
def test_the_data_is_what_the_script_makes(folder: Path) -> None:
    made = script(folder / "generate.py").make()
    shipped = {path.name: path.read_bytes() for path in (folder / "data").iterdir()}
    assert sorted(made) == sorted(shipped)
    assert [file for file in made if made[file] != shipped[file]] == []


@pytest.mark.parametrize("folder", LOOKED_AT, ids=name)
def test_a_run_gives_what_a_person_has_looked_at(folder: Path, run_spec: Callable[..., Any]) -> None:
    ran = run_spec(folder, {})
    found = json.loads(json.dumps(summarize(ran.result, ran.metrics), default=str))
    expected = folder / "expected.json"
    if os.environ.get("STEPLADDER_ACCEPT"):
        text = json.dumps(found, ensure_ascii=False, indent=1)
        expected.write_text(f"{text}\n", encoding="utf-8", newline="\n")
    assert found == json.loads(expected.read_text(encoding="utf-8"))


@pytest.mark.parametrize("folder", LOOKED_AT, ids=name)
def test_nobody_is_forgotten(folder: Path, run_spec: Callable[..., Any]) -> None:
    positions = run_spec(folder, {}).table("positions")
    assert [row["case"] for row in positions if row["forgotten"]] == []


@pytest.mark.parametrize("folder", LOOKED_AT, ids=name)
def test_some_rows_are_rejected_and_none_is_lost(folder: Path, run_spec: Callable[..., Any]) -> None:
    """Dirty rows are part of the data, and every row ends in one place."""
    dataset = run_spec(folder, {}).result.dataset
    records = sum(len(rows) for rows in dataset.records.values())
    assert dataset.rejected
    assert sum(dataset.rows.values()) == (
        records
        + len(dataset.events)
        + len(dataset.duplicates)
        + sum(dataset.skipped.values())
        + len(dataset.rejected)
    )
