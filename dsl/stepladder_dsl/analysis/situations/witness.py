"""The clients that a spec forgets: of each stage one, and what the spec lacks for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from stepladder_dsl.analysis.situations.clock import UndecidedError, later
from stepladder_dsl.analysis.situations.proof import Place, unproven
from stepladder_dsl.analysis.situations.rehearsal import Rehearsal
from stepladder_dsl.analysis.situations.search import BEGINS, Tale, search
from stepladder_dsl.analysis.situations.story import Standing
from stepladder_dsl.model import spec as m
from stepladder_dsl.model.expressions import Elapsed, LetValue, walk
from stepladder_dsl.model.print_spec import print_scenario, words_of
from stepladder_dsl.model.types import Duration, Unit

_MUCH_LATER = Duration(10, Unit.YEAR)


@dataclass(frozen=True)
class Forgotten:
    """A client whom the spec forgets in a stage."""

    process: m.Process
    stage: m.Stage
    tale: Tale
    blocked: m.Transition | m.FollowUp | None
    """What would have asked somebody, but does not for this client."""
    at_entry: bool
    """Whether nothing at all comes of being in the stage."""
    rules: tuple[m.FollowUp, ...]
    """The follow-ups of the spec."""

    @property
    def record(self) -> str:
        """The kind of record."""
        return self.process.record

    @property
    def last_event(self) -> str | None:
        """The event after which nobody is asked, None where it is only time that has passed."""
        last = self.tale.events[-1] if self.tale.events else None
        return last[1] if last is not None and last[0] == self.since else None

    def day_in(self, spec: m.Spec) -> str:
        """Give the day from which nobody is asked any more, as the spec's language writes it."""
        return words_of(spec).day(self.since)

    @property
    def ended_by(self) -> m.EventPattern | None:
        """The line by which the last event did or cancelled a task, if it did that at this very moment."""
        rules = [rule for rule in self.rules if rule.record == self.record]
        patterns = [pattern for rule in rules for pattern in (*rule.done_on, *rule.cancelled_on)]
        return next((one for one in patterns if one.event == self.last_event), None)

    @property
    def since(self) -> datetime:
        """The moment from which nobody is asked any more."""
        return self.tale.now

    def scenario(self, title: str) -> m.Scenario:
        """Give the scenario that shows it."""
        return m.Scenario(title, (m.Given(self.record, self.record, self.tale.fields),), tuple(self._steps()))

    def _steps(self) -> Iterator[m.ScenarioStep]:
        case = m.Case(self.record, self.record)
        last = BEGINS
        if self.tale.waited or not self.tale.events:
            yield m.At(BEGINS)
        for time, event, values in self.tale.events:
            yield m.Happens(time, event, case, values)
            last = time
        if self.tale.now > last:
            yield m.At(self.tale.now.replace(hour=0, minute=0, second=0, microsecond=0), date_only=True)
        for moment in (None, later(self.tale.now, _MUCH_LATER)):
            if moment is not None:
                yield m.At(moment.replace(hour=0, minute=0, second=0, microsecond=0), date_only=True)
            yield m.ExpectStage(case, self.process.name, self.stage.name)
            yield m.ExpectForgotten(case)


def example(spec: m.Spec, found: Forgotten) -> str:
    """Write the scenario that shows a forgotten client; it can be put behind the spec."""
    title = f"{spec.records[found.record].label}: {found.stage.label}"
    return print_scenario(found.scenario(title), spec)


def told_elsewhere(found: Forgotten) -> bool:
    """Say whether no way at all leads out of the stage, which is a mistake of its own."""
    return {way.target for way in found.stage.transitions} <= {None, found.stage.name}


_latest: list[tuple[m.Spec, tuple[Forgotten, ...]]] = []
"""What was found last: several rules ask the same of one spec."""


def forgotten(spec: m.Spec) -> tuple[Forgotten, ...]:
    """Give the clients that a spec forgets, at most one for each stage, in the order of the text."""
    if not _latest or _latest[0][0] is not spec:
        _latest[:] = [(spec, _forgotten(spec))]
    return _latest[0][1]


def _forgotten(spec: m.Spec) -> tuple[Forgotten, ...]:
    wanted: dict[str, set[Place]] = {}
    for place in unproven(spec):
        wanted.setdefault(spec.processes[place[0]].record, set()).add(place)
    tales = search(spec, wanted)
    if not tales:
        return ()
    return tuple(
        _described(spec, process, stage, tales[process.name, stage.name])
        for process in spec.processes.values()
        for stage in process.stages.values()
        if (process.name, stage.name) in tales
    )


def _described(spec: m.Spec, process: m.Process, stage: m.Stage, tale: Tale) -> Forgotten:
    case = next(case for case in tale.story.cases if case.process.name == process.name)
    rehearsal = Rehearsal(spec, process.record)
    blocked = _blocked(rehearsal, tale, case)
    at_entry = case.since == tale.now and not case.touched
    return Forgotten(process, stage, tale, blocked, at_entry, tuple(spec.follow_ups.values()))


def _blocked(rehearsal: Rehearsal, tale: Tale, case: Standing) -> m.Transition | m.FollowUp | None:
    """Give the first way out of the stage, or rule about it, that time brings to others but not here."""
    for way in case.stage.transitions:
        timed = isinstance(way.trigger, m.After | m.Silence)
        if way.target is not None and (timed or _asks_the_clock(rehearsal.spec, way)):
            return way
    anchor = m.AfterEntering(case.process.name, case.stage.name)
    for rule in rehearsal.rules:
        if rule.anchor == anchor and rule.condition is not None:
            try:
                if not rehearsal.values.holds(rule.condition, tale.story.seen):
                    return rule
            except UndecidedError:
                continue
    return None


def _asks_the_clock(spec: m.Spec, way: m.Transition) -> bool:
    """Say whether a way is a condition that time can make true for somebody."""
    waiting = [way.guard] if isinstance(way.trigger, m.Always) and way.guard is not None else []
    while waiting:
        for part in walk(waiting.pop()):
            if isinstance(part, Elapsed):
                return True
            if isinstance(part, LetValue):
                waiting.append(spec.lets[part.name].value)
    return False
