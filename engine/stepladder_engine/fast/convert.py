"""Rows of the reference executor's readers -> columns, and columns -> such rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from stepladder_dsl.model.spec import Field, Spec
from stepladder_dsl.model.types import DatetimeType, DateType, MoneyType, NumberType, YesNoType
from stepladder_engine.data.dataset import Dataset, EventRow, Origin, RecordRow
from stepladder_engine.expressions.tally import EXACT
from stepladder_engine.fast.frames import UNKNOWN, EventFrame, Frames, RecordFrame, ValueKind, Values
from stepladder_engine.fast.lower import EPOCH_DAY

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]


class NoColumn(Exception):
    """Values that no column can hold: figures of too many digits."""


def decimal_of(number: int, scale: int) -> Decimal:
    """Give the decimal that a number of a scale stands for, with no more decimals than it has.

    >>> decimal_of(1250, 2), decimal_of(300, 2), decimal_of(0, 2)
    (Decimal('12.5'), Decimal('3'), Decimal('0'))
    """
    while scale > 0 and number % 10 == 0:
        number //= 10
        scale -= 1
    return Decimal(number).scaleb(-scale, EXACT)


def values_of(declared: Field, column: Sequence[Any]) -> Values | None:
    """Give values as a column; None for the kinds of which no column is made."""
    import numpy as np

    kind: ValueKind
    scale, words = 0, []
    match declared.type:
        case NumberType() | MoneyType():
            kind = "decimal"
            scale = max((_scale(value) for value in column if value is not None), default=0)
            numbers = [_whole(value, scale) for value in column]
        case YesNoType():
            kind, numbers = "yes_no", [UNKNOWN if value is None else int(value) for value in column]
        case DateType():
            kind = "date"
            numbers = [UNKNOWN if value is None else value.toordinal() - EPOCH_DAY for value in column]
        case DatetimeType():
            kind, numbers = "instant", [UNKNOWN if value is None else value for value in column]
        case _ if all(value is None or isinstance(value, str) for value in column):
            kind, words = "word", sorted({value for value in column if value is not None})
            places = {word: place for place, word in enumerate(words)}
            numbers = [UNKNOWN if value is None else places[value] for value in column]
        case _:
            return None
    return Values(kind, np.array(numbers, dtype=np.int64), scale, words)


def _scale(value: Decimal) -> int:
    return max(0, -int(value.normalize(EXACT).as_tuple().exponent))


def _whole(value: Decimal | None, scale: int) -> int:
    if value is None:
        return UNKNOWN
    number = int(value.scaleb(scale, EXACT))
    if abs(number) >= 2**62:
        raise NoColumn
    return number


def frames_of(spec: Spec, dataset: Dataset) -> Frames:
    """Give everything that was read as columns."""
    events = sorted(dataset.events, key=lambda event: (event.time, event.order))
    keys: dict[str, set[str]] = {kind: set(dataset.records.get(kind, {})) for kind in spec.records}
    for event in events:
        keys[spec.events[event.kind].record].add(event.key)
    places = {kind: {key: place for place, key in enumerate(sorted(found))} for kind, found in keys.items()}
    by_kind: dict[str, list[EventRow]] = {name: [] for name in spec.events}
    for event in events:
        by_kind[event.kind].append(event)
    return Frames(
        {kind: _record_frame(spec, kind, places[kind], dataset) for kind in spec.records},
        {name: _event_frame(spec, name, places, rows) for name, rows in by_kind.items()},
        replace(dataset, records={}, events=[]),
        len(dataset.duplicates),
    )


def _record_frame(spec: Spec, kind: str, places: Mapping[str, int], dataset: Dataset) -> RecordFrame:
    import numpy as np

    rows = dataset.records.get(kind, {})
    found = [rows.get(key) for key in places]
    since = [UNKNOWN if row is None or row.since is None else row.since for row in found]
    fields = {}
    for name, declared in spec.records[kind].fields.items():
        values = values_of(declared, [None if row is None else row.fields.get(name) for row in found])
        if values is not None:
            fields[name] = values
    sourced = np.array([row is not None for row in found], dtype=bool)
    return RecordFrame(kind, list(places), np.array(since, dtype=np.int64), sourced, fields)


def _event_frame(
    spec: Spec, name: str, places: Mapping[str, Mapping[str, int]], rows: list[EventRow]
) -> EventFrame:
    import numpy as np

    place = places[spec.events[name].record]
    # The rows come in order of time, which sorting by the case keeps.
    rows.sort(key=lambda row: place[row.key])
    files = sorted({row.origin.file for row in rows})
    file_places = {file: number for number, file in enumerate(files)}
    fields = {}
    for field_name, declared in spec.events[name].fields.items():
        values = values_of(declared, [row.fields.get(field_name) for row in rows])
        if values is not None:
            fields[field_name] = values
    return EventFrame(
        name,
        np.array([place[row.key] for row in rows], dtype=np.int32),
        np.array([row.time for row in rows], dtype=np.int64),
        fields,
        files,
        np.array([file_places[row.origin.file] for row in rows], dtype=np.int32),
        np.array([row.origin.row for row in rows], dtype=np.int64),
    )


def reader_of(values: Values) -> Callable[[int], Any]:
    """Give a function from a number of a column to the value that it stands for."""
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


def fields_at(columns: Mapping[str, Values], row: int) -> dict[str, Any]:
    """Give the known values of a row."""
    found = {}
    for name, values in columns.items():
        number = int(values.numbers[row])
        if number != UNKNOWN:
            found[name] = reader_of(values)(number)
    return found


def origin_at(frame: EventFrame, row: int) -> Origin:
    """Give where a row of a frame came from."""
    return Origin(frame.files[int(frame.file[row])], int(frame.row[row]))


def events_of(frame: EventFrame, first: int, last: int, key: str) -> Iterator[EventRow]:
    """Yield the events of one case, which lie side by side."""
    for row in range(first, last):
        fields = fields_at(frame.fields, row)
        yield EventRow(frame.kind, key, int(frame.time[row]), (row,), None, fields, origin_at(frame, row))


def dataset_of(spec: Spec, frames: Frames, kinds: Iterable[str], cases: Sequence[int] | None) -> Dataset:
    """Give the records of some kinds with their events as rows: some cases, or all."""
    import numpy as np

    found = replace(frames.aside, records={}, events=[])
    for kind in kinds:
        record = frames.records[kind]
        rows = range(len(record.keys)) if cases is None else cases
        found.records[kind] = {
            record.keys[row]: _record_row(record, row) for row in rows if record.sourced[row]
        }
        for event in spec.events_of(kind):
            frame = frames.events.get(event.name)
            if frame is None:
                continue
            for row in rows:
                first, last = np.searchsorted(frame.case, (row, row + 1))
                found.events += events_of(frame, int(first), int(last), record.keys[row])
    return found


def _record_row(record: RecordFrame, row: int) -> RecordRow:
    since = int(record.since[row])
    fields = fields_at(record.fields, row)
    return RecordRow(
        record.kind, record.keys[row], None if since == UNKNOWN else since, fields, Origin("", 0)
    )
