"""The main job on Spark: a compiled spec and a mapping -> the same tables and summary as on one machine."""

from __future__ import annotations

import pickle
from collections.abc import Collection, Iterable, Iterator
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.model.spec import Spec
from stepladder_dsl.source import NOWHERE
from stepladder_engine.calendars.zone import Instant, Zone
from stepladder_engine.data.dataset import Dataset
from stepladder_engine.data.load import load_dataset
from stepladder_engine.data.mapping import load_mapping
from stepladder_engine.data.mapping_model import Mapping as DataMapping
from stepladder_engine.data.watching import watching
from stepladder_engine.fast.frames import Frames
from stepladder_engine.results.columns import TABLES
from stepladder_engine.results.execute import FAR_APART, lonely_latest, no_moment, parse_moment
from stepladder_engine.runtime.program import Program
from stepladder_engine.runtime.run import latest_moment
from stepladder_engine.spark.merge import SparkAnswer, merged
from stepladder_engine.spark.parts import Data, parts_of
from stepladder_engine.spark.session import spark_session
from stepladder_engine.spark.work import Figures, Rows, Work, answer_part

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
) -> tuple[SparkAnswer | None, list[Diagnostic]]:
    """Run a spec on Spark over the data that a mapping names, where nothing is in the way of it.

    Of the `tables` that nobody wants nothing is made. `parts` is how many parts the cases are put into;
    None: as many as cores, or more of much data.
    """
    moment = None
    if as_of is not None:
        moment = parse_moment(as_of, Zone(spec.timezone), spec.language)
        if moment is None:
            return None, [Diagnostic("SD070", NOWHERE, {"text": as_of})]
    mapping, problems = load_mapping(mapping_path, spec)
    if mapping is None:
        return None, problems
    data, problems = _read(spec, mapping)
    if data is None:
        return None, problems
    aside = _aside(data)
    until = _latest(data) if moment is None else moment
    if until is None:
        return None, [no_moment(aside, language or spec.language)]
    if moment is None:
        aside.notes += _lonely(data)
    work = Work(spec, until, as_of is not None, _events(data), tuple(tables))
    together = Program(spec).cases_touch
    limit = mapping.max_rejected if rejected_limit is None else rejected_limit
    watching().begins("running")
    with spark_session() as session:
        pieces = _pieces_by(session, work, data, 1 if together else parts)
        return merged(work, aside, limit, pieces, together=together), []


def _read(spec: Spec, mapping: DataMapping) -> tuple[Data | None, list[Diagnostic]]:
    """Read the data into columns; into rows where a number is too long for a column."""
    from stepladder_engine.fast.read.columns import TooWide
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


def _pieces_by(session: Any, work: Work, data: Data, parts: int | None) -> Iterator[Figures | Rows]:
    """Let Spark run the parts, and bring in what they give."""
    from pyspark import StorageLevel

    context = session.sparkContext
    count = parts or max(context.defaultParallelism, -(-work.events // EVENTS_IN_A_PART))
    packed = [(pickle.dumps(part, pickle.HIGHEST_PROTOCOL),) for part in parts_of(work.spec, data, count)]
    given = session.createDataFrame(context.parallelize(packed, count), "part binary")
    answers = given.mapInArrow(partial(_answer_batches, work), "piece binary")
    # Kept, since they are fetched a part at a time, which would otherwise be run one after the other.
    answers = answers.persist(StorageLevel.DISK_ONLY)
    answers.count()
    for row in answers.toLocalIterator(prefetchPartitions=True):
        yield pickle.loads(row.piece)  # noqa: S301 - what our own workers have made
    answers.unpersist()


def _answer_batches(work: Work, batches: Iterable[Any]) -> Iterator[Any]:
    """Run the parts that come as Arrow batches, and give the pieces of the answer as such."""
    import pyarrow

    for batch in batches:
        for packed in batch.column(0):
            part = pickle.loads(packed.as_py())  # noqa: S301 - what the driver has made
            for piece in answer_part(work, part):
                cell = pyarrow.array([pickle.dumps(piece, pickle.HIGHEST_PROTOCOL)], pyarrow.binary())
                yield pyarrow.RecordBatch.from_arrays([cell], names=["piece"])
