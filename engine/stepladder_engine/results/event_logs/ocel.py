"""The history of a run as OCEL 2.0 has it: objects and events, and as JSON and XML."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from stepladder_engine.results.event_logs.history import Attribute, Happening, History, Kind, Reference, Thing

START = "1970-01-01T00:00:00+00:00"
"""From when the standard has the values with which an object begins."""

KEY = "stepladder.key"
_TYPES = {"text": "string", "whole": "integer", "number": "float", "flag": "boolean", "time": "time"}


class Relation(NamedTuple):
    """An object that something is about, and as what."""

    object: str
    qualifier: str


@dataclass(frozen=True)
class LogObject:
    """A record; each value has the time from which it holds."""

    id: str
    type: str
    values: tuple[tuple[str, Attribute], ...]
    related: tuple[Relation, ...]


@dataclass(frozen=True)
class LogEvent:
    """An event of the data, or a step."""

    id: str
    type: str
    time: str
    values: tuple[Attribute, ...]
    related: tuple[Relation, ...]


Types = Mapping[str, Mapping[str, str]]
"""Type -> attribute -> the type of its values."""


@dataclass(frozen=True)
class ObjectLog:
    """A whole log."""

    object_types: Types
    event_types: Types
    objects: tuple[LogObject, ...]
    events: tuple[LogEvent, ...]


def object_log(history: History) -> ObjectLog:
    """Give the log of a history; events are in order of time, at one moment as their records are."""
    objects = tuple(_object(thing) for thing in history.things)
    happenings = [(thing, happening) for thing in history.things for happening in thing.happenings]
    happenings.sort(key=lambda found: found[1].instant)
    events = tuple(_event(number, *found) for number, found in enumerate(happenings, start=1))
    object_types = _types(history.record_fields)
    for item in objects:
        object_types[item.type] |= {value.name: _TYPES[value.kind] for _, value in item.values}
    event_types = _types(history.event_fields)
    for event in events:
        declared = event_types.setdefault(event.type, {})
        declared |= {value.name: _TYPES[value.kind] for value in event.values}
    return ObjectLog(dict(sorted(object_types.items())), dict(sorted(event_types.items())), objects, events)


def _types(fields: Mapping[str, Mapping[str, Kind]]) -> dict[str, dict[str, str]]:
    """Give the types that a log has whatever the data: those of the spec, with all of their fields."""
    return {
        name: {KEY: "string"} | {each: _TYPES[kind] for each, kind in declared.items()}
        for name, declared in fields.items()
    }


def _object(thing: Thing) -> LogObject:
    key = Attribute(KEY, "text", thing.key)
    first = ((START, value) for value in (key, *thing.attributes))
    return LogObject(
        _id(thing.record, thing.key), thing.record, (*first, *thing.changes), _relations(thing.related)
    )


def _event(number: int, thing: Thing, happening: Happening) -> LogEvent:
    values = (Attribute(KEY, "text", thing.key), *happening.attributes)
    related = _relations(happening.related)
    return LogEvent(f"e{number}", happening.activity, happening.time, values, related)


def _id(record: str, key: str) -> str:
    """Give the id of an object: keys of two kinds of records may be the same."""
    return f"{record}:{key}"


def _relations(related: tuple[Reference, ...]) -> tuple[Relation, ...]:
    return tuple(Relation(_id(each.record, each.key), each.qualifier) for each in related)


def ocel_json(log: ObjectLog) -> str:
    """Give the log as JSON."""
    document = {
        "objectTypes": _json_types(log.object_types),
        "eventTypes": _json_types(log.event_types),
        "objects": [
            {
                "id": item.id,
                "type": item.type,
                "attributes": [
                    {"name": value.name, "time": time, "value": value.text} for time, value in item.values
                ],
                "relationships": _json_relations(item.related),
            }
            for item in log.objects
        ],
        "events": [
            {
                "id": event.id,
                "type": event.type,
                "time": event.time,
                "attributes": [{"name": value.name, "value": value.text} for value in event.values],
                "relationships": _json_relations(event.related),
            }
            for event in log.events
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _json_types(types: Types) -> list[dict[str, Any]]:
    return [
        {"name": name, "attributes": [{"name": each, "type": kind} for each, kind in attributes.items()]}
        for name, attributes in types.items()
    ]


def _json_relations(related: tuple[Relation, ...]) -> list[dict[str, str]]:
    return [{"objectId": each.object, "qualifier": each.qualifier} for each in related]


def ocel_xml(log: ObjectLog) -> Iterator[str]:
    """Give the lines of the log as XML."""
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield "<log>"
    yield from _xml_types("object", log.object_types)
    yield from _xml_types("event", log.event_types)
    yield " <objects>"
    for item in log.objects:
        yield f"  <object id={quoteattr(item.id)} type={quoteattr(item.type)}>"
        yield "   <attributes>"
        for time, value in item.values:
            named = f"name={quoteattr(value.name)} time={quoteattr(time)}"
            yield f"    <attribute {named}>{_text(value)}</attribute>"
        yield "   </attributes>"
        yield from _xml_relations(item.related)
        yield "  </object>"
    yield " </objects>"
    yield " <events>"
    for event in log.events:
        yield f"  <event id={quoteattr(event.id)} type={quoteattr(event.type)} time={quoteattr(event.time)}>"
        yield "   <attributes>"
        for value in event.values:
            yield f"    <attribute name={quoteattr(value.name)}>{_text(value)}</attribute>"
        yield "   </attributes>"
        yield from _xml_relations(event.related)
        yield "  </event>"
    yield " </events>"
    yield "</log>"


def _text(value: Attribute) -> str:
    # A reader of XML takes a carriage return for a line feed, unless it is written as its number.
    return escape(value.text, {"\r": "&#13;"})


def _xml_types(family: str, types: Types) -> Iterator[str]:
    yield f" <{family}-types>"
    for name, attributes in types.items():
        yield f"  <{family}-type name={quoteattr(name)}>"
        yield "   <attributes>"
        for each, kind in attributes.items():
            yield f"    <attribute name={quoteattr(each)} type={quoteattr(kind)}/>"
        yield "   </attributes>"
        yield f"  </{family}-type>"
    yield f" </{family}-types>"


def _xml_relations(related: tuple[Relation, ...]) -> Iterator[str]:
    yield "   <objects>"
    for each in related:
        yield f"    <relationship object-id={quoteattr(each.object)} qualifier={quoteattr(each.qualifier)}/>"
    yield "   </objects>"
