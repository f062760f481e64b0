"""A sheet of a workbook gives what a table of the same cells gives, and nothing in it gets lost."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from stepladder_engine.data import workbook

HEAD = ("Client", "Date", "Total")
MARCH = date(2026, 3, 2)
Fill = Callable[[Worksheet], None]


def book(*sheets: tuple[str, Any], **options: Any) -> bytes:
    """Make a workbook; a sheet is a list of rows, or a function that fills it."""
    stream = io.BytesIO()
    made = xlsxwriter.Workbook(stream, {"in_memory": True, "default_date_format": "dd.mm.yyyy", **options})
    made.formats[0].set_font_size(11)
    for name, rows in sheets:
        sheet = made.add_worksheet(name)
        if callable(rows):
            rows(sheet, made)
        else:
            put(sheet, rows)
    made.close()
    return stream.getvalue()


def put(sheet: Worksheet, rows: Any, start: int = 0) -> None:
    for number, row in enumerate(rows, start=start):
        for column, value in enumerate(row):
            if value is not None:
                sheet.write(number, column, value)


def orders(*rows: tuple[Any, ...]) -> bytes:
    return book(("Orders", [HEAD, *rows]))


def changed(content: bytes, part: str, before: str, after: str) -> bytes:
    """Change the XML of a part of a workbook."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for info in old.infolist():
            text = old.read(info)
            if info.filename == part:
                assert before.encode() in text
                text = text.replace(before.encode(), after.encode())
            new.writestr(info.filename, text)
    return stream.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def purchases(desk: Any, content: bytes, options: str = "", more: str = "") -> Any:
    return desk.purchases(content, options, name="orders.xlsx", more=more)


def test_numbers_and_dates_are_what_the_workbook_says_whatever_the_options_name(desk: Any) -> None:
    content = orders(
        (17, MARCH, 1234.5),
        ("B", datetime(2026, 3, 2, 10, 30, 15), 0.1),  # noqa: DTZ001 (a cell knows no zone)
        (3.5, MARCH, -1e15),
    )
    for options in ("", 'decimal: ",", thousands: "."', "dates: [yyyy-dd-mm, jalali]"):
        result = purchases(desk, content, options)
        assert [event.key for event in result.data.events] == ["17", "B", "3.5"]
        amounts = [event.fields["amount"] for event in result.data.events]
        assert amounts == [Decimal("1234.5"), Decimal("0.1"), Decimal(-1000000000000000)]
        start = int(datetime(2026, 3, 1, 22, tzinfo=UTC).timestamp())
        times = [event.time // 1_000_000 - start for event in result.data.events]
        assert times == [0, 10 * 3600 + 30 * 60 + 15, 0]
        assert [event.origin.row for event in result.data.events] == [2, 3, 4]
        assert result.notes[:1] == ["the mapping gives no source for the events `visit`"]


def test_a_text_of_digits_follows_the_options_beside_a_number_of_the_same_digits(desk: Any) -> None:
    content = orders(("1", "02.03.2026", "1.5"), ("2", MARCH, 1.5), ("3", MARCH, "1,5"))
    result = purchases(desk, content, 'decimal: ",", dates: dd.mm.yyyy')
    assert [(event.key, event.fields["amount"]) for event in result.data.events] == [
        ("2", Decimal("1.5")),
        ("3", Decimal("1.5")),
    ]
    assert result.reasons == [
        (2, "SD045", 'column `Total`: `1.5` is a number only with `decimal: "."` under `options`')
    ]


def test_floating_point_comes_as_its_shortest_decimal(desk: Any) -> None:
    content = changed(orders(("1", MARCH, 42)), SHEET, "<v>42</v>", "<v>19.899999999999999</v>")
    assert purchases(desk, content).data.events[0].fields["amount"] == Decimal("19.9")


def test_a_long_number_keeps_its_digits(desk: Any) -> None:
    content = changed(orders((42, MARCH, 5)), SHEET, "<v>42</v>", "<v>4006381333931</v>")
    assert purchases(desk, content).data.events[0].key == "4006381333931"


def test_dates_of_the_1904_calendar(desk: Any) -> None:
    content = book(("Orders", [HEAD, ("1", MARCH, 5)]), date_1904=True)
    assert b'date1904="1"' in zipfile.ZipFile(io.BytesIO(content)).read("xl/workbook.xml")
    result = purchases(desk, content)
    assert result.data.events[0].time == purchases(desk, orders(("1", MARCH, 5))).data.events[0].time


@pytest.mark.parametrize(
    ("cell", "code", "reason"),
    [
        (46083, "SD046", "column `Date`: `46083` is a number and no date"),
        (time(10, 30), "SD046", "column `Date`: `10:30` is not a date written as yyyy-mm-dd"),
        (timedelta(hours=30), "SD046", "column `Date`: `PT30H` is not a date written as yyyy-mm-dd"),
        (True, "SD046", "column `Date`: `true` is not a date written as yyyy-mm-dd"),
        (None, "SD044", "column `Date` is empty, so nobody knows when it happened"),
    ],
)
def test_what_is_no_date_is_rejected(cell: Any, code: str, reason: str, desk: Any) -> None:
    def fill(sheet: Worksheet, made: xlsxwriter.Workbook) -> None:
        put(sheet, [HEAD, ("1", None, 5), ("2", MARCH, 6)])
        form = {time: "hh:mm", timedelta: "[h]:mm"}.get(type(cell))
        if cell is not None:
            sheet.write(1, 1, cell, made.add_format({"num_format": form}) if form else None)

    result = purchases(desk, book(("Orders", fill)))
    assert result.reasons == [(2, code, reason)]
    assert [event.key for event in result.data.events] == ["2"]


def test_digits_of_a_date_are_read_where_the_mapping_says_how(desk: Any) -> None:
    content = orders(("1", 20260302, 5))
    assert not purchases(desk, content, "dates: yyyymmdd").data.rejected


def test_the_day_that_never_was_does_not_become_another(desk: Any) -> None:
    content = changed(orders(("1", MARCH, 5)), SHEET, "<v>46083</v>", "<v>60</v>")
    assert purchases(desk, content).reasons == [
        (2, "SD046", "column `Date`: the date `1900-02-29` does not exist")
    ]


def broken_formula(error: str, column: int) -> Fill:
    def fill(sheet: Worksheet, *_made: Any) -> None:
        put(sheet, [(*HEAD, "Remark"), ("1", MARCH, 5, "-"), ("2", MARCH, 6, "-")])
        sheet.write_formula(1, column, "=1/0", None, error)

    return fill


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#DIV/0!"])
@pytest.mark.parametrize(("column", "cell"), [(0, "A2"), (1, "B2"), (2, "C2")])
def test_an_error_in_a_cell_that_is_used_is_rejected_with_its_address(
    error: str, column: int, cell: str, desk: Any
) -> None:
    result = purchases(desk, book(("Orders", broken_formula(error, column))))
    assert result.reasons == [(2, "SD054", f"cell {cell} shows the error `{error}` and no value")]
    assert result.data.rejected[0].column == HEAD[column]
    assert result.data.rejected[0].raw[HEAD[column]] == error
    assert [event.key for event in result.data.events] == ["2"]


def test_an_error_in_a_cell_that_nobody_uses_does_no_harm(desk: Any) -> None:
    result = purchases(desk, book(("Orders", broken_formula("#N/A", 3))))
    assert not result.data.rejected
    assert len(result.data.events) == 2


@pytest.mark.parametrize(
    ("more", "rejected", "skipped"),
    [
        ("where: Total > 0", [2], 0),
        ("where: Total != 6", [2], 1),
        ('where: Client = "2"', [], 1),
        ("id: Total", [2], 0),
        ("sequence: Total", [2], 0),
    ],
)
def test_an_error_is_rejected_where_nothing_can_be_decided_without_it(
    more: str, rejected: list[int], skipped: int, desk: Any
) -> None:
    content = book(("Orders", broken_formula("#N/A", 2)))
    mapping = f"""\
events:
  purchase: {{source: orders.xlsx, key: Client, time: Date, fields: {{amount: "= 5 * 2"}}, {more}}}
"""
    result = desk.load(mapping, {"orders.xlsx": content})
    assert [row.origin.row for row in result.data.rejected] == rejected
    assert all(row.code == "SD054" for row in result.data.rejected)
    assert result.data.skipped.get("orders.xlsx", 0) == skipped


def test_a_formula_of_the_mapping_does_not_take_an_error_for_an_empty_cell(desk: Any) -> None:
    content = book(("Orders", broken_formula("#N/A", 2)))
    mapping = """\
events:
  purchase:
    source: orders.xlsx
    key: Client
    time: Date
    fields: {amount: "= 5 * 2", pieces: = Total * 2}
"""
    result = desk.load(mapping, {"orders.xlsx": content})
    assert result.reasons == [(2, "SD054", "cell C2 shows the error `#N/A` and no value")]
    assert result.data.events[0].fields["pieces"] == 12


def test_columns_computed_from_numbers_know_no_decimal_mark(desk: Any) -> None:
    content = book(("Orders", [(*HEAD, "Other"), ("1", MARCH, 1.5, 1.5), ("2", MARCH, 2.5, "2,5")]))
    more = "where: Total = Other"
    result = purchases(desk, content, 'decimal: ","', more)
    assert len(result.data.events) == 2


def test_yes_and_no(desk: Any) -> None:
    content = book(("Orders", [(*HEAD, "Paid"), ("1", MARCH, 5, True), ("2", MARCH, 5, False)]))
    mapping = """\
events:
  purchase: {source: orders.xlsx, key: Client, time: Date, fields: {amount: Total, paid: Paid}}
"""
    result = desk.load(mapping, {"orders.xlsx": content})
    assert [event.fields["paid"] for event in result.data.events] == [True, False]


def test_rows_keep_the_numbers_that_the_spreadsheet_shows(desk: Any) -> None:
    def fill(sheet: Worksheet, made: xlsxwriter.Workbook) -> None:
        put(sheet, [HEAD], start=3)
        put(sheet, [("1", MARCH, 5)], start=4)
        put(sheet, [("2", MARCH, "five")], start=9)
        sheet.write_blank(400, 7, None, made.add_format({"bold": True}))
        sheet.write_string(401, 1, "  ")

    result = purchases(desk, book(("Orders", fill)))
    assert result.data.rows == {"orders.xlsx": 2}
    assert [event.origin.row for event in result.data.events] == [5]
    assert [row.origin.row for row in result.data.rejected] == [10]


def test_a_title_of_merged_cells_is_told_from_the_header(desk: Any) -> None:
    def fill(sheet: Worksheet, *_made: Any) -> None:
        sheet.merge_range("A1:C1", "Orders of March")
        put(sheet, [HEAD, ("1", MARCH, 5), ("Sum", None, 5)], start=1)

    content = book(("Orders", fill))
    refused = purchases(desk, content)
    assert refused.dataset is None
    assert refused.diagnostics[0].code == "SD025"
    assert refused.sentences[0] == "row 1 of `orders.xlsx`, which names the columns, has no `Client`"
    result = purchases(desk, content, "header_row: 2")
    assert [event.origin.row for event in result.data.events] == [3]
    assert result.reasons == [(4, "SD044", "column `Date` is empty, so nobody knows when it happened")]


def test_a_header_row_without_a_header(desk: Any) -> None:
    result = purchases(desk, orders(("1", MARCH, 5)), "header_row: 7")
    assert [found.code for found in result.diagnostics] == ["SD021"]
    assert "row 7 of `orders.xlsx` is empty" in result.sentences[0]


def test_the_second_row_of_a_header_is_rejected_and_not_taken_for_data(desk: Any) -> None:
    result = purchases(desk, orders(("(code)", "(day)", "(EUR)"), ("1", MARCH, 5)))
    assert result.reasons == [(2, "SD046", "column `Date`: `(day)` is not a date written as yyyy-mm-dd")]


def test_a_column_that_stands_twice(desk: Any) -> None:
    result = purchases(desk, book(("Orders", [(*HEAD, "Total"), ("1", MARCH, 5, 6)])))
    assert [found.code for found in result.diagnostics] == ["SD026"]


TWO = (("Orders", [HEAD, ("1", MARCH, 5)]), ("Old orders", [HEAD, ("2", MARCH, 5), ("3", MARCH, 5)]))


def test_the_first_sheet_is_read_and_a_note_names_the_others(desk: Any) -> None:
    result = purchases(desk, book(*TWO))
    assert [event.key for event in result.data.events] == ["1"]
    note = "of `orders.xlsx` the sheet `Orders` was read, and not `Old orders`; set `sheet` to be certain"
    assert note in result.notes


def test_a_sheet_is_found_by_its_name(desk: Any) -> None:
    result = purchases(desk, book(*TWO), "sheet: Old orders")
    assert [event.key for event in result.data.events] == ["2", "3"]
    assert not any("sheet" in note for note in result.notes)
    assert result.data.rows == {"orders.xlsx#Old orders": 2}


def test_a_sheet_that_is_not_there(desk: Any) -> None:
    result = purchases(desk, book(*TWO), "sheet: Old order")
    assert [found.code for found in result.diagnostics] == ["SD028"]
    assert result.diagnostics[0].suggestion == "Old orders"
    assert result.sentences == ["`orders.xlsx` has no sheet `Old order`"]


def test_a_hidden_sheet_is_read_only_by_its_name(desk: Any) -> None:
    def hidden(sheet: Worksheet, *_made: Any) -> None:
        put(sheet, [HEAD, ("9", MARCH, 5)])
        sheet.hide()

    def shown(sheet: Worksheet, *_made: Any) -> None:
        put(sheet, [HEAD, ("1", MARCH, 5)])
        sheet.activate()
        sheet.set_first_sheet()

    content = book(("Draft", hidden), ("Orders", shown))
    assert [event.key for event in purchases(desk, content).data.events] == ["1"]
    assert [event.key for event in purchases(desk, content, "sheet: Draft").data.events] == ["9"]


def test_two_kinds_from_two_sheets_of_one_workbook(desk: Any) -> None:
    mapping = """\
records:
  client: {source: shop.xlsx, key: Code, fields: {name: Name}, options: {sheet: Clients}}
events:
  purchase:
    {source: shop.xlsx, key: Client, time: Date, fields: {amount: Total}, options: {sheet: Orders}}
"""
    content = book(("Clients", [("Code", "Name"), (1, "Anna")]), ("Orders", [HEAD, (1, MARCH, 5)]))
    data = desk.load(mapping, {"shop.xlsx": content}).data
    assert data.rows == {"shop.xlsx#Clients": 1, "shop.xlsx#Orders": 1}
    assert [event.key for event in data.events] == list(data.records["client"]) == ["1"]


def test_texts_in_pieces_and_without_a_table_of_texts(desk: Any) -> None:
    def fill(sheet: Worksheet, made: xlsxwriter.Workbook) -> None:
        put(sheet, [HEAD, (None, MARCH, 5)])
        sheet.write_rich_string(1, 0, "An", made.add_format({"bold": True}), "na")

    assert purchases(desk, book(("Orders", fill))).data.events[0].key == "Anna"
    inline = book(("Orders", [HEAD, ("Anna", MARCH, 5)]), in_memory=False, constant_memory=True)
    assert b"inlineStr" in zipfile.ZipFile(io.BytesIO(inline)).read(SHEET)
    assert purchases(desk, inline).data.events[0].key == "Anna"


def test_cells_and_rows_without_addresses(desk: Any) -> None:
    content = orders(("1", MARCH, 5))
    for address in ("A1", "B1", "C1", "A2", "B2", "C2", "1", "2"):
        content = changed(content, SHEET, f' r="{address}"', "")
    result = purchases(desk, content)
    assert [(event.key, event.origin.row) for event in result.data.events] == [("1", 2)]


def test_a_cell_far_outside_costs_nothing(desk: Any) -> None:
    def fill(sheet: Worksheet, *_made: Any) -> None:
        put(sheet, [HEAD, ("1", MARCH, 5)])
        sheet.write("XFD1048576", "x")

    result = purchases(desk, book(("Orders", fill)))
    assert result.data.rows == {"orders.xlsx": 2}
    assert [row.origin.row for row in result.data.rejected] == [1048576]


def old_workbook(mark: bytes = b"") -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000 + mark + b"\0" * 2000


GOOD = orders(*((str(number), MARCH, 5) for number in range(500)))
DOCTYPE = '<!DOCTYPE a [<!ENTITY a "aaaa">]><worksheet'
STOPPED = {
    "empty": (b"", "SD021", "`orders.xlsx` is empty"),
    "a text": (b"Client,Date,Total\n", "SD027", "`orders.xlsx` is a text, and not of the format xlsx"),
    "cut off": (GOOD[: len(GOOD) // 2], "SD027", "`orders.xlsx` is not a whole workbook"),
    "cut off at the end": (GOOD[:-10], "SD027", "`orders.xlsx` is not a whole workbook"),
    "damaged": (
        changed(GOOD, SHEET, "</sheetData>", ""),
        "SD027",
        "`orders.xlsx` is not a whole workbook",
    ),
    "entities": (changed(GOOD, SHEET, "<worksheet", DOCTYPE), "SD027", "is not a whole workbook"),
    "an archive of something else": (
        changed(GOOD, "xl/_rels/workbook.xml.rels", "worksheets/", "elsewhere/"),
        "SD027",
        "is not a whole workbook",
    ),
    "a password": (
        old_workbook("EncryptedPackage".encode("utf-16-le")),
        "SD027",
        "`orders.xlsx` is locked with a password",
    ),
    "the old format": (old_workbook(), "SD027", "`orders.xlsx` is a workbook of the old format"),
    "an empty sheet": (book(("Orders", [])), "SD021", "`orders.xlsx` is empty"),
    "no sheet with cells": (
        changed(GOOD, "xl/_rels/workbook.xml.rels", "relationships/worksheet", "relationships/chartsheet"),
        "SD028",
        "`orders.xlsx` has no sheet with cells",
    ),
}


@pytest.mark.parametrize("case", STOPPED)
def test_a_workbook_that_cannot_be_used_stops_the_run(case: str, desk: Any) -> None:
    content, code, sentence = STOPPED[case]
    result = purchases(desk, content)
    assert result.dataset is None
    assert [found.code for found in result.diagnostics] == [code]
    assert sentence in result.sentences[0]


def test_a_bit_that_has_changed_on_the_way_is_noticed(desk: Any) -> None:
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        info = archive.getinfo(SHEET)
    place = info.header_offset + 30 + len(SHEET) + info.compress_size // 2
    content = GOOD[:place] + bytes([GOOD[place] ^ 1]) + GOOD[place + 1 :]
    result = purchases(desk, content)
    assert [found.code for found in result.diagnostics] == ["SD027"]


def test_a_workbook_that_unpacks_endlessly_is_not_unpacked(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "LARGEST_UNPACKED", 1 << 20)
    content = changed(GOOD, SHEET, "<sheetData>", " " * (1 << 20) + "<sheetData>")
    result = purchases(desk, content)
    assert result.sentences == ["`orders.xlsx` unpacks to more than 1 MB"]


def test_a_member_that_lies_about_its_size_is_not_believed(desk: Any) -> None:
    long = changed(GOOD, SHEET, "<sheetData>", " " * (1 << 22) + "<sheetData>")
    with zipfile.ZipFile(io.BytesIO(long)) as archive:
        size = archive.getinfo(SHEET).file_size
    content = long.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    assert content != long
    assert [found.code for found in purchases(desk, content).diagnostics] == ["SD027"]


def test_a_cell_without_end_costs_its_row_only(desk: Any) -> None:
    content = changed(
        orders(("1", MARCH, 40), ("2", MARCH, 5)), SHEET, "<v>40</v>", f"<v>{'4' * 2_000_000}</v>"
    )
    result = purchases(desk, content)
    assert [(row.origin.row, row.code) for row in result.data.rejected] == [(2, "SD041")]
    assert [event.key for event in result.data.events] == ["2"]


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("<v>5</v>", "<v>five</v>", "cell C2 holds `five`, which is no value of a workbook"),
        ('t="s"><v>3</v>', 't="s"><v>99</v>', "cell A2 holds `99`, which is no value of a workbook"),
        ('r="C2"', 'r="c-2"', "cell c-2 holds ``, which is no value of a workbook"),
    ],
)
def test_a_damaged_cell_costs_its_row_only(before: str, after: str, reason: str, desk: Any) -> None:
    content = changed(orders(("x", MARCH, 5), ("y", MARCH, 6)), SHEET, before, after)
    result = purchases(desk, content)
    assert result.reasons == [(2, "SD054", reason)]
    assert [event.key for event in result.data.events] == ["y"]


def test_the_mark_of_an_open_workbook_is_no_workbook(desk: Any) -> None:
    desk.put("~$orders.xlsx", b"\x05Anna")
    desk.put("orders.xlsx", orders(("1", MARCH, 5)))
    mapping = "events:\n  purchase: {source: '*.xlsx', key: Client, time: Date, fields: {amount: Total}}\n"
    assert desk.load(mapping).data.rows == {"orders.xlsx": 1}


def test_a_workbook_in_an_archive_is_refused(desk: Any) -> None:
    result = desk.purchases(b"", name="orders.xlsx.gz")
    assert [found.code for found in result.diagnostics] == ["SD024"]
    assert "packed by themselves" in result.sentences[0]


def test_the_old_formats_are_refused_with_what_to_do(desk: Any) -> None:
    for name in ("orders.xls", "orders.ods", "orders.xlsb"):
        result = desk.purchases(b"x", name=name)
        assert [found.code for found in result.diagnostics] == ["SD024"]
        assert "are not supported yet" in result.sentences[0]


def test_no_reader_of_workbooks_is_loaded_for_a_table() -> None:
    code = (
        "import sys, stepladder_engine.data.load as load;"
        "heavy = {'xml.parsers.expat', 'stepladder_engine.data.workbook'};"
        "sys.exit(bool(heavy & sys.modules.keys()))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
