"""The fast executor gives the reference executor's answer, in every table, about random specs and logs."""

from __future__ import annotations

from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepladder_engine.data.dataset import Dataset
from stepladder_engine.runtime.run import NothingToRunAsOf, run


def agree(
    made: ModuleType, equal: ModuleType, data: st.DataObject, *, alone: bool = True, touching: bool = False
) -> None:
    """Run one random spec over one random log with both."""
    spec = made.spec_of(data.draw(made.texts(alone=alone, touching=touching)))
    dataset: Dataset = data.draw(made.datasets())
    moment = data.draw(st.one_of(st.none(), made.moments()))
    try:
        expected = equal.reference(spec, dataset, moment)
    except NothingToRunAsOf:
        with pytest.raises(NothingToRunAsOf):
            equal.fast(spec, dataset, moment)
        return
    outcome, given_back = equal.fast(spec, dataset, moment, block=data.draw(st.sampled_from((1, 2, 100))))
    if alone:
        assert outcome.handed == []
        assert not outcome.kinds["client"].others
    assert given_back == expected


@given(st.data())
def test_every_table_is_the_same(made: ModuleType, equal: ModuleType, data: st.DataObject) -> None:
    agree(made, equal, data)


@given(st.data())
def test_every_table_is_the_same_where_records_are_left_to_the_reference(
    made: ModuleType, equal: ModuleType, data: st.DataObject
) -> None:
    agree(made, equal, data, alone=False, touching=data.draw(st.booleans()))


@given(st.data())
def test_what_time_alone_will_do_is_the_same(
    made: ModuleType, equal: ModuleType, data: st.DataObject
) -> None:
    spec = made.spec_of(data.draw(made.texts(alone=True)))
    dataset = data.draw(made.datasets())
    moment = data.draw(made.moments())
    expected = equal.ahead_of(run(spec, dataset, moment))
    outcome, _ = equal.fast(spec, dataset, moment)
    assert equal.ahead_by_columns(outcome, "client") == expected


@pytest.mark.nightly
@pytest.mark.parametrize("part", range(5))
@given(st.data())
def test_a_hundred_thousand_cases(
    made: ModuleType, equal: ModuleType, part: int, data: st.DataObject
) -> None:
    """Five parts of as many examples as the nightly profile has, each over three cases and more."""
    del part
    agree(made, equal, data)
