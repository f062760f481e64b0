"""What a process is in BPMN: one cell for each stage, with the ways that lead out of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Literal

from stepladder_dsl.notation.variables import Variables

NodeKind = Literal[
    "start", "join", "stage", "message", "timer", "condition", "choice", "set", "send", "end", "alert"
]


@dataclass(frozen=True)
class Node:
    """A node of the flow.

    `says` is what its event waits for or its task does: the message's event, a time, a condition.
    """

    id: str
    kind: NodeKind
    name: str = ""
    says: str = ""
    interrupting: bool = True
    outcome: str | None = None
    notes: tuple[str, ...] = ()
    values: tuple[tuple[str, str], ...] = ()
    to_process: str | None = None


@dataclass(frozen=True)
class Branch:
    """Where a way leads: over some tasks to the entry of a stage, or to an end of its own.

    `condition` is None where nothing is asked, and for what is taken otherwise.
    """

    tasks: tuple[Node, ...]
    goal: str | None
    end: Node | None = None
    label: str = ""
    condition: str | None = None


@dataclass(frozen=True)
class Way:
    """An event at the edge of a stage, and what follows from it; several branches are a choice."""

    event: Node
    branches: tuple[Branch, ...]
    choice: Node | None = None


@dataclass(frozen=True)
class Cell:
    """A stage with all that belongs to it; `body` is the task, or the end event of a last stage.

    `closing` is where it ends when its work is done; without one the case stays in the stage.
    """

    stage: str
    lane: str
    body: Node
    phase: str | None
    start: Node | None = None
    join: Node | None = None
    closing: Node | None = None
    ways: tuple[Way, ...] = ()

    @property
    def entry(self) -> Node:
        """Where a case comes in."""
        return self.join or self.body

    def nodes(self) -> Iterator[Node]:
        """Yield every node in the order of the flow."""
        yield from (node for node in (self.start, self.join, self.body, self.closing) if node is not None)
        for way in self.ways:
            yield way.event
            if way.choice is not None:
                yield way.choice
            for branch in way.branches:
                yield from branch.tasks
                if branch.end is not None:
                    yield branch.end


@dataclass(frozen=True)
class Link:
    """A sequence flow."""

    id: str
    source: str
    target: str
    label: str = ""
    condition: str | None = None
    otherwise: bool = False


@dataclass(frozen=True)
class Lane:
    """Who answers for stages."""

    id: str
    name: str
    title: str


@dataclass(frozen=True)
class Pool:
    """A process."""

    id: str
    name: str
    title: str
    record: str
    lanes: tuple[Lane, ...]
    cells: tuple[Cell, ...]
    phases: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    variables: Variables | None = None

    def cell(self, stage: str) -> Cell:
        """Give the cell of a stage."""
        return self._by_stage[stage]

    @cached_property
    def _by_stage(self) -> dict[str, Cell]:
        return {cell.stage: cell for cell in self.cells}

    def links(self) -> Iterator[Link]:
        """Yield the sequence flows, in the order of the text; those out of a choice in the order of trial."""
        number = 0
        for cell in self.cells:
            for source, target, branch in self._pairs(cell):
                number += 1
                yield Link(
                    f"{self.id}_Flow_{number}",
                    source.id,
                    target.id,
                    branch.label if branch is not None else "",
                    branch.condition if branch is not None else None,
                    branch is not None and branch.condition is None,
                )

    def _pairs(self, cell: Cell) -> Iterator[tuple[Node, Node, Branch | None]]:
        """Yield which node follows on which, with the branch where its words belong on the flow."""
        if cell.start is not None:
            yield cell.start, cell.entry, None
        if cell.join is not None:
            yield cell.join, cell.body, None
        if cell.closing is not None:
            yield cell.body, cell.closing, None
        elif cell.body.kind == "stage":
            yield cell.body, cell.entry, None
        for way in cell.ways:
            if way.choice is not None:
                yield way.event, way.choice, None
            for branch in way.branches:
                steps = [way.choice or way.event, *branch.tasks, self._last(branch)]
                for place, (source, target) in enumerate(pairwise(steps)):
                    yield source, target, branch if way.choice is not None and place == 0 else None

    def _last(self, branch: Branch) -> Node:
        if branch.end is not None:
            return branch.end
        return self.cell(str(branch.goal)).entry


@dataclass(frozen=True)
class Collaboration:
    """All processes of a picture and the messages between them: from a task to another process."""

    id: str
    title: str
    language: str
    right_to_left: bool
    pools: tuple[Pool, ...]

    def messages(self) -> Iterator[tuple[Node, Pool]]:
        """Yield which task tells which other process something, as far as both are in the picture."""
        by_name = {pool.name: pool for pool in self.pools}
        for pool in self.pools:
            for cell in pool.cells:
                for node in cell.nodes():
                    if node.to_process in by_name and node.to_process != pool.name:
                        yield node, by_name[str(node.to_process)]
