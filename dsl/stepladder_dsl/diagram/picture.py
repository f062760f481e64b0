"""Pictures of processes: the public doors of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stepladder_dsl.diagram import style
from stepladder_dsl.diagram.board import panel_sheet
from stepladder_dsl.diagram.dot import dot_text
from stepladder_dsl.diagram.fold import best_plan, lay_out
from stepladder_dsl.diagram.lanes import best_lanes
from stepladder_dsl.diagram.layout import Layout
from stepladder_dsl.diagram.overview import build_overview
from stepladder_dsl.diagram.page import page
from stepladder_dsl.diagram.scene import Scene, build_scene
from stepladder_dsl.diagram.svg import sheet_of, texts_of
from stepladder_dsl.diagram.text import FONT_FILES
from stepladder_dsl.diagram.trail_scene import build_trail_scene
from stepladder_dsl.diagram.views.ladder import ladder_panels
from stepladder_dsl.diagram.views.offers import offer_panels
from stepladder_dsl.diagram.views.roles import role_panels
from stepladder_dsl.graph.build import build_graph
from stepladder_dsl.graph.words import words_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stepladder_dsl.diagram.live import Live
    from stepladder_dsl.diagram.trail import Trail
    from stepladder_dsl.graph.build import Graph
    from stepladder_dsl.model.spec import Spec

VIEWS = {"ladder": ladder_panels, "offers": offer_panels, "roles": role_panels}
"""The views that are made of panels, by their names."""


ALL_VIEWS = ("process", "lanes", *VIEWS, "overview")
"""The views that a spec alone is enough for, in the order in which a reader meets them."""


class UnknownProcessError(LookupError):
    """A picture of a process that the graph does not have."""

    def __init__(self, process: str, known: list[str]) -> None:
        super().__init__(f"no process {process!r}; there are: {', '.join(known) or 'none'}")
        self.process = process
        self.known = known


def draw(spec: Spec, view: str = "process", process: str | None = None, live: Live | None = None) -> str:
    """Draw a view of `ALL_VIEWS`, of one process or of all, as SVG; `overview` always shows them all."""
    if view in VIEWS:
        return draw_view(spec, view, process, live)
    if view == "overview":
        return draw_overview(spec, live)
    drawn = draw_lanes if view == "lanes" else draw_svg
    return drawn(build_graph(spec), process, live)


def draw_lanes(graph: Graph, process: str | None = None, live: Live | None = None) -> str:
    """Draw the process, or all below each other, in lanes by who answers for the stages, as SVG."""
    return _scenes_page(graph, [best_lanes(graph, scene) for scene in _scenes(graph, process, live)])


def draw_svg(graph: Graph, process: str | None = None, live: Live | None = None) -> str:
    """Draw the process, or all below each other, as SVG, with the figures of a run if there are some."""
    return _scenes_page(graph, [(scene, lay_out(scene)) for scene in _scenes(graph, process, live)])


def draw_trails(graph: Graph, trails: Mapping[str, Trail]) -> str:
    """Draw the ways through some processes, given by their names, below each other as SVG."""
    names = [one["name"] for one in graph.graph["processes"] if one["name"] in trails]
    scenes = [build_trail_scene(graph, name, trails[name]) for name in names]
    return _scenes_page(graph, [(scene, lay_out(scene)) for scene in scenes])


def draw_overview(spec: Spec, live: Live | None = None) -> str:
    """Draw all processes and the signals between them, as SVG."""
    scene = build_overview(spec, live)
    return _placed_page([(scene, lay_out(scene))], spec.language, spec.label)


def _scenes_page(graph: Graph, placed: list[tuple[Scene, Layout]]) -> str:
    return _placed_page(placed, graph.graph["language"], graph.graph["title"])


def _placed_page(placed: list[tuple[Scene, Layout]], language: str, title: str) -> str:
    texts: dict[bool, set[str]] = {False: set(), True: set()}
    for scene, _ in placed:
        for bold, line in texts_of(scene):
            texts[bold].add(line)
    sheets = [sheet_of(scene, layout) for scene, layout in placed]
    return page(sheets, language, title, texts)


def draw_view(spec: Spec, view: str, process: str | None = None, live: Live | None = None) -> str:
    """Draw a view of the spec, of one process or of all, as SVG; see `VIEWS`."""
    known = list(spec.processes)
    if process is not None and process not in known:
        raise UnknownProcessError(process, known)
    panels = list(VIEWS[view](spec, process, live))
    texts: dict[bool, set[str]] = {False: set(), True: set()}
    for panel in panels:
        for row in panel.rows():
            texts[row.block.bold].update(map(row.block.shown, row.block.lines))
    right_to_left = words_of(spec.language).direction == "rtl"
    sheets = [panel_sheet(panel, right_to_left=right_to_left) for panel in panels]
    return page(sheets, spec.language, spec.label, texts)


def paint_png(svg: str, scale: float = style.SCALE) -> bytes:
    """Paint a picture with our own font; `scale` is the number of dots to a pixel."""
    import resvg_py

    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            skip_system_fonts=True,
            font_files=[str(file) for file in FONT_FILES.values()],
            font_family=style.FONT,
            sans_serif_family=style.FONT,
            dpi=96,
            zoom=scale,
        )
    )


def draw_png(graph: Graph, process: str | None = None, scale: float = style.SCALE) -> bytes:
    """Draw the process, or all of them, as PNG."""
    return paint_png(draw_svg(graph, process), scale)


def draw_dot(graph: Graph, process: str | None = None) -> str:
    """Write the process as DOT, laid out in one column; several processes are several graphs."""
    return "\n".join(dot_text(scene, best_plan(scene)) for scene in _scenes(graph, process))


def _scenes(graph: Graph, process: str | None, live: Live | None = None) -> list[Scene]:
    known = [one["name"] for one in graph.graph["processes"]]
    if process is not None and process not in known:
        raise UnknownProcessError(process, known)
    return [build_scene(graph, name, live) for name in known if process in (None, name)]
