"""What the scenarios of a spec touch, and what none of them does."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.model import spec as m
from stepladder_dsl.model.print_pieces import Pieces
from stepladder_dsl.record import record
from stepladder_engine.runtime.state import Entity
from stepladder_engine.scenario.run import ScenarioResult
from stepladder_engine.scenario.watched import WatchedProgram


@record
class Coverage:
    """What the scenarios touch: for each family, the names covered and all of them, in order."""

    covered: dict[str, set[str]]
    everything: dict[str, list[str]]

    def missing(self, family: str) -> list[str]:
        """Give what no scenario touches."""
        return [name for name in self.everything[family] if name not in self.covered[family]]


def coverage(spec: m.Spec, results: list[ScenarioResult]) -> Coverage:
    """Find what the scenarios touch of a spec.

    These are its stages, its transitions, both outcomes of their guards, its timers and limits,
    the rows of its decision tables, its follow-ups and its offers. A transition is named by its
    process, its line in the text and its words, so that one that a phase lends to several stages counts once.
    """
    ways = list(_ways(spec))
    everything: dict[str, list[str]] = {
        "stages": [
            f"{process.name}/{stage}" for process in spec.processes.values() for stage in process.stages
        ],
        "transitions": [name for name, _ in ways],
        "guards": [
            name for _, way in ways if way.guard is not None for name in _outcomes(spec, way).values()
        ],
        "timers": [
            *(name for name, way in ways if isinstance(way.trigger, m.After | m.Silence)),
            *_limits(spec).values(),
        ],
        "rows": [name for name, _ in _rows(spec)],
        "follow_ups": list(spec.follow_ups),
        "offers": list(spec.offers),
    }
    covered: dict[str, set[str]] = {family: set() for family in everything}
    finals = [result.final for result in results if result.final is not None]
    lines = {name.split(" ", 1)[0]: name for name in everything["transitions"]}
    for final in finals:
        for entity in final.entities:
            _touch(entity, covered, lines, _limits(spec))
    covered["timers"] |= covered["transitions"] & set(everything["timers"])
    for program in {id(final.program): final.program for final in finals}.values():
        if isinstance(program, WatchedProgram):
            covered["rows"] |= {name for name, row in _rows(spec) if id(row) in program.rows}
            for _, way in ways:
                outcomes = program.outcomes.get(id(way.guard), set())
                covered["guards"] |= {name for held, name in _outcomes(spec, way).items() if held in outcomes}
    return Coverage(covered, everything)


def _ways(spec: m.Spec) -> Iterator[tuple[str, m.Transition]]:
    """Yield every transition with its name, each once."""
    seen = set()
    for process in spec.processes.values():
        for stage in process.stages.values():
            for way in stage.transitions:
                if id(way) not in seen:
                    seen.add(id(way))
                    yield f"{process.name}:{way.span.line} {way.text}", way


def _outcomes(spec: m.Spec, way: m.Transition) -> dict[bool, str]:
    """Name both outcomes of a guard, in the words of the spec's language."""
    words = Pieces(spec, spec.language).w
    start = f"{way.guard_span.line} {way.guard_text}: "
    return {True: start + words("YES"), False: start + words("NO")}


def _limits(spec: m.Spec) -> dict[int, str]:
    """Name the limits of stages, by their lines."""
    written = Pieces(spec, spec.language)
    return {
        stage.limit.span.line: f"{process.name}:{stage.limit.span.line} {written.stage_limit(stage.limit)}"
        for process in spec.processes.values()
        for stage in process.stages.values()
        if stage.limit is not None
    }


def _rows(spec: m.Spec) -> Iterator[tuple[str, m.DecisionRow]]:
    """Yield every row of the decision tables with its name."""
    for decision in spec.decisions.values():
        for number, row in enumerate(decision.rows, start=1):
            yield f"{decision.name}:{row.span.line} ({number})", row


def _touch(
    entity: Entity, covered: dict[str, set[str]], lines: dict[str, str], limits: dict[int, str]
) -> None:
    for process, stages in entity.view.reached.items():
        covered["stages"] |= {f"{process}/{stage}" for stage in stages}
    for entry in entity.journal:
        if entry.kind in {"move", "stay"}:
            name = lines.get(f"{entry.process}:{entry.line}")
            if name is not None:
                covered["transitions"].add(name)
        elif entry.kind == "alert" and entry.line in limits:
            covered["timers"].add(limits[entry.line])
    covered["follow_ups"] |= {task.rule for task in entity.tasks if task.kind == "follow_up"}
    covered["offers"] |= {copy.offer.name for copy in entity.offers}
