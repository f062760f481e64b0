"""What a mapping says: where the data is, and how its rows become records and events."""

from __future__ import annotations

from collections.abc import Mapping as Map
from dataclasses import field
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from stepladder_dsl.record import record
from stepladder_dsl.source import NOWHERE, Span


def _span() -> Any:
    return field(default=NOWHERE, compare=False, repr=False)


@record
class Options:
    """How a file is written."""

    dates: tuple[str, ...] = ()
    decimal: str = "."
    thousands: str | None = None
    encoding: str = "auto"
    format: str | None = None
    delimiter: str | None = None
    short_rows: str = "reject"
    unknown: tuple[str, ...] = ()
    sheet: str | None = None
    header_row: int | None = None

    @property
    def of_the_file(self) -> tuple[Any, ...]:
        """The options that change how a file falls into rows, so that equal ones can share a reading."""
        return (
            self.encoding,
            self.format,
            self.delimiter,
            self.short_rows,
            self.sheet,
            self.header_row,
        )


@record
class Source:
    """A file or a pattern: as the mapping writes it, and with the variables filled in."""

    written: str
    expanded: str
    span: Span = _span()


@record
class Database:
    """A table or a query of a database; `name` is how messages and results call it.

    `url` has the variables filled in and is shown to nobody.
    """

    name: str
    url: str = field(repr=False)
    table: str | None = None
    query: str | None = None
    url_span: Span = _span()
    text_span: Span = _span()


@record
class Column:
    """A column of the source."""

    name: str
    span: Span = _span()


@record
class ColumnValue:
    """A field that comes from a column; `values` translates, with None for unknown."""

    column: Column
    values: Map[str, str | None] | None = None


@record
class Formula:
    """An expression over the columns of the source, in the language of the spec."""

    text: str
    span: Span = _span()
    language: str = "en"


FieldValue = ColumnValue | Formula


@record
class RecordMapping:
    """How rows become records of one kind."""

    kind: str
    sources: tuple[Source, ...]
    key: Column
    since: Column | None = None
    fields: Map[str, FieldValue] = field(default_factory=dict)
    where: Formula | None = None
    options: Options = Options()
    databases: tuple[Database, ...] = ()
    span: Span = _span()


@record
class EventMapping:
    """How rows become events of one kind."""

    kind: str
    sources: tuple[Source, ...]
    key: Column
    time: Column
    without_time: Literal["reject", "skip"] = "reject"
    id: tuple[Column, ...] = ()
    """The columns that tell one event from another: together, where they are several."""
    sequence: Column | None = None
    fields: Map[str, FieldValue] = field(default_factory=dict)
    where: Formula | None = None
    options: Options = Options()
    databases: tuple[Database, ...] = ()
    span: Span = _span()


KindMapping = RecordMapping | EventMapping


@record
class Mapping:
    """A whole mapping; relative paths in it start at `folder`."""

    file: str
    folder: Path
    timezone: str | None = None
    records: Map[str, RecordMapping] = field(default_factory=dict)
    events: Map[str, EventMapping] = field(default_factory=dict)
    max_rejected: Decimal = Decimal("0.05")
    most_steps: int | None = None
    """How many steps a record may take by itself; None: as many as the engine allows."""
