"""A loop over all rows of a journal: which of them say the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from stepladder_engine.data.compiled_loops import can_compile, compiled
from stepladder_engine.results.by_columns.distinct import distinct

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]
    Codes = NDArray[np.int32]
    Word = np.uint64

_FIRST_SIZE = 512
_SLOTS = 4
"""Slots for each of the different steps that there is room for."""


def alike(small: Sequence[Any], lines: Any, what: Any, why: Any) -> tuple[Any, Whole]:
    """Give for each step which of the different ones it is, and of each of those a row that shows it.

    `small` are kind, reason, process, stage and target: numbers from -1 on, of which there are few.
    """
    if not can_compile():
        return distinct(*small, lines, what, why)
    kind, reason, process, stage, target, line = (
        np.ascontiguousarray(column, np.int32) for column in (*small, lines)
    )
    what, why = (np.ascontiguousarray(column, np.int64) for column in (what, why))
    codes = np.empty(len(lines), np.int32)
    known, shows = np.empty(4 * _FIRST_SIZE, np.int64), np.empty(_FIRST_SIZE, np.int64)
    slots = np.full(_SLOTS * _FIRST_SIZE, -1, np.int32)
    row = count = 0
    while True:
        row, count = _alike(
            kind, reason, process, stage, target, line, what, why, row, count, codes, known, shows, slots
        )
        if row == len(codes):
            return codes, shows[:count].copy()
        known, shows = np.resize(known, 2 * len(known)), np.resize(shows, 2 * len(shows))
        slots = np.full(2 * len(slots), -1, np.int32)
        _place_again(known, count, slots)


@compiled
def _mixed(first: int, second: int, what: int, why: int) -> Word:
    """Mix numbers into one; nothing waits for anything else, so it takes no time."""
    one = np.uint64(first) * np.uint64(0x9E3779B97F4A7C15) ^ np.uint64(second) * np.uint64(0xFF51AFD7ED558CCD)
    other = np.uint64(what) * np.uint64(0xC4CEB9FE1A85EC53) ^ np.uint64(why) * np.uint64(0x94D049BB133111EB)
    mixed = one ^ other
    return mixed ^ (mixed >> np.uint64(29)) ^ (mixed >> np.uint64(47))


@compiled
def _alike(
    kind: Codes,
    reason: Codes,
    process: Codes,
    stage: Codes,
    target: Codes,
    line: Codes,
    what: Whole,
    why: Whole,
    row: int,
    count: int,
    codes: Codes,
    known: Whole,
    shows: Whole,
    slots: Codes,
) -> tuple[int, int]:
    """Number the different steps as they come, as long as there is room: gives the next row, and the count.

    What is `known` takes four numbers each.
    """
    mask = len(slots) - 1
    while row < len(kind):
        # Two numbers of 64 bits hold all that is small; none of it comes near its share of the bits.
        first = (stage[row] << 32) + target[row]
        numbers = (process[row] << 12) + (kind[row] << 6) + reason[row]
        second = (line[row] << 32) + numbers
        slot = np.int64(_mixed(first, second, what[row], why[row])) & mask
        code = slots[slot]
        while code >= 0 and (
            known[4 * code] != first
            or known[4 * code + 1] != second
            or known[4 * code + 2] != what[row]
            or known[4 * code + 3] != why[row]
        ):
            slot = (slot + 1) & mask
            code = slots[slot]
        if code < 0:
            if count == len(shows):
                return row, count
            known[4 * count], known[4 * count + 1] = first, second
            known[4 * count + 2], known[4 * count + 3] = what[row], why[row]
            shows[count] = row
            slots[slot] = code = count
            count += 1
        codes[row] = code
        row += 1
    return row, count


@compiled
def _place_again(known: Whole, count: int, slots: Codes) -> None:
    """Fill larger slots with what is known."""
    mask = len(slots) - 1
    for code in range(count):
        mixed = _mixed(known[4 * code], known[4 * code + 1], known[4 * code + 2], known[4 * code + 3])
        slot = np.int64(mixed) & mask
        while slots[slot] >= 0:
            slot = (slot + 1) & mask
        slots[slot] = code
