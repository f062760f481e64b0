"""Who stands behind single cells of a report: worked out only where somebody asks for a list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from stepladder_dsl.diagram.live import WayKey
from stepladder_dsl.graph.edges import stage_id
from stepladder_engine.report.document import Case
from stepladder_engine.results.answer import Answer
from stepladder_engine.results.flow_figures import late_processes, visits_of
from stepladder_engine.runtime.result import PLANNED, RunResult
from stepladder_engine.runtime.state import Entity, Position

Cases = dict[Case, None]
"""Cases, each once, in the order of the records."""


@dataclass
class Trails:
    """Where cases have been: by stage, by way, and by what is planned for whom."""

    been: defaultdict[str, Cases] = field(default_factory=lambda: defaultdict(dict))
    late: defaultdict[str, Cases] = field(default_factory=lambda: defaultdict(dict))
    went: defaultdict[WayKey, Cases] = field(default_factory=lambda: defaultdict(dict))
    planned: defaultdict[str, Cases] = field(default_factory=lambda: defaultdict(dict))
    unknown_since: Cases = field(default_factory=dict)
    loops: Cases = field(default_factory=dict)


def trails_of(answer: Answer) -> Trails:
    """Go through all records of a run once."""
    found = Trails()
    for entity in answer.result.entities:
        _take(found, answer.result, entity)
    return found


def _take(found: Trails, result: RunResult, entity: Entity) -> None:
    case = entity.kind, entity.key
    late = late_processes(result, entity)
    for position in entity.positions:
        _walk(found, case, entity, position)
        process = position.plan.process.name
        if late & {None, process}:
            found.late[stage_id(process, position.stage.stage.name)][case] = None
        if position.since is None:
            found.unknown_since[case] = None
    for task in entity.tasks:
        if result.raised(task) and result.status(task) == PLANNED:
            found.planned[task.role or ""][case] = None
    if any(entry.kind == "error" for entry in entity.journal):
        found.loops[case] = None


def _walk(found: Trails, case: Case, entity: Entity, position: Position) -> None:
    """Note the stages that a case has stood in, and the ways that it took."""
    process = position.plan.process.name
    visits = visits_of(entity, position)
    nodes = [stage_id(process, visit.stage) for visit in visits]
    for node in nodes:
        found.been[node][case] = None
    for (node, target), following in zip(pairwise(nodes), visits[1:], strict=True):
        found.went[node, target, following.line][case] = None


def later_events(answer: Answer) -> Mapping[Case, str]:
    """Give the rows of events after the moment of the run: for whom, and when."""
    zone = answer.result.program.zone
    return {
        (event.kind, f"{event.origin.file}:{event.origin.row}"): f"{event.key}, {zone.text(event.time)}"
        for event in answer.dataset.events
        if event.time > answer.result.as_of
    }
