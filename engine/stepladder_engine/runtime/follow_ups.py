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

from stepladder_dsl.model import spec as m
from stepladder_engine.calendars.zone import NEVER, Instant, Zone
from stepladder_engine.runtime.plans import FollowUpPlan
from stepladder_engine.runtime.state import Entity, JournalEntry, Series, Task
from stepladder_engine.texts.catalogue import Phrase, phrase


def task_key(rule: str, entity: Entity, anchor: str, number: int) -> str:
    """Give the stable key of a task: rule, record, anchor and its number in the series.

    Two anchors that cannot be told apart (the same event twice at one moment)
    get a count, so that a key is never used twice.
    """
    key = f"{rule}/{entity.kind}:{entity.key}/{anchor}/{number}"
    seen = entity.task_keys.get(key, 0)
    entity.task_keys[key] = seen + 1
    return key if seen == 0 else f"{key}+{seen}"


def _create_now(plan: FollowUpPlan, entity: Entity, zone: Zone) -> None:
    """Create the tasks of a rule that count from now."""
    if plan.condition.holds(entity.view) is True:
        now = entity.view.now
        _create(plan, entity, zone, [zone.add(now, step) for step in plan.rule.intervals], now)


def _create_at_dates(plan: FollowUpPlan, entity: Entity, zone: Zone) -> None:
    """Create the tasks of a rule that is anchored at a date field."""
    rule = plan.rule
    if not isinstance(rule.anchor, m.AfterField):
        return
    value = entity.view.fields.get(rule.anchor.field)
    if value is None or plan.condition.holds(entity.view) is not True:
        return
    if isinstance(value, int):
        _create(plan, entity, zone, [zone.add(value, step) for step in rule.intervals], value)
    else:
        due = [zone.add_to_day(value, step) for step in rule.intervals]
        _create(plan, entity, zone, due, zone.start_of(value))


def _create(plan: FollowUpPlan, entity: Entity, zone: Zone, due: list[Instant], anchor: Instant) -> None:
    """Create the tasks of a rule whose condition holds."""
    rule = plan.rule
    name, reason = plan.occasion
    anchor_text = f"{name}@{zone.text(anchor)}"
    for number, wanted in enumerate(due, start=1):
        _add(plan, entity, zone, anchor_text, number, wanted, reason)
    if rule.again is not None:
        # A new anchor begins a new rhythm; what the old one has led to stays.
        entity.series[rule.name] = Series(anchor_text, reason, len(due), max(due), 0, max(due))
        go_on(entity, zone)


def _add(
    plan: FollowUpPlan,
    entity: Entity,
    zone: Zone,
    anchor: str,
    number: int,
    wanted: Instant,
    reason: Phrase | str,
) -> None:
    """Let one task come into being."""
    rule = plan.rule
    moment = plan.next_open(wanted)
    now, line = entity.view.now, rule.span.line
    task = Task(
        task_key(rule.name, entity, anchor, number),
        "follow_up",
        rule.name,
        rule.label,
        None,
        None,
        rule.role,
        entity.person_for(rule.role),
        rule.channel,
        plan.message.text(entity.view) if plan.message is not None else None,
        now,
        moment,
        line,
        escalations(rule, zone, moment),
    )
    entity.tasks.append(task)
    entity.tasks_changed = True
    open_tasks = entity.open_tasks.setdefault(rule.name, [])
    if not open_tasks or open_tasks[-1].due <= moment:
        open_tasks.append(task)
    else:
        insort(open_tasks, task, key=_due)
    told = f"{rule.name} {number}"
    entity.journal.append(JournalEntry(now, "task", None, None, None, told, reason, line))
    if moment != wanted:
        task.wanted, task.moved = wanted, "quiet_hours"
        note_moved(entity, task, "reason.quiet_hours", zone)


def go_on(entity: Entity, zone: Zone) -> None:
    """Let the next task of what comes again and again come into being once the one before is due.

    What would have been due before now is passed over: nobody can call in the past.
    """
    if not entity.series:
        return
    for plan in entity.plan.follow_ups:
        series = entity.series.get(plan.rule.name)
        if series is None or series.latest > entity.view.now or plan.rule.again is None:
            continue
        if _has_come_to_its_end(plan, entity):
            _stop(entity, plan)
            continue
        while series.latest <= entity.view.now:
            series.times += 1
            series.latest = zone.add(series.begins, plan.rule.again, series.times)
        series.number += 1
        _add(plan, entity, zone, series.anchor, series.number, series.latest, series.reason)


def _has_come_to_its_end(plan: FollowUpPlan, entity: Entity) -> bool:
    """Say whether a rule comes no more again."""
    return plan.until.expression is not None and plan.until.holds(entity.view) is True


def _stop(entity: Entity, plan: FollowUpPlan) -> None:
    """End what comes again and again; what is not due yet does not come."""
    series = entity.series.pop(plan.rule.name, None)
    if series is not None:
        planned = [task for task in entity.open_tasks.get(plan.rule.name, ()) if task.due > entity.view.now]
        close(entity, planned, "cancelled", phrase("reason.repeating_ended"), plan.rule.span.line)


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
    if len(steps) > 1:
        steps.sort(key=lambda step: step[0])
    return tuple(steps)


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
    for closing in entity.plan.closed_by[event]:
        rule = closing.plan.rule
        tasks = entity.open_tasks.get(rule.name)
        if not tasks and rule.name not in entity.series:
            continue
        happened = phrase("reason.event", event=event)
        for holds in closing.cancelled:
            if holds(entity.view) is True:
                entity.series.pop(rule.name, None)
                if tasks:
                    close(entity, tasks, "cancelled", happened, rule.span.line)
                    effects.append(phrase("effect.cancelled", rule=rule.name))
        if tasks and any(holds(entity.view) is True for holds in closing.done):
            close(entity, _answered(tasks, entity.view.now), "done", happened, rule.span.line)
            effects.append(phrase("effect.did", rule=rule.name))
        if closing.ends_silence:
            entity.series.pop(rule.name, None)
            reason = phrase("reason.silence_ended", event=event)
            close(entity, tasks or (), "cancelled", reason, rule.span.line)
    return effects


def _answered(tasks: list[Task], now: Instant) -> list[Task]:
    """Give the tasks that are due by now, or else the next one."""
    return tasks[: bisect_right(tasks, now, key=_due)] or tasks[:1]


def start_event(entity: Entity, event: str, zone: Zone) -> None:
    """Create the tasks that an event gives rise to."""
    for plan in entity.plan.begun_by_event[event]:
        if plan.trigger(entity.view) is True:
            _create_now(plan, entity, zone)


def start_record(entity: Entity, zone: Zone) -> None:
    """Create the tasks that the record's appearance gives rise to: silence and date fields."""
    for plan in entity.plan.follow_ups:
        match plan.rule.anchor:
            case m.AfterSilence():
                _create_now(plan, entity, zone)
            case m.AfterField():
                _create_at_dates(plan, entity, zone)


def start_entering(entity: Entity, process: str, stage: str, zone: Zone) -> None:
    """Create the tasks that entering a stage gives rise to."""
    for plan in entity.plan.begun_by_entering.get((process, stage), ()):
        _create_now(plan, entity, zone)


def field_changed(entity: Entity, field: str, zone: Zone) -> None:
    """Move the tasks that are anchored at a field which has a new value."""
    for plan in entity.plan.follow_ups:
        if plan.rule.anchor == m.AfterField(field):
            entity.series.pop(plan.rule.name, None)
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
        if rule.goes_on_after_end:
            continue
        own_process_ended = isinstance(rule.anchor, m.AfterEntering) and rule.anchor.process == process.name
        if own_process_ended or entity.ended:
            entity.series.pop(rule.name, None)
            tasks = entity.open_tasks.get(rule.name, ())
            close(entity, tasks, "cancelled", phrase("reason.case_ended"), rule.span.line)


def recheck(entity: Entity) -> None:
    """Cancel the open tasks of rules whose condition no longer holds."""
    for plan in entity.plan.conditional:
        tasks = entity.open_tasks.get(plan.rule.name)
        series = entity.series.get(plan.rule.name)
        if not tasks and series is None:
            continue
        if plan.condition.expression is not None and plan.condition.holds(entity.view) is not True:
            entity.series.pop(plan.rule.name, None)
            close(entity, tasks or (), "cancelled", phrase("reason.condition_gone"), plan.rule.span.line)
        elif series is not None and _has_come_to_its_end(plan, entity):
            _stop(entity, plan)


def next_change(entity: Entity) -> Instant | None:
    """Give the next moment at which time alone may end a rule's condition, or lets it come again."""
    timed = entity.plan.timed
    if not timed and not entity.series:
        return None
    moments = [series.latest for series in entity.series.values() if series.latest < NEVER]
    for plan in timed:
        name = plan.rule.name
        if entity.open_tasks.get(name) or name in entity.series:
            moments += [moment for change in plan.timed if (moment := change(entity.view)) is not None]
    return min(moments, default=None)
