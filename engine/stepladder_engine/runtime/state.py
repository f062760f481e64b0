"""The running state of one record: where its cases stand, its tasks, its offers, its story."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from stepladder_dsl.model import spec as m
from stepladder_engine.calendars.zone import Instant
from stepladder_engine.data.dataset import Origin
from stepladder_engine.expressions.view import View
from stepladder_engine.runtime.plans import ProcessPlan, RecordPlan, StagePlan, Way
from stepladder_engine.texts.catalogue import Phrase


class JournalEntry(NamedTuple):
    """One step of a case and its reason.

    `kind` is one of start, move, stay, set, emit, emit_lost, open, task, task_moved, task_done,
    task_cancelled, escalated, alert, alert_closed, offer, offer_accepted, offer_declined,
    offer_expired, offer_withdrawn, deviation, near_miss, error. `reason` names the
    event, timer or condition, or is the value of a `set`, the event of an `emit`, the key
    of an `open`; `line` is the spec's line that says so.
    """

    time: Instant
    kind: str
    process: str | None
    stage: str | None
    to_stage: str | None
    subject: str | None
    reason: Phrase | str
    line: int


class Deviation(NamedTuple):
    """An event that no transition took; `effect` says what it did all the same."""

    time: Instant
    process: str
    stage: str
    event: str
    kind: str
    reason: Phrase
    effect: Phrase | None
    origin: Origin | None


@dataclass(eq=False, slots=True)
class Timer:
    """A timed way out of the present stage.

    `due` None: its anchor is unknown, it does not run. `waiting`: it was due, but
    its guard did not hold; it is looked at again after each later event.
    """

    way: Way
    due: Instant | None
    waiting: bool = False
    spent: bool = False
    fired: Instant | None = None
    """When it last fired, to find loops."""


@dataclass(eq=False, slots=True)
class Position:
    """Where one case stands: `since` None means since an unknown time."""

    plan: ProcessPlan
    stage: StagePlan
    since: Instant | None
    timers: list[Timer] = field(default_factory=list)
    spent: set[int] = field(default_factory=set)
    """Automatic ways that stay and were taken in this visit."""
    steps: int = 0
    """Automatic steps taken at one moment, to find loops."""
    stuck: bool = False
    following: Any = None
    """Who must touch the case next, once the run has ended and somebody has asked."""

    @property
    def ended(self) -> bool:
        """Whether the case stands in an end stage."""
        return self.stage.stage.end is not None


@dataclass(eq=False, slots=True)
class Task:
    """Something somebody has to do for a record.

    `kind` is ``follow_up`` or ``alert``. `closed` is when it was done or
    cancelled, `outcome` which of them; both None while it is open.
    """

    key: str
    kind: str
    rule: str
    title: str
    process: str | None
    stage: str | None
    role: str | None
    person: str | None
    channel: str | None
    text: str | None
    created: Instant
    due: Instant
    line: int
    escalations: tuple[tuple[Instant, str], ...] = ()
    closed: Instant | None = None
    outcome: str | None = None
    reason: Phrase | None = None
    wanted: Instant | None = None
    """When it would have been due, where something has moved it."""
    moved: str | None = None
    """What has moved it: ``quiet_hours``, ``contact_cap``, or ``quiet_hours_and_contact_cap``."""
    placed: bool = False
    """Whether its due time has been held against the contact caps."""

    @property
    def is_open(self) -> bool:
        """Whether nobody has done or cancelled it."""
        return self.closed is None


@dataclass(eq=False, slots=True)
class Series:
    """A rule that comes again and again since an anchor.

    `number` counts its tasks, `begins` is when the last of its intervals was due and
    `times` how often it has come again since; at `latest` the next one comes into being.
    """

    anchor: str
    reason: Phrase | str
    number: int
    begins: Instant
    times: int
    latest: Instant


@dataclass(eq=False, slots=True)
class OfferCopy:
    """One time that an offer was made to a record; `status` open, accepted, declined, expired, withdrawn."""

    key: str
    plan_index: int
    offer: m.Offer
    opened: Instant
    expires: Instant | None
    price: Any
    discount: Any
    person: str | None
    status: str = "open"
    closed: Instant | None = None


@dataclass(frozen=True, slots=True)
class Endless:
    """A record was stopped that goes on by itself for ever: after how many steps, when, in which line."""

    steps: int
    moment: Instant
    line: int


class Entity:
    """A record while the engine runs it."""

    def __init__(
        self, plan: RecordPlan, key: str, since: Instant | None, fields: Mapping[str, Any], *, sourced: bool
    ) -> None:
        """Take the record's kind and key, when it appeared, and its fields."""
        self.plan = plan
        self.kind = plan.record.name
        self.key = key
        self.since = since
        self.sourced = sourced
        self.view = View(dict(fields))
        self.started: Instant | None = None
        self.positions: list[Position] = []
        self.tasks: list[Task] = []
        self.open_tasks: dict[str, list[Task]] = {}
        """The open tasks of each rule, by due time; at one time as they came."""
        self.tasks_changed = False
        """Whether follow-up tasks have come or gone since the contact caps were last looked at."""
        self.series: dict[str, Series] = {}
        """What comes again and again, by rule."""
        self.offers: list[OfferCopy] = []
        self.open_offers: dict[int, OfferCopy] = {}
        self.offer_held: set[int] = set()
        """The offers whose conditions held when they were last looked at and that did not have to wait."""
        self.offer_waits: dict[int, Instant] = {}
        """When an offer may be made again that has been made as often as it may be in some time."""
        self.offer_times: dict[int, int] = {}
        self.journal: list[JournalEntry] = []
        self.deviations: list[Deviation] = []
        self.task_keys: dict[str, int] = {}
        self.expected: list[tuple[Instant, str]] = []
        """The events that the spec has sent to it for a later moment: (when, which)."""
        self.opened: Counter[str] = Counter()
        """How many records of each kind it has opened."""
        self.next_due: Instant | None = None
        self.own_steps = 0
        """How many timers and events of its own have moved it."""
        self.endless: Endless | None = None
        """Why it does nothing by itself any more: it has taken as many steps of its own as a record may."""
        self.more_due = False
        """Whether something was taken that was due now, so that more may be due."""
        self.chain: tuple[Instant, Counter[tuple[str, str, int]]] | None = None
        """The latest moment at which it emitted or got an event at once, and its cause, to find loops."""

    @property
    def ended(self) -> bool:
        """Whether every case of the record stands in an end stage."""
        return bool(self.positions) and all(position.ended for position in self.positions)

    def forget(self, task: Task) -> None:
        """Remove a task that never came into being; it is among the latest."""
        index = len(self.tasks) - 1
        while self.tasks[index] is not task:
            index -= 1
        del self.tasks[index]

    def position(self, process: str) -> Position:
        """Give where the case of a process stands."""
        return next(found for found in self.positions if found.plan.process.name == process)

    def person_for(self, role: str | None) -> str | None:
        """Give the person who acts in a role for this record, where a field names one."""
        if role is None:
            return None
        for name in self.plan.persons.get(role, ()):
            if self.view.fields.get(name):
                return str(self.view.fields[name])
        return None

    def note(
        self,
        kind: str,
        reason: Phrase | str,
        line: int,
        *,
        process: str | None = None,
        stage: str | None = None,
        to_stage: str | None = None,
        subject: str | None = None,
        time: Instant | None = None,
    ) -> None:
        """Write a step into the record's story."""
        moment = self.view.now if time is None else time
        self.journal.append(JournalEntry(moment, kind, process, stage, to_stage, subject, reason, line))
