"""The order of rows in time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from stepladder_engine.data.compiled_loops import CAN_COMPILE, compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Whole = NDArray[Any]
    """Whole numbers of any width."""

SECOND = 1_000_000
_DIGIT = 11
"""Bits by which rows are put in order at once: so many places to write to stay close to the processor."""


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
