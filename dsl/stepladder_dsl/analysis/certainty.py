"""What an expression is worth where only some of what it speaks of is known.

A value is one of the language (None being *unknown*), or `OPEN`: not to be told
from here. What is told is told for certain.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from stepladder_dsl.model import expressions as e
from stepladder_dsl.model.spec import Let


class _Open:
    """The value that nobody can tell."""

    def __repr__(self) -> str:
        return "OPEN"


OPEN: Final = _Open()

Look = Callable[[e.Expression], Any]
"""Gives what a name or an aggregate is worth, or `OPEN`."""


def value_of(expression: e.Expression, look: Look, lets: Mapping[str, Let]) -> Any:
    """Give what an expression is worth, as far as `look` can tell."""

    def of(part: e.Expression) -> Any:
        return value_of(part, look, lets)

    match expression:
        case e.Literal(value=value):
            return value
        case e.LetValue(name=name):
            return of(lets[name].value) if name in lets else OPEN
        case e.Not(operand=operand):
            return _not(of(operand))
        case e.Logical(operator=operator, operands=operands):
            return _together([of(operand) for operand in operands], decisive=operator == "or")
        case e.IsKnown(operand=operand, negated=negated):
            value = of(operand)
            return OPEN if value is OPEN else (value is None) is negated
        case e.Comparison(operator=operator, left=left, right=right):
            return _compared(operator, of(left), of(right))
        case e.Between(operand=operand, low=low, high=high):
            value = of(operand)
            bounds = [_compared(">=", value, of(low)), _compared("<=", value, of(high))]
            return _together(bounds, decisive=False)
        case e.Membership(operand=operand, choices=choices):
            value = of(operand)
            return _together([_compared("=", value, of(choice)) for choice in choices], decisive=True)
        case e.Conditional(condition=condition, then=then, otherwise=otherwise):
            holds = of(condition)
            if holds is OPEN or holds is None:
                return holds
            return of(then) if holds else of(otherwise)
        case e.Negate(operand=operand):
            value = of(operand)
            return -value if isinstance(value, Decimal) else OPEN if value is not None else None
        case e.Arithmetic(operator=operator, left=left, right=right):
            return _calculated(operator, of(left), of(right))
        case _:
            return look(expression)


def _not(value: Any) -> Any:
    return value if value is OPEN or value is None else not value


def _together(values: list[Any], *, decisive: bool) -> Any:
    """Give `and` (False decides) or `or` (True decides) of several values."""
    if any(value is decisive for value in values):
        return decisive
    for weaker in (OPEN, None):
        if any(value is weaker for value in values):
            return weaker
    return not decisive


def _compared(operator: str, left: Any, right: Any) -> Any:
    if left is None or right is None:
        return None
    if left is OPEN or right is OPEN or type(left) is not type(right):
        return OPEN
    match operator:
        case "=":
            return left == right
        case "!=":
            return left != right
        case "<":
            return left < right
        case "<=":
            return left <= right
        case ">":
            return left > right
        case ">=":
            return left >= right
    return OPEN


def _calculated(operator: str, left: Any, right: Any) -> Any:
    """Calculate with numbers; a division rounds, and its value is left to those who run the spec."""
    if left is None or right is None:
        return None
    if not isinstance(left, Decimal) or not isinstance(right, Decimal):
        return OPEN
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
    return OPEN
