"""Specs with data of their own: what the script makes, and what a run of it gives.

`STEPLADDER_ACCEPT=1 pytest tests/specs/test_shipped_data.py` writes down what comes out now.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from stepladder_dsl.audit.findings import Status
from stepladder_dsl.audit.review import review
from stepladder_engine.results.summary import summarize
from stepladder_engine.results.worklist import worklist

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = (ROOT / "specs" / "README.md").read_text(encoding="utf-8")
TESTING = (ROOT / "docs" / "testing.md").read_text(encoding="utf-8")
CLIENTS = {"client", "клиент", "человек", "مشتری"}
HUNDREDS = 300
MONTH = 365.25 / 12 * 86_400_000_000
"""In microseconds, the mean of all."""
MADE = sorted(path.parent for path in ROOT.glob("specs/*/generate.py"))


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


@pytest.fixture(scope="module")
def ran(run_spec: Callable[..., Any]) -> Callable[[Path], Any]:
    """Run each spec once."""
    return cache(lambda folder: run_spec(folder, {}))


@pytest.mark.parametrize("folder", MADE, ids=name)
def test_a_run_gives_what_a_person_has_looked_at(folder: Path, ran: Callable[[Path], Any]) -> None:
    found = json.loads(json.dumps(summarize(ran(folder).result, ran(folder).metrics), default=str))
    expected = folder / "expected.json"
    if os.environ.get("STEPLADDER_ACCEPT"):
        text = json.dumps(found, ensure_ascii=False, indent=1)
        expected.write_text(f"{text}\n", encoding="utf-8", newline="\n")
    assert found == json.loads(expected.read_text(encoding="utf-8"))


@pytest.mark.parametrize("folder", MADE, ids=name)
def test_nobody_is_forgotten(folder: Path, ran: Callable[[Path], Any]) -> None:
    positions = ran(folder).table("positions")
    assert [row["case"] for row in positions if row["forgotten"]] == []


@pytest.mark.parametrize("folder", MADE, ids=name)
def test_all_that_is_owed_says_what_to_say_or_do(folder: Path, ran: Callable[[Path], Any]) -> None:
    owed = worklist(ran(folder).result, "en", reasons=False)
    assert owed
    assert [one.key for one in owed if not one.text] == []


@pytest.mark.parametrize("folder", MADE, ids=name)
def test_some_rows_are_rejected_and_none_is_lost(folder: Path, ran: Callable[[Path], Any]) -> None:
    """Dirty rows are part of the data, and every row ends in one place."""
    dataset = ran(folder).result.dataset
    records = sum(len(rows) for rows in dataset.records.values())
    assert dataset.rejected
    assert sum(dataset.rows.values()) == (
        records
        + len(dataset.events)
        + len(dataset.duplicates)
        + sum(dataset.skipped.values())
        + len(dataset.rejected)
    )


@pytest.mark.parametrize("folder", MADE, ids=name)
def test_the_table_of_the_samples_says_what_is_in_the_data(folder: Path, ran: Callable[[Path], Any]) -> None:
    """Hundreds of clients, two years, slips of several kinds; of `testing.md` what scenarios try."""
    result, spec = ran(folder).result, ran(folder).spec
    clients = max(
        len(rows)
        for kind, rows in result.dataset.records.items()
        if kind in {process.record for process in spec.processes.values()} and kind in CLIENTS
    )
    times = [event.time for event in result.dataset.events]
    months = round((max(times) - min(times)) / MONTH)
    kinds = Counter(row.fault.code for row in result.dataset.rejected)
    slips = ", ".join(f"{code} {count}" if count > 1 else code for code, count in sorted(kinds.items()))
    answers = Counter(subject.status for subject in review(spec).questions)
    (tried,) = (line for line in TESTING.splitlines() if line.startswith(f"| [`{folder.name}`]"))
    _, _, touched, caught, share = (cell.strip() for cell in tried.strip("|").split("|"))
    row = (
        f"| `{folder.name}` | {clients:,} | {months} | {len(times):,} | {len(result.dataset.duplicates)}"
        f" | {len(result.dataset.rejected)}: {slips} | {touched} | {caught}, {share}"
        f" | {answers[Status.ANSWERED]} of 17 |"
    )
    assert row in SAMPLES.splitlines()
    assert clients >= HUNDREDS
    assert months >= 23
    assert len(kinds) >= 4
