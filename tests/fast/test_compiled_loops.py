"""What loops over arrays may use means the same compiled as in Python; everything else is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

pytest.importorskip("numpy", reason="arrays are those of numpy")

import numpy as np
from numpy.typing import NDArray

from stepladder_engine.data import compiled_loops
from stepladder_engine.data.compiled_loops import compiled
from stepladder_engine.machine_code import c_library, compilers
from stepladder_engine.machine_code.arrays import translate
from stepladder_engine.machine_code.c_writer import CWriter
from stepladder_engine.machine_code.constants import NotTranslated
from stepladder_engine.machine_code.llvm_writer import LlvmWriter

Bytes = NDArray[np.uint8]
Truths = NDArray[np.bool_]
Seconds = NDArray[np.uint32]
Codes = NDArray[np.int32]
Whole = NDArray[np.int64]
Words = NDArray[np.uint64]
Word = np.uint64
Loops = tuple[Callable[..., Any], Callable[..., Any]]
HAS_C = pytest.mark.skipif(c_library.compiler() is None, reason="needs a compiler of C")
HAS_LLVM = pytest.mark.skipif(not compilers.has_llvm(), reason="needs llvmlite (the extra `fast`)")


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


def arrays_for(data: bytes) -> tuple[NDArray[Any], ...]:
    """Give what `everything` reads, and fresh arrays for what it finds."""
    return (
        np.frombuffer(data, np.uint8),
        np.zeros(2, np.bool_),
        np.zeros(1, np.uint32),
        np.zeros(3, np.int32),
        np.full(4, 7, np.int64),
        np.zeros(2, np.uint64),
    )


def left_by(function: Callable[..., tuple[int, ...]], data: bytes, by: int) -> list[list[int]]:
    """Call the function over fresh arrays; give all that it has left."""
    arrays = arrays_for(data)
    found = function(*arrays, by)
    return [[int(number) for number in found], *(array.tolist() for array in arrays[1:])]


def as_python_has_it(*given: Any) -> tuple[int, ...]:
    """Call `everything` as it is written, with numbers of Python, which have room for every sum."""
    *arrays, by = given
    lists = [array.tolist() for array in arrays]
    plain: Callable[..., tuple[int, ...]] = everything
    with np.errstate(over="ignore"):
        found = plain(*lists, by)
    for array, cells in zip(arrays[1:], lists[1:], strict=True):
        array[:] = cells
    return found


def loaded_by_llvm(name: str, sources: Iterable[Path], text: Any, *, widens: bool = False) -> compilers.Code:
    """Give what is compiled as machines have it on which it cannot be kept as an image."""
    from stepladder_engine.machine_code.llvm_writer import LlvmWriter
    from stepladder_engine.machine_code.machine import Loaded, compile_text

    return Loaded(compile_text(text(LlvmWriter), widens=widens))


COMPILERS = [
    pytest.param(compilers.from_llvm, marks=HAS_LLVM, id="llvmlite"),
    pytest.param(loaded_by_llvm, marks=HAS_LLVM, id="llvmlite, no image"),
    pytest.param(compilers.from_c, marks=HAS_C, id="C"),
]


# Where nothing compiles them, they run as they are written.
@pytest.fixture(scope="module", params=[*COMPILERS, pytest.param(lambda *_, **__: None, id="neither")])
def loops(request: pytest.FixtureRequest) -> Loops:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compiled_loops, "FILES", {})
        patch.setattr(compilers, "from_any", request.param)
        for called in (split, mixed):
            compiled(called)
        made: Loops = compiled(filled), compiled(everything)
        made[0](np.zeros(1, np.int64), 0)
        made[1](*arrays_for(b""), 1)
    return made


@given(data=st.binary(max_size=20), by=st.integers(-9, 9))
@example(data=b"", by=0)
@example(data=b"19AZab", by=-7)
def test_what_is_compiled_means_the_same(loops: Loops, data: bytes, by: int) -> None:
    assert left_by(loops[1], data, by) == left_by(as_python_has_it, data, by)


@pytest.mark.parametrize("loops", COMPILERS, indirect=True)
def test_an_array_of_other_cells_is_a_mistake_of_the_caller(loops: Loops) -> None:
    with pytest.raises(TypeError, match="filled: an array of int32 where one of int64 is wanted"):
        loops[0](np.zeros(3, np.int32), 1)


def makes_an_array(size: int) -> int:
    return len(np.zeros(size))


def compares_words(words: Words) -> bool:
    return bool(words[0] < words[1])


def mixes_kinds(words: Words, number: int) -> int:
    return words[0] + number  # type: ignore[no-any-return]


@pytest.mark.parametrize("function", [makes_an_array, compares_words, mixes_kinds])
def test_what_a_loop_may_not_do_is_refused(function: Callable[..., int]) -> None:
    for writer in (LlvmWriter, CWriter):
        with pytest.raises(NotTranslated, match=function.__name__):
            translate([function], writer)
