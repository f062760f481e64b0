"""The story of one client as a programmer writes it by hand: stages, timers and tasks of `shop/shop.ladder`.

Whatever moves a client from stage to stage is given from outside as `decide`, so that a library for state
machines stands exactly where its documentation puts it. It knows neither timers over a history nor tasks:
both are ours here, for every one of them alike. Nothing of `stepladder` is used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, NamedTuple

DAY = 86_400
NEVER_BOUGHT = -1
"""Days since the last purchase of somebody who has bought nothing: no guard asks for so few."""

AS_OF = int(datetime(2026, 6, 30, 12, tzinfo=UTC).timestamp())

TIMEOUT = "timeout"
"""The event by which a timer that is due moves the client on."""


class Event(NamedTuple):
    """One line of the log, in its time; amounts in cents, 0 where the line has none."""

    time: int
    kind: str
    amount: int
    channel: str | None
    goods: str | None
    score: int


class Facts(NamedTuple):
    """What a guard may ask about: the event, and the history up to it."""

    amount: int
    channel: str | None
    score: int
    visits: int
    purchases: int
    spent: int
    silence: int


NO_FACTS = Facts(0, None, 0, 0, 0, 0, NEVER_BOUGHT)
Decide = Callable[[str, str, Facts], str | None]
"""(stage, event, facts) -> the stage to which the client moves, None where nothing moves."""

NewClient = Callable[[], Decide]
"""Gives what moves one client, from the first stage on."""


class Task:
    """A task of a follow-up."""

    __slots__ = ("closed", "created", "due", "escalated", "outcome", "rule")

    def __init__(self, rule: str, created: int, due: int, escalated: int | None) -> None:
        self.rule = rule
        self.created = created
        self.due = due
        self.escalated = escalated
        self.closed: int | None = None
        self.outcome = ""

    def status(self) -> str:
        """Tell how the task stands at the end."""
        if self.closed is not None:
            return self.outcome
        if self.due > AS_OF:
            return "planned"
        if self.escalated is not None and self.escalated <= AS_OF:
            return "escalated"
        return "due" if self.due // DAY == AS_OF // DAY else "overdue"


ESCALATED_AFTER = {"welcome": 5 * DAY, "fault_call": 2 * DAY, "complaint": 3 * DAY}
DONE_ON = {
    "visit": ("revive", "win_back"),
    "purchase": ("revive",),
    "call": ("care", "checkup", "ask_again", "complaint"),
    "repaired": ("fault_call",),
    "survey": ("checkup", "welcome"),
}
CANCELLED_ON = {"purchase": "win_back", "refusal": "win_back"}
_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def add_months(moment: int, months: int) -> int:
    """Count months on the calendar: a month after 31 January is the last day of February."""
    day = datetime.fromtimestamp(moment, UTC)
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    length = 29 if month == 1 and year % 4 == 0 and (year % 100 or year % 400 == 0) else _MONTH_DAYS[month]
    return int(day.replace(year=year, month=month + 1, day=min(day.day, length)).timestamp())


class Story:
    """What happens to one client, from the first event to the end."""

    def __init__(self, decide: Decide, start: int) -> None:
        self.decide = decide
        self.now = self.since = start
        self.stage = "lead"
        self.visits = self.purchases = self.spent = 0
        self.last_purchase: int | None = None
        self.tasks: list[Task] = []
        self.open: dict[str, list[Task]] = {}
        self.add_task("win_back", add_months(start, 9))

    def timer(self) -> int | None:
        """Give the moment at which the stage's timer is due."""
        match self.stage:
            case "lead":
                return add_months(self.since, 6)
            case "talking":
                return self.since + 60 * DAY
            case "offered":
                return self.since + 45 * DAY
            case "owns":
                return None if self.last_purchase is None else add_months(self.last_purchase, 12)
            case "loyal":
                return add_months(max(self.since, self.last_purchase or 0), 6)
            case "quiet":
                return add_months(self.since, 24)
            case _:
                return None

    def pass_time(self, until: int) -> None:
        """Let everything happen that is due before a moment."""
        while (due := self.timer()) is not None and due < until:
            self.now = max(self.now, due)
            self.move(self.decide(self.stage, TIMEOUT, NO_FACTS))

    def happen(self, event: Event) -> None:
        """Let an event happen: it counts, closes tasks, moves the client, and starts tasks."""
        self.pass_time(event.time)
        self.now = event.time
        if event.kind == "visit":
            self.visits += 1
        elif event.kind == "purchase":
            self.purchases += 1
            self.spent += event.amount
            self.last_purchase = event.time
        self.close_tasks(event.kind)
        last = self.last_purchase
        silence = NEVER_BOUGHT if last is None else (event.time - last) // DAY
        self.move(
            self.decide(
                self.stage,
                event.kind,
                Facts(
                    event.amount,
                    event.channel,
                    event.score,
                    self.visits,
                    self.purchases,
                    self.spent,
                    silence,
                ),
            )
        )
        self.start_tasks(event)

    def move(self, target: str | None) -> None:
        """Enter a stage, with what follows from it."""
        if target is None:
            return
        if self.stage == "offered":
            self.close("ask_again", self.open.get("ask_again", []), "cancelled")
        self.stage = target
        self.since = self.now
        if target == "lost":
            for rule, tasks in self.open.items():
                self.close(rule, tasks, "cancelled")
        elif target == "owns":
            self.add_task("welcome", self.now + 7 * DAY)
        elif target == "quiet":
            self.add_task("revive", self.now + 14 * DAY)

    def add_task(self, rule: str, due: int) -> None:
        """Let a task come into being."""
        escalated_after = ESCALATED_AFTER.get(rule)
        task = Task(rule, self.now, due, None if escalated_after is None else due + escalated_after)
        self.tasks.append(task)
        self.open.setdefault(rule, []).append(task)

    def start_tasks(self, event: Event) -> None:
        """Let the tasks come into being that count from an event."""
        match event.kind:
            case "purchase":
                self.add_task("care", event.time + 3 * DAY)
                if event.amount >= 300_00:
                    self.add_task("checkup", event.time + 30 * DAY)
                self.add_task("win_back", add_months(event.time, 9))
            case "quote" if self.stage == "offered":
                self.add_task("ask_again", event.time + 2 * DAY)
            case "fault":
                self.add_task("fault_call", event.time + DAY)
            case "survey" if event.score <= 3:
                self.add_task("complaint", event.time + DAY)

    def close_tasks(self, kind: str) -> None:
        """Let an event cancel tasks, and do those that are due, or else the next one."""
        cancelled = CANCELLED_ON.get(kind)
        if cancelled is not None:
            self.close(cancelled, self.open.get(cancelled, []), "cancelled")
        for rule in DONE_ON.get(kind, ()):
            tasks = self.open.get(rule)
            if tasks:
                self.close(rule, [task for task in tasks if task.due <= self.now] or tasks[:1], "done")

    def close(self, rule: str, tasks: list[Task], outcome: str) -> None:
        """Mark open tasks of a rule as done or cancelled now."""
        if not tasks:
            return
        for task in tasks:
            task.closed = self.now
            task.outcome = outcome
        self.open[rule] = [task for task in self.open[rule] if task.closed is None]


def tell(decide: Decide, events: Iterable[Event]) -> Story:
    """Tell a client's story to its end; the events are in order."""
    story: Story | None = None
    for event in events:
        if story is None:
            story = Story(decide, event.time)
        story.happen(event)
    if story is None:
        raise ValueError("a client without an event")
    story.pass_time(AS_OF + 1)
    return story


Stories = Iterable[tuple[str, Story]]
Answers = tuple[dict[str, list[Any]], dict[str, list[Any]]]


def answers(stories: Stories) -> Answers:
    """Give the two tables of a run, by columns: where the clients stand, and their tasks."""
    positions: dict[str, list[Any]] = {"case": [], "stage": [], "since": []}
    tasks: dict[str, list[Any]] = {
        name: [] for name in ("case", "rule", "created", "due", "status", "closed")
    }
    for client, story in stories:
        for name, value in zip(positions, (client, story.stage, story.since), strict=True):
            positions[name].append(value)
        for task in story.tasks:
            row = (client, task.rule, task.created, task.due, task.status(), task.closed)
            for name, value in zip(tasks, row, strict=True):
                tasks[name].append(value)
    return positions, tasks
