"""What is done with one part of the cases: run it as on one machine, and give its rows and its counts."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

import numpy as np

from stepladder_dsl.model.spec import Spec
from stepladder_engine.calendars.zone import Instant, Zone
from stepladder_engine.data.cells import Cells, ColumnRows, Times, encoded
from stepladder_engine.data.dataset import Dataset
from stepladder_engine.data.tables import table_of
from stepladder_engine.data.write_parquet import write_parquet
from stepladder_engine.fast.frames import Frames
from stepladder_engine.fast.outcome import Handed
from stepladder_engine.fast.parts import compiling_pays
from stepladder_engine.fast.rebuild import result_of
from stepladder_engine.fast.run import run_fast
from stepladder_engine.metrics.merge import Shares, shares_of
from stepladder_engine.results.by_columns.tables import ColumnTables
from stepladder_engine.results.columns import COLUMNS, KEYS
from stepladder_engine.results.columns import TABLES as ALL_TABLES
from stepladder_engine.results.summary import Counts, counts_of
from stepladder_engine.results.tables import Tables
from stepladder_engine.runtime.run import run
from stepladder_engine.spark.chunks import SentWords
from stepladder_engine.spark.parts import Part, Places
from stepladder_engine.spark.sending import Sent, sent

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]
    Named = tuple[str, Sequence[Cells]]

TABLES = ("positions", "tasks", "offers", "journal", "deviations")
"""The tables that grow with the data: their rows stand in the order of the records."""
BY_TIME = "journal"
"""The one whose rows stand in the order of time."""


@dataclass(frozen=True)
class Work:
    """What is to be done with every part; `events` counts those of all parts together.

    `chosen` are the tables that somebody wants.
    """

    spec: Spec
    as_of: Instant
    as_of_given: bool
    events: int
    chosen: tuple[str, ...] = ALL_TABLES

    @property
    def tables(self) -> list[str]:
        """The tables of which rows are sent; the summary tells of offers in the order of their rows."""
        return [name for name in TABLES if name in self.chosen or name == "offers"]


@dataclass(frozen=True)
class Figures:
    """What a part adds to the summary and the metrics, and what of it was left to the reference executor."""

    counts: Counts
    shares: Mapping[str, Shares]
    handed: Sequence[Handed] = ()


@dataclass(frozen=True)
class Rows:
    """Rows of a table, in order.

    `places` are those of the rows' records among all of them (of a part that has its `KeysOfPart`: in it),
    None where there is one part;
    `times` are those of the journal's steps.
    """

    table: str
    columns: Sequence[Sent]
    places: Whole | None = None
    times: Whole | None = None


@dataclass(frozen=True)
class KeysOfPart:
    """The keys of the records of a part, by their kinds: what tells their order among all."""

    keys: Mapping[str, SentWords]


@dataclass(frozen=True)
class InFiles:
    """How many rows of a table a part has written itself."""

    table: str
    rows: int


@dataclass(frozen=True)
class FirstOffers:
    """The first record of a part, by its kind's place and its key, with an offer of each status."""

    firsts: Mapping[str, tuple[int, str, int]]


@dataclass(frozen=True)
class PartFiles:
    """Where parts write their tables themselves, as Parquet: a folder that all of them see."""

    folder: Path
    timezone: str

    def of(self, table: str) -> Path:
        """Give the folder of a table's files."""
        return self.folder / f"{table}.parquet"


def write_part(work: Work, part: Part, number: int, files: PartFiles) -> Iterator[Piece]:
    """Run a part, and write its tables where it is run; yields its figures."""
    found = _from_rows(work, part.data) if isinstance(part.data, Dataset) else _from_columns(work, part.data)
    for piece in found:
        if isinstance(piece, Figures):
            yield piece
            continue
        name, columns = piece
        rows = ColumnRows(columns)
        if name == "offers":
            yield _first_offers(work.spec, columns)
        if name in work.chosen and len(rows):
            write_file_of_part(files, name, rows, number)
            yield InFiles(name, len(rows))


def write_file_of_part(files: PartFiles, name: str, rows: ColumnRows, number: int) -> None:
    """Write a file of a table; it gets its name when it is whole, whoever else tries the same."""
    path = files.of(name) / f"part-{number:05}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=files.folder, prefix=path.stem, delete=False) as made:
        temporary = Path(made.name)
    try:
        write_parquet(temporary, table_of(name, COLUMNS[name], rows, KEYS[name]), files.timezone)
        mask = os.umask(0)
        os.umask(mask)
        temporary.chmod(0o666 & ~mask)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _first_offers(spec: Spec, columns: Sequence[Cells]) -> FirstOffers:
    names = [column.name for column in COLUMNS["offers"]]
    kinds = {kind: place for place, kind in enumerate(spec.records)}
    cells = (columns[names.index(name)].cells() for name in ("status", "record", "case"))
    firsts: dict[str, tuple[int, str, int]] = {}
    for number, (status, record, case) in enumerate(zip(*cells, strict=True)):
        firsts.setdefault(str(status), (kinds[str(record)], str(case), number))
    return FirstOffers(firsts)


Piece = Figures | Rows | KeysOfPart | InFiles | FirstOffers


def answer_part(work: Work, part: Part) -> Iterator[Figures | Rows]:
    """Run a part, and yield its figures and the rows of its tables."""
    found = _from_rows(work, part.data) if isinstance(part.data, Dataset) else _from_columns(work, part.data)
    zone = Zone(work.spec.timezone, work.spec.calendars)
    for piece in found:
        yield piece if isinstance(piece, Figures) else _rows(*piece, part.places, zone)


def _from_rows(work: Work, data: Dataset) -> Iterator[Figures | Named]:
    """Run the reference executor."""
    result = run(work.spec, data, work.as_of)
    yield Figures(counts_of(result), shares_of(result))
    tables = Tables(result, {})
    for name in work.tables:
        rows = list(getattr(tables, name)())
        yield name, [encoded(list(cells)) for cells in zip(*rows, strict=True)] or _nothing(name)


def _nothing(table: str) -> list[Cells]:
    return [encoded([]) for _ in COLUMNS[table]]


def _from_columns(work: Work, frames: Frames) -> Iterator[Figures | Named]:
    """Run the fast executor; whole records are made only for metrics."""
    # Compiling pays for all parts together: the compiled kernel is kept on each machine.
    compiled = compiling_pays(work.events)
    outcome = run_fast(work.spec, frames, work.as_of, compiled=compiled, journal="journal" in work.chosen)
    tables = ColumnTables(outcome)
    shares: Mapping[str, Shares] = {}
    if work.spec.metrics:
        whole = run_fast(work.spec, frames, work.as_of, compiled=compiled, detail=True)
        shares = shares_of(result_of(whole))
    yield Figures(tables.counts, shares, outcome.handed)
    for name in work.tables:
        yield name, tables.rows(name).columns


def _rows(table: str, columns: Sequence[Cells], places: Places | None, zone: Zone) -> Rows:
    """Give the rows of a table as they are sent."""
    names = [column.name for column in COLUMNS[table]]
    times = _instants(columns[names.index("time")], zone) if table == BY_TIME else None
    own: Whole | None = None
    if places is not None:
        records = zip(*(columns[names.index(name)].cells() for name in ("record", "case")), strict=True)
        own = np.fromiter((places[record] for record in records), np.int64)
    return Rows(table, [sent(column) for column in columns], own, times)


def _instants(column: Cells, zone: Zone) -> Whole:
    """Give the moments of a column of times."""
    if isinstance(column, Times):
        return column.instants
    moments = (zone.aware_instant(datetime.fromisoformat(text)) for text in column.cells())
    return np.fromiter(moments, np.int64)
