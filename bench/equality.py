"""Whether two answers to the same work are the same: where every client stands, and every task.

Answers are compared as tables of DuckDB, whoever has written them, and whichever format they have.
"""

from __future__ import annotations

import sys
from pathlib import Path

COMPARED = {
    "positions": ("case", "stage", "since"),
    "tasks": ("case", "rule", "created", "due", "status", "closed"),
}
"""The columns that every contender gives. What `stepladder` says beyond them nobody else says."""

_MOMENTS = {"since", "created", "due", "closed"}


def _table(folder: Path, name: str) -> str:
    """Give the query for the compared columns of a table, its moments as UTC to the second."""
    found = sorted(folder.glob(f"{name}.*"))
    if len(found) != 1:
        raise FileNotFoundError(f"{folder} holds {len(found)} tables `{name}`")
    columns = [
        # With an offset or without one, as a text or as a moment: all of them are in UTC here.
        f"left(replace(cast(\"{column}\" AS VARCHAR), 'T', ' '), 19) AS \"{column}\""
        if column in _MOMENTS
        else f'cast("{column}" AS VARCHAR) AS "{column}"'
        for column in COMPARED[name]
    ]
    read = f"read_csv('{found[0]}', all_varchar = true)" if found[0].suffix == ".csv" else f"'{found[0]}'"
    return f"SELECT {', '.join(columns)} FROM {read}"  # noqa: S608 - our own files


def differences(one: Path, other: Path) -> dict[str, tuple[int, list[tuple[str | None, ...]]]]:
    """Give for each table that differs how many rows only one of both has, and some of them."""
    import duckdb

    found = {}
    with duckdb.connect() as connection:
        connection.execute("SET timezone = 'UTC'")
        for name in COMPARED:
            first, second = _table(one, name), _table(other, name)
            only = f"({first} EXCEPT ALL {second}) UNION ALL ({second} EXCEPT ALL {first})"
            rows = connection.execute(f"SELECT * FROM ({only}) ORDER BY ALL").fetchall()  # noqa: S608
            if rows:
                found[name] = (len(rows), rows[:6])
    return found


def main() -> None:
    """Compare two folders; end with 1 and show where they differ."""
    one, other = map(Path, sys.argv[1:3])
    found = differences(one, other)
    for name, (count, some) in found.items():
        print(f"{name}: {count} rows differ, such as", *some, sep="\n  ")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
