"""What a run says of the stages, ways, rungs and offers of a spec, for its pictures."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from stepladder_dsl.diagram.live import (
    Live,
    OfferFigures,
    RungFigures,
    StageFigures,
    WayFigures,
    WayKey,
)
from stepladder_dsl.diagram.rungs import rungs_of
from stepladder_dsl.graph.edges import stage_id
from stepladder_dsl.model.print_spec import words_of
from stepladder_engine.calendars.zone import HOUR, Instant
from stepladder_engine.results.answer import Answer
from stepladder_engine.runtime.result import RunResult
from stepladder_engine.runtime.state import Entity, Position

_DAY = 24 * HOUR
_LATE = ("overdue", "escalated")


@dataclass(frozen=True)
class Visit:
    """A stay of a case in a stage: since when (None: unknown), and the line of the way that led there."""

    stage: str
    since: Instant | None
    line: int


def visits_of(entity: Entity, position: Position) -> list[Visit]:
    """Give the stays of a case, in the order of time."""
    process = position.plan.process.name
    steps = [step for step in entity.journal if step.process == process and step.kind in ("start", "move")]
    visits: list[Visit] = []
    if not steps or steps[0].kind != "start":
        first = steps[0].stage if steps else position.stage.stage.name
        visits.append(Visit(str(first), None, 0))
    return visits + [Visit(str(step.to_stage), step.time, step.line) for step in steps]


def late_processes(result: RunResult, entity: Entity) -> set[str | None]:
    """Give the processes in which a record has work that is late; None stands for all of them."""
    return {
        task.process
        for task in entity.tasks
        if task.is_open and result.raised(task) and result.status(task) in _LATE
    }


def flow_figures(answer: Answer, language: str | None = None) -> Live:
    """Count what the cases of a run did, as its pictures show it; by default in the language of the spec."""
    result = answer.result
    spec = result.program.spec
    flow = _Flow({process.name: rungs_of(process) for process in spec.processes.values()})
    for entity in result.entities:
        late = late_processes(result, entity)
        for position in entity.positions:
            process = position.plan.process.name
            flow.take(process, visits_of(entity, position), late=bool(late & {None, process}))
        for copy in entity.offers:
            flow.offers[copy.offer.name][copy.status] += 1
    return flow.figures(words_of(spec, language).value(result.program.zone.day(result.as_of)))


@dataclass
class _Flow:
    """The cases of a run, counted."""

    ladders: dict[str, tuple[str, ...]]
    now: Counter[str] = field(default_factory=Counter)
    through: Counter[str] = field(default_factory=Counter)
    overdue: Counter[str] = field(default_factory=Counter)
    stays: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    ways: Counter[WayKey] = field(default_factory=Counter)
    way_stays: defaultdict[WayKey, list[float]] = field(default_factory=lambda: defaultdict(list))
    reached: Counter[tuple[str, int]] = field(default_factory=Counter)
    climbs: defaultdict[tuple[str, int], list[float]] = field(default_factory=lambda: defaultdict(list))
    offers: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def take(self, process: str, visits: list[Visit], *, late: bool) -> None:
        """Count one case."""
        nodes = [stage_id(process, visit.stage) for visit in visits]
        self.now[nodes[-1]] += 1
        self.overdue[nodes[-1]] += late
        self.through.update(set(nodes))
        for (visit, following), (node, target) in zip(pairwise(visits), pairwise(nodes), strict=True):
            way = node, target, following.line
            self.ways[way] += 1
            if visit.since is not None and following.since is not None:
                days = (following.since - visit.since) / _DAY
                self.stays[node].append(days)
                self.way_stays[way].append(days)
        self._climb(process, visits)

    def _climb(self, process: str, visits: list[Visit]) -> None:
        """Count how far a case has come on the ladder, and how long it stood on each rung."""
        rung = {name: number for number, name in enumerate(self.ladders[process])}
        highest = -1
        since: Instant | None = None
        for visit in visits:
            number = rung.get(visit.stage, -1)
            if number <= highest:
                continue
            if highest >= 0 and since is not None and visit.since is not None:
                self.climbs[process, highest].append((visit.since - since) / _DAY)
            self.reached.update((process, lower) for lower in range(highest + 1, number + 1))
            highest, since = number, visit.since

    def figures(self, as_of: str) -> Live:
        """Give the figures."""
        stages = {
            node: StageFigures(
                self.now[node], self.through[node], _median(self.stays[node]), self.overdue[node]
            )
            for node in self.through
        }
        ways = {way: WayFigures(count, _median(self.way_stays[way])) for way, count in self.ways.items()}
        rungs = {
            process: tuple(
                RungFigures(self.reached[process, number], _median(self.climbs[process, number]))
                for number in range(len(ladder))
            )
            for process, ladder in self.ladders.items()
        }
        offers = {
            name: OfferFigures(sum(found.values()), found["accepted"], found["open"])
            for name, found in self.offers.items()
        }
        return Live(as_of, stages, ways, rungs, offers)


def _median(days: Iterable[float]) -> float | None:
    found = list(days)
    return median(found) if found else None
