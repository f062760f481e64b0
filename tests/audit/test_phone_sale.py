"""The phone shop: every question is answered or its hole named, and no answer stands without evidence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Status = dict[int, tuple[str, tuple[str, ...]]]
REMOVABLE = {"offer", "follow_up", "metric", "transition"}


def statuses(document: dict[str, Any]) -> Status:
    """Give for each question its status and what is missing."""
    return {
        subject["number"]: (
            subject["status"],
            tuple(part["key"] for part in subject["parts"] if part["status"] == "hole"),
        )
        for subject in document["questions"]
    }


def without(text: str, lines: set[int]) -> str:
    """Take out the blocks that begin in some lines, and all scenarios, which speak of them."""
    left: list[str] = []
    removing: int | None = None
    for number, line in enumerate(text.split("\n"), start=1):
        depth = len(line) - len(line.lstrip())
        if line.startswith("scenario "):
            break
        if removing is not None and line.strip() and depth <= removing:
            removing = None
        if number in lines:
            removing = depth
        if removing is None:
            left.append(line)
    return "\n".join(left) + "\n"


def block(text: str, head: str) -> int:
    """Give the line on which a block begins."""
    return next(number for number, line in enumerate(text.split("\n"), start=1) if line.startswith(head))


def test_every_question_is_answered(phone_sale: str, audit: Callable[..., Any]) -> None:
    found = statuses(audit(phone_sale))
    assert len(found) == 17
    assert {number: told for number, told in found.items() if told[0] != "answered"} == {}


def test_without_the_costs_of_channels_their_part_is_a_hole(
    phone_sale: str, audit: Callable[..., Any]
) -> None:
    figure = block(phone_sale, "metric cost_of_a_client")
    assert statuses(audit(without(phone_sale, {figure})))[3] == ("in_part", ("cost", "cost_by_channel"))


def test_without_the_referral_offer_question_17_is_a_hole(phone_sale: str, audit: Callable[..., Any]) -> None:
    before = statuses(audit(phone_sale))
    document = audit(without(phone_sale, {block(phone_sale, "offer bring_a_friend")}))
    after = statuses(document)
    assert after[17] == ("hole", ("incentive", "who", "satisfied", "twice"))
    # What nobody is asked for, nobody counts: the friends of this year belonged to that offer.
    assert {number for number in before if before[number] != after[number]} == {16, 17}
    offered = document["questions"][16]["parts"][0]["fillings"]
    assert any("kind referral" in filling["text"] for filling in offered)


@pytest.mark.parametrize("number", range(1, 18))
def test_without_its_evidence_nothing_is_answered(
    number: int, phone_sale: str, audit: Callable[..., Any]
) -> None:
    """Each part by itself: what it rests on is taken out of the text, and the answer is gone."""
    (subject,) = (each for each in audit(phone_sale)["questions"] if each["number"] == number)
    tried = 0
    for part in subject["parts"]:
        kinds = {evidence["kind"] for evidence in part["evidence"]}
        if part["evidence"] and kinds <= REMOVABLE:
            lines = {evidence["line"] for evidence in part["evidence"]}
            status, missing = statuses(audit(without(phone_sale, lines)))[number]
            assert status != "answered"
            assert missing
            tried += 1
    # What rests on stages, fields and events cannot be taken out by itself: others speak of them.
    assert tried or number in {3, 16}


@pytest.mark.parametrize("language", ["ru", "bg", "fa"])
def test_the_translations_give_the_same_answers(
    language: str, root: Path, phone_sale: str, audit: Callable[..., Any]
) -> None:
    file = root / "specs" / "phone_sale" / f"phone_sale.{language}.ladder"

    def plain(document: dict[str, Any]) -> list[Any]:
        """Everything but the words: a translation has the same lines."""
        return [
            (
                section,
                subject["key"],
                subject["status"],
                part["key"],
                [(evidence["kind"], evidence["line"]) for evidence in part["evidence"]],
                [filling["line"] for filling in part["fillings"]],
            )
            for section in ("questions", "systems", "processes", "levers", "relation")
            for subject in document[section]
            for part in subject["parts"]
        ]

    assert plain(audit(file.read_text(encoding="utf-8"))) == plain(audit(phone_sale))


def test_its_systems_processes_levers_and_rungs(phone_sale: str, audit: Callable[..., Any]) -> None:
    document = audit(phone_sale)

    def found(section: str) -> dict[str, str]:
        return {subject["key"]: subject["status"] for subject in document[section]}

    assert found("systems") == {
        "attraction": "answered",
        "sale": "answered",
        "service": "answered",
        "production": "hole",
    }
    assert found("processes") == {
        "marketing": "answered",
        "contact": "answered",
        "sale": "answered",
        "delight": "answered",
        "lifetime": "answered",
        "referral": "answered",
    }
    assert set(found("levers").values()) == {"answered"}
    assert set(found("relation").values()) == {"answered"}
    rungs = {
        subject["key"]: [evidence["name"] for evidence in subject["parts"][0]["evidence"]]
        for subject in document["relation"][1:]
    }
    assert rungs == {
        "knows": ["aware"],
        "interested": ["talking", "offered", "thinking"],
        "buys": ["paid", "settling", "owns", "loyal", "silent"],
        "recommends": ["loyal"],
    }


def test_the_figures_are_those_of_its_systems(phone_sale: str, audit: Callable[..., Any]) -> None:
    figures = {
        system["key"]: [
            evidence["name"]
            for part in system["parts"]
            if part["key"] == "figures"
            for evidence in part["evidence"]
        ]
        for system in audit(phone_sale)["systems"]
    }
    assert figures["attraction"] == ["conversion", "cost_of_a_client"]
    assert "average_sale" in figures["sale"]
    assert "repair_time" not in figures["sale"]


def test_a_system_of_another_name_is_told(phone_sale: str, audit: Callable[..., Any]) -> None:
    document = audit(phone_sale.replace("system attraction", "system advertising"))
    assert document["other_systems"] == ["advertising"]
    assert document["systems"][0]["status"] == "hole"
