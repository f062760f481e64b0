"""Every kind of bad data ends in a sentence that says what is wrong and where."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace
from typing import Any

import pytest

from stepladder_dsl.model.spec import Record

HEAD = "Client,Date,Total\n"
GOOD = "1,2026-03-02,5\n"

STOPPED = {
    "an empty file": ("", "SD021", "`orders.csv` is empty"),
    "a file of blank lines": ("\n \n\t\n", "SD021", "`orders.csv` is empty"),
    "a binary file": (b"MZ\x90\x00\x03\x00\x00\x00", "SD023", "line 1 holds bytes that no text has"),
    "a wrong encoding": (
        "Client,Date,Total\n1,2026-03-02,山田太郎 東京都\n".encode("shift-jis"),
        "SD022",
        "`orders.csv` is not written in UTF-8: line 2 cannot be read",
    ),
    "a file cut off inside a letter": (
        HEAD.encode() + "Ж".encode()[:1],
        "SD022",
        "ends in the middle of a letter",
    ),
    "a broken UTF-16 file": (b"\xff\xfea\x00b", "SD022", "ends in the middle of a letter"),
    "a missing column": ("Client,Date,Sum\n", "SD025", "`orders.csv` has no column `Total`"),
    "a column twice": ("Client,Date,Total,Total\n", "SD026", "has more than one column `Total`"),
    "a header whose quote is never closed": (
        'Client,"Date,Total\n1,2\n',
        "SD021",
        "cannot be read as a header",
    ),
    "a header without end": ("x" * 2_000_000, "SD021", "is longer than 1000000 characters"),
}


@pytest.mark.parametrize("case", STOPPED)
def test_a_file_that_cannot_be_used_stops_the_run(case: str, desk: Any) -> None:
    content, code, sentence = STOPPED[case]
    result = desk.purchases(content)
    assert result.dataset is None
    assert [found.code for found in result.diagnostics] == [code]
    assert sentence in result.sentences[0]


REJECTED = {
    "text in a money field": ("1,2026-03-02,five\n", "SD045", "column `Total`: `five` is not a number"),
    "not a number": ("1,2026-03-02,NaN\n", "SD045", "column `Total`: `NaN` is not a number"),
    "infinite": ("1,2026-03-02,-Infinity\n", "SD045", "column `Total`: `-Infinity` is not a number"),
    "too long a number": (
        f"1,2026-03-02,{'9' * 41}\n",
        "SD045",
        f"column `Total`: `{'9' * 41}` is not a number",
    ),
    "two marks": (
        '1,2026-03-02,"1,234.50"\n',
        "SD045",
        'column `Total`: `1,234.50` is a number only with `thousands: ","` under `options`',
    ),
    "no such date": ("1,2026-02-30,5\n", "SD046", "column `Date`: the date `2026-02-30` does not exist"),
    "no such time": (
        "1,2026-02-03 25:00,5\n",
        "SD046",
        "column `Date`: the date `2026-02-03 25:00` does not exist",
    ),
    "a date of the Persian calendar that nobody announced": (
        "1,1405-01-15,5\n",
        "SD046",
        "column `Date`: `1405-01-15` looks like a day of the Persian calendar",
    ),
    "no date": ("1,soon,5\n", "SD046", "column `Date`: `soon` is not a date written as yyyy-mm-dd"),
    "a placeholder": (
        "1,0001-01-01,5\n",
        "SD046",
        "column `Date`: the year of `0001-01-01` is not between 1600 and 2400",
    ),
    "no client": (
        ",2026-03-02,5\n",
        "SD044",
        "column `Client` is empty, so nobody knows whom the row is about",
    ),
    "no time": ("1,,5\n", "SD044", "column `Date` is empty, so nobody knows when it happened"),
    "no amount": ("1,2026-03-02,\n", "SD044", "column `Total` is empty, and `amount` has to be known"),
    "too many cells": ("1,2026-03-02,5,6\n", "SD040", "the row has 4 cells, and the header 3"),
    "too few cells": ("1,2026-03-02\n", "SD040", "the row has 2 cells, and the header 3"),
    "a quote never closed": (
        '1,"2026-03-02,5\n',
        "SD042",
        'a quote is opened and never closed: 1,"2026-03-02,5',
    ),
    "a row without end": (
        "1,2026-03-02," + "5" * 10_000_000 + "\n",
        "SD041",
        "the row is 10000014 characters long; the most is 1000000",
    ),
    "a quoted cell without end": (
        '1,2026-03-02,"' + "5" * 10_000_000 + '"\n',
        "SD041",
        "the row is 10000016 characters long; the most is 1000000",
    ),
}


@pytest.mark.parametrize("case", REJECTED)
def test_a_row_that_cannot_be_used_is_put_aside_and_the_others_stay(case: str, desk: Any) -> None:
    row, code, reason = REJECTED[case]
    result = desk.purchases(HEAD + GOOD + row + GOOD)
    assert result.reasons == [(3, code, reason)]
    assert [event.origin.row for event in result.data.events] == [2, 4]
    assert result.data.rows == {"orders.csv": 3}


@pytest.mark.parametrize(
    ("date", "problem"),
    [
        ("۱۴۰۴/۱۲/۳۰", "the date `۱۴۰۴/۱۲/۳۰` does not exist"),
        ("1405/07/31", "the date `1405/07/31` does not exist"),
        ("1405/01/15 24:30", "the date `1405/01/15 24:30` does not exist"),
        ("15.01.1405", "`15.01.1405` is not a date written as jalali or yyyy-mm-dd"),
        ("1405/01-15", "`1405/01-15` is not a date written as jalali or yyyy-mm-dd"),
        ("2026/03/02", "`2026/03/02` is not a date written as jalali or yyyy-mm-dd"),
        ("0900/01/01", "the year of `0900/01/01` is not between 1600 and 2400"),
    ],
)
def test_what_is_no_day_of_the_persian_calendar_is_put_aside(date: str, problem: str, desk: Any) -> None:
    result = desk.purchases(f"{HEAD}1,{date},5\n1,1405/01/15,5\n", "dates: jalali")
    assert result.reasons == [(2, "SD046", f"column `Date`: {problem}")]
    assert [event.origin.row for event in result.data.events] == [3]


def test_a_rejected_row_keeps_its_cells(desk: Any) -> None:
    result = desk.purchases(HEAD + "1,2026-03-02,five\n")
    rejected = result.data.rejected[0]
    assert (rejected.kind, rejected.key) == ("purchase", "1")
    assert rejected.raw == {"Client": "1", "Date": "2026-03-02", "Total": "five"}


def test_a_rejected_line_is_kept_only_in_part(desk: Any) -> None:
    result = desk.purchases(HEAD + "x" * 2_000_000)
    assert len(result.data.rejected[0].raw["line"]) == 200


CLIENTS = """\
records:
  client:
    source: clients.csv
    key: Code
    fields:
      name: Name
      channel: {column: Channel, values: {Instagram: social, Walk: walk_in, "-": }}
      budget: Budget
      invited_by: By
      code: Mark
"""
CLIENT_HEAD = "Code,Name,Channel,Budget,By,Mark\n"

BAD_CLIENTS = {
    "a channel without meaning": (
        "2,B,Instagrm,,,",
        "SD047",
        "column `Channel`: `values` does not say what `Instagrm` means; did you mean `Instagram`?",
    ),
    "a limit": ("2,B,-,-1,,", "SD049", "column `Budget`: `budget` is -1, and the spec wants >= 0"),
    "a pattern": (
        "2,B,-,,,abc",
        "SD049",
        "column `Mark`: `code` is abc, and the spec wants the pattern `[A-Z]{2}`",
    ),
    "the same key": (
        "1,B,-,,,",
        "SD050",
        "the key `1` stands already in row 2 of `clients.csv`; the first one counts",
    ),
    "no name": ("2,,-,,,", "SD044", "column `Name` is empty, and `name` has to be known"),
}


@pytest.mark.parametrize("case", BAD_CLIENTS)
def test_a_record_that_cannot_be_used_is_put_aside(case: str, desk: Any) -> None:
    row, code, reason = BAD_CLIENTS[case]
    result = desk.load(CLIENTS, {"clients.csv": f"{CLIENT_HEAD}1,Anna,Instagram,5,,AB\n{row}\n"})
    assert result.reasons == [(3, code, reason)]
    assert list(result.data.records["client"]) == ["1"]
    assert result.data.records["client"]["1"].fields["channel"] == "social"


def test_a_value_that_the_spec_does_not_know_is_rejected_with_the_nearest_one(desk: Any) -> None:
    mapping = CLIENTS.replace(
        '{column: Channel, values: {Instagram: social, Walk: walk_in, "-": }}', "Channel"
    )
    result = desk.load(mapping, {"clients.csv": f"{CLIENT_HEAD}1,Anna,socail,,,\n"})
    sentence = "column `Channel`: `socail` is none of `social`, `press` or `walk_in`; did you mean `social`?"
    assert result.reasons == [(2, "SD047", sentence)]


def test_a_reference_to_nowhere_is_kept_and_noted(desk: Any) -> None:
    result = desk.load(CLIENTS, {"clients.csv": f"{CLIENT_HEAD}1,Anna,-,,9,\n2,Boris,-,,1,\n"})
    assert result.data.records["client"]["1"].fields["invited_by"] == "9"
    assert (
        "`client`: rows whose `invited_by` names a record of `client` that the data does not have: 1;"
        " the first is `1`, which names `9`" in result.notes
    )


def test_records_that_nothing_can_bring_are_noted(desk: Any) -> None:
    """Such as costs that the mapping forgot: without the note a figure of them is silently empty."""
    desk.spec = replace(desk.spec, records={**desk.spec.records, "spending": Record("spending")})
    result = desk.load(CLIENTS, {"clients.csv": f"{CLIENT_HEAD}1,Anna,-,,,\n"})
    assert "the mapping gives no source for the records `spending`, so there are none" in result.notes


def test_an_event_of_an_unknown_client_is_rejected_only_where_clients_have_a_source(desk: Any) -> None:
    assert [event.key for event in desk.purchases(HEAD + GOOD).data.events] == ["1"]
    mapping = """\
records:
  client: {source: clients.csv, key: Code, fields: {name: Name}}
events:
  purchase: {source: orders.csv, key: Client, time: Date, fields: {amount: Total}}
"""
    result = desk.load(
        mapping, {"clients.csv": "Code,Name\n1,Anna\n", "orders.csv": HEAD + GOOD + "7,2026-03-02,5\n"}
    )
    assert result.reasons == [(3, "SD051", "there is no client `7`")]
    assert [event.key for event in result.data.events] == ["1"]


def test_one_stray_quote_costs_one_row(desk: Any) -> None:
    rows = "".join(f"{number},2026-03-02,5\n" for number in range(50))
    result = desk.purchases(HEAD + '0,"2026-03-02,5\n' + rows)
    assert [row for row, _, _ in result.reasons] == [2]
    assert len(result.data.events) == 50


def test_an_endless_line_behind_an_open_quote_is_a_row_of_its_own(desk: Any) -> None:
    result = desk.purchases(HEAD + '0,"2026-03-02,5\n' + "x" * 2_000_000 + "\n" + GOOD)
    assert [(row, code) for row, code, _ in result.reasons] == [(2, "SD042"), (3, "SD041")]
    assert len(result.data.events) == 1


def test_a_packed_file_that_is_cut_off_is_said(desk: Any) -> None:
    packed = gzip.compress((HEAD + GOOD * 1000).encode())
    assert len(desk.purchases(packed, name="orders.csv.gz").data.events) == 1000
    result = desk.purchases(packed[:-20], name="orders.csv.gz")
    assert re.search("`orders.csv.gz` cannot be read: .*end", result.sentences[0])


JSON_STOPPED = {
    "cut off": ("orders.json", '[{"Client": "1"', "SD027", "`orders.json` is not in order as JSON"),
    "an object": ("orders.json", '{"Client": "1"}', "SD027", "`orders.json` holds no list of objects"),
    "too deep": ("orders.json", "[" * 100_000, "SD027", "`orders.json` is nested too deeply"),
    "empty": ("orders.json", " ", "SD021", "`orders.json` is empty"),
    "empty lines": ("orders.ndjson", "\n\n", "SD021", "`orders.ndjson` is empty"),
    "empty yaml": ("orders.yaml", "\n", "SD021", "`orders.yaml` is empty"),
    "yaml without a list": ("orders.yaml", "a: b\n", "SD027", "`orders.yaml` holds no list"),
    "yaml that is none": ("orders.yaml", "a: 'b\n", "SD002", "this is not YAML"),
    "no such column": (
        "orders.json",
        '[{"Client": "1", "Date": "2026-03-02"}]',
        "SD025",
        "has no column `Total`",
    ),
    "a workbook": ("orders.xls", b"PK", "SD024", "files that end in `.xls` are not supported yet"),
    "columns on disk": ("orders.parquet", b"PAR1", "SD027", "`orders.parquet` is not a whole Parquet file"),
    "unheard of": ("orders.dbf", b"x", "SD024", "nothing is known of files that end in `.dbf`"),
}


@pytest.mark.parametrize("case", JSON_STOPPED)
def test_a_file_of_another_format_that_cannot_be_used_stops_the_run(case: str, desk: Any) -> None:
    name, content, code, sentence = JSON_STOPPED[case]
    result = desk.purchases(content, name=name)
    assert result.dataset is None
    assert result.diagnostics[0].code == code
    assert sentence in result.sentences[0]


OBJECT = '{"Client": "1", "Date": "2026-03-02", "Total": 5}'

JSON_REJECTED = {
    "nested": (OBJECT.replace("5", "[5]"), "`Total` holds several values, and a cell holds one"),
    "no object": ("5", "the entry is not an object with names and values"),
    "a name twice": (OBJECT.replace("}", ', "Total": 6}'), "the object has one name twice"),
}


@pytest.mark.parametrize("case", JSON_REJECTED)
@pytest.mark.parametrize("name", ["orders.json", "orders.ndjson"])
def test_an_entry_that_is_no_row_is_put_aside(case: str, name: str, desk: Any) -> None:
    entry, reason = JSON_REJECTED[case]
    lines = [OBJECT, entry, OBJECT]
    content = "\n".join(lines) if name.endswith(".ndjson") else f"[{', '.join(lines)}]"
    result = desk.purchases(content, name=name)
    assert result.reasons == [(2, "SD043", reason)]
    assert len(result.data.events) == 2


@pytest.mark.parametrize(
    ("line", "code", "reason"),
    [
        ('{"Client":', "SD043", "the line is not JSON"),
        ("[" * 100_000, "SD043", "the line is nested too deeply"),
        ('"' + "x" * 10_000_000 + '"', "SD041", "the row is 10000003 characters long"),
        (OBJECT.replace("5", "NaN"), "SD045", "column `Total`: `NaN` is not a number"),
        (OBJECT.replace("5", "1e999999999"), "SD045", "column `Total`: `1e999999999` is not a number"),
    ],
)
def test_a_line_that_is_no_object_is_put_aside(line: str, code: str, reason: str, desk: Any) -> None:
    result = desk.purchases(f"{OBJECT}\n{line}\n{OBJECT}\n", name="orders.jsonl")
    assert [(row, found) for row, found, _ in result.reasons] == [(2, code)]
    assert reason in result.reasons[0][2]
