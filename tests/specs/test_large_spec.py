"""The made-up company of the benchmark: a good spec, and no line costs more in a longer text."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

import pytest

from stepladder_dsl.compile import compile_text
from stepladder_dsl.source import Source
from stepladder_dsl.syntax.format import format_text


@pytest.fixture
def made(root: Path, monkeypatch: pytest.MonkeyPatch, load_helper: Callable[[Path], ModuleType]) -> Any:
    """The way to a made-up spec of so many lines."""
    monkeypatch.syspath_prepend(str(root / "bench"))
    bench = load_helper(root / "bench" / "check_large_spec.py")
    return lambda lines: Source("company.ladder", "".join(bench.branches(lines, seed=1)))


def steps_each(source: Source) -> float:
    """Give the steps that Python takes over a line: a measure of time that no busy machine changes."""
    count = 0

    def traced(frame: FrameType, event: str, _argument: object) -> Any:
        nonlocal count
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        count += event == "opcode"
        return traced

    before = sys.gettrace()
    sys.settrace(traced)
    try:
        compile_text(source)
    finally:
        sys.settrace(before)
    return count / len(source.lines)


def test_the_made_up_spec_has_no_finding_and_its_canonical_layout(made: Any) -> None:
    source = made(1_000)
    assert compile_text(source).diagnostics == ()
    assert format_text(source).text == source.text


def test_no_line_costs_more_in_a_longer_text(made: Any) -> None:
    # The first one fills the caches. Each has a head that costs next to
    # nothing: no small share of 500 lines.
    sources = made(2_000), made(1_000), made(2_000)
    each = [steps_each(source) for source in sources]
    assert each[2] < each[1] * 1.03


@pytest.mark.nightly
def test_no_mistake_costs_more_in_a_longer_text(made: Any) -> None:
    """Everything declared twice: each second declaration is one finding, found in the same time."""
    each = []
    for size in (500, 500, 3_000):
        text = made(size).text
        twice = Source("company.ladder", f"{text}{text.partition('calendar office')[2]}")
        each.append(steps_each(twice))
    assert each[2] < each[1] * 1.03
