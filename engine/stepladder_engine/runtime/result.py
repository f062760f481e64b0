"""The answer of a run: every record's final state, and the questions asked of it."""

from __future__ import annotations

from stepladder_dsl.record import record
from stepladder_engine.calendars.zone import Instant
from stepladder_engine.data.dataset import Dataset
from stepladder_engine.runtime import outlook
from stepladder_engine.runtime.program import Program
from stepladder_engine.runtime.state import Entity, Position, Task

PLANNED = "planned"
DUE = "due"
OVERDUE = "overdue"
ESCALATED = "escalated"


@record
class NextAction:
    """Who must touch a case next, when, and why; all None where the answer is nobody.

    `kind` is ``follow_up``, ``limit``, ``timer`` or ``event``; `name` the follow-up, the
    stage whose limit it is, the stage to which a timer or a condition leads, or the event that
    the spec has sent.
    """

    due: Instant | None = None
    role: str | None = None
    person: str | None = None
    kind: str | None = None
    name: str | None = None


@record(frozen=False)
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
        # Tables, summary and figures all ask for it, of a case that does not change any more.
        if position.following is None:
            position.following = self._next_action(entity, position)
        found: NextAction = position.following
        return found

    def _next_action(self, entity: Entity, position: Position) -> NextAction:
        if position.ended:
            owed = [task for task in entity.tasks if task.is_open and task.kind == "follow_up"]
        else:
            process = position.plan.process.name
            owed = [task for task in entity.tasks if task.is_open and task.process in {None, process}]
        best: NextAction | None = None
        for task in owed:
            due, role = self._asked(task)
            reason = ("limit", task.stage) if task.kind == "alert" else ("follow_up", task.rule)
            person = entity.person_for(role)
            if role is not None and (best is None or best.due is None or due < best.due):
                best = NextAction(due, role, person, *reason)
        if best is not None:
            return best
        again = outlook.next_repetition(entity, self.program.zone, self.as_of)
        if again is not None:
            role = self.program.spec.follow_ups[again.name].role
            return NextAction(again.moment, role, entity.person_for(role), "follow_up", again.name)
        return NextAction() if position.ended else self._next_by_itself(entity, position)

    def _asked(self, task: Task) -> tuple[Instant, str | None]:
        """Give when an open task is due, and whom it asks; one that is nobody's asks whom it goes on to."""
        escalated = self.escalated_to(task)
        if escalated is None and task.role is None and task.escalations:
            return task.escalations[0]
        return task.due, escalated[1] if escalated else task.role

    def _next_by_itself(self, entity: Entity, position: Position) -> NextAction:
        """Give what will move the case without anybody, which its stage's owner has to watch."""
        move = outlook.next_move(entity, position, self.as_of)
        event = outlook.next_event(entity, self.as_of)
        owner = position.stage.stage.owner
        person = entity.person_for(owner)
        if move is not None and (event is None or move.moment < event.moment):
            return NextAction(move.moment, owner, person, "timer", move.name)
        return NextAction() if event is None else NextAction(event.moment, owner, person, "event", event.name)

    def forgotten(self, entity: Entity, position: Position) -> bool:
        """Say whether nobody will be asked to touch an open case again, unless a further event happens."""
        return not position.ended and self.next_action(entity, position).due is None
