"""The figures of a report are those of `run`, `metrics` and `tasks`, and everybody behind them is named."""

from __future__ import annotations

import csv
import json
import shlex
from collections import Counter
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from stepladder_engine.cli.data import answer_for
from stepladder_engine.cli.specs import runnable
from stepladder_engine.report.build import Made, make_report
from stepladder_engine.report.document import Origin

Report = Any
SPECS = ("shop", "phone_sale", "six_processes")


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text)))


@pytest.fixture(params=SPECS)
def name(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


@pytest.fixture
def report(report_of: Callable[..., Report], name: str) -> Report:
    return report_of(name)


@pytest.fixture(scope="module")
def made(root: Path) -> Made:
    """Give a report with everything behind it: of a spec with costs, regular payments and rejected rows."""
    model = runnable(str(root / "specs" / "client_formula"))
    mapping = root / "specs" / "client_formula" / "mapping.yaml"
    return make_report(
        answer_for(model, mapping, as_of=None), Origin("client_formula", mapping.as_posix()), "en"
    )


@pytest.fixture
def summary(asked: Callable[..., Any], root: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(asked("run", str(root / "specs" / name), "--format", "json").out)
    return found


def test_what_is_owed_is_what_tasks_lists(
    report: Report, asked: Callable[..., Any], root: Path, name: str
) -> None:
    listed = rows_of(asked("tasks", str(root / "specs" / name), "--format", "csv").out)
    owners = Counter((row["owner"], row["person"], row["status"]) for row in listed)
    found: Counter[tuple[str, str, str]] = Counter()
    for key, row in report.table("today", "owners").items():
        role, _, person = key.partition("/")
        for status, column in (("due", "due_today"), ("overdue", "overdue"), ("escalated", "escalated")):
            found[role, person, status] += row[column]
    assert +found == owners
    assert report.figures["today.owed"]["value"] == len(listed)
    assert report.behind["today.owed"]["count"] == len({(row["record"], row["case"]) for row in listed})


def test_the_figures_of_the_money_are_the_standard_ones(
    report: Report, asked: Callable[..., Any], root: Path, name: str
) -> None:
    listed = rows_of(asked("metrics", str(root / "specs" / name), "--format", "csv").out)
    whole = {row["metric"]: row for row in listed if not row["by"]}
    figures = {key: one for key, one in report.figures.items() if key.startswith("money.")}
    assert len(figures) >= 10
    for key, figure in figures.items():
        row = whole[key.removeprefix("money.")]
        expected = pytest.approx(float(row["value"]), rel=1e-12) if row["value"] else None
        assert figure["value"] == expected, key
        assert figure["count"] == int(row["count"])


def test_behind_a_share_or_a_count_stand_those_whom_it_counts(
    report: Report, asked: Callable[..., Any], root: Path, name: str
) -> None:
    listed = rows_of(asked("metrics", str(root / "specs" / name), "--format", "csv").out)
    part = {row["metric"]: int(row["part"]) for row in listed if row["part"] and not row["by"]}
    value = {row["metric"]: row["value"] for row in listed if not row["by"]}
    compared = 0
    for metric in ("repeat_rate", "referred_share", "referrers"):
        if f"money.{metric}" in report.behind and metric in part:
            assert report.behind[f"money.{metric}"]["count"] == part[metric], metric
            compared += 1
    for metric in ("clients", "buyers"):
        assert report.behind[f"money.{metric}"]["count"] == int(value[metric])
    if "money.recurring_income" in report.behind:
        assert report.behind["money.recurring_income"]["count"] == int(value["recurring_clients"])
    assert compared


def test_months_add_up_to_the_income_of_these_months(report: Report) -> None:
    months = report.table("money", "months")
    assert sum(row["new_buyers"] for row in months.values()) <= report.figures["money.buyers"]["value"]
    if len(months) < 24:
        assert sum(row["income"] for row in months.values()) == pytest.approx(
            report.figures["money.income"]["value"]
        )


def test_stages_offers_targets_and_quality_are_those_of_the_run(
    report: Report, summary: dict[str, Any]
) -> None:
    for process, stages in summary["stages"].items():
        rows = report.table("ladder", f"stages/{process}")
        assert {stage: row["now"] for stage, row in rows.items()} == stages
    offers = Counter[str]()
    for row in report.table("offers", "offers").values():
        offers.update(
            {status: row[status] for status in ("open", "accepted", "declined", "expired", "withdrawn")}
        )
    assert +offers == Counter(summary["offers"])
    rows = report.table("targets", "figures")
    assert {key: row["count"] for key, row in rows.items() if key in summary["metrics"]} == {
        key: metric["count"] for key, metric in summary["metrics"].items()
    }
    for key, figure in report.figures.items():
        if key.startswith("quality."):
            assert figure["value"] == summary[key.removeprefix("quality.")]


def test_everybody_who_came_to_a_rung_went_on_is_there_or_is_lost(report: Report) -> None:
    for section in report.sections["leaks"]["tables"]:
        if not section["key"].startswith("rungs/"):
            continue
        rows = list(report.table("leaks", section["key"]).values())
        for row, following in zip(rows, [*rows[1:], None], strict=True):
            assert row["reached"] == (row["went_on"] or 0) + row["still_here"] + row["lost"]
            if following is not None:
                assert row["went_on"] == following["reached"]


def test_income_is_the_product_of_the_three_ways_to_grow(report: Report) -> None:
    value = {
        key: report.figures[f"growth.{key}"]["value"] for key in ("buyers", "frequency", "purchase", "income")
    }
    product = value["buyers"] * value["frequency"] * value["purchase"]
    assert product == pytest.approx(value["income"], rel=1e-4)  # the purchase is written in cents
    ways = report.table("growth", "ways")
    for key in ("clients", "purchase", "frequency"):
        assert ways[key]["more_income"] == pytest.approx(value["income"] * 0.1, abs=0.01)
    assert ways["together"]["more_income"] == pytest.approx(value["income"] * 0.331, abs=0.01)


def test_everybody_behind_a_figure_is_given_by_the_command_that_stands_there(
    report: Report, asked: Callable[..., Any]
) -> None:
    cut = {key: found for key, found in report.behind.items() if found and found["command"]}
    assert cut
    key = min(cut)
    words = shlex.split(cut[key]["command"])
    assert words[:2] == ["stepladder", "report"]
    listed = rows_of(asked(*words[1:]).out)
    assert len(listed) == cut[key]["count"]
    first = [(one["case"], one["name"] or "") for one in cut[key]["shown"]]
    assert [(row["case"], row["name"]) for row in listed[: len(first)]] == first


# A client counts once in a list, however often it went a way or got an offer; shares and means are no counts.
COUNTS_OF_CLIENTS = {
    "leaks.rungs": {"reached", "went_on", "still_here"},
    "ladder.stages": {"through", "late"},
    "money.months": {"new_buyers"},
}


def test_every_figure_has_somebody_behind_it_and_its_line(made: Made) -> None:
    document = made.document
    for section in document["sections"]:
        for figure in section["figures"]:
            assert figure["clients"] is not None, figure["id"]
            assert figure["at"], figure["id"]
        for table in section["tables"]:
            for row in table["rows"]:
                # A task names its client itself.
                assert row["clients"] or row["lists"] or row["id"].startswith("today.tasks/"), row["id"]
                assert row["at"] or table["at"], row["id"]


def test_the_lists_behind_single_cells_are_as_long_as_their_figures(
    made: Made, load_report: Callable[..., Report]
) -> None:
    rows = load_report(made.document).rows
    lengths = {name: len(found()) for name, found in made.report.behind()}
    compared: Counter[str] = Counter()
    for name, length in lengths.items():
        identity, _, column = name.rpartition(":")
        table = next((key for key in COUNTS_OF_CLIENTS if identity.startswith(key)), "")
        if column in COUNTS_OF_CLIENTS.get(table, ()):
            assert length == (rows[identity][column] or 0), name
            compared[table] += 1
    assert set(compared) == set(COUNTS_OF_CLIENTS)
    groups = [row for name, row in rows.items() if name.startswith("cohorts.rfm.")]
    assert sum(row["buyers"] for row in groups) == lengths["money.buyers"]
    assert lengths["quality.rejected"] == made.document["sections"][-1]["figures"][1]["value"] > 0
    ways = [name for name in lengths if name.startswith("leaks.ways/")]
    assert ways
    assert all(0 < lengths[name] <= rows[name]["times"] for name in ways)
    of_groups = [name for name in lengths if name.startswith("targets.figures.") and name.endswith(":count")]
    assert any(lengths[name] for name in of_groups)


def test_how_every_standard_figure_is_made_is_told_with_it(report: Report) -> None:
    """A client who gets the report has no other page."""
    told = {key: {one["key"] for one in section["how"]} for key, section in report.sections.items()}
    money = report.sections["money"]
    shown = {figure["id"].removeprefix("money.") for figure in money["figures"]} | {"interval"}
    by_channel = {"acquisition_spending" for table in money["tables"] if table["key"] == "channels"}
    assert told["money"] == shown | by_channel
    assert told["cohorts"] == {"second_purchase", "cohort_retention"}
    assert told["owners"] == {"tasks_owed", "tasks_late_share", "tasks_done_share", "forgotten_share"}
    assert all(one["text"] for section in report.sections.values() for one in section["how"])


def test_every_line_of_the_spec_is_there(report: Report) -> None:
    places = [figure["at"] for figure in report.figures.values() if figure["at"]]
    assert places
    for at in places:
        lines = Path(at["file"]).read_text(encoding="utf-8").splitlines()
        assert lines[at["line"] - 1].strip()
