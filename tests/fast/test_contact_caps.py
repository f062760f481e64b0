"""A client with very many contacts to come: the kernel plans them as the reference executor does."""

from __future__ import annotations

from random import Random
from types import ModuleType

import pytest

from stepladder_engine.data.dataset import Dataset, EventRow, Origin

HOUR = 3_600_000_000
BUSY = """\
spec shop
    timezone Europe/Sofia
    quiet hours 20:00-09:00
    at most 1 contact in {short}
    at most 9 contacts in {long}
role seller
record client
event purchase for client
event visit for client
event call for client
event refusal for client
process sale for client
    stage one
        start
        owner seller
        on purchase stay
        on visit stay
        on call stay
        on refusal stay
follow up care
    after purchase in 1 day, 1 day, 3 days
    by seller
    done on call
follow up thanks
    after visit in 1 hour
    by seller
    cancelled on refusal
    quiet hours 13:00-15:00
"""


@pytest.mark.parametrize(
    ("short", "long"), [("2 hours", "3 days"), ("1 day", "2 months"), ("36 hours", "1 week")]
)
def test_a_crowd_of_contacts_is_planned_alike(
    made: ModuleType, equal: ModuleType, short: str, long: str
) -> None:
    draw = Random(f"{short} {long}")  # noqa: S311 - a seed makes the same log again
    kinds = draw.choices(["purchase", "visit", "call", "refusal"], weights=[6, 6, 3, 1], k=50)
    moments = sorted(draw.randrange(20 * 24) * HOUR for _ in kinds)
    events = [
        EventRow(kind, "A", moment, (0, "log", row), None, {}, Origin("log", row))
        for row, (kind, moment) in enumerate(zip(kinds, moments, strict=True))
    ]
    spec = made.spec_of(BUSY.format(short=short, long=long))
    outcome, given_back = equal.fast(spec, Dataset(events=events), None)
    expected = equal.reference(spec, Dataset(events=events), None)
    assert outcome.handed == []
    assert sum(row[15] == "contact_cap" for row in expected["tasks"]) > 10
    assert given_back == expected
