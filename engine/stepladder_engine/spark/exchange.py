"""How work is spread over processes and what comes of it moves between them: what Spark does here.

It has two doors so that everything but Spark itself can be tried in one process.
"""

from __future__ import annotations

import pickle
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial, reduce
from typing import Any, Protocol

TO_THE_START = -1
"""Where goes what the process that starts the run has to know."""

Addressed = tuple[int, Any]
"""A thing and where it goes: to a part from zero on, or to the start."""


class Moving(Protocol):
    """Things on their way; what goes to the start has arrived there."""

    def told(self) -> list[Any]:
        """Give what has come to the start."""

    def forget(self) -> None:
        """Let go of the things."""


Row = tuple[str | None, ...]


class Unreachable(Exception):
    """Workers cannot do what they were asked for: something is missing, or cannot be reached from there."""


@dataclass(frozen=True)
class Server:
    """A database as the reader of Spark wants it told; the options hold a password: nobody is shown them."""

    options: Mapping[str, str] = field(repr=False)


class Exchange(ABC):
    """Lets functions work on things wherever there is room, and moves what they give."""

    bytes_at_once: int = 32 << 20
    """A file of lines is read in parts of about this size."""

    @property
    @abstractmethod
    def cores(self) -> int:
        """How many things are worked on at a time."""

    @abstractmethod
    def each(self, things: Sequence[Any], work: Callable[[Any], Iterator[Any]]) -> list[Any]:
        """Work on each thing, and give everything that comes of them."""

    @abstractmethod
    def spread(
        self, things: Sequence[Any], work: Callable[[Any], Iterator[Addressed]], *, at_once: int = 1
    ) -> Moving:
        """Work on each thing, so many one behind the other; what comes of them is on its way."""

    @abstractmethod
    def query(
        self, server: Server, queries: Sequence[str], work: Callable[[Iterator[Row]], Iterator[Addressed]]
    ) -> Moving:
        """Work on the rows of each query of a database; raises `Unreachable` where there is no way to it."""

    @abstractmethod
    def meet(
        self, moving: Sequence[Moving], count: int, work: Callable[[int, list[Any]], Iterator[Addressed]]
    ) -> Moving:
        """Work on what goes to each of so many parts, as soon as all of it has come together."""


def packed(thing: Any) -> bytes:
    """Give a thing as it is sent."""
    return pickle.dumps(thing, pickle.HIGHEST_PROTOCOL)


def unpacked(sent: bytes) -> Any:
    """Give a thing that our own processes have sent."""
    return pickle.loads(sent)  # noqa: S301 - what our own workers have made


class SparkExchange(Exchange):
    """Spark: rows of an address and a thing in bytes, which `mapInArrow` hands to functions of ours."""

    def __init__(self, session: Any) -> None:
        self.session = session
        self._known_labels: dict[int, list[int]] = {}

    @property
    def cores(self) -> int:
        """How many tasks Spark runs at a time."""
        return int(self.session.sparkContext.defaultParallelism)

    def each(self, things: Sequence[Any], work: Callable[[Any], Iterator[Any]]) -> list[Any]:
        """Let each thing be a task."""

        def addressed(thing: Any) -> Iterator[Addressed]:
            return ((TO_THE_START, found) for found in work(thing))

        moving = self.spread(things, addressed)
        found = moving.told()
        moving.forget()
        return found

    def spread(
        self, things: Sequence[Any], work: Callable[[Any], Iterator[Addressed]], *, at_once: int = 1
    ) -> SparkMoving:
        """Let so many things be a task."""
        rows = [(0, packed(thing)) for thing in things]
        given = self.session.sparkContext.parallelize(rows, max(-(-len(rows) // at_once), 1))
        frame = self.session.createDataFrame(given, _SCHEMA)
        return SparkMoving(frame.mapInArrow(partial(_one_by_one, work), _SCHEMA))

    def query(
        self, server: Server, queries: Sequence[str], work: Callable[[Iterator[Row]], Iterator[Addressed]]
    ) -> SparkMoving:
        """Let each query be a task, by Spark's reader for databases (JDBC)."""
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException

        try:
            reader = self.session.read.format("jdbc").options(**server.options)
            frames = [reader.option("query", query).load() for query in queries]
            whole = reduce(lambda one, other: one.unionAll(other), frames)
            return SparkMoving(whole.mapInArrow(partial(_of_rows, work), _SCHEMA))
        except (Py4JError, PySparkException):
            # What these say may hold the address; the start of the run finds out in its own way.
            raise Unreachable from None

    def meet(
        self, moving: Sequence[Moving], count: int, work: Callable[[int, list[Any]], Iterator[Addressed]]
    ) -> SparkMoving:
        """Let Spark bring together what has one address; each part is a task."""
        frames = [given.frame for given in moving if isinstance(given, SparkMoving)]
        whole = frames[0]
        for frame in frames[1:]:
            whole = whole.unionAll(frame)
        if count not in self._known_labels:
            self._known_labels[count] = self._labels(count)
        labels = self._known_labels[count]
        sent = whole.where(whole.address >= 0).mapInArrow(partial(_labelled, labels), _SCHEMA)
        together = sent.repartition(count, "address")
        places = {label: place for place, label in enumerate(labels)}
        return SparkMoving(together.mapInArrow(partial(_together, work, places), _SCHEMA))

    def _labels(self, count: int) -> list[int]:
        """Give for each part a number that Spark's own hash leads to a partition that no other leads to."""
        from pyspark.sql import functions

        tried = self.session.range(0, 8 * count + 64)
        target = functions.pmod(functions.hash(tried.id.cast("int")), functions.lit(count))
        found: dict[int, int] = {}
        while len(found) < count:
            for row in tried.select(tried.id, target.alias("target")).collect():
                found.setdefault(row.target, row.id)
            tried = self.session.range(0, 4 * tried.count())
            target = functions.pmod(functions.hash(tried.id.cast("int")), functions.lit(count))
        return [found[place] for place in range(count)]


_SCHEMA = "address int, thing binary"


class SparkMoving:
    """Things in a frame of Spark, kept on the disks of its workers."""

    def __init__(self, frame: Any) -> None:
        from pyspark import StorageLevel

        # Kept, since it is asked for twice: by the start, and by whom it goes to.
        self.frame = frame.persist(StorageLevel.DISK_ONLY)
        found = self.frame.where(self.frame.address == TO_THE_START).select("thing").collect()
        self._told = [unpacked(row.thing) for row in found]

    def told(self) -> list[Any]:
        """Give what has come to the start."""
        return self._told

    def forget(self) -> None:
        """Let go of the things."""
        self.frame.unpersist()


def _rows(batches: Iterable[Any]) -> Iterator[tuple[int, bytes]]:
    for batch in batches:
        for address, thing in zip(batch.column(0), batch.column(1), strict=True):
            yield address.as_py(), thing.as_py()


def _batch(address: int, thing: bytes) -> Any:
    import pyarrow

    cells = [pyarrow.array([address], pyarrow.int32()), pyarrow.array([thing], pyarrow.binary())]
    return pyarrow.RecordBatch.from_arrays(cells, names=["address", "thing"])


def _one_by_one(work: Callable[[Any], Iterator[Addressed]], batches: Iterable[Any]) -> Iterator[Any]:
    for _, thing in _rows(batches):
        for address, found in work(unpacked(thing)):
            yield _batch(address, packed(found))


def _of_rows(work: Callable[[Iterator[Row]], Iterator[Addressed]], batches: Iterable[Any]) -> Iterator[Any]:
    rows = (
        row
        for batch in batches
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True)
    )
    for address, found in work(rows):
        yield _batch(address, packed(found))


def _labelled(labels: Sequence[int], batches: Iterable[Any]) -> Iterator[Any]:
    import pyarrow

    known = pyarrow.array(labels, pyarrow.int32())
    for batch in batches:
        addresses = known.take(batch.column(0))
        yield pyarrow.RecordBatch.from_arrays([addresses, batch.column(1)], names=["address", "thing"])


def _together(
    work: Callable[[int, list[Any]], Iterator[Addressed]], places: dict[int, int], batches: Iterable[Any]
) -> Iterator[Any]:
    """Hand everything that has come for a part to its work."""
    found: dict[int, list[bytes]] = {}
    for label, thing in _rows(batches):
        found.setdefault(places[label], []).append(thing)
    for place, things in sorted(found.items()):
        for address, made in work(place, [unpacked(thing) for thing in things]):
            yield _batch(address, packed(made))
