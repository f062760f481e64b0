"""Pictures of processes: the public doors of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stepladder_dsl.diagram import style
from stepladder_dsl.diagram.dot import dot_text
from stepladder_dsl.diagram.fold import best_plan, lay_out
from stepladder_dsl.diagram.scene import Scene, build_scene
from stepladder_dsl.diagram.svg import page, sheet_of, texts_of
from stepladder_dsl.diagram.text import FONT_FILES

if TYPE_CHECKING:
    from stepladder_dsl.graph.build import Graph


class UnknownProcessError(LookupError):
    """A picture of a process that the graph does not have."""

    def __init__(self, process: str, known: list[str]) -> None:
        super().__init__(f"no process {process!r}; there are: {', '.join(known) or 'none'}")
        self.process = process
        self.known = known


def draw_svg(graph: Graph, process: str | None = None) -> str:
    """Draw the process, or all processes below each other, as SVG."""
    scenes = _scenes(graph, process)
    texts: dict[bool, set[str]] = {False: set(), True: set()}
    for scene in scenes:
        for bold, line in texts_of(scene):
            texts[bold].add(line)
    sheets = [sheet_of(scene, lay_out(scene)) for scene in scenes]
    return page(sheets, graph.graph["language"], graph.graph["title"], texts)


def draw_png(graph: Graph, process: str | None = None, scale: float = style.SCALE) -> bytes:
    """Paint the picture with our own font; `scale` is the number of dots to a pixel."""
    import resvg_py

    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=draw_svg(graph, process),
            skip_system_fonts=True,
            font_files=[str(file) for file in FONT_FILES.values()],
            font_family=style.FONT,
            sans_serif_family=style.FONT,
            dpi=96,
            zoom=scale,
        )
    )


def draw_dot(graph: Graph, process: str | None = None) -> str:
    """Write the process as DOT, laid out in one column; several processes are several graphs."""
    return "\n".join(dot_text(scene, best_plan(scene)) for scene in _scenes(graph, process))


def _scenes(graph: Graph, process: str | None) -> list[Scene]:
    known = [one["name"] for one in graph.graph["processes"]]
    if process is not None and process not in known:
        raise UnknownProcessError(process, known)
    return [build_scene(graph, name) for name in known if process in (None, name)]
