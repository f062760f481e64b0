"""The worked example: its data is what its script makes, and a run shows what a person has looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="module")
def folder(specs: Path) -> Path:
    return specs / "phone_sale"


@pytest.fixture(scope="module")
def ran(folder: Path, run_spec: Callable[..., Any]) -> Any:
    return run_spec(folder, {})


def test_the_clients_stand_in_every_stage(ran: Any) -> None:
    assert ran.stages == {
        "sale": {
            "aware": 4,
            "talking": 1,
            "offered": 2,
            "thinking": 7,
            "paid": 3,
            "settling": 4,
            "owns": 14,
            "loyal": 10,
            "silent": 6,
            "lost": 11,
        },
        "warranty": {"taken_in": 1, "in_repair": 2, "ready": 1, "closed": 1},
    }


def test_the_list_of_what_is_owed_is_short_and_has_a_name_to_each(ran: Any) -> None:
    owed = [row for row in ran.table("tasks") if row["status"] in {"due", "overdue", "escalated"}]
    found = sorted(
        (row["case"], row["rule"], row["status"], row["escalated_to"] or row["role"]) for row in owed
    )
    assert found == [
        ("C-009", "ask_again", "overdue", "seller"),
        ("C-046", "invitation", "overdue", "marketing"),
        ("C-051", "ask_again", "escalated", "manager"),
        ("C-053", "ask_again", "due", "seller"),
        ("C-055", "limit sale", "overdue", "manager"),
        ("C-058", "ask_again", "escalated", "manager"),
        ("C-061", "care", "escalated", "manager"),
        ("C-062", "care", "due", "service"),
        ("W-002", "limit warranty", "overdue", "manager"),
        ("W-002", "repair_news", "escalated", "manager"),
        ("W-003", "collect", "overdue", "service"),
        ("W-004", "repair_news", "overdue", "service"),
    ]


def test_no_client_is_forgotten(ran: Any) -> None:
    assert [row["case"] for row in ran.table("positions") if row["forgotten"]] == []


def test_every_offer_is_open_for_somebody_and_was_accepted_by_somebody(ran: Any) -> None:
    found = Counter((row["offer"], row["status"]) for row in ran.table("offers"))
    assert {name for name in ran.spec.offers if not found[name, "open"]} == set()
    assert {name for name in ran.spec.offers if not found[name, "accepted"]} == set()


def test_few_rows_are_rejected_and_each_has_its_reason(ran: Any) -> None:
    rejected = [(row["file"], row["code"]) for row in ran.table("rejected")]
    assert rejected == [
        ("data/clients.csv", "SD050"),
        ("data/clients.csv", "SD047"),
        ("data/visits.csv", "SD051"),
        ("data/receipts.csv", "SD046"),
        ("data/receipts.csv", "SD045"),
    ]
    assert [event.identity for event in ran.result.dataset.duplicates] == ["R0039"]


def test_a_rejected_receipt_shows_as_a_deviation(ran: Any) -> None:
    found = [(row["case"], row["event"], row["kind"]) for row in ran.table("deviations")]
    assert found == [("C-058", "handover", "not_in_process")]


def test_the_figures(ran: Any) -> None:
    met = {name: figure.met for name, figure in ran.metrics.items()}
    assert met == {
        "conversion": True,
        "average_sale": True,
        "first_month": True,
        "second_phone": True,
        "by_referral": False,
        "care_calls": False,
        "satisfaction": False,
        "faults": True,
        "repair_time": False,
    }
    assert ran.metrics["conversion"].value == Decimal(42) / Decimal(54)
    assert ran.metrics["average_sale"].value == Decimal("252.57")
    assert ran.metrics["care_calls"].value == Decimal(46) / Decimal(53)


def test_a_seller_finds_the_own_name_at_the_task(ran: Any) -> None:
    people = {row["person"] for row in ran.table("tasks") if row["role"] == "seller"}
    assert people == {"Ivan", "Мария", "رضا"}
