"""Without the solver the form of a condition says what it can, and nothing is claimed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from stepladder_dsl.analysis.solver import solve
from stepladder_dsl.diff.change import Change, How
from stepladder_dsl.diff.compare import compare

SPEC = """\
spec shop
record client
    score number optional
    age number optional
event visit for client
process sale for client
    stage asked
        on visit when {guard} go to bought
    stage bought
"""


@pytest.fixture
def change(
    root: Path, load_helper: Callable[[Path], ModuleType], monkeypatch: pytest.MonkeyPatch
) -> Callable[[str, str], Change]:
    """Give the one change of a guard."""
    monkeypatch.setattr(solve, "works", lambda: False)
    suite = load_helper(root / "tests" / "diff" / "suite.py")

    def of(old: str, new: str) -> Change:
        found = compare(*(suite.read_spec(SPEC.format(guard=guard)) for guard in (old, new)))
        (only,) = found.changes
        return only

    return of


@pytest.mark.parametrize(
    ("old", "new", "how"),
    [
        ("score > 3", "score > 3 and age > 10", How.NARROWER),
        ("score > 3 or age > 10", "score > 3", How.NARROWER),
        ("score > 3", "score > 3 or age > 10", How.WIDER),
        ("score > 3 and age < 10", "score > 3 and age < 12", How.WIDER),
        ("score > 3", "4 < score", How.NARROWER),
        ("score > 3", "not not (3 < score)", How.REWRITTEN),
        ("score > 3 and age > 1", "age > 1 and not (score <= 3)", How.REWRITTEN),
    ],
)
def test_what_the_form_shows(change: Callable[[str, str], Change], old: str, new: str, how: How) -> None:
    assert change(old, new).how is how


def test_where_the_form_shows_nothing_both_texts_stand_there(change: Callable[[str, str], Change]) -> None:
    found = change("score * score > 3 and age > 1", "age * score > 4 or score = 1")
    assert (found.how, found.examples) == (None, ())
    assert found.has_meaning
