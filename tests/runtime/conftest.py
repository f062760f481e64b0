from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def runs(load_helper: Callable[[Path], ModuleType]) -> ModuleType:
    """The reader of specs and logs."""
    return load_helper(HERE / "suite.py")
