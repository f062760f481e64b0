"""Reads a client's data as a mapping says.

Every row becomes a record or an event, repeats an event that is known, is left
out by the mapping's own `where`, or is rejected with a reason: nothing gets lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import field
from decimal import Decimal
from typing import Any

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.model.spec import Event, Record, Spec
from stepladder_dsl.model.types import ReferenceType
from stepladder_dsl.record import record
from stepladder_dsl.source import NOWHERE
from stepladder_engine.calendars.zone import Zone
from stepladder_engine.data.cast import CellReader
from stepladder_engine.data.dataset import Dataset
from stepladder_engine.data.files import SourceFile, find_files, open_file
from stepladder_engine.data.mapping_check import is_zone
from stepladder_engine.data.mapping_model import Database, KindMapping, Mapping
from stepladder_engine.data.opening import size_of
from stepladder_engine.data.problems import finding, listed, note
from stepladder_engine.data.read_rows import Reading
from stepladder_engine.data.row_plans import Plan, Planner, Shared
from stepladder_engine.data.rows import Opened, ReadingStopped, SourceRow
from stepladder_engine.data.twins import keys_by_kind, twin_keys
from stepladder_engine.data.watching import watching


def load_dataset(spec: Spec, mapping: Mapping) -> tuple[Dataset | None, list[Diagnostic]]:
    """Read everything that the mapping names; no dataset is given where a file or a column is missing."""
    zone_name = mapping.timezone or spec.timezone
    if not is_zone(zone_name):
        return None, [finding("SD010", NOWHERE, "timezone", value=zone_name)]
    loader = Loader(spec, mapping, Zone(zone_name))
    watching().begins("opening")
    try:
        loader.open_all()
        if loader.problems:
            return None, sorted(loader.problems, key=lambda diagnostic: diagnostic.sort_key)
        return loader.read_all(), []
    except ReadingStopped as stopped:
        return None, [stopped.finding]
    finally:
        loader.close()


def rejected_share(dataset: Dataset) -> Decimal:
    """Give the share of rejected rows, from 0 to 1, among those that the mapping does not leave out."""
    rows = sum(dataset.rows.values()) - sum(dataset.skipped.values())
    return Decimal(len(dataset.rejected)) / rows if rows else Decimal(0)


def too_many_rejected(dataset: Dataset, limit: Decimal) -> bool:
    """Tell whether more rows were rejected than the mapping's `max_rejected` allows."""
    return rejected_share(dataset) > limit


@record(frozen=False)
class Loader:
    """Opens the files first, so that a missing column is said before a long reading, then reads the rows."""

    spec: Spec
    mapping: Mapping
    zone: Zone
    problems: list[Diagnostic] = field(default_factory=list)
    dataset: Dataset = field(default_factory=Dataset)
    plans: list[Plan] = field(default_factory=list)
    opened: dict[Any, Shared | None] = field(default_factory=dict)

    def open_all(self) -> None:
        """Find and open the files of all kinds, in the order of the spec."""
        for kind in self.spec.records.values():
            if kind.name in self.mapping.records:
                self._open_kind(self.mapping.records[kind.name], kind)
        for event in self.spec.events.values():
            if event.name in self.mapping.events:
                self._open_kind(self.mapping.events[event.name], event)

    def read_all(self) -> Dataset:
        """Read the rows; records come first, since events ask for them."""
        self.dataset.sourced = set(self.mapping.records)
        for name in self.mapping.records:
            self.dataset.records[name] = {}
        seen: set[tuple[str, str]] = set()
        watching().begins("reading")
        for plan in self.plans:
            Reading(self.spec, self.dataset, plan, seen).read(self._rows(plan))
        self.add_notes(self._notes_of_rows())
        return self.dataset

    def _rows(self, plan: Plan) -> Iterable[SourceRow]:
        shared = next(shared for shared in self.opened.values() if shared and shared.table is plan.table)
        return shared.rows()

    def _open_kind(self, mapping: KindMapping, declared: Record | Event) -> None:
        """Open the files of a kind and plan how they are read."""
        files, missing = find_files(mapping.sources, self.mapping.folder)
        self.problems.extend(missing)
        for file in files:
            self.plan(self.open(file, mapping), mapping, declared)
        # Names come first, so that the order in which the mapping lists them never matters.
        for database in sorted(mapping.databases, key=lambda source: (source.name, source.url)):
            self.plan(self.open_database(database), mapping, declared)

    def plan(self, shared: Shared | None, mapping: KindMapping, declared: Record | Event) -> None:
        """Plan how the rows of something open are read for a kind."""
        if shared is None:
            return
        shared.uses += 1
        reader = CellReader(mapping.options, self.zone, typed=shared.table.typed, currency=self.spec.currency)
        planner = Planner(mapping, declared, shared.table, reader)
        plan = planner.plan()
        self.problems.extend(problem for problem in planner.problems if problem not in self.problems)
        if plan is not None:
            self.plans.append(plan)

    def open(self, file: SourceFile, mapping: KindMapping) -> Shared | None:
        """Open a file, or give it again where another kind has opened it in the same way."""
        key = (file.path.resolve(), file.name, mapping.options.of_the_file)
        if key not in self.opened:
            table, problems = self.open_table(file, mapping)
            self.problems.extend(problems)
            if table is not None:
                watching().found(table.file, size_of(file.path))
            self.opened[key] = None if table is None else Shared(table)
        return self.opened[key]

    def open_table(self, file: SourceFile, mapping: KindMapping) -> Opened:
        """Open a file with the reader of its format."""
        return open_file(file, mapping.sources[0], mapping.options)

    def open_database(self, source: Database) -> Shared | None:
        """Start a query, or give it again where another kind reads the same."""
        from stepladder_engine.data.read_sql import open_database

        key = (source.url, source.table, source.query)
        if key not in self.opened:
            table, problems = open_database(source, self.mapping.folder)
            self.problems.extend(problems)
            self.opened[key] = None if table is None else Shared(table)
        return self.opened[key]

    def close(self) -> None:
        """Close what is still open, whatever came of the reading."""
        for shared in self.opened.values():
            if shared is not None:
                shared.table.close()

    def _notes_of_rows(self) -> Iterator[Diagnostic]:
        """Say what only all rows together show."""
        yield from _references_to_nowhere(self.spec, self.dataset)
        yield from _repeated_with_other_values(self.dataset)
        yield from twin_keys(self.spec, keys_by_kind(self.spec, self.dataset))

    def add_notes(self, of_the_rows: Iterable[Diagnostic]) -> None:
        """Say what is no mistake and still worth knowing, of the files and of their rows taken together."""
        notes = self.dataset.notes
        for shared in self.opened.values():
            if shared is not None:
                notes.extend(found for found in shared.table.notes if found not in notes)
        notes.extend(of_the_rows)
        silent = [name for name in self.spec.events if name not in self.mapping.events]
        if silent:
            notes.append(note("events", events=listed(silent)))
        empty = list(_records_from_nowhere(self.spec, self.mapping))
        if empty:
            notes.append(note("records", records=listed(empty)))


def _records_from_nowhere(spec: Spec, mapping: Mapping) -> Iterator[str]:
    """Give the kinds of records without a source that neither keys of events nor a process can make."""
    for name in spec.records:
        if name not in mapping.records and not spec.events_of(name) and not spec.openers_of(name):
            yield name


def _references_to_nowhere(spec: Spec, dataset: Dataset) -> Iterator[Diagnostic]:
    """Say which references lead to records that the data does not have; such rows are kept."""
    for kind, rows in dataset.records.items():
        for declared in spec.records[kind].fields.values():
            target = declared.type
            if not isinstance(target, ReferenceType) or target.record not in dataset.sourced:
                continue
            known = dataset.records[target.record]
            values = ((row.key, row.fields.get(declared.name)) for row in rows.values())
            lost = [(key, value) for key, value in values if value is not None and value not in known]
            if lost:
                key, value = lost[0]
                found = {"kind": kind, "field": declared.name, "target": target.record}
                yield note("nowhere", count=len(lost), key=key, value=value, **found)


def _repeated_with_other_values(dataset: Dataset) -> Iterator[Diagnostic]:
    """Say where events share an id and still differ: then the id is perhaps none."""
    if not dataset.duplicates:
        return
    wanted = {(event.kind, event.identity) for event in dataset.duplicates}
    first = {
        (event.kind, event.identity): event
        for event in dataset.events
        if (event.kind, event.identity) in wanted
    }
    differing: Counter[str] = Counter()
    for event in dataset.duplicates:
        kept = first[(event.kind, event.identity)]
        differing[event.kind] += (kept.key, kept.time, kept.fields) != (event.key, event.time, event.fields)
    for kind, count in sorted(differing.items()):
        if count:
            yield note("repeated", kind=kind, count=count)
