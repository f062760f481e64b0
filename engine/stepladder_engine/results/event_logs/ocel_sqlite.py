"""Writes OCEL 2.0 as a database in one file."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing

from stepladder_engine.results.event_logs.history import Attribute
from stepladder_engine.results.event_logs.ocel import START, LogObject, ObjectLog

_SQL_TYPES = {
    "string": "TEXT",
    # As text, so that no digit of an amount gets lost; as a number whoever asks for one gets it.
    "float": "TEXT",
    "integer": "INTEGER",
    "boolean": "BOOLEAN",
    "time": "TIMESTAMP",
}


def ocel_sqlite(log: ObjectLog) -> bytes:
    """Give the log as the bytes of a database."""
    with closing(sqlite3.connect(":memory:")) as database:
        with database:
            _fill(database, log)
        return database.serialize()


def _fill(database: sqlite3.Connection, log: ObjectLog) -> None:
    event_tables = _make_tables(database, "event", log.event_types, "")
    object_tables = _make_tables(database, "object", log.object_types, ", ocel_changed_field TEXT")
    database.execute(
        "CREATE TABLE event_object (ocel_event_id TEXT, ocel_object_id TEXT, ocel_qualifier TEXT,"
        " PRIMARY KEY (ocel_event_id, ocel_object_id, ocel_qualifier))"
    )
    database.execute(
        "CREATE TABLE object_object (ocel_source_id TEXT, ocel_target_id TEXT, ocel_qualifier TEXT,"
        " PRIMARY KEY (ocel_source_id, ocel_target_id, ocel_qualifier))"
    )
    for item in log.objects:
        database.execute("INSERT INTO object VALUES (?, ?)", (item.id, item.type))
        _insert_object(database, object_tables[item.type], log.object_types[item.type], item)
        for related in item.related:
            database.execute("INSERT OR IGNORE INTO object_object VALUES (?, ?, ?)", (item.id, *related))
    for event in log.events:
        database.execute("INSERT INTO event VALUES (?, ?)", (event.id, event.type))
        cells = _cells(log.event_types[event.type], event.values)
        _insert(database, event_tables[event.type], (event.id, event.time, *cells))
        for related in event.related:
            database.execute("INSERT OR IGNORE INTO event_object VALUES (?, ?, ?)", (event.id, *related))


def _make_tables(
    database: sqlite3.Connection, family: str, types: Mapping[str, Mapping[str, str]], more: str
) -> dict[str, str]:
    """Make the table of all entries and those of the types, and give the names of these."""
    database.execute(f"CREATE TABLE {family} (ocel_id TEXT PRIMARY KEY, ocel_type TEXT)")
    database.execute(f"CREATE TABLE {family}_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT)")
    tables: dict[str, str] = {}
    short_names = _distinct(re.sub(r"\W", "", name.title()) or "Type" for name in types)
    for (name, attributes), short in zip(types.items(), short_names, strict=True):
        tables[name] = _quoted(f"{family}_{short}")
        named = zip(_distinct(attributes), attributes.values(), strict=True)
        columns = "".join(f", {_quoted(each)} {_SQL_TYPES[kind]}" for each, kind in named)
        database.execute(f"CREATE TABLE {tables[name]} (ocel_id TEXT, ocel_time TIMESTAMP{more}{columns})")
        database.execute(f"INSERT INTO {family}_map_type VALUES (?, ?)", (name, short))  # noqa: S608 (a constant)
    return tables


def _insert_object(
    database: sqlite3.Connection, table: str, types: Mapping[str, str], item: LogObject
) -> None:
    """Insert the values with which an object begins as one row, and each later one as another."""
    names = dict(zip(types, _distinct(types), strict=True))
    first = [value for time, value in item.values if time == START]
    _insert(database, table, (item.id, START, None, *_cells(types, first)))
    for time, value in item.values:
        if time != START:
            _insert(database, table, (item.id, time, names[value.name], *_cells(types, [value])))


def _cells(types: Mapping[str, str], values: Iterable[Attribute]) -> list[str | int | None]:
    given = {value.name: value for value in values}
    return [_cell(given[name]) if name in given else None for name in types]


def _cell(value: Attribute) -> str | int | None:
    if value.kind == "flag":
        return int(value.text == "true")
    return value.text or None


def _insert(database: sqlite3.Connection, table: str, row: tuple[object, ...]) -> None:
    marks = ", ".join("?" * len(row))
    database.execute(f"INSERT INTO {table} VALUES ({marks})", row)  # noqa: S608 (quoted by `_quoted`)


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def _distinct(names: Iterable[str]) -> list[str]:
    """Give names that a database, to which small and capital letters are one, can tell apart."""
    seen: dict[str, int] = {}
    found: list[str] = []
    for name in names:
        count = seen[name.casefold()] = seen.get(name.casefold(), 0) + 1
        found.append(name if count == 1 else f"{name}_{count}")
    return found
