"""Rows in doubt: the reference reader's own code decides about each of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from stepladder_dsl.model.spec import Spec
from stepladder_engine.data.dataset import Dataset, EventRow, Origin, RecordRow, RejectedRow
from stepladder_engine.data.load import Plan, Reading
from stepladder_engine.data.rows import SourceRow
from stepladder_engine.fast.read.text_table import Codes, TextTable

Flags = NDArray[np.bool_]


class KnownKeys(dict[str, RecordRow]):
    """The keys of records that have been read, as the reference reader asks for them."""

    def __init__(self, keys: TextTable, there: Codes) -> None:
        super().__init__()
        self._keys = keys
        self._flags = np.zeros(max(len(keys), 1), np.bool_)
        self._flags[there] = True

    def __contains__(self, key: object) -> bool:
        return bool(self.contain(self._keys.add([str(key)]))[0])

    def contain(self, codes: Codes) -> Flags:
        """Tell which keys are there, by their numbers; those that were numbered later are none of them."""
        within = np.minimum(codes, len(self._flags) - 1)
        return np.where(codes < len(self._flags), self._flags[within], False)  # noqa: FBT003


@dataclass
class Decided:
    """What has become of rows: taken and rejected ones in their order, and how many were left out."""

    taken: list[RecordRow | EventRow] = field(default_factory=list)
    rejected: list[RejectedRow] = field(default_factory=list)
    skipped: int = 0
    undecided: int = 0


def decide(spec: Spec, plan: Plan, rows: Sequence[SourceRow], known: dict[str, KnownKeys]) -> Decided:
    """Decide about rows as if each were alone: whether a key or an id has been seen is asked later.

    `known` are the records for which an event's key is looked up.
    """
    decided = Decided()
    if rows:
        kind = plan.mapping.kind
        alone = Dataset(records={kind: {}, **known}, sourced=set(known))
        seen: set[tuple[str, str]] = set()
        reading = Reading(spec, alone, plan, seen)
        reading.read(_one_by_one(rows, alone, seen, kind, decided))
        decided.rejected = alone.rejected
        decided.skipped, decided.undecided = reading.skipped, reading.undecided
    return decided


def _one_by_one(
    rows: Sequence[SourceRow], alone: Dataset, seen: set[tuple[str, str]], kind: str, decided: Decided
) -> Iterator[SourceRow]:
    """Give the rows, and take away what has become of each before the next one comes."""
    records = alone.records[kind]
    for row in rows:
        yield row
        decided.taken.extend(records.values())
        decided.taken.extend(alone.events)
        records.clear()
        alone.events.clear()
        seen.clear()


def rejected_as_repeated(spec: Spec, plan: Plan, row: SourceRow, key: str, first: Origin) -> RejectedRow:
    """Give the reason why a row whose key another record has is none."""
    kind = plan.mapping.kind
    alone = Dataset(records={kind: {key: RecordRow(kind, key, None, {}, first)}})
    Reading(spec, alone, plan, set()).read([row])
    return alone.rejected[0]
