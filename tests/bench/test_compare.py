"""The comparison itself: who is left out of a size, what a ratio is, and that a wrong answer ends it."""

from __future__ import annotations

import os
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest


@pytest.fixture
def compare(bench: Path) -> ModuleType:
    pytest.importorskip("packaging", reason="the sizes of packages are found with packaging (group `bench`)")
    assert bench.is_dir()
    return import_module("compare")


@pytest.fixture
def measured(compare: ModuleType) -> Any:
    """The way to what a contender took: the seconds of its start and of each round, and its memory."""
    contestants, measuring = import_module("contestants"), import_module("measuring")

    def make(name: str, start: float, *rounds: float, peak: float = 100, group: str = "hand") -> Any:
        found = compare.Measured(contestants.Contestant(name, group, ""), measuring.Taken(start, start, 50))
        found.rounds += [measuring.Taken(taken, taken, peak) for taken in rounds]
        return found

    return make


def test_nobody_is_left_out_of_the_first_size(compare: ModuleType) -> None:
    assert compare.too_much([], 1_000, 20) is None


def test_who_would_lose_patience_is_left_out_the_start_counted_once(
    compare: ModuleType, measured: Any
) -> None:
    before = [(1_000, measured("slow", 1.0, 3.0))]
    assert compare.too_much(before, 9_000, 20) is None
    said = compare.too_much(before, 10_000, 20)
    assert said == "would take about 21 s of the processor"


def test_who_would_need_more_than_half_of_the_memory_is_left_out(compare: ModuleType, measured: Any) -> None:
    before = [(100, measured("large", 1.0, 1.0, peak=1_050))]
    half = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2e6
    fits = int((half - 60) / 1_000 * 100)
    assert compare.too_much(before, fits, 20) is None
    assert "of memory" in compare.too_much(before, fits + 100, 20)


def test_memory_is_guessed_by_how_it_has_grown_from_size_to_size(compare: ModuleType, measured: Any) -> None:
    """What is taken once, whatever the size, does not grow with it."""
    before = [(100, measured("packed", 1.0, 1.0, peak=450)), (300, measured("packed", 1.0, 1.0, peak=500))]
    assert compare.memory_at(before[:1], 10_300) == 450 + 4 * 10_200
    assert compare.memory_at(before, 10_300) == 500 + 2_500
    shrunk = [(100, measured("even", 1.0, 1.0, peak=450)), (300, measured("even", 1.0, 1.0, peak=440))]
    assert compare.memory_at(shrunk, 10_300) == 440


def test_a_ratio_is_the_median_of_the_rounds_ratios(compare: ModuleType, measured: Any) -> None:
    limit = measured(compare.LIMIT, 0, 1.0, 2.0, 4.0, group="limit")
    other = measured("other", 0, 3.0, 4.0, 40.0)
    assert compare.ratios([limit, other], "wall") == {compare.LIMIT: 1.0, "other": 3.0}


@pytest.mark.skipif(find_spec("duckdb") is None, reason="answers are compared with duckdb (group `bench`)")
def test_an_answer_that_is_not_the_first_ones_ends_the_comparison(
    compare: ModuleType, measured: Any, tmp_path: Path
) -> None:
    for name, stage in (("first", "owns"), ("equal", "owns"), ("wrong", "lost")):
        (tmp_path / name).mkdir()
        positions = f"case,stage,since\nC1,{stage},2026-01-01 00:00:00\n"
        (tmp_path / name / "positions.csv").write_text(positions, encoding="utf-8")
        tasks = "case,rule,created,due,status,closed\n"
        (tmp_path / name / "tasks.csv").write_text(tasks, encoding="utf-8")
    first, equal, wrong = (measured(name, 0, 1.0) for name in ("first", "equal", "wrong"))
    assert compare.check([first, equal], tmp_path) == {
        name: {"equal": "first"} for name in ("first", "equal")
    }
    with pytest.raises(SystemExit, match="`wrong` does not give what `first` gives") as ended:
        compare.check([first, equal, wrong], tmp_path)
    assert "positions: 2 rows differ" in str(ended.value)
