"""The worked example: what is owed, what is rejected and what that costs; `expected.json` has the figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="module")
def folder(specs: Path) -> Path:
    return specs / "phone_sale"


@pytest.fixture(scope="module")
def ran(folder: Path, run_spec: Callable[..., Any]) -> Any:
    return run_spec(folder, {})


def test_what_is_owed_has_a_name_to_each(ran: Any) -> None:
    owed = [row for row in ran.table("tasks") if row["status"] in {"due", "overdue", "escalated"}]
    found = Counter((row["rule"], row["status"], row["escalated_to"] or row["role"]) for row in owed)
    assert found == {
        ("ask_again", "due", "seller"): 2,
        ("ask_again", "escalated", "manager"): 3,
        ("care", "due", "service"): 1,
        ("care", "escalated", "manager"): 1,
        ("collect", "overdue", "service"): 1,
        ("complaint", "overdue", "manager"): 1,
        ("invitation", "overdue", "marketing"): 1,
        ("limit sale", "overdue", "manager"): 1,
        ("limit warranty", "overdue", "manager"): 1,
        ("repair_news", "escalated", "manager"): 1,
        ("repair_news", "overdue", "service"): 1,
        ("satisfaction_check", "due", "service"): 1,
        ("satisfaction_check", "overdue", "service"): 10,
        ("win_back", "escalated", "manager"): 5,
        ("win_back", "overdue", "marketing"): 2,
    }


def test_every_offer_is_open_for_somebody_and_was_accepted_by_somebody(ran: Any) -> None:
    found = Counter((row["offer"], row["status"]) for row in ran.table("offers"))
    assert {name for name in ran.spec.offers if not found[name, "open"]} == set()
    assert {name for name in ran.spec.offers if not found[name, "accepted"]} == set()


def test_few_rows_are_rejected_and_each_has_its_reason(ran: Any) -> None:
    rejected = [(row["file"].removeprefix("data/"), row["code"]) for row in ran.table("rejected")]
    assert rejected == [
        ("clients.csv", "SD050"),
        ("clients.csv", "SD047"),
        ("clients.csv", "SD049"),
        ("advertising.csv", "SD045"),
        ("visits.csv", "SD044"),
        ("visits.csv", "SD051"),
        ("visits.csv", "SD047"),
        ("receipts.csv", "SD046"),
        ("receipts.csv", "SD045"),
        ("receipts.csv", "SD049"),
        ("receipts.csv", "SD057"),
        ("receipts.csv", "SD044"),
        ("contacts.ndjson", "SD043"),
        ("surveys.yaml", "SD049"),
    ]
    assert [event.identity for event in ran.result.dataset.duplicates] == ["R0039"]


def test_a_rejected_receipt_shows_as_a_deviation(ran: Any) -> None:
    found = [(row["case"], row["event"], row["kind"]) for row in ran.table("deviations")]
    assert found == [("C-415", "handover", "not_in_process")]


def test_a_seller_finds_the_own_name_at_the_task(ran: Any) -> None:
    people = {row["person"] for row in ran.table("tasks") if row["role"] == "seller"}
    assert people == {"Ivan", "Мария", "رضا"}
