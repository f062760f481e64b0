"""Reads a sheet of an XLSX workbook as a table: what its cells are, the workbook says and no option."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from pathlib import Path

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.diagnostics.nearest import nearest
from stepladder_engine.data.lines import LONGEST_ROW
from stepladder_engine.data.mapping_model import Options
from stepladder_engine.data.names import clean_name
from stepladder_engine.data.problems import Fault, finding, in_file, listed, note, shown
from stepladder_engine.data.rows import RAW_LIMIT, Opened, SourceRow, SourceTable
from stepladder_engine.data.serial_dates import CellFormat, number_cell
from stepladder_engine.data.typed_text import DateText, FaultyText
from stepladder_engine.data.workbook import (
    Sheet,
    Workbook,
    WorkbookFault,
    check_sheet,
    read_workbook,
    unescaped,
)
from stepladder_engine.data.xml_parts import parse

_ADDRESS = re.compile(r"([A-Z]{1,3})[0-9]{1,7}", re.ASCII)


def open_xlsx(path: Path, name: str, options: Options) -> Opened:
    """Look at the header of the sheet that is meant, and give its table."""
    if not path.stat().st_size:
        return None, [finding("SD021", in_file(name), "", file=name)]
    try:
        book = read_workbook(path)
        sheet = _sheet(book, options.sheet)
        if sheet is None:
            return None, [_no_sheet(book, name, options.sheet)]
        check_sheet(book, sheet)
    except WorkbookFault as fault:
        return None, [finding("SD027", in_file(name), fault.variant, file=name, limit=fault.limit)]
    # Rows of two sheets of one file must not be taken for each other.
    file = name if options.sheet is None else f"{name}#{sheet.name}"
    return _table(book, sheet, file, options)


def _sheet(book: Workbook, wanted: str | None) -> Sheet | None:
    """Give the sheet of a name; without one, the first that the workbook shows."""
    if wanted is None:
        return next((sheet for sheet in book.sheets if sheet.visible), None)
    return next((sheet for sheet in book.sheets if clean_name(sheet.name) == clean_name(wanted)), None)


def _no_sheet(book: Workbook, name: str, wanted: str | None) -> Diagnostic:
    names = [sheet.name for sheet in book.sheets]
    if wanted is None:
        return finding("SD028", in_file(name), "none", file=name)
    near = nearest(wanted, names)
    sheet, known = shown(wanted), listed(names)
    return finding("SD028", in_file(name), suggestion=near, file=name, sheet=sheet, known=known)


def _table(book: Workbook, sheet: Sheet, file: str, options: Options) -> Opened:
    """Give the table below the header: the first row with something in it, or the one that is named."""
    header = next((row for row in _rows(book, sheet) if _is_header(row, options.header_row)), None)
    if header is None:
        variant = "" if options.header_row is None else "header_row"
        return None, [finding("SD021", in_file(file), variant, file=file, row=options.header_row)]
    names = {index: clean_name(text) for index, text in sorted(header.cells.items())}
    columns = {index: column for index, column in names.items() if column}
    twice = frozenset(column for column, count in Counter(columns.values()).items() if count > 1)
    table = SourceTable(
        file, tuple(columns.values()), lambda: iter(()), twice, typed=True, header_row=header.number
    )
    table.rows = lambda: _rows_below(book, sheet, header.number, columns)
    others = [other.name for other in book.sheets if other is not sheet]
    if others and options.sheet is None:
        table.notes.append(note("sheets", file=file, sheet=sheet.name, others=listed(others)))
    table.notes.extend(note("twice", file=file, column=column) for column in sorted(twice))
    return table, []


def _is_header(row: _Row, wanted: int | None) -> bool:
    return any(text.strip() for text in row.cells.values()) and wanted in {None, row.number}


def _rows_below(book: Workbook, sheet: Sheet, header: int, columns: Mapping[int, str]) -> Iterator[SourceRow]:
    """Go through the rows below the header; rows without any content are none."""
    for row in _rows(book, sheet):
        if row.number <= header:
            continue
        cells = row.cells
        if row.fault is not None or any(text.strip() for text in cells.values()):
            named = {column: cells.get(index) for index, column in columns.items()}
            yield SourceRow(row.number, named, row.fault)


def _rows(book: Workbook, sheet: Sheet) -> Iterator[_Row]:
    """Go through all rows of a sheet that has been found whole."""
    reader = _SheetReader(book)
    with book.sheet_stream(sheet) as stream:
        for _ in parse(stream, reader):
            while reader.done:
                yield reader.done.popleft()


class _Row:
    """A row as it grows: its number, and its cells by the number of the column."""

    __slots__ = ("cells", "fault", "number")

    def __init__(self, number: int) -> None:
        self.number = number
        self.cells: dict[int, str] = {}
        self.fault: Fault | None = None


class _SheetReader:
    """Makes rows of what stands in the XML of a sheet."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.done: deque[_Row] = deque()
        self.inside = False
        self.row = _Row(0)
        self.column = 0
        self.address = ""
        self.kind = ""
        self.style = ""
        self.pieces: list[str] = []
        self.taking = False
        self.phonetic = False
        self.length = 0
        self._columns: dict[str, int] = {}

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Begin a row, a cell, or what stands in a cell."""
        if not self.inside:
            self.inside = name == "sheetData"
        elif name == "c":
            self.address = attributes.get("r", "")
            self.kind = attributes.get("t", "n")
            self.style = attributes.get("s", "")
            self.pieces = []
            self.column = self._column()
        elif name == "v" or (name == "t" and not self.phonetic):
            self.taking = True
        elif name == "row":
            self._begin_row(attributes.get("r", ""))
        elif name == "rPh":
            self.phonetic = True

    def end(self, name: str) -> None:
        """Finish a cell or a row."""
        if name == "c":
            if self.pieces and self.inside:
                self._keep("".join(self.pieces))
        elif name in {"v", "t"}:
            self.taking = False
        elif name == "rPh":
            self.phonetic = False
        elif name == "row" and self.inside:
            self.done.append(self.row)
        elif name == "sheetData":
            self.inside = False

    def text(self, text: str) -> None:
        """Take a piece of what stands in a cell; nobody needs the rest of an endless one."""
        if not self.taking:
            return
        self.length += len(text)
        if self.length <= LONGEST_ROW:
            self.pieces.append(text)
        else:
            found = {"length": self.length, "limit": LONGEST_ROW, "start": shown(text, RAW_LIMIT)}
            self.row.fault = Fault("SD041", "", found)

    def _begin_row(self, written: str) -> None:
        """Begin a row; rows come in their order, and one without a number follows the one before."""
        follows = self.row.number + 1
        given = int(written) if written.isascii() and written.isdigit() and len(written) <= 7 else follows
        self.row = _Row(max(given, follows))
        self.column = -1
        self.length = 0

    def _column(self) -> int:
        """Give the number of a cell's column, from 0; a cell without an address follows the one before."""
        if not self.address:
            return self.column + 1
        match = _ADDRESS.fullmatch(self.address)
        if match is None:
            self.row.fault = _damaged(self.address, "")
            return self.column + 1
        letters = match[1]
        known = self._columns.get(letters)
        if known is None:
            known = self._columns[letters] = _column_number(letters)
        return known

    def _keep(self, written: str) -> None:
        """Keep what a cell holds, as the text that a table would have."""
        match self.kind:
            case "s":
                text = self._shared(written)
            case "str" | "inlineStr":
                text = unescaped(written)
            case "b":
                text = "true" if written.strip() in {"1", "true"} else "false"
            case "e":
                fault = Fault("SD054", "", {"cell": self._place(), "value": shown(written)})
                text = FaultyText(written, fault)
            case "d":
                text = DateText(written.strip().removesuffix("T00:00:00"))
            case _:
                text = self._number(written.strip())
        self.row.cells[self.column] = text

    def _shared(self, written: str) -> str:
        """Give the text that a cell names by its number."""
        texts = self.book.texts
        if written.isascii() and written.isdigit() and len(written) <= 9 and int(written) < len(texts):
            return texts[int(written)]
        return FaultyText(written, _damaged(self._place(), written))

    def _number(self, written: str) -> str:
        """Give a number, or the date that the cell's format makes of it."""
        formats = self.book.formats
        style = int(self.style) if self.style.isascii() and self.style.isdigit() else 0
        form = formats[style] if style < len(formats) else CellFormat.NUMBER
        text = number_cell(written, form, from_1904=self.book.from_1904)
        return FaultyText(written, _damaged(self._place(), written)) if text is None else text

    def _place(self) -> str:
        """Give the cell's address as the spreadsheet shows it."""
        return f"{_column_letters(self.column)}{self.row.number}"


def _damaged(place: str, written: str) -> Fault:
    return Fault("SD054", "damaged", {"cell": shown(place), "value": shown(written)})


def _column_number(letters: str) -> int:
    """Give the number of a column from 0.

    >>> _column_number("A"), _column_number("AB")
    (0, 27)
    """
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _column_letters(number: int) -> str:
    """Give the letters of a column.

    >>> _column_letters(0), _column_letters(27)
    ('A', 'AB')
    """
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
