"""Looks at data files before anybody has said what is in them: their columns, and what stands in these."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.source import Span
from stepladder_engine.data.database_url import shown_address
from stepladder_engine.data.event_logs.faults import LogFault
from stepladder_engine.data.event_logs.parts import MARK, XES, log_format
from stepladder_engine.data.event_logs.xes import PARTS as XES_PARTS
from stepladder_engine.data.files import SourceFile, open_file
from stepladder_engine.data.guess.formats import Formats, formats_of, is_placeholder
from stepladder_engine.data.guess.words import means
from stepladder_engine.data.mapping_model import Database, Options, Source
from stepladder_engine.data.names import clean_text
from stepladder_engine.data.opening import ending
from stepladder_engine.data.problems import in_file
from stepladder_engine.data.rows import SourceRow, SourceTable
from stepladder_engine.data.typed_text import FaultyText, TypedText

MOST_ROWS = 50_000
"""How many rows are looked at: their cells stay in memory."""

MOST_COLUMNS = 500
"""How many columns are looked at: a table with more of them is no list of events or records."""

_FEW_ROWS = 50
_MOST_TITLE = 12
"""No title has so many lines."""
_MOST_OF_A_TITLE = 2
"""No title of a sheet has more cells."""
_IS_VALUE = re.compile(r"(?![№#]$)[\W\d_]+")
"""What is no name of a column; a column of numbers may be called `№`."""
_NOT_LETTERS = re.compile(r"[\W\d_]+")


@dataclass(eq=False)
class Column:
    """A column and what stands in it: how often each text, and how many cells are empty."""

    name: str
    rows: int
    values: Counter[str]
    formats: Formats = field(default_factory=Formats)
    repeated: int = 0
    """How many rows are there a second time, cell for cell."""

    @cached_property
    def known(self) -> Counter[str]:
        """The texts that say something: all but those that stand for nothing."""
        return Counter({text: count for text, count in self.values.items() if not is_placeholder(text)})

    @property
    def filled(self) -> int:
        """How many cells say something."""
        return sum(self.known.values())

    @property
    def is_full(self) -> bool:
        """Whether all cells say something."""
        return self.rows > 0 and self.filled == self.rows

    @property
    def is_unique(self) -> bool:
        """Whether a cell tells its row from others, but for slips and rows that are there twice."""
        if not self.filled or self.filled < 0.95 * self.rows:
            return False
        least = 0.98 if self.rows > _FEW_ROWS else 0.8
        return len(self.known) >= least * (self.filled - self.repeated)

    @property
    def is_date(self) -> bool:
        """Whether the texts are dates; where there is no row, only the name can tell."""
        return self.formats.date_of(self.name) is not None or (not self.rows and means(self.name, "time"))

    @property
    def is_number(self) -> bool:
        """Whether the texts are numbers."""
        return not self.is_date and self.formats.are_numbers(self.known)

    @property
    def is_code(self) -> bool:
        """Whether the texts are digits that no number is written with: some begin with a zero."""
        return any(len(text) > 1 and text[0] == "0" and text.isdecimal() for text in self.known)

    def held_by(self, other: Column) -> float:
        """Give the share of this column's cells that are among the values of another."""
        held = sum(count for text, count in self.known.items() if text in other.known)
        return held / self.filled if self.filled else 0.0


@dataclass(eq=False)
class Table:
    """A file, or a sheet of one, with its columns; `options` are those without which it is not read right."""

    file: str
    paths: tuple[Path, ...]
    options: Options
    columns: list[Column]
    rows: int
    formats: Formats
    more_rows: bool = False
    guessed_encoding: str | None = None
    part: str = ""
    """The part of an event log, as a mapping names it behind `#`."""
    database: tuple[str, str] | None = None
    """The address as the mapping writes it, and the name of the table."""
    fits: dict[tuple[int, str], float] = field(default_factory=dict)
    """How many texts of a column a field takes, where it has been tried."""

    @property
    def stem(self) -> str:
        """The name that says what is in it: that of the part, of the sheet, of the file or of the table."""
        if self.database is not None:
            return self.database[1]
        if ":" in self.part:
            return self.part.partition(":")[2]
        name = self.paths[0].name
        return self.options.sheet or name[: name.index(".", 1)] if "." in name[1:] else name

    @property
    def called(self) -> str:
        """The name by which a run speaks of it: that of the file, and of the sheet where one is named."""
        return f"{self.file}{MARK}{self.options.sheet}" if self.options.sheet else self.file

    @cached_property
    def dates(self) -> list[Column]:
        """The columns of dates."""
        return [column for column in self.columns if column.is_date]


def look_at(
    path: Path, name: str, encoding: str, *, is_guess: bool = False
) -> tuple[list[Table], list[Diagnostic]]:
    """Give the tables of a file: one, or one of each sheet; and what keeps it from being read."""
    tables: list[Table] = []
    problems: list[Diagnostic] = []
    parts = _parts(path)
    if isinstance(parts, LogFault):
        return [], [parts.at(name)]
    ways = [(options, part) for options in _ways(path, Options(encoding=encoding)) for part in parts]
    for options, part in ways:
        table, found = _table(path, name, options, part)
        problems.extend(found)
        if table is not None:
            table.guessed_encoding = encoding if is_guess else table.guessed_encoding
            tables.append(table)
    # A sheet without a table is no mistake where others have one.
    return tables, [] if tables else problems


def likely_encodings(problems: list[Diagnostic]) -> list[str]:
    """Give the encodings in which a file may be written that is in none for certain, the likeliest first."""
    near = [
        problem.values["near"] for problem in problems if (problem.code, problem.variant) == ("SD022", "near")
    ]
    return [str(name).strip("`") for names in near for name in names]


def merged(tables: list[Table]) -> list[Table]:
    """Make one table of those with the same columns whose names differ in digits only: several months."""
    found: dict[tuple[Any, ...], list[Table]] = {}
    for table in tables:
        names = tuple(column.name for column in table.columns)
        called = _NOT_LETTERS.sub("", table.stem) if table.database is None else table.database
        form = ending(table.paths[0]) if table.paths else ""
        alike = (called, table.part, names, form, table.options, table.guessed_encoding)
        found.setdefault(alike, []).append(table)
    return [_one_of(alike) for alike in found.values()]


def _one_of(tables: list[Table]) -> Table:
    """Give one table for several with the same columns."""
    first = tables[0]
    if len(tables) == 1:
        return first
    values: dict[str, Counter[str]] = {column.name: Counter() for column in first.columns}
    for column in (column for table in tables for column in table.columns):
        values[column.name].update(column.values)
    formats, rows = formats_of(values), sum(table.rows for table in tables)
    repeated = sum(table.columns[0].repeated for table in tables)
    columns = [Column(name, rows, texts, formats, repeated) for name, texts in values.items()]
    paths = tuple(path for table in tables for path in table.paths)
    more = any(table.more_rows for table in tables)
    return replace(first, paths=paths, columns=columns, rows=rows, formats=formats, more_rows=more)


def _parts(path: Path) -> list[str] | LogFault:
    """Give the parts of an event log in which rows stand; a file that is none has one without a name."""
    form = log_format(path, "", None)
    if form is None or not path.stat().st_size:
        return [""]
    if form == XES:
        return list(XES_PARTS)
    from stepladder_engine.data.event_logs.ocel import CHANGE, parts_of
    from stepladder_engine.data.event_logs.read_ocel import read_ocel

    try:
        return [part for part in parts_of(read_ocel(path)) if not part.startswith(CHANGE)]
    except LogFault as fault:
        return fault


def _ways(path: Path, options: Options) -> Iterator[Options]:
    """Give the options with which a file is to be opened: a workbook once for each sheet that it shows."""
    if ending(path) in {".xlsx", ".xlsm"}:
        from stepladder_engine.data.workbook import WorkbookFault, read_workbook

        try:
            shown = [sheet.name for sheet in read_workbook(path).sheets if sheet.visible]
        except (WorkbookFault, OSError):
            shown = []
        if len(shown) > 1:
            yield from (replace(options, sheet=sheet) for sheet in shown)
            return
    yield options


def _table(path: Path, name: str, options: Options, part: str) -> tuple[Table | None, list[Diagnostic]]:
    """Read the beginning of a file and give what is in it."""
    opened, problems = _open(path, name, options, part)
    if opened is None:
        return None, problems
    if options.delimiter is None and _is_set_with_spaces(opened, path):
        spaced, _ = _open(path, name, replace(options, delimiter="whitespace"))
        if spaced is not None and _faults(spaced) == 0:
            opened, options = spaced, replace(options, delimiter="whitespace")
    row = _header_row(opened, path, name, options)
    if row is not None:
        options = replace(options, header_row=row)
        below, _ = _open(path, name, options, part)
        opened = below or opened
    called = f"{name}{MARK}{part}" if part else name
    return replace(_looked_at(opened, called, options), paths=(path,), part=part), []


def _looked_at(opened: SourceTable, name: str, options: Options) -> Table:
    """Give what is in a table whose rows can be read."""
    rows = list(islice(opened.rows(), MOST_ROWS + 1))
    more = len(rows) > MOST_ROWS
    good = [row for row in rows[:MOST_ROWS] if row.fault is None]
    names = [column for column in opened.columns or () if column and column not in opened.twice]
    names = [column for column in names if column not in opened.nested][:MOST_COLUMNS]
    values = {column: _values(column, good) for column in names}
    formats = formats_of(values)
    repeated = len(good) - len({tuple(row.cells.values()) for row in good})
    columns = [Column(column, len(good), values[column], formats, repeated) for column in names]
    guessed = next(
        (str(note.values["encoding"]) for note in opened.notes if note.variant == "encoding"), None
    )
    return Table(name, (), options, columns, len(good), formats, more, guessed)


def look_at_database(written: str, url: str, folder: Path) -> tuple[list[Table], list[Diagnostic]]:
    """Give the tables of a database; its address is shown as it is written."""
    from stepladder_engine.data.read_sql import open_database, tables_of

    shown = shown_address(written)
    names, problems = tables_of(Database(shown, url, "-"), folder)
    tables: list[Table] = []
    for name in names:
        called = f"{shown}: {name}"
        opened, found = open_database(Database(called, url, name), folder, MOST_ROWS + 1)
        problems.extend(found)
        if opened is not None:
            with closing(opened):
                tables.append(replace(_looked_at(opened, called, Options()), database=(written, name)))
    # What this user may not read is no mistake where there is something else.
    return tables, [] if tables else problems


def _open(
    path: Path, name: str, options: Options, part: str = ""
) -> tuple[SourceTable | None, list[Diagnostic]]:
    span: Span = in_file(name)
    called = f"{name}{MARK}{part}" if part else name
    return open_file(SourceFile(called, path, part), Source(called, str(path), span), options)


def _is_set_with_spaces(table: SourceTable, path: Path) -> bool:
    """Tell whether a text has one column only, whose name is several words."""
    columns = table.columns or ()
    return ending(path) in {".txt", ".csv", ".tsv"} and len(columns) == 1 and len(columns[0].split()) > 1


def _header_row(table: SourceTable, path: Path, name: str, options: Options) -> int | None:
    """Give the row of the header where the first row is a title and one of the next names the columns."""
    lines = table.layout is not None or table.header_row is not None
    if not lines or options.header_row is not None or not _is_title(table):
        return None
    first = table.header_row or 1
    for row in range(first + 1, first + _MOST_TITLE):
        opened, _ = _open(path, name, replace(options, header_row=row))
        if opened is not None and _named(opened) > _named(table) and _is_header(opened):
            return row
    return None


def _named(table: SourceTable) -> int:
    return sum(bool(column) for column in table.columns or ())


def _is_title(table: SourceTable) -> bool:
    """Tell whether the first row may leave most of the columns below it without a name."""
    rows = list(islice(table.rows(), _FEW_ROWS))
    if table.typed:
        # Of a sheet only the columns with a name are read.
        return _named(table) <= _MOST_OF_A_TITLE
    faults = sum(row.fault is not None for row in rows)
    return bool(rows) and (faults * 2 > len(rows) or _named(table) * 2 <= len(table.columns or ()))


def _is_header(table: SourceTable) -> bool:
    """Tell whether a row names columns: all that rows below it fill, with names and no values."""
    names = [column for column in table.columns or () if column]
    rows = list(islice(table.rows(), _FEW_ROWS))
    if len(names) < 2 or not rows or any(_IS_VALUE.fullmatch(name) for name in names):
        return False
    full = [row for row in rows if row.fault is None and all(name in row.cells for name in names)]
    filled = sum(sum(bool(row.cells[name]) for name in names) * 2 > len(names) for row in full)
    return filled >= 0.8 * len(rows)


def _faults(table: SourceTable) -> int:
    return sum(row.fault is not None for row in islice(table.rows(), 200))


def _values(column: str, rows: list[SourceRow]) -> Counter[str]:
    """Count the texts of a column, without those that are empty or cannot be read."""
    found: Counter[str] = Counter()
    for row in rows:
        text = row.cells.get(column)
        if text is None or isinstance(text, FaultyText):
            continue
        cleaned = text if isinstance(text, TypedText) else clean_text(text)
        if cleaned:
            found[cleaned] += 1
    return found
