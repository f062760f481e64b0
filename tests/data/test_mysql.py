"""Databases as sources: a real MariaDB or MySQL server, which the tests start where it is installed."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from stepladder_dsl.diagnostics import catalogue
from stepladder_engine.calendars.zone import Zone
from stepladder_engine.data.mapping_model import Database
from stepladder_engine.data.read_sql import open_database
from stepladder_engine.data.rows import ReadingStopped

PASSWORD = "ti/g@er:%ж"  # noqa: S105 (of a server that lives as long as the tests)
SETUP = """
create database shop character set utf8mb4;
create table shop.orders (
    no integer primary key, client varchar(20), day datetime, total decimal(12, 4), pieces double,
    paid boolean, took time, photo blob
);
insert into shop.orders values
    (2, 'Борис', '2026-03-02 10:30', 12345678.1234, 0.1, true, '02:00', x'00'),
    (1, 'a', '2026-07-01', 5, 5, false, null, null),
    (3, 'a', null, null, null, null, null, null);
create database other;
create table other.hidden (client text);
create table shop.many as select seq as no, repeat('x', 200) as client from mysql.seq_1_to_200000;
create user reader@localhost identified by '{password}';
grant select on shop.* to reader@localhost;
"""


def tool(*names: str) -> str:
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None or importlib.util.find_spec("pymysql") is None:
        pytest.skip(f"needs pymysql and a MariaDB server, and there is no `{names[0]}` here")
    return found


@contextmanager
def running(kept: Callable[..., Any]) -> Iterator[str]:
    """A server of its own in a new folder, spoken to through a socket there; gives that socket."""
    pytest.importorskip("sqlalchemy", reason="needs the extra sql")
    install, daemon = tool("mariadb-install-db"), tool("mariadbd")
    folder = Path(tempfile.mkdtemp(prefix="my"))
    # As root the server wants to be told that it may run so.
    user = ["--user=root"] if os.geteuid() == 0 else []
    place = ["--no-defaults", f"--datadir={folder / 'data'}", *user, "--innodb-log-file-size=4M"]
    made = [install, *place, "--auth-root-authentication-method=normal", "--skip-test-db"]
    subprocess.run(made, check=True, capture_output=True, cwd=folder)
    socket = str(folder / "s")
    small = ["--innodb-buffer-pool-size=8M", "--skip-networking", f"--pid-file={folder / 'pid'}"]
    with kept(folder, [daemon, *place, *small, f"--socket={socket}"], {}, "SIGTERM") as process:
        set_up(socket, process)
        yield socket


def root(socket: str) -> Any:
    import pymysql

    return pymysql.connect(unix_socket=socket, user="root", autocommit=True)


def set_up(socket: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until the server listens, and fill it."""
    for _ in range(300):
        assert process.poll() is None, "the server has ended by itself"
        if Path(socket).exists():
            break
        time.sleep(0.1)
    with closing(root(socket)) as connection, connection.cursor() as cursor:
        for statement in SETUP.format(password=PASSWORD).split(";\n")[:-1]:
            cursor.execute(statement)


def address(socket: str, user: str = "reader", password: str = PASSWORD, database: str = "shop") -> str:
    return f"mysql://{user}:{quote(password, '')}@localhost/{database}?unix_socket={socket}&charset=utf8mb4"


MAPPING = """\
timezone: Europe/Sofia
events:
  purchase:
    source:
      url: ${SHOP_DATABASE}
      {what}
    key: client
    time: day
    fields: {amount: total, pieces: pieces, paid: paid}
options: {decimal: ",", thousands: ".", dates: dd.mm.yyyy}
"""


@pytest.fixture
def shop(desk: Any, mysql_server: str) -> Any:
    def of(what: str = "table: orders", **login: str) -> Any:
        desk.environment = {"SHOP_DATABASE": address(mysql_server, **login)}
        return desk.load(MAPPING.replace("{what}", what))

    desk.of = of
    return desk


def test_typed_values_come_exactly_and_in_the_order_of_the_key(shop: Any) -> None:
    result = shop.of()
    assert [(row, code) for row, code, _ in result.reasons] == [(3, "SD044")]
    first, second = result.data.events
    assert (first.origin.row, second.origin.row) == (1, 2)
    assert (first.key, first.fields) == ("a", {"amount": Decimal(5), "pieces": Decimal(5), "paid": False})
    assert (second.key, second.fields) == (
        "Борис",
        {"amount": Decimal("12345678.1234"), "pieces": Decimal("0.1"), "paid": True},
    )
    half_past_ten = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
    assert Zone("UTC").local(second.time).replace(tzinfo=UTC) == half_past_ten


def test_bytes_cost_a_row_only_where_the_mapping_asks_for_them(shop: Any) -> None:
    result = shop.of("sql: select client, day, photo as total, pieces, paid from orders where no = 2")
    assert result.reasons == [(1, "SD058", "column `total` holds bytes, and a cell is a text")]


REFUSED = {
    "a wrong password": ({"password": "wrong"}, "table: orders", ("SD033", "")),
    "a user who is none": ({"user": "nobody"}, "table: orders", ("SD033", "")),
    "a database that is none": ({"database": "shops"}, "table: orders", ("SD033", "rights")),
    "no right": ({}, "sql: select * from other.hidden", ("SD033", "rights")),
    "a table that is none": ({}, "table: oders", ("SD035", "table")),
    "a column that is none": ({}, "sql: select o.totl from orders o", ("SD035", "column")),
    "a slip": ({}, "sql: select from where", ("SD035", "")),
    "a command that is no query": (
        {},
        "sql: set statement max_statement_time = 1 for select sleep(60)",
        ("SD034", "start"),
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_the_server_refuses_is_said_in_our_words(case: str, shop: Any) -> None:
    login, what, code = REFUSED[case]
    (found,) = shop.of(what, **login).diagnostics
    assert (found.code, found.variant) == code
    told = "".join([repr(found), catalogue.message(found), str(catalogue.hint(found, "en"))])
    for secret in (PASSWORD, quote(PASSWORD, ""), "ti/g", "er:%", "wrong@"):
        assert secret not in told


def test_the_owner_of_everything_cannot_write_either(
    shop: Any, mysql_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What the reading of the words lets through is still refused by the server.
    monkeypatch.setattr("stepladder_engine.data.read_sql.what_forbids", lambda *_given: None)
    shop.environment = {"SHOP_DATABASE": address(mysql_server, user="root", password="")}
    (found,) = shop.load(MAPPING.replace("{what}", "sql: delete from orders")).diagnostics
    assert (found.code, found.variant) == ("SD034", "database")
    with closing(root(mysql_server)) as connection, connection.cursor() as cursor:
        cursor.execute("select count(*) from shop.orders")
        assert cursor.fetchone() == (3,)


def test_rows_come_one_after_the_other_and_a_server_that_goes_away_ends_the_run(mysql_server: str) -> None:
    query = "select no, client, connection_id() as own from many order by no"
    table, problems = open_database(Database("x", address(mysql_server), query=query), Path())
    assert table is not None, problems
    reading = table.rows()
    first = next(reading)
    assert (first.number, first.cells["no"]) == (1, "1")
    with closing(root(mysql_server)) as connection, connection.cursor() as cursor:
        cursor.execute(f"kill {int(first.cells['own'] or 0)}")
    with closing(table), pytest.raises(ReadingStopped) as stopped:
        list(reading)
    assert (stopped.value.finding.code, stopped.value.finding.variant) == ("SD032", "lost")


def test_rows_that_nobody_wants_are_not_fetched(mysql_server: str) -> None:
    query = "select no, client from many order by no"
    table, problems = open_database(Database("x", address(mysql_server), query=query), Path())
    assert table is not None, problems
    reading = table.rows()
    assert next(reading).cells["no"] is not None
    with closing(root(mysql_server)) as connection, connection.cursor() as cursor:
        table.close()
        cursor.execute("show global status like 'Bytes_sent'")
        (_, sent) = cursor.fetchone()
    # The rows of the table are forty million bytes.
    assert int(sent) < 20_000_000
