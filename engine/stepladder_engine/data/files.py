"""Finds the files of a source, and opens each with the reader of its format."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.diagnostics.nearest import nearest
from stepladder_engine.data.database_url import is_address, shown_address
from stepladder_engine.data.decode import Encoding, encoding_of
from stepladder_engine.data.doubts import damaged_letters
from stepladder_engine.data.event_logs.parts import MARK, log_format, no_log, split_part
from stepladder_engine.data.mapping_model import Options, Source
from stepladder_engine.data.opening import (
    STANDARD_INPUT,
    MissingExtra,
    UnpacksTooMuch,
    ending,
    is_packed,
    read_errors,
)
from stepladder_engine.data.problems import Fault, finding, in_file, listed, note
from stepladder_engine.data.read_delimited import open_delimited
from stepladder_engine.data.read_json import open_json, open_json_lines
from stepladder_engine.data.read_yaml import open_yaml
from stepladder_engine.data.rows import Opened
from stepladder_engine.data.signatures import is_page, is_text
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
_LOGS = (".xes", ".jsonocel", ".xmlocel")
_LATER = {".xls", ".xlsb", ".ods"}
_OPEN_IN_A_PROGRAM = "~$"
"""Begins the names of the files with which a spreadsheet program marks those that it has open."""
_BINARY = {"xlsx", "parquet"}
_WHOLE = {"json", "yaml"}
"""What is one value from beginning to end, so that no part of it can be left out."""
_START = 4096
_PATTERN = re.compile(r"[*?\[]")


@dataclass(frozen=True, order=True)
class SourceFile:
    """A file of a source: its name as the mapping writes it, where it is, and the part of a log."""

    name: str
    path: Path
    part: str = ""


def find_files(sources: Sequence[Source], folder: Path) -> tuple[list[SourceFile], list[Diagnostic]]:
    """Give the files that the sources name, each once and sorted by name, and what is missing."""
    found: dict[tuple[Path, str], SourceFile] = {}
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
            place = (file.path.resolve(), file.part)
            known = found.get(place)
            found[place] = file if known is None else min(known, file)
    return sorted(found.values()), problems


def _files_of(source: Source, folder: Path) -> tuple[list[SourceFile], list[Diagnostic]]:
    """Give the files of one path or pattern."""
    if is_address(source.expanded):
        return [], [finding("SD024", source.span, "sql", source=shown_address(source.written))]
    if source.expanded == str(STANDARD_INPUT):
        return [SourceFile(source.written, STANDARD_INPUT)], []
    expanded, part = split_part(source.expanded, folder)
    path = folder / expanded
    if path.is_file():
        return [_named(source.written, path, part)], []
    if path.is_dir():
        return [], [finding("SD020", source.span, "folder", source=source.written)]
    if _PATTERN.search(source.written.removesuffix(f"{MARK}{part}")):
        return _matches(source, folder, part)
    near = nearest(path.name, (other.name for other in _siblings(path)))
    return [], [finding("SD020", source.span, source=source.written, suggestion=near)]


def _named(written: str, path: Path, part: str) -> SourceFile:
    """Give a file with the name that messages and results have for it."""
    end = f"{MARK}{part}"
    plain = written if path.name.endswith(MARK) and not part else written.removesuffix(end)
    return SourceFile(posixpath.normpath(plain) + (end if part else ""), path, part)


def _siblings(path: Path) -> list[Path]:
    try:
        return sorted(other for other in path.parent.iterdir() if other.is_file())
    except OSError:
        return []


def _matches(source: Source, folder: Path, part: str) -> tuple[list[SourceFile], list[Diagnostic]]:
    """Give the files that match a pattern, named as the mapping would write them."""
    end = f"{MARK}{part}" if part else ""
    written, expanded = (text.removesuffix(end).split("/") for text in (source.written, source.expanded))
    fixed = next(index for index, piece in enumerate(written) if _PATTERN.search(piece))
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
        _named(posixpath.join(prefix, path.relative_to(start).as_posix()), path, part) for path in paths
    ], []


def open_file(
    file: SourceFile,
    source: Source,
    options: Options,
    *,
    encoding: Encoding | None = None,
    whole: bool = True,
) -> Opened:
    """Open a file with the reader of its format; what it cannot be read for is given as findings.

    Who names the encoding makes sure while reading that the text is written in it to its end, and who
    does not want the `whole` file looked at, that a file of columns is in order.
    """
    log = log_format(file.path, file.part, options.format)
    form = log or options.format or _FORMATS.get(ending(file.path))
    if file.part and log is None:
        return None, [no_log(source.span, file.name.removesuffix(MARK + file.part), file.part)]
    if form is None:
        return None, [_no_format(file, source)]
    try:
        if log is not None and file.path == STANDARD_INPUT:
            return None, [finding("SD024", source.span, "stdin_whole", form=log)]
        if log is not None:
            from stepladder_engine.data.event_logs.open_log import open_log

            return open_log(file.path, file.name, file.part, log, source.span)
        if form in _BINARY:
            return _open_binary(file, source, form, options, whole=whole)
        found = encoding or encoding_of(file.path, options.encoding)
        if isinstance(found, Fault):
            line = int(found.values["line"])
            return None, [found.at(in_file(file.name, line), file=file.name)]
        if found.damaged is not None and form in _WHOLE:
            place = in_file(file.name, found.damaged)
            return None, [finding("SD022", place, "mixed", file=file.name, line=found.damaged)]
        table, problems = _open(file, form, options, found)
    except UnpacksTooMuch as much:
        return None, [finding("SD027", in_file(file.name), "bomb", file=file.name, limit=much.ratio)]
    except MissingExtra as missing:
        return None, [finding("SD029", source.span, file=file.name, extra=missing.extra)]
    except read_errors(file.path) as error:
        problem = os_problem(error)
        return None, [finding("SD020", source.span, "unreadable", source=file.name, problem=problem)]
    if table is not None:
        table.notes.extend(_encoding_notes(file.name, found))
        if found.name.startswith("utf-8"):
            table.notes.extend(damaged_letters(file.name, file.path))
    return table, problems


def _encoding_notes(name: str, encoding: Encoding) -> Iterator[Diagnostic]:
    """Say which encoding was found where it is a guess, or not the usual one."""
    if encoding.guessed:
        yield note("encoding", file=name, encoding=encoding.name)
    elif encoding.name.startswith("utf-") and encoding.name != "utf-8":
        yield note("wide", file=name, encoding=encoding.name)


def _open_binary(file: SourceFile, source: Source, form: str, options: Options, *, whole: bool) -> Opened:
    """Open a file that is no text; these are packed by themselves."""
    if file.path == STANDARD_INPUT:
        return None, [finding("SD024", source.span, "stdin_whole", form=form)]
    if is_packed(file.path):
        return None, [finding("SD024", source.span, "packed", file=file.name, form=form)]
    if is_text(_start(file.path)):
        return None, [finding("SD027", in_file(file.name), "text", file=file.name, form=form)]
    if form == "parquet":
        from stepladder_engine.data.read_parquet import open_parquet

        return open_parquet(file.path, file.name, whole=whole)
    from stepladder_engine.data.read_xlsx import open_xlsx

    return open_xlsx(file.path, file.name, options)


def _open(file: SourceFile, form: str, options: Options, encoding: Encoding) -> Opened:
    match form:
        case "json":
            return open_json(file.path, file.name, encoding)
        case "ndjson":
            return open_json_lines(file.path, file.name, encoding)
        case "yaml":
            return open_yaml(file.path, file.name, encoding)
        case _:
            return open_delimited(file.path, file.name, form, options, encoding)


def _start(path: Path) -> bytes:
    """Give as much of a file as tells a text from what is none."""
    with path.open("rb") as stream:
        return stream.read(_START)


def _no_format(file: SourceFile, source: Source) -> Diagnostic:
    suffix = ending(file.path)
    if file.path == STANDARD_INPUT:
        return finding("SD024", source.span, "stdin")
    if suffix in _LATER and is_page(_start(file.path).decode("latin-1")):
        return finding("SD024", source.span, "page", file=file.name)
    variant = "later" if suffix in _LATER else ""
    known = listed(sorted(ending.removeprefix(".") for ending in [*_FORMATS, *_LOGS]))
    return finding("SD024", source.span, variant, file=file.name, suffix=suffix or "-", known=known)
