from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from stepladder_dsl.model.spec import Field
from stepladder_dsl.model.types import YesNoType
from stepladder_engine.calendars.zone import Zone
from stepladder_engine.data.cast import CellReader, read_yes_no
from stepladder_engine.data.dates import DateFormat, DateReader
from stepladder_engine.data.decimals import NumberReader
from stepladder_engine.data.load import rejected_share, too_many_rejected
from stepladder_engine.data.mapping_model import Options
from stepladder_engine.data.problems import Fault
from stepladder_engine.data.read_delimited import open_delimited

HEAD = "Client,Date,Total\n"
ROW = "1,2026-03-02,5\n"
SOFIA = Zone("Europe/Sofia")


def instant(text: str) -> int:
    return int(datetime.fromisoformat(text).astimezone(UTC).timestamp()) * 1_000_000


@pytest.mark.parametrize(
    ("formats", "text", "moment"),
    [
        ((), "2026-03-02", "2026-03-02T00:00+02:00"),
        ((), "2026-03-02 10:30", "2026-03-02T10:30+02:00"),
        ((), "2026-03-02T10:30:05", "2026-03-02T10:30:05+02:00"),
        ((), "2026-03-02T10:30Z", "2026-03-02T10:30+00:00"),
        ((), "2026-03-02T10:30+0500", "2026-03-02T10:30+05:00"),
        ((), "۲۰۲۶-۰۳-۰۲", "2026-03-02T00:00+02:00"),
        (("dd.mm.yyyy",), "2.3.2026", "2026-03-02T00:00+02:00"),
        (("dd.mm.yyyy",), "2026-03-02", "2026-03-02T00:00+02:00"),
        (("yyyymmdd",), "20260302", "2026-03-02T00:00+02:00"),
        (("mm/dd/yyyy hh:mm",), "3/2/2026 8:05", "2026-03-02T08:05+02:00"),
        (("mm/dd/yyyy hh:mm am",), "3/2/2026 12:05 AM", "2026-03-02T00:05+02:00"),
        (("mm/dd/yyyy hh:mm am",), "3/2/2026 8:05 pm", "2026-03-02T20:05+02:00"),
        (("dd.mm.yy hh:mi:ss",), "02.03.26 08:05:09", "2026-03-02T08:05:09+02:00"),
        (("dd.mm.yy",), "02.03.97", "1997-03-02T00:00+02:00"),
        (("dd.mm.yyyy", "dd.mm.yyyy hh:mi"), "02.03.2026 08:05", "2026-03-02T08:05+02:00"),
        (("jalali",), "1405/01/15", "2026-04-04T00:00+03:00"),
        (("jalali",), "1405-1-15", "2026-04-04T00:00+03:00"),
        (("jalali",), "۱۴۰۵/۰۱/۱۵ ۱۰:۳۰", "2026-04-04T10:30+03:00"),
        (("jalali",), "١٤٠٥/٠١/١٥ ٨:٣٠:٠٥", "2026-04-04T08:30:05+03:00"),
        (("jalali",), "1405-01-15T10:30Z", "2026-04-04T10:30+00:00"),
        (("jalali",), "1405/01/15 10:30+03:30", "2026-04-04T10:30+03:30"),
        (("jalali",), "1403/12/30", "2025-03-20T00:00+02:00"),
        (("Jalali",), "2026-03-02", "2026-03-02T00:00+02:00"),
        (("jalali", "dd.mm.yyyy"), "2.3.2026", "2026-03-02T00:00+02:00"),
        (("jalali dd.mm.yyyy", "dd.mm.yyyy"), "2.3.2026", "2026-03-02T00:00+02:00"),
        (("jalali dd.mm.yyyy hh:mi",), "15.1.1405 8:05", "2026-04-04T08:05+03:00"),
        (("jalali yyyymmdd",), "14050115", "2026-04-04T00:00+03:00"),
        (("serial",), "46083", "2026-03-02T00:00+02:00"),
        (("serial",), "46083.4375", "2026-03-02T10:30+02:00"),
        (("serial",), "46083,4375", "2026-03-02T10:30+02:00"),
        (("serial", "dd.mm.yyyy"), "2.3.2026", "2026-03-02T00:00+02:00"),
        (("jalali yy/mm/dd",), "05/01/15", "2026-04-04T00:00+03:00"),
        (("jalali yy/mm/dd",), "57/11/22", "1979-02-11T00:00+02:00"),
        # Clocks go forward at three: the time moves forward by the gap.
        ((), "2026-03-29 03:30", "2026-03-29T04:30+03:00"),
    ],
)
def test_dates_are_read_as_the_file_writes_them(formats: tuple[str, ...], text: str, moment: str) -> None:
    assert DateReader(formats, SOFIA).instant(text) == instant(moment)


def test_a_time_with_an_offset_is_a_day_of_the_zone() -> None:
    assert DateReader((), SOFIA).day("2026-03-02T23:30Z") == date(2026, 3, 3)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yyyy",
        "dd.mm",
        "dd.dd.yyyy",
        "dd.mm.yyyy mi",
        "day.mm.yyyy",
        "yyyy-yy-mm-dd",
        "jalali dd.mm",
        "jalaliyyyymmdd",
    ],
)
def test_a_format_without_a_whole_date_is_none(text: str) -> None:
    with pytest.raises(ValueError):
        DateFormat(text)


@pytest.mark.parametrize(
    ("decimal", "thousands", "text", "value"),
    [
        (".", None, "19.90", "19.90"),
        (".", None, "-5", "-5"),
        (".", None, "+.5", "0.5"),
        (".", None, "1e5", "1E+5"),
        (".", None, "1 234.50", "1234.50"),
        (".", None, "1\u00a0234\u00a0567", "1234567"),
        (",", None, "1\u202f234,50", "1234.50"),
        (",", ".", "1.234,50", "1234.50"),
        (".", ",", "1,234,567.5", "1234567.5"),
        (".", "'", "1'234", "1234"),
        (",", None, "۱۲۳٫۵", "123.5"),
        (".", None, "١٬٢٣٤٫٥", "1234.5"),
        (".", None, "\u22125", "-5"),
        (".", None, "1.50-", "-1.50"),
        (".", None, "(1 234.50)", "-1234.50"),
        (".", None, "15%", "0.15"),
        (".", None, "-2.5 %", "-0.025"),
        (".", None, "٪۱۵", "0.15"),
        (",", None, "1 234,50 €", "1234.50"),
        (",", None, "1\u00a0234,50\u00a0EUR", "1234.50"),
        (".", ",", "€1,234.50", "1234.50"),
        (".", ",", "-€1,234.50", "-1234.50"),
        (".", ",", "€ (1,234.50)", None),
        (".", ",", "(€1,234.50)", "-1234.50"),
        (".", None, "\u200e12\u200f", "12"),
        (".", None, "1\u2009234", "1234"),
    ],
)
def test_numbers_are_read_exactly(decimal: str, thousands: str | None, text: str, value: str | None) -> None:
    found = NumberReader(decimal, thousands, "EUR").number(text)
    assert isinstance(found, Fault) if value is None else found == Decimal(value)


@pytest.mark.parametrize(
    ("currency", "text", "reads"),
    [
        ("BGN", "1 234,50 лв.", True),
        ("EUR", "1 234,50 лв.", False),
        ("RUB", "-1\u202f234,50 ₽", True),
        ("RUB", "1234,50 руб.", True),
        ("RUB", "1234,50 р.", True),
        ("USD", "$1234,50", True),
        ("CAD", "$1234,50", True),
        ("EUR", "$1234,50", False),
        ("EUR", "US$ 1234,50", False),
        ("IRR", "۱٬۲۳۴٫۵۰ ریال", True),
        ("IRR", "۱٬۲۳۴٫۵۰ تومان", False),
        ("RUB", "1234,50 RUR", True),
        ("CHF", "CHF 1234,50", True),
        (None, "1234,50 zł", True),
    ],
)
def test_the_mark_of_a_currency_passes_where_it_is_that_of_the_spec(
    currency: str | None, text: str, reads: bool
) -> None:
    found = NumberReader(",", None, currency).number(text)
    assert (found.code if isinstance(found, Fault) else abs(found)) == (
        Decimal("1234.50") if reads else "SD057"
    )


@pytest.mark.parametrize(
    ("decimal", "text", "options"),
    [
        (".", "1,234.50", ['thousands: ","']),
        (".", "1.234,50", ['decimal: ",", thousands: "."']),
        (".", "1234,5 €", ['decimal: ","']),
        (".", "1'234.50", ['thousands: "\'"']),
        (".", "1,234", ['decimal: ","', 'thousands: ","']),
        (",", "1.234", ['decimal: "."', 'thousands: "."']),
        (",", "1.5", ['decimal: "."']),
        (".", "1,234,567", ['thousands: ","']),
        (".", "five", []),
    ],
)
def test_a_number_with_the_marks_of_another_country_names_the_options(
    decimal: str, text: str, options: list[str]
) -> None:
    found = NumberReader(decimal, None, "EUR").number(text)
    assert isinstance(found, Fault)
    named = [found.values.get(key) for key in ("options", "first_options", "second_options")]
    assert [name for name in named if name is not None] == options


@pytest.mark.parametrize(
    ("decimal", "thousands", "text"),
    [
        (".", None, "1,234"),
        (",", None, "1.234"),
        (",", None, "1.234,50"),
        (".", ",", "12,34"),
        (".", None, "1 23"),
        (".", None, "12 pieces"),
        (".", None, "12 EURO 5"),
        (".", None, "EUR 12 EUR"),
        (".", None, "5% EUR"),
        (".", None, "-5-"),
        (".", None, "(5"),
        (".", None, "-(5)"),
        (".", None, "1e100"),
        (".", None, "--1"),
        (".", None, "."),
        (".", None, "inf"),
        (".", None, "²"),
    ],
)
def test_what_could_be_two_numbers_is_none(decimal: str, thousands: str | None, text: str) -> None:
    assert isinstance(NumberReader(decimal, thousands).number(text), Fault)


@pytest.mark.parametrize("text", ["yes", "Y", "TRUE", "1", "Да", "Д", "بله", "آری"])
def test_yes_is_understood_in_all_languages(text: str) -> None:
    assert read_yes_no(text) is True


@pytest.mark.parametrize("text", ["No", "n", "false", "0", "нет", "НЕ", "н", "خیر"])
def test_no_is_understood_in_all_languages(text: str) -> None:
    assert read_yes_no(text) is False


def test_a_text_that_means_unknown_is_unknown() -> None:
    cast = CellReader(Options(unknown=("NULL",)), SOFIA).field(Field("paid", YesNoType(), optional=True))
    assert [cast(text) for text in ("NULL", " ", None, "yes")] == [None, None, None, True]


@pytest.mark.parametrize(
    "content",
    [
        HEAD + ROW,
        "\ufeff" + HEAD + ROW,
        (HEAD + ROW).replace(",", ";"),
        (HEAD + ROW).replace(",", "\t"),
        (HEAD + ROW).replace("\n", "\r\n"),
        (HEAD + ROW).replace("\n", "\r"),
        HEAD + ROW.rstrip("\n"),
        "\n\n" + HEAD + "\n" + ROW + "\n,,\n",
        " Client , Date,Total \n 1 ,2026-03-02, 5\n",
        '"Client","Date","Total"\n"1","2026-03-02","5"\n',
        "Client,Date,Total,\n1,2026-03-02,5,\n",
        HEAD + "1,2026-03-02,5,,\n",
        (HEAD + ROW).encode("utf-16"),
        b"\xfe\xff" + (HEAD + ROW).encode("utf-16-be"),
    ],
)
def test_a_table_is_read_however_it_is_written(content: str | bytes, desk: Any) -> None:
    result = desk.purchases(content)
    (event,) = result.data.events
    assert (event.key, event.time, event.fields) == (
        "1",
        instant("2026-03-02T00:00+02:00"),
        {"amount": Decimal(5)},
    )
    assert result.data.rejected == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("orders.json", '[{"Client": 1, "Date": "2026-03-02", "Total": 5.10}, {"Client": 2, "Other": true}]'),
        ("orders.jsonl", '{"Client": "1", "Date": "2026-03-02", "Total": 5.10}\n\n{"Client": null}\n'),
        ("orders.yml", "- {Client: 1, Date: 2026-03-02, Total: 5.10}\n- {Client: ~}\n"),
        ("orders.txt", "Client Date  Total\n 1  2026-03-02   5.10\n 2\n"),
        ("orders.tsv", "Client\tDate\tTotal\n1\t2026-03-02\t5.10\n\t2026\t\n"),
    ],
)
def test_every_format_gives_the_same_rows(name: str, content: str, desk: Any) -> None:
    options = "delimiter: whitespace" if name.endswith("txt") else ""
    result = desk.purchases(content, options, name)
    (event,) = result.data.events
    assert (event.key, str(event.fields["amount"])) == ("1", "5.10")
    assert len(result.data.rejected) == 1


def test_a_cell_may_run_over_several_lines_and_rows_count_as_in_a_spreadsheet(desk: Any) -> None:
    result = desk.purchases('Client,Date,Total,Note\n1,2026-03-02,5,"a ""b""\n\nc, d"\n2,2026-03-02,6,e\n')
    assert [(event.key, event.origin.row) for event in result.data.events] == [("1", 2), ("2", 3)]


def test_a_table_without_rows_is_fine_and_noted(desk: Any) -> None:
    for name, content in (("orders.csv", HEAD), ("orders.json", "[]"), ("orders.yaml", "[]")):
        result = desk.purchases(content, name=name, more="where: Total > 0")
        assert result.data.rows == {name: 0}
        assert f"`{name}` has no rows for `purchase`" in result.notes
        assert rejected_share(result.data) == 0


@pytest.mark.parametrize("encoding", ["utf-8", "UTF8", "utf-8-sig", "auto"])
def test_a_mark_at_the_beginning_is_no_part_of_the_first_name(encoding: str, desk: Any) -> None:
    content = ("\ufeff" + '"Client","Date","Total"\n' + ROW).encode()
    assert len(desk.purchases(content, f"encoding: {encoding}").data.events) == 1


def test_short_rows_may_be_allowed(desk: Any) -> None:
    content = "Client,Date,Total,Pieces\n1,2026-03-02,5\n"
    assert [code for _, code, _ in desk.purchases(content).reasons] == ["SD040"]
    assert len(desk.purchases(content, "short_rows: unknown").data.events) == 1


def test_the_names_and_order_of_files_make_no_difference(desk: Any) -> None:
    desk.put("a.csv", HEAD + ROW + "2,2026-03-02,6\n")
    desk.put("b.csv", HEAD + "3,2026-03-02,7\n")
    sources = ("[a.csv, b.csv]", "[b.csv, ./a.csv]", "'[ab].csv'", "['*.csv', a.csv]")
    events = [desk.purchases(None, name=source).data.events for source in sources]
    assert events[0] == events[1] == events[2] == events[3]
    assert [event.order for event in events[0]] == [(0, "a.csv", 2), (0, "a.csv", 3), (0, "b.csv", 2)]


def test_a_file_that_several_kinds_are_read_from_is_read_once(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []
    desk.reads_columns_too = False

    def counted(path: Path, *given: Any) -> Any:
        opened.append(path)
        return open_delimited(path, *given)

    monkeypatch.setattr("stepladder_engine.data.files.open_delimited", counted)
    result = desk.load(
        """\
records:
  client: {source: wide.csv, key: Code, fields: {name: Name}}
events:
  purchase: {source: wide.csv, key: Code, time: Bought, fields: {amount: Total}, where: Bought is known}
  visit: {source: wide.csv, key: Code, time: Seen}
""",
        {"wide.csv": "Code,Name,Bought,Total,Seen\n1,Anna,2026-03-02,5,2026-03-01\n2,Boris,,,2026-03-04\n"},
    )
    assert len(opened) == 1
    assert sorted((event.kind, event.key) for event in result.data.events) == [
        ("purchase", "1"),
        ("visit", "1"),
        ("visit", "2"),
    ]
    assert result.data.rows == {"wide.csv": 6}
    assert result.data.skipped == {"wide.csv": 1}


def test_the_same_id_counts_once(desk: Any) -> None:
    rows = "".join(f"1,2026-03-02,{rest}\n" for rest in ("5,A", "5,A", "6,A", "5,", "5,"))
    result = desk.purchases("Client,Date,Total,No\n" + rows, more="id: No")
    assert [event.origin.row for event in result.data.events] == [2, 5, 6]
    assert [event.origin.row for event in result.data.duplicates] == [3, 4]
    assert any(
        "`purchase`: events with the id of an earlier one that differ from it: 1;" in note
        for note in result.notes
    )


def test_an_id_may_be_made_of_several_columns(desk: Any) -> None:
    rows = "".join(
        f"1,2026-03-02,5,{rest}\n" for rest in ("A,1", "A,2", "A,1", "1,23", "12,3", "A,", "A,", ",", ",")
    )
    result = desk.purchases("Client,Date,Total,No,Line\n" + rows, more="id: [No, Line]")
    assert [event.origin.row for event in result.data.events] == [2, 3, 5, 6, 7, 9, 10]
    assert [event.origin.row for event in result.data.duplicates] == [4, 8]
    assert result.data.events[0].identity == '["A", "1"]'
    missing = desk.purchases("Client,Date,Total,No\n" + rows, more="id: [No, Line]")
    assert [found.code for found in missing.diagnostics] == ["SD025"]


def test_a_sequence_orders_events_of_one_time(desk: Any) -> None:
    result = desk.purchases(
        "Client,Date,Total,Step\n1,2026-03-02,5,2\n1,2026-03-02,6,\n1,2026-03-02,5,x\n", more="sequence: Step"
    )
    assert [event.order for event in result.data.events] == [(2, "orders.csv", 2), (0, "orders.csv", 3)]
    assert [code for _, code, _ in result.reasons] == ["SD045"]


def test_formulas_use_the_keywords_of_the_spec(desk: Any) -> None:
    desk.spec = replace(desk.spec, language="ru")
    more = "\n    where: не Total среди (2, 3)"
    result = desk.purchases(HEAD + "1,2026-03-02,5\n1,2026-03-02,3\n", more=more)
    assert [event.fields for event in result.data.events] == [{"amount": Decimal(5)}]


def test_formulas_compute_fields_and_choose_rows(desk: Any) -> None:
    result = desk.load(
        """\
events:
  purchase:
    source: orders.csv
    key: Client
    time: Date
    fields:
      amount: = Quantity * `Unit price`
      paid: = Status = "paid"
    where: Quantity > 0
""",
        {
            "orders.csv": "Client,Date,Quantity,Unit price,Status\n"
            "1,2026-03-02,3,0.10,paid\n1,2026-03-02,-3,0.10,paid\n1,2026-03-02,,0.10,\n1,2026-03-02,2,x,open\n"
        },
    )
    assert [event.fields for event in result.data.events] == [{"amount": Decimal("0.30"), "paid": True}]
    assert result.data.skipped == {"orders.csv": 2}
    assert result.reasons == [
        (5, "SD044", "column `= Quantity * `Unit price`` is empty, and `amount` has to be known")
    ]
    assert any(
        re.match("`orders.csv`: rows left out for `purchase` because .*: 1$", note) for note in result.notes
    )


def test_the_time_zone_of_the_mapping_is_the_one_of_its_times(desk: Any) -> None:
    mapping = "timezone: Asia/Tehran\nevents:\n  visit: {source: v.csv, key: C, time: T}\n"
    result = desk.load(mapping, {"v.csv": "C,T\n1,2026-03-02\n"})
    assert result.data.events[0].time == instant("2026-03-02T00:00+03:30")


def test_too_many_rejected_rows_are_told_from_a_few(desk: Any) -> None:
    data = desk.purchases(HEAD + ROW * 19 + "x,x,x\n").data
    assert (rejected_share(data), too_many_rejected(data, Decimal("0.05"))) == (Decimal("0.05"), False)
    assert too_many_rejected(data, Decimal("0.04"))


def test_a_hundred_thousand_events_load_in_seconds(desk: Any) -> None:
    rows = "".join(
        f"c{i % 9000},2026-{i % 12 + 1:02d}-{i % 28 + 1:02d} 10:{i % 60:02d},{i % 999}.50\n"
        for i in range(100_000)
    )
    desk.reads_columns_too = False
    start = time.perf_counter()
    assert len(desk.purchases(HEAD + rows).data.events) == 100_000
    # About a second on an idle machine; the bound only catches a change of order.
    assert time.perf_counter() - start < 10
