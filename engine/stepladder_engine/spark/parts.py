"""Puts cases into parts by a hash of their keys: as many cases a part, and never one of them in two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np

from stepladder_dsl.model.spec import Spec
from stepladder_engine.data.dataset import Dataset
from stepladder_engine.fast.frames import UNKNOWN, EventFrame, Frames, RecordFrame, Values

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Places = NDArray[np.int64]

Part = Frames | Dataset
"""Records with their events: as columns, or as rows where no column can hold a number of theirs."""


def bucket_of(key: str, parts: int) -> int:
    """Give the part of a record: the same in every process and on every machine."""
    return crc32(key.encode()) % parts


def parts_of(spec: Spec, data: Part, count: int) -> Iterator[Part]:
    """Divide records and events into parts; what was put aside goes into none of them."""
    if isinstance(data, Frames):
        yield from _parts_of_frames(spec, data, count)
    else:
        yield from _parts_of_rows(data, count)


def _parts_of_rows(data: Dataset, count: int) -> Iterator[Dataset]:
    """Divide rows, which keep their order."""
    parts = [Dataset(records={kind: {} for kind in data.records}, sourced=data.sourced) for _ in range(count)]
    for kind, rows in data.records.items():
        for key, row in rows.items():
            parts[bucket_of(key, count)].records[kind][key] = row
    for event in data.events:
        parts[bucket_of(event.key, count)].events.append(event)
    yield from parts


def _parts_of_frames(spec: Spec, frames: Frames, count: int) -> Iterator[Frames]:
    """Divide columns; in each part the records and events keep their order."""
    buckets = {
        kind: np.fromiter((bucket_of(key, count) for key in frame.keys), np.int64, len(frame.keys))
        for kind, frame in frames.records.items()
    }
    of_event = {kind: buckets[spec.events[kind].record][frame.case] for kind, frame in frames.events.items()}
    records = {kind: _places(found, count) for kind, found in buckets.items()}
    events = {kind: _places(found, count) for kind, found in of_event.items()}
    for number in range(count):
        chosen = {kind: places[number] for kind, places in records.items()}
        yield Frames(
            {kind: _records(frames.records[kind], places) for kind, places in chosen.items()},
            {
                kind: _events(frame, events[kind][number], chosen[spec.events[kind].record])
                for kind, frame in frames.events.items()
            },
            Dataset(sourced=frames.aside.sourced),
        )


def _places(buckets: Places, count: int) -> Sequence[Places]:
    """Give for each bucket the places of what belongs to it, rising."""
    order = np.argsort(buckets, kind="stable")
    return np.split(order, np.cumsum(np.bincount(buckets, minlength=count))[:-1])


def _records(frame: RecordFrame, places: Places) -> RecordFrame:
    keys = [frame.keys[int(place)] for place in places]
    fields = _fields(frame.fields, places)
    return RecordFrame(frame.kind, keys, frame.since[places], frame.sourced[places], fields)


def _events(frame: EventFrame, places: Places, cases: Places) -> EventFrame:
    return EventFrame(
        frame.kind,
        np.searchsorted(cases, frame.case[places]).astype(np.int32),
        frame.time[places],
        _fields(frame.fields, places),
        frame.files,
        frame.file[places],
        frame.row[places],
    )


def _fields(fields: Mapping[str, Values], places: Places) -> dict[str, Values]:
    return {name: _values(values, places) for name, values in fields.items()}


def _values(values: Values, places: Places) -> Values:
    """Give some cells of a column, of words only those that stand in them."""
    numbers = values.numbers[places]
    if values.kind != "word":
        return replace(values, numbers=numbers, words=())
    known = numbers != UNKNOWN
    used = np.unique(numbers[known])
    own = np.full(len(numbers), UNKNOWN, np.int64)
    own[known] = np.searchsorted(used, numbers[known])
    return replace(values, numbers=own, words=[values.words[int(word)] for word in used])
