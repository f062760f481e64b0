"""Loops over the journal: the order of time is stable, and steps are alike when all their numbers are."""

from __future__ import annotations

from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepladder_engine.data import time_order
from stepladder_engine.data.compiled_loops import can_compile
from stepladder_engine.results.by_columns import alike
from stepladder_engine.results.by_columns.distinct import distinct

np = pytest.importorskip("numpy")

SECOND = 1_000_000
MOMENTS = st.one_of(
    st.integers(-5, 5),
    st.integers(-(2**40), 2**40).map(lambda second: second * SECOND),
    st.integers(-(2**62), 2**62),
)
COMPILED = pytest.mark.parametrize("compiled", [True, False])


@COMPILED
@given(times=st.lists(MOMENTS, max_size=50), data=st.data())
def test_equal_moments_stay_as_they_come(
    loops: ModuleType, times: list[int], data: st.DataObject, *, compiled: bool
) -> None:
    with pytest.MonkeyPatch.context() as patch, loops.by_one_of_them(data):
        patch.setattr(time_order, "can_compile", lambda: compiled and can_compile())
        order = time_order.order_in_time(np.array(times, np.int64))
    assert order.tolist() == sorted(range(len(times)), key=times.__getitem__)


@pytest.mark.parametrize("different", [3, 700, 5000])
def test_rows_are_alike_when_all_their_numbers_are(different: int) -> None:
    draw = np.random.default_rng(different)
    small = [draw.integers(-1, 3, 20_000).astype(np.int32) for _ in range(5)]
    lines = draw.integers(-1, 3, 20_000).astype(np.int32)
    what, why = (
        draw.integers(-1, different, 20_000),
        draw.integers(-(2**62), 2**62, 3)[draw.integers(0, 3, 20_000)],
    )
    codes, shows = alike.alike(small, lines, what, why)
    columns = [*small, lines, what, why]
    assert all((column[shows][codes] == column).all() for column in columns)
    assert len(shows) == len(distinct(*columns)[1])
