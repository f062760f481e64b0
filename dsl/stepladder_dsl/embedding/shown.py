"""Makes what a block of documentation shows: pictures, tables, or what is wrong, as pieces of a page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from markupsafe import Markup

from stepladder_dsl.compile import Compiled, compile_file, compile_text
from stepladder_dsl.diagnostics.catalogue import severity
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.diagnostics.render_html import render_html
from stepladder_dsl.diagnostics.render_text import render_text
from stepladder_dsl.diagram.picture import draw
from stepladder_dsl.diagram.theme import themed
from stepladder_dsl.embedding.codes import WRONG_EMBEDDING
from stepladder_dsl.embedding.tables import Table, tables_of
from stepladder_dsl.embedding.wanted import Wanted, unknown, wanted_of
from stepladder_dsl.graph.words import words_of
from stepladder_dsl.model.spec import Spec
from stepladder_dsl.source import Source, Span
from stepladder_dsl.webpage.page import filled, own_markup

_FOLDER = Path(__file__).parent
_INSTEAD = {"offers": "offers", "roles": "roles"}
"""The tables in the place of pictures; of other views it is the stages."""
_ID = re.compile(r'(?<= id=")')


@dataclass(frozen=True)
class Shown:
    """What a block shows, in one language; with findings it shows nothing else."""

    language: str
    findings: tuple[Diagnostic, ...] = ()
    sources: tuple[Source, ...] = ()
    svg: str | None = None
    tables: tuple[Table, ...] = ()
    instead: tuple[Table, ...] = ()
    """What stands in the place of the picture where none can."""
    caption: str | None = None
    text: str | None = None

    @property
    def direction(self) -> str:
        """The direction in which the language is written."""
        return words_of(self.language).direction

    @property
    def problem(self) -> str:
        """The findings as a text; empty where there are none."""
        if not self.findings:
            return ""
        by_name = {source.name: source for source in self.sources}
        return render_text(self.findings, by_name, self.language).rstrip()

    @property
    def html(self) -> Markup:
        """The piece of a page."""
        if self.findings:
            by_name = {source.name: source for source in self.sources}
            return own_markup(render_html(self.findings, by_name, self.language))
        picture = None if self.svg is None else own_markup(self.svg)
        return filled(_FOLDER, "block.html", shown=self, picture=picture)


def show(text: str, options: dict[str, str], *, folder: Path, name: str, line: int = 1) -> Shown:
    """Make what a block shows; whatever is wrong with it is shown in its place, and nothing is raised.

    Args:
        text: what stands in the block: a spec, or nothing where a file is named.
        options: what the block asks for, by `wanted.OPTIONS`.
        folder: beside what files are looked for.
        name: how findings call the page.
        line: the line of the page on which the text begins.
    """
    place = Span(name, max(line - 1, 1), 1, 2)
    wanted, problems = wanted_of(options, place)
    if problems:
        return Shown("en", tuple(problems))
    try:
        compiled = _compiled(text, wanted, folder, name, line)
    except OSError as error:
        values = {"file": wanted.file or name, "why": error.strerror or type(error).__name__}
        return Shown("en", (Diagnostic(WRONG_EMBEDDING, place, values, "file"),))
    sources = tuple(compiled.sources.values())
    errors = tuple(finding for finding in compiled.diagnostics if severity(finding) is Severity.ERROR)
    if errors or compiled.spec is None:
        return Shown(compiled.language, errors, sources)
    spec = compiled.spec
    if wanted.process is not None and wanted.process not in spec.processes:
        nobody = unknown(place, "process", wanted.process, spec.processes)
        return Shown(compiled.language, (nobody,), sources)
    return Shown(
        compiled.language,
        sources=sources,
        svg=None if wanted.view is None else _picture(spec, wanted.view, wanted.process),
        tables=() if wanted.table is None else tables_of(spec, wanted.table, wanted.process),
        instead=()
        if wanted.view is None
        else tables_of(spec, _INSTEAD.get(wanted.view, "stages"), wanted.process),
        caption=wanted.caption,
        text=compiled.source.text.strip("\n") if wanted.source else None,
    )


def _compiled(text: str, wanted: Wanted, folder: Path, name: str, line: int) -> Compiled:
    if wanted.file is not None:
        return compile_file(folder / wanted.file, lint=False, name=wanted.file)
    # Findings then speak of the lines of the page.
    return compile_text(Source(name, "\n" * (line - 1) + text), lint=False, path=folder / "block.ladder")


def _picture(spec: Spec, view: str, process: str | None) -> str:
    drawn = draw(spec, view, process)
    # Ids of several pictures of one page would be the same.
    own = sha256(drawn.encode()).hexdigest()[:8]
    apart = _ID.sub(f"{own}-", drawn)
    return themed(apart.replace("<svg ", '<svg style="max-width:100%;height:auto" ', 1), "auto")
