"""Writes results: tables as CSV or JSON, and the summary.

Everything is written beside the target first and takes its place when it is
whole, so that a stopped run leaves the old result. Files in the target that are
not ours stay.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.source import NOWHERE
from stepladder_engine.data.problems import finding
from stepladder_engine.texts.os_problems import os_problem

SUMMARY = "summary.json"
OWN_FILES = ".stepladder-files"
"""Lists the files of a result, one a line: what the next result may replace."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Table:
    """A table of results."""

    name: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[Any, ...]]


def write_tables(
    folder: Path,
    tables: Sequence[Table],
    summary: Mapping[str, Any],
    form: Literal["csv", "json"] = "csv",
    *,
    for_spreadsheets: bool = False,
) -> list[Diagnostic]:
    """Write the tables and the summary to a folder; what keeps them from being written is a finding.

    Texts are written as they stand. A text that begins with `=`, `+`, `-` or
    `@` is a client's text, and whoever reads the file has to get it unchanged;
    a spreadsheet program may take it for a formula. `for_spreadsheets` puts an
    apostrophe before such texts in CSV, for files that are only looked at.
    """
    target = folder.resolve()
    try:
        if target.name:
            _bring_back(target)
        problems = _obstacles(target, folder, {*(f"{table.name}.{form}" for table in tables), SUMMARY})
        if problems:
            return problems
        target.parent.mkdir(parents=True, exist_ok=True)
        with _workshop(target) as workshop:
            names = _write_all(workshop, tables, summary, form, for_spreadsheets=for_spreadsheets)
            _put_in_place(workshop, target, names)
    except OSError as error:
        return [finding("SD060", NOWHERE, folder=str(folder), problem=os_problem(error))]
    return []


def _write_all(
    folder: Path,
    tables: Sequence[Table],
    summary: Mapping[str, Any],
    form: Literal["csv", "json"],
    *,
    for_spreadsheets: bool,
) -> list[str]:
    """Write all files, and give their names."""
    names = []
    for table in tables:
        path = folder / f"{table.name}.{form}"
        if form == "csv":
            write_csv(path, table, for_spreadsheets=for_spreadsheets)
        else:
            write_json(path, table)
        names.append(path.name)
    _write_text(folder / SUMMARY, json.dumps(json_value(summary), ensure_ascii=False, indent=2) + "\n")
    names.append(SUMMARY)
    _write_text(folder / OWN_FILES, "".join(f"{name}\n" for name in sorted(names)))
    return [*names, OWN_FILES]


def write_csv(path: Path, table: Table, *, for_spreadsheets: bool = False) -> None:
    """Write a table as CSV: UTF-8, line feeds, a header, nothing for unknown."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(table.columns)
        for row in table.rows:
            cells = [cell_text(value) for value in row]
            if for_spreadsheets:
                cells = [
                    f"'{cell}" if isinstance(value, str) and cell.startswith(_FORMULA_STARTS) else cell
                    for cell, value in zip(cells, row, strict=True)
                ]
            writer.writerow(cells)


def write_json(path: Path, table: Table) -> None:
    """Write a table as JSON: an array with an object for each row, one a line.

    Money and other decimals are texts: many programs read a JSON number as
    binary floating point, which is no longer exact.
    """
    with path.open("w", encoding="utf-8", newline="") as stream:
        stream.write("[")
        for index, row in enumerate(table.rows):
            named = {name: json_value(value) for name, value in zip(table.columns, row, strict=True)}
            stream.write((",\n" if index else "\n") + json.dumps(named, ensure_ascii=False))
        stream.write("\n]\n")


def cell_text(value: Any) -> str:
    """Give a value as a cell of a CSV file.

    >>> cell_text(Decimal("1E+3")), cell_text(None), cell_text(True)
    ('1000', '', 'true')
    """
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case Decimal():
            return format(value, "f")
        case int():
            return str(value)
        case datetime() | date():
            return value.isoformat()
        case Mapping() | list() | tuple():
            return json.dumps(json_value(value), ensure_ascii=False)
    raise TypeError(f"{type(value).__name__} is no value of a result table")


def json_value(value: Any) -> Any:
    """Give a value as JSON has it."""
    match value:
        case None | str() | int():
            return value
        case Mapping():
            return {str(name): json_value(item) for name, item in value.items()}
        case list() | tuple():
            return [json_value(item) for item in value]
        case float():
            # Only the summary's seconds are such; results never are.
            return value
    return cell_text(value)


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


@contextmanager
def _workshop(target: Path) -> Iterator[Path]:
    """Give an empty folder beside the target, and clear it away whatever happens."""
    folder = Path(tempfile.mkdtemp(prefix=f".{target.name}.new-", dir=target.parent))
    try:
        # mkdtemp lets only the owner in; the result should be open as any new folder is.
        mask = os.umask(0)
        os.umask(mask)
        folder.chmod(0o777 & ~mask)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _old(target: Path) -> Path:
    return target.with_name(f".{target.name}.old")


def _bring_back(target: Path) -> None:
    """Bring back the old result of a run that was stopped between its two last steps.

    A folder of that name that no run has left belongs to somebody and is not touched.
    """
    old = _old(target)
    if old.is_dir() and _is_ours(old):
        if target.exists():
            shutil.rmtree(old)
        else:
            old.rename(target)


def _is_ours(folder: Path) -> bool:
    """Say whether a folder holds the result of a run and nothing else."""
    own = _own_files(folder)
    return bool(own) and all(entry.name in own for entry in folder.iterdir())


def _own_files(target: Path) -> set[str]:
    """Give the names of the files that an earlier result has left in the folder."""
    try:
        listed = (target / OWN_FILES).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return set()
    # The list may have been tampered with: only plain names inside the folder count.
    plain = {name for name in listed if Path(name).name == name and not (target / name).is_dir()}
    return plain | {OWN_FILES}


def _obstacles(target: Path, folder: Path, names: set[str]) -> list[Diagnostic]:
    """Say what stands in the way: a file in place of the folder, or somebody's own file with our name."""
    if not target.name or (target.exists() and not target.is_dir()):
        return [finding("SD060", NOWHERE, "file", folder=str(folder))]
    foreign = sorted(name for name in names - _own_files(target) if (target / name).exists())
    return [finding("SD060", NOWHERE, "foreign", folder=str(folder), name=name) for name in foreign]


def _put_in_place(workshop: Path, target: Path, names: list[str]) -> None:
    """Let the new result take the place of the old one."""
    if not target.exists():
        workshop.rename(target)
        return
    own = _own_files(target)
    # Whoever stands in the folder would stand nowhere after an exchange.
    stood_in = Path.cwd().is_relative_to(target)
    if _is_ours(target) and not stood_in and not _old(target).exists():
        _swap(workshop, target)
        return
    # Somebody or somebody else's files live here, so the folder stays and its files change one by one.
    for name in names:
        (workshop / name).replace(target / name)
    for name in own - set(names):
        (target / name).unlink(missing_ok=True)


def _swap(workshop: Path, target: Path) -> None:
    """Exchange the folders; stopped in between, the next run finds the old result and brings it back."""
    target.rename(_old(target))
    try:
        workshop.rename(target)
    except OSError:
        _old(target).rename(target)
        raise
    shutil.rmtree(_old(target), ignore_errors=True)
