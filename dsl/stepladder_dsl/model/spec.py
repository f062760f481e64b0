"""What a spec says, resolved and typed: immutable and free of any human language.

Every construct of the language is one record here. Names are resolved: where a
construct speaks of another one, it holds that one's name, and the name is known
to exist. Spans lead back to the text and take no part in equality, so that two
texts that mean the same give equal models.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cached_property
from typing import Any

from stepladder_dsl.model.expressions import Expression
from stepladder_dsl.model.types import Duration, Type
from stepladder_dsl.record import Record as Base
from stepladder_dsl.record import record
from stepladder_dsl.source import NOWHERE, Span


def _span() -> Any:
    """A span that equality ignores."""
    return field(default=NOWHERE, compare=False, repr=False)


class Outcome(Enum):
    """What an end stage means for the business."""

    WON = "won"
    LOST = "lost"
    NEUTRAL = "neutral"


class OfferKind(Enum):
    """The kinds of offer of the client formula and the product ladder."""

    FRONT_END = "front_end"
    UPSELL_BEFORE = "upsell_before"
    UPSELL = "upsell"
    CROSS_SALE = "cross_sale"
    REPEAT = "repeat"
    SUBSCRIPTION = "subscription"
    REACTIVATION = "reactivation"
    REFERRAL = "referral"
    LOYALTY = "loyalty"


class Declared(Base):
    """Something with a name and, perhaps, a title: gives both as one label."""

    name: str
    title: str | None

    @property
    def label(self) -> str:
        """The title, or the name where there is none."""
        return self.title or self.name.replace("_", " ")


Hours = tuple[tuple[int, int], ...]
"""Opening hours of a day as (from, to), in minutes of the day; 1440 is its end."""


@record
class Calendar(Declared):
    """When somebody works.

    `week` maps weekdays (Monday is 0) to hours; `closed` holds first and last
    days, `opened` the same with hours of their own (empty: those of the week);
    `holidays` are countries, each perhaps with a part of it, by ISO 3166 code.
    """

    name: str
    title: str | None = None
    week: Mapping[int, Hours] = field(default_factory=dict)
    closed: tuple[tuple[date, date], ...] = ()
    opened: tuple[tuple[date, date, Hours], ...] = ()
    holidays: tuple[tuple[str, str | None], ...] = ()
    span: Span = _span()


@record
class Role(Declared):
    """Somebody who answers for something; `capacity` is tasks a day, `hourly_cost` money."""

    name: str
    title: str | None = None
    reports_to: str | None = None
    capacity: int | None = None
    hourly_cost: Decimal | None = None
    span: Span = _span()


@record
class Limit(Base):
    """A bound on a field's value: `>= 0`, or a pattern that a text matches whole."""

    operator: str
    value: Any
    span: Span = _span()


@record
class Field(Base):
    """A typed field of a record or an event."""

    name: str
    type: Type
    optional: bool = False
    limits: tuple[Limit, ...] = ()
    span: Span = _span()


@record
class Record(Declared):
    """A kind of thing that a process follows; `belongs_to` are the fields that name what it is part of."""

    name: str
    title: str | None = None
    fields: Mapping[str, Field] = field(default_factory=dict)
    belongs_to: tuple[str, ...] = ()
    span: Span = _span()


@record
class Event(Declared):
    """Something that happens to a record at a time."""

    name: str
    record: str
    title: str | None = None
    fields: Mapping[str, Field] = field(default_factory=dict)
    span: Span = _span()


@record
class Let(Base):
    """A named value computed from a record's fields and history."""

    name: str
    record: str
    value: Expression
    span: Span = _span()


class HitPolicy(Enum):
    """What a decision table gives where several of its rows match (DMN 1.5, section 8.2.10)."""

    FIRST = "first"
    UNIQUE = "unique"
    COLLECT = "collect"
    COLLECT_SUM = "collect_sum"
    COLLECT_MIN = "collect_min"
    COLLECT_MAX = "collect_max"
    COLLECT_COUNT = "collect_count"


@record
class DecisionRow(Base):
    """A row of a decision table: a condition for each input (None: anything goes), a value for each output.

    A value None is *unknown*.
    """

    tests: tuple[Expression | None, ...]
    values: tuple[Expression | None, ...]
    span: Span = _span()


@record
class Decision(Declared):
    """A decision table for records of one kind; `outputs` are the types of what it gives, by name."""

    name: str
    record: str
    policy: HitPolicy
    inputs: tuple[Expression, ...]
    outputs: Mapping[str, Type]
    rows: tuple[DecisionRow, ...]
    title: str | None = None
    span: Span = _span()


@record
class OnEvent(Base):
    """Triggers when the event happens."""

    event: str


@record
class After(Base):
    """Triggers when the time has passed since the entry into the stage, an event, or a field's date.

    The time is fixed, or kept in a field of the record: one of both is None.
    """

    duration: Duration | None
    since_event: str | None = None
    since_field: str | None = None
    duration_field: str | None = None


@record
class Silence(Base):
    """Triggers when the event has not happened for the time, since the entry or the last such event."""

    duration: Duration
    event: str


@record
class Always(Base):
    """Triggers as soon as the guard holds."""


Trigger = OnEvent | After | Silence | Always


@record
class SetField(Base):
    """Effect: give a field of the record a new value."""

    field: str
    value: Expression
    span: Span = _span()


@record
class Emit(Base):
    """Effect: let an event happen to this record, or to the one that `to_field` refers to.

    The field is the record's, or that of the event at hand where `from_event` says so.
    """

    event: str
    to_field: str | None = None
    delay: Duration | None = None
    values: Mapping[str, Expression] = field(default_factory=dict)
    from_event: bool = False
    span: Span = _span()


@record
class OpenRecord(Base):
    """Effect: a new record appears, which belongs to this one.

    `parent_field` is the new record's field that refers to this one (None where no
    field does), `into_field` the field of this record that keeps the new one's key.
    """

    record: str
    parent_field: str | None = None
    into_field: str | None = None
    values: Mapping[str, Expression] = field(default_factory=dict)
    span: Span = _span()


Effect = SetField | Emit | OpenRecord


@record
class Transition(Base):
    """A way out of a stage; `target` is None where the case stays (`stay`)."""

    trigger: Trigger
    guard: Expression | None
    target: str | None
    effects: tuple[Effect, ...] = ()
    text: str = field(default="", compare=False)
    guard_text: str = field(default="", compare=False)
    span: Span = _span()
    guard_span: Span = _span()


@record
class StageLimit(Base):
    """The longest time a case may stay in a stage, and who hears when it does."""

    duration: Duration
    alert: str | None = None
    span: Span = _span()


@record
class Phase(Declared):
    """A group of stages that share owner, system and transitions; phases nest."""

    name: str
    title: str | None = None
    owner: str | None = None
    system: str | None = None
    parent: str | None = None
    transitions: tuple[Transition, ...] = ()
    span: Span = _span()


@record
class Stage(Declared):
    """Where a case can stand."""

    name: str
    title: str | None = None
    phase: str | None = None
    owner: str | None = None
    start: bool = False
    end: Outcome | None = None
    steps: tuple[str, ...] = ()
    limit: StageLimit | None = None
    own_transitions: tuple[Transition, ...] = ()
    transitions: tuple[Transition, ...] = ()
    own_owner: str | None = None
    needs: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    effort: Duration | None = None
    cost: Decimal | None = None
    span: Span = _span()
    """`effort` and `cost` are what one client takes, `needs` what has to be there before.

    `owner` and `transitions` include what the phases and the process say
    (inside out); `own_owner` and `own_transitions` are the stage's own words."""


@record
class Process(Declared):
    """How one kind of record moves from stage to stage."""

    name: str
    record: str
    title: str | None = None
    owner: str | None = None
    phases: Mapping[str, Phase] = field(default_factory=dict)
    stages: Mapping[str, Stage] = field(default_factory=dict)
    transitions: tuple[Transition, ...] = ()
    span: Span = _span()

    @cached_property
    def start(self) -> str | None:
        """The name of the start stage: the marked one, or else the first."""
        for stage in self.stages.values():
            if stage.start:
                return stage.name
        return next(iter(self.stages), None)

    def phases_of(self, stage: Stage) -> Iterator[Phase]:
        """Yield the stage's phases from the innermost to the outermost."""
        name = stage.phase
        while name is not None:
            phase = self.phases[name]
            yield phase
            name = phase.parent


@record
class EventPattern(Base):
    """An event, perhaps only where a condition on it holds."""

    event: str
    guard: Expression | None = None
    span: Span = _span()


@record
class Cap(Base):
    """At most so many in any such time."""

    count: int
    duration: Duration
    span: Span = _span()


@record
class Offer(Declared):
    """Something a client may be offered, and how it is accepted."""

    name: str
    record: str
    title: str | None = None
    kind: OfferKind | None = None
    price: Expression | None = None
    discount: Expression | None = None
    stages: tuple[tuple[str, str], ...] = ()
    condition: Expression | None = None
    role: str | None = None
    channel: str | None = None
    valid: Duration | None = None
    at_most: int | None = None
    order: int | None = None
    accepted_on: tuple[EventPattern, ...] = ()
    declined_on: tuple[EventPattern, ...] = ()
    ladder: str | None = None
    caps: tuple[Cap, ...] = ()
    cost: Decimal | None = None
    span: Span = _span()
    ladder_span: Span = _span()
    """`stages` are (process, stage) pairs; empty means wherever the case is still open.

    `cost` is what one sale of it takes, before anything is earned.
    Of the offers on one `ladder` only those of one `order` are open at a time."""


@record
class AfterEvent(Base):
    """A follow-up starts when the event happens and its guard is true of it."""

    event: str
    guard: Expression | None = None


@record
class AfterEntering(Base):
    """A follow-up starts when a case enters the stage."""

    process: str
    stage: str


@record
class AfterField(Base):
    """A follow-up is anchored at the date in a field."""

    field: str


@record
class AfterSilence(Base):
    """A follow-up's tasks come when the event has not happened for the intervals."""

    event: str


FollowUpAnchor = AfterEvent | AfterEntering | AfterField | AfterSilence


@record
class ContactHours(Base):
    """When clients are contacted: not in quiet hours, not on quiet days, only while a calendar is open.

    `quiet` are minutes of the day, cut at midnight; `quiet_days` weekdays, Monday being 0.
    Without any of them at any hour.
    """

    quiet: Hours = ()
    quiet_days: tuple[int, ...] = ()
    calendar: str | None = None

    def left_of(self, hours: Hours) -> Hours:
        """Give what the quiet hours leave of the hours of a day.

        >>> ContactHours(((0, 540), (1200, 1440))).left_of(((0, 1440),))
        ((540, 1200),)
        """
        left = hours
        for start, end in self.quiet:
            pieces = [((first, min(last, start)), (max(first, end), last)) for first, last in left]
            left = tuple(piece for both in pieces for piece in both if piece[0] < piece[1])
        return left


@record
class Escalation(Base):
    """To whom an undone task goes on, and how long after it was due."""

    role: str
    after: Duration
    span: Span = _span()


@record
class FollowUp(Declared):
    """A rule that gives somebody a task after something happened."""

    name: str
    record: str
    anchor: FollowUpAnchor
    intervals: tuple[Duration, ...]
    title: str | None = None
    condition: Expression | None = None
    role: str | None = None
    channel: str | None = None
    text: str | None = field(default=None, compare=False)
    done_on: tuple[EventPattern, ...] = ()
    cancelled_on: tuple[EventPattern, ...] = ()
    escalations: tuple[Escalation, ...] = ()
    goes_on_after_end: bool = False
    contact_hours: ContactHours | None = None
    again: Duration | None = None
    until: Expression | None = None
    text_parts: tuple[str | Expression, ...] = ()
    span: Span = _span()
    """`contact_hours` are the rule's own words; without any those of the spec hold.

    Behind the last interval the tasks come `again` and again, until the condition
    `until` is true. `text_parts` is `text` cut at the values that stand in braces in it; those are
    written in the human language of their file, so `text` takes no part in equality.
    """


@record
class Target(Base):
    """What a metric should reach: an operator (`>=`, `<=`, `>`, `<`, `=`) and a value."""

    operator: str
    value: Expression
    text: str = field(default="", compare=False)


@record
class Grouping(Base):
    """How the records or events of one kind are told apart in a metric: one value for each of its names.

    `via` is the field that refers to the record whose fields the values are (None: its own).
    """

    values: tuple[Expression, ...]
    via: str | None = None


@record
class Metric(Declared):
    """A figure about all clients, with its target and its owner.

    `by` are the names by which it is also given in groups, and the groupings how
    the records and events of each kind that it looks at are put into them.
    """

    name: str
    value: Expression
    title: str | None = None
    target: Target | None = None
    owner: str | None = None
    percent: bool = False
    by: tuple[str, ...] = ()
    record_groupings: Mapping[str, Grouping] = field(default_factory=dict)
    event_groupings: Mapping[str, Grouping] = field(default_factory=dict)
    span: Span = _span()


@record
class Given(Base):
    """A record that a scenario is about: its key, and the fields it begins with."""

    record: str
    key: str
    values: Mapping[str, Any]
    span: Span = _span()


@record
class Case(Base):
    """Which record of a scenario is meant: a given one by its key, or the latest that was opened."""

    record: str
    key: str | None


@record
class Happens(Base):
    """An event of a scenario at a local time; a bare date is its start."""

    time: datetime
    event: str
    case: Case
    values: Mapping[str, Any]
    date_only: bool = False
    span: Span = _span()


@record
class At(Base):
    """The scenario looks at a later local time; a bare date is its end."""

    time: datetime
    date_only: bool = False
    span: Span = _span()


@record
class ExpectStage(Base):
    """The case stands in the stage, and the role answers for it there (None: any)."""

    case: Case
    process: str
    stage: str
    owner: str | None = None
    span: Span = _span()


@record
class ExpectAlert(Base):
    """An alert is open to the role (`role` None: any; `absent`: there is none)."""

    case: Case
    role: str | None
    absent: bool = False
    span: Span = _span()


@record
class ExpectTask(Base):
    """A task of the follow-up stands in the status (None: it is open), and the role has it (None: any)."""

    case: Case
    follow_up: str
    status: str | None
    absent: bool = False
    role: str | None = None
    span: Span = _span()


@record
class ExpectOffer(Base):
    """The latest offer of that name stands in the status (None: open).

    Its price, its discount and who makes it are as said here (None: nothing is said).
    """

    case: Case
    offer: str
    status: str | None
    absent: bool = False
    role: str | None = None
    price: Decimal | None = None
    discount: Decimal | None = None
    span: Span = _span()


@record
class ExpectThat(Base):
    """A condition over the record holds."""

    case: Case
    condition: Expression
    text: str = field(default="", compare=False)
    span: Span = _span()


@record
class ExpectForgotten(Base):
    """Nobody will be asked again about an open case of the record (`absent`: about each somebody will)."""

    case: Case
    absent: bool = False
    span: Span = _span()


@record
class ExpectDeviation(Base):
    """No process took the latest event (of a kind; None: of any); `absent`: there was none such so far."""

    case: Case
    event: str | None
    absent: bool = False
    span: Span = _span()


Expectation = (
    ExpectStage | ExpectAlert | ExpectTask | ExpectOffer | ExpectThat | ExpectForgotten | ExpectDeviation
)
ScenarioStep = Happens | At | Expectation


@record
class Scenario(Base):
    """An executable example."""

    title: str
    given: tuple[Given, ...]
    steps: tuple[ScenarioStep, ...]
    span: Span = _span()


@record
class Spec(Declared):
    """A whole description: everything in one place, in the order of the text.

    `most_own_steps` is no part of the text: whoever runs the spec may allow a record more steps, or fewer,
    that it takes by itself.
    """

    name: str
    title: str | None = None
    language: str = "en"
    currency: str | None = None
    timezone: str = "UTC"
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    roles: Mapping[str, Role] = field(default_factory=dict)
    records: Mapping[str, Record] = field(default_factory=dict)
    events: Mapping[str, Event] = field(default_factory=dict)
    lets: Mapping[str, Let] = field(default_factory=dict)
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    processes: Mapping[str, Process] = field(default_factory=dict)
    offers: Mapping[str, Offer] = field(default_factory=dict)
    follow_ups: Mapping[str, FollowUp] = field(default_factory=dict)
    metrics: Mapping[str, Metric] = field(default_factory=dict)
    scenarios: tuple[Scenario, ...] = ()
    contact_hours: ContactHours | None = None
    contact_caps: tuple[Cap, ...] = ()
    most_own_steps: int = field(default=10_000, compare=False)
    span: Span = _span()

    def hours_of(self, follow_up: FollowUp) -> ContactHours | None:
        """Give when a follow-up may be due: its own words go before those of the spec."""
        return self.contact_hours if follow_up.contact_hours is None else follow_up.contact_hours

    def processes_of(self, record: str) -> list[Process]:
        """Give the processes that follow records of this kind."""
        return [process for process in self.processes.values() if process.record == record]

    def events_of(self, record: str) -> list[Event]:
        """Give the events that happen to records of this kind."""
        return [event for event in self.events.values() if event.record == record]

    def openers_of(self, record: str) -> set[str]:
        """Give the kinds of record whose processes open records of this kind."""
        return {
            process.record
            for process in self.processes.values()
            for stage in process.stages.values()
            for transition in stage.transitions
            for effect in transition.effects
            if isinstance(effect, OpenRecord) and effect.record == record
        }
