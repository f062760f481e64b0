"""The compiled kernel, and threads, give what the plain one gives."""

from __future__ import annotations

from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("llvmlite", reason="the kernel is compiled by llvmlite (the extra `fast`)")

pytestmark = pytest.mark.usefixtures("the_usual_cache")


def agree(made: ModuleType, equal: ModuleType, data: st.DataObject) -> None:
    """Run one random spec over one random log: compiled, in two threads, case by case."""
    spec = made.spec_of(data.draw(made.texts(alone=True)))
    dataset, moment = data.draw(made.datasets()), data.draw(made.moments())
    expected = equal.reference(spec, dataset, moment)
    for how in ({"threads": 1}, {"threads": 2, "block": 1}):
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
