"""What other cases have sent to the records of a kind, as the kernel awaits it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from stepladder_dsl.record import record
from stepladder_engine.fast import layout as at
from stepladder_engine.fast.frames import Values

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]


@record
class Told:
    """What the events of one line carry; `rows` are their places among the arrivals."""

    event: str
    rows: Whole
    fields: Mapping[str, Values]

    def is_as(self, other: Told) -> bool:
        """Say whether it is the same."""
        return (
            self.event == other.event
            and np.array_equal(self.rows, other.rows)
            and self.fields.keys() == other.fields.keys()
            and all(_same(values, other.fields[name]) for name, values in self.fields.items())
        )


@record
class Arrivals:
    """All events that others send to the records of one kind, in the order of these and of their happening.

    Of the columns `cause` names what has led to those that come at once, -1 for others; `near` says that
    what they lead to may come back. `rank` orders those of all cases, -1 where nothing does.
    """

    columns: Mapping[str, Whole]
    told: list[Told]
    unsure: Whole
    """The records to which events of one moment come in no order that is known here."""

    @property
    def case(self) -> Whole:
        """Who gets them."""
        return self.columns["case"]

    def cells(self) -> Mapping[int, Whole]:
        """Give the columns as the kernel awaits them, by the cell in a row."""
        found = {cell: self.columns[name] for name, cell in CELLS.items()}
        found[at.B_FOREIGN] = np.ones(len(self.case), np.int64)
        found[at.B_BACK] = _rows_since_the_cause(self.case, self.columns["cause"])
        return found

    def is_as(self, other: Arrivals) -> bool:
        """Say whether the same events come."""
        return (
            len(self.told) == len(other.told)
            and all(np.array_equal(self.columns[name], other.columns[name]) for name in self.columns)
            and all(one.is_as(another) for one, another in zip(self.told, other.told, strict=True))
        )


CELLS = {
    "time": at.B_TIME,
    "sent": at.B_SENT,
    "phase": at.B_PHASE,
    "turn": at.B_TURN,
    "round": at.B_ROUND,
    "late": at.B_LATE,
    "near": at.B_NEAR,
    "cause": at.B_NAME,
    "rank": at.B_RANK,
}


def _same(one: Values, other: Values) -> bool:
    same = one.scale == other.scale and np.array_equal(one.numbers, other.numbers)
    return same and list(one.words) == list(other.words)


def _rows_since_the_cause(case: Whole, cause: Whole) -> Whole:
    """Give how many rows before each the first of its case and cause stands; -1: it has no cause."""
    back = np.full(len(case), -1, np.int64)
    known = np.flatnonzero(cause >= 0)
    groups = groups_of_equal(np.stack([case[known], cause[known]]))
    first = np.zeros(int(groups.max(initial=-1)) + 1, np.int64)
    # Of equal groups the first row stays: it is written last.
    first[groups[::-1]] = known[::-1]
    back[known] = known - first[groups]
    return back


def groups_of_equal(columns: Whole) -> Whole:
    """Number the groups of equal columns."""
    order = np.lexsort(columns)
    ordered = columns[:, order]
    groups = np.zeros(len(order), np.int64)
    groups[order[1:]] = np.cumsum(np.any(ordered[:, 1:] != ordered[:, :-1], axis=0))
    return groups
