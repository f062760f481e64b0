"""Kinds of record that send events to each other, each run by itself until nothing more comes of it.

Who sends runs before who gets. Where what is sent may come back, the kinds around the circle run again, with
what has come meanwhile, until the same events come as before: an event follows only from earlier ones, so
there is one such answer, and it is that of the reference executor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from stepladder_dsl.model.spec import Spec
from stepladder_dsl.record import record
from stepladder_engine.fast import layout as at
from stepladder_engine.fast.arrivals import Sent, TooManyCauses, arrivals_of
from stepladder_engine.fast.convert import dataset_of, with_records
from stepladder_engine.fast.frames import UNKNOWN, EventFrame, Frames, RecordFrame, Values
from stepladder_engine.fast.gather import Written
from stepladder_engine.fast.memory import Prepared, TooLarge, named_in
from stepladder_engine.fast.outcome import Handed, Outcome
from stepladder_engine.fast.plan import (
    KindPlan,
    make_plan,
    near,
    reached,
    receivers_by_kind,
    touches_of,
    touching,
)
from stepladder_engine.fast.waiting import Arrivals
from stepladder_engine.runtime.program import Program
from stepladder_engine.runtime.run import run
from stepladder_engine.runtime.state import Entity

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]

MOST_TURNS = 40
"""So often a kind runs until the same events come as before; each time some chain is longer by a case."""
MOST_TIMES = 8
"""So often a group runs, with fewer cases each time."""
TOUCH = "events sent to other records, or records opened"

RunKind = Callable[[Frames, KindPlan, "Arrivals", "Whole"], tuple[Prepared, list[Written]]]
"""Runs all cases of a kind but some, with what others send to them."""


@record
class Ran:
    """What the kernel has written about some kinds, and the cases that it left alone.

    The latter are to be run by the reference executor, all together: they touch no other cases.
    """

    frames: Frames
    kinds: Mapping[str, tuple[Prepared, list[Written]]]
    apart: Mapping[str, Whole]


class CannotRunTogether(Exception):
    """Records of some kinds touch each other in a way that only the reference executor can follow."""

    def __init__(self, kind: str, construct: str, line: int) -> None:
        """Take the kind that is the reason, what it is, and the line of the spec."""
        super().__init__(construct)
        self.handed = Handed(kind, construct, line)


def groups_of(spec: Spec) -> list[list[str]]:
    """Give the kinds that touch each other, directly or not, in the order of the text."""
    ways: dict[str, set[str]] = {}
    for one, other, _, _ in touches_of(spec):
        ways.setdefault(one, set()).add(other)
        ways.setdefault(other, set()).add(one)
    found: list[list[str]] = []
    for kind in spec.records:
        if kind in ways and not any(kind in group for group in found):
            group = reached(ways, kind) | {kind}
            found.append([name for name in spec.records if name in group])
    return found


def run_together(program: Program, frames: Frames, group: Sequence[str], run_kind: RunKind) -> Ran:
    """Run the kinds of a group; raises `CannotRunTogether`."""
    frames = _ready(program, frames, group)
    plans = {kind: _plan(program, frames, kind) for kind in group}
    apart = {kind: np.zeros(len(frames.records[kind].keys), np.int64) for kind in group}
    for _ in range(MOST_TIMES):
        found: dict[str, tuple[Prepared, list[Written]]] = {}
        doubtful = {kind: np.zeros(len(left), np.bool_) for kind, left in apart.items()}
        for circle in _in_turn(program.spec, group):
            _run_circle(_Turn(program, frames, plans, run_kind, apart, doubtful), circle, found)
        more = {kind: _left(found[kind][1]) | doubtful[kind] for kind in group}
        if all(np.array_equal(more[kind] | (left != 0), left != 0) for kind, left in apart.items()):
            return Ran(frames, found, {kind: np.flatnonzero(left) for kind, left in apart.items()})
        apart = _with_all_they_touch(frames, plans, more)
    raise _unordered(program.spec, group[0])


def _names(frames: Frames, kind: str, event: str | None, field: str) -> tuple[Whole, Values]:
    """Give the values of a field that names records, and whose they are."""
    record = frames.records[kind]
    if event is None:
        cases: Whole = np.arange(len(record.keys))
        fields = record.fields
    else:
        frame = frames.events.get(event) or _no_events(event)
        cases, fields = frame.case.astype(np.int64), frame.fields
    values = fields.get(field)
    if values is None:
        values = Values("word", np.full(len(cases), UNKNOWN, np.int64))
    return cases, values


def _left(parts: Sequence[Written]) -> NDArray[np.bool_]:
    left: NDArray[np.bool_] = np.concatenate([part.final[:, 0] for part in parts]) == at.LEFT
    return left


def _with_all_they_touch(
    frames: Frames, plans: Mapping[str, KindPlan], some: Mapping[str, NDArray[np.bool_]]
) -> dict[str, Whole]:
    """Give cases with all to which they might send, or which might send to them, at whatever remove."""
    begins = dict(zip(plans, np.cumsum([0, *(len(some[kind]) for kind in plans)]).tolist(), strict=False))
    kinds = set(plans)
    ones, others = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for kind, plan in plans.items():
        for receiver, (event, field) in {(send.record, by) for send in plan.sends for by in send.named_by}:
            if receiver not in kinds:
                continue
            senders, values = _names(frames, kind, event, field)
            receivers = named_in(values, frames.records[receiver])
            known = np.flatnonzero(receivers >= 0)
            ones.append(senders[known] + begins[kind])
            others.append(receivers[known] + begins[receiver])
    one, other = np.concatenate(ones), np.concatenate(others)
    found = np.concatenate([some[kind] for kind in plans])
    while True:
        grows = found[one] != found[other]
        if not grows.any():
            break
        found[one[grows]] = found[other[grows]] = True
    return {kind: found[begins[kind] :][: len(some[kind])].astype(np.int64) for kind in plans}


def run_what_can(
    program: Program, frames: Frames, group: Sequence[str], run_kind: RunKind
) -> tuple[Ran | None, list[Handed]]:
    """Run the kinds of a group that depend on none that cannot be run here; says of the others why."""
    reasons: dict[str, Handed] = {}
    left = list(group)
    while left:
        try:
            return run_together(program, frames, left, run_kind), _said(program.spec, group, left, reasons)
        except CannotRunTogether as reason:
            reasons[reason.handed.kind] = reason.handed
            dependent = reached(receivers_by_kind(program.spec), reason.handed.kind)
            left = [kind for kind in left if kind != reason.handed.kind and kind not in dependent]
    return None, _said(program.spec, group, left, reasons)


def _said(
    spec: Spec, group: Sequence[str], ran: Sequence[str], reasons: Mapping[str, Handed]
) -> list[Handed]:
    """Say why the reference executor runs kinds of a group."""
    lines = touching(spec)
    return [reasons.get(kind) or Handed(kind, TOUCH, lines[kind]) for kind in group if kind not in ran]


def handed_entities(outcome: Outcome) -> list[Entity]:
    """Have the reference executor run the kinds that were handed over to it, with all that send to them."""
    kinds = {one.kind for one in outcome.handed}
    if not kinds:
        return []
    spec = outcome.program.spec
    ways = receivers_by_kind(spec)
    senders = {kind for kind in ways if reached(ways, kind) & kinds}
    around = {kind for sender in kinds | senders for kind in ways.get(sender, set())} - kinds - senders
    chosen = [kind for kind in outcome.frames.records if kind in kinds | senders]
    rows = with_records(spec, outcome.frames, dataset_of(spec, outcome.frames, chosen), around)
    return [one for one in run(spec, rows, outcome.as_of).entities if one.kind in kinds]


def _unordered(spec: Spec, kind: str) -> CannotRunTogether:
    return CannotRunTogether(kind, "events of one moment in no order of their own", touching(spec)[kind])


def _in_turn(spec: Spec, group: Sequence[str]) -> Iterator[list[str]]:
    """Yield the kinds, those from which events may come back together, who sends before who gets."""
    senders: dict[str, set[str]] = {kind: set() for kind in group}
    for sender, receiver, _, _ in touches_of(spec):
        if receiver in senders:
            senders[receiver].add(sender)
    left = list(group)
    while left:
        done = set(group).difference(left)
        kind = next(
            kind
            for kind in left
            if all(senders[member] <= done | _circle(spec, kind) for member in _circle(spec, kind))
        )
        circle = [name for name in left if name in _circle(spec, kind)]
        yield circle
        left = [name for name in left if name not in circle]


def _circle(spec: Spec, kind: str) -> set[str]:
    return near(spec, kind) | {kind}


@record
class _Turn:
    """What the kinds of a group are run with; `doubtful` gathers the cases whose order nobody knows."""

    program: Program
    frames: Frames
    plans: Mapping[str, KindPlan]
    run_kind: RunKind
    apart: Mapping[str, Whole]
    doubtful: Mapping[str, NDArray[np.bool_]]

    def arrivals(self, kind: str, found: Mapping[str, tuple[Prepared, list[Written]]]) -> Arrivals:
        """Give what has been sent to the records of a kind."""
        sent = (Sent(prepared, _rows(parts)) for prepared, parts in found.values())
        try:
            return arrivals_of(self.program, self.frames, kind, sent)
        except TooManyCauses:
            raise _unordered(self.program.spec, kind) from None

    def run(self, kind: str, comes: Arrivals) -> tuple[Prepared, list[Written]]:
        """Run a kind with what comes to it."""
        try:
            return self.run_kind(self.frames, self.plans[kind], comes, self.apart[kind])
        except TooLarge:
            line = self.program.spec.records[kind].span.line
            raise CannotRunTogether(kind, "figures of many digits", line) from None


def _run_circle(turn: _Turn, circle: Sequence[str], found: dict[str, tuple[Prepared, list[Written]]]) -> None:
    """Run kinds until the same events come to each of them as when it was run last."""
    came: dict[str, Arrivals] = {}
    for _ in range(MOST_TURNS):
        still = True
        for kind in circle:
            comes = turn.arrivals(kind, found)
            if kind in came and comes.is_as(came[kind]):
                continue
            still, came[kind] = False, comes
            found[kind] = turn.run(kind, comes)
        if still:
            for kind in circle:
                turn.doubtful[kind][came[kind].unsure] = True
            return
    spec = turn.program.spec
    raise CannotRunTogether(circle[0], "events that come back again and again", touching(spec)[circle[0]])


def _rows(parts: Sequence[Written]) -> Whole:
    return np.concatenate([part.sent for part in parts])


def _plan(program: Program, frames: Frames, kind: str) -> KindPlan:
    plan = make_plan(program, frames, kind)
    if isinstance(plan, Handed):
        raise CannotRunTogether(plan.kind, plan.construct, plan.line)
    return plan


# columns for what is sent


def _ready(program: Program, frames: Frames, group: Sequence[str]) -> Frames:
    """Give columns with room for everything that the kinds send each other."""
    plans = [_plan(program, frames, kind) for kind in group]
    for plan in plans:
        for send in plan.sends:
            for event, field in send.named_by:
                values = _names(frames, plan.record.record.name, event, field)[1]
                frames = _with_receivers(program, frames, send.record, values)
    for _ in range(len(group) + 2):
        needed = _scales(program, frames, group)
        if not needed:
            return frames
        for (event, field), scale in needed.items():
            frames = _with_scale(program, frames, event, field, scale)
    kind = group[0]
    raise CannotRunTogether(kind, "a field whose decimals grow", touching(program.spec)[kind])


def _with_receivers(program: Program, frames: Frames, receiver: str, values: Values) -> Frames:
    """Add the records that a field names and that are not there, of a kind without a source of its own."""
    others = frames.records[receiver]
    if receiver in frames.aside.sourced:
        if not np.all(others.sourced):
            line = touching(program.spec)[receiver]
            raise CannotRunTogether(receiver, "records that only events know", line)
        return frames
    there = set(others.keys)
    used = np.unique(values.numbers[values.numbers != UNKNOWN])
    more = {values.words[int(number)] for number in used} - there
    if not more:
        return frames
    keys = sorted([*others.keys, *more])
    places = {key: place for place, key in enumerate(keys)}
    moved = np.array([places[key] for key in others.keys], np.int64)
    records = {**frames.records, receiver: _spread(others, keys, moved)}
    events = {
        name: replace(frame, case=moved[frame.case].astype(np.int32))
        if program.spec.events[name].record == receiver
        else frame
        for name, frame in frames.events.items()
    }
    return replace(frames, records=records, events=events)


def _spread(record: RecordFrame, keys: Sequence[str], places: Whole) -> RecordFrame:
    """Give records among more of them."""

    def put(column: Any, rest: Any) -> Any:
        whole = np.full(len(keys), rest, column.dtype)
        whole[places] = column
        return whole

    fields = {
        name: replace(values, numbers=put(values.numbers, UNKNOWN)) for name, values in record.fields.items()
    }
    return RecordFrame(record.kind, keys, put(record.since, UNKNOWN), put(record.sourced, False), fields)


def _scales(program: Program, frames: Frames, group: Sequence[str]) -> Mapping[tuple[str, str], int]:
    """Give the events' fields that get more decimals than they have room for."""
    plans = {kind: _plan(program, frames, kind) for kind in group}
    needed: dict[tuple[str, str], int] = {}
    for plan in plans.values():
        for send in (send for send in plan.sends if send.record in plans):
            receiver = plans[send.record]
            columns = receiver.columns[receiver.kinds.index(send.effect.event)]
            room = {column.name: column.shape for column in columns}
            for name, shape in send.shapes:
                if shape.kind == "decimal" and shape.scale > room[name].scale:
                    key = send.effect.event, name
                    needed[key] = max(shape.scale, needed.get(key, 0))
    return needed


def _with_scale(program: Program, frames: Frames, event: str, field: str, scale: int) -> Frames:
    """Give a column of an event with so many decimals, which tells the plan to have room for them."""
    frame = frames.events.get(event) or _no_events(event)
    values = frame.fields.get(field)
    if values is None:
        values = Values("decimal", np.full(len(frame.time), UNKNOWN, np.int64), scale)
    else:
        factor, known = 10 ** (scale - values.scale), values.numbers != UNKNOWN
        if int(np.abs(values.numbers[known]).max(initial=0)) * factor > at.MOST:
            kind = program.spec.events[event].record
            raise CannotRunTogether(kind, "figures of many digits", program.spec.records[kind].span.line)
        values = replace(values, numbers=np.where(known, values.numbers * factor, UNKNOWN), scale=scale)
    events = {**frames.events, event: replace(frame, fields={**frame.fields, field: values})}
    return replace(frames, events=events)


def _no_events(event: str) -> EventFrame:
    none, codes = np.zeros(0, np.int64), np.zeros(0, np.int32)
    return EventFrame(event, codes, none, {}, [], codes, none)
