"""Tables of a PostgreSQL server: workers read them in parts by their key, with the answer of one machine."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import quote

import pytest

from stepladder_dsl.compile import compile_text
from stepladder_dsl.diagnostics.catalogue import message
from stepladder_dsl.model.spec import Spec
from stepladder_dsl.source import Source
from stepladder_engine.results.execute import execute
from stepladder_engine.spark.exchange import Addressed, Row, Server
from stepladder_engine.spark.execute import execute_on_spark
from stepladder_engine.spark.session import obstacles
from stepladder_engine.spark.table_parts import OutOfPlace, SentTable, source_rows

DATA = Path(__file__).parents[1] / "data"
DRIVERS = (Path("/usr/share/java/postgresql.jar"),)
_MISSING = obstacles()

SHOP = """\
language en
spec shop
    currency EUR
    timezone Europe/Sofia
role seller
record client
event visit for client
    note text optional
event purchase for client
    amount money
    pieces number optional
    paid yes/no optional
    delivered datetime optional
process sale for client
    owner seller
    stage new
        start
        on purchase when amount > 10 go to regular
        after 1 month go to lost
    stage regular
        on visit go to regular
        after 3 months go to lost
    stage lost
        end lost
follow up care
    after purchase in 3 days, 1 month
    by seller
    done on visit
metric turnover
    = sum of purchase.amount
"""
MAPPING = """\
timezone: Europe/Sofia
events:
  purchase:
    source: {url: "${SHOP_DATABASE}", table: "%s"}
    key: client
    time: day
    id: id
    fields: {amount: total, pieces: pieces, paid: paid, delivered: told}
    where: kind = "buy"
  visit:
    source: [{url: "${SHOP_DATABASE}", table: "%s"}, more.csv]
    key: client
    time: day
    fields: {note: note}
options: {decimal: ",", max_rejected: 100%%}
"""
TABLES = r"""
create table base (
    client text, day timestamp, told timestamptz, total numeric, pieces float8, width float4, paid boolean,
    kind varchar(9), note text, born date, opens time, mark uuid, id int);
insert into base
    select 'C' || i % 7, timestamp '2026-01-01' + i * interval '7 hours 0.25 seconds',
        timestamptz '1890-03-01 00:00+00' + i * interval '50 days',
        case when i % 11 > 0 then i * 1.10 end, i / 3.0::float8, i / 3.0::float4, i % 2 = 0,
        (array['buy', 'look'])[1 + i % 2],
        (array['it''s', 'a "b"', '۱۲', E'a\nb', ' x ', null])[1 + i % 6], date '1970-01-01' + i,
        time '10:00:00.5', md5(i::text)::uuid, i % 23
    from generate_series(1, 40) i where i not in (3, 4, 17);
create table sales (no bigint primary key, like base);
insert into sales select row_number() over (order by day) * 3, * from base;
create table "it's 50% ""мой"" стол" (nick text, "a ""b" text, like base, primary key ("a ""b", nick));
insert into "it's 50% ""мой"" стол"
    select mark::text || '''', (array['я', 'a', 'B', '''', '\', '%s'])[1 + id % 6], * from base;
create table times (at timestamptz primary key, like base);
insert into times select told, * from base;
create table nothing (no int primary key, like base);
grant select on all tables in schema public to reader;
alter role reader set log_statement = 'all';
"""
# What a database is set to must not change an answer.
ODD_SETTINGS = (
    "alter role reader set datestyle = 'German'; alter role reader set timezone = 'Asia/Tehran';"
    "alter role reader set extra_float_digits = -3"
)
NAMES = {"sales": "sales", "words": 'it\'s 50% \\"мой\\" стол', "times": "times", "none": "nothing"}
"""How the mapping writes the names of the tables."""


@pytest.fixture(scope="module")
def server(load_helper: Callable[[Path], ModuleType]) -> Iterator[tuple[str, str]]:
    """The folder of a server with tables, and the address by which others reach it."""
    helper = load_helper(DATA / "test_postgresql.py")
    place = f"127.0.{os.getpid() % 200 + 1}.{os.getpid() // 200 % 250 + 1}"
    with helper.running(load_helper(DATA / "keeper.py").kept, listens=place) as folder:
        with closing(helper.owner(folder, "shop")) as connection:
            connection.execute(TABLES)
            connection.execute(ODD_SETTINGS)
        yield folder, f"postgresql://reader:{quote(helper.PASSWORD, '')}@{place}/shop"


@pytest.fixture(scope="module")
def shop() -> Spec:
    compiled = compile_text(Source("shop.ladder", SHOP))
    assert compiled.spec is not None
    assert not compiled.errors
    return compiled.spec


@pytest.fixture
def native(load_helper: Callable[[Path], ModuleType]) -> ModuleType:
    """An exchange in one process, and what shows all of an answer."""
    return load_helper(Path(__file__).with_name("test_native.py"))


def asking(native: ModuleType, server: tuple[str, str]) -> Any:
    """Give an exchange that asks the server as Spark does: each part in a connection of its own."""

    @dataclass
    class Asking(native.InOneProcess):  # type: ignore[misc, name-defined]
        asked: list[str] = field(default_factory=list)
        before: Callable[[], None] = lambda: None

        def query(
            self, server: Server, queries: Sequence[str], work: Callable[[Iterator[Row]], Iterator[Addressed]]
        ) -> Any:
            self.before()
            self.asked += queries
            return native.Here(
                [pair for query in queries for pair in self.each([query], self._rows(work, server))]
            )

        def _rows(self, work: Any, given: Server) -> Callable[[Any], Iterator[Any]]:
            def ask(query: str) -> Iterator[Any]:
                import psycopg

                options = given.options
                with psycopg.connect(
                    host=server[0], dbname="shop", user=options["user"], password=options["password"]
                ) as connection:
                    connection.execute(options["sessionInitStatement"])
                    yield from work(iter(connection.execute(query).fetchall()))

            return ask

    return Asking()


def mapping(folder: Path, table: str, other: str) -> Path:
    path = folder / "mapping.yaml"
    path.write_text(MAPPING % (NAMES.get(table, table), NAMES.get(other, other)), encoding="utf-8")
    (folder / "more.csv").write_text("client,day,note\nC1,2026-01-05,hello\nX9,soon,\n", encoding="utf-8")
    return path


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("table", "other"),
    [("sales", "words"), ("words", "words"), ("times", "sales"), ("sales", "none"), ("none", "times")],
)
@pytest.mark.parametrize("rows", [2, 7, 1_000])
def test_in_parts_of_any_size_it_is_the_answer_of_one_machine(
    shop: Spec,
    server: tuple[str, str],
    native: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    table: str,
    other: str,
    rows: int,
) -> None:
    monkeypatch.setenv("SHOP_DATABASE", server[1])
    monkeypatch.setattr("stepladder_engine.spark.table_parts.ROWS_IN_A_PART", rows)
    path = mapping(tmp_path, table, other)
    exchange = asking(native, server)
    expected, problems = execute(shop, path, engine="reference")
    assert expected is not None, [message(problem, "en") for problem in problems]
    found, _ = execute_on_spark(shop, path, parts=3, exchange=exchange)
    assert native.everything(found) == native.everything(expected)
    assert expected.dataset.rejected
    asked = [-(-37 // rows) for name in {table, other} - {"none"}]
    assert len(exchange.asked) == sum(asked)


@pytest.mark.nightly
def test_what_comes_into_the_table_meanwhile_is_seen_by_no_part(
    shop: Spec,
    server: tuple[str, str],
    native: ModuleType,
    load_helper: Callable[[Path], ModuleType],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SHOP_DATABASE", server[1])
    monkeypatch.setattr("stepladder_engine.spark.table_parts.ROWS_IN_A_PART", 7)
    path = mapping(tmp_path, "sales", "sales")
    expected, _ = execute(shop, path, engine="reference")
    exchange = asking(native, server)

    def write() -> None:
        with closing(load_helper(DATA / "test_postgresql.py").owner(server[0], "shop")) as connection:
            connection.execute("update sales set total = 0 where no = 6")
            connection.execute("delete from sales where no = 9")
            connection.execute("insert into sales (no, client, kind, total) values (4, 'new', 'buy', 1)")

    exchange.before = write
    found, _ = execute_on_spark(shop, path, exchange=exchange)
    assert native.everything(found) == native.everything(expected)
    again, _ = execute(shop, path, engine="reference")
    assert native.everything(again) != native.everything(expected)


OTHERS = {
    "no key": "create table keyless (like sales)",
    "a type without a cell": "create table pictures (like sales, picture bytea, primary key (no))",
    "blanks at the end": "create table blanks (like sales, code char(5), primary key (no))",
    "a view": "create view seen as select * from sales",
}


@pytest.mark.nightly
@pytest.mark.parametrize("what", OTHERS)
def test_other_tables_are_read_by_the_start(
    shop: Spec,
    server: tuple[str, str],
    native: ModuleType,
    load_helper: Callable[[Path], ModuleType],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    what: str,
) -> None:
    monkeypatch.setenv("SHOP_DATABASE", server[1])
    name = OTHERS[what].split()[2]
    with closing(load_helper(DATA / "test_postgresql.py").owner(server[0], "shop")) as connection:
        connection.execute(OTHERS[what])
        if what != "a view":
            connection.execute(f"insert into {name} select * from sales")  # noqa: S608
        connection.execute(f"grant select on {name} to reader")
    path = mapping(tmp_path, name, name)
    exchange = asking(native, server)
    expected, _ = execute(shop, path, engine="reference")
    found, _ = execute_on_spark(shop, path, exchange=exchange)
    assert native.everything(found) == native.everything(expected)
    assert exchange.asked == []


@pytest.mark.nightly
@pytest.mark.skipif(bool(_MISSING), reason=message(_MISSING[0], "en") if _MISSING else "")
@pytest.mark.parametrize("has_driver", [True, False])
def test_on_spark_with_the_driver_of_java_and_without(
    server: tuple[str, str], tmp_path: Path, has_driver: bool
) -> None:
    jar = next((path for path in DRIVERS if path.is_file()), None)
    if has_driver and jar is None:
        pytest.skip("needs PostgreSQL's driver for Java (in Debian libpostgresql-jdbc-java)")
    (tmp_path / "shop.ladder").write_text(SHOP, encoding="utf-8")
    mapping(tmp_path, "sales", "words")
    jars = f"--jars {jar} " if has_driver else ""
    environment = {
        **os.environ,
        "SHOP_DATABASE": server[1],
        "PYSPARK_SUBMIT_ARGS": f"--master local[2] {jars}pyspark-shell",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    log = Path(server[0], "log")
    before = log.stat().st_size
    said = ""
    for engine in ("reference", "spark"):
        out = ["--out", str(tmp_path / engine), "--format", "csv,json", "--lang", "en"]
        command = [sys.executable, "-m", "stepladder_engine", "run", str(tmp_path), "--engine", engine, *out]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        said = done.stdout + done.stderr
    for path in (tmp_path / "reference").iterdir():
        found = (tmp_path / "spark" / path.name).read_bytes().replace(b'"spark"', b'"reference"')
        assert found == path.read_bytes(), path.name
    asked = log.read_bytes()[before:]
    assert ("not by Spark's workers" in said) != has_driver
    assert (b"row_number() over" in asked and b"set transaction snapshot" in asked) == has_driver
    assert "ti/g" not in said
    assert quote("ti/g", "") not in said


TYPES = {
    "boolean": ("true", "true"),
    "bigint": ("-9223372036854775808", "-9223372036854775808"),
    "numeric": ("0012.500", "12.5"),
    "real": ("0.1", "0.1"),
    "double precision": ("1e-07", "0.0000001"),
    "text": ("it's ۱", "it's ۱"),
    "date": ("2026-03-02", "2026-03-02"),
    "timestamp without time zone": ("2026-03-02 10:30:00.5", "2026-03-02 10:30:00.500000"),
    "timestamp with time zone": ("1890-03-02 10:30:00+00", "1890-03-02 10:30+00:00"),
    "time without time zone": ("10:30:00", "10:30"),
    "uuid": ("00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000001"),
}


def test_texts_of_the_server_become_the_cells_of_its_other_reader() -> None:
    table = SentTable("t", tuple(TYPES), tuple(TYPES), (), 2)
    texts = [text for text, _ in TYPES.values()]
    rows: list[Row] = [("0", "41", *texts), ("0", "42", *(None for _ in texts))]
    first, second = source_rows(table, rows)
    assert (first.number, second.number) == (41, 42)
    assert {name: str(cell) for name, cell in first.cells.items()} == {
        name: cell for name, (_, cell) in TYPES.items()
    }
    assert set(second.cells.values()) == {None}


@pytest.mark.parametrize(
    "rows",
    [[("0", "1", "2026-01-01"), ("0", "3", "2026-01-01")], [("0", "1", "infinity")], [("0", "1", "x BC")]],
)
def test_what_python_has_no_value_for_and_rows_that_are_missing_stop_a_part(rows: list[Row]) -> None:
    with pytest.raises(OutOfPlace):
        list(source_rows(SentTable("t", ("day",), ("date",), (), 2), rows))
