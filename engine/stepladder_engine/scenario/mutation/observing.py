"""Everything that a scenario could expect of a moment, so that one may be chosen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from stepladder_dsl.model import expressions as e
from stepladder_dsl.model import spec as m
from stepladder_dsl.model.types import MoneyType, NumberType, Type, YesNoType
from stepladder_engine.runtime.result import RunResult
from stepladder_engine.runtime.state import Entity
from stepladder_engine.scenario.run import holder, worth_of

_TELLABLE = (NumberType, MoneyType, YesNoType)
"""Values that a scenario can hold against a plain one without more ado."""


def cases_of(scenario: m.Scenario, state: RunResult) -> Iterator[m.Case]:
    """Yield of whom a scenario can speak: those given, and the latest of each kind that the spec opened."""
    yield from (m.Case(given.record, given.key) for given in scenario.given)
    given_kinds = {given.record for given in scenario.given}
    opened = {entity.kind: None for entity in state.entities if entity.kind not in given_kinds}
    yield from (m.Case(kind, None) for kind in opened)


def expectations(case: m.Case, entity: Entity, state: RunResult) -> Iterator[m.Expectation]:
    """Yield what holds for a record at the moment of a state, the plainest first."""
    spec = state.program.spec
    for process, stage in entity.view.stage.items():
        yield m.ExpectStage(case, process, stage)
        owner = spec.processes[process].stages[stage].owner
        if owner is not None:
            yield m.ExpectStage(case, process, stage, owner)
    yield from _tasks(spec, case, entity, state)
    yield from _offers(spec, case, entity, state)
    yield from _alerts(case, entity, state)
    yield from _deviations(case, entity)
    yield from _values(spec, case, entity, state)


def _tasks(spec: m.Spec, case: m.Case, entity: Entity, state: RunResult) -> Iterator[m.Expectation]:
    for rule in spec.follow_ups.values():
        if rule.record == entity.kind:
            tasks = [task for task in entity.tasks if task.rule == rule.name]
            yield from (m.ExpectTask(case, rule.name, state.status(task)) for task in tasks)
            whose = [(task, holder(state, task)) for task in tasks]
            yield from (
                m.ExpectTask(case, rule.name, state.status(task), role=role)
                for task, role in whose
                if role is not None
            )
            if not any(task.is_open for task in tasks):
                yield m.ExpectTask(case, rule.name, None, absent=True)


def _offers(spec: m.Spec, case: m.Case, entity: Entity, state: RunResult) -> Iterator[m.Expectation]:
    for offer in spec.offers.values():
        if offer.record == entity.kind:
            copies = [copy for copy in entity.offers if copy.offer.name == offer.name]
            if copies:
                latest = copies[-1]
                plain = m.ExpectOffer(case, offer.name, None if latest.status == "open" else latest.status)
                yield plain
                worth = worth_of(state, latest)
                if worth["price"] is not None:
                    yield replace(plain, price=worth["price"])
                if worth["discount"] is not None:
                    yield replace(plain, discount=worth["discount"])
                if latest.offer.role is not None:
                    yield replace(plain, role=latest.offer.role)
            else:
                yield m.ExpectOffer(case, offer.name, None, absent=True)


def _alerts(case: m.Case, entity: Entity, state: RunResult) -> Iterator[m.Expectation]:
    roles = [
        task.role for task in entity.tasks if task.kind == "alert" and task.is_open and state.raised(task)
    ]
    yield from (m.ExpectAlert(case, role) for role in roles if role is not None)
    if not roles:
        yield m.ExpectAlert(case, None, absent=True)


def _deviations(case: m.Case, entity: Entity) -> Iterator[m.Expectation]:
    latest = max((happened[-1].time for happened in entity.view.history.values()), default=None)
    if not entity.deviations:
        yield m.ExpectDeviation(case, None, absent=True)
    elif entity.deviations[-1].time == latest:
        yield m.ExpectDeviation(case, None)


def _values(spec: m.Spec, case: m.Case, entity: Entity, state: RunResult) -> Iterator[m.Expectation]:
    """Yield what holds of values that are worked out, and of the record's own fields."""
    entity.view.now = state.as_of
    asked: list[tuple[e.Expression, Type]] = [
        *(
            (e.LetValue(let.name, let.value.type), let.value.type)
            for let in spec.lets.values()
            if let.record == entity.kind
        ),
        *(
            (e.DecisionValue(decision.name, output, kind), kind)
            for decision in spec.decisions.values()
            if decision.record == entity.kind
            for output, kind in decision.outputs.items()
        ),
        *(
            (e.RecordField(field.name, field.type, field.optional), field.type)
            for field in entity.plan.record.fields.values()
        ),
    ]
    for expression, kind in asked:
        value = state.program.compiler.compile(expression)(entity.view)
        if value is None:
            yield m.ExpectThat(case, e.IsKnown(expression, negated=True))
        elif value is True:
            yield m.ExpectThat(case, expression)
        elif value is False:
            yield m.ExpectThat(case, e.Not(expression))
        elif isinstance(kind, _TELLABLE):
            # A count of days is written as a plain number: none of a unit is no length of time.
            plain = NumberType() if isinstance(kind, NumberType) else kind
            yield m.ExpectThat(case, e.Comparison("=", expression, e.Literal(value, plain)))
        else:
            yield m.ExpectThat(case, e.IsKnown(expression))
