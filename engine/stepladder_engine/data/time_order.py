"""The order of rows in time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from stepladder_engine.data.compiled_loops import can_compile, compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]
    Seconds = NDArray[np.uint32]
    Codes = NDArray[np.int32]

SECOND = 1_000_000
_PLACES = 2**32
_DIGIT = 11
"""Bits by which rows are put in order at once: so many places to write to stay close to the processor."""


def order_in_time(times: Any) -> Any:
    """Give the places of moments in rising order; equal ones stay as they come."""
    if not can_compile() or len(times) < 2 or len(times) >= 2**31:
        return np.argsort(times, kind="stable")
    least, most = int(times.min()), int(times.max())
    if most - least >= 2**62:
        return np.argsort(times, kind="stable")
    span, moments = most - least, np.ascontiguousarray(times, np.int64)
    order, keys = np.arange(len(times), dtype=np.int32), np.empty(len(times), np.uint32)
    if span // SECOND < _PLACES and _seconds_since(moments, least, keys):
        return _in_order(keys, order, span // SECOND)
    since = (moments - least).view(np.uint64)
    order = _in_order((since & np.uint64(_PLACES - 1)).astype(np.uint32), order, min(span, _PLACES - 1))
    if span >= _PLACES:
        order = _in_order((since >> np.uint64(32)).astype(np.uint32)[order], order, span >> 32)
    return order


def _in_order(keys: Seconds, order: Codes, most: int) -> Codes:
    """Put rows in the order of their keys, of which none is above `most`, some bits at a time."""
    other_keys, other = np.empty_like(keys), np.empty_like(order)
    for shift in range(0, most.bit_length(), _DIGIT):
        _by_digit(keys, order, other_keys, other, np.zeros((1 << _DIGIT) + 1, np.int64), shift)
        keys, order, other_keys, other = other_keys, other, keys, order
    return order


@compiled
def _seconds_since(times: Whole, least: int, keys: Seconds) -> bool:
    """Give the seconds between a moment and each of many; tells whether all are whole ones."""
    for row in range(len(times)):
        since = times[row] - least
        seconds = since // SECOND
        if seconds * SECOND != since:
            return False
        keys[row] = seconds
    return True


@compiled
def _by_digit(
    keys: Seconds, order: Codes, new_keys: Seconds, new_order: Codes, begins: Whole, shift: int
) -> None:
    """Put rows in the order of some bits of their keys; rows with equal ones stay as they are."""
    mask = len(begins) - 2
    for row in range(len(keys)):
        begins[((keys[row] >> shift) & mask) + 1] += 1
    for digit in range(mask + 1):
        begins[digit + 1] += begins[digit]
    for row in range(len(keys)):
        which = (keys[row] >> shift) & mask
        place = begins[which]
        new_keys[place] = keys[row]
        new_order[place] = order[row]
        begins[which] = place + 1
