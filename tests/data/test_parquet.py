"""A Parquet file gives what a table of the same cells gives, each column as its type."""

from __future__ import annotations

import io
import sys
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pyarrow
import pytest
from pyarrow import parquet

DAY = int(datetime(2026, 3, 1, 22, tzinfo=UTC).timestamp()) * 1_000_000
"""The start of 2 March in Sofia."""

HOUR = 3_600_000_000
CLOCK = datetime.fromisoformat("2026-03-02T10:30:15.000250")
INSTANT = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


def file_of(**columns: Any) -> bytes:
    stream = io.BytesIO()
    parquet.write_table(pyarrow.table(columns), stream, row_group_size=2)
    return stream.getvalue()


def purchases(desk: Any, content: bytes, options: str = "", more: str = "") -> Any:
    return desk.purchases(content, options, name="orders.parquet", more=more)


def one(kind: pyarrow.DataType, *values: Any, column: str = "Total") -> bytes:
    """A file of purchases, of which one column has a type and values."""
    given: dict[str, Any] = {
        "Client": [str(number) for number in range(len(values))],
        "Date": [date(2026, 3, 2)] * len(values),
        "Total": [5] * len(values),
    }
    return file_of(**{**given, column: pyarrow.array(values, kind)})


@pytest.mark.parametrize(
    ("kind", "value", "wanted"),
    [
        (pyarrow.int8(), -5, "-5"),
        (pyarrow.uint64(), 2**64 - 1, "18446744073709551615"),
        (pyarrow.float64(), 19.9, "19.9"),
        (pyarrow.float64(), 1e20, "100000000000000000000"),
        (pyarrow.float32(), 19.9, "19.9"),
        (pyarrow.decimal128(12, 2), Decimal("1234.50"), "1234.5"),
        (pyarrow.decimal256(60, 4), Decimal("-0.0001"), "-0.0001"),
        (pyarrow.dictionary(pyarrow.int8(), pyarrow.int64()), 7, "7"),
        (pyarrow.string(), "12,50", "12.5"),
        (pyarrow.large_string(), "12,50", "12.5"),
        (pyarrow.binary(), b"12,50", "12.5"),
        (pyarrow.dictionary(pyarrow.int32(), pyarrow.string()), "12,50", "12.5"),
    ],
)
def test_numbers_keep_their_value_and_only_texts_follow_the_options(
    kind: pyarrow.DataType, value: Any, wanted: str, desk: Any
) -> None:
    result = purchases(desk, one(kind, value), 'decimal: ","')
    assert [event.fields["amount"] for event in result.data.events] == [Decimal(wanted)]


@pytest.mark.parametrize(
    ("kind", "value", "after"),
    [
        (pyarrow.date32(), CLOCK.date(), 0),
        (pyarrow.date64(), CLOCK.date(), 0),
        (pyarrow.timestamp("s"), CLOCK.replace(microsecond=0), 10 * HOUR + 1_815_000_000),
        (pyarrow.timestamp("ms"), CLOCK.replace(microsecond=0), 10 * HOUR + 1_815_000_000),
        (pyarrow.timestamp("us"), CLOCK, 10 * HOUR + 1_815_000_250),
        (pyarrow.timestamp("ns"), CLOCK, 10 * HOUR + 1_815_000_250),
        (pyarrow.timestamp("us", "UTC"), INSTANT, 10 * HOUR + HOUR // 2),
        (pyarrow.timestamp("ns", "Asia/Tehran"), INSTANT, 10 * HOUR + HOUR // 2),
        (pyarrow.string(), "02.03.2026", 0),
    ],
)
def test_times_are_instants_or_clocks_whatever_the_options_say(
    kind: pyarrow.DataType, value: Any, after: int, desk: Any
) -> None:
    result = purchases(desk, one(kind, value, column="Date"), "dates: [dd.mm.yyyy, yyyy-dd-mm]")
    assert [event.time - DAY for event in result.data.events] == [after]


@pytest.mark.parametrize(
    ("kind", "value", "reason"),
    [
        (pyarrow.timestamp("s"), 10**15, "is not a date written as yyyy-mm-dd"),
        (pyarrow.date32(), 2**30, "`1073741824` is not a date written as yyyy-mm-dd"),
        (pyarrow.timestamp("s"), 0, None),
        (pyarrow.timestamp("s"), -3 * 10**10, "the year of"),
        (pyarrow.int64(), 46083, "`46083` is a number and no date"),
        (pyarrow.time32("s"), 37800, "`10:30` is not a date written as yyyy-mm-dd"),
        (pyarrow.time64("ns"), 37_800_000_000_000, "`10:30` is not a date written as yyyy-mm-dd"),
        (pyarrow.duration("s"), 7200, "`PT2H` is not a date written as yyyy-mm-dd"),
        (pyarrow.bool_(), True, "`true` is not a date written as yyyy-mm-dd"),
        (pyarrow.null(), None, "is empty, so nobody knows when it happened"),
        (pyarrow.binary(), b"\xff", "the cell holds bytes that are no text"),
    ],
)
def test_what_is_no_date_is_rejected(
    kind: pyarrow.DataType, value: Any, reason: str | None, desk: Any
) -> None:
    result = purchases(desk, one(kind, value, column="Date"))
    assert len(result.data.events) == (reason is None)
    assert [(row, reason in told) for row, _, told in result.reasons] == (
        [] if reason is None else [(1, True)]
    )


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_is_rejected_unless_it_means_unknown(value: float, desk: Any) -> None:
    content = one(pyarrow.float64(), 5.0, value)
    result = purchases(desk, content)
    assert result.reasons == [(2, "SD045", f"column `Total`: `{value}` is not a number")]
    known = purchases(desk, content, "unknown: [nan, inf]")
    assert known.reasons == [(2, "SD044", "column `Total` is empty, and `amount` has to be known")]


def test_yes_no_and_unknown(desk: Any) -> None:
    content = file_of(
        Client=["1", "2", "3"], Date=[date(2026, 3, 2)] * 3, Total=[1, 2, 3], Paid=[True, False, None]
    )
    mapping = """\
events:
  purchase: {source: orders.parquet, key: Client, time: Date, fields: {amount: Total, paid: Paid}}
"""
    result = desk.load(mapping, {"orders.parquet": content})
    assert [event.fields["paid"] for event in result.data.events] == [True, False, None]
    assert [event.origin.row for event in result.data.events] == [1, 2, 3]


NESTED = {
    "list": pyarrow.array([[1, 2]]),
    "object": pyarrow.array([{"a": 1}]),
    "map": pyarrow.array([[("a", 1)]], pyarrow.map_(pyarrow.string(), pyarrow.int64())),
}


@pytest.mark.parametrize("kind", NESTED)
def test_a_nested_column_is_refused_only_where_it_is_used(kind: str, desk: Any) -> None:
    columns: dict[str, Any] = {"Client": ["1"], "Date": [date(2026, 3, 2)], "Total": [5]}
    assert not purchases(desk, file_of(**columns, Items=NESTED[kind])).data.rejected
    refused = purchases(desk, file_of(**{**columns, "Total": NESTED[kind]}))
    assert refused.places == [("mapping.yaml", 6, 22, "SD027")]
    assert refused.sentences == ["the cells of the column `Total` of `orders.parquet` hold no single values"]
    mapping = """\
events:
  purchase: {source: orders.parquet, key: Client, time: Date, fields: {amount: = Total * 2}}
"""
    computed = desk.load(mapping, {"orders.parquet": file_of(**{**columns, "Total": NESTED[kind]})})
    assert [(row, code) for row, code, _ in computed.reasons] == [(1, "SD043")]


GOOD = one(pyarrow.string(), *("5" for _ in range(300)))
STOPPED = {
    "empty": (b"", "SD021"),
    "a text": (b"Client,Date,Total\n1,2026-03-02,5\n", "SD027"),
    "cut off": (GOOD[: len(GOOD) // 2], "SD027"),
    "cut off at the end": (GOOD[:-3], "SD027"),
    "without its beginning": (GOOD[100:], "SD027"),
    "with a damaged middle": (GOOD[:4] + b"\xff" * 3000 + GOOD[3004:], "SD027"),
    "no text in a text": (
        one(pyarrow.string(), *("zzzz" for _ in range(9))).replace(b"zzzz", b"\xff\xff\xff\xff"),
        "SD027",
    ),
    "a missing column": (file_of(Client=["1"], Date=[date(2026, 3, 2)]), "SD025"),
}


@pytest.mark.parametrize("case", STOPPED)
def test_a_file_that_cannot_be_used_stops_the_run(case: str, desk: Any) -> None:
    content, code = STOPPED[case]
    result = purchases(desk, content)
    assert result.dataset is None
    assert [found.code for found in result.diagnostics] == [code]


def test_a_column_that_stands_twice(desk: Any) -> None:
    stream = io.BytesIO()
    columns = [
        pyarrow.array(["1"]),
        pyarrow.array([date(2026, 3, 2)]),
        pyarrow.array([5]),
        pyarrow.array([6]),
    ]
    parquet.write_table(pyarrow.table(columns, ["Client", "Date", "Total", "Total"]), stream)
    assert [found.code for found in purchases(desk, stream.getvalue()).diagnostics] == ["SD026"]


def test_without_the_package_the_extra_is_named(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    result = purchases(desk, GOOD)
    assert [found.code for found in result.diagnostics] == ["SD029"]
    assert result.diagnostics[0].values["extra"] == "parquet"


def test_many_rows_in_parts(desk: Any) -> None:
    start = date(2026, 1, 1)
    rows = 5000
    content = file_of(
        Client=[str(number % 7) for number in range(rows)],
        Date=[start + timedelta(days=number % 50) for number in range(rows)],
        Total=[None if number % 1000 == 0 else number for number in range(rows)],
    )
    data = purchases(desk, content).data
    assert [row.origin.row for row in data.rejected] == [1, 1001, 2001, 3001, 4001]
    assert len(data.events) == rows - 5
    assert sum(event.fields["amount"] for event in data.events) == sum(range(rows)) - 10000
