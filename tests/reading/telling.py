"""Frames and datasets in the same plain words: values as the reference has them, rows in their order."""

from __future__ import annotations

from collections.abc import Mapping as Map
from datetime import date, timedelta
from decimal import Context, Decimal
from typing import Any

import pytest

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.model.spec import Spec
from stepladder_dsl.model.types import (
    ChoiceType,
    DatetimeType,
    DateType,
    MoneyType,
    NumberType,
    PersonType,
    ReferenceType,
    TextType,
    Type,
    YesNoType,
)
from stepladder_engine.data.dataset import Dataset, EventRow, RecordRow
from stepladder_engine.data.mapping_model import Mapping
from stepladder_engine.data.spool import Spool
from stepladder_engine.fast.frames import UNKNOWN, Frames, Values
from stepladder_engine.fast.read import spilled
from stepladder_engine.fast.read.columns import TooWide, written
from stepladder_engine.fast.read.load import load_frames
from stepladder_engine.fast.supply import InMemory

Told = dict[str, Any]


def hold_same(
    spec: Spec, mapping: Mapping, dataset: Dataset | None, expected: list[Diagnostic]
) -> Frames | None:
    """Read as columns, and hold that it says what the reference reader has read."""
    try:
        frames, problems = load_frames(spec, mapping)
    except TooWide:
        assert dataset is not None
        assert any(_is_too_wide(column) for column in _decimals(dataset).values())
        return None
    assert problems == expected
    assert (frames is None) == (dataset is None)
    if frames is not None and dataset is not None:
        given, wanted = told_frames(spec, frames), told_dataset(spec, dataset, mapping.events)
        for part, told in wanted.items():
            assert given[part] == told, part
        hold_spilled(spec, mapping, wanted)
    return frames


def hold_spilled(spec: Spec, mapping: Mapping, wanted: Told) -> None:
    """Read with the events in a spool, by ranges of cases, and hold that these say the same together."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spilled, "_FEW", -1)
        supply, problems = spilled.load_supply(spec, mapping, Spool(0), 3)
        whole, _ = spilled.load_supply(spec, mapping, Spool(0), 1 << 40)
    assert problems == []
    assert supply is not None
    assert whole is not None
    assert told_frames(spec, whole.frames()) == wanted
    assert supply.events == whole.events == sum(map(len, wanted["events"].values()))
    assert supply.latest() == whole.latest() == InMemory(spec, whole.frames()).latest()
    assert supply.lonely_latest(0) == InMemory(spec, whole.frames()).lonely_latest(0)
    together: Told = {"records": {}, "events": {}}
    for part in supply.parts(2):
        told = told_frames(spec, part.frames)
        for what, of_kinds in together.items():
            for kind, rows in told[what].items():
                of_kinds[kind] = of_kinds.get(kind, []) + rows
    for what, of_kinds in together.items():
        assert of_kinds == {kind: rows for kind, rows in wanted[what].items() if kind in of_kinds}, what
        assert all(kind in of_kinds for kind, rows in wanted[what].items() if rows)


_WITH_A_KIND = (
    ChoiceType,
    DatetimeType,
    DateType,
    MoneyType,
    NumberType,
    PersonType,
    ReferenceType,
    TextType,
    YesNoType,
)


def _value(values: Values, place: int) -> Any:
    number = int(values.numbers[place])
    if number == UNKNOWN:
        return None
    match values.kind:
        case "decimal":
            return Decimal(number).scaleb(-values.scale)
        case "date":
            return date(1970, 1, 1) + timedelta(days=number)
        case "yes_no":
            return bool(number)
        case "word":
            return values.words[number]
        case _:
            return number


def _fields(fields: Map[str, Values], place: int) -> Told:
    found = {name: _value(values, place) for name, values in fields.items()}
    return {name: value for name, value in found.items() if value is not None}


def _aside(dataset: Dataset) -> Told:
    return {
        "rejected": dataset.rejected,
        "sourced": dataset.sourced,
        "skipped": dataset.skipped,
        "rows": dataset.rows,
        "notes": dataset.notes,
    }


def _decimals(dataset: Dataset) -> dict[tuple[str, str], list[Decimal]]:
    """All numbers of each column."""
    columns: dict[tuple[str, str], list[Decimal]] = {}
    rows: list[RecordRow | EventRow] = [row for rows in dataset.records.values() for row in rows.values()]
    for row in (*rows, *dataset.events):
        for name, value in row.fields.items():
            if isinstance(value, Decimal):
                columns.setdefault((row.kind, name), []).append(value)
    for event in dataset.events:
        columns.setdefault((event.kind, ""), []).append(Decimal(event.order[0]))
    return columns


def _is_too_wide(column: list[Decimal]) -> bool:
    """Whether a number of a column has more than 18 digits if all have as many behind the point."""
    places = max(max(0, -int(value.normalize(_EXACT).as_tuple().exponent)) for value in column)
    return any(abs(value.scaleb(places, _EXACT)) >= 10**18 for value in column)


_EXACT = Context(prec=400)


def told_frames(spec: Spec, frames: Frames) -> Told:
    """Everything that frames say."""
    records = {
        kind: [
            (
                frame.keys[place],
                None if frame.since[place] == UNKNOWN else int(frame.since[place]),
                bool(frame.sourced[place]),
                _fields(frame.fields, place),
            )
            for place in range(len(frame.keys))
        ]
        for kind, frame in frames.records.items()
    }
    events = {
        kind: [
            (
                frames.records[spec.events[kind].record].keys[int(frame.case[place])],
                int(frame.time[place]),
                _fields(frame.fields, place),
                frame.files[int(frame.file[place])],
                int(frame.row[place]),
            )
            for place in range(len(frame.case))
        ]
        for kind, frame in frames.events.items()
    }
    return {
        "records": records,
        "events": events,
        "duplicates": frames.duplicates,
        **_aside(frames.aside),
    }


def _plain(value: Any, type_: Type) -> Any:
    return value if value is None or isinstance(type_, _WITH_A_KIND) else written(value)


def told_dataset(spec: Spec, dataset: Dataset, kinds: Map[str, Any]) -> Told:
    """Everything that a dataset says, in the words of frames; `kinds` are the events of the mapping."""
    records: Told = {}
    for kind, declared in spec.records.items():
        rows = dataset.records.get(kind, {})
        made = {event.key for event in dataset.events if spec.events[event.kind].record == kind}
        records[kind] = [
            (
                key,
                rows[key].since if key in rows else None,
                key in rows,
                {
                    name: _plain(value, declared.fields[name].type)
                    for name, value in (rows[key].fields if key in rows else {}).items()
                    if value is not None
                },
            )
            for key in sorted({*rows, *made})
        ]
    events = {
        kind: [
            (
                event.key,
                event.time,
                {
                    name: _plain(value, spec.events[kind].fields[name].type)
                    for name, value in event.fields.items()
                    if value is not None
                },
                event.origin.file,
                event.origin.row,
            )
            for event in sorted(dataset.events, key=lambda event: (event.key, event.time, event.order))
            if event.kind == kind
        ]
        for kind in spec.events
        if kind in kinds
    }
    return {
        "records": records,
        "events": events,
        "duplicates": len(dataset.duplicates),
        **_aside(dataset),
    }
