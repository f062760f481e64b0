"""A record that moves by itself for ever is stopped, and said so; all others have their full answer."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType

import pytest

from stepladder_engine.data.dataset import Dataset, EventRow, Origin

MINUTE = 60_000_000
SPEC = """\
spec shop
role seller
record client
event visit for client
event ping for client
process sale for client
    stage one
        start
        owner seller
        on visit go to two
        on ping stay
            {emits}
    stage two
        owner seller
        after 1 minute go to {back}
        on visit go to last
    stage last
        end lost
"""
DOUBLES = "emit ping after 1 minute\n            emit ping after 2 minutes"


def happened(kind: str, key: str, minute: int) -> EventRow:
    return EventRow(kind, key, minute * MINUTE, (0, "log", minute), None, {}, Origin("log", minute))


@pytest.mark.parametrize(
    ("emits", "back", "first", "told"),
    [
        (DOUBLES, "one", "ping", "12 steps, at 1970-01-01T00:05:00+00:00, the last of them in line 11"),
        (
            "emit ping after 1 minute",
            "two",
            "visit",
            "12 steps, at 1970-01-01T00:12:00+00:00, the last of them in line 15",
        ),
    ],
)
def test_who_goes_on_by_himself_for_ever_is_stopped(
    made: ModuleType, equal: ModuleType, emits: str, back: str, first: str, told: str
) -> None:
    spec = replace(made.spec_of(SPEC.format(emits=emits, back=back)), most_own_steps=12)
    events = [
        happened(first, "A", 0),
        happened("visit", "A", 40),
        happened("visit", "B", 10),
        happened("visit", "B", 10),
    ]
    data, moment = Dataset(events=events), 60 * MINUTE
    expected = equal.reference(spec, data, moment, screen=True)
    assert [row[3] for row in expected["positions"]][1:] == ["last"]
    (said,) = expected["summary"]["notes"]
    assert "`client` `A`" in said
    assert told in said
    errors = [row for row in expected["journal"] if row[4] == "error"]
    assert [(row[2], "12" in str(row[8])) for row in errors] == [("A", True)]
    assert equal.by_columns(spec, data, moment) == expected
    assert equal.fast(spec, data, moment)[1] == {
        name: expected[name] for name in expected if name != "screen"
    }
