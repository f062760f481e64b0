"""A second, slow reading of semantics: walks through every hour and asks every question anew.

It shares nothing with the executor. Guards are functions of its own state, calendar arithmetic is counted up
day by day, and nothing is remembered that can be found out again: no due times, no next moments. It knows
specs with `on`, `after` (since the entry or an event), `after no`, `when`, limits, one follow-up, quiet
hours and a contact cap, whose loops need time; all events and durations are whole hours.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Sofia")
HOUR = timedelta(hours=1)
Guard = Callable[["Client"], "bool | None"]


def later(moment: datetime, hours: int, days: int) -> datetime:
    """Give the moment some exact hours, or some days of the calendar, later (in UTC)."""
    local = moment.astimezone(ZONE).replace(tzinfo=None) + timedelta(days=days)
    shifted = local.replace(tzinfo=ZONE, fold=0).astimezone(UTC) if days else moment
    return shifted + timedelta(hours=hours)


def elapsed(start: datetime, now: datetime, *, days: bool) -> int:
    """Count whole days or hours from a moment to now, one by one."""
    count = 0
    while later(start, 0 if days else count + 1, count + 1 if days else 0) <= now:
        count += 1
    return count


@dataclass(frozen=True)
class Way:
    """A way out.

    On an event, after hours or days (since an event, or since the entry, and with `silent` without such an
    event in between), or when its guard holds.
    """

    event: str | None = None
    hours: int = 0
    days: int = 0
    since: str | None = None
    silent: str | None = None
    guard: Guard | None = None
    target: int | None = None

    @property
    def timed(self) -> bool:
        return bool(self.hours or self.days)


@dataclass(frozen=True)
class Stage:
    ways: tuple[Way, ...]
    limit_days: int | None = None
    end: bool = False


@dataclass(frozen=True)
class Contacts:
    """When clients are contacted: quiet from an hour to another, at most so many in some days."""

    quiet: tuple[int, int] | None = None
    most: int | None = None
    days: int = 0

    def quiet_at(self, moment: datetime) -> bool:
        if self.quiet is None:
            return False
        start, end = self.quiet
        hour = moment.astimezone(ZONE).hour
        return start <= hour < end if start < end else hour >= start or hour < end


@dataclass
class Task:
    """`due` None: it has not been due yet."""

    wanted: datetime
    due: datetime | None = None
    closed: datetime | None = None
    outcome: str = ""


@dataclass
class Client:
    """A client in the model."""

    stages: tuple[Stage, ...]
    now: datetime
    stage: int = 0
    entered: datetime = field(kw_only=True)
    contacts: Contacts = field(kw_only=True)
    log: list[tuple[str, datetime, int | None]] = field(default_factory=list)
    moves: list[tuple[datetime, int, int]] = field(default_factory=list)
    alerts: list[datetime] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    used: set[tuple[int, datetime]] = field(default_factory=set)

    # what guards ask

    def times(self, kind: str) -> list[datetime]:
        return [time for name, time, _ in self.log if name == kind]

    def spent(self) -> int:
        return sum(amount or 0 for name, _, amount in self.log if name == "purchase")

    def since(self, kind: str, *, days: bool = True) -> int | None:
        times = self.times(kind)
        return elapsed(times[-1], self.now, days=days) if times else None

    def recent(self, kind: str, days: int) -> int:
        return sum(later(time, 0, days) > self.now for time in self.times(kind))

    # steps

    def holds(self, way: Way) -> bool:
        return way.guard is None or way.guard(self) is True

    def take(self, way: Way) -> None:
        if way.target is None:
            return
        self.moves.append((self.now, self.stage, way.target))
        self.stage, self.entered, self.used = way.target, self.now, set()
        if self.stages[self.stage].end:
            self.close([task for task in self.tasks if task.closed is None], "cancelled")

    def close(self, tasks: list[Task], outcome: str) -> None:
        for task in tasks:
            task.closed, task.outcome = self.now, outcome

    def due(self, way: Way) -> datetime | None:
        if way.silent is not None:
            heard = [time for time in self.times(way.silent) if time > self.entered]
            return later(heard[-1] if heard else self.entered, way.hours, way.days)
        if way.since is None:
            return later(self.entered, way.hours, way.days)
        times = self.times(way.since)
        return later(times[-1], way.hours, way.days) if times else None

    def open_ways(self, *, before_now: bool) -> list[tuple[datetime, int, Way]]:
        """Give the ways that time opens, by due time and place; `before_now`: only what was due earlier."""
        found = []
        for number, way in enumerate(self.stages[self.stage].ways):
            if way.event is not None:
                continue
            due = self.due(way) if way.timed else self.now
            if due is None or due > self.now or (before_now and due == self.now):
                continue
            mark = (number, due if way.timed else self.entered)
            if mark not in self.used and self.holds(way):
                found.append((due, number, way))
        return sorted(found, key=lambda item: item[:2])

    def follow(self, due: datetime, number: int, way: Way) -> None:
        if way.target is None:
            self.used.add((number, due if way.timed else self.entered))
        self.take(way)

    def conditions(self) -> None:
        """Follow `when` ways until none holds."""
        while True:
            mine = [item for item in self.open_ways(before_now=False) if not item[2].timed]
            if not mine:
                return
            self.follow(*mine[0])

    def settle(self) -> None:
        """Follow what an event has opened: conditions, then what was due before and had to wait."""
        self.conditions()
        while waiting := self.open_ways(before_now=True):
            self.follow(*waiting[0])
            self.conditions()

    def happen(self, kind: str, amount: int | None) -> None:
        self.log.append((kind, self.now, amount))
        open_tasks = [task for task in self.tasks if task.closed is None]
        if kind == "call" and open_tasks:
            owed = [task for task in open_tasks if task.due is not None]
            self.close(owed or [min(open_tasks, key=self.turn)], "done")
        for way in self.stages[self.stage].ways:
            if way.event == kind and self.holds(way):
                self.take(way)
                self.conditions()
                break
        if kind == "purchase":
            self.tasks += [Task(later(self.now, 0, days)) for days in (1, 4)]
        self.settle()

    def pass_time(self) -> None:
        """Follow what is due now, one way after the other."""
        while ways := self.open_ways(before_now=False):
            self.follow(*ways[0])
            if ways[0][2].target is not None:
                self.conditions()

    def turn(self, task: Task) -> datetime:
        """Give when a task is wanted outside quiet hours: of one rule, the earliest wanted goes first."""
        moment = task.wanted
        while self.contacts.quiet_at(moment):
            moment += HOUR
        return moment

    def let_tasks_fall_due(self) -> None:
        """Ask of this hour whom it lets through."""
        if self.contacts.quiet_at(self.now):
            return
        for task in sorted(self.tasks, key=lambda task: task.wanted):
            if task.due is None and task.closed is None and task.wanted <= self.now and self.room():
                task.due = self.now

    def room(self) -> bool:
        if self.contacts.most is None:
            return True
        done = {task.closed for task in self.tasks if task.outcome == "done"}
        owed = [task.due for task in self.tasks if task.closed is None and task.due is not None]
        recent = [time for time in (*done, *owed) if time and later(time, 0, self.contacts.days) > self.now]
        return len(recent) < self.contacts.most

    def watch_limit(self) -> None:
        limit = self.stages[self.stage].limit_days
        if limit is not None and later(self.entered, 0, limit) == self.now:
            self.alerts.append(self.now)

    def status(self, task: Task) -> str:
        if task.closed is not None:
            return task.outcome
        if task.due is None:
            return "planned"
        if later(task.due, 0, 2) <= self.now:
            return "escalated"
        same_day = task.due.astimezone(ZONE).date() == self.now.astimezone(ZONE).date()
        return "due" if same_day else "overdue"


def simulate(
    stages: tuple[Stage, ...],
    start: datetime,
    events: list[tuple[datetime, str, int | None]],
    end: datetime,
    contacts: Contacts,
) -> Client:
    """Walk through every hour; events have to be in order."""
    client = Client(stages, start, entered=start, contacts=contacts)
    client.settle()
    while True:
        client.let_tasks_fall_due()
        for time, kind, amount in events:
            if time == client.now:
                client.happen(kind, amount)
        client.pass_time()
        client.let_tasks_fall_due()
        client.watch_limit()
        if client.now >= end:
            return client
        client.now += HOUR
