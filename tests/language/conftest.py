from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def suites(load_helper: Callable[[Path], ModuleType]) -> ModuleType:
    """The reader of suites."""
    return load_helper(HERE / "suite.py")


@pytest.fixture(scope="session")
def made_models(load_helper: Callable[[Path], ModuleType]) -> ModuleType:
    """Models at random."""
    return load_helper(HERE / "made_models.py")
