"""Reading, sorting and writing for the contenders that are programs in Python, with polars or with pandas.

Reading and writing are by columns, as their users do it; between them the events of each client are handed to
Python one after the other, since no operation on columns knows where a client stands.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from contenders.story import Event, NewClient, Stories, answers, tell

KINDS = ("visit", "quote", "purchase", "call", "fault", "repaired", "refusal", "survey")
PRICED = ("quote", "purchase")
COLUMNS = ("client", "time", "kind", "amount", "channel", "goods", "score")
Rows = Iterator[tuple[str, Event]]


def read_with_polars(file: Path) -> Rows:
    """Yield the events in order of client, time and kind; rows with broken cells are left out."""
    import polars as pl

    if file.suffix == ".csv":
        table = pl.read_csv(file, infer_schema=False, null_values="")
        moment = pl.col("time").str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False)
        table = table.with_columns(
            moment.alias("time"),
            pl.col("amount").cast(pl.Decimal(12, 2), strict=False),
            pl.col("score").cast(pl.Int8, strict=False),
        )
    else:
        table = pl.read_parquet(file)
    priced = pl.col("kind").cast(pl.String).is_in(PRICED)
    whole = pl.col("client").is_not_null() & pl.col("time").is_not_null()
    table = (
        table.filter(whole & ~(priced & pl.col("amount").is_null()))
        .with_columns(
            pl.col("client").cast(pl.String),
            pl.col("time").dt.epoch("s"),
            pl.col("kind").cast(pl.String).cast(pl.Enum(KINDS)),
            (pl.col("amount") * 100).cast(pl.Int64).fill_null(0),
            pl.col("score").cast(pl.Int64).fill_null(0),
        )
        .sort("client", "time", "kind", maintain_order=True)
    )
    return _rows([table[name].to_list() for name in COLUMNS])


def read_with_pandas(file: Path) -> Rows:
    """Yield the events in order of client, time and kind; rows with broken cells are left out."""
    import pandas as pd

    if file.suffix == ".csv":
        table = pd.read_csv(file, dtype=str)
        table["time"] = pd.to_datetime(table["time"], format="%Y-%m-%d %H:%M:%S", errors="coerce")
        for name in ("amount", "score"):
            table[name] = pd.to_numeric(table[name], errors="coerce")
    else:
        table = pd.read_parquet(file)
    priced = table["kind"].isin(PRICED)
    table = table[table["client"].notna() & table["time"].notna() & ~(priced & table["amount"].isna())]
    table = table.assign(
        client=table["client"].astype(object),
        time=table["time"].astype("datetime64[s]").astype("int64"),
        kind=pd.Categorical(table["kind"].astype(object), KINDS, ordered=True),
        amount=(table["amount"].astype(float) * 100).round().fillna(0).astype("int64"),
        score=table["score"].fillna(0).astype("int64"),
    ).sort_values(["client", "time", "kind"], kind="stable")
    return _rows([table[name].tolist() for name in COLUMNS])


def _rows(columns: Sequence[list[Any]]) -> Rows:
    """Yield the rows of columns as events with their client."""
    clients, *others = columns
    return zip(clients, map(Event._make, zip(*others, strict=True)), strict=True)


def write_with_polars(folder: Path, form: str, stories: Stories) -> None:
    """Write both tables."""
    import polars as pl

    seconds = {"since", "created", "due", "closed"}
    for name, columns in zip(("positions", "tasks"), answers(stories), strict=True):
        table = pl.DataFrame(columns)
        moments = [pl.from_epoch(column, "s") for column in table.columns if column in seconds]
        table = table.with_columns(moments)
        write = table.write_csv if form == "csv" else table.write_parquet
        write(folder / f"{name}.{form}")


def write_with_pandas(folder: Path, form: str, stories: Stories) -> None:
    """Write both tables."""
    import pandas as pd

    seconds = {"since", "created", "due", "closed"}
    for name, columns in zip(("positions", "tasks"), answers(stories), strict=True):
        table = pd.DataFrame(columns)
        for column in seconds.intersection(table.columns):
            table[column] = pd.to_datetime(table[column], unit="s")
        write = table.to_csv if form == "csv" else table.to_parquet
        write(folder / f"{name}.{form}", index=False)


def main(new_client: NewClient) -> None:
    """Read a log, tell every client's story, and write where they stand and what is due in its format."""
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--with", dest="library", choices=("polars", "pandas"), default="polars")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    read: Callable[[Path], Rows] = read_with_polars
    write: Callable[[Path, str, Stories], None] = write_with_polars
    if options.library == "pandas":
        read, write = read_with_pandas, write_with_pandas
    by_client = groupby(read(options.file), key=itemgetter(0))
    stories = ((client, tell(new_client(), map(itemgetter(1), rows))) for client, rows in by_client)
    write(options.out, options.file.suffix.removeprefix("."), stories)
