"""A metric that counts whole things, or units of time, and has a target in per cent."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.analysis.conditions import written_out
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.lint.rule import LintContext, Rule
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model.spec import Spec
from stepladder_dsl.model.types import NumberType


def _check(context: LintContext) -> Iterator[Diagnostic]:
    for metric in context.spec.metrics.values():
        if metric.target is not None and metric.percent and _is_counted(context.spec, metric.value):
            values = {"name": metric.name, "target": metric.target.text}
            yield Diagnostic("SL708", metric.target.value.span, values)


def _is_counted(spec: Spec, value: e.Expression) -> bool:
    """Say whether a value is a whole number of things, or so many units of time."""
    value = written_out(value, spec.lets)
    if isinstance(value.type, NumberType) and value.type.unit is not None:
        return True
    match value:
        case e.History(aggregate=aggregate) | e.Population(aggregate=aggregate, value=None):
            return aggregate is e.Aggregate.COUNT
        case e.Arithmetic(operator, left, right) if operator in {"+", "-"}:
            return _is_counted(spec, left) and _is_counted(spec, right)
    return False


RULE = Rule("SL708", "count-in-percent", Severity.WARNING, _check)
