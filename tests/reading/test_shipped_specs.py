"""The data of every spec in the repository comes in as columns just as it comes in as rows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from stepladder_dsl.compile import compile_file
from stepladder_dsl.model.spec import Spec
from stepladder_engine.data.mapping import load_mapping
from stepladder_engine.data.mapping_model import Mapping
from stepladder_engine.fast.frames import Frames

SPECS = Path(__file__).resolve().parents[2] / "specs"
OWN_DATA = ("phone_sale", "phone_sale.ru", "phone_sale.bg", "phone_sale.fa")
SHARED_DATA = ("b2b_pipeline", "repeat_purchase")

Same = Callable[[Spec, Mapping], Frames | None]


def read(name: str, same: Same, environment: dict[str, str] | None = None) -> Frames:
    folder, _, language = name.partition(".")
    spec = compile_file(SPECS / folder / f"{name}.ladder", lint=False).spec
    assert spec is not None
    ending = f".{language}" if language else ""
    mapping, problems = load_mapping(SPECS / folder / f"mapping{ending}.yaml", spec, environment)
    assert mapping is not None, problems
    frames = same(spec, mapping)
    assert frames is not None
    assert any(len(frame.case) for frame in frames.events.values())
    return frames


@pytest.mark.parametrize("name", OWN_DATA)
def test_the_data_of_a_spec(name: str, same_as_reference: Same) -> None:
    read(name, same_as_reference)


@pytest.mark.shared
@pytest.mark.parametrize("name", SHARED_DATA)
def test_the_real_data_of_a_spec(name: str, same_as_reference: Same, shared: Path) -> None:
    read(name, same_as_reference, {"STEPLADDER_DATA": str(shared / "data")})
