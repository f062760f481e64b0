"""Divides a table of a PostgreSQL server by its key into parts that workers read apart from each other.

All of them see what the start has seen when it divided the table: it keeps a transaction open, and
they read in its snapshot. The server itself writes every cell as a text and numbers the rows, so that
nothing depends on how a driver holds numbers and times.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from stepladder_engine.data.mapping_model import Database
from stepladder_engine.data.read_sql import KeyedTable, keyed_table, quoted_name
from stepladder_engine.data.row_plans import Shared
from stepladder_engine.data.rows import SourceRow
from stepladder_engine.data.sql_values import cell
from stepladder_engine.spark.exchange import Row, Server

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection

ROWS_IN_A_PART = 250_000
_ROWS_AT_ONCE = 5_000
_DRIVER = "org.postgresql.Driver"
_PORT = 5432

_READ: Mapping[str, Callable[[str], Any]] = {
    "boolean": {"true": True, "false": False}.__getitem__,
    "smallint": int,
    "integer": int,
    "bigint": int,
    "numeric": Decimal,
    "real": float,
    "double precision": float,
    "text": str,
    "character varying": str,
    "date": date.fromisoformat,
    "timestamp without time zone": datetime.fromisoformat,
    "timestamp with time zone": datetime.fromisoformat,
    "time without time zone": time.fromisoformat,
    "uuid": UUID,
}
"""Reads what the server writes as what its driver for Python gives; other types are left to that driver."""
_NUMBER = "number_of_the_row"
_AS_THE_START_SEES_IT = "set transaction isolation level repeatable read, read only; set transaction snapshot"
_PLAIN_TEXTS = "set local timezone = 'UTC'; set local datestyle = 'ISO'; set local extra_float_digits = 1"
_NO_KEY = {"real", "double precision"}


class OutOfPlace(Exception):
    """Rows do not come as the server was asked for them, or hold a value that Python has none for."""


@dataclass(frozen=True)
class SentTable:
    """What workers know of a table: what messages call it, its columns with their types, what is read."""

    name: str
    columns: tuple[str, ...]
    types: tuple[str, ...]
    kinds: tuple[str, ...]
    rows: int


@dataclass
class DividedTable:
    """A table in parts, each with its query, and the transaction in which they hold."""

    sent: SentTable
    server: Server
    queries: Sequence[str]
    close: Callable[[], None] = field(repr=False)


def divided_table(
    source: Database, folder: Path, shared: Shared, kinds: tuple[str, ...]
) -> DividedTable | None:
    """Divide a table; None where only the start of the run can read it."""
    from sqlalchemy.exc import SQLAlchemyError

    columns = shared.table.columns
    found = keyed_table(source, folder)
    if found is None or columns is None or shared.table.twice:
        return None
    options = _options(found.address)
    if options is None:
        return None
    with suppress(SQLAlchemyError):
        connection = found.engine.connect().execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True, no_parameters=True
        )
        try:
            divided = _divided(connection, found, options, SentTable(source.name, columns, (), kinds, 0))
        except BaseException:
            connection.close()
            raise
        if divided is None:
            connection.close()
        return divided
    return None


def _divided(
    connection: Connection, found: KeyedTable, options: Mapping[str, str], sent: SentTable
) -> DividedTable | None:
    snapshot = connection.exec_driver_sql("select pg_export_snapshot()").scalar_one()
    connection.exec_driver_sql(_PLAIN_TEXTS)
    names, types = _columns(connection, found.table)
    of_key = [types[names.index(name)] for name in found.key]
    if len(names) != len(sent.columns) or not set(types) <= set(_READ) or set(of_key) & _NO_KEY:
        return None
    rows = int(connection.exec_driver_sql(f"select count(*) from {found.table}").scalar_one())  # noqa: S608
    firsts = [tuple(row) for row in connection.exec_driver_sql(_firsts(found))]
    queries = [
        _query(found, names, number, before, _between(found.key, of_key, first, behind))
        for number, before, first, behind in _ranges(firsts)
    ]
    begin = f"{_AS_THE_START_SEES_IT} '{snapshot}'; {_PLAIN_TEXTS}"
    server = Server({**options, "sessionInitStatement": begin})
    return DividedTable(replace(sent, types=tuple(types), rows=rows), server, queries, connection.close)


def _columns(connection: Connection, table: str) -> tuple[list[str], list[str]]:
    """Give the names, in quotes, and the types of all columns, in order."""
    listed = connection.exec_driver_sql(
        "select attname, format_type(atttypid, null) from pg_attribute"
        " where attrelid = %s::regclass and attnum > 0 and not attisdropped order by attnum",
        (table,),
    ).all()
    return [quoted_name(connection, name) for name, _ in listed], [kind for _, kind in listed]


def _firsts(found: KeyedTable) -> str:
    """Give the query of the number and the key of the first row of each part."""
    key = ", ".join(found.key)
    texts = ", ".join(f"{name}::text" for name in found.key)
    numbered = f"select row_number() over (order by {key}) as {_NUMBER}, {key} from {found.table}"  # noqa: S608
    chosen = f"mod({_NUMBER}, {ROWS_IN_A_PART}) = 1 order by {_NUMBER}"
    return f"select {_NUMBER}, {texts} from ({numbered}) as numbered where {chosen}"  # noqa: S608


def _query(found: KeyedTable, names: Sequence[str], part: int, before: int, condition: str) -> str:
    """Give the query of a part: its number, the number of each row, and the cells."""
    place = f"({before} + row_number() over (order by {', '.join(found.key)}))::text as {_NUMBER}"
    cells = ", ".join(f"{name}::text as c{number}" for number, name in enumerate(names))
    ordered = f"order by {', '.join(found.key)}"
    return f"select '{part}'::text as part, {place}, {cells} from {found.table} where {condition} {ordered}"  # noqa: S608


def _ranges(
    firsts: Sequence[Sequence[Any]],
) -> Iterator[tuple[int, int, Sequence[str], Sequence[str] | None]]:
    """Give of each part its number, the rows before it, its first key, and that of the part behind it."""
    for number, (one, other) in enumerate(pairwise([*firsts, None])):
        if one is not None:
            yield number, int(one[0]) - 1, one[1:], None if other is None else other[1:]


def _between(
    key: Sequence[str], types: Sequence[str], first: Sequence[str], behind: Sequence[str] | None
) -> str:
    """Give the condition that a row is of a part."""
    names = f"({', '.join(key)})"
    lower = f"{names} >= ({_literals(first, types)})"
    return lower if behind is None else f"{lower} and {names} < ({_literals(behind, types)})"


def _literals(texts: Iterable[str], types: Iterable[str]) -> str:
    quoted = (text.replace("'", "''") for text in texts)
    return ", ".join(f"'{text}'::{kind}" for text, kind in zip(quoted, types, strict=True))


def _options(address: URL) -> dict[str, str] | None:
    """Give an address as Spark's reader wants it; None where that knows no such address."""
    settings = dict(address.query)
    mode = settings.pop("sslmode", None)
    if not address.host or not address.database or settings:
        # A socket of this machine is nothing that a worker can reach.
        return None
    host = f"[{address.host}]" if ":" in address.host else address.host
    place = f"{host}:{address.port or _PORT}/{_escaped(address.database)}"
    options = {
        "url": f"jdbc:postgresql://{place}",
        "driver": _DRIVER,
        "fetchsize": str(_ROWS_AT_ONCE),
        "user": address.username or "",
        "password": str(address.password or ""),
    }
    return options | ({"sslmode": str(mode)} if mode else {})


def _escaped(name: str) -> str:
    from urllib.parse import quote

    return quote(name, "")


def source_rows(table: SentTable, rows: Iterable[Row]) -> Iterator[SourceRow]:
    """Give the rows of a part as the reader of databases gives them."""
    readers = [_READ[kind] for kind in table.types]
    expected: int | None = None
    for _, number, *texts in rows:
        place = int(number or 0)
        if expected not in {None, place}:
            raise OutOfPlace
        expected = place + 1
        try:
            values = [None if text is None else read(text) for read, text in zip(readers, texts, strict=True)]
        except (ValueError, KeyError, InvalidOperation):
            raise OutOfPlace from None
        cells = {name: cell(name, value) for name, value in zip(table.columns, values, strict=True)}
        yield SourceRow(place, cells)
