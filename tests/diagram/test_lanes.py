"""The lanes of a process: who does what."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, pairwise
from math import dist
from pathlib import Path

import pytest

from stepladder_dsl.compile import compile_file
from stepladder_dsl.diagram import style
from stepladder_dsl.diagram.geometry import Point, around_all
from stepladder_dsl.diagram.lanes import in_lanes, lay_out_lanes
from stepladder_dsl.diagram.layout import Layout
from stepladder_dsl.diagram.picture import draw_lanes
from stepladder_dsl.diagram.scene import Scene, build_scene
from stepladder_dsl.graph.build import build_graph
from stepladder_dsl.model.spec import Spec

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ["en", "ru", "bg", "fa"]
SPECS = sorted(ROOT.glob("specs/*/*.ladder"))


def lanes_of(spec: Spec, process: str) -> tuple[Scene, Layout]:
    graph = build_graph(spec)
    scene = in_lanes(graph, build_scene(graph, process))
    return scene, lay_out_lanes(scene)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_stage_stands_in_the_lane_of_its_owner(
    phone_shop: Callable[[str], Spec], language: str
) -> None:
    spec = phone_shop(language)
    _, layout = lanes_of(spec, "sale")
    for name, stage in spec.processes["sale"].stages.items():
        for lane, box in layout.frames.items():
            assert box.meets(layout.cards[f"sale/{name}"]) == (lane == stage.owner), (name, lane)


@pytest.mark.parametrize(("language", "sign"), [("en", 1), ("fa", -1)])
def test_lanes_follow_each_other_as_one_reads_in_the_order_of_the_roles(
    phone_shop: Callable[[str], Spec], language: str, sign: int
) -> None:
    spec = phone_shop(language)
    scene, layout = lanes_of(spec, "sale")
    assert [lane.id for lane in scene.frames] == list(spec.roles)
    for one, other in pairwise(layout.frames[role].centre[0] for role in spec.roles):
        assert (other - one) * sign > 0


@pytest.mark.parametrize("file", SPECS, ids=lambda path: path.stem)
def test_nothing_covers_anything(file: Path) -> None:
    spec = compile_file(file).spec
    assert spec
    for process in spec.processes:
        scene, layout = lanes_of(spec, process)
        assert len(layout.labels) == sum(bool(arrow.rows) for arrow in scene.arrows)
        boxes = [*layout.cards.items(), *layout.labels.items(), *layout.headings.items()]
        clashes = [
            (one, other) for (one, box), (other, second) in combinations(boxes, 2) if box.meets(second)
        ]
        assert clashes == []
        lanes = around_all(layout.frames.values())
        assert [name for name, box in boxes if not lanes.holds(box)] == []


@pytest.mark.parametrize("file", SPECS, ids=lambda path: path.stem)
def test_ways_run_along_straight_lines_with_a_place_of_their_own(file: Path) -> None:
    spec = compile_file(file, lint=False).spec
    assert spec
    for process in spec.processes:
        _, layout = lanes_of(spec, process)
        ends = []
        for line in layout.lines.values():
            ends += [line.points[0], line.tip]
            # A piece between two bends is level or upright: its ends differ in one direction only.
            pieces = [(a, b) for a, b in pairwise(line.points[::3]) if dist(a, b) > 2 * style.TURN]
            assert [piece for piece in pieces if not _is_level_or_upright(*piece)] == []
        assert len(set(ends)) == len(ends)


def _is_level_or_upright(start: Point, end: Point) -> bool:
    return min(abs(start[0] - end[0]), abs(start[1] - end[1])) < 0.01


def test_a_stage_of_nobody_has_a_lane_of_its_own(tiny: Spec) -> None:
    svg = draw_lanes(build_graph(tiny))
    assert "nobody answers for it" in svg
    assert svg == draw_lanes(build_graph(tiny))
