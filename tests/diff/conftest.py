from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def made_models(root: Path, load_helper: Callable[[Path], ModuleType]) -> ModuleType:
    """Models at random."""
    return load_helper(root / "tests" / "language" / "made_models.py")
