"""Makes a record or an event of each row, or puts it aside with its reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from stepladder_dsl.model.spec import Spec
from stepladder_dsl.record import record
from stepladder_engine.data.dataset import Dataset, EventRow, Origin, RecordRow, RejectedRow
from stepladder_engine.data.mapping_model import EventMapping, RecordMapping
from stepladder_engine.data.problems import Fault, note, shown
from stepladder_engine.data.row_plans import Plan
from stepladder_engine.data.rows import SourceRow
from stepladder_engine.data.twins import Twins, total_word


@record(frozen=False)
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
