"""The cells of a decision table as unary tests of FEEL, in which `?` is what the column looks at."""

from __future__ import annotations

from stepladder_dsl.model import expressions as e
from stepladder_dsl.notation.feel import Feel, may_be_unknown

ANYTHING = "-"


def unary_tests(feel: Feel, subject: e.Expression, tests: e.Expression | None) -> str:
    """Write a cell: true exactly where the spec's is."""
    match tests:
        case None:
            return ANYTHING
        case e.Logical("or", operands):
            return ", ".join(_test(feel, subject, operand) for operand in operands)
        case _:
            return _test(feel, subject, tests)


def _test(feel: Feel, subject: e.Expression, test: e.Expression) -> str:
    """Write one test; a value stands for itself, `< 5` for an order, all else says what it asks."""
    match test:
        case e.Comparison("=", left, right) if left == subject and not may_be_unknown(right):
            return feel.value(right)
        case e.Comparison("!=", left, right) if left == subject and not may_be_unknown(right):
            return f"not({feel.value(right)}, null)"
        case e.Comparison(operator, left, e.Literal() as right) if left == subject and operator != "=":
            return f"{operator} {feel.value(right)}"
        case e.Between(operand, e.Literal() as low, e.Literal() as high) if operand == subject:
            return f"[{feel.value(low)}..{feel.value(high)}]"
        case e.Membership(operand, choices) if operand == subject and not any(map(may_be_unknown, choices)):
            return ", ".join(map(feel.value, choices))
        case e.IsKnown(operand, negated) if operand == subject:
            return "null" if negated else "not(null)"
        case _:
            # `?` makes it a question that is answered with yes or no, whatever the column holds.
            return f"? = ? and ({feel.condition(test)})"
