"""Law: whatever a file and a mapping hold, reading by columns says what reading by rows says."""

from __future__ import annotations

import gzip
import io
import tempfile
from collections.abc import Callable, Sequence
from collections.abc import Mapping as Map
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from stepladder_dsl.model.spec import Event, Field, Limit, Record, Spec
from stepladder_dsl.model.types import (
    ChoiceType,
    DatetimeType,
    DateType,
    DurationType,
    ListType,
    MoneyType,
    NumberType,
    ReferenceType,
    TextType,
    YesNoType,
)
from stepladder_engine.data.mapping import parse_mapping
from stepladder_engine.data.mapping_model import Mapping
from stepladder_engine.fast.frames import Frames
from stepladder_engine.fast.read import column_files as column_files_reader
from stepladder_engine.fast.read import cut_lines, order, readers, text_table

Ways = Map[str, Sequence[str]]
Same = Callable[[Spec, Mapping], Frames | None]


def fields(*declared: Field) -> dict[str, Field]:
    return {field.name: field for field in declared}


SPEC = Spec(
    "shop",
    timezone="Europe/Sofia",
    currency="EUR",
    records={
        "client": Record(
            "client",
            fields=fields(
                Field("name", TextType()),
                Field("born", DateType(), optional=True),
                Field("invited_by", ReferenceType("client"), optional=True),
                Field("budget", MoneyType(), optional=True, limits=(Limit(">=", Decimal("0.5")),)),
                Field("tags", ListType(TextType()), optional=True),
            ),
        ),
        "product": Record("product"),
    },
    events={
        "purchase": Event(
            "purchase",
            "client",
            fields=fields(
                Field("amount", MoneyType()),
                Field("method", ChoiceType(("cash", "card")), optional=True),
                Field("paid", YesNoType(), optional=True),
                Field("delivered", DatetimeType(), optional=True),
                Field("warranty", DurationType(), optional=True),
                Field("total", NumberType(), optional=True),
            ),
        ),
        "visit": Event("visit", "client", fields=fields(Field("note", TextType(), optional=True))),
        "sold": Event("sold", "product"),
    },
)

KEYS = ("1", "2", "3", "C-4", "", " 1 ", "Анна", "#N/A", "3.59E+11", "Анна\u200b", "purchase:1/1", "0001")
TIMES = (
    *("2026-03-02", "2026-03-02 10:00", "2026-03-29T03:30:00", "2026-10-25 03:30", "2026-03-02T10:00:00Z"),
    *("2026-03-02T10:00:00.25+03:00", "02.03.2026", "2.3.2026 7:05", "29.02.2026", "2026-02-30", "", "soon"),
    *("1405/01/15", "۱۴۰۵/۰۱/۱۵", "1405-1-31 10:00", "46083", "0001-01-01", "2399-12-31", "2401-01-01 10:00"),
    *("12/31/26", "1/2/26 1:05 pm", "2026-03-02 24:00", "2026-03-02 10:00:60", "2026-3-2"),
)
NUMBERS = (
    *("5", "7", "7.0", "", "five", "-1", "+3", "0", "-0", "1 234.50", "1\u00a0234,5", "1,234", "1,234.50"),
    *("12,5", ".5", "5.", "1e3", "1E-2", "12.50 EUR", "5%", "(7)", "0.1234567", "00012", "1'000", "1 23"),
    *("9999999999", "0.000001", "12345678901234567890", "-", "n/a", "٣٫٥"),
)
WORDS = (
    "cash",
    "card",
    "",
    "gold",
    "Cash",
    "наличные",
    " card ",
    "yes",
    "no",
    "n/a",
    "30 days",
    "P1M",
    "a; b",
)
TEXTS = ("Anna", "", "Борис", "a b", "x,y", 'a "b"', "a\nb", "#REF!", " padded ", "n/a", "\ufeffAnna", "Code")

HEADER = ("Code", "Time", "Nr", "Sum", "Word", "Text", "Other")
ROW = st.tuples(
    st.sampled_from(KEYS),
    st.sampled_from(TIMES),
    st.sampled_from(("", "A", "B", "C", " A")),
    st.sampled_from(NUMBERS),
    st.sampled_from(WORDS),
    st.sampled_from(TEXTS),
    st.sampled_from(KEYS + TIMES),
)
PLAIN_ROW = st.tuples(
    st.sampled_from(("1", "2", "3")),
    st.sampled_from(TIMES[:6]),
    st.sampled_from(("A", "B", "C", "D")),
    st.sampled_from(("5", "7.25", "10")),
    st.sampled_from(("cash", "card", "")),
    st.sampled_from(("Anna", "Boris")),
    st.sampled_from(("1", "2", "")),
)
ROWS = st.lists(st.one_of(PLAIN_ROW, PLAIN_ROW, PLAIN_ROW, ROW), max_size=14)
ODD_LINES = st.sampled_from(
    ("", ",,,", "   ", '"', '"open,1', "a,b", ",".join("x" * 12), ",".join(HEADER), "1\t2", "Total:,,,,,,")
)

WHERES = ("Sum != 7", 'Word = "cash"', "Sum * 2 > 10 and Text is known", 'Time is known or Nr = "A"')
OPTIONS = (
    "",
    "options: {decimal: ',', thousands: '.'}",
    "options: {thousands: ','}",
    "options: {dates: [dd.mm.yyyy, 'dd.mm.yyyy hh:mm', jalali]}",
    "options: {dates: ['mm/dd/yy hh:mm am', mm/dd/yy, serial, 'jalali yyyy-mm-dd hh:mm']}",
    "options: {unknown: [n/a, '5', 2026-03-02]}",
    "options: {short_rows: unknown}",
)
RECORD_FIELDS = {
    "name": ("Text", "Word"),
    "born": ("Time", "Other"),
    "invited_by": ("Other", "Code"),
    "budget": ("Sum", "= Sum * 2"),
    "tags": ("Word", "Text"),
}
PURCHASE_FIELDS = {
    "amount": ("Sum", "= Sum + 1", '= if Word = "cash" then Sum else 3'),
    "method": ("Word", "{column: Word, values: {gold: card, yes: cash, '': card, n/a: null}}"),
    "paid": ("Word", "= Sum > 5"),
    "delivered": ("Time", "Other"),
    "warranty": ("Word",),
    "total": ("= Sum / 3", "Sum", "{column: Sum, values: {five: '5', '': '0'}}"),
}


@st.composite
def chosen_fields(draw: st.DrawFn, ways: Ways, always: tuple[str, ...]) -> str:
    names = [name for name in ways if name in always or draw(st.booleans())]
    parts = {name: draw(st.sampled_from(ways[name])) for name in names}
    told = (f"{name}: {way}" if way.startswith("{") else f"{name}: '{way}'" for name, way in parts.items())
    return "{" + ", ".join(told) + "}"


@st.composite
def mappings(draw: st.DrawFn, ending: str) -> str:
    where = st.sampled_from(("", *(f"    where: '{text}'\n" for text in WHERES)))
    lines = []
    if draw(st.booleans()):
        since = draw(st.sampled_from(("", "    since: Time\n")))
        source = draw(st.sampled_from((f"b{ending}", f"[a{ending}, b{ending}]", f"a{ending}")))
        lines.append(f"records:\n  client:\n    source: {source}\n    key: Code\n{since}{draw(where)}")
        lines.append(f"    fields: {draw(chosen_fields(RECORD_FIELDS, ('name',)))}\n")
    time = draw(st.sampled_from(("Time", "{column: Time, when_empty: skip}")))
    lines.append(f"events:\n  purchase:\n    source: '*{ending}'\n    key: Code\n    time: {time}\n")
    lines.append(draw(st.sampled_from(("", "    id: Nr\n", "    id: [Nr, Word]\n"))) + draw(where))
    lines.append(draw(st.sampled_from(("", "    sequence: Sum\n"))))
    lines.append(f"    fields: {draw(chosen_fields(PURCHASE_FIELDS, ('amount',)))}\n")
    if draw(st.booleans()):
        lines.append(f"  visit:\n    source: a{ending}\n    key: Other\n    time: Time\n{draw(where)}")
        lines.append(draw(st.sampled_from(("", "    fields: {note: Text}\n", "    id: Word\n"))))
    if draw(st.booleans()):
        lines.append(f"  sold: {{source: b{ending}, key: Text, time: Time}}\n")
    return "".join(lines) + draw(st.sampled_from(OPTIONS)) + "\n"


def quoted(cell: str, always: bool) -> str:
    needs = always or any(letter in cell for letter in ',"\n')
    return '"' + cell.replace('"', '""') + '"' if needs else cell


@st.composite
def tables(draw: st.DrawFn) -> str:
    """A table of lines, some of them no good; quotes around all cells or only where they are needed."""
    always = draw(st.booleans())
    lines = [",".join(quoted(cell, always) for cell in row) for row in (HEADER, *draw(ROWS))]
    if draw(st.integers(0, 3)) == 0:
        for _ in range(draw(st.integers(1, 3))):
            lines.insert(draw(st.integers(1, len(lines))), draw(ODD_LINES))
    if draw(st.integers(0, 9)) == 0:
        lines.insert(0, draw(ODD_LINES))
    end = draw(st.sampled_from(("\n", "\r\n", "\n", "\r")))
    return end.join(lines) + draw(st.sampled_from((end, "", end * 2)))


def hold(same: Same, mapping: str, files: dict[str, bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            (Path(folder) / name).write_bytes(content)
        read, problems = parse_mapping(mapping, Path(folder) / "mapping.yaml", SPEC)
        assert read is not None, problems
        frames = same(SPEC, read)
        if frames is not None:
            hold_nothing_is_lost(frames)


def hold_nothing_is_lost(frames: Frames) -> None:
    """Rows in = used + left out + repeated + rejected."""
    used = sum(int(frame.sourced.sum()) for frame in frames.records.values())
    used += sum(len(frame.case) for frame in frames.events.values())
    aside = frames.aside
    left_out, rejected = sum(aside.skipped.values()), len(aside.rejected)
    assert sum(aside.rows.values()) == used + left_out + frames.duplicates + rejected


HALF = settings(max_examples=settings().max_examples // 2)
"""An example writes files, and reads them in two ways."""
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "windows-1251")


@HALF
@given(data=st.data())
def test_any_lines(same_as_reference: Same, loops: ModuleType, data: st.DataObject) -> None:
    encoding = data.draw(st.sampled_from(ENCODINGS))
    files = {name: data.draw(tables()).encode(encoding, "ignore") for name in ("a.csv", "b.csv")}
    with loops.by_one_of_them(data):
        hold(same_as_reference, data.draw(mappings(".csv")), files)


@HALF
@given(data=st.data())
def test_lines_that_end_anywhere_in_a_piece(
    same_as_reference: Same, loops: ModuleType, data: st.DataObject
) -> None:
    size = data.draw(st.integers(1, 60))
    with pytest.MonkeyPatch.context() as patch, loops.by_one_of_them(data):
        patch.setattr(cut_lines, "BYTES_AT_ONCE", size)
        files = {name: gzip.compress(data.draw(tables()).encode()) for name in ("a.csv.gz", "b.csv.gz")}
        hold(same_as_reference, data.draw(mappings(".csv.gz")), files)


@HALF
@given(data=st.data())
def test_without_compiled_loops(same_as_reference: Same, data: st.DataObject) -> None:
    ending = data.draw(st.sampled_from((".csv", ".parquet")))
    make = tables().map(str.encode) if ending == ".csv" else column_files()
    with pytest.MonkeyPatch.context() as patch:
        for module in (cut_lines, order, readers, text_table):
            patch.setattr(module, "can_compile", lambda: False)
        patch.setattr(cut_lines, "BYTES_AT_ONCE", data.draw(st.sampled_from((40, 1 << 20))))
        files = {f"{name}{ending}": data.draw(make) for name in "ab"}
        hold(same_as_reference, data.draw(mappings(ending)), files)


def typed(texts: list[str], draw: st.DrawFn) -> pyarrow.Array:
    """A column of a type that has place for its texts."""
    kinds = [pyarrow.string(), pyarrow.large_string(), pyarrow.dictionary(pyarrow.int32(), pyarrow.string())]
    column = pyarrow.array([None if text == "" and draw(st.booleans()) else text for text in texts], kinds[0])
    return column.cast(draw(st.sampled_from(kinds)))


NUMBERS_OF_COLUMNS: Map[pyarrow.DataType, st.SearchStrategy[Any]] = {
    pyarrow.int64(): st.one_of(st.integers(-5, 10), st.integers(-(2**63), 2**63 - 1)),
    pyarrow.uint64(): st.one_of(st.integers(0, 10), st.integers(0, 2**64 - 1)),
    pyarrow.int8(): st.integers(-128, 127),
    pyarrow.float64(): st.one_of(st.sampled_from((0.1, 5.0, 7.25, -0.0, 1e22, 0.1 + 0.2)), st.floats()),
    pyarrow.float32(): st.floats(width=32),
    pyarrow.decimal128(12, 3): st.decimals(-(10**6), 10**6, places=3),
    pyarrow.decimal128(38, 20): st.decimals(-(10**6), 10**6, places=20),
    pyarrow.bool_(): st.booleans(),
    pyarrow.binary(): st.binary(max_size=3),
}
COUNTS_IN_A_UNIT = {"s": 10**10, "ms": 10**13, "us": 10**16, "ns": 10**18}
MOMENTS_OF_COLUMNS: Map[pyarrow.DataType, st.SearchStrategy[Any]] = {
    **{
        pyarrow.timestamp(unit, zone): st.integers(-count * 9, count * 9)
        for unit, count in COUNTS_IN_A_UNIT.items()
        for zone in (None, "UTC", "Europe/Sofia")
    },
    pyarrow.date32(): st.integers(-200_000, 200_000),
    pyarrow.date64(): st.integers(-200_000, 200_000).map(lambda days: days * 86_400_000),
    pyarrow.time64("us"): st.integers(0, 86_399_999_999),
    pyarrow.duration("s"): st.integers(0, 10**6),
}


@st.composite
def column_files(draw: st.DrawFn) -> bytes:
    """A file of columns, each of any type; rows of few groups."""
    rows = draw(ROWS)
    columns: dict[str, pyarrow.Array] = {}
    for index, name in enumerate(HEADER):
        ways: Map[pyarrow.DataType, st.SearchStrategy[Any]] | None
        ways = {"Sum": NUMBERS_OF_COLUMNS, "Time": MOMENTS_OF_COLUMNS, "Other": MOMENTS_OF_COLUMNS}.get(name)
        if name in {"Code", "Word"} and draw(st.integers(0, 3)) == 0:
            ways = NUMBERS_OF_COLUMNS
        if ways is not None and draw(st.booleans()):
            kind = draw(st.sampled_from(list(ways)))
            values = draw(st.lists(st.none() | ways[kind], min_size=len(rows), max_size=len(rows)))
            columns[name] = pyarrow.array(values, kind)
        else:
            columns[name] = typed([row[index] for row in rows], draw)
    stream = io.BytesIO()
    parquet.write_table(pyarrow.table(columns), stream, row_group_size=draw(st.integers(1, 8)))
    return stream.getvalue()


@HALF
@given(data=st.data())
def test_any_columns(same_as_reference: Same, loops: ModuleType, data: st.DataObject) -> None:
    with pytest.MonkeyPatch.context() as patch, loops.by_one_of_them(data):
        patch.setattr(column_files_reader, "ROWS_AT_ONCE", data.draw(st.integers(1, 20)))
        files = {name: data.draw(column_files()) for name in ("a.parquet", "b.parquet")}
        hold(same_as_reference, data.draw(mappings(".parquet")), files)
