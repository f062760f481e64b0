from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from stepladder_dsl.model.spec import Spec
from stepladder_engine.data.load import load_dataset
from stepladder_engine.data.mapping_model import Mapping
from stepladder_engine.fast.frames import Frames

Same = Callable[[Spec, Mapping], Frames | None]


@pytest.fixture(scope="session")
def same_as_reference(load_helper: Callable[[Path], ModuleType]) -> Same:
    """Read as columns and by the reference reader, and hold that both say the same."""
    telling = load_helper(Path(__file__).parent / "telling.py")

    def read_both(spec: Spec, mapping: Mapping) -> Frames | None:
        frames: Frames | None = telling.hold_same(spec, mapping, *load_dataset(spec, mapping))
        return frames

    return read_both
