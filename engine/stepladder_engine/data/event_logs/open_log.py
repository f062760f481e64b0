"""Opens a part of an event log as a table, and says what keeps it from being read."""

from __future__ import annotations

from pathlib import Path

from stepladder_dsl.source import Span
from stepladder_engine.data.event_logs.faults import LogFault
from stepladder_engine.data.event_logs.parts import MARK, XES, no_part, unknown_part
from stepladder_engine.data.event_logs.xes import PARTS, open_xes
from stepladder_engine.data.opening import open_bytes
from stepladder_engine.data.problems import finding, in_file
from stepladder_engine.data.rows import Opened


def open_log(path: Path, name: str, part: str, form: str, span: Span) -> Opened:
    """Open the part of a log that a source names; `span` is where the mapping does so."""
    file = name.removesuffix(MARK + part) if part else name
    with open_bytes(path) as stream:
        if not stream.read(1):
            return None, [finding("SD021", in_file(file), "", file=file)]
    try:
        if form == XES:
            return _open_xes(path, name, file, part, span)
        return _open_ocel(path, name, file, part, span)
    except LogFault as fault:
        return None, [fault.at(file)]


def _open_xes(path: Path, name: str, file: str, part: str, span: Span) -> Opened:
    if not part:
        return None, [no_part(span, file, PARTS)]
    if part not in PARTS:
        return None, [unknown_part(span, file, part, PARTS)]
    return open_xes(path, name, part), []


def _open_ocel(path: Path, name: str, file: str, part: str, span: Span) -> Opened:
    from stepladder_engine.data.event_logs.ocel import open_part, parts_of
    from stepladder_engine.data.event_logs.read_ocel import read_ocel

    log = read_ocel(path)
    table = open_part(log, name, part) if part else None
    if table is None:
        known = parts_of(log)
        return None, [unknown_part(span, file, part, known) if part else no_part(span, file, known)]
    return table, []
