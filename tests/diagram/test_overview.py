"""All processes on one picture, with what they send each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from stepladder_dsl.compile import compile_file, compile_text
from stepladder_dsl.diagram.live import Live, StageFigures
from stepladder_dsl.diagram.overview import build_overview, signals_of
from stepladder_dsl.diagram.picture import draw_overview
from stepladder_dsl.model.spec import Emit, OpenRecord, Spec
from stepladder_dsl.source import Source

SPECS = sorted((Path(__file__).resolve().parents[2] / "specs").glob("*/*.ladder"))

TEXT = """\
language en
spec desk "A desk"
role clerk "Clerk"
record client "Client"
    friend client optional
record order "Order"
    belongs to client as buyer
    what text
event asked "Asks" for client
event thanked "Is thanked" for client
event served "Was served" for client
event packed "Packed" for order

process work "Serving" for client
    owner clerk
    stage new "New"
        start
        on asked go to waiting
            open order
                what = "a cup"
            emit thanked to friend
    stage waiting "Waits"
        on served go to new
        after 9 days go to gone
    stage gone "Gone"
        end lost

process packing "Packing" for order
    owner clerk
    stage begun "Begun"
        start
        on packed go to sent
            emit served to buyer
            emit served to buyer after 3 days
    stage sent "Sent"
        end won
"""


def desk() -> Spec:
    found = compile_text(Source("desk.ladder", TEXT))
    assert found.spec, [problem.code for problem in found.diagnostics]
    return found.spec


def test_each_signal_is_an_arrow_from_process_to_process() -> None:
    signals = {
        (signal.source, signal.target, signal.kind, signal.title, signal.delay): stages
        for signal, stages in signals_of(desk()).items()
    }
    assert signals == {
        ("work", "packing", "when", "opens: Order", None): ["New"],
        ("work", "work", "event", "Is thanked", None): ["New"],
        ("packing", "work", "event", "Was served", None): ["Begun"],
        ("packing", "work", "timer", "Was served", "3 days"): ["Begun"],
    }


def test_signals_of_a_kind_from_one_process_to_another_share_an_arrow() -> None:
    packed = TEXT.replace(
        "            emit served to buyer\n",
        "            emit served to buyer\n            emit asked to buyer\n",
    )
    found = compile_text(Source("desk.ladder", packed), lint=False)
    assert found.spec
    labels = {
        (arrow.tail, arrow.head, arrow.kind): [" ".join(row.block.lines) for row in arrow.rows]
        for arrow in build_overview(found.spec).arrows
    }
    assert labels["packing", "work", "event"] == ["• Was served", "from “Begun”", "• Asks", "from “Begun”"]
    assert labels["packing", "work", "timer"] == ["Was served", "after 3 days", "from “Begun”"]


def test_cards_say_what_a_process_follows_how_long_it_is_and_how_it_ends() -> None:
    live = Live("today", {"work/new": StageFigures(now=4), "work/gone": StageFigures(now=2)})
    cards = {
        card.id: [" ".join(row.block.lines).replace("\u00a0", " ") for row in card.rows]
        for card in build_overview(desk(), live).cards
    }
    assert cards["work"] == [
        "Serving",
        "Client",
        "Clerk",
        "stages: 3",
        "Gone",
        "under way: 4 \u00b7 ended: 2",
    ]


@pytest.mark.parametrize("file", SPECS, ids=lambda path: path.stem)
def test_every_effect_that_reaches_others_is_on_the_overview(file: Path) -> None:
    spec = compile_file(file).spec
    assert spec
    scene = build_overview(spec)
    assert [card.id for card in scene.cards] == list(spec.processes)
    senders = {
        process.name
        for process in spec.processes.values()
        for stage in process.stages.values()
        for transition in stage.transitions
        for effect in transition.effects
        if isinstance(effect, OpenRecord) or (isinstance(effect, Emit) and effect.to_field is not None)
    }
    assert senders <= {arrow.tail for arrow in scene.arrows}
    assert draw_overview(spec) == draw_overview(spec)
