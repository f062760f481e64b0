"""Finds in which of its three forms an OCEL 2.0 log is, and reads it."""

from __future__ import annotations

from pathlib import Path
from weakref import WeakValueDictionary

from stepladder_engine.data.event_logs.faults import LogFault
from stepladder_engine.data.event_logs.ocel import OcelLog
from stepladder_engine.data.opening import is_packed, open_bytes

_SQLITE = b"SQLite format 3\0"
_open: WeakValueDictionary[tuple[Path, int, int], OcelLog] = WeakValueDictionary()
"""Logs that somebody reads: a mapping names many parts of one file, and it is looked through once."""


def read_ocel(path: Path) -> OcelLog:
    """Read what a log has; raises ``LogFault``."""
    state = path.stat()
    key = (path.resolve(), state.st_mtime_ns, state.st_size)
    known = _open.get(key)
    if known is None:
        known = _open[key] = _read(path)
    return known


def _read(path: Path) -> OcelLog:
    with open_bytes(path) as stream:
        start = stream.read(64)
    if start.startswith(_SQLITE):
        if is_packed(path):
            raise LogFault("packed")
        from stepladder_engine.data.event_logs.ocel_sqlite import SqliteLog

        return SqliteLog(path)
    # Marks of an encoding and the zero bytes of a wide one may stand before and between.
    if start.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n").startswith(b"<"):
        from stepladder_engine.data.event_logs.ocel_xml import XmlLog

        return XmlLog(path)
    from stepladder_engine.data.event_logs.ocel_json import JsonLog

    return JsonLog(path)
