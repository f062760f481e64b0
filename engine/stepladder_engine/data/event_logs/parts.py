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


def split_part(written: str, folder: Path) -> tuple[str, str]:
    """Give the file and the part that a source names; the name of a file may have the mark in it, too.

    >>> split_part("logs/*.xes#events", Path()), split_part("orders#*.csv", Path())
    (('logs/*.xes', 'events'), ('orders#*.csv', ''))
    """
    pieces = written.split(MARK)
    splits = [(MARK.join(pieces[:count]), MARK.join(pieces[count:])) for count in range(len(pieces), 0, -1)]
    there = next((split for split in splits if (folder / split[0]).is_file()), None)
    return there or next((split for split in splits if _is_part(*split)), (written, ""))


def _is_part(file: str, part: str) -> bool:
    """Tell whether this reads like a log and its part, although there is no such file."""
    suffix = ending(PurePath(file))
    return bool(part) and (suffix in _ENDINGS or (suffix in _ALSO_OCEL and ":" in part))


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
