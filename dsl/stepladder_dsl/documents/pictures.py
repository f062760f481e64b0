"""The pictures of a document, drawn in its language."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.documents.content import Picture
from stepladder_dsl.documents.telling import Teller
from stepladder_dsl.model.spec import Process, Spec


class Pictures:
    """Draws the pictures of one spec."""

    def __init__(self, spec: Spec, tell: Teller) -> None:
        self.spec = spec
        self.tell = tell

    def process(self, process: Process) -> Iterator[Picture]:
        """Draw a process."""
        from stepladder_dsl.diagram.picture import draw_svg
        from stepladder_dsl.graph.build import build_graph

        if process.stages:
            number = list(self.spec.processes).index(process.name) + 1
            described = self.tell.word("picture.process", title=process.label)
            yield Picture(f"process-{number}", draw_svg(build_graph(self.spec), process.name), described)

    def overview(self) -> Iterator[Picture]:
        """Draw what passes between processes, where there are several."""
        from stepladder_dsl.diagram.picture import draw_overview

        if len(self.spec.processes) > 1:
            described = self.tell.word("picture.overview", title=self.spec.label)
            yield Picture("overview", draw_overview(self.spec), described)

    def ladder(self) -> Iterator[Picture]:
        """Draw the ladder that those who buy climb."""
        from stepladder_dsl.audit.facts import Facts

        for process in Facts(self.spec).processes[:1]:
            yield from self.view("ladder", process)

    def view(self, name: str, process: Process | None = None) -> Iterator[Picture]:
        """Draw another view of the whole spec, or of a process, where there is something on it."""
        from stepladder_dsl.diagram.picture import VIEWS, draw_view

        only = None if process is None else process.name
        if any(True for _ in VIEWS[name](self.spec, only, None)):
            described = self.tell.word(f"picture.{name}", title=(process or self.spec).label)
            yield Picture(name, draw_view(self.spec, name, only), described)
