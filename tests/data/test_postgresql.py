"""Databases as sources: a real PostgreSQL server, which the tests start where it is installed."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from stepladder_dsl.diagnostics import catalogue
from stepladder_engine.data.mapping_model import Database
from stepladder_engine.data.read_sql import open_database
from stepladder_engine.data.rows import ReadingStopped

PASSWORD = "ti/g@er:%ж"  # noqa: S105 (of a server that lives as long as the tests)
SETUP = """
create role reader login password '{password}';
create table orders (
    no integer primary key, client text, day timestamp, told timestamptz, total numeric(12, 4), pieces float8,
    paid boolean, took interval, tags text[], more json, photo bytea, mark uuid
);
insert into orders values
    (2, 'b', '2026-03-02 10:30', '2026-03-02 10:30+02', 12345678.1234, 0.1, true, '2 hours',
     '{{x}}', '{{}}', '\\x00', null),
    (1, 'a', '2026-07-01 00:00', '1900-01-01 00:00+01:33:16', 5, 5, false, '30 days', null, null, null, null),
    (3, 'a', null, null, null, null, null, null, null, null, null, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11');
create table hidden (client text);
create sequence numbers;
create schema shop;
create table shop.visits (client text, came date);
insert into shop.visits values ('b', '2026-03-02'), ('a', '2026-03-03');
create function forget() returns integer language sql as 'delete from orders; select 1';
grant usage on schema shop to reader;
grant select on orders, shop.visits to reader;
grant usage on sequence numbers to reader;
"""


def tool(name: str) -> str:
    # Debian and Ubuntu keep the servers of all versions beside each other, outside of the path.
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    found = shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), *map(str, versions)]))
    if found is None or importlib.util.find_spec("psycopg") is None:
        pytest.skip(f"needs psycopg and a PostgreSQL server, and there is no `{name}` here")
    # The tools find each other beside themselves, not beside a link to one of them.
    return str(Path(found).resolve())


@contextmanager
def running(
    kept: Callable[..., AbstractContextManager[subprocess.Popen[bytes]]], listens: str = ""
) -> Iterator[str]:
    """A server of its own in a new folder, spoken to through a socket there; gives that folder.

    Without the socket it can be reached where it `listens`: at an address of this machine.
    """
    initdb, postgres = tool("initdb"), tool("postgres")
    user: dict[str, Any] = {}
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    if os.geteuid() == 0:
        # PostgreSQL refuses to run as the superuser of a machine.
        try:
            owner = pwd.getpwnam("postgres")
        except KeyError:
            pytest.skip("PostgreSQL refuses to run as root, and there is no user `postgres` here")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        user = {"user": owner.pw_uid, "group": owner.pw_gid}
    secret = folder / "password"
    secret.write_text("owner\n", encoding="utf-8")
    secret.chmod(0o644)
    made = [initdb, "-D", str(folder / "data"), "-U", "owner", "-A", "scram-sha-256", "--pwfile", str(secret)]
    subprocess.run(
        [*made, "-N", "-E", "UTF8", "--locale=C"], check=True, capture_output=True, cwd=folder, **user
    )
    command = [postgres, "-D", str(folder / "data"), "-k", str(folder), "-F"]
    command += ["-c", f"listen_addresses={listens}", "-c", "max_connections=10", "-c", "shared_buffers=1MB"]
    with kept(folder, command, user, "SIGINT") as process:
        set_up(str(folder), process)
        yield str(folder)


def owner(folder: str, database: str) -> Any:
    import psycopg

    login: dict[str, Any] = {"user": "owner", "password": "owner"}
    return psycopg.connect(host=folder, dbname=database, autocommit=True, **login)


def set_up(folder: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until the server answers, and fill it."""
    import psycopg

    for _ in range(300):
        assert process.poll() is None, "the server has ended by itself"
        try:
            connection = owner(folder, "postgres")
            break
        except psycopg.OperationalError:
            time.sleep(0.1)
    with closing(connection):
        connection.execute("create database shop")
    with closing(owner(folder, "shop")) as connection:
        connection.execute(SETUP.format(password=PASSWORD))


def address(folder: str, user: str = "reader", password: str = PASSWORD, database: str = "shop") -> str:
    return f"postgresql://{user}:{quote(password, '')}@/{database}?host={folder}"


MAPPING = """\
timezone: Europe/Sofia
events:
  purchase:
    source:
      url: ${SHOP_DATABASE}
      {what}
    key: client
    time: {time}
    fields: {amount: total, pieces: pieces, paid: paid, delivered: told}
options: {decimal: ",", thousands: ".", dates: dd.mm.yyyy}
"""


@pytest.fixture
def shop(desk: Any, server: str) -> Any:
    def of(what: str = "table: orders", time: str = "day", **login: str) -> Any:
        desk.environment = {"SHOP_DATABASE": address(server, **login)}
        return desk.load(MAPPING.replace("{what}", what).replace("{time}", time))

    desk.of = of
    return desk


def only(result: Any) -> tuple[str, str]:
    (found,) = result.diagnostics
    everything = [repr(found), catalogue.message(found), str(catalogue.hint(found, "en"))]
    for secret in (PASSWORD, quote(PASSWORD, ""), "ti/g", "er:%"):
        assert all(secret not in text for text in everything)
    return found.code, found.variant


def test_typed_values_come_exactly_and_in_the_order_of_the_key(shop: Any) -> None:
    result = shop.of()
    assert [(row, code) for row, code, _ in result.reasons] == [(3, "SD044")]
    first, second = result.data.events
    assert (first.origin.row, second.origin.row) == (1, 2)
    assert (first.key, first.fields["paid"], first.fields["amount"]) == ("a", False, Decimal(5))
    assert second.fields["amount"] == Decimal("12345678.1234")
    assert second.fields["pieces"] == Decimal("0.1")
    zone_less, zoned = datetime(2026, 3, 2, 8, 30, tzinfo=UTC), datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
    assert moment(second.time) == zone_less
    assert moment(second.fields["delivered"]) == zoned


def test_what_a_database_is_set_to_changes_nothing(shop: Any, server: str) -> None:
    expected = shop.of().data.events
    settings = ("datestyle = 'German'", "timezone = 'Asia/Tehran'", "extra_float_digits = -3")
    with closing(owner(server, "shop")) as connection:
        for setting in settings:
            connection.execute(f"alter role reader set {setting}")
        try:
            assert shop.of().data.events == expected
        finally:
            connection.execute("alter role reader reset all")


def test_a_name_may_hold_any_sign(server: str) -> None:
    name = 'it\'s 50% "мой"'
    with closing(owner(server, "shop")) as connection:
        connection.execute('create table "it\'s 50% ""мой""" (no int primary key)')
        connection.execute('insert into "it\'s 50% ""мой""" values (2), (1)')
        connection.execute('grant select on "it\'s 50% ""мой""" to reader')
    table, problems = open_database(Database("x", address(server), name), Path())
    assert table is not None, problems
    with closing(table):
        assert [row.cells["no"] for row in table.rows()] == ["1", "2"]


def moment(instant: Any) -> datetime:
    from stepladder_engine.calendars.zone import Zone

    local: datetime = Zone("UTC").local(instant)
    return local.replace(tzinfo=UTC)


def test_what_is_no_cell_costs_a_row_only_where_it_is_asked_for(shop: Any) -> None:
    for column in ("tags", "more", "photo"):
        columns = f"client, day, {column} as total, pieces, paid, told"
        result = shop.of(f"sql: select {columns} from orders where no = 2")  # noqa: S608
        assert [(row, code) for row, code, _ in result.reasons] == [(1, "SD058")]


def test_a_table_of_another_schema_without_a_key_is_put_in_order(shop: Any, server: str) -> None:
    table, problems = open_database(Database("x", address(server), "shop.visits"), Path())
    assert table is not None, problems
    with closing(table):
        assert [row.cells["client"] for row in table.rows()] == ["a", "b"]


def test_rows_come_through_a_cursor_of_the_server(server: str) -> None:
    numbers = "select i, 10 / (9000 - i) as x from generate_series(1, 100000) i"
    source = Database("x", address(server), query=f"{numbers} order by 1 / 1")
    table, problems = open_database(source, Path())
    assert table is not None, problems
    with closing(table):
        reading = table.rows()
        assert next(reading).cells["i"] == "1"
        with pytest.raises(ReadingStopped) as stopped:
            list(reading)
    assert "division by zero" in catalogue.message(stopped.value.finding)


REFUSED = {
    "a wrong password": ({"password": "wrong"}, "table: orders", ("SD033", "")),
    "a user who is none": ({"user": "nobody"}, "table: orders", ("SD033", "")),
    "a database that is none": ({"database": "shops"}, "table: orders", ("SD033", "database")),
    "no right": ({}, "table: hidden", ("SD033", "rights")),
    "no right in a query": ({}, "sql: select * from hidden", ("SD033", "rights")),
    "a table that is none": ({}, "sql: select * from oders", ("SD035", "table")),
    "a column that is none": ({}, "sql: select o.totl from orders o", ("SD035", "column")),
    "a slip": ({}, "sql: select from where", ("SD035", "")),
    "a function that writes": ({}, "sql: select forget()", ("SD034", "database")),
    "the next number": ({}, "sql: select nextval('numbers')", ("SD034", "database")),
    "too long": ({}, "sql: select pg_sleep(60), set_config('x.y', 'z', false)", ("SD035", "time")),
    "a date without end": (
        {},
        "sql: select client, 'infinity'::timestamp as day, total, pieces, paid, told from orders",
        ("SD035", ""),
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_the_server_refuses_is_said_in_our_words(case: str, shop: Any, server: str) -> None:
    login, what, code = REFUSED[case]
    if case == "too long":
        shop.environment = {"SHOP_DATABASE": address(server) + "&options=-cstatement_timeout%3D50"}
        result = shop.load(MAPPING.replace("{what}", what).replace("{time}", "day"))
    else:
        result = shop.of(what, **login)
    assert only(result) == code
    assert {"a table that is none": "orders", "a column that is none": "total"}.get(case) == (
        result.diagnostics[0].suggestion
    )


def test_nothing_is_written(shop: Any, server: str) -> None:
    result = shop.of("sql: select forget()", user="owner", password="owner")  # noqa: S106
    assert [found.code for found in result.diagnostics] == ["SD034"]
    with closing(owner(server, "shop")) as connection:
        assert connection.execute("select count(*) from orders").fetchone() == (3,)


SPEC = """\
language en

spec shop "Shop"
    currency EUR
    timezone Europe/Sofia

role seller "Seller"

record client

event purchase for client
    amount money

process sale for client
    owner seller
    stage known
        start
        on purchase go to bought
    stage bought
        end won
"""


@pytest.mark.parametrize("password", [PASSWORD, "ti/g@er:wrong"])
def test_no_screen_and_no_result_of_a_whole_run_holds_the_password(
    password: str, server: str, tmp_path: Path
) -> None:
    (tmp_path / "shop.ladder").write_text(SPEC, encoding="utf-8")
    mapping = MAPPING.replace("{what}", "table: orders").replace("{time}", "day")
    mapping = mapping.replace(", pieces: pieces, paid: paid, delivered: told", "")
    (tmp_path / "mapping.yaml").write_text(
        mapping.replace("options: {", "options: {max_rejected: 50%, "), "utf-8"
    )
    command = [
        sys.executable,
        "-m",
        "stepladder_engine",
        "run",
        str(tmp_path),
        "--out",
        str(tmp_path / "out"),
    ]
    environment = {**os.environ, "SHOP_DATABASE": address(server, password=password)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    told = done.stdout + done.stderr
    files = [path.read_text(encoding="utf-8") for path in (tmp_path / "out").rglob("*") if path.is_file()]
    if password == PASSWORD:
        assert done.returncode == 0, told
        assert any("${SHOP_DATABASE}: orders" in text for text in files)
    else:
        assert (done.returncode, files) == (2, [])
        assert "SD033" in told
    for text in (told, *files):
        assert "ti/g" not in text
        assert quote("ti/g", "") not in text
