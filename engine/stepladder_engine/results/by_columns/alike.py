"""Loops over all rows of a journal: which of them say the same, and their order in time."""

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

SECOND = 1_000_000
_DIGIT = 11
"""Bits by which rows are put in order at once: so many places to write to stay close to the processor."""


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


def order_in_time(times: Whole) -> Whole:
    """Give the places of moments in rising order; equal ones stay as they come."""
    if not CAN_COMPILE or len(times) < 2 or len(times) >= 2**31:
        return np.argsort(times, kind="stable")
    least, most = int(times.min()), int(times.max())
    if most - least >= 2**62:
        return np.argsort(times, kind="stable")
    span = most - least
    keys: Whole = (times - least).astype(np.uint64)
    if span // SECOND < 2**32 and _whole_seconds(times, least):
        keys, span = np.empty(len(times), np.uint32), span // SECOND
        _seconds_since(times, least, keys)
    order = np.arange(len(keys), dtype=np.int32)
    other_keys, other = np.empty_like(keys), np.empty_like(order)
    for shift in range(0, span.bit_length(), _DIGIT):
        _by_digit(keys, order, other_keys, other, shift)
        keys, order, other_keys, other = other_keys, other, keys, order
    return order


@compiled
def _whole_seconds(times: Whole, least: int) -> bool:
    """Tell whether all moments are whole seconds apart."""
    for time in times:  # noqa: SIM110 - what is compiled has no generators
        if (time - least) % SECOND != 0:
            return False
    return True


@compiled
def _seconds_since(times: Whole, least: int, keys: Whole) -> None:
    """Give the seconds between a moment and each of many."""
    for row in range(len(times)):
        keys[row] = (times[row] - least) // SECOND


@compiled
def _by_digit(keys: Whole, order: Whole, new_keys: Whole, new_order: Whole, shift: int) -> None:
    """Put rows in the order of some bits of their keys; rows with equal ones stay as they are."""
    begins = np.zeros((1 << _DIGIT) + 1, np.int64)
    mask = (1 << _DIGIT) - 1
    for row in range(len(keys)):
        begins[((np.int64(keys[row]) >> shift) & mask) + 1] += 1
    for digit in range(1 << _DIGIT):
        begins[digit + 1] += begins[digit]
    for row in range(len(keys)):
        which = (np.int64(keys[row]) >> shift) & mask
        place = begins[which]
        new_keys[place] = keys[row]
        new_order[place] = order[row]
        begins[which] = place + 1
