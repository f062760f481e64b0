"""What the benchmarks share: commands timed in turn in one run, medians, ratios, and the history.

Everything is measured in turn, so that a busy machine slows all alike; the ratio of the medians is what
can be compared from one machine to another.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
HISTORY = Path(__file__).resolve().parent / "history.jsonl"


def stepladder() -> str:
    """Give the installed command."""
    # The folder first: an environment that is not active is not on the path.
    beside = str(Path(sys.executable).parent)
    program = shutil.which("stepladder", path=beside) or shutil.which("stepladder")
    if program is None:
        sys.exit("`stepladder` is not installed beside this Python; use: python3 make.py bench")
    return program


def environment() -> dict[str, str]:
    """Give the variables of measured processes: they find what stands here, and keep compiled modules.

    Where the environment forbids to keep them, every start would compile everything anew, which no user waits
    for. They are kept in a folder of ours.
    """
    kept = Path(tempfile.gettempdir()) / f"stepladder-bench-{os.getuid()}"
    paths = [str(Path(__file__).resolve().parent), os.environ.get("PYTHONPATH", "")]
    return {
        **{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        "PYTHONPYCACHEPREFIX": str(kept),
    }


def seconds(command: Sequence[str]) -> float:
    """Run a command once and give its wall time; a failing one measures nothing."""
    start = time.perf_counter()
    ended = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False)
    taken = time.perf_counter() - start
    if ended.returncode:
        sys.exit(f"{' '.join(command)} ended with status {ended.returncode}:\n{ended.stderr}{ended.stdout}")
    return taken


class Taken(NamedTuple):
    """What a process took: seconds by the clock and of the processor, and its largest memory in MB."""

    wall: float
    cpu: float
    peak_mb: float


class FailedError(Exception):
    """A measured command ended with a mistake; its own words are the message."""


def taken(command: Sequence[str]) -> Taken:
    """Run a command once and give what it took, all processes that it started with it."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        start = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment(), stdin=subprocess.DEVNULL, stdout=said, stderr=said
        )
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            raise FailedError(f"{' '.join(command)} ended with status {process.returncode}:\n{said.read()}")
    # Linux counts in kB, macOS in bytes.
    peak = used.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e6 / 1024)
    return Taken(wall, used.ru_utime + used.ru_stime, peak)


def measure(measured: Mapping[str, Sequence[str]], rounds: int) -> dict[str, float]:
    """Give the median of every command; the first round only warms the caches and is left out."""
    times: dict[str, list[float]] = {name: [] for name in measured}
    for _ in range(rounds + 1):
        for name, command in measured.items():
            times[name].append(seconds(command))
    return {name: statistics.median(taken[1:]) for name, taken in times.items()}


def table(medians: Mapping[str, float]) -> str:
    """Lay out the medians, and each one's ratio to the first."""
    base = next(iter(medians.values()))
    width = max(map(len, medians))
    lines = [f"{'command':{width}}  median ms   ratio"]
    lines += [
        f"{name:{width}}  {median * 1000:9.1f}  {median / base:6.2f}" for name, median in medians.items()
    ]
    return "\n".join(lines)


def record(benchmark: str, medians: Mapping[str, float], rounds: int, **further: Any) -> None:
    """Append the figures to the history, and what else is worth keeping beside them."""
    entry = {
        "benchmark": benchmark,
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "version": version("stepladder"),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "rounds": rounds,
        "median_ms": {name: round(median * 1000, 1) for name, median in medians.items()},
        **further,
    }
    with HISTORY.open("a", encoding="utf-8") as file:
        file.write(json.dumps(entry, ensure_ascii=False) + "\n")
