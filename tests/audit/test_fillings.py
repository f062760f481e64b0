"""Whatever the review proposes for a hole can be put where it says, and fills the hole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

FILES = [
    "specs/b2b_pipeline/b2b_pipeline.ladder",
    "specs/phone_sale/phone_sale.ladder",
    "specs/phone_sale/phone_sale.bg.ladder",
    "specs/repeat_purchase/repeat_purchase.ladder",
    "engine/stepladder_engine/templates/phone-shop/fa/phone_shop.ladder",
    "engine/stepladder_engine/templates/service/ru/service.ladder",
    "engine/stepladder_engine/templates/trading-company/en/trading_company.ladder",
]
SECTIONS = ("questions", "systems", "processes", "levers", "relation")
NOT_TO_BE_FILLED = {("relation", "recommends", "rung")}
"""Where nobody can stand behind the purchase but at the end, no line makes anybody stay."""


def missing(document: dict[str, Any]) -> dict[tuple[str, str, str], dict[str, Any]]:
    return {
        (section, subject["key"], part["key"]): part
        for section in SECTIONS
        for subject in document[section]
        for part in subject["parts"]
        if part["status"] == "hole"
    }


@pytest.mark.parametrize("file", FILES)
def test_what_is_proposed_fills_the_hole(
    file: str, root: Path, audit: Callable[..., Any], fill: Callable[..., str]
) -> None:
    text = (root / file).read_text(encoding="utf-8")
    tried: dict[str, set[tuple[str, str, str]]] = {}
    for place, part in missing(audit(text)).items():
        if not part["fillings"]:
            assert place in NOT_TO_BE_FILLED
            continue
        whole = fill(text, part)
        # The same piece may fill several holes.
        if whole not in tried:
            tried[whole] = set(missing(audit(whole)))
        assert place not in tried[whole], part["fillings"]


def test_what_is_proposed_for_a_bare_spec_fills_the_hole(
    audit: Callable[..., Any], fill: Callable[..., str]
) -> None:
    text = "spec bare\n\nrecord client\n\nprocess relation for client\n    stage new\n        start\n"
    found = missing(audit(text))
    assert {place for place in found if place[0] == "questions"}
    for place, part in found.items():
        if part["fillings"]:
            assert place not in missing(audit(fill(text, part))), part["fillings"]


def test_a_name_that_is_a_keyword_in_english_is_a_name(
    audit: Callable[..., Any], fill: Callable[..., str]
) -> None:
    """A Russian spec may call its role `start` and its stage `stage`."""
    text = (
        "язык ru\n\nспецификация shop\n\nроль start\n\nкарточка client\n\n"
        "событие when по карточке client\n    amount денежная сумма\n\n"
        "процесс process по карточке client\n    ответственный start\n    этап stage\n        начало\n"
        "        по событию when перейти на этап end\n    этап end\n        конец успешный\n"
    )
    for place, part in missing(audit(text)).items():
        if part["fillings"]:
            assert place not in missing(audit(fill(text, part))), part["fillings"]
