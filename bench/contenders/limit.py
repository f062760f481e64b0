"""The bare limit: read the log and write one row a client, without any meaning; by hash or after sorting.

No engine that has to look at every event of every client can be faster than what reads the same file and
groups it by client, and one that needs them in order hardly faster than what sorts them.
"""

from __future__ import annotations

import argparse
from pathlib import Path

_DUCKDB_TYPES = (
    "{'client': 'VARCHAR', 'time': 'TIMESTAMP', 'kind': 'VARCHAR', 'amount': 'DECIMAL(12, 2)', "
    "'channel': 'VARCHAR', 'goods': 'VARCHAR', 'score': 'TINYINT'}"
)
_TASK = (
    "'shop/care/client:' || client || '/purchase@' || strftime(time, '%Y-%m-%dT%H:%M:%S+00:00') || '/1' "
    "AS key, "
    "'follow_up' AS kind, 'care' AS rule, 'How is it?' AS title, 'client' AS record, client AS \"case\", "
    "'service' AS role, 'phone' AS channel, time AS created, time + INTERVAL 3 DAY AS due, kind AS status, "
    "time + INTERVAL 2 DAY AS closed, 'done by ' || kind AS reason"
)
"""As many words and times as a row of our tasks has, and no meaning."""
_ROW = "client, count(*) AS events, max(time) AS latest, sum(amount) AS amount, max(score) AS score"


def with_duckdb(file: Path, out: Path, *, ordered: bool, tasks: bool) -> None:
    """Read, group and write with DuckDB; with `tasks` also a row for seven events of ten."""
    import duckdb

    read = f"'{file}'"
    if file.suffix == ".csv":
        read = f"read_csv('{file}', header = true, columns = {_DUCKDB_TYPES}, store_rejects = true)"
    with duckdb.connect() as connection:
        source = f"(SELECT * FROM {read} WHERE client IS NOT NULL)"  # noqa: S608 - our own files
        if ordered:
            connection.execute(f"CREATE TEMP TABLE ordered AS FROM {source} ORDER BY client, time")
            source = "ordered"
        grouped = f"SELECT {_ROW}, last(kind) AS kind FROM {source} GROUP BY client"  # noqa: S608
        connection.execute(f"COPY ({grouped}) TO '{out / f'clients{file.suffix}'}'")
        if tasks:
            some = f"SELECT {_TASK} FROM {source} WHERE rowid % 10 < 7"  # noqa: S608
            connection.execute(f"COPY ({some}) TO '{out / f'tasks{file.suffix}'}'")


def with_polars(file: Path, out: Path, *, ordered: bool) -> None:
    """Read, group and write with polars."""
    import polars as pl

    if file.suffix == ".csv":
        schema = dict.fromkeys(("client", "time", "kind", "amount", "channel", "goods"), pl.String)
        table = pl.scan_csv(file, schema=pl.Schema({**schema, "score": pl.Int8}))
        moment = pl.col("time").str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False)
        table = table.with_columns(moment, pl.col("amount").cast(pl.Decimal(12, 2), strict=False))
    else:
        table = pl.scan_parquet(file)
    table = table.filter(pl.col("client").is_not_null())
    if ordered:
        table = table.sort("client", "time")
    grouped = table.group_by("client", maintain_order=ordered).agg(
        pl.len().alias("events"),
        pl.col("time").max().alias("latest"),
        pl.col("amount").sum(),
        pl.col("score").max(),
        pl.col("kind").last(),
    )
    found = grouped.collect()
    write = found.write_csv if file.suffix == ".csv" else found.write_parquet
    write(out / f"clients{file.suffix}")


def main() -> None:
    """Read a log and write a row for each client."""
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--with", dest="library", choices=("duckdb", "polars"), default="duckdb")
    parser.add_argument("--sort", action="store_true", help="sort by client and time before grouping")
    parser.add_argument("--tasks", action="store_true", help="write tasks as well; wants --sort and duckdb")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    if options.library == "duckdb":
        with_duckdb(options.file, options.out, ordered=options.sort, tasks=options.tasks)
    else:
        with_polars(options.file, options.out, ordered=options.sort)


if __name__ == "__main__":
    main()
