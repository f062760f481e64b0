"""One step of one record: it appears, an event happens, or something falls due.

The order of things inside a step is the binding one of semantics.md, "Handling
an event"; each method below is one of its sentences.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from stepladder_dsl.model import spec as m
from stepladder_engine.calendars.zone import Instant, Zone
from stepladder_engine.data.dataset import Origin
from stepladder_engine.expressions.view import Happened
from stepladder_engine.runtime import contacts, follow_ups, offers
from stepladder_engine.runtime.plans import ProcessPlan, StagePlan, Way
from stepladder_engine.runtime.program import Program
from stepladder_engine.runtime.state import Deviation, Entity, JournalEntry, Position, Task, Timer
from stepladder_engine.texts.catalogue import Phrase, phrase

EmitEvent = Callable[[Entity, m.Emit, Mapping[str, Any]], None]
"""Puts an emitted event into the queue: (who emits, the effect, the event's fields)."""

OpenRecord = Callable[[Entity, m.OpenRecord, Mapping[str, Any]], str | None]
"""Lets a record appear: (who opens it, the effect, its fields); gives its key, None where a loop stops it."""


class _Missed(NamedTuple):
    """A case that an event has not moved: where it stands, and why no guard let the event through."""

    plan: ProcessPlan
    stage: str
    near: Phrase | None


class Stepper:
    """Advances records by single steps; keeps nothing of its own."""

    def __init__(self, program: Program, emit: EmitEvent, open_record: OpenRecord) -> None:
        """Take the compiled spec, and the queue's doors for emitted events and new records."""
        self.program = program
        self.zone = program.zone
        self.emit = emit
        self.open_record = open_record

    # appearing

    def place(self, entity: Entity, since: Instant | None) -> None:
        """Put the record's cases into their start stages without a story."""
        for plan in entity.plan.processes:
            start = plan.process.start
            if start is not None:
                position = Position(plan, plan.stages[start], since)
                entity.positions.append(position)
                self._stand(entity, position, plan.stages[start], since)

    def start(self, entity: Entity, now: Instant, reason: Phrase) -> None:
        """Let the record appear: each case enters its start stage."""
        entity.started = now
        entity.view.now = now
        self.place(entity, now)
        for position in entity.positions:
            stage = position.stage.stage
            entity.note(
                "start", reason, stage.span.line, process=position.plan.process.name, to_stage=stage.name
            )
        follow_ups.start_record(entity, self.zone)
        for position in entity.positions:
            process, stage = position.plan.process, position.stage.stage
            if stage.end is not None:
                follow_ups.cancel_at_end(entity, process)
            follow_ups.start_entering(entity, process.name, stage.name, self.zone)
        self._settle(entity)

    # events

    def event(
        self,
        entity: Entity,
        name: str,
        fields: Mapping[str, Any],
        origin: Origin | None,
        *,
        again: bool = False,
    ) -> None:
        """Let an event happen to the record now; `again`: it belongs to what the last one has led to."""
        view = entity.view
        # Aggregates take the event in first: a guard sees the event it is about.
        view.event = fields
        view.history.setdefault(name, []).append(Happened(view.now, fields))
        effects = follow_ups.take_event(entity, name)
        if entity.open_offers:
            effects += offers.take_event(entity, name)
        for position in entity.positions:
            if not again:
                position.steps = 0
                position.stuck = entity.endless is not None
            places = position.stage.moved_by_event.get(name)
            if places is not None:
                self._move_timers(entity, position, places)
        self._transitions(entity, name, effects, origin)
        follow_ups.start_event(entity, name, self.zone)
        self._settle(entity)

    def _transitions(self, entity: Entity, name: str, effects: list[Phrase], origin: Origin | None) -> None:
        """Offer the event to each case: the first way that matches and whose guard is true is taken."""
        missed: list[_Missed] = []
        awaited = False
        view = entity.view
        fields = view.event
        for position in entity.positions:
            ways = position.stage.on_event.get(name, ())
            awaited = awaited or bool(ways)
            view.event = fields
            for way in ways:
                if way.guard.holds(view) is True:
                    self._take(entity, position, way)
                    self._automatic(entity, position)
                    break
            else:
                near = self._near_miss(entity, ways) if ways else None
                missed.append(_Missed(position.plan, position.stage.stage.name, near))
        if missed:
            self._record_deviations(entity, name, missed, effects, origin, awaited=awaited)

    def _record_deviations(
        self,
        entity: Entity,
        name: str,
        missed: list[_Missed],
        effects: list[Phrase],
        origin: Origin | None,
        *,
        awaited: bool,
    ) -> None:
        """Keep what nobody waited for; among several processes only those that know the event speak of it."""
        if awaited:
            missed = [found for found in missed if found.near is not None]
        else:
            missed = [found for found in missed if name in found.plan.events] or missed
        now, line = entity.view.now, self.program.spec.events[name].span.line
        effect = phrase("reason.several", parts=tuple(effects)) if effects else None
        for plan, stage, near in missed:
            process = plan.process.name
            if near is None:
                found, step = "not_in_process", "deviation"
                reason, told = self.program.unawaited[name]
            else:
                found, step = "guard_not_true", "near_miss"
                reason, told = near, phrase("reason.event_failed", event=name, reason=near)
            entity.deviations.append(Deviation(now, process, stage, name, found, reason, effect, origin))
            entity.journal.append(JournalEntry(now, step, process, stage, None, None, told, line))

    def _near_miss(self, entity: Entity, ways: tuple[Way, ...]) -> Phrase:
        """Say why no guard let the event through."""
        first, *others = (self._why_not(entity, way) for way in ways)
        for other in others:
            first = phrase("reason.and_then", first=first, other=other)
        return first

    def _why_not(self, entity: Entity, way: Way) -> Phrase:
        """Say why a guard did not let the event through: false, or unknown because of what."""
        guard = way.transition.guard_text
        if way.guard.holds(entity.view) is not None:
            return phrase("reason.guard_false", guard=guard)
        unknown = self.program.unknown_names(way.guard, entity.view)
        if not unknown:
            return phrase("reason.guard_unknown", guard=guard)
        names = phrase("list.and", first=tuple(unknown[:-1]), last=unknown[-1]) if unknown[1:] else unknown[0]
        return phrase("reason.guard_unknown_because", guard=guard, names=names, count=len(unknown))

    # time

    def next_due(self, entity: Entity) -> Instant | None:
        """Give the next moment at which time alone does something to the record."""
        view, plan = entity.view, entity.plan
        moments: list[Instant | None] = [view.now] if entity.more_due else []
        for position in entity.positions:
            if position.since is None or position.stuck:
                continue
            for timer in position.timers:
                if timer.spent or timer.due is None:
                    continue
                if not timer.waiting:
                    moments.append(timer.due)
                elif timer.way.guard.next_change is not None:
                    moments.append(timer.way.guard.next_change(view))
            for index, change in position.stage.timed:
                if index not in position.spent:
                    moments.append(change(view))
        if entity.open_offers or entity.offer_waits or plan.timed_offers:
            moments.append(offers.next_change(entity))
        if entity.series or plan.timed:
            moments.append(follow_ups.next_change(entity))
        soonest = None
        for moment in moments:
            if moment is not None and (soonest is None or moment < soonest):
                soonest = moment
        return soonest

    def due(self, entity: Entity, now: Instant) -> None:
        """Let everything happen that falls due for the record at this moment."""
        if now > entity.view.now:
            entity.view.now = now
            for position in entity.positions:
                position.steps = 0
        offers.expire(entity)
        entity.more_due = self._take_due(entity, now)
        if entity.more_due:
            # An event that this step emitted at once goes before whatever else is due now.
            self._update(entity)
        else:
            self._settle(entity)

    def _take_due(self, entity: Entity, moment: Instant) -> bool:
        """Take the first way that is due by a moment: earliest due time first, then the order of the text.

        A condition that time has just made true is a timer that is due now. The
        moment lies before now where a stage is entered after a timer of it would
        have been due: that comes before an event of now, what is due now does not.
        """
        now = entity.view.now
        due: list[tuple[Instant, int, int, Position, Timer | Way]] = []
        for number, position in enumerate(entity.positions):
            if position.stuck or position.since is None:
                continue
            if moment >= now:
                due += [(now, number, way.index, position, way) for way in self._open_conditions(position)]
            due += [
                (timer.due, number, timer.way.index, position, timer)
                for timer in position.timers
                if timer.due is not None and timer.due <= moment and not timer.spent
            ]
        for _, _, _, position, found in sorted(due, key=lambda item: item[:3]):
            if isinstance(found, Timer):
                way, taken = found.way, self._fire(entity, position, found)
            else:
                way, taken = found, self._take_condition(entity, position, found)
            if taken:
                if way.transition.target is not None:
                    self._automatic(entity, position)
                return True
        return False

    def _fire(self, entity: Entity, position: Position, timer: Timer) -> bool:
        """Take the way of a timer that is due, unless its guard does not hold: then it waits."""
        timer.waiting = timer.way.guard.holds(entity.view) is not True
        if timer.waiting:
            return False
        again = timer.fired == entity.view.now
        if not self._step_allowed(entity, position, timer.way, again=again):
            return False
        timer.spent = timer.way.transition.target is None
        timer.fired = entity.view.now
        self._take(entity, position, timer.way)
        return True

    # what follows from a change

    def _settle(self, entity: Entity) -> None:
        """Take what has become possible until nothing more changes, then update tasks and offers."""
        changed = True
        while changed:
            changed = False
            for position in entity.positions:
                if position.stage.automatic:
                    changed = self._automatic(entity, position) or changed
                if position.timers:
                    changed = self._waiting_timers(entity, position) or changed
        entity.more_due = False
        self._update(entity)

    def _update(self, entity: Entity) -> None:
        """Cancel tasks, plan those to come, open and withdraw offers, as the new state has it."""
        plan = entity.plan
        if entity.series:
            follow_ups.go_on(entity, self.zone)
        if plan.conditional:
            follow_ups.recheck(entity)
        if entity.tasks_changed:
            contacts.arrange(entity, self.program)
        if plan.offers:
            offers.update(entity, self.program)

    @staticmethod
    def _open_conditions(position: Position) -> list[Way]:
        """Give the `when` ways of the present stage; one that stays is taken once a visit."""
        return [way for way in position.stage.automatic if way.index not in position.spent]

    def _automatic(self, entity: Entity, position: Position) -> bool:
        """Take `when` ways until none holds, each time the first of the text."""
        changed = False
        while position.stage.automatic and position.since is not None:
            for way in self._open_conditions(position):
                if self._take_condition(entity, position, way):
                    changed = True
                    break
            else:
                break
        return changed

    def _take_condition(self, entity: Entity, position: Position, way: Way) -> bool:
        """Take a `when` way if its guard holds."""
        if position.stuck or way.guard.holds(entity.view) is not True:
            return False
        if not self._step_allowed(entity, position, way):
            return False
        if way.transition.target is None:
            position.spent.add(way.index)
        self._take(entity, position, way)
        return True

    def _waiting_timers(self, entity: Entity, position: Position) -> bool:
        """Look again at timers whose guard did not hold when they were due, the earliest due first."""
        waiting = [timer for timer in position.timers if timer.waiting and not timer.spent]
        if not waiting:
            return False
        waiting.sort(key=lambda timer: timer.due or 0)
        return not position.stuck and any(self._fire(entity, position, timer) for timer in waiting)

    def _step_allowed(self, entity: Entity, position: Position, way: Way, *, again: bool = False) -> bool:
        """Stop a loop of automatic steps at one moment after as many as the process has stages.

        A way that stays is no step of a loop, unless it is taken again at the same moment.
        """
        if way.transition.target is None and not again:
            return True
        position.steps += 1
        if position.steps <= len(position.plan.stages):
            return True
        position.stuck = True
        stage = position.stage.stage
        entity.note(
            "error",
            phrase("reason.transitions_loop"),
            stage.span.line,
            process=position.plan.process.name,
            stage=stage.name,
        )
        return False

    # taking a way

    def _take(self, entity: Entity, position: Position, way: Way) -> None:
        """Leave the stage, let the effects happen in order, enter the target."""
        transition = way.transition
        process = position.plan.process.name
        stage = position.stage.stage
        target, line, now = transition.target, transition.span.line, entity.view.now
        kind = "stay" if target is None else "move"
        entity.journal.append(JournalEntry(now, kind, process, stage.name, target, None, way.reason, line))
        if target is not None:
            self._leave(entity, position)
        if way.values:
            self._effects(entity, position, way)
        if target is not None:
            self._enter(entity, position, position.plan.stages[target])

    def _leave(self, entity: Entity, position: Position) -> None:
        """End the wait for the stage's limit: an alert that was raised is closed, any other never was."""
        now = entity.view.now
        for task in entity.open_tasks.pop(alert_rule(position), []):
            if task.due >= now:
                entity.forget(task)
                continue
            task.closed, task.outcome, task.reason = now, "done", phrase("reason.left_stage")
            entity.note(
                "alert_closed",
                task.reason,
                task.line,
                process=task.process,
                stage=task.stage,
                subject=task.role,
            )

    def _enter(self, entity: Entity, position: Position, plan: StagePlan) -> None:
        process = position.plan.process
        self._stand(entity, position, plan, entity.view.now)
        if plan.stage.end is not None:
            follow_ups.cancel_at_end(entity, process)
        follow_ups.start_entering(entity, process.name, plan.stage.name, self.zone)

    def _stand(self, entity: Entity, position: Position, plan: StagePlan, since: Instant | None) -> None:
        """Let the case stand in a stage: its timers and its limit begin to run."""
        process, stage = position.plan.process, plan.stage
        position.stage = plan
        position.since = since
        position.spent = set()
        view = entity.view
        view.stage[process.name] = stage.name
        view.entered[process.name] = since
        view.reached.setdefault(process.name, set()).add(stage.name)
        position.timers = []
        if since is not None:
            for way in plan.timers:
                position.timers.append(Timer(way, self._timer_due(entity, position, way)))
        if stage.limit is not None and since is not None:
            self._expect_alert(entity, position, stage, stage.limit, since)

    def _move_timers(self, entity: Entity, position: Position, places: tuple[int, ...]) -> None:
        """Compute anew when timers are due whose anchor is another one now."""
        if not position.timers:
            return
        for place in places:
            timer = position.timers[place]
            due = self._timer_due(entity, position, timer.way)
            if due != timer.due:
                # A new anchor is a new timer, even for a way that was already tried.
                timer.waiting = False
                timer.spent = False
            timer.due = due

    def _timer_due(self, entity: Entity, position: Position, way: Way) -> Instant | None:
        """Give when a timer is due; None: its anchor is unknown."""
        trigger = way.transition.trigger
        if not isinstance(trigger, m.After):
            if not isinstance(trigger, m.Silence):
                return None
            return self._silence_due(entity, position, trigger)
        length = trigger.duration
        if trigger.duration_field is not None:
            length = entity.view.fields.get(trigger.duration_field)
        if length is None:
            return None
        if trigger.since_event is not None:
            events = entity.view.history.get(trigger.since_event)
            return self.zone.add(events[-1].time, length) if events else None
        if trigger.since_field is not None:
            value = entity.view.fields.get(trigger.since_field)
            if value is None:
                return None
            return (
                self.zone.add(value, length)
                if isinstance(value, int)
                else self.zone.add_to_day(value, length)
            )
        return None if position.since is None else self.zone.add(position.since, length)

    def _silence_due(self, entity: Entity, position: Position, trigger: m.Silence) -> Instant | None:
        """Count from the entry or from the last such event, whichever is later."""
        if position.since is None:
            return None
        events = entity.view.history.get(trigger.event)
        begins = max(position.since, events[-1].time) if events else position.since
        return self.zone.add(begins, trigger.duration)

    def _expect_alert(
        self, entity: Entity, position: Position, stage: m.Stage, limit: m.StageLimit, since: Instant
    ) -> None:
        due = self.zone.add(since, limit.duration)
        process = position.plan.process.name
        role = limit.alert or stage.owner
        rule = alert_rule(position)
        key = follow_ups.task_key(rule, entity, f"{stage.name}@{self.zone.text(since)}", 1)
        task = Task(
            key,
            "alert",
            rule,
            stage.label,
            process,
            stage.name,
            role,
            entity.person_for(role),
            None,
            None,
            due,
            due,
            limit.span.line,
        )
        entity.tasks.append(task)
        entity.open_tasks[rule] = [task]

    def _effects(self, entity: Entity, position: Position, way: Way) -> None:
        """Let the effects happen in order; each sees what the ones before it have done."""
        for effect, values in zip(way.transition.effects, way.values, strict=True):
            computed = {name: value(entity.view) for name, value in values.items()}
            match effect:
                case m.SetField(name):
                    self._set(entity, position, name, computed[name], effect.span.line)
                case m.Emit():
                    self._emit(entity, position, effect, computed)
                case m.OpenRecord():
                    self._open(entity, position, effect, computed)

    def _stored(self, values: Mapping[str, Any], fields: Mapping[str, m.Field]) -> dict[str, Any]:
        return {name: self.program.rounded(value, fields[name].type) for name, value in values.items()}

    def _emit(self, entity: Entity, position: Position, effect: m.Emit, values: Mapping[str, Any]) -> None:
        fields = self._stored(values, self.program.spec.events[effect.event].fields)
        process = position.plan.process.name
        entity.note("emit", effect.event, effect.span.line, process=process, subject=effect.to_field)
        self.emit(entity, effect, fields)

    def _open(
        self, entity: Entity, position: Position, effect: m.OpenRecord, values: Mapping[str, Any]
    ) -> None:
        fields = self._stored(values, self.program.spec.records[effect.record].fields)
        if effect.parent_field is not None:
            fields[effect.parent_field] = entity.key
        key = self.open_record(entity, effect, fields)
        if key is None:
            return
        process = position.plan.process.name
        entity.note("open", key, effect.span.line, process=process, subject=effect.record)
        if effect.into_field is not None:
            self._set(entity, position, effect.into_field, key, effect.span.line)

    def _set(self, entity: Entity, position: Position, name: str, value: Any, line: int) -> None:
        stored = self.program.rounded(value, entity.plan.record.fields[name].type)
        changed = entity.view.fields.get(name) != stored
        entity.view.fields[name] = stored
        entity.note("set", shown(stored, self.zone), line, process=position.plan.process.name, subject=name)
        if not changed:
            return
        for other in entity.positions:
            self._move_timers(entity, other, other.stage.moved_by_field.get(name, ()))
        follow_ups.field_changed(entity, name, self.zone)


def shown(value: Any, zone: Zone) -> Phrase | str:
    """Give a value as the journal shows it; whole numbers are moments."""
    match value:
        case None:
            return phrase("value.unknown")
        case bool():
            return phrase("value.yes" if value else "value.no")
        case tuple():
            return Phrase("reason.several", {"parts": tuple(shown(item, zone) for item in value)})
        case int():
            return zone.text(value)
        case _:
            return str(value)


def alert_rule(position: Position) -> str:
    """Give the name under which a case's alerts are kept."""
    return f"limit {position.plan.process.name}"
