"""How long a small `stepladder check` takes, against a Python that does nothing.

Both are measured in turn, in one run, so that a busy machine slows both; the ratio of the medians is
what can be compared from one machine to another.
"""

from __future__ import annotations

import argparse
import json
import platform
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HISTORY = Path(__file__).resolve().parent / "history.jsonl"


def commands(spec: str) -> dict[str, list[str]]:
    """Give what is measured, by the name it has in the table."""
    # The folder first: an environment that is not active is not on the path.
    beside = str(Path(sys.executable).parent)
    program = shutil.which("stepladder", path=beside) or shutil.which("stepladder")
    if program is None:
        sys.exit("`stepladder` is not installed beside this Python; use: python3 make.py bench")
    return {
        "python -c pass": [sys.executable, "-c", "pass"],
        "stepladder --version": [program, "--version"],
        f"stepladder check {spec}": [program, "check", spec],
    }


def seconds(command: Sequence[str]) -> float:
    """Run a command once and give its wall time; a failing one measures nothing."""
    start = time.perf_counter()
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    taken = time.perf_counter() - start
    if ended.returncode:
        sys.exit(f"{' '.join(command)} ended with status {ended.returncode}:\n{ended.stderr}{ended.stdout}")
    return taken


def measure(measured: dict[str, list[str]], rounds: int) -> dict[str, float]:
    """Give the median of every command; the first round only warms the caches and is left out."""
    times: dict[str, list[float]] = {name: [] for name in measured}
    for _ in range(rounds + 1):
        for name, command in measured.items():
            times[name].append(seconds(command))
    return {name: statistics.median(taken[1:]) for name, taken in times.items()}


def table(medians: dict[str, float]) -> str:
    """Lay out the medians, and each one's ratio to the first."""
    base = next(iter(medians.values()))
    width = max(map(len, medians))
    lines = [f"{'command':{width}}  median ms   ratio"]
    lines += [
        f"{name:{width}}  {median * 1000:9.1f}  {median / base:6.2f}" for name, median in medians.items()
    ]
    return "\n".join(lines)


def record(medians: dict[str, float], rounds: int) -> None:
    """Append the figures to the history."""
    entry = {
        "benchmark": "startup",
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "version": version("stepladder"),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "rounds": rounds,
        "median_ms": {name: round(median * 1000, 1) for name, median in medians.items()},
    }
    with HISTORY.open("a", encoding="utf-8") as file:
        file.write(json.dumps(entry, ensure_ascii=False) + "\n")


def main() -> None:
    """Measure, show, and with `--record` write down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help="measured rounds (default: 15)")
    parser.add_argument("--spec", default="specs/phone_sale", help="what is checked (default: %(default)s)")
    parser.add_argument("--record", action="store_true", help=f"append the figures to {HISTORY.name}")
    options = parser.parse_args()
    medians = measure(commands(options.spec), options.rounds)
    print(table(medians))
    if options.record:
        record(medians, options.rounds)


if __name__ == "__main__":
    main()
