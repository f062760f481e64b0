"""Events that rules make happen, and which rules those set off in turn, also in other processes and records.

Only what happens for certain is a link: the way is taken in every stage in which
the case may stand, no guard can keep it back, and the record that is sent to is
known. An end takes part in nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from stepladder_dsl.analysis.stage_facts import StageFacts
from stepladder_dsl.graph.walks import cycles
from stepladder_dsl.model import spec as m


@dataclass(frozen=True)
class Arrival:
    """An event comes to a case of a process: in a certain stage, or in any that is no end (None)."""

    process: str
    stage: str | None
    event: str


@dataclass(frozen=True)
class Link:
    """What an arrival leads to: the line that emits, and where its event arrives."""

    emit: m.Emit
    target: Arrival


@dataclass(frozen=True)
class Chain:
    """Links that lead back to where they begin; `grows` where each round leads to more than one next."""

    arrivals: tuple[Arrival, ...]
    links: tuple[Link, ...]
    at_once: bool
    grows: bool


@dataclass
class Chains:
    """The links of a spec."""

    spec: m.Spec
    _facts: dict[str, StageFacts] = field(default_factory=dict)

    def endless(self) -> Iterator[Chain]:
        """Yield the chains that never end: of those that are the same lines, one."""
        graph = self._graph()
        said: set[frozenset[int]] = set()
        number = {arrival: str(place) for place, arrival in enumerate(graph)}
        arrivals = list(graph)
        leads_to = {number[one]: [number[link.target] for link in links] for one, links in graph.items()}
        for circle in cycles(leads_to):
            around = tuple(arrivals[int(place)] for place in circle)
            chain = _shortest_round(graph, around)
            if not self._goes_on(around, at_once=chain.at_once):
                continue
            lines = frozenset(id(link.emit) for link in chain.links)
            if lines not in said:
                said.add(lines)
                yield chain

    def _graph(self) -> dict[Arrival, list[Link]]:
        """Give the links of every arrival that has some, and of those to which these lead."""
        graph: dict[Arrival, list[Link]] = {}
        waiting = list(self._first_arrivals())
        while waiting:
            arrival = waiting.pop(0)
            if arrival not in graph:
                graph[arrival] = self._links(arrival)
                waiting += [link.target for link in graph[arrival]]
        return graph

    def _first_arrivals(self) -> Iterator[Arrival]:
        for process in self.spec.processes.values():
            for stage in self._open_stages(process):
                for event in _awaited(stage):
                    yield Arrival(process.name, None, event)
                    yield Arrival(process.name, stage.name, event)

    def _goes_on(self, circle: tuple[Arrival, ...], *, at_once: bool) -> bool:
        """Say whether nothing that belongs to a circle of arrivals brings one of its cases to an end."""
        events = {arrival.event for arrival in circle}
        kinds = m.Always if at_once else m.Always | m.After | m.Silence
        for name in {arrival.process for arrival in circle}:
            process = self.spec.processes[name]
            for stage in self._open_stages(process):
                for way in stage.transitions:
                    answers = isinstance(way.trigger, m.OnEvent) and way.trigger.event in events
                    emitted = {effect.event for effect in way.effects if isinstance(effect, m.Emit)}
                    if answers and not emitted <= events:
                        return False
                    ends = way.target is not None and process.stages[way.target].end is not None
                    if ends and (answers or isinstance(way.trigger, kinds)):
                        return False
        return True

    def _facts_of(self, process: m.Process) -> StageFacts:
        if process.name not in self._facts:
            self._facts[process.name] = StageFacts(self.spec, process)
        return self._facts[process.name]

    def _open_stages(self, process: m.Process) -> list[m.Stage]:
        """Give the stages in which a case can stand before it has ended."""
        reached = self._facts_of(process).reached
        return [stage for stage in process.stages.values() if stage.end is None and stage.name in reached]

    def _links(self, arrival: Arrival) -> list[Link]:
        """Give what an arrival leads to for certain."""
        process = self.spec.processes[arrival.process]
        if arrival.stage is not None:
            return self._links_in(process, process.stages[arrival.stage], arrival.event)
        common: list[Link] | None = None
        for stage in self._open_stages(process):
            # Where the stage is not known, neither is the one behind it.
            links = [
                Link(link.emit, Arrival(link.target.process, None, link.target.event))
                for link in self._links_in(process, stage, arrival.event)
            ]
            common = links if common is None else [link for link in common if link in links]
        return common or []

    def _links_in(self, process: m.Process, stage: m.Stage, event: str) -> list[Link]:
        way = self._sure_way(process, stage, event)
        if way is None:
            return []
        target = stage if way.target is None else process.stages[way.target]
        if target.end is not None:
            return []
        return [
            Link(effect, arrival)
            for effect in way.effects
            if isinstance(effect, m.Emit)
            for arrival in self._arrivals(process, way, target, effect)
        ]

    def _sure_way(self, process: m.Process, stage: m.Stage, event: str) -> m.Transition | None:
        """Give the way that an event takes in a stage, where no guard leaves it open."""
        for way in stage.transitions:
            if way.trigger == m.OnEvent(event):
                holds = self._facts_of(process).value(way.guard, stage.name)
                if holds is True:
                    return way
                if holds is not False and holds is not None:
                    return None
        return None

    def _arrivals(
        self, process: m.Process, way: m.Transition, stage: m.Stage, emit: m.Emit
    ) -> Iterator[Arrival]:
        """Yield where an event arrives for certain that a way to a stage emits."""
        if emit.to_field is not None and not self._is_known(process, emit):
            return
        for other in self.spec.processes_of(self.spec.events[emit.event].record):
            same = other.name == process.name and emit.to_field is None
            at_rest = same and self._is_at_rest(process, way, stage, at_once=emit.delay is None)
            yield Arrival(other.name, stage.name if at_rest else None, emit.event)

    def _is_at_rest(self, process: m.Process, way: m.Transition, stage: m.Stage, *, at_once: bool) -> bool:
        """Say whether a case still stands in a stage when the event comes that it emits on the way there."""
        alone = len(self.spec.processes_of(process.record)) == 1
        emits = [effect for effect in way.effects if isinstance(effect, m.Emit)]
        return alone and len(emits) == 1 and not _moves_by_itself(stage, at_once=at_once)

    def _is_known(self, process: m.Process, emit: m.Emit) -> bool:
        """Say whether the record to send to is known: its field is never empty, or filled by opening."""
        name = emit.to_field or ""
        if emit.from_event:
            # Values that are emitted may be unknown, whatever the event's declaration asks of the data.
            return False
        if not self.spec.records[process.record].fields[name].optional:
            return True
        kind = self.spec.events[emit.event].record
        return any(
            isinstance(effect, m.OpenRecord) and effect.into_field == name and effect.record == kind
            for other in self.spec.processes_of(process.record)
            for stage in other.stages.values()
            for way in stage.transitions
            for effect in way.effects
        )


def _awaited(stage: m.Stage) -> list[str]:
    return list(
        dict.fromkeys(way.trigger.event for way in stage.transitions if isinstance(way.trigger, m.OnEvent))
    )


def _moves_by_itself(stage: m.Stage, *, at_once: bool) -> bool:
    """Say whether a case may have left a stage before an event comes that is emitted on the way into it."""
    kinds = m.Always if at_once else m.Always | m.After | m.Silence
    anchored = at_once and any(
        isinstance(way.trigger, m.After) and (way.trigger.since_event or way.trigger.since_field)
        for way in stage.transitions
    )
    return anchored or any(isinstance(way.trigger, kinds) for way in stage.transitions)


def _shortest_round(graph: dict[Arrival, list[Link]], circle: tuple[Arrival, ...]) -> Chain:
    """Give the shortest way from the first arrival of a circle back to it."""
    inside = {arrival: [link for link in graph[arrival] if link.target in circle] for arrival in circle}
    first = circle[0]
    routes: list[list[Link]] = [[link] for link in inside[first]]
    seen: set[Arrival] = set()
    while routes[0][-1].target != first:
        route = routes.pop(0)
        here = route[-1].target
        if here not in seen:
            seen.add(here)
            routes += [[*route, link] for link in inside[here]]
    links = routes[0]
    return Chain(
        (first, *(link.target for link in links[:-1])),
        tuple(links),
        at_once=all(link.emit.delay is None for link in links),
        grows=any(len(found) > 1 for found in inside.values()),
    )
