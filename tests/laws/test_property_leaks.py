"""Who is forgotten: what the lint proves and shows by stories is what the executor says."""

from __future__ import annotations

from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stepladder_dsl.analysis.situations.proof import unproven
from stepladder_dsl.analysis.situations.witness import example, forgotten
from stepladder_dsl.model.spec import Spec
from stepladder_engine.calendars.zone import HOUR, Instant
from stepladder_engine.data.dataset import Dataset
from stepladder_engine.runtime.run import run
from stepladder_engine.scenario.run import run_scenarios

DATA = st.data()
CALENDAR = "calendar office\n    open mon-fri 09:00-18:00\n    closed 2026-03-03\n"
WORKING = {
    "after 5 hours": "after 5 working hours",
    "after 3 days": "after 3 working days",
    "after 1 week": "after 4 working days",
    "in 1 day,": "in 1 working day,",
    " 1 month\n    by": " 20 working days\n    by",
}
FOUR_MONTHS = 120 * 24 * HOUR


def stories_hold(made: ModuleType, text: str) -> None:
    """Put each story behind the spec and run it."""
    for found in forgotten(made.spec_of(text)):
        told = made.spec_of(f"{text}\n{example(made.spec_of(text), found)}")
        assert [failure for result in run_scenarios(told) for failure in result.failures] == [], text


def with_working_time(text: str) -> str:
    """Count some of the times in opening hours."""
    for exact, working in WORKING.items():
        text = text.replace(exact, working)
    return text.replace("role seller\n", f"{CALENDAR}role seller\n", 1)


def nobody_is_forgotten_where_that_is_proven(spec: Spec, log: Dataset, moment: Instant) -> None:
    """A case since an unknown time and one that stands still because of a loop are no part of the claim."""
    not_proven = set(unproven(spec))
    result = run(spec, log, moment)
    for entity in result.entities:
        for position in entity.positions:
            place = position.plan.process.name, position.stage.stage.name
            if position.since is not None and not position.stuck and result.forgotten(entity, position):
                assert place in not_proven


@settings(max_examples=25)
@given(DATA, st.booleans())
def test_each_story_of_a_forgotten_client_holds(
    made: ModuleType, data: st.DataObject, touching: bool
) -> None:
    stories_hold(made, data.draw(made.texts(touching=touching)))


def test_a_story_whose_first_event_comes_late_says_when_the_record_appeared(made: ModuleType) -> None:
    text = """\
spec shop
role seller
record client
event visit for client
event purchase for client
process sale for client
    owner seller
    stage choosing
        on visit go to bought
    stage bought
        end won
follow up silent
    after no visit for 1 day, 3 days, 1 month
    by seller
    done on purchase
    quiet days sat-mon
"""
    assert len(forgotten(made.spec_of(text))) == 1
    stories_hold(made, text)


@settings(max_examples=25)
@given(DATA)
def test_each_story_holds_where_working_time_counts(made: ModuleType, data: st.DataObject) -> None:
    stories_hold(made, with_working_time(data.draw(made.texts())))


@settings(max_examples=25)
@given(DATA, st.booleans())
def test_where_it_is_proven_nobody_is_forgotten(
    made: ModuleType, data: st.DataObject, touching: bool
) -> None:
    spec, log = made.spec_of(data.draw(made.texts(touching=touching))), data.draw(made.datasets())
    nobody_is_forgotten_where_that_is_proven(spec, log, data.draw(made.moments()))


@pytest.mark.nightly
@settings(max_examples=2_000)
@given(DATA, st.booleans())
def test_the_lint_and_the_executor_agree_on_many_specs(
    made: ModuleType, data: st.DataObject, touching: bool
) -> None:
    text, log = data.draw(made.texts(touching=touching)), data.draw(made.datasets())
    stories_hold(made, text)
    stories_hold(made, with_working_time(text))
    for moment in (data.draw(made.moments()), made.START + FOUR_MONTHS):
        nobody_is_forgotten_where_that_is_proven(made.spec_of(text), log, moment)
