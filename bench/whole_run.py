"""Runs a command, and says what it and all the processes that it starts take: Spark is made of several.

Linux only: it looks into /proc five times a second. Usage: python bench/whole_run.py COMMAND...
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_EVERY = 0.2
_SESSION, _USER, _SYSTEM, _BEGAN = 3, 11, 12, 19
"""Where these stand in the `stat` of a process, behind its name."""


@dataclass
class Seen:
    """The seconds of each process by its kind, and the most memory that those of a kind had together."""

    first: int
    seconds: dict[tuple[str, str], tuple[str, float]] = field(default_factory=dict)
    peaks: Counter[str] = field(default_factory=Counter)

    def look(self) -> None:
        """Look at all processes of the session once."""
        now: Counter[str] = Counter()
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                name, _, rest = (folder / "stat").read_text("utf-8").partition("(")[2].rpartition(")")
                values = rest.split()
                if int(values[_SESSION]) != self.first:
                    continue
                resident = (folder / "status").read_text("utf-8").partition("VmRSS:")[2].split()[:1]
            except OSError:
                # It has ended meanwhile.
                continue
            kind = "the start" if folder.name == str(self.first) else "Java" if name == "java" else "workers"
            spent = (int(values[_USER]) + int(values[_SYSTEM])) / _TICKS
            self.seconds[folder.name, values[_BEGAN]] = kind, spent
            now[kind] += int(resident[0]) // 1024 if resident else 0
        for kind, size in now.items():
            self.peaks[kind] = max(self.peaks[kind], size)


def main(command: list[str]) -> int:
    """Run the command, and print the figures."""
    begun = time.monotonic()
    with subprocess.Popen(command, start_new_session=True) as process:
        seen = Seen(process.pid)
        while process.poll() is None:
            seen.look()
            time.sleep(_EVERY)
    print(f"wall s {time.monotonic() - begun:.1f}, load {os.getloadavg()[0]:.1f}", file=sys.stderr)
    for kind, peak in seen.peaks.items():
        spent = sum(seconds for other, seconds in seen.seconds.values() if other == kind)
        print(f"{kind}: CPU s {spent:.1f}, peak MB {peak}", file=sys.stderr)
    return process.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
