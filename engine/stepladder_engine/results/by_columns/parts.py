"""Runs the cases a part at a time: of an answer only the figures are kept, and the rows in a spool."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from stepladder_dsl.record import record
from stepladder_engine.calendars.many import Moments
from stepladder_engine.calendars.zone import Instant
from stepladder_engine.data.cells import ColumnRows, InPieces, Times
from stepladder_engine.data.give_back import give_back
from stepladder_engine.data.kept_rows import Keeper, KeptByTime, KeptRows, Keys, Piece
from stepladder_engine.data.spool import Spool
from stepladder_engine.data.watching import gone_by
from stepladder_engine.data.workers import pool
from stepladder_engine.fast.outcome import Handed
from stepladder_engine.fast.rebuild import result_of
from stepladder_engine.fast.run import run_fast
from stepladder_engine.fast.supply import PartFrames
from stepladder_engine.metrics.merge import Shares, shares_of
from stepladder_engine.results.by_columns.tables import LARGE, ColumnTables
from stepladder_engine.results.listed import Listed
from stepladder_engine.results.summary import Counts
from stepladder_engine.runtime.program import Program

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stepladder_engine.data.workers import Awaited

    Whole = NDArray[np.int64]

T = TypeVar("T")
U = TypeVar("U")

_BETWEEN = 8
"""Parts after which memory is given back that threads else keep for themselves."""
_BY_TIME = "journal"
"""The table whose rows stand in the order of time, over all cases."""


@record
class Manner:
    """How the parts are run."""

    program: Program
    moments: Moments
    as_of: Instant
    as_of_given: bool
    compiled: bool
    with_metrics: bool
    chosen: Collection[str]
    """The names of the tables that somebody wants."""
    lists: bool = False
    """Whether somebody wants to know what a screen lists."""


@record
class PartAnswer:
    """What a part adds to the answer."""

    counts: Counts
    shares: Mapping[str, Shares]
    handed: Sequence[Handed]
    rows: Mapping[str, ColumnRows]
    keys: Keys | None
    cases: int
    by_kernel: bool
    """Whether the kernel ran any of them."""
    listed: Listed


def answer_part(manner: Manner, part: PartFrames) -> PartAnswer:
    """Run some cases; whole records are made only for metrics."""
    outcome = run_fast(
        manner.program.spec,
        part.frames,
        manner.as_of,
        compiled=manner.compiled,
        journal=_BY_TIME in manner.chosen,
        detail=manner.with_metrics,
        program=manner.program,
    )
    tables = ColumnTables(outcome, manner.moments)
    shares = shares_of(result_of(outcome)) if manner.with_metrics else {}
    cases = sum(len(frame.keys) for frame in part.frames.records.values())
    rows = {name: tables.rows(name) for name in LARGE if name in manner.chosen}
    listed = tables.listed if manner.lists else Listed()
    by_kernel = bool(outcome.kinds)
    return PartAnswer(tables.counts, shares, outcome.handed, rows, part.keys, cases, by_kernel, listed)


@record(frozen=False)
class Gathered:
    """What all parts give together, their rows in a spool.

    `cuts` are moments between which about as many steps of the journal lie.
    """

    spool: Spool
    cuts: Whole
    counts: list[Counts] = field(default_factory=list)
    shares: list[Mapping[str, Shares]] = field(default_factory=list)
    handed: list[Handed] = field(default_factory=list)
    engine: str = "reference"
    listed: list[Listed] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._keepers = {table: Keeper(self.spool) for table in LARGE}
        self._pieces: dict[str, list[Piece]] = {table: [] for table in LARGE}
        self._bounds: list[list[int]] = []

    def take(self, part: PartAnswer) -> None:
        """Take the answer of the next part."""
        self.counts.append(part.counts)
        self.shares.append(part.shares)
        self.listed.append(part.listed)
        if part.by_kernel:
            self.engine = "fast"
        self.handed += [found for found in part.handed if found not in self.handed]
        for table, rows in part.rows.items():
            if not len(rows):
                continue
            bounds = self._windows(rows) if table == _BY_TIME else []
            keeper = self._keepers[table]
            prepared = keeper.prepared(rows, part.keys if table == _BY_TIME else None)
            self._pieces[table].append(keeper.keep(prepared, bounds))

    def _windows(self, rows: ColumnRows) -> list[int]:
        """Give where among steps of the journal its windows begin, and where the last one ends."""
        time = rows.columns[0]
        if not isinstance(time, Times):
            message = "the journal begins with its times"
            raise TypeError(message)
        found = [0, *np.searchsorted(time.instants, self.cuts).tolist(), len(rows)]
        self._bounds.append(found)
        return found

    def rows(self) -> dict[str, InPieces]:
        """Give the rows of the tables that grow with the data."""
        found: dict[str, InPieces] = {table: KeptRows(pieces) for table, pieces in self._pieces.items()}
        return found | {_BY_TIME: KeptByTime(self._pieces[_BY_TIME], self._bounds)}


def run_parts(manner: Manner, parts: Iterable[PartFrames], gathered: Gathered, *, threads: int) -> Gathered:
    """Run all parts, several at a time, and gather what they give in their order."""
    for number, answer in enumerate(in_order(lambda part: answer_part(manner, part), parts, threads)):
        gathered.take(answer)
        if number % _BETWEEN == 0:
            give_back()
        gone_by(answer.cases)
    return gathered


def in_order(function: Callable[[T], U], things: Iterable[T], threads: int) -> Iterator[U]:
    """Do something with things in several threads, with no more of them under way than threads."""
    if threads == 1:
        yield from map(function, things)
        return
    waiting: deque[Awaited[U]] = deque()
    with pool(threads) as made:
        try:
            for thing in things:
                waiting.append(made.submit(function, thing))
                if len(waiting) == threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
