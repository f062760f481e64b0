"""What the reference reader has read, as columns: for small data, and for what is read in no other way."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import numpy as np

from stepladder_dsl.model.spec import Spec
from stepladder_engine.data.dataset import Dataset, EventRow, RecordRow
from stepladder_engine.data.give_back import give_back_after
from stepladder_engine.data.workers import pool, workers
from stepladder_engine.fast.frames import UNKNOWN, EventFrame, Frames, RecordFrame
from stepladder_engine.fast.read.columns import Column, DecimalColumn, column_for
from stepladder_engine.fast.read.gather import EventRows, RecordRows, used_keys
from stepladder_engine.fast.read.text_table import TextTable


def frames_of(spec: Spec, dataset: Dataset, kinds: Collection[str] = ()) -> Frames:
    """Give the same data as columns; raises `TooWide` for numbers that no column holds.

    `kinds` are the events that have a frame also where there are none of them.
    """
    tables = {kind: TextTable() for kind in spec.records}
    records = {
        kind: _records(spec, kind, dataset.records.get(kind, {}), tables[kind]) for kind in spec.records
    }
    by_kind: dict[str, list[EventRow]] = {kind: [] for kind in spec.events}
    for event in dataset.events:
        by_kind[event.kind].append(event)
    files = sorted({event.origin.file for event in dataset.events})
    places = {name: place for place, name in enumerate(files)}
    events = {
        kind: _events(spec, kind, rows, tables[spec.events[kind].record], places)
        for kind, rows in by_kind.items()
        if rows or kind in kinds
    }
    return assembled(spec, tables, records, events, files, without_rows(dataset), len(dataset.duplicates))


def without_rows(dataset: Dataset) -> Dataset:
    """Give what was put aside and counted."""
    return Dataset(
        rejected=dataset.rejected,
        sourced=dataset.sourced,
        skipped=dataset.skipped,
        rows=dataset.rows,
        notes=dataset.notes,
    )


def assembled(
    spec: Spec,
    tables: Mapping[str, TextTable],
    records: Mapping[str, RecordRows],
    events: Mapping[str, EventRows],
    files: list[str],
    aside: Dataset,
    duplicates: int,
) -> Frames:
    """Give the frames of rows that have been joined."""
    record_frames: dict[str, RecordFrame] = {}
    event_frames: dict[str, EventFrame] = {}
    for kind in spec.records:
        mine = [rows for rows in events.values() if rows.record == kind]
        ordered, ranks = used_keys(tables[kind], records[kind], mine)
        record_frames[kind] = records[kind].frame(ordered, ranks)
        with pool(workers()) as threads:
            made = threads.map(lambda rows: rows.frame(ranks, len(ordered), files), mine)  # noqa: B023
            for frame in made:
                event_frames[frame.kind] = frame
                give_back_after(len(frame.time))
    in_order = {kind: event_frames[kind] for kind in spec.events if kind in event_frames}
    return Frames(record_frames, in_order, aside, duplicates)


def _columns(declared: Mapping[str, Any], rows: Iterable[Mapping[str, Any]]) -> dict[str, Column]:
    """Give the columns of fields that any row has."""
    kept = list(rows)
    there = {name for row in kept for name in row}
    columns: dict[str, Column] = {}
    for name in declared:
        if name in there:
            columns[name] = column_for(declared[name].type)
            columns[name].add_values([row.get(name) for row in kept])
    return columns


def _records(spec: Spec, kind: str, rows: Mapping[str, RecordRow], keys: TextTable) -> RecordRows:
    since = [UNKNOWN if row.since is None else row.since for row in rows.values()]
    return RecordRows(
        kind,
        keys,
        _columns(spec.records[kind].fields, (row.fields for row in rows.values())),
        [keys.add(list(rows))],
        [np.array(since, np.int64)],
    )


def _events(
    spec: Spec, kind: str, rows: list[EventRow], keys: TextTable, places: Mapping[str, int]
) -> EventRows:
    # The order between events of one time is whatever the dataset says, so it is settled here.
    rows = sorted(rows, key=lambda event: event.order)
    sequence = DecimalColumn()
    sequence.add(np.arange(len(rows), dtype=np.int64))
    gathered = EventRows(
        kind,
        spec.events[kind].record,
        _columns(spec.events[kind].fields, (event.fields for event in rows)),
        [keys.add([event.key for event in rows])],
        [np.array([event.time for event in rows], np.int64)],
        [np.array([places[event.origin.file] for event in rows], np.int32)],
        [np.array([event.origin.row for event in rows], np.int64)],
        sequence=sequence,
    )
    gathered.join()
    return gathered
