from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def questions(load_helper: Callable[[Path], ModuleType]) -> ModuleType:
    """A spec to ask questions about."""
    return load_helper(HERE / "questions.py")
