"""The report of a real data set, against figures that another program has computed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.shared

SPEC = """\
language en
spec buyers "Music by mail"
    currency USD
    timezone UTC
role desk "Desk"
record client
    country text optional
event purchase for client
    amount money
process buying "Buying" for client
    stage known "Buys"
        start
        owner desk
        on purchase stay
        after no purchase for 365 days go to silent
    stage silent "Has fallen silent"
        end lost
        on purchase go to known
"""
MAPPING = """\
events:
  purchase:
    source: ${CDNOW}/CDNOW_master.txt
    key: customer_id
    time: date
    fields: {amount: dollar_value}
options: {delimiter: whitespace, dates: yyyymmdd}
"""


def test_the_report_of_a_mail_order_is_what_others_have_computed(
    stepladder: Callable[..., Any],
    load_report: Callable[[dict[str, Any]], Any],
    shared: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = shared / "data" / "cdnow"
    if not folder.is_dir():
        pytest.skip("needs the real data set cdnow")
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    monkeypatch.setenv("CDNOW", str(folder))
    (tmp_path / "buyers.ladder").write_text(SPEC, encoding="utf-8")
    (tmp_path / "mapping.yaml").write_text(MAPPING, encoding="utf-8")
    told = stepladder("report", str(tmp_path), "--as-of", truth["as_of"], "--format", "json")
    assert told.status == 0, told.err
    report = load_report(json.loads(told.out))
    for figure, name in (
        ("buyers", "clients"),
        ("income", "total_spend"),
        ("repeat_rate", "repeat_rate_rows"),
        ("lifetime_value", "mean_total_spend_ltv"),
        ("spend_first_month", "mean_spend_first_30d_offset_lt"),
        ("spend_first_year", "mean_spend_first_365d_offset_lt"),
    ):
        assert report.figures[f"money.{figure}"]["value"] == pytest.approx(truth[name], rel=1e-9), figure
    assert report.behind["money.repeat_rate"]["count"] == truth["clients_ge2_rows"]
    for days in (30, 60, 90):
        again = report.behind[f"cohorts.second_purchase_{days}"]["count"]
        assert again == truth[f"clients_second_purchase_day_within_{days}d"]
    recent = truth["recency_buckets_days_at_as_of"]
    silent = {days: row["buyers"] for days, row in report.table("leaks", "silent").items()}
    assert silent == {
        "90": recent["90-180"] + recent["180-365"] + recent["365-100000"],
        "180": recent["180-365"] + recent["365-100000"],
        "365": truth["silent_ge_365d_at_as_of"],
    }
    assert report.table("ladder", "stages/buying")["silent"]["now"] == truth["silent_ge_365d_at_as_of"]
    months = {month: row["income"] for month, row in report.table("money", "months").items()}
    assert months == pytest.approx(truth["revenue_by_month"], rel=1e-9)
    cohorts = {month: row["buyers"] for month, row in report.table("cohorts", "months").items()}
    assert cohorts == {
        month: cohort["clients"] for month, cohort in truth["cohort_repeat_by_first_month"].items()
    }
