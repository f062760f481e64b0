"""The standard figures of small shops, worked out by hand."""

from __future__ import annotations

from decimal import Decimal
from types import ModuleType
from typing import Any

import pytest

from stepladder_engine.metrics.standard.compute import standard_figures
from stepladder_engine.metrics.standard.figure import StandardFigure, mean
from stepladder_engine.metrics.standard.lists import numbers_of
from stepladder_engine.metrics.standard.record_ledger import RecordLedger
from stepladder_engine.runtime.result import RunResult

HEAD = """\
language en

spec shop "Shop"
    currency EUR
    timezone Europe/Sofia

role seller
    reports to manager
role manager

record client
    channel one of web, fair
    invited_by client optional

event purchase for client
    amount money
event call for client
"""
PROCESS = """
let spent for client = sum of purchase.amount

record spending
    channel one of web, fair
    month date
    amount money

process sale for client
    owner seller
    stage lead
        start
        on purchase go to bought
        after 40 days go to cold
    stage bought
        on purchase stay
    stage cold
        end lost
"""
# A spends 100 and 50 in January and 30 in March, B 60 in February, C 40 and, 30 days later, 20. D never
# buys. A has invited C and D. What is spent in April lies behind the moment of the answer.
LOG = """\
record client A since 2026-01-01 channel = web
record client B since 2026-02-01 channel = web
record client C since 2026-01-10 channel = fair, invited_by = A
record client D since 2026-01-15 channel = fair, invited_by = A
record spending S1 month = 2026-01-01, channel = web, amount = 90
record spending S2 month = 2026-01-01, channel = fair, amount = 60
record spending S3 month = 2026-04-01, channel = web, amount = 10
A 2026-01-05 09:00 purchase amount = 100
A 2026-01-20 23:30 purchase amount = 50
A 2026-03-01 00:30 purchase amount = 30
B 2026-02-10 12:00 purchase amount = 60
C 2026-01-15 18:00 purchase amount = 40
C 2026-02-14 08:00 purchase amount = 20
as of 2026-03-10
"""

Key = tuple[str, str]


def figures_of(result: RunResult, by: list[str] | None = None) -> list[StandardFigure]:
    """Work out the figures of whole records."""
    return standard_figures(RecordLedger(result), by)


@pytest.fixture(scope="module")
def found(runs: ModuleType) -> dict[Key, StandardFigure]:
    return by_key(figures_of(runs.answer(HEAD + PROCESS, LOG).result))


def by_key(figures: list[StandardFigure]) -> dict[Key, StandardFigure]:
    """Give figures by name and group; no two of a record share both."""
    keys = [(figure.metric, figure.record, figure.by, figure.group) for figure in figures]
    assert len(set(keys)) == len(keys)
    return {(figure.metric, " ".join(figure.group)): figure for figure in figures}


@pytest.mark.parametrize(
    ("metric", "value", "count"),
    [
        ("clients", "4", 4),
        ("buyers", "3", 4),
        ("income", "300", 6),
        ("average_deal", "50", 6),
        ("median_deal", "45", 6),
        ("purchases_per_client", "2", 3),
        ("lifetime_value", "100", 3),  # 180, 60, 60
        ("median_spend", "60", 3),
        ("best_fifth_share", "0.6", 3),  # one client of three, 180 of 300
        ("spend_first_month", "95", 2),  # A 150, C 40: the 30th day is day 29; B's time is not over
        ("spend_first_month_so_far", "83.3333333333333", 3),
        ("spend_first_year_so_far", "100", 3),
        ("days_between_purchases", "28.3333333333333", 3),  # 15, 40, 30
        ("lifetime", "28.3333333333333", 3),  # 55, 0, 30
        ("acquisition_spending", "150", 2),
        ("acquisition_cost", "50", 3),
        ("value_to_cost", "2", 3),
        ("payback", "0", 3),  # 200 come in with the first purchases
        ("referral_coefficient", "0.5", 4),
    ],
)
def test_a_figure_over_all(found: dict[Key, StandardFigure], metric: str, value: str, count: int) -> None:
    figure = found[metric, ""]
    assert (figure.value, figure.count) == (Decimal(value), count)


@pytest.mark.parametrize(
    ("metric", "group", "part", "count"),
    [
        ("buying_share", "", 3, 4),
        ("buying_share", "fair", 1, 2),
        ("repeat_rate", "", 2, 3),
        ("repeat_rate", "web", 1, 2),
        ("second_purchase", "30", 2, 2),  # B has not had 30 days yet
        ("second_purchase_so_far", "30", 2, 3),
        ("second_purchase", "60", 1, 1),
        ("silent", "30", 0, 3),
        ("cohort_repeat_rate", "2026-01", 2, 2),
        ("cohort_retention", "2026-01 1", 1, 2),  # C in February; March is not over
        ("referred_share", "", 2, 4),
        ("referrers", "", 1, 4),
        ("frequent_referrers", "", 1, 4),
        ("step_conversion", "sale lead bought", 3, 4),
        ("step_conversion", "sale lead cold", 1, 4),
        ("step_conversion", "web sale lead bought", 2, 2),
        ("won_share", "sale", 0, 1),
    ],
)
def test_a_share(found: dict[Key, StandardFigure], metric: str, group: str, part: int, count: int) -> None:
    figure = found[metric, group]
    assert (figure.part, figure.count) == (part, count)
    assert figure.value == Decimal(format(Decimal(part) / count, ".15g"))


@pytest.mark.parametrize(
    ("metric", "group", "value"),
    [
        ("acquisition_cost", "web", "45"),
        ("acquisition_cost", "fair", "60"),
        ("value_to_cost", "web", "2.66666666666667"),
        ("value_to_cost", "fair", "1"),
        ("payback", "web", "0"),
        ("payback", "fair", "30"),
        ("step_days", "sale lead bought", "6"),  # 4, 9, 5
        ("step_days_median", "sale lead bought", "5"),
        ("step_days", "sale lead cold", "40"),
        ("income", "web", "240"),
    ],
)
def test_a_figure_of_a_group(found: dict[Key, StandardFigure], metric: str, group: str, value: str) -> None:
    assert found[metric, group].value == Decimal(value)


def test_a_mean_and_a_share_have_the_interval_of_their_formula(found: dict[Key, StandardFigure]) -> None:
    """180, 60, 60: s = √4800, s / √3 = 40, t with 2 degrees = 4.302653. Wilson of 2 in 3 by hand.

    100 - 40 · 4.302653 lies below 0, where no client's payments are.
    """
    value, rate = found["lifetime_value", ""], found["repeat_rate", ""]
    assert (value.low, value.high) == (Decimal(0), Decimal("272.10612"))
    assert rate.low == pytest.approx(Decimal("0.207660"), abs=Decimal("1e-6"))
    assert rate.high == pytest.approx(Decimal("0.938508"), abs=Decimal("1e-6"))


@pytest.mark.parametrize(
    ("values", "low"), [([180, 60, 60], "0"), ([180, 60, -60], "-238.0967"), ([181, 180, 179], "177.515862")]
)
def test_an_interval_ends_at_nothing_where_no_value_lies_below(values: list[int], low: str) -> None:
    found = mean("spend", numbers_of(values), "money")
    assert found.low == pytest.approx(Decimal(low), abs=Decimal("0.001"))


def test_what_nothing_stands_behind_is_left_out(found: dict[Key, StandardFigure]) -> None:
    """Nobody's first year is over, February's buyers have had no whole month, and nobody subscribes."""
    names = {metric for metric, _ in found}
    assert not {"spend_first_year", "recurring_income", "running_costs"} & names
    assert ("cohort_retention", "2026-02 1") not in found
    assert ("cohort_clients", "2026-02") in found


def test_an_earlier_moment_knows_nothing_of_what_came_later(runs: ModuleType) -> None:
    log = LOG.replace("as of 2026-03-10", "as of 2026-01-31")
    early = by_key(figures_of(runs.answer(HEAD + PROCESS, log).result))
    assert early["income", ""].value == 190
    assert early["buyers", ""].value == 2
    assert early["clients", ""].value == 3
    assert early["acquisition_spending", ""].value == 150


def test_without_costs_a_client_is_not_said_to_cost_nothing(runs: ModuleType) -> None:
    log = "".join(line for line in LOG.splitlines(keepends=True) if not line.startswith("record spending"))
    free = by_key(figures_of(runs.answer(HEAD + PROCESS, log).result))
    assert not {"acquisition_cost", "value_to_cost", "payback"} & {metric for metric, _ in free}


def test_a_date_that_stands_for_never_makes_no_endless_cohort(runs: ModuleType) -> None:
    log = "A 0001-01-02 09:00 purchase amount = 1\nA 2026-01-02 09:00 purchase amount = 1\nas of 2026-03-10\n"
    figures = figures_of(runs.answer(HEAD + PROCESS, log).result)
    months = [figure.group for figure in figures if figure.metric == "cohort_retention"]
    assert months == [("0001-01", str(month)) for month in range(1, 61)]


def test_any_field_tells_figures_apart_when_it_is_asked_for(runs: ModuleType) -> None:
    result = runs.answer(HEAD + PROCESS, LOG).result
    asked = by_key(figures_of(result, ["invited_by"]))
    assert asked["buyers", "A"].value == 1
    assert asked["buyers", "unknown"].value == 2
    assert ("buyers", "web") not in asked


def test_a_value_that_is_called_unknown_stands_with_those_that_are_not_known(runs: ModuleType) -> None:
    log = """\
record client A since 2026-01-01 invited_by = unknown
record client B since 2026-01-01 channel = web
record client C since 2026-01-01 invited_by = A
as of 2026-03-10
"""
    asked = by_key(figures_of(runs.answer(HEAD + PROCESS, log).result, ["invited_by"]))
    assert asked["clients", "unknown"].value == 2
    assert asked["clients", "A"].value == 1


RECURRING = """
record rent
    paid_on date
    sum_of_it money

process sale for client
    owner seller
    stage lead
        start
        on purchase go to bought
    stage bought
        on purchase stay

offer plan
    kind subscription
    price 10
    to client in bought
    by seller
    accepted on purchase when amount < 50
"""


def test_recurring_income_against_the_costs_of_the_same_30_days(runs: ModuleType) -> None:
    """10 and 25 are paid for the plan in the last 30 days, 12 before, 70 for something else; rent is 20."""
    log = """\
record client A since 2026-01-01 channel = web
record client B since 2026-01-01 channel = web
record client C since 2026-01-01 channel = web
record rent R1 paid_on = 2026-03-05, sum_of_it = 20
record rent R2 paid_on = 2026-02-05, sum_of_it = 500
A 2026-03-01 10:00 purchase amount = 10
B 2026-02-20 10:00 purchase amount = 25
B 2026-01-20 10:00 purchase amount = 12
C 2026-03-02 10:00 purchase amount = 70
as of 2026-03-10
"""
    found = by_key(figures_of(runs.answer(HEAD + RECURRING, log).result))
    counted = ("recurring_income", "recurring_clients", "running_costs", "recurring_cover")
    values = {name: (found[name, ""].value, found[name, ""].count) for name in counted}
    assert values == {
        "recurring_income": (35, 2),
        "recurring_clients": (2, 2),
        "running_costs": (20, 1),
        "recurring_cover": (Decimal("1.75"), 3),
    }
    assert (found["recurring_share", ""].part, found["recurring_share", ""].count) == (2, 3)


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        ("A 2026-01-01 10:00 purchase amount = 10\nas of 2026-03-10\n", [(0, 0), (0, 0)]),
        ("as of 2026-03-10\n", []),
    ],
)
def test_that_nobody_pays_regularly_any_more_is_an_answer(
    runs: ModuleType, log: str, expected: list[tuple[int, int]]
) -> None:
    figures = figures_of(runs.answer(HEAD + RECURRING, log).result)
    names = ("recurring_income", "recurring_clients")
    assert [(int(one.value or 0), one.count) for one in figures if one.metric in names] == expected


FOLLOW_UP = """
process sale for client
    owner seller
    stage lead
        start
        on purchase stay

follow up care
    after purchase in 3 days
    by seller via phone
    done on call
    escalate to manager after 10 days
"""


def test_work_is_counted_for_whoever_owes_it(runs: ModuleType) -> None:
    """A was called, B's call is late, C's went on to the manager; D stands where nobody will be asked."""
    log = """\
record client D since 2026-03-01 channel = web
A 2026-03-01 10:00 purchase amount = 10
A 2026-03-05 10:00 call
B 2026-03-01 10:00 purchase amount = 10
C 2026-02-20 10:00 purchase amount = 10
as of 2026-03-10
"""
    found = by_key(figures_of(runs.answer(HEAD + FOLLOW_UP, log).result))
    owed = {group: found["tasks_owed", group] for group in ("", "seller", "manager")}
    assert {group: figure.count for group, figure in owed.items()} == {"": 2, "seller": 1, "manager": 1}
    assert all(figure.value == figure.count for figure in owed.values())
    done = found["tasks_done_share", ""]
    assert (done.part, done.count) == (1, 3)
    forgotten = found["forgotten_share", "seller"]
    assert (forgotten.part, forgotten.count) == (2, 4)  # A as well: its call is done


def test_rfm_scores_are_fifths_and_equal_values_score_equally(runs: ModuleType) -> None:
    """E is best in everything; A bought long ago, once, for little; B and C are the same but for the day."""
    log = """\
A 2026-01-01 10:00 purchase amount = 1
B 2026-01-02 10:00 purchase amount = 5
C 2026-01-03 10:00 purchase amount = 5
D 2026-01-04 10:00 purchase amount = 7
E 2026-01-04 10:00 purchase amount = 6
E 2026-01-05 10:00 purchase amount = 9
as of 2026-01-10
"""
    figures: list[Any] = figures_of(runs.answer(HEAD + FOLLOW_UP, log).result)
    groups = {figure.group: figure.value for figure in figures if figure.metric == "rfm_spend"}
    assert groups == {
        ("5", "5", "5"): 15,
        ("4", "1", "4"): 7,
        ("3", "1", "2"): 5,
        ("2", "1", "2"): 5,
        ("1", "1", "1"): 1,
    }


def test_groups_of_a_field_make_up_the_whole(folders: ModuleType, root: Any) -> None:
    figures = figures_of(folders.run_folder(root / "specs" / "two_step_sale", {}).result)
    for metric in ("clients", "buyers", "income"):
        whole = next(figure for figure in figures if figure.metric == metric and not figure.by)
        parts = [figure.value for figure in figures if figure.metric == metric and figure.by == ("канал",)]
        assert len(parts) == 4
        assert sum(value for value in parts if value is not None) == whole.value
