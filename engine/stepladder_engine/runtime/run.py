"""The reference executor: state = fold(spec, records, events up to a moment). Nothing else goes in."""

from __future__ import annotations

from collections import defaultdict

from stepladder_dsl.model.spec import Spec
from stepladder_engine.calendars.zone import Instant
from stepladder_engine.data.dataset import Dataset, EventRow
from stepladder_engine.data.watching import watching
from stepladder_engine.runtime.program import Program
from stepladder_engine.runtime.result import RunResult
from stepladder_engine.runtime.schedule import Schedule
from stepladder_engine.runtime.state import Entity, JournalEntry
from stepladder_engine.texts.catalogue import phrase


class NothingToRunAsOf(ValueError):
    """No moment was given and the data has none either."""


def run(spec: Spec, dataset: Dataset, as_of: Instant | None = None) -> RunResult:
    """Run a spec over records and events up to a moment.

    `as_of` defaults to the latest event's time, or the latest record's `since`
    where there are no events; raises `NothingToRunAsOf` where there are neither.
    """
    return run_program(Program(spec), dataset, as_of)


def run_program(program: Program, dataset: Dataset, as_of: Instant | None = None) -> RunResult:
    """Run a spec that has been made ready; one may run any number of times."""
    spec = program.spec
    until = latest_moment(dataset) if as_of is None else as_of
    if until is None:
        raise NothingToRunAsOf
    watching().begins("running")
    entities = _entities(program, dataset, until)
    by_record: dict[tuple[str, str], list[EventRow]] = defaultdict(list)
    for event in dataset.events:
        if event.time <= until:
            by_record[spec.events[event.kind].record, event.key].append(event)
    if program.cases_touch:
        group = Schedule(program, entities, dataset.sourced)
        group.run([event for events in by_record.values() for event in events], until)
        entities = _in_order(program, group.entities)
    else:
        watching().begins("running", len(entities))
        for name, entity in watching().going(entities.items()):
            Schedule(program, {name: entity}).run(by_record.get(name, []), until)
    alive = []
    for entity in entities.values():
        if entity.started is None:
            if not _exists(entity):
                continue
            # Stands in the start stage since an unknown time; its timers do not run.
            Schedule(program, {}).stepper.place(entity, None)
        finish_journal(entity, until)
        alive.append(entity)
    return RunResult(program, until, as_of is not None, alive, dataset)


def latest_moment(dataset: Dataset) -> Instant | None:
    """Give the time of the latest event, else of the latest record to appear."""
    events = max((event.time for event in dataset.events), default=None)
    if events is not None:
        return events
    since = (row.since for rows in dataset.records.values() for row in rows.values())
    return max((moment for moment in since if moment is not None), default=None)


def _entities(program: Program, dataset: Dataset, until: Instant) -> dict[tuple[str, str], Entity]:
    """Make the records: those of the data, and those that only events know."""
    found: dict[tuple[str, str], Entity] = {}
    for kind, rows in dataset.records.items():
        for key, row in rows.items():
            found[kind, key] = Entity(program.records[kind], key, row.since, row.fields, sourced=True)
    for event in dataset.events:
        kind = program.spec.events[event.kind].record
        if (kind, event.key) not in found and event.time <= until:
            found[kind, event.key] = Entity(program.records[kind], event.key, None, {}, sourced=False)
    return _in_order(program, found)


def _in_order(program: Program, found: dict[tuple[str, str], Entity]) -> dict[tuple[str, str], Entity]:
    """Give records in the order of their kinds in the text, then of their keys."""
    order = {kind: index for index, kind in enumerate(program.spec.records)}
    return dict(sorted(found.items(), key=lambda item: (order[item[0][0]], item[0][1])))


def _exists(entity: Entity) -> bool:
    """Say whether a record that nothing has happened to is there: not before its `since`."""
    return entity.sourced and entity.since is None


def finish_journal(entity: Entity, until: Instant) -> None:
    """Add what follows from time alone and changes nothing: alerts raised and tasks escalated.

    At one moment these come after everything that happened then.
    """
    derived: list[JournalEntry] = []
    for task in entity.tasks:
        if task.kind == "alert" and task.due <= until:
            derived.append(
                JournalEntry(
                    task.due,
                    "alert",
                    task.process,
                    task.stage,
                    None,
                    task.role,
                    phrase("reason.stage_limit"),
                    task.line,
                )
            )
        for moment, role in task.escalations:
            undone = phrase("reason.not_done", rule=task.rule)
            if moment <= until and (task.closed is None or moment < task.closed):
                derived.append(JournalEntry(moment, "escalated", None, None, None, role, undone, task.line))
    if derived:
        entity.journal = sorted([*entity.journal, *derived], key=lambda entry: entry.time)


def journal_in_order(entities: list[Entity]) -> list[tuple[Entity, JournalEntry]]:
    """Give the steps of all records in order of time; at one moment by record, then as they came.

    So the journal as of an earlier moment is the beginning of the journal as of
    a later one.
    """
    steps = [(entity, entry) for entity in entities for entry in entity.journal]
    steps.sort(key=lambda step: step[1].time)
    return steps
