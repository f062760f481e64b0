from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def runs(load_helper: Callable[[Path], ModuleType], root: Path) -> ModuleType:
    """Specs and logs as text, and their answers."""
    return load_helper(root / "tests" / "runtime" / "suite.py")


@pytest.fixture(scope="session")
def folders(load_helper: Callable[[Path], ModuleType], root: Path) -> ModuleType:
    """Specs with mappings of files, and their answers."""
    return load_helper(root / "tests" / "specs" / "conftest.py")
