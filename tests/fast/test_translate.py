"""What the kernel's functions may use means the same compiled as in Python; everything else is refused."""

from __future__ import annotations

import sys
from collections.abc import Callable, MutableSequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

pytest.importorskip("numpy", reason="the fast executor needs it")

import numpy as np

from stepladder_engine.fast import layout as at
from stepladder_engine.fast import parts
from stepladder_engine.fast.translate import translate
from stepladder_engine.machine_code import c_library, compilers
from stepladder_engine.machine_code.c_library import load_library
from stepladder_engine.machine_code.c_writer import CWriter
from stepladder_engine.machine_code.constants import NotTranslated
from stepladder_engine.machine_code.llvm_writer import LlvmWriter

Memory = MutableSequence[int]
Function = Callable[[Any, int], int]
ANSWER = at.HEADER + 2
"""Behind two numbers that are given: the cells in which the functions below leave what they find."""
SIZE = ANSWER + 28


def least_even(left: int, right: int) -> int:
    """Give an even number between two, the first met from below; jumps out of loops in each way."""
    found = -1
    for number in range(left, right):
        if number % 2 != 0:
            continue
        found = number
        break
    while True:
        if found >= 0 or right < 0:
            return found
        found += 2


def next_number(m: Memory, cell: int) -> int:
    """Give one more than the last time."""
    m[cell] += 1
    return m[cell]


def everything(m: Memory, first: int) -> int:
    """Use each construct once."""
    left, right = m[first], m[first + 1]
    cell = ANSWER
    m[cell], m[cell + 1] = left + right, left - right
    m[cell + 2] = left * 3 - -right
    m[cell + 3] = left // right if right != 0 else 7
    m[cell + 4] = left % right if right != 0 else 7
    m[cell + 5] = min(left, right, 5)
    m[cell + 6] = max(left, -right)
    m[cell + 7] = abs(left)
    m[cell + 8] = 1 if left < right and not (left == 3 or right == 4) else 0
    m[cell + 9] = 1 if float(left) * 1.5 > float(right) else 0
    m[cell + 10] = (left >> 3) | (right & 6)
    m[cell + 11] = 1 << (abs(left) % 40)
    left, right = right, left
    m[cell + 12] = left
    m[cell + 12] += right * 2
    m[cell + 13] = least_even(-right % 9, right % 9)
    total = 0
    for number in range(9, 2, -1):
        if number == left:
            break
        total += number
    m[cell + 14] = total
    m[at.NOW] = total
    m[cell + 15] = m[at.NOW] + m[at.UNTIL]
    m[cell + 16] = left == right
    # One thing after another, from left to right; what is put somewhere before the place is looked for.
    m[cell + 17] = next_number(m, cell + 18) * 10 - next_number(m, cell + 18)
    m[cell + 18 + m[cell + 18]] = next_number(m, cell + 18) + 5
    m[cell + 22] = max(m[cell + 18], next_number(m, cell + 18), 4 - next_number(m, cell + 18))
    m[cell + 23] = 1 if next_number(m, cell + 18) > m[cell + 18] - 1 else 0
    return first + 1


def writes_a_table(m: Memory, first: int) -> int:
    m[first + at.R_LINE] = 1
    return 0


def makes_a_list(m: Memory, first: int) -> int:
    return len([m, first])


def calls_what_is_not_compiled(m: Memory, first: int) -> int:
    return int(str(m[first]))


FUNCTIONS: list[Callable[..., int]] = [least_even, next_number, everything]
TEXT = "int some(void) { return 1; }"
HAS_C = pytest.mark.skipif(c_library.compiler() is None, reason="needs a compiler of C")


HAS_LLVM = pytest.mark.skipif(not compilers.has_llvm(), reason="needs llvmlite (the extra `fast`)")


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(compilers.from_llvm, marks=HAS_LLVM, id="llvmlite"),
        pytest.param(compilers.from_c, marks=HAS_C, id="C"),
    ],
)
def compiled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Function:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STEPLADDER_CACHE", str(tmp_path_factory.mktemp("kept")))
        patch.setattr(parts, "_PARTS", FUNCTIONS)
        function = parts.function_of("everything", request.param)
    assert function
    return function


numbers = st.integers(-(2**40), 2**40) | st.integers(-12, 12)


@given(left=numbers, right=numbers)
@example(left=-7, right=2)
@example(left=7, right=-2)
@example(left=-8, right=-2)
@example(left=0, right=0)
def test_what_is_compiled_means_the_same(compiled: Function, left: int, right: int) -> None:
    cells = [0] * SIZE
    cells[at.UNTIL], cells[at.HEADER], cells[at.HEADER + 1] = 11, left, right
    array = np.array(cells, dtype=np.int64)
    assert compiled(array, at.HEADER) == everything(cells, at.HEADER)
    assert array.tolist() == cells


@pytest.mark.parametrize(
    ("function", "what"),
    [
        (writes_a_table, "a fixed cell is written: first + at.R_LINE"),
        (makes_a_list, "makes_a_list: len([m, first])"),
        (calls_what_is_not_compiled, "calls_what_is_not_compiled: int(str(m[first]))"),
    ],
)
def test_what_the_kernel_may_not_do_is_refused(function: Callable[..., int], what: str) -> None:
    for writer in (LlvmWriter, CWriter):
        with pytest.raises(NotTranslated) as refused:
            translate([function], function, writer)
        assert str(refused.value) == what


@pytest.mark.parametrize("damage", [lambda file: file[:-1], lambda file: b"", lambda file: file + b"x"])
@HAS_LLVM
def test_code_that_is_not_whole_is_made_anew(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    from stepladder_engine.machine_code.machine import kept

    file, made = tmp_path / "kept" / "kernel.o", []

    def make() -> bytes:
        made.append(1)
        return b"some\ncode"

    assert [kept(file, make), kept(file, make), len(made)] == [b"some\ncode", b"some\ncode", 1]
    file.write_bytes(damage(file.read_bytes()))
    assert [kept(file, make), kept(file, make), len(made)] == [b"some\ncode", b"some\ncode", 2]
    assert [each.name for each in file.parent.iterdir()] == ["kernel.o"]


@HAS_C
@pytest.mark.parametrize("damage", [lambda file: file[:-1], lambda file: b"", lambda file: file + b"x"])
def test_a_library_that_is_not_whole_is_made_anew(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    begins, asked = tmp_path / "kernel", []

    def text() -> str:
        asked.append(1)
        return TEXT

    assert load_library(begins, text)
    (file,) = tmp_path.iterdir()
    # Beside the one that is loaded: nobody writes into a library that is in use.
    content = file.read_bytes()
    file.unlink()
    file.write_bytes(damage(content))
    assert [bool(load_library(begins, text)) for _ in range(2)] == [True, True]
    assert len(asked) == 2
    assert [each.read_bytes() for each in tmp_path.iterdir()] == [content]


@HAS_C
@pytest.mark.parametrize("text", ["int main(", "#include <there_is_no_such_file.h>"])
def test_what_the_compiler_cannot_read_is_no_library(tmp_path: Path, text: str) -> None:
    assert load_library(tmp_path / "kernel", lambda: text) is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("installed", "package", "expected"),
    [
        ("/usr/bin/gcc", True, ["/usr/bin/gcc"]),
        (None, True, [sys.executable, "-m", "ziglang", "cc"]),
        (None, False, []),
    ],
)
def test_which_compiler_of_c_is_asked(
    monkeypatch: pytest.MonkeyPatch, installed: str | None, package: bool, expected: list[str]
) -> None:
    monkeypatch.setattr(c_library, "_installed", lambda: installed)
    monkeypatch.setattr(c_library, "find_spec", lambda name: name if package else None)
    command = c_library.compiler.__wrapped__() or ()
    assert list(command[: len(expected)]) == expected
    assert bool(command) == bool(expected)


def test_without_a_compiler_there_is_no_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(c_library, "compiler", lambda: None)
    assert load_library(tmp_path / "kernel", str) is None


@HAS_C
def test_a_folder_that_nobody_may_write_to_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert load_library(tmp_path / "file" / "kernel", lambda: TEXT)
