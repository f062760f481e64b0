"""The colours of pictures: readable on every ground, apart for every eye, and chosen by the page."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

from stepladder_dsl.diagram import style
from stepladder_dsl.diagram.picture import VIEWS, draw_lanes, draw_svg, draw_view, paint_png
from stepladder_dsl.diagram.theme import themed
from stepladder_dsl.graph.build import build_graph

if TYPE_CHECKING:
    from stepladder_dsl.model.spec import Spec

PALETTES = {"light": style.LIGHT, "dark": style.DARK}
GROUNDS = ("paper", "frame-0", "frame-1", "frame-2")
WAYS = ("event-way", "timer-way", "when-way")
SHAPES = ("won", "lost", "neutral")
FILLS = ("stage-fill", "won-fill", "lost-fill", "neutral-fill")
TEXTS = [
    *((ink, ground) for ink in ("ink", "quiet", "frame-ink", *WAYS) for ground in (*GROUNDS, *FILLS)),
    *((f"{shape}-ink", f"{shape}-fill") for shape in SHAPES),
    *(("on-colour", disc) for disc in ("frame-ink", *(f"{shape}-line" for shape in SHAPES))),
]
LINES = [(f"{shape}-line", ground) for shape in ("stage", *SHAPES) for ground in (*GROUNDS, f"{shape}-fill")]
PAINT = re.compile(r'(?:fill|stroke)="(#[0-9a-f]{6})"')

BLINDNESS = {
    "none": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no red": ((0.152, 1.053, -0.205), (0.115, 0.786, 0.099), (-0.004, -0.048, 1.052)),
    "no green": ((0.367, 0.861, -0.228), (0.280, 0.673, 0.047), (-0.012, 0.043, 0.969)),
    "no blue": ((1.256, -0.077, -0.179), (-0.078, 0.931, 0.148), (0.005, 0.691, 0.304)),
}  # fmt: skip
"""What Machado, Oliveira and Fernandes (2009) give for dichromats, over linear light."""


def light_of(colour: str) -> list[float]:
    """Give the linear light of a colour."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def luminance(colour: str) -> float:
    red, green, blue = light_of(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Give the contrast of WCAG 2, which sees luminance only: it is the same in grey."""
    dark, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


def lab(light: list[float]) -> list[float]:
    """Give the CIE Lab values of linear light."""
    red, green, blue = (min(max(part, 0.0), 1.0) for part in light)
    weights = (
        (0.4124, 0.3576, 0.1805, 0.9505),
        (0.2126, 0.7152, 0.0722, 1.0),
        (0.0193, 0.1192, 0.9505, 1.089),
    )
    x, y, z = ((r * red + g * green + b * blue) / white for r, g, b, white in weights)
    x, y, z = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in (x, y, z))
    return [116 * y - 16, 500 * (x - y), 200 * (y - z)]


def difference(one: str, other: str, eye: str) -> float:
    """Give how far apart an eye sees two colours (CIE76)."""
    seen = [
        lab([sum(weight * part for weight, part in zip(row, light, strict=True)) for row in BLINDNESS[eye]])
        for light in (light_of(one), light_of(other))
    ]
    return math.dist(*seen)


@pytest.mark.parametrize("theme", PALETTES)
@pytest.mark.parametrize(("ink", "ground"), TEXTS)
def test_text_can_be_read_on_what_it_stands_on(theme: str, ink: str, ground: str) -> None:
    assert contrast(PALETTES[theme][ink], PALETTES[theme][ground]) >= 4.5


@pytest.mark.parametrize("theme", PALETTES)
@pytest.mark.parametrize(("line", "ground"), LINES)
def test_outlines_can_be_seen_on_what_they_stand_on(theme: str, line: str, ground: str) -> None:
    assert contrast(PALETTES[theme][line], PALETTES[theme][ground]) >= 3


@pytest.mark.parametrize("theme", PALETTES)
@pytest.mark.parametrize("eye", BLINDNESS)
@pytest.mark.parametrize(("one", "other"), list(combinations(WAYS, 2)))
def test_ways_of_different_kinds_differ_for_every_eye(theme: str, eye: str, one: str, other: str) -> None:
    assert difference(PALETTES[theme][one], PALETTES[theme][other], eye) >= 10


@pytest.mark.parametrize("theme", PALETTES)
@pytest.mark.parametrize("eye", BLINDNESS)
def test_won_and_lost_differ_for_every_eye(theme: str, eye: str) -> None:
    colours = [PALETTES[theme][f"{shape}-line"] for shape in ("won", "lost")]
    assert difference(colours[0], colours[1], eye) >= 20


def test_each_part_has_a_colour_of_its_own_in_every_theme() -> None:
    assert set(style.LIGHT) == set(style.DARK)
    assert len(set(style.LIGHT.values())) == len(style.LIGHT)


def pictures(spec: Spec) -> dict[str, str]:
    graph = build_graph(spec)
    drawn = {"process": draw_svg(graph), "lanes": draw_lanes(graph)}
    return drawn | {view: draw_view(spec, view) for view in VIEWS}


def test_every_colour_of_every_view_is_one_of_the_palette(phone_shop: Callable[[str], Spec]) -> None:
    for view, svg in pictures(phone_shop("en")).items():
        assert set(PAINT.findall(svg)) <= set(style.LIGHT.values()), view
        assert set(PAINT.findall(themed(svg, "dark"))) <= set(style.DARK.values()), view


def test_a_theme_changes_colours_and_nothing_else(phone_shop: Callable[[str], Spec]) -> None:
    svg = draw_svg(build_graph(phone_shop("fa")))
    assert themed(svg, "light") == svg
    assert PAINT.sub("", themed(svg, "dark")) == PAINT.sub("", svg)
    auto = ElementTree.fromstring(themed(svg, "auto"))  # noqa: S314 - we wrote it ourselves a moment ago
    before = ElementTree.fromstring(svg)  # noqa: S314
    assert [part.attrib for part in auto.iter()] == [part.attrib for part in before.iter()]


def test_a_label_that_reads_like_a_colour_stays_a_label(tiny: Spec) -> None:
    process = tiny.processes["deal"]
    title = f'fill="{style.INK}" </style> \x0b'
    stages = {**process.stages, "open": replace(process.stages["open"], title=title)}
    svg = draw_svg(build_graph(replace(tiny, processes={"deal": replace(process, stages=stages)})))
    for theme in ("light", "dark", "auto"):
        root = ElementTree.fromstring(themed(svg, theme))  # noqa: S314
        shown = " ".join(element.text or "" for element in root.iter() if element.tag.endswith("}text"))
        assert f'fill="{style.INK}"' in shown
        assert "</style>" in shown


def test_programs_that_know_no_style_sheets_paint_auto_as_light(tiny: Spec) -> None:
    svg = draw_svg(build_graph(tiny))
    assert paint_png(themed(svg, "auto")) == paint_png(svg) != paint_png(themed(svg, "dark"))


def test_auto_follows_the_page_and_without_one_the_reader(tiny: Spec) -> None:
    css = themed(draw_svg(build_graph(tiny)), "auto")
    assert f'svg.stepladder [fill="{style.INK}"]{{fill:var(--stepladder-ink,{style.INK})}}' in css
    assert "@media screen and (prefers-color-scheme:dark){svg.stepladder:not(" in css
    assert css.count(f"--stepladder-ink:{style.DARK['ink']}") == 2
