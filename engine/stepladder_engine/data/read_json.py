"""Reads JSON: an array of objects, or an object on each line.

Numbers keep the digits of the file: they never pass through binary floating point.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from stepladder_dsl.source import Span
from stepladder_engine.data.decode import Encoding
from stepladder_engine.data.lines import Lines
from stepladder_engine.data.opening import open_text
from stepladder_engine.data.problems import Fault, finding, in_file, shown
from stepladder_engine.data.rows import RAW_LIMIT, Opened, SourceRow, SourceTable, object_row


class _Repeating(dict[str, Any]):
    """An object that has one name twice, so that nobody can tell which value is meant."""


def open_json(path: Path, name: str, encoding: Encoding) -> Opened:
    """Read an array of objects."""
    with open_text(path, encoding.codec) as stream:
        text = stream.read()
    if not text.strip():
        return None, [finding("SD021", in_file(name), "", file=name)]
    try:
        value = _parse(text)
    except json.JSONDecodeError as error:
        span = Span(name, error.lineno, error.colno, error.colno + 1)
        return None, [finding("SD027", span, "json", file=name, problem=error.msg)]
    except RecursionError:
        return None, [finding("SD027", in_file(name), "deep", file=name)]
    if not isinstance(value, list):
        return None, [finding("SD027", in_file(name), "array", file=name)]
    return table_of(name, (_row(number, item) for number, item in enumerate(value, start=1))), []


def open_json_lines(path: Path, name: str, encoding: Encoding) -> Opened:
    """Read a file with an object on each line; a line that is none costs one row."""
    rows: list[SourceRow] = []
    with open_text(path, encoding.codec, encoding.errors) as stream:
        lines = Lines(stream, encoding.damaged_in)
        number = 0
        while (line := lines.next_line()) is not None:
            number += 1
            if isinstance(line, Fault):
                rows.append(SourceRow(number, {"line": str(line.values["start"])}, line))
            elif line.strip():
                rows.append(_line_row(number, line))
    if not rows:
        return None, [finding("SD021", in_file(name), "", file=name)]
    return table_of(name, rows), []


def table_of(name: str, rows: Iterable[SourceRow]) -> SourceTable:
    """Give the table of rows that name their cells themselves."""
    kept = list(rows)
    columns: dict[str, None] = {}
    for row in kept:
        if row.fault is None:
            columns.update(dict.fromkeys(row.cells))
    return SourceTable(name, tuple(columns) or None, lambda: iter(kept))


def _parse(text: str) -> Any:
    return json.loads(text, parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=_object)


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
