"""Writes tables as plain text: CSV, JSON and NDJSON."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from itertools import chain, islice
from pathlib import Path
from typing import Any

from stepladder_engine.data.tables import Table

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet program may take for the beginning of a formula."""
_AT_ONCE = 5_000
"""Rows; a table is not held a second time as text."""
_PLAIN_TYPES = {str, int, type(None)}
_BYTE_ORDER_MARK = "\ufeff"


def write_csv(path: Path, table: Table, *, for_spreadsheets: bool = False) -> None:
    """Write a table as CSV: UTF-8, line feeds, a header, nothing for unknown.

    For spreadsheet programs the file begins with the mark by which they know
    UTF-8, and texts that they would take for formulas have an apostrophe before them.
    """
    with path.open("w", encoding="utf-8", newline="") as stream:
        if for_spreadsheets:
            stream.write(_BYTE_ORDER_MARK)
        stream.write(csv_lines([table.columns]))
        left = iter(table.rows)
        while rows := list(islice(left, _AT_ONCE)):
            if for_spreadsheets:
                stream.write(csv_lines(_harmless(row) for row in rows))
            else:
                stream.write(_plain_lines(rows) or csv_lines(map(_texts, rows)))


def _plain_lines(rows: Sequence[Sequence[object]]) -> str | None:
    """Give rows as lines where the CSV module writes all cells as we do: texts, whole numbers, nothing.

    Most tables are such. None where there is more to do, as also for text of broken characters.
    """
    if not set(map(type, chain.from_iterable(rows))) <= _PLAIN_TYPES:
        return None
    lines = csv_lines(rows)
    try:
        lines.encode()
    except UnicodeEncodeError:
        return None
    return lines


def csv_lines(rows: Iterable[Iterable[object]]) -> str:
    """Give rows as lines, cells in quotes where CSV needs them."""
    lines = StringIO(newline="")
    csv.writer(lines, lineterminator="\n").writerows(rows)
    return lines.getvalue()


def _texts(row: Iterable[object]) -> list[str]:
    return [cell_text(value) for value in row]


def _harmless(row: Sequence[object]) -> list[str]:
    """Give the cells of a row so that a spreadsheet program takes none for a formula."""
    return [
        f"'{cell}" if isinstance(value, str) and cell.startswith(FORMULA_STARTS) else cell
        for cell, value in zip(_texts(row), row, strict=True)
    ]


def write_json(path: Path, table: Table) -> None:
    """Write a table as JSON: an array with an object for each row, one a line.

    Money and other decimals are texts: many programs read a JSON number as
    binary floating point, which is no longer exact.
    """
    with path.open("w", encoding="utf-8", newline="") as stream:
        stream.write("[")
        for index, line in enumerate(_objects(table)):
            stream.write((",\n" if index else "\n") + line)
        stream.write("\n]\n")


def write_ndjson(path: Path, table: Table) -> None:
    """Write a table as NDJSON: the objects of JSON, one a line and nothing around them."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        stream.writelines(f"{line}\n" for line in _objects(table))


def plain_text(table: Table, *, as_json: bool) -> str:
    """Give a table as the text that its file of CSV or JSON would hold."""
    if not as_json:
        return csv_lines([table.columns]) + csv_lines(map(_texts, table.rows))
    objects = ",".join(f"\n{line}" for line in _objects(table))
    return f"[{objects}\n]\n"


def _objects(table: Table) -> Iterator[str]:
    for row in table.rows:
        named = {name: json_value(value) for name, value in zip(table.columns, row, strict=True)}
        yield json.dumps(named, ensure_ascii=False)


def cell_text(value: Any) -> str:
    """Give a value as a cell of a CSV file.

    >>> cell_text(Decimal("1E+3")), cell_text(None), cell_text(True)
    ('1000', '', 'true')
    """
    match value:
        case None:
            return ""
        case str():
            return sound(value)
        case bool():
            return "true" if value else "false"
        case Decimal():
            return format(value, "f")
        case int():
            return str(value)
        case datetime() | date():
            return value.isoformat()
        case Mapping() | list() | tuple():
            return json.dumps(json_value(value), ensure_ascii=False)
    raise TypeError(f"{type(value).__name__} is no value of a result table")


def json_value(value: Any) -> Any:
    """Give a value as JSON has it."""
    match value:
        case None | int():
            return value
        case str():
            return sound(value)
        case Mapping():
            return {str(name): json_value(item) for name, item in value.items()}
        case list() | tuple():
            return [json_value(item) for item in value]
        case float():
            # Only the summary's seconds are such; results never are.
            return value
    return cell_text(value)


def sound(text: str) -> str:
    r"""Give a text of whole characters: half of a pair, as a JSON file may hold it, is no character.

    >>> sound("cut off \ud83d") == "cut off \N{REPLACEMENT CHARACTER}"
    True
    """
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
