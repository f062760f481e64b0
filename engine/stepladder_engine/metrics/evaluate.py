"""Metrics: figures over all records and events, as of the run's moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from typing import Any

from stepladder_dsl.model import expressions as e
from stepladder_dsl.model.logic import COMPARE, all_true, any_true
from stepladder_dsl.model.spec import Grouping, Metric
from stepladder_dsl.model.types import ChoiceType, MoneyType, Type
from stepladder_dsl.record import record
from stepladder_engine.expressions.compile import ARITHMETIC, Compiler
from stepladder_engine.expressions.logic import Evaluate
from stepladder_engine.expressions.tally import EXACT, aggregate
from stepladder_engine.expressions.view import Happened
from stepladder_engine.runtime.result import RunResult
from stepladder_engine.runtime.state import Entity

Group = tuple[Any, ...]
"""A value for each name by which a metric is told apart; None where it is unknown."""


@record
class Figure:
    """A value and how many things stand behind it."""

    value: Any
    count: int


@record
class MetricValue:
    """A metric's figure with its target.

    `value` is None where it is unknown, `count` is how many records or events
    stand behind it (behind the divisor of a quotient), `met` is None without a
    target or a value.
    """

    metric: Metric
    value: Any
    count: int
    target: Any
    met: bool | None
    groups: Mapping[Group, MetricValue] = field(default_factory=dict)
    """The same figure for each group that the metric tells apart, in order."""


def evaluate_metrics(result: RunResult) -> dict[str, MetricValue]:
    """Compute every metric of the spec, in the order of the text."""
    evaluator = Population(result)
    return {name: evaluator.metric(metric) for name, metric in result.program.spec.metrics.items()}


def evaluate_figures(result: RunResult, expressions: Iterable[e.Expression]) -> list[Figure]:
    """Compute expressions over all records, in their order; money is rounded as where it is stored."""
    evaluator = Population(result)
    found = ((expression, evaluator.figure(expression)) for expression in expressions)
    return [
        replace(figure, value=result.program.rounded(figure.value, expression.type))
        for expression, figure in found
    ]


def is_of_the_whole(metric: Metric) -> bool:
    """Say whether a target is one of all groups together: fixed, for a total of which they are parts."""
    if metric.target is None or not _adds_up(metric.value):
        return False
    return not any(isinstance(part, e.Population | e.History) for part in e.walk(metric.target.value))


def _adds_up(expression: e.Expression) -> bool:
    """Say whether a figure over all is that of the groups added up."""
    match expression:
        case e.Population(aggregate=how) | e.History(aggregate=how):
            return how in {e.Aggregate.COUNT, e.Aggregate.SUM}
        case e.Negate(operand):
            return _adds_up(operand)
        case e.Arithmetic("/", left, right):
            return _adds_up(left) and isinstance(right, e.Literal)
        case e.Arithmetic("*", left, right):
            return _adds_up(left) != _adds_up(right)
        case e.Arithmetic(_, left, right):
            return _adds_up(left) or _adds_up(right)
        case e.Conditional(_, then, otherwise):
            return _adds_up(then) or _adds_up(otherwise)
        case _:
            return False


class Population:
    """Evaluates expressions that look at all records, or at those of one group."""

    def __init__(self, result: RunResult) -> None:
        """Put the records in order by their kinds."""
        self.result = result
        self.compiler: Compiler = result.program.compiler
        self.spec = result.program.spec
        self.of_kind: dict[str, list[Entity]] = {name: [] for name in self.spec.records}
        self.by_key = {(entity.kind, entity.key): entity for entity in result.entities}
        for entity in result.entities:
            entity.view.now = result.as_of
            self.of_kind[entity.kind].append(entity)
        self.groups: Groups | None = None
        self.group: Group | None = None

    def metric(self, metric: Metric) -> MetricValue:
        """Give a metric's figure, and that of each of its groups."""
        whole = self.value_of(metric)
        if not metric.by:
            return whole
        self.groups = Groups(self, metric)
        found: dict[Group, MetricValue] = {}
        for group in self.groups.all():
            self.group = group
            found[group] = self.value_of(metric)
        self.groups = self.group = None
        return replace(whole, groups=found)

    def value_of(self, metric: Metric) -> MetricValue:
        """Give a metric's figure over all records, or over those of the group at hand."""
        figure = self.figure(metric.value)
        value = figure.value
        if value is not None and isinstance(metric.value.type, MoneyType):
            value = self.result.program.rounded(value, metric.value.type)
        target = None
        # What all groups are to reach together is no target of a single one.
        if metric.target is not None and (self.group is None or not is_of_the_whole(metric)):
            target = self.figure(metric.target.value).value
        met = None
        if metric.target is not None and target is not None and figure.value is not None:
            met = COMPARE[metric.target.operator](figure.value, target)
        return MetricValue(metric, value, figure.count, target, met)

    def figure(self, expression: e.Expression) -> Figure:
        """Give the value of an expression and the count behind it."""
        match expression:
            case e.Literal(value):
                return Figure(value, 0)
            case e.Population():
                return self.of_records(expression)
            case e.History():
                return self.of_events(expression)
            case e.Negate(operand):
                inner = self.figure(operand)
                return Figure(None if inner.value is None else EXACT.minus(inner.value), inner.count)
            case e.Arithmetic(word, left, right):
                return self._arithmetic(word, self.figure(left), self.figure(right))
            case e.Comparison(word, left, right):
                one, other = self.figure(left), self.figure(right)
                known = one.value is not None and other.value is not None
                holds = COMPARE[word](one.value, other.value) if known else None
                return Figure(holds, max(one.count, other.count))
            case e.Logical(word, operands):
                figures = [self.figure(operand) for operand in operands]
                combine = all_true if word == "and" else any_true
                return Figure(
                    combine(found.value for found in figures), max(found.count for found in figures)
                )
            case e.Between(operand, low, high):
                bounds = e.Comparison(">=", operand, low), e.Comparison("<=", operand, high)
                return self.figure(e.Logical("and", bounds))
            case e.Membership(operand, choices):
                return self.figure(
                    e.Logical("or", tuple(e.Comparison("=", operand, choice) for choice in choices))
                )
            case e.Not(operand):
                inner = self.figure(operand)
                return Figure(None if inner.value is None else not inner.value, inner.count)
            case e.IsKnown(operand, negated):
                inner = self.figure(operand)
                return Figure((inner.value is None) == negated, inner.count)
            case e.Conditional(condition, then, otherwise):
                test = self.figure(condition)
                if test.value is None:
                    return Figure(None, test.count)
                return self.figure(then if test.value else otherwise)
            case _:
                message = f"{type(expression).__name__} has no value for all records"
                raise TypeError(message)

    @staticmethod
    def _arithmetic(word: str, left: Figure, right: Figure) -> Figure:
        if word == "/":
            count = right.count or left.count
        else:
            count = (
                min(found.count for found in (left, right) if found.count) if left.count or right.count else 0
            )
        if left.value is None or right.value is None:
            return Figure(None, count)
        return Figure(ARITHMETIC[word](left.value, right.value), count)

    def of_records(self, expression: e.Population) -> Figure:
        """Aggregate over records."""
        if self.groups is None or self.group is None:
            chosen = self.chosen(expression)
        else:
            chosen = self.groups.records(expression).get(self.group, [])
        if expression.value is None:
            return Figure(aggregate(e.Aggregate.COUNT, chosen), len(chosen))
        value_of = self.compiler.compile(expression.value)
        values = [value for entity in chosen if (value := value_of(entity.view)) is not None]
        return Figure(aggregate(expression.aggregate, values), len(values))

    def chosen(self, expression: e.Population) -> list[Entity]:
        """Give the records that an aggregate takes in."""
        where = self.compiler.condition(expression.where)
        return [entity for entity in self.of_kind[expression.record] if where(entity.view) is True]

    def of_events(self, expression: e.History) -> Figure:
        """Aggregate the events of all records, in order of time."""
        if self.groups is None or self.group is None:
            selected = [(happened, value) for _, happened, value in self.selected(expression)]
        else:
            selected = self.groups.events(expression).get(self.group, [])
        return Figure(aggregate(expression.aggregate, [value for _, value in selected]), len(selected))

    def behind(
        self, metric: Metric, part: e.Population | e.History, group: Group | None = None
    ) -> list[Entity]:
        """Give the records that a part of a metric takes in, over all or in one of its groups."""
        if isinstance(part, e.Population):
            if group is None:
                return self.chosen(part)
            return Groups(self, metric).records(part).get(group, [])
        selected = self.selected(part)
        if group is None:
            return [entity for entity, _, _ in selected]
        groups, grouping = Groups(self, metric), metric.event_groupings[part.event]
        return [
            entity
            for entity, happened, _ in selected
            if groups.group_of(grouping, entity, happened.fields) == group
        ]

    def selected(self, expression: e.History) -> list[tuple[Entity, Happened, Any]]:
        """Give the events that an aggregate takes in, in order of time, each with its record and value."""
        record = self.spec.events[expression.event].record
        found = [
            (entity, happened, value)
            for entity in self.of_kind[record]
            for happened, value in self.compiler.selected(expression, entity.view)
        ]
        found.sort(key=lambda event: event[1].time)
        return found


class Groups:
    """Puts the records and events that one metric looks at into groups, each aggregate's once."""

    def __init__(self, population: Population, metric: Metric) -> None:
        self.population = population
        self.metric = metric
        self._keys: dict[int, list[Evaluate]] = {}
        self._records: dict[e.Population, dict[Group, list[Entity]]] = {}
        self._events: dict[e.History, dict[Group, list[tuple[Happened, Any]]]] = {}

    def all(self) -> list[Group]:
        """Give every group that has a record or an event: values as their type orders them, unknown last."""
        found: dict[Group, None] = {}
        for part in e.walk(self.metric.value):
            if isinstance(part, e.Population):
                found.update(dict.fromkeys(self.records(_everybody(part))))
            elif isinstance(part, e.History) and part.event in self.metric.event_groupings:
                found.update(dict.fromkeys(self.events(part)))
        return self.in_order(found)

    def in_order(self, groups: Iterable[Group]) -> list[Group]:
        """Give groups in their order."""
        return sorted(groups, key=self.order)

    def records(self, expression: e.Population) -> dict[Group, list[Entity]]:
        """Give the records that an aggregate takes in, by group."""
        buckets = self._records.get(expression)
        if buckets is None:
            buckets = self._records[expression] = {}
            grouping = self.metric.record_groupings[expression.record]
            for entity in self.population.chosen(expression):
                buckets.setdefault(self.group_of(grouping, entity, {}), []).append(entity)
        return buckets

    def events(self, expression: e.History) -> dict[Group, list[tuple[Happened, Any]]]:
        """Give the events that an aggregate takes in, by group."""
        buckets = self._events.get(expression)
        if buckets is None:
            buckets = self._events[expression] = {}
            grouping = self.metric.event_groupings[expression.event]
            for entity, happened, value in self.population.selected(expression):
                group = self.group_of(grouping, entity, happened.fields)
                buckets.setdefault(group, []).append((happened, value))
        return buckets

    def group_of(self, grouping: Grouping, entity: Entity, event: Mapping[str, Any]) -> Group:
        """Give the group of a record, or of one of its events."""
        if grouping.via is not None:
            kind = entity.plan.record.fields[grouping.via].type
            key = entity.view.fields.get(grouping.via)
            parent = self.population.by_key.get((getattr(kind, "record", ""), str(key)))
            if parent is None:
                return tuple(None for _ in grouping.values)
            entity = parent
        values = self._keys.get(id(grouping))
        if values is None:
            compile_ = self.population.compiler.compile
            values = self._keys[id(grouping)] = [compile_(value) for value in grouping.values]
        outer, entity.view.event = entity.view.event, event
        group = tuple([value(entity.view) for value in values])
        entity.view.event = outer
        return group

    def order(self, group: Group) -> list[tuple[Any, ...]]:
        """Give where a group stands among others."""
        groupings = (*self.metric.record_groupings.values(), *self.metric.event_groupings.values())
        kinds = [value.type for value in groupings[0].values]
        return [_place(value, kind) for value, kind in zip(group, kinds, strict=True)]


def _everybody(expression: e.Population) -> e.Population:
    """Give the same aggregate over all records: a group is there even where nobody in it fits."""
    return e.Population(e.Aggregate.COUNT, expression.record, None, None, expression.type)


def _place(value: Any, kind: Type) -> tuple[Any, ...]:
    """Give where a value stands among others: choices as declared, unknown behind everything."""
    if value is None:
        return (1,)
    if isinstance(kind, ChoiceType) and value in kind.values:
        return (0, "", kind.values.index(value))
    return (0, type(value).__name__, value)
