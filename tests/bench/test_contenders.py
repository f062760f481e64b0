"""Everything the comparison runs gives the same answer; what would give another one is found out."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest
from click.testing import CliRunner

from stepladder_engine.cli.main import cli

CLIENTS = 120
NEEDED = (
    "duckdb",
    "numpy",
    "pandas",
    "polars",
    "pyarrow",
    "SpiffWorkflow",
    "statemachine",
    "transitions",
    "zen",
)
MISSING = [name for name in NEEDED if find_spec(name) is None]

pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)} (group `bench`)")


@pytest.fixture(scope="module")
def module_path(root: Path) -> str:
    return os.pathsep.join([str(root / "bench"), *sys.path])


@pytest.fixture(scope="module")
def python(module_path: str) -> Callable[..., subprocess.CompletedProcess[str]]:
    """The way to run a program of the measurements."""
    environment = {**os.environ, "PYTHONPATH": module_path}

    def run(*words: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", *map(str, words)]
        return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)

    return run


@pytest.fixture(scope="module", params=["csv", "parquet"])
def workload(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    python: Callable[..., subprocess.CompletedProcess[str]],
) -> Path:
    """A dirty history of some clients in one format, with our own answer beside it."""
    folder = tmp_path_factory.mktemp("workload")
    size = ["--clients", CLIENTS, "--dirty", "0.05", "--formats", request.param]
    assert python("workload", folder, *size).returncode == 0
    found = folder / str(request.param)
    command = ["run", str(found), "--as-of", "2026-06-30T12:00", "--out", str(found / "ours"), "--quiet"]
    assert CliRunner().invoke(cli, [*command, "--format", "csv"]).exit_code == 0
    return found


CONTENDERS = {
    "by hand, polars": ("by_hand",),
    "by hand, pandas": ("by_hand", "--with", "pandas"),
    "transitions": ("with_transitions",),
    "python-statemachine": ("with_statemachine",),
    "zen-engine": ("with_zen",),
    "SpiffWorkflow": ("with_spiff",),
}


def test_every_contender_that_answers_is_tried_here(bench: Path) -> None:
    assert bench.is_dir()
    found = {one.name for one in import_module("contestants").everybody() if one.group in {"hand", "peers"}}
    assert found == CONTENDERS.keys()


@pytest.mark.parametrize("name", CONTENDERS)
def test_a_contender_gives_our_answer(
    name: str, workload: Path, tmp_path: Path, python: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    module, *words = CONTENDERS[name]
    (events,) = workload.glob("events.*")
    ran = python(f"contenders.{module}", events, tmp_path / "out", *words)
    assert (ran.returncode, ran.stderr) == (0, "")
    compared = python("equality", workload / "ours", tmp_path / "out")
    assert (compared.returncode, compared.stdout) == (0, "")


@pytest.mark.parametrize("table", ["positions", "tasks"])
def test_one_other_cell_is_a_difference(
    table: str, workload: Path, tmp_path: Path, python: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    shutil.copytree(workload / "ours", tmp_path / "other")
    file = tmp_path / "other" / f"{table}.csv"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    lines[1] = lines[1].replace("C000", "C100")
    file.write_text("".join(lines), encoding="utf-8")
    compared = python("equality", workload / "ours", tmp_path / "other")
    assert compared.returncode == 1
    assert compared.stdout.startswith(f"{table}: 2 rows differ")


@pytest.mark.parametrize("table", ["journal", "deviations", "rejected"])
def test_two_answers_of_our_own_are_equal_in_every_cell_or_they_differ(
    table: str, workload: Path, tmp_path: Path, python: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    shutil.copytree(workload / "ours", tmp_path / "other")
    assert python("equality", workload / "ours", tmp_path / "other", "--every-cell").returncode == 0
    file = tmp_path / "other" / f"{table}.csv"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("client", "patient", 1), encoding="utf-8")
    assert python("equality", workload / "ours", tmp_path / "other").returncode == 0
    compared = python("equality", workload / "ours", tmp_path / "other", "--every-cell")
    assert compared.returncode == 1
    assert compared.stdout.startswith(f"{table}: 2 rows differ")


def test_of_chosen_tables_every_cell_is_compared_and_no_other_table_is_wanted(
    workload: Path, tmp_path: Path, python: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    asked = (
        "equality",
        workload / "ours",
        tmp_path / "some",
        "--every-cell",
        "--tables",
        "positions",
        "tasks",
    )
    (tmp_path / "some").mkdir()
    for table in ("positions", "tasks"):
        shutil.copy(workload / "ours" / f"{table}.csv", tmp_path / "some")
    assert python(*asked).returncode == 0
    file = tmp_path / "some" / "tasks.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("client", "patient", 1), encoding="utf-8")
    assert python(*asked).stdout.startswith("tasks: 2 rows differ")


def test_one_row_less_is_a_difference(
    workload: Path, tmp_path: Path, python: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    shutil.copytree(workload / "ours", tmp_path / "other")
    file = tmp_path / "other" / "tasks.csv"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join(lines[:-1]), encoding="utf-8")
    assert python("equality", workload / "ours", tmp_path / "other").returncode == 1


@pytest.mark.parametrize(
    "words", [(), ("--sort", "--tasks"), ("--with", "polars"), ("--with", "polars", "--sort")]
)
@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_the_bare_limit_counts_every_event_once(
    form: str,
    words: tuple[str, ...],
    tmp_path: Path,
    python: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    duckdb = import_module("duckdb")
    made = python("workload", tmp_path, "--clients", CLIENTS, "--formats", form)
    events = int(made.stdout.split()[0].replace(",", ""))
    ran = python("contenders.limit", tmp_path / form / f"events.{form}", tmp_path, *words)
    assert (ran.returncode, ran.stderr) == (0, "")
    query = f"SELECT count(*), sum(events) FROM '{tmp_path / f'clients.{form}'}'"  # noqa: S608 - our own file
    assert duckdb.sql(query).fetchall() == [(CLIENTS, events)]
    if "--tasks" in words:
        tasks = duckdb.sql(f"SELECT count(*) FROM '{tmp_path / f'tasks.{form}'}'").fetchall()  # noqa: S608
        assert tasks == [(sum(row % 10 < 7 for row in range(events)),)]
