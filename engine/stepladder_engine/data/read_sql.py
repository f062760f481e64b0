"""Reads tables and queries of databases, one row after the other, and changes nothing in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.diagnostics.nearest import nearest
from stepladder_dsl.record import record
from stepladder_dsl.source import Span
from stepladder_engine.data.database_url import connect_arguments, is_ambiguous, secrets_of
from stepladder_engine.data.mapping_model import Database
from stepladder_engine.data.names import clean_name
from stepladder_engine.data.problems import Fault, listed
from stepladder_engine.data.rows import Opened, ReadingStopped, SourceRow, SourceTable
from stepladder_engine.data.sql_problems import fault_of, with_nearest
from stepladder_engine.data.sql_statement import is_ordered, what_forbids, words_of
from stepladder_engine.data.sql_values import cell

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, CursorResult, Engine, Inspector

_BACKENDS = {
    "sqlite": "sqlite",
    "postgresql": "postgresql",
    "postgres": "postgresql",
    "mysql": "mysql",
    "mariadb": "mysql",
}
_DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg", "mysql": "mysql+pymysql"}
T = TypeVar("T")

_ROWS_AT_ONCE = 1_000


def open_database(source: Database, folder: Path, most: int | None = None) -> Opened:
    """Start a query; what keeps it from giving rows is said as a finding. Of a table, give `most` rows."""
    try:
        return _Reader(source, folder, most).open(), []
    except ReadingStopped as stopped:
        return None, [stopped.finding]


def tables_of(source: Database, folder: Path) -> tuple[list[str], list[Diagnostic]]:
    """Give the names of a database's tables, or views where it has none; the source may name any table."""
    try:
        return _Reader(source, folder).tables(), []
    except ReadingStopped as stopped:
        return [], [stopped.finding]


@record
class KeyedTable:
    """A table of a PostgreSQL server with a primary key, both in the quotes that a query wants.

    `engine` opens connections to it, `address` says where it is.
    """

    engine: Engine
    address: URL = field(repr=False)
    table: str
    key: tuple[str, ...]


def keyed_table(source: Database, folder: Path) -> KeyedTable | None:
    """Give a table that can be read in parts by its key; None where it is none, or cannot be reached."""
    try:
        return _Reader(source, folder).keyed()
    except ReadingStopped:
        return None


@record(frozen=False)
class _Reader:
    """One query of one database, from its address to its rows."""

    source: Database
    folder: Path
    most: int | None = None
    backend: str = ""
    secrets: list[str] = field(default_factory=list, repr=False)
    engine: Engine | None = None

    def tables(self) -> list[str]:
        """Connect and look at what there is."""
        url = self._url()
        from sqlalchemy import inspect

        self.secrets = [*secrets_of(self.source.url), *([str(url.password)] if url.password else [])]
        self.engine = engine = self._engine(url)
        try:
            inspector = self._try(lambda: inspect(engine), self.source.url_span)
            # Views show once more what the tables have, but some users may see nothing else.
            names = self._try(
                lambda: inspector.get_table_names() or inspector.get_view_names(), self.source.url_span
            )
        finally:
            self.close()
        return sorted(names)

    def keyed(self) -> KeyedTable | None:
        """Connect and look for the key of the table."""
        url = self._url()
        if self.backend != "postgresql" or self.source.table is None:
            return None
        self.secrets = [*secrets_of(self.source.url), *([str(url.password)] if url.password else [])]
        engine = self.engine = self._engine(url)
        with self._try(engine.connect, self.source.url_span) as connection:
            table, key = self._try(partial(self._named, connection), self.source.text_span)
        return KeyedTable(engine, url, table, tuple(key)) if key else None

    def open(self) -> SourceTable:
        """Connect and begin the query."""
        url = self._url()
        if self.source.query is not None:
            forbidden = what_forbids(self.source.query, self.backend)
            if forbidden is not None:
                raise self._stop(forbidden, self.source.text_span)
        self.secrets = [*secrets_of(self.source.url), *([str(url.password)] if url.password else [])]
        try:
            return self._started(url)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End the connection."""
        if self.engine is not None:
            self.engine.dispose()

    def _started(self, url: URL) -> SourceTable:
        """Give the table of a query that has begun."""
        self.engine = engine = self._engine(url)
        connection = self._try(engine.connect, self.source.url_span)
        ordered = True
        try:
            statement, ordered = self._statement(connection)
            result = self._execute(connection, statement)
        except BaseException:
            connection.close()
            raise
        names = [clean_name(name) for name in result.keys()]  # noqa: SIM118 (a result is no dictionary)
        twice = frozenset(name for name in names if names.count(name) > 1)

        # Known from here on: a result that has broken off no longer says so.
        unread = getattr(result.cursor, "_result", None) if self.backend == "mysql" else None

        def close() -> None:
            _leave_unread(unread, connection)
            result.close()
            connection.close()
            self.close()

        rows = self._rows(names, result)
        return SourceTable(
            self.source.name,
            tuple(names),
            lambda: rows if ordered else _in_order(rows),
            twice,
            typed=True,
            close=close,
        )

    def _stop(self, fault: Fault, span: Span) -> ReadingStopped:
        return ReadingStopped(fault.at(span, source=self.source.name))

    def _url(self) -> URL:
        """Give the address in the form of the library, without which there are no databases."""
        try:
            from sqlalchemy.engine import make_url
            from sqlalchemy.exc import ArgumentError
        except ImportError:
            raise self._stop(Fault("SD031"), self.source.url_span) from None
        if is_ambiguous(self.source.url):
            raise self._stop(Fault("SD030", "signs"), self.source.url_span)
        try:
            url = make_url(self.source.url)
            backend = _BACKENDS.get(url.get_backend_name())
        except (ArgumentError, ValueError):
            # Their sentences repeat parts of the address, perhaps of the password.
            raise self._stop(Fault("SD030"), self.source.url_span) from None
        if backend is None:
            known = listed(["sqlite", "postgresql", "mysql", "mariadb"])
            raise self._stop(Fault("SD030", "kind", {"known": known}), self.source.url_span)
        self.backend = backend
        return url.set(drivername=_DRIVERS[backend])

    def _engine(self, url: URL) -> Engine:
        """Give the engine; the driver is loaded here."""
        from sqlalchemy import create_engine
        from sqlalchemy.pool import NullPool

        given: dict[str, Any] = {"poolclass": NullPool, "hide_parameters": True}
        if self.backend == "sqlite":
            given["creator"] = partial(_connect_to_file, self._file(url))
            url = url.set(database=None, query={})
        else:
            given["connect_args"] = connect_arguments(self.backend, url)
        try:
            engine = create_engine(url, **given)
        except ImportError as error:
            driver = error.name or _DRIVERS[self.backend].partition("+")[2]
            raise self._stop(Fault("SD031", "driver", {"driver": driver}), self.source.url_span) from None
        if self.backend == "mysql":
            _only_read(engine)
        if self.backend == "postgresql":
            _write_plainly(engine)
        return engine

    def _file(self, url: URL) -> Path:
        """Give the file of an SQLite database; a path starts at the folder of the mapping."""
        name = url.database or ""
        if name in {"", ":memory:"} or name.startswith("file:"):
            raise self._stop(Fault("SD030", "file"), self.source.url_span)
        path = self.folder / name
        if not path.is_file():
            try:
                others = sorted(other.name for other in path.parent.iterdir() if other.is_file())
            except OSError:
                others = []
            fault = Fault("SD032", "missing", {}, nearest(path.name, others))
            raise self._stop(fault, self.source.url_span)
        return path.resolve()

    def _statement(self, connection: Connection) -> tuple[str, bool]:
        """Give the statement, and whether its rows always come in the same order."""
        if self.source.query is not None:
            return self.source.query, is_ordered(self.source.query, self.backend)
        return self._try(partial(self._of_table, connection), self.source.text_span)

    def _of_table(self, connection: Connection) -> tuple[str, bool]:
        """Give the query of a whole table, by its key where it has one that tells all rows apart."""
        table, key = self._named(connection)
        order = f" order by {', '.join(key)}" if key else ""
        limit = "" if self.most is None else f" limit {self.most}"
        return f"select * from {table}{order}{limit}", bool(key)  # noqa: S608 (names are quoted)

    def _named(self, connection: Connection) -> tuple[str, list[str]]:
        """Give the name of the table and the columns of its key, in quotes."""
        from sqlalchemy import inspect

        inspector = inspect(connection)
        written = self.source.table or ""
        schema, _, name = written.rpartition(".")
        if self._has(inspector, written, None):
            schema, name = "", written
        elif schema not in inspector.get_schema_names() or not self._has(inspector, name, schema):
            fault = Fault("SD035", "table", {"name": written})
            raise self._stop(self._nearest_table(fault, inspector, written), self.source.text_span)
        quote = partial(quoted_name, connection)
        key = _whole_key(inspector, name, schema or None, self.backend)
        # The database's own way to quote names keeps a name from being anything else.
        return ".".join(quote(part) for part in (schema, name) if part), [quote(column) for column in key]

    @staticmethod
    def _has(inspector: Inspector, name: str, schema: str | None) -> bool:
        return inspector.has_table(name, schema) or name in inspector.get_view_names(schema)

    @staticmethod
    def _nearest_table(fault: Fault, inspector: Inspector, name: str) -> Fault:
        known = sorted({*inspector.get_table_names(), *inspector.get_view_names()})
        return with_nearest(fault, listed(known), nearest(name, known))

    def _execute(self, connection: Connection, statement: str) -> CursorResult[Any]:
        """Run the statement as it stands, in a transaction that can only read."""
        options: dict[str, Any] = {
            "stream_results": True,
            "yield_per": _ROWS_AT_ONCE,
            "no_parameters": True,
        }
        if self.backend == "postgresql":
            options["postgresql_readonly"] = True
        # The options of a transaction have to be there before it begins.
        connection.rollback()
        able = connection.execution_options(**options)
        return self._try(partial(able.exec_driver_sql, statement), self.source.text_span)

    def _try(self, act: Callable[[], T], span: Span) -> T:
        """Do something with the database; what it does not do is said in our words."""
        try:
            return act()
        except ReadingStopped:
            raise
        except Exception as error:  # noqa: BLE001 (drivers raise errors of any kind; none may show the address)
            fault = self._helpful(fault_of(error, self.secrets))
            if span == self.source.url_span and (fault.code, fault.variant) == ("SD035", ""):
                fault = Fault("SD032", "", fault.values)
            # Its own chain would repeat the sentence of the driver.
            raise self._stop(fault, span) from None

    def _helpful(self, fault: Fault) -> Fault:
        """Add the nearest name to what is missing."""
        if fault.code != "SD035" or fault.variant not in {"table", "column"} or self.engine is None:
            return fault
        from sqlalchemy import inspect

        try:
            with self.engine.connect() as connection:
                inspector = inspect(connection)
                name = str(fault.values["name"])
                if fault.variant == "table":
                    return self._nearest_table(fault, inspector, name)
                known = self._columns_around(inspector)
                return with_nearest(fault, listed(known), nearest(name, known))
        except Exception:  # noqa: BLE001 (help is given where it can be; what went wrong is told already)
            return with_nearest(fault, ["…"], None)

    def _columns_around(self, inspector: Inspector) -> list[str]:
        """Give the columns of the tables of which the query speaks."""
        words = words_of(self.source.query or "", self.backend)
        names = {*inspector.get_table_names(), *inspector.get_view_names()}
        tables = sorted(name for name in names if name.casefold() in words)
        return sorted({str(column["name"]) for table in tables for column in inspector.get_columns(table)})

    def _rows(self, names: list[str], result: CursorResult[Any]) -> Iterator[SourceRow]:
        """Go through the rows as they come."""
        rows = iter(result)
        number = 0
        while True:
            values = self._try(lambda: next(rows, None), self.source.text_span)
            if values is None:
                return
            number += 1
            cells = {name: cell(name, value) for name, value in zip(names, values, strict=True)}
            yield SourceRow(number, cells)


def _in_order(rows: Iterator[SourceRow]) -> Iterator[SourceRow]:
    """Give rows that come in no order of their own in that of their cells, and number them so."""
    # The order of a database may change from day to day, and no answer may change with it.
    ordered = sorted(rows, key=lambda row: [(text is not None, text or "") for text in row.cells.values()])
    return (row._replace(number=number) for number, row in enumerate(ordered, start=1))


def _connect_to_file(path: Path) -> Any:
    """Open an SQLite file so that nothing can be written into it."""
    import sqlite3

    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, check_same_thread=False)
    connection.text_factory = _text_or_bytes
    connection.execute("pragma query_only = on")
    return connection


def _text_or_bytes(data: bytes) -> str | bytes:
    """Give a text; one in another encoding costs its own cell only."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data


def _leave_unread(unread: Any, connection: Connection) -> None:
    """Leave rows that nobody wants: PyMySQL would fetch all of them, or stumble where the server is gone."""
    if getattr(unread, "unbuffered_active", False):
        unread.unbuffered_active = False
        connection.invalidate()


def _only_read(engine: Engine) -> None:
    """Let every transaction of a MySQL server be one that cannot write."""
    from sqlalchemy import event

    def begin(connection: Any, _record: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("set session transaction read only")

    event.listen(engine, "connect", begin)


def quoted_name(connection: Connection, name: str) -> str:
    """Give a name as a statement without parameters wants it."""
    dialect = connection.dialect
    quoted = dialect.identifier_preparer.quote_identifier(name)
    # The library foresees parameters, whose sign it doubles.
    return quoted.replace("%%", "%") if dialect.paramstyle in {"format", "pyformat"} else quoted


def _write_plainly(engine: Engine) -> None:
    """Let a PostgreSQL server write dates and numbers as its driver reads them, whatever it is set to."""
    from sqlalchemy import event

    def begin(connection: Any, _record: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("set datestyle = 'ISO'; set extra_float_digits = 1")
        connection.commit()

    event.listen(engine, "connect", begin)


def _whole_key(inspector: Inspector, name: str, schema: str | None, backend: str) -> list[str]:
    """Give the columns of the primary key where no two rows share it: SQLite lets some be empty."""
    key = list(inspector.get_pk_constraint(name, schema)["constrained_columns"])
    columns = {column["name"]: column for column in inspector.get_columns(name, schema)}
    alone = len(key) == 1 and str(columns[key[0]]["type"]).upper() == "INTEGER"
    whole = backend != "sqlite" or alone or not any(columns[column]["nullable"] for column in key)
    return key if whole else []
