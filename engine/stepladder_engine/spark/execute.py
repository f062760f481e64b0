"""The main job on Spark: a compiled spec and a mapping -> the same tables and summary as on one machine."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.model.spec import Spec
from stepladder_dsl.source import NOWHERE
from stepladder_engine.calendars.zone import Instant, Zone
from stepladder_engine.data.cells import ColumnRows, encoded
from stepladder_engine.data.dataset import Dataset
from stepladder_engine.data.load import load_dataset
from stepladder_engine.data.mapping import load_mapping
from stepladder_engine.data.mapping_check import is_zone
from stepladder_engine.data.mapping_model import Mapping as DataMapping
from stepladder_engine.data.rows import ReadingStopped
from stepladder_engine.data.watching import watching
from stepladder_engine.fast.frames import Frames
from stepladder_engine.fast.read.blocks import Unsure
from stepladder_engine.fast.read.columns import TooWide
from stepladder_engine.results.columns import COLUMNS, TABLES
from stepladder_engine.results.execute import FAR_APART, allowed_steps, lonely_latest, no_moment, parse_moment
from stepladder_engine.runtime.program import Program
from stepladder_engine.runtime.run import latest_moment
from stepladder_engine.spark.exchange import Exchange, SparkExchange
from stepladder_engine.spark.merge import SparkAnswer, merged
from stepladder_engine.spark.native import DrivingLoader, NativeRun, NotNative
from stepladder_engine.spark.parts import Data, parts_of
from stepladder_engine.spark.session import spark_session
from stepladder_engine.spark.work import TABLES as LARGE
from stepladder_engine.spark.work import PartFiles, Work, answer_part, write_file_of_part

Answer = tuple[SparkAnswer | None, list[Diagnostic]]

EVENTS_IN_A_PART = 100_000
"""So few that a part and its tables fit easily beside those of other cores."""


def execute_on_spark(
    spec: Spec,
    mapping_path: Path,
    *,
    as_of: str | None = None,
    rejected_limit: Decimal | None = None,
    language: str | None = None,
    tables: Collection[str] = TABLES,
    parts: int | None = None,
    parts_in: Path | None = None,
    exchange: Exchange | None = None,
) -> tuple[SparkAnswer | None, list[Diagnostic]]:
    """Run a spec on Spark over the data that a mapping names, where nothing is in the way of it.

    Of the `tables` that nobody wants nothing is made. `parts` is how many parts the cases are put into;
    None: as many as cores, or more of much data. With `parts_in`, a folder that all workers see, these
    write their rows there themselves, as Parquet. The work is spread by the `exchange`; None: by Spark.
    """
    moment = None
    if as_of is not None:
        moment = parse_moment(as_of, Zone(spec.timezone), spec.language)
        if moment is None:
            return None, [Diagnostic("SD070", NOWHERE, {"text": as_of})]
    mapping, problems = load_mapping(mapping_path, spec)
    if mapping is None:
        return None, problems
    spec = allowed_steps(spec, mapping)
    limit = mapping.max_rejected if rejected_limit is None else rejected_limit
    together = Program(spec).cases_touch
    run = _Run(
        spec,
        mapping,
        moment,
        limit,
        language or spec.language,
        tuple(tables),
        1 if together else parts,
        together,
        parts_in,
        exchange,
    )
    return run.answer()


@dataclass(frozen=True)
class _Run:
    """What is to be run, and how."""

    spec: Spec
    mapping: DataMapping
    moment: Instant | None
    limit: Decimal
    language: str
    tables: tuple[str, ...]
    parts: int | None
    together: bool
    parts_in: Path | None
    exchange: Exchange | None

    def answer(self) -> Answer:
        """Let the workers read the events; where that cannot be done, read everything here."""
        loader = self._opened()
        if loader is not None:
            try:
                with self._spread() as exchange, suppress(NotNative):
                    return self._native(exchange, loader)
            finally:
                loader.close()
        return self._from_here()

    def _opened(self) -> DrivingLoader | None:
        """Open all files; None where something is to be said of them."""
        zone = self.mapping.timezone or self.spec.timezone
        if not is_zone(zone):
            return None
        loader = DrivingLoader(self.spec, self.mapping, Zone(zone))
        watching().begins("opening")
        with suppress(Unsure, TooWide, ReadingStopped):
            loader.open_all()
            if not loader.problems:
                return loader
        loader.close()
        return None

    @contextmanager
    def _spread(self) -> Iterator[Exchange]:
        """Give what the work is spread with."""
        if self.exchange is not None:
            yield self.exchange
            return
        with spark_session() as session:
            yield SparkExchange(session)

    def _native(self, exchange: Exchange, loader: DrivingLoader) -> Answer:
        """Run where the workers read; raises `NotNative` where they cannot."""
        run = NativeRun(exchange, loader, EVENTS_IN_A_PART, self.parts)
        try:
            run.read()
            until = run.latest() if self.moment is None else self.moment
            if until is None:
                return None, [no_moment(run.aside(), self.language)]
            watching().begins("running")
            files = None if self.parts_in is None else PartFiles(self.parts_in, self.spec.timezone)
            work = self._work(until, run.events)
            pieces = run.run(work, files)
        finally:
            run.forget()
        aside = run.aside()
        if self.moment is None:
            aside.notes += run.lonely_latest()
        if files is None:
            return merged(work, aside, self.limit, pieces, together=self.together), []
        written = {name: files.of(name) for name in LARGE if name in self.tables}
        for name, folder in written.items():
            if not folder.exists():
                write_file_of_part(files, name, ColumnRows([encoded([]) for _ in COLUMNS[name]]), 0)
        answer = merged(work, aside, self.limit, pieces, together=self.together)
        answer.statuses, answer.written = run.statuses, written
        return answer, []

    def _work(self, until: Instant, events: int) -> Work:
        return Work(self.spec, until, self.moment is not None, events, self.tables)

    def _from_here(self) -> Answer:
        """Read everything here, and send each worker its part."""
        data, problems = _read(self.spec, self.mapping)
        if data is None:
            return None, problems
        aside = _aside(data)
        until = _latest(data) if self.moment is None else self.moment
        if until is None:
            return None, [no_moment(aside, self.language)]
        if self.moment is None:
            aside.notes += _lonely(data)
        work = self._work(until, _events(data))
        watching().begins("running")
        with self._spread() as exchange:
            count = self.parts or max(exchange.cores, -(-work.events // EVENTS_IN_A_PART))
            pieces = exchange.each(list(parts_of(self.spec, data, count)), partial(answer_part, work))
            answer = merged(work, aside, self.limit, pieces, together=self.together)
            answer.read_at_start = True
            return answer, []


def _read(spec: Spec, mapping: DataMapping) -> tuple[Data | None, list[Diagnostic]]:
    """Read the data into columns; into rows where a number is too long for a column."""
    from stepladder_engine.fast.read.load import load_frames

    try:
        return load_frames(spec, mapping)
    except TooWide:
        return load_dataset(spec, mapping)


def _aside(data: Data) -> Dataset:
    """Give what was put aside and counted, without the records and events."""
    if isinstance(data, Frames):
        data.aside.repeated = data.duplicates
        return data.aside
    return Dataset(
        rejected=data.rejected,
        sourced=data.sourced,
        duplicates=data.duplicates,
        skipped=data.skipped,
        rows=data.rows,
        notes=data.notes,
    )


def _latest(data: Data) -> Instant | None:
    if isinstance(data, Dataset):
        return latest_moment(data)
    from stepladder_engine.fast.run import latest_moment as latest_of_columns

    return latest_of_columns(data)


def _lonely(data: Data) -> list[Diagnostic]:
    """Warn of a latest event that stands far from all others."""
    if isinstance(data, Dataset):
        return lonely_latest(data)
    from stepladder_engine.fast.supply import lonely_latest as lonely_in_columns

    return lonely_in_columns(data, FAR_APART)


def _events(data: Data) -> int:
    if isinstance(data, Dataset):
        return len(data.events)
    return sum(len(frame.time) for frame in data.events.values())
