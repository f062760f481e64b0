"""The pipeline of a real sales team, against figures that another program has computed."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.shared

AS_OF = date(2017, 12, 31)


@pytest.fixture(scope="module")
def truth(shared: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((shared / "data/maven_crm/truth.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def ran(shared: Path, specs: Path, run_spec: Callable[..., Any]) -> Any:
    return run_spec(specs / "b2b_pipeline", {"STEPLADDER_DATA": str(shared / "data")}, AS_OF)


def days_open(shared: Path, least: int) -> Counter[str]:
    """Count the deals in talks that are so old, by agent, straight from the file."""
    with (shared / "data/maven_crm/sales_pipeline.csv").open(encoding="utf-8", newline="") as file:
        return Counter(
            row["sales_agent"]
            for row in csv.DictReader(file)
            if row["deal_stage"] == "Engaging"
            and (AS_OF - date.fromisoformat(row["engage_date"])).days >= least
        )


def test_every_deal_stands_where_it_should(ran: Any, truth: dict[str, Any]) -> None:
    expected = {name.casefold(): count for name, count in truth["stage_counts"].items()}
    assert ran.stages["pipeline"] == expected
    assert len(ran.result.entities) == truth["rows"] == 8800
    assert ran.result.dataset.rejected == []
    assert ran.table("deviations") == []


def test_every_agent_has_the_right_deals(ran: Any, truth: dict[str, Any]) -> None:
    found: dict[str, Counter[str]] = {}
    for entity in ran.result.entities:
        agent = entity.view.fields["agent"]
        found.setdefault(agent, Counter())[entity.position("pipeline").stage.stage.name] += 1
    counted = ("won", "lost", "engaging", "prospecting")
    expected = {agent: {name: row[name] for name in counted} for agent, row in truth["by_agent"].items()}
    assert {agent: {name: stages[name] for name in counted} for agent, stages in found.items()} == expected


def test_deals_that_nobody_moves_are_alerts_of_their_agents(
    ran: Any, truth: dict[str, Any], shared: Path
) -> None:
    alerts = Counter(
        row["person"]
        for row in ran.table("tasks")
        if row["kind"] == "alert" and row["status"] in {"due", "overdue"}
    )
    assert alerts == days_open(shared, 90)
    assert alerts.total() == truth["open_engaging_age_ge_days"]["90"] == 1479


def test_after_half_a_year_it_is_the_managers_decision(ran: Any, truth: dict[str, Any]) -> None:
    owed = [
        row for row in ran.table("tasks") if row["rule"] == "decide" and row["status"] in {"due", "overdue"}
    ]
    assert {row["role"] for row in owed} == {"manager"}
    assert len(owed) == truth["open_engaging_age_ge_days"]["180"]


def test_deals_without_any_date_are_counted_as_forgotten(ran: Any, truth: dict[str, Any]) -> None:
    forgotten = [row for row in ran.table("positions") if row["forgotten"]]
    assert {row["stage"] for row in forgotten} == {"prospecting"}
    assert {row["since"] for row in forgotten} == {None}
    assert len(forgotten) == truth["stage_counts"]["Prospecting"]


def test_the_figures(ran: Any, truth: dict[str, Any]) -> None:
    assert float(ran.metrics["win_rate"].value) == pytest.approx(truth["win_rate"], rel=1e-9)
    assert ran.metrics["won_value"].value == truth["won_value"]
    assert float(ran.metrics["average_deal"].value) == pytest.approx(truth["mean_won_value"], abs=0.005)
    assert ran.metrics["stale"].value == truth["open_engaging_age_ge_days"]["90"]
    assert ran.metrics["without_account"].value == truth["null_account"]
