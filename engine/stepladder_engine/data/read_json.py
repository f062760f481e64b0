"""Reads JSON: an array of objects or of arrays, or an object on each line.

Numbers keep the digits of the file: they never pass through binary floating point.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.source import Span
from stepladder_engine.data.decode import Encoding
from stepladder_engine.data.json_arrays import ArrayReader, NoArray
from stepladder_engine.data.json_arrays import Path as Way
from stepladder_engine.data.lines import Lines
from stepladder_engine.data.names import clean_name
from stepladder_engine.data.opening import open_text, size_of
from stepladder_engine.data.problems import Fault, finding, in_file, listed, note, shown
from stepladder_engine.data.rows import RAW_LIMIT, Opened, SourceRow, SourceTable, cell_text, object_row
from stepladder_engine.data.typed_text import NumberText, number_text

_MORE = "Extra data"
"""What the parser says of a second value."""
_EXPONENT = re.compile("[eE]")
_KEPT = 16 << 20
"""The rows of a file of lines that is no larger stay in memory, so that it is read once only."""
_USUAL_EXPONENT = 3
"""In characters, the sign with them."""


class _Repeating(dict[str, Any]):
    """An object that has one name twice, so that nobody can tell which value is meant."""


def open_json(path: Path, name: str, encoding: Encoding) -> Opened:
    """Read an array of objects or of arrays, perhaps within an object.

    Of a large one no row is kept: it is gone through twice, as large files of lines are.
    """
    if size_of(path) > _KEPT:
        table = _passing_array(path, name, encoding)
        if table is not None:
            return table, []
    with open_text(path, encoding.codec) as stream:
        text = stream.read()
    if not text.strip():
        return None, [finding("SD021", in_file(name), "", file=name)]
    try:
        value = _parse(text)
    except json.JSONDecodeError as error:
        return None, [_not_json(name, error)]
    except RecursionError:
        return None, [finding("SD027", in_file(name), "deep", file=name)]
    return _table(name, value)


@dataclass
class _Seen:
    """What going through an array once has shown of it."""

    first: Any
    columns: dict[str, None] = field(default_factory=dict)
    only_lists: bool = True
    only_rows: bool = True

    def add(self, entry: Any) -> None:
        """Take one more entry into account."""
        self.only_lists = self.only_lists and isinstance(entry, list)
        self.only_rows = self.only_rows and isinstance(entry, dict | list)
        if isinstance(entry, dict):
            row = _row(0, entry)
            self.columns.update(dict.fromkeys(row.cells) if row.fault is None else ())


def _passing_array(path: Path, name: str, encoding: Encoding) -> SourceTable | None:
    """Give the table of the one array of a file; None where there is none, or several, or no order."""
    found: dict[Way, _Seen] = {}
    try:
        for way, entry in _entries_of(path, encoding):
            found.setdefault(way, _Seen(entry)).add(entry)
    except NoArray:
        return None
    arrays = [way for way, seen in found.items() if not way or seen.only_rows]
    if len(arrays) != 1:
        return None
    (way,) = arrays
    table = _passing_table(path, name, encoding, way, found[way])
    if table is not None and way:
        table.notes.append(note("list_of", file=name, name=".".join(way)))
    return table


def _passing_table(path: Path, name: str, encoding: Encoding, way: Way, seen: _Seen) -> SourceTable | None:
    """Give the table of an array that is gone through again for its rows."""
    if not seen.only_lists:
        rows = partial(_rows_at, path, encoding, way, _row)
        return SourceTable(name, tuple(seen.columns), rows, typed=True) if seen.columns else None
    columns = _named_columns(seen.first)
    if not any(columns):
        return None

    def below_header() -> Iterator[SourceRow]:
        return islice(
            _rows_at(path, encoding, way, lambda row, cells: _listed_row(row, columns, cells)), 1, None
        )

    return SourceTable(name, tuple(columns), below_header, _twice(columns), typed=True)


def _rows_at(
    path: Path, encoding: Encoding, way: Way, row_of: Callable[[int, Any], SourceRow]
) -> Iterator[SourceRow]:
    entries = (entry for found, entry in _entries_of(path, encoding) if found == way)
    return (row_of(number, entry) for number, entry in enumerate(entries, start=1))


def _entries_of(path: Path, encoding: Encoding) -> Iterator[tuple[Way, Any]]:
    with open_text(path, encoding.codec) as stream:
        yield from ArrayReader(stream, _DECODER).entries()


def _not_json(name: str, error: json.JSONDecodeError) -> Diagnostic:
    """Say where a text stops being JSON, and by which of the usual slips."""
    text, place = error.doc, error.pos
    before, behind = text[:place].rstrip(), text[place:].lstrip()
    # Some parsers show what stands behind the comma that is too much, some the comma.
    if before.endswith(",") and behind.startswith(("]", "}")):
        return finding("SD027", _span(name, text, len(before) - 1), "comma", file=name)
    if behind.startswith(",") and behind[1:].lstrip().startswith(("]", "}")):
        return finding("SD027", _span(name, text, len(text) - len(behind)), "comma", file=name)
    span = _span(name, text, place)
    if error.msg == _MORE:
        return finding("SD027", span, "lines", file=name, line=error.lineno)
    variant = "quotes" if behind.startswith("'") else "json"
    return finding("SD027", span, variant, file=name, problem=error.msg)


def _span(name: str, text: str, place: int) -> Span:
    line = text.count("\n", 0, place) + 1
    column = place - text.rfind("\n", 0, place)
    return Span(name, line, column, column + 1)


def _table(name: str, value: Any) -> Opened:
    """Give the table of a whole JSON text: a list of objects, or of lists with the names in the first."""
    if isinstance(value, dict):
        lists = list(_lists(value, ""))
        if len(lists) == 1:
            path, inner = lists[0]
            table, problems = _table(name, inner)
            if table is not None:
                table.notes.append(note("list_of", file=name, name=path))
            return table, problems
        if lists:
            names = listed(path for path, _ in lists)
            return None, [finding("SD027", in_file(name), "several", file=name, names=names)]
    if not isinstance(value, list):
        return None, [finding("SD027", in_file(name), "array", file=name)]
    if value and all(isinstance(item, list) for item in value):
        return _table_of_lists(name, value)
    return table_of(name, (_row(number, item) for number, item in enumerate(value, start=1))), []


def _lists(value: dict[str, Any], path: str) -> Iterator[tuple[str, list[Any]]]:
    """Give the lists of objects in an object, as services wrap them: `{"result": {"orders": […]}}`."""
    for name, inner in value.items():
        if isinstance(inner, dict):
            yield from _lists(inner, f"{path}{name}.")
        elif isinstance(inner, list) and inner and all(isinstance(item, dict | list) for item in inner):
            yield f"{path}{name}", inner


def _table_of_lists(name: str, value: list[list[Any]]) -> Opened:
    """Give the table whose first list names the columns; those below may end behind their last value."""
    columns = _named_columns(value[0])
    if not any(columns):
        return None, [finding("SD021", in_file(name), "header", file=name)]
    table = table_of(name, [_listed_row(number, columns, cells) for number, cells in enumerate(value, 1)][1:])
    table.columns = tuple(columns)
    table.twice = _twice(columns)
    return table, []


def _named_columns(header: list[Any]) -> list[str]:
    return [clean_name(cell_text(cell) or "") for cell in header]


def _twice(columns: list[str]) -> frozenset[str]:
    return frozenset(column for column, count in Counter(columns).items() if column and count > 1)


def _listed_row(number: int, columns: list[str], cells: list[Any]) -> SourceRow:
    row = object_row(number, dict(zip(columns, cells, strict=False)))
    if any(cell is not None for cell in cells[len(columns) :]):
        return row._replace(fault=Fault("SD040", "many", {"count": len(cells), "width": len(columns)}))
    return row


def open_json_lines(path: Path, name: str, encoding: Encoding) -> Opened:
    """Read a file with an object on each line; a line that is none costs one row.

    Of a large file no row is kept: it is gone through for the names of its columns, and then for its rows.
    """
    if size_of(path) > _KEPT:
        return _passing(path, name, encoding)
    rows = list(_lines_of(path, encoding))
    if not rows:
        return None, [finding("SD021", in_file(name), "", file=name)]
    return table_of(name, rows), []


def _lines_of(path: Path, encoding: Encoding) -> Iterator[SourceRow]:
    """Go through the lines that are not blank."""
    with open_text(path, encoding.codec, encoding.errors) as stream:
        lines = Lines(stream, encoding.damaged_in)
        number = 0
        while (line := lines.next_line()) is not None:
            number += 1
            if isinstance(line, Fault):
                yield SourceRow(number, {"line": str(line.values["start"])}, line)
            elif line.strip():
                yield _line_row(number, line)


def _passing(path: Path, name: str, encoding: Encoding) -> Opened:
    """Give the table of a large file, of which only the names of the columns are known beforehand."""
    columns: dict[str, None] = {}
    count = 0
    for row in _lines_of(path, encoding):
        count += 1
        if row.fault is None:
            columns.update(dict.fromkeys(row.cells))
    if not count:
        return None, [finding("SD021", in_file(name), "", file=name)]
    return SourceTable(name, tuple(columns) or None, lambda: _lines_of(path, encoding), typed=True), []


def table_of(name: str, rows: Iterable[SourceRow]) -> SourceTable:
    """Give the table of rows that name their cells themselves."""
    kept = list(rows)
    columns: dict[str, None] = {}
    for row in kept:
        if row.fault is None:
            columns.update(dict.fromkeys(row.cells))
    return SourceTable(name, tuple(columns) or None, lambda: iter(kept), typed=True)


def _parse(text: str) -> Any:
    return _DECODER.decode(text)


def _number(text: str) -> str:
    """Give a number with the digits of the file; with an exponent of a usual size, as those it stands for."""
    if text.isdigit() or not _EXPONENT.search(text):
        return NumberText(text)
    exponent = _EXPONENT.split(text)[1]
    return number_text(Decimal(text)) if len(exponent) <= _USUAL_EXPONENT else text


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    return value if len(value) == len(pairs) else _Repeating(value)


def _row(number: int, value: Any) -> SourceRow:
    row = object_row(number, value)
    return row._replace(fault=Fault("SD043", "twice")) if isinstance(value, _Repeating) else row


def _line_row(number: int, line: str) -> SourceRow:
    raw = {"line": shown(line, RAW_LIMIT)}
    try:
        return _row(number, _parse(line))
    except json.JSONDecodeError as error:
        return SourceRow(number, raw, Fault("SD043", "", {"problem": error.msg, "at": error.colno}))
    except RecursionError:
        return SourceRow(number, raw, Fault("SD043", "deep"))


_DECODER = json.JSONDecoder(
    parse_float=_number, parse_int=NumberText, parse_constant=str, object_pairs_hook=_object
)
