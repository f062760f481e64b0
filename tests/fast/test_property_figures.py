"""Standard figures are the same from columns and from whole records, over random specs and logs."""

from __future__ import annotations

from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stepladder_dsl.model.spec import Spec
from stepladder_engine.calendars.zone import Instant
from stepladder_engine.data.dataset import Dataset
from stepladder_engine.fast.outcome import Outcome
from stepladder_engine.fast.read.from_dataset import frames_of
from stepladder_engine.fast.run import run_fast
from stepladder_engine.metrics.standard.compute import standard_figures
from stepladder_engine.metrics.standard.record_ledger import RecordLedger
from stepladder_engine.results.by_columns.ledger import ColumnLedger, sends_what_counts
from stepladder_engine.results.by_columns.tables import ColumnTables
from stepladder_engine.runtime.run import NothingToRunAsOf, run


def outcome_of(spec: Spec, dataset: Dataset, moment: Instant | None, block: int) -> Outcome:
    """Run the fast executor with a journal."""
    return run_fast(spec, frames_of(spec, dataset), moment, compiled=False, journal=True, block=block)


def agree(spec: Spec, dataset: Dataset, moment: Instant | None, block: int, by: list[str] | None) -> None:
    """Work out all figures both ways."""
    try:
        expected = standard_figures(RecordLedger(run(spec, dataset, moment)), by)
    except NothingToRunAsOf:
        return
    tables = ColumnTables(outcome_of(spec, dataset, moment, block))
    if tables.outcome.handed or sends_what_counts(tables):
        return
    assert standard_figures(ColumnLedger(tables), by) == expected


BLOCKS = st.sampled_from((1, 2, 100))


def agree_on_a_spec(made: ModuleType, data: st.DataObject) -> None:
    """Work out the figures of a random spec."""
    spec = made.spec_of(data.draw(made.texts(alone=True)))
    agree(spec, data.draw(made.datasets()), data.draw(st.none() | made.moments()), data.draw(BLOCKS), None)


def agree_on_a_log(club: Spec, random_club: ModuleType, data: st.DataObject) -> None:
    """Work out the figures of a random log."""
    by = data.draw(st.sampled_from((None, ["channel"], ["sent_by", "regular"])))
    agree(club, data.draw(random_club.logs()), data.draw(random_club.MOMENTS), data.draw(BLOCKS), by)


@settings(max_examples=15)
@given(st.data())
def test_figures_of_random_specs(made: ModuleType, data: st.DataObject) -> None:
    agree_on_a_spec(made, data)


@settings(max_examples=15)
@given(st.data())
def test_figures_of_random_logs(club: Spec, random_club: ModuleType, data: st.DataObject) -> None:
    agree_on_a_log(club, random_club, data)


@pytest.mark.nightly
@settings(max_examples=2_000)
@given(st.data())
def test_figures_of_many_specs_and_logs(
    made: ModuleType, club: Spec, random_club: ModuleType, data: st.DataObject
) -> None:
    agree_on_a_spec(made, data)
    agree_on_a_log(club, random_club, data)


def test_a_record_that_the_reference_executor_runs_by_itself_counts_like_the_others(
    club: Spec, random_club: ModuleType
) -> None:
    dataset = random_club.too_large()
    outcome = outcome_of(club, dataset, None, 100)
    assert [outcome.frames.records["client"].keys[case] for case in outcome.kinds["client"].others] == ["A"]
    agree(club, dataset, None, 100, None)
    agree(club, dataset, None, 100, ["channel"])
