"""The figures of a run on the picture of a process: what stands in its cards and on its ways."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from stepladder_dsl.diagram.live import Live, StageFigures, WayFigures
from stepladder_dsl.diagram.telling import days_text, figures_joined, number_text, percent_text, told
from stepladder_dsl.diagram.text import unbroken
from stepladder_dsl.graph.items import TRANSITION_KINDS

if TYPE_CHECKING:
    from stepladder_dsl.diagram.ways import Way
    from stepladder_dsl.graph.build import Graph

_Sentence = tuple[str, str, str, str, str]


class ProcessTraffic:
    """What a run says of one process."""

    def __init__(self, graph: Graph, process: str, live: Live) -> None:
        self.language: str = graph.graph["language"]
        self.live = live
        self.ways: dict[_Sentence, list[WayFigures]] = {}
        self.leavings: dict[str, int] = {}
        for source, target, edge in graph.edges(data=True):
            if edge["kind"] in TRANSITION_KINDS and edge["process"] == process and not edge["stays"]:
                figures = live.ways.get((source, target, edge["line"]))
                if figures is not None:
                    self.ways.setdefault(_sentence(source, target, edge), []).append(figures)
                    self.leavings[source] = self.leavings.get(source, 0) + figures.count
        self.busiest = max((figures.count for found in self.ways.values() for figures in found), default=0)

    def number(self, value: int) -> str:
        """Write a number."""
        return number_text(self.language, value)

    def count(self, sources: Iterable[str], target: str, edge: Mapping[str, Any]) -> int:
        """Give how many went from these stages to that one for the same reason."""
        return sum(figures.count for source in sources for figures in self.found(source, target, edge))

    def found(self, source: str, target: str, edge: Mapping[str, Any]) -> list[WayFigures]:
        """Give the figures of a way."""
        return self.ways.get(_sentence(source, target, edge), [])

    def stage_text(self, node: str) -> str:
        """Write how many are and have been in a stage, how long they stay, and what is overdue."""
        figures = self.live.stages.get(node, StageFigures())
        parts = [
            told(self.language, "here", count=self.number(figures.now)),
            told(self.language, "through", count=self.number(figures.through)),
        ]
        if figures.median_days is not None:
            duration = days_text(self.language, figures.median_days)
            parts.append(told(self.language, "median", duration=duration))
        if figures.overdue:
            parts.append(told(self.language, "overdue", count=self.number(figures.overdue)))
        return figures_joined(self.language, map(unbroken, parts))

    def way_text(self, ways: list[Way], sources: tuple[str, ...]) -> str:
        """Write how many went a way, which share of all who left, and how long they had stayed."""
        figures = [
            found for way in ways for node in sources for found in self.found(node, way.target, way.edge)
        ]
        count = sum(found.count for found in figures)
        share = percent_text(self.language, count, sum(self.leavings.get(node, 0) for node in sources))
        medians = [found.median_days for found in figures if found.count]
        # The median of several ways is not to be had from theirs.
        if len(medians) == 1 and medians[0] is not None:
            duration = unbroken(days_text(self.language, medians[0]))
            return told(self.language, "way.median", count=self.number(count), share=share, duration=duration)
        return told(self.language, "way", count=self.number(count), share=share)


def _sentence(source: str, target: str, edge: Mapping[str, Any]) -> _Sentence:
    return source, target, edge["kind"], edge["title"], edge["guard"] or ""
