"""A loop over all rows of a journal: which of them say the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from stepladder_engine.data.compiled_loops import CAN_COMPILE, compiled
from stepladder_engine.results.by_columns.distinct import distinct

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Whole = NDArray[Any]
    """Whole numbers of any width."""


def alike(small: Sequence[Whole], lines: Whole, what: Whole, why: Whole) -> tuple[Whole, Whole]:
    """Give for each step which of the different ones it is, and of each of those a row that shows it.

    `small` are kind, reason, process, stage and target: numbers from -1 on, of which there are few.
    """
    if not CAN_COMPILE:
        return distinct(*small, lines, what, why)
    kind, reason, process, stage, target = small
    codes, shows = _alike(kind, reason, process, stage, target, lines, what, why)
    return codes, shows


@compiled
def _mixed(first: int, second: int, what: int, why: int) -> Any:
    """Mix numbers into one; nothing waits for anything else, so it takes no time."""
    one = np.uint64(first) * np.uint64(0x9E3779B97F4A7C15) ^ np.uint64(second) * np.uint64(0xFF51AFD7ED558CCD)
    other = np.uint64(what) * np.uint64(0xC4CEB9FE1A85EC53) ^ np.uint64(why) * np.uint64(0x94D049BB133111EB)
    mixed = one ^ other
    return mixed ^ (mixed >> np.uint64(29)) ^ (mixed >> np.uint64(47))


@compiled
def _alike(
    kind: Whole,
    reason: Whole,
    process: Whole,
    stage: Whole,
    target: Whole,
    line: Whole,
    what: Whole,
    why: Whole,
) -> tuple[Whole, Whole]:
    """Number the different steps as they come."""
    codes = np.empty(len(kind), np.int32)
    known = np.empty((512, 4), np.int64)
    shows = np.empty(512, np.int64)
    slots = np.full(2048, -1, np.int32)
    mask = np.uint64(len(slots) - 1)
    count = 0
    for row in range(len(kind)):
        # Two numbers of 64 bits hold all that is small; none of it comes near its share of the bits.
        first = (np.int64(stage[row]) << 32) + target[row]
        numbers = (np.int64(process[row]) << 12) + (np.int64(kind[row]) << 6) + reason[row]
        second = (np.int64(line[row]) << 32) + numbers
        mixed = _mixed(first, second, what[row], why[row])
        slot = mixed & mask
        code = slots[slot]
        while code >= 0 and (
            known[code, 0] != first
            or known[code, 1] != second
            or known[code, 2] != what[row]
            or known[code, 3] != why[row]
        ):
            slot = (slot + np.uint64(1)) & mask
            code = slots[slot]
        if code < 0:
            if count == len(shows):
                known, shows = _longer(known, shows)
                slots = _slots_of(known, count)
                mask = np.uint64(len(slots) - 1)
                slot = mixed & mask
                while slots[slot] >= 0:
                    slot = (slot + np.uint64(1)) & mask
            known[count, 0], known[count, 1] = first, second
            known[count, 2], known[count, 3] = what[row], why[row]
            shows[count] = row
            slots[slot] = code = count
            count += 1
        codes[row] = code
    return codes, shows[:count].copy()


@compiled
def _longer(known: Whole, shows: Whole) -> tuple[Whole, Whole]:
    """Make room for twice as many."""
    more_known, more_shows = np.empty((2 * len(shows), 4), np.int64), np.empty(2 * len(shows), np.int64)
    more_known[: len(shows)] = known
    more_shows[: len(shows)] = shows
    return more_known, more_shows


@compiled
def _slots_of(known: Whole, count: int) -> Whole:
    """Give larger slots for what is known."""
    slots = np.full(8 * count, -1, np.int32)
    mask = np.uint64(len(slots) - 1)
    for code in range(count):
        slot = _mixed(known[code, 0], known[code, 1], known[code, 2], known[code, 3]) & mask
        while slots[slot] >= 0:
            slot = (slot + np.uint64(1)) & mask
        slots[slot] = code
    return slots
