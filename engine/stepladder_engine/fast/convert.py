"""Columns -> rows as the reference executor's readers give them, for whoever asks about single records."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from stepladder_dsl.model.spec import Field, Spec
from stepladder_dsl.model.types import (
    DatetimeType,
    DateType,
    DurationType,
    ListType,
    MoneyType,
    NumberType,
    Type,
    YesNoType,
)
from stepladder_engine.data.dataset import Dataset, EventRow, Origin, RecordRow
from stepladder_engine.expressions.tally import EXACT
from stepladder_engine.fast.frames import UNKNOWN, EventFrame, Frames, RecordFrame, Values
from stepladder_engine.fast.lower import read_duration


def decimal_of(number: int, scale: int) -> Decimal:
    """Give the decimal that a number of a scale stands for, with no more decimals than it has.

    >>> decimal_of(1250, 2), decimal_of(300, 2), decimal_of(0, 2)
    (Decimal('12.5'), Decimal('3'), Decimal('0'))
    """
    while scale > 0 and number % 10 == 0:
        number //= 10
        scale -= 1
    return Decimal(number).scaleb(-scale, EXACT)


def reader_of(values: Values, kind: Type | None = None) -> Callable[[int], Any]:
    """Give a function from a number of a column to the value that it stands for.

    What has no order of its own is a word in its column; `kind` says which such values they are.
    """
    if isinstance(kind, DurationType | ListType):
        return lambda number: value_of(values.words[number], kind)
    match values.kind:
        case "decimal":
            return lambda number: decimal_of(number, values.scale)
        case "date":
            return lambda number: date(1970, 1, 1) + timedelta(days=number)
        case "yes_no":
            return bool
        case "word":
            return lambda number: values.words[number]
        case "instant":
            return int


def value_of(word: str, kind: Type) -> Any:
    """Give the value for which a word stands."""
    match kind:
        case DurationType():
            return read_duration(word)
        case ListType(element):
            return tuple([value_of(item, element) for item in json.loads(word)])
        case NumberType() | MoneyType():
            return Decimal(word)
        case YesNoType():
            return word == str(True)
        case DateType():
            return date.fromisoformat(word)
        case DatetimeType():
            return int(word)
        case _:
            return word


def fields_at(columns: Mapping[str, Values], declared: Mapping[str, Field], row: int) -> dict[str, Any]:
    """Give the known values of a row."""
    found = {}
    for name, values in columns.items():
        number = int(values.numbers[row])
        if number != UNKNOWN:
            found[name] = reader_of(values, declared[name].type)(number)
    return found


def all_fields(
    columns: Mapping[str, Values], declared: Mapping[str, Field], count: int
) -> list[dict[str, Any]]:
    """Give the known values of every row, as `fields_at` gives those of one: a column at a time."""
    found: list[dict[str, Any]] = [{} for _ in range(count)]
    for name, values in columns.items():
        read = reader_of(values, declared[name].type)
        known: dict[int, Any] = {}
        for fields, number in zip(found, values.numbers.tolist(), strict=True):
            if number == UNKNOWN:
                continue
            if number not in known:
                known[number] = read(number)
            fields[name] = known[number]
    return found


def origin_at(frame: EventFrame, row: int) -> Origin:
    """Give where a row of a frame came from."""
    return Origin(frame.files[int(frame.file[row])], int(frame.row[row]))


def events_of(spec: Spec, frame: EventFrame, first: int, last: int, key: str) -> Iterator[EventRow]:
    """Yield the events of one case, which lie side by side."""
    for row in range(first, last):
        fields = fields_at(frame.fields, spec.events[frame.kind].fields, row)
        place = 0 if frame.sequence is None else int(frame.sequence[row])
        order = place, int(frame.file[row]), int(frame.row[row]), row
        yield EventRow(frame.kind, key, int(frame.time[row]), order, None, fields, origin_at(frame, row))


def whole_dataset(spec: Spec, frames: Frames, fields: Mapping[str, Sequence[Mapping[str, Any]]]) -> Dataset:
    """Give all records with their events as rows; `fields` has those of the events, by kind."""
    found = dataset_of(spec, frames, dict.fromkeys(frames.records, ()))
    for kind, record in frames.records.items():
        own = all_fields(record.fields, spec.records[kind].fields, len(record.keys))
        keys = list(record.keys)
        parts = keys, record.since.tolist(), record.sourced.tolist(), own
        found.records[kind] = {
            key: RecordRow(kind, key, None if since == UNKNOWN else since, values, Origin("", 0))
            for key, since, sourced, values in zip(*parts, strict=True)
            if sourced
        }
        for event in spec.events_of(kind):
            if event.name in frames.events:
                found.events += _all_events(frames.events[event.name], keys, fields[event.name])
    return found


def _all_events(
    frame: EventFrame, keys: Sequence[str], fields: Sequence[Mapping[str, Any]]
) -> Iterator[EventRow]:
    """Yield every event of a frame, in its order."""
    parts = frame.case.tolist(), frame.time.tolist(), frame.file.tolist(), frame.row.tolist(), fields
    for place, (case, time, file, row, values) in enumerate(zip(*parts, strict=True)):
        yield EventRow(frame.kind, keys[case], time, (place,), None, values, Origin(frame.files[file], row))


def dataset_of(spec: Spec, frames: Frames, kinds: Iterable[str] | Mapping[str, Sequence[int]]) -> Dataset:
    """Give the records of some kinds with their events as rows: all cases, or of each kind some."""
    import numpy as np

    found = replace(frames.aside, records={}, events=[], repeated=frames.duplicates)
    for kind in kinds:
        record = frames.records[kind]
        rows = kinds[kind] if isinstance(kinds, Mapping) else range(len(record.keys))
        found.records[kind] = {
            record.keys[row]: _record_row(spec, record, row) for row in rows if record.sourced[row]
        }
        for event in spec.events_of(kind):
            frame = frames.events.get(event.name)
            if frame is None:
                continue
            for row in rows:
                first, last = np.searchsorted(frame.case, (row, row + 1))
                found.events += events_of(spec, frame, int(first), int(last), record.keys[row])
    return found


def with_records(spec: Spec, frames: Frames, rows: Dataset, kinds: Iterable[str]) -> Dataset:
    """Add the records of some kinds, without their events: who is sent something has to be there."""
    for kind in kinds:
        record = frames.records[kind]
        rows.records[kind] = {
            record.keys[row]: _record_row(spec, record, row)
            for row in range(len(record.keys))
            if record.sourced[row]
        }
    return rows


def _record_row(spec: Spec, record: RecordFrame, row: int) -> RecordRow:
    since = int(record.since[row])
    fields = fields_at(record.fields, spec.records[record.kind].fields, row)
    return RecordRow(
        record.kind, record.keys[row], None if since == UNKNOWN else since, fields, Origin("", 0)
    )
