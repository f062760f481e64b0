"""The queue: what happens to a group of records, in the one order that time and the spec give.

At one moment come, in this order: records that appear, events in the order in
which the spec declares their kinds (then by the source's own order), emitted
events in the order in which they were emitted, and then what falls due.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from stepladder_dsl.model import spec as m
from stepladder_engine.calendars.zone import Instant
from stepladder_engine.data.dataset import EventRow, Origin
from stepladder_engine.runtime.program import Program
from stepladder_engine.runtime.state import Endless, Entity
from stepladder_engine.runtime.step import Stepper
from stepladder_engine.texts.catalogue import Phrase, phrase

_APPEARS = -1
_MOVES = {"move", "stay"}

Cause = Counter[tuple[str, str, int]]
"""What one event or timer has led to at its moment: how often each record has used each `emit` line."""


class _Emitted(NamedTuple):
    """An emitted event in the queue; `cause` counts what the same cause has emitted at once.

    `event` None: the record itself appears, because another one has opened it. `own`: it was emitted by
    the record to which it happens.
    """

    time: Instant
    number: int
    entity: Entity
    event: str | None
    fields: Mapping[str, Any]
    cause: Cause
    own: bool


class Schedule:
    """Runs a group of records that may send events to each other, up to a moment."""

    def __init__(
        self, program: Program, entities: Mapping[tuple[str, str], Entity], sourced: Collection[str] = ()
    ) -> None:
        """Take the compiled spec, the records by (kind, key), and the kinds that have a source of their own.

        Of the other kinds an emitted event may add a record, as any event does.
        """
        self.program = program
        self.entities = dict(entities)
        self.sourced = sourced
        self.stepper = Stepper(program, self._emit, self._open)
        self._emitted: list[_Emitted] = []
        self._number = 0
        self._cause: Cause | None = None
        """What the present event or timer has led to; None: nothing so far."""
        self._alone: Entity | None = None
        self._due: list[tuple[Instant, str, str]] = []
        self._most = program.all_stages

    def run(self, events: Iterable[EventRow], until: Instant) -> None:
        """Let everything happen up to and including a moment."""
        queue = self._queue(events, until)
        queue.reverse()
        emitted = self._emitted
        if len(self.entities) == 1 and not self.program.cases_touch:
            (self._alone,) = self.entities.values()
        while True:
            event_time = queue[-1][0] if queue else None
            first_emitted = bool(emitted) and (event_time is None or emitted[0].time < event_time)
            if first_emitted:
                event_time = emitted[0].time
            due = self._next_due()
            # At exactly the same moment the event goes first.
            if event_time is not None and (due is None or event_time <= due[0]):
                if event_time > until:
                    break
                if first_emitted:
                    self._happen_emitted(heapq.heappop(emitted))
                else:
                    self._cause = None
                    _, _, _, entity, event = queue.pop()
                    self._happen(entity, event)
                continue
            if due is None or due[0] > until:
                break
            self._fall_due(*due)

    def _fall_due(self, moment: Instant, entity: Entity) -> None:
        """Let what is due for a record happen."""
        now = max(moment, entity.view.now)
        # A way that is due at once after an emitted event is a link of the same chain.
        self._cause = entity.chain[1] if entity.chain is not None and entity.chain[0] == now else None
        self.stepper.due(entity, moment)
        if entity.more_due:
            self._count_own_step(entity)
        self._watch(entity)

    def _count_own_step(self, entity: Entity) -> None:
        """Stop a record that moves by itself for ever; what the data says still happens to it."""
        entity.own_steps += 1
        if entity.own_steps < self.program.spec.most_own_steps or entity.endless is not None:
            return
        moves = (entry.line for entry in reversed(entity.journal) if entry.kind in _MOVES)
        entity.endless = Endless(entity.own_steps, entity.view.now, next(moves, 0))
        entity.more_due = False
        for position in entity.positions:
            position.stuck = True
        entity.note("error", phrase("reason.endless", count=entity.own_steps), entity.endless.line)

    def _present_cause(self) -> Cause:
        if self._cause is None:
            self._cause = Counter()
        return self._cause

    def _queue(self, events: Iterable[EventRow], until: Instant) -> list[Any]:
        """Give records' appearances and events in order: (time, rank, order, entity, event)."""
        rank, entities = self.program.event_order, self.entities
        kind_of = self.program.spec.events
        queue: list[Any] = [
            (
                event.time,
                rank[event.kind],
                event.order,
                entities[kind_of[event.kind].record, event.key],
                event,
            )
            for event in events
            if event.time <= until
        ]
        queue += [
            (entity.since, _APPEARS, (entity.kind, entity.key), entity, None)
            for entity in self.entities.values()
            if entity.since is not None and entity.since <= until
        ]
        queue.sort(key=lambda item: item[:3])
        return queue

    def _next_due(self) -> tuple[Instant, Entity] | None:
        """Give the record for which time does something next; entries that no longer hold are dropped."""
        alone = self._alone
        if alone is not None:
            return None if alone.next_due is None else (alone.next_due, alone)
        while self._due:
            moment, kind, key = self._due[0]
            entity = self.entities[kind, key]
            if entity.next_due == moment:
                return moment, entity
            heapq.heappop(self._due)
        return None

    def _watch(self, entity: Entity) -> None:
        """Note when time will next do something to a record."""
        entity.next_due = self.stepper.next_due(entity)
        if entity.next_due is not None and self._alone is None:
            heapq.heappush(self._due, (entity.next_due, entity.kind, entity.key))

    def _happen(self, entity: Entity, event: EventRow | None) -> None:
        if event is None:
            if entity.started is None and entity.since is not None:
                self.stepper.start(entity, entity.since, phrase("reason.record_appeared"))
                self._watch(entity)
            return
        self._event(entity, event.kind, event.time, event.fields, event.origin)

    def _happen_emitted(self, emitted: _Emitted) -> None:
        entity, self._cause = emitted.entity, emitted.cause
        if emitted.own and entity.endless is not None:
            entity.expected.remove((emitted.time, emitted.event or ""))
            return
        again = entity.chain is not None and entity.chain[1] is emitted.cause
        entity.chain = (emitted.time, emitted.cause)
        if emitted.event is None:
            self.stepper.start(entity, emitted.time, emitted.fields["reason"])
            self._watch(entity)
            return
        entity.expected.remove((emitted.time, emitted.event))
        self._event(entity, emitted.event, emitted.time, emitted.fields, None, again=again)
        if emitted.own:
            self._count_own_step(entity)
            self._watch(entity)

    def _event(
        self,
        entity: Entity,
        name: str,
        time: Instant,
        fields: Mapping[str, Any],
        origin: Origin | None,
        *,
        again: bool = False,
    ) -> None:
        if entity.started is None:
            self.stepper.start(entity, time, phrase("reason.first_event", event=name))
        entity.view.now = time
        self.stepper.event(entity, name, fields, origin, again=again)
        self._watch(entity)

    # emitted events

    def _emit(self, sender: Entity, effect: m.Emit, fields: Mapping[str, Any]) -> None:
        """Queue an emitted event for the sender or the record that a field names."""
        receiver = self._receiver(sender, effect)
        if receiver is None:
            return
        now = sender.view.now
        time = now if effect.delay is None else self.program.zone.add(now, effect.delay)
        cause = self._present_cause() if time == now else Counter()
        if time == now:
            # Who emits at once because of that sees its own loop; so does the record that started it.
            sender.chain = (now, cause)
            loop = phrase("reason.emit_loops", event=effect.event)
            if self._loops(sender, effect, cause, sender.key, loop):
                return
        self._put(time, receiver, effect.event, dict(fields), cause, own=receiver is sender)

    def _loops(
        self, sender: Entity, effect: m.Emit | m.OpenRecord, cause: Cause, who: str, loop: Phrase
    ) -> bool:
        """Say whether one cause has used a line more often at its moment than the spec has stages."""
        cause[sender.kind, who, id(effect)] += 1
        if cause[sender.kind, who, id(effect)] <= self._most:
            return False
        sender.note("error", loop, effect.span.line)
        return True

    def _put(
        self,
        time: Instant,
        entity: Entity,
        event: str | None,
        fields: Mapping[str, Any],
        cause: Cause,
        *,
        own: bool = False,
    ) -> None:
        self._number += 1
        if event is not None:
            entity.expected.append((time, event))
        heapq.heappush(self._emitted, _Emitted(time, self._number, entity, event, fields, cause, own))

    def _open(self, sender: Entity, effect: m.OpenRecord, fields: Mapping[str, Any]) -> str | None:
        """Let a new record appear at this moment, after what is queued for it already; gives its key.

        The key follows from who opens it and how many it has opened before, so that it is
        the same in every run, whatever else happens.
        """
        now = sender.view.now
        # Each record of a chain is a new one: the line itself is what comes again and again.
        cause = self._present_cause()
        if self._loops(sender, effect, cause, "", phrase("reason.open_loops", record=effect.record)):
            return None
        while True:
            sender.opened[effect.record] += 1
            key = f"{sender.kind}:{sender.key}/{sender.opened[effect.record]}"
            known = self.entities.get((effect.record, key))
            # Later events of the data may speak of it already; a record that has started is another one.
            if known is None or (known.started is None and not known.sourced):
                break
        entity = known or Entity(self.program.records[effect.record], key, None, {}, sourced=False)
        entity.view.fields.update(fields)
        self.entities[effect.record, key] = entity
        reason = Phrase("reason.opened_by", {"record": sender.kind, "case": sender.key})
        self._put(now, entity, None, {"reason": reason}, cause)
        return key

    def _receiver(self, sender: Entity, effect: m.Emit) -> Entity | None:
        if effect.to_field is None:
            return sender
        kind = self.program.spec.events[effect.event].record
        fields = sender.view.event if effect.from_event else sender.view.fields
        key = fields.get(effect.to_field)
        if key is None:
            reason = phrase("reason.field_unknown", field=effect.to_field)
            sender.note("emit_lost", reason, effect.span.line, subject=effect.event)
            return None
        receiver = self.entities.get((kind, key))
        if receiver is None and kind not in self.sourced:
            receiver = Entity(self.program.records[kind], key, None, {}, sourced=False)
            self.entities[kind, key] = receiver
        if receiver is None:
            reason = Phrase("reason.no_record", {"record": kind, "case": key})
            sender.note("emit_lost", reason, effect.span.line, subject=effect.event)
        return receiver
