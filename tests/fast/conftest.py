from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from stepladder_dsl.compile import compile_text
from stepladder_dsl.model.spec import Spec
from stepladder_dsl.source import Source

pytest.importorskip("numpy", reason="the fast executor needs numpy (the extra `fast`)")

HERE = Path(__file__).parent
CACHE = os.environ.get("STEPLADDER_CACHE")


@pytest.fixture
def the_usual_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look for the compiled kernel where commands keep it: to compile it takes some seconds."""
    if CACHE is None:
        monkeypatch.delenv("STEPLADDER_CACHE", raising=False)
    else:
        monkeypatch.setenv("STEPLADDER_CACHE", CACHE)


@pytest.fixture(scope="session")
def made(load_helper: Callable[[Path], ModuleType]) -> ModuleType:
    """Specs and logs at random."""
    return load_helper(HERE.parent / "laws" / "made.py")


@pytest.fixture(scope="session")
def equal(load_helper: Callable[[Path], ModuleType]) -> ModuleType:
    """Both executors, side by side."""
    return load_helper(HERE / "equal.py")


@pytest.fixture(scope="session")
def random_club(load_helper: Callable[[Path], ModuleType]) -> ModuleType:
    """A club, and logs of it at random."""
    return load_helper(HERE / "random_club.py")


@pytest.fixture(scope="session")
def club(random_club: ModuleType) -> Spec:
    """A spec with everything that figures and reports ask for."""
    compiled = compile_text(Source("club.ladder", random_club.CLUB))
    assert compiled.spec is not None, compiled.diagnostics
    return compiled.spec
