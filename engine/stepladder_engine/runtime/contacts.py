"""Contact caps: at most so many contacts of a record in any such time, all follow-ups together.

The tasks of a record that are still to come are a plan. Whenever a task has come
into being, was done or was cancelled, the plan is made anew: of all the moments at
which one of them could be due, the earliest is taken by its task, then the next. What
has been due already stays as it was, so the plan of an earlier day is never
contradicted by what was known on it.

Where semantics.md leaves a choice:

- A task that was done counts when it was done: several that one event has done are
  one contact. Any other counts when it was due, but never before it came into being.
- Where several tasks wait for the same moment, the one that was wanted first goes
  first; then the order of the text.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable
from dataclasses import dataclass

from stepladder_dsl.model.spec import Cap
from stepladder_engine.calendars.zone import NEVER, Instant, Zone
from stepladder_engine.runtime import follow_ups
from stepladder_engine.runtime.plans import FollowUpPlan
from stepladder_engine.runtime.program import Program
from stepladder_engine.runtime.state import Entity, Task


class _Calls:
    """The contacts there have been, or are planned so far, and how many more the caps allow."""

    def __init__(self, caps: tuple[Cap, ...], zone: Zone, contacts: Iterable[Instant]) -> None:
        self.caps = caps
        self.zone = zone
        self.leaving: list[list[Instant]] = [[] for _ in caps]
        """For each cap, in order, when each contact counts no longer."""
        for contact in contacts:
            self.add(contact)

    def add(self, contact: Instant) -> None:
        for cap, leaving in zip(self.caps, self.leaving, strict=True):
            insort(leaving, self.zone.add(contact, cap.duration))

    def free_from(self, moment: Instant) -> Instant:
        """Give the first moment from this one on at which one more contact is allowed."""
        free = moment
        for cap, leaving in zip(self.caps, self.leaving, strict=True):
            # Of those that count now, all but one less than the cap have to leave first.
            if len(leaving) >= cap.count:
                free = max(free, leaving[-cap.count])
        return free


@dataclass(frozen=True)
class _Waiting:
    """A task that is still to be placed; `asked` is when its rule would have it, outside quiet hours."""

    task: Task
    plan: FollowUpPlan
    number: int
    asked: Instant
    earliest: Instant

    @property
    def turn(self) -> tuple[Instant, int, int]:
        """Who goes first where several could."""
        return self.wanted, self.plan.index, self.number

    @property
    def wanted(self) -> Instant:
        return self.task.due if self.task.wanted is None else self.task.wanted

    def place(self, calls: _Calls) -> Instant:
        """Give the first moment that is open for the rule and allowed by the caps."""
        moment = self.earliest
        while moment < NEVER:
            free = self.plan.next_open(calls.free_from(moment))
            if free == moment:
                break
            moment = free
        return moment


def arrange(entity: Entity, program: Program) -> None:
    """Plan anew when the tasks to come are due, if something about the tasks has changed."""
    caps = program.spec.contact_caps
    if not caps or not entity.tasks_changed:
        return
    entity.tasks_changed = False
    now = entity.view.now
    waiting = _waiting(entity, now)
    to_come = {id(found.task) for found in waiting}
    calls = _Calls(caps, program.zone, _contacts(entity, to_come))
    while waiting:
        place, found = _next(waiting, calls)
        waiting.remove(found)
        # A task that comes too late and has its place at once stays as late as it is.
        in_time = found.task.placed or place != found.earliest
        due = place if in_time else found.asked
        _move(entity, found, due, program.zone)
        calls.add(max(due, found.task.created))
        found.task.placed = True


def _waiting(entity: Entity, now: Instant) -> list[_Waiting]:
    """Give the open tasks that are not due yet, or have just come, by the earliest moment of each."""
    plans = {plan.rule.name: plan for plan in entity.plan.follow_ups}
    found = []
    for number, task in enumerate(entity.tasks):
        if task.kind == "alert" or not task.is_open or (task.placed and task.due <= now):
            continue
        plan = plans[task.rule]
        asked = plan.next_open(task.due if task.wanted is None else task.wanted)
        earliest = asked if asked >= now else plan.next_open(now)
        found.append(_Waiting(task, plan, number, asked, earliest))
    return sorted(found, key=lambda waiting: waiting.earliest)


def _contacts(entity: Entity, to_come: set[int]) -> list[Instant]:
    """Give the moments of the contacts that there have been."""
    tasks = [task for task in entity.tasks if task.kind != "alert" and id(task) not in to_come]
    done = {task.closed for task in tasks if task.outcome == "done" and task.closed is not None}
    return [*done, *(max(task.due, task.created) for task in tasks if task.is_open)]


def _next(waiting: list[_Waiting], calls: _Calls) -> tuple[Instant, _Waiting]:
    """Give the task that can be due first, and when."""
    best, earliest = waiting[0], waiting[0].place(calls)
    for found in waiting[1:]:
        if found.earliest > earliest:
            break
        place = found.place(calls)
        if (place, found.turn) < (earliest, best.turn):
            best, earliest = found, place
    return earliest, best


def _move(entity: Entity, found: _Waiting, due: Instant, zone: Zone) -> None:
    task, before = found.task, found.task.due
    if due == before:
        return
    wanted = found.wanted
    task.due = due
    task.wanted = None if due == wanted else wanted
    task.moved = _why(found, due)
    task.escalations = follow_ups.escalations(found.plan.rule, zone, due)
    still_open = [other for other in entity.tasks if other.rule == task.rule and other.is_open]
    entity.open_tasks[task.rule][:] = sorted(still_open, key=lambda other: other.due)
    key = "reason.contact_cap" if due > before else "reason.room_for_a_contact"
    follow_ups.note_moved(entity, task, key, zone)


def _why(found: _Waiting, due: Instant) -> str | None:
    """Say what keeps a task from being due when its rule wanted it."""
    if due == found.asked:
        return None if due == found.wanted else "quiet_hours"
    return "contact_cap" if found.asked == found.wanted else "quiet_hours_and_contact_cap"
