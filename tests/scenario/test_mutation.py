"""Changes of a spec: what is changed, which of them scenarios notice, and what is proposed for the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import chain

import pytest

from stepladder_dsl.compile import compile_text
from stepladder_dsl.model.print_spec import print_spec
from stepladder_dsl.model.spec import Spec
from stepladder_dsl.source import Source
from stepladder_engine.scenario.mutation.answers import missed
from stepladder_engine.scenario.mutation.changes import mutants_of
from stepladder_engine.scenario.mutation.mutant import FAMILIES
from stepladder_engine.scenario.mutation.run import try_mutants
from stepladder_engine.scenario.run import run_scenarios

SHOP = """\
spec shop
    currency EUR
    at most 2 contacts in 7 days
role seller
role manager
record client
    vip yes/no optional
event visit for client
event purchase for client
    amount money
event thanks for client

let spent for client = sum of purchase.amount in last 12 months

decide share for client
    first match
    | spent  || percent |
    | >= 100 || 10%     |
    | -      || 0%      |

process sale for client
    owner seller
    stage choosing
        limit 3 days, then alert manager
        on visit stay
        on purchase when amount >= 10 go to bought
            emit thanks after 1 day
        after 30 days go to lost
    stage bought
        on purchase stay
        on thanks stay
    stage lost
        end lost

offer bag
    price if vip then 5 else 9
    by seller
    to client in bought
    when spent between 50 and 90 and vip
    valid 7 days
    at most 1 time
    accepted on purchase

follow up care
    after purchase in 3 days, 10 days
    by seller
    done on thanks
    escalate to manager after 2 days
"""

STORY = """
scenario "Anna buys"
    given client vip = yes
    2026-03-02 10:00 visit
    2026-03-02 10:30 purchase amount = 60
    expect stage bought
"""

BETTER = """
scenario "Anna buys"
    given client vip = yes
    2026-03-02 10:00 visit
    expect no deviation
    2026-03-02 10:30 purchase amount = 60
    expect stage bought

scenario "Anna thinks too long"
    given client vip = yes
    2026-03-02 10:00 visit
    at 2026-03-31
    expect stage choosing
    at 2026-04-01
    expect stage lost
"""


@pytest.fixture
def spec_of() -> Callable[[str], Spec]:
    def compiled(scenarios: str) -> Spec:
        found = compile_text(Source("shop.ladder", SHOP + scenarios), lint=False)
        assert found.errors == []
        assert found.spec
        return found.spec

    return compiled


def test_the_changes_of_a_spec(spec_of: Callable[[str], Spec]) -> None:
    told = [
        f"{mutant.span.line} {mutant.family}: {mutant.before} => {mutant.after or '(left out)'}"
        for mutant in mutants_of(spec_of(STORY))
    ]
    assert told == CHANGES.strip("\n").split("\n")


CHANGES = """
3 contacts: at most 2 contacts in 7 days => at most 3 contacts in 7 days
3 contacts: at most 2 contacts in 7 days => at most 1 contact in 7 days
3 contacts: at most 2 contacts in 7 days => at most 2 contacts in 8 days
3 contacts: at most 2 contacts in 7 days => at most 2 contacts in 6 days
13 values: spent = sum of purchase.amount in last 12 months => spent = sum of purchase.amount in last 13 months
13 values: spent = sum of purchase.amount in last 12 months => spent = sum of purchase.amount in last 11 months
18 rows: | >= 100 || 0.1 | => (left out)
18 rows: | >= 100 || 0.1 | => | - || 0.1 |
18 rows: | >= 100 || 0.1 | => | > 100 || 0.1 |
18 rows: | >= 100 || 0.1 | => | >= 100 || 1.1 |
19 rows: | - || 0 | => (left out)
19 rows: | - || 0 | => | - || 1 |
21 owners: process sale: owner seller => process sale: owner manager
24 limits: limit 3 days, then alert manager => (left out)
24 limits: limit 3 days, then alert manager => limit 4 days, then alert manager
24 limits: limit 3 days, then alert manager => limit 2 days, then alert manager
24 limits: limit 3 days, then alert manager => limit 3 days, then alert seller
25 ways: on visit stay => (left out)
26 ways: on purchase when amount >= 10 go to bought => (left out)
26 targets: on purchase when amount >= 10 go to bought => on purchase when amount >= 10 go to lost
26 conditions: on purchase when amount >= 10 go to bought => on purchase go to bought
26 conditions: on purchase when amount >= 10 go to bought => on purchase when not amount >= 10 go to bought
26 conditions: on purchase when amount >= 10 go to bought => on purchase when amount > 10 go to bought
27 effects: emit thanks after 1 day => (left out)
27 effects: emit thanks after 1 day => emit thanks after 2 days
27 effects: emit thanks after 1 day => emit thanks after 12 hours
28 ways: after 30 days go to lost => (left out)
28 targets: after 30 days go to lost => after 30 days go to choosing
28 durations: after 30 days go to lost => after 31 days go to lost
28 durations: after 30 days go to lost => after 29 days go to lost
30 ways: on purchase stay => (left out)
31 ways: on thanks stay => (left out)
35 offers: offer bag => (left out)
35 conditions: offer bag: when spent between 50 and 90 and vip => (left out)
35 conditions: offer bag: when spent between 50 and 90 and vip => offer bag: when not (spent between 50 and 90 and vip)
35 conditions: offer bag: when spent between 50 and 90 and vip => offer bag: when vip
35 conditions: offer bag: when spent between 50 and 90 and vip => offer bag: when spent between 50 and 90
35 conditions: offer bag: when spent between 50 and 90 and vip => offer bag: when (spent > 50 and spent <= 90) and vip
35 conditions: offer bag: when spent between 50 and 90 and vip => offer bag: when (spent >= 50 and spent < 90) and vip
35 durations: offer bag: valid 7 days => offer bag: valid 8 days
35 durations: offer bag: valid 7 days => offer bag: valid 6 days
35 offers: offer bag: at most 1 time => offer bag: at most 2 times
35 owners: offer bag: by seller => offer bag: by manager
35 prices: offer bag: price if vip then 5 else 9 => (left out)
35 prices: offer bag: price if vip then 5 else 9 => offer bag: price if vip then 6 else 9
35 prices: offer bag: price if vip then 5 else 9 => offer bag: price if vip then 5 else 10
35 prices: offer bag: price if vip then 5 else 9 => offer bag: price if vip then 9 else 5
42 offers: offer bag: accepted on purchase => (left out)
44 follow_ups: follow up care => (left out)
44 durations: follow up care: after purchase in 3 days, 10 days => follow up care: after purchase in 4 days, 10 days
44 durations: follow up care: after purchase in 3 days, 10 days => follow up care: after purchase in 2 days, 10 days
44 durations: follow up care: after purchase in 3 days, 10 days => follow up care: after purchase in 10 days
44 durations: follow up care: after purchase in 3 days, 10 days => follow up care: after purchase in 3 days, 11 days
44 durations: follow up care: after purchase in 3 days, 10 days => follow up care: after purchase in 3 days, 9 days
44 durations: follow up care: after purchase in 3 days, 10 days => follow up care: after purchase in 3 days
44 owners: follow up care: by seller => follow up care: by manager
47 follow_ups: follow up care: done on thanks => (left out)
48 follow_ups: follow up care: escalate to manager after 2 days => (left out)
48 durations: follow up care: escalate to manager after 2 days => follow up care: escalate to manager after 3 days
48 durations: follow up care: escalate to manager after 2 days => follow up care: escalate to manager after 1 day
48 owners: follow up care: escalate to manager after 2 days => follow up care: escalate to seller after 2 days
"""  # noqa: E501 - a table is read line by line


def test_every_change_makes_another_spec_that_can_be_written(spec_of: Callable[[str], Spec]) -> None:
    original = spec_of(STORY)
    mutants = mutants_of(original)
    assert {mutant.family for mutant in mutants} == set(FAMILIES)
    for mutant in mutants:
        changed = replace(mutant.spec(original), scenarios=())
        assert changed != replace(original, scenarios=()), mutant.before
        again = compile_text(Source("again.ladder", print_spec(changed)), lint=False)
        assert again.errors == [], (mutant.before, mutant.after)


def test_a_change_leaves_the_original_as_it_is(spec_of: Callable[[str], Spec]) -> None:
    original, other = spec_of(STORY), spec_of(STORY)
    for mutant in mutants_of(original):
        mutant.spec(original)
    assert original == other


def survivors(spec: Spec) -> set[tuple[str, str | None]]:
    return {(mutant.before, mutant.after) for mutant in try_mutants(spec).survivors}


def test_better_scenarios_notice_more(spec_of: Callable[[str], Spec]) -> None:
    assert survivors(spec_of(STORY)) - survivors(spec_of(BETTER)) == {
        ("on visit stay", None),
        ("after 30 days go to lost", None),
        ("after 30 days go to lost", "after 30 days go to choosing"),
        ("after 30 days go to lost", "after 31 days go to lost"),
        ("after 30 days go to lost", "after 29 days go to lost"),
    }


def test_what_is_noticed_fails_a_scenario(spec_of: Callable[[str], Spec]) -> None:
    spec = spec_of(BETTER)
    mutation = try_mutants(spec)
    noticed = set(mutation.tried) - set(mutation.survivors)
    assert len(noticed) == mutation.caught > 5
    for mutant in noticed:
        assert not all(result.passed for result in run_scenarios(mutant.spec(spec))), mutant.before


def test_what_nobody_noticed_passes_every_scenario(spec_of: Callable[[str], Spec]) -> None:
    spec = spec_of(BETTER)
    for mutant in try_mutants(spec).survivors:
        assert all(result.passed for result in run_scenarios(mutant.spec(spec))), mutant.before


def test_a_budget_takes_the_same_changes_every_time_from_the_whole_text(
    spec_of: Callable[[str], Spec],
) -> None:
    spec = spec_of(STORY)
    first, second = try_mutants(spec, 10), try_mutants(spec, 10)
    lines = [mutant.span.line for mutant in first.tried]
    assert len(lines) == 10
    assert lines == [mutant.span.line for mutant in second.tried]
    assert lines[0] < 10
    assert lines[-1] > 40
    assert try_mutants(spec, 10_000).possible == len(try_mutants(spec).tried)


def test_what_is_proposed_for_a_scenario_catches_the_change(spec_of: Callable[[str], Spec]) -> None:
    """Put where it is proposed to stand, it leaves the scenarios passing; with the change they fail."""
    spec = spec_of(STORY)
    found = missed(spec, try_mutants(spec), 1000)
    proposed = [one for one in found if one.catch is not None]
    assert len(proposed) > len(found) / 2
    for one in proposed:
        assert one.catch
        lines = (SHOP + STORY).splitlines()
        added = [f"    {line}" for line in one.catch.lines]
        if one.catch.after_line is None:
            lines += ["", 'scenario "Proposed"', *added]
        else:
            lines[one.catch.after_line : one.catch.after_line] = added
        better = compile_text(Source("shop.ladder", "\n".join(lines) + "\n"), lint=False)
        assert better.errors == [], one.catch.lines
        assert better.spec
        assert all(result.passed for result in run_scenarios(better.spec)), one.catch.lines
        assert (one.mutant.before, one.mutant.after) not in survivors(better.spec), one.catch.lines


def test_an_event_is_proposed_where_looking_is_not_enough(spec_of: Callable[[str], Spec]) -> None:
    spec = spec_of(STORY)
    lines = list(
        chain.from_iterable(
            one.catch.lines
            for one in missed(spec, try_mutants(spec), 1000)
            if one.catch and one.mutant.after == "on purchase go to bought"
        )
    )
    assert lines == ["2026-03-02 10:05 purchase amount = 9", "expect stage choosing"]


OWNED = """\
spec shop
role seller
role manager
role cashier
record client
event visit for client
event purchase for client
process sale for client
    owner seller
    phase talk
        owner manager
        stage new
            on visit go to hears
        stage hears
            owner cashier
            on purchase go to owns
    stage owns
        on visit go to gone
    phase over
        owner manager
        stage gone
            end lost

scenario "Anna buys"
    given client
    2026-03-02 visit
    expect stage hears{0}
    2026-03-03 purchase
    expect stage owns{1}
"""


@pytest.mark.parametrize(
    ("expected", "survivors"),
    [
        (("", ""), ["process sale: owner seller", "phase talk: owner manager", "stage hears: owner cashier"]),
        ((" owner cashier", ""), ["process sale: owner seller", "phase talk: owner manager"]),
        ((" owner cashier", " owner seller"), ["phase talk: owner manager"]),
    ],
    ids=["nobody is expected", "of a stage", "of the process"],
)
def test_who_answers_for_a_stage_is_noticed_where_it_is_expected(
    expected: tuple[str, str], survivors: list[str]
) -> None:
    """Nobody works in an end, so a line about ends alone is not tried."""
    found = compile_text(Source("shop.ladder", OWNED.format(*expected)), lint=False)
    assert found.spec
    mutation = try_mutants(found.spec)
    assert [one.before for one in mutation.survivors if one.family == "owners"] == survivors
    told = [
        catch.lines
        for one in missed(found.spec, mutation, 10)
        if (catch := one.catch) and one.mutant.before == "phase talk: owner manager"
    ]
    assert told == [("given client", "at 2026-03-02 00:00", "expect stage new owner manager")]


def test_a_spec_without_anything_to_change_lacks_nothing() -> None:
    found = compile_text(Source("empty.ladder", "spec empty\n"), lint=False)
    assert found.spec
    mutation = try_mutants(found.spec)
    assert (mutation.possible, mutation.caught, mutation.share) == (0, 0, None)
    assert missed(found.spec, mutation, 10) == []
