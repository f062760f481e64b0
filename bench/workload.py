"""Makes the history of a shop with any number of clients: the workload of the comparison.

About ten events a client in seven columns, all in order of time, as a till or a CRM writes its log. A dirty
share of the rows lacks its client, its amount or a time that exists. The same numbers give the same file on
every machine: it is drawn from a seeded generator, column by column.
"""

from __future__ import annotations

import argparse
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow

SHOP = Path(__file__).resolve().parent / "shop"
FORMATS = ("parquet", "csv")
AS_OF = "2026-06-30T12:00"

KINDS = ("visit", "quote", "purchase", "call", "fault", "repaired", "refusal", "survey")
"""The kinds of events, as the spec declares them: that is their order at one moment."""

_WEIGHTS = (0.28, 0.15, 0.18, 0.15, 0.07, 0.06, 0.03, 0.08)
_CHANNELS = ("social", "press", "web", "friend")
_GOODS = ("phone", "case", "plan")
_FIRST_SECOND = 1_672_531_200  # 2023-01-01 00:00 UTC
_SECONDS = 1_270 * 86_400  # until 2026-06-24
_MEAN_EVENTS = 10.3
_MEAN_GAP = 40 * 86_400


@dataclass(frozen=True)
class Size:
    """What a history is made of; `long_case` gives so many further events to the first client."""

    clients: int
    dirty: float = 0.0
    long_case: int = 0
    seed: int = 1


def _clients_and_times(size: Size, draw: Any) -> tuple[Any, Any, Any]:
    """Give the client, the second and whether it is the client's first of every event, client by client."""
    import numpy as np

    # Many clients with few events and few with many, as everywhere.
    shape = 1.5
    counts = 1 + draw.negative_binomial(shape, shape / (shape + _MEAN_EVENTS - 1), size.clients)
    if size.long_case:
        counts[0] = size.long_case
    client = np.repeat(np.arange(size.clients, dtype=np.int32), counts)
    begins = np.cumsum(counts) - counts
    gaps = draw.exponential(_MEAN_GAP, len(client))
    gaps[begins] = 0
    elapsed = np.cumsum(gaps)
    elapsed -= np.repeat(elapsed[begins], counts)
    lasts = elapsed[begins + counts - 1]
    # Who has more events than fit into the years has them more often.
    shrunk = np.minimum(1.0, 0.95 * _SECONDS / np.maximum(lasts, 1))
    # A company that grows: more clients came lately than long ago.
    starts = np.sqrt(draw.random(size.clients)) * (_SECONDS - lasts * shrunk)
    seconds = np.repeat(starts, counts) + elapsed * np.repeat(shrunk, counts)
    first = np.zeros(len(client), dtype=bool)
    first[begins] = True
    return client, seconds.astype(np.int64) + _FIRST_SECOND, first


def history(size: Size) -> pyarrow.Table:
    """Draw a history; broken cells are empty."""
    import numpy as np
    import pyarrow as pa

    draw = np.random.default_rng(size.seed)
    client, seconds, first = _clients_and_times(size, draw)
    count = len(client)
    kind = draw.choice(len(KINDS), count, p=_WEIGHTS).astype(np.int8)
    kind[first & (draw.random(count) < 0.8)] = KINDS.index("visit")
    # Nobody brings back what is not broken: most repairs follow a fault.
    after_fault = np.zeros(count, dtype=bool)
    after_fault[1:] = (kind[:-1] == KINDS.index("fault")) & (client[1:] == client[:-1])
    kind[after_fault & (draw.random(count) < 0.7)] = KINDS.index("repaired")
    cents = np.maximum(100, draw.lognormal(9.2, 1.1, count)).astype(np.int64)
    score = draw.integers(0, 11, count, dtype=np.int8)
    channel = draw.integers(0, len(_CHANNELS), count, dtype=np.int8)
    goods = draw.integers(0, len(_GOODS), count, dtype=np.int8)
    broken = draw.choice(3, count) if size.dirty else None
    hit = draw.random(count) < size.dirty
    order = np.argsort(seconds, kind="stable")
    client, seconds, kind, hit = client[order], seconds[order], kind[order], hit[order]

    def chosen(codes: Any, words: Sequence[str], *kinds: str) -> Any:
        """Give the words of those kinds of events, and nothing for the others."""
        missing = None if not kinds else ~np.isin(kind, [KINDS.index(name) for name in kinds])
        return pa.DictionaryArray.from_arrays(pa.array(codes, mask=missing), pa.array(words))

    priced = np.isin(kind, [KINDS.index("quote"), KINDS.index("purchase")])
    scored = np.isin(kind, [KINDS.index("call"), KINDS.index("survey")])
    lost_client, lost_time, lost_amount = (
        hit & (broken == fault) if broken is not None else None for fault in range(3)
    )
    if lost_amount is not None and lost_client is not None:
        # What has no amount lacks its client instead, so that every hit row is a broken one.
        lost_client = lost_client | (lost_amount & ~priced)
    without_amount = ~priced if lost_amount is None else ~priced | lost_amount
    digits = max(7, len(str(size.clients)))
    names = pa.array([f"C{number:0{digits}}" for number in range(size.clients)])
    return pa.table(
        {
            "client": pa.DictionaryArray.from_arrays(pa.array(client, mask=lost_client), names),
            "time": pa.array(seconds, pa.timestamp("s"), mask=lost_time),
            "kind": chosen(kind, KINDS),
            "amount": _money(cents, without_amount),
            "channel": chosen(channel, _CHANNELS, "visit"),
            "goods": chosen(goods, _GOODS, "purchase"),
            "score": pa.array(score, mask=~scored),
        }
    )


def _money(cents: Any, missing: Any) -> Any:
    """Give amounts with two decimals: money is never a binary fraction, in a file neither."""
    import numpy as np
    import pyarrow as pa

    # A decimal of Arrow is an integer of 16 bytes; the amounts fit into the lower eight.
    pairs = np.zeros((len(cents), 2), dtype=np.int64)
    pairs[:, 0] = cents
    known = np.packbits(~missing, bitorder="little")
    buffers = [pa.py_buffer(known), pa.py_buffer(pairs)]
    return pa.Array.from_buffers(pa.decimal128(12, 2), len(cents), buffers, null_count=int(missing.sum()))


def _as_text(table: pyarrow.Table) -> pyarrow.Table:
    """Give the table as a text file has it: where a cell is broken something stands there all the same."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = table["kind"].cast(pa.string())
    priced = pc.is_in(kind, pa.array(["quote", "purchase"]))
    time_text = pc.fill_null(pc.strftime(table["time"], "%Y-%m-%d %H:%M:%S"), "31.02.2025")
    amount = table["amount"].cast(pa.string())
    amount = pc.if_else(pc.and_(priced, pc.is_null(amount)), "n/a", amount)
    columns = {name: table[name] for name in table.column_names} | {"time": time_text, "amount": amount}
    return pa.table(columns)


def write_events(table: pyarrow.Table, file: Path, *, dirty: bool) -> None:
    """Write a history as Parquet or as CSV, as the file's name says."""
    import pyarrow as pa
    import pyarrow.csv
    import pyarrow.parquet

    if dirty and file.suffix != ".parquet":
        table = _as_text(table)
    # As plain texts, as other programs write them: an array with a dictionary would have all of it, a million
    # keys, written into each group of rows, and read again by everybody.
    columns = {
        name: column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
        for name, column in zip(table.column_names, table.columns, strict=True)
    }
    if file.suffix == ".parquet":
        pa.parquet.write_table(pa.table(columns), file, compression="zstd")
        return
    with file.open("wb") as stream:
        stream.write((",".join(columns) + "\n").encode())
        options = pa.csv.WriteOptions(include_header=False, quoting_style="none")
        pa.csv.write_csv(pa.table(columns), stream, options)


def write_workload(folder: Path, size: Size, formats: Sequence[str] = FORMATS) -> int:
    """Write a history in each format, and beside each file the spec and a mapping; give the number of rows.

    A folder `parquet` or `csv` is one that `stepladder run` takes.
    """
    table = history(size)
    for form in formats:
        place = folder / form
        place.mkdir(parents=True, exist_ok=True)
        write_events(table, place / f"events.{form}", dirty=size.dirty > 0)
        shutil.copy(SHOP / "shop.ladder", place / f"{form}.ladder")
        mapping = (SHOP / "mapping.yaml").read_text(encoding="utf-8").replace("events.csv", f"events.{form}")
        (place / "mapping.yaml").write_text(mapping, encoding="utf-8")
    return int(table.num_rows)


def main() -> None:
    """Write a history into a folder and say how large it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the files go")
    parser.add_argument("--clients", type=int, default=1_000, help="how many (default: %(default)s)")
    parser.add_argument("--dirty", type=float, default=0.0, help="share of broken rows, such as 0.02")
    parser.add_argument("--long-case", type=int, default=0, help="events of the first client alone")
    parser.add_argument("--seed", type=int, default=1, help="of the generator (default: %(default)s)")
    parser.add_argument("--formats", nargs="+", choices=FORMATS, default=FORMATS, help="default: both")
    options = parser.parse_args()
    size = Size(options.clients, options.dirty, options.long_case, options.seed)
    start = time.perf_counter()
    rows = write_workload(options.folder, size, options.formats)
    print(f"{rows:,} events of {size.clients:,} clients in {time.perf_counter() - start:.1f} s")
    for form in options.formats:
        file = options.folder / form / f"events.{form}"
        print(f"{file}: {file.stat().st_size / 1e6:.1f} MB; stepladder run {file.parent} --as-of {AS_OF}")


if __name__ == "__main__":
    main()
