"""How long it takes to read a history into columns, against a bare reading of the same file.

The bare reading looks at the same columns and has no meaning: DuckDB counts clients, sums amounts and keeps
the latest time, pyarrow only makes columns. Each runs in a process of its own; what loading the packages
takes is measured as well, with a file of a few rows, and taken off.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

from measuring import HISTORY, Taken, record, taken
from workload import FORMATS, Size, write_workload

OURS = """\
import sys
from pathlib import Path
from stepladder_dsl.compile import compile_file
from stepladder_engine.data.mapping import load_mapping
folder = Path(sys.argv[1])
spec = compile_file(next(folder.glob("*.ladder")), lint=False).spec
mapping, problems = load_mapping(folder / "mapping.yaml", spec)
"""
COLUMNS = OURS + "from stepladder_engine.fast.read.load import load_frames as load\nload(spec, mapping)\n"
ROWS = OURS + "from stepladder_engine.data.load import load_dataset as load\nload(spec, mapping)\n"
DUCKDB = """\
import duckdb, sys
from pathlib import Path
file = next(Path(sys.argv[1]).glob("events.*"))
duckdb.sql(
    "select count(distinct client), max(time), sum(amount), count(distinct kind), count(distinct channel),"
    f" count(distinct goods), sum(score) from '{file}'"
).fetchall()
"""
PYARROW = """\
import sys
from pathlib import Path
file = next(Path(sys.argv[1]).glob("events.*"))
if file.suffix == ".csv":
    from pyarrow import csv, string
    names = file.open().readline().strip().split(",")
    csv.read_csv(file, convert_options=csv.ConvertOptions(column_types=dict.fromkeys(names, string())))
else:
    from pyarrow import parquet
    parquet.read_table(file)
"""
READERS = {"DuckDB, bare": DUCKDB, "pyarrow, bare": PYARROW, "columns": COLUMNS, "rows": ROWS}


def measured(folders: dict[str, Path], names: list[str], rounds: int) -> dict[str, list[Taken]]:
    """Let the readers take turns on every folder; the first round only warms the caches."""
    found: dict[str, list[Taken]] = {f"{name}, {what}": [] for name in names for what in folders}
    for _ in range(rounds + 1):
        for name in names:
            for what, folder in folders.items():
                found[f"{name}, {what}"].append(taken([sys.executable, "-c", READERS[name], str(folder)]))
    return {name: several[1:] for name, several in found.items()}


def medians(several: list[Taken]) -> Taken:
    """Give the median of each figure."""
    return Taken(*(statistics.median(figures) for figures in zip(*several, strict=True)))


def main() -> None:
    """Make the history, measure, show, and with `--record` write down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=100_000, help="ten events each (default: %(default)s)")
    parser.add_argument("--dirty", type=float, default=0.0, help="share of broken rows, such as 0.02")
    parser.add_argument("--rounds", type=int, default=3, help="measured rounds (default: %(default)s)")
    parser.add_argument("--readers", nargs="+", choices=READERS, default=list(READERS), help="default: all")
    parser.add_argument("--record", action="store_true", help=f"append the figures to {HISTORY.name}")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = write_workload(folder / "all", Size(options.clients, options.dirty))
        write_workload(folder / "few", Size(10))
        for form in FORMATS:
            folders = {"all": folder / "all" / form, "few": folder / "few" / form}
            found = {
                name: medians(several)
                for name, several in measured(folders, options.readers, options.rounds).items()
            }
            show(form, rows, options.readers, found)
            if options.record:
                walls = {name: figures.wall for name, figures in found.items()}
                figures = {name: figures._asdict() for name, figures in found.items()}
                record(f"read_columns {form} {rows}", walls, options.rounds, taken=figures)


def show(form: str, rows: int, names: list[str], found: dict[str, Taken]) -> None:
    """Lay out what reading takes beyond the loading of the packages, and its ratio to the first reader."""
    print(f"\n{form}: {rows:,} rows\n{'reader':16} {'wall s':>8} {'CPU s':>8} {'ratio':>7} {'peak MB':>8}")
    base = 0.0
    for name in names:
        whole, start = found[f"{name}, all"], found[f"{name}, few"]
        cpu = whole.cpu - start.cpu
        base = base or cpu
        print(f"{name:16} {whole.wall - start.wall:8.2f} {cpu:8.2f} {cpu / base:7.2f} {whole.peak_mb:8.0f}")


if __name__ == "__main__":
    main()
