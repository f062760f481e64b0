"""What a screen lists, from the columns of the tables: only what is shown is made into lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from stepladder_engine.data.cells import Cells, Chosen, ColumnRows, Times
from stepladder_engine.fast.convert import reader_of
from stepladder_engine.fast.frames import UNKNOWN
from stepladder_engine.results.by_columns.distinct import distinct
from stepladder_engine.results.by_columns.kind import Kind
from stepladder_engine.results.columns import COLUMNS
from stepladder_engine.results.listed import (
    MOST_CASES,
    OWED,
    CaseLine,
    Listed,
    Owed,
    Owner,
    TaskLine,
    name_among,
    name_fields,
    shown_of,
    title_of,
)
from stepladder_engine.runtime.result import NextAction

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]

_NEVER = 1 << 61
"""Later than every moment."""


class KindListing:
    """Lists the records of one kind that the kernel ran; `positions` and `tasks` are the columns of both."""

    def __init__(self, kind: Kind, positions: Sequence[Cells], tasks: Sequence[Cells], case: Whole) -> None:
        """Take the columns; `case` is the place of each task's record in the outcome."""
        self.kind = kind
        self._positions = _named("positions", positions)
        self._tasks = _named("tasks", tasks)
        self._rows = case
        self._names = name_fields(kind.spec)

    def listed(self) -> Listed:
        """List what is shown."""
        return Listed(self._cases(), self._owed())

    # cases

    def _cases(self) -> list[CaseLine]:
        columns = self._positions
        if not len(columns["case"]):
            return []
        due = _instants(columns["next_due"])
        ended = _codes(columns["outcome"]) >= 0
        rows = first_of(np.where(due == UNKNOWN, _NEVER, due) + np.where(ended, 2 * _NEVER, 0), MOST_CASES)
        width = len(self.kind.processes)
        names = ("case", "process", "stage", "next_role", "next_person", "next_action")
        cells = [columns[name].take(rows).cells() for name in names]
        since = _known(_instants(columns["since"])[rows])
        parts = rows.tolist(), ended[rows].tolist(), since, _known(due[rows])
        return [
            CaseLine(key, self._name(row // width), process, stage, began, over, _next(when, *following))
            for row, over, began, when, key, process, stage, *following in zip(*parts, *cells, strict=True)
        ]

    # tasks

    def _owed(self) -> dict[Owner, Owed]:
        status = _chosen(self._tasks["status"])
        ranks = [OWED.index(value) if value in OWED else -1 for value in status.values]
        rank = np.array([*ranks, -1], np.int64)[status.codes]
        rows = np.flatnonzero(rank >= 0)
        if not len(rows):
            return {}
        owners, names = self._owners(rows)
        rank, due = rank[rows], _instants(self._tasks["due"])[rows]
        # Stable: what is equally urgent stays in the order of the records.
        order = np.lexsort((due, rank, owners))
        counts = np.bincount(owners * len(OWED) + rank, minlength=len(names) * len(OWED))
        counts = counts.reshape(len(names), len(OWED))
        ends = np.cumsum(counts.sum(axis=1)).tolist()
        shown = shown_of(len(names))
        found: dict[Owner, Owed] = {}
        for owner, first, last, counted in zip(names, [0, *ends], ends, counts.tolist(), strict=False):
            some = order[first : min(last, first + shown)]
            mine = found.setdefault(owner, Owed())
            mine.counts += Counter(dict(zip(OWED, counted, strict=True)))
            mine.first += self._lines(rows[some], rank[some].tolist(), due[some].tolist())
        return found

    def _owners(self, rows: Whole) -> tuple[Whole, list[Owner]]:
        """Give which owner owes each task: the one to whom it has gone on, or else its own."""
        escalated, own = (_chosen(self._tasks[name]).take(rows) for name in ("escalated_to", "role"))
        names: list[str] = list(dict.fromkeys([*escalated.values, *own.values]))
        places = {name: place for place, name in enumerate(names)}
        first, second = (
            np.array([*(places[name] for name in column.values), -1], np.int64)[column.codes]
            for column in (escalated, own)
        )
        roles = np.where(first < 0, second, first)
        persons = self.kind.persons(roles, names, self._rows[rows])
        codes, shows = distinct(roles, persons.codes)
        people = persons.take(shows).cells()
        titles = [
            title_of(self.kind.spec, names[role] if role >= 0 else None) for role in roles[shows].tolist()
        ]
        return codes, list(zip(titles, people, strict=True))

    def _lines(self, rows: Whole, rank: list[int], due: list[int]) -> list[TaskLine]:
        kinds, titles, channels, keys = (
            self._tasks[name].take(rows).cells() for name in ("kind", "title", "channel", "case")
        )
        names = [self._name(case) for case in self._rows[rows].tolist()]
        alerts = [kind == "alert" for kind in kinds]
        return list(map(TaskLine, rank, due, alerts, titles, channels, keys, names))

    def _name(self, case: int) -> str | None:
        """Give what a record is called, as its fields stand at the end."""
        kind = self.kind
        fields: dict[str, object] = {}
        for name in self._names:
            row, values = case, kind.found.fields.get(name)
            if values is None:
                row, values = int(kind.cases[case]), kind.frame.fields.get(name)
            if values is not None and values.numbers[row] != UNKNOWN:
                declared = kind.record.record.fields[name].type
                fields[name] = reader_of(values, declared)(int(values.numbers[row]))
        return name_among(fields, self._names)


def first_of(numbers: Whole, count: int) -> Whole:
    """Give the rows of the least numbers in their order; equal ones stay as they stand.

    >>> first_of(np.array([5, 3, 9, 3, 5]), 3).tolist()
    [1, 3, 0]
    """
    if len(numbers) > count:
        limit = np.partition(numbers, count - 1)[count - 1]
        less = np.flatnonzero(numbers < limit)
        equal = np.flatnonzero(numbers == limit)[: count - len(less)]
        rows = np.sort(np.concatenate([less, equal]))
    else:
        rows = np.arange(len(numbers))
    found: Whole = rows[np.argsort(numbers[rows], kind="stable")]
    return found


def counted_offers(offers: ColumnRows) -> Counter[tuple[str, str]]:
    """Count the offers by their names and how they stand."""
    columns = _named("offers", offers.columns)
    offer, status = _chosen(columns["offer"]), _chosen(columns["status"])
    codes, shows = distinct(offer.codes, status.codes)
    pairs = zip(offer.take(shows).cells(), status.take(shows).cells(), strict=True)
    return Counter(dict(zip(pairs, np.bincount(codes).tolist(), strict=True)))


def _next(due: int | None, role: str | None, person: str | None, action: str | None) -> NextAction:
    kind, _, name = (action or "").partition(" ")
    return NextAction(due, role, person, kind or None, name or None)


def _named(table: str, columns: Sequence[Cells]) -> Mapping[str, Cells]:
    names = [column.name for column in COLUMNS[table]]
    return dict(zip(names, columns, strict=True))


def _known(instants: Whole) -> list[Any]:
    return [None if instant == UNKNOWN else instant for instant in instants.tolist()]


def _codes(column: Cells) -> Any:
    return _chosen(column).codes


def _chosen(column: Cells) -> Chosen:
    if not isinstance(column, Chosen):
        message = f"a column of {type(column).__name__} where values are wanted"
        raise TypeError(message)
    return column


def _instants(column: Cells) -> Whole:
    if not isinstance(column, Times):
        message = f"a column of {type(column).__name__} where moments are wanted"
        raise TypeError(message)
    return column.instants
