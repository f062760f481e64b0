"""OCEL 2.0 whatever its form: what a log is made of, and its parts as tables.

A part is `event:TYPE` (a row for each event), `event:TYPE/OBJECT TYPE` (a row for
each object of that type that the event is about), `object:TYPE` (a row for each object, with
the values with which it begins) or `change:TYPE` (a row for each later value).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.source import NOWHERE
from stepladder_engine.data.event_logs.faults import several, twice
from stepladder_engine.data.problems import Fault, finding
from stepladder_engine.data.rows import SourceRow, SourceTable
from stepladder_engine.data.typed_text import DateText

EVENT, OBJECT, CHANGE = "event", "object", "change"
FAMILIES = (EVENT, OBJECT)

ID, TYPE, TIME, FIELD, QUALIFIER = "ocel:id", "ocel:type", "ocel:time", "ocel:field", "ocel:qualifier"


class Value(NamedTuple):
    """The value of an attribute; of an object's the time from which it holds."""

    name: str
    time: str | None
    cell: str | None


class Relation(NamedTuple):
    """An object that an event or another object is related to, and as what."""

    object: str
    qualifier: str | None


class Entry(NamedTuple):
    """An event or an object as the log has it."""

    kind: str
    id: str | None
    time: str | None
    values: Sequence[Value]
    related: Sequence[Relation]
    fault: Fault | None = None


@dataclass
class Shape:
    """What the entries of one type have: their attributes, and the columns of the objects related to them."""

    attributes: dict[str, None] = field(default_factory=dict)
    related: dict[str, None] = field(default_factory=dict)
    rows: int = 0
    lost: int = 0
    """How many relations lead to objects that the log does not have."""
    later: int = 0
    """How many values objects got later than their first ones."""


class OcelLog:
    """A log that has been found whole; its entries are read as often as somebody asks for them."""

    def __init__(self) -> None:
        """Begin empty; what reads the form fills in the types."""
        self.declared: dict[str, dict[str, dict[str, str]]] = {EVENT: {}, OBJECT: {}}
        """Of events and objects the types, and of each type the attributes with their types."""
        self.type_of: dict[str, str] = {}
        """The type of each object."""
        self.untyped = 0
        """How many entries say of themselves no type, and so are in no part."""
        self.passed_over = 0
        """How many pieces of the file are no part of the format."""

    def entries(self, family: str, kind: str | None = None) -> Iterator[Entry]:
        """Give the events or objects in the order of the log: all, or those of one type."""
        raise NotImplementedError

    @cached_property
    def shapes(self) -> Mapping[tuple[str, str], Shape]:
        """What the entries of each type have, the declared types first."""
        found: dict[tuple[str, str], Shape] = {}
        for family in FAMILIES:
            for kind, attributes in self.declared[family].items():
                found[family, kind] = Shape(dict.fromkeys(attributes))
            for entry in self.entries(family):
                self._add(found.setdefault((family, entry.kind), Shape()), family, entry)
        return found

    def _add(self, shape: Shape, family: str, entry: Entry) -> None:
        """Count an entry."""
        shape.rows += 1
        shape.attributes |= dict.fromkeys(value.name for value in entry.values)
        if family == OBJECT:
            shape.later += len(_in_time(entry.values)[1])
        for related in entry.related:
            kind = self.type_of.get(related.object)
            shape.lost += kind is None
            if kind is not None:
                shape.related |= dict.fromkeys(_columns_of(kind, related.qualifier))


def _columns_of(kind: str, qualifier: str | None) -> list[str]:
    """Give the columns that name a related object: by its type, and by what it is for the other."""
    return [f"object:{kind}", f"object:{kind}/{qualifier}"] if qualifier else [f"object:{kind}"]


def parts_of(log: OcelLog) -> list[str]:
    """Give the parts of a log as a mapping names them."""
    parts = [f"{family}:{kind}" for family, kind in log.shapes]
    return parts + [
        f"{CHANGE}:{kind}" for (family, kind), shape in log.shapes.items() if shape.later and family == OBJECT
    ]


def open_part(log: OcelLog, name: str, part: str) -> SourceTable | None:
    """Give the table of a part, or None where the log has no such part."""
    family, _, kind = part.partition(":")
    if family not in {EVENT, OBJECT, CHANGE}:
        return None
    known = EVENT if family == EVENT else OBJECT
    each = ""
    if (known, kind) not in log.shapes and family == EVENT:
        kind, each = _split(log, kind)
    shape = log.shapes.get((known, kind))
    if shape is None:
        return None
    table = SourceTable(name, None, lambda: iter(()), typed=True)
    match family:
        case "event":
            special = [ID, TYPE, TIME, *([QUALIFIER, f"object:{each}"] if each else [])]
            table.rows = lambda: _numbered(_event_rows(log, kind, each))
        case "object":
            special = [ID, TYPE]
            table.rows = lambda: _numbered(_object_rows(log, kind))
        case _:
            special = [ID, TYPE, TIME, FIELD]
            table.rows = lambda: _numbered(_change_rows(log, kind))
    related = {} if family == CHANGE else shape.related
    if shape.rows:
        table.columns = tuple(dict.fromkeys([*special, *shape.attributes, *related]))
    table.twice = frozenset(shape.attributes.keys() & {*special, *related})
    table.notes.extend(_notes(log, name, family, shape))
    return table


def _split(log: OcelLog, text: str) -> tuple[str, str]:
    """Give the two types of `pay order/client`; the slash may stand in the names of both, too."""
    for position, mark in enumerate(text):
        if (
            mark == "/"
            and (EVENT, text[:position]) in log.shapes
            and (OBJECT, text[position + 1 :]) in log.shapes
        ):
            return text[:position], text[position + 1 :]
    return text, ""


def _numbered(rows: Iterator[tuple[dict[str, str | None], Fault | None]]) -> Iterator[SourceRow]:
    for number, (cells, fault) in enumerate(rows, start=1):
        yield SourceRow(number, cells, fault)


Made = tuple[dict[str, str | None], Fault | None]


def _event_rows(log: OcelLog, kind: str, each: str) -> Iterator[Made]:
    """Give the rows of events; `each` is the type of which every object has a row of its own."""
    for entry in log.entries(EVENT, kind):
        cells = {ID: entry.id, TYPE: entry.kind, TIME: entry.time}
        cells |= _single(entry.values) | _objects(log, entry.related)
        if not each:
            yield cells, entry.fault
            continue
        own = [related for related in entry.related if log.type_of.get(related.object) == each]
        for related in own or [Relation("", None)]:
            yield (
                cells | {f"object:{each}": related.object or None, QUALIFIER: related.qualifier},
                entry.fault,
            )


def _object_rows(log: OcelLog, kind: str) -> Iterator[Made]:
    """Give the rows of objects, each with the values with which it begins."""
    for entry in log.entries(OBJECT, kind):
        first, _ = _in_time(entry.values)
        cells: dict[str, str | None] = {ID: entry.id, TYPE: entry.kind}
        yield cells | _single(first) | _objects(log, entry.related), entry.fault


def _change_rows(log: OcelLog, kind: str) -> Iterator[Made]:
    """Give the rows of the values that objects got later."""
    for entry in log.entries(OBJECT, kind):
        for value in _in_time(entry.values)[1]:
            cells = {
                ID: entry.id,
                TYPE: entry.kind,
                TIME: value.time,
                FIELD: value.name,
                value.name: value.cell,
            }
            yield cells, entry.fault


def _in_time(values: Sequence[Value]) -> tuple[list[Value], list[Value]]:
    """Give the values with which an object begins, and the later ones in order of time.

    It begins with those of its earliest time: nothing is known of it before somebody knew it.
    """
    if not values:
        return [], []
    ordered = sorted(values, key=lambda value: _moment(value.time))
    start = _moment(ordered[0].time)
    first = [value for value in ordered if _moment(value.time) == start]
    return first, ordered[len(first) :]


def _moment(time: str | None) -> tuple[int, float]:
    """Give by what times are ordered; one that cannot be read comes last, and none at all first."""
    if time is None:
        return 0, 0.0
    if not isinstance(time, DateText):
        return 2, 0.0
    try:
        moment = datetime.fromisoformat(time)
    except ValueError:
        return 2, 0.0
    start = datetime(1970, 1, 1, tzinfo=moment.tzinfo)
    offset = moment.utcoffset()
    return 1, (moment - start).total_seconds() - (offset.total_seconds() if offset else 0.0)


def _single(values: Sequence[Value]) -> dict[str, str | None]:
    """Give the cells of attributes of which there should be one each."""
    cells: dict[str, str | None] = {}
    for name, _, cell in values:
        cells[name] = twice(name, cell or "") if name in cells else cell
    return cells


def _objects(log: OcelLog, relations: Sequence[Relation]) -> dict[str, str | None]:
    """Give the cells that name related objects; where one column would name several, it says so."""
    found: dict[str, dict[str, None]] = {}
    for related in relations:
        kind = log.type_of.get(related.object)
        for column in _columns_of(kind, related.qualifier) if kind is not None else ():
            found.setdefault(column, {})[related.object] = None
    return {
        column: next(iter(ids)) if len(ids) == 1 else several(column, list(ids))
        for column, ids in found.items()
    }


def _notes(log: OcelLog, name: str, family: str, shape: Shape) -> Iterator[Diagnostic]:
    """Say what of the log is in no row of this table."""
    values: dict[str, Any] = {"file": name}
    if family != CHANGE and shape.lost:
        yield finding("SD019", NOWHERE, "lost", **values, count=shape.lost)
    if family == OBJECT and shape.later:
        change = name.replace(f"#{OBJECT}:", f"#{CHANGE}:")
        yield finding("SD019", NOWHERE, "later", **values, count=shape.later, change=change)
    if log.untyped:
        yield finding("SD019", NOWHERE, "untyped", **values, count=log.untyped)
    if log.passed_over:
        yield finding("SD019", NOWHERE, "passed", **values, count=log.passed_over)
