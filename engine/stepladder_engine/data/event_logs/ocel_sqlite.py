"""Reads OCEL 2.0 as a database in one file: a table of all events, a table for each type, and relations."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from stepladder_engine.data.event_logs.cells import number_cell, time_cell, typed_cell
from stepladder_engine.data.event_logs.faults import LogFault, nested
from stepladder_engine.data.event_logs.ocel import EVENT, OBJECT, Entry, OcelLog, Relation, Value
from stepladder_engine.data.names import clean_name
from stepladder_engine.data.problems import Fault, shown
from stepladder_engine.data.typed_text import FaultyText

_TIME, _CHANGED = "ocel_time", "ocel_changed_field"
_OWN_COLUMNS = {"ocel_id", _TIME, _CHANGED}
_RELATIONS = {
    EVENT: ("event_object", "ocel_event_id", "ocel_object_id"),
    OBJECT: ("object_object", "ocel_source_id", "ocel_target_id"),
}
_NEEDED = ("event", "object", "event_map_type", "object_map_type", "event_object")


class SqliteLog(OcelLog):
    """A log in a database; it is only read, and what is no table in it is not asked."""

    def __init__(self, path: Path) -> None:
        """Look at the tables; raises ``LogFault``."""
        super().__init__()
        self.path = path
        self._columns: dict[str, dict[str, str]] = {}
        self._tables: dict[tuple[str, str], str] = {}
        with _connected(path) as database:
            if database.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise LogFault("sqlite", problem="quick_check")
            tables = _tables(database)
            for name in _NEEDED:
                if name not in tables:
                    raise LogFault("table", name=name)
            self._has_relations = {family: table in tables for family, (table, _, _) in _RELATIONS.items()}
            for family in (EVENT, OBJECT):
                self._look_at_types(database, family, tables)
            for identity, kind in database.execute("SELECT ocel_id, ocel_type FROM object"):
                self.type_of.setdefault(str(identity), clean_name(str(kind)))

    def _look_at_types(self, database: sqlite3.Connection, family: str, tables: dict[str, str]) -> None:
        """Find the table of each type, and its columns."""
        rows = database.execute(f"SELECT ocel_type, ocel_type_map FROM {family}_map_type").fetchall()  # noqa: S608
        used = database.execute(f"SELECT DISTINCT ocel_type FROM {family} ORDER BY 1").fetchall()  # noqa: S608
        mapped = {str(kind): str(table) for kind, table in rows}
        for (kind,) in used:
            if kind is not None:
                mapped.setdefault(str(kind), str(kind))
        for kind, suffix in mapped.items():
            table = tables.get(f"{family}_{suffix}".casefold())
            if table is None:
                if (kind,) in used:
                    raise LogFault("table", name=f"{family}_{suffix}")
                continue
            columns = {
                row[1]: str(row[2]) for row in database.execute(f"PRAGMA table_info({_quoted(table)})")
            }
            self._tables[family, kind] = table
            self._columns[table] = columns
            attributes = {name: of for name, of in columns.items() if name.casefold() not in _OWN_COLUMNS}
            self.declared[family][clean_name(kind)] = {
                clean_name(name): of for name, of in attributes.items()
            }
            stray = (
                f"SELECT count(*) FROM {_quoted(table)} WHERE ocel_id NOT IN (SELECT ocel_id FROM {family})"  # noqa: S608
            )
            self.untyped += database.execute(stray).fetchone()[0]
        lost = f"SELECT count(*) FROM {family} WHERE ocel_type IS NULL"  # noqa: S608
        self.untyped += database.execute(lost).fetchone()[0]

    def entries(self, family: str, kind: str | None = None) -> Iterator[Entry]:
        """Give the events or objects, type by type, in the order of the database."""
        for (of, name), table in self._tables.items():
            if of == family and kind in {None, clean_name(name)}:
                yield from self._of_type(family, name, table)

    def _of_type(self, family: str, kind: str, table: str) -> Iterator[Entry]:
        columns = self._columns[table]
        names = list(columns)
        chosen = ", ".join(f"d.{_quoted(name)}" for name in names)
        query = (
            f"SELECT e.ocel_id, {chosen} FROM {family} e "  # noqa: S608 (names of its own tables, quoted)
            f"LEFT JOIN {_quoted(table)} d ON d.ocel_id = e.ocel_id WHERE e.ocel_type = ?"
        )
        with _connected(self.path) as database:
            rows = (
                (row[0], dict(zip(names, row[1:], strict=True))) for row in database.execute(query, (kind,))
            )
            if family == EVENT:
                for identity, cells in rows:
                    yield self._event(identity, clean_name(kind), cells, columns)
            else:
                yield from self._objects(rows, clean_name(kind), columns)

    def _event(self, identity: Any, kind: str, cells: dict[str, Any], columns: dict[str, str]) -> Entry:
        values = [
            Value(clean_name(name), None, _cell(name, value, columns[name]))
            for name, value in cells.items()
            if name.casefold() not in _OWN_COLUMNS
        ]
        related = self._related[EVENT].get(identity, ())
        return Entry(kind, _text(identity), _time(cells), values, related)

    def _objects(
        self, rows: Iterator[tuple[Any, dict[str, Any]]], kind: str, columns: dict[str, str]
    ) -> Iterator[Entry]:
        """Give objects, each with the values of all of its rows."""
        values: dict[Any, list[Value]] = {}
        faults: dict[Any, Fault] = {}
        for identity, cells in rows:
            found = values.setdefault(identity, [])
            time, changed = _time(cells), _own(cells, _CHANGED)
            named = [name for name in cells if name.casefold() not in _OWN_COLUMNS]
            if changed is not None:
                named = [name for name in named if clean_name(name) == clean_name(str(changed))]
                if not named:
                    faults[identity] = Fault("SD018", "form", {"id": shown(str(identity))})
            for name in named:
                if changed is not None or cells[name] is not None:
                    found.append(Value(clean_name(name), time, _cell(name, cells[name], columns[name])))
        for identity, given in values.items():
            related = self._related[OBJECT].get(identity, ())
            yield Entry(kind, _text(identity), None, given, related, faults.get(identity))

    @cached_property
    def _related(self) -> dict[str, dict[Any, list[Relation]]]:
        """Which objects each event and each object is related to."""
        found: dict[str, dict[Any, list[Relation]]] = {EVENT: {}, OBJECT: {}}
        with _connected(self.path) as database:
            for family, (table, own, other) in _RELATIONS.items():
                if self._has_relations[family]:
                    query = f"SELECT {own}, {other}, ocel_qualifier FROM {table}"  # noqa: S608 (constants)
                    for one, two, qualifier in database.execute(query):
                        found[family].setdefault(one, []).append(Relation(str(two), _text(qualifier)))
        return found


@contextmanager
def _connected(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the database for reading; what it raises is told as one fault."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
            database.text_factory = _decoded
            # What a stranger's schema would have computed while it is read is not computed.
            database.execute("PRAGMA trusted_schema = OFF")
            yield database
    except (sqlite3.Error, UnicodeDecodeError) as error:
        # What is wrong is told in the words of the file, which may be no text.
        raise LogFault("sqlite", problem=shown(str(error))) from error


def _decoded(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        text = content.decode(errors="replace")
        return FaultyText(text, Fault("SD018", "text", {"value": shown(text)}))


def _tables(database: sqlite3.Connection) -> dict[str, str]:
    """Give the tables by their names in small letters: views and virtual tables are none."""
    query = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
    return {str(name).casefold(): str(name) for (name,) in database.execute(query)}


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def _own(cells: dict[str, Any], wanted: str) -> Any:
    return next((value for name, value in cells.items() if name.casefold() == wanted), None)


def _time(cells: dict[str, Any]) -> str | None:
    time = _own(cells, _TIME)
    return None if time is None else time_cell(str(time))


def _text(value: Any) -> str | None:
    return None if value is None else value if isinstance(value, str) else str(value)


def _cell(name: str, value: Any, kind: str) -> str | None:
    """Give a value as a cell: a number is one, and a text what its column's type says."""
    match value:
        case None | FaultyText():
            return value
        case int() if kind.casefold() in {"boolean", "bool"}:
            return typed_cell(kind, str(value))
        case int() | float():
            return number_cell(str(value))
        case str():
            return typed_cell(kind, value)
        case _:
            return nested(name, repr(value[:20]))
