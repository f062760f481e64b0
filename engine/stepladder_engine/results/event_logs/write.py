"""Gives the log of a run in the form that its file's name says."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable
from pathlib import PurePath

from stepladder_engine.results.event_logs.history import History, history_of
from stepladder_engine.results.event_logs.ocel import object_log, ocel_json, ocel_xml
from stepladder_engine.results.event_logs.xes import xes_lines
from stepladder_engine.runtime.result import RunResult

_PACKED = ".gz"


def _joined(lines: Iterable[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def _sqlite(history: History) -> bytes:
    from stepladder_engine.results.event_logs.ocel_sqlite import ocel_sqlite

    return ocel_sqlite(object_log(history))


_FORMS: dict[str, Callable[[History], bytes]] = {
    ".xes": lambda history: _joined(xes_lines(history)),
    ".jsonocel": lambda history: ocel_json(object_log(history)).encode(),
    ".xmlocel": lambda history: _joined(ocel_xml(object_log(history))),
    ".sqlite": _sqlite,
}
ENDINGS = (*_FORMS, ".xes.gz")
"""The endings of files that a run can write as a log."""


def log_ending(path: PurePath) -> str | None:
    """Give the ending that says the form of a log, or None where there is no such form."""
    name = path.name.casefold()
    return next((ending for ending in ENDINGS if name.endswith(ending)), None)


def log_bytes(result: RunResult, ending: str) -> bytes:
    """Give the log of a run; the same run gives the same bytes."""
    content = _FORMS[ending.removesuffix(_PACKED)](history_of(result))
    # Without the time of day that an archive keeps otherwise.
    return gzip.compress(content, mtime=0) if ending.endswith(_PACKED) else content
