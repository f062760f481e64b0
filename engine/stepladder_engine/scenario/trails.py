"""The ways of scenarios through the processes of a spec, as pictures show them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from stepladder_dsl.diagram.live import WayKey
from stepladder_dsl.diagram.telling import kept, number_text, told
from stepladder_dsl.diagram.trail import Note, Trail
from stepladder_dsl.graph.edges import transition_edges
from stepladder_dsl.graph.items import item_id, stage_id
from stepladder_dsl.model.spec import Spec
from stepladder_engine.results.flow_figures import visits_of
from stepladder_engine.results.trails import process_way
from stepladder_engine.runtime.state import Entity
from stepladder_engine.scenario.run import ScenarioResult


def scenario_trails(result: ScenarioResult, language: str | None = None) -> dict[str, Trail]:
    """Give the ways of the cases of one scenario, by the process's name."""
    final = result.final
    if final is None:
        return {}
    stages: defaultdict[str, dict[str, tuple[Note, ...]]] = defaultdict(dict)
    ways: defaultdict[str, dict[WayKey, tuple[str, ...]]] = defaultdict(dict)
    for entity in final.entities:
        for position in entity.positions:
            process = position.plan.process.name
            notes, labels = process_way(final, entity, position, language)
            for node, found in notes.items():
                stages[process][node] = (*stages[process].get(node, ()), *found)
            for way, texts in labels.items():
                ways[process][way] = (*ways[process].get(way, ()), *texts)
    spoken = language or final.program.spec.language
    title = told(spoken, "trail.scenario", title=kept(spoken, result.scenario.title))
    return {
        process: Trail("scenario", title, stages[process], ways[process])
        for process in final.program.spec.processes
        if stages[process]
    }


def coverage_trails(spec: Spec, results: Iterable[ScenarioResult]) -> dict[str, Trail]:
    """Give what all scenarios together touch, by the process's name."""
    stages: Counter[str] = Counter()
    ways: Counter[WayKey] = Counter()
    items: set[str] = set()
    for result in results:
        entities = result.final.entities if result.final else []
        stages.update(set(_stages(entities)))
        ways.update(set(_ways(entities)))
        items |= set(_items(entities))
    return {name: _coverage(spec, name, stages, ways, frozenset(items)) for name in spec.processes}


def _coverage(
    spec: Spec, name: str, stages: Counter[str], ways: Counter[WayKey], items: frozenset[str]
) -> Trail:
    """Give what all scenarios together touch of one process."""
    language, process = spec.language, spec.processes[name]
    nodes = [stage_id(name, stage) for stage in process.stages]
    here = {node: stages[node] for node in nodes if stages[node]}
    edges = {
        (edge.source, edge.target, edge.line) for edge in transition_edges(spec, process) if not edge.stays
    }
    gone = {way: count for way, count in ways.items() if way in edges}
    title = told(
        language,
        "trail.scenarios",
        stages=_share(language, len(here), len(process.stages)),
        ways=_share(language, len(gone), len(edges)),
    )
    return Trail(
        "scenarios",
        title,
        {node: (Note(_tested(language, count), "visit"),) for node, count in here.items()},
        {way: (number_text(language, count),) for way, count in gone.items()},
        items,
    )


def _tested(language: str, count: int) -> str:
    return told(language, "trail.tested", count=number_text(language, count))


def _share(language: str, part: int, whole: int) -> str:
    return told(language, "trail.share", part=number_text(language, part), whole=number_text(language, whole))


def _stages(entities: Iterable[Entity]) -> Iterator[str]:
    for entity in entities:
        for position in entity.positions:
            process = position.plan.process.name
            yield from (stage_id(process, visit.stage) for visit in visits_of(entity, position))


def _ways(entities: Iterable[Entity]) -> Iterator[WayKey]:
    for entity in entities:
        for entry in entity.journal:
            if entry.kind == "move" and entry.process:
                source, target = str(entry.stage), str(entry.to_stage)
                yield stage_id(entry.process, source), stage_id(entry.process, target), entry.line


def _items(entities: Iterable[Entity]) -> Iterator[str]:
    """Yield the ids of the follow-ups and offers that have come up."""
    for entity in entities:
        yield from (item_id("follow_up", task.rule) for task in entity.tasks if task.kind == "follow_up")
        yield from (item_id("offer", copy.offer.name) for copy in entity.offers)
