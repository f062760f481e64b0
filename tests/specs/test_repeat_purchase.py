"""The purchases of a real shop by mail, against figures that another program has computed."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def truth(shared: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((shared / "data/cdnow/truth.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def ran(shared: Path, specs: Path, run_spec: Callable[..., Any]) -> Any:
    return run_spec(specs / "repeat_purchase", {"STEPLADDER_DATA": str(shared / "data")}, date(1998, 6, 30))


def test_clients_are_made_from_their_purchases(ran: Any, truth: dict[str, Any]) -> None:
    assert len(ran.result.entities) == truth["clients"] == 23570
    assert len(ran.result.dataset.events) == truth["rows"]
    assert ran.result.dataset.rejected == []
    assert all(not entity.deviations for entity in ran.result.entities)


def test_a_year_of_silence(ran: Any, truth: dict[str, Any]) -> None:
    silent = truth["silent_ge_12_calendar_months_at_as_of"]
    assert ran.stages["buying"] == {
        "known": 0,
        "bought_once": 0,
        "buys_again": truth["clients"] - silent,
        "silent": silent,
    }
    assert ran.metrics["silent_clients"].value == silent == 15238


def test_who_bought_again_by_rows_and_by_days(ran: Any, truth: dict[str, Any]) -> None:
    assert ran.metrics["clients_again"].value == truth["clients_ge2_rows"]
    assert ran.metrics["clients_again_later"].value == truth["clients_ge2_distinct_days"]
    assert float(ran.metrics["repeat_rate"].value) == pytest.approx(truth["repeat_rate_rows"], rel=1e-9)


def test_what_clients_spend(ran: Any, truth: dict[str, Any]) -> None:
    assert float(ran.metrics["income"].value) == truth["total_spend"]
    for metric, figure in (
        ("spend_in_30_days", "mean_spend_first_30d_offset_lt"),
        ("spend_in_first_year", "mean_spend_first_365d_offset_lt"),
        ("spend_of_a_client", "mean_total_spend_ltv"),
    ):
        assert float(ran.metrics[metric].value) == pytest.approx(truth[figure], abs=0.005)


def test_reminders_come_30_60_and_90_days_after_the_last_purchase(ran: Any, truth: dict[str, Any]) -> None:
    recency = truth["recency_buckets_days_at_as_of"]
    owed: dict[str, int] = {}
    for row in ran.table("tasks"):
        if row["status"] in {"due", "overdue"}:
            owed[str(row["case"])] = owed.get(str(row["case"]), 0) + 1
    # Each row of the file is a purchase with a series of its own, and the next row cancels it.
    assert set(owed.values()) == {1, 2, 3}
    assert sum(count == 1 for count in owed.values()) == recency["30-60"]
    assert sum(count == 2 for count in owed.values()) == recency["60-90"]
