"""Whether two answers to the same work are the same: where every client stands, and every task.

Answers are compared as tables of DuckDB, whoever has written them, and whichever format they have. Two
answers of our own have to be the same in every cell of every table.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

COMPARED = {
    "positions": ("case", "stage", "since"),
    "tasks": ("case", "rule", "created", "due", "status", "closed"),
}
"""The columns that every contender gives. What `stepladder` says beyond them nobody else says."""

_MOMENTS = {"since", "created", "due", "closed"}
_FORMATS = {".csv", ".parquet"}

Differences = dict[str, tuple[int, list[tuple[str | None, ...]]]]


def _file(folder: Path, name: str) -> Path:
    """Give the file of a table."""
    found = [file for file in folder.glob(f"{name}.*") if file.suffix in _FORMATS]
    if len(found) != 1:
        raise FileNotFoundError(f"{folder} holds {len(found)} tables `{name}`")
    return found[0]


def _table(folder: Path, name: str, columns: Sequence[str]) -> str:
    """Give the query for some columns of a table, its moments as UTC to the second; for all without any."""
    file = _file(folder, name)
    chosen = [
        # With an offset or without one, as a text or as a moment: all of them are in UTC here.
        f"left(replace(cast(\"{column}\" AS VARCHAR), 'T', ' '), 19) AS \"{column}\""
        if column in _MOMENTS
        else f'cast("{column}" AS VARCHAR) AS "{column}"'
        for column in columns
    ]
    read = f"read_csv('{file}', all_varchar = true)" if file.suffix == ".csv" else f"'{file}'"
    return f"SELECT {', '.join(chosen) or '*'} FROM {read}"  # noqa: S608 - our own files


def differences(
    one: Path, other: Path, *, every_cell: bool = False, tables: Sequence[str] = ()
) -> Differences:
    """Give for each table that differs how many rows only one of both has, and some of them."""
    import duckdb

    compared = {name: columns for name, columns in COMPARED.items() if not tables or name in tables}
    if every_cell:
        files = [file for folder in (one, other) for file in folder.iterdir() if file.suffix in _FORMATS]
        compared = dict.fromkeys(tables or sorted({file.stem for file in files}), ())
    found = {}
    with duckdb.connect() as connection:
        connection.execute("SET timezone = 'UTC'")
        for name, columns in compared.items():
            first, second = _table(one, name, columns), _table(other, name, columns)
            only = f"({first} EXCEPT ALL {second}) UNION ALL ({second} EXCEPT ALL {first})"
            rows = connection.execute(f"SELECT * FROM ({only}) ORDER BY ALL").fetchall()  # noqa: S608
            if rows:
                found[name] = (len(rows), rows[:6])
    return found


def main() -> None:
    """Compare two folders; end with 1 and show where they differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("one", type=Path)
    parser.add_argument("other", type=Path)
    parser.add_argument("--every-cell", action="store_true", help="all columns of all tables")
    parser.add_argument("--tables", nargs="+", default=[], help="only these tables")
    options = parser.parse_args()
    found = differences(options.one, options.other, every_cell=options.every_cell, tables=options.tables)
    for name, (count, some) in found.items():
        print(f"{name}: {count} rows differ, such as", *some, sep="\n  ")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
