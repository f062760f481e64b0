"""The syntax tree: one record for every kind of line and expression, names not yet resolved.

Named tuples and not dataclasses: some seventy classes are made at every start,
and a dataclass costs ten times as much.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from typing import Any, NamedTuple

from stepladder_dsl.source import Span
from stepladder_dsl.syntax.values import NoDay


class Name(NamedTuple):
    """A name as written, in its normal form."""

    text: str
    span: Span


class String(NamedTuple):
    """A quoted text."""

    text: str
    span: Span


class DurationNode(NamedTuple):
    """A number of units of time.

    `unit` is the canonical terminal, such as ``DAY``; of `working` ones only the
    open time of a calendar counts (None: the only calendar there is).
    """

    amount: Decimal
    unit: str
    span: Span
    working: bool = False
    calendar: Name | None = None


# ---- expressions ----------------------------------------------------------------


class NumberNode(NamedTuple):
    """A number; `percent` says that a percent sign stood behind it."""

    value: Decimal
    percent: bool
    span: Span


class StringNode(NamedTuple):
    """A text in an expression."""

    value: str
    span: Span


class DateNode(NamedTuple):
    """A day in an expression."""

    value: date | NoDay
    span: Span


class YesNoNode(NamedTuple):
    """`yes` or `no`."""

    value: bool
    span: Span


class UnknownNode(NamedTuple):
    """The literal `unknown`."""

    span: Span


class NameNode(NamedTuple):
    """A name in an expression: a field, a `let`, or a value of a choice."""

    name: Name
    span: Span


class ColumnNode(NamedTuple):
    """A column of a data file, in backquotes."""

    name: str
    span: Span


class NegativeNode(NamedTuple):
    """Minus before a value."""

    operand: ExpressionNode
    span: Span


class ArithmeticNode(NamedTuple):
    """`+ - * /`."""

    operator: str
    left: ExpressionNode
    right: ExpressionNode
    span: Span


class CompareNode(NamedTuple):
    """`= != < <= > >=`."""

    operator: str
    left: ExpressionNode
    right: ExpressionNode
    span: Span


class OutputNode(NamedTuple):
    """`discount.percent`: one output of a decision table."""

    decision: Name
    output: Name
    span: Span


class ListNode(NamedTuple):
    """`(a, b)`: a list of no or several values; of one value it is that value in brackets."""

    items: tuple[ExpressionNode, ...]
    span: Span


class MemberNode(NamedTuple):
    """`in (…)` and `not in (…)`; `choices` is a list, or an expression that gives one."""

    operand: ExpressionNode
    choices: ExpressionNode
    negated: bool
    span: Span


class BetweenNode(NamedTuple):
    """`between … and …`."""

    operand: ExpressionNode
    low: ExpressionNode
    high: ExpressionNode
    span: Span


class KnownNode(NamedTuple):
    """`is known` and `is unknown`."""

    operand: ExpressionNode
    negated: bool
    span: Span


class NotNode(NamedTuple):
    """`not`."""

    operand: ExpressionNode
    span: Span


class LogicalNode(NamedTuple):
    """`and` / `or` of several conditions."""

    operator: str
    operands: tuple[ExpressionNode, ...]
    span: Span


class ConditionalNode(NamedTuple):
    """`if … then … else …`."""

    condition: ExpressionNode
    then: ExpressionNode
    otherwise: ExpressionNode
    span: Span


class WindowNode(NamedTuple):
    """`in last …` (`last` True) or `in first …`."""

    last: bool
    duration: DurationNode
    span: Span


class AggregateNode(NamedTuple):
    """`count of …`, `sum of ….…` and their like; `aggregate` is a name such as ``sum``."""

    aggregate: str
    kind: Name
    field: Name | None
    reaching: Name | None
    window: WindowNode | None
    where: ExpressionNode | None
    span: Span


class ElapsedNode(NamedTuple):
    """An elapsed time.

    `which` is "last" or "first" for `days since last purchase`, "field" for
    `days since birthday`, "stage" for `days in stage`.
    """

    unit: str
    which: str
    name: Name | None
    span: Span


class ReachedNode(NamedTuple):
    """`reached STAGE`."""

    stage: Name
    span: Span


class NowInNode(NamedTuple):
    """`now in STAGE`."""

    stage: Name
    span: Span


ExpressionNode = (
    DurationNode
    | NumberNode
    | StringNode
    | DateNode
    | YesNoNode
    | UnknownNode
    | NameNode
    | OutputNode
    | ListNode
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


class IncludeLine(NamedTuple):
    """`include "other.ladder"`."""

    path: String


class AllowLine(NamedTuple):
    """`allow CODE, … because "reason"`: the block's findings that are known and wanted so."""

    findings: tuple[Name, ...]
    reason: String | None


class SpecLine(NamedTuple):
    """`spec NAME "title"`."""

    name: Name
    title: String | None


class CurrencyLine(NamedTuple):
    """`currency EUR`."""

    name: Name


class TimezoneLine(NamedTuple):
    """`timezone Europe/Sofia`."""

    zone: String


class CalendarLine(NamedTuple):
    """`calendar NAME "title"`."""

    name: Name
    title: String | None


class ClockRange(NamedTuple):
    """`10:00-20:00` in minutes of the day; `end` 1440 is its end, None marks times that do not exist."""

    start: int | None
    end: int | None
    text: str
    span: Span


class DateRange(NamedTuple):
    """A day, or a first and a last one."""

    first: date | NoDay
    last: date | NoDay
    text: str
    span: Span


class OpenWeekLine(NamedTuple):
    """`open mon-fri 10:00-20:00`; `days` are (first, last) pairs, Monday being 0."""

    days: tuple[tuple[int, int], ...]
    hours: tuple[ClockRange, ...]


class OpenDatesLine(NamedTuple):
    """`open 2026-12-27 10:00-14:00`."""

    dates: tuple[DateRange, ...]
    hours: tuple[ClockRange, ...]


class ClosedLine(NamedTuple):
    """`closed 2026-12-24 to 2026-12-26, 2026-12-31`."""

    dates: tuple[DateRange, ...]


class HolidaysLine(NamedTuple):
    """`holidays BG`, perhaps with a part of the country."""

    country: Name
    subdivision: Name | None


class RoleLine(NamedTuple):
    """`role NAME "title"`."""

    name: Name
    title: String | None


class ReportsToLine(NamedTuple):
    """`reports to ROLE`."""

    role: Name


class CapacityLine(NamedTuple):
    """`capacity N tasks a day`."""

    tasks: NumberNode


class HourlyCostLine(NamedTuple):
    """`cost AMOUNT an hour`."""

    amount: NumberNode


class RecordLine(NamedTuple):
    """`record NAME "title"`."""

    name: Name
    title: String | None


class BelongsToLine(NamedTuple):
    """`belongs to RECORD as NAME optional`."""

    record: Name
    called: Name | None
    optional: bool


class EventLine(NamedTuple):
    """`event NAME "title" for RECORD`."""

    name: Name
    title: String | None
    record: Name


class TypeNode(NamedTuple):
    """A type as written.

    `kind` is ``text``, ``number``, ``money``, ``date``, ``datetime``, ``yes_no``,
    ``choice``, ``person`` or ``reference``; `names` its values, role or record.
    """

    kind: str
    names: tuple[Name, ...] = ()
    is_list: bool = False


class LimitNode(NamedTuple):
    """A bound of a field: a comparison operator or ``matches``, and a literal."""

    operator: str
    value: ExpressionNode
    span: Span


class FieldLine(NamedTuple):
    """`NAME TYPE optional >= 0`."""

    name: Name
    type: TypeNode
    optional: bool
    limits: tuple[LimitNode, ...]


class LetLine(NamedTuple):
    """`let NAME for RECORD = EXPRESSION`."""

    name: Name
    record: Name
    value: ExpressionNode


class DecideLine(NamedTuple):
    """`decide NAME "title" for RECORD`."""

    name: Name
    title: String | None
    record: Name


class HitPolicyLine(NamedTuple):
    """`first match` and its like; `policy` in the words of ``HitPolicy``."""

    policy: str


class CellTestNode(NamedTuple):
    """One test of an input cell: an operator (`=` where none is written), or a keyword's, and its values.

    `operator` is a comparison, ``between``, ``known`` or ``unknown``.
    """

    operator: str
    values: tuple[ExpressionNode, ...]
    span: Span


class CellNode(NamedTuple):
    """A cell of a decision table: tests (none where anything goes), or a name with a type."""

    tests: tuple[CellTestNode, ...]
    name: Name | None
    type: TypeNode | None
    span: Span


class RowLine(NamedTuple):
    """`| input | input || output |`; the first row of a table says what its columns are."""

    inputs: tuple[CellNode, ...]
    outputs: tuple[CellNode, ...]


class ProcessLine(NamedTuple):
    """`process NAME "title" for RECORD`."""

    name: Name
    title: String | None
    record: Name


class PhaseLine(NamedTuple):
    """`phase NAME "title"`."""

    name: Name
    title: String | None


class StageLine(NamedTuple):
    """`stage NAME "title"`."""

    name: Name
    title: String | None


class OwnerLine(NamedTuple):
    """`owner ROLE`."""

    role: Name


class SystemLine(NamedTuple):
    """`system NAME`."""

    name: Name


class StartLine(NamedTuple):
    """`start`."""


class EndLine(NamedTuple):
    """`end`, `end won`, `end lost`."""

    outcome: str | None


class DoLine(NamedTuple):
    """`do "a step of the job"`."""

    text: String


class NeedsLine(NamedTuple):
    """`needs "what has to be there before the work begins"`."""

    text: String


class DocumentLine(NamedTuple):
    """`document "what is written or signed"`."""

    text: String


class EffortLine(NamedTuple):
    """`effort 30 minutes`."""

    duration: DurationNode


class CostLine(NamedTuple):
    """`cost AMOUNT`."""

    amount: NumberNode


class LimitLine(NamedTuple):
    """`limit DURATION, then alert ROLE`."""

    duration: DurationNode
    alert: Name | None


class TransitionLine(NamedTuple):
    """`on EVENT …`, `after DURATION …` or `when GUARD …`, then `go to STAGE` or `stay`.

    `silent` is the event that has to be missing for the `delay`: `after no EVENT for DURATION …`.
    """

    event: Name | None
    delay: DurationNode | Name | None
    since: Name | None
    guard: ExpressionNode | None
    target: Name | None
    guard_span: Span | None
    silent: Name | None = None


class AssignmentNode(NamedTuple):
    """`NAME = EXPRESSION`."""

    name: Name
    value: ExpressionNode


class SetLine(NamedTuple):
    """`set FIELD = EXPRESSION`."""

    assignment: AssignmentNode


class EmitLine(NamedTuple):
    """`emit EVENT to FIELD after DURATION NAME = EXPRESSION, …`."""

    event: Name
    recipient: Name | None
    delay: DurationNode | None
    assignments: tuple[AssignmentNode, ...]


class OpenLine(NamedTuple):
    """`open RECORD as FIELD NAME = EXPRESSION, …`."""

    record: Name
    called: Name | None
    assignments: tuple[AssignmentNode, ...]


class OfferLine(NamedTuple):
    """`offer NAME "title"`."""

    name: Name
    title: String | None


class KindLine(NamedTuple):
    """`kind upsell`; `kind` in the words of ``OfferKind``."""

    kind: str


class PriceLine(NamedTuple):
    """`price EXPRESSION`."""

    value: ExpressionNode


class DiscountLine(NamedTuple):
    """`discount EXPRESSION`."""

    value: ExpressionNode


class OfferedToLine(NamedTuple):
    """`to RECORD in STAGE, …`."""

    record: Name
    stages: tuple[Name, ...]


class ConditionLine(NamedTuple):
    """`when CONDITION`."""

    value: ExpressionNode


class ByLine(NamedTuple):
    """`by ROLE via CHANNEL`."""

    role: Name
    channel: Name | None


class ValidLine(NamedTuple):
    """`valid DURATION`."""

    duration: DurationNode


class AtMostLine(NamedTuple):
    """`at most N times`, perhaps `in DURATION`."""

    times: NumberNode
    duration: DurationNode | None = None


class OrderLine(NamedTuple):
    """`order N`, perhaps `on LADDER`: the place on the product ladder."""

    position: NumberNode
    ladder: Name | None = None


class PatternLine(NamedTuple):
    """`accepted on EVENT when GUARD` and its like; `what` is accepted, declined, done or cancelled."""

    what: str
    event: Name
    guard: ExpressionNode | None


class FollowUpLine(NamedTuple):
    """`follow up NAME "title"`."""

    name: Name
    title: String | None


class AnchorLine(NamedTuple):
    """What a follow-up counts from.

    `after NAME in … when GUARD`, `after entering STAGE in …`, `after no EVENT for …`:
    `what` is name, entering or silence.
    """

    what: str
    name: Name
    durations: tuple[DurationNode, ...]
    guard: ExpressionNode | None


class MessageLine(NamedTuple):
    """`text "what to say"`."""

    text: String


class EscalationLine(NamedTuple):
    """`escalate to ROLE after DURATION`."""

    role: Name
    after: DurationNode


class AgainLine(NamedTuple):
    """`again every DURATION until CONDITION`."""

    every: DurationNode
    until: ExpressionNode | None


class GoesOnLine(NamedTuple):
    """`goes on after the end`."""


class QuietHoursLine(NamedTuple):
    """`quiet hours 20:00-09:00`; hours may go over midnight."""

    hours: tuple[ClockRange, ...]


class QuietDaysLine(NamedTuple):
    """`quiet days sat, sun`; `days` are (first, last) pairs, Monday being 0."""

    days: tuple[tuple[int, int], ...]


class ContactOnlyInLine(NamedTuple):
    """`contact only in CALENDAR`."""

    calendar: Name


class AnyHourLine(NamedTuple):
    """`at any hour`."""


class ContactCapLine(NamedTuple):
    """`at most 2 contacts in 30 days`."""

    times: NumberNode
    duration: DurationNode


class MetricLine(NamedTuple):
    """`metric NAME "title"`."""

    name: Name
    title: String | None


class FormulaLine(NamedTuple):
    """`= EXPRESSION`."""

    value: ExpressionNode


class TargetLine(NamedTuple):
    """`target >= 25%`."""

    operator: str
    value: ExpressionNode


class GroupedByLine(NamedTuple):
    """`by NAME, …`."""

    names: tuple[Name, ...]


class ScenarioLine(NamedTuple):
    """`scenario "title"`."""

    title: String


class GivenLine(NamedTuple):
    """`given RECORD as NAME FIELD = VALUE, …`."""

    record: Name
    called: Name | None
    assignments: tuple[AssignmentNode, ...]


class MomentNode(NamedTuple):
    """A local date, perhaps with a time; `clock` is None where the text names no real one."""

    day: date | NoDay
    clock: time | None
    date_only: bool
    text: str
    span: Span


class HappensLine(NamedTuple):
    """`2026-03-02 10:00 EVENT for CASE FIELD = VALUE, …`."""

    moment: MomentNode
    event: Name
    case: Name | None
    assignments: tuple[AssignmentNode, ...]


class AtLine(NamedTuple):
    """`at 2026-03-24 12:00`."""

    moment: MomentNode


class ExpectLine(NamedTuple):
    """`expect stage X`, `expect alert to X`, `expect no task X`, `expect forgotten` and the like.

    `what` is stage, alert, task, offer, forgotten or deviation; `role` answers for the stage, has the task
    or makes the offer, `worth` is the offer's price and discount.
    """

    what: str
    name: Name | None
    status: str | None
    absent: bool
    case: Name | None = None
    role: Name | None = None
    worth: tuple[ExpressionNode | None, ExpressionNode | None] = (None, None)


class ExpectThatLine(NamedTuple):
    """`expect CONDITION`."""

    condition: ExpressionNode
    case: Name | None


class Broken(NamedTuple):
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
