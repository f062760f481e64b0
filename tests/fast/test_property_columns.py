"""Tables made from columns say what those of the reference executor say, about random specs and logs."""

from __future__ import annotations

from types import ModuleType

from hypothesis import given
from hypothesis import strategies as st

from stepladder_engine.data.dataset import Dataset
from stepladder_engine.runtime.run import NothingToRunAsOf


def agree(made: ModuleType, equal: ModuleType, data: st.DataObject, *, alone: bool, touching: bool) -> None:
    """Run one random spec over one random log, and make the tables both ways."""
    spec = made.spec_of(data.draw(made.texts(alone=alone, touching=touching)))
    dataset: Dataset = data.draw(made.datasets())
    moment = data.draw(st.one_of(st.none(), made.moments()))
    try:
        expected = equal.reference(spec, dataset, moment, screen=True)
    except NothingToRunAsOf:
        return
    given_back = equal.by_columns(spec, dataset, moment, block=data.draw(st.sampled_from((1, 2, 100))))
    for name, rows in given_back.items():
        assert rows == expected[name], name


@given(st.data())
def test_every_table_is_the_same(made: ModuleType, equal: ModuleType, data: st.DataObject) -> None:
    agree(made, equal, data, alone=True, touching=False)


@given(st.data())
def test_every_table_is_the_same_where_records_are_left_to_the_reference(
    made: ModuleType, equal: ModuleType, data: st.DataObject
) -> None:
    agree(made, equal, data, alone=False, touching=data.draw(st.booleans()))
