"""What `draw` writes: which formats there are, what each of them can show, and the bytes of a drawing."""

from __future__ import annotations

import os
import sys
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stepladder_dsl.diagram.theme import THEMES, Theme
from stepladder_dsl.notation.profiles import PROFILES, Profile
from stepladder_dsl.record import record
from stepladder_engine.cli.exit_codes import COULD_NOT_RUN
from stepladder_engine.cli.language import fail, reader_language
from stepladder_engine.cli.made_with import mark_of, marked, options_in
from stepladder_engine.cli.specs import STDIN, spec_file
from stepladder_engine.cli.trails import case_trails_of, trails_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from stepladder_dsl.diagram.live import Live
    from stepladder_dsl.diagram.trail import Trail
    from stepladder_dsl.model.spec import Spec
    from stepladder_dsl.source import Source

NOTATIONS = ("bpmn", "dmn")
"""The formats that other people's tools go on working with."""
FORMATS = ("svg", "png", "pdf", "html", "mmd", "d2", "dot", "json", *NOTATIONS)
PAINTED = ("svg", "png", "pdf")
PICTURES = (*PAINTED, "html")
"""The formats of the views that are no graph."""
THEMED = PAINTED
"""The formats in which a theme can be chosen; an HTML page follows its reader."""
TRAILS = ("case", "scenario")
"""The views of ways that were gone: of one record, or of scenarios."""
VIEWS = ("process", "lanes", "ladder", "offers", "roles", "overview", *TRAILS)
BESIDE = ("svg", "png", "mmd", "d2", "dot")
"""The formats by whose names a file beside a spec is surely a drawing of it."""
MARKED_INSIDE = ("pdf", "json")
"""The formats that get no mark of their options from outside: one has it already, one is made without any."""
TEXTS = frozenset(FORMATS) - {"png", "pdf"}
"""The formats in which the end of a line may be written in either way."""


@record
class Asked:
    """What is to be drawn; without a view it is the process, and every view in HTML."""

    form: str
    view: str | None = None
    process: str | None = None
    theme: Theme = "light"
    case: str | None = None
    scenario: str | None = None
    profile: Profile | None = None

    @classmethod
    def by(cls, form: str, options: Mapping[str, str | None]) -> Asked:
        """Take what the options say; one that there is not, in a file that others wrote, says nothing."""
        view, theme, profile = (options.get(name) for name in ("view", "theme", "profile"))
        return cls(
            form,
            view if view in VIEWS else None,
            options.get("process"),
            next((one for one in THEMES if one == theme), "light"),
            options.get("case"),
            options.get("scenario"),
            next((one for one in PROFILES if one == profile), None),
        )

    def options(self) -> dict[str, str | None]:
        """Give the options that are not as they are without being named."""
        usual = self.form != "html" and self.view == "process"
        return {
            "view": None if usual else self.view,
            "process": self.process,
            "theme": None if self.theme == "light" else self.theme,
            "case": self.case,
            "scenario": self.scenario,
            "profile": None if self.profile == "plain" else self.profile,
        }

    def check(self, file: str | None, language: Callable[[], str]) -> None:
        """End with status 2 where nothing can be drawn like that; only then the spec's language is asked."""
        problem = self._problem(file)
        if problem is not None:
            key, values = problem
            fail(key, language(), **values)
        if self.form == "pdf":
            _check_pdf()

    def _problem(self, file: str | None) -> tuple[str, dict[str, Any]] | None:
        """Give the sentence that says why nothing can be drawn like that, with its values."""
        if self.form not in FORMATS:
            return "cli.no_such_format", {"file": file, "form": self.form, "known": FORMATS}
        if self.view not in {None, "process"} and self.form not in PICTURES:
            return "cli.no_such_view_format", {"view": self.view, "form": self.form, "known": PICTURES}
        for option, given, only in (("--case", self.case, "case"), ("--scenario", self.scenario, "scenario")):
            if given is not None and self.view != only:
                return "cli.only_for_view", {"option": option, "view": only}
        if self.theme != "light" and self.form not in THEMED:
            return "cli.no_theme_here", {"theme": self.theme, "form": self.form, "known": THEMED}
        if self.profile is not None and self.form not in NOTATIONS:
            return "cli.no_profile_here", {"profile": self.profile, "form": self.form, "known": NOTATIONS}
        if self.process is not None and self.view == "overview":
            return "cli.shows_all", {"what": self.view}
        if self.process is not None and self.form == "json":
            return "cli.shows_all", {"what": self.form}
        return None


@record
class Run:
    """Whose data is on a picture: the mapping, the moment, and the spec by the name that the user gave."""

    spec: str
    mapping: str | None
    as_of: str | None

    def mapping_beside(self) -> str | None:
        """Give the mapping as one finds it from the spec, wherever both lie."""
        if self.mapping is None:
            return None
        try:
            return Path(os.path.relpath(self.mapping, folder_of(self.spec))).as_posix()
        except ValueError:
            # On another drive than the spec.
            return Path(self.mapping).as_posix()

    def figures(self, model: Spec) -> Live | None:
        """Give the figures of a run, where data is given."""
        if self.mapping is None:
            return None
        from stepladder_engine.cli.data import answer_for
        from stepladder_engine.results.flow_figures import flow_figures

        answer = answer_for(model, Path(self.mapping), as_of=self.as_of)
        return flow_figures(answer, reader_language(model.language))


class Drawer:
    """Draws a spec in the reader's language; what a run gives is worked out once for all its drawings."""

    def __init__(self, model: Spec, sources: Mapping[str, Source], run: Run) -> None:
        self.model = model
        self.sources = sources
        self.run = run

    @cached_property
    def shown(self) -> Spec:
        """The spec with the reader's words around its own; data and scenarios are read by the original."""
        from stepladder_dsl.documents.translated import in_language

        return in_language(self.model, reader_language(self.model.language))

    @cached_property
    def live(self) -> Live | None:
        """The figures of the run, where there is one."""
        return self.run.figures(self.model)

    def drawing(self, asked: Asked) -> bytes:
        """Draw what was asked for, and write into it what that was."""
        return marked(
            self._drawn(asked), asked.form, "" if asked.form in MARKED_INSIDE else self._mark(asked)
        )

    def _mark(self, asked: Asked) -> str:
        return mark_of(
            {**asked.options(), "data": self.run.mapping_beside(), "as_of": self.run.as_of or None}
        )

    def _drawn(self, asked: Asked) -> bytes:
        if asked.process is not None and asked.process not in self.model.processes:
            known = list(self.model.processes)
            fail("cli.no_such_process", self.model.language, process=asked.process, known=known)
        if self.run.mapping is not None and asked.form not in PICTURES:
            fail("cli.no_figures_here", self.model.language, form=asked.form, known=PICTURES)
        if asked.form == "html":
            return self._page(asked).encode()
        if asked.form in PAINTED:
            return self._painted(asked)
        if asked.form in NOTATIONS:
            return self._notation(asked)
        return _graph_text(self.model if asked.form == "json" else self.shown, asked).encode()

    def _notation(self, asked: Asked) -> bytes:
        language, profile = self.model.language, asked.profile or "plain"
        if asked.form == "bpmn":
            from stepladder_dsl.notation.bpmn import bpmn_document

            if not self.model.processes:
                fail("cli.no_processes", language, file=self.run.spec)
            return bpmn_document(self.shown, asked.process, profile)
        from stepladder_dsl.notation.dmn import dmn_document, tables_of

        if not tables_of(self.model, asked.process):
            fail("cli.no_decisions", language, file=self.run.spec)
        return dmn_document(self.shown, asked.process, profile)

    def _page(self, asked: Asked) -> str:
        from stepladder_dsl.diagram.picture import ALL_VIEWS
        from stepladder_dsl.viewer.page import viewer_page

        if asked.view in TRAILS:
            drawn = {str(asked.view): self._picture(asked, asked.process)}
            return viewer_page(self.shown, self.sources, views=(), drawn=drawn)
        views = ALL_VIEWS if asked.view is None else (asked.view,)
        return viewer_page(self.shown, self.sources, views=views, process=asked.process, live=self.live)

    def _painted(self, asked: Asked) -> bytes:
        from stepladder_dsl.diagram.picture import VIEWS as PANELS
        from stepladder_dsl.diagram.picture import paint_png
        from stepladder_dsl.diagram.theme import themed
        from stepladder_dsl.viewer.page import shows_something

        view = asked.view or "process"
        # An overview of one process, or lanes that nobody owns, are little, but were asked for.
        if not self.model.processes or (
            view in PANELS and not shows_something(self.model, view, asked.process)
        ):
            fail("cli.nothing_to_draw", self.model.language, file=self.run.spec, view=view)
        if asked.form == "pdf":
            from stepladder_dsl.notation.pdf import pdf_of

            pages = [themed(picture, asked.theme) for picture in self._pages(asked)]
            return pdf_of(pages, self.model.label, self._mark(asked))
        picture = themed(self._picture(asked, asked.process), asked.theme)
        return paint_png(picture) if asked.form == "png" else picture.encode()

    def _pages(self, asked: Asked) -> Iterator[str]:
        """Yield a picture for each process; some views are one for all."""
        from stepladder_dsl.diagram.picture import draw_trails
        from stepladder_dsl.graph.build import build_graph

        if asked.view in TRAILS:
            for name, trail in self._trails(asked).items():
                yield draw_trails(build_graph(self.shown), {name: trail})
            return
        whole = asked.process is not None or asked.view in {"roles", "overview"}
        for process in [asked.process] if whole else self.model.processes:
            yield self._picture(asked, process)

    def _picture(self, asked: Asked, process: str | None) -> str:
        from stepladder_dsl.diagram.picture import draw, draw_trails
        from stepladder_dsl.graph.build import build_graph

        if asked.view in TRAILS:
            return draw_trails(build_graph(self.shown), self._trails(asked))
        return draw(self.shown, asked.view or "process", process, self.live)

    def _trails(self, asked: Asked) -> Mapping[str, Trail]:
        """Give the ways of the record or of the scenarios through the processes that are shown."""
        run = self.run
        trails = (
            trails_of(self.model, asked.scenario)
            if asked.view == "scenario"
            else case_trails_of(run.spec, self.model, run.mapping, asked.case, run.as_of)
        )
        shown = {name: trail for name, trail in trails.items() if asked.process in {None, name}}
        if not shown and asked.process is not None:
            fail("cli.not_on_the_way", self.model.language, process=asked.process, known=list(trails))
        return shown


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


def drawing_of(spec: Path, view: str | None, form: str) -> Path:
    """Give the file beside a spec that a drawing without a name is written to."""
    return spec.with_suffix(f".{form}" if view in {None, "process"} else f".{view}.{form}")


def drawings_beside(spec: Path) -> Iterator[tuple[Path, str, str]]:
    """Yield the drawings that lie beside a spec under such names, with the format and view of each."""
    for form in BESIDE:
        for view in VIEWS if form in PICTURES else ("process",):
            file = drawing_of(spec, view, form)
            # A record's way can only be drawn again where the file says whose it is.
            if file.is_file() and (view != "case" or "case" in options_in(file.read_bytes())):
                yield file, form, view


def options_of(file: Path, given: Mapping[str, str | None], folder: Path) -> dict[str, str | None]:
    """Give the options for the check of a drawing: those that are given, or else those it was made with."""
    made_with: dict[str, str | None] = dict(options_in(file.read_bytes())) if file.is_file() else {}
    data = made_with.get("data")
    if data is not None:
        made_with["data"] = os.path.normpath(folder / data)
    return {**made_with, **{name: value for name, value in given.items() if value is not None}}


def folder_of(spec: str) -> Path:
    """Give the folder in which a spec lies; of one that comes by a pipe it is the one where we are."""
    return Path() if spec == STDIN else spec_file(spec).parent


def is_stale(file: Path, form: str, drawn: bytes) -> bool:
    """Tell whether a file is another drawing than the one that would be written now."""
    kept = file.read_bytes()
    # Git may end lines as its machine does.
    return kept.replace(b"\r\n", b"\n") != drawn if form in TEXTS else kept != drawn
