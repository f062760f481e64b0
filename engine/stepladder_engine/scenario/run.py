"""Runs the scenarios of a spec: each is a small history with expectations along the way.

A scenario is run with the same executor as real data: for every expectation the
history so far is folded as of that moment. The record appears at the first
moment that the scenario names. A record that the spec opens itself is spoken of by its
kind: the latest one of it is meant.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from decimal import Decimal

from stepladder_dsl.model import spec as m
from stepladder_dsl.model.types import MoneyType
from stepladder_dsl.record import record
from stepladder_engine.calendars.zone import Instant
from stepladder_engine.data.dataset import Dataset, EventRow, Origin, RecordRow
from stepladder_engine.runtime.program import Program
from stepladder_engine.runtime.result import RunResult
from stepladder_engine.runtime.run import run_program
from stepladder_engine.runtime.state import Deviation, Entity, OfferCopy, Task
from stepladder_engine.scenario.watched import WatchedProgram
from stepladder_engine.texts.catalogue import Phrase

Told = Phrase | str
"""A phrase, or a piece of the spec in its own words."""

_OPEN = ("planned", "due", "overdue", "escalated")


@record
class Failure:
    """An expectation that did not hold: its line, what was expected and what was found."""

    line: int
    expected: Told
    found: Told


@record(frozen=False)
class ScenarioResult:
    """What became of one scenario; `final` is its state at its last moment."""

    scenario: m.Scenario
    failures: list[Failure] = field(default_factory=list)
    expectations: int = 0
    final: RunResult | None = None

    @property
    def passed(self) -> bool:
        """Whether every expectation held, and there was at least one."""
        return not self.failures and self.expectations > 0


def run_scenarios(spec: m.Spec, name_part: str | None = None) -> list[ScenarioResult]:
    """Run the scenarios whose title contains `name_part` (None: all), in the order of the text."""
    wanted = (name_part or "").casefold()
    program = WatchedProgram(spec)
    return [
        ScenarioRunner(program, scenario).run()
        for scenario in spec.scenarios
        if wanted in scenario.title.casefold()
    ]


class ScenarioRunner:
    """Runs one scenario."""

    def __init__(self, program: Program, scenario: m.Scenario) -> None:
        """Take the spec, made ready, and one scenario of it."""
        self.program = program
        self.scenario = scenario
        self.zone = program.zone
        self.result = ScenarioResult(scenario)
        self.events: list[EventRow] = []
        self.now: Instant | None = None
        self._fresh: RunResult | None = None

    def run(self) -> ScenarioResult:
        """Run it to its end and hold everything against what is expected."""
        for step in self.scenario.steps:
            self._take(step)
        self.result.final = self.state()
        if self.result.expectations == 0:
            line = self.scenario.span.line
            self.result.failures.append(
                Failure(line, Phrase("scenario.any_expectation"), Phrase("scenario.expects_nothing"))
            )
        return self.result

    def holds(self) -> bool:
        """Run it until an expectation does not hold, and say whether all did."""
        for step in self.scenario.steps:
            self._take(step)
            if self.result.failures:
                return False
        return True

    def end(self, later: Instant | None = None) -> RunResult:
        """Give the state at its last moment, or at a later one, whatever is expected."""
        for step in self.scenario.steps:
            if not isinstance(step, m.Expectation):
                self._take(step)
        return self.state(later)

    def until(self, place: int) -> RunResult:
        """Give the state right behind one of its steps, whatever is expected before."""
        for step in self.scenario.steps[: place + 1]:
            if not isinstance(step, m.Expectation):
                self._take(step)
        return self.state()

    def _take(self, step: m.ScenarioStep) -> None:
        match step:
            case m.Happens():
                self._happen(step)
            case m.At():
                self.now = self.moment(step)
                self._fresh = None
            case _:
                self._expect(step)

    def moment(self, step: m.Happens | m.At) -> Instant:
        """Give the moment of which a step speaks; a bare day to look at is its end."""
        if isinstance(step, m.At) and step.date_only:
            return self.zone.end_of(step.time.date())
        return self.zone.instant(step.time)

    def _happen(self, step: m.Happens) -> None:
        time = self.zone.instant(step.time)
        origin = Origin(step.span.file, step.span.line)
        order = (0, origin.file, len(self.events))
        key = step.case.key if step.case.key is not None else self._opened_by(step, time)
        self.now = time
        self._fresh = None
        if key is not None:
            self.events.append(EventRow(step.event, key, time, order, None, step.values, origin))

    def _opened_by(self, step: m.Happens, time: Instant) -> str | None:
        """Give the key of the latest record of a kind that exists when an event happens to it."""
        self.now, self._fresh = time, None
        entity = self.find(step.case, self.state())
        if entity is None:
            values = {"record": step.case.record, "event": step.event}
            expected = Phrase("scenario.opened_record", values)
            self.result.failures.append(Failure(step.span.line, expected, Phrase("scenario.none_opened")))
        return entity.key if entity is not None else None

    @staticmethod
    def find(case: m.Case, state: RunResult) -> Entity | None:
        """Give the record that is meant: by its key, or the latest of its kind."""
        of_kind = [entity for entity in state.entities if entity.kind == case.record]
        if case.key is not None:
            return next((entity for entity in of_kind if entity.key == case.key), None)
        started = [entity for entity in of_kind if entity.started is not None]
        return max(started, key=lambda entity: (entity.started or 0, entity.key), default=None)

    def _first_moment(self) -> Instant | None:
        for step in self.scenario.steps:
            if isinstance(step, m.Happens | m.At):
                return self.zone.instant(step.time)
        return None

    def state(self, at: Instant | None = None) -> RunResult:
        """Fold the history so far as of now, or as of another moment."""
        if at is not None:
            return run_program(self.program, self._history(), at)
        if self._fresh is None:
            first = self._first_moment() or 0
            self._fresh = run_program(self.program, self._history(), first if self.now is None else self.now)
        return self._fresh

    def _history(self) -> Dataset:
        """Give what is given and what has happened so far, as the data of a run."""
        since = self._first_moment()
        records: dict[str, dict[str, RecordRow]] = {}
        for given in self.scenario.given:
            origin = Origin(given.span.file, given.span.line)
            row = RecordRow(given.record, given.key, since, given.values, origin)
            records.setdefault(given.record, {})[given.key] = row
        return Dataset(records=records, events=list(self.events), sourced=set(records))

    def _expect(self, expectation: m.Expectation) -> None:
        self.result.expectations += 1
        state = self.state()
        entity = self.find(expectation.case, state)
        if entity is None:
            values = {"record": expectation.case.record, "key": expectation.case.key or ""}
            self._fail(expectation, Phrase("scenario.record", values), Phrase("scenario.no_record"))
            return
        for expected, found in self.failures(expectation, state, entity):
            self._fail(expectation, expected, found)

    def _fail(self, expectation: m.Expectation, expected: Told, found: Told) -> None:
        self.result.failures.append(Failure(expectation.span.line, expected, found))

    def failures(
        self, expectation: m.Expectation, state: RunResult, entity: Entity
    ) -> Iterator[tuple[Told, Told]]:
        """Yield what was expected and what is found instead, where an expectation does not hold."""
        match expectation:
            case m.ExpectStage():
                yield from self._stage(expectation, state, entity)
            case m.ExpectAlert():
                yield from self._alert(expectation, state, entity)
            case m.ExpectTask():
                yield from self._task(expectation, state, entity)
            case m.ExpectOffer():
                yield from self._offer(expectation, state, entity)
            case m.ExpectForgotten(absent=absent):
                forgotten = any(state.forgotten(entity, position) for position in entity.positions)
                if forgotten == absent:
                    told = (Phrase("scenario.not_forgotten"), Phrase("scenario.forgotten"))
                    yield told if absent else told[::-1]
            case m.ExpectDeviation():
                yield from self._deviation(expectation, entity)
            case m.ExpectThat(_, condition, written):
                entity.view.now = state.as_of
                value = state.program.compiler.compile(condition)(entity.view)
                if value is not True:
                    yield written, Phrase("value.unknown" if value is None else "value.no")

    @staticmethod
    def _stage(expectation: m.ExpectStage, state: RunResult, entity: Entity) -> Iterator[tuple[Told, Told]]:
        stages = state.program.spec.processes[expectation.process].stages
        found = stages[entity.view.stage[expectation.process]]
        role = expectation.owner
        if found.name != expectation.stage or role not in {None, found.owner}:
            wanted, is_there = (
                Phrase("scenario.stage", {"stage": name}) for name in (expectation.stage, found.name)
            )
            told = _owned(is_there, found.owner if role is not None else None)
            kept = _kept_here(entity, expectation.process) if found.name != expectation.stage else None
            yield _owned(wanted, role), told if kept is None else _because(told, kept)

    @staticmethod
    def _alert(expectation: m.ExpectAlert, state: RunResult, entity: Entity) -> Iterator[tuple[Told, Told]]:
        open_to = [
            str(task.role)
            for task in entity.tasks
            if task.kind == "alert" and task.is_open and state.raised(task)
        ]
        nothing = Phrase("scenario.no_alert")
        found = Phrase("scenario.alerts", {"roles": open_to}) if open_to else nothing
        if expectation.absent and open_to:
            yield nothing, found
        elif not expectation.absent and expectation.role not in open_to:
            yield Phrase("scenario.alert", {"role": expectation.role}), found

    @staticmethod
    def _deviation(expectation: m.ExpectDeviation, entity: Entity) -> Iterator[tuple[Told, Told]]:
        """Compare with what no process took: the latest event that is meant, or (`absent`) any so far."""
        event = expectation.event
        meant = [found for found in entity.deviations if event in {None, found.event}]
        nothing = Phrase("scenario.no_deviation")
        if event is not None:
            nothing = Phrase("scenario.no_deviation_at", {"event": event})
        if expectation.absent:
            if meant:
                yield nothing, _told_deviations(meant)
            return
        history = entity.view.history
        times = [happened[-1].time for kind, happened in history.items() if event in {None, kind}]
        latest = max(times, default=None)
        if not any(found.time == latest for found in meant):
            expected = Phrase("scenario.deviation")
            if event is not None:
                expected = Phrase("scenario.deviation_at", {"event": event})
            yield expected, nothing

    @staticmethod
    def _task(expectation: m.ExpectTask, state: RunResult, entity: Entity) -> Iterator[tuple[Told, Told]]:
        role = expectation.role
        tasks = [task for task in entity.tasks if task.rule == expectation.follow_up]
        found_ones = [(state.status(task), holder(state, task)) for task in tasks]
        meant = [status for status, whose in found_ones if role in {None, whose}]
        still_open = [status for status in meant if status in _OPEN]
        task = {"task": expectation.follow_up}
        found = Phrase("scenario.no_task", task)
        if found_ones:
            told = [
                _by(Phrase(f"task.status.{status}"), whose if role is not None else None)
                for status, whose in found_ones
            ]
            found = Phrase("scenario.tasks", {**task, "statuses": told})
        if expectation.absent:
            if still_open:
                yield _by(Phrase("scenario.no_open_task", task), role), found
        elif expectation.status is None:
            if not still_open:
                yield _by(Phrase("scenario.open_task", task), role), found
        elif expectation.status not in meant:
            status = Phrase(f"task.status.{expectation.status}")
            yield _by(Phrase("scenario.task", {**task, "status": status}), role), found

    @staticmethod
    def _offer(expectation: m.ExpectOffer, state: RunResult, entity: Entity) -> Iterator[tuple[Told, Told]]:
        copies = [copy for copy in entity.offers if copy.offer.name == expectation.offer]
        latest = copies[-1] if copies else None
        wanted = expectation.status or "open"
        offer = {"offer": expectation.offer}
        if latest is None:
            if not expectation.absent:
                yield _offer_with_status(expectation.offer, wanted), Phrase("scenario.never_open", offer)
            return
        found = _offer_with_status(expectation.offer, latest.status)
        if expectation.absent:
            if latest.status == "open":
                yield Phrase("scenario.no_open_offer", offer), found
            return
        expected = _offer_with_status(expectation.offer, wanted)
        wanted_worth = {"price": expectation.price, "discount": expectation.discount}
        worth = worth_of(state, latest)
        for key, amount in wanted_worth.items():
            if amount is not None:
                expected, found = _worth(key, expected, amount), _worth(key, found, worth[key])
        if expectation.role is not None:
            expected, found = _by(expected, expectation.role), _by(found, latest.offer.role)
        same = all(amount in {None, worth[key]} for key, amount in wanted_worth.items())
        if latest.status != wanted or not same or expectation.role not in {None, latest.offer.role}:
            yield expected, found


def holder(state: RunResult, task: Task) -> str | None:
    """Give the role that has a task: the one it went on to, or the one it was made for."""
    gone_on = state.escalated_to(task)
    return gone_on[1] if gone_on is not None else task.role


def worth_of(state: RunResult, copy: OfferCopy) -> dict[str, Decimal | None]:
    """Give price and discount of an offer that was made, as they are stored: in whole cents."""
    amounts = {"price": copy.price, "discount": copy.discount}
    return {key: state.program.rounded(amount, MoneyType()) for key, amount in amounts.items()}


def _by(what: Phrase, role: str | None) -> Phrase:
    """Say whose something is, where that is asked or known."""
    return what if role is None else Phrase("scenario.by", {"what": what, "role": role})


def _owned(stage: Phrase, role: str | None) -> Phrase:
    """Say who answers for a stage, where that is asked or known."""
    return stage if role is None else Phrase("scenario.owner", {"what": stage, "role": role})


def _worth(key: str, what: Phrase, amount: Decimal | None) -> Phrase:
    """Say what an offer costs, or what is taken off, where that is asked or known."""
    return what if amount is None else Phrase(f"scenario.{key}", {"what": what, "amount": amount})


def _kept_here(entity: Entity, process: str) -> Phrase | None:
    """Say which event would not move the case, where one came since it is in its stage: the latest."""
    position = entity.position(process)
    since = position.since
    kept = [
        found
        for found in entity.deviations
        if found.process == process and (since is None or found.time >= since)
    ]
    return _told_deviations(kept) if kept else None


def _because(what: Phrase, reason: Phrase) -> Phrase:
    return Phrase("scenario.because", {"what": what, "reason": reason})


def _told_deviations(deviations: list[Deviation]) -> Phrase:
    """Say what no process took, and why: the latest of them."""
    latest = deviations[-1]
    values = {"event": latest.event, "stage": latest.stage, "reason": latest.reason}
    return Phrase("scenario.deviation_because", values)


def _offer_with_status(offer: str, status: str) -> Phrase:
    return Phrase("scenario.offer", {"offer": offer, "status": Phrase(f"offer.status.{status}")})
