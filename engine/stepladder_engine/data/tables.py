"""Tables of results: rows, and what is known of their columns."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

from stepladder_dsl.record import record

Kind = Literal["text", "code", "time", "whole", "number", "flag"]


class Column(NamedTuple):
    """A column of a table.

    Of the kinds, `time` is ISO 8601 with offset, `number` an exact decimal, and
    `code` a text of which there are few: a name of the spec, or one of `values`.
    """

    name: str
    kind: Kind
    meaning: str
    optional: bool = False
    values: tuple[str, ...] = ()


class Columnar(Sequence[tuple[Any, ...]]):
    """Rows that are kept as columns: `data.cells` says how."""


@record
class Table:
    """A table of results; `described` says more of its columns, for formats whose columns have types."""

    name: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[Any, ...]]
    described: tuple[Column, ...] = ()
    key: tuple[str, ...] = ()
    """The columns that tell its rows apart, in this run and in the next."""
    and_order: bool = False
    """Several rows may share the key: these are told apart by their order, which is stable too."""
    parts: Path | None = None
    """A folder of Parquet files that hold the rows already, instead of `rows`."""

    @property
    def typed(self) -> tuple[Column, ...]:
        """The columns with their kinds; a table that does not say them holds texts."""
        return self.described or tuple(Column(name, "text", "", optional=True) for name in self.columns)


def table_of(
    name: str,
    columns: Sequence[Column],
    rows: Sequence[tuple[Any, ...]],
    key: Sequence[str] = (),
    *,
    and_order: bool = False,
) -> Table:
    """Give the table with these columns."""
    names = tuple(column.name for column in columns)
    return Table(name, names, rows, tuple(columns), tuple(key), and_order)
