"""Businesses with all constructs of the language, from files, on Spark: always the reference's answer.

Most of it goes through everything but Spark itself, in one process; at night Spark does, too.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from stepladder_dsl.diagnostics.catalogue import message
from stepladder_dsl.model.spec import Spec
from stepladder_engine.results.answer import Answer
from stepladder_engine.results.execute import execute
from stepladder_engine.spark.exchange import Exchange, SparkExchange
from stepladder_engine.spark.execute import execute_on_spark
from stepladder_engine.spark.session import obstacles

HERE = Path(__file__).parent
FORMS = ("csv", "parquet", "sqlite")
"""The last one is read by the start of the run, the others by the workers."""
_MISSING = obstacles()


@dataclass(frozen=True)
class Helpers:
    """What makes specs, logs and files at random, and an exchange without Spark."""

    business: ModuleType
    logs: ModuleType
    files: ModuleType
    native: ModuleType


@pytest.fixture(scope="module")
def helpers(load_helper: Callable[[Path], ModuleType]) -> Helpers:
    fast = HERE.parent / "fast"
    return Helpers(
        load_helper(fast / "random_business.py"),
        load_helper(fast / "random_log.py"),
        load_helper(HERE / "random_files.py"),
        load_helper(HERE / "test_native.py"),
    )


def outcome(answer: Answer | None, problems: list[Any]) -> dict[str, str]:
    """Give all that a user may see, table by table, as text: then kinds of numbers are compared as well."""
    found = {"problems": "\n".join(f"{problem.code} {message(problem, 'en')}" for problem in problems)}
    if answer is None:
        return found
    tables: dict[str, Any] = {table.name: [list(row) for row in table.rows] for table in answer.all_tables()}
    tables["summary"] = answer.summary | {"engine": ""}
    return found | {
        name: json.dumps(rows, default=repr, ensure_ascii=False, indent=0) for name, rows in tables.items()
    }


def draw(
    helpers: Helpers, folder: Path, number: int, form: str, clients: int
) -> tuple[str, Spec, Path, str | None]:
    """Give the text of a spec, the spec, a mapping with its files, and the moment of a run."""
    chance = helpers.logs.chance(number)
    text = helpers.business.text_of(chance, alone=(what := chance.random()) > 0.1, signals=0.1 < what < 0.5)
    dataset, moment = helpers.logs.log_of(chance, clients)
    spec = helpers.business.spec_of(text)
    mapping = helpers.files.write_files(folder, spec, dataset, chance, form)
    as_of = None if moment is None else helpers.files.moment_of(moment).isoformat()
    return text, spec, mapping, as_of


def hold_same(
    helpers: Helpers, folder: Path, number: int, form: str, exchange: Exchange, clients: int
) -> None:
    """Run a random business on Spark and by the reference executor."""
    text, spec, mapping, as_of = draw(helpers, folder, number, form, clients)
    expected = outcome(*execute(spec, mapping, as_of=as_of, engine="reference"))
    parts = 1 + number % 4
    found = outcome(*execute_on_spark(spec, mapping, as_of=as_of, parts=parts, exchange=exchange))
    for name, rows in expected.items():
        assert found[name] == rows, (name, text, mapping.read_text("utf-8"))
    assert found.keys() == expected.keys()


EVERY_DAY = [pytest.param("csv", 1)]
AT_NIGHT = [
    pytest.param(form, number, marks=pytest.mark.nightly) for form in FORMS for number in range(2, 100)
]


@pytest.mark.parametrize(("form", "number"), EVERY_DAY + AT_NIGHT)
def test_without_spark_itself(
    helpers: Helpers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str, number: int
) -> None:
    monkeypatch.setattr("stepladder_engine.spark.splits.ROWS_AT_ONCE", 30)
    hold_same(helpers, tmp_path, number, form, helpers.native.InOneProcess(1_500), 15)


@pytest.fixture(scope="module")
def spark() -> Iterator[Exchange]:
    """Spark on two cores, one session for all cases: it takes seconds to start."""
    if _MISSING:
        pytest.skip(message(_MISSING[0], "en"))
    from pyspark.sql import SparkSession

    builder: Any = SparkSession.builder
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        patch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
        session = builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
        exchange = SparkExchange(session)
        exchange.bytes_at_once = 3_000
        yield exchange
        session.stop()


@pytest.mark.nightly
@pytest.mark.filterwarnings("ignore")  # Spark and what it loads speak of what will change in them one day.
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("number", range(1_000, 1_040))
def test_on_spark(
    helpers: Helpers,
    spark: Exchange,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    form: str,
    number: int,
) -> None:
    monkeypatch.setattr("stepladder_engine.spark.splits.ROWS_AT_ONCE", 60)
    hold_same(helpers, tmp_path, number, form, spark, 40)
