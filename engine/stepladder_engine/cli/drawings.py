"""What `draw` writes: which formats there are, what each of them can show, and the bytes of a drawing."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from stepladder_dsl.diagram.theme import Theme
from stepladder_engine.cli.exit_codes import COULD_NOT_RUN
from stepladder_engine.cli.language import fail, reader_language

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stepladder_dsl.diagram.live import Live
    from stepladder_dsl.model.spec import Spec
    from stepladder_dsl.source import Source

FORMATS = ("svg", "png", "pdf", "html", "mmd", "d2", "dot", "json")
PICTURES = ("svg", "png", "pdf", "html")
"""The formats of the views that are no graph."""
THEMED = ("svg", "png", "pdf")
"""The formats in which a theme can be chosen; an HTML page follows its reader."""
VIEWS = ("process", "lanes", "ladder", "offers", "roles")
BESIDE = ("svg", "png", "mmd", "d2", "dot")
"""The formats by whose names a file beside a spec is surely a drawing of it."""
TEXTS = frozenset(FORMATS) - {"png", "pdf"}
"""The formats in which the end of a line may be written in either way."""


@dataclass(frozen=True)
class Asked:
    """What is to be drawn; without a view it is the process, and every view in HTML."""

    form: str
    view: str | None = None
    process: str | None = None
    theme: Theme = "light"

    def check(self, file: str | None) -> None:
        """End with status 2 where nothing can be drawn like that."""
        if self.form not in FORMATS:
            fail("cli.no_such_format", file=file, form=self.form, known=FORMATS)
        if self.view not in {None, "process"} and self.form not in PICTURES:
            fail("cli.no_such_view_format", view=self.view, form=self.form, known=PICTURES)
        if self.theme != "light" and self.form not in THEMED:
            fail("cli.no_theme_here", theme=self.theme, form=self.form, known=THEMED)
        if self.form == "pdf":
            _check_pdf()


def drawing(model: Spec, sources: Mapping[str, Source], asked: Asked, live: Live | None) -> bytes:
    """Draw what was asked for, with the figures of a run where there are some."""
    if asked.process is not None and asked.process not in model.processes:
        fail("cli.no_such_process", model.language, process=asked.process, known=list(model.processes))
    if asked.form == "html":
        return _page(model, sources, asked, live).encode()
    if asked.form in PICTURES:
        return _painted(model, asked, live)
    return _graph_text(model, asked).encode()


def _page(model: Spec, sources: Mapping[str, Source], asked: Asked, live: Live | None) -> str:
    from stepladder_dsl.viewer.page import ALL_VIEWS, viewer_page

    views = ALL_VIEWS if asked.view is None else (asked.view,)
    return viewer_page(model, sources, views=views, process=asked.process, live=live)


def _painted(model: Spec, asked: Asked, live: Live | None) -> bytes:
    from stepladder_dsl.diagram.picture import paint_png
    from stepladder_dsl.diagram.theme import themed

    if asked.form == "pdf":
        from stepladder_dsl.notation.pdf import pdf_of

        return pdf_of([themed(picture, asked.theme) for picture in _pages(model, asked, live)], model.label)
    picture = themed(_picture(model, asked.view, asked.process, live), asked.theme)
    return paint_png(picture) if asked.form == "png" else picture.encode()


def _pages(model: Spec, asked: Asked, live: Live | None) -> Iterator[str]:
    """Yield a picture for each process; who answers for what is one for all."""
    whole = asked.process is not None or asked.view == "roles"
    for process in [asked.process] if whole else model.processes:
        yield _picture(model, asked.view, process, live)


def _picture(model: Spec, view: str | None, process: str | None, live: Live | None) -> str:
    from stepladder_dsl.diagram.picture import VIEWS as PANELS
    from stepladder_dsl.diagram.picture import draw_lanes, draw_svg, draw_view
    from stepladder_dsl.graph.build import build_graph

    if view in PANELS:
        return draw_view(model, view, process, live)
    draw = draw_lanes if view == "lanes" else draw_svg
    return draw(build_graph(model), process, live)


def _graph_text(model: Spec, asked: Asked) -> str:
    import json

    from stepladder_dsl.graph.build import build_graph

    graph = build_graph(model)
    if asked.form == "json":
        from stepladder_dsl.graph.as_json import graph_to_json

        return json.dumps(graph_to_json(graph), ensure_ascii=False, indent=1) + "\n"
    if asked.form == "mmd":
        from stepladder_dsl.notation.mermaid import mermaid_text

        return mermaid_text(graph, asked.process)
    if asked.form == "d2":
        from stepladder_dsl.notation.d2 import d2_text

        return d2_text(graph, asked.process)
    from stepladder_dsl.diagram.picture import draw_dot

    return draw_dot(graph, asked.process)


def _check_pdf() -> None:
    """See before the work that what makes PDF is installed."""
    from stepladder_dsl.notation.pdf import pdf_is_possible

    if not pdf_is_possible():
        from stepladder_dsl.source import NOWHERE
        from stepladder_engine.cli.specs import show
        from stepladder_engine.data.problems import finding

        show([finding("SD061", NOWHERE, format="pdf", extra="pdf")], [], reader_language())
        sys.exit(COULD_NOT_RUN)


def figures(model: Spec, data: str | None, as_of: str | None) -> Live | None:
    """Give the figures of a run, where data is given."""
    if data is None:
        return None
    from stepladder_engine.cli.data import answer_for
    from stepladder_engine.results.flow_figures import flow_figures

    return flow_figures(answer_for(model, Path(data), as_of=as_of))


def drawing_of(spec: Path, view: str | None, form: str) -> Path:
    """Give the file beside a spec that a drawing without a name is written to."""
    return spec.with_suffix(f".{form}" if view in {None, "process"} else f".{view}.{form}")


def drawings_beside(spec: Path, asked: Asked) -> Iterator[tuple[Path, Asked]]:
    """Yield the drawings that lie beside a spec under such names, and how each is drawn."""
    for form in BESIDE:
        theme = asked.theme if form in THEMED else "light"
        for view in (None, *(VIEWS[1:] if form in PICTURES else ())):
            file = drawing_of(spec, view, form)
            if file.is_file():
                yield file, Asked(form, view, asked.process, theme)


def is_stale(file: Path, form: str, drawn: bytes) -> bool:
    """Tell whether a file is another drawing than the one that would be written now."""
    kept = file.read_bytes()
    # Git may end lines as its machine does.
    return kept.replace(b"\r\n", b"\n") != drawn if form in TEXTS else kept != drawn
