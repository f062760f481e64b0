"""Reads tables of lines: comma, semicolon or tab separated, or set with spaces.

Every line is either a row or the reason why it is none: a quote that is never
closed costs one row and not the rest of the file, and a line without end costs
no memory.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

from stepladder_engine.data.delimiters import WHITESPACE, delimiter_of, guessed_delimiter
from stepladder_engine.data.lines import LONGEST_ROW, Lines
from stepladder_engine.data.mapping_model import Options
from stepladder_engine.data.names import clean_name
from stepladder_engine.data.opening import ending, open_text
from stepladder_engine.data.problems import Fault, finding, in_file, note, shown
from stepladder_engine.data.rows import RAW_LIMIT, Opened, SourceRow, SourceTable, TextLayout
from stepladder_engine.texts.catalogue import Phrase

_DELIMITER_NAMES = {
    ",": Phrase("delimiter.commas"),
    ";": Phrase("delimiter.semicolons"),
    "\t": Phrase("delimiter.tabs"),
    "|": Phrase("delimiter.pipes"),
}


def open_delimited(path: Path, name: str, form: str, options: Options, encoding: str) -> Opened:
    """Look at the header of a table, and give the table."""
    with open_text(path, encoding) as stream:
        lines = Lines(stream)
        header, number = _header_line(lines)
        if header is None:
            return None, [finding("SD021", in_file(name), "", file=name)]
        if isinstance(header, Fault):
            return None, [finding("SD021", in_file(name, number), "header", file=name)]
        named = options.delimiter and delimiter_of(options.delimiter)
        delimiter = named or guessed_delimiter(header, form)
        lines.put_back([header])
        read = LineCutter(lines, delimiter)
        cells = read.next_row()
    if cells is None or isinstance(cells, Fault):
        return None, [finding("SD021", in_file(name, number), "header", file=name)]
    return _table(path, name, options, encoding, delimiter, cells), []


def _table(
    path: Path, name: str, options: Options, encoding: str, delimiter: str, header: list[str]
) -> SourceTable:
    """Give the table whose header has these cells."""
    columns = tuple(clean_name(cell) for cell in header)
    twice = frozenset(column for column in columns if column and columns.count(column) > 1)
    table = SourceTable(name, columns, lambda: iter(()), twice)
    layout = table.layout = TextLayout(path, encoding, delimiter, options)
    table.rows = lambda: _rows(table, layout)
    if not options.delimiter and delimiter != "," and ending(path) == ".csv":
        table.notes.append(note("delimiter", file=name, delimiter=_DELIMITER_NAMES[delimiter]))
    table.notes.extend(note("twice", file=name, column=column) for column in sorted(twice))
    return table


def _header_line(lines: Lines) -> tuple[str | Fault | None, int]:
    """Give the first line that is not blank, and the number of the line."""
    number = 0
    while True:
        line = lines.next_line()
        number += 1
        if line is None or isinstance(line, Fault) or line.strip("\ufeff \t\n"):
            return line, number


def _rows(table: SourceTable, layout: TextLayout) -> Iterator[SourceRow]:
    """Go through the rows below the header; blank ones are passed over, and noted."""
    columns = table.columns or ()
    width = len(columns)
    blank = 0
    with open_text(layout.path, layout.encoding) as stream:
        cutter = LineCutter(Lines(stream), layout.delimiter)
        pass_header(cutter)
        while (cells := cutter.next_row()) is not None:
            if not isinstance(cells, Fault) and len(cells) == width and cells[0]:
                yield SourceRow(cutter.number, dict(zip(columns, cells, strict=True)))
            elif (row := row_of(cutter, cells, columns, layout.options)) is not None:
                yield row
            else:
                blank += not isinstance(cells, Fault) and len(cells) > 1
    note_blank_rows(table, blank)


def pass_header(cutter: LineCutter) -> None:
    """Go on to the first row below the header, which is the first one that is not blank."""
    while (cells := cutter.next_row()) is not None:
        if not isinstance(cells, Fault) and not _is_blank(cells):
            return


def row_of(
    cutter: LineCutter, cells: list[str] | Fault, columns: tuple[str, ...], options: Options
) -> SourceRow | None:
    """Give the row that was cut last, whatever is odd about it; nothing for a blank one."""
    if isinstance(cells, Fault):
        return SourceRow(cutter.number, {"line": cutter.raw}, cells)
    if _is_blank(cells) and not (len(cells) == len(columns) and cells[0]):
        return None
    return _fitted(cutter.number, columns, cells, options)


def note_blank_rows(table: SourceTable, count: int) -> None:
    """Say how many rows of a table have delimiters and nothing else."""
    if count:
        table.notes.append(note("blank", file=table.file, count=count))


def _is_blank(cells: list[str]) -> bool:
    return not any(cell.strip("\ufeff \t") for cell in cells)


def _fitted(number: int, columns: tuple[str, ...], cells: list[str], options: Options) -> SourceRow:
    """Give a row whose number of cells may be wrong."""
    width, count = len(columns), len(cells)
    named: dict[str, str | None] = dict(zip(columns, cells, strict=False))
    fault = None
    if count > width and any(cell.strip() for cell in cells[width:]):
        named["…"] = shown(" | ".join(cells[width:]), RAW_LIMIT)
        fault = Fault("SD040", "many", {"count": count, "width": width})
    elif count < width and options.short_rows == "reject":
        fault = Fault("SD040", "few", {"count": count, "width": width})
    return SourceRow(number, named, fault)


class LineCutter:
    """Cuts lines into rows of cells, and counts rows as a spreadsheet does."""

    def __init__(self, lines: Lines, delimiter: str) -> None:
        self.lines = lines
        self.delimiter = delimiter
        self.number = 0
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
            return self._unclosed(taken, line)
        return self._unclosed(taken, line) if taken.ran_out else cells

    def _unclosed(self, taken: _Taken, line: str) -> Fault:
        """Give up only the line with the quote: those behind it are rows of their own."""
        self.lines.put_back(taken.following)
        self.raw = shown(line, RAW_LIMIT)
        return Fault("SD042", "", {"start": shown(line)})


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
