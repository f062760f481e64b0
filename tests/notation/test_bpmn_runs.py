"""An engine of others carries our BPMN out, beside our own run: on every scenario to the same stages.

SpiffWorkflow gets the file, the events as messages, the time, and the values of the process
variables, as they are in our run at that moment; FEEL is worked out by feelin. Where its cases
go from there it decides alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from stepladder_dsl.model import expressions as e
from stepladder_dsl.model.spec import At, Happens, Scenario, Spec
from stepladder_dsl.model.types import DatetimeType, Duration, Type
from stepladder_dsl.notation.feel import iso_duration
from stepladder_dsl.notation.flow import Pool
from stepladder_dsl.notation.stages import collaboration
from stepladder_engine.runtime.state import Entity, Position
from stepladder_engine.runtime.step import Stepper
from stepladder_engine.scenario.run import run_scenarios

pytest.importorskip("SpiffWorkflow", reason="needs SpiffWorkflow, of the development group")

from lxml import etree
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.specs import event_definitions as definitions
from SpiffWorkflow.bpmn.specs.event_definitions import timer
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.exclusive_gateway import ExclusiveGateway
from SpiffWorkflow.bpmn.util import BpmnEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Feel = Callable[..., Any]
CHANGED_CLOCK = 3_600_000_000
"""Thirty days are that in our run, and 720 hours to engines: an hour off where clocks are changed."""


def moment(instant: int) -> datetime:
    return EPOCH + timedelta(microseconds=instant)


class Clock(datetime):
    """The time as the engine sees it."""

    at = EPOCH

    @classmethod
    def now(cls, tz: Any = None) -> Any:
        return cls.at.astimezone(tz)


class Scripts(PythonScriptEngine):  # type: ignore[misc]
    """Works out expressions with feelin, over the values of our run."""

    def __init__(self, feel: Feel, mirror: Mirror) -> None:
        super().__init__()
        self.feel = feel
        self.mirror = mirror

    def evaluate(self, task: Any, expression: str, external_context: Any = None) -> Any:
        """A choice is about the moment of the event, before anything was written down; all else about now."""
        if expression.startswith("P"):
            return expression
        choice = isinstance(task.task_spec, ExclusiveGateway)
        values = self.mirror.before if choice else self.mirror.values(expression)
        text = expression.replace("now()", f'date and time("{Clock.at.isoformat()}")')
        return self.feel(text, values)

    def execute(self, task: Any, script: str, external_context: Any = None) -> bool:
        """What is written down is written down by our run."""
        assert script.startswith("{")
        return True


class Case(BpmnWorkflow):  # type: ignore[misc]
    """A case that hears only what is told to it, not what it tells others."""

    hears = False

    def catch(self, event: Any) -> None:
        if self.hears:
            super().catch(event)


class Mirror:
    """One process of one record, run by the engine."""

    def __init__(self, stepper: Stepper, entity: Entity, pool: Pool, parser: Any, feel: Feel) -> None:
        self.stepper = stepper
        self.entity = entity
        self.pool = pool
        self.before: dict[str, Any] = {}
        self.entered: dict[str, int | None] = {}
        self.now = entity.view.now
        self.case = Case(parser.get_spec(f"{pool.id}_Process"), script_engine=Scripts(feel, self))
        self.tell_time(entity.view.now)
        self.settle()

    @property
    def stage(self) -> str:
        """Where the case stands: at the one task that waits, or at the end that it has come to."""
        (found,) = self._standing_in()
        return found

    def _standing_in(self) -> list[str]:
        stages = {cell.body.id: cell.stage for cell in self.pool.cells}
        tasks = [task for task in self.case.get_tasks() if task.task_spec.bpmn_id in stages]
        unfinished = TaskState.READY | TaskState.WAITING | TaskState.STARTED
        waiting = [task for task in tasks if task.state & unfinished and task.task_spec.manual]
        ended = [task for task in tasks if task.state == TaskState.COMPLETED]
        return [stages[task.task_spec.bpmn_id] for task in waiting or ended[-1:]]

    # what the engine is told

    def tell_time(self, instant: int) -> None:
        self.now = instant
        Clock.at = moment(instant)

    def tell_event(self, name: str) -> None:
        self.case.hears = True
        self.case.catch(BpmnEvent(MessageEventDefinition(name), payload={}))
        self.case.hears = False
        self._go_on()

    def settle(self) -> None:
        """Let it go on until nothing changes."""
        for _ in range(30):
            self._go_on()
            if not self._look_at_conditions():
                standing = self._standing()
                self.case.refresh_timers()
                if self._standing() == standing:
                    return
        raise AssertionError("the engine does not come to rest")

    def _go_on(self) -> None:
        """Let it take the steps that are open, before anything else may happen."""
        while self.case._do_engine_steps():
            pass

    def _look_at_conditions(self) -> bool:
        """Let the first condition that has become true take its way: the engine has to be told of changes."""
        for task in list(self.case.event_manager.tasks.values()):
            if isinstance(task.task_spec.event_definition, definitions.ConditionalEventDefinition):
                standing = self._standing()
                task.task_spec._update(task)
                if self._standing() != standing:
                    return True
        return False

    def _standing(self) -> list[tuple[str, int]]:
        return [(str(task.id), task.state) for task in self.case.get_tasks()]

    def pass_time(self, until: int, *, included: bool) -> None:
        """Let its timers fire one after the other, each at the moment for which the engine has set it."""
        while True:
            due = [
                timer.TimerEventDefinition.get_datetime(event.value)
                for event in self.case.waiting_events()
                if "Timer" in event.event_type or "TimeDate" in event.event_type
            ]
            soonest = min(due, default=None)
            if soonest is None or soonest > moment(until) or (soonest == moment(until) and not included):
                break
            # The engine's timers fire after their moment.
            Clock.at = soonest + timedelta(microseconds=1)
            standing = self._standing()
            self.settle()
            assert self._standing() != standing, "a timer that is due does not fire"
        self.tell_time(until)

    # the values of our run

    def values(self, expression: str | None = None) -> dict[str, Any]:
        """Give the values of the variables, of all or of those that an expression speaks of."""
        assert self.pool.variables is not None
        return {
            name: self._value(key)
            for name, key in self.pool.variables.meanings()
            if expression is None or name in expression
        }

    def _value(self, key: tuple[Any, ...]) -> Any:
        view, spec = self.entity.view, self.stepper.program.spec
        match key:
            case ("field", name):
                return given(view.fields.get(name), spec.records[self.entity.kind].fields[name].type)
            case ("let", name):
                value = spec.lets[name].value
                return given(self._work_out(value), value.type)
            case ("decision", name):
                outputs = spec.decisions[name].outputs
                found = {
                    output: given(self._work_out(e.DecisionValue(name, output, kind)), kind)
                    for output, kind in outputs.items()
                }
                return found if len(found) > 1 else next(iter(found.values()))
            case ("event", name):
                return self._event(name)
            case ("entered", process, stage):
                entered = self._entered(process, stage)
                return None if entered is None else {"@moment": moment(entered).isoformat()}
            case ("due", process, stage, place):
                due = self._due(process, stage, place)
                return None if due is None else {"@moment": moment(due).isoformat()}
            case ("computed", expression):
                return given(self._work_out(expression), expression.type)
        raise AssertionError(key)

    def _entered(self, process: str, stage: str) -> int | None:
        """Give when the stage was entered; our run may have left it already, while the engine is there."""
        view = self.entity.view
        if view.stage.get(process) == stage:
            self.entered[stage] = view.entered[process]
        elif stage not in self._standing_in():
            return self.now
        return self.entered.get(stage, self.now)

    def _work_out(self, expression: e.Expression) -> Any:
        return self.stepper.program.compiler.compile(expression)(self.entity.view)

    def _event(self, name: str) -> Any:
        happened = self.entity.view.history.get(name)
        if not happened:
            return None
        fields = self.stepper.program.spec.events[name].fields
        last = happened[-1]
        values = {one: given(last.fields.get(one), field.type) for one, field in fields.items()}
        return {**values, "time": {"@moment": moment(last.time).isoformat()}}

    def _due(self, process: str, stage: str, place: int) -> int | None:
        position = next(one for one in self.entity.positions if one.plan.process.name == process)
        plan = position.plan.stages[stage]
        since = self.entity.view.entered[process] if position.stage is plan else self.now
        if since is None:
            return None
        if place == len(plan.stage.transitions):
            assert plan.stage.limit is not None
            return self.stepper.zone.add(since, plan.stage.limit.duration)
        way = next(way for way in plan.timers if way.transition == plan.stage.transitions[place])
        return self.stepper._timer_due(self.entity, Position(position.plan, plan, since), way)


def given(value: Any, kind: Type) -> Any:
    """Give a value as JSON has it."""
    match value:
        case None | bool() | str():
            return value
        case int() if isinstance(kind, DatetimeType):
            return {"@moment": moment(value).isoformat()}
        case int() | Decimal():
            return float(value)
        case date():
            return {"@date": value.isoformat()}
        case Duration():
            return {"@duration": iso_duration(value)}
        case tuple():
            return [given(one, kind) for one in value]
    raise AssertionError(value)


class Mirrors:
    """Runs beside our own run, and compares where the cases stand whenever time goes on."""

    def __init__(self, spec: Spec, content: bytes, feel: Feel) -> None:
        self.feel = feel
        self.parser = BpmnParser()
        self.parser.add_bpmn_xml(etree.fromstring(content))
        self.pools = {pool.name: pool for pool in collaboration(spec).pools}
        self.running: dict[int, list[Mirror]] = {}
        self.compared = 0

    def of(self, entity: Entity) -> list[Mirror]:
        return self.running.get(id(entity), [])

    def started(self, stepper: Stepper, entity: Entity) -> None:
        self.running[id(entity)] = [
            Mirror(stepper, entity, self.pools[position.plan.process.name], self.parser, self.feel)
            for position in entity.positions
        ]

    def compare(self, entity: Entity) -> None:
        """Compare where a record's cases stand."""
        for mirror in self.of(entity):
            mirror.tell_time(entity.view.now)
            mirror.settle()
            assert (mirror.pool.name, mirror.stage) == (mirror.pool.name, entity.view.stage[mirror.pool.name])
            self.compared += 1


@pytest.fixture
def beside(monkeypatch: pytest.MonkeyPatch) -> Callable[[Mirrors], None]:
    """Let the engine hear of everything that happens in our run."""

    def _set(mirrors: Mirrors) -> None:
        start, event, due = Stepper.start, Stepper.event, Stepper.due
        transitions = Stepper._transitions

        def started(self: Stepper, entity: Entity, now: int, reason: Any) -> None:
            start(self, entity, now, reason)
            mirrors.started(self, entity)

        def looked_at(self: Stepper, entity: Entity, *rest: Any) -> None:
            for mirror in mirrors.of(entity):
                mirror.before = mirror.values()
            transitions(self, entity, *rest)

        def happened(self: Stepper, entity: Entity, name: str, *rest: Any, **options: Any) -> None:
            now = entity.view.now
            for mirror in mirrors.of(entity):
                mirror.pass_time(now, included=False)
            mirrors.compare(entity)
            event(self, entity, name, *rest, **options)
            for mirror in mirrors.of(entity):
                mirror.tell_time(now)
                mirror.tell_event(name)
                mirror.settle()

        def fell_due(self: Stepper, entity: Entity, now: int) -> None:
            before, entity.view.now = entity.view.now, max(now, entity.view.now)
            for mirror in mirrors.of(entity):
                mirror.before = mirror.values()
            entity.view.now = before
            due(self, entity, now)
            for mirror in mirrors.of(entity):
                mirror.pass_time(entity.view.now + CHANGED_CLOCK, included=True)
                mirror.tell_time(entity.view.now)
                mirror.settle()

        monkeypatch.setattr(timer, "datetime", Clock)
        monkeypatch.setattr(Stepper, "start", started)
        monkeypatch.setattr(Stepper, "event", happened)
        monkeypatch.setattr(Stepper, "due", fell_due)
        monkeypatch.setattr(Stepper, "_transitions", looked_at)

    return _set


# A condition holds and a timer is long due in the moment in which the case enters the stage. In our run the
# condition goes first; SpiffWorkflow lets both events at the edge of the task interrupt it.
RACES = {("shop", "Все восемь шагов, с доставкой, ремонтом и двумя знакомыми")}


def test_another_engine_comes_to_the_same_stages(
    folder: str, spec: Spec, bpmn_of: Callable[..., Any], feel: Feel, beside: Callable[[Mirrors], None]
) -> None:
    mirrors = Mirrors(spec, bpmn_of(folder).content, feel)
    beside(mirrors)
    for scenario in spec.scenarios:
        if (folder, scenario.title) in RACES:
            with pytest.raises(ValueError, match="too many values"):
                _run(spec, scenario, mirrors)
        else:
            _run(spec, scenario, mirrors)
    assert mirrors.compared > len(spec.scenarios)


def _run(spec: Spec, scenario: Scenario, mirrors: Mirrors) -> None:
    """Run what happens in a scenario, once, and compare all along."""
    steps = tuple(step for step in scenario.steps if isinstance(step, Happens | At))
    one = Scenario(scenario.title, scenario.given, steps)
    (result,) = run_scenarios(replace(spec, scenarios=(one,)))
    assert result.final is not None
    for entity in result.final.entities:
        mirrors.compare(entity)
