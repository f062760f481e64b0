"""The answer of a run: every record's final state, and the questions asked of it."""

from __future__ import annotations

from dataclasses import dataclass

from stepladder_engine.calendars.zone import Instant
from stepladder_engine.data.dataset import Dataset
from stepladder_engine.runtime.program import Program
from stepladder_engine.runtime.state import Entity, Position, Task

PLANNED = "planned"
DUE = "due"
OVERDUE = "overdue"
ESCALATED = "escalated"


@dataclass(frozen=True)
class NextAction:
    """Who must touch a case next, when, and why; all None where the answer is nobody.

    `kind` is ``follow_up``, ``limit`` or ``timer``; `name` the follow-up, the
    stage whose limit it is, or the stage to which the timer leads.
    """

    due: Instant | None = None
    role: str | None = None
    person: str | None = None
    kind: str | None = None
    name: str | None = None


@dataclass
class RunResult:
    """What a run gives. `entities` are in the order of their kinds and keys."""

    program: Program
    as_of: Instant
    as_of_given: bool
    entities: list[Entity]
    dataset: Dataset

    def status(self, task: Task) -> str:
        """Give a task's status as of the run's moment.

        A task is `due` from its due moment to the end of that day, then `overdue`;
        `escalated` from the moment it went on to somebody else.
        """
        if task.closed is not None:
            return str(task.outcome)
        if task.due > self.as_of:
            return PLANNED
        if self.escalated_to(task) is not None:
            return ESCALATED
        zone = self.program.zone
        return DUE if zone.day(task.due) == zone.day(self.as_of) else OVERDUE

    def escalated_to(self, task: Task) -> tuple[Instant, str] | None:
        """Give the last escalation that has taken place: since when and to which role."""
        end = self.as_of + 1 if task.closed is None else task.closed
        past = [step for step in task.escalations if step[0] <= self.as_of and step[0] < end]
        return past[-1] if past else None

    def raised(self, task: Task) -> bool:
        """Say whether a task exists for the outside: an alert only once its limit has passed."""
        return task.kind != "alert" or task.due <= self.as_of

    def next_action(self, entity: Entity, position: Position) -> NextAction:
        """Answer the question who must touch this client next, and when."""
        if position.ended:
            owed = [task for task in entity.tasks if task.is_open and task.kind == "follow_up"]
        else:
            process = position.plan.process.name
            owed = [task for task in entity.tasks if task.is_open and task.process in {None, process}]
        best: NextAction | None = None
        for task in owed:
            escalated = self.escalated_to(task)
            role = escalated[1] if escalated else task.role
            reason = ("limit", task.stage) if task.kind == "alert" else ("follow_up", task.rule)
            person = entity.person_for(role)
            if role is not None and (best is None or best.due is None or task.due < best.due):
                best = NextAction(task.due, role, person, *reason)
        if best is not None or position.ended:
            return best or NextAction()
        return self._next_timer(entity, position)

    def _next_timer(self, entity: Entity, position: Position) -> NextAction:
        due = [
            (timer.due, timer.way.transition.target)
            for timer in position.timers
            if timer.due is not None and timer.due > self.as_of and not timer.spent
        ]
        if not due:
            return NextAction()
        moment, target = min(due, key=lambda found: found[0])
        owner = position.stage.stage.owner
        person = entity.person_for(owner)
        return NextAction(moment, owner, person, "timer", target or position.stage.stage.name)

    def forgotten(self, entity: Entity, position: Position) -> bool:
        """Say whether nobody will ever be asked to touch an open case again."""
        return not position.ended and self.next_action(entity, position).due is None
