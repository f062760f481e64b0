"""Other conditions and calculations that differ from one in a single place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from stepladder_dsl.model import expressions as e
from stepladder_dsl.model.expressions import Expression
from stepladder_dsl.model.types import ChoiceType, YesNoType
from stepladder_engine.scenario.mutation.durations import shifted
from stepladder_engine.scenario.mutation.mutant import swapped

_AT_THE_BOUND = {">=": ">", ">": ">=", "<=": "<", "<": "<="}
_OPPOSITE = {"=": "!=", "!=": "="}
_OTHER_CALCULATION = {"+": "-", "-": "+", "*": "/", "/": "*"}
_OTHER_AGGREGATE = {
    e.Aggregate.FIRST: e.Aggregate.LAST,
    e.Aggregate.LAST: e.Aggregate.FIRST,
    e.Aggregate.MIN: e.Aggregate.MAX,
    e.Aggregate.MAX: e.Aggregate.MIN,
}


def other_conditions(condition: Expression) -> Iterator[Expression]:
    """Yield the opposite of a condition, and those that differ from it in one place."""
    yield _opposite(condition)
    yield from _one_place_apart(condition)


def other_values(value: Expression) -> Iterator[Expression]:
    """Yield calculations that differ from one in one place; of a plain value another plain value."""
    if isinstance(value, e.Literal):
        yield from _other_literals(value)
    elif isinstance(value.type, YesNoType):
        yield from other_conditions(value)
    else:
        yield from _one_place_apart(value)


def _other_literals(literal: e.Literal) -> Iterator[Expression]:
    match literal.value, literal.type:
        case bool() as flag, _:
            yield replace(literal, value=not flag)
        case Decimal() as number, _:
            yield replace(literal, value=number + 1)
        case str() as choice, ChoiceType(choices) if len(choices) > 1:
            yield replace(literal, value=choices[choices.index(choice) - 1])


def other_tests(test: Expression) -> Iterator[Expression]:
    """Yield what may stand instead in a cell of a decision table."""
    match test:
        case e.Between(low=e.Literal(Decimal() as low), high=e.Literal(Decimal() as high)):
            yield replace(test, low=e.Literal(low + 1, test.low.type))
            yield replace(test, high=e.Literal(high - 1, test.high.type))
        case e.Between():
            return
        case _:
            yield from list(_others(test)) or _opposites(test)


def _one_place_apart(whole: Expression) -> Iterator[Expression]:
    for node in e.walk(whole):
        for other in _others(node):
            yield swapped(whole, node, other)
        if node is not whole:
            for other in _opposites(node):
                yield swapped(whole, node, other)


def _opposite(condition: Expression) -> Expression:
    return next(_opposites(condition), e.Not(condition))


def _opposites(node: Expression) -> Iterator[Expression]:
    match node:
        case e.Comparison(operator) if operator in _OPPOSITE:
            yield replace(node, operator=_OPPOSITE[operator])
        case e.Not(operand):
            yield operand
        case e.IsKnown(negated=negated):
            yield replace(node, negated=not negated)
        case e.NowIn() | e.Reached():
            yield e.Not(node)


def _others(node: Expression) -> Iterator[Expression]:
    """Yield what could stand instead of one piece of an expression."""
    match node:
        case e.Comparison(operator) if operator in _AT_THE_BOUND:
            yield replace(node, operator=_AT_THE_BOUND[operator])
        case e.Between(operand, low, high):
            above = e.Comparison(">=", operand, low), e.Comparison(">", operand, low)
            below = e.Comparison("<=", operand, high), e.Comparison("<", operand, high)
            yield e.Logical("and", (above[1], below[0]))
            yield e.Logical("and", (above[0], below[1]))
        case e.Membership(choices=choices) if len(choices) > 1:
            for left_out in choices:
                yield replace(node, choices=tuple(choice for choice in choices if choice is not left_out))
        case e.Logical(operands=operands):
            for left_out in operands:
                left = tuple(operand for operand in operands if operand is not left_out)
                yield left[0] if len(left) == 1 else replace(node, operands=left)
        case e.Conditional(_, then, otherwise):
            yield replace(node, then=otherwise, otherwise=then)
        case e.Arithmetic(operator):
            yield replace(node, operator=_OTHER_CALCULATION[operator])
        case e.History():
            yield from _other_histories(node)


def _other_histories(node: e.History) -> Iterator[Expression]:
    if node.window is not None:
        for duration in shifted(node.window.duration):
            yield replace(node, window=replace(node.window, duration=duration))
    if node.where is not None:
        yield replace(node, where=None)
    if node.aggregate in _OTHER_AGGREGATE:
        yield replace(node, aggregate=_OTHER_AGGREGATE[node.aggregate])
