"""Reads OCEL 2.0 as JSON: one object with types, objects and events."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from stepladder_engine.data.event_logs.cells import number_cell, time_cell, typed_cell
from stepladder_engine.data.event_logs.faults import LogFault, nested, twice
from stepladder_engine.data.event_logs.ocel import EVENT, OBJECT, Entry, OcelLog, Relation, Value
from stepladder_engine.data.names import clean_name
from stepladder_engine.data.opening import open_bytes
from stepladder_engine.data.problems import Fault, shown
from stepladder_engine.data.rows import RAW_LIMIT
from stepladder_engine.data.typed_text import TypedText

_LISTS = {EVENT: ("eventTypes", "events"), OBJECT: ("objectTypes", "objects")}


LARGEST = 1 << 30
"""In bytes: the whole log is held in memory, and an archive may unpack to anything."""


class _Repeating(dict[str, Any]):
    """An object that has one name twice, so that nobody can tell which value is meant."""


class JsonLog(OcelLog):
    """A log in JSON, which is held as a whole."""

    def __init__(self, path: Path) -> None:
        """Read the file; raises ``LogFault``."""
        super().__init__()
        document = _document(path)
        self._entries: dict[str, list[Entry]] = {}
        for family, (types, entries) in _LISTS.items():
            self.declared[family] = dict(_types(document[types]))
            made = [self._entry(family, given) for given in document[entries]]
            self._entries[family] = [entry for entry in made if entry is not None]
            self.untyped += made.count(None)
        self.type_of = {entry.id: entry.kind for entry in self._entries[OBJECT] if entry.id is not None}

    def entries(self, family: str, kind: str | None = None) -> Iterator[Entry]:
        """Give the events or objects in the order of the log."""
        return (entry for entry in self._entries[family] if kind in {None, entry.kind})

    def _entry(self, family: str, given: Any) -> Entry | None:
        """Give an event or object; what is wrong with its form costs only its own row."""
        if not isinstance(given, dict) or not isinstance(given.get("type"), str):
            return None
        kind = clean_name(given["type"])
        types = self.declared[family].get(kind, {})
        values, faulty = _values(given.get("attributes"), types)
        related, unclear = _relations(given.get("relationships"))
        identity, time = _text(given.get("id")), _text(given.get("time"))
        wrong = faulty or unclear or isinstance(given, _Repeating)
        fault = Fault("SD018", "form", {"id": shown(identity or "")}) if wrong else None
        return Entry(kind, identity, None if time is None else time_cell(time), values, related, fault)


def _document(path: Path) -> dict[str, Any]:
    with open_bytes(path) as stream:
        content = stream.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise LogFault("large", limit=LARGEST >> 20)
    try:
        document = json.loads(
            content,
            parse_float=number_cell,
            parse_int=number_cell,
            parse_constant=str,
            object_pairs_hook=_object,
        )
    except json.JSONDecodeError as error:
        raise LogFault("json", error.lineno, problem=error.msg) from error
    except UnicodeDecodeError as error:
        raise LogFault("text", content.count(b"\n", 0, error.start) + 1) from error
    except RecursionError as error:
        raise LogFault("deep") from error
    if isinstance(document, dict) and "ocel:events" in document:
        raise LogFault("old")
    for names in _LISTS.values():
        for name in names:
            if not isinstance(document, dict) or not isinstance(document.get(name), list):
                raise LogFault("ocel", name=name)
    return dict(document)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    return value if len(value) == len(pairs) else _Repeating(value)


def _types(given: list[Any]) -> Iterator[tuple[str, dict[str, str]]]:
    """Give the declared types; a declaration without a name says nothing."""
    for item in given:
        if isinstance(item, dict) and isinstance(item.get("name"), str):
            attributes = item.get("attributes")
            fields = (
                [each for each in attributes if isinstance(each, dict)]
                if isinstance(attributes, list)
                else []
            )
            names = ((each.get("name"), each.get("type")) for each in fields)
            yield clean_name(item["name"]), {clean_name(str(name)): str(kind) for name, kind in names}


def _values(given: Any, types: dict[str, str]) -> tuple[list[Value], bool]:
    """Give the values of the attributes, and whether something there is none."""
    items = [] if given is None else given
    if not isinstance(items, list):
        return [], True
    values: list[Value] = []
    for item in items:
        if not isinstance(item, dict) or not isinstance(item.get("name"), str):
            return values, True
        name, time = clean_name(item["name"]), _text(item.get("time"))
        cell = _cell(name, item.get("value"), types.get(name, "string"))
        if isinstance(item, _Repeating):
            cell = twice(name, cell or "")
        values.append(Value(name, None if time is None else time_cell(time), cell))
    return values, False


def _relations(given: Any) -> tuple[list[Relation], bool]:
    items = [] if given is None else given
    if not isinstance(items, list):
        return [], True
    found = [
        Relation(str(_text(item["objectId"])), _text(item.get("qualifier")))
        for item in items
        if isinstance(item, dict) and _text(item.get("objectId")) is not None
    ]
    return found, len(found) != len(items)


def _text(value: Any) -> str | None:
    return str(value) if isinstance(value, str) else None


def _cell(name: str, value: Any, kind: str) -> str | None:
    """Give a value as a cell: JSON may say its type, and the log says it where JSON says text."""
    match value:
        case None:
            return None
        case bool():
            return TypedText("true" if value else "false")
        case TypedText():
            return value
        case str():
            return typed_cell(kind, value)
        case _:
            return nested(name, shown(str(value), RAW_LIMIT))
