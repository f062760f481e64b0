"""What `metrics` and `report` take over a large history, against the run that they stand on.

All commands are measured in turn over the shop of the comparison, start-up included. The targets for
100,000 clients with a million events: less than ten CPU seconds, a page of five MB and a gigabyte of memory.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from pathlib import Path

from measuring import HISTORY, Taken, record, stepladder, table, taken
from workload import AS_OF, Size, write_workload

COMMANDS = ("run", "metrics", "report as json", "report as a page")


def words(command: str, folder: Path, out: Path) -> list[str]:
    """Give the words of a command."""
    begin = [stepladder(), command.partition(" ")[0], str(folder), "--as-of", AS_OF]
    match command:
        case "run":
            return [*begin, "--quiet"]
        case "metrics":
            return [*begin, "--format", "csv", "--out", str(out / "metrics.csv")]
        case "report as json":
            return [*begin, "--format", "json", "--out", str(out / "report.json")]
        case _:
            return [*begin, "--out", str(out / "report.html")]


def measure(clients: int, rounds: int) -> tuple[int, dict[str, list[Taken]], float]:
    """Give how many events there were, what each command took in each round, and the MB of the page."""
    with tempfile.TemporaryDirectory() as name:
        out = Path(name)
        events = write_workload(out, Size(clients), ["parquet"])
        found: dict[str, list[Taken]] = {command: [] for command in COMMANDS}
        for _ in range(rounds):
            for command, times in found.items():
                times.append(taken(words(command, out / "parquet", out)))
        return events, found, (out / "report.html").stat().st_size / 1e6


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=100_000, help="how many (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="default: %(default)s")
    parser.add_argument("--record", action="store_true", help=f"append the figures to {HISTORY.name}")
    options = parser.parse_args()
    events, found, size = measure(options.clients, options.rounds)
    cpu = {command: statistics.median(one.cpu for one in times) for command, times in found.items()}
    print(f"{options.clients:,} clients, {events:,} events, in CPU time:")
    print(table(cpu))
    peak = max(one.peak_mb for times in found.values() for one in times)
    print(f"the page has {size:.1f} MB; the largest process had {peak:.0f} MB")
    if options.record:
        record("report", cpu, options.rounds, clients=options.clients, events=events, peak_mb=round(peak))


if __name__ == "__main__":
    main()
