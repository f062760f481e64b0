"""What MySQL and MariaDB want otherwise when results are written: types, turns, and how rows come in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC
from itertools import islice
from typing import TYPE_CHECKING, Any

from stepladder_engine.data.tables import Column, Table
from stepladder_engine.data.typed_values import DIGITS, PLACES, fitted, moment
from stepladder_engine.data.write_plain import cell_text

if TYPE_CHECKING:
    import sqlalchemy
    from sqlalchemy import Connection

MANNER: dict[str, Any] = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4"}
"""How every table is kept: with transactions, and with letters of all languages."""

_BYTES_OF_A_KEY = 3072
_BYTES_OF_A_LETTER = 4
_BYTES_OF_A_NUMBER = 8
_SECONDS_FOR_ANOTHER = 30
_ROWS_AT_ONCE = 5_000
_TURN = "concat('stepladder ', left(database(), 40))"


def column_type(column: Column, key: Sequence[Column], *, is_mariadb: bool) -> Any:
    """Give the type of a column; the texts of a key share the room that there is for it."""
    from sqlalchemy import BigInteger, Boolean, Numeric
    from sqlalchemy.dialects.mysql import DATETIME, LONGTEXT, VARCHAR

    # Both compare letters one by one, and take space at the end for what it is.
    exact = {"charset": "utf8mb4", "collation": "utf8mb4_nopad_bin" if is_mariadb else "utf8mb4_0900_bin"}
    match column.kind:
        case "time":
            return DATETIME(fsp=6)
        case "whole":
            return BigInteger()
        case "number":
            return Numeric(DIGITS, PLACES)
        case "flag":
            return Boolean()
    if column.name not in {one.name for one in key}:
        return LONGTEXT(**exact)
    numbers = sum(one.kind == "whole" for one in key)
    room = (_BYTES_OF_A_KEY - numbers * _BYTES_OF_A_NUMBER) // _BYTES_OF_A_LETTER
    return VARCHAR(room // (len(key) - numbers), **exact)


def value_of(table: Table, column: Column, value: Any, *, in_key: bool) -> Any:
    """Give a value as the driver takes it; times are of UTC, since the database keeps no zone."""
    if column.kind == "number":
        return fitted(value, table, column)
    if value is None:
        return "" if in_key else None
    if column.kind == "time":
        return moment(value).astimezone(UTC).replace(tzinfo=None)
    return cell_text(value) if column.kind in {"text", "code"} else value


def take_turn(connection: Connection) -> bool:
    """Wait until no other run writes; False where it does not come to an end.

    The turn ends with the connection. A lock of tables would end the transaction, and stop whoever reads.
    """
    connection.exec_driver_sql("set session sql_mode = 'STRICT_ALL_TABLES'")
    return bool(connection.exec_driver_sql(f"select get_lock({_TURN}, {_SECONDS_FOR_ANOTHER})").scalar())


def fill(cursor: Any, table: str, columns: str, count: int, rows: Iterator[tuple[Any, ...]]) -> None:
    """Put rows into a table, some thousands at a time."""
    marks = ", ".join(["%s"] * count)
    while some := list(islice(rows, _ROWS_AT_ONCE)):
        # The names are ours, and quoted as the database does it.
        cursor.executemany(f"insert into {table} ({columns}) values ({marks})", some)  # noqa: S608


def bring_in(
    connection: Connection, kept: sqlalchemy.Table, new: sqlalchemy.Table, key: Sequence[str]
) -> None:
    """Change what differs in the table that stays, and add what it does not have."""
    from sqlalchemy import and_, exists, insert, or_, select, update

    same_key = and_(*(kept.c[name] == new.c[name] for name in key))
    rest = [column.name for column in kept.c if column.name not in key]
    if rest:
        differs = or_(*(kept.c[name].is_distinct_from(new.c[name]) for name in rest))
        values = {kept.c[name]: new.c[name] for name in rest}
        connection.execute(update(kept).values(values).where(same_key, differs))
    missing = select(new).where(~exists(select(kept.c.spec).where(same_key)))
    connection.execute(insert(kept).from_select([column.name for column in kept.c], missing))


def let_go(connection: Connection, new: sqlalchemy.Table) -> None:
    """Drop a temporary table, which does not end the transaction if it is called so."""
    connection.exec_driver_sql(f"drop temporary table {new.name}")
