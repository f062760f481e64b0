"""The history of a run, as every event log tells it: records, what happened to them, and what the spec did.

Names with a point, such as `stepladder.kind`, are ours: no field of a spec can have one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from stepladder_dsl.model.spec import Field
from stepladder_dsl.model.types import (
    DatetimeType,
    DateType,
    ListType,
    MoneyType,
    NumberType,
    ReferenceType,
    Type,
    YesNoType,
)
from stepladder_engine.calendars.zone import Instant, Zone
from stepladder_engine.data.dataset import EventRow
from stepladder_engine.expressions.columns import YES_NO
from stepladder_engine.runtime.result import RunResult
from stepladder_engine.runtime.state import Entity, JournalEntry
from stepladder_engine.texts.catalogue import Phrase, tell_plainly

Kind = Literal["text", "whole", "number", "flag", "time"]

SINCE, ID = "stepladder.since", "stepladder.id"

SUBJECT = "of"
"""As what a record is related to everything that happens to it."""

# What XML cannot hold, and halves of characters, which no file can.
_NO_TEXT = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Attribute(NamedTuple):
    """A value with a name: text that says exactly what it is."""

    name: str
    kind: Kind
    text: str


class Reference(NamedTuple):
    """A record that something is about, and as what."""

    record: str
    key: str
    qualifier: str


@dataclass(frozen=True)
class Happening:
    """An event of the data, or a step that the spec took: `activity` is what a process miner calls it."""

    instant: Instant
    time: str
    activity: str
    attributes: tuple[Attribute, ...]
    related: tuple[Reference, ...]


@dataclass
class Thing:
    """A record: its fields as the data has them, what the spec made of them later, and its story."""

    record: str
    key: str
    attributes: tuple[Attribute, ...] = ()
    changes: list[tuple[str, Attribute]] = field(default_factory=list)
    related: tuple[Reference, ...] = ()
    happenings: list[Happening] = field(default_factory=list)


@dataclass(frozen=True)
class History:
    """Everything that a log tells of a run; the records are in the order of the run."""

    spec: str
    title: str
    currency: str | None
    as_of: str
    things: tuple[Thing, ...]
    record_fields: Mapping[str, Mapping[str, Kind]]
    """Of each kind of record the fields that it can have, whether or not any has them."""
    event_fields: Mapping[str, Mapping[str, Kind]]


def history_of(result: RunResult) -> History:
    """Give the history of a run up to its moment."""
    return _Teller(result).history()


def moment_text(zone: Zone, instant: Instant) -> str:
    """Write an instant as both standards want it: local with its offset, or in UTC where that says less."""
    local = zone.local(instant)
    offset = local.utcoffset()
    if offset is None or offset.seconds % 60:
        local = local.astimezone(UTC)
    return local.isoformat()


def plain(text: str) -> str:
    """Give a text without what no log can hold; a mark stands in its place."""
    return _NO_TEXT.sub("\ufffd", text)


class _Teller:
    """Goes through the answer of a run."""

    def __init__(self, result: RunResult) -> None:
        self.result = result
        self.spec = result.program.spec
        self.zone = result.program.zone
        self.known = {(entity.kind, entity.key) for entity in result.entities}

    def history(self) -> History:
        events: dict[tuple[str, str], list[EventRow]] = {}
        for event in self.result.dataset.events:
            if event.time <= self.result.as_of:
                events.setdefault((self.spec.events[event.kind].record, event.key), []).append(event)
        things = (
            self._thing(entity, events.get((entity.kind, entity.key), [])) for entity in self.result.entities
        )
        spec, as_of = self.spec, self._time(self.result.as_of)
        return History(
            spec=spec.name,
            title=spec.label,
            currency=spec.currency,
            as_of=as_of,
            things=tuple(things),
            record_fields={
                name: {SINCE: "time", **_kinds(record.fields)} for name, record in spec.records.items()
            },
            event_fields={name: {ID: "text", **_kinds(event.fields)} for name, event in spec.events.items()},
        )

    def _time(self, instant: Instant) -> str:
        return moment_text(self.zone, instant)

    def _thing(self, entity: Entity, events: list[EventRow]) -> Thing:
        declared = self.spec.records[entity.kind].fields
        fields = self._first_fields(entity)
        thing = Thing(
            entity.kind,
            plain(entity.key),
            (*self._since(entity), *self._attributes(declared, fields)),
            related=tuple(self._references(declared, fields)),
        )
        order = {name: index for index, name in enumerate(self.spec.events)}
        seen = sorted(events, key=lambda event: (event.time, order[event.kind], event.order))
        thing.happenings = [self._event(entity, event) for event in seen]
        thing.happenings += [self._step(entity, entry) for entry in entity.journal]
        # At one moment the event comes first, as in the run; what it brings about follows in its order.
        thing.happenings.sort(key=lambda happening: happening.instant)
        for entry in entity.journal:
            field_set = declared.get(entry.subject or "") if entry.kind == "set" else None
            if field_set is not None:
                thing.changes.append((self._time(entry.time), self._changed(field_set, entry)))
        return thing

    def _since(self, entity: Entity) -> Iterator[Attribute]:
        """Yield when a record appeared, where the data says so."""
        if entity.since is not None:
            yield Attribute(SINCE, "time", self._time(entity.since))

    def _first_fields(self, entity: Entity) -> Mapping[str, Any]:
        """Give the fields with which a record began; of one that the spec has opened, those never set."""
        row = self.result.dataset.records.get(entity.kind, {}).get(entity.key)
        if row is not None:
            return row.fields
        changed = {entry.subject for entry in entity.journal if entry.kind == "set"}
        return {name: value for name, value in entity.view.fields.items() if name not in changed}

    def _event(self, entity: Entity, event: EventRow) -> Happening:
        declared = self.spec.events[event.kind].fields
        own = [Attribute("stepladder.kind", "text", "event")]
        if event.identity is not None:
            own.append(Attribute(ID, "text", plain(event.identity)))
        related = (self._itself(entity), *self._references(declared, event.fields))
        attributes = (*own, *self._attributes(declared, event.fields))
        return Happening(event.time, self._time(event.time), event.kind, attributes, related)

    def _step(self, entity: Entity, entry: JournalEntry) -> Happening:
        reason = tell_plainly(entry.reason, self.spec.language)
        process = self.spec.processes.get(entry.process or "")
        reached = process.stages.get(entry.to_stage or "") if process else None
        role = reached.owner if reached else None
        given: dict[str, str | None] = {
            "stepladder.kind": entry.kind,
            "stepladder.process": entry.process,
            "stepladder.stage": entry.stage,
            "stepladder.to_stage": entry.to_stage,
            "stepladder.subject": entry.subject,
            "stepladder.reason": reason,
            "org:role": role,
            "org:resource": entity.person_for(role),
        }
        texts = [Attribute(name, "text", plain(text)) for name, text in given.items() if text is not None]
        related = [self._itself(entity)]
        if entry.kind == "open" and (entry.subject, reason) in self.known:
            related.append(Reference(str(entry.subject), plain(reason), "opened"))
        attributes = (*texts, Attribute("stepladder.line", "whole", str(entry.line)))
        return Happening(entry.time, self._time(entry.time), _activity(entry), attributes, tuple(related))

    def _itself(self, entity: Entity) -> Reference:
        return Reference(entity.kind, plain(entity.key), SUBJECT)

    def _references(self, declared: Mapping[str, Field], fields: Mapping[str, Any]) -> Iterator[Reference]:
        """Yield the records that fields name, where the run knows them."""
        for name, value in fields.items():
            kind = declared[name].type if name in declared else None
            if isinstance(kind, ReferenceType) and (kind.record, value) in self.known:
                yield Reference(kind.record, plain(str(value)), name)

    def _attributes(self, declared: Mapping[str, Field], fields: Mapping[str, Any]) -> tuple[Attribute, ...]:
        found = ((name, declared[name].type, value) for name, value in fields.items() if name in declared)
        return tuple(self._attribute(name, kind, value) for name, kind, value in found if value is not None)

    def _attribute(self, name: str, kind: Type, value: Any) -> Attribute:
        match kind:
            case NumberType() | MoneyType():
                text = format(value, "f")
            case YesNoType():
                text = "true" if value else "false"
            case DateType():
                text = self._time(self.zone.start_of(value))
            case DatetimeType():
                text = self._time(value)
            case ListType(element):
                text = "; ".join(self._attribute(name, element, item).text for item in value)
            case _:
                text = plain(str(value))
        return Attribute(name, _kind(kind), text)

    def _changed(self, declared: Field, entry: JournalEntry) -> Attribute:
        """Give the value that a step has set, which the journal keeps as people read it."""
        text = tell_plainly(entry.reason, "en")
        if isinstance(entry.reason, Phrase) and entry.reason.key == "value.unknown":
            return Attribute(declared.name, _kind(declared.type), "")
        match declared.type:
            case NumberType() | MoneyType():
                return self._attribute(declared.name, declared.type, Decimal(text))
            case YesNoType():
                return self._attribute(declared.name, declared.type, YES_NO[text.casefold()])
            case DateType():
                return self._attribute(declared.name, declared.type, datetime.fromisoformat(text).date())
            case DatetimeType():
                return self._attribute(declared.name, declared.type, int(text))
            case _:
                return Attribute(declared.name, "text", plain(text))


def _kinds(declared: Mapping[str, Field]) -> dict[str, Kind]:
    return {name: _kind(field_declared.type) for name, field_declared in declared.items()}


def _kind(declared: Type) -> Kind:
    """Give how the values of a type are written."""
    match declared:
        case NumberType() | MoneyType():
            return "number"
        case YesNoType():
            return "flag"
        case DateType() | DatetimeType():
            return "time"
        case _:
            return "text"


def _activity(entry: JournalEntry) -> str:
    """Give the name of a step: the stage that it enters, or what kind of step it is, and of what."""
    if entry.to_stage is not None:
        return f"{entry.process}: {entry.to_stage}"
    if entry.kind == "stay":
        return f"{entry.process}: {entry.stage}"
    if entry.kind.startswith("task") and entry.subject is not None:
        # The number behind the rule tells tasks apart, and would make an activity of each.
        return f"{entry.kind} {entry.subject.rpartition(' ')[0]}"
    return f"{entry.kind} {entry.subject}" if entry.subject is not None else entry.kind
