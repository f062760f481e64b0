from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def bench(root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the measurements, from which modules can be imported."""
    folder = root / "bench"
    monkeypatch.syspath_prepend(str(folder))
    return folder
