from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def made(load_helper: Callable[[Path], ModuleType]) -> ModuleType:
    """Specs and logs at random."""
    return load_helper(HERE / "made.py")


@pytest.fixture(scope="session")
def oracle(load_helper: Callable[[Path], ModuleType]) -> ModuleType:
    """The slow model."""
    return load_helper(HERE / "oracle.py")
