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
from heapq import heapify, heappop, heappush, nlargest

from stepladder_dsl.model.spec import Cap
from stepladder_dsl.record import record
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
        """For each cap, in order, when the last contacts, as many as it allows, count no longer."""
        for contact in nlargest(max(cap.count for cap in caps), contacts):
            self.add(contact)

    def add(self, contact: Instant) -> None:
        for cap, leaving in zip(self.caps, self.leaving, strict=True):
            insort(leaving, self.zone.add(contact, cap.duration))
            del leaving[: -cap.count]

    @property
    def free(self) -> Instant:
        """The first moment at which one more contact is allowed; it never comes to be an earlier one."""
        # Of those that count, all but one less than the cap have to leave first.
        full = (
            leaving[0]
            for cap, leaving in zip(self.caps, self.leaving, strict=True)
            if len(leaving) == cap.count
        )
        return max(full, default=-NEVER)


@record
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


class _Queue:
    """The tasks to be placed: those that only wait for their own time, and those that the caps hold up.

    All tasks of a rule that are held up could be due at the same moment, so that only the first of them is
    looked at. That keeps a client with hundreds of tasks as cheap, for each of them, as one with a few.
    """

    def __init__(self, waiting: Iterable[_Waiting], calls: _Calls) -> None:
        self.calls = calls
        self.in_time = [(found.earliest, found.turn, found) for found in waiting]
        heapify(self.in_time)
        self.held_up: dict[int, list[tuple[tuple[Instant, int, int], _Waiting]]] = {}

    def __bool__(self) -> bool:
        return bool(self.in_time or self.held_up)

    def pop(self) -> tuple[Instant, _Waiting]:
        """Take the task that can be due first, and the first moment open for it and allowed by the caps."""
        free = self.calls.free
        while self.in_time and self.in_time[0][0] < free:
            _, turn, found = heappop(self.in_time)
            heappush(self.held_up.setdefault(found.plan.index, []), (turn, found))
        firsts = [(held[0][1].plan.next_open(free), *held[0]) for held in self.held_up.values()]
        first = min([*firsts, *self.in_time[:1]], key=lambda one: one[:2])
        place, _, found = first
        if self.in_time and first is self.in_time[0]:
            heappop(self.in_time)
        else:
            held = self.held_up[found.plan.index]
            heappop(held)
            if not held:
                del self.held_up[found.plan.index]
        return place, found


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
    queue = _Queue(waiting, calls)
    moved: set[str] = set()
    while queue:
        place, found = queue.pop()
        # A task that comes too late and has its place at once stays as late as it is.
        in_time = found.task.placed or place != found.earliest
        due = place if in_time else found.asked
        if _move(entity, found, due, program.zone):
            moved.add(found.task.rule)
        calls.add(max(due, found.task.created))
        found.task.placed = True
    for rule in moved:
        still_open = [task for task in entity.tasks if task.rule == rule and task.is_open]
        entity.open_tasks[rule][:] = sorted(still_open, key=lambda task: task.due)


def _waiting(entity: Entity, now: Instant) -> list[_Waiting]:
    """Give the open tasks that are not due yet, or have just come."""
    plans = {plan.rule.name: plan for plan in entity.plan.follow_ups}
    found = []
    for number, task in enumerate(entity.tasks):
        if task.kind == "alert" or not task.is_open or (task.placed and task.due <= now):
            continue
        plan = plans[task.rule]
        asked = plan.next_open(task.due if task.wanted is None else task.wanted)
        earliest = asked if asked >= now else plan.next_open(now)
        found.append(_Waiting(task, plan, number, asked, earliest))
    return found


def _contacts(entity: Entity, to_come: set[int]) -> list[Instant]:
    """Give the moments of the contacts that there have been."""
    tasks = [task for task in entity.tasks if task.kind != "alert" and id(task) not in to_come]
    done = {task.closed for task in tasks if task.outcome == "done" and task.closed is not None}
    return [*done, *(max(task.due, task.created) for task in tasks if task.is_open)]


def _move(entity: Entity, found: _Waiting, due: Instant, zone: Zone) -> bool:
    """Give a task its moment, and say whether that is another one than before."""
    task, before = found.task, found.task.due
    if due == before:
        return False
    wanted = found.wanted
    task.due = due
    task.wanted = None if due == wanted else wanted
    task.moved = _why(found, due)
    task.escalations = follow_ups.escalations(found.plan.rule, zone, due)
    key = "reason.contact_cap" if due > before else "reason.room_for_a_contact"
    follow_ups.note_moved(entity, task, key, zone)
    return True


def _why(found: _Waiting, due: Instant) -> str | None:
    """Say what keeps a task from being due when its rule wanted it."""
    if due == found.asked:
        return None if due == found.wanted else "quiet_hours"
    return "contact_cap" if found.asked == found.wanted else "quiet_hours_and_contact_cap"
