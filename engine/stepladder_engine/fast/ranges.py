"""Cuts columns into ranges of cases, each a run of its own, so that only its answer has to be in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from stepladder_dsl.model.spec import Spec
from stepladder_dsl.record import record
from stepladder_engine.data.dataset import Dataset
from stepladder_engine.fast.frames import UNKNOWN, EventFrame, Frames, RecordFrame, Values

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]


@record
class Range:
    """Cases of one kind, from place `first` to before `last` among the keys of its frame."""

    kind: str
    first: int
    last: int


def ranges_of(spec: Spec, frames: Frames, size: int) -> Iterator[Range]:
    """Give ranges in the order of the results, each of about so many cases and events together."""
    import numpy as np

    for kind in (kind for kind in spec.records if kind in frames.records):
        frame = frames.records[kind]
        weights = np.ones(len(frame.keys), np.int64)
        for name, events in frames.events.items():
            if spec.events[name].record == kind:
                weights += np.bincount(events.case, minlength=len(weights))
        for first, last in cuts(weights, size):
            yield Range(kind, first, last)


def cuts(weights: Whole, size: int) -> Iterator[tuple[int, int]]:
    """Cut a row of weights into stretches of at most a size each; what weighs more stands alone.

    >>> import numpy as np
    >>> list(cuts(np.array([2, 2, 9, 1, 1, 1]), 4))
    [(0, 2), (2, 3), (3, 6)]
    """
    import numpy as np

    ends = np.cumsum(weights)
    first, before = 0, 0
    while first < len(weights):
        last = max(int(np.searchsorted(ends, before + size, "right")), first + 1)
        yield first, last
        first, before = last, int(ends[last - 1])


def part_of(spec: Spec, frames: Frames, part: Range) -> Frames:
    """Give the columns of a range; what was put aside of the data is in none of them."""
    records = {part.kind: _records(frames.records[part.kind], part)}
    events = {
        name: _events(frame, part)
        for name, frame in frames.events.items()
        if spec.events[name].record == part.kind
    }
    return Frames(records, events, Dataset(sourced=frames.aside.sourced))


def _records(frame: RecordFrame, part: Range) -> RecordFrame:
    rows = slice(part.first, part.last)
    return RecordFrame(
        frame.kind,
        frame.keys[rows],
        frame.since[rows],
        frame.sourced[rows],
        {name: _some(values, rows) for name, values in frame.fields.items()},
    )


def _events(frame: EventFrame, part: Range) -> EventFrame:
    import numpy as np

    # Bounds of another width would have all cases widened first.
    bounds = np.array([part.first, part.last], frame.case.dtype)
    begin, end = np.searchsorted(frame.case, bounds).tolist()
    rows = slice(begin, end)
    return replace(
        frame,
        case=frame.case[rows] - np.int32(part.first),
        time=frame.time[rows],
        fields={name: _some(values, rows) for name, values in frame.fields.items()},
        file=frame.file[rows],
        row=frame.row[rows],
        sequence=None if frame.sequence is None else frame.sequence[rows],
    )


def _some(values: Values, rows: slice) -> Values:
    """Give some cells of a column; of many words only those that stand in them."""
    import numpy as np

    numbers = values.numbers[rows]
    if len(values.words) <= len(numbers):
        return replace(values, numbers=numbers)
    known = numbers != UNKNOWN
    used, places = np.unique(numbers[known], return_inverse=True)
    narrowed = np.full(len(numbers), UNKNOWN, np.int64)
    narrowed[known] = places
    return replace(values, numbers=narrowed, words=[values.words[place] for place in used.tolist()])
