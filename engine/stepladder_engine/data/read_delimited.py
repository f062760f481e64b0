"""Reads tables of lines: comma, semicolon or tab separated, or set with spaces.

Every line is either a row or the reason why it is none: a quote that is never
closed costs one row and not the rest of the file, and a line without end costs
no memory.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.record import record
from stepladder_engine.data.decode import Encoding
from stepladder_engine.data.delimiters import WHITESPACE, delimiter_of, guessed_delimiter
from stepladder_engine.data.lines import LONGEST_ROW, Lines
from stepladder_engine.data.mapping_model import Options
from stepladder_engine.data.names import clean_name
from stepladder_engine.data.opening import ending, open_text
from stepladder_engine.data.problems import Fault, finding, in_file, note, shown
from stepladder_engine.data.rows import RAW_LIMIT, Opened, SourceRow, SourceTable, TextLayout
from stepladder_engine.data.signatures import is_page
from stepladder_engine.texts.catalogue import Phrase

_DELIMITER_NAMES = {
    ",": Phrase("delimiter.commas"),
    ";": Phrase("delimiter.semicolons"),
    "\t": Phrase("delimiter.tabs"),
    "|": Phrase("delimiter.pipes"),
}
_ANNOUNCED = re.compile(r'"?sep=([^\w\s"]|\t)"?', re.IGNORECASE)
"""A first line by which a spreadsheet program is told what stands between the cells."""
_LEAST_KNOWN = 2
_MOST_TOLD = 20


@record
class _Form:
    """How a file falls into cells: where its header stands, and what is between the cells."""

    delimiter: str
    lines_before: int
    announced: bool


def open_delimited(path: Path, name: str, form: str, options: Options, encoding: Encoding) -> Opened:
    """Look at the header of a table, and give the table."""
    with open_text(path, encoding.codec, encoding.errors) as stream:
        lines = Lines(stream, encoding.damaged_in)
        header, number, announced = _header_line(lines, options.header_row)
        if header is None:
            variant = "" if options.header_row is None else "header_row"
            return None, [finding("SD021", in_file(name), variant, file=name, row=options.header_row)]
        if isinstance(header, Fault):
            return None, [_no_header(name, number, header)]
        if is_page(header):
            return None, [finding("SD023", in_file(name, number), "page", file=name, line=number)]
        named = options.delimiter and delimiter_of(options.delimiter)
        found = _Form(named or announced or guessed_delimiter(header, form), number - 1, bool(announced))
        lines.put_back([header])
        cells = LineCutter(lines, found.delimiter).next_row()
    if cells is None or isinstance(cells, Fault):
        return None, [finding("SD021", in_file(name, number), "header", file=name)]
    return _table(path, name, options, encoding, found, cells), []


def _no_header(name: str, number: int, fault: Fault) -> Diagnostic:
    """Say why the line that should name the columns cannot be read."""
    if fault.code == "SD055":
        return finding("SD022", in_file(name, number), "", file=name, line=number, **fault.values)
    if fault.code == "SD041":
        return finding("SD021", in_file(name, number), "long", file=name, **fault.values)
    return finding("SD021", in_file(name, number), "header", file=name)


def _header_line(lines: Lines, wanted: int | None) -> tuple[str | Fault | None, int, str | None]:
    """Give the line that names the columns, its number, and the delimiter if a line before it says so.

    It is the first line that is not blank, or the one with the wanted number.
    """
    number = 0
    announced = None
    while True:
        line = lines.next_line()
        number += 1
        if line is None or (isinstance(line, Fault) and wanted in {None, number}):
            return line, number, announced
        if isinstance(line, Fault):
            continue
        said = _ANNOUNCED.fullmatch(line)
        if said is not None and announced is None:
            announced = said[1]
        elif wanted == number or (wanted is None and line.strip()):
            return line if line.strip() else None, number, announced


def _table(
    path: Path, name: str, options: Options, encoding: Encoding, form: _Form, header: list[str]
) -> SourceTable:
    """Give the table whose header has these cells."""
    columns = tuple(clean_name(cell) for cell in header)
    often = Counter(column for column in columns if column)
    twice = frozenset(column for column, count in often.items() if count > 1)
    table = SourceTable(name, columns, lambda: iter(()), twice)
    if options.header_row is not None or len(often) < len(columns) - 1 or len(often) == 1:
        # Perhaps it is a title, or the upper one of two rows: another row may be the one that is meant.
        table.header_row = form.lines_before + 1
    layout = TextLayout(path, encoding, form.delimiter, options, form.lines_before)
    table.layout = layout
    table.rows = lambda: _rows(table, layout)
    found = not options.delimiter and not form.announced
    if found and form.delimiter != "," and ending(path) == ".csv":
        table.notes.append(note("delimiter", file=name, delimiter=_DELIMITER_NAMES[form.delimiter]))
    table.notes.extend(note("twice", file=name, column=column) for column in sorted(twice)[:_MOST_TOLD])
    return table


def _rows(table: SourceTable, layout: TextLayout) -> Iterator[SourceRow]:
    """Go through the rows below the header; blank ones are passed over, and noted."""
    below = RowsBelow(table, layout.options)
    with open_text(layout.path, layout.encoding.codec, layout.encoding.errors) as stream:
        cutter = cutter_below_header(Lines(stream, layout.encoding.damaged_in), layout)
        while (cells := cutter.next_row()) is not None:
            row = below.row_of(cutter, cells)
            if row is not None:
                yield row
    table.notes.extend(below.notes())


def cutter_below_header(lines: Lines, layout: TextLayout) -> LineCutter:
    """Give what cuts the lines below the header, when that one and all before it are passed."""
    for _ in range(layout.lines_before):
        lines.next_line()
    cutter = LineCutter(lines, layout.delimiter, layout.lines_before)
    cutter.next_row()
    return cutter


class RowsBelow:
    """What stands below a header, and is not simply a row with a cell for each column."""

    def __init__(self, table: SourceTable, options: Options) -> None:
        self.file = table.file
        self.columns = table.columns or ()
        self.names = frozenset(name for name in self.columns if name)
        self.short_rows = options.short_rows
        self.lost = 0
        """The row from which on nobody knows what the columns are."""
        self._blank = self._headers = 0

    def row_of(self, cutter: LineCutter, cells: list[str] | Fault) -> SourceRow | None:
        """Give the row that was cut last, perhaps with what is wrong with it, or None for what is no row."""
        if isinstance(cells, Fault):
            return SourceRow(cutter.number, {"line": cutter.raw}, cells)
        if len(cells) == len(self.columns) and cells[0] and cells[0] not in self.names and not self.lost:
            return SourceRow(cutter.number, dict(zip(self.columns, cells, strict=True)))
        return self._odd_row(cutter.number, cells)

    def _odd_row(self, number: int, cells: list[str]) -> SourceRow | None:
        """Give the row, perhaps with what is wrong with it, or None for what is no row."""
        if not any(cell.strip("\ufeff \t") for cell in cells):
            self._blank += len(cells) > 1
            return None
        if self._is_header(cells):
            return self._header(number, cells)
        return self._fitted(number, cells)

    def notes(self) -> Iterator[Diagnostic]:
        """Say what was passed over."""
        if self._blank:
            yield note("blank", file=self.file, count=self._blank)
        if self._headers:
            yield note("headers", file=self.file, count=self._headers)

    def _is_header(self, cells: list[str]) -> bool:
        """Tell whether a row names columns once more, as where files were put one behind the other."""
        if cells[0] not in self.names and clean_name(cells[0]) not in self.names:
            return False
        given = [name for name in map(clean_name, cells) if name]
        known = sum(name in self.names for name in given)
        return known >= _LEAST_KNOWN and known * 2 >= len(given)

    def _header(self, number: int, cells: list[str]) -> SourceRow | None:
        """Go by the order of a header in the middle; one with other columns makes all below it doubtful."""
        names = tuple(map(clean_name, cells))
        if sorted(names) != sorted(self.columns):
            self.lost = number
            return self._fitted(number, cells)
        self.columns, self.lost = names, 0
        self._headers += 1
        return None

    def _fitted(self, number: int, cells: list[str]) -> SourceRow:
        """Give a row whose number of cells may be wrong."""
        width, count = len(self.columns), len(cells)
        named: dict[str, str | None] = dict(zip(self.columns, cells, strict=False))
        fault = None
        if self.lost:
            fault = Fault("SD056", "", {"row": self.lost})
        elif count > width and any(cell.strip() for cell in cells[width:]):
            named["…"] = shown(" | ".join(cells[width:]), RAW_LIMIT)
            fault = Fault("SD040", "many", {"count": count, "width": width})
        elif any(self.columns[count:]) and self.short_rows == "reject":
            fault = Fault("SD040", "few", {"count": count, "width": width})
        return SourceRow(number, named, fault)


class LineCutter:
    """Cuts lines into rows of cells, and counts rows as a spreadsheet does."""

    def __init__(self, lines: Lines, delimiter: str, number: int = 0) -> None:
        self.lines = lines
        self.delimiter = delimiter
        self.number = number
        self.raw = ""
        self._cut: Callable[[str], list[str]] = str.split if delimiter == WHITESPACE else self._split
        # The limit of the csv module is one for the whole process; ours must fit under it.
        csv.field_size_limit(max(csv.field_size_limit(), LONGEST_ROW + 1))

    def next_row(self) -> list[str] | Fault | None:
        """Give the cells of the next row, a fault, or None at the end."""
        line = self.lines.next_line()
        if line is None:
            return None
        self.number += 1
        if isinstance(line, Fault):
            self.raw = str(line.values["start"])
            return line
        if '"' in line and self.delimiter != WHITESPACE:
            return self._quoted(line)
        return self._cut(line)

    def _split(self, line: str) -> list[str]:
        return line.split(self.delimiter)

    def _quoted(self, line: str) -> list[str] | Fault:
        """Give the cells of a row with quotes, which may run over several lines."""
        taken = _Taken(self.lines, line)
        try:
            # Strict: text behind a closing quote means that a stray quote has swallowed the rows between.
            cells = next(csv.reader(taken, delimiter=self.delimiter, strict=True))
        except csv.Error:
            # Where the first line is enough to see it, no row was swallowed: the quote is just not doubled.
            return self._wrong_quote(taken, line, "" if taken.following else "within")
        return self._wrong_quote(taken, line, "") if taken.ran_out else cells

    def _wrong_quote(self, taken: _Taken, line: str, variant: str) -> Fault:
        """Give up only the line with the quote: those behind it are rows of their own."""
        self.lines.put_back(taken.following)
        self.raw = shown(line, RAW_LIMIT)
        return Fault("SD042", variant, {"start": shown(line)})


class _Taken:
    """Gives a row's lines to the csv module, and remembers them."""

    def __init__(self, lines: Lines, first: str) -> None:
        self.lines = lines
        self.first: str | None = first
        self.following: list[str | Fault] = []
        self.length = len(first)
        self.ran_out = False

    def __iter__(self) -> _Taken:
        return self

    def __next__(self) -> str:
        if self.first is not None:
            line, self.first = self.first, None
            return line + "\n"
        following = self.lines.next_line() if self.length <= LONGEST_ROW else None
        if following is not None:
            self.following.append(following)
        if following is None or isinstance(following, Fault):
            self.ran_out = True
            raise StopIteration
        self.length += len(following) + 1
        return following + "\n"
