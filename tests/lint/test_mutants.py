"""Break a spec in one place: no owner may go missing, and nobody be forgotten, without a finding.

Who is forgotten is told by the executor, on clients with events at random; `bench/lint_mutants.py` says more.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

SPECS = ("b2b_pipeline", pytest.param("phone_sale", marks=pytest.mark.nightly), "repeat_purchase")


@pytest.fixture
def mutation(
    root: Path, monkeypatch: pytest.MonkeyPatch, load_helper: Callable[[Path], ModuleType]
) -> ModuleType:
    monkeypatch.syspath_prepend(str(root / "bench"))
    return load_helper(root / "bench" / "lint_mutants.py")


@pytest.mark.parametrize("name", SPECS)
def test_whoever_takes_an_owner_away_or_lets_clients_be_forgotten_hears_of_it(
    name: str, root: Path, mutation: ModuleType
) -> None:
    text = (root / "specs" / name / f"{name}.ladder").read_text(encoding="utf-8")
    result = mutation.tally(text, clients=80, seed=1, kinds=("owner", "limit", "way"))
    assert not result.forgotten_before
    assert result.counts["owner"]["made"] == result.counts["owner"]["found"] > 0
    assert [(mutant.line, mutant.was) for mutant, leaks in result.missed if leaks] == []
    assert sum(count["leaking"] for count in result.counts.values()) > 0
