"""Events that cases have sent to each other: from the rows of who sends to what the receivers wait for.

The reference executor has one queue for all cases. Here a kind of record runs by itself, so each event that
it sends says where its step stood in that queue: first by the moment, then by what the step belonged to.
At one moment come the events of the data, then those that were sent, in the order in which they were, then
what falls due: by kind and key of the record, and between two of those what the first has sent at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from stepladder_dsl.record import record
from stepladder_engine.fast import layout as at
from stepladder_engine.fast.frames import Frames, Values
from stepladder_engine.fast.memory import Prepared, first_owner
from stepladder_engine.fast.plan import KindPlan, near
from stepladder_engine.runtime.program import Program

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]


class TooManyCauses(Exception):
    """There are more cases, or causes in one of them, than have names."""


@record
class Sent:
    """The rows of events that the records of one kind have sent, as the kernel has written them."""

    prepared: Prepared
    rows: Whole

    @property
    def plan(self) -> KindPlan:
        """By what they were run."""
        return self.prepared.plan


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
        found = {cell: self.columns[name] for name, cell in _CELLS.items()}
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


_CELLS = {
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
    groups = _groups(np.stack([case[known], cause[known]]))
    first = np.zeros(int(groups.max(initial=-1)) + 1, np.int64)
    # Of equal groups the first row stays: it is written last.
    first[groups[::-1]] = known[::-1]
    back[known] = known - first[groups]
    return back


def arrivals_of(program: Program, frames: Frames, kind: str, sent: Iterable[Sent]) -> Arrivals:
    """Give what others send to the records of a kind; raises `TooManyCauses`."""
    parts = [_Part(program, frames, kind, found) for found in sent]
    parts = [part for part in parts if len(part.rows)]
    if not parts:
        return Arrivals(dict.fromkeys(("case", *_CELLS), np.zeros(0, np.int64)), [], np.zeros(0, np.int64))

    def joined(name: str) -> Whole:
        return np.concatenate([getattr(part, name) for part in parts])

    case, time, moment, phase = (joined(name) for name in ("case", "time", "sent", "phase"))
    keys = [joined(f"key_{number}") for number in range(5)]
    sender, number = joined("sender"), joined("number")
    order = np.lexsort((number, sender, *reversed(keys), phase, moment, time, case))
    which = np.stack([time, moment, phase, *keys])
    unsure = np.unique(case[_without_order(case, which, sender)])
    ranks = _ranks(which, sender, number)
    places = np.empty(len(order), np.int64)
    places[order] = np.arange(len(order))
    told: list[Told] = []
    first = 0
    for part in parts:
        told += part.told(places[first : first + len(part.rows)])
        first += len(part.rows)
    columns = {name: joined(name)[order] for name in ("case", *_CELLS) if name != "rank"}
    return Arrivals(columns | {"rank": ranks[order]}, told, unsure)


def _without_order(case: Whole, which: Whole, sender: Whole) -> NDArray[np.bool_]:
    """Say which events from different senders come to one record in no order that is known here."""
    _, moment, phase, first = which[:4]
    at_one = np.stack([case, which[0], moment])
    found = _differ(np.concatenate([case[None], which]), sender)
    # Steps that an event led to that was sent itself: their order is that of those events.
    queued = np.flatnonzero(phase == at.BY_QUEUE)
    found[queued] |= _differ(at_one[:, queued], sender[queued] >> 32)
    found[queued] |= _differ(_groups_with(at_one[:, queued], first[queued] < 0), sender[queued])
    # Of what fell due because of another case nobody knows where it stood among all else that fell due.
    due = np.flatnonzero(phase >= at.BY_DUE)
    echo = phase[due] == at.BY_ECHO
    found[due] |= _differ(_groups_with(at_one[:, due], echo), sender[due])
    found[due] |= echo & (which[0] == moment)[due]
    return found


def _groups(columns: Whole) -> Whole:
    """Number the groups of equal columns."""
    order = np.lexsort(columns)
    ordered = columns[:, order]
    groups = np.zeros(len(order), np.int64)
    groups[order[1:]] = np.cumsum(np.any(ordered[:, 1:] != ordered[:, :-1], axis=0))
    return groups


def _groups_with(columns: Whole, flags: NDArray[np.bool_]) -> Whole:
    """Give columns that are equal only in groups in which something has a flag."""
    groups = _groups(columns)
    flagged = np.bincount(groups, flags, minlength=1)[groups] > 0
    return np.stack([groups, np.where(flagged, -1, np.arange(len(groups)))])


def _differ(columns: Whole, values: Whole) -> NDArray[np.bool_]:
    """Say which rows stand in a group of equal columns within which values differ."""
    groups = _groups(columns)
    first = np.zeros(int(groups.max(initial=-1)) + 1, np.int64)
    first[groups] = values
    mixed = np.zeros(len(first), np.bool_)
    mixed[groups[first[groups] != values]] = True
    found: NDArray[np.bool_] = mixed[groups]
    return found


def _ranks(which: Whole, sender: Whole, number: Whole) -> Whole:
    """Give the places of events of all cases in their order; -1 where nothing orders those of several."""
    order = np.lexsort((number, sender, *reversed(which)))
    ranks = np.empty(len(order), np.int64)
    ranks[order] = np.arange(len(order))
    unsure = _differ(which, sender) | (which[2] == at.BY_ECHO) | ((which[2] == at.BY_QUEUE) & (which[3] < 0))
    ranks[unsure] = -1
    return ranks


class _Part:
    """What the records of one kind send to those of another."""

    def __init__(self, program: Program, frames: Frames, kind: str, sent: Sent) -> None:
        self.program = program
        self.frames = frames
        self.plan, self.words = sent.plan, sent.prepared.words
        mine = np.array([send.record == kind for send in self.plan.sends] or [False])
        self.number = np.flatnonzero(mine[sent.rows[:, at.Z_SEND]])
        rows = self.rows = sent.rows[self.number]
        name = self.plan.record.record.name
        own = first_owner(program, name)
        self.sender = rows[:, at.Z_CASE] + own
        self.case, self.time = rows[:, at.Z_TO], rows[:, at.Z_TIME]
        self.sent, self.phase = rows[:, at.Z_SENT], rows[:, at.Z_PHASE]
        self.turn, self.round = rows[:, at.Z_TURN], rows[:, at.Z_ROUND]
        at_once = self.time == self.sent
        due = self.phase >= at.BY_DUE
        receiver = self.case + first_owner(program, kind)
        self.late = (at_once & due & (receiver < self.turn)).astype(np.int64)
        self.near = np.full(len(rows), int(name == kind or name in near(program.spec, kind)))
        self.cause = self._causes(own)
        self.key_0, self.key_1, self.key_2, self.key_3, self.key_4 = self._places()

    def _causes(self, own: int) -> Whole:
        """Give a name to each cause that is not known in other cases yet."""
        cause, is_own = self.rows[:, at.Z_CAUSE], self.rows[:, at.Z_CAUSE_IS] == at.OWN_CAUSE
        if np.any(cause[is_own] >= _MOST_CELLS) or np.any(self.rows[:, at.Z_CASE] >= _MOST_CASES):
            raise TooManyCauses
        kind = own >> 32
        return np.where(is_own, ((kind * _MOST_CASES + self.rows[:, at.Z_CASE]) * _MOST_CELLS) + cause, cause)

    def _places(self) -> list[Whole]:
        """Give five numbers that order steps of one moment that belong to the same kind of thing."""
        found = [np.zeros(len(self.rows), np.int64) for _ in range(5)]
        due, data = self.phase >= at.BY_DUE, self.phase == at.BY_DATA
        found[0][due], found[1][due] = self.turn[due], self.round[due]
        queued = self.phase == at.BY_QUEUE
        # Ranks of different kinds cannot be compared.
        found[0][queued], found[1][queued] = self.turn[queued], self.sender[queued] >> 32
        found[0][data] = -1
        found[1][data] = self.sender[data]
        for place, event in enumerate(self.plan.kinds):
            mine = np.flatnonzero(data & (self.turn == place))
            frame, rows = self.frames.events.get(event), self.rows[mine, at.Z_TURN_ROW]
            if frame is None or not len(mine):
                continue
            found[0][mine] = self.program.event_order[event]
            found[1][mine] = 0 if frame.sequence is None else frame.sequence[rows]
            found[2][mine], found[3][mine] = frame.file[rows], frame.row[rows]
        return found

    def told(self, places: Whole) -> Iterable[Told]:
        """Yield what the events of each line carry."""
        for number, send in enumerate(self.plan.sends):
            mine = np.flatnonzero(self.rows[:, at.Z_SEND] == number)
            if not len(mine):
                continue
            fields = {}
            for place, (name, shape) in enumerate(send.shapes):
                numbers = self.rows[mine, at.SENT_VALUES + place]
                fields[name] = self._values(shape.kind, shape.scale, numbers)
            yield Told(send.effect.event, places[mine], fields)

    def _values(self, kind: Any, scale: int, numbers: Whole) -> Values:
        if kind not in {"word", "duration"}:
            return Values("decimal" if kind == "nothing" else kind, numbers, scale)
        known = numbers != at.UNKNOWN
        used, places = np.unique(numbers[known], return_inverse=True)
        narrowed = np.full(len(numbers), at.UNKNOWN, np.int64)
        narrowed[known] = places
        return Values("word", narrowed, words=[self.words[number] for number in used.tolist()])


_MOST_CASES, _MOST_CELLS = 2**30, 2**26
