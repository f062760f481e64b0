"""What the kernel cannot run is said, kind by kind of record; everything else runs in it."""

from __future__ import annotations

from decimal import Decimal
from types import ModuleType

import pytest

from stepladder_dsl.compile import compile_text
from stepladder_dsl.source import Source
from stepladder_engine.data.dataset import Dataset, EventRow, Origin, RecordRow
from stepladder_engine.fast.together import TOUCH

HEAD = """\
spec shop
    currency EUR
role seller
record client
    patience duration optional
    tags list of one of vip, cheap optional
    friend client optional
    budget money optional
    points number optional
record order
record gift
    note text optional
event visit for client
event ping for client
event paid for order
    amount money
process orders for order
    stage open
        on paid go to done
    stage done
        end won
process sale for client
    stage first
"""
WAYS = {
    "on visit when vip in tags go to last": "field with several values",
    'on visit stay\n            open gift note = "x"': "records opened",
    "on visit stay\n            set points = points * 1.1": "product of many decimals",
}


@pytest.mark.parametrize("way", WAYS)
def test_what_is_left_to_the_reference(equal: ModuleType, way: str) -> None:
    text = f"{HEAD}        {way}\n    stage last\n        end won\n"
    compiled = compile_text(Source("some.ladder", text), lint=False)
    assert compiled.spec, compiled.diagnostics
    dataset = Dataset(
        {"client": {"A": RecordRow("client", "A", 0, {"patience": None}, Origin("clients", 1))}},
        [
            EventRow("visit", "A", 86_400_000_000, (0, "log", 1), None, {}, Origin("log", 1)),
            EventRow("paid", "7", 86_400_000_000, (0, "log", 2), None, {}, Origin("log", 2)),
        ],
        sourced={"client"},
    )
    moment = 40 * 86_400_000_000
    outcome, given = equal.fast(compiled.spec, dataset, moment)
    touched = [("gift", TOUCH)] if WAYS[way] == "records opened" else []
    assert [(handed.kind, handed.construct) for handed in outcome.handed] == [("client", WAYS[way]), *touched]
    assert outcome.handed[0].line > 0
    assert list(outcome.kinds) == (["order"] if touched else ["order", "gift"])
    assert given == equal.reference(compiled.spec, dataset, moment)


def test_a_case_whose_figures_are_too_large_is_left_alone(made: ModuleType, equal: ModuleType) -> None:
    text = made.HEAD.replace("            emit thanks to client\n", "").replace(
        "            emit call to client\n", ""
    )
    text += "process sale for client\n    stage a\n        when spent > 100 and purchases > 50 go to b\n"
    text += "    stage b\n        end won\n"
    amounts = {"A": Decimal(10**18 - 1), "B": Decimal(60)}
    events = [
        EventRow(
            "purchase",
            key,
            made.START + number,
            (0, "log", number),
            None,
            {"amount": amount},
            Origin("log", number),
        )
        for key, amount in amounts.items()
        for number in range(5)
    ]
    outcome, given = equal.fast(made.spec_of(text), Dataset(events=events), None)
    assert [outcome.frames.records["client"].keys[case] for case in outcome.kinds["client"].others] == ["A"]
    assert given == equal.reference(made.spec_of(text), Dataset(events=events), None)
