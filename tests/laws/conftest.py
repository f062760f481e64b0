from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


def load(name: str) -> ModuleType:
    """Load a helper that lies beside this file: test folders are no packages."""
    path = Path(__file__).with_name(f"{name}.py")
    found = importlib.util.spec_from_file_location(f"laws_{name}", path)
    assert found
    assert found.loader
    module = importlib.util.module_from_spec(found)
    sys.modules[found.name] = module
    found.loader.exec_module(module)
    return module


_MADE, _ORACLE = load("made"), load("oracle")


@pytest.fixture(scope="session")
def made() -> ModuleType:
    """Specs and logs at random."""
    return _MADE


@pytest.fixture(scope="session")
def oracle() -> ModuleType:
    """The slow model."""
    return _ORACLE
