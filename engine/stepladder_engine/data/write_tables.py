"""Writes results into a folder: the tables in one format or several, and the summary.

Everything is written beside the target first and takes its place when it is
whole, so that a stopped run leaves the old result. Files in the target that are
not ours stay.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextvars import copy_context
from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal, get_args, overload

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.record import record
from stepladder_dsl.source import NOWHERE
from stepladder_engine.data.problems import finding
from stepladder_engine.data.replace_folder import (
    PARTS,
    NoRoomBeside,
    clear_leftovers,
    own_files,
    put_in_place,
    workshop,
)
from stepladder_engine.data.tables import Columnar, Table
from stepladder_engine.data.typed_values import NumberTooLarge
from stepladder_engine.data.watching import watching
from stepladder_engine.data.workers import in_turn, pool, workers
from stepladder_engine.data.write_plain import json_value, write_csv, write_json, write_ndjson
from stepladder_engine.texts.os_problems import os_problem

Row = tuple[Any, ...]
Form = Literal["csv", "json", "ndjson", "parquet", "xlsx"]
FORMS: tuple[Form, ...] = get_args(Form)
SUMMARY = "summary.json"
WORKBOOK = "tables.xlsx"
_EXTRAS = {"parquet": ("parquet", "pyarrow"), "xlsx": ("xlsx", "xlsxwriter")}
"""Format -> the extra that it needs, and the package by which one sees whether it is there."""


@record
class Manner:
    """How tables are written.

    `for_spreadsheets` makes CSV for spreadsheet programs (see `write_csv`).
    `timezone` is the zone of typed times; `from_the_right` says how a workbook's sheets run.
    """

    forms: tuple[Form, ...] = ("csv",)
    for_spreadsheets: bool = False
    timezone: str = "UTC"
    from_the_right: bool = False


AS_CSV = Manner()
_FEW_ROWS = 100_000
"""Fewer are written in turn: a tenth of a second."""


def write_tables(
    folder: Path, tables: Sequence[Table], summary: Mapping[str, Any], manner: Manner = AS_CSV
) -> list[Diagnostic]:
    """Write the tables and the summary to a folder; what keeps them from being written is a finding.

    What is written and still worth saying is a note among the findings.
    """
    missing = missing_extras(manner.forms)
    if missing:
        return missing
    target = folder.resolve()
    writing = _Writing(target, tables, summary, manner)
    try:
        if target.name:
            clear_leftovers(target)
        problems = _obstacles(target, folder, set(writing.names))
        if problems:
            return problems
        target.parent.mkdir(parents=True, exist_ok=True)
        with in_turn(sum(len(table.rows) for table in tables) < _FEW_ROWS):
            try:
                return writing.write(target.parent)
            except NoRoomBeside:
                return writing.write(target)
    except NumberTooLarge as error:
        return [error.finding]
    except OSError as error:
        return [finding("SD060", NOWHERE, folder=str(folder), problem=os_problem(error))]


def missing_extras(forms: Sequence[Form]) -> list[Diagnostic]:
    """Say which formats need a package that is not there."""
    wanted = [(form, *_EXTRAS[form]) for form in forms if form in _EXTRAS]
    return [
        finding("SD061", NOWHERE, format=form, extra=extra)
        for form, extra, package in wanted
        if find_spec(package) is None
    ]


@record
class _Writing:
    """What is to be written, and where it will stand."""

    target: Path
    tables: Sequence[Table]
    summary: Mapping[str, Any]
    manner: Manner

    @property
    def names(self) -> list[str]:
        """The names of the files."""
        single = [form for form in self.manner.forms if form != "xlsx"]
        names = [f"{table.name}.{form}" for form in single for table in self.tables]
        return [*names, *([WORKBOOK] if "xlsx" in self.manner.forms else []), SUMMARY]

    def write(self, place: Path) -> list[Diagnostic]:
        """Write everything into a folder made in `place`, and let it take the target's place."""
        with workshop(self.target, place, self.names) as made:
            total = sum(len(table.rows) for table in self.tables) * len(self.manner.forms)
            watching().begins("writing", total)
            notes = list(self._write_all(made))
            put_in_place(made, self.target, self.names)
        return notes

    def _seen(self) -> list[Table]:
        """Give the tables so that whoever watches sees their rows go by."""
        return [
            table if isinstance(table.rows, Columnar) else replace(table, rows=_Seen(table.rows))
            for table in self.tables
        ]

    def _write_all(self, folder: Path) -> Iterator[Diagnostic]:
        manner = self.manner
        for form in manner.forms:
            if form == "xlsx":
                yield from self._workbook(folder)
                continue
            yield from self._tables(folder, form)
        text = json.dumps(json_value(self.summary), ensure_ascii=False, indent=2) + "\n"
        (folder / SUMMARY).write_text(text, encoding="utf-8", newline="\n")

    def _tables(self, folder: Path, form: Form) -> Iterator[Diagnostic]:
        """Write all tables; those that are kept as columns beside each other, since that takes no turns."""
        tables = self._seen()
        columnar = [table for table in tables if isinstance(table.rows, Columnar) and len(table.rows)]
        if not columnar:
            for table in tables:
                yield from self._notes(folder, table, form)
            return
        with pool(min(len(columnar), workers())) as threads:
            waiting = {}
            for table in sorted(columnar, key=lambda table: -len(table.rows)):
                # Who watches is known by the context of the thread that began.
                write = partial(copy_context().run, self._notes, folder, table, form)
                waiting[table.name] = threads.submit(write)
            for table in tables:
                found = waiting.get(table.name)
                yield from self._notes(folder, table, form) if found is None else found.result()

    def _notes(self, folder: Path, table: Table, form: Form) -> list[Diagnostic]:
        return list(self._table(folder / f"{table.name}.{form}", table, form))

    def _table(self, path: Path, table: Table, form: Form) -> Iterator[Diagnostic]:
        match form:
            case "csv" if isinstance(table.rows, Columnar) and not self.manner.for_spreadsheets:
                from stepladder_engine.data.write_columns import write_csv_columns

                write_csv_columns(path, table)
            case "csv":
                write_csv(path, table, for_spreadsheets=self.manner.for_spreadsheets)
            case "json":
                write_json(path, table)
            case "ndjson":
                write_ndjson(path, table)
            case "parquet" if table.parts is not None:
                shutil.move(table.parts, path)
            case "parquet":
                from stepladder_engine.data.write_parquet import write_parquet

                yield from write_parquet(path, table, self.manner.timezone)

    def _workbook(self, folder: Path) -> Iterator[Diagnostic]:
        from stepladder_engine.data.write_xlsx import write_xlsx

        yield from write_xlsx(
            folder / WORKBOOK,
            self._seen(),
            self.summary,
            self.manner.timezone,
            parts=folder / PARTS,
            from_the_right=self.manner.from_the_right,
        )


class _Seen(Sequence[Row]):
    """Rows that are seen the first time they go by."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        self.is_new = True

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Row]: ...
    def __getitem__(self, place: int | slice) -> Row | Sequence[Row]:
        return self.rows[place]

    def __iter__(self) -> Iterator[Row]:
        is_new, self.is_new = self.is_new, False
        return iter(watching().going(self.rows) if is_new else self.rows)


def _obstacles(target: Path, folder: Path, names: set[str]) -> list[Diagnostic]:
    """Say what stands in the way: a file in place of the folder, or somebody's own file with our name."""
    if not target.name or (target.exists() and not target.is_dir()):
        return [finding("SD060", NOWHERE, "file", folder=str(folder))]
    foreign = sorted(name for name in names - own_files(target) if (target / name).exists())
    return [finding("SD060", NOWHERE, "foreign", folder=str(folder), name=name) for name in foreign]
