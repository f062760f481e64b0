"""Databases as sources: exact values, a sound order, nothing written, no password in any sentence."""

from __future__ import annotations

import importlib.util
import sqlite3
import subprocess
import sys
from collections.abc import Iterable
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from stepladder_dsl.diagnostics import catalogue
from stepladder_engine.data.dataset import Dataset
from stepladder_engine.data.guess.look import look_at_database
from stepladder_engine.data.mapping_model import Database
from stepladder_engine.data.read_sql import open_database
from stepladder_engine.data.rows import ReadingStopped
from stepladder_engine.data.sql_problems import fault_of
from stepladder_engine.data.sql_statement import is_ordered, what_forbids

needs_sqlalchemy = pytest.mark.skipif(
    importlib.util.find_spec("sqlalchemy") is None,
    reason="needs the extra sql",
)
MAPPING = """\
events:
  purchase:
    source:
      url: ${SHOP_DATABASE}
      {what}
    key: client
    time: day
    fields: {amount: total, pieces: pieces, paid: paid}
    {more}
options: {{options}}
"""
COLUMNS = (
    "no integer primary key, client text, day text, total numeric, pieces real, paid boolean, photo blob"
)
ROWS: list[tuple[Any, ...]] = [
    (1, "a", "2026-03-02", "19.90", 0.1, True, b"\x00\xff"),
    (2, "b", "2026-03-02 10:30", 5, 5.0, False, None),
    (3, "a", "2026-03-03", 7.25, None, None, None),
]


def make(
    path: Path, rows: Iterable[tuple[Any, ...]] = ROWS, columns: str = COLUMNS, table: str = "orders"
) -> Path:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"create table {table} ({columns})")
        marks = ", ".join("?" * len(columns.split(",")))
        connection.executemany(f"insert into {table} values ({marks})", rows)  # noqa: S608
    return path


@pytest.fixture
def shop(desk: Any) -> Any:
    """A desk with a database of orders, and a short way to load from it."""
    make(desk.folder / "shop.sqlite")
    desk.environment = {"SHOP_DATABASE": "sqlite:///shop.sqlite"}

    def of(what: str = "table: orders", more: str = "", options: str = "") -> Any:
        return desk.load(filled(what, more, options))

    desk.of = of
    return desk


def filled(what: str = "table: orders", more: str = "", options: str = "") -> str:
    return MAPPING.replace("{what}", what).replace("{more}", more).replace("{options}", options)


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def told(result: Any) -> str:
    """Everything that anybody could read of what went wrong, in every language."""
    lines = [repr(result.diagnostics)]
    for found in result.diagnostics:
        for language in ("en", "ru", "bg", "fa"):
            lines += [catalogue.message(found, language), catalogue.hint(found, language) or ""]
    return "\n".join(lines)


def only(result: Any) -> tuple[str, str, str]:
    (found,) = result.diagnostics
    return found.code, found.variant, catalogue.message(found)


@needs_sqlalchemy
def test_a_table_becomes_events_with_exact_values(shop: Any) -> None:
    data = shop.of().data
    assert data.rejected == []
    assert [(event.key, event.fields) for event in data.events] == [
        ("a", {"amount": Decimal("19.9"), "pieces": Decimal("0.1"), "paid": True}),
        ("b", {"amount": Decimal(5), "pieces": Decimal(5), "paid": False}),
        ("a", {"amount": Decimal("7.25"), "pieces": None, "paid": None}),
    ]
    assert [(event.origin.file, event.origin.row) for event in data.events] == [
        ("${SHOP_DATABASE}: orders", number) for number in (1, 2, 3)
    ]
    assert data.rows == {"${SHOP_DATABASE}: orders": 3}


@needs_sqlalchemy
def test_typed_numbers_do_not_depend_on_how_files_are_written(shop: Any) -> None:
    plain = shop.of("sql: select client, day, 19.5 as total, pieces, paid from orders order by no").data
    comma = shop.of(
        "sql: select client, day, 19.5 as total, pieces, paid from orders order by no",
        options='decimal: ",", thousands: "."',
    ).data
    assert [event.fields for event in comma.events] == [event.fields for event in plain.events]
    assert comma.events[0].fields["amount"] == Decimal("19.5")


@needs_sqlalchemy
def test_texts_are_read_with_the_options_of_the_source(shop: Any) -> None:
    query = (
        "sql: select client, '02.03.2026' as day, '1.234,50' as total, 1 as pieces, 'да' as paid from orders"
    )
    data = shop.of(query, options='decimal: ",", thousands: ".", dates: dd.mm.yyyy').data
    assert {event.fields["amount"] for event in data.events} == {Decimal("1234.50")}


@needs_sqlalchemy
def test_conditions_and_formulas_work_on_columns(shop: Any) -> None:
    shop.environment = {"SHOP_DATABASE": "sqlite:///shop.sqlite"}
    text = filled(more="where: total > 6")
    data = shop.load(text.replace("amount: total", "amount: = total * 2")).data
    assert [event.fields["amount"] for event in data.events] == [Decimal("39.8"), Decimal("14.5")]
    assert data.skipped == {"${SHOP_DATABASE}: orders": 1}


@needs_sqlalchemy
def test_bytes_cost_a_row_only_where_the_mapping_asks_for_them(shop: Any) -> None:
    result = shop.of("sql: select client, day, photo as total, pieces, paid from orders where no = 1")
    assert result.reasons == [(1, "SD058", "column `total` holds bytes, and a cell is a text")]
    text = filled()
    result = shop.load(text.replace("amount: total", "amount: = photo * total"))
    assert [(row, code) for row, code, _ in result.reasons[:1]] == [(1, "SD058")]


@needs_sqlalchemy
def test_a_text_in_another_encoding_costs_its_own_cell(shop: Any) -> None:
    result = shop.of(
        "sql: select cast(x'cff0e8' as text) as client, day, total, pieces, paid from orders where no = 2"
    )
    assert [code for _, code, _ in result.reasons] == ["SD058"]


@needs_sqlalchemy
def test_every_row_ends_in_exactly_one_place(shop: Any) -> None:
    rows = [*ROWS, (4, None, "2026-03-02", 1, 1, 1, None), (5, "c", "soon", 1, 1, 1, None)]
    rows += [(6, "c", None, 1, 1, 1, None), (7, "c", "2026-03-02", "five", 1, 1, None)]
    make(shop.folder / "more.sqlite", rows)
    shop.environment = {"SHOP_DATABASE": "sqlite:///more.sqlite"}
    data = shop.of(more="where: total != 5").data
    used = len(data.events) + len(data.duplicates)
    assert sum(data.rows.values()) == 7 == used + len(data.rejected) + sum(data.skipped.values())
    assert (used, len(data.rejected)) == (2, 3)


@needs_sqlalchemy
def test_one_query_gives_several_events_and_is_read_once(desk: Any) -> None:
    row = ("a", "2026-03-01", "2026-03-04", None)
    make(desk.folder / "wide.sqlite", [row], "code, visited, bought, total", "clients")
    source = "source: {url: 'sqlite:///wide.sqlite', table: clients}, key: code"
    data = desk.load(f"""\
events:
  visit: {{{source}, time: visited}}
  purchase: {{{source}, time: {{column: bought, when_empty: skip}}, fields: {{amount: = 5}}}}
""").data
    assert [(event.kind, event.key) for event in data.events] == [("purchase", "a"), ("visit", "a")]
    assert data.rows == {"sqlite:///wide.sqlite: clients": 2}


def plain(data: Dataset) -> Any:
    events = [(event.key, event.time, event.order, event.identity, event.fields) for event in data.events]
    rejected = [(row.code, row.key, row.raw, row.origin) for row in data.rejected]
    twice = [(event.key, event.identity, event.fields, event.origin) for event in data.duplicates]
    return data.records, events, rejected, twice


@needs_sqlalchemy
@pytest.mark.parametrize("what", ["table: orders", "sql: select client, day, total, name, id from orders"])
def test_the_order_in_which_a_database_gives_rows_never_matters(desk: Any, what: str) -> None:
    rows: list[tuple[Any, ...]] = [
        (f"c{number % 5}", "2026-03-02", number % 7, f"n{number % 3}", number % 11) for number in range(40)
    ]
    rows += [("c1", "2026-03-02", None, None, None), ("", "soon", "x", "n", 1)]
    mapping = f"""\
records:
  client:
    source:
      url: ${{SHOP_DATABASE}}
      {what}
    key: client
    fields: {{name: name}}
events:
  purchase:
    source:
      url: ${{SHOP_DATABASE}}
      {what}
    key: client
    time: day
    id: id
    fields: {{amount: total}}
"""
    found = []
    for number in range(3):
        rows = rows[::-1] if number == 1 else [*rows[17:], *rows[:17]]
        make(desk.folder / f"{number}.sqlite", rows, "client, day, total, name, id")
        desk.environment = {"SHOP_DATABASE": f"sqlite:///{number}.sqlite"}
        found.append(plain(desk.load(mapping).data))
    assert found[0] == found[1] == found[2]
    assert len(found[0][3]) > 5


@needs_sqlalchemy
def test_the_order_in_which_a_mapping_names_tables_never_matters(desk: Any) -> None:
    for name in ("north", "south"):
        make(desk.folder / "shops.sqlite", [("a", "2026-03-02", 5, name)], "client, day, total, name", name)
    desk.put("east.csv", "client,day,total\na,2026-03-02,7\n")
    items = [
        "{url: 'sqlite:///shops.sqlite', table: north}",
        "{url: 'sqlite:///shops.sqlite', table: south}",
        "east.csv",
    ]
    mapping = "events:\n  purchase: {source: [%s], key: client, time: day, fields: {amount: total}}\n"
    one, other = (desk.load(mapping % ", ".join(order)).data for order in (items, items[::-1]))
    assert plain(one) == plain(other)
    assert sorted(one.rows) == ["east.csv", "sqlite:///shops.sqlite: north", "sqlite:///shops.sqlite: south"]


@needs_sqlalchemy
def test_a_key_that_may_be_empty_gives_no_order(desk: Any) -> None:
    def ordered(columns: str) -> bool:
        path = desk.folder / f"{len(columns)}.sqlite"
        make(path, [("b", 1), ("a", 2)], columns)
        url = f"sqlite:///{path.name}"
        table, problems = open_database(Database("x", url, "orders"), desk.folder)
        assert table is not None, problems
        with closing(table):
            return [row.cells["b"] for row in table.rows()] == ["2", "1"] and "key" in columns

    assert ordered("a text not null primary key, b")
    assert ordered("a text primary key, b integer")


@needs_sqlalchemy
def test_rows_come_one_after_the_other_and_a_break_in_the_midst_ends_the_run(shop: Any) -> None:
    rows = [(number, "a", "2026-03-02", 5, 1, 1, None) for number in range(1, 3001)]
    make(shop.folder / "long.sqlite", rows)
    broken = "abs(case when no = 2500 then -9223372036854775808 else no end)"
    query = f"select *, {broken} as x from orders order by no"  # noqa: S608
    table, _ = open_database(Database("x", "sqlite:///long.sqlite", query=query), shop.folder)
    assert table is not None
    reading = table.rows()
    with closing(table):
        assert next(reading).number == 1
        with pytest.raises(ReadingStopped) as stopped:
            list(reading)
    assert "integer overflow" in catalogue.message(stopped.value.finding)
    shop.environment = {"SHOP_DATABASE": "sqlite:///long.sqlite"}
    result = shop.of(f"sql: {query}")
    assert result.dataset is None
    assert only(result)[:2] == ("SD035", "")


WRONG = {
    "no such table": ("table: oders", ("SD035", "table"), "no table `oders`", "orders"),
    "no such table in a query": (
        "sql: select * from oders",
        ("SD035", "table"),
        "no table `oders`",
        "orders",
    ),
    "no such column": (
        "sql: select o.totel from orders o",
        ("SD035", "column"),
        "no column `totel`",
        "total",
    ),
    "no such column in the mapping": (
        "sql: select client, day, pieces, paid from orders",
        ("SD025", ""),
        "` has no column `total`",
        None,
    ),
    "a slip in the query": ("sql: select from where", ("SD035", ""), 'near "from": syntax error', None),
    "a column twice": (
        "sql: select *, 1 as total from orders",
        ("SD026", ""),
        "more than one column `total`",
        None,
    ),
    "a schema that is none": ("table: shop.orders", ("SD035", "table"), "no table `shop.orders`", "orders"),
    "a parameter": ("sql: select * from orders where no = ?", ("SD035", ""), "binding", None),
}


@needs_sqlalchemy
@pytest.mark.parametrize("case", WRONG)
def test_what_the_database_does_not_have_is_said_with_the_nearest_name(case: str, shop: Any) -> None:
    what, code, sentence, near = WRONG[case]
    result = shop.of(what)
    assert only(result)[:2] == code
    assert sentence in result.sentences[0]
    assert result.diagnostics[0].suggestion == near
    assert "<" not in told(result).replace(repr(result.diagnostics), "")


WRITES = {
    "delete from orders": "start",
    "": "start",
    "pragma user_version = 7": "start",
    "select 1; delete from orders": "several",
    "with gone as (delete from orders returning *) select * from gone": "writes",
    "select * into copy from orders": "writes",
    "select * from orders for update": "writes",
    "select /* a /* b */ 1 */": "comment",
    "select 'a": "quote",
    "-- select\ndelete from orders": "start",
    "/* select */ drop table orders": "start",
}


@pytest.mark.parametrize("query", WRITES)
@pytest.mark.parametrize("backend", ["sqlite", "postgresql", "mysql"])
def test_what_does_not_only_read_is_refused_before_anybody_sees_it(query: str, backend: str) -> None:
    fault = what_forbids(query, backend)
    assert fault is not None
    assert (fault.code, fault.variant) == ("SD034", WRITES[query])


@pytest.mark.parametrize(
    ("query", "backend"),
    [
        ("select $$'$$; delete from orders; --'", "postgresql"),
        ("select $a$'$a$; delete from orders; --'", "postgresql"),
        (r"select E'\'; delete from orders; --'", "sqlite"),
        (r"select '\'; delete from orders; -- \'", "postgresql"),
        ("select 1--1; delete from orders", "mysql"),
        ("select '\\'' into outfile 'x'", "mysql"),
        ("select /*! into outfile 'x' */ 1", "mysql"),
        ("select /*M! into outfile 'x' */ 1", "mysql"),
        ("select [it's]; delete from orders; --']", "sqlite"),
    ],
)
def test_no_quote_and_no_remark_hides_a_second_command(query: str, backend: str) -> None:
    assert what_forbids(query, backend) is not None


@pytest.mark.parametrize(
    ("query", "backend"),
    [
        ("select 'delete; insert', \"update\" from orders -- drop\n;", "sqlite"),
        ("with a as (select 1) select * from a;", "mysql"),
        ("(select 1) union (select 2)", "postgresql"),
        (r"select E'it\'s; delete', o.update, last_update from orders o", "postgresql"),
        ("select insert('abc', 1, 1, 'x'), replace(a, 'b', 'c') from t # into", "mysql"),
        ("select $1$, $tag$ ; delete $tag$", "postgresql"),
        ("SELECT a[1] FROM t /* into */", "postgresql"),
    ],
)
def test_what_only_reads_is_let_through(query: str, backend: str) -> None:
    assert what_forbids(query, backend) is None


@pytest.mark.parametrize(
    ("query", "ordered"),
    [
        ("select a from t order by a", True),
        ("select a from t ORDER\n BY a limit 5", True),
        ("select a from (select a from t order by a) s", False),
        ("select row_number() over (order by a) from t", False),
        ("select 'order by' from t -- order by a", False),
    ],
)
def test_an_order_counts_only_where_it_is_that_of_the_rows(query: str, ordered: bool) -> None:
    assert is_ordered(query, "sqlite") is ordered


@needs_sqlalchemy
def test_a_file_that_is_read_stays_as_it_was(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    path = shop.folder / "shop.sqlite"
    before, names = path.read_bytes(), names_in(shop.folder)
    assert len(shop.of().data.events) == 3
    # Even a statement that slips through the reading of its words cannot write.
    monkeypatch.setattr("stepladder_engine.data.read_sql.what_forbids", lambda *_given: None)
    result = shop.of("sql: delete from orders returning *")
    assert only(result)[:2] == ("SD034", "database")
    assert path.read_bytes() == before
    assert names_in(shop.folder) == sorted({*names, "mapping.yaml"})


@needs_sqlalchemy
def test_a_query_that_writes_is_said_at_its_place(shop: Any) -> None:
    result = shop.of("sql: delete from orders")
    assert result.places == [("mapping.yaml", 5, 12, "SD034")]
    assert "begins with `select` or `with`, and this one with `delete`" in result.sentences[0]


ADDRESSES = {
    "not set": (
        "",
        ("SD009", "url"),
        "the variable `SHOP_DATABASE` in the address `${SHOP_DATABASE}` is not set",
    ),
    "no address": (
        "shop.sqlite",
        ("SD030", ""),
        "the address of `${SHOP_DATABASE}: orders` cannot be understood",
    ),
    "another kind": ("oracle://shop:tiger@server/shop", ("SD030", "kind"), "of a kind that is not read"),
    "no file named": ("sqlite://", ("SD030", "file"), "names no file"),
    "in memory": ("sqlite:///:memory:", ("SD030", "file"), "names no file"),
    "a port that is none": ("postgresql://shop:tiger@server:54x/shop", ("SD030", ""), "cannot be understood"),
    "an open sign": ("postgresql://shop:ti@ger@server/shop", ("SD030", "signs"), "where the password"),
    "a file that is missing": ("sqlite:///shop.sqlit", ("SD032", "missing"), "there is no such file"),
    "a file that is none": ("sqlite:///notes.sqlite", ("SD032", "broken"), "is no SQLite database"),
    "nobody at home": ("postgresql://shop:tiger@127.0.0.1:1/shop", ("SD032", ""), "does not answer"),
    "nobody at home, MySQL": ("mysql://shop:tiger@127.0.0.1:1/shop", ("SD032", ""), "does not answer"),
    "no such server": ("postgresql://shop:tiger@nowhere.invalid/shop", ("SD032", ""), "does not answer"),
    "an old spelling": ("postgres+asyncpg://shop:tiger@127.0.0.1:1/shop", ("SD032", ""), "does not answer"),
    "settings that are none": (
        "mysql://shop:tiger@127.0.0.1:1/x?tiger=1",
        ("SD032", ""),
        "does not answer",
    ),
    "a password among the settings": (
        "postgresql://127.0.0.1:1/shop?user=shop&password=tiger",
        ("SD032", ""),
        "does not answer",
    ),
}


@needs_sqlalchemy
@pytest.mark.parametrize("case", ADDRESSES)
def test_an_address_that_leads_nowhere_is_said_and_never_shown(case: str, shop: Any) -> None:
    address, code, sentence = ADDRESSES[case]
    shop.put("notes.sqlite", "these are notes, and no database at all" * 50)
    shop.environment = {"SHOP_DATABASE": address}
    result = shop.of()
    assert only(result)[:2] == code
    assert sentence in result.sentences[0]
    assert "tiger" not in told(result)
    assert "ger@" not in told(result)
    assert address not in told(result) or "tiger" not in address


@needs_sqlalchemy
@pytest.mark.parametrize("password", ["p%40ss%2Fw%3Ard", "pass word", "пароль", "s'q\"l\\", "100%", "a+b"])
def test_a_password_is_in_no_sentence_whatever_the_driver_repeats(
    password: str, shop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sqlalchemy
    from sqlalchemy.engine import make_url

    url = f"postgresql://shop:{password}@127.0.0.1:1/shop"
    plain_password = str(make_url(url).password)

    def refuse(*_given: Any, **_named: Any) -> Any:
        raise RuntimeError(f"cannot reach {url} or [{plain_password}] or [{plain_password!r}]")

    monkeypatch.setattr(sqlalchemy.Engine, "connect", refuse)
    shop.environment = {"SHOP_DATABASE": url}
    result = shop.of()
    (found,) = result.diagnostics
    shown = str(found.values["problem"])
    assert "cannot" in shown
    for secret in (password, plain_password, repr(plain_password)[1:-1], url):
        assert secret not in shown
    assert plain_password not in told(result)


def test_a_password_in_the_mapping_is_refused_and_not_repeated(desk: Any) -> None:
    for url in (
        "postgresql://shop:tiger@server/shop",
        "mysql://shop:tiger${NAME}@server/shop",
        "postgresql://server/shop?user=shop&password=tiger",
        "postgresql://shop:ti@ger@server/shop?sslpassword=tiger",
    ):
        desk.environment = {"NAME": "x"}
        result = desk.load(filled().replace("${SHOP_DATABASE}", url))
        assert only(result)[:2] == ("SD030", "password")
        assert "tiger" not in told(result)
        assert "ger@" not in told(result)


def test_an_address_in_place_of_a_file_is_answered_without_its_password(desk: Any) -> None:
    result = desk.purchases(None, name="postgresql://shop:tiger@server/shop")
    assert only(result)[0] == "SD024"
    assert "`postgresql://shop:***@server/shop` is a database" in result.sentences[0]
    assert "tiger" not in told(result)
    desk.environment = {}
    result = desk.purchases(None, name="postgresql://shop:tiger@${SERVER}/shop")
    assert "tiger" not in told(result)


FORM = {
    "neither": ("table: orders", "", (3, 5, "SD005"), "has no `table`"),
    "both": ("table: orders", "table: orders\n      sql: select 1", (6, 7, "SD030"), "a table and a query"),
    "no address": ("url: ${SHOP_DATABASE}", "", (3, 5, "SD005"), "events.purchase.source has no `url`"),
    "a slip": ("table:", "tabel:", (5, 7, "SD004"), "`tabel` is not a key"),
    "braces": (
        "\n      url: ${SHOP_DATABASE}\n      table: orders",
        " {url: ${SHOP_DATABASE}, table: orders}",
        (3, 20, "SD002"),
        "the braces of `${NAME}` end the braces around it",
    ),
}


@pytest.mark.parametrize("case", FORM)
def test_a_slip_in_the_form_is_said_at_its_place(case: str, desk: Any) -> None:
    good, bad, place, sentence = FORM[case]
    desk.environment = {"SHOP_DATABASE": "sqlite:///shop.sqlite"}
    text = filled()
    assert good in text
    result = desk.load(text.replace(good, bad, 1))
    assert result.places[0][1:] == place
    assert sentence in result.sentences[0]


@pytest.mark.parametrize(
    ("module", "address", "variant", "sentence"),
    [
        ("sqlalchemy", "sqlite:///shop.sqlite", "", "what reads databases is not installed"),
        ("psycopg", "postgresql://server/shop", "driver", "needs the driver `psycopg`"),
        ("pymysql", "mysql://server/shop", "driver", "needs the driver `pymysql`"),
    ],
)
def test_what_is_not_installed_is_named_with_its_extra(
    module: str, address: str, variant: str, sentence: str, shop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    if module != "sqlalchemy":
        pytest.importorskip("sqlalchemy", reason="needs the extra sql")
    for name in [name for name in sys.modules if name.partition(".")[0] == module]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)
    shop.environment = {"SHOP_DATABASE": address}
    result = shop.of()
    assert only(result)[:2] == ("SD031", variant)
    assert sentence in result.sentences[0]
    assert 'pip install "stepladder[sql]"' in str(catalogue.hint(result.diagnostics[0], "en"))


def test_a_first_mapping_of_a_database_names_the_extra_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    monkeypatch.setitem(sys.modules, "sqlalchemy.engine", None)
    tables, problems = look_at_database("sqlite:///shop.sqlite", "sqlite:///shop.sqlite", tmp_path)
    assert (tables, [problem.code for problem in problems]) == ([], ["SD031"])


def test_files_are_read_without_any_of_it(root: Path) -> None:
    code = """
import sys
from pathlib import Path
from stepladder_dsl.compile import compile_file
from stepladder_engine.data.guess.look import look_at_database
from stepladder_engine.data.load import load_dataset
from stepladder_engine.data.mapping import load_mapping
folder = Path("specs/phone_sale")
spec = compile_file(folder / "phone_sale.ladder").spec
mapping, _ = load_mapping(folder / "mapping.yaml", spec)
dataset, _ = load_dataset(spec, mapping)
assert dataset.events
loaded = {name.partition(".")[0] for name in sys.modules}
print(sorted(loaded & {"sqlalchemy", "psycopg", "pymysql", "sqlite3"}))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


MYSQL = {
    1045: ("Access denied for user 'shop'@'localhost' (using password: YES)", "SD033", ""),
    1142: ("SELECT command denied to user 'shop'@'localhost' for table 'orders'", "SD033", "rights"),
    1049: ("Unknown database 'shops'", "SD033", "database"),
    1146: ("Table 'shop.oders' doesn't exist", "SD035", "table"),
    1054: ("Unknown column 'o.totel' in 'field list'", "SD035", "column"),
    3024: ("Query execution was interrupted, maximum statement execution time exceeded", "SD035", "time"),
    1792: ("Cannot execute statement in a READ ONLY transaction.", "SD034", "database"),
    2003: ("Can't connect to MySQL server on 'server' (timed out)", "SD032", "time"),
    2013: ("Lost connection to MySQL server during query", "SD032", "lost"),
    1064: ("You have an error in your SQL syntax", "SD035", ""),
}


@pytest.mark.parametrize("number", MYSQL)
def test_what_a_mysql_server_answers_is_understood_by_its_number(number: int) -> None:
    text, code, variant = MYSQL[number]
    errors = pytest.importorskip("pymysql.err", reason="needs the extra sql")
    fault = fault_of(errors.OperationalError(number, text), [])
    assert (fault.code, fault.variant) == (code, variant)
    assert fault.values.get("name") == {1146: "oders", 1054: "totel"}.get(number)
