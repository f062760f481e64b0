"""First mappings: what is guessed of files as people have them, and what is said where it is only a guess."""

from __future__ import annotations

import csv
import gzip
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepladder_dsl.compile import compile_text
from stepladder_dsl.model.spec import Spec
from stepladder_dsl.source import Source
from stepladder_engine.data.dataset import Dataset
from stepladder_engine.data.guess.first_mapping import FirstMapping, first_mapping, read_address
from stepladder_engine.data.guess.write import scalar
from stepladder_engine.data.load import load_dataset
from stepladder_engine.data.mapping import parse_mapping
from stepladder_engine.data.yaml_tree import read_tree

SPEC = """\
language en

spec shop "Shop"
    currency EUR
    timezone Europe/Sofia

role seller "Seller"

record client "Client"
    name text
    channel one of social, press, referral optional

event purchase "Buys" for client
    amount money
    paid yes/no optional
event visit "Comes in" for client

process sale for client
    owner seller
    stage known
        start
        on purchase go to bought
    stage bought
        end won
"""
CLIENTS = "code,name,channel,registered\nC1,Anna,social,2026-03-01\nC2,Boris,press,2026-03-02\n"


@pytest.fixture(scope="module")
def spec() -> Spec:
    found = compile_text(Source("shop.ladder", SPEC), lint=False).spec
    assert found
    return found


Guess = Callable[..., FirstMapping]


@pytest.fixture
def guess(spec: Spec, tmp_path: Path) -> Guess:
    """Write files and give the mapping that is guessed of them."""

    def guessed(**files: str | bytes) -> FirstMapping:
        paths = []
        for name, content in files.items():
            path = tmp_path / name.replace("__", ".")
            path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
            paths.append(path)
        found, problems = first_mapping(spec, paths, tmp_path, "en")
        assert found is not None, problems
        return found

    return guessed


def load(
    found: FirstMapping, spec: Spec, folder: Path, environment: Mapping[str, str] | None = None
) -> Dataset:
    """Read the data by the mapping as it was written."""
    mapping, problems = parse_mapping(found.text, folder / "mapping.yaml", spec, environment or {})
    assert mapping, (problems, found.text)
    data, problems = load_dataset(spec, mapping)
    assert data, problems
    return data


def amounts(data: Dataset) -> list[Decimal]:
    return [event.fields["amount"] for event in data.events if event.kind == "purchase"]


PURCHASES = {
    "ISO dates": (
        "client,date,amount\nC1,2026-03-02,19.90\nC2,2026-03-20 10:30,5\n",
        [],
    ),
    "days first": (
        "client;date;amount\nC1;02.03.2026;19,90\nC2;20.03.2026;5,00\n",
        ["dates: dd.mm.yyyy", 'decimal: ","'],
    ),
    "months first, and a clock of twelve hours": (
        "client,date,amount\nC1,03/02/2026 2:05 PM,19.90\nC2,03/20/2026 9:00 AM,5\n",
        ["dates: mm/dd/yyyy hh:mm am"],
    ),
    "thousands": (
        'client,date,amount\nC1,2026-03-02,"1,234.50"\nC2,2026-03-20,5.00\n',
        ['thousands: ","'],
    ),
    "thousands with a decimal comma": (
        "client;date;amount\nC1;2026-03-02;1.234,50\nC2;2026-03-20;5,00\n",
        ['decimal: ","', "thousands:"],
    ),
    "thousands with a no-break space": (
        "client;date;amount\nC1;2026-03-02;1\u00a0234,50\nC2;2026-03-20;5,00\n",
        ['decimal: ","'],
    ),
    "the Persian calendar": (
        "مشتری,تاریخ,مبلغ\nC1,۱۴۰۴/۱۲/۱۱,۱۹\nC2,۱۴۰۴/۱۲/۲۹ ۱۰:۳۰,۵\n",
        ["dates: jalali"],
    ),
    "the Persian calendar with short years": (
        "client,date,amount\nC1,11.12.04,19\nC2,29.12.04,5\n",
        ["dates:"],
    ),
    "digits only": ("client,date,amount\nC1,20260302,19\nC2,20260320,5\n", ["dates: yyyymmdd"]),
    "texts that mean nothing": (
        "client,date,amount,paid\nC1,2026-03-02,19.90,N/A\nC2,2026-03-20,5,yes\n",
        ["unknown: N/A"],
    ),
    "in Russian": (
        "Клиент;Дата оплаты;Сумма\nC1;02.03.2026;19,90\nC2;20.03.2026;5,00\n",
        ["dates: dd.mm.yyyy", "key: Клиент", "time: Дата оплаты", "amount: Сумма"],
    ),
    "in Latin letters": (
        "klient,data,summa\nC1,2026-03-02,19\nC2,2026-03-20,5\n",
        ["key: klient", "time: data", "amount: summa"],
    ),
    "names that YAML would take for something else": (
        'client,"date: of, #sale",amount\nC1,2026-03-02,19\nC2,2026-03-20,5\n',
        ['time: "date: of, #sale"'],
    ),
}


@pytest.mark.parametrize("case", PURCHASES)
def test_how_a_file_is_written_is_found_out(case: str, guess: Guess, spec: Spec, tmp_path: Path) -> None:
    content, expected = PURCHASES[case]
    found = guess(clients__csv=CLIENTS, purchases__csv=content)
    for line in expected:
        assert line in found.text
    data = load(found, spec, tmp_path)
    assert data.rejected == []
    assert len(amounts(data)) == 2
    assert sorted(data.records["client"]) == ["C1", "C2"]


OTHERWISE = {
    "with and without a clock": (
        ["02.03.2026", "20.03.2026 10:30", "21.03.2026", "22.03.2026 9:05"],
        (
            "dates: [dd.mm.yyyy, dd.mm.yyyy hh:mm]  "
            "# unsure: written in two ways: `02.03.2026` and `20.03.2026 10:30`"
        ),
    ),
    "a few are otherwise": (
        [*(f"{day:02}.03.2026" for day in range(1, 26)), "2026/03/26", "2026/03/27"],
        "dates: [dd.mm.yyyy, yyyy/mm/dd]  # unsure: written in two ways: `01.03.2026` and `2026/03/26`",
    ),
    "ISO and another": (
        ["2026-03-02", "2026-03-03", "04.03.2026", "20.03.2026"],
        "dates: dd.mm.yyyy\n",
    ),
    "some are the numbers of a spreadsheet": (
        ["02.03.2026", "20.03.2026", "46083", "46084.5"],
        "dates: [dd.mm.yyyy, serial]  # unsure: written in two ways: `02.03.2026` and `46083`",
    ),
    "all are the numbers of a spreadsheet": (
        ["46083", "46084"],
        "dates: serial  # unsure: numbers; only the name says that they are days",
    ),
    "two calendars": (
        ["۱۴۰۴/۱۲/۱۱", "۱۴۰۴/۱۲/۱۲", "2026-03-02", "2026-03-03"],
        "dates: jalali\n",
    ),
}


@pytest.mark.parametrize("case", OTHERWISE)
def test_dates_that_are_written_in_more_than_one_way(
    case: str, guess: Guess, spec: Spec, tmp_path: Path
) -> None:
    dates, line = OTHERWISE[case]
    rows = "".join(f"C1,{date},5\n" for date in dates)
    found = guess(clients__csv=CLIENTS, purchases__csv=f"client,date,amount\n{rows}")
    assert line in found.text
    data = load(found, spec, tmp_path)
    assert data.rejected == []
    assert len(amounts(data)) == len(dates)


@pytest.mark.parametrize(
    "dates",
    [["02/03/2026", "03/25/2026", "25.03.2026", "26.03.2026"], ["soon", "46083", "later", "02.03.2026"]],
)
def test_what_no_two_ways_read_is_no_date(dates: list[str], guess: Guess) -> None:
    rows = "".join(f"C1,{date},5\n" for date in dates)
    assert "dates:" not in guess(clients__csv=CLIENTS, purchases__csv=f"client,date,amount\n{rows}").text


TITLES = {
    "a title and an empty line": (b"Purchases of March\n\nclient,date,amount\nC1,2026-03-02,5\n", 3),
    "a title in two cells": (b"Report,March\nShop,,\nclient,date,amount\nC1,2026-03-02,5\n", 3),
    "cells without names": (b",,\nAll,,\nclient,date,amount\nC1,2026-03-02,5\nC1,2026-03-03,6\n", 3),
}


@pytest.mark.parametrize("case", TITLES)
def test_a_title_above_the_header_is_passed_over(case: str, guess: Guess, spec: Spec, tmp_path: Path) -> None:
    content, row = TITLES[case]
    found = guess(clients__csv=CLIENTS, purchases__csv=content)
    assert f"header_row: {row}  # unsure: the rows above it look like a title" in found.text
    data = load(found, spec, tmp_path)
    assert data.rejected == []
    assert amounts(data)[0] == Decimal(5)


def test_a_title_above_the_header_of_a_sheet(spec: Spec, tmp_path: Path) -> None:
    xlsxwriter = pytest.importorskip("xlsxwriter", reason="needs the extra `xlsx`")
    with xlsxwriter.Workbook(tmp_path / "purchases.xlsx") as book:
        sheet = book.add_worksheet("March")
        rows = [
            ["Purchases"],
            [],
            ["№", "client", "date", "amount"],
            [1, "C1", 46083, 5],
            [2, "C2", 46084, 6],
        ]
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
        book.add_worksheet("Remarks").write_row(0, 0, ["who", "said"])
    (tmp_path / "clients.csv").write_text(CLIENTS, encoding="utf-8")
    found, _ = first_mapping(spec, [tmp_path / "clients.csv", tmp_path / "purchases.xlsx"], tmp_path, "en")
    assert found
    assert "header_row: 3" in found.text
    assert [table.called.rpartition("/")[2] for table in found.draft.unused_tables] == [
        "purchases.xlsx#Remarks"
    ]
    assert amounts(load(found, spec, tmp_path)) == [Decimal(5), Decimal(6)]


FORMS: dict[str, tuple[str, bytes]] = {
    "JSON": ("purchases.json", b'[{"client": "C1", "at": "2026-03-02", "total": 5}]'),
    "NDJSON": ("purchases.ndjson", b'{"client": "C1", "at": "2026-03-02", "total": 5}\n'),
    "YAML": ("purchases.yaml", b"- {client: C1, at: 2026-03-02, total: 5}\n"),
    "tabs": ("purchases.tsv", b"client\tat\ttotal\nC1\t2026-03-02\t5\n"),
    "columns set with spaces": ("purchases.txt", b" client  at         total\n C1      2026-03-02  5\n"),
    "gzip": ("purchases.csv.gz", gzip.compress(b"client,at,total\nC1,2026-03-02,5\n")),
    "UTF-16": ("purchases.csv", "client,at,total\nC1,2026-03-02,5\n".encode("utf-16")),
}


@pytest.mark.parametrize("case", FORMS)
def test_every_form_of_file(case: str, guess: Guess, spec: Spec, tmp_path: Path) -> None:
    name, content = FORMS[case]
    found = guess(clients__csv=CLIENTS, **{name.replace(".", "__"): content})
    assert amounts(load(found, spec, tmp_path)) == [Decimal(5)]


def test_an_encoding_that_is_a_guess_is_written_down_as_one(guess: Guess, spec: Spec, tmp_path: Path) -> None:
    text = (
        "код,имя,канал,регистрация\nC1,Анна Белова,соцсети,2026-03-01\nC2,Мария Иванова,газета,2026-03-02\n"
    )
    found = guess(clients__csv=text.encode("windows-1251"))
    assert "encoding: windows-1251  # unsure: words come out in it" in found.text
    data = load(found, spec, tmp_path)
    assert [row.fields for row in data.records["client"].values()] == [
        {"name": "Анна Белова", "channel": "social"},
        {"name": "Мария Иванова", "channel": "press"},
    ]


def test_each_sheet_of_a_workbook_is_a_table(spec: Spec, tmp_path: Path) -> None:
    xlsxwriter = pytest.importorskip("xlsxwriter", reason="writes the workbook of this test")
    path = tmp_path / "shop.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheets: dict[str, list[list[object]]] = {
            "Clients": [["code", "name", "channel"], ["C1", "Anna", "press"], ["C2", "Boris", "social"]],
            "Purchases": [["client", "date", "amount"], ["C1", "2026-03-02", 19.9], ["C2", "2026-03-03", 5]],
        }
        for title, rows in sheets.items():
            sheet = book.add_worksheet(title)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    found, _ = first_mapping(spec, [path], tmp_path, "en")
    assert found
    assert "sheet: Purchases" in found.text
    assert amounts(load(found, spec, tmp_path)) == [Decimal("19.9"), Decimal(5)]


XES = """\
<log xes.version="1849.2016" xmlns="http://www.xes-standard.org/">
  <trace>
    <string key="concept:name" value="C1"/>
    <string key="client" value="Anna"/>
    <event>
      <string key="concept:name" value="purchase"/>
      <string key="lifecycle:transition" value="complete"/>
      <date key="time:timestamp" value="2026-03-02T10:30:00Z"/>
      <int key="total" value="5"/>
    </event>
    <event>
      <string key="concept:name" value="visit"/>
      <string key="lifecycle:transition" value="complete"/>
      <date key="time:timestamp" value="2026-03-03T10:30:00Z"/>
    </event>
  </trace>
</log>
"""
OCEL = """\
{"objectTypes": [{"name": "client", "attributes": [{"name": "name", "type": "string"}]}],
 "eventTypes": [{"name": "purchase", "attributes": [{"name": "total", "type": "integer"}]},
                {"name": "visit", "attributes": []}],
 "objects": [{"id": "C1", "type": "client",
              "attributes": [{"name": "name", "time": "1970-01-01T00:00:00Z", "value": "Anna"}]}],
 "events": [{"id": "e1", "type": "purchase", "time": "2026-03-02T10:30:00Z",
             "attributes": [{"name": "total", "value": 5}],
             "relationships": [{"objectId": "C1", "qualifier": "buyer"}]},
            {"id": "e2", "type": "visit", "time": "2026-03-03T10:30:00Z", "attributes": [],
             "relationships": [{"objectId": "C1", "qualifier": "guest"}]}]}
"""


@pytest.mark.parametrize(("name", "log"), [("log__xes", XES), ("log__jsonocel", OCEL)])
def test_the_parts_of_an_event_log_are_tables(
    name: str, log: str, guess: Guess, spec: Spec, tmp_path: Path
) -> None:
    found = guess(**{name: log})
    data = load(found, spec, tmp_path)
    assert [(event.kind, event.key) for event in data.events] == [("purchase", "C1"), ("visit", "C1")]
    assert (amounts(data), data.rejected) == ([Decimal(5)], [])
    assert ("tell several rows of one event apart" in found.text) is (name == "log__xes")


DATABASE = """
create table clients (code text not null primary key, name text, registered date, wanted date);
create table purchases (
    no integer primary key, client text, bought_at timestamp, total numeric, paid boolean
);
create view everybody as select code, name from clients;
insert into clients values
    ('C1', 'Anna', '2026-03-01', '2026-02-01'),
    ('C2', 'Boris', '2026-03-02', '2026-02-02');
insert into purchases values
    (1, 'C1', '2026-03-02 10:30', 19.9, 1),
    (2, 'C2', '2026-03-03 10:30', 5, 0);
"""


def test_the_tables_of_a_database(spec: Spec, tmp_path: Path) -> None:
    pytest.importorskip("sqlalchemy", reason="needs the extra sql")
    with closing(sqlite3.connect(tmp_path / "shop.sqlite")) as connection:
        connection.executescript(DATABASE)
    environment = {"SHOP_DATABASE": "sqlite:///shop.sqlite"}
    address, _ = read_address("${SHOP_DATABASE}", environment)
    assert address
    found, problems = first_mapping(spec, [address], tmp_path, "en")
    assert found, problems
    assert "      url: ${SHOP_DATABASE}\n      table: purchases\n" in found.text
    assert "shop.sqlite" not in found.text
    data = load(found, spec, tmp_path, environment)
    assert amounts(data) == [Decimal("19.9"), Decimal(5)]
    assert (sorted(data.records["client"]), data.rejected) == (["C1", "C2"], [])


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("postgresql://shop:tiger@server/shop", ("SD030", "password")),
        ("${NOT_SET}", ("SD009", "url")),
        ("postgresql://shop:${NOT_SET}@server/shop", ("SD009", "url")),
    ],
)
def test_an_address_that_cannot_be_used_is_said_without_its_password(
    written: str, code: tuple[str, str]
) -> None:
    address, (found,) = read_address(written, {})
    assert (address, (found.code, found.variant)) == (None, code)
    assert "tiger" not in repr(found)
    address, _ = read_address("postgresql://shop:${WORD}@server/shop", {"WORD": "tiger"})
    assert address
    assert "tiger" in address.url
    assert "tiger" not in repr(address)


def test_the_files_of_several_months_are_one_source(guess: Guess, spec: Spec, tmp_path: Path) -> None:
    found = guess(
        clients__csv=CLIENTS,
        purchases_2026_01__csv="client,date,amount\nC1,2026-01-02,1\n",
        purchases_2026_02__csv="client,date,amount\nC2,2026-02-02,2\n",
    )
    assert "source: [purchases_2026_01.csv, purchases_2026_02.csv]" in found.text
    assert amounts(load(found, spec, tmp_path)) == [Decimal(1), Decimal(2)]


def test_what_happened_may_stand_in_a_column(guess: Guess, spec: Spec, tmp_path: Path) -> None:
    found = guess(
        clients__csv=CLIENTS,
        log__csv="client,time,what,total\nC1,2026-03-02,visit,\nC1,2026-03-03,bought,5\nC2,2026-03-03,visit,\n",
    )
    assert 'where: what = "bought"' in found.text
    assert 'where: what = "visit"' in found.text
    data = load(found, spec, tmp_path)
    assert [(event.kind, event.key) for event in data.events] == [
        ("purchase", "C1"),
        ("visit", "C1"),
        ("visit", "C2"),
    ]


def test_dates_beside_the_record_are_events_that_may_not_have_happened(
    guess: Guess, spec: Spec, tmp_path: Path
) -> None:
    found = guess(
        clients__csv="code,name,registered,first visit\nC1,Anna,2026-03-01,2026-03-05\nC2,Boris,2026-03-02,\n"
    )
    assert "time: {column: first visit, when_empty: skip}" in found.text
    data = load(found, spec, tmp_path)
    assert [(event.kind, event.key) for event in data.events] == [("visit", "C1")]
    assert (sum(data.skipped.values()), data.rejected) == (1, [])


def test_an_invoice_with_several_lines_is_no_id(guess: Guess) -> None:
    rows = "client,invoice,date,amount\n"
    found = guess(
        clients__csv=CLIENTS,
        purchases__csv=rows + "C1,7,2026-03-02,1\nC1,7,2026-03-02,2\nC2,8,2026-03-03,1\n",
    )
    assert "    id:" not in found.text
    found = guess(clients__csv=CLIENTS, purchases__csv=rows + "C1,7,2026-03-02,1\nC1,8,2026-03-02,2\n")
    assert "    id: invoice\n" in found.text


# What is said where a guess is only a guess.


UNSURE = {
    "day or month": (
        {"purchases__csv": "client,date,amount\nC1,02/03/2026,5\nC2,04/05/2026,6\n"},
        "dates: dd/mm/yyyy  # unsure: day or month first?",
    ),
    "a thousand or one": (
        {"purchases__csv": 'client,date,amount\nC1,2026-03-02,"1,234"\nC2,2026-03-02,"5,000"\n'},
        "is `1,234` a small number",
    ),
    "a name that is only alike": (
        {"purchases__csv": "client,date,money got\nC1,2026-03-02,1\n"},
        "amount: money got  # unsure: nothing else was left for it",
    ),
    "a word that is on no list": (
        {"clients__csv": "code,name,channel\nC1,Anna,zzz\nC2,Boris,press\nC3,Vera,qqq\n"},
        "# zzz: which of social, press, referral?",
    ),
    "a field without a column": (
        {"purchases__csv": "client,date\nC1,2026-03-02\n", "visits__csv": "client,date\nC1,2026-03-02\n"},
        "# amount: no column found, and the spec needs one",
    ),
    "a file that nothing is read from": (
        {"weather__csv": "city,rain\nSofia,5\n"},
        "Nothing is read from these files:",
    ),
    "a column that nothing is read from": (
        {"visits__csv": "client,date,umbrella\nC1,2026-03-02,yes\n"},
        "that column",
    ),
}


@pytest.mark.parametrize("case", UNSURE)
def test_what_is_no_more_than_a_guess_is_said(case: str, guess: Guess) -> None:
    files, remark = UNSURE[case]
    text = guess(**{"clients__csv": CLIENTS, **files}).text
    assert (remark if case != "a column that nothing is read from" else "umbrella") in text


def test_an_amount_may_be_pieces_times_price(guess: Guess, spec: Spec, tmp_path: Path) -> None:
    rows = "client,date,Quantity,Unit price\nC1,2026-03-02,3,1.10\nC2,2026-03-02,2,5\n"
    found = guess(clients__csv=CLIENTS, purchases__csv=rows)
    assert "amount: = Quantity * `Unit price`  # unsure: no column is called so" in found.text
    assert amounts(load(found, spec, tmp_path)) == [Decimal("3.30"), Decimal(10)]


def test_a_number_that_is_needed_may_be_the_pieces_of_the_amount(tmp_path: Path) -> None:
    text = SPEC.replace("    amount money\n", "    amount money\n    discs number > 0\n")
    spec = compile_text(Source("shop.ladder", text), lint=False).spec
    assert spec
    path = tmp_path / "purchases.csv"
    path.write_text("client,bill,date,Quantity,Unit price\nC1,7,2026-03-02,3,1.10\n", encoding="utf-8")
    found, _ = first_mapping(spec, [path], tmp_path, "en")
    assert found
    assert "discs: Quantity  # unsure: nothing else was left for it" in found.text


def test_a_file_of_sqlite_is_a_database(spec: Spec, tmp_path: Path) -> None:
    pytest.importorskip("sqlalchemy", reason="needs the extra `sql`")
    with closing(sqlite3.connect(tmp_path / "shop.db")) as base:
        base.executescript(DATABASE)
    found, problems = first_mapping(spec, [tmp_path / "shop.db"], tmp_path, "en")
    assert found
    assert not problems
    assert "url: sqlite:///shop.db\n" in found.text
    assert not load(found, spec, tmp_path).rejected


def test_a_file_that_cannot_be_read_is_left_out(spec: Spec, tmp_path: Path) -> None:
    paths = [tmp_path / "clients.csv", tmp_path / "old.xls"]
    for path in paths:
        path.write_text(CLIENTS, encoding="utf-8")
    found, problems = first_mapping(spec, paths, tmp_path, "en")
    assert found
    assert [(problem.code, problem.variant) for problem in problems] == [("SD024", "later")]
    assert load(found, spec, tmp_path).rows == {"clients.csv": 2}


def test_day_and_month_are_settled_by_another_column(guess: Guess) -> None:
    rows = "client,date,paid on,amount\nC1,02/03/2026,25/03/2026,5\nC2,04/05/2026,26/05/2026,6\n"
    text = guess(clients__csv=CLIENTS, purchases__csv=rows).text
    assert "dates: dd/mm/yyyy\n" in text


def test_what_the_spec_needs_and_has_no_column_is_not_complete(
    guess: Guess, spec: Spec, tmp_path: Path
) -> None:
    found = guess(
        clients__csv="code,channel,registered\nC1,press,2026-03-01\n",
        visits__csv="client,date\nC1,2026-03-02\n",
    )
    assert "# name: no column found, and the spec needs one" in found.text
    assert not found.is_complete
    mapping, problems = parse_mapping(found.text, tmp_path / "mapping.yaml", spec, {})
    assert (mapping, [problem.code for problem in problems]) == (None, ["SD008"])


def test_the_order_of_the_files_never_matters(spec: Spec, tmp_path: Path) -> None:
    paths = []
    for name, content in {"a.csv": CLIENTS, "purchases.csv": "client,at,total\nC1,2026-03-02,5\n"}.items():
        tmp_path.joinpath(name).write_text(content, encoding="utf-8")
        paths.append(tmp_path / name)
    one, other = (first_mapping(spec, order, tmp_path, "en")[0] for order in (paths, paths[::-1]))
    assert one
    assert other
    assert one.text == other.text


@given(st.text(min_size=1).filter(lambda text: max(text) < "\ud800" or max(text) > "\udfff"))
def test_any_text_stands_in_yaml_as_it_is(text: str) -> None:
    tree, problems = read_tree(f"key: {scalar(text)}  # remark\n", "x.yaml")
    assert tree is not None, problems
    assert tree.value == {"key": text}


NAMES = st.text(st.characters(blacklist_categories=["Cs"]), min_size=1, max_size=12)
CELLS = st.sampled_from(
    ["", "C1", "2026-03-02", "02.03.2026", "5", "1,5", "yes", "press", "N/A", "'\"", "=1", "# x"]
)


@given(
    columns=st.lists(NAMES, min_size=1, max_size=5, unique=True),
    rows=st.lists(st.lists(CELLS, min_size=5, max_size=5), max_size=6),
)
def test_whatever_stands_in_a_file_the_mapping_is_one(
    spec: Spec, columns: list[str], rows: list[list[str]]
) -> None:
    """A mapping is written that can be read, or that lacks only what it says that it lacks."""
    with TemporaryDirectory() as made:
        folder = Path(made)
        path = folder / "purchases.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([columns, *(row[: len(columns)] for row in rows)])
        found, _ = first_mapping(spec, [path], folder, "en")
        if found is None or not found.draft.kinds:
            return
        _, problems = parse_mapping(found.text, folder / "mapping.yaml", spec, {})
    assert {problem.code for problem in problems} == (set() if found.is_complete else {"SD008"})


def test_a_list_with_an_id_and_what_is_needed_is_one_of_the_kind_whatever_the_file_is_called(
    tmp_path: Path,
) -> None:
    spec = compile_text(Source("s.ladder", "spec s\nrecord client\n    name text\n"), lint=False).spec
    assert spec
    for name, header in (("people.csv", "Id;Name"), ("other.csv", "Id;Remark")):
        file = tmp_path / name
        file.write_text(f"{header}\n1;Ana\n2;Boris\n", encoding="utf-8")
        found, _ = first_mapping(spec, [file], tmp_path, "en")
        assert found
        assert list(found.draft.records) == (["client"] if name == "people.csv" else [])
        assert all(kind.unsure for kind in found.draft.kinds)


def test_one_impossible_day_does_not_hide_a_log(guess: Guess, spec: Spec, tmp_path: Path) -> None:
    """Four rows in five can be read, and the fifth is rejected with its reason when the spec is run."""
    found = guess(
        log__csv="Who,What,When\nC1,Visit,03/02/2026\nC2,Visit,04/02/2026\nC3,Visit,31/02/2026\n"
        "C4,Visit,14/02/2026\nC5,Purchase,25/02/2026\n"
    )
    assert 'where: What = "Visit"' in found.text
    assert "dates: dd/mm/yyyy\n" in found.text


def test_a_day_of_birth_is_no_event(tmp_path: Path) -> None:
    """Neither where a field takes it, nor where a field may be the one that should."""
    spec = compile_text(
        Source("s.ladder", "spec s\nrecord client\n    born date optional\nevent refusal for client\n"),
        lint=False,
    ).spec
    assert spec
    for column in ("Date of birth", "Geburtstag"):
        file = tmp_path / "clients.csv"
        file.write_text(f"client,{column}\n1,1990-05-17\n2,\n3,1988-01-02\n", encoding="utf-8")
        found, _ = first_mapping(spec, [file], tmp_path, "en")
        assert found
        assert list(found.draft.events) == []


def test_a_list_of_records_is_no_list_of_what_happens_to_others(tmp_path: Path) -> None:
    """That a bicycle has a price and belongs to a client does not make it a purchase."""
    spec = compile_text(
        Source(
            "s.ladder",
            "spec s\n    currency EUR\nrecord client\n    name text\nrecord bicycle\n    belongs to client\n"
            "    price money\n    sold date\nevent gift for client\n    paid money\n",
        ),
        lint=False,
    ).spec
    assert spec
    clients, bicycles = tmp_path / "clients.csv", tmp_path / "bicycles.csv"
    clients.write_text("client,name\n1,Anna\n2,Boris\n", encoding="utf-8")
    bicycles.write_text(
        "bicycle,client,price,sold\nB7,1,300,2026-03-02\nB8,2,500,2026-03-04\n", encoding="utf-8"
    )
    found, _ = first_mapping(spec, [clients, bicycles], tmp_path, "en")
    assert found
    assert (list(found.draft.records), list(found.draft.events)) == (["client", "bicycle"], [])


def test_the_number_of_a_row_is_no_amount(guess: Guess, spec: Spec, tmp_path: Path) -> None:
    """`Brutto` says nothing to us; but of the two columns of numbers the other one counts the rows."""
    found = guess(
        clients__csv=CLIENTS, purchases__csv="№,client,date,Brutto\n1,C1,2026-03-02,5\n2,C2,2026-03-03,6\n"
    )
    assert amounts(load(found, spec, tmp_path)) == [Decimal(5), Decimal(6)]


def test_a_company_has_its_id_as_key_though_the_record_is_titled_company(tmp_path: Path) -> None:
    text = SPEC.replace('record client "Client"', 'record account "Company"').replace("client", "account")
    spec = compile_text(Source("shop.ladder", text), lint=False).spec
    assert spec
    files = {
        "accounts.csv": "Account ID,Company,Source\nA1,Acme,press\nA2,Beta,social\n",
        "log.csv": "no,account,type,when,amount\n1,A1,visit,2026-03-01,\n2,A2,purchase,2026-03-02,5\n",
    }
    for name, content in files.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    found, _ = first_mapping(spec, [tmp_path / name for name in files], tmp_path, "en")
    assert found
    assert "key: Account ID\n    fields:\n      name: Company" in found.text
    assert 'where: type = "purchase"' in found.text


def test_the_column_that_tells_events_apart_holds_no_field_of_theirs(tmp_path: Path) -> None:
    text = SPEC.replace("    amount money\n", "    amount money\n    goods one of phone, case\n", 1)
    spec = compile_text(Source("shop.ladder", text), lint=False).spec
    assert spec
    log = tmp_path / "log.csv"
    log.write_text(
        "client,when,what,amount\nC1,2026-03-01,visit,\nC1,2026-03-02,purchase,5\n", encoding="utf-8"
    )
    found, _ = first_mapping(spec, [log], tmp_path, "en")
    assert found
    assert "column: what" not in found.text
    assert "# goods: no column found, and the spec needs one" in found.text
