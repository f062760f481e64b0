"""Numbers that wait in a spool come back as they were, with compiled loops and without."""

from __future__ import annotations

from collections import Counter
from contextlib import nullcontext
from types import ModuleType

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stepladder_engine.data import code_loops
from stepladder_engine.data.code_loops import counted_codes, renamed, used_codes
from stepladder_engine.data.compiled_loops import can_compile
from stepladder_engine.data.kept_numbers import keep_numbers
from stepladder_engine.data.spool import Spool

BLANK = -(2**63)
SECOND = 1_000_000
moments = st.integers(0, 2**33).map(lambda second: second * SECOND) | st.integers(-(2**61), 2**61)
numbers = st.integers(-3, 300) | st.integers(-(2**63) + 1, 2**63 - 1) | moments | st.just(BLANK)


@pytest.mark.parametrize("compiled", [True, False])
@given(
    column=st.lists(numbers, max_size=12) | st.lists(st.just(BLANK) | st.integers(0, 70_000)), data=st.data()
)
@example(column=[0, 65_534, BLANK], data=None)
@example(column=[0, 65_535], data=None)
@example(column=[0, 2**32 - 2], data=None)
@example(column=[0, 2**32 - 1], data=None)
@example(column=[0, (2**32 - 1) * SECOND], data=None)
@example(column=[BLANK, BLANK], data=None)
@example(column=[5, BLANK, 5], data=None)
def test_numbers_come_back_as_they_were(
    loops: ModuleType, compiled: bool, column: list[int], data: st.DataObject | None
) -> None:
    by_whom = nullcontext() if data is None else loops.by_one_of_them(data)
    with pytest.MonkeyPatch.context() as patch, by_whom:
        patch.setattr(code_loops, "can_compile", lambda: compiled and can_compile())
        kept = keep_numbers(Spool(), np.array(column, np.int64), BLANK)
        assert kept.load(0, len(column)).tolist() == column
        if data is not None and column:
            first = data.draw(st.integers(0, len(column) - 1))
            assert kept.load(first, len(column)).tolist() == column[first:]


@pytest.mark.parametrize("compiled", [True, False])
@given(column=st.lists(st.integers(-1, 5) | st.integers(-1, 70_000), max_size=12), data=st.data())
def test_codes_come_back_as_they_were(
    loops: ModuleType, compiled: bool, column: list[int], data: st.DataObject
) -> None:
    codes, count = np.array(column, np.int32), max(column, default=-1) + 1
    new = np.append(np.arange(count, 0, -1), -1).astype(np.int32)
    with pytest.MonkeyPatch.context() as patch, loops.by_one_of_them(data):
        patch.setattr(code_loops, "can_compile", lambda: compiled and can_compile())
        kept = keep_numbers(Spool(), codes, -1)
        used, other, counted = used_codes(codes, count), renamed(codes, new), counted_codes(codes, count)
        assert kept.codes(0, len(column)).tolist() == column
    assert np.flatnonzero(used).tolist() == sorted({code % (count + 1) for code in column})
    assert counted == list(Counter(code for code in column if code >= 0).items())
    assert other.tolist() == [-1 if code < 0 else count - code for code in column]
