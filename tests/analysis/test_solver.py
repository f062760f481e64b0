"""Questions made by hand; every example client is run, and is what the answer claims."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from stepladder_dsl.analysis.solver import Answer, Solver, Truth, Verdict
from stepladder_dsl.analysis.solver.solve import Budget

Ask = Callable[..., Verdict]


@pytest.fixture(scope="session")
def answer(questions: ModuleType) -> Ask:
    """Asks whether conditions can have a truth together, and runs the example if there is one."""

    def ask(*conditions: str, event: str | None = None, truth: Truth = Truth.TRUE) -> Verdict:
        spec, guards = questions.asked(*conditions, event=event)
        verdict = Solver(spec).possible("client", [(guard, truth) for guard in guards], event)
        if verdict.answer is Answer.POSSIBLE:
            questions.replayed(spec, verdict, guards)
        return verdict

    return ask


@pytest.mark.parametrize(
    "conditions",
    [
        ("budget > 10 and budget < 10",),
        ("budget < 0",),
        ("budget > 10", "budget is unknown"),
        ("channel = social", "channel in (press, friend)"),
        ("channel not in (social, press, friend)",),
        ("channel is unknown",),
        ("may", "not may"),
        ("name is unknown",),
        ('name = "Anna"', 'name < "Aaron"'),
        ("count of purchase < 0",),
        ("count of purchase > 1.5", "count of purchase < 2"),
        ("(count of purchase where goods = parts) > count of purchase",),
        ("count of purchase in last 3 months > count of purchase in last 12 months",),
        ("count of purchase = 0", "last purchase.amount is known"),
        ("count of purchase = 0", "days since last purchase >= 0"),
        ("count of purchase in last 30 days >= 1", "days since last purchase >= 30"),
        ("spent < 0",),
        ("spent = 0", "count of purchase >= 1"),
        ("spent > 5", "count of purchase = 1", "max of purchase.amount <= 5"),
        ("sum of purchase.amount in last 12 months > spent",),
        ("min of purchase.amount > max of purchase.amount",),
        ("days since last purchase > days since first purchase",),
        ("days since last purchase >= 30", "weeks since last purchase < 4"),
        ("months since born >= 25", "years since born < 2"),
        ("days since born < 100", "months since born > 4"),
        ("hours since last visit >= 100", "days since last visit < 2"),
        ("good", "recent = 0", "spent < 1000"),
        ("terms.share = 10", "spent < 100"),
        ("terms.word is unknown",),
        ("only is known", "points = 5"),
        ("lights in perks", "lock not in perks"),
        ("now in choosing", "now in bought"),
        ("now in bought", "not reached bought"),
        ("points / 4 > 5", "points < 20"),
        ("patience = 1 day", "patience = 2 days"),
        ("lock in wishes", "lock not in wishes"),
        ("if points > 5 then points < 3 else points > 5",),
    ],
)
def test_what_cannot_be_is_proved(answer: Ask, conditions: tuple[str, ...]) -> None:
    assert answer(*conditions).answer is Answer.IMPOSSIBLE


@pytest.mark.parametrize(
    "conditions",
    [
        ("amount > 100", "amount < 50"),
        ("amount <= 0",),
        ("goods is unknown",),
        ("count of purchase = 0",),
        ("days since last purchase > 0",),
        ("max of purchase.amount < 50", "amount >= 50"),
        ("(count of purchase where goods = parts) = 0", "goods = parts"),
        ("last purchase.goods = bicycle", "goods = parts"),
        ("count of purchase = 1", "days since first purchase > 0"),
        ("count of purchase in last 12 months = 0",),
        ("spent < amount",),
        ("note is known", "last purchase.note is unknown"),
    ],
)
def test_the_event_at_hand_is_part_of_the_history(answer: Ask, conditions: tuple[str, ...]) -> None:
    assert answer(*conditions, event="purchase").answer is Answer.IMPOSSIBLE


@pytest.mark.parametrize(
    "conditions",
    [
        ("budget > 10", "budget < 10.5"),
        ("budget is unknown",),
        ("budget > 0.001 and budget < 0.002",),
        ("channel != social", "channel != press"),
        ('name = "Zoe"',),
        ('name > "Zoe"',),
        ("may", "points < -3"),
        ("count of purchase = 3", "spent = 100"),
        ("count of purchase >= 6",),
        ("(count of purchase where goods = parts) = 1", "count of purchase = 2"),
        ("count of purchase in last 3 months = 1", "count of purchase in last 12 months = 3"),
        ("count of purchase in first 1 month = 1", "count of purchase = 2"),
        ("count of purchase in first 3 days = 2", "count of purchase = 3"),
        ("days since last purchase between 30 and 60", "days since first purchase > 300"),
        ("days since last visit > days since last purchase",),
        ("months since born >= 216", "years since born = 20"),
        ("hours since last purchase = 30", "minutes since last visit = 5"),
        ("weeks since first visit = 3", "days since first visit != 21"),
        ("average of purchase.amount = 33.5", "count of purchase = 2"),
        ("min of purchase.amount < 10", "max of purchase.amount > 100", "first purchase.amount = 50"),
        ("last purchase.note is known", "count of purchase = 1"),
        ('last purchase.note = "urgent"',),
        ("good", "spent <= 1000"),
        ("terms.share = 5",),
        ('terms.word = "best"', "spent < 101"),
        ("only is unknown", "points = 5"),
        ("lock in perks", "lights not in perks"),
        ("lights in wishes", "lock not in wishes"),
        ("patience = 3 weeks",),
        ("patience is known and patience != 3 weeks",),
        ("points / 4 > 5", "points < 21"),
        ("if points > 5 then points < 7 else points > 5",),
        ("known_by is known",),
        ("days since born < 0",),
    ],
)
def test_what_can_be_has_a_client_that_is_so(answer: Ask, conditions: tuple[str, ...]) -> None:
    assert answer(*conditions).answer is Answer.POSSIBLE


@pytest.mark.parametrize(
    "conditions",
    [
        ("amount > 100", "goods = parts"),
        ("count of purchase >= 2", "amount < 10"),
        ("days since first purchase > 30",),
        ("note is unknown", "last purchase.note is unknown"),
        ("spent > amount", "(count of purchase where goods = parts) = 0"),
        ("last purchase.amount = amount",),
        ("amount > budget",),
    ],
)
def test_a_client_to_whom_the_event_has_just_happened(answer: Ask, conditions: tuple[str, ...]) -> None:
    verdict = answer(*conditions, event="purchase")
    assert verdict.answer is Answer.POSSIBLE
    assert verdict.client
    assert verdict.client.happened[-1].event == "purchase"


@pytest.mark.parametrize(
    ("condition", "truth", "expected"),
    [
        ("budget > 10", Truth.UNKNOWN, Answer.POSSIBLE),
        ("grade > 10", Truth.UNKNOWN, Answer.NOT_DECIDED),
        ("spent > 10", Truth.UNKNOWN, Answer.IMPOSSIBLE),
        ("budget > 10 or may", Truth.UNKNOWN, Answer.POSSIBLE),
        ("budget > 10 or budget <= 10", Truth.FALSE, Answer.IMPOSSIBLE),
        ("budget > 10 or budget <= 10", Truth.NOT_TRUE, Answer.POSSIBLE),
        ("budget is known or budget is unknown", Truth.NOT_TRUE, Answer.IMPOSSIBLE),
        ("may", Truth.FALSE, Answer.POSSIBLE),
        ("last purchase.amount > 10", Truth.UNKNOWN, Answer.POSSIBLE),
        ("points / 0 > 10", Truth.UNKNOWN, Answer.POSSIBLE),
        ("points / 0 > 10", Truth.TRUE, Answer.IMPOSSIBLE),
    ],
)
def test_what_is_not_true_is_false_or_unknown(
    answer: Ask, condition: str, truth: Truth, expected: Answer
) -> None:
    assert answer(condition, truth=truth).answer is expected


@pytest.mark.parametrize(
    ("conditions", "why"),
    [
        (("reached bought",), "only a run tells where a case has been"),
        (("hours since last grading > 5 and grade > 3",), "a grading sets the grade"),
        (("count of thanks = 1", "count of visit = 1"), "a visit sends it, and would send one more"),
        (("phone is known",), "no text that is at hand fits the pattern"),
        (("count of purchase >= 20",), "that is a longer history than is looked for"),
    ],
)
def test_what_is_not_proved_is_left_open(answer: Ask, conditions: tuple[str, ...], why: str) -> None:
    assert answer(*conditions).answer is Answer.NOT_DECIDED, why


def test_a_field_that_the_spec_sets_is_as_given_where_nothing_sets_it(answer: Ask) -> None:
    assert answer("grade > 3", "count of visit = 1").answer is Answer.POSSIBLE
    assert answer("grade > 3", "count of grading = 1").answer is Answer.NOT_DECIDED


def test_the_stage_in_which_the_case_stands_is_known(questions: ModuleType) -> None:
    spec, (elsewhere,) = questions.asked("now in bought")
    solver = Solver(spec)
    assert solver.impossible("client", [(elsewhere, Truth.TRUE)], stages=[("sale", "choosing")])
    assert not solver.impossible("client", [(elsewhere, Truth.TRUE)], stages=[("sale", "bought")])


def test_an_example_has_few_events_and_round_numbers(questions: ModuleType) -> None:
    spec, guards = questions.asked("amount >= 77", "count of purchase >= 2", event="purchase")
    verdict = Solver(spec).possible("client", [(guard, Truth.TRUE) for guard in guards], "purchase")
    assert questions.replayed(spec, verdict, guards) == (
        'scenario "example"\n'
        '    given client name = "Anna", channel = social, may = yes, grade = 100\n'
        "    2026-09-14 12:00 purchase goods = bicycle, amount = 100\n"
        "    2026-09-15 12:00 purchase goods = bicycle, amount = 100\n"
        "    expect last purchase.amount >= 77\n"
        "    expect count of purchase >= 2\n"
    )


def test_a_budget_that_is_spent_leaves_the_rest_open(questions: ModuleType) -> None:
    spec, guards = questions.asked("budget > 10 and points < 10")
    solver = Solver(spec, Budget(for_all=0))
    assert solver.possible("client", [(guards[0], Truth.TRUE)]).answer is Answer.NOT_DECIDED
    assert solver.undecided == 1


def test_without_a_solver_what_asks_for_one_is_left_open(
    monkeypatch: pytest.MonkeyPatch, questions: ModuleType
) -> None:
    monkeypatch.setattr("stepladder_dsl.analysis.solver.solve.works", lambda: False)
    spec, guards = questions.asked("points > 10 and points < grade")
    solver = Solver(spec)
    assert solver.possible("client", [(guards[0], Truth.TRUE)]).answer is Answer.NOT_DECIDED
    assert not solver.impossible("client", [(guards[0], Truth.TRUE)])
    assert solver.undecided == 2


@pytest.mark.parametrize(
    ("conditions", "event", "expected"),
    [
        (("budget > 10", "budget < 10"), None, Answer.IMPOSSIBLE),
        (("budget > 10", "budget < 10.5 and budget is known"), None, Answer.POSSIBLE),
        (("count of purchase < 0",), None, Answer.IMPOSSIBLE),
        (("goods = parts", "goods in (bicycle, parts)"), "purchase", Answer.POSSIBLE),
        (("amount <= 0",), "purchase", Answer.IMPOSSIBLE),
    ],
)
def test_what_speaks_of_one_field_needs_no_solver(
    monkeypatch: pytest.MonkeyPatch,
    answer: Ask,
    conditions: tuple[str, ...],
    event: str | None,
    expected: Answer,
) -> None:
    monkeypatch.setattr("stepladder_dsl.analysis.solver.solve.works", lambda: False)
    assert answer(*conditions, event=event).answer is expected


def test_the_solver_is_loaded_with_the_first_question_that_needs_it() -> None:
    code = "import sys, stepladder_dsl.analysis.solver as s; s.available(); sys.exit('z3' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_of_many_figures_of_the_library_only_few_are_read() -> None:
    """They grow with every question: to read them all made the hundredth pair of guards take seconds."""
    from stepladder_dsl.analysis.solver.solve import _steps

    class Figures(list[tuple[str, int]]):
        read = 0

        def __getitem__(self, place: Any) -> Any:
            Figures.read += 1
            return super().__getitem__(place)

    figures = Figures([*((f"count {number}", number) for number in range(1_000)), ("rlimit count", 7)])
    solver = ModuleType("solver")
    solver.statistics = lambda: figures  # type: ignore[attr-defined]
    assert _steps(solver) == 7
    assert Figures.read < 10
