"""A division by a count or a sum that is zero as long as nothing has happened."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.analysis.conditions import needed, written_out
from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Severity
from stepladder_dsl.lint.rule import LintContext, Rule
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model.spec import Spec

_FROM_NOTHING = (e.Aggregate.COUNT, e.Aggregate.SUM)


def _check(context: LintContext) -> Iterator[Diagnostic]:
    spec = context.spec
    for let in spec.lets.values():
        for divisor in _divisors(spec, let.value, ()):
            yield Diagnostic("SL711", divisor.span, {"name": let.name})
    for metric in spec.metrics.values():
        for divisor in _divisors(spec, metric.value, ()):
            yield Diagnostic("SL711", divisor.span, {"name": metric.name})


def _divisors(spec: Spec, value: e.Expression, asked: tuple[e.Expression, ...]) -> Iterator[e.Expression]:
    """Yield what is divided by although it may be zero; `asked` are the conditions known to be true there."""
    if isinstance(value, e.Conditional):
        yield from _divisors(spec, value.then, (*asked, *needed(value.condition, spec.lets)))
        yield from _divisors(spec, value.otherwise, asked)
        return
    if isinstance(value, e.Arithmetic) and value.operator == "/":
        divisor = written_out(value.right, spec.lets)
        is_counted = isinstance(divisor, e.History | e.Population) and divisor.aggregate in _FROM_NOTHING
        if is_counted and not any(_speaks_of(spec, condition, divisor) for condition in asked):
            yield value.right
    for child in e.children(value):
        yield from _divisors(spec, child, asked)


def _speaks_of(spec: Spec, condition: e.Expression, divisor: e.Expression) -> bool:
    """Say whether a condition compares the divisor with something; what it then says is its writer's care."""
    return isinstance(condition, e.Comparison) and any(
        written_out(side, spec.lets) == divisor for side in (condition.left, condition.right)
    )


RULE = Rule("SL711", "denominator-may-be-zero", Severity.INFO, _check, on_by_default=False)
