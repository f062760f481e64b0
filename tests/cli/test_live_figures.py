"""The figures of a run that pictures show: by hand for a corner shop, and by law for whole ones."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from stepladder_dsl.compile import compile_file
from stepladder_dsl.diagram.live import Live, RungFigures, StageFigures, WayFigures
from stepladder_dsl.diagram.traffic import ProcessTraffic
from stepladder_dsl.graph.build import build_graph
from stepladder_dsl.graph.items import TRANSITION_KINDS
from stepladder_engine.results.answer import Answer
from stepladder_engine.results.execute import execute
from stepladder_engine.results.flow_figures import flow_figures

if TYPE_CHECKING:
    from stepladder_dsl.model.spec import Spec

Run = Callable[..., tuple[int, str, str]]
SPECS = Path(__file__).resolve().parents[2] / "specs"


def answer_of(folder: Path) -> tuple[Spec, Answer]:
    spec = compile_file(folder / f"{folder.name}.ladder").spec
    assert spec
    answer, problems = execute(spec, folder / "mapping.yaml")
    assert answer, problems
    return spec, answer


def test_the_corner_shop_counted_by_hand(shop: Path) -> None:
    """Three know the shop since 1 March; two come on the next days, and one buys half an hour later."""
    _, answer = answer_of(shop)
    live = flow_figures(answer)
    assert live.as_of == "2026-03-03"
    stays = (34 / 24 + 58 / 24) / 2
    assert live.stages == {
        "sale/aware": StageFigures(now=1, through=3, median_days=stays),
        "sale/choosing": StageFigures(now=1, through=2, median_days=0.5 / 24),
        "sale/bought": StageFigures(now=1, through=1),
    }
    assert {(source, target): figures for (source, target, _), figures in live.ways.items()} == {
        ("sale/aware", "sale/choosing"): WayFigures(2, stays),
        ("sale/choosing", "sale/bought"): WayFigures(1, 0.5 / 24),
    }
    assert live.rungs == {
        "sale": (
            RungFigures(3, stays),
            RungFigures(2, 0.5 / 24),
            RungFigures(1),
        )
    }


def test_what_is_overdue_counts_where_its_case_stands(shop: Path) -> None:
    """Of the two who do not go on, the one who is still choosing after two days is the manager's."""
    spec = compile_file(shop / "shop.ladder").spec
    assert spec
    answer, _ = execute(spec, shop / "mapping.yaml", as_of="2026-03-10")
    assert answer
    live = flow_figures(answer)
    overdue = {node: figures.overdue for node, figures in live.stages.items() if figures.overdue}
    assert overdue == {"sale/choosing": 1, "sale/bought": 1}  # an alert, and a call that nobody made


@pytest.mark.parametrize("name", ["phone_sale", "relation_ladder", "two_step_sale"])
def test_every_case_and_every_move_is_on_the_picture(name: str) -> None:
    spec, answer = answer_of(SPECS / name)
    live = flow_figures(answer)
    for process, stages in answer.summary["stages"].items():
        now = {stage: live.stages.get(f"{process}/{stage}", StageFigures()).now for stage in stages}
        assert now == stages
    graph = build_graph(spec)
    known = {
        (source, target, edge["line"])
        for source, target, edge in graph.edges(data=True)
        if edge["kind"] in TRANSITION_KINDS and not edge["stays"]
    }
    assert set(live.ways) <= known
    _whoever_comes_leaves_or_stays(live)
    for process in spec.processes:
        traffic = ProcessTraffic(graph, process, live)
        moves = sum(way.count for (node, _, _), way in live.ways.items() if node.startswith(f"{process}/"))
        assert sum(traffic.leavings.values()) == moves


def _whoever_comes_leaves_or_stays(live: Live) -> None:
    """Hold that who came into a stage and has not left it is there now, but for those who began there."""
    balance: Counter[str] = Counter()
    for (source, target, _), way in live.ways.items():
        balance[target] += way.count
        balance[source] -= way.count
    began = {node: figures.now - balance[node] for node, figures in live.stages.items()}
    starts = {node for node, count in began.items() if count}
    assert all(count >= 0 for count in began.values())
    assert len({node.split("/")[0] for node in starts}) == len(starts)


@pytest.mark.parametrize("view", ["process", "ladder", "offers"])
def test_draw_puts_the_figures_of_the_data_on_each_view(stepladder: Run, shop: Path, view: str) -> None:
    text = (shop / "shop.ladder").read_text(encoding="utf-8")
    offer = (
        'offer extra "Something extra"\n    to client in choosing\n    price 5\n    accepted on purchase\n\n'
    )
    (shop / "shop.ladder").write_text(
        text.replace("follow up care", f"{offer}follow up care"), encoding="utf-8"
    )
    found = stepladder("draw", "shop", "--view", view, "--data", "shop/mapping.yaml", "-o", "live.svg")
    assert found[0] == 0, found
    shown = " ".join(re.findall(r">([^<]+)</text>", Path("live.svg").read_text(encoding="utf-8")))
    assert "Data as of 2026-03-03" in shown
    expected = {"process": "2 (100%), median 2 days", "ladder": "67% go on", "offers": "accepted: 1 (50%)"}
    assert expected[view] in shown


def test_draw_refuses_data_that_cannot_be_read(stepladder: Run, shop: Path) -> None:
    (shop / "visits.csv").unlink()
    assert stepladder("draw", "shop", "--data", "shop/mapping.yaml", "-o", "live.svg")[0] == 2
    assert not Path("live.svg").exists()
