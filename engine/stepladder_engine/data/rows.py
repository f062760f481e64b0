"""Rows as readers give them: cells by column, or the reason why a row cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from pathlib import Path
from typing import Any, NamedTuple

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.record import record
from stepladder_engine.data.decode import Encoding
from stepladder_engine.data.mapping_model import Options
from stepladder_engine.data.names import clean_name
from stepladder_engine.data.problems import Fault, shown
from stepladder_engine.data.typed_text import FaultyText, ListedText

RAW_LIMIT = 200
"""How much of a line that cannot be read is kept beside the reason."""


class SourceRow(NamedTuple):
    """A row of a data file: its number, its cells, and, where it cannot be used, the reason."""

    number: int
    cells: Mapping[str, str | None]
    fault: Fault | None = None


class ReadingStopped(Exception):
    """Ends the reading of a source in the midst of its rows; the loader turns it into its finding."""

    def __init__(self, stopped: Diagnostic) -> None:
        super().__init__(stopped.code)
        self.finding = stopped


def _nothing_to_close() -> None:
    """Stand in where nothing is left open."""


@record
class TextLayout:
    """How the lines of a table are written, for a reader that cuts them in its own way."""

    path: Path
    encoding: Encoding
    delimiter: str
    options: Options
    lines_before: int


@record(frozen=False)
class SourceTable:
    """A data file whose beginning has been looked at: its columns, and how to go through its rows.

    `columns` is None where there is no row that could tell them; `twice` holds
    names that the header has more than once. `notes` fills while the rows are read.
    `typed` says that cells may be texts which know what they are; `header_row` is
    the row of the header where it may be another one than the mapping means;
    cells of the columns `nested` hold several values.
    `close` is called when nobody reads on, also where nothing was read. `layout` is
    there where rows are lines, `columnar` where the file keeps whole columns.
    """

    file: str
    columns: tuple[str, ...] | None
    rows: Callable[[], Iterator[SourceRow]]
    twice: frozenset[str] = frozenset()
    notes: list[Diagnostic] = field(default_factory=list)
    typed: bool = False
    header_row: int | None = None
    nested: frozenset[str] = frozenset()
    close: Callable[[], None] = _nothing_to_close
    layout: TextLayout | None = None
    columnar: Path | None = None


Opened = tuple[SourceTable | None, list[Diagnostic]]
"""What a reader gives: a table, or what keeps the file from being read."""


def object_row(number: int, value: Any) -> SourceRow:
    """Give the row of an object of a JSON or YAML file."""
    if not isinstance(value, dict):
        return SourceRow(number, {"line": shown(str(value), RAW_LIMIT)}, Fault("SD043", "object"))
    return SourceRow(
        number, {clean_name(str(name)): _object_cell(str(name), cell) for name, cell in value.items()}
    )


def _object_cell(name: str, value: Any) -> str | None:
    """Give the cell of a value; a list or an object does no harm to a row of which it is not asked."""
    if not isinstance(value, dict | list):
        return cell_text(value)
    fault = Fault("SD043", "nested", {"name": shown(name)})
    if isinstance(value, list) and not any(isinstance(item, dict | list) for item in value):
        return ListedText(tuple(text for text in map(cell_text, value) if text is not None), fault)
    return FaultyText(shown(str(value), RAW_LIMIT), fault)


def cell_text(value: Any) -> str | None:
    """Give a single value of a JSON file as the text that a table would have.

    >>> cell_text(True), cell_text("1.50")
    ('true', '1.50')
    """
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case _:
            return str(value)
