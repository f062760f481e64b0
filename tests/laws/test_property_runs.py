"""Laws of a run: whatever the spec and the log, these hold."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from stepladder_dsl.model.spec import Spec
from stepladder_engine.calendars.zone import HOUR, Instant
from stepladder_engine.data.dataset import Dataset
from stepladder_engine.data.tables import Table
from stepladder_engine.data.write_tables import write_tables
from stepladder_engine.metrics.evaluate import evaluate_metrics
from stepladder_engine.results.summary import summarize
from stepladder_engine.results.tables import Tables
from stepladder_engine.runtime.result import RunResult
from stepladder_engine.runtime.run import run
from stepladder_engine.texts.catalogue import Phrase

DATA = st.data()


def tables_of(result: RunResult) -> list[Table]:
    return Tables(result, evaluate_metrics(result)).all()


def rows_of(result: RunResult, key: str) -> list[Any]:
    """Give every row of every table that is about a client."""
    return [
        (table.name, [row for row in table.rows if row[table.columns.index("case")] == key])
        for table in tables_of(result)
        if "case" in table.columns
    ]


def journal_of(result: RunResult) -> list[tuple[Any, ...]]:
    return [tuple(row) for table in tables_of(result) if table.name == "journal" for row in table.rows]


def until(data: Dataset, moment: Instant) -> Dataset:
    return replace(data, events=[event for event in data.events if event.time <= moment])


def drawn(data: st.DataObject, made: ModuleType, *, touching: bool = False) -> tuple[Spec, Dataset]:
    return made.spec_of(data.draw(made.texts(touching=touching))), data.draw(made.datasets())


@given(DATA, st.booleans())
def test_the_journal_of_an_earlier_moment_is_the_beginning_of_the_journal_of_a_later_one(
    made: ModuleType, data: st.DataObject, touching: bool
) -> None:
    spec, log = drawn(data, made, touching=touching)
    early, late = sorted((data.draw(made.moments()), data.draw(made.moments())))
    before, after = journal_of(run(spec, log, early)), journal_of(run(spec, log, late))
    assert after[: len(before)] == before


@given(DATA, st.booleans())
def test_events_after_the_moment_of_the_answer_change_nothing(
    made: ModuleType, data: st.DataObject, touching: bool
) -> None:
    spec, log = drawn(data, made, touching=touching)
    moment = data.draw(made.moments())
    assert tables_of(run(spec, log, moment)) == tables_of(run(spec, until(log, moment), moment))


@given(DATA)
def test_forty_daily_runs_end_like_one(made: ModuleType, data: st.DataObject) -> None:
    spec, log = drawn(data, made)
    end = made.START + made.FORTY_DAYS
    once = tables_of(run(spec, log, end))
    grown = Dataset(records=log.records, sourced=log.sourced)
    daily: list[Table] = []
    for moment in range(made.START, end + 1, 5 * 24 * HOUR):
        grown.events = [event for event in log.events if event.time <= moment]
        daily = tables_of(run(spec, grown, moment))
    assert daily == once


@given(DATA, st.booleans())
def test_the_same_log_twice_gives_the_same_bytes(
    made: ModuleType, data: st.DataObject, touching: bool
) -> None:
    spec, log = drawn(data, made, touching=touching)
    moment = data.draw(made.moments())
    written = []
    with TemporaryDirectory() as folder:
        for name in ("one", "two"):
            result = run(spec, log, moment)
            figures = evaluate_metrics(result)
            assert (
                write_tables(Path(folder, name), Tables(result, figures).all(), summarize(result, figures))
                == []
            )
            files = sorted(Path(folder, name).iterdir())
            written.append([(file.name, file.read_bytes()) for file in files])
    assert written[0] == written[1]


@given(DATA, st.booleans(), st.randoms(use_true_random=False))
def test_the_order_in_which_records_and_events_are_named_does_not_matter(
    made: ModuleType, data: st.DataObject, touching: bool, chance: random.Random
) -> None:
    spec, log = drawn(data, made, touching=touching)
    moment = data.draw(made.moments())
    events = chance.sample(log.events, len(log.events))
    clients = log.records["client"]
    records = {"client": {key: clients[key] for key in chance.sample(sorted(clients), len(clients))}}
    shuffled = replace(log, events=events, records=records)
    assert tables_of(run(spec, shuffled, moment)) == tables_of(run(spec, log, moment))


@given(DATA)
def test_no_event_is_lost(made: ModuleType, data: st.DataObject) -> None:
    """Every event up to the moment is in its client's history, and was a step or is a deviation."""
    spec, log = drawn(data, made)
    moment = data.draw(made.moments())
    result = run(spec, log, moment)
    entities = {entity.key: entity for entity in result.entities}
    for key in made.KEYS:
        mine = [event for event in log.events if event.key == key and event.time <= moment]
        for event in mine:
            entity = entities[key]
            taken = [
                entry
                for entry in entity.journal
                if entry.time == event.time and entry.reason == Phrase("reason.event", {"event": event.kind})
            ]
            put_aside = [found for found in entity.deviations if found.origin == event.origin]
            assert len(put_aside) <= 1
            assert taken or put_aside
            assert any(
                happened.time == event.time and happened.fields is event.fields
                for happened in entity.view.history[event.kind]
            )


@given(DATA)
def test_an_event_of_one_client_changes_no_other_client(made: ModuleType, data: st.DataObject) -> None:
    spec, log = drawn(data, made)
    moment = data.draw(made.moments())
    without = replace(log, events=[event for event in log.events if event.key != "A"])
    one, other = run(spec, log, moment), run(spec, without, moment)
    for key in ("B", "C"):
        assert rows_of(one, key) == rows_of(other, key)


@given(DATA, st.booleans())
def test_every_task_alert_and_offer_has_a_key_of_its_own_that_stays(
    made: ModuleType, data: st.DataObject, touching: bool
) -> None:
    spec, log = drawn(data, made, touching=touching)
    early, late = sorted((data.draw(made.moments()), data.draw(made.moments())))

    def keys(moment: Instant) -> list[str]:
        found = tables_of(run(spec, log, moment))
        return [str(row[0]) for table in found if table.name in {"tasks", "offers"} for row in table.rows]

    before, after = keys(early), keys(late)
    assert len(set(after)) == len(after)
    assert set(before) <= set(after)


@given(DATA, st.booleans())
def test_the_key_that_a_table_states_tells_its_rows_apart_now_and_later(
    made: ModuleType, data: st.DataObject, touching: bool
) -> None:
    spec, log = drawn(data, made, touching=touching)
    early, late = sorted((data.draw(made.moments()), data.draw(made.moments())))

    def keys(moment: Instant) -> dict[str, list[tuple[object, ...]]]:
        return {table.name: keys_of(table) for table in tables_of(run(spec, log, moment))}

    before, after = keys(early), keys(late)
    for name, found in after.items():
        assert len(set(found)) == len(found), name
        assert set(before[name]) <= set(found), name


def keys_of(table: Table) -> list[tuple[object, ...]]:
    """The key of each row; where several share theirs, with the how-manieth of it the row is."""
    places = [table.columns.index(name) for name in table.key]
    seen: Counter[tuple[object, ...]] = Counter()
    found = []
    for row in table.rows:
        key = tuple(row[place] for place in places)
        seen[key] += 1
        assert table.and_order or seen[key] == 1
        found.append((*key, seen[key]))
    return found


@given(DATA)
def test_no_task_is_due_in_quiet_hours_and_no_two_steps_of_a_ladder_are_open_at_once(
    made: ModuleType, data: st.DataObject
) -> None:
    spec, log = drawn(data, made)
    result = run(spec, log, data.draw(made.moments()))
    for entity in result.entities:
        for task in entity.tasks:
            hours = spec.hours_of(spec.follow_ups[task.rule]) if task.kind == "follow_up" else None
            local = made.ZONE.local(task.due)
            if hours is not None and task.due != made.ZONE.end_of(local.date()):
                minute = local.hour * 60 + local.minute
                changes = local.utcoffset() != made.ZONE.local(made.ZONE.start_of(local.date())).utcoffset()
                assert changes or not any(start <= minute < end for start, end in hours.quiet)
                assert local.weekday() not in hours.quiet_days
        ladder = [copy for copy in entity.offers if copy.offer.ladder is not None]
        for one in ladder:
            for other in ladder:
                if one.offer.order != other.offer.order and one.opened <= other.opened:
                    assert one.closed is not None
                    assert one.closed <= other.opened


@given(DATA, st.booleans())
def test_who_is_forgotten_stays_so_until_something_happens(
    made: ModuleType, data: st.DataObject, touching: bool
) -> None:
    """Time alone leads nobody back whom the spec has lost: so the day is known after which it has."""
    spec, log = drawn(data, made, touching=touching)
    early, late = sorted((data.draw(made.moments()), data.draw(made.moments())))
    log = until(log, early)
    before, after = run(spec, log, early), run(spec, log, late)
    later = {(entity.kind, entity.key): entity for entity in after.entities}
    for entity in before.entities:
        found = later[entity.kind, entity.key]
        untouched = found.view.history == entity.view.history and found.expected == entity.expected
        for position in entity.positions:
            if untouched and before.forgotten(entity, position):
                same = found.position(position.plan.process.name)
                assert after.forgotten(found, same)
                assert same.stage.stage.name == position.stage.stage.name
