"""Lines of a picture: where they begin."""

from __future__ import annotations

import pytest

from stepladder_dsl.compile import compile_text
from stepladder_dsl.diagram.columns import lay_out_columns
from stepladder_dsl.diagram.geometry import Box, line_through
from stepladder_dsl.diagram.scene import build_scene
from stepladder_dsl.diagram.telling import formula_kept
from stepladder_dsl.diagram.text import block
from stepladder_dsl.graph.build import build_graph
from stepladder_dsl.source import Source

BOX = Box(0, 0, 100, 100)
PHASED = """
language en
spec s
role desk
record client
event pays for client
event leaves for client
process sale for client
    owner desk
    phase before
        on pays go to paid
        stage asked
            start
            on leaves go to gone
        stage thinks
            on leaves go to gone
    stage paid
        end won
    stage gone
        end lost
"""


@pytest.mark.parametrize(
    ("points", "start"),
    [
        ([(50, 50), (50, 80), (50, 120), (50, 150)], (50, 100)),
        ([(50, 50), (80, 50), (120, 50), (150, 50)], (100, 50)),
        ([(50, 50), (55, 50), (60, 50), (65, 50), (80, 50), (120, 50), (135, 50)], (100, 50)),
        ([(50, 50), (60, 50), (70, 50), (80, 50)], (50, 50)),
    ],
)
def test_a_line_from_a_border_begins_where_it_leaves_the_box_first(
    points: list[tuple[float, float]], start: tuple[float, float]
) -> None:
    line = line_through(points, points[-1]).from_border_of(BOX)
    assert line.points[0] == pytest.approx(start, abs=0.01)
    assert line.points[-1] == points[-1]
    assert len(line.points) % 3 == 1


def test_a_way_of_a_whole_phase_begins_at_its_border_in_columns_too() -> None:
    spec = compile_text(Source("s.ladder", PHASED), lint=False).spec
    assert spec
    scene = build_scene(build_graph(spec), "sale")
    layout = lay_out_columns(scene)
    ways = [arrow for arrow in scene.arrows if arrow.from_frame is not None]
    assert ways
    for arrow in ways:
        box, (x, y) = layout.frames[arrow.from_frame or ""], layout.lines[arrow.id].points[0]
        assert min(abs(x - box.left), abs(x - box.right), abs(y - box.top), abs(y - box.bottom)) < 0.1


@pytest.mark.parametrize("conjunction", ["and", "or", "и", "или", "و", "یا"])
def test_a_conjunction_is_not_what_a_number_counts(conjunction: str) -> None:
    assert block(f"x = 33 {conjunction} zz", 10, 500, letters=6).lines == ("x = 33", f"{conjunction} zz")
    assert block("ab 33 days", 10, 500, letters=7).lines == ("ab", "33 days")


@pytest.mark.parametrize(
    ("formula", "written"),
    [
        ("رویداد last_order >= ۳۰", "رویداد \u2066last order\u2069 ≥ ۳۰"),
        ("خرید >= ۳۰", "خرید ≥ ۳۰"),
        ("purchases >= 3000", "\u2066purchases ≥ ۳٬۰۰۰\u2069"),
    ],
)
def test_a_strange_name_in_a_persian_condition_takes_no_number_along(formula: str, written: str) -> None:
    assert formula_kept("fa", formula).replace("\u00a0", " ") == written
