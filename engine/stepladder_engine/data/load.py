"""Reads a client's data as a mapping says.

Every row becomes a record or an event, repeats an event that is known, is left
out by the mapping's own `where`, or is rejected with a reason: nothing gets lost.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as Map
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from typing import Any

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.diagnostics.nearest import nearest
from stepladder_dsl.model.spec import Event, Field, Record, Spec
from stepladder_dsl.model.types import AnyType, ColumnType, MoneyType, ReferenceType, YesNoType
from stepladder_dsl.source import NOWHERE
from stepladder_engine.calendars.zone import Zone
from stepladder_engine.data.cast import Cast, CellReader, accepts
from stepladder_engine.data.columns import compile_formula
from stepladder_engine.data.dataset import Dataset, EventRow, Origin, RecordRow, RejectedRow
from stepladder_engine.data.doubts import SAMPLE_ROWS, like_thousands
from stepladder_engine.data.files import SourceFile, find_files, open_file
from stepladder_engine.data.mapping_check import is_zone
from stepladder_engine.data.mapping_model import (
    Column,
    ColumnValue,
    Database,
    EventMapping,
    FieldValue,
    Formula,
    KindMapping,
    Mapping,
    RecordMapping,
)
from stepladder_engine.data.opening import read_errors, size_of
from stepladder_engine.data.problems import Fault, finding, listed, note, shown
from stepladder_engine.data.read_sql import open_database
from stepladder_engine.data.rows import Opened, ReadingStopped, SourceRow, SourceTable
from stepladder_engine.data.twins import Twins, keys_by_kind, look_alike, same_letters, total_word, twin_keys
from stepladder_engine.data.watching import watching

Cells = Map[str, str | None]
Read = Callable[[Cells], Any]


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


def _nothing(_cells: Cells) -> None:
    """Stand in for what cannot be computed."""


@dataclass(frozen=True)
class Part:
    """One thing that is read from each row, and what a message calls the place it comes from."""

    name: str
    column: str
    read: Read


@dataclass(frozen=True)
class Plan:
    """How the rows of one file become records or events of one kind."""

    mapping: KindMapping
    table: SourceTable
    key: Part
    time: Part | None
    id: Part | None
    sequence: Part | None
    fields: tuple[Part, ...]
    where: Read | None


@dataclass
class Shared:
    """A file that is open, and its rows where more than one kind is read from it."""

    table: SourceTable
    uses: int = 0
    kept: list[SourceRow] | None = None

    def rows(self) -> Iterable[SourceRow]:
        """Go through the rows; the file is read only once, and rows are kept only while others need them."""
        if self.uses <= 1:
            return self._seen()
        if self.kept is None:
            self.kept = list(self._seen())
        return self.kept

    def _seen(self) -> Iterable[SourceRow]:
        return watching().rows(self.table.file, self.table.rows())


@dataclass
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
        for record in self.spec.records.values():
            if record.name in self.mapping.records:
                self._open_kind(self.mapping.records[record.name], record)
        for event in self.spec.events.values():
            if event.name in self.mapping.events:
                self._open_kind(self.mapping.events[event.name], event)

    def read_all(self) -> Dataset:
        """Read the rows; records come first, since events ask for them."""
        self.dataset.sourced = set(self.mapping.records)
        for record in self.mapping.records:
            self.dataset.records[record] = {}
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
            self.plan(self._open_database(database), mapping, declared)

    def plan(self, shared: Shared | None, mapping: KindMapping, declared: Record | Event) -> None:
        """Plan how the rows of something open are read for a kind."""
        if shared is None:
            return
        shared.uses += 1
        reader = CellReader(mapping.options, self.zone, typed=shared.table.typed, currency=self.spec.currency)
        planner = _Planner(mapping, declared, shared.table, reader)
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

    def _open_database(self, source: Database) -> Shared | None:
        """Start a query, or give it again where another kind reads the same."""
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


class _Planner:
    """Looks up the columns of a file once, so that the rows need no look-ups by type."""

    def __init__(
        self, mapping: KindMapping, declared: Record | Event, table: SourceTable, reader: CellReader
    ) -> None:
        self.mapping = mapping
        self.declared = declared
        self.table = table
        self.reader = reader
        self.problems: list[Diagnostic] = []

    def plan(self) -> Plan | None:
        """Give the plan, or None where a column is missing or a formula is not in order."""
        mapping, reader = self.mapping, self.reader
        event = isinstance(mapping, EventMapping)
        moment = mapping.time if isinstance(mapping, EventMapping) else mapping.since
        plan = Plan(
            mapping=mapping,
            table=self.table,
            key=self._cell("key", mapping.key, reader.text()),
            time=self._optional("time" if event else "since", moment, reader.moment()),
            id=self._optional("id", mapping.id, reader.text()) if isinstance(mapping, EventMapping) else None,
            sequence=self._optional("sequence", mapping.sequence, reader.sequence())
            if isinstance(mapping, EventMapping)
            else None,
            fields=tuple(self._field(name, value) for name, value in mapping.fields.items()),
            where=self._where(),
        )
        if self.problems:
            return None
        self._look_for_thousands()
        return plan

    def _look_for_thousands(self) -> None:
        """Say of amounts such as `1.234`, where the first ones all are like this, that more may be meant."""
        money = [
            self._column(value.column)
            for name, value in self.mapping.fields.items()
            if isinstance(value, ColumnValue) and isinstance(self.declared.fields[name].type, MoneyType)
        ]
        if self.table.typed or not money or not self.reader.numbers.has_hundredths:
            return
        sample = self._sample()
        mark = self.mapping.options.decimal
        for column in money:
            found = like_thousands((self.reader.clean(cells.get(column)) for cells in sample), mark)
            if found is not None:
                self._note("thousands", column=column, value=shown(found), mark=mark)

    def _sample(self) -> list[Cells]:
        """Give the first rows; what is wrong with the file is told by who reads all of it."""
        layout = self.table.layout
        errors: tuple[type[Exception], ...] = (UnicodeDecodeError,)
        if layout is not None:
            errors += read_errors(layout.path)
        sample: list[Cells] = []
        with suppress(*errors):
            sample.extend(row.cells for row in islice(self.table.rows(), SAMPLE_ROWS) if row.fault is None)
        return sample

    def _optional(self, name: str, column: Column | None, cast: Cast) -> Part | None:
        return None if column is None else self._cell(name, column, cast)

    def _cell(self, name: str, column: Column, cast: Cast) -> Part:
        """Give the part that reads a column."""
        wanted = self._column(column)
        return Part(name, wanted, lambda cells: cast(cells.get(wanted)))

    def _column(self, column: Column) -> str:
        """Give the name under which the table has a column; one that it does not have is a finding."""
        columns, name = self.table.columns, column.name
        if columns is not None and name not in columns:
            near = same_letters(name, columns)
            if near is None:
                self.problems.append(self._missing(column, [known for known in columns if known]))
                return name
            self._note("letters", column=name, near=near)
            name = near
        values = {"file": self.table.file, "column": name}
        if name in self.table.twice:
            self.problems.append(finding("SD026", column.span, **values))
        elif name in self.table.nested:
            self.problems.append(finding("SD027", column.span, "nested", **values))
        return name

    def _missing(self, column: Column, known: list[str]) -> Diagnostic:
        """Say that there is no such column, and what may be meant."""
        values: dict[str, Any] = {"file": self.table.file, "column": column.name}
        twin = look_alike(column.name, known)
        if twin is not None:
            return finding("SD025", column.span, "alike", near=twin, **values)
        if self.table.header_row is not None:
            values["row"] = self.table.header_row
        if len(known) == 1 and self.table.header_row is not None and not self.table.typed:
            return finding("SD025", column.span, "one", known=shown(known[0]), **values)
        variant = "" if self.table.header_row is None else "sheet"
        near = nearest(column.name, known)
        return finding("SD025", column.span, variant, suggestion=near, known=listed(known), **values)

    def _note(self, variant: str, **values: Any) -> None:
        """Keep something worth knowing about the table, once."""
        told = note(variant, file=self.table.file, **values)
        if told not in self.table.notes:
            self.table.notes.append(told)

    def _field(self, name: str, value: FieldValue) -> Part:
        declared = self.declared.fields[name]
        if isinstance(value, ColumnValue):
            return self._cell(name, value.column, self.reader.field(declared, value.values))
        return self._computed(declared, value)

    def _computed(self, declared: Field, formula: Formula) -> Part:
        """Give the part that computes a field from several columns."""
        compute = self._compile(formula, lambda given: accepts(declared.type, given), declared.name)
        fit = self.reader.computed(declared)
        return Part(declared.name, f"= {formula.text}", lambda cells: fit(compute(cells)))

    def _where(self) -> Read | None:
        if self.mapping.where is None:
            return None
        return self._compile(self.mapping.where, lambda given: isinstance(given, YesNoType), "where")

    def _compile(self, formula: Formula, fits: Callable[[Any], bool], name: str) -> Read:
        """Compile a formula; where it cannot be, the finding is kept and the function gives nothing."""
        columns = [column for column in self.table.columns or () if column]
        compute, given, problems = compile_formula(formula, columns, self.reader)
        if self.table.columns is None:
            # Nothing is known of the columns of a file without rows, and nothing is computed.
            return _nothing
        self.problems.extend(problems)
        if compute is not None and not isinstance(given, ColumnType | AnyType) and not fits(given):
            variant = "where" if name == "where" else ""
            self.problems.append(finding("SD012", formula.span, variant, name=name, formula=formula.text))
        return compute or _nothing


@dataclass
class Reading:
    """Goes through the rows of one file for one kind."""

    spec: Spec
    dataset: Dataset
    plan: Plan
    seen: set[tuple[str, str]]
    undecided: int = 0
    skipped: int = 0
    twins: Twins | None = None

    def read(self, rows: Iterable[SourceRow]) -> None:
        """Read the rows, and count them."""
        count = 0
        take = self._record if isinstance(self.plan.mapping, RecordMapping) else self._event()
        where, file = self.plan.where, self.plan.table.file
        for row in rows:
            count += 1
            if row.fault is not None:
                self._reject(row, None, row.fault, "")
                continue
            decided = True if where is None else where(row.cells)
            if decided is True:
                take(row)
            elif isinstance(decided, Fault):
                self._reject(row, None, decided, "")
            else:
                # `where` keeps a row only when it is true, as everywhere in the language.
                self.undecided += decided is None
                self.skipped += 1
        self.count_rows(file, count, row if count else None)

    def count_rows(self, file: str, count: int, last: SourceRow | None) -> None:
        """Count the rows that were read, and say what is odd about their number and the last of them."""
        dataset, kind = self.dataset, self.plan.mapping.kind
        dataset.rows[file] = dataset.rows.get(file, 0) + count
        if self.skipped:
            dataset.skipped[file] = dataset.skipped.get(file, 0) + self.skipped
        if self.undecided:
            dataset.notes.append(note("undecided", file=file, kind=kind, count=self.undecided))
        if not count:
            dataset.notes.append(note("no_rows", file=file, kind=kind))
        if count > 1 and last is not None:
            self._tell_of_totals(last)

    def _tell_of_totals(self, last: SourceRow) -> None:
        """Say where the last row became a record or an event and looks like one of totals."""
        key = last.cells.get(self.plan.key.column)
        if key is None or not total_word(key) or last.fault is not None:
            return
        rejected = self.dataset.rejected
        if not rejected or rejected[-1].origin != Origin(self.plan.table.file, last.number):
            found = {"file": self.plan.table.file, "row": last.number, "key": shown(key)}
            self.dataset.notes.append(note("totals", **found))

    def _record(self, row: SourceRow) -> None:
        """Make a record of a row."""
        plan = self.plan
        key = self._key(row)
        if key is None:
            return
        since = plan.time.read(row.cells) if plan.time else None
        if plan.time and isinstance(since, Fault):
            self._reject(row, key, since, plan.time.column)
            return
        values = self._values(row, key)
        if values is None:
            return
        known = self.dataset.records[plan.mapping.kind]
        if key in known:
            first = known[key].origin
            fault = Fault("SD050", "", {"key": key, "file": first.file, "row": first.row})
            self._reject(row, key, fault, plan.key.column)
            return
        known[key] = RecordRow(plan.mapping.kind, key, since, values, Origin(plan.table.file, row.number))

    def _event(self) -> Callable[[SourceRow], None]:
        """Give the function that makes an event of a row."""
        plan, dataset, kind, file = self.plan, self.dataset, self.plan.mapping.kind, self.plan.table.file
        record = self.spec.events[kind].record
        known = dataset.records.get(record) if record in dataset.sourced else None
        twins = self.twins = self.twins or Twins(known or ())
        may_be_opened = _opened_keys(self.spec, record)
        mapping, time, identity, sequence = plan.mapping, plan.time, plan.id, plan.sequence
        if time is None or not isinstance(mapping, EventMapping):
            raise ValueError(f"the event {kind} has no time")  # the schema demands one
        may_lack_time = mapping.without_time == "skip"

        def take(row: SourceRow) -> None:
            cells = row.cells
            key = self._key(row)
            if key is None:
                return None
            moment = time.read(cells)
            if moment is None:
                if may_lack_time:
                    self.skipped += 1
                    return None
                moment = Fault("SD044", "time")
            if type(moment) is Fault:
                return self._reject(row, key, moment, time.column)
            place = sequence.read(cells) if sequence else 0
            if sequence and type(place) is Fault:
                return self._reject(row, key, place, sequence.column)
            values = self._values(row, key)
            if values is None:
                return None
            if known is not None and key not in known and not may_be_opened(key):
                return self._reject(row, key, twins.unknown(record, key), plan.key.column)
            name = identity.read(cells) if identity else None
            if identity and type(name) is Fault:
                return self._reject(row, key, name, identity.column)
            order = (place or 0, file, row.number)
            event = EventRow(kind, key, moment, order, name, values, Origin(file, row.number))
            self._add(event)
            return None

        return take

    def _add(self, event: EventRow) -> None:
        """Keep an event, or put it to the duplicates where its id has been seen."""
        if event.identity is not None:
            name = (event.kind, event.identity)
            if name in self.seen:
                self.dataset.duplicates.append(event)
                return
            self.seen.add(name)
        self.dataset.events.append(event)

    def _key(self, row: SourceRow) -> str | None:
        """Give the key of a row; a row without one is rejected."""
        key = self.plan.key.read(row.cells)
        if key is None:
            key = Fault("SD044", "key")
        if isinstance(key, Fault):
            self._reject(row, None, key, self.plan.key.column)
            return None
        return str(key)

    def _values(self, row: SourceRow, key: str) -> dict[str, Any] | None:
        """Give the fields of a row; a row with one that is not in order is rejected."""
        values: dict[str, Any] = {}
        cells = row.cells
        for part in self.plan.fields:
            value = part.read(cells)
            if type(value) is Fault:
                self._reject(row, key, value, part.column)
                return None
            values[part.name] = value
        return values

    def _reject(self, row: SourceRow, key: str | None, fault: Fault, column: str) -> None:
        """Put a row aside with the reason."""
        raw = {name: text or "" for name, text in row.cells.items() if name}
        origin = Origin(self.plan.table.file, row.number)
        kind = self.plan.mapping.kind
        self.dataset.rejected.append(RejectedRow(kind, key, fault, column, raw, origin))


def _opened_keys(spec: Spec, record: str) -> Callable[[str], bool]:
    """Give the test whether a key is one that the spec gives to records which it opens itself."""
    openers = "|".join(re.escape(kind) for kind in sorted(spec.openers_of(record)))
    form = re.compile(rf"(?:{openers}):.+/[1-9][0-9]*", re.DOTALL)
    return lambda key: bool(openers) and form.fullmatch(key) is not None


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
