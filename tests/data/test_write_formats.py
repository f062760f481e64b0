"""What a table becomes in each format; all of them tell the same."""

from __future__ import annotations

import csv
import json
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow
import pytest
from pyarrow import parquet

from stepladder_dsl.diagnostics import catalogue
from stepladder_engine.data import write_tables as module
from stepladder_engine.data import write_xlsx
from stepladder_engine.data.mapping_model import Options
from stepladder_engine.data.read_xlsx import open_xlsx
from stepladder_engine.data.tables import Column, Table, table_of
from stepladder_engine.data.write_tables import FORMS, Manner, write_tables

COLUMNS = (
    Column("case", "text", "Whom"),
    Column("stage", "code", "Where"),
    Column("since", "time", "When", optional=True),
    Column("days", "whole", "How long", optional=True),
    Column("price", "number", "How much", optional=True),
    Column("met", "flag", "Whether", optional=True),
)
ROWS = [
    ("=2+3", "bought", "2026-03-29T03:30:00+03:00", 12, Decimal("19.90"), True),
    ("سارا", "سرد", "2026-10-25T03:30:00+02:00", 0, Decimal(-1) / 3, False),
    ("a\n\"b\", 'c'\t", "bought", None, None, None, None),
    (
        "_x0041_ \x01 & <b>",
        "bought",
        "9999-12-31T23:59:59+02:00",
        -1,
        Decimal("12345678901234567890.12"),
        True,
    ),
]
TABLE = table_of("tasks", COLUMNS, ROWS, ("case",))
EMPTY = table_of("offers", COLUMNS, [])


def written(folder: Path, tables: list[Table], **manner: Any) -> list[str]:
    """Write the tables, and give the sentences of what is worth saying."""
    notes = write_tables(folder, tables, {"spec": "shop", "cases": 3, "notes": ["=1"]}, Manner(**manner))
    return [f"{note.code} {catalogue.message(note)}" for note in notes]


def sheet(folder: Path, name: str) -> list[dict[str, str | None]]:
    table, problems = open_xlsx(folder / "tables.xlsx", "tables.xlsx", replace(Options(), sheet=name))
    assert table, problems
    return [dict(row.cells) for row in table.rows()]


def test_ndjson_has_the_objects_of_json_one_a_line(tmp_path: Path) -> None:
    assert written(tmp_path / "out", [TABLE, EMPTY], forms=("json", "ndjson")) == []
    lines = (tmp_path / "out" / "tasks.ndjson").read_text(encoding="utf-8").split("\n")
    assert lines.pop() == ""
    assert [json.loads(line) for line in lines] == json.loads(
        (tmp_path / "out" / "tasks.json").read_text(encoding="utf-8")
    )
    assert (tmp_path / "out" / "offers.ndjson").read_bytes() == b""


def test_parquet_has_columns_with_types_and_meanings(tmp_path: Path) -> None:
    assert written(tmp_path / "out", [TABLE], forms=("parquet",), timezone="Europe/Sofia") == []
    kinds = parquet.read_schema(tmp_path / "out" / "tasks.parquet")
    assert [(field.name, str(field.type), field.nullable) for field in kinds] == [
        ("case", "string", False),
        ("stage", "dictionary<values=string, indices=int32, ordered=0>", False),
        ("since", "timestamp[us, tz=Europe/Sofia]", True),
        ("days", "int64", True),
        ("price", "decimal128(38, 18)", True),
        ("met", "bool", True),
    ]
    assert kinds.field("price").metadata[b"description"] == b"How much"


def test_parquet_has_the_instants_and_the_exact_amounts(tmp_path: Path) -> None:
    written(tmp_path / "out", [TABLE], forms=("parquet",), timezone="Europe/Sofia")
    read = parquet.read_table(tmp_path / "out" / "tasks.parquet")
    assert read["case"].to_pylist() == [row[0] for row in ROWS]
    assert read["stage"].to_pylist() == [row[1] for row in ROWS]
    assert read["days"].to_pylist() == [12, 0, None, -1]
    assert read["met"].to_pylist() == [True, False, None, True]
    # A third is rounded to the places of the column; everything else is exact.
    assert read["price"].to_pylist() == [
        Decimal("19.90"),
        Decimal("-0.333333333333333333"),
        None,
        Decimal("12345678901234567890.12"),
    ]
    instants = read["since"].cast(pyarrow.timestamp("us", tz="UTC")).to_pylist()
    assert instants == [
        datetime(2026, 3, 29, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
        None,
        datetime(9999, 12, 31, 21, 59, 59, tzinfo=UTC),
    ]


def test_parquet_of_many_rows_and_of_none(tmp_path: Path) -> None:
    many = table_of("many", COLUMNS[:2], [(str(number), f"s{number % 7000}") for number in range(140_000)])
    written(tmp_path / "out", [many, EMPTY], forms=("parquet",))
    read = parquet.read_table(tmp_path / "out" / "many.parquet")
    assert read.num_rows == 140_000
    assert list(zip(*(column.to_pylist() for column in read.columns), strict=True)) == many.rows
    assert parquet.read_table(tmp_path / "out" / "offers.parquet").num_rows == 0


def test_a_number_that_no_typed_column_holds_is_said_and_nothing_is_written(tmp_path: Path) -> None:
    long = table_of("metrics", COLUMNS[4:5], [(Decimal(10) ** 20,)])
    said = written(tmp_path / "out", [long], forms=("csv", "parquet"))
    (sentence,) = said
    assert sentence == (
        "SD063 the column `price` of `metrics` has a number with more than 20 digits before the point, "
        "which a typed column does not hold"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_figure_that_is_no_number_is_left_empty_and_said(tmp_path: Path) -> None:
    figures = table_of(
        "metrics",
        (Column("metric", "code", ""), Column("value", "number", "", optional=True)),
        [("happy", True), ("best", "press"), ("sold", Decimal(3))],
    )
    said = written(tmp_path / "out", [figures], forms=("parquet",))
    assert said == ["SD062 `metrics`: figures that are no numbers, left empty in a column of numbers: `best`"]
    read = parquet.read_table(tmp_path / "out" / "metrics.parquet")
    assert read["value"].to_pylist() == [Decimal(1), None, Decimal(3)]


def test_a_workbook_has_cells_with_types_and_texts_unchanged(tmp_path: Path) -> None:
    assert written(tmp_path / "out", [TABLE], forms=("xlsx",), timezone="Europe/Sofia") == []
    rows = sheet(tmp_path / "out", "tasks")
    assert [row["case"] for row in rows] == [row[0] for row in ROWS]
    assert [row["since"] for row in rows] == [
        "2026-03-29 03:30",
        "2026-10-25 03:30",
        None,
        "9999-12-31 23:59:59",
    ]
    assert [row["days"] for row in rows] == ["12", "0", None, "-1"]
    assert [row["met"] for row in rows] == ["true", "false", None, "true"]
    # A number that a workbook would round is a text.
    assert [row["price"] for row in rows] == [
        "19.9",
        "-0.3333333333333333333333333333",
        None,
        "12345678901234567890.12",
    ]


def parts(folder: Path) -> dict[str, str]:
    with zipfile.ZipFile(folder / "tables.xlsx") as book:
        return {name: book.read(name).decode() for name in book.namelist()}


def test_no_text_of_a_workbook_is_ever_a_formula_or_a_link(tmp_path: Path) -> None:
    texts = ["=1+1", "+1", "-1", "@a", "\t=1", "https://example.org", "{=1}", "=HYPERLINK(1)", "'=1"]
    table = table_of("tasks", COLUMNS[:1], [(text,) for text in texts])
    written(tmp_path / "out", [table], forms=("xlsx",))
    assert [row["case"] for row in sheet(tmp_path / "out", "tasks")] == texts
    book = parts(tmp_path / "out")
    assert not any("<f>" in text or "<hyperlink" in text for text in book.values())
    # And they stay texts when somebody changes the cell.
    assert 'quotePrefix="1"' in book["xl/styles.xml"]


def test_sheets_have_a_header_that_stays_and_run_as_the_language_does(tmp_path: Path) -> None:
    written(tmp_path / "out", [TABLE], forms=("xlsx",), from_the_right=True)
    written(tmp_path / "left", [TABLE], forms=("xlsx",))
    book = parts(tmp_path / "out")
    assert 'rightToLeft="1"' in book["xl/worksheets/sheet1.xml"]
    assert 'rightToLeft="1"' in book["xl/worksheets/sheet2.xml"]
    assert '<pane ySplit="1" topLeftCell="A2"' in book["xl/worksheets/sheet2.xml"]
    assert '<autoFilter ref="A1:F5"/>' in book["xl/worksheets/sheet2.xml"]
    assert "rightToLeft" not in parts(tmp_path / "left")["xl/worksheets/sheet2.xml"]


def test_a_workbook_begins_with_the_summary_and_the_zone_of_its_times(tmp_path: Path) -> None:
    written(tmp_path / "out", [EMPTY], forms=("xlsx",), timezone="Asia/Tehran")
    table, _ = open_xlsx(tmp_path / "out" / "tables.xlsx", "tables.xlsx", replace(Options(), sheet="summary"))
    assert table
    cells = [list(row.cells.values()) for row in table.rows()]
    assert [["spec", "shop"], *cells] == [
        ["spec", "shop"],
        ["cases", "3"],
        ["timezone", "Asia/Tehran"],
        ["note", "=1"],
    ]


def test_a_table_longer_than_a_sheet_goes_on_in_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write_xlsx, "SHEET_ROWS", 4)
    table = table_of("journal", COLUMNS[:1], [(str(number),) for number in range(7)])
    assert written(tmp_path / "out", [table], forms=("xlsx",)) == [
        "SD062 `journal` has more rows than a sheet holds (7); it goes on in journal 2, journal 3"
    ]
    found = [sheet(tmp_path / "out", name) for name in ("journal", "journal 2", "journal 3")]
    assert [[row["case"] for row in rows] for rows in found] == [["0", "1", "2"], ["3", "4", "5"], ["6"]]


def test_a_sheet_holds_as_many_rows_as_spreadsheet_programs_do() -> None:
    assert write_xlsx.SHEET_ROWS == 2**20


def test_a_text_longer_than_a_cell_is_cut_and_said(tmp_path: Path) -> None:
    fits, long, wide = "x" * 32_767, "y" * 32_768, "😀" * 16_384
    table = table_of("rejected", COLUMNS[:1], [(fits,), (long,), (wide,)])
    assert written(tmp_path / "out", [table], forms=("xlsx", "csv")) == [
        "SD062 `rejected`: texts longer than the 32767 characters of a cell, cut in the workbook: 2"
    ]
    cells = [row["case"] for row in sheet(tmp_path / "out", "rejected")]
    assert cells == [fits, "y" * 32_766 + "…", "😀" * 16_383 + "…"]
    # The other formats have them whole.
    assert wide in (tmp_path / "out" / "rejected.csv").read_text(encoding="utf-8")


def test_several_formats_and_each_again_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        written(tmp_path / name, [TABLE, EMPTY], forms=FORMS)
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    kinds = ("csv", "json", "ndjson", "parquet")
    plain = [f"{name}.{kind}" for kind in kinds for name in ("offers", "tasks")]
    assert files == sorted([*plain, ".stepladder-files", "summary.json", "tables.xlsx"])
    for name in files:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes(), name


def test_csv_for_spreadsheets_says_that_it_is_utf_8(tmp_path: Path) -> None:
    written(tmp_path / "out", [TABLE], for_spreadsheets=True)
    data = (tmp_path / "out" / "tasks.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbfcase,stage")
    rows = list(csv.reader(data.decode("utf-8-sig").splitlines(keepends=True)))
    assert rows[1][0] == "'=2+3"
    assert rows[4][3] == "-1"


def test_a_format_whose_package_is_missing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find_spec", lambda _name: None)
    said = write_tables(tmp_path / "out", [TABLE], {}, Manner(("csv", "parquet", "xlsx")))
    assert [(note.code, note.values) for note in said] == [
        ("SD061", {"format": "parquet", "extra": "parquet"}),
        ("SD061", {"format": "xlsx", "extra": "xlsx"}),
    ]
    assert not (tmp_path / "out").exists()
