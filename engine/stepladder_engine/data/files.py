"""Finds the files of a source, and opens each with the reader of its format."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.diagnostics.nearest import nearest
from stepladder_engine.data.database_url import is_address, shown_address
from stepladder_engine.data.decode import Encoding, encoding_of
from stepladder_engine.data.mapping_model import Options, Source
from stepladder_engine.data.opening import MissingExtra, ending, is_packed, read_errors
from stepladder_engine.data.problems import Fault, finding, in_file, listed, note
from stepladder_engine.data.read_delimited import open_delimited
from stepladder_engine.data.read_json import open_json, open_json_lines
from stepladder_engine.data.read_yaml import open_yaml
from stepladder_engine.data.rows import Opened
from stepladder_engine.texts.os_problems import os_problem

_FORMATS = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".txt": "txt",
    ".json": "json",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".yaml": "yaml",
    ".yml": "yaml",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".parquet": "parquet",
}
_LATER = {".xls", ".xlsb", ".ods"}
_OPEN_IN_A_PROGRAM = "~$"
"""Begins the names of the files with which a spreadsheet program marks those that it has open."""
_BINARY = {"xlsx", "parquet"}
_PATTERN = re.compile(r"[*?\[]")


@dataclass(frozen=True, order=True)
class SourceFile:
    """A file of a source: its name as the mapping writes it, and where it is."""

    name: str
    path: Path


def find_files(sources: Sequence[Source], folder: Path) -> tuple[list[SourceFile], list[Diagnostic]]:
    """Give the files that the sources name, each once and sorted by name, and what is missing."""
    found: dict[Path, SourceFile] = {}
    problems: list[Diagnostic] = []
    for source in sources:
        try:
            files, missing = _files_of(source, folder)
        except OSError as error:
            problem = os_problem(error)
            files = []
            missing = [finding("SD020", source.span, "unreadable", source=source.written, problem=problem)]
        problems.extend(missing)
        for file in files:
            known = found.get(file.path.resolve())
            found[file.path.resolve()] = file if known is None else min(known, file)
    return sorted(found.values()), problems


def _files_of(source: Source, folder: Path) -> tuple[list[SourceFile], list[Diagnostic]]:
    """Give the files of one path or pattern."""
    if is_address(source.expanded):
        return [], [finding("SD024", source.span, "sql", source=shown_address(source.written))]
    path = folder / source.expanded
    if path.is_file():
        return [SourceFile(posixpath.normpath(source.written), path)], []
    if path.is_dir():
        return [], [finding("SD020", source.span, "folder", source=source.written)]
    if _PATTERN.search(source.written):
        return _matches(source, folder)
    near = nearest(path.name, (other.name for other in _siblings(path)))
    return [], [finding("SD020", source.span, source=source.written, suggestion=near)]


def _siblings(path: Path) -> list[Path]:
    try:
        return sorted(other for other in path.parent.iterdir() if other.is_file())
    except OSError:
        return []


def _matches(source: Source, folder: Path) -> tuple[list[SourceFile], list[Diagnostic]]:
    """Give the files that match a pattern, named as the mapping would write them."""
    written, expanded = source.written.split("/"), source.expanded.split("/")
    fixed = next(index for index, part in enumerate(written) if _PATTERN.search(part))
    behind = len(written) - fixed
    start = folder / ("/".join(expanded[:-behind]) or ("/" if source.expanded.startswith("/") else "."))
    pattern = "/".join(expanded[-behind:])
    prefix = "/".join(written[:fixed])
    try:
        found = (path for path in start.glob(pattern) if not path.name.startswith(_OPEN_IN_A_PROGRAM))
        paths = [path for path in found if path.is_file()]
    except (ValueError, NotImplementedError):
        paths = []
    if not paths:
        return [], [finding("SD020", source.span, "pattern", source=source.written)]
    return [
        SourceFile(posixpath.normpath(posixpath.join(prefix, path.relative_to(start).as_posix())), path)
        for path in paths
    ], []


def open_file(file: SourceFile, source: Source, options: Options, *, unchecked: str | None = None) -> Opened:
    """Open a file with the reader of its format; what it cannot be read for is given as findings.

    With `unchecked` only the beginning is looked at: the caller makes sure while reading that a text is
    in this encoding to its end, and that a file of columns is whole.
    """
    form = options.format or _FORMATS.get(ending(file.path))
    if form is None:
        return None, [_no_format(file, source)]
    try:
        if form in _BINARY:
            return _open_binary(file, source, form, options, whole=unchecked is None)
        encoding = encoding_of(file.path, options.encoding) if unchecked is None else Encoding(unchecked)
        if isinstance(encoding, Fault):
            line = int(encoding.values["line"])
            return None, [encoding.at(in_file(file.name, line), file=file.name)]
        table, problems = _open(file, form, options, encoding.name)
    except MissingExtra as missing:
        return None, [finding("SD029", source.span, file=file.name, extra=missing.extra)]
    except read_errors(file.path) as error:
        problem = os_problem(error)
        return None, [finding("SD020", source.span, "unreadable", source=file.name, problem=problem)]
    if table is not None and encoding.guessed:
        table.notes.append(note("encoding", file=file.name, encoding=encoding.name))
    return table, problems


def _open_binary(file: SourceFile, source: Source, form: str, options: Options, *, whole: bool) -> Opened:
    """Open a file that is no text; these are packed by themselves."""
    if is_packed(file.path):
        return None, [finding("SD024", source.span, "packed", file=file.name, form=form)]
    if form == "parquet":
        from stepladder_engine.data.read_parquet import open_parquet

        return open_parquet(file.path, file.name, whole=whole)
    from stepladder_engine.data.read_xlsx import open_xlsx

    return open_xlsx(file.path, file.name, options)


def _open(file: SourceFile, form: str, options: Options, encoding: str) -> Opened:
    match form:
        case "json":
            return open_json(file.path, file.name, encoding)
        case "ndjson":
            return open_json_lines(file.path, file.name, encoding)
        case "yaml":
            return open_yaml(file.path, file.name, encoding)
        case _:
            return open_delimited(file.path, file.name, form, options, encoding)


def _no_format(file: SourceFile, source: Source) -> Diagnostic:
    suffix = ending(file.path)
    variant = "later" if suffix in _LATER else ""
    known = listed(sorted(ending.removeprefix(".") for ending in _FORMATS))
    return finding("SD024", source.span, variant, file=file.name, suffix=suffix or "-", known=known)
