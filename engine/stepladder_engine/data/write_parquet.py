"""Writes tables as Parquet: typed columns, a part of the rows at a time."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_engine.data.tables import Column, Columnar, Table
from stepladder_engine.data.typed_values import DIGITS, PLACES, fitted, microseconds, no_numbers, text_value
from stepladder_engine.data.workers import ahead

_ROWS_AT_ONCE = 65_536
_APART = {"case", "key", "cells"}
_SCATTERED = {"key"}
"""The least and the greatest of some rows tell nothing where each group of rows has the same range."""


def write_parquet(path: Path, table: Table, timezone: str) -> list[Diagnostic]:
    """Write a table as Parquet, and give what did not fit into it.

    Times are instants with the zone of the spec, numbers exact decimals, names
    and statuses come from a dictionary.
    """
    from pyarrow import RecordBatch, schema

    columns = table.typed
    kinds = schema([_field(column, timezone) for column in columns])
    if isinstance(table.rows, Columnar):
        from stepladder_engine.data.write_columns import groups

        repeating = _repeating(table)
        kept = schema([_as_code(field) if field.name in repeating else field for field in kinds])
        with _writer(path, table, kinds, kept) as writer, ThreadPoolExecutor(1) as pool:
            for group in ahead(groups(table, kept), pool):
                writer.write_table(group)
        # All their numbers are amounts of money.
        return []
    with _writer(path, table, kinds, kinds) as writer:
        for rows in _parts(table.rows):
            cells = zip(*rows, strict=True)
            arrays = [
                _array(values, table, column, field.type)
                for values, column, field in zip(cells, columns, kinds, strict=True)
            ]
            writer.write_batch(RecordBatch.from_arrays(arrays, schema=kinds))
    return no_numbers(table)


@contextmanager
def _writer(path: Path, table: Table, kinds: Any, kept: Any) -> Iterator[Any]:
    """Open a file for columns of some kinds, of which some may come as dictionaries (`kept`)."""
    from pyarrow import parquet

    codes = [field.name for field in kept if field.type != kinds.field(field.name).type]
    codes += [column.name for column in table.typed if column.kind == "code" or column.name == "line"]
    # Where hardly a value comes twice, or those rows stand together, a dictionary is only work.
    told = [name for name in kept.names if name not in codes and name not in _SCATTERED]
    writer = parquet.ParquetWriter(
        path,
        kept,
        use_dictionary=codes,
        write_statistics=told,
        store_schema=kept == kinds,
        write_batch_size=_ROWS_AT_ONCE,
    )
    with writer:
        yield writer
        if kept != kinds:
            # Who reads the file is told that a text is a text.
            schema = b64encode(kinds.serialize().to_pybytes())
            writer.add_key_value_metadata({b"ARROW:schema": schema})


def _repeating(table: Table) -> list[str]:
    """Give the names of the columns whose texts are the same again and again: they tell no rows apart."""
    return [
        column.name
        for column in table.typed
        if column.kind == "text" and column.name not in _APART | {*table.key}
    ]


def _as_code(field: Any) -> Any:
    """Give the field for texts that come as a dictionary."""
    import pyarrow

    return field.with_type(pyarrow.dictionary(pyarrow.int32(), pyarrow.string()))


def _parts(rows: Sequence[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    """Give the rows a part at a time."""
    left = iter(rows)
    while part := list(islice(left, _ROWS_AT_ONCE)):
        yield part


def _field(column: Column, timezone: str) -> Any:
    import pyarrow

    kinds = {
        "text": pyarrow.string(),
        "code": pyarrow.dictionary(pyarrow.int32(), pyarrow.string()),
        "time": pyarrow.timestamp("us", tz=timezone),
        "whole": pyarrow.int64(),
        "number": pyarrow.decimal128(DIGITS, PLACES),
        "flag": pyarrow.bool_(),
    }
    about = {"description": column.meaning} if column.meaning else None
    return pyarrow.field(column.name, kinds[column.kind], nullable=column.optional, metadata=about)


def _array(values: Sequence[Any], table: Table, column: Column, kind: Any) -> Any:
    """Give the cells of a column."""
    import pyarrow

    match column.kind:
        case "text":
            return pyarrow.array([text_value(value) for value in values], kind)
        case "code":
            # One after the other: a conversion to the dictionary's type takes each value twice.
            texts = pyarrow.array([text_value(value) for value in values], pyarrow.string())
            return texts.dictionary_encode().cast(kind)
        case "time":
            counts = [None if value is None else microseconds(value) for value in values]
            return pyarrow.array(counts, pyarrow.int64()).cast(kind)
        case "number":
            return pyarrow.array([fitted(value, table, column) for value in values], kind)
    return pyarrow.array(values, kind)
