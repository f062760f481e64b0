from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

_PATH = Path(__file__).parent.parent / "language" / "suite.py"
_FOUND = importlib.util.spec_from_file_location("lint_suite", _PATH)
assert _FOUND
assert _FOUND.loader
suite = importlib.util.module_from_spec(_FOUND)
sys.modules[_FOUND.name] = suite
_FOUND.loader.exec_module(suite)
suite.SuiteFile.lint = True


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Read the suites of this folder with the rules switched on."""
    if file_path.suffix != ".md":
        return None
    collector: pytest.Collector = suite.SuiteFile.from_parent(parent, path=file_path)
    return collector
