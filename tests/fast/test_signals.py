"""Records that send events to each other: the kernel runs them kind by kind, with the reference's answer.

The reference has one queue for all of them. What comes to one record at one moment, in which order, is what
these histories are about; each is run whole by the kernel, unless it says who is left to the reference.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from types import ModuleType

import pytest

from stepladder_dsl.model.spec import Spec
from stepladder_engine.data.dataset import Dataset, EventRow, Origin, RecordRow

HOUR = 3_600_000_000
NOON = 20_000 * 24 * HOUR
HEAD = """\
spec shop
    timezone UTC
    currency EUR
role seller
record client
    friend client optional
    last_word text optional
    paid money optional
record aid
    of_client client optional
    name text
record zone
    of_client client optional
    name text
event said for client
    words text optional
    amount money optional
event went for client
event begun for aid
event ended for aid
event opened for zone
process talk for client
    stage listens
        start
        on said stay
            set last_word = words
            set paid = amount
"""
AIDS = "process helping for aid\n    stage waits\n        start\n"
ZONES = "process places for zone\n    stage waits\n        start\n"
TELL = "            emit said to of_client words = name\n"
LATER = "            emit said to of_client after 3 hours words = name\n"
WAYS = {
    "two records of one kind, by the order of the file": [AIDS, "        on begun stay\n", TELL],
    "two kinds, by the order of the text": [
        *(ZONES, "        on opened stay\n", TELL),
        *(AIDS, "        on begun stay\n", TELL),
    ],
    "what was sent for later, before what is sent at once": [
        *(AIDS, "        on begun stay\n", LATER),
        *("        on ended stay\n", TELL),
    ],
    "what falls due, by kind and key, after all events": [
        *(AIDS, "        after 3 hours stay\n", TELL),
        *("        on ended stay\n", TELL),
        *(ZONES, "        after 3 hours stay\n", TELL),
    ],
    "what falls due here before, and after, what falls due there": [
        *("        after 3 hours stay\n", "            set last_word = last_word\n"),
        *(AIDS, "        after 3 hours stay\n", TELL),
        *(ZONES, "        after 3 hours stay\n", TELL, TELL),
    ],
    "several steps of one record that fall due at one moment": [
        '        when last_word = "z1" go to hears\n    stage hears\n        after 1 hour since said stay\n',
        "            set paid = 2\n        on said go to listens\n            set last_word = words\n",
        *(ZONES, "        after 3 hours stay\n", TELL, "        after 3 hours since opened stay\n", TELL),
    ],
    "what comes of what was sent": [
        "        on went stay\n            emit said to friend words = last_word\n",
        *(AIDS, "        on begun stay\n", TELL, "            emit went to of_client\n"),
    ],
    "amounts with more decimals than the data has": [
        *(AIDS, "        on begun stay\n", "            emit said to of_client amount = 10 / 3\n"),
    ],
    "a circle that ends": [
        "        on went stay\n            emit went to friend after 1 hour\n",
        "            emit said to friend words = last_word\n",
    ],
}


def history(made: Sequence[tuple[str, str, int]]) -> Dataset:
    """Give three clients, each a friend of the next, with two helpers each, and events at given hours."""
    records: dict[str, dict[str, RecordRow]] = {"client": {}, "aid": {}, "zone": {}}
    for place, key in enumerate("ABC"):
        friend = "ABC"[(place + 1) % 3]
        fields = {"friend": friend, "last_word": key, "paid": None}
        records["client"][key] = RecordRow("client", key, NOON, fields, Origin("clients", place))
    for kind, letter in (("aid", "a"), ("zone", "z")):
        for number in (1, 2, 3, 4):
            key = f"{letter}{number}"
            # The fourth belongs to somebody who is not there.
            fields = {"of_client": "AABX"[number - 1], "name": key}
            records[kind][key] = RecordRow(kind, key, NOON, fields, Origin(kind, number))
    events = [
        EventRow(kind, key, NOON + hour * HOUR, (0, "log", row), None, {}, Origin("log", row))
        for row, (kind, key, hour) in enumerate(made)
    ]
    return Dataset(records, events, sourced={"client", "aid", "zone"})


EVENTS = (
    *(("begun", "a2", 0), ("begun", "a1", 0), ("begun", "a4", 0), ("opened", "z2", 0), ("opened", "z1", 0)),
    *(("ended", "a1", 3), ("ended", "a3", 3), ("begun", "a3", 3), ("went", "A", 3), ("said", "A", 3)),
    *(("went", "B", 5), ("opened", "z3", 6)),
)


def spec_of(made: ModuleType, lines: Sequence[str]) -> Spec:
    """Compile a spec; each kind of record has a process."""
    text = HEAD + "".join(lines)
    spec: Spec = made.spec_of(text)
    return spec


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("hours", [3, 30], ids=["at the very moment", "later"])
def test_the_order_is_that_of_one_queue(made: ModuleType, equal: ModuleType, way: str, hours: int) -> None:
    spec, dataset, moment = spec_of(made, WAYS[way]), history(EVENTS), NOON + hours * HOUR
    outcome, given = equal.fast(spec, dataset, moment)
    assert outcome.handed == []
    assert not any(kind.others for kind in outcome.kinds.values())
    expected = equal.reference(spec, dataset, moment)
    assert given == expected
    assert any(row[4] == "emit" for row in expected["journal"])


def test_only_who_touches_a_case_of_large_figures_is_left_to_the_reference(
    made: ModuleType, equal: ModuleType
) -> None:
    lines = ["        when paid * 1.123456 > 1 stay\n", AIDS, "        on begun stay\n", TELL]
    spec, dataset = spec_of(made, lines), history(EVENTS)
    client = dataset.records["client"]["B"]
    dataset.records["client"]["B"] = client._replace(fields={**client.fields, "paid": Decimal(10**14)})
    outcome, given = equal.fast(spec, dataset, None)
    apart = {
        kind: {outcome.frames.records[kind].keys[case] for case in found.others}
        for kind, found in outcome.kinds.items()
    }
    assert outcome.handed == []
    assert apart == {"client": {"B"}, "aid": {"a3"}, "zone": set()}
    assert given == equal.reference(spec, dataset, None)


def test_only_kinds_that_depend_on_one_that_cannot_run_are_left_to_the_reference(
    made: ModuleType, equal: ModuleType
) -> None:
    opening = ["        on opened stay\n", "            open aid name = name\n"]
    lines = [AIDS, "        on ended stay\n", ZONES, *opening, TELL]
    # Zones open helpers, and clients hear from both: all depend on zones.
    spec, dataset = spec_of(made, lines), history(EVENTS)
    outcome, given = equal.fast(spec, dataset, None)
    assert {found.kind for found in outcome.handed} == {"client", "aid", "zone"}
    assert given == equal.reference(spec, dataset, None)
    # Here clients open zones, and helpers depend on nobody.
    upstream = ["        on went stay\n", "            open zone name = last_word\n"]
    spec = spec_of(made, [*upstream, AIDS, "        on begun stay\n", TELL])
    outcome, given = equal.fast(spec, dataset, None)
    assert ({found.kind for found in outcome.handed}, set(outcome.kinds)) == ({"client", "zone"}, {"aid"})
    assert given == equal.reference(spec, dataset, None)
