"""Events that cases have sent to each other: from the rows of who sends to what the receivers wait for.

The reference executor has one queue for all cases. Here a kind of record runs by itself, so each event that
it sends says where its step stood in that queue: first by the moment, then by what the step belonged to.
At one moment come the events of the data, then those that were sent, in the order in which they were, then
what falls due: by kind and key of the record, and between two of those what the first has sent at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from stepladder_dsl.record import record
from stepladder_engine.fast import layout as at
from stepladder_engine.fast.frames import Frames, Values
from stepladder_engine.fast.memory import Prepared, first_owner
from stepladder_engine.fast.plan import KindPlan, near
from stepladder_engine.fast.waiting import CELLS, Arrivals, Told, groups_of_equal
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


def arrivals_of(program: Program, frames: Frames, kind: str, sent: Iterable[Sent]) -> Arrivals:
    """Give what others send to the records of a kind; raises `TooManyCauses`."""
    parts = [_Part(program, frames, kind, found) for found in sent]
    parts = [part for part in parts if len(part.rows)]
    if not parts:
        return Arrivals(dict.fromkeys(("case", *CELLS), np.zeros(0, np.int64)), [], np.zeros(0, np.int64))

    def joined(name: str) -> Whole:
        return np.concatenate([getattr(part, name) for part in parts])

    case, time, moment, phase = (joined(name) for name in ("case", "time", "sent", "phase"))
    keys = [joined(f"key_{number}") for number in range(5)]
    sender, number = joined("sender"), joined("number")
    order = np.lexsort((number, sender, *reversed(keys), phase, moment, time, case))
    which = np.stack([time, moment, phase, *keys])
    ranks = _ranks(which, sender, number)
    unsure = np.unique(case[_without_order(case, which, sender) | joined("comes_back")])
    places = np.empty(len(order), np.int64)
    places[order] = np.arange(len(order))
    told: list[Told] = []
    first = 0
    for part in parts:
        told += part.told(places[first : first + len(part.rows)])
        first += len(part.rows)
    columns = {name: joined(name) for name in ("case", *CELLS) if name != "rank"}
    columns["rank"] = ranks
    columns["near"] &= ((ranks < 0) | (phase >= at.BY_DUE) | joined("of_several")).astype(np.int64)
    return Arrivals({name: column[order] for name, column in columns.items()}, told, unsure)


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


def _groups_with(columns: Whole, flags: NDArray[np.bool_]) -> Whole:
    """Give columns that are equal only in groups in which something has a flag."""
    groups = groups_of_equal(columns)
    flagged = np.bincount(groups, flags, minlength=1)[groups] > 0
    return np.stack([groups, np.where(flagged, -1, np.arange(len(groups)))])


def _differ(columns: Whole, values: Whole) -> NDArray[np.bool_]:
    """Say which rows stand in a group of equal columns within which values differ."""
    groups = groups_of_equal(columns)
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
    queued = np.flatnonzero(which[2] == at.BY_QUEUE)
    unsure = _differ(which, sender)
    # Ranks of one kind say nothing about those of another.
    unsure[queued] |= _differ(which[:2, queued], sender[queued] >> 32)
    unsure |= (which[2] == at.BY_ECHO) | ((which[2] == at.BY_QUEUE) & (which[3] < 0))
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
        circle = near(program.spec, kind)
        self.near = np.full(len(rows), int(name in circle))
        self.of_several = np.full(len(rows), len(circle) > 1)
        self.cause = self._causes()
        # Who has caused it knows the cause by another name.
        self.comes_back = (self.cause >= 0) & (self.cause >> _CELL_BITS == case_names(receiver))
        self.key_0, self.key_1, self.key_2, self.key_3, self.key_4 = self._places()

    def _causes(self) -> Whole:
        """Give a name to each cause that is not known in other cases yet."""
        cause, is_own = self.rows[:, at.Z_CAUSE], self.rows[:, at.Z_CAUSE_IS] == at.OWN_CAUSE
        cases, kinds = self.rows[:, at.Z_CASE], self.sender >> 32
        most = (cause[is_own], _MOST_CELLS), (cases, _MOST_CASES), (kinds, _MOST_KINDS)
        if any(np.any(numbers >= limit) for numbers, limit in most):
            raise TooManyCauses
        return np.where(is_own, (case_names(self.sender) << _CELL_BITS) + cause, cause)

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


_CASE_BITS, _CELL_BITS = 30, 26
_MOST_CASES, _MOST_CELLS, _MOST_KINDS = 2**_CASE_BITS, 2**_CELL_BITS, 2**6


def case_names(cases: Whole) -> Whole:
    """Give short names to cases that are numbered among all kinds."""
    return ((cases >> 32) << _CASE_BITS) + (cases & (2**32 - 1))
