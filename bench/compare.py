"""The same work by `stepladder` and by what else could do it: time, memory, start, size, and equal answers.

Each contender is a process of its own over the same file. They take turns, round by round, so that a busy
machine slows all alike; a ratio is the median of the rounds' ratios. Whoever gives where the clients stand
and what is due must give exactly what the reference executor gives: otherwise nothing is recorded, and the
status is 1.

    python bench/compare.py                            1,000 and 10,000 clients, all contenders
    python bench/compare.py --clients 1000000 --only ours limit --rounds 1
    python bench/compare.py --record                   append to the history, renew the pages' tables
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from contestants import ASKED, GROUPS, Contestant, contestants
from install_size import megabytes
from measuring import HISTORY, FailedError, Taken, record, taken
from workload import FORMATS, Size, write_workload

LIMIT = "DuckDB, hash"
PROBES = (10_000, 30_000)
"""Sizes at which one sees who gets on, and how memory grows from one size to the next."""


@dataclass
class Measured:
    """What one contender took over one history, round by round; `start` is the same over a single client."""

    contestant: Contestant
    start: Taken
    rounds: list[Taken] = field(default_factory=list)

    def median(self, part: str) -> float:
        """Give the median of `wall`, `cpu` or `peak_mb`."""
        return float(statistics.median(getattr(one, part) for one in self.rounds))

    def worst_peak(self) -> float:
        """Give the largest memory of any round."""
        return max(one.peak_mb for one in self.rounds)


def start_of(contestant: Contestant, folder: Path, form: str) -> Taken | None:
    """Give the median of three starts over one client; None, with the reason shown, where it cannot run."""
    try:
        command = contestant.command(folder / "one" / form, folder / "start" / form / contestant.folder, form)
        return _middle([taken(command) for _ in range(3)])
    except FailedError as failed:
        if contestant.group == "ours" and contestant.engine == "reference":
            raise
        print(f"{contestant.name} cannot run here: {str(failed).strip().splitlines()[-1]}")
        return None


def made(folder: Path, size: Size, form: str) -> int:
    """Make a workload in a process of its own: a child's largest memory begins with that of its parent."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(write_workload, folder, size, [form]).result()


def _middle(several: Sequence[Taken]) -> Taken:
    return Taken(*(statistics.median(values) for values in zip(*several, strict=True)))


def too_much(before: Sequence[tuple[int, Measured]], events: int, patience: float) -> str | None:
    """Say why a contender is left out at a size: how long it would take or how large it would be.

    `before` is what it took at the sizes before, with their events.
    """
    if not before:
        return None
    known, last = before[-1]
    # Of the processor: how busy the machine was says nothing of what a larger size would take.
    seconds = last.start.cpu + max(0.0, last.median("cpu") - last.start.cpu) * events / known
    if seconds > patience:
        return f"would take about {seconds:,.0f} s of the processor"
    memory = memory_at(before, events)
    there_is = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e6
    if memory > 0.5 * there_is:
        return f"would need about {memory / 1e3:,.0f} GB of memory"
    return None


def memory_at(before: Sequence[tuple[int, Measured]], events: int) -> float:
    """Guess how large a contender becomes: by what it has grown between the last two sizes.

    Most of what a small history takes are packages that a single client does not need, and room that is taken
    whatever the size; so how much it grows from nothing is asked only where there is one size.
    """
    known, last = before[-1]
    first, least = (before[-2][0], before[-2][1].worst_peak()) if len(before) > 1 else (0, last.start.peak_mb)
    growth = max(0.0, last.worst_peak() - least) / (known - first)
    return last.worst_peak() + growth * (events - known)


def measure_all(
    running: Sequence[Measured], folder: Path, form: str, rounds: int
) -> dict[str, dict[str, Any]]:
    """Let the contenders take turns; give for each whether its answer equals the first one's."""
    for _ in range(rounds):
        for one in running:
            out = folder / "out" / form / one.contestant.folder
            one.rounds.append(taken(one.contestant.command(folder / form, out, form)))
    return check(running, folder / "out" / form)


def check(running: Sequence[Measured], out: Path) -> dict[str, dict[str, Any]]:
    """Hold the answers to the first one's; a difference ends the run."""
    answering = [one.contestant for one in running if one.contestant.answers]
    if len(answering) < 2:
        return {}
    first, *others = answering
    for other in others:
        # In a process of its own, as the workload is made: this one has to stay small.
        command = [sys.executable, "-m", "equality", str(out / first.folder), str(out / other.folder)]
        command += ["--every-cell"] if first.group == other.group == "ours" else []
        tables = _both_write(first, other)
        command += ["--tables", *tables] if tables else []
        try:
            taken(command)
        except FailedError as failed:
            sys.exit(f"`{other.name}` does not give what `{first.name}` gives.\n{failed}")
    return {one.name: {"equal": first.name} for one in answering}


def _both_write(one: Contestant, other: Contestant) -> Sequence[str]:
    """Give the tables that both of them write; none where both write all that they could."""
    chosen = [each.tables for each in (one, other) if each.tables]
    return [table for table in ASKED if all(table in tables for tables in chosen)] if chosen else ()


def ratios(running: Sequence[Measured], part: str) -> dict[str, float]:
    """Give each contender's ratio to the bare limit: the median over the rounds."""
    limit = next((one for one in running if one.contestant.name == LIMIT), None)
    if limit is None:
        return {}
    return {
        one.contestant.name: statistics.median(
            getattr(mine, part) / getattr(bare, part)
            for mine, bare in zip(one.rounds, limit.rounds, strict=True)
        )
        for one in running
    }


def lines(running: Sequence[Measured], events: int) -> list[str]:
    """Lay out what was measured."""
    width = max(len(one.contestant.name) for one in running)
    wall = ratios(running, "wall")
    shown = [f"{'':{width}}   wall s    cpu s  x limit   start s   events/cpu s   peak MB"]
    for one in running:
        name, start = one.contestant.name, one.start
        seconds = f"{one.median('wall'):8.2f} {one.median('cpu'):8.2f}"
        used = one.median("cpu") - start.cpu
        pace = f"{events / used:14,.0f}" if used >= 0.05 else f"{'too short':>14}"
        against = f"{wall[name]:8.2f}" if wall else f"{'':8}"
        shown.append(f"{name:{width}} {seconds} {against} {start.wall:9.3f} {pace} {one.worst_peak():9.0f}")
    return shown


def entry(
    running: Sequence[Measured], size: Size, form: str, events: int, checked: Mapping[str, Any]
) -> dict[str, Any]:
    """Give what the history keeps beside the medians of the wall time."""
    wall, cpu = ratios(running, "wall"), ratios(running, "cpu")
    return {
        "clients": size.clients,
        "events": events,
        "dirty": size.dirty,
        "long_case": size.long_case,
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[1], 1),
        "contenders": {
            one.contestant.name: {
                "group": one.contestant.group,
                "cpu_ms": round(one.median("cpu") * 1000, 1),
                "start_ms": round(one.start.wall * 1000, 1),
                "start_cpu_ms": round(one.start.cpu * 1000, 1),
                "peak_mb": round(one.worst_peak(), 1),
                "install_mb": round(megabytes(*one.contestant.requirements(form)), 1),
                "x_limit_wall": round(wall[one.contestant.name], 3) if wall else None,
                "x_limit_cpu": round(cpu[one.contestant.name], 3) if cpu else None,
                **checked.get(one.contestant.name, {}),
            }
            for one in running
        },
    }


def compare(options: argparse.Namespace, folder: Path, form: str) -> None:
    """Go through the sizes, the small ones first: they tell who would be too slow for the large ones."""
    made(folder / "one", Size(1, seed=options.seed), form)
    chosen = contestants(options.only)
    starts = {one.name: start_of(one, folder, form) for one in chosen}
    before: dict[str, list[tuple[int, Measured]]] = {one.name: [] for one in chosen}
    sizes = sorted(options.clients)
    # Nobody is let loose on a large history of whom nothing is known.
    probes = [probe for probe in PROBES if probe < sizes[0]]
    for clients in (*probes, *sizes):
        size = Size(clients, options.dirty, options.long_case, options.seed)
        events = made(folder, size, form)
        running = []
        print(f"\n{form}: {events:,} events of {clients:,} clients", flush=True)
        for one in chosen:
            start = starts[one.name]
            if start is None:
                continue
            reason = too_much(before[one.name], events, options.patience)
            if reason is None:
                running.append(Measured(one, start))
            else:
                print(f"{one.name} is left out: {reason}")
                starts[one.name] = None
        if not running:
            return
        probe = clients in probes
        checked = measure_all(running, folder, form, 1 if probe else options.rounds)
        print("\n".join(lines(running, events)))
        print(f"equal answers: {'; '.join(checked) or 'there are no two to compare'}", flush=True)
        if options.record and not probe:
            name = f"compare {form} {clients}" + (f" long {size.long_case}" if size.long_case else "")
            name += f" dirty {size.dirty}" if size.dirty else ""
            medians = {one.contestant.name: one.median("wall") for one in running}
            record(name, medians, options.rounds, **entry(running, size, form, events, checked))
        for measured in running:
            before[measured.contestant.name].append((events, measured))


def main() -> None:
    """Compare as asked, and with `--record` write down."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--clients", type=int, nargs="+", default=[1_000, 10_000], help="sizes, ten events each"
    )
    parser.add_argument("--formats", nargs="+", choices=FORMATS, default=["parquet"], help="default: parquet")
    parser.add_argument(
        "--only",
        nargs="+",
        default=list(GROUPS),
        metavar="WHO",
        help=f"of {', '.join(GROUPS)}, or part of a name",
    )
    parser.add_argument("--dirty", type=float, default=0.0, help="share of broken rows, such as 0.02")
    parser.add_argument("--long-case", type=int, default=0, help="events of the first client alone")
    parser.add_argument("--rounds", type=int, default=3, help="measured rounds (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of the generator (default: %(default)s)")
    parser.add_argument(
        "--patience",
        type=float,
        default=20,
        help="seconds of the processor that a run may take (default: %(default)s)",
    )
    parser.add_argument(
        "--folder", type=Path, help="where the files go and stay; default: a temporary folder"
    )
    parser.add_argument(
        "--record", action="store_true", help=f"append to {HISTORY.name} and renew the pages' tables"
    )
    options = parser.parse_args()
    folder = options.folder or Path(tempfile.mkdtemp(prefix="stepladder-compare-"))
    try:
        for form in options.formats:
            compare(options, folder, form)
    finally:
        if options.folder is None:
            shutil.rmtree(folder, ignore_errors=True)
    if options.record:
        import pages

        pages.renew()


if __name__ == "__main__":
    main()
