"""Odd and large input: nothing breaks, and the cost of an event does not grow with the client's history."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import ModuleType

import pytest

from stepladder_dsl.model.spec import Spec
from stepladder_dsl.source import Source
from stepladder_dsl.syntax.format import format_text
from stepladder_engine.calendars.contact import ContactTimes
from stepladder_engine.calendars.zone import HOUR, Instant, Zone
from stepladder_engine.data.dataset import Dataset, EventRow, Origin, RecordRow
from stepladder_engine.metrics.evaluate import evaluate_metrics
from stepladder_engine.results.execute import parse_moment
from stepladder_engine.results.tables import Tables
from stepladder_engine.runtime.run import NothingToRunAsOf, run

HEAD = """\
spec shop
    currency EUR
    timezone Europe/Sofia
role seller
record client
    bound money optional
    day date optional
event buy for client
    amount money optional
event call for client
"""
WINDOWS = """\
process sale for client
    stage one
        limit 5 days, then alert seller
        on buy when count of buy > 1000000 go to two
        on buy when (count of buy in last 12 months where amount > bound) > 1000000 go to two
        when sum of buy.amount in last 30 days > 100000000 go to two
        when max of buy.amount in last 30 days > 100 go to two
        when average of buy.amount in first 30 days > 100 go to two
        when days since last buy > 3 go to two
    stage two
        end lost
"""
DAYS = """\
process sale for client
    stage one
follow up care
    after entering one in 1 day
    by seller
    text "{day}"
"""
TASKS = """\
process sale for client
    stage one
        limit 5 days, then alert seller
        on buy go to two
        after 30 days go to two
    stage two
        limit 5 days, then alert seller
        on buy go to one
follow up care
    after buy in 300 days
    by seller
    done on call
follow up silence
    after no buy for 30 days
    by seller
offer glass
    to client
    when count of buy in last 3 days > 2
    valid 1 day
    accepted on call
"""
BACKLOG = """\
process sale for client
    stage one
follow up care
    after buy in 1 day
    by seller
follow up again
    after buy in 2 days
    by seller
"""
START = 1_772_316_000_000_000


def log(count: int, *, calls: bool = False) -> Dataset:
    """Give one client with many events, a minute apart."""
    events = []
    for number in range(count):
        kind = "call" if calls and number >= count // 2 else "buy"
        fields = {"amount": Decimal(number % 97)} if kind == "buy" else {}
        moment = START + number * HOUR // 60
        origin = Origin("log", number)
        events.append(EventRow(kind, "A", moment, (0, "log", number), None, fields, origin))
    row = RecordRow("client", "A", None, {"bound": Decimal(50)}, Origin("clients", 1))
    return Dataset({"client": {"A": row}}, events, sourced={"client"})


def seconds(spec: Spec, data: Dataset) -> float:
    began = time.process_time()
    run(spec, data, START + 400 * 24 * HOUR)
    return time.process_time() - began


@pytest.mark.parametrize(("text", "calls"), [(WINDOWS, False), (TASKS, True)], ids=["windows", "tasks"])
def test_an_event_costs_the_same_however_many_came_before(runs: ModuleType, text: str, calls: bool) -> None:
    spec = runs.read_spec(HEAD + text)
    few = min(seconds(spec, log(1_000, calls=calls)) for _ in range(2))
    many = seconds(spec, log(12_000, calls=calls))
    # Twelve times as many events; what is quadratic would take a hundred and forty-four times as long.
    assert many < 45 * few


@pytest.mark.nightly
@pytest.mark.parametrize(("text", "calls"), [(WINDOWS, False), (TASKS, True)], ids=["windows", "tasks"])
def test_a_client_with_a_hundred_thousand_events(runs: ModuleType, text: str, calls: bool) -> None:
    assert seconds(runs.read_spec(HEAD + text), log(100_000, calls=calls)) < 60


def test_a_backlog_under_a_cap_is_planned_with_few_looks_at_the_calendar(
    runs: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every new task may move all that wait behind it; no task is weighed against every other."""
    looks = 0
    next_open = ContactTimes.next_open

    def counted(times: ContactTimes, moment: Instant) -> Instant:
        nonlocal looks
        looks += 1
        return next_open(times, moment)

    monkeypatch.setattr(ContactTimes, "next_open", counted)
    text = HEAD.replace(
        "role seller", "    quiet hours 20:00-09:00\n    at most 1 contact in 7 days\nrole seller"
    )
    spec = runs.read_spec(text + BACKLOG)
    count = 24
    result = run(spec, log(count), START + 400 * 24 * HOUR)
    moves = sum(step.kind == "task_moved" for entity in result.entities for step in entity.journal)
    assert moves > count * count / 2
    assert looks < 6 * moves


def test_nothing_at_all(runs: ModuleType) -> None:
    spec = runs.read_spec(HEAD + TASKS)
    with pytest.raises(NothingToRunAsOf):
        run(spec, Dataset())
    result = run(spec, Dataset(), START)
    assert [table.rows for table in Tables(result, evaluate_metrics(result)).all()] == [[]] * 7


def test_a_moment_before_everything(runs: ModuleType) -> None:
    result = run(runs.read_spec(HEAD + TASKS), replace(log(5), records={}, sourced=set()), START - 1)
    assert result.entities == []


def test_the_last_day_that_a_calendar_knows(runs: ModuleType) -> None:
    spec = runs.read_spec(HEAD + WINDOWS)
    end = parse_moment("9999-12-31", Zone("Europe/Sofia"))
    assert end is not None
    result = run(spec, log(3), end)
    rows = {table.name: table.rows for table in Tables(result, evaluate_metrics(result)).all()}
    assert rows["positions"][0][3] == "two"


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_dates_that_stand_for_never_and_for_ever(runs: ModuleType, day: str) -> None:
    """Neither stops a run: data uses both for a date that nobody knows."""
    found = runs.answer(
        HEAD
        + """\
process sale for client
    stage one
        after 1 month since day when bound is known go to two
        when months since day >= 100000000000000000000 go to two
        after 99999999999999 years go to two
        limit 99999999999999999999 days
    stage two
        end lost
follow up care
    after day in 30 days, 100000 years
    by seller
follow up much_later
    after entering one in 99999999999999999999 hours
    by seller
""",
        f"record client A since 2026-03-01 day = {day}\nas of 9999-12-31\n",
    )
    assert list(found.stages()) == ["A one since 2026-03-01 00:00"]
    assert [table.name for table in Tables(found.result, {}).all()]


def test_keys_are_any_text(runs: ModuleType) -> None:
    keys = ["a/b", "a\nb", "a@b/1", "🦊", " ", "", "ключ", "\u202eکلید", "'; --"]
    spec = runs.read_spec(HEAD + TASKS)
    events = [
        EventRow("buy", key, START, (0, "log", number), None, {}, Origin("log", number))
        for number, key in enumerate(keys)
    ]
    result = run(spec, Dataset(events=events), START + HOUR)
    assert sorted(entity.key for entity in result.entities) == sorted(keys)
    tasks = next(table for table in Tables(result, {}).all() if table.name == "tasks")
    assert len({row[0] for row in tasks.rows}) == len(tasks.rows) == 3 * len(keys)


def test_amounts_of_any_length_are_exact(runs: ModuleType) -> None:
    digits = "1234567890" * 6
    found = runs.answer(
        HEAD
        + """\
process sale for client
    stage one
        on buy when amount = sum of buy.amount - 0.01 + 0.01 stay
            set bound = sum of buy.amount * 10 + 0.005
""",
        f"A 2026-03-01 buy amount = {digits}\n",
    )
    assert list(found.fields()) == [f"A bound = {digits}0.01"]


@pytest.mark.parametrize(("amount", "kept"), [("-0.004", "0.00"), ("-0.005", "-0.01"), ("0.004", "0.00")])
def test_an_amount_that_is_rounded_to_nothing_has_no_sign(runs: ModuleType, amount: str, kept: str) -> None:
    text = (
        HEAD
        + "process sale for client\n    stage one\n        on buy stay\n            set bound = amount / 1\n"
    )
    found = runs.answer(text, f"A 2026-03-01 buy amount = {amount}\n")
    assert list(found.fields()) == [f"A bound = {kept}"]


@pytest.mark.parametrize(
    ("day", "told"),
    [("2026-03-21", "۱۴۰۵/۰۱/۰۱"), ("9999-12-31", "۹۹۹۹/۱۲/۳۱"), ("0500-01-01", "۰۵۰۰/۰۱/۰۱")],
)
def test_a_persian_text_knows_days_beyond_its_calendar(runs: ModuleType, day: str, told: str) -> None:
    spec = format_text(Source("shop.ladder", HEAD + DAYS), "fa").text
    assert spec
    client = RecordRow("client", "A", START, {"day": date.fromisoformat(day)}, Origin("clients", 1))
    found = run(runs.read_spec(spec), Dataset({"client": {"A": client}}, sourced={"client"}), START)
    assert [task.text for entity in found.entities for task in entity.tasks] == [told]
