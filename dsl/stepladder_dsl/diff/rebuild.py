"""Makes a model anew with other names, or only part of what it says.

One walk knows where names stand and what they name. Everything else is taken as it is, field
by field, so that a new field of the model is carried along; one that holds a name has to be told
here, which the tests of renaming show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from enum import Enum
from typing import Any

from stepladder_dsl.diff.change import Key
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model import spec as m
from stepladder_dsl.model import types as t
from stepladder_dsl.source import Span


@dataclass(frozen=True, slots=True)
class Around:
    """What an expression or effect stands in: it tells whose fields its names are."""

    record: str = ""
    event: str = ""
    process: str = ""
    declaration: Key = ()


class Rebuilder:
    """Walks over a model and makes it anew; subclasses say what becomes of names and parts."""

    def __init__(self, spec: m.Spec) -> None:
        """Take the spec, which tells what a name stands for."""
        self.spec = spec

    # what subclasses say

    def name(self, key: Key, around: Around) -> Any:  # noqa: ARG002 - for subclasses
        """Give the name that something has now."""
        return key[-1]

    def build(self, made_of: Any, parts: dict[str, Any]) -> Any:
        """Put the parts of a record together."""
        return type(made_of)(**parts)

    def pairs(self, pairs: Iterable[tuple[Any, Any]]) -> Any:
        """Put a mapping together."""
        return dict(pairs)

    def wanted(self, record: Any) -> Iterable[str]:
        """Give the parts of a record that are carried along."""
        return _parts(type(record))

    def visit(self, record: Any, part: str) -> None:
        """Hear that a part of a record is about to be walked over."""

    # the walk

    def whole(self) -> Any:
        """Make the whole spec anew."""
        return self.value(self.spec, Around())

    def value(self, value: Any, around: Around) -> Any:
        """Make anything anew."""
        if isinstance(value, Mapping):
            return self.pairs((key, self.value(part, around)) for key, part in value.items())
        if isinstance(value, tuple):
            return tuple(self.value(part, around) for part in value)
        if isinstance(value, Enum | Span) or not is_dataclass(value):
            return value
        inside = self.around(value, around)
        named = _NAMED.get(type(value), {})
        parts = {}
        for part in self.wanted(value):
            self.visit(value, part)
            found = getattr(value, part)
            known = named.get(part)
            parts[part] = self.value(found, inside) if known is None else known(self, found, value, inside)
        return self.build(value, parts)

    def around(self, value: Any, outer: Around) -> Around:
        """Give what is known inside a piece of the model."""
        match value:
            case m.Record() | m.Event() | m.Let() | m.Decision() | m.Offer() | m.FollowUp() | m.Metric():
                kind = KINDS[type(value)]
                record = value.name if isinstance(value, m.Record) else getattr(value, "record", "")
                event = value.name if isinstance(value, m.Event) else ""
                return Around(record, event, "", (kind, value.name))
            case m.Calendar() | m.Role():
                return Around(declaration=(KINDS[type(value)], value.name))
            case m.Process():
                return Around(value.record, "", value.name, ("process", value.name))
            case m.Stage() | m.Phase():
                kind = KINDS[type(value)]
                return replace(outer, declaration=(kind, outer.process, value.name))
            case m.Transition(trigger=trigger):
                return replace(outer, event=trigger.event if isinstance(trigger, m.OnEvent) else "")
            case m.Given(record=record):
                return replace(outer, record=record)
            case m.Happens(event=event, case=case):
                return replace(outer, record=case.record, event=event)
            case m.ExpectThat(case=case):
                return replace(outer, record=case.record)
            case e.History(event=event):
                return replace(outer, record=self.record_of(event), event=event)
            case e.Population(record=record):
                return replace(outer, record=record)
            case _:
                return outer

    def record_of(self, event: str) -> str:
        """Give the kind of record to which an event happens."""
        known = self.spec.events.get(event)
        return known.record if known else ""

    def keyed(self, found: Mapping[str, Any], around: Around, *kind: str) -> Any:
        """Make anew what is kept by name."""
        return self.pairs(
            (self.name((*kind, name), around), self.value(value, around)) for name, value in found.items()
        )

    def field(self, name: str, around: Around, *, of_event: bool = False) -> Any:
        """Give the name of a field of the record, or of the event, at hand."""
        kind = ("event_field", around.event) if of_event else ("field", around.record)
        return self.name((*kind, name), around)

    def grouped(self, metric: m.Metric, name: str, position: int, around: Around) -> Any:
        """Give the name by which a metric tells groups apart: that of what the groupings look at."""
        for record, grouping in metric.record_groupings.items():
            return self._subject(grouping, position, self._grouping_around(grouping, record, "", around))
        for event, grouping in metric.event_groupings.items():
            inside = self._grouping_around(grouping, self.record_of(event), event, around)
            return self._subject(grouping, position, inside)
        return name

    def _subject(self, grouping: m.Grouping, position: int, around: Around) -> Any:
        match grouping.values[position]:
            case e.DecisionValue(decision=decision):
                return self.name(("decision", decision), around)
            case e.LetValue(name=name):
                return self.name(("let", name), around)
            case e.EventField(event=event, name=name):
                return self.name(("event_field", event, name), around)
            case subject:
                return self.field(getattr(subject, "name", ""), around)

    def _grouping_around(self, grouping: m.Grouping, record: str, event: str, around: Around) -> Around:
        """Give what a grouping's values are about: the record itself, or the one that it refers to."""
        if grouping.via is not None and record in self.spec.records:
            kind = self.spec.records[record].fields[grouping.via].type
            if isinstance(kind, t.ReferenceType):
                return replace(around, record=kind.record, event="")
        return replace(around, record=record, event=event)

    def groupings(self, found: Mapping[str, m.Grouping], kind: str, around: Around) -> Any:
        """Make anew how records or events are put into groups."""
        made = []
        for name, grouping in found.items():
            record, event = (name, "") if kind == "record" else (self.record_of(name), name)
            inside = self._grouping_around(grouping, record, event, around)
            parts = {part: self.value(getattr(grouping, part), inside) for part in self.wanted(grouping)}
            if grouping.via is not None:
                parts["via"] = self.name(("field", record, grouping.via), around)
            made.append((self.name((kind, name), around), self.build(grouping, parts)))
        return self.pairs(made)


_PARTS: dict[type, tuple[str, ...]] = {}


def _parts(kind: type) -> tuple[str, ...]:
    """Give the parts that a record is made of."""
    known = _PARTS.get(kind)
    if known is None:
        known = tuple(part.name for part in fields(kind) if part.init)
        _PARTS[kind] = known
    return known


_Handler = Callable[[Rebuilder, Any, Any, Around], Any]


def _named(*kind: str) -> _Handler:
    """Handle a part that holds the name of something declared in the spec, or None."""
    return lambda self, found, _, around: None if found is None else self.name((*kind, found), around)


def _by_name(*kind: str) -> _Handler:
    return lambda self, found, _, around: self.keyed(found, around, *kind)


def _in_process(kind: str) -> _Handler:
    return lambda self, found, _, around: (
        None if found is None else self.name((kind, around.process, found), around)
    )


def _stage_of(self: Rebuilder, found: str, record: Any, around: Around) -> Any:
    return self.name(("stage", record.process, found), around)


def _own_field(self: Rebuilder, found: str | None, _: Any, around: Around) -> Any:
    return None if found is None else self.field(found, around)


def _field_name(self: Rebuilder, found: str, _: Any, around: Around) -> Any:
    """Handle the name of a declared field: of an event where it stands in one."""
    return self.field(found, around, of_event=bool(around.event))


def _fields(self: Rebuilder, found: Mapping[str, Any], _: Any, around: Around) -> Any:
    kind = ("event_field", around.event) if around.event else ("field", around.record)
    return self.keyed(found, around, *kind)


def _to_field(self: Rebuilder, found: str | None, emit: Any, around: Around) -> Any:
    return None if found is None else self.field(found, around, of_event=emit.from_event)


def _emitted(self: Rebuilder, found: Mapping[str, Any], emit: Any, around: Around) -> Any:
    return self.keyed(found, around, "event_field", emit.event)


def _opened(self: Rebuilder, found: Mapping[str, Any], opened: Any, around: Around) -> Any:
    return self.keyed(found, around, "field", opened.record)


def _parent_field(self: Rebuilder, found: str | None, opened: Any, around: Around) -> Any:
    return None if found is None else self.name(("field", opened.record, found), around)


def _event_field(self: Rebuilder, found: str | None, expression: Any, around: Around) -> Any:
    return None if found is None else self.name(("event_field", expression.event, found), around)


def _output(self: Rebuilder, found: str, value: Any, around: Around) -> Any:
    return self.name(("output", value.decision, found), around)


def _outputs(self: Rebuilder, found: Mapping[str, Any], decision: Any, around: Around) -> Any:
    return self.keyed(found, around, "output", decision.name)


def _elapsed_name(self: Rebuilder, found: str, elapsed: Any, around: Around) -> Any:
    match elapsed.anchor:
        case e.Anchor.FIELD:
            return self.field(found, around)
        case e.Anchor.ENTRY:
            return self.name(("process", found), around)
        case _:
            return self.name(("event", found), around)


def _stage_pairs(self: Rebuilder, found: tuple[tuple[str, str], ...], _: Any, around: Around) -> Any:
    return tuple(
        (self.name(("process", process), around), self.name(("stage", process, stage), around))
        for process, stage in found
    )


def _case_key(self: Rebuilder, found: str | None, record: Any, around: Around) -> Any:
    """Handle the key of a scenario's record: without a name of its own it is called like its kind."""
    return self.name(("record", found), around) if found is not None and found == record.record else found


def _given_values(self: Rebuilder, found: Mapping[str, Any], given: Any, around: Around) -> Any:
    return self.keyed(found, around, "field", given.record)


def _by(self: Rebuilder, found: tuple[str, ...], metric: Any, around: Around) -> Any:
    return tuple(self.grouped(metric, name, position, around) for position, name in enumerate(found))


def _belongs_to(self: Rebuilder, found: tuple[str, ...], _: Any, around: Around) -> Any:
    return tuple(self.field(name, around) for name in found)


def _groupings(kind: str) -> _Handler:
    return lambda self, found, _, around: self.groupings(found, kind, around)


KINDS: dict[type, str] = {
    m.Calendar: "calendar",
    m.Role: "role",
    m.Record: "record",
    m.Event: "event",
    m.Let: "let",
    m.Decision: "decision",
    m.Process: "process",
    m.Phase: "phase",
    m.Stage: "stage",
    m.Offer: "offer",
    m.FollowUp: "follow_up",
    m.Metric: "metric",
}
_EVENT, _ROLE, _RECORD, _CALENDAR = _named("event"), _named("role"), _named("record"), _named("calendar")
_STAGE, _PHASE, _PROCESS = _in_process("stage"), _in_process("phase"), _named("process")
_NAMED: dict[type, dict[str, _Handler]] = {
    t.Duration: {"calendar": _CALENDAR},
    t.ReferenceType: {"record": _RECORD},
    t.PersonType: {"role": _ROLE},
    m.Calendar: {"name": _CALENDAR},
    m.Role: {"name": _ROLE, "reports_to": _ROLE},
    m.Field: {"name": _field_name},
    m.Record: {"name": _RECORD, "fields": _fields, "belongs_to": _belongs_to},
    m.Event: {"name": _EVENT, "record": _RECORD, "fields": _fields},
    m.Let: {"name": _named("let"), "record": _RECORD},
    m.Decision: {"name": _named("decision"), "record": _RECORD, "outputs": _outputs},
    m.OnEvent: {"event": _EVENT},
    m.After: {"since_event": _EVENT, "since_field": _own_field, "duration_field": _own_field},
    m.Silence: {"event": _EVENT},
    m.SetField: {"field": _own_field},
    m.Emit: {"event": _EVENT, "to_field": _to_field, "values": _emitted},
    m.OpenRecord: {
        "record": _RECORD,
        "parent_field": _parent_field,
        "into_field": _own_field,
        "values": _opened,
    },
    m.Transition: {"target": _STAGE},
    m.StageLimit: {"alert": _ROLE},
    m.Phase: {"name": _PHASE, "owner": _ROLE, "parent": _PHASE},
    m.Stage: {"name": _STAGE, "phase": _PHASE, "owner": _ROLE, "own_owner": _ROLE},
    m.Process: {
        "name": _PROCESS,
        "record": _RECORD,
        "owner": _ROLE,
        "phases": lambda self, found, process, around: self.keyed(found, around, "phase", process.name),
        "stages": lambda self, found, process, around: self.keyed(found, around, "stage", process.name),
    },
    m.EventPattern: {"event": _EVENT},
    m.Offer: {"name": _named("offer"), "record": _RECORD, "stages": _stage_pairs, "role": _ROLE},
    m.AfterEvent: {"event": _EVENT},
    m.AfterEntering: {"process": _PROCESS, "stage": _stage_of},
    m.AfterField: {"field": _own_field},
    m.AfterSilence: {"event": _EVENT},
    m.ContactHours: {"calendar": _CALENDAR},
    m.Escalation: {"role": _ROLE},
    m.FollowUp: {"name": _named("follow_up"), "record": _RECORD, "role": _ROLE},
    m.Metric: {
        "name": _named("metric"),
        "owner": _ROLE,
        "by": _by,
        "record_groupings": _groupings("record"),
        "event_groupings": _groupings("event"),
    },
    m.Given: {"record": _RECORD, "key": _case_key, "values": _given_values},
    m.Case: {"record": _RECORD, "key": _case_key},
    m.Happens: {"event": _EVENT, "values": _emitted},
    m.ExpectStage: {"process": _PROCESS, "stage": _stage_of, "owner": _ROLE},
    m.ExpectAlert: {"role": _ROLE},
    m.ExpectTask: {"follow_up": _named("follow_up"), "role": _ROLE},
    m.ExpectOffer: {"offer": _named("offer"), "role": _ROLE},
    m.ExpectDeviation: {"event": _EVENT},
    m.Spec: {
        "calendars": _by_name("calendar"),
        "roles": _by_name("role"),
        "records": _by_name("record"),
        "events": _by_name("event"),
        "lets": _by_name("let"),
        "decisions": _by_name("decision"),
        "processes": _by_name("process"),
        "offers": _by_name("offer"),
        "follow_ups": _by_name("follow_up"),
        "metrics": _by_name("metric"),
    },
    e.RecordField: {"name": _own_field},
    e.EventField: {"name": _event_field},
    e.LetValue: {"name": _named("let")},
    e.DecisionValue: {"decision": _named("decision"), "output": _output},
    e.History: {"event": _EVENT, "field": _event_field},
    e.Elapsed: {"name": _elapsed_name},
    e.Reached: {"process": _PROCESS, "stage": _stage_of},
    e.NowIn: {"process": _PROCESS, "stage": _stage_of},
    e.Population: {"record": _RECORD},
}
# The event of an expression's field is a name as well; its key does not depend on where it stands.
_NAMED[e.EventField]["event"] = _EVENT


class _Renamer(Rebuilder):
    def __init__(self, spec: m.Spec, names: Mapping[Key, str]) -> None:
        super().__init__(spec)
        self.names = names

    def name(self, key: Key, around: Around) -> str:
        return self.names.get(key, super().name(key, around))


def renamed(spec: m.Spec, names: Mapping[Key, str]) -> m.Spec:
    """Give the spec with other names for some of what it declares."""
    made: m.Spec = _Renamer(spec, names).whole() if names else spec
    return made


def declared_keys(spec: m.Spec) -> dict[Key, Any]:
    """Give everything that has a name, by its key."""
    found: dict[Key, Any] = {}
    groups: tuple[tuple[str, Mapping[str, Any]], ...] = (
        ("calendar", spec.calendars),
        ("role", spec.roles),
        ("record", spec.records),
        ("event", spec.events),
        ("let", spec.lets),
        ("decision", spec.decisions),
        ("process", spec.processes),
        ("offer", spec.offers),
        ("follow_up", spec.follow_ups),
        ("metric", spec.metrics),
    )
    for kind, things in groups:
        found |= {(kind, name): thing for name, thing in things.items()}
    inner: tuple[tuple[str, str, Mapping[str, Any]], ...] = (
        *(("field", one.name, one.fields) for one in spec.records.values()),
        *(("event_field", one.name, one.fields) for one in spec.events.values()),
        *(("output", one.name, one.outputs) for one in spec.decisions.values()),
        *(("phase", one.name, one.phases) for one in spec.processes.values()),
        *(("stage", one.name, one.stages) for one in spec.processes.values()),
    )
    for kind, owner, things in inner:
        found |= {(kind, owner, name): thing for name, thing in things.items()}
    return found
