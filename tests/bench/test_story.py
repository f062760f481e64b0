"""The workload told by hand, event by event, is what the reference executor makes of its spec.

So every contender of the comparison that goes through the same story is held to the same answer, whatever it
is that decides where a client goes next.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from stepladder_dsl.compile import compile_text
from stepladder_dsl.model.spec import Spec
from stepladder_dsl.source import Source
from stepladder_dsl.syntax.format import format_text
from stepladder_engine.results.answer import Answer
from stepladder_engine.results.execute import execute

START = 1_672_531_200  # 2023-01-01 00:00 UTC, as in the workload
DAY = 86_400

Happening = tuple[int, str, int, str, int]
"""Seconds since the one before, kind, cents, channel, score."""

happenings = st.tuples(
    st.one_of(
        st.integers(0, 20 * DAY),
        st.sampled_from([0, 45 * DAY, 60 * DAY, 181 * DAY, 365 * DAY, 366 * DAY, 731 * DAY]),
    ),
    st.sampled_from(("visit", "quote", "purchase", "call", "fault", "repaired", "refusal", "survey")),
    st.sampled_from((0, 20_00, 20_01, 40_00, 99_99, 100_00, 300_00, 3000_00)),
    st.sampled_from(("social", "press", "web", "friend")),
    st.integers(0, 10),
)


def shop(bench: Path) -> Source:
    return Source("shop.ladder", (bench / "shop" / "shop.ladder").read_text(encoding="utf-8"))


def told_by_the_engine(spec: Spec, folder: Path, log: Sequence[Any]) -> tuple[Any, list[Any]]:
    """Give stage and since; and of every task rule, created, due, status, closed."""
    with (folder / "events.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("client", "time", "kind", "amount", "channel", "goods", "score"))
        for event in log:
            amount = f"{event.amount / 100:.2f}"
            cells = (written(event.time), event.kind, amount, event.channel, event.goods, event.score)
            writer.writerow(("K1", *cells))
    answer, problems = execute(spec, folder / "mapping.yaml", as_of="2026-06-30T12:00")
    assert answer is not None, problems
    assert answer.result.dataset.rejected == []
    (position,) = rows(answer, "positions")
    tasks = [
        tuple(task[name] for name in ("rule", "created", "due", "status", "closed"))
        for task in rows(answer, "tasks")
    ]
    return (position["stage"], position["since"]), sorted(tasks, key=str)


def rows(answer: Answer, name: str) -> list[dict[str, Any]]:
    (table,) = (table for table in answer.all_tables() if table.name == name)
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def written(moment: int | None) -> str | None:
    """The moment as the result tables write it."""
    return None if moment is None else datetime.fromtimestamp(moment, UTC).isoformat()


@pytest.fixture
def bench_data(bench: Path, tmp_path: Path) -> Path:
    """A folder with the mapping of the workload; the log is written anew for each example."""
    shutil.copy(bench / "shop" / "mapping.yaml", tmp_path)
    return tmp_path


def test_the_spec_of_the_workload_has_no_finding_and_its_canonical_layout(bench: Path) -> None:
    source = shop(bench)
    assert compile_text(source).diagnostics == ()
    assert format_text(source).text == source.text


def test_the_spec_of_the_workload_is_as_large_as_the_pages_say(bench: Path) -> None:
    spec = compile_text(shop(bench)).spec
    assert spec is not None
    (process,) = spec.processes.values()
    ways = [way for stage in process.stages.values() for way in stage.transitions if way.target]
    timers = [way for way in ways if type(way.trigger).__name__ in {"After", "Silence"}]
    guarded = [way for way in ways if way.guard is not None]
    counted = (len(process.stages), len(spec.events), len(ways) - len(timers), len(guarded), len(timers))
    assert counted == (8, 8, 16, 10, 6)
    assert len(spec.follow_ups) == 8


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(happenings, min_size=1, max_size=25))
@example([(0, "purchase", 500_00, "web", 0), (731 * DAY, "fault", 0, "web", 0)])
@example([(0, "visit", 0, "web", 0), (0, "quote", 100_00, "web", 0), (45 * DAY, "quote", 100_00, "web", 0)])
def test_the_story_by_hand_is_the_engines(bench: Path, bench_data: Path, given_log: list[Happening]) -> None:
    told = import_module("contenders.story")
    by_hand = import_module("contenders.by_hand")
    order = import_module("workload").KINDS
    spec = compile_text(shop(bench)).spec
    assert spec is not None
    time, log = START, []
    for gap, kind, cents, channel, score in given_log:
        time += gap
        priced = kind in {"quote", "purchase"}
        log.append(told.Event(time, kind, cents if priced else 0, channel, "phone", score))
    log = [event for event in log if event.time <= told.AS_OF]
    story = told.tell(by_hand.decide, sorted(log, key=lambda event: (event.time, order.index(event.kind))))
    tasks = [
        (task.rule, written(task.created), written(task.due), task.status(), written(task.closed))
        for task in story.tasks
    ]
    by_engine = told_by_the_engine(spec, bench_data, log)
    assert ((story.stage, written(story.since)), sorted(tasks, key=str)) == by_engine
