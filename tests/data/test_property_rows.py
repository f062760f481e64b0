"""Laws: no row gets lost, and the reader never breaks."""

from __future__ import annotations

import csv
import io
import tempfile
from decimal import Decimal
from pathlib import Path

import pyarrow
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from stepladder_dsl.model.spec import Event, Field, Record, Spec
from stepladder_dsl.model.types import ChoiceType, MoneyType, TextType
from stepladder_engine.data.dataset import Dataset
from stepladder_engine.data.load import load_dataset
from stepladder_engine.data.mapping import parse_mapping

SPEC = Spec(
    "shop",
    records={"client": Record("client", fields={"name": Field("name", TextType())})},
    events={
        "purchase": Event(
            "purchase",
            "client",
            fields={
                "amount": Field("amount", MoneyType()),
                "method": Field("method", ChoiceType(("cash", "card")), optional=True),
            },
        )
    },
)
MAPPING = """\
records:
  client: {source: clients.csv, key: Code, fields: {name: Name}}
events:
  purchase:
    source: orders.csv
    key: Client
    time: Date
    id: No
    fields: {amount: Total, method: Method}
    where: Total != 7
"""

keys = st.sampled_from(["1", "2", "3", "", " 1 "])
clients = st.lists(st.tuples(keys, st.sampled_from(["Anna", "", "Борис", 'a "b"\nc'])), max_size=8)
orders = st.lists(
    st.tuples(
        keys,
        st.sampled_from(["2026-03-02", "2026-02-30", "", "soon", "2026-03-02 10:00"]),
        st.sampled_from(["", "A", "B"]),
        st.sampled_from(["5", "7", "7.0", "", "five", "-1"]),
        st.sampled_from(["cash", "card", "", "gold", "a,b"]),
    ),
    max_size=12,
)


def load(files: dict[str, bytes], mapping: str = MAPPING) -> Dataset | None:
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            (Path(folder) / name).write_bytes(content)
        read, problems = parse_mapping(mapping, Path(folder) / "mapping.yaml", SPEC)
        assert read is not None, problems
        return load_dataset(SPEC, read)[0]


def table(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()


def places(data: Dataset, file: str) -> list[int]:
    """The rows of a file that became something, each as often as it did."""
    origins = [row.origin for rows in data.records.values() for row in rows.values()]
    origins += [event.origin for event in (*data.events, *data.duplicates)]
    origins += [row.origin for row in data.rejected]
    return sorted(origin.row for origin in origins if origin.file == file)


def sheet(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> bytes:
    """The same as a workbook, in which all cells that look like numbers are such."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_numbers": True}) as book:
        page = book.add_worksheet()
        for number, row in enumerate([header, *rows]):
            page.write_row(number, 0, row)
    return stream.getvalue()


def columns(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> bytes:
    """The same as Parquet; in an empty table no column has a type."""
    stream = io.BytesIO()
    given = {name: pyarrow.array([row[index] for row in rows]) for index, name in enumerate(header)}
    parquet.write_table(pyarrow.table(given), stream, row_group_size=3)
    return stream.getvalue()


MAKERS = {"csv": table, "xlsx": sheet, "parquet": columns}


@pytest.mark.parametrize("form", MAKERS)
@given(clients=clients, orders=orders)
def test_every_row_ends_in_exactly_one_place(
    form: str, clients: list[tuple[str, ...]], orders: list[tuple[str, ...]]
) -> None:
    make = MAKERS[form]
    files = {
        f"clients.{form}": make(("Code", "Name"), clients),
        f"orders.{form}": make(("Client", "Date", "No", "Total", "Method"), orders),
    }
    data = load(files, MAPPING.replace(".csv", f".{form}"))
    assert data is not None
    first = 1 if form == "parquet" else 2
    for file, rows in ((f"clients.{form}", clients), (f"orders.{form}", orders)):
        # A row without any content is a blank line of the table, and no row; columns have no lines.
        full = [
            number
            for number, row in enumerate(rows, start=first)
            if form == "parquet" or any(cell.strip() for cell in row)
        ]
        left_out = [
            number
            for number in full
            if file == f"orders.{form}" and rows[number - first][3] in {"7", "7.0", "", "five"}
        ]
        assert data.rows[file] == len(full)
        assert data.skipped.get(file, 0) == len(left_out)
        assert places(data, file) == [number for number in full if number not in left_out]
    assert all(event.key in data.records["client"] for event in data.events)
    identities = [event.identity for event in data.events if event.identity is not None]
    assert len(identities) == len(set(identities))


ANY_BYTES = (
    *("orders.csv", "orders.txt", "orders.json", "orders.ndjson", "orders.yaml"),
    *("orders.xlsx", "orders.parquet", "orders.csv.gz", "orders.csv.zst"),
)


@given(content=st.binary(max_size=300))
def test_any_bytes_end_in_rows_or_in_a_finding(content: bytes) -> None:
    for name in ANY_BYTES:
        mapping = f"events:\n  purchase: {{source: {name}, key: a, time: b, fields: {{amount: c}}}}\n"
        load({name: content}, mapping)


@given(rows=st.lists(st.text(alphabet='ab,"\n\r; \t1', max_size=30), max_size=8))
def test_any_lines_below_a_header_end_in_exactly_one_place(rows: list[str]) -> None:
    mapping = "events:\n  purchase: {source: o.csv, key: a, time: b, fields: {amount: c}}\n"
    data = load({"o.csv": ("a,b,c\n" + "\n".join(rows)).encode()}, mapping)
    assert data is not None
    assert len(places(data, "o.csv")) == data.rows["o.csv"] == len(set(places(data, "o.csv")))


@given(
    value=st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**12), max_value=10**12)
)
def test_money_comes_in_exactly(value: Decimal) -> None:
    mapping = "events:\n  purchase: {source: o.csv, key: a, time: b, fields: {amount: c}}\n"
    data = load({"o.csv": f"a,b,c\n1,2026-03-02,{value:f}\n".encode()}, mapping)
    assert data is not None
    assert data.events[0].fields["amount"] == value


WHOLE = {
    form: make(("a", "b", "c"), [(str(number), "2026-03-02", "5") for number in range(40)])
    for form, make in MAKERS.items()
    if form != "csv"
}


@pytest.mark.parametrize("form", WHOLE)
@given(data=st.data())
def test_a_damaged_file_gives_all_its_rows_or_a_finding(form: str, data: st.DataObject) -> None:
    content = bytearray(WHOLE[form])
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    if data.draw(st.booleans()):
        del content[data.draw(st.integers(0, len(content))) :]
    mapping = f"events:\n  purchase: {{source: o.{form}, key: a, time: b, fields: {{amount: c}}}}\n"
    read = load({f"o.{form}": bytes(content)}, mapping)
    if read is not None:
        assert len(places(read, f"o.{form}")) == read.rows[f"o.{form}"] == 40
