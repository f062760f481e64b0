"""Reads Parquet: a part of the rows at a time, each column as the type that the file gives it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from stepladder_engine.data.names import clean_name
from stepladder_engine.data.opening import MissingExtra
from stepladder_engine.data.problems import Fault, finding, in_file, note, shown
from stepladder_engine.data.rows import Opened, SourceRow, SourceTable
from stepladder_engine.data.serial_dates import elapsed_text
from stepladder_engine.data.typed_text import FaultyText, NumberText, TypedText, date_text, number_text

_ROWS_AT_ONCE = 2048
"""Few, since a text that stands once in the file may be in all of the rows."""

_FEW = 4096

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 (also of clocks without a zone)
_IN_A_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
Cells = Sequence[str | None]


def open_parquet(path: Path, name: str, *, whole: bool = True) -> Opened:
    """Look at the columns of the file, make sure (if asked for) that it is whole, and give its table."""
    try:
        from pyarrow import parquet
    except ImportError as error:
        raise MissingExtra("parquet") from error
    with path.open("rb") as stream:
        if not stream.read(1):
            return None, [finding("SD021", in_file(name), "", file=name)]
    try:
        with parquet.ParquetFile(path) as file:
            names = [clean_name(column) for column in file.schema_arrow.names]
            nested = {column for column, kind in _types(file, names) if _is_nested(kind)}
            for batch in file.iter_batches(_ROWS_AT_ONCE) if whole else ():
                batch.validate(full=True)
    except (ValueError, OSError, NotImplementedError):
        return None, [finding("SD027", in_file(name), "parquet", file=name)]
    twice = frozenset(column for column, count in Counter(names).items() if column and count > 1)
    notes = [note("twice", file=name, column=column) for column in sorted(twice)]
    columns = tuple(column for column in names if column)
    table = SourceTable(name, columns, lambda: _rows(path), twice, notes, typed=True, columnar=path)
    table.nested = frozenset(nested)
    return table, []


def _types(file: Any, names: Sequence[str]) -> Iterator[tuple[str, Any]]:
    return zip(names, file.schema_arrow.types, strict=True)


def _is_nested(kind: Any) -> bool:
    """Tell whether the cells of a column hold several values, or what is no value of a table."""
    return _maker(kind) is None


def _rows(path: Path) -> Iterator[SourceRow]:
    """Go through the rows; the first one is row 1, since no header stands before it."""
    from pyarrow import parquet

    number = 0
    with parquet.ParquetFile(path) as file:
        names = [clean_name(column) for column in file.schema_arrow.names]
        for batch in file.iter_batches(_ROWS_AT_ONCE):
            for cells in rows_of_cells(names, batch):
                number += 1
                yield SourceRow(number, cells)


def rows_of_cells(names: Sequence[str], batch: Any) -> Iterator[Mapping[str, str | None]]:
    """Give the rows of a part of a table whose columns have these names."""
    columns = [cells_of(name, column) for name, column in zip(names, batch.columns, strict=True)]
    for cells in zip(*columns, strict=True):
        yield {name: cell for name, cell in zip(names, cells, strict=True) if name}


def cells_of(name: str, column: Any) -> Cells:
    """Give the cells of a column."""
    make = _maker(column.type) or _nested(name)
    return make(column)


Maker = Callable[[Any], Cells]


def _maker(kind: Any) -> Maker | None:
    """Give what makes cells of a column of a type; nothing for types that no table has."""
    import pyarrow
    from pyarrow import types

    if types.is_dictionary(kind):
        values = _maker(kind.value_type)
        return None if values is None else lambda column: _chosen(column, values)
    if types.is_null(kind) or _is_text(kind):
        return _texts
    if types.is_boolean(kind):
        return _each(lambda value: "true" if value else "false")
    if types.is_integer(kind):
        return _each(lambda value: NumberText(str(value)))
    if types.is_float16(kind) or types.is_float32(kind):
        # A short number has a shorter text than the long one that stands for the same value.
        return lambda column: _each(_real)(column.cast(pyarrow.string()))
    if types.is_floating(kind) or types.is_decimal(kind):
        return _each(_real)
    if types.is_date(kind):
        return _days
    if types.is_timestamp(kind):
        return _moments(kind.unit, "" if kind.tz is None else "Z")
    if types.is_time(kind):
        return _clocks(kind.unit, 32 if types.is_time32(kind) else 64)
    if types.is_duration(kind):
        return _lengths(kind.unit)
    return _bytes if _is_binary(kind) else None


def _chosen(column: Any, cells_of_values: Maker) -> Cells:
    """Give the cells of a dictionary; few values become cells once each."""
    if len(column.dictionary) > _FEW:
        return cells_of_values(column.dictionary_decode())
    cells = cells_of_values(column.dictionary)
    return [None if code is None else cells[code] for code in column.indices.to_pylist()]


def _is_text(kind: Any) -> bool:
    from pyarrow import types

    return bool(types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind))


def _is_binary(kind: Any) -> bool:
    from pyarrow import types

    return bool(types.is_binary(kind) or types.is_large_binary(kind) or types.is_binary_view(kind))


def _each(text_of: Callable[[Any], str]) -> Maker:
    """Give the maker that makes each value a cell by itself."""
    return lambda column: [None if value is None else text_of(value) for value in column.to_pylist()]


def _texts(column: Any) -> Cells:
    cells: list[str | None] = column.to_pylist()
    return cells


def _real(value: Any) -> str:
    """Give a number as its shortest decimal; infinity and *not a number* are texts like any other."""
    exact = Decimal(str(value))
    return number_text(exact) if exact.is_finite() else str(value)


def _days(column: Any) -> Cells:
    import pyarrow

    per_day = 1 if column.type == pyarrow.date32() else 86_400_000
    counts = column.view(pyarrow.int32() if per_day == 1 else pyarrow.int64()).to_pylist()
    return [None if count is None else _day(count // per_day) for count in counts]


def _day(count: int) -> str:
    """Give the day that is so many days after the start of 1970; outside of all calendars, the count."""
    try:
        return date_text(date(1970, 1, 1) + timedelta(days=count))
    except OverflowError:
        return str(count)


def _moments(unit: str, offset: str) -> Maker:
    """Give the maker of times, counted from the start of 1970: in UTC, or by a clock without zone."""
    import pyarrow

    def moment(count: int) -> str:
        try:
            written = date_text(_EPOCH + timedelta(microseconds=count * 10**6 // _IN_A_SECOND[unit]))
        except OverflowError:
            return str(count)
        return type(written)(written + offset)

    return lambda column: _each(moment)(column.view(pyarrow.int64()))


def _clocks(unit: str, bits: int) -> Maker:
    """Give the maker of times of day."""
    import pyarrow

    def clock(count: int) -> str:
        time = (_EPOCH + timedelta(microseconds=count * 10**6 // _IN_A_SECOND[unit])).time()
        return TypedText(time.isoformat("auto" if time.second or time.microsecond else "minutes"))

    whole = pyarrow.int32() if bits == 32 else pyarrow.int64()
    return lambda column: _each(clock)(column.view(whole))


def _lengths(unit: str) -> Maker:
    """Give the maker of lengths of time."""
    import pyarrow

    def length(count: int) -> str:
        return elapsed_text(Decimal(count * 1000) / _IN_A_SECOND[unit])

    return lambda column: _each(length)(column.view(pyarrow.int64()))


def _bytes(column: Any) -> Cells:
    """Give bytes as the texts that some programs write so; others have no meaning in a table."""

    def text(value: bytes) -> str:
        try:
            return value.decode()
        except UnicodeDecodeError:
            return FaultyText(shown(str(value)), Fault("SD054", "bytes"))

    return _each(text)(column)


def _nested(name: str) -> Maker:
    fault = Fault("SD043", "nested", {"name": shown(name)})
    return _each(lambda value: FaultyText(shown(str(value)), fault))
