"""Reports and live pictures are the same from columns and from whole records, over random logs."""

from __future__ import annotations

from decimal import Decimal
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stepladder_dsl.model.spec import Spec
from stepladder_engine.calendars.zone import Instant
from stepladder_engine.data.dataset import Dataset
from stepladder_engine.fast.read.from_dataset import frames_of
from stepladder_engine.metrics.evaluate import evaluate_metrics
from stepladder_engine.report.build import Made, make_report
from stepladder_engine.report.document import Origin
from stepladder_engine.results.answer import Answer, RecordAnswer
from stepladder_engine.results.by_columns.answer import FastAnswer
from stepladder_engine.results.by_columns.overview import ColumnOverview
from stepladder_engine.results.flow_figures import flow_figures
from stepladder_engine.runtime.run import NothingToRunAsOf, run

ORIGIN = Origin("club.ladder", "mapping.yaml")


def told(answer: Answer) -> tuple[Any, ...]:
    """Give a report, everybody behind each of its figures, and the figures of its pictures."""
    made: Made = make_report(answer, ORIGIN, "en")
    lists = {
        name: [(case, made.name_of(case), clients.note and clients.note(case)) for case in clients.all]
        for name, clients in ((name, found()) for name, found in made.report.behind())
    }
    return made.document, lists, flow_figures(answer)


def agree(spec: Spec, dataset: Dataset, moment: Instant | None) -> None:
    """Make a report both ways."""
    try:
        result = run(spec, dataset, moment)
    except NothingToRunAsOf:
        return
    by_columns = FastAnswer(spec, frames_of(spec, dataset), moment, Decimal(1), ())
    if isinstance(by_columns.overview, ColumnOverview):
        by_records = RecordAnswer(result, evaluate_metrics(result), Decimal(1), (), ())
        for one, other in zip(told(by_columns), told(by_records), strict=True):
            assert one == other


@settings(max_examples=8)
@given(st.data())
def test_reports_of_random_logs(club: Spec, random_club: ModuleType, data: st.DataObject) -> None:
    agree(club, data.draw(random_club.logs()), data.draw(random_club.MOMENTS))


@settings(max_examples=8)
@given(st.data())
def test_reports_of_random_specs(made: ModuleType, data: st.DataObject) -> None:
    spec = made.spec_of(data.draw(made.texts(alone=True)))
    agree(spec, data.draw(made.datasets()), data.draw(st.none() | made.moments()))


@pytest.mark.nightly
@settings(max_examples=1_000)
@given(st.data())
def test_reports_of_many_specs_and_logs(
    made: ModuleType, club: Spec, random_club: ModuleType, data: st.DataObject
) -> None:
    spec = made.spec_of(data.draw(made.texts(alone=True)))
    agree(spec, data.draw(made.datasets()), data.draw(st.none() | made.moments()))
    agree(club, data.draw(random_club.logs()), data.draw(random_club.MOMENTS))


def test_a_record_that_the_reference_executor_runs_by_itself_is_told_like_the_others(
    club: Spec, random_club: ModuleType
) -> None:
    dataset = random_club.too_large()
    answer = FastAnswer(club, frames_of(club, dataset), None, Decimal(1), ())
    assert isinstance(answer.overview, ColumnOverview)
    assert len(answer.overview.ledger.cases("client").others) == 1
    agree(club, dataset, None)
