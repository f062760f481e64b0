"""Laws of the logs that a run writes: read back they hold the same records and events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepladder_dsl.model.spec import Spec
from stepladder_engine.data.dataset import Dataset
from stepladder_engine.data.load import load_dataset
from stepladder_engine.data.mapping import parse_mapping
from stepladder_engine.metrics.evaluate import evaluate_metrics
from stepladder_engine.results.event_logs.write import ENDINGS, log_bytes
from stepladder_engine.results.tables import Tables
from stepladder_engine.runtime.result import RunResult
from stepladder_engine.runtime.run import run

DATA = st.data()
FORMS = [ending for ending in ENDINGS if not ending.endswith(".gz")]


def mapping_of(spec: Spec, data: Dataset, file: str) -> str:
    """Write the mapping by which a log of a run is read."""
    lines = ["records:"]
    for kind in data.sourced:
        found = data.records[kind].values()
        since = any(row.since is not None for row in found)
        lines += _kind_lines(kind, _record_source(kind, file), spec.records[kind].fields, found, file)
        lines += ["    since: stepladder.since"] if since or ".xes" not in file else []
    lines += ["events:"] if data.events else []
    for kind in sorted({event.kind for event in data.events}):
        happened = [event for event in data.events if event.kind == kind]
        lines += _kind_lines(kind, _event_source(kind, file), spec.events[kind].fields, happened, file)
    return "\n".join(lines)


def _record_source(kind: str, file: str) -> list[str]:
    if ".xes" in file:
        return [f"source: {file}#traces", f'where: = `stepladder.record` = "{kind}"', "key: concept:name"]
    return [f"source: {file}#object:{kind}", "key: stepladder.key"]


def _event_source(kind: str, file: str) -> list[str]:
    if ".xes" in file:
        where = f'where: = `stepladder.kind` = "event" and `concept:name` = "{kind}"'
        return [f"source: {file}#events", where, "key: case:concept:name", "time: time:timestamp"]
    return [f"source: {file}#event:{kind}", "key: stepladder.key", "time: ocel:time"]


def _kind_lines(
    kind: str, source: list[str], declared: Iterable[str], rows: Iterable[Any], file: str
) -> list[str]:
    """Give the lines of a kind; XES knows no columns but those that something has."""
    used = {name for row in rows for name, value in row.fields.items() if value is not None}
    names = [name for name in declared if name in used or ".xes" not in file]
    fields = ", ".join(f"{name}: {name}" for name in names)
    return [f"  {kind}:", *(f"    {line}" for line in source), f"    fields: {{{fields}}}"]


def read_back(spec: Spec, result: RunResult, ending: str) -> Dataset:
    """Write the log of a run, and read it by a mapping that names only what the log has."""
    with TemporaryDirectory() as folder:
        (Path(folder) / f"log{ending}").write_bytes(log_bytes(result, ending))
        text = mapping_of(spec, seen(spec, result), f"log{ending}")
        mapping, problems = parse_mapping(text, Path(folder) / "mapping.yaml", spec)
        assert mapping is not None, problems
        dataset, problems = load_dataset(spec, mapping)
        assert dataset is not None, problems
        assert dataset.rejected == []
        return dataset


def seen(spec: Spec, result: RunResult) -> Dataset:
    """Give what a run has seen of its data: the events up to its moment, and the records that were there."""
    there = {(entity.kind, entity.key) for entity in result.entities}
    data = result.dataset
    return Dataset(
        {
            kind: {key: row for key, row in rows.items() if (kind, key) in there}
            for kind, rows in data.records.items()
        },
        [event for event in data.events if event.time <= result.as_of],
        sourced=data.sourced,
    )


def known(fields: Any) -> dict[str, Any]:
    """Give the fields that say something: an empty list is no more than none."""
    return {name: value for name, value in fields.items() if value not in {None, ()}}


def events_of(data: Dataset) -> Counter[Any]:
    return Counter(
        (event.kind, event.key, event.time, tuple(sorted(known(event.fields).items())))
        for event in data.events
    )


def records_of(data: Dataset) -> dict[Any, Any]:
    return {
        (kind, key): (row.since, known(row.fields))
        for kind, rows in data.records.items()
        for key, row in rows.items()
    }


@pytest.mark.parametrize("ending", FORMS)
@given(data=DATA, touching=st.booleans())
def test_a_log_read_back_has_the_records_and_events_of_its_run(
    ending: str, made: ModuleType, data: st.DataObject, touching: bool
) -> None:
    spec = made.spec_of(data.draw(made.texts(touching=touching)))
    result = run(spec, data.draw(made.datasets()), data.draw(made.moments()))
    before, after = seen(spec, result), read_back(spec, result, ending)
    assert events_of(after) == events_of(before)
    assert records_of(after) == records_of(before)


@given(data=DATA)
def test_the_same_run_gives_the_same_bytes(made: ModuleType, data: st.DataObject) -> None:
    spec = made.spec_of(data.draw(made.texts()))
    log, moment = data.draw(made.datasets()), data.draw(made.moments())
    for ending in FORMS:
        assert log_bytes(run(spec, log, moment), ending) == log_bytes(run(spec, log, moment), ending)


@given(data=DATA)
def test_every_step_of_the_journal_is_in_the_log(made: ModuleType, data: st.DataObject) -> None:
    spec = made.spec_of(data.draw(made.texts(touching=True)))
    result = run(spec, data.draw(made.datasets()), data.draw(made.moments()))
    journal = Tables(result, evaluate_metrics(result)).journal()
    steps = sum(1 for _ in journal) + len(seen(spec, result).events)
    assert log_bytes(result, ".xes").count(b"<event>") == steps
    assert log_bytes(result, ".xmlocel").count(b"<event ") == steps
