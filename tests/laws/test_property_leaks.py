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


@st.composite
def stages_and_follow_ups(draw: st.DrawFn) -> tuple[list[str], str]:
    """Give the texts of a process's stages, and the follow-ups about it."""
    names = [f"stage_{number}" for number in range(draw(st.integers(2, 7)))]
    event = st.sampled_from(["visit", "call", "purchase"])
    stages = []
    for name in names:
        ways = draw(st.dictionaries(event, st.sampled_from(names), min_size=1))
        lines = [f"    stage {name}", *(f"        on {one} go to {target}" for one, target in ways.items())]
        stages.append("\n".join([*lines, "        start"] if name == names[0] else lines))
    rules = [
        f"follow up rule_{number}\n    {draw(anchor)}\n    by seller\n    done on {draw(event)}\n"
        for number, anchor in enumerate(
            [
                event.map(lambda one: f"after {one} in 1 day"),
                st.sampled_from(names).map(lambda one: f"after entering {one} in 2 days"),
            ]
            * 2
        )
    ]
    return stages, "".join(rules)


HEAD = """\
spec shop
role seller
record client
event visit for client
event call for client
event purchase for client
process sale for client
    owner seller
"""


@settings(max_examples=50)
@given(DATA, stages_and_follow_ups())
def test_what_is_proven_does_not_depend_on_the_order_of_the_text(
    made: ModuleType, data: st.DataObject, parts: tuple[list[str], str]
) -> None:
    stages, rules = parts
    other_order = data.draw(st.permutations(stages))
    proven, proven_too = (
        set(unproven(made.spec_of(HEAD + "\n".join(order) + "\n" + rules))) for order in (stages, other_order)
    )
    assert proven == proven_too


def test_a_process_of_300_stages_with_ways_back_is_seen_to_its_end(made: ModuleType) -> None:
    count = 300
    lines = ["spec long", "role seller", "record client"]
    lines += [f"event next_{number} for client" for number in range(count)]
    lines += ["process way for client", "    owner seller"]
    for number in range(count):
        lines.append(f"    stage stage_{number}")
        lines += ["        start"] * (number == 0) + ["        end won"] * (number == count - 1)
        if number < count - 1:
            lines.append(f"        on next_{number} go to stage_{number + 1}")
            lines.append(f"        on next_{number + 1} go to stage_{max(0, number - 4)}")
    for number in range(0, count, 5):
        lines.append(f"follow up call_{number}\n    after entering stage_{number} in 2 days")
        lines.append(f"    by seller\n    done on next_{number}")
    places = unproven(made.spec_of("\n".join(lines) + "\n"))
    # A call is at work from the entry into its stage on, and the event that ends it leads out of that stage.
    assert places == [("way", f"stage_{number}") for number in range(count - 1) if number % 5]
