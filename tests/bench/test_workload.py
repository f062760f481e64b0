"""The generated history: the same for the same numbers, in order of time, and as dirty as asked."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from click.testing import CliRunner

from stepladder_engine.cli.main import cli

pytest.importorskip("numpy", reason="the generator needs numpy (group `bench`)")
pytest.importorskip("pyarrow", reason="the generator needs pyarrow")


@pytest.fixture
def workload(bench: Path) -> ModuleType:
    assert bench.is_dir()
    return import_module("workload")


def summary(folder: Path) -> Any:
    command = ["run", str(folder), "--as-of", "2026-06-30T12:00", "--format", "json"]
    ran = CliRunner().invoke(cli, command)
    assert ran.exit_code == 0, ran.output
    return json.loads(ran.stdout)


def test_the_same_numbers_give_the_same_bytes(workload: ModuleType, tmp_path: Path) -> None:
    for name, seed in (("one", 1), ("again", 1), ("other", 2)):
        workload.write_workload(tmp_path / name, workload.Size(50, dirty=0.1, seed=seed))
    for file in ("csv/events.csv", "parquet/events.parquet"):
        one, again, other = ((tmp_path / name / file).read_bytes() for name in ("one", "again", "other"))
        assert one == again
        assert one != other


def test_ten_events_a_client_in_seven_columns_in_order_of_time(workload: ModuleType) -> None:
    table = workload.history(workload.Size(2_000))
    assert table.column_names == ["client", "time", "kind", "amount", "channel", "goods", "score"]
    assert 9.8 < table.num_rows / 2_000 < 10.8
    times = table["time"].to_pylist()
    assert times == sorted(times)
    assert len(table["client"].unique()) == 2_000


def test_a_long_case_has_so_many_events(workload: ModuleType) -> None:
    clients = workload.history(workload.Size(20, long_case=5_000))["client"].to_pylist()
    assert clients.count("C0000000") == 5_000


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_clean_history_is_used_to_the_last_row(workload: ModuleType, form: str, tmp_path: Path) -> None:
    rows = workload.write_workload(tmp_path, workload.Size(100), [form])
    found = summary(tmp_path / form)
    assert (found["events"], found["rejected"], found["cases"]) == (rows, 0, 100)


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_every_broken_row_is_rejected_and_no_other(workload: ModuleType, form: str, tmp_path: Path) -> None:
    size = workload.Size(300, dirty=0.1)
    rows = workload.write_workload(tmp_path, size, [form])
    found = summary(tmp_path / form)
    assert found["events"] + found["rejected"] == rows
    assert 0.08 < found["rejected"] / rows < 0.12
