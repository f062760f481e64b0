"""Follow-ups: which tasks come into being, and what closes them (semantics, "Follow-ups, limits, offers").

Where semantics.md leaves a choice:

- An event that a rule is done on does every open task of the rule that is due by
  then; where none is due yet it does the next planned one. So one call answers
  everything that was owed, and an early call does not wipe out a whole series.
- A rule's condition is asked when the task would come into being, and again
  whenever it may have changed: a condition that no longer holds cancels the task.
- Silence counts from the last such event, or from the record's start.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable
from typing import NamedTuple

from stepladder_dsl.model import spec as m
from stepladder_engine.calendars.zone import Instant, Zone
from stepladder_engine.runtime.program import FollowUpPlan
from stepladder_engine.runtime.state import Entity, Task
from stepladder_engine.texts.catalogue import Phrase, phrase


class _Cause(NamedTuple):
    """What tasks count from: `name` stands in their keys and is the same in every language."""

    name: str
    reason: Phrase | str


def task_key(rule: str, entity: Entity, anchor: str, number: int) -> str:
    """Give the stable key of a task: rule, record, anchor and its number in the series.

    Two anchors that cannot be told apart (the same event twice at one moment)
    get a count, so that a key is never used twice.
    """
    key = f"{rule}/{entity.kind}:{entity.key}/{anchor}/{number}"
    seen = entity.task_keys.get(key, 0)
    entity.task_keys[key] = seen + 1
    return key if seen == 0 else f"{key}+{seen}"


def _create_now(plan: FollowUpPlan, entity: Entity, zone: Zone, cause: _Cause) -> None:
    """Create the tasks of a rule that count from now."""
    now = entity.view.now
    _create(plan, entity, zone, [zone.add(now, step) for step in plan.rule.intervals], now, cause)


def _create_at_dates(plan: FollowUpPlan, entity: Entity, zone: Zone) -> None:
    """Create the tasks of a rule that is anchored at a date field."""
    rule = plan.rule
    if not isinstance(rule.anchor, m.AfterField):
        return
    value = entity.view.fields.get(rule.anchor.field)
    if value is None:
        return
    cause = _Cause(rule.anchor.field, rule.anchor.field)
    if isinstance(value, int):
        _create(plan, entity, zone, [zone.add(value, step) for step in rule.intervals], value, cause)
    else:
        due = [zone.add_to_day(value, step) for step in rule.intervals]
        _create(plan, entity, zone, due, zone.start_of(value), cause)


def _create(
    plan: FollowUpPlan, entity: Entity, zone: Zone, due: list[Instant], anchor: Instant, cause: _Cause
) -> None:
    """Create the tasks of a rule, unless its condition does not hold."""
    rule = plan.rule
    if plan.condition.holds(entity.view) is not True:
        return
    person = entity.person_for(rule.role)
    now = entity.view.now
    anchor_text = f"{cause.name}@{zone.text(anchor)}"
    for number, wanted in enumerate(due, start=1):
        moment = plan.next_open(wanted)
        task = Task(
            task_key(rule.name, entity, anchor_text, number),
            "follow_up",
            rule.name,
            rule.label,
            None,
            None,
            rule.role,
            person,
            rule.channel,
            rule.text,
            now,
            moment,
            rule.span.line,
            escalations(rule, zone, moment),
        )
        entity.tasks.append(task)
        entity.tasks_changed = True
        insort(entity.open_tasks.setdefault(rule.name, []), task, key=_due)
        entity.note("task", cause.reason, rule.span.line, subject=f"{rule.name} {number}")
        if moment != wanted:
            task.wanted, task.moved = wanted, "quiet_hours"
            note_moved(entity, task, "reason.quiet_hours", zone)


def note_moved(entity: Entity, task: Task, key: str, zone: Zone) -> None:
    """Write into the story to when a task has been moved; `key` is that of the phrase that says why."""
    number = task.key.rsplit("/", 1)[-1]
    reason = Phrase(key, {"time": zone.text(task.due)})
    entity.note("task_moved", reason, task.line, subject=f"{task.rule} {number}")


def _due(task: Task) -> Instant:
    return task.due


def escalations(rule: m.FollowUp, zone: Zone, due: Instant) -> tuple[tuple[Instant, str], ...]:
    """Give when an undone task goes on to whom, in order of time; at one moment in order of the text."""
    steps = [(zone.add(due, step.after), step.role) for step in rule.escalations]
    return tuple(sorted(steps, key=lambda step: step[0]))


def _take_out(tasks: list[Task], task: Task) -> None:
    """Remove a task from a list that is ordered by due time."""
    index = bisect_left(tasks, task.due, key=_due)
    while tasks[index] is not task:
        index += 1
    del tasks[index]


def close(entity: Entity, tasks: Iterable[Task], outcome: str, reason: Phrase, line: int) -> None:
    """Mark tasks as done or cancelled now."""
    now = entity.view.now
    for task in list(tasks):
        task.closed = now
        task.outcome = outcome
        task.reason = reason
        entity.tasks_changed = True
        _take_out(entity.open_tasks[task.rule], task)
        entity.note(f"task_{outcome}", reason, line, subject=f"{task.rule} {task.key.rsplit('/', 1)[-1]}")


def take_event(entity: Entity, event: str) -> list[Phrase]:
    """Let an event do and cancel tasks; gives what it did, for the deviations table."""
    effects: list[Phrase] = []
    happened = phrase("reason.event", event=event)
    for plan in entity.plan.follow_ups:
        rule = plan.rule
        tasks = entity.open_tasks.get(rule.name)
        if not tasks:
            continue
        for pattern in plan.cancelled_on:
            if tasks and pattern.event == event and pattern.holds(entity.view) is True:
                close(entity, tasks, "cancelled", happened, rule.span.line)
                effects.append(phrase("effect.cancelled", rule=rule.name))
        if tasks and any(
            pattern.event == event and pattern.holds(entity.view) is True for pattern in plan.done_on
        ):
            close(entity, _answered(tasks, entity.view.now), "done", happened, rule.span.line)
            effects.append(phrase("effect.did", rule=rule.name))
        if tasks and isinstance(rule.anchor, m.AfterSilence) and rule.anchor.event == event:
            close(entity, tasks, "cancelled", phrase("reason.silence_ended", event=event), rule.span.line)
    return effects


def _answered(tasks: list[Task], now: Instant) -> list[Task]:
    """Give the tasks that are due by now, or else the next one."""
    return tasks[: bisect_right(tasks, now, key=_due)] or tasks[:1]


def _silence(event: str) -> _Cause:
    return _Cause(f"no {event}", phrase("reason.no_event", event=event))


def start_event(entity: Entity, event: str, zone: Zone) -> None:
    """Create the tasks that an event gives rise to."""
    for plan in entity.plan.follow_ups:
        match plan.rule.anchor:
            case m.AfterEvent(name) if name == event and plan.trigger(entity.view) is True:
                _create_now(plan, entity, zone, _Cause(event, event))
            case m.AfterSilence(name) if name == event:
                _create_now(plan, entity, zone, _silence(event))


def start_record(entity: Entity, zone: Zone) -> None:
    """Create the tasks that the record's appearance gives rise to: silence and date fields."""
    for plan in entity.plan.follow_ups:
        match plan.rule.anchor:
            case m.AfterSilence(name):
                _create_now(plan, entity, zone, _silence(name))
            case m.AfterField():
                _create_at_dates(plan, entity, zone)


def start_entering(entity: Entity, process: str, stage: str, zone: Zone) -> None:
    """Create the tasks that entering a stage gives rise to."""
    for plan in entity.plan.follow_ups:
        if plan.rule.anchor == m.AfterEntering(process, stage):
            cause = _Cause(f"entering {stage}", phrase("reason.entering", stage=stage))
            _create_now(plan, entity, zone, cause)


def field_changed(entity: Entity, field: str, zone: Zone) -> None:
    """Move the tasks that are anchored at a field which has a new value."""
    for plan in entity.plan.follow_ups:
        if plan.rule.anchor == m.AfterField(field):
            open_tasks = entity.open_tasks.get(plan.rule.name, [])
            reason = phrase("reason.field_changed", field=field)
            close(entity, open_tasks, "cancelled", reason, plan.rule.span.line)
            _create_at_dates(plan, entity, zone)


def cancel_at_end(entity: Entity, process: m.Process) -> None:
    """Cancel what is open when a case enters an end stage.

    A rule that follows a stage ends with that stage's process; any other ends
    when every case of the record has ended.
    """
    for plan in entity.plan.follow_ups:
        rule = plan.rule
        tasks = entity.open_tasks.get(rule.name)
        if not tasks or rule.goes_on_after_end:
            continue
        own_process_ended = isinstance(rule.anchor, m.AfterEntering) and rule.anchor.process == process.name
        if own_process_ended or entity.ended:
            close(entity, tasks, "cancelled", phrase("reason.case_ended"), rule.span.line)


def recheck(entity: Entity) -> None:
    """Cancel the open tasks of rules whose condition no longer holds."""
    for plan in entity.plan.follow_ups:
        tasks = entity.open_tasks.get(plan.rule.name)
        if tasks and plan.condition.expression is not None and plan.condition.holds(entity.view) is not True:
            close(entity, tasks, "cancelled", phrase("reason.condition_gone"), plan.rule.span.line)


def next_change(entity: Entity) -> Instant | None:
    """Give the next moment at which time alone may end a rule's condition."""
    moments = [
        moment
        for plan in entity.plan.follow_ups
        if plan.condition.next_change is not None and entity.open_tasks.get(plan.rule.name)
        if (moment := plan.condition.next_change(entity.view)) is not None
    ]
    return min(moments, default=None)
