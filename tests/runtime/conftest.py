from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


def load(name: str) -> ModuleType:
    """Load a helper that lies beside this file: test folders are no packages."""
    path = Path(__file__).with_name(f"{name}.py")
    found = importlib.util.spec_from_file_location(f"runtime_{name}", path)
    assert found
    assert found.loader
    module = importlib.util.module_from_spec(found)
    sys.modules[found.name] = module
    found.loader.exec_module(module)
    return module


suite = load("suite")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if file_path.suffix != ".md":
        return None
    collector: pytest.Collector = suite.SuiteFile.from_parent(parent, path=file_path)
    return collector


@pytest.fixture
def runs() -> ModuleType:
    """The reader of specs and logs."""
    return suite
