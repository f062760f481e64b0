"""The syntax tree: one frozen record for every kind of line and expression, names not yet resolved."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from typing import Any

from stepladder_dsl.source import Span


def _span() -> Any:
    return field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A name as written, in its normal form."""

    text: str
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class String:
    """A quoted text."""

    text: str
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class DurationNode:
    """A number of units of time; `unit` is the canonical terminal, such as ``DAY``."""

    amount: Decimal
    unit: str
    span: Span = _span()


# ---- expressions ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NumberNode:
    """A number; `percent` says that a percent sign stood behind it."""

    value: Decimal
    percent: bool
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class StringNode:
    """A text in an expression."""

    value: str
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class DateNode:
    """A day in an expression; None where the text names no real day."""

    value: date | None
    text: str
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class YesNoNode:
    """`yes` or `no`."""

    value: bool
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class UnknownNode:
    """The literal `unknown`."""

    span: Span = _span()


@dataclass(frozen=True, slots=True)
class NameNode:
    """A name in an expression: a field, a `let`, or a value of a choice."""

    name: Name
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class ColumnNode:
    """A column of a data file, in backquotes."""

    name: str
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class NegativeNode:
    """Minus before a value."""

    operand: ExpressionNode
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class ArithmeticNode:
    """`+ - * /`."""

    operator: str
    left: ExpressionNode
    right: ExpressionNode
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class CompareNode:
    """`= != < <= > >=`."""

    operator: str
    left: ExpressionNode
    right: ExpressionNode
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class MemberNode:
    """`in (…)` and `not in (…)`."""

    operand: ExpressionNode
    choices: tuple[ExpressionNode, ...]
    negated: bool
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class BetweenNode:
    """`between … and …`."""

    operand: ExpressionNode
    low: ExpressionNode
    high: ExpressionNode
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class KnownNode:
    """`is known` and `is unknown`."""

    operand: ExpressionNode
    negated: bool
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class NotNode:
    """`not`."""

    operand: ExpressionNode
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class LogicalNode:
    """`and` / `or` of several conditions."""

    operator: str
    operands: tuple[ExpressionNode, ...]
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class ConditionalNode:
    """`if … then … else …`."""

    condition: ExpressionNode
    then: ExpressionNode
    otherwise: ExpressionNode
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class WindowNode:
    """`in last …` (`last` True) or `in first …`."""

    last: bool
    duration: DurationNode
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class AggregateNode:
    """`count of …`, `sum of ….…` and their like; `aggregate` is a name such as ``sum``."""

    aggregate: str
    kind: Name
    field: Name | None
    reaching: Name | None
    window: WindowNode | None
    where: ExpressionNode | None
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class ElapsedNode:
    """An elapsed time.

    `which` is "last" or "first" for `days since last purchase`, "field" for
    `days since birthday`, "stage" for `days in stage`.
    """

    unit: str
    which: str
    name: Name | None
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class ReachedNode:
    """`reached STAGE`."""

    stage: Name
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class NowInNode:
    """`now in STAGE`."""

    stage: Name
    span: Span = _span()


ExpressionNode = (
    NumberNode
    | StringNode
    | DateNode
    | YesNoNode
    | UnknownNode
    | NameNode
    | ColumnNode
    | NegativeNode
    | ArithmeticNode
    | CompareNode
    | MemberNode
    | BetweenNode
    | KnownNode
    | NotNode
    | LogicalNode
    | ConditionalNode
    | AggregateNode
    | ElapsedNode
    | ReachedNode
    | NowInNode
)


# ---- lines ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SpecLine:
    """`spec NAME "title"`."""

    name: Name
    title: String | None


@dataclass(frozen=True, slots=True)
class CurrencyLine:
    """`currency EUR`."""

    name: Name


@dataclass(frozen=True, slots=True)
class TimezoneLine:
    """`timezone Europe/Sofia`."""

    zone: String


@dataclass(frozen=True, slots=True)
class RoleLine:
    """`role NAME "title"`."""

    name: Name
    title: String | None


@dataclass(frozen=True, slots=True)
class ReportsToLine:
    """`reports to ROLE`."""

    role: Name


@dataclass(frozen=True, slots=True)
class RecordLine:
    """`record NAME "title"`."""

    name: Name
    title: String | None


@dataclass(frozen=True, slots=True)
class EventLine:
    """`event NAME "title" for RECORD`."""

    name: Name
    title: String | None
    record: Name


@dataclass(frozen=True, slots=True)
class TypeNode:
    """A type as written.

    `kind` is ``text``, ``number``, ``money``, ``date``, ``datetime``, ``yes_no``,
    ``choice``, ``person`` or ``reference``; `names` its values, role or record.
    """

    kind: str
    names: tuple[Name, ...] = ()


@dataclass(frozen=True, slots=True)
class LimitNode:
    """A bound of a field: a comparison operator or ``matches``, and a literal."""

    operator: str
    value: ExpressionNode
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class FieldLine:
    """`NAME TYPE optional >= 0`."""

    name: Name
    type: TypeNode
    optional: bool
    limits: tuple[LimitNode, ...]


@dataclass(frozen=True, slots=True)
class LetLine:
    """`let NAME for RECORD = EXPRESSION`."""

    name: Name
    record: Name
    value: ExpressionNode


@dataclass(frozen=True, slots=True)
class ProcessLine:
    """`process NAME "title" for RECORD`."""

    name: Name
    title: String | None
    record: Name


@dataclass(frozen=True, slots=True)
class PhaseLine:
    """`phase NAME "title"`."""

    name: Name
    title: String | None


@dataclass(frozen=True, slots=True)
class StageLine:
    """`stage NAME "title"`."""

    name: Name
    title: String | None


@dataclass(frozen=True, slots=True)
class OwnerLine:
    """`owner ROLE`."""

    role: Name


@dataclass(frozen=True, slots=True)
class SystemLine:
    """`system NAME`."""

    name: Name


@dataclass(frozen=True, slots=True)
class StartLine:
    """`start`."""


@dataclass(frozen=True, slots=True)
class EndLine:
    """`end`, `end won`, `end lost`."""

    outcome: str | None


@dataclass(frozen=True, slots=True)
class DoLine:
    """`do "a step of the job"`."""

    text: String


@dataclass(frozen=True, slots=True)
class LimitLine:
    """`limit DURATION, then alert ROLE`."""

    duration: DurationNode
    alert: Name | None


@dataclass(frozen=True, slots=True)
class TransitionLine:
    """`on EVENT …`, `after DURATION …` or `when GUARD …`, then `go to STAGE` or `stay`."""

    event: Name | None
    delay: DurationNode | None
    since: Name | None
    guard: ExpressionNode | None
    target: Name | None
    guard_span: Span | None = _span()


@dataclass(frozen=True, slots=True)
class AssignmentNode:
    """`NAME = EXPRESSION`."""

    name: Name
    value: ExpressionNode


@dataclass(frozen=True, slots=True)
class SetLine:
    """`set FIELD = EXPRESSION`."""

    assignment: AssignmentNode


@dataclass(frozen=True, slots=True)
class EmitLine:
    """`emit EVENT to FIELD after DURATION NAME = EXPRESSION, …`."""

    event: Name
    recipient: Name | None
    delay: DurationNode | None
    assignments: tuple[AssignmentNode, ...]


@dataclass(frozen=True, slots=True)
class OfferLine:
    """`offer NAME "title"`."""

    name: Name
    title: String | None


@dataclass(frozen=True, slots=True)
class KindLine:
    """`kind upsell`; `kind` in the words of ``OfferKind``."""

    kind: str


@dataclass(frozen=True, slots=True)
class PriceLine:
    """`price EXPRESSION`."""

    value: ExpressionNode


@dataclass(frozen=True, slots=True)
class DiscountLine:
    """`discount EXPRESSION`."""

    value: ExpressionNode


@dataclass(frozen=True, slots=True)
class OfferedToLine:
    """`to RECORD in STAGE, …`."""

    record: Name
    stages: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class ConditionLine:
    """`when CONDITION`."""

    value: ExpressionNode


@dataclass(frozen=True, slots=True)
class ByLine:
    """`by ROLE via CHANNEL`."""

    role: Name
    channel: Name | None


@dataclass(frozen=True, slots=True)
class ValidLine:
    """`valid DURATION`."""

    duration: DurationNode


@dataclass(frozen=True, slots=True)
class AtMostLine:
    """`at most N times`."""

    count: NumberNode


@dataclass(frozen=True, slots=True)
class OrderLine:
    """`order N`: the place on the product ladder."""

    position: NumberNode


@dataclass(frozen=True, slots=True)
class PatternLine:
    """`accepted on EVENT when GUARD` and its like; `what` is accepted, declined, done or cancelled."""

    what: str
    event: Name
    guard: ExpressionNode | None


@dataclass(frozen=True, slots=True)
class FollowUpLine:
    """`follow up NAME "title"`."""

    name: Name
    title: String | None


@dataclass(frozen=True, slots=True)
class AnchorLine:
    """What a follow-up counts from.

    `after NAME in …`, `after entering STAGE in …`, `after no EVENT for …`: `what` is
    name, entering or silence.
    """

    what: str
    name: Name
    durations: tuple[DurationNode, ...]


@dataclass(frozen=True, slots=True)
class MessageLine:
    """`text "what to say"`."""

    text: String


@dataclass(frozen=True, slots=True)
class EscalationLine:
    """`escalate to ROLE after DURATION`."""

    role: Name
    after: DurationNode


@dataclass(frozen=True, slots=True)
class GoesOnLine:
    """`goes on after the end`."""


@dataclass(frozen=True, slots=True)
class MetricLine:
    """`metric NAME "title"`."""

    name: Name
    title: String | None


@dataclass(frozen=True, slots=True)
class FormulaLine:
    """`= EXPRESSION`."""

    value: ExpressionNode


@dataclass(frozen=True, slots=True)
class TargetLine:
    """`target >= 25%`."""

    operator: str
    value: ExpressionNode


@dataclass(frozen=True, slots=True)
class ScenarioLine:
    """`scenario "title"`."""

    title: String


@dataclass(frozen=True, slots=True)
class GivenLine:
    """`given RECORD FIELD = VALUE, …`."""

    record: Name
    assignments: tuple[AssignmentNode, ...]


@dataclass(frozen=True, slots=True)
class MomentNode:
    """A local date, perhaps with a time; `day` or `clock` is None where the text names no real one."""

    day: date | None
    clock: time | None
    date_only: bool
    text: str
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class HappensLine:
    """`2026-03-02 10:00 EVENT FIELD = VALUE, …`."""

    moment: MomentNode
    event: Name
    assignments: tuple[AssignmentNode, ...]


@dataclass(frozen=True, slots=True)
class AtLine:
    """`at 2026-03-24 12:00`."""

    moment: MomentNode


@dataclass(frozen=True, slots=True)
class ExpectLine:
    """`expect stage X`, `expect alert to X`, `expect no task X` …: `what` is stage, alert, task or offer."""

    what: str
    name: Name | None
    status: str | None
    absent: bool


@dataclass(frozen=True, slots=True)
class ExpectThatLine:
    """`expect CONDITION`."""

    condition: ExpressionNode


@dataclass(frozen=True, slots=True)
class Broken:
    """A line that could not be read, with what its beginning says it was meant to declare."""

    kind: str
    name: Name | None


Statement = Any
"""One of the line records above."""


@dataclass(slots=True)
class Block:
    """A line and the lines that stand under it.

    `kind` is the grammar's rule of the line (``stage``, ``on_event``, …), `span`
    covers the line's text, `text` is the line as written, without indentation and comment.
    """

    kind: str
    statement: Statement
    span: Span
    text: str
    children: list[Block] = field(default_factory=list)
    broken: bool = False
    """The line has an error that is already reported; what was read of it is kept."""
