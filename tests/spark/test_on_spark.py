"""Spark on this machine: the same files as from the reference executor."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from stepladder_dsl.diagnostics.catalogue import message
from stepladder_engine.cli.main import cli
from stepladder_engine.spark.session import obstacles

_MISSING = obstacles()
pytestmark = [
    pytest.mark.skipif(bool(_MISSING), reason=message(_MISSING[0], "en") if _MISSING else ""),
    # Spark and what it loads speak of what will change in them one day.
    pytest.mark.filterwarnings("ignore"),
]


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """Give a session on two cores, one for all tests: it takes seconds to start."""
    from pyspark.sql import SparkSession

    builder: Any = SparkSession.builder
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        patch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
        session = builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
        yield session
        session.stop()


def run(folder: Path, engine: str, out: Path) -> tuple[int, str]:
    """Run a spec folder with an executor, and give the exit code and what is said on stderr."""
    words = ["run", str(folder), "--engine", engine, "--out", str(out), "--format", "csv,json,parquet"]
    found = CliRunner().invoke(cli, [*words, "--lang", "en"], catch_exceptions=False)
    return found.exit_code, found.stderr


def files_of(folder: Path) -> dict[str, Any]:
    """Give the bytes of every file; of Parquet the rows, since dictionaries of values may be in any order."""
    from pyarrow import parquet

    found = {
        path.name: parquet.read_table(path).to_pylist() if path.suffix == ".parquet" else path.read_bytes()
        for path in sorted(folder.iterdir())
    }
    # Everything but who ran.
    return found | {"summary.json": re.sub(rb'"engine": "\w+"', b"", found["summary.json"])}


@pytest.mark.parametrize("name", ["service", "trading-company"])
def test_cases_in_parts(spark: Any, root: Path, tmp_path: Path, name: str) -> None:
    folder = root / "engine" / "stepladder_engine" / "templates" / name / "en"
    assert run(folder, "reference", tmp_path / "one")[0] == 0
    code, said = run(folder, "spark", tmp_path / "two")
    assert code == 0
    assert "in one part" not in said
    assert files_of(tmp_path / "two") == files_of(tmp_path / "one")


def test_cases_that_touch_each_other_are_run_in_one_part(spark: Any, root: Path, tmp_path: Path) -> None:
    folder = root / "specs" / "phone_sale"
    run(folder, "reference", tmp_path / "one")
    code, said = run(folder, "spark", tmp_path / "two")
    assert code == 0
    assert "so Spark ran all of them in one part" in said
    assert files_of(tmp_path / "two") == files_of(tmp_path / "one")


SHOP = """\
language en
spec shop
    currency EUR
    timezone Europe/Sofia
role seller
record client
event purchase for client
    amount money
process sale for client
    owner seller
    stage new
        start
        on purchase when amount > 10 go to regular
        after 1 year go to lost
    stage regular
        end won
    stage lost
        end lost
metric turnover
    = sum of purchase.amount
"""
MAPPING = """\
events:
  purchase:
    source: log.csv
    key: who
    time: when
    id: number
    fields: {amount: paid}
options: {max_rejected: 50%}
"""
LOG = """\
number,who,when,paid
1,A,2026-01-02,5
2,B,2026-01-03,50.10
2,B,2026-01-03,50.10
3,,2026-01-03,1
4,C,yesterday,1
5,C,2028-01-03,0.20
"""


def test_bad_rows_are_put_aside_as_on_one_machine(spark: Any, tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    shop.mkdir()
    for name, text in {"shop.ladder": SHOP, "mapping.yaml": MAPPING, "log.csv": LOG}.items():
        (shop / name).write_text(text, encoding="utf-8")
    assert run(shop, "reference", tmp_path / "one")[0] == 0
    assert run(shop, "spark", tmp_path / "two")[0] == 0
    found = files_of(tmp_path / "two")
    assert found == files_of(tmp_path / "one")
    assert b"more than a year after all others" in found["summary.json"]
    assert found["rejected.csv"].count(b"\n") == 3
