"""The scene of a process with a way through it: what was touched stands out, all else is there and quiet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from stepladder_dsl.diagram import style
from stepladder_dsl.diagram.rows import Row, make_row
from stepladder_dsl.diagram.scene import Arrow, Card, Scene, SceneBuilder, Traffic
from stepladder_dsl.diagram.telling import number_text, told
from stepladder_dsl.diagram.text import unbroken
from stepladder_dsl.diagram.trail import ProcessTrail, Trail
from stepladder_dsl.diagram.ways import Way, WayIn

if TYPE_CHECKING:
    from stepladder_dsl.graph.build import Graph


def build_trail_scene(graph: Graph, process: str, trail: Trail) -> Scene:
    """Collect what the picture of a process shows when it tells of a way through it."""
    return _TrailBuilder(graph, process, trail).scene()


class _TrailBuilder(SceneBuilder):
    """Reads one process out of the graph, and a way through it."""

    def __init__(self, graph: Graph, process: str, trail: Trail) -> None:
        super().__init__(graph, process, None)
        self.trail = trail
        self.gone = ProcessTrail(graph, process, trail)
        kept = trail.kind == "scenarios"
        self.ways = replace(
            self.ways,
            arrows=tuple(self._arrows_of_what_was_gone()),
            ways_in=self.ways.ways_in if kept else {},
            noted=self.ways.noted if kept else {},
        )

    def _arrows_of_what_was_gone(self) -> Iterator[Way]:
        """Yield the ways that are arrows here: one that was gone is, from the very stage that it left."""
        for way in self.ways.arrows:
            sources = [node for node in self.sources_of(way) if self._found(node, way) is not None]
            if way.from_frame and sources:
                yield from (replace(way, source=source, from_frame=None) for source in sources)
            else:
                yield way
        drawn = {(way.source, way.sentence) for way in self.ways.arrows}
        if self.trail.kind != "scenarios":
            for ways in self.ways.ways_in.values():
                for way_in in ways:
                    for source in way_in.sources:
                        way = Way(source, way_in.target, way_in.edge)
                        if self._found(source, way) is not None and (source, way.sentence) not in drawn:
                            yield way

    def _found(self, source: str, way: Way) -> tuple[str, ...] | None:
        return self.gone.found((source,), way.target, way.edge)

    def title(self) -> Iterator[Row]:
        """Yield the titles, and whose way it is."""
        yield from super().title()
        yield make_row(
            self.trail.title,
            style.CARD_TITLE_SIZE,
            style.FRAME_INK,
            width=style.HEADING_TEXT_WIDTH,
            bold=True,
        )

    def loose_ends(self) -> Iterator[Row]:
        """Yield what belongs to no stage, where it is of interest."""
        if self.trail.items is not None:
            yield from super().loose_ends()

    def card(self, node: str) -> Card:
        """Make the card of a stage; one that was not touched is quiet."""
        card = super().card(node)
        if node in self.trail.stages:
            return card
        return replace(card, quiet=True, rows=tuple(replace(row, ink=style.QUIET) for row in card.rows))

    def details(self, node: str, stage: dict[str, Any]) -> Iterator[Row]:
        """Yield the small rows of a card."""
        for note in self.trail.stages.get(node, ()):
            yield make_row(note.text, style.SMALL_SIZE, style.INK, mark=note.mark, bold=note.strong)
        items = self.trail.items
        if items is None:
            if stage["owner"]:
                yield make_row(self.role(stage["owner"]), style.SMALL_SIZE, style.QUIET, mark="owner")
            return
        for _, target, attributes in self.graph.out_edges(node, data=True):
            if attributes["kind"] in ("starts", "offers") and target not in self.common:
                ink = style.INK if target in items else style.QUIET
                mark = "follow_up" if attributes["kind"] == "starts" else "offer"
                missing = "" if target in items else self._untouched()
                title = self.graph.nodes[target]["title"]
                text = f"{self.kept(title)}{missing}" if missing else title
                yield make_row(text, style.SMALL_SIZE, ink, mark=mark)
        for way in self.ways.ways_in.get(node, ()):
            yield self._way_in(way)

    def _untouched(self) -> str:
        return f" ({told(self.graph.graph['language'], 'trail.untested')})"

    def _way_in(self, way: WayIn) -> Row:
        """Make the line of a way that leads to a stage from many."""
        gone = [self.gone.found((source,), way.target, way.edge) is not None for source in way.sources]
        if not any(gone):
            return make_row(
                self.way_in(way) + self._untouched(), style.SMALL_SIZE, style.QUIET, mark="way_in"
            )
        language = self.graph.graph["language"]
        part, whole = number_text(language, sum(gone)), number_text(language, len(gone))
        share = unbroken(told(language, "trail.share", part=part, whole=whole))
        text = f"{self.way_in(way)}{style.BETWEEN_EVENTS}{share}"
        return make_row(text, style.SMALL_SIZE, style.STROKES[way.edge["kind"]].colour, mark="way_in")

    def arrow(self, ways: list[Way]) -> Arrow:
        """Make the arrow of ways that go together, quiet where none of them was gone."""
        arrow = super().arrow(ways)
        found = [self.gone.found(self.sources_of(way), way.target, way.edge) for way in ways]
        labels = style.BETWEEN_EVENTS.join(label for gone in found if gone is not None for label in gone)
        if all(gone is None for gone in found):
            rows = tuple(replace(row, ink=style.QUIET) for row in arrow.rows)
            return replace(arrow, rows=rows, traffic=Traffic(0, 0.0, lost=False))
        width = style.LABEL_TEXT_WIDTH
        bold = make_row(labels, style.SMALL_SIZE, style.INK, width=width, bold=True)
        return replace(arrow, rows=(*arrow.rows, bold), traffic=Traffic(1, style.GONE, lost=False))

    def flow_marks(self, flows: list[Traffic]) -> dict[str, str]:
        """Give what the lines and notes of the picture mean, by mark."""
        language, kind = self.graph.graph["language"], self.trail.kind
        of_all = "all." if kind == "scenarios" else ""
        marks = {}
        if any(note.mark == "visit" for notes in self.trail.stages.values() for note in notes):
            marks["visit"] = told(language, f"trail.{of_all}mark.visit")
        if any(flow.count for flow in flows):
            marks["gone"] = told(language, f"trail.{of_all}mark.gone")
        if not all(flow.count for flow in flows):
            marks["unused_way"] = told(language, f"trail.{of_all}mark.not_gone")
        return marks
