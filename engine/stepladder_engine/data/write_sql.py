"""Writes results into tables of a database: all of them in one transaction, or none.

Each table has the spec's name before its own key, so that several specs share a
database. Rows are compared by key: what is new comes in, what differs is
changed, what a run no longer gives is deleted, and what is the same is not touched.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.source import NOWHERE
from stepladder_engine.data.database_url import connect_arguments, is_ambiguous, secrets_of
from stepladder_engine.data.problems import Fault, finding, listed
from stepladder_engine.data.sql_problems import fault_of
from stepladder_engine.data.tables import Column, Kind, Table, table_of
from stepladder_engine.data.typed_values import NumberTooLarge, moment, no_numbers, number_value, text_value
from stepladder_engine.data.watching import watching
from stepladder_engine.data.write_mysql import (
    MANNER,
    bring_in,
    column_type,
    fill,
    let_go,
    take_turn,
    value_of,
)
from stepladder_engine.data.write_plain import cell_text, json_value

if TYPE_CHECKING:
    import sqlalchemy
    from sqlalchemy import URL, Connection, Engine

PREFIX = "stepladder_"
"""Begins the name of every table of ours: a database has tables of its own."""

_DRIVERS = {
    "sqlite": "sqlite",
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mysql+pymysql",
}
_KINDS = ["sqlite", "postgresql", "mysql", "mariadb"]
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_SECONDS_FOR_ANOTHER = 30
_SPEC = Column("spec", "text", "Name of the spec")
_NTH = Column("nth", "whole", "The how-manieth row of its key, from 1")
_SUMMARY = (
    _SPEC,
    Column("as_of", "time", "Moment of the run"),
    Column("summary", "text", "The summary as JSON"),
)


class _Refused(Exception):
    """The results cannot be written to the database."""

    def __init__(self, told: Diagnostic) -> None:
        super().__init__(told.code)
        self.finding = told


@dataclass(frozen=True)
class Target:
    """A database, known by the environment variable that holds its address."""

    name: str
    url: URL = field(repr=False)
    secrets: Sequence[str] = field(repr=False)

    @property
    def shown(self) -> str:
        """What messages call it: never its address, which may hold a password."""
        return f"${{{self.name}}}"


def find_target(name: str, environment: Mapping[str, str]) -> tuple[Target | None, list[Diagnostic]]:
    """Give the database whose address an environment variable holds, or what is wrong with the address."""
    try:
        return _target(name, environment), []
    except _Refused as refused:
        return None, [refused.finding]


def _target(name: str, environment: Mapping[str, str]) -> Target:
    address = environment.get(name, "").strip()
    if not address and not _NAME.fullmatch(name):
        # Perhaps the address itself, with a password that must not be shown again.
        raise _Refused(finding("SD064", NOWHERE, "address"))
    shown = f"${{{name}}}"
    if not address:
        raise _Refused(finding("SD064", NOWHERE, name=name))
    try:
        from sqlalchemy.engine import make_url
        from sqlalchemy.exc import ArgumentError
    except ImportError:
        raise _Refused(finding("SD031", NOWHERE, source=shown)) from None
    if is_ambiguous(address):
        raise _Refused(finding("SD030", NOWHERE, "signs", source=shown))
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        # Their sentences repeat parts of the address, perhaps of the password.
        raise _Refused(finding("SD030", NOWHERE, source=shown)) from None
    driver = _DRIVERS.get(url.get_backend_name())
    if driver is None:
        raise _Refused(finding("SD064", NOWHERE, "kind", name=name, known=listed(_KINDS)))
    if driver == "sqlite" and ((url.database or "") in {"", ":memory:"} or str(url.database)[:5] == "file:"):
        raise _Refused(finding("SD030", NOWHERE, "file", source=shown))
    secrets = [*secrets_of(address), *([str(url.password)] if url.password else [])]
    return Target(name, url.set(drivername=driver), secrets)


def write_database(target: Target, tables: Sequence[Table], summary: Mapping[str, Any]) -> list[Diagnostic]:
    """Write the tables and the summary; what keeps them from being written is a finding."""
    spec = str(summary["spec"])
    told = json.dumps(json_value(summary), ensure_ascii=False)
    runs = table_of("runs", _SUMMARY[1:], [(summary["as_of"], told)])
    watching().begins("writing", sum(len(table.rows) for table in tables))
    try:
        with closing(_Database(target)) as database:
            database.write([_Stored(table, spec, database.backend) for table in (*tables, runs)])
    except _Refused as refused:
        return [refused.finding]
    except NumberTooLarge as error:
        return [error.finding]
    return [note for table in tables for note in no_numbers(table)]


@dataclass(frozen=True)
class _Stored:
    """A table as the database has it."""

    table: Table
    spec: str
    backend: str

    @property
    def is_sqlite(self) -> bool:
        return self.backend == "sqlite"

    @property
    def is_mysql(self) -> bool:
        return self.backend == "mysql"

    @property
    def name(self) -> str:
        return f"{PREFIX}{self.table.name}"

    @cached_property
    def key(self) -> tuple[str, ...]:
        """The columns of the primary key."""
        return ("spec", *self.table.key, *(["nth"] if self.table.and_order else []))

    @cached_property
    def columns(self) -> list[Column]:
        """All columns, those of the key first."""
        own = {column.name: column for column in (_SPEC, _NTH, *self.table.typed)}
        rest = [column.name for column in self.table.typed if column.name not in self.key]
        return [own[name] for name in (*self.key, *rest)]

    def described(self, connection: Connection, *, temporary: bool = False) -> sqlalchemy.Table:
        """Give the table as the library describes it for this database."""
        from sqlalchemy import Column as Described
        from sqlalchemy import MetaData
        from sqlalchemy import Table as DescribedTable

        columns = [
            Described(
                column.name,
                self._kind(column, connection),
                primary_key=column.name in self.key,
                autoincrement=False,
                nullable=column.optional and column.name not in self.key,
                comment=None if self.is_sqlite else column.meaning or None,
            )
            for column in self.columns
        ]
        name, prefixes = (f"{self.name}_new", ["TEMPORARY"]) if temporary else (self.name, [])
        return DescribedTable(name, MetaData(), *columns, prefixes=prefixes, **MANNER)

    def _kind(self, column: Column, connection: Connection) -> Any:
        if not self.is_mysql:
            return _kind(column.kind, is_sqlite=self.is_sqlite)
        key = [one for one in self.columns if one.name in self.key]
        return column_type(column, key, is_mariadb=bool(getattr(connection.dialect, "is_mariadb", False)))

    def _value(self, column: Column, value: Any, *, in_key: bool) -> Any:
        if self.is_mysql:
            return value_of(self.table, column, value, in_key=in_key)
        convert = _value_for_sqlite if self.is_sqlite else _value_for_postgresql
        return convert(column, value, in_key=in_key)

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """Give the rows with the values that the driver takes."""
        places = {name: place for place, name in enumerate(self.table.columns)}
        seen: Counter[tuple[Any, ...]] = Counter()
        values = [(column, places.get(column.name, -1)) for column in self.columns]
        for row in watching().going(self.table.rows):
            key = tuple(row[places[name]] for name in self.table.key)
            seen[key] += 1
            given = {"spec": self.spec, "nth": seen[key]}
            yield tuple(
                self._value(
                    column, given[column.name] if place < 0 else row[place], in_key=column.name in self.key
                )
                for column, place in values
            )


def _kind(kind: Kind, *, is_sqlite: bool) -> Any:
    """Give the type of a column."""
    from sqlalchemy import BigInteger, Boolean, DateTime, Numeric, Text

    match kind:
        case "time":
            # SQLite has no type for times; ISO 8601 with its offset is what its own functions read.
            return Text() if is_sqlite else DateTime(timezone=True)
        case "whole":
            return BigInteger()
        case "number":
            return Numeric()
        case "flag":
            return Boolean()
    return Text()


def _value_for_sqlite(column: Column, value: Any, *, in_key: bool) -> Any:
    if column.kind == "number":
        number = number_value(value)
        return None if number is None else cell_text(number)
    if value is None:
        return "" if in_key else None
    return text_value(value) if column.kind in {"text", "code", "time"} else value


def _value_for_postgresql(column: Column, value: Any, *, in_key: bool) -> Any:
    if column.kind == "number":
        return number_value(value)
    if value is None:
        # A key has no unknown parts; in the figures over everything the group is an empty text.
        return "" if in_key else None
    if column.kind == "time":
        return moment(value)
    # PostgreSQL has no sign for the end of texts of other programs.
    return cell_text(value).replace("\0", "\u2400") if column.kind in {"text", "code"} else value


class _Database:
    """A connection, and what is done over it."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.backend = target.url.get_backend_name()
        self.is_sqlite = self.backend == "sqlite"
        self.path = Path(target.url.database or "") if self.is_sqlite else None
        self.is_new = self.path is not None and not self.path.exists()
        self.engine = self._engine()

    def close(self) -> None:
        """End the connection; a file that nothing was written to is not left behind."""
        self.engine.dispose()
        with suppress(OSError):
            if self.is_new and self.path is not None and not self.path.stat().st_size:
                self.path.unlink()

    def _engine(self) -> Engine:
        from sqlalchemy import create_engine, event
        from sqlalchemy.pool import NullPool

        url = self.target.url
        given: dict[str, Any] = {"poolclass": NullPool, "hide_parameters": True}
        if self.is_sqlite:
            given["connect_args"] = {"timeout": _SECONDS_FOR_ANOTHER, "isolation_level": None}
        else:
            given["connect_args"] = connect_arguments(self.backend, url)
        try:
            engine = create_engine(url, **given)
        except ImportError as error:
            values = {"source": self.target.shown, "driver": error.name or "psycopg"}
            raise _Refused(finding("SD031", NOWHERE, "driver", **values)) from None
        if self.is_sqlite:
            # The driver would begin a transaction only at the first change, and end it for each new table.
            event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("begin immediate"))
        return engine

    def write(self, stored: Sequence[_Stored]) -> None:
        """Write all tables in one transaction."""
        try:
            with self.engine.begin() as connection:
                self._wait(connection)
                for table in [table for table in stored if not self._is_there(connection, table)]:
                    table.described(connection).create(connection)
                if self.backend == "postgresql":
                    _keep_others_from_writing(connection, stored)
                for table in stored:
                    _bring_in(connection, table)
        except (_Refused, NumberTooLarge):
            raise
        except Exception as error:  # noqa: BLE001 (drivers raise errors of any kind; none may show the address)
            # Its own chain would repeat the sentence of the driver.
            raise _Refused(self._told(fault_of(error, self.target.secrets))) from None

    def _wait(self, connection: Connection) -> None:
        """Wait until no other run writes, where that has to be asked for."""
        if self.backend == "mysql" and not take_turn(connection):
            raise _Refused(finding("SD065", NOWHERE, "time", source=self.target.shown))

    def _told(self, fault: Fault) -> Diagnostic:
        """Give the finding of what the database does not do."""
        source, problem = self.target.shown, fault.values["problem"]
        match fault.code, fault.variant:
            case "SD032", "closed":
                return finding("SD065", NOWHERE, "closed", source=source)
            case ("SD033", "rights") | ("SD034", _):
                return finding("SD065", NOWHERE, "rights", source=source, problem=problem)
            case (("SD032" | "SD033"), _):
                return fault.at(NOWHERE, source=source)
            case _, "time":
                return finding("SD065", NOWHERE, "time", source=source)
        return finding("SD065", NOWHERE, source=source, problem=problem)

    def _is_there(self, connection: Connection, stored: _Stored) -> bool:
        """Tell whether there is the table; one that is not ours is left alone."""
        from sqlalchemy import inspect

        inspector = inspect(connection)
        if not inspector.has_table(stored.name):
            return False
        found = {column["name"] for column in inspector.get_columns(stored.name)}
        key = set(inspector.get_pk_constraint(stored.name)["constrained_columns"])
        if found != {column.name for column in stored.columns} or key != set(stored.key):
            raise _Refused(finding("SD066", NOWHERE, source=self.target.shown, table=stored.name))
        return True


def _keep_others_from_writing(connection: Connection, stored: Sequence[_Stored]) -> None:
    """Let other runs wait until this one has written; whoever reads goes on reading what was there."""
    names = ", ".join(table.name for table in stored)
    connection.exec_driver_sql(f"lock table {names} in share row exclusive mode")


def _bring_in(connection: Connection, stored: _Stored) -> None:
    """Bring the rows into a table of their own, and from there what differs into the one that stays."""
    from sqlalchemy import and_, delete, exists, or_, select, true
    from sqlalchemy.dialects import postgresql, sqlite

    kept, new = stored.described(connection), stored.described(connection, temporary=True)
    new.create(connection)
    _fill(connection, new, stored)
    same_key = and_(*(kept.c[name] == new.c[name] for name in stored.key))
    gone = and_(kept.c.spec == stored.spec, ~exists(select(new.c.spec).where(same_key)))
    connection.execute(delete(kept).where(gone))
    if stored.is_mysql:
        bring_in(connection, kept, new, stored.key)
        let_go(connection, new)
        return
    insert = sqlite.insert(kept) if stored.is_sqlite else postgresql.insert(kept)
    # SQLite takes `on conflict` behind a bare select for a part of it.
    bring = insert.from_select([column.name for column in kept.c], select(new).where(true()))
    values = {column.name: bring.excluded[column.name] for column in kept.c if column.name not in stored.key}
    differs = or_(*(kept.c[name].is_distinct_from(value) for name, value in values.items()))
    connection.execute(bring.on_conflict_do_update(index_elements=stored.key, set_=values, where=differs))
    new.drop(connection)


def _fill(connection: Connection, new: sqlalchemy.Table, stored: _Stored) -> None:
    """Put the rows into a table, as fast as the driver can."""
    quote = connection.dialect.identifier_preparer.quote
    columns = ", ".join(quote(column.name) for column in new.c)
    driver: Any = connection.connection
    cursor = driver.cursor()
    try:
        if stored.is_mysql:
            fill(cursor, new.name, columns, len(new.c), stored.rows())
            return
        if stored.is_sqlite:
            marks = ", ".join("?" * len(new.c))
            # The names are ours, and quoted as the database does it.
            cursor.executemany(f"insert into {new.name} ({columns}) values ({marks})", stored.rows())  # noqa: S608
            return
        with cursor.copy(f"copy {new.name} ({columns}) from stdin") as copy:
            for row in stored.rows():
                copy.write_row(row)
    finally:
        cursor.close()
