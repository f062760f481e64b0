"""Rows that are equal are found once each, however far apart their numbers are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stepladder_engine.data import code_loops
from stepladder_engine.data.compiled_loops import can_compile
from stepladder_engine.results.by_columns.distinct import distinct

NEAR = st.integers(-3, 9)
FAR = st.integers(-(2**63), 2**63 - 1) | st.integers(0, 70_000)


@pytest.mark.parametrize("compiled", [True, False])
@settings(max_examples=40)
@given(
    rows=st.lists(st.tuples(NEAR, NEAR, NEAR), min_size=1, max_size=9)
    | st.lists(st.tuples(NEAR, FAR, NEAR), min_size=1, max_size=9),
    width=st.sampled_from([np.int8, np.int32]),
)
def test_rows_are_numbered_in_their_order_and_shown_by_the_first(
    compiled: bool, rows: list[tuple[int, ...]], width: Any
) -> None:
    first, second, third = (np.array(column, np.int64) for column in zip(*rows, strict=True))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(code_loops, "can_compile", lambda: compiled and can_compile())
        codes, shows = distinct(first.astype(width), second, third.astype(width))

    order = sorted(set(rows))
    assert codes.tolist() == [order.index(row) for row in rows]
    assert shows.tolist() == [rows.index(row) for row in order]
