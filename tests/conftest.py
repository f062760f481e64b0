from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent

# A run on a busy machine is slow now and then, which is no mistake of the code: no deadline. The same
# examples every time keep a red run about the change at hand; the nightly run looks for new ones.
settings.register_profile("ci", max_examples=50, deadline=None, derandomize=True)
settings.register_profile("nightly", max_examples=20_000, deadline=None, print_blob=True)
settings.load_profile("ci")


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository's top folder."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of the real data sets; a test that asks for it is skipped where there is none."""
    named = os.environ.get("STEPLADDER_SHARED")
    folder = Path(named) if named else ROOT.parent / "shared"
    if not folder.is_dir():
        where = "STEPLADDER_SHARED" if named else "the folder `shared` beside the repository"
        pytest.skip(f"needs the real data sets, and {where} is no folder here")
    return folder
