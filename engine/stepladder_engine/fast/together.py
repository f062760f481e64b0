"""Kinds of record that send events to each other, each run by itself until nothing more comes of it.

Who sends runs before who gets. Where what is sent may come back, the kinds around the circle run again, with
what has come meanwhile, until the same events come as before: an event follows only from earlier ones, so
there is one such answer, and it is that of the reference executor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from stepladder_dsl.model.spec import Spec
from stepladder_engine.fast import layout as at
from stepladder_engine.fast.arrivals import Arrivals, OrderUnknown, Sent, arrivals_of
from stepladder_engine.fast.frames import UNKNOWN, EventFrame, Frames, RecordFrame, Values
from stepladder_engine.fast.gather import Written
from stepladder_engine.fast.memory import Prepared, TooLarge
from stepladder_engine.fast.outcome import Handed
from stepladder_engine.fast.plan import KindPlan, make_plan, near, reached, touches_of, touching
from stepladder_engine.runtime.program import Program

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]

MOST_TURNS = 12
"""So often a kind runs until the same events come as before; each time some chain is longer by a case."""
TOUCH = "events sent to other records, or records opened"

RunKind = Callable[[Frames, KindPlan, "Arrivals | None"], tuple[Prepared, list[Written]]]
"""Runs all cases of a kind, with what others send to them."""
Ran = dict[str, tuple[Prepared, list[Written]]]


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


def run_together(
    program: Program, frames: Frames, group: Sequence[str], run_kind: RunKind
) -> tuple[Frames, Ran]:
    """Run the kinds of a group; gives the columns by which they were run. Raises `CannotRunTogether`."""
    frames = _ready(program, frames, group)
    found: Ran = {}
    for circle in _in_turn(program.spec, group):
        _run_circle(program, frames, circle, found, run_kind)
    for kind in group:
        for part in found[kind][1]:
            if np.any(part.final[:, 0] == at.LEFT):
                # One case would have to be run with all that it touches.
                raise _unordered(program.spec, kind)
    return frames, found


def handed_over(spec: Spec, group: Iterable[str], reason: CannotRunTogether) -> Iterator[Handed]:
    """Say of each kind of a group why the reference executor runs it."""
    lines = touching(spec)
    for kind in group:
        yield reason.handed if kind == reason.handed.kind else Handed(kind, TOUCH, lines[kind])


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


def _run_circle(
    program: Program, frames: Frames, circle: Sequence[str], found: Ran, run_kind: RunKind
) -> None:
    """Run kinds until the same events come to each of them as when it was run last."""
    plans = {kind: _plan(program, frames, kind) for kind in circle}
    came: dict[str, Arrivals] = {}
    for _ in range(MOST_TURNS):
        still = True
        for kind in circle:
            try:
                sent = (Sent(prepared, _rows(parts)) for prepared, parts in found.values())
                comes = arrivals_of(program, frames, kind, sent)
            except OrderUnknown:
                raise _unordered(program.spec, kind) from None
            if kind in came and comes.is_as(came[kind]):
                continue
            still, came[kind] = False, comes
            try:
                found[kind] = run_kind(frames, plans[kind], comes)
            except TooLarge:
                raise CannotRunTogether(
                    kind, "figures of many digits", program.spec.records[kind].span.line
                ) from None
        if still:
            return
    raise CannotRunTogether(
        circle[0], "events that come back again and again", touching(program.spec)[circle[0]]
    )


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
            frames = _with_receivers(program, frames, plan, send.record, send.effect.to_field or "")
    for _ in range(len(group) + 2):
        needed = _scales(program, frames, group)
        if not needed:
            return frames
        for (event, field), scale in needed.items():
            frames = _with_scale(program, frames, event, field, scale)
    kind = group[0]
    raise CannotRunTogether(kind, "a field whose decimals grow", touching(program.spec)[kind])


def _with_receivers(program: Program, frames: Frames, plan: KindPlan, receiver: str, field: str) -> Frames:
    """Add the records that a field names and that are not there, of a kind without a source of its own."""
    others, values = frames.records[receiver], frames.records[plan.record.record.name].fields.get(field)
    if receiver in frames.aside.sourced:
        if not np.all(others.sourced):
            line = touching(program.spec)[receiver]
            raise CannotRunTogether(receiver, "records that only events know", line)
        return frames
    if values is None:
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
        for send in plan.sends:
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
