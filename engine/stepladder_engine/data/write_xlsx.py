"""Writes tables as one workbook for people who look at them in a spreadsheet program."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.source import NOWHERE
from stepladder_engine.data.problems import finding
from stepladder_engine.data.tables import Column, Table
from stepladder_engine.data.typed_values import moment, number_value
from stepladder_engine.data.write_plain import FORMULA_STARTS, cell_text

SHEET_ROWS = 1_048_576
"""Rows of a sheet, the header among them."""
CELL_CHARACTERS = 32_767
"""Characters of a cell."""
_EXACT_DIGITS = 15
"""A workbook's numbers are exact to so many digits; longer ones are written as texts."""
_EARLIEST = 1900
_WIDEST, _NARROWEST = 60, 8
_LOOKED_AT = 1_000
"""Rows that decide how wide a column is."""
# A workbook says when it was made; ours says the same each time, so that equal results are equal files.
_MADE = datetime(2000, 1, 1)  # noqa: DTZ001 (workbooks have no zones)


def write_xlsx(
    path: Path,
    tables: Sequence[Table],
    summary: Mapping[str, Any],
    timezone: str,
    *,
    parts: Path,
    from_the_right: bool,
) -> list[Diagnostic]:
    """Write a workbook with a sheet for each table, the summary first; give what did not fit into it.

    Times are those of the clock in the spec's zone, as workbooks know no others.
    What it is assembled from lies in the folder `parts` until then.
    """
    from xlsxwriter import Workbook
    from xlsxwriter.exceptions import FileCreateError

    workbook = Workbook(path, {"constant_memory": True, "tmpdir": str(parts)})
    try:
        workbook.use_zip64()
        workbook.set_properties({"created": _MADE})
        writer = _Writer(workbook, from_the_right=from_the_right)
        writer.summary(summary, timezone)
        for table in tables:
            writer.table(table)
        workbook.close()
    except FileCreateError as error:
        # The library's own wrapping of what the operating system has said.
        raise error.args[0] from None
    finally:
        _let_go(workbook)
    return writer.notes


def _let_go(workbook: Any) -> None:
    """Close the files of a workbook that did not become whole; nor is it assembled when it is thrown away."""
    workbook.fileclosed = 1
    for sheet in workbook.worksheets():
        with suppress(OSError):
            sheet.row_data_fh.close()


@dataclass
class _Writer:
    """Fills the sheets of a workbook."""

    workbook: Any
    from_the_right: bool
    notes: list[Diagnostic] = field(default_factory=list)
    cut: int = 0

    def __post_init__(self) -> None:
        add = self.workbook.add_format
        self.header = add({"bold": True, "bottom": 1, "valign": "top"})
        self.time = add({"num_format": "yyyy-mm-dd hh:mm", "align": "left"})
        self.plain = add()
        # What begins like a formula stays a text also when somebody changes the cell.
        self.quoted = add({"quote_prefix": True})

    def summary(self, summary: Mapping[str, Any], timezone: str) -> None:
        """Write the figures of the summary that are no tables, and its notes."""
        sheet = self._sheet("summary")
        single = [(name, value) for name, value in summary.items() if not isinstance(value, Mapping | list)]
        notes = [("note", note) for note in summary.get("notes", [])]
        for number, (name, value) in enumerate([*single, ("timezone", timezone), *notes]):
            sheet.write_string(number, 0, name, self.header)
            self._write(sheet, number, 1, value, None)
        sheet.set_column(0, 0, 18)
        sheet.set_column(1, 1, 40)

    def table(self, table: Table) -> None:
        """Write a table: one sheet, and where it has more rows than a sheet holds, further ones."""
        self.cut = 0
        rows = iter(table.rows)
        names = [table.name]
        self._fill(self._sheet(table.name), table, islice(rows, SHEET_ROWS - 1))
        written = SHEET_ROWS - 1
        while written < len(table.rows):
            names.append(f"{table.name} {len(names) + 1}")
            self._fill(self._sheet(names[-1]), table, islice(rows, SHEET_ROWS - 1))
            written += SHEET_ROWS - 1
        if len(names) > 1:
            self._note("sheets", table=table.name, count=len(table.rows), sheets=", ".join(names[1:]))
        if self.cut:
            self._note("cut", table=table.name, count=self.cut, limit=CELL_CHARACTERS)

    def _note(self, variant: str, **values: Any) -> None:
        self.notes.append(finding("SD062", NOWHERE, variant, **values))

    def _sheet(self, name: str) -> Any:
        sheet = self.workbook.add_worksheet(name)
        if self.from_the_right:
            sheet.right_to_left()
        return sheet

    def _fill(self, sheet: Any, table: Table, rows: Iterator[tuple[Any, ...]]) -> None:
        """Write the header and the rows of a sheet."""
        columns = table.typed
        widths = [len(column.name) for column in columns]
        for place, column in enumerate(columns):
            sheet.write_string(0, place, column.name, self.header)
        number = 0
        for number, row in enumerate(rows, start=1):
            for place, (value, column) in enumerate(zip(row, columns, strict=True)):
                self._write(sheet, number, place, value, column)
                if number <= _LOOKED_AT and value is not None:
                    widths[place] = max(widths[place], _width(value, column))
        for place, width in enumerate(widths):
            sheet.set_column(place, place, min(max(width + 2, _NARROWEST), _WIDEST))
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, number, len(columns) - 1)

    def _write(self, sheet: Any, row: int, place: int, value: Any, column: Column | None) -> None:
        """Write a cell with the type that it has; only texts of ours are ever told what they are."""
        if value is None:
            return
        if isinstance(value, bool):
            sheet.write_boolean(row, place, value)
            return
        if column is not None and column.kind == "time":
            local = moment(value).replace(tzinfo=None)
            if local.year >= _EARLIEST:
                sheet.write_datetime(row, place, local, self.time)
                return
        number = number_value(value)
        if number is not None and len(number.as_tuple().digits) <= _EXACT_DIGITS:
            sheet.write_number(row, place, float(number))
            return
        text = cell_text(value) if not isinstance(value, float) else repr(value)
        if len(text) > CELL_CHARACTERS // 2 and _length(text) > CELL_CHARACTERS:
            text = _shortened(text)
            self.cut += 1
        sheet.write_string(row, place, text, self.quoted if text.startswith(FORMULA_STARTS) else self.plain)


def _width(value: Any, column: Column) -> int:
    return 16 if column.kind == "time" else max(map(len, cell_text(value)[:_WIDEST].splitlines()), default=0)


def _length(text: str) -> int:
    """Give the characters of a text as a workbook counts them: those beyond the first plane are two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _shortened(text: str) -> str:
    kept = text.encode("utf-16-le", "surrogatepass")[: 2 * (CELL_CHARACTERS - 1)]
    return kept.decode("utf-16-le", "ignore") + "…"
