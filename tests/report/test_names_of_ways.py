"""The ways to a loss are named by what they are, so that a figure is found again when lines move."""

from __future__ import annotations

from stepladder_dsl.compile import compile_text
from stepladder_dsl.source import Source
from stepladder_engine.report.sections.leaks import names_of_ways

SHOP = """\
language en
spec shop
role seller
record client
    budget number
event visit for client
event refusal for client
event call for client
process sale for client
    owner seller
    phase looking
        on refusal go to lost
        stage choosing
            start
            on visit when budget < 100 go to lost
            on visit when budget < 10 go to lost
            on visit go to owns
            when budget = 0 go to lost
            after 30 days go to lost
            after no call for 20 days go to lost
    stage owns
        end won
    stage lost
        end lost
"""


def names(text: str) -> list[str]:
    spec = compile_text(Source("shop.ladder", text)).spec
    assert spec
    return list(names_of_ways(spec.processes["sale"].stages["choosing"]).values())


def test_a_way_is_named_by_what_it_waits_for_and_where_it_leads() -> None:
    assert names(SHOP) == [
        "visit/lost",
        "visit/lost/2",
        "visit/owns",
        "when/lost",
        "after/lost",
        "no.call/lost",
        "refusal/lost",
    ]


def test_no_line_above_it_changes_the_name_of_a_way() -> None:
    moved = SHOP.replace("record client", "# Who comes in.\n\nrecord client")
    assert names(moved.replace("30 days", "60 days")) == names(SHOP)
