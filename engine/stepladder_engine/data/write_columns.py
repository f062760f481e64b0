"""Writes tables that are kept as columns: the same lines and the same values as from rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from stepladder_engine.calendars.offsets import DAY, SECOND
from stepladder_engine.data.cell_texts import RowTexts
from stepladder_engine.data.cells import (
    UNKNOWN,
    Cells,
    Chosen,
    ColumnRows,
    Flags,
    InPieces,
    Joined,
    Times,
    Wholes,
)
from stepladder_engine.data.compiled_loops import can_compile
from stepladder_engine.data.tables import Column, Table
from stepladder_engine.data.typed_values import fitted, microseconds, text_value
from stepladder_engine.data.watching import gone_by
from stepladder_engine.data.workers import ahead, pool
from stepladder_engine.data.write_plain import cell_text, csv_lines

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]

_QUOTED = ',"\r\n'
"""What is put in quotes in CSV."""
_LINES_AT_ONCE = 1 << 15
_ROWS_AT_ONCE = 1 << 17
_MANY = 4096
_MOST_BYTES = 2**31
"""Larger texts together do not fit into one array."""
_SEPARATOR, _END = 44, 10
_LONG_AGO, _FAR_AHEAD = -70 * 366 * DAY, 230 * 365 * DAY


def _slices(piece: ColumnRows, step: int) -> Iterator[tuple[slice, int]]:
    """Give the rows a part at a time, and let whoever watches see them go by."""
    for first in range(0, len(piece), step):
        count = min(step, len(piece) - first)
        yield slice(first, first + count), count
        gone_by(count)


def write_csv_columns(path: Path, table: Table) -> None:
    """Write a table as CSV, byte for byte as from its rows."""
    lines = (part for piece in _pieces(table) if len(piece) for part in _csv_of(piece))
    with path.open("wb") as stream, pool(1) as threads:
        stream.write(csv_lines([table.columns]).encode())
        stream.writelines(ahead(lines, threads))


def _csv_of(piece: ColumnRows) -> Iterator[Any]:
    """Give the lines of some rows, many at a time."""
    columns = piece.columns
    if not can_compile():
        for rows, _ in _slices(piece, _LINES_AT_ONCE):
            yield csv_lines(map(cell_text, row) for row in piece[rows]).encode()
        return
    texts = RowTexts(columns, _as_in_csv, [*[_SEPARATOR] * (len(columns) - 1), _END])
    for rows, count in _slices(piece, _LINES_AT_ONCE):
        yield texts.bytes_of(rows, count)[0].data


def _pieces(table: Table) -> Iterator[ColumnRows]:
    rows = table.rows
    if not isinstance(rows, InPieces):
        message = "a table that is not kept as columns"
        raise TypeError(message)
    return rows.pieces()


def _as_in_csv(texts: Sequence[str]) -> list[str]:
    """Put texts in quotes where CSV needs them."""
    together = "".join(texts)
    if not any(mark in together for mark in _QUOTED):
        return list(texts)
    # The second cell keeps an empty one from being written as quotes.
    return [csv_lines([(text, "")])[:-2] if any(mark in text for mark in _QUOTED) else text for text in texts]


def batches(table: Table, kinds: Any) -> Iterator[Any]:
    """Give the rows as record batches of Arrow."""
    from pyarrow import RecordBatch

    for piece in _pieces(table):
        makers = [
            _maker(cells, table, column, field.type)
            for cells, column, field in zip(piece.columns, table.typed, kinds, strict=True)
        ]
        for rows, count in _slices(piece, _ROWS_AT_ONCE):
            yield RecordBatch.from_arrays([make(rows, count) for make in makers], schema=kinds)


def groups(table: Table, kinds: Any) -> Iterator[Any]:
    """Give the rows as tables of Arrow, each large enough for a group of rows in a file."""
    from pyarrow import Table as ArrowTable

    waiting: list[Any] = []
    count = 0
    for batch in batches(table, kinds):
        if waiting and count + batch.num_rows > _ROWS_AT_ONCE:
            yield ArrowTable.from_batches(waiting, kinds).unify_dictionaries()
            waiting, count = [], 0
        waiting.append(batch)
        count += batch.num_rows
    if waiting:
        yield ArrowTable.from_batches(waiting, kinds).unify_dictionaries()


Maker = Callable[[slice, int], Any]


def _maker(cells: Cells, table: Table, column: Column, kind: Any) -> Maker:
    """Give what makes an array of Arrow of some rows."""
    match cells:
        case Chosen():
            return _of_chosen(cells, table, column, kind)
        case Times():
            return lambda rows, _: _instants(cells, cells.instants[rows], kind)
        case Wholes():
            return lambda rows, _: _numbers(cells.numbers[rows], cells.numbers[rows] != UNKNOWN, kind)
        case Flags():
            return lambda rows, count: _flags(cells.flags[rows], count, kind)
        case Joined():
            return _of_joined(cells, kind)


def _of_chosen(cells: Chosen, table: Table, column: Column, kind: Any) -> Maker:
    """Make arrays of values of which each is made once."""
    import pyarrow

    dictionary = pyarrow.types.is_dictionary(kind)
    if can_compile() and pyarrow.types.is_string(kind) and len(cells) and int(cells.codes.min()) >= 0:
        return _of_joined(Joined((cells,)), kind)
    values, same = _each_once(cells.values) if dictionary else (cells.values, None)
    different: Any
    if column.kind in {"text", "code"}:
        different = _strings(values)
    elif column.kind == "time":
        counts = [microseconds(value) for value in values]
        different = pyarrow.array(counts, pyarrow.int64()).cast(kind)
    elif column.kind == "number":
        different = pyarrow.array([fitted(value, table, column) for value in values], kind)
    else:
        different = pyarrow.array(list(values), kind)

    def make(rows: slice, _: int) -> Any:
        codes = cells.codes[rows] if same is None else same[cells.codes[rows]]
        if dictionary:
            return _only_used(codes, different)
        return different.take(_places(codes))

    return make


def _each_once(values: Sequence[Any]) -> tuple[Sequence[Any], Any]:
    """Give few values without repeated ones, with the new places of all; the last one is where -1 leads.

    A dictionary in which a text stands twice would be written row by row.
    """
    if len(values) >= _MANY:
        return values, None
    places: dict[str | None, int] = {}
    same = [places.setdefault(text_value(value), len(places)) for value in values]
    if len(places) == len(values):
        return values, None
    return list(places), np.array([*same, -1], np.int32)


def _only_used(codes: Any, different: Any) -> Any:
    """Give a dictionary of the texts that come in some rows."""
    import pyarrow

    if len(different) <= len(codes):
        return pyarrow.DictionaryArray.from_arrays(_places(codes), different, safe=False)
    used, places = np.unique(codes, return_inverse=True)
    known = int((used >= 0).sum())
    places = places - (len(used) - known)
    texts = different.take(_places(used[len(used) - known :]))
    return pyarrow.DictionaryArray.from_arrays(_places(places), texts, safe=False)


def _strings(values: Sequence[Any]) -> Any:
    """Give texts as an array of Arrow."""
    import pyarrow

    kept = getattr(values, "in_utf_8", None)
    if kept is not None:
        arena, offsets = kept()
        if offsets[-1] < _MOST_BYTES:
            array = pyarrow.StringArray.from_buffers(
                len(values), pyarrow.py_buffer(offsets.astype(np.int32)), pyarrow.py_buffer(arena)
            )
            try:
                array.validate(full=True)
            except pyarrow.ArrowInvalid:
                # Half characters, which no file of texts can hold.
                pass
            else:
                return array
    texts = [text_value(value) for value in values]
    encoded = [b"" if text is None else text.encode() for text in texts]
    offsets = np.zeros(len(texts) + 1, np.int64)
    np.cumsum([len(text) for text in encoded], out=offsets[1:])
    if offsets[-1] >= _MOST_BYTES:
        return pyarrow.array(texts, pyarrow.string())
    known = np.array([text is not None for text in texts], np.bool_)
    data = pyarrow.py_buffer(b"".join(encoded))
    buffers = [_marks(known), pyarrow.py_buffer(offsets.astype(np.int32)), data]
    return pyarrow.Array.from_buffers(pyarrow.string(), len(texts), buffers)


def _marks(known: Any) -> Any:
    """Give what tells Arrow which values there are; None where there is every one."""
    import pyarrow

    return None if known.all() else pyarrow.py_buffer(np.packbits(known, bitorder="little"))


def _instants(cells: Times, instants: Whole, kind: Any) -> Any:
    """Give moments as the table writes them: the last one of a minute stands for its end."""
    known = instants != UNKNOWN
    found = instants.copy()
    # In our times a whole second is written as it is.
    usual = (instants // SECOND * SECOND == instants) & (instants > _LONG_AGO) & (instants < _FAR_AHEAD)
    odd = np.flatnonzero(known & ~usual)
    if len(odd):
        different, places = np.unique(instants[odd], return_inverse=True)
        told = np.array([microseconds(text) for text in cells.moments.texts(different)], np.int64)
        found[odd] = told[places]
    return _numbers(found, known, kind)


def _places(codes: Any) -> Any:
    """Give codes as an array of Arrow; -1 is nothing."""
    import pyarrow

    return _numbers(codes.astype(np.int32, copy=False), codes >= 0, pyarrow.int32())


def _flags(flags: Any, count: int, kind: Any) -> Any:
    """Give yes and no as an array of Arrow."""
    import pyarrow

    bits = np.packbits(flags, bitorder="little")
    return pyarrow.Array.from_buffers(kind, count, [None, pyarrow.py_buffer(bits)])


def _numbers(numbers: Any, known: Any, kind: Any) -> Any:
    """Give whole numbers as an array of Arrow of a kind that is as wide, without a copy of them."""
    import pyarrow

    buffers = [_marks(known), pyarrow.py_buffer(np.ascontiguousarray(numbers))]
    return pyarrow.Array.from_buffers(kind, len(numbers), buffers)


def _of_joined(cells: Joined, kind: Any) -> Maker:
    """Make arrays of texts that are put together row by row."""
    import pyarrow

    if not can_compile():
        return lambda rows, _: pyarrow.array([text_value(text) for text in cells.take(rows).cells()], kind)
    texts = RowTexts([cells], list, [-1])

    def make(rows: slice, count: int) -> Any:
        data, begins = texts.bytes_of(rows, count)
        buffers = pyarrow.py_buffer(begins.astype(np.int32)), pyarrow.py_buffer(data)
        return pyarrow.StringArray.from_buffers(count, *buffers)

    return make
