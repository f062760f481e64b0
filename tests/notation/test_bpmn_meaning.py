"""What the lines of a spec become in BPMN: one small process for each."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Draw = Callable[..., Any]
HEAD = """\
language en

spec shop "Shop"

calendar office
    open mon-fri 09:00-17:00

role seller "Seller"
role boss "Boss"

record client "Client"
    points number optional
    date date optional
    friend client optional

record claim "Claim"
    belongs to client

event visit "Visit" for client
    amount number
event call "Call" for client
event settled "Settled" for claim

let visits for client = count of visit

process claims "Claims" for claim
    owner boss
    stage open "Open"
        on settled go to done
    stage done "Done"
        end won

process sale "Sale" for client
    owner seller
    stage new "New"
        start
"""
TAIL = """
    stage bought "Bought"
        end won
    stage lost "Lost"
        end lost
        on visit go to new
"""
NEVER = 'date and time("9999-12-31T00:00:00Z")'
SILENCE = '(if visit.time > entered_new then visit.time else entered_new) + duration("P1Y")'
WAYS = {
    "a message": ("on visit go to bought", "messageEventDefinition", None),
    "a timer": ("after 30 days go to lost", "timeDuration", "P30D"),
    "two weeks": ("after 2 weeks go to lost", "timeDuration", "P14D"),
    "a moment that an event begins": (
        "after 2 days since visit go to lost",
        "timeDate",
        f'if (visit.time + duration("P2D")) = null then {NEVER} else visit.time + duration("P2D")',
    ),
    "a silence": (
        "after no visit for 1 year go to lost",
        "timeDate",
        f"if ({SILENCE}) = null then {NEVER} else {SILENCE}",
    ),
    "working time": (
        "after 2 working days in office go to lost",
        "timeDate",
        f"if (due_new_1) = null then {NEVER} else due_new_1",
    ),
    "a condition": ("when visits >= 3 go to bought", "condition", "visits >= 3"),
    "a timer with a guard": (
        "after 3 days when visits > 1 go to bought",
        "condition",
        'now() >= entered_new + duration("P3D") and (visits > 1)',
    ),
    "a choice": (
        "on visit when amount > 5 go to bought",
        "conditionExpression",
        "visit.amount > 5",
    ),
    "what is unknown": (
        "on visit when points != 5 go to bought",
        "conditionExpression",
        "points != null and points != 5",
    ),
    "a name that FEEL takes": (
        "on visit when date is known go to bought",
        "conditionExpression",
        "date_ != null",
    ),
    "history": (
        "on visit when sum of visit.amount in last 3 months > 9 go to bought",
        "conditionExpression",
        "sum_of_visit_amount > 9",
    ),
}


@pytest.mark.parametrize("name", WAYS)
def test_a_way_is_an_event_at_the_edge_of_its_stage(name: str, draw: Draw) -> None:
    line, tag, text = WAYS[name]
    file = draw(f"{HEAD}        {line}\n{TAIL}", process="sale")
    found = file.texts(tag)
    assert (text in found) if text is not None else found
    hosts = {event.get("attachedToRef") for event in file.all("boundaryEvent")}
    assert "P1_Stage_new" in hosts


def test_an_effect_is_a_task_on_the_way(draw: Draw) -> None:
    text = f"""{HEAD}        on visit go to bought
            set points = amount
            emit call to friend after 3 days
            open claim
{TAIL}"""
    file = draw(text)
    assert file.names("scriptTask") == ["Write down: points"]
    assert file.texts("script") == ['{"points": visit.amount}']
    assert file.names("sendTask") == ["Tell of: Call, 3 days later", "Open: Claim"]
    (flow,) = file.all("messageFlow")
    assert (file.by_id(flow.get("sourceRef")).get("name"), flow.get("targetRef")) == ("Open: Claim", "P1")


def test_what_is_only_noted_does_not_interrupt(draw: Draw) -> None:
    file = draw(f"{HEAD}        on visit stay\n            set points = amount\n        on call stay\n{TAIL}")
    noted = [one for one in file.all("boundaryEvent") if one.get("cancelActivity") == "false"]
    assert [one.get("name") for one in noted] == ["Visit"]
    assert "Noted here, the case stays: Call" in "\n".join(file.texts("documentation"))


def test_a_limit_escalates_beside_the_stage(draw: Draw) -> None:
    file = draw(f"{HEAD}        limit 2 days, then alert boss\n        on visit go to bought\n{TAIL}")
    assert file.names("escalation") == ["boss"]
    assert "Alert: Boss" in file.names("endEvent")


def test_what_is_never_tried_is_not_there(draw: Draw) -> None:
    """Behind an event without a guard, or behind the same guard, nothing is left for a way."""
    text = f"""{HEAD}        on visit when amount > 5 go to bought
        on visit when amount > 5 go to lost
        on visit go to bought
        on visit go to lost
{TAIL}"""
    file = draw(text, process="sale")
    into_lost = [flow for flow in file.all("sequenceFlow") if flow.get("targetRef") == "P1_Stage_lost"]
    assert into_lost == []


ODD = {
    "nothing odd": "",
    "no owner": "        on visit go to left\n    stage left\n        end neutral\n",
    "a way to itself": "        on visit go to new\n",
    "a loop of two": "        on visit go to other\n    stage other\n        on call go to new\n",
    "the same choice twice": (
        "        on visit when amount > 5 go to bought\n        on visit when amount > 5 go to bought\n"
    ),
    "many timers of one moment": (
        "        after 3 days when visits > 1 go to bought\n        after 3 days when visits > 2 go to lost\n"
        "        after 3 days go to lost\n"
    ),
    "a timer that stays": "        after 3 days stay\n            set points = 1\n",
    "a moment that is kept in a field": "        after 3 days since date go to bought\n",
}


@pytest.mark.parametrize("profile", ["plain", "camunda"])
@pytest.mark.parametrize("name", ODD)
def test_odd_processes_are_read_by_others(
    name: str, profile: str, draw: Draw, tool: Callable[..., str], tmp_path: Path
) -> None:
    file = tmp_path / "odd.bpmn"
    usual = "        on call go to bought\n        after 90 days go to lost\n"
    file.write_bytes(draw(f"{HEAD}{usual}{ODD[name]}{TAIL}", profile=profile).content)
    (answer,) = json.loads(tool("read_bpmn.mjs", file))
    assert (answer["warnings"], answer["findings"]) == ([], [])
