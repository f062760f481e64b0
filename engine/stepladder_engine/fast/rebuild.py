"""An outcome -> records as the reference executor leaves them, for everything that asks about whole records.

Small data, tests and the story of a case come here; large data is told from the columns.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from stepladder_dsl.model import spec as m
from stepladder_engine.expressions.view import Happened
from stepladder_engine.fast import layout as at
from stepladder_engine.fast.convert import all_fields, origin_at, reader_of, whole_dataset
from stepladder_engine.fast.frames import UNKNOWN
from stepladder_engine.fast.outcome import (
    DEVIATION_KINDS,
    MOVED,
    OFFER_STATUSES,
    REASONS,
    STEPS,
    TASK_OUTCOMES,
    KindOutcome,
    Outcome,
)
from stepladder_engine.fast.plan import KindPlan, make_plan
from stepladder_engine.fast.telling import Teller, cause_name
from stepladder_engine.fast.together import handed_entities
from stepladder_engine.runtime import follow_ups
from stepladder_engine.runtime.result import RunResult
from stepladder_engine.runtime.run import finish_journal
from stepladder_engine.runtime.state import (
    Deviation,
    Entity,
    JournalEntry,
    OfferCopy,
    Position,
    Series,
    Task,
    Timer,
)
from stepladder_engine.runtime.step import alert_rule, shown
from stepladder_engine.texts.catalogue import Phrase, phrase

T = TypeVar("T")


def result_of(outcome: Outcome) -> RunResult:
    """Give the run's answer as the reference executor gives it; the outcome must have its details."""
    spec, frames = outcome.program.spec, outcome.frames
    # What the data says is read once, for the rows and for the histories.
    fields = {
        name: all_fields(frame.fields, spec.events[name].fields, len(frame.time))
        for name, frame in frames.events.items()
    }
    dataset = whole_dataset(spec, frames, fields)
    entities: dict[str, list[Entity]] = {kind: [] for kind in frames.records}
    for kind, found in outcome.kinds.items():
        plan = make_plan(outcome.program, frames, kind)
        if isinstance(plan, KindPlan):
            entities[kind] = _Records(outcome, found, plan, fields).all()
    for entity in handed_entities(outcome):
        entities[entity.kind].append(entity)
    every = [entity for found in entities.values() for entity in found]
    return RunResult(outcome.program, outcome.as_of, outcome.as_of_given, every, dataset)


def _listed(part: T) -> T:
    """Give columns as lists: looking up a number in an array takes ten times as long."""
    lists = {one.name: getattr(part, one.name).tolist() for one in dataclasses.fields(part)}  # type: ignore[arg-type]
    return dataclasses.replace(part, **lists)  # type: ignore[type-var]


def _columns(found: KindOutcome) -> dict[str, Any]:
    """Give the parts of an outcome that are columns, as lists."""
    names = ("tasks", "offers", "journal", "deviations", "whys", "effects")
    positions = [
        dataclasses.replace(
            one,
            stage=one.stage.tolist(),
            since=one.since.tolist(),
            stuck=one.stuck.tolist(),
        )
        for one in found.positions
    ]
    plain = {name: getattr(found, name).tolist() for name in ("started", "values")}
    return {name: _listed(getattr(found, name)) for name in names} | plain | {"positions": positions}


class _Numbers:
    """Numbers that were kept one behind the other."""

    def __init__(self, numbers: Any) -> None:
        self.numbers: list[int] = numbers.tolist()
        self.place = 0

    def next(self) -> int:
        self.place += 1
        return self.numbers[self.place - 1]

    def some(self, count: int) -> list[int]:
        return [self.next() for _ in range(count)]


class _Records(Teller):
    """Rebuilds the records of one kind."""

    def __init__(
        self,
        outcome: Outcome,
        found: KindOutcome,
        plan: KindPlan,
        fields: Mapping[str, Sequence[Mapping[str, Any]]],
    ) -> None:
        super().__init__(outcome, dataclasses.replace(found, **_columns(found)), plan)
        self.event_fields = fields
        self.times = {name: frame.time.tolist() for name, frame in outcome.frames.events.items()}
        self.rules = list(self.spec.follow_ups.values())
        self.own_rules = {rule.rule.name: number for number, rule in enumerate(self.record.follow_ups)}
        self.told: dict[tuple[int, int], Phrase | str] = {}
        self.entities: list[Entity] = []
        self.tasks: list[Task] = []
        self.offers: list[OfferCopy] = []
        self.deviations: list[Deviation] = []

    def all(self) -> list[Entity]:
        """Give all records, those that were left to the reference executor in their places."""
        if self.found.state is None:
            message = "an outcome without its details has no whole records"
            raise ValueError(message)
        own = all_fields(self.frame.fields, self.record.record.fields, len(self.frame.keys))
        cases: list[int] = self.found.cases.tolist()
        self.entities = [self._entity(number, case, own[case]) for number, case in enumerate(cases)]
        for row in range(len(self.found.tasks.case)):
            self._task(row)
        for row in range(len(self.found.offers.case)):
            self._offer(row)
        for row in range(len(self.found.deviations.case)):
            self._deviation(row)
        for row in range(len(self.found.journal.case)):
            self._step(row)
        numbers = _Numbers(self.found.state)
        begins = self._begins()
        for number in range(len(self.entities)):
            self._state(number, numbers, begins)
        for entity in self.entities:
            finish_journal(entity, self.outcome.as_of)
        places = [int(case) for case in self.found.cases]
        whole = dict(zip(places, self.entities, strict=True)) | dict(self.found.others)
        return [whole[place] for place in sorted(whole)]

    def _entity(self, number: int, case: int, fields: dict[str, Any]) -> Entity:
        since = _known(self.frame.since[case])
        for name, values in self.found.fields.items():
            value = _known(values.numbers[number])
            kind = self.record.record.fields[name].type
            fields[name] = None if value is None else reader_of(values, kind)(value)
        entity = Entity(
            self.record, self.frame.keys[case], since, fields, sourced=bool(self.frame.sourced[case])
        )
        entity.started = _known(self.found.started[number])
        entity.view.now = self.outcome.as_of
        for plan, position in zip(self.record.processes, self.found.positions, strict=True):
            stage = list(plan.stages.values())[self._place(int(position.stage[number]))]
            made = Position(plan, stage, _known(position.since[number]))
            made.stuck = bool(position.stuck[number])
            entity.positions.append(made)
            entity.view.stage[plan.process.name] = stage.stage.name
            entity.view.entered[plan.process.name] = made.since
        return entity

    def _place(self, stage: int) -> int:
        """Give a stage's place in its process."""
        number, name = self.plan.stages[stage]
        return list(self.record.processes[number].stages).index(name)

    # tasks and offers

    def _task(self, row: int) -> None:
        tasks = self.found.tasks
        entity = self.entities[int(tasks.case[row])]
        made = self._alert(row, entity) if int(tasks.kind[row]) == at.ALERT else self._follow_up(row, entity)
        made.closed = _known(tasks.closed[row])
        if made.closed is not None:
            made.outcome = TASK_OUTCOMES[int(tasks.outcome[row])]
            made.reason = self.reason(int(tasks.reason[row]), int(tasks.about[row]))
        entity.tasks.append(made)
        self.tasks.append(made)
        if made.is_open:
            owed = entity.open_tasks.setdefault(made.rule, [])
            owed.append(made)
            owed.sort(key=lambda task: task.due)

    def _alert(self, row: int, entity: Entity) -> Task:
        tasks = self.found.tasks
        position = entity.positions[int(tasks.rule[row])]
        number, name = self.plan.stages[int(tasks.number[row])]
        stage = self.record.processes[number].stages[name].stage
        role = stage.limit.alert if stage.limit is not None else None
        line = stage.limit.span.line if stage.limit is not None else 0
        key = self._key(row, alert_rule(position), entity, stage.name, 1)
        due, role = int(tasks.due[row]), role or stage.owner
        return Task(
            key,
            "alert",
            alert_rule(position),
            stage.label,
            position.plan.process.name,
            stage.name,
            role,
            self.word(int(tasks.person[row])),
            None,
            None,
            due,
            due,
            line,
        )

    def _key(self, row: int, rule: str, entity: Entity, cause: str, number: int) -> str:
        anchor = f"{cause}@{self.zone.text(int(self.found.tasks.anchor[row]))}"
        key = f"{rule}/{entity.kind}:{entity.key}/{anchor}/{number}"
        repeated = int(self.found.tasks.repeated[row])
        return key if repeated == 0 else f"{key}+{repeated}"

    def _follow_up(self, row: int, entity: Entity) -> Task:
        tasks = self.found.tasks
        rule = self.rules[tasks.rule[row]]
        due, moved = int(tasks.due[row]), int(tasks.moved[row])
        return Task(
            self._key(row, rule.name, entity, cause_name(rule), int(tasks.number[row])),
            "follow_up",
            rule.name,
            rule.label,
            None,
            None,
            rule.role,
            self.word(int(tasks.person[row])),
            rule.channel,
            self._text(row, rule),
            int(tasks.created[row]),
            due,
            rule.span.line,
            follow_ups.escalations(rule, self.zone, due),
            wanted=_known(tasks.wanted[row]),
            moved=None if moved < 0 else MOVED[moved],
            placed=True,
        )

    def _text(self, row: int, rule: m.FollowUp) -> str | None:
        number = self.own_rules[rule.name]
        plan = self.record.follow_ups[number]
        if plan.message is None:
            return None
        first = int(self.found.tasks.text[row])
        values = [
            self.value(shape, *(int(cell) for cell in self.found.values[first + place]))
            for place, shape in enumerate(self.plan.values[number])
        ]
        return plan.message.with_values(values)

    def _offer(self, row: int) -> None:
        offers = self.found.offers
        entity = self.entities[int(offers.case[row])]
        place = int(offers.offer[row])
        local = [plan.index for plan in self.record.offers].index(place)
        offer = self.record.offers[local].offer
        price, discount = self.plan.amounts[local]
        number = int(offers.number[row])
        made = OfferCopy(
            f"{offer.name}/{entity.kind}:{entity.key}/{number}",
            place,
            offer,
            int(offers.opened[row]),
            _known(offers.expires[row]),
            self.value(price, int(offers.price[row]), int(offers.price_divisor[row])),
            self.value(discount, int(offers.discount[row]), int(offers.discount_divisor[row])),
            self.word(int(offers.person[row])),
            OFFER_STATUSES[int(offers.status[row])],
            _known(offers.closed[row]),
        )
        entity.offers.append(made)
        self.offers.append(made)
        if made.status == "open":
            entity.open_offers[place] = made

    # the story

    def _step(self, row: int) -> None:
        story = self.found.journal
        entity = self.entities[int(story.case[row])]
        kind = STEPS[int(story.kind[row])]
        process, stage, to_stage = story.process[row], story.stage[row], story.to_stage[row]
        subject, about, line = story.subject[row], story.about[row], story.line[row]
        reason = story.reason[row]
        told: Phrase | str
        if REASONS[reason] == "deviation":
            missed = self.deviations[about]
            told = phrase("reason.event_failed", event=missed.event, reason=missed.reason)
        elif kind == "set":
            column = self.plan.fields[subject]
            value = None if about == UNKNOWN else self.value(column.shape, about, 1)
            told = shown(
                self.program.rounded(value, self.record.record.fields[column.name].type), self.program.zone
            )
        else:
            if (reason, about) not in self.told:
                self.told[reason, about] = self.reason(reason, about)
            told = self.told[reason, about]
        here = None if stage < 0 else self.plan.stages[stage][1]
        there = None if to_stage < 0 else self.plan.stages[to_stage][1]
        name = None if process < 0 else self.record.processes[process].process.name
        if kind == "error" and here is not None and process >= 0:
            line = self.record.processes[process].stages[here].stage.span.line
        if kind == "start" and there is not None:
            line = self.record.processes[process].stages[there].stage.span.line
        entity.journal.append(
            JournalEntry(
                int(story.time[row]), kind, name, here, there, self._of_step(kind, subject, row), told, line
            )
        )

    def _of_step(self, kind: str, subject: int, row: int) -> str | None:
        story = self.found.journal
        sending = self.line_sending(story.reason[row], story.about[row])
        if sending is None:
            return self._subject(kind, subject)
        return sending.to_field if kind == "emit" else sending.event

    def _subject(self, kind: str, subject: int) -> str | None:
        if kind == "set":
            return self.plan.fields[subject].name
        if kind == "alert_closed":
            return self.tasks[subject].role
        if kind.startswith("task"):
            task = self.tasks[subject]
            # The journal says the number with its count where a task first comes without.
            number = task.key.rsplit("/", 1)[-1]
            return f"{task.rule} {number.split('+')[0] if kind == 'task' else number}"
        return self.offers[subject].offer.name if kind.startswith("offer") else None

    def _deviation(self, row: int) -> None:
        missed = self.found.deviations
        entity = self.entities[int(missed.case[row])]
        event = self.plan.kinds[int(missed.event[row])]
        number, stage = self.plan.stages[int(missed.stage[row])]
        origin = None
        if int(missed.row[row]) >= 0:
            origin = origin_at(self.outcome.frames.events[event], int(missed.row[row]))
        first, last = int(missed.effect[row]), int(missed.effect[row]) + int(missed.effects[row])
        what, about = self.found.effects.what[first:last], self.found.effects.about[first:last]
        effects = [self.effect(int(one), int(other)) for one, other in zip(what, about, strict=True)]
        made = Deviation(
            int(missed.time[row]),
            self.record.processes[number].process.name,
            stage,
            event,
            DEVIATION_KINDS[int(missed.kind[row])],
            self._why(int(missed.why[row]), int(missed.whys[row])),
            phrase("reason.several", parts=tuple(effects)) if effects else None,
            origin,
        )
        entity.deviations.append(made)
        self.deviations.append(made)

    def _why(self, first: int, count: int) -> Phrase:
        if count == 0:
            return phrase("reason.nothing_waits")
        whys = self.found.whys
        told, *others = (
            self.why_not(int(whys.way[row]), int(whys.unknown[row])) for row in range(first, first + count)
        )
        for other in others:
            told = phrase("reason.and_then", first=told, other=other)
        return told

    # what goes on

    def _begins(self) -> dict[str, list[int]]:
        """Give where the events of each case begin, by kind of event."""
        import numpy as np

        frames = self.outcome.frames.events
        return {
            event: np.searchsorted(frames[event].case, self.found.cases).tolist()
            for event in self.plan.kinds
            if event in frames
        }

    def _state(self, number: int, numbers: _Numbers, first_rows: Mapping[str, Sequence[int]]) -> None:
        entity = self.entities[number]
        numbers.next()  # its case, which is known
        for position in entity.positions:
            reached, spent = numbers.next(), numbers.next()
            name = position.plan.process.name
            entity.view.reached[name] = {
                stage for place, stage in enumerate(position.plan.stages) if reached >> place & 1
            }
            position.spent = {place for place in range(64) if spent >> place & 1}
            if position.since is None:
                continue
            for way in position.stage.timers:
                due, waiting, over, fired = numbers.some(at.TIMER_WIDTH)
                position.timers.append(Timer(way, _known(due), bool(waiting), bool(over), _known(fired)))
        for plan in self.record.follow_ups:
            runs, anchor, count, begins, times, latest = numbers.some(at.Q_LATEST + 1 - at.Q_SERIES)
            if runs:
                text = f"{cause_name(plan.rule)}@{self.zone.text(anchor)}"
                entity.series[plan.rule.name] = Series(text, "", count, begins, times, latest)
        for _ in range(numbers.next()):
            moment, kind = numbers.some(2)
            entity.expected.append((moment, self.plan.kinds[kind]))
        for place, event in enumerate(self.plan.kinds):
            happened = list(
                self._history(place, event, first_rows[event][number] if event in first_rows else 0, numbers)
            )
            if happened:
                entity.view.history[event] = happened

    def _history(self, place: int, event: str, first: int, numbers: _Numbers) -> Iterator[Happened]:
        frame = self.outcome.frames.events.get(event)
        emitted = self.is_sent(place)
        for number in range(numbers.next()):
            time, row = numbers.some(2) if emitted else (0, number)
            if row >= 0 and frame is not None:
                yield Happened(self.times[event][first + row], self.event_fields[event][first + row])
            else:
                yield Happened(time, self._sent_fields(place, numbers))

    def _sent_fields(self, place: int, numbers: _Numbers) -> dict[str, Any]:
        """Give the fields of an event that the spec itself has sent."""
        values = [(column, numbers.next()) for column in self.plan.columns[place]]
        return {
            column.name: self.value(column.shape, value, 1) for column, value in values if value != UNKNOWN
        }


def _known(number: Any) -> int | None:
    """Give a number as Python has it, None for unknown."""
    return None if int(number) == UNKNOWN else int(number)
