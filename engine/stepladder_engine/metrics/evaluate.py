"""Metrics: figures over all records and events, as of the run's moment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from stepladder_dsl.model import expressions as e
from stepladder_dsl.model.spec import Metric
from stepladder_dsl.model.types import MoneyType
from stepladder_engine.expressions.compile import ARITHMETIC, COMPARE, Compiler, all_true, any_true
from stepladder_engine.expressions.tally import EXACT, aggregate
from stepladder_engine.expressions.view import Happened
from stepladder_engine.runtime.result import RunResult
from stepladder_engine.runtime.state import Entity


@dataclass(frozen=True)
class Figure:
    """A value and how many things stand behind it."""

    value: Any
    count: int


@dataclass(frozen=True)
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


def evaluate_metrics(result: RunResult) -> dict[str, MetricValue]:
    """Compute every metric of the spec, in the order of the text."""
    evaluator = _Population(result)
    return {name: evaluator.metric(metric) for name, metric in result.program.spec.metrics.items()}


class _Population:
    """Evaluates expressions that look at all records."""

    def __init__(self, result: RunResult) -> None:
        self.result = result
        self.compiler: Compiler = result.program.compiler
        self.spec = result.program.spec
        for entity in result.entities:
            entity.view.now = result.as_of

    def metric(self, metric: Metric) -> MetricValue:
        figure = self.figure(metric.value)
        value = figure.value
        if value is not None and isinstance(metric.value.type, MoneyType):
            value = self.result.program.rounded(value, metric.value.type)
        target = self.figure(metric.target.value).value if metric.target is not None else None
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
                return self._population(expression)
            case e.History():
                return self._history(expression)
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

    def _of_kind(self, record: str) -> Iterator[Entity]:
        return (entity for entity in self.result.entities if entity.kind == record)

    def _population(self, expression: e.Population) -> Figure:
        where = self.compiler.condition(expression.where)
        chosen = [entity for entity in self._of_kind(expression.record) if where(entity.view) is True]
        if expression.value is None:
            return Figure(aggregate(e.Aggregate.COUNT, chosen), len(chosen))
        value_of = self.compiler.compile(expression.value)
        values = [value for entity in chosen if (value := value_of(entity.view)) is not None]
        return Figure(aggregate(expression.aggregate, values), len(values))

    def _history(self, expression: e.History) -> Figure:
        """Aggregate the events of all records, in order of time."""
        record = self.spec.events[expression.event].record
        selected: list[tuple[Happened, Any]] = []
        for entity in self._of_kind(record):
            selected += self.compiler.selected(expression, entity.view)
        selected.sort(key=lambda found: found[0].time)
        return Figure(aggregate(expression.aggregate, [value for _, value in selected]), len(selected))
