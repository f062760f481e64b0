"""Reads a client's data as a mapping says, into columns: exactly what the reference reader gives."""

from __future__ import annotations

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.model.spec import Spec
from stepladder_engine.data.load import load_dataset
from stepladder_engine.data.mapping_model import Mapping
from stepladder_engine.fast.frames import Frames
from stepladder_engine.fast.read.from_dataset import frames_of


def load_frames(spec: Spec, mapping: Mapping) -> tuple[Frames | None, list[Diagnostic]]:
    """Read everything that the mapping names; no frames are given where a file or a column is missing.

    Raises `TooWide` where a number has more digits than a column holds; the reference reader has no limit.
    """
    dataset, problems = load_dataset(spec, mapping)
    return (None if dataset is None else frames_of(spec, dataset, mapping.events)), problems
