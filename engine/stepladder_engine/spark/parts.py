"""Puts cases into parts by a hash of their keys: as many cases a part, and never one of them in two."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np

from stepladder_dsl.model.spec import Spec
from stepladder_engine.data.dataset import Dataset
from stepladder_engine.fast.frames import UNKNOWN, EventFrame, Frames, RecordFrame, Values

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]

Data = Frames | Dataset
"""Records with their events: as columns, or as rows where no column can hold a number of theirs."""
Places = Mapping[tuple[str, str], int]


@dataclass(frozen=True)
class Part:
    """Some of the records with their events.

    `places` says where each record stands among those of all parts; None: there is one part.
    """

    data: Data
    places: Places | None = None


def bucket_of(key: str, parts: int) -> int:
    """Give the part of a record: the same in every process and on every machine."""
    return crc32(key.encode()) % parts


def parts_of(spec: Spec, data: Data, count: int) -> Iterator[Part]:
    """Divide records and events into parts; what was put aside goes into none of them."""
    divided = _parts_of_frames(spec, data, count) if isinstance(data, Frames) else _parts_of_rows(data, count)
    if count == 1:
        yield from map(Part, divided)
        return
    buckets: list[dict[tuple[str, str], int]] = [{} for _ in range(count)]
    for place, (kind, key) in enumerate(_in_order(spec, data)):
        buckets[bucket_of(key, count)][kind, key] = place
    yield from map(Part, divided, buckets)


def _in_order(spec: Spec, data: Data) -> Iterator[tuple[str, str]]:
    """Yield all records in the order in which results name them."""
    for kind in spec.records:
        if isinstance(data, Frames):
            keys: Iterable[str] = data.records[kind].keys
        else:
            known = {event.key for event in data.events if spec.events[event.kind].record == kind}
            keys = sorted(known.union(data.records.get(kind, ())))
        for key in keys:
            yield kind, key


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


def _places(buckets: Whole, count: int) -> Sequence[Whole]:
    """Give for each bucket the places of what belongs to it, rising."""
    order = np.argsort(buckets, kind="stable")
    return np.split(order, np.cumsum(np.bincount(buckets, minlength=count))[:-1])


def _records(frame: RecordFrame, places: Whole) -> RecordFrame:
    keys = [frame.keys[int(place)] for place in places]
    fields = _fields(frame.fields, places)
    return RecordFrame(frame.kind, keys, frame.since[places], frame.sourced[places], fields)


def _events(frame: EventFrame, places: Whole, cases: Whole) -> EventFrame:
    return EventFrame(
        frame.kind,
        np.searchsorted(cases, frame.case[places]).astype(np.int32),
        frame.time[places],
        _fields(frame.fields, places),
        frame.files,
        frame.file[places],
        frame.row[places],
        None if frame.sequence is None else frame.sequence[places],
    )


def _fields(fields: Mapping[str, Values], places: Whole) -> dict[str, Values]:
    return {name: _values(values, places) for name, values in fields.items()}


def _values(values: Values, places: Whole) -> Values:
    """Give some cells of a column, of words only those that stand in them."""
    numbers = values.numbers[places]
    if values.kind != "word":
        return replace(values, numbers=numbers, words=())
    known = numbers != UNKNOWN
    used = np.unique(numbers[known])
    own = np.full(len(numbers), UNKNOWN, np.int64)
    own[known] = np.searchsorted(used, numbers[known])
    return replace(values, numbers=own, words=[values.words[int(word)] for word in used])
