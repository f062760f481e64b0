"""What loops over arrays may use means the same compiled as in Python; everything else is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

pytest.importorskip("llvmlite", reason="loops are compiled by llvmlite (the extra `fast`)")

import numpy as np
from numpy.typing import NDArray

from stepladder_engine.data.compiled_loops import compiled
from stepladder_engine.machine_code.arrays import translate
from stepladder_engine.machine_code.constants import NotTranslated

Bytes = NDArray[np.uint8]
Truths = NDArray[np.bool_]
Seconds = NDArray[np.uint32]
Codes = NDArray[np.int32]
Whole = NDArray[np.int64]
Words = NDArray[np.uint64]
Word = np.uint64


def split(number: int, by: int) -> tuple[int, int]:
    """Give several numbers, in one of two ways."""
    return (number, 0) if by == 0 else (number // by, number % by)


def mixed(number: int) -> Word:
    """Bits of a word go to the right without a sign."""
    word = np.uint64(number)
    return word ^ (word >> np.uint64(7))


def filled(numbers: Whole, by: int) -> None:
    """Fill an array and give nothing."""
    for row in range(len(numbers)):
        if row == by:
            return
        numbers[row] = row * by


def everything(
    data: Bytes, truths: Truths, seconds: Seconds, codes: Codes, whole: Whole, words: Words, by: int
) -> tuple[int, int, bool]:
    """Use each construct once; the arrays hold what is found."""
    filled(whole, by)
    first = second = total = 0
    for byte in data:
        total += byte
        if 48 <= byte <= 57 or byte in (65, 66):
            first += 1
        elif byte not in (97, 98):
            second += 1
    for value in (first, second):
        total = total * 3 + value
    quotient, rest = split(total, by)
    truths[0], truths[1] = quotient > rest, not quotient
    same = True
    same &= truths[0] or rest == 0
    seconds[0] = abs(quotient)
    codes[0] = -rest
    codes[1] = codes[0] if codes[0] < -3 else min(rest, 5)
    codes[2] += codes[1] << 2 ^ 5
    words[0] = mixed(total) * np.uint64(0x9E3779B97F4A7C15)
    words[1] = words[0] << np.uint64(3)
    whole[0] = np.int64(words[0] & np.uint64(0xFFFF))
    return int(quotient), rest, same


def left_by(function: Callable[..., tuple[int, ...]], data: bytes, by: int) -> list[list[int]]:
    """Call the function over fresh arrays; give all that it has left."""
    read = np.frombuffer(data, np.uint8)
    arrays = (
        # Python's own numbers have room for every sum; those of single bytes have not.
        read.astype(np.int64) if function is everything else read,
        np.zeros(2, np.bool_),
        np.zeros(1, np.uint32),
        np.zeros(3, np.int32),
        np.full(4, 7, np.int64),
        np.zeros(2, np.uint64),
    )
    with np.errstate(over="ignore"):
        found = function(*arrays, by)
    return [[int(number) for number in found], *(array.tolist() for array in arrays)]


SPLIT, MIXED, FILLED, EVERYTHING = compiled(split), compiled(mixed), compiled(filled), compiled(everything)


@given(data=st.binary(max_size=20), by=st.integers(-9, 9))
@example(data=b"", by=0)
@example(data=b"19AZab", by=-7)
def test_what_is_compiled_means_the_same(data: bytes, by: int) -> None:
    assert left_by(EVERYTHING, data, by) == left_by(everything, data, by)


def test_an_array_of_other_cells_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(TypeError, match="filled: an array of int32 where one of int64 is wanted"):
        FILLED(np.zeros(3, np.int32), 1)


def makes_an_array(size: int) -> int:
    return len(np.zeros(size))


def compares_words(words: Words) -> bool:
    return bool(words[0] < words[1])


def mixes_kinds(words: Words, number: int) -> int:
    return words[0] + number  # type: ignore[no-any-return]


@pytest.mark.parametrize("function", [makes_an_array, compares_words, mixes_kinds])
def test_what_a_loop_may_not_do_is_refused(function: Callable[..., int]) -> None:
    with pytest.raises(NotTranslated, match=function.__name__):
        translate([function])
