from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from stepladder_dsl.model.spec import Spec
from stepladder_engine.data.load import load_dataset
from stepladder_engine.data.mapping_model import Mapping
from stepladder_engine.fast.frames import Frames
from stepladder_engine.fast.read.load import load_frames

Same = Callable[[Spec, Mapping], Frames | None]


@pytest.fixture(scope="session")
def same_as_reference(load_helper: Callable[[Path], ModuleType]) -> Same:
    """Read as columns and by the reference reader, and hold that both say the same."""
    telling = load_helper(Path(__file__).parent / "telling.py")

    def read_both(spec: Spec, mapping: Mapping) -> Frames | None:
        frames, problems = load_frames(spec, mapping)
        dataset, expected = load_dataset(spec, mapping)
        assert problems == expected
        assert (frames is None) == (dataset is None)
        if frames is not None and dataset is not None:
            given, wanted = (
                telling.told_frames(spec, frames),
                telling.told_dataset(spec, dataset, mapping.events),
            )
            for part, told in wanted.items():
                assert given[part] == told, part
        return frames

    return read_both
