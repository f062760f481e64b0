"""Rows in doubt: the reference reader's own code decides about each of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from stepladder_dsl.model.spec import Spec
from stepladder_dsl.record import record
from stepladder_engine.data.dataset import Dataset, EventRow, Origin, RecordRow, RejectedRow
from stepladder_engine.data.read_rows import Reading
from stepladder_engine.data.row_plans import Plan
from stepladder_engine.data.rows import SourceRow
from stepladder_engine.fast.read.text_table import Codes, TextTable

Flags = NDArray[np.bool_]


class KnownKeys(dict[str, RecordRow]):
    """The keys of records that have been read, as the reference reader asks for them."""

    def __init__(self, keys: TextTable, there: Codes) -> None:
        super().__init__()
        self._keys = keys
        self._there = there
        self._flags = np.zeros(max(len(keys), 1), np.bool_)
        self._flags[there] = True

    def __contains__(self, key: object) -> bool:
        return bool(self.contain(self._keys.add([str(key)]))[0])

    def __len__(self) -> int:
        return len(self._there)

    def __iter__(self) -> Iterator[str]:
        return (self._keys.text(code) for code in self._there.tolist())

    def contain(self, codes: Codes) -> Flags:
        """Tell which keys are there, by their numbers; those that were numbered later are none of them."""
        within = np.minimum(codes, len(self._flags) - 1)
        return np.where(codes < len(self._flags), self._flags[within], False)


@record(frozen=False)
class Decided:
    """What has become of rows: taken and rejected ones in their order, and how many were left out."""

    taken: list[RecordRow | EventRow]
    rejected: list[RejectedRow]
    skipped: int
    undecided: int


class SingleRows:
    """Decides about rows as if each were alone: whether a key or an id has been seen is asked later."""

    def __init__(self, spec: Spec, plan: Plan, known: dict[str, KnownKeys]) -> None:
        """Take the records for which the key of an event is looked up."""
        self._alone = Dataset(records={plan.mapping.kind: {}, **known}, sourced=set(known))
        self._seen: set[tuple[str, str]] = set()
        self._reading = Reading(spec, self._alone, plan, self._seen)
        self._records = self._alone.records[plan.mapping.kind]
        self._spec = spec
        self._plan = plan

    def decide(self, rows: Sequence[SourceRow]) -> Decided:
        """Decide about rows that follow each other."""
        reading = self._reading
        skipped, undecided = reading.skipped, reading.undecided
        taken: list[RecordRow | EventRow] = []
        reading.read(self._one_by_one(rows, taken))
        rejected, self._alone.rejected = self._alone.rejected, []
        return Decided(taken, rejected, reading.skipped - skipped, reading.undecided - undecided)

    def _one_by_one(
        self, rows: Sequence[SourceRow], taken: list[RecordRow | EventRow]
    ) -> Iterator[SourceRow]:
        """Give the rows, and take away what has become of each before the next one comes."""
        events = self._alone.events
        for row in rows:
            yield row
            taken.extend(events)
            events.clear()
            self._seen.clear()
            if type(self._records) is dict:
                taken.extend(self._records.values())
                self._records.clear()

    def repeated(self, row: SourceRow, key: str, first: Origin) -> RejectedRow:
        """Give the reason why a row whose key another record has is none."""
        kind = self._plan.mapping.kind
        alone = Dataset(records={kind: {key: RecordRow(kind, key, None, {}, first)}})
        Reading(self._spec, alone, self._plan, set()).read([row])
        return alone.rejected[0]
