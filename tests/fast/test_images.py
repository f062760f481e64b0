"""Machine code kept as it lies in memory: loaded without a compiler, it does what the compiler says."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("llvmlite", reason="needs llvmlite (the extra `fast`)")

from stepladder_engine.machine_code import image, machine

if image.machine() is None:
    pytest.skip("images are for Linux on x86-64", allow_module_level=True)

TABLE = """
@table = private unnamed_addr constant [4 x i64] [i64 5, i64 -7, i64 11, i64 13]
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)

define internal i64 @apart(i64 %n) noinline {
  switch i64 %n, label %other [
    i64 0, label %a
    i64 1, label %b
    i64 2, label %c
    i64 3, label %d
    i64 4, label %e
  ]
a:
  ret i64 100
b:
  ret i64 -3
c:
  ret i64 77
d:
  ret i64 12345678901
e:
  ret i64 0
other:
  ret i64 -1
}

define i64 @run(ptr %cells, i64 %n) {
  %size = mul i64 %n, 8
  %to = getelementptr i64, ptr %cells, i64 8
  call void @llvm.memcpy.p0.p0.i64(ptr %to, ptr %cells, i64 %size, i1 false)
  %place = and i64 %n, 3
  %cell = getelementptr [4 x i64], ptr @table, i64 0, i64 %place
  %one = load i64, ptr %cell
  %two = call i64 @apart(i64 %n)
  %sum = add i64 %one, %two
  ret i64 %sum
}
"""
"""A table, a choice of many, a call, and something that only the system's library does."""
COUNTER = """
@count = internal global i64 40
define i64 @run(ptr %cells, i64 %n) {
  %old = load i64, ptr @count
  %new = add i64 %old, %n
  store i64 %new, ptr @count
  ret i64 %new
}
"""


def answers(code: machine.Loaded | image.Image, *numbers: int) -> list[tuple[int, list[int]]]:
    run = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_void_p, ctypes.c_int64)(code.address("run"))
    found = []
    for number in numbers:
        cells = (ctypes.c_int64 * 16)(*range(1, 17))
        found.append((run(cells, number), list(cells)))
    return found


def test_an_image_does_what_its_compiler_says() -> None:
    whole = image.image_of(machine.compile_text(TABLE, anywhere=True))
    assert whole
    expected = answers(machine.Loaded(machine.compile_text(TABLE)), *range(7))
    assert answers(image.Image(whole), *range(7)) == expected
    assert expected[1] == (-10, [*range(1, 9), 1, *range(10, 17)])


def test_what_keeps_something_of_its_own_is_loaded_by_its_compiler(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STEPLADDER_CACHE", str(tmp_path))
    assert image.image_of(machine.compile_text(COUNTER, anywhere=True)) is None
    for _ in range(2):
        code = machine.load("counter", (), lambda _: COUNTER, widens=False)
        assert isinstance(code, machine.Loaded)
        assert [answer for answer, _ in answers(code, 1, 2)] == [41, 43]


@pytest.mark.parametrize("damage", [b"", b"\x7fELF", b"\x7fELF\x02\x01" + bytes(80), b"MZ" + bytes(200)])
def test_what_is_no_object_is_no_image(damage: bytes) -> None:
    assert image.image_of(damage) is None


def test_an_object_that_is_cut_off_is_no_image() -> None:
    whole = machine.compile_text(TABLE, anywhere=True)
    for size in range(0, len(whole), 97):
        assert image.image_of(whole[:size]) is None


def test_the_compiler_is_not_loaded_for_what_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEPLADDER_CACHE", str(tmp_path))
    program = """
import sys
from stepladder_engine.data.code_loops import SECOND, whole_seconds
import numpy as np
print(int(whole_seconds(np.array([SECOND, 3 * SECOND]), -1, SECOND)), "llvmlite" in sys.modules)
"""
    said = [
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    ]
    assert said == ["1 True\n", "1 False\n"]
