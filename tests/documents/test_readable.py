"""Conditions and values, as people say them in four languages."""

from __future__ import annotations

import pytest

from stepladder_dsl.compile import compile_text
from stepladder_dsl.documents.readable import Readable
from stepladder_dsl.documents.telling import Teller
from stepladder_dsl.source import Source

SPEC = """\
language en

spec shop
    currency EUR

role seller

record client
    name text
    channel one of social, walk_in
    budget money optional
    may_write yes/no
    joined date optional

event visit for client
event purchase "Pays" for client
    amount money
    goods one of new_phone, case_and_glass

let spent for client = sum of purchase.amount
let visits for client = count of visit

process sale for client
    owner seller
    stage new "Is new"
        start
        on visit when {condition} go to old
        on visit stay
    stage old "Is known"
        end won
"""


def said(condition: str, language: str = "en") -> str:
    source = Source("shop.ladder", SPEC.replace("{condition}", condition))
    compiled = compile_text(source, lint=False)
    assert compiled.spec, compiled.diagnostics
    assert not compiled.errors, compiled.errors
    guard = compiled.spec.processes["sale"].stages["new"].transitions[0].guard
    assert guard
    return Readable(compiled.spec, Teller(language), compiled.sources)(guard)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("channel = walk_in", "“channel” is “walk in”"),
        ("channel != walk_in", "“channel” is not “walk in”"),
        ("not channel = walk_in", "“channel” is not “walk in”"),
        ("channel in (social, walk_in)", "“channel” is “social” or “walk in”"),
        ("channel not in (social, walk_in)", "“channel” is none of “social”, “walk in”"),
        ("spent >= 1500", "“spent” is at least 1,500\u00a0EUR"),
        ("1500 <= spent", "“spent” is at least 1,500\u00a0EUR"),
        ("not spent < 1500", "“spent” is at least 1,500\u00a0EUR"),
        ("spent > budget * 2", "“spent” is more than “budget” × 2"),
        ("spent - 10 > 5", "“spent” − 10\u00a0EUR is more than 5\u00a0EUR"),
        ("spent * 5% > 5", "“spent” × 5% is more than 5\u00a0EUR"),
        ("(spent + 1) * 2 > 5", "(“spent” + 1\u00a0EUR) × 2 is more than 5\u00a0EUR"),
        ("spent between 10 and 20.50", "“spent” is between 10\u00a0EUR and 20.50\u00a0EUR"),
        ("visits >= 2", "“visits” is at least 2"),
        ("budget is known", "“budget” is known"),
        ("budget is unknown", "“budget” is not known"),
        ("may_write", "“may write” is yes"),
        ("not may_write", "“may write” is no"),
        ("may_write = no", "“may write” is no"),
        (
            "may_write and visits = 1 and spent = 0",
            "“may write” is yes, “visits” is 1 and “spent” is 0\u00a0EUR",
        ),
        (
            "may_write and (visits = 1 or spent = 0)",
            "“may write” is yes and (“visits” is 1 or “spent” is 0\u00a0EUR)",
        ),
        ("days since last purchase >= 60", "it is 60 days or more since the last “Pays”"),
        ("days since last purchase < 1", "it is less than 1 day since the last “Pays”"),
        ("days since joined > 3", "it is more than 3 days since the date in “joined”"),
        ("days in stage >= 3", "it is 3 days or more since this stage began"),
        ("reached old", "“Is known” has been reached"),
        ("not reached old", "“Is known” has never been reached"),
        ("now in old", "the stage now is “Is known”"),
        ("not now in old", "the stage now is not “Is known”"),
        (
            "(count of purchase where goods = new_phone) >= 2",
            "(number of “Pays” where “goods” is “new phone”) is at least 2",
        ),
        ("count of purchase in last 12 months > 1", "number of “Pays” in the last 12 months is more than 1"),
        ("last purchase.amount > 5", "last “amount” (“Pays”) is more than 5\u00a0EUR"),
    ],
)
def test_a_condition(written: str, told: str) -> None:
    assert said(written) == told


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "“spent” is at least 1,500\u00a0EUR and it is 3 days or more since the last “Pays”"),
        (
            "ru",
            "«spent» — не меньше 1\u00a0500\u00a0EUR и с последнего события «Pays» прошло 3 дня или больше",
        ),
        (
            "bg",
            "„spent“ е поне 1\u00a0500\u00a0EUR и от последното събитие „Pays“ са минали 3 дни или повече",
        ),
        ("fa", "«spent» دست‌کم ۱٬۵۰۰\u00a0EUR باشد و ۳ روز یا بیشتر از آخرین رویداد «Pays» گذشته باشد"),
    ],
)
def test_a_condition_in_each_language(language: str, told: str) -> None:
    assert said("spent >= 1500 and days since last purchase >= 3", language) == told
