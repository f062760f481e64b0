"""Numbers in cells of text: those of a plain shape, read without a text being made of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from stepladder_dsl.model.spec import Limit
from stepladder_engine.fast.frames import UNKNOWN
from stepladder_engine.fast.read.compiling import compiled
from stepladder_engine.fast.read.text_table import Bytes, Whole

Flags = NDArray[np.bool_]
States = NDArray[np.uint8]

EMPTY, READ, UNSURE = 0, 1, 2
"""What a cell is: nothing, a value, or in need of the reference reader."""

_MOST_NEGATIVE, _MOST_POSITIVE = -(2**63) + 1, 2**63 - 1


@compiled
def read_numbers(
    data: Bytes,
    start: Whole,
    end: Whole,
    point: int,
    marks: Bytes,
    numbers: Whole,
    places: Bytes,
    states: Bytes,
) -> None:
    """Read digits with an optional sign, decimal point, and marks between groups of three digits."""
    for row in range(len(start)):
        at, last = start[row], end[row]
        while at < last and (data[at] <= 32 and (data[at] >= 28 or 9 <= data[at] <= 13)):
            at += 1
        while at < last and (data[last - 1] <= 32 and (data[last - 1] >= 28 or 9 <= data[last - 1] <= 13)):
            last -= 1
        numbers[row] = UNKNOWN
        places[row] = 0
        if at == last:
            states[row] = EMPTY
            continue
        states[row] = UNSURE
        negative = data[at] == 45
        if negative or data[at] == 43:
            at += 1
        value = np.int64(0)
        digits = significant = behind = in_group = 0
        mark = 0
        pointed = False
        fits = last - at <= 40
        while fits and at < last:
            byte = data[at]
            if 48 <= byte <= 57:
                digits += 1
                in_group += 1
                behind += pointed
                significant += 1 if value > 0 or byte > 48 else 0
                fits = significant <= 18
                if fits:
                    value = value * 10 + (byte - 48)
            elif byte == point and not pointed:
                fits = mark == 0 or in_group == 3
                pointed = True
            elif not pointed:
                known = False
                for other in marks:
                    known |= other == byte
                fits = known and (1 <= digits <= 3 if mark == 0 else mark == byte and in_group == 3)
                mark = byte
                in_group = 0
            else:
                fits = False
            at += 1
        if fits and digits and (mark == 0 or pointed or in_group == 3):
            while behind and value % 10 == 0:
                value //= 10
                behind -= 1
            numbers[row] = -value if negative else value
            places[row] = behind
            states[row] = READ


def with_one_scale(numbers: Whole, places: States, states: States) -> int:
    """Bring numbers in place to the scale that the longest needs, as far as they fit, and give the scale."""
    scale = int(places.max(initial=0))
    if scale:
        factors = 10 ** (scale - places.astype(np.int64))
        read = states == READ
        wide = read & (np.abs(numbers) >= 10**18 // factors)
        states[wide] = UNSURE
        read &= ~wide
        numbers[read] *= factors[read]
        numbers[wide] = UNKNOWN
    return scale


def beyond_limits(numbers: Whole, scale: int, limits: Sequence[Limit]) -> Flags:
    """Tell which numbers break one of the limits."""
    beyond = np.zeros(len(numbers), np.bool_)
    for limit in limits:
        exact = Decimal(limit.value).scaleb(scale)
        low, high = math.ceil(exact), math.floor(exact)
        match limit.operator:
            case ">=":
                beyond |= numbers < _within(low)
            case ">":
                beyond |= numbers <= _within(high)
            case "<=":
                beyond |= numbers > _within(high)
            case "<":
                beyond |= numbers >= _within(low)
            case "=":
                beyond |= (numbers != _within(low)) | (low != high)
            case "!=":
                beyond |= (numbers == _within(low)) & (low == high)
            case operator:
                raise ValueError(f"{operator} is no limit of a number")
    return beyond


def _within(bound: int) -> int:
    """Give a bound that is a number of 64 bits; one beyond all numbers stays beyond them."""
    return min(max(bound, _MOST_NEGATIVE), _MOST_POSITIVE)
