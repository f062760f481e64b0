"""How much of a run is in memory at a time, and how that follows from a budget."""

from __future__ import annotations

from pathlib import Path

from stepladder_dsl.record import record
from stepladder_engine.data.spool import KEPT

_BYTES_AT_ONCE = 2_048
"""About so much a case or event takes while it is run, on all threads together, and its rows with it."""
_BYTES_IN_A_RANGE = 256
"""About so much an event takes while the events of a range of cases are put into order."""
_AT_ONCE = (10_000, 250_000)
_STARTED = 250_000_000
"""About so much a process takes that has read its data, where the system does not tell."""


@record
class Room:
    """How much is in memory at a time.

    `at_once` counts the cases and events together that are run at a time, `in_a_window` those whose steps of
    the journal are put into order at a time, and `in_a_range` those that are read back at a time. So many
    bytes of what has been read are `kept` before there is a file for it.
    """

    at_once: int = _AT_ONCE[1]
    in_a_window: int = 150_000
    in_a_range: int = 1 << 40
    kept: int = KEPT


def room_within(budget: int) -> Room:
    """Give the room that a budget of bytes leaves, beside what the process takes as it is now."""
    free = max(budget - _resident(), budget // 8)
    least, most = _AT_ONCE
    at_once = min(max(free // 3 // _BYTES_AT_ONCE, least), most)
    return Room(
        at_once,
        at_once * 3 // 2,
        max(free // 3 // _BYTES_IN_A_RANGE, at_once),
        min(KEPT, free // 8),
    )


def _resident() -> int:
    """Give how many bytes of memory the process has now."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return _STARTED
    found = [int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS:")]
    return max(found[0] if found else 0, _STARTED)
