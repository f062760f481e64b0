"""The specs that are handed out, on their data: the same files from both executors."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from stepladder_engine.cli.main import cli

ROOT = Path(__file__).resolve().parents[2]
STARTERS = sorted(path.parent for path in ROOT.glob("engine/stepladder_engine/templates/*/*/*.ladder"))


def files_of(folder: Path) -> dict[str, bytes]:
    """Give the bytes of every file, the summary without who ran."""
    found = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
    found["summary.json"] = re.sub(rb'"engine": "\w+"', b"", found["summary.json"])
    return found


def run(folder: Path, engine: str, out: Path) -> tuple[int, str]:
    """Run a spec folder with an executor, and give the exit code and what is said on stderr."""
    words = [
        "run",
        str(folder),
        "--engine",
        engine,
        "--out",
        str(out),
        "--format",
        "csv,json",
        "--lang",
        "en",
    ]
    found = CliRunner().invoke(cli, words)
    return found.exit_code, found.stderr


@pytest.mark.parametrize("folder", STARTERS, ids=lambda folder: folder.relative_to(ROOT).as_posix())
def test_a_starter_project(folder: Path, tmp_path: Path) -> None:
    assert run(folder, "reference", tmp_path / "one")[0] == 0
    assert run(folder, "fast", tmp_path / "two")[0] == 0
    assert files_of(tmp_path / "two") == files_of(tmp_path / "one")


def test_records_that_send_events_to_each_other_run_fast(tmp_path: Path) -> None:
    # Claims send to clients, and clients to whoever invited them.
    assert run(ROOT / "specs" / "phone_sale", "fast", tmp_path / "out") == (0, "")
    run(ROOT / "specs" / "phone_sale", "reference", tmp_path / "other")
    assert files_of(tmp_path / "out") == files_of(tmp_path / "other")


OPENS = """\
spec shop
role seller
record client
record gift
event visit for client
process sale for client
    owner seller
    stage first
        on visit go to last
            open gift
    stage last
        end won
"""
VISITS = """\
events:
  visit:
    source: visits.csv
    key: client
    time: time
"""


def test_what_was_left_to_the_reference_is_said(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "shop.ladder").write_text(OPENS, "utf-8")
    (folder / "mapping.yaml").write_text(VISITS, "utf-8")
    (folder / "visits.csv").write_text("client,time\nA,2026-03-01 10:00\n", "utf-8")
    code, said = run(folder, "fast", tmp_path / "out")
    assert code == 0, said
    assert "the reference executor ran the records of `gift`, because of line 10 of the spec" in said
    run(folder, "reference", tmp_path / "other")
    assert files_of(tmp_path / "out") == files_of(tmp_path / "other")


@pytest.mark.shared
def test_a_pipeline_with_working_days(shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEPLADDER_DATA", str(shared / "data"))
    folder = ROOT / "specs" / "b2b_pipeline"
    code, said = run(folder, "fast", tmp_path / "one")
    assert code == run(folder, "reference", tmp_path / "two")[0] == 0
    assert "reference executor" not in said
    assert files_of(tmp_path / "one") == files_of(tmp_path / "two")
