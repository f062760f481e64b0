"""The fast executor: everything that the kernel can run, and of the rest what is left to the reference."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from threading import local
from typing import TYPE_CHECKING, Any

import numpy as np

from stepladder_dsl.model.spec import Spec
from stepladder_engine.calendars.zone import Instant
from stepladder_engine.data.workers import pool
from stepladder_engine.fast import cases as kernel
from stepladder_engine.fast import layout as at
from stepladder_engine.fast.convert import dataset_of, with_records
from stepladder_engine.fast.frames import Frames
from stepladder_engine.fast.gather import Written, outcome_of, written
from stepladder_engine.fast.memory import Block, Prepared, TooLarge, prepare
from stepladder_engine.fast.outcome import Handed, Outcome
from stepladder_engine.fast.parts import compiled as compiled_part
from stepladder_engine.fast.plan import KindPlan, make_plan
from stepladder_engine.fast.together import groups_of, run_what_can
from stepladder_engine.fast.waiting import Arrivals
from stepladder_engine.runtime.program import Program
from stepladder_engine.runtime.run import NothingToRunAsOf, run
from stepladder_engine.runtime.state import Entity

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]

BLOCK = 2_000
"""Cases in a block: few enough that their data stay near the processor."""


def latest_moment(frames: Frames) -> Instant | None:
    """Give the time of the latest event, else of the latest record to appear."""
    times = [int(frame.time.max()) for frame in frames.events.values() if len(frame.time)]
    if times:
        return max(times)
    since = [frame.since[frame.since != at.UNKNOWN] for frame in frames.records.values()]
    return max((int(known.max()) for known in since if len(known)), default=None)


def run_fast(
    spec: Spec,
    frames: Frames,
    as_of: Instant | None = None,
    *,
    compiled: bool = True,
    threads: int = 1,
    block: int = BLOCK,
    detail: bool = False,
    journal: bool = False,
    ahead: bool = True,
    program: Program | None = None,
) -> Outcome:
    """Run a spec over columns up to a moment; raises `NothingToRunAsOf` as the reference does.

    `journal` also gives the journal, of which only errors are there otherwise; `detail` besides what
    rebuilding whole records needs; `ahead` what time alone will still do to each case. `program` is that of
    the spec where there is one already.
    """
    program = program or Program(spec)
    until = latest_moment(frames) if as_of is None else as_of
    if until is None:
        raise NothingToRunAsOf
    keeps = (at.TELLS if journal or detail else 0) | (at.KEEPS_STATE if detail else 0)
    ran: dict[str, tuple[Prepared, list[Written]]] = {}
    others: dict[str, Mapping[int, Entity]] = {}
    handed: list[Handed] = []

    def run_kind(
        frames: Frames, plan: KindPlan, arrivals: Arrivals | None = None, apart: Whole | None = None
    ) -> tuple[Prepared, list[Written]]:
        prepared = prepare(
            program, frames, plan, until, keeps=keeps, ahead=ahead, arrivals=arrivals, apart=apart
        )
        return prepared, _run_blocks(prepared, compiled=compiled, threads=threads, block=block)

    together = {kind for group in groups_of(spec) for kind in group}
    for group in groups_of(spec):
        if group[0] not in frames.records:
            continue
        found, said = run_what_can(program, frames, group, run_kind)
        handed += said
        if found is not None:
            frames = found.frames
            ran |= found.kinds
            others |= _run_apart(spec, frames, found.apart, until, around=[one.kind for one in said])
    for kind in (kind for kind in frames.records if kind not in together):
        plan = make_plan(program, frames, kind)
        if isinstance(plan, Handed):
            handed.append(plan)
            continue
        try:
            ran[kind] = run_kind(frames, plan)
        except TooLarge:
            handed.append(Handed(kind, "figures of many digits", plan.record.record.span.line))
            continue
        left = np.concatenate([part.final[:, 0] for part in ran[kind][1]]) == at.LEFT
        others |= _run_apart(spec, frames, {kind: np.flatnonzero(left)}, until)
    kinds = {
        kind: outcome_of(*ran[kind], others.get(kind, {}), detail=detail)
        for kind in frames.records
        if kind in ran
    }
    handed.sort(key=lambda found: list(frames.records).index(found.kind))
    return Outcome(program, frames, until, as_of is not None, kinds, handed)


def _run_blocks(prepared: Prepared, *, compiled: bool, threads: int, block: int) -> list[Written]:
    """Run all cases, block by block; a thread takes the next block as soon as it is free."""
    ranges = [(first, min(first + block, prepared.cases)) for first in range(0, prepared.cases, block)] or [
        (0, 0)
    ]
    machine_code = compiled_part("run_cases") if compiled else None
    function = machine_code or kernel.run_cases
    own = local()

    def work(cases: tuple[int, int]) -> list[Written]:
        if not hasattr(own, "block"):
            own.block = Block(prepared, compiled=machine_code is not None)
        return _run_block(own.block, *cases, function)

    if threads == 1 or len(ranges) == 1:
        found = [work(cases) for cases in ranges]
    else:
        with pool(threads) as made:
            found = list(made.map(work, ranges))
    return [part for parts in found for part in parts]


def _run_block(block: Block, first: int, last: int, function: Callable[..., Any]) -> list[Written]:
    """Run the cases of one block; in several steps, or with more room, where its answer is too large."""
    parts: list[Written] = []
    roomy, done = 1, 0
    block.load(first, last)
    while True:
        reached = int(function(block.memory, done))
        parts.append(written(block))
        if reached == last - first:
            return parts
        if reached == done:
            roomy *= 2
            first, done = first + reached, 0
            block.load(first, last, roomy=roomy)
        else:
            done = reached
            block.forget()


def _run_apart(
    spec: Spec,
    frames: Frames,
    cases: Mapping[str, Whole],
    until: Instant,
    *,
    around: Collection[str] = (),
) -> Mapping[str, Mapping[int, Entity]]:
    """Run cases that the kernel has left, by themselves: they get nothing from any others.

    `around` are kinds of record to which they may send something all the same.
    """
    chosen = {kind: places.tolist() for kind, places in cases.items() if len(places)}
    found: dict[str, dict[int, Entity]] = {kind: {} for kind in chosen}
    if not chosen:
        return found
    rows = with_records(spec, frames, dataset_of(spec, frames, chosen), around)
    places = {
        kind: {frames.records[kind].keys[place]: place for place in some} for kind, some in chosen.items()
    }
    for entity in (one for one in run(spec, rows, until).entities if one.kind in chosen):
        found[entity.kind][places[entity.kind][entity.key]] = entity
    return found
