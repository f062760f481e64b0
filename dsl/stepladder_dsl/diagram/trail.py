"""A way through a process, for pictures: what stands out, what it says, and what stays quiet.

Whoever runs a spec makes these records: of one case, of a scenario, or of all scenarios together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from stepladder_dsl.graph.items import TRANSITION_KINDS

if TYPE_CHECKING:
    from stepladder_dsl.diagram.live import WayKey
    from stepladder_dsl.graph.build import Graph

_Sentence = tuple[str, str, str, str, str]


@dataclass(frozen=True)
class Note:
    """A line in the card of a stage."""

    text: str
    mark: str
    strong: bool = False


@dataclass(frozen=True)
class Trail:
    """What a way through one process touches; `kind` says what the legend has to explain."""

    kind: Literal["case", "scenario", "scenarios"]
    title: str
    stages: Mapping[str, tuple[Note, ...]] = field(default_factory=dict)
    """What the cards of the stages say that were touched, by id."""
    ways: Mapping[WayKey, tuple[str, ...]] = field(default_factory=dict)
    """What the labels of the ways say that were gone."""
    items: frozenset[str] | None = None
    """The follow-ups and offers that were touched, by id; None: they are not shown."""


class ProcessTrail:
    """A trail on the picture of one process."""

    def __init__(self, graph: Graph, process: str, trail: Trail) -> None:
        self.trail = trail
        self.labels: dict[_Sentence, tuple[str, ...]] = {}
        for source, target, edge in graph.edges(data=True):
            if edge["kind"] in TRANSITION_KINDS and edge["process"] == process:
                labels = trail.ways.get((source, target, edge["line"]))
                if labels is not None:
                    sentence = _sentence(source, target, edge)
                    self.labels[sentence] = (*self.labels.get(sentence, ()), *labels)

    def found(self, sources: Iterable[str], target: str, edge: Mapping[str, Any]) -> tuple[str, ...] | None:
        """Give what a way's label says, from any of some stages; None where it was not gone."""
        found = [self.labels.get(_sentence(source, target, edge)) for source in sources]
        gone = [labels for labels in found if labels is not None]
        return tuple(label for labels in gone for label in labels) if gone else None


def _sentence(source: str, target: str, edge: Mapping[str, Any]) -> _Sentence:
    return source, target, edge["kind"], edge["title"], edge["guard"] or ""
