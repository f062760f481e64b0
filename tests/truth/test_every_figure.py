"""Every figure that independent programs have worked out from five real data sets, against Stepladder's.

A folder here has a spec whose metrics bear the names of the figures: `mean_total_spend_ltv` is the metric of
that name, `by_agent.Anna Snelling.won` the group of Anna Snelling of the metric `by_agent_won`. Only what
stands in `OTHERWISE` is found elsewhere: among the standard figures, in the report, or in a run as of another
day. A figure that is found nowhere is a mistake, so that nothing of the truth is passed over.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import cached_property
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from click.testing import CliRunner

from stepladder_engine.cli.main import cli

pytestmark = [pytest.mark.shared, pytest.mark.nightly]

FOLDER = Path(__file__).resolve().parent
Where = tuple[str, ...]
MOMENTS = {
    "cdnow": "1998-06-30",
    "maven_crm": "2017-12-31",
    "northwind": "2018-05-06",
    "chinook": "2013-12-22",
    "online_retail": "2011-12-09",
    "telco_churn": "2020-01-01",
}
"""As of which day the figures are: that of the last row; subscribers have none."""


class Answers:
    """What the commands say of one data set."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._runs: dict[str, dict[str, Any]] = {}

    def told(self, *words: str) -> str:
        """Run a command over the folder."""
        command, *options = words
        ran = CliRunner().invoke(cli, [command, str(FOLDER / self.name), *options], catch_exceptions=False)
        assert ran.exit_code == 0, ran.stderr
        return ran.stdout

    def run(self, as_of: str | None = None) -> dict[str, Any]:
        """Give the summary of a run as of a day."""
        day = as_of or MOMENTS[self.name]
        if day not in self._runs:
            self._runs[day] = json.loads(self.told("run", "--as-of", day, "--format", "json"))
        return self._runs[day]

    def repeated_rows(self) -> int:
        """Count the rows that are there once more: in a database, a query makes their id of all columns."""
        with TemporaryDirectory() as folder:
            database = Path(folder) / "rows.sqlite"
            _fill(database, Path(os.environ["STEPLADDER_DATA"]) / self.name / f"{self.name}.csv.gz")
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("ONLINE_RETAIL", f"sqlite:///{database}")
                mapping = FOLDER / self.name / "repeated_rows.yaml"
                found = json.loads(self.told("run", "--data", str(mapping), "--format", "json"))
        assert found["rows"] == found["events"] + found["duplicates"]
        duplicates: int = found["duplicates"]
        return duplicates

    @cached_property
    def standard(self) -> dict[tuple[str, str], dict[str, str]]:
        """The standard figures by name and group."""
        rows = csv.DictReader(
            StringIO(self.told("metrics", "--as-of", MOMENTS[self.name], "--format", "csv"))
        )
        return {(row["metric"], row["group"]): row for row in rows}

    def of_standard(self, metric: str, group: str = "", column: str = "value") -> float:
        return float(self.standard[metric, group][column])

    @cached_property
    def income_by_month(self) -> dict[str, float]:
        """What the report's table of months says."""
        report = json.loads(self.told("report", "--as-of", MOMENTS[self.name], "--format", "json"))
        tables = (table for section in report["sections"] for table in section["tables"])
        months = next(table for table in tables if table["key"] == "months")
        income = [column["key"] for column in months["columns"]].index("income")
        return {row["id"].rpartition(".")[2]: row["values"][income] for row in months["rows"]}

    def groups(self, metric: str) -> dict[str, Any]:
        """Give the values of a metric that are not nothing, by group."""
        found = self.run()["metrics"][metric]["groups"]
        return {one["group"][0]: one["value"] for one in found if one["value"]}


def _fill(database: Path, rows_of: Path) -> None:
    """Write a file's rows into the table `lines`, as texts and as they are."""
    with gzip.open(rows_of, "rt", encoding="utf-8", newline="") as file, sqlite3.connect(database) as base:
        rows = csv.reader(file)
        columns = next(rows)
        base.execute(f"create table lines ({', '.join(f'{name} text' for name in columns)})")
        base.executemany("insert into lines values (?, ?, ?, ?, ?, ?, ?, ?)", rows)
    base.close()


def day_of(answers: Answers, days_ago: float) -> str:
    """Give the day that is so many days before the moment of the figures."""
    return (date.fromisoformat(MOMENTS[answers.name]) - timedelta(days=days_ago)).isoformat()


def quarter(answers: Answers, name: str) -> Any:
    """Give what was won in a quarter, in a run as of its last day."""
    year, number = int(name[:4]), int(name[-1])
    end = date(year + number // 4, number % 4 * 3 + 1, 1) - timedelta(days=1)
    return answers.run(end.isoformat())["metrics"]["won_in_the_quarter"]["value"]


def moment_of(answers: Answers, metric: str) -> str:
    """Give the minute that is so many minutes before the end of the day of the figures."""
    ago = answers.run()["metrics"][metric]["value"]
    end = datetime.fromisoformat(f"{MOMENTS[answers.name]}T23:59:59")
    return (end - timedelta(minutes=ago)).strftime("%Y-%m-%d %H:%M:00")


def cut_to_cents(amount: float) -> float:
    """Cut off what the other program cuts off: of the mean of two amounts in the middle, half a cent."""
    return int(round(amount * 1000) / 10) / 100


def not_listed(answers: Answers, used: str, listed: str) -> list[str]:
    return sorted(answers.groups(used).keys() - answers.groups(listed).keys())


Find = Callable[[Answers, Where], Any]
OTHERWISE: dict[tuple[str, str], Find] = {
    ("cdnow", "as_of"): lambda answers, _: answers.run()["as_of"][:10],
    ("cdnow", "first_date"): lambda answers, _: day_of(
        answers, answers.run()["metrics"]["first_date"]["value"]
    ),
    ("cdnow", "median_total_spend"): lambda answers, _: cut_to_cents(answers.of_standard("median_spend")),
    ("cdnow", "revenue_by_month"): lambda answers, at: answers.income_by_month[at[1]],
    ("cdnow", "cohort_repeat_by_first_month"): lambda answers, at: answers.of_standard(
        "cohort_repeat_rate", at[1], {"clients": "count", "repeat": "part"}[at[2]]
    ),
    ("maven_crm", "as_of"): lambda answers, _: answers.run()["as_of"][:10],
    ("maven_crm", "won_by_close_quarter"): lambda answers, at: quarter(answers, at[1]),
    ("maven_crm", "median_days_won"): lambda answers, _: answers.of_standard(
        "step_days_median", "pipeline, engaging, won"
    ),
    ("maven_crm", "agents_without_deals"): lambda answers, _: sorted(answers.groups("agents_without_deals")),
    ("maven_crm", "product_names_not_in_products"): lambda answers, _: not_listed(
        answers, "products_of_deals", "listed_products"
    ),
    ("maven_crm", "accounts_not_in_accounts"): lambda answers, _: not_listed(
        answers, "accounts_of_deals", "listed_accounts"
    ),
    ("northwind", "employees_with_orders"): lambda answers, _: len(answers.groups("employees_with_orders")),
    ("online_retail", "as_of"): lambda answers, _: answers.run()["as_of"][:10],
    ("online_retail", "duplicate_rows_exact"): lambda answers, _: answers.repeated_rows(),
    ("online_retail", "first_ts"): lambda answers, at: moment_of(answers, at[0]),
    ("online_retail", "last_ts"): lambda answers, at: moment_of(answers, at[0]),
    ("online_retail", "mean_spend_first_30d_offset_lt"): lambda answers, _: answers.of_standard(
        "spend_first_month_so_far"
    ),
    ("online_retail", "mean_spend_first_365d_offset_lt"): lambda answers, _: answers.of_standard(
        "spend_first_year_so_far"
    ),
    ("online_retail", "second_order_day_within"): lambda answers, at: answers.of_standard(
        "second_purchase_so_far", at[1], "part"
    ),
}


def leaves(truth: Any, where: Where = ()) -> Iterator[tuple[Where, Any]]:
    """Yield every figure with its path; lists of names are one."""
    if isinstance(truth, dict):
        for key, value in truth.items():
            yield from leaves(value, (*where, key))
    elif isinstance(truth, list) and where[-1].endswith("min_max"):
        for place, value in enumerate(truth):
            yield (*where, str(place)), value
    else:
        yield where, truth


def found_for(answers: Answers, where: Where) -> Any:
    """Give what Stepladder says for a figure of the truth."""
    otherwise = OTHERWISE.get((answers.name, where[0]))
    if otherwise is not None:
        return otherwise(answers, where)
    as_of = None
    if where[0].startswith("as_of_"):
        as_of, where = where[0].removeprefix("as_of_"), where[1:]
    metrics = answers.run(as_of)["metrics"]
    name = "_".join(where)
    if name in metrics:
        value = metrics[name]["value"]
        return day_of(answers, value) if where[-2:-1] and where[-2].endswith("min_max") else value
    plain = "_".join([*where[:-1], where[-1].lower().replace(" ", "_")])
    if plain in metrics:
        return metrics[plain]["value"]
    for place in range(1, len(where)):
        of_group = metrics.get("_".join((*where[:place], *where[place + 1 :])))
        if of_group is not None:
            return {one["group"][0]: one["value"] for one in of_group["groups"]}[where[place]]
    raise LookupError(name)


@pytest.fixture(params=MOMENTS)
def answers(request: pytest.FixtureRequest, shared: Path, monkeypatch: pytest.MonkeyPatch) -> Answers:
    data = shared / "data"
    if not data.is_dir():
        pytest.skip("needs the real data sets")
    monkeypatch.setenv("STEPLADDER_DATA", str(data))
    if request.param in {"northwind", "chinook"}:
        pytest.importorskip("sqlalchemy", reason="needs the extra sql")
    for variable, file in (("NORTHWIND", "northwind"), ("CHINOOK", "Chinook_Sqlite")):
        monkeypatch.setenv(variable, f"sqlite:///{data / 'northwind' / file}.sqlite")
    return Answers(request.param)


def truth_of(shared: Path, name: str) -> Any:
    folder = "northwind" if name == "chinook" else name
    truth = json.loads((shared / "data" / folder / "truth.json").read_text(encoding="utf-8"))
    return truth[name] if folder == "northwind" else truth


def plain_day(moment: str) -> str:
    """Leave out a time that only says that a day begins."""
    return moment.removesuffix(" 00:00:00")


def test_every_figure_of_the_truth_comes_out(answers: Answers, shared: Path) -> None:
    figures = dict(leaves(truth_of(shared, answers.name)))
    for where, expected in figures.items():
        found = found_for(answers, where)
        if isinstance(expected, int | float):
            assert found == pytest.approx(expected, rel=1e-9), where
        else:
            assert found == (plain_day(expected) if isinstance(expected, str) else expected), where
    assert len(figures) > 7
