"""`auto` takes the fast executor where files are large and its kernel is there, and gives the same answer."""

from __future__ import annotations

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest

from stepladder_dsl.compile import compile_file
from stepladder_engine.fast import parts
from stepladder_engine.machine_code import compilers, trouble
from stepladder_engine.results import execute as executing
from stepladder_engine.results.answer import Answer
from stepladder_engine.results.by_columns import answer as by_columns
from stepladder_engine.results.by_columns.answer import FastAnswer
from stepladder_engine.results.execute import Engine, execute
from stepladder_engine.results.screen.answer import show_answer
from stepladder_engine.results.screen.screen import Screen

STARTER = (
    Path(__file__).resolve().parents[2] / "engine" / "stepladder_engine" / "templates" / "phone-shop" / "en"
)


def answer_of(folder: Path, engine: Engine) -> Answer:
    spec = compile_file(next(folder.glob("*.ladder"))).spec
    assert spec
    answer, problems = execute(spec, folder / "mapping.yaml", engine=engine)
    assert answer, problems
    return answer


@pytest.mark.parametrize(("most", "listed"), [(0, False), (10**6, True)])
def test_very_many_cases_are_in_the_tables_alone(
    monkeypatch: pytest.MonkeyPatch, *, most: int, listed: bool
) -> None:
    monkeypatch.setattr(by_columns, "LISTED", most)
    found = answer_of(STARTER, "fast")
    stream = StringIO()
    show_answer(found, Screen(stream, colour=False, terminal=False), "en")
    assert ("Who must touch which case next" in stream.getvalue()) == listed
    # To make records is what takes long, and the screen needs none.
    assert "result" not in vars(found)


@pytest.mark.parametrize(
    ("large", "compiled", "fast"), [(True, True, True), (True, False, False), (False, True, False)]
)
def test_which_executor_runs(
    monkeypatch: pytest.MonkeyPatch, *, large: bool, compiled: bool, fast: bool
) -> None:
    monkeypatch.setattr(executing, "_ANY_LARGE", 1 if large else 10**9)
    monkeypatch.setattr(parts, "runs_fast", lambda _: compiled)
    found = answer_of(STARTER, "auto")
    assert isinstance(found, FastAnswer) == fast
    reference = answer_of(STARTER, "reference")
    assert reference.summary["engine"] == "reference"
    assert found.summary == reference.summary | {"engine": "fast" if fast else "reference"}
    tables = zip(found.all_tables(), reference.all_tables(), strict=True)
    assert all(list(one.rows) == list(other.rows) for one, other in tables)


@pytest.mark.parametrize(
    ("llvm", "c", "events", "compiles", "fast"),
    [
        (True, False, 29_999, False, False),
        (True, False, 30_000, True, True),
        (False, True, 29_999, False, False),
        (False, True, 30_000, True, True),
        # As it is written the kernel is quicker than the reference.
        (False, False, 500_000, False, True),
    ],
)
def test_whether_the_kernel_is_compiled(
    monkeypatch: pytest.MonkeyPatch, *, llvm: bool, c: bool, events: int, compiles: bool, fast: bool
) -> None:
    # What is remembered here would be told by runs of other tests.
    monkeypatch.setattr(trouble, "_FOUND", {})
    monkeypatch.setattr(compilers, "has_llvm", lambda: llvm)
    monkeypatch.setattr(compilers, "has_c", lambda: c)
    monkeypatch.setattr(parts, "is_compiled", lambda: False)
    assert (parts.compiling_pays(events), parts.runs_fast(events)) == (compiles, fast)


def test_the_choice_is_made_before_the_kernel_is_loaded(tmp_path: Path) -> None:
    # As for `auto` where llvmlite is not installed, in a process that has nothing of the kernel yet.
    text = (
        "import sys; sys.modules['llvmlite'] = None; from stepladder_engine.fast import parts; "
        "print(parts.compiling_pays(10**6) == parts.compilers.has_c(), parts.runs_fast(10**6))"
    )
    asked = [sys.executable, "-c", text]
    found = subprocess.run(
        asked,
        env=os.environ | {"STEPLADDER_CACHE": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout == "True True\n"
