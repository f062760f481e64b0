"""Results in a database: all tables or none, exact values, and nothing foreign touched."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import quote

import pytest

from stepladder_dsl.diagnostics import catalogue
from stepladder_engine.data.tables import Column, Table, table_of
from stepladder_engine.data.write_sql import find_target, write_database

pytest.importorskip("sqlalchemy", reason="needs the extra sql")

PASSWORD = "ti/g@er:%ж"  # noqa: S105 (of a server that lives as long as the tests)
TASKS = (
    Column("key", "text", "Stable key"),
    Column("status", "code", "How it stands"),
    Column("due", "time", "When", optional=True),
    Column("order", "whole", "Its place", optional=True),
    Column("price", "number", "How much", optional=True),
    Column("moved", "flag", "Whether", optional=True),
)
JOURNAL = (Column("case", "text", "Whom"), Column("kind", "code", "What"))
FIGURES = (
    Column("metric", "code", "Name"),
    Column("group", "text", "Of whom", optional=True),
    Column("value", "number", "How much", optional=True),
)
FIRST = ("t1", "due", "2026-03-29T03:30:00+03:00", 1, Decimal("19.90"), True)
SECOND = ("t2", "open; drop table x", None, None, None, None)
Read = Callable[[str], list[tuple[Any, ...]]]


def tasks(*rows: tuple[Any, ...]) -> Table:
    return table_of("tasks", TASKS, rows, ("key",))


def journal(*rows: tuple[Any, ...]) -> Table:
    return table_of("journal", JOURNAL, rows, ("case",), and_order=True)


class Base:
    """A database, and ways to write to it and to look into it."""

    def __init__(self, address: str, read: Read) -> None:
        self.address = address
        self.read = read

    def write(self, *tables: Table, spec: str = "shop", address: str | None = None) -> list[tuple[str, str]]:
        """Write results; gives codes and sentences, in none of which the password stands."""
        summary = {"spec": spec, "as_of": "2026-03-09T23:59:59+02:00", "cases": len(tables)}
        target, problems = find_target("RESULTS", {"RESULTS": address or self.address})
        if target is not None:
            problems = write_database(target, tables, summary)
            assert "ti" not in repr(target)
        for found in problems:
            for text in (repr(found), catalogue.message(found), str(catalogue.hint(found, "en"))):
                assert all(secret not in text for secret in (PASSWORD, quote(PASSWORD, ""), "er:%"))
        return [(found.code, catalogue.message(found)) for found in problems]


@pytest.fixture
def sqlite_base(tmp_path: Path) -> Base:
    file = tmp_path / "results.sqlite"

    def read(query: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(file)) as connection, connection:
            return connection.execute(query).fetchall()

    return Base(f"sqlite:///{file}", read)


@pytest.fixture
def postgresql_base(server: str, load_helper: Callable[[Path], ModuleType]) -> Iterator[Base]:
    helper = load_helper(Path(__file__).with_name("test_postgresql.py"))
    with closing(helper.owner(server, "postgres")) as connection:
        connection.execute("create database results")
        connection.execute(f"create role writer login password '{PASSWORD}'")
        connection.execute("grant create, connect on database results to writer")
    with closing(helper.owner(server, "results")) as connection:
        connection.execute("grant all on schema public to writer")

        def read(query: str) -> list[tuple[Any, ...]]:
            found = connection.execute(query)
            return list(found.fetchall()) if found.description else []

        try:
            yield Base(helper.address(server, "writer", PASSWORD, "results"), read)
        finally:
            connection.close()
            with closing(helper.owner(server, "postgres")) as last:
                last.execute("drop database results with (force)")
                last.execute("drop role writer")


@pytest.fixture
def mysql_base(mysql_server: str, load_helper: Callable[[Path], ModuleType]) -> Iterator[Base]:
    helper = load_helper(Path(__file__).with_name("test_mysql.py"))
    with closing(helper.root(mysql_server)) as connection, connection.cursor() as cursor:

        def read(query: str) -> list[tuple[Any, ...]]:
            # To MySQL a bare `key` is a word of its language.
            cursor.execute(re.sub(r'(?<!")\bkey\b(?!")', '"key"', query))
            return list(cursor.fetchall())

        read("create database results")
        read(f"create user writer@localhost identified by '{PASSWORD}'")
        read("grant all on results.* to writer@localhost")
        read("use results")
        # Names in double quotation marks, as the other databases have them.
        read("set sql_mode = 'ANSI_QUOTES'")
        try:
            yield Base(helper.address(mysql_server, "writer", PASSWORD, "results"), read)
        finally:
            read("drop database results")
            read("drop user writer@localhost")


@pytest.fixture(params=["sqlite_base", "postgresql_base", "mysql_base"])
def base(request: pytest.FixtureRequest) -> Base:
    found: Base = request.getfixturevalue(request.param)
    return found


def test_a_run_writes_its_tables_and_the_summary(base: Base) -> None:
    assert base.write(tasks(FIRST, SECOND), journal(("C1", "start"), ("C1", "move"), ("C2", "start"))) == []
    assert base.read("select key, status, moved from stepladder_tasks order by key") == [
        ("t1", "due", True),
        ("t2", "open; drop table x", None),
    ]
    assert base.read('select "case", nth, kind from stepladder_journal order by 1, 2') == [
        ("C1", 1, "start"),
        ("C1", 2, "move"),
        ("C2", 1, "start"),
    ]
    assert base.read("select spec, summary from stepladder_runs") == [
        ("shop", '{"spec": "shop", "as_of": "2026-03-09T23:59:59+02:00", "cases": 2}')
    ]


def test_values_in_postgresql_are_exact(postgresql_base: Base) -> None:
    third = Decimal(-1) / 3
    late = (
        "t3",
        "\0ж😀",
        "9999-12-31T23:59:59+02:00",
        -(2**53) - 1,
        Decimal("12345678901234567890.12"),
        False,
    )
    postgresql_base.write(tasks(FIRST, late, ("t4", "", None, None, third, None)))
    found = postgresql_base.read(
        "select status, due at time zone 'UTC', \"order\", price, moved from stepladder_tasks order by key"
    )
    assert found == [
        ("due", datetime(2026, 3, 29, 0, 30), 1, Decimal("19.90"), True),  # noqa: DTZ001 (said in UTC)
        (
            "␀ж😀",
            datetime(9999, 12, 31, 21, 59, 59),  # noqa: DTZ001 (the same)
            -(2**53) - 1,
            Decimal("12345678901234567890.12"),
            False,
        ),
        ("", None, None, third, None),
    ]
    kinds = postgresql_base.read(
        "select data_type from information_schema.columns where table_name = 'stepladder_tasks' "
        "order by ordinal_position"
    )
    assert [kind for (kind,) in kinds] == [
        *("text", "text", "text", "timestamp with time zone", "bigint", "numeric", "boolean")
    ]


def test_values_in_mysql_are_exact(mysql_base: Base) -> None:
    late = ("t3", "ж😀", "9999-12-31T23:59:59+02:00", -(2**53) - 1, Decimal("12345678901234567890.12"), False)
    alike = [("t4 ", "\0", None, None, None, None), ("T4", "x", None, None, None, None)]
    assert mysql_base.write(tasks(FIRST, late, ("t4", "y" * 100_000, None, None, None, None), *alike)) == []
    found = mysql_base.read(
        'select "key", left(status, 2), due, "order", price, moved from stepladder_tasks order by 1'
    )
    assert found == [
        ("T4", "x", None, None, None, None),
        ("t1", "du", datetime(2026, 3, 29, 0, 30), 1, Decimal("19.90"), True),  # noqa: DTZ001 (of UTC)
        (
            "t3",
            "ж😀",
            datetime(9999, 12, 31, 21, 59, 59),  # noqa: DTZ001 (of UTC)
            -(2**53) - 1,
            Decimal("12345678901234567890.12"),
            False,
        ),
        ("t4", "yy", None, None, None, None),
        ("t4 ", "\0", None, None, None, None),
    ]


def test_what_mysql_has_no_room_for_is_said(mysql_base: Base) -> None:
    mysql_base.write(tasks(FIRST))
    ((code, sentence),) = mysql_base.write(tasks(("t" * 800, *FIRST[1:])))
    assert (code, "Data too long for column 'key'" in sentence) == ("SD065", True)
    ((code, sentence),) = mysql_base.write(tasks(("t2", "due", None, None, Decimal(10) ** 25, None)))
    assert (code, "`price`" in sentence) == ("SD063", True)
    assert mysql_base.read('select "key" from stepladder_tasks') == [("t1",)]


def test_values_in_sqlite_can_be_compared_and_added(sqlite_base: Base) -> None:
    sqlite_base.write(tasks(FIRST, ("t2", "due", None, None, Decimal("5.05"), False)))
    assert sqlite_base.read("select sum(price), max(due) from stepladder_tasks where price > 5") == [
        (24.95, "2026-03-29T03:30:00+03:00")
    ]


def test_the_next_run_changes_what_differs_and_deletes_what_is_gone(base: Base) -> None:
    changed = ("t1", "done", *FIRST[2:])
    base.write(tasks(FIRST, SECOND), journal(("C1", "start"), ("C1", "move")))
    assert base.write(tasks(changed, ("t3", "due", *FIRST[2:])), journal(("C1", "start"))) == []
    assert base.read("select key, status from stepladder_tasks order by key") == [
        ("t1", "done"),
        ("t3", "due"),
    ]
    assert base.read('select "case", nth from stepladder_journal') == [("C1", 1)]
    assert base.read("select count(*) from stepladder_runs") == [(1,)]


def test_a_row_that_is_the_same_is_not_touched(postgresql_base: Base) -> None:
    place = "select key, ctid::text, xmin::text from stepladder_tasks where key = 't1'"
    postgresql_base.write(tasks(FIRST, SECOND))
    before = postgresql_base.read(place)
    postgresql_base.write(tasks(FIRST, ("t2", "done", *SECOND[2:])))
    assert postgresql_base.read(place) == before


def test_several_specs_share_a_database_and_leave_each_other_alone(base: Base) -> None:
    base.write(tasks(FIRST, SECOND), spec="shop")
    base.write(tasks(FIRST), spec="other")
    base.write(tasks(), spec="shop")
    assert base.read("select spec, key from stepladder_tasks") == [("other", "t1")]


def test_unknown_parts_of_a_key_are_empty_texts(base: Base) -> None:
    figures = table_of(
        "metrics", FIGURES, [("won", None, Decimal(3)), ("won", "press", None)], ("metric", "group")
    )
    base.write(figures)
    assert base.write(figures) == []
    assert base.read('select "group", value from stepladder_metrics order by 1') == [("", 3), ("press", None)]


def test_a_figure_that_is_no_number_is_left_empty_and_said(base: Base) -> None:
    figures = table_of(
        "metrics", FIGURES, [("best", None, "press"), ("happy", None, True)], ("metric", "group")
    )
    ((code, sentence),) = base.write(figures)
    assert (code, sentence.rpartition(": ")[2]) == ("SD062", "`best`")
    assert base.read("select metric, value from stepladder_metrics order by 1") == [
        ("best", None),
        ("happy", 1),
    ]


def test_a_mistake_in_the_middle_leaves_everything_as_it_was(base: Base) -> None:
    base.write(tasks(FIRST), journal(("C1", "start")))
    # The key of a table tells its rows apart, or it is none.
    ((code, _),) = base.write(journal(("C2", "start")), tasks(SECOND, SECOND))
    assert code == "SD065"
    assert base.read("select key from stepladder_tasks") == [("t1",)]
    assert base.read('select "case" from stepladder_journal') == [("C1",)]


def test_a_table_of_somebody_else_is_left_alone(base: Base) -> None:
    base.read("create table stepladder_tasks (id integer, done boolean)")
    ((code, sentence),) = base.write(journal(("C1", "start")), tasks(FIRST))
    assert (code, "`stepladder_tasks`" in sentence) == ("SD066", True)
    assert base.read("select * from stepladder_tasks") == []
    # And nothing has come in beside it.
    with pytest.raises(Exception, match="stepladder_journal"):
        base.read("select * from stepladder_journal")


class Waiting(Sequence[tuple[Any, ...]]):
    """Rows that stop before the last one until somebody lets them go on."""

    def __init__(self, *rows: tuple[Any, ...]) -> None:
        self.rows = rows
        self.asked, self.go_on = threading.Event(), threading.Event()

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, place: Any) -> Any:
        return self.rows[place]

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        for row in self.rows:
            if row is self.rows[-1] and not self.go_on.is_set():
                self.asked.set()
                assert self.go_on.wait(30)
            yield row


def test_while_a_run_writes_others_read_the_old_result_and_wait_to_write(base: Base) -> None:
    base.write(tasks(FIRST))
    rows = Waiting(SECOND, ("t3", "due", None, None, None, None))
    said: list[Any] = []
    first = threading.Thread(target=lambda: said.append(base.write(table_of("tasks", TASKS, rows, ("key",)))))
    first.start()
    assert rows.asked.wait(30)
    assert base.read("select key from stepladder_tasks") == [("t1",)]
    second = threading.Thread(target=lambda: said.append(base.write(tasks(FIRST))))
    second.start()
    rows.go_on.set()
    first.join()
    second.join()
    assert said == [[], []]
    assert base.read("select key from stepladder_tasks") == [("t1",)]


KILLED = """
import os, signal, sys
from stepladder_engine.data.tables import Column, table_of
from stepladder_engine.data.write_sql import find_target, write_database
class Rows(list):
    def __iter__(self):
        for row in super().__iter__():
            if row[0] == int(sys.argv[1]):
                os.kill(os.getpid(), signal.SIGKILL)
            yield (f"t{row[0]}", "new")
columns = (Column("key", "text", ""), Column("status", "code", ""))
rows = Rows((number,) for number in range(30_000))
target, _ = find_target("RESULTS", os.environ)
tables = [table_of("others", columns, [("x", "new")], ("key",)), table_of("tasks", columns, rows, ("key",))]
write_database(target, tables, {"spec": "shop", "as_of": "2026-03-09T23:59:59+02:00"})
"""


@pytest.mark.parametrize("row", [0, 29_999])
def test_a_run_that_is_killed_leaves_the_old_result(base: Base, row: int) -> None:
    columns = TASKS[:2]
    old = [table_of(name, columns, [("t1", "old")], ("key",)) for name in ("others", "tasks")]
    base.write(*old)
    found = subprocess.run(
        [sys.executable, "-c", KILLED, str(row)], env={**os.environ, "RESULTS": base.address}, check=False
    )
    assert found.returncode == -signal.SIGKILL
    for table in old:
        assert base.read(f"select key, status from stepladder_{table.name}") == [("t1", "old")]  # noqa: S608
    assert base.write(*old) == []


@pytest.mark.parametrize(
    ("address", "code", "variant"),
    [
        ("", "SD064", "is not set"),
        ("   ", "SD064", "is not set"),
        ("mssql://shop:secret@server/shop", "SD064", "of a kind that results are not written to"),
        ("oracle://shop:secret@server/shop", "SD064", "of a kind that results are not written to"),
        ("results.sqlite", "SD030", "cannot be understood"),
        ("postgresql://shop:ti/g@er@server/shop", "SD030", "more than once"),
        ("sqlite://", "SD030", "names no file"),
        ("sqlite:///:memory:", "SD030", "names no file"),
        ("sqlite:///nowhere/results.sqlite", "SD065", "cannot be opened for writing"),
    ],
)
def test_an_address_that_leads_nowhere_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str, code: str, variant: str
) -> None:
    monkeypatch.chdir(tmp_path)
    target, problems = find_target("RESULTS", {"RESULTS": address})
    if target is not None:
        problems = write_database(target, [tasks(FIRST)], {"spec": "shop", "as_of": None})
    (found,) = problems
    sentence = catalogue.message(found)
    assert found.code == code
    assert variant in sentence
    assert "RESULTS" in sentence
    assert "secret" not in sentence + repr(found)
    assert list(tmp_path.iterdir()) == []


def test_an_address_in_place_of_a_name_is_not_repeated() -> None:
    _, (found,) = find_target("postgresql://shop:secret@server/shop", {})
    assert (found.code, found.variant) == ("SD064", "address")
    for text in (repr(found), catalogue.message(found), str(catalogue.hint(found, "en"))):
        assert "secret" not in text
        assert "server" not in text


def test_a_file_that_is_no_database_is_said_and_stays(sqlite_base: Base, tmp_path: Path) -> None:
    (tmp_path / "results.sqlite").write_text("my notes, which are no database at all\n" * 40)
    ((code, _),) = sqlite_base.write(tasks(FIRST))
    assert code == "SD032"
    assert (tmp_path / "results.sqlite").read_text().startswith("my notes")


def test_who_may_not_write_is_told_so(
    postgresql_base: Base, server: str, load_helper: Callable[[Path], ModuleType]
) -> None:
    helper = load_helper(Path(__file__).with_name("test_postgresql.py"))
    postgresql_base.read("revoke all on schema public from writer, public")
    postgresql_base.read("grant usage on schema public to writer")
    ((code, sentence),) = postgresql_base.write(tasks(FIRST))
    assert (code, "may not write there" in sentence) == ("SD065", True)
    wrong = helper.address(server, "writer", "wrong" + PASSWORD, "results")
    ((code, _),) = postgresql_base.write(tasks(FIRST), address=wrong)
    assert code == "SD033"
    ((code, _),) = postgresql_base.write(
        tasks(FIRST), address=helper.address(server + "-away", "writer", PASSWORD)
    )
    assert code == "SD032"


def test_the_moment_of_the_run_is_an_instant(postgresql_base: Base) -> None:
    postgresql_base.write(tasks())
    ((moment,),) = postgresql_base.read("select as_of from stepladder_runs")
    assert moment == datetime(2026, 3, 9, 21, 59, 59, tzinfo=UTC)
