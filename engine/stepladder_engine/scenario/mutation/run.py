"""Tries the small changes of a spec: the scenarios catch one if at least one of them fails with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from stepladder_dsl.model import spec as m
from stepladder_engine.runtime.program import Program
from stepladder_engine.runtime.result import RunResult
from stepladder_engine.scenario.mutation.changes import mutants_of
from stepladder_engine.scenario.mutation.mutant import FAMILIES, Mutant
from stepladder_engine.scenario.run import ScenarioRunner


@dataclass(frozen=True)
class Mutation:
    """What became of the changes: how many there are, which were tried, and which nobody noticed."""

    possible: int
    tried: tuple[Mutant, ...]
    survivors: tuple[Mutant, ...]

    @property
    def caught(self) -> int:
        """How many were noticed."""
        return len(self.tried) - len(self.survivors)

    @property
    def share(self) -> float | None:
        """The part of those tried that was noticed; of nothing there is none."""
        return self.caught / len(self.tried) if self.tried else None

    def by_family(self) -> Iterator[tuple[str, int, int]]:
        """Yield each family of changes that there is, how many were noticed, and how many tried."""
        for family in FAMILIES:
            tried = sum(mutant.family == family for mutant in self.tried)
            missed = sum(mutant.family == family for mutant in self.survivors)
            if tried:
                yield family, tried - missed, tried


def try_mutants(spec: m.Spec, budget: int | None = None) -> Mutation:
    """Try the changes of a spec whose scenarios hold: all, or as many as `budget`, spread over the text."""
    found = mutants_of(spec)
    tried = tuple(_spread(found, budget))
    trial = Trial(spec)
    return Mutation(len(found), tried, tuple(mutant for mutant in tried if not trial.catches(mutant)))


def _spread(mutants: list[Mutant], budget: int | None) -> Iterator[Mutant]:
    """Yield at most so many of them, at equal distances: the same ones every time."""
    count = len(mutants) if budget is None else min(budget, len(mutants))
    return (mutants[place * len(mutants) // count] for place in range(count))


class Trial:
    """Holds the scenarios of a spec against changes of it."""

    def __init__(self, spec: m.Spec) -> None:
        """Run every scenario once as it is."""
        self.spec = spec
        self.ends = [
            (scenario, ScenarioRunner(program, scenario).end())
            for program in (Program(spec),)
            for scenario in spec.scenarios
        ]
        self.traces = [trace(end) for _, end in self.ends]
        self.lines = [_lines(end) for _, end in self.ends]

    def catches(self, mutant: Mutant) -> bool:
        """Say whether a scenario fails with the change; those that come past its line are asked first."""
        program = Program(mutant.spec(self.spec))
        line = mutant.span.line
        order = sorted(range(len(self.ends)), key=lambda place: line not in self.lines[place])
        return any(self._fails(program, place, mutant) for place in order)

    def _fails(self, program: Program, place: int, mutant: Mutant) -> bool:
        """Say whether a scenario fails; where the whole run stays the same, so does all that is expected."""
        scenario = self.ends[place][0]
        if not mutant.changes_values and trace(ScenarioRunner(program, scenario).end()) == self.traces[place]:
            return False
        return not ScenarioRunner(program, scenario).holds()


def trace(result: RunResult) -> list[Any]:
    """Give all that a run leaves behind and a scenario may ask for, but for values that are worked out."""
    return [
        (
            entity.kind,
            entity.key,
            entity.view.fields,
            entity.view.reached,
            [step[:6] for step in entity.journal],
            [
                (task.key, task.due, task.role, task.escalations, task.closed, task.outcome)
                for task in entity.tasks
            ],
            [
                (
                    *(copy.key, copy.opened, copy.expires, copy.price, copy.discount, copy.status),
                    *(copy.closed, copy.offer.role),
                )
                for copy in entity.offers
            ],
        )
        for entity in result.entities
    ]


def _lines(result: RunResult) -> set[int]:
    """Give the lines of the text that took part in a run."""
    steps: Iterable[int] = (step.line for entity in result.entities for step in entity.journal)
    return set(steps)
