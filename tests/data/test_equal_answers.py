"""The same tables as CSV, as workbooks and as Parquet give the same run."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow
import pytest
import xlsxwriter
from click.testing import CliRunner
from pyarrow import parquet

from stepladder_engine.cli.main import cli

TABLES = {"clients": ",", "visits": ",", "receipts": ";"}
"""The tables of the phone shop, and what stands between their cells."""

_NUMBER = re.compile(r"-?[0-9]+,[0-9]{2}")


def value_of(text: str) -> Any:
    """A cell as a person types it into a spreadsheet: times are times, and amounts are numbers."""
    if _NUMBER.fullmatch(text):
        return Decimal(text.replace(",", "."))
    for form in ("%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M"):
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 (a cell knows no zone)
        except ValueError:
            continue
    return text


def as_workbook(rows: list[list[str]], path: Path) -> None:
    with xlsxwriter.Workbook(path, {"default_date_format": "dd.mm.yyyy hh:mm"}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for column, text in enumerate(row):
                sheet.write(number, column, value_of(text))


def as_parquet(rows: list[list[str]], path: Path) -> None:
    columns = {
        name: typed([row[index] if index < len(row) else "" for row in rows[1:]])
        for index, name in enumerate(rows[0])
    }
    parquet.write_table(pyarrow.table(columns), path, row_group_size=50)


def typed(texts: list[str]) -> pyarrow.Array:
    """A column with the type that all its values have; one with a slip in it stays texts."""
    values = [value_of(text) if text else None for text in texts]
    kinds = {type(value) for value in values if value is not None}
    return pyarrow.array(values if len(kinds) == 1 else texts)


WRITERS: dict[str, Callable[[list[list[str]], Path], None]] = {"xlsx": as_workbook, "parquet": as_parquet}


def result_of(folder: Path, out: Path) -> dict[str, bytes]:
    arguments = ["run", str(folder / "phone_sale.ladder"), "--out", str(out), "--quiet"]
    outcome = CliRunner().invoke(cli, arguments)
    assert outcome.exit_code == 0, outcome.output
    return {path.name: path.read_bytes() for path in sorted(out.iterdir())}


@pytest.mark.parametrize("form", WRITERS)
def test_the_same_tables_give_the_same_run(form: str, root: Path, tmp_path: Path) -> None:
    shop, other = root / "specs" / "phone_sale", tmp_path / "shop"
    shutil.copytree(shop, other)
    mapping = (other / "mapping.yaml").read_text(encoding="utf-8")
    for name, delimiter in TABLES.items():
        table = other / "data" / f"{name}.csv"
        with table.open(encoding="utf-8-sig", newline="") as stream:
            rows = [row for row in csv.reader(stream, delimiter=delimiter) if row]
        WRITERS[form](rows, table.with_suffix(f".{form}"))
        table.unlink()
        mapping = mapping.replace(f"data/{name}.csv", f"data/{name}.{form}")
    (other / "mapping.yaml").write_text(mapping, encoding="utf-8")
    wanted = result_of(shop, tmp_path / "wanted")
    given = result_of(other, tmp_path / "given")
    assert given.keys() == wanted.keys()
    for name in wanted.keys() - {"summary.json", "rejected.csv"}:
        assert given[name].replace(f".{form}".encode(), b".csv") == wanted[name], name
    assert rejected(given["rejected.csv"], form) == rejected(wanted["rejected.csv"], "csv")


def rejected(content: bytes, form: str) -> list[tuple[str, str, str, str]]:
    """The rows put aside: file, kind, key and code; how the cells were written is the file's own."""
    rows = csv.DictReader(content.decode().splitlines())
    return [(row["file"].replace(f".{form}", ".csv"), row["kind"], row["key"], row["code"]) for row in rows]
