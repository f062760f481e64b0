from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

pytest.importorskip("numpy", reason="the fast executor needs numpy (the extra `fast`)")

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def made(load_helper: Callable[[Path], ModuleType]) -> ModuleType:
    """Specs and logs at random."""
    return load_helper(HERE.parent / "laws" / "made.py")


@pytest.fixture(scope="session")
def equal(load_helper: Callable[[Path], ModuleType]) -> ModuleType:
    """Both executors, side by side."""
    return load_helper(HERE / "equal.py")
