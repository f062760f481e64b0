"""Typed expressions: what guards, prices, metrics and mappings compute.

The type checker builds them from the syntax tree; every node knows its type,
and every name is resolved. Executors compile them; nobody evaluates text.
"""

from __future__ import annotations

from dataclasses import field
from enum import Enum
from typing import Any

from stepladder_dsl.model.types import Duration, NumberType, Type, Unit, YesNoType
from stepladder_dsl.record import Record as Base
from stepladder_dsl.record import record
from stepladder_dsl.source import NOWHERE, Span


class Aggregate(Enum):
    """How several values become one."""

    COUNT = "count"
    SUM = "sum"
    AVERAGE = "average"
    MIN = "min"
    MAX = "max"
    FIRST = "first"
    LAST = "last"


def _span() -> Any:
    return field(default=NOWHERE, compare=False, repr=False)


@record
class Literal(Base):
    """A constant; `value` None is `unknown`."""

    value: Any
    type: Type
    span: Span = _span()


@record
class RecordField(Base):
    """A field of the record the case is about."""

    name: str
    type: Type
    optional: bool = False
    span: Span = _span()


@record
class EventField(Base):
    """A field of the event that is being looked at: the trigger's, or in `where` each one's."""

    event: str
    name: str
    type: Type
    optional: bool = False
    span: Span = _span()


@record
class ColumnField(Base):
    """A column of the source that a mapping's expression speaks of."""

    name: str
    type: Type
    span: Span = _span()


@record
class LetValue(Base):
    """The value of a `let`."""

    name: str
    type: Type
    span: Span = _span()


@record
class DecisionValue(Base):
    """One output of a decision table."""

    decision: str
    output: str
    type: Type
    span: Span = _span()


@record
class ListOf(Base):
    """Several values as a list."""

    items: tuple[Expression, ...]
    type: Type
    span: Span = _span()


@record
class Negate(Base):
    """Arithmetic minus before a value."""

    operand: Expression
    type: Type
    span: Span = _span()


@record
class Arithmetic(Base):
    """`+ - * /` of two values."""

    operator: str
    left: Expression
    right: Expression
    type: Type
    span: Span = _span()


@record
class Comparison(Base):
    """`= != < <= > >=` of two values of one type."""

    operator: str
    left: Expression
    right: Expression
    type: Type = YesNoType()
    span: Span = _span()


@record
class Membership(Base):
    """Whether a value is one of several."""

    operand: Expression
    choices: tuple[Expression, ...]
    type: Type = YesNoType()
    span: Span = _span()


@record
class ListMembership(Base):
    """Whether a value is among those of a list that is computed."""

    operand: Expression
    items: Expression
    type: Type = YesNoType()
    span: Span = _span()


@record
class Between(Base):
    """Whether a value lies between two others, both included."""

    operand: Expression
    low: Expression
    high: Expression
    type: Type = YesNoType()
    span: Span = _span()


@record
class IsKnown(Base):
    """Whether a value is known; never unknown itself."""

    operand: Expression
    negated: bool = False
    type: Type = YesNoType()
    span: Span = _span()


@record
class Not(Base):
    """Three-valued negation."""

    operand: Expression
    type: Type = YesNoType()
    span: Span = _span()


@record
class Logical(Base):
    """Three-valued `and` / `or` of several conditions."""

    operator: str
    operands: tuple[Expression, ...]
    type: Type = YesNoType()
    span: Span = _span()


@record
class Conditional(Base):
    """`if … then … else …`; an unknown condition gives unknown."""

    condition: Expression
    then: Expression
    otherwise: Expression
    type: Type
    span: Span = _span()


@record
class LastWindow(Base):
    """`in last 12 months`: (now - duration, now]."""

    duration: Duration


@record
class FirstWindow(Base):
    """`in first 30 days`: [first such event, + duration)."""

    duration: Duration


Window = LastWindow | FirstWindow


@record
class History(Base):
    """An aggregate over the events of one kind that have happened to the record.

    In a metric, which has no record, it goes over the events of all records.
    `field` is None for a count.
    """

    aggregate: Aggregate
    event: str
    field: str | None
    window: Window | None
    where: Expression | None
    type: Type
    span: Span = _span()


class Anchor(Enum):
    """Where an elapsed time begins."""

    LAST_EVENT = "last"
    FIRST_EVENT = "first"
    FIELD = "field"
    ENTRY = "entry"


@record
class Elapsed(Base):
    """`days since last purchase`: whole units of time passed since the anchor.

    `name` is the event or field; for `ENTRY` it is the process whose present
    stage counts.
    """

    unit: Unit
    anchor: Anchor
    name: str
    type: Type = NumberType()
    span: Span = _span()


@record
class Reached(Base):
    """Whether the case has ever entered the stage."""

    process: str
    stage: str
    type: Type = YesNoType()
    span: Span = _span()


@record
class NowIn(Base):
    """Whether the case stands in the stage."""

    process: str
    stage: str
    type: Type = YesNoType()
    span: Span = _span()


@record
class Population(Base):
    """An aggregate over all records of a kind; only metrics have it.

    `value` is None for a count; `where` restricts the records.
    """

    aggregate: Aggregate
    record: str
    value: Expression | None
    where: Expression | None
    type: Type
    span: Span = _span()


Expression = (
    Literal
    | RecordField
    | EventField
    | ColumnField
    | LetValue
    | DecisionValue
    | ListOf
    | Negate
    | Arithmetic
    | Comparison
    | Membership
    | ListMembership
    | Between
    | IsKnown
    | Not
    | Logical
    | Conditional
    | History
    | Elapsed
    | Reached
    | NowIn
    | Population
)


def children(expression: Expression) -> tuple[Expression, ...]:
    """Give the expressions directly inside another one, in the order of the text."""
    match expression:
        case Negate(operand) | IsKnown(operand) | Not(operand):
            return (operand,)
        case Arithmetic(_, left, right) | Comparison(_, left, right):
            return (left, right)
        case Membership(operand, choices):
            return (operand, *choices)
        case ListMembership(operand, items):
            return (operand, items)
        case ListOf(items):
            return items
        case Between(operand, low, high):
            return (operand, low, high)
        case Logical(_, operands):
            return operands
        case Conditional(condition, then, otherwise):
            return (condition, then, otherwise)
        case History(where=where):
            return () if where is None else (where,)
        case Population(value=value, where=where):
            return tuple(part for part in (value, where) if part is not None)
        case _:
            return ()


def walk(expression: Expression) -> tuple[Expression, ...]:
    """Give the expression and everything inside it, outermost first."""
    found = [expression]
    for child in children(expression):
        found.extend(walk(child))
    return tuple(found)
