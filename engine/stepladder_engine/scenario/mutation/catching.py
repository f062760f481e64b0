"""What would have caught a change: a line for one of the scenarios that are there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from itertools import chain, islice
from typing import Any

from stepladder_dsl.model import spec as m
from stepladder_dsl.model.expressions import Literal
from stepladder_dsl.model.print_pieces import Pieces
from stepladder_dsl.model.print_spec import print_scenario
from stepladder_dsl.model.types import Duration, Unit
from stepladder_engine.calendars.zone import Instant, Zone
from stepladder_engine.runtime.program import Program
from stepladder_engine.runtime.result import RunResult
from stepladder_engine.scenario.mutation.events import further_stories
from stepladder_engine.scenario.mutation.mutant import Mutant
from stepladder_engine.scenario.mutation.observing import cases_of, expectations
from stepladder_engine.scenario.mutation.run import Trial, trace
from stepladder_engine.scenario.run import ScenarioRunner

_LATER = Duration(2, Unit.YEAR)
"""How long after the end of a scenario it may still show a difference."""
_MOMENTS = 12
"""How many moments of one scenario are looked at."""
_SCENARIOS = 6
"""How many scenarios are tried with something more happening."""
_STORIES = 60
"""How many further happenings are tried in one scenario."""
_MINUTE = 60_000_000


@dataclass(frozen=True)
class Catch:
    """Lines that a scenario lacks, and the line of the text behind which they would stand.

    Where `after_line` is None they are a story of their own, which begins as the scenario does.
    """

    scenario: m.Scenario
    after_line: int | None
    lines: tuple[str, ...]


@dataclass(frozen=True)
class _Look:
    """A moment of a scenario, behind `step` of its steps; `at` is missing where one of them is of it."""

    step: int
    moment: Instant
    at: m.At | None


class Catching:
    """Looks for what would catch the changes of one spec."""

    def __init__(self, trial: Trial) -> None:
        """Take the spec with its scenarios, which have been run."""
        self.trial = trial
        self.spec = trial.spec
        self.program = Program(trial.spec)
        self.written = Pieces(trial.spec, trial.spec.language)
        self.opens = any(self.spec.openers_of(name) for name in self.spec.records)

    def catch(self, mutant: Mutant) -> Catch | None:
        """Give lines that would catch a change, for the shortest scenario that has to do with it.

        Where looking at a further moment is not enough, something more has to happen.
        """
        changed = Program(mutant.spec(self.spec))
        values = mutant.changes_values
        scenarios = [self.spec.scenarios[place] for place in self._order(mutant)]
        looks = (self._in_scenario(scenario, changed, values=values) for scenario in scenarios)
        found = next((catch for catch in looks if catch is not None), None)
        if found is not None:
            return found
        pieces = (mutant.old, mutant.new)
        stories = (
            self._with_event(scenario, changed, pieces, values=values) for scenario in scenarios[:_SCENARIOS]
        )
        cut = (self._cut_short(scenario, changed, values=values) for scenario in scenarios[:_SCENARIOS])
        return next((catch for catch in chain(stories, cut) if catch is not None), None)

    def _order(self, mutant: Mutant) -> list[int]:
        """Give the places of the scenarios: those that have to do with a change first, the shorter first."""
        lines, scenarios = self.trial.lines, self.spec.scenarios
        return sorted(
            range(len(scenarios)),
            key=lambda place: (mutant.span.line not in lines[place], len(scenarios[place].steps)),
        )

    def _in_scenario(
        self, scenario: m.Scenario, changed: Program, place: int | None = None, *, values: bool
    ) -> Catch | None:
        """Look for a moment at which a scenario would differ; `place`: right behind this step of it.

        Where both runs are the same to the end, `values` that are worked out may still differ.
        """
        ours, theirs = ScenarioRunner(self.program, scenario), ScenarioRunner(changed, scenario)
        later = self.program.zone.add(ours.end().as_of, _LATER)
        theirs.end()
        both = ours.state(later), theirs.state(later)
        if not values and trace(both[0]) == trace(both[1]):
            return None
        for look in self._looks(scenario, ours, _different_moments(*both)):
            if place is not None and not self._is_behind(scenario, place, look):
                continue
            states = ours.state(look.moment), theirs.state(look.moment)
            for expectation in _told_apart(scenario, theirs, *states):
                steps = [step for step in (look.at, expectation) if step is not None]
                return self._caught(scenario, look.step, steps, place)
        return None

    def _cut_short(self, scenario: m.Scenario, changed: Program, *, values: bool) -> Catch | None:
        """Let a scenario break off, and look for a difference in what comes of that by itself."""
        happened = [step for step in scenario.steps if isinstance(step, m.Happens)]
        # At first nothing happens at all: it is only there.
        beginnings: list[tuple[m.ScenarioStep, ...]] = [(m.At(step.time),) for step in happened[:1]]
        beginnings += [tuple(happened[: count + 1]) for count in range(len(happened))]
        for steps in beginnings:
            story = replace(scenario, steps=steps)
            found = self._in_scenario(story, changed, values=values)
            if found is not None:
                _, *begun = print_scenario(story, self.spec).splitlines()
                return Catch(scenario, None, (*(line.strip() for line in begun), *found.lines))
        return None

    @staticmethod
    def _is_behind(scenario: m.Scenario, place: int, look: _Look) -> bool:
        """Say whether nothing else happens between a step and a look."""
        between = scenario.steps[place + 1 : look.step]
        return look.step > place and not any(isinstance(step, m.Happens | m.At) for step in between)

    def _caught(
        self, scenario: m.Scenario, step: int, steps: Sequence[m.ScenarioStep], place: int | None
    ) -> Catch:
        given = () if self.opens else scenario.given
        if place is not None:
            # What was added stands in no line yet.
            steps = [scenario.steps[place], *steps]
            step = place
        line = scenario.steps[step - 1].span.line if step else scenario.given[-1].span.line
        return Catch(scenario, line, tuple(self._written(one, given) for one in steps))

    def _written(self, step: m.ScenarioStep, given: tuple[m.Given, ...]) -> str:
        if isinstance(step, m.Happens):
            known = self.spec.events[step.event].fields
            step = replace(
                step,
                values={
                    name: value if value is None else Literal(value, known[name].type)
                    for name, value in step.values.items()
                },
            )
        return self.written.step(step, given)

    def _with_event(
        self, scenario: m.Scenario, changed: Program, pieces: tuple[Any, ...], *, values: bool
    ) -> Catch | None:
        """Let something more happen in a scenario that then still holds, and look for a difference."""
        for place, story in islice(further_stories(self.spec, scenario, pieces), _STORIES):
            if values or self._differs_at_once(story, place, changed):
                found = self._in_scenario(story, changed, place, values=values)
                if found is not None and ScenarioRunner(self.program, story).holds():
                    return found
        return None

    def _differs_at_once(self, story: m.Scenario, place: int, changed: Program) -> bool:
        """Say whether a change shows at the very moment of a step: looking far ahead takes long."""
        runners = [ScenarioRunner(program, story) for program in (self.program, changed)]
        ours, theirs = (runner.until(place) for runner in runners)
        return trace(ours) != trace(theirs)

    def _looks(self, scenario: m.Scenario, runner: ScenarioRunner, moments: list[Instant]) -> Iterator[_Look]:
        """Yield the moments at which a scenario could look, in the order of time."""
        own = [
            (place, runner.moment(step))
            for place, step in enumerate(scenario.steps)
            if isinstance(step, m.Happens | m.At)
        ]
        wanted = [*(moment for _, moment in own), *moments[:_MOMENTS]]
        for moment in sorted(set(wanted)):
            look = _look(self.program.zone, scenario, own, moment)
            if look is not None:
                yield look


def _look(zone: Zone, scenario: m.Scenario, own: list[tuple[int, Instant]], moment: Instant) -> _Look | None:
    """Give the look at a moment: that of a step, or of a whole day, or of a minute."""
    past = [number for number, (_, time) in enumerate(own) if time <= moment]
    if not past:
        return None
    last = past[-1]
    behind, following = (*own, (len(scenario.steps), None))[last + 1]
    if own[last][1] == moment:
        return _Look(behind, moment, None)
    if any(time > moment for _, time in own[:last]):
        # A whole day was looked at before something happened on it.
        return None
    day = zone.day(moment)
    end = zone.end_of(day)
    if following is None or end < following:
        return _Look(behind, end, m.At(datetime.combine(day, time()), date_only=True))
    up = moment + -moment % _MINUTE
    if following <= up:
        return None
    return _Look(behind, up, m.At(zone.local(up).replace(tzinfo=None)))


def _different_moments(ours: RunResult, theirs: RunResult) -> list[Instant]:
    """Give the moments at which something happens in one of two runs and not in the other."""
    one, other = set(_happenings(ours)), set(_happenings(theirs))
    return sorted({moment for moment, *_ in one ^ other})


def _happenings(result: RunResult) -> Iterator[tuple[Instant, str, str, str, str]]:
    for entity in result.entities:
        who = f"{entity.kind}/{entity.key}"
        for step in entity.journal:
            yield step.time, who, step.kind, f"{step.process}/{step.stage}", f"{step.to_stage}/{step.subject}"
        for task in entity.tasks:
            yield task.due, who, "due", task.key, ""
            for moment, role in task.escalations:
                yield moment, who, "escalation", task.key, role
        for copy in entity.offers:
            if copy.expires is not None:
                yield copy.expires, who, "expires", copy.key, ""


def _told_apart(
    scenario: m.Scenario, theirs: ScenarioRunner, ours: RunResult, changed: RunResult
) -> Iterator[m.Expectation]:
    """Yield what holds in one state and not in the other."""
    for case in cases_of(scenario, ours):
        entity, other = theirs.find(case, ours), theirs.find(case, changed)
        for expectation in expectations(case, entity, ours) if entity is not None else ():
            if other is None or any(theirs.failures(expectation, changed, other)):
                yield expectation
