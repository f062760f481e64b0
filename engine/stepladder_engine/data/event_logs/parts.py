"""The parts of an event log, named behind `#`: `log.xes#events`, `log.sqlite#event:pay order`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePath

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.diagnostics.nearest import nearest
from stepladder_dsl.source import Span
from stepladder_engine.data.opening import ending
from stepladder_engine.data.problems import finding, listed, shown

MARK = "#"
XES, OCEL = "xes", "ocel"
FORMATS = frozenset({XES, OCEL})
_ENDINGS = {".xes": XES, ".jsonocel": OCEL, ".xmlocel": OCEL}
_ALSO_OCEL = {".json", ".xml", ".sqlite", ".sqlite3", ".db", ".ocel"}
"""Endings that others use, too: the part that the mapping names says that this is a log."""


def log_format(path: PurePath, part: str, wanted: str | None) -> str | None:
    """Give the format of a log, or None for a file that is none; `wanted` is what the options say."""
    if wanted is not None:
        return wanted if wanted in FORMATS else None
    suffix = ending(path)
    return OCEL if part and suffix in _ALSO_OCEL else _ENDINGS.get(suffix)


def split_part(written: str, folder: Path | None = None) -> tuple[str, str]:
    """Give the file and the part that a source names; a file in the folder may have the mark in its name.

    >>> split_part("logs/*.xes#events"), split_part("orders.csv")
    (('logs/*.xes', 'events'), ('orders.csv', ''))
    """
    pieces = written.split(MARK)
    for count in range(len(pieces), 0, -1):
        file = MARK.join(pieces[:count])
        if folder is not None and (folder / file).is_file():
            return file, MARK.join(pieces[count:])
    return pieces[0], MARK.join(pieces[1:])


def no_part(span: Span, file: str, parts: Sequence[str]) -> Diagnostic:
    """Say that a mapping names a log without saying what of it is meant."""
    return finding("SD016", span, "none", file=file, known=listed(MARK + part for part in parts))


def unknown_part(span: Span, file: str, part: str, parts: Sequence[str]) -> Diagnostic:
    """Say that a log does not have the part that a mapping names."""
    near = nearest(part, parts)
    known = listed(MARK + known for known in parts)
    return finding("SD016", span, suggestion=near, file=file, part=shown(part), known=known)


def no_log(span: Span, file: str, part: str) -> Diagnostic:
    """Say that a file which is no log has no parts."""
    return finding("SD016", span, "no_log", file=file, part=shown(part))
