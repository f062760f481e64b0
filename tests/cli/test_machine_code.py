"""`run` where machine code cannot be made or kept: the same answer, and a line that says why it was slow."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stepladder_engine.machine_code import c_library, cache, trouble
from stepladder_engine.machine_code.trouble import What, troubles

pytest.importorskip("numpy", reason="the fast executor needs numpy (the extra `fast`)")

Run = Callable[..., Any]
RUN = ("run", "shop", "--as-of", "2026-03-09", "--out", "out")
# As where llvmlite is not installed.
WITHOUT = "import sys; sys.modules['llvmlite'] = None; from stepladder_engine.cli.main import main; main()"
NEEDS_POSIX = pytest.mark.skipif(os.name != "posix", reason="needs programs that do nothing, or fail")
NEEDS_C = pytest.mark.skipif(c_library.compiler() is None, reason="needs a compiler of C")


def without_llvmlite(**environment: str) -> str:
    command = [sys.executable, "-c", WITHOUT, *RUN, "--engine", "fast"]
    done = subprocess.run(
        command, check=True, capture_output=True, text=True, env=dict(os.environ) | environment
    )
    return done.stderr


def written() -> dict[str, bytes]:
    """Give the tables; the summary names the executor."""
    return {file.name: file.read_bytes() for file in Path("out").glob("*.csv")}


@NEEDS_POSIX
@pytest.mark.parametrize("program", ["false", pytest.param("true", marks=pytest.mark.nightly)])
def test_a_compiler_that_fails(stepladder: Run, shop: Path, tmp_path: Path, program: str) -> None:
    assert stepladder(*RUN).status == 0
    expected = written()
    told = without_llvmlite(CC=program, STEPLADDER_CACHE=str(tmp_path / "cache"))
    assert told.count("could not make machine code") == 1
    assert f"/{program}`" in told
    assert written() == expected


@NEEDS_C
@pytest.mark.nightly
def test_a_folder_that_cannot_be_written(stepladder: Run, shop: Path, tmp_path: Path) -> None:
    assert stepladder(*RUN).status == 0
    expected = written()
    (tmp_path / "file").write_text("no folder")
    told = without_llvmlite(STEPLADDER_CACHE=str(tmp_path / "file"))
    assert told.count("machine code cannot be kept in") == 1
    assert written() == expected


def test_what_cannot_be_kept_is_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trouble, "_FOUND", {})
    (tmp_path / "file").write_text("no folder")
    assert cache.keep(tmp_path / "folder" / "code", b"code")
    assert not cache.keep(tmp_path / "file" / "code", b"code")
    assert not cache.keep(tmp_path / "file" / "more" / "code", b"code")
    assert troubles() == {"not_kept": str(tmp_path / "file")}
    assert [each.name for each in (tmp_path / "folder").iterdir()] == ["code"]


@pytest.mark.parametrize(
    ("found", "told"),
    [
        ({"no_compiler": ""}, "there is nothing on this machine that makes machine code"),
        ({"no_compiler": "", "compiler_failed": "/usr/bin/cc"}, "the compiler `/usr/bin/cc` could not"),
        ({"not_kept": "/nowhere"}, "machine code cannot be kept in `/nowhere`"),
    ],
)
def test_one_line_says_why_it_was_slow(
    stepladder: Run, shop: Path, monkeypatch: pytest.MonkeyPatch, found: dict[What, str], told: str
) -> None:
    monkeypatch.setattr(trouble, "_FOUND", found)
    said = stepladder("run", "shop", "--as-of", "2026-03-09").err
    assert said.count("machine code") == 1
    assert told in said
    assert "machine code" not in stepladder("run", "shop", "--as-of", "2026-03-09", "--quiet").err
