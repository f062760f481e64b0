"""Plays a story of one record by the rules of docs/semantics.md, or says that it cannot.

It is no second engine: what would need a calendar, another record or a time zone ends the story with
`UndecidedError`. What it does play has to go as the engine plays it, to the moment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from stepladder_dsl.analysis.durations import CLOCK_CHANGES, Durations
from stepladder_dsl.analysis.situations.clock import UndecidedError, later, later_than_day, moved
from stepladder_dsl.analysis.situations.story import Series, Standing, Story, Task, Timer
from stepladder_dsl.analysis.situations.values import Evaluator, Seen
from stepladder_dsl.model import spec as m
from stepladder_dsl.model.types import Duration, MoneyType

_MOST_STEPS = 200
_A_WEEK_AND_A_DAY = timedelta(days=8)
"""By how much quiet hours, which are the same every week, may move a task."""
_CENT = Decimal("0.01")


class Rehearsal:
    """Plays stories of one kind of record."""

    def __init__(self, spec: m.Spec, record: str) -> None:
        """Take the spec and the kind of record."""
        self.spec = spec
        self.record = spec.records[record]
        self.values = Evaluator(spec)
        self.processes = spec.processes_of(record)
        self.rules = [rule for rule in spec.follow_ups.values() if rule.record == record]
        self.is_answered = _sends_to(spec, record)
        self.durations = Durations(spec.calendars)

    def begin(self, fields: Mapping[str, Any], now: datetime) -> Story:
        """Let a record appear."""
        story = Story(Seen(dict(fields), now=now))
        for process in self.processes:
            if process.start is not None:
                stage = process.stages[process.start]
                case = Standing(process, stage, now)
                story.cases.append(case)
                self._stand(story, case, stage)
        for rule in self.rules:
            match rule.anchor:
                case m.AfterSilence():
                    self._create(story, rule, now)
                case m.AfterField(name) if fields.get(name) is not None:
                    raise UndecidedError
        for case in story.cases:
            if case.ended:
                self._cancel_at_end(story, case.process)
            self._start_entering(story, case)
        self._settle(story)
        self._at_once(story)
        return story

    def happen(self, story: Story, event: str, fields: Mapping[str, Any], now: datetime) -> None:
        """Let an event happen, after everything that is due before it."""
        self.wait_until(story, now)
        story.seen.now = now
        story.steps = 0
        self._event(story, event, fields)
        self._at_once(story)

    def wait_until(self, story: Story, now: datetime) -> None:
        """Let everything happen that is due before a moment; at that moment itself an event goes first."""
        for _ in range(_MOST_STEPS):
            moment = self.next_due(story)
            if moment is None or moment >= now:
                return
            self.pass_time(story, moment)
        raise UndecidedError

    def pass_time(self, story: Story, moment: datetime) -> None:
        """Let happen what is due at the next moment at which anything is."""
        if moment > story.seen.now:
            story.seen.now = moment
            story.steps = 0
        if story.sent and story.sent[0][0] <= moment:
            self._at_once(story)
            return
        while self._take_due(story):
            self._update(story)
            self._at_once(story)
        self._settle(story)
        self._at_once(story)

    def next_due(self, story: Story) -> datetime | None:
        """Give the next moment at which time alone does something, or may do something."""
        moments = list(self._moments(story))
        return min(moments, default=None)

    def _moments(self, story: Story) -> Iterator[datetime]:
        yield from (moment for moment, *_ in story.sent)
        for case in story.cases:
            for timer in case.timers:
                if timer.spent or timer.due is None:
                    continue
                if not timer.waiting:
                    yield timer.due
                elif (moment := self.values.next_change(timer.way.guard, story.seen)) is not None:
                    yield moment
            for _, way in self._conditions(case):
                if (moment := self.values.next_change(way.guard, story.seen)) is not None:
                    yield moment
        yield from (one.latest for one in story.series.values())
        for rule in self.rules:
            if story.tasks.get(rule.name) or rule.name in story.series:
                for guard in (rule.condition, rule.until):
                    if (moment := self.values.next_change(guard, story.seen)) is not None:
                        yield moment

    def is_forgotten(self, story: Story, case: Standing) -> bool:
        """Say whether nobody will be asked about a case, where nothing is due any more at all."""
        if case.ended or (case.stage.limit is not None and (case.stage.limit.alert or case.stage.owner)):
            return False
        asked = any(
            tasks and (self.spec.follow_ups[name].role or self.spec.follow_ups[name].escalations)
            for name, tasks in story.tasks.items()
        )
        return not asked and self.next_due(story) is None

    def settled(self, story: Story, before: datetime) -> datetime | None:
        """Give a moment by which all open tasks are due, wherever quiet hours and contact caps move them.

        Looked at from a moment before which everything has happened that counts; None where there is no such.
        """
        tasks = [(rule, task) for rule in self.rules for task in story.tasks.get(rule.name, [])]
        moments = [_latest(task, self.spec.hours_of(rule)) for rule, task in tasks]
        latest = [moment for moment in moments if moment is not None]
        if len(latest) < len(moments):
            return None
        if not self.spec.contact_caps:
            return max(latest, default=before)
        longest = self._longest_window()
        if longest is None or story.series:
            return None
        happened = [time for times in story.seen.history.values() for time, _ in times if time < before]
        # As long as no task falls due for so long, nothing stands in the way of the next one.
        moment: datetime | None = max([*latest, *happened], default=before)
        for _ in range(len(tasks) + 1):
            moment = None if moment is None else moved(moment, longest)
        return moment

    def _longest_window(self) -> timedelta | None:
        """Give how long a contact may count for a cap, and quiet hours may last behind it."""
        windows = [self.durations.bounds(cap.duration).most for cap in self.spec.contact_caps]
        known = [window for window in windows if window is not None and window < timedelta(days=10**6)]
        return max(known) + _A_WEEK_AND_A_DAY if len(known) == len(windows) else None

    def is_vague(self, rule: m.FollowUp, tasks: list[Task]) -> bool:
        """Say whether it is open which of several tasks are due at a moment."""
        if len(tasks) < 2:
            return False
        moved = self.spec.hours_of(rule) is not None or bool(self.spec.contact_caps)
        return moved or any(task.latest != task.due for task in tasks)

    # events

    def _event(self, story: Story, event: str, fields: Mapping[str, Any]) -> None:
        seen = story.seen
        seen.event = fields
        seen.history[event] = (*seen.history.get(event, ()), (seen.now, fields))
        self._take_event(story, event)
        for case in story.cases:
            case.touched = True
            for timer in case.timers:
                self._anchor(story, case, timer, event=event)
        for case in story.cases:
            seen.event = fields
            for way in case.stage.transitions:
                if way.trigger == m.OnEvent(event) and self.values.holds(way.guard, seen):
                    self._take(story, case, way)
                    self._automatic(story, case)
                    break
        seen.event = fields
        for rule in self.rules:
            match rule.anchor:
                case m.AfterEvent(name, guard) if name == event and self.values.holds(guard, seen):
                    self._create(story, rule, seen.now)
                case m.AfterSilence(name) if name == event:
                    self._create(story, rule, seen.now)
        self._settle(story)

    def _take_event(self, story: Story, event: str) -> None:
        """Let an event do and cancel tasks."""
        now = story.seen.now
        settled = self.settled(story, now)
        all_are_due = settled is not None and settled <= now
        for rule in self.rules:
            tasks = story.tasks.get(rule.name, [])
            if not tasks and rule.name not in story.series:
                continue
            if any(self._matches(pattern, event, story) for pattern in rule.cancelled_on):
                story.series.pop(rule.name, None)
                tasks = story.tasks[rule.name] = []
            if tasks and any(self._matches(pattern, event, story) for pattern in rule.done_on):
                story.tasks[rule.name] = [] if all_are_due else self._left_undone(rule, tasks, now)
            if isinstance(rule.anchor, m.AfterSilence) and rule.anchor.event == event:
                story.series.pop(rule.name, None)
                story.tasks[rule.name] = []

    def _left_undone(self, rule: m.FollowUp, tasks: list[Task], now: datetime) -> list[Task]:
        """Give the tasks that an event has not done: it does those that are due, or else the next one."""
        if self.is_vague(rule, tasks):
            raise UndecidedError
        due = [task for task in tasks if task.due <= now]
        return [task for task in tasks if task.due > now] if due else tasks[1:]

    def _matches(self, pattern: m.EventPattern, event: str, story: Story) -> bool:
        return pattern.event == event and self.values.holds(pattern.guard, story.seen)

    def _at_once(self, story: Story) -> None:
        """Let the events happen that the spec has sent for now."""
        while story.sent and story.sent[0][0] <= story.seen.now:
            self._count_step(story)
            _, _, event, fields = story.sent.pop(0)
            self._event(story, event, fields)

    # time

    def _take_due(self, story: Story) -> bool:
        """Take the first way that is due: the earliest first, then in the order of the text."""
        now = story.seen.now
        due: list[tuple[datetime, int, int, Timer | m.Transition]] = []
        for number, case in enumerate(story.cases):
            due += [(now, number, place, way) for place, way in self._conditions(case)]
            due += [
                (timer.due, number, self._place(case, timer.way), timer)
                for timer in case.timers
                if timer.due is not None and timer.due <= now and not timer.spent
            ]
        for _, number, place, found in sorted(due, key=lambda item: item[:3]):
            case = story.cases[number]
            way = found.way if isinstance(found, Timer) else found
            if isinstance(found, Timer):
                taken = self._fire(story, case, found)
            else:
                taken = self._follow(story, case, place, found)
            if taken:
                if way.target is not None:
                    self._automatic(story, case)
                return True
        return False

    @staticmethod
    def _place(case: Standing, way: m.Transition) -> int:
        return next(place for place, other in enumerate(case.stage.transitions) if other is way)

    def _fire(self, story: Story, case: Standing, timer: Timer) -> bool:
        if timer.is_vague:
            raise UndecidedError
        timer.waiting = not self.values.holds(timer.way.guard, story.seen)
        if timer.waiting:
            return False
        self._count_step(story)
        timer.spent = timer.way.target is None
        self._take(story, case, timer.way)
        return True

    @staticmethod
    def _conditions(case: Standing) -> list[tuple[int, m.Transition]]:
        """Give the conditions of the stage that have not been followed, with their places."""
        return [
            (place, way)
            for place, way in enumerate(case.stage.transitions)
            if isinstance(way.trigger, m.Always) and place not in case.followed
        ]

    def _automatic(self, story: Story, case: Standing) -> bool:
        changed = False
        while any(self._follow(story, case, place, way) for place, way in self._conditions(case)):
            changed = True
        return changed

    def _follow(self, story: Story, case: Standing, place: int, way: m.Transition) -> bool:
        if not self.values.holds(way.guard, story.seen):
            return False
        self._count_step(story)
        if way.target is None:
            case.followed |= {place}
        self._take(story, case, way)
        return True

    @staticmethod
    def _count_step(story: Story) -> None:
        """Give up on a story that takes more steps at one moment than the smallest process has stages."""
        story.steps += 1
        if story.steps > max(1, min(len(case.process.stages) for case in story.cases)):
            raise UndecidedError

    def _settle(self, story: Story) -> None:
        changed = True
        while changed:
            changed = False
            for case in story.cases:
                changed = self._automatic(story, case) or changed
                waiting = [timer for timer in case.timers if timer.waiting and not timer.spent]
                waiting.sort(key=lambda timer: timer.due or story.seen.now)
                changed = any(self._fire(story, case, timer) for timer in waiting) or changed
        self._update(story)

    def _update(self, story: Story) -> None:
        """Let repeating rules go on, and cancel the tasks whose condition is gone."""
        now = story.seen.now
        for rule in self.rules:
            series = story.series.get(rule.name)
            if series is not None and series.latest <= now and rule.again is not None:
                self._go_on(story, rule, series)
        for rule in self.rules:
            if not story.tasks.get(rule.name) and rule.name not in story.series:
                continue
            if rule.condition is not None and not self.values.holds(rule.condition, story.seen):
                story.series.pop(rule.name, None)
                story.tasks[rule.name] = []
            elif rule.name in story.series and self._has_come_to_its_end(story, rule):
                self._stop(story, rule)

    def _go_on(self, story: Story, rule: m.FollowUp, series: Series) -> None:
        if rule.again is None:
            return
        if self._has_come_to_its_end(story, rule):
            self._stop(story, rule)
            return
        while series.latest <= story.seen.now:
            series.times += 1
            series.latest = later(series.begins, rule.again, series.times)
        series.number += 1
        self._add(story, rule, Task(series.latest, series.latest, series.number))

    def _has_come_to_its_end(self, story: Story, rule: m.FollowUp) -> bool:
        return rule.until is not None and self.values.holds(rule.until, story.seen)

    def _stop(self, story: Story, rule: m.FollowUp) -> None:
        del story.series[rule.name]
        now = story.seen.now
        if story.tasks.get(rule.name) and (self.spec.hours_of(rule) is not None or self.spec.contact_caps):
            raise UndecidedError
        story.tasks[rule.name] = [task for task in story.tasks.get(rule.name, []) if task.due <= now]

    # taking a way

    def _take(self, story: Story, case: Standing, way: m.Transition) -> None:
        for effect in way.effects:
            self._effect(story, effect)
        if way.target is None:
            return
        stage = case.process.stages[way.target]
        self._stand(story, case, stage)
        if case.ended:
            self._cancel_at_end(story, case.process)
        self._start_entering(story, case)

    def _stand(self, story: Story, case: Standing, stage: m.Stage) -> None:
        seen, name = story.seen, case.process.name
        case.stage, case.since, case.followed, case.touched = stage, seen.now, frozenset(), False
        seen.stage[name] = stage.name
        seen.entered[name] = seen.now
        seen.reached |= {(name, stage.name)}
        case.timers = [
            Timer(way, None) for way in stage.transitions if isinstance(way.trigger, m.After | m.Silence)
        ]
        for timer in case.timers:
            timer.due = self._timer_due(story, case, timer.way.trigger)

    def _anchor(
        self, story: Story, case: Standing, timer: Timer, *, event: str | None = None, name: str | None = None
    ) -> None:
        """Work out anew when a timer is due that counts from an event or a field."""
        trigger = timer.way.trigger
        if isinstance(trigger, m.Silence):
            concerned = event is not None and trigger.event == event
        elif isinstance(trigger, m.After):
            names = (
                {trigger.since_event} if event is not None else {trigger.since_field, trigger.duration_field}
            )
            concerned = (event if event is not None else name) in names
        else:
            concerned = False
        if not concerned:
            return
        due = self._timer_due(story, case, trigger)
        if due != timer.due:
            timer.waiting = timer.spent = False
        timer.due = due

    def _timer_due(self, story: Story, case: Standing, trigger: m.Trigger) -> datetime | None:
        seen = story.seen
        if isinstance(trigger, m.Silence):
            events = seen.history.get(trigger.event)
            begins = max(case.since, events[-1][0]) if events else case.since
            return self._not_before(begins, trigger.duration)
        if not isinstance(trigger, m.After):
            return None
        length = trigger.duration
        if trigger.duration_field is not None:
            length = seen.fields.get(trigger.duration_field)
        if length is None:
            return None
        if trigger.since_event is not None:
            events = seen.history.get(trigger.since_event)
            return self._not_before(events[-1][0], length) if events else None
        if trigger.since_field is not None:
            value = seen.fields.get(trigger.since_field)
            if value is None:
                return None
            if isinstance(value, date) and not isinstance(value, datetime):
                return later_than_day(value, length)
            raise UndecidedError
        return self._not_before(case.since, length)

    def _not_before(self, moment: datetime, duration: Duration) -> datetime:
        """Give the moment a duration later, or of working time one that is surely not later than that."""
        if duration.calendar is None:
            return later(moment, duration)
        least = self.durations.bounds(duration).least - CLOCK_CHANGES
        found = moved(moment, max(least, timedelta()))
        if found is None:
            raise UndecidedError
        return found

    def _not_after(self, moment: datetime, duration: Duration) -> datetime | None:
        """Give the moment a duration later, or of working time one that is surely not sooner."""
        if duration.calendar is None:
            return later(moment, duration)
        most = self.durations.bounds(duration).most
        return None if most is None else moved(moment, most + CLOCK_CHANGES)

    def _effect(self, story: Story, effect: m.Effect) -> None:
        seen = story.seen
        match effect:
            case m.SetField(name, expression):
                value = _stored(self.values.value(expression, seen), self.record.fields[name])
                if seen.fields.get(name) == value:
                    return
                seen.fields[name] = value
                for case in story.cases:
                    for timer in case.timers:
                        self._anchor(story, case, timer, name=name)
                if any(rule.anchor == m.AfterField(name) for rule in self.rules):
                    raise UndecidedError
            case m.Emit(event, None, delay, values):
                known = self.spec.events[event].fields
                fields = {
                    name: _stored(self.values.value(value, seen), known[name])
                    for name, value in values.items()
                }
                moment = seen.now if delay is None else later(seen.now, delay)
                story.sent.append((moment, len(story.sent), event, fields))
                story.sent.sort(key=lambda one: one[0])
            case m.OpenRecord(into_field=into) if into is not None:
                raise UndecidedError
            case _ if self.is_answered:
                # Another record takes part now, and may answer.
                raise UndecidedError

    # follow-ups

    def _start_entering(self, story: Story, case: Standing) -> None:
        anchor = m.AfterEntering(case.process.name, case.stage.name)
        for rule in self.rules:
            if rule.anchor == anchor:
                self._create(story, rule, story.seen.now)

    def _create(self, story: Story, rule: m.FollowUp, anchor: datetime) -> None:
        if not self.values.holds(rule.condition, story.seen):
            return
        due = [(self._not_before(anchor, step), self._not_after(anchor, step)) for step in rule.intervals]
        for number, (moment, latest) in enumerate(due, start=1):
            self._add(story, rule, Task(moment, latest, number))
        if rule.again is not None:
            if any(moment != latest for moment, latest in due):
                raise UndecidedError
            last = max(moment for moment, _ in due)
            series = story.series[rule.name] = Series(last, 0, last, len(due))
            if series.latest <= story.seen.now:
                self._go_on(story, rule, series)

    @staticmethod
    def _add(story: Story, rule: m.FollowUp, task: Task) -> None:
        tasks = story.tasks.setdefault(rule.name, [])
        tasks.append(task)
        tasks.sort(key=lambda task: task.due)

    def _cancel_at_end(self, story: Story, process: m.Process) -> None:
        for rule in self.rules:
            own = isinstance(rule.anchor, m.AfterEntering) and rule.anchor.process == process.name
            if not rule.goes_on_after_end and (own or story.ended):
                story.series.pop(rule.name, None)
                story.tasks[rule.name] = []


def _latest(task: Task, hours: m.ContactHours | None) -> datetime | None:
    """Give the last moment to which the hours in which clients are contacted move a task."""
    if task.latest is None or hours is None:
        return task.latest
    return None if hours.calendar is not None else moved(task.latest, _A_WEEK_AND_A_DAY)


def _stored(value: Any, known: m.Field) -> Any:
    """Give a value as it is kept; of money that would have to be rounded nothing is said."""
    is_money = isinstance(known.type, MoneyType) and isinstance(value, Decimal)
    if is_money and value != value.quantize(_CENT, ROUND_HALF_UP):
        raise UndecidedError
    return value


def _sends_to(spec: m.Spec, record: str) -> bool:
    """Say whether a process of some record sends events to others of this kind, or opens such."""
    effects = [
        effect
        for process in spec.processes.values()
        for stage in process.stages.values()
        for way in stage.transitions
        for effect in way.effects
    ]
    return any(
        (
            isinstance(effect, m.Emit)
            and effect.to_field is not None
            and spec.events[effect.event].record == record
        )
        or (isinstance(effect, m.OpenRecord) and effect.record == record)
        for effect in effects
    )
