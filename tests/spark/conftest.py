from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

pytest.importorskip("numpy", reason="parts are made of columns, which needs numpy (the extra `fast`)")


@pytest.fixture(scope="session")
def made(root: Path, load_helper: Callable[[Path], ModuleType]) -> ModuleType:
    """Specs and logs at random."""
    return load_helper(root / "tests" / "laws" / "made.py")


@pytest.fixture(scope="session")
def equal(root: Path, load_helper: Callable[[Path], ModuleType]) -> ModuleType:
    """Everything that a user may see of a run, in one dictionary."""
    return load_helper(root / "tests" / "fast" / "equal.py")
