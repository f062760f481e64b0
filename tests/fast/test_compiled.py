"""The compiled kernel, and threads, give what the plain one gives."""

from __future__ import annotations

from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stepladder_engine.fast import parts
from stepladder_engine.fast import run as running
from stepladder_engine.machine_code import compilers

pytestmark = [
    pytest.mark.usefixtures("the_usual_cache"),
    pytest.mark.skipif(not compilers.can_compile(), reason="there is nothing here that compiles the kernel"),
]


def agree(made: ModuleType, equal: ModuleType, data: st.DataObject) -> None:
    """Run one random spec over one random log: compiled by each compiler, in two threads, case by case."""
    spec = made.spec_of(data.draw(made.texts(alone=True)))
    dataset, moment = data.draw(made.datasets()), data.draw(made.moments())
    expected = equal.reference(spec, dataset, moment)
    how = data.draw(st.sampled_from(({"threads": 1}, {"threads": 2, "block": 1})))
    for make in (parts.from_llvm if compilers.has_llvm() else None, parts.from_c):
        if make is not None and make("run_cases") is not None:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(running, "compiled_part", make)
                assert equal.fast(spec, dataset, moment, compiled=True, **how)[1] == expected


@given(st.data())
def test_every_table_is_the_same(made: ModuleType, equal: ModuleType, data: st.DataObject) -> None:
    agree(made, equal, data)


@pytest.mark.nightly
@settings(max_examples=2_000)
@given(st.data())
def test_every_table_is_the_same_for_many_specs(
    made: ModuleType, equal: ModuleType, data: st.DataObject
) -> None:
    agree(made, equal, data)


@given(st.data())
def test_threads_without_compiling(made: ModuleType, equal: ModuleType, data: st.DataObject) -> None:
    spec = made.spec_of(data.draw(made.texts(alone=True)))
    dataset, moment = data.draw(made.datasets()), data.draw(made.moments())
    alone = equal.fast(spec, dataset, moment)[1]
    assert equal.fast(spec, dataset, moment, threads=3, block=1)[1] == alone
