"""Where the cases come from that are run a part at a time: from columns in memory, or from a spool."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.model.spec import Spec
from stepladder_dsl.record import record
from stepladder_engine.calendars.zone import Instant
from stepladder_engine.data.dataset import Dataset
from stepladder_engine.data.kept_rows import Keys
from stepladder_engine.data.problems import note
from stepladder_engine.fast.convert import origin_at
from stepladder_engine.fast.frames import Frames
from stepladder_engine.fast.ranges import Range, part_of, ranges_of
from stepladder_engine.fast.run import latest_moment
from stepladder_engine.runtime.program import Program

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]


@record
class PartFrames:
    """The columns of some cases; `keys` says where their keys stand among those of all."""

    frames: Frames
    keys: Keys | None = None


class Supply(ABC):
    """All cases of a run."""

    spec: Spec
    events: int
    """How many events there are."""
    cases: int
    """How many records there are, of all kinds."""
    in_parts: bool
    """Whether never more than a part of the events is in memory, as far as that was wanted."""
    is_whole: bool
    """Whether all columns are in memory."""

    @property
    @abstractmethod
    def aside(self) -> Dataset:
        """What was put aside of the data."""

    @abstractmethod
    def latest(self) -> Instant | None:
        """Give the time of the latest event, else of the latest record to appear."""

    @abstractmethod
    def lonely_latest(self, far: int) -> list[Diagnostic]:
        """Warn of a latest event that stands far from all others: a slip in its year would age every case."""

    @abstractmethod
    def times(self, every: int) -> Whole:
        """Give the times of some events, about one of so many."""

    @abstractmethod
    def frames(self) -> Frames:
        """Give all columns."""

    @abstractmethod
    def parts(self, size: int) -> Iterator[PartFrames]:
        """Give the cases in the order of the results, each part of about so many cases and events together.

        Cases that touch each other stay together.
        """


class InMemory(Supply):
    """Cases whose columns are all in memory."""

    is_whole = True

    def __init__(self, spec: Spec, frames: Frames, *, in_parts: bool = False) -> None:
        """Take the columns; `in_parts` says that they are so few that they are a part."""
        self.spec = spec
        self.in_parts = in_parts
        self._frames = frames
        self.events = sum(len(frame.time) for frame in frames.events.values())
        self.cases = sum(len(frame.keys) for frame in frames.records.values())

    @property
    def aside(self) -> Dataset:
        """What was put aside of the data."""
        return replace(self._frames.aside, records={}, events=[], repeated=self._frames.duplicates)

    def latest(self) -> Instant | None:
        """Give the time of the latest event, else of the latest record to appear."""
        return latest_moment(self._frames)

    def lonely_latest(self, far: int) -> list[Diagnostic]:
        """Warn of a latest event that stands far from all others."""
        return lonely_latest(self._frames, far)

    def times(self, every: int) -> Whole:
        """Give the times of some events."""
        import numpy as np

        some = [frame.time[::every] for frame in self._frames.events.values()]
        return np.concatenate([np.zeros(0, np.int64), *some])

    def frames(self) -> Frames:
        """Give all columns."""
        return self._frames

    def parts(self, size: int) -> Iterator[PartFrames]:
        """Give the cases part by part."""
        if Program(self.spec).cases_touch:
            yield PartFrames(self._frames)
        else:
            yield from parts_of(self.spec, self._frames, size)


def parts_of(spec: Spec, frames: Frames, size: int) -> Iterator[PartFrames]:
    """Cut columns into parts, of which there is always one."""
    found = list(ranges_of(spec, frames, size)) or [Range(next(iter(frames.records)), 0, 0)]
    for part in found:
        columns = part_of(spec, frames, part)
        keys = Keys(columns.records[part.kind].keys, frames.records[part.kind].keys, part.first)
        yield PartFrames(columns, keys)


def lonely_latest(frames: Frames, far: int) -> list[Diagnostic]:
    """Warn of a latest event that stands far from all others: a slip in its year would age every case."""
    found = [frame for frame in frames.events.values() if len(frame.time)]
    if not found:
        return []
    latest = max(int(frame.time.max()) for frame in found)
    earlier = [int(times.max()) for frame in found if len(times := frame.time[frame.time < latest])]
    if latest - max(earlier, default=latest) <= far:
        return []
    frame = next(frame for frame in found if int(frame.time.max()) == latest)
    import numpy as np

    rows = np.flatnonzero(frame.time == latest)
    first = min(rows.tolist(), key=lambda row: (int(frame.file[row]), int(frame.row[row])))
    origin = origin_at(frame, first)
    return [note("lonely", file=origin.file, row=origin.row)]
