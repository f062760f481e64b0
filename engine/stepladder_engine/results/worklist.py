"""Today's work: every task that somebody owes now, whose it is, what to say, and why it is due."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import cache, partial

from stepladder_dsl.graph.words import words_of
from stepladder_dsl.model.print_words import Words
from stepladder_dsl.model.spec import AfterEntering, AfterEvent, AfterField, AfterSilence, OnEvent, Spec
from stepladder_dsl.record import record
from stepladder_engine.data.tables import Column, Table, table_of
from stepladder_engine.results.overview import URGENCY, name_fields
from stepladder_engine.runtime.result import DUE, ESCALATED, OVERDUE, RunResult
from stepladder_engine.runtime.state import Entity, Task
from stepladder_engine.texts.catalogue import Phrase, tell_plainly

NAME = "worklist"
COLUMNS = (
    Column("key", "text", "Stable key of the task, as in `tasks`"),
    Column("owner", "code", "Role that owes the task now; empty: nobody's", optional=True),
    Column("person", "code", "Person in that role for this record", optional=True),
    Column("due", "text", "Day on which it was due"),
    Column("days_late", "whole", "Whole days since then"),
    Column("status", "code", "How it stands", values=(DUE, OVERDUE, ESCALATED)),
    Column("task", "code", "What is to be done"),
    Column("record", "code", "Kind of record"),
    Column("case", "text", "Key of the record in the data"),
    Column("name", "text", "Its name, where it has a field for one", optional=True),
    Column("channel", "code", "By which channel", optional=True),
    Column("text", "text", "What to say; of a limit that has passed, what its stage asks for", optional=True),
    Column("reason", "text", "Why it is due"),
)


@record
class Owed:
    """One task that is due, overdue or escalated; `reason` is a sentence in the reader's language."""

    key: str
    role: str | None
    person: str | None
    due: date
    days_late: int
    status: str
    title: str
    entity: Entity
    name: str | None
    channel: str | None
    text: str | None
    reason: str
    task: Task

    @property
    def case(self) -> tuple[str, str]:
        """The kind and key of the record."""
        return self.entity.kind, self.entity.key


@record
class Told:
    """How a reason is told: in which language, and how its days are written."""

    language: str
    written: Callable[[date], str]


def worklist(
    result: RunResult,
    language: str,
    role: str | None = None,
    *,
    reasons: bool = True,
) -> list[Owed]:
    """Give what is owed as of the run's moment, by owner in the order of the text, the most urgent first.

    A task that went on to somebody else is on the list of whoever has it now. To tell every reason takes
    longer than all the rest: whoever shows a few of many tasks asks for theirs alone (`reason_of`).
    """
    roles = {name: place for place, name in enumerate(result.program.spec.roles)}
    found = [
        owed
        for owed in _all(result, Told(language, Words(language).day), with_reasons=reasons)
        if role is None or owed.role == role
    ]
    return sorted(
        found,
        key=lambda owed: (
            roles.get(owed.role or "", len(roles)),
            owed.person or "",
            URGENCY.index(owed.status),
            owed.due,
            owed.key,
        ),
    )


def names_of(result: RunResult) -> Iterator[tuple[Entity, str | None]]:
    """Yield every record with its name, where it has a field for one."""
    fields = name_fields(result.program.spec.language)
    for entity in result.entities:
        names = (entity.view.fields.get(field) for field in fields)
        yield entity, next((str(found) for found in names if found), None)


def _all(result: RunResult, told: Told, *, with_reasons: bool) -> Iterator[Owed]:
    work = cache(partial(stage_work, result.program.spec, language=told.language))
    for entity, name in names_of(result):
        for task in entity.tasks:
            status = result.status(task) if result.raised(task) else None
            if status in URGENCY:
                reason = reason_of(result, entity, task, told) if with_reasons else ""
                words = work(task.process, task.stage) if task.process and task.stage else task.text
                yield _owed(result, entity, task, str(status), name, words, reason)


def _owed(
    result: RunResult,
    entity: Entity,
    task: Task,
    status: str,
    name: str | None,
    words: str | None,
    reason: str,
) -> Owed:
    zone, spec = result.program.zone, result.program.spec
    escalated = result.escalated_to(task)
    role = escalated[1] if escalated else task.role
    due = zone.day(task.due)
    return Owed(
        f"{spec.name}/{task.key}",
        role,
        entity.person_for(role),
        due,
        (zone.day(result.as_of) - due).days,
        status,
        task.title,
        entity,
        name,
        task.channel,
        words,
        reason,
        task,
    )


def stage_work(spec: Spec, process: str, stage: str, language: str) -> str | None:
    """Say what a stage asks for: its steps and papers, or else the events that lead on from it."""
    found = spec.processes[process].stages[stage]
    if found.steps or found.documents:
        papers = Phrase("tasks.papers", {"papers": _listed(found.documents)})
        return _listed((*found.steps, *([tell_plainly(papers, language)] if found.documents else [])))
    quoted = words_of(language).quoted
    events = tuple(
        dict.fromkeys(
            quoted.format(title=spec.events[way.trigger.event].label)
            for way in found.transitions
            if isinstance(way.trigger, OnEvent) and way.target is not None
        )
    )
    return tell_plainly(Phrase("tasks.next_step", {"events": _listed(events)}), language) if events else None


def _listed(things: Iterable[str]) -> str:
    return " · ".join(things)


def reason_of(result: RunResult, entity: Entity, task: Task, told: Told) -> str:
    """Say why a task is due."""
    return tell_plainly(_reason(result, entity, task, told), told.language)


def _reason(result: RunResult, entity: Entity, task: Task, told: Told) -> Phrase:
    """Say what has brought a task about, and from whom it came."""
    zone, spec = result.program.zone, result.program.spec
    if task.kind == "alert":
        because = Phrase("run.limit_passed", {"stage": task.title})
    else:
        subject = f"{task.rule} {task.key.rsplit('/', 1)[-1]}"
        reason = next(
            (
                entry.reason
                for entry in entity.journal
                if entry.kind == "task" and entry.subject == subject and entry.time == task.created
            ),
            "",
        )
        day = told.written(zone.day(task.created))
        because = Phrase(
            "tasks.because", {"reason": _titled(result, task, reason, told.language), "date": day}
        )
    escalated = result.escalated_to(task)
    if escalated is None or task.role is None:
        return because
    role = spec.roles.get(task.role)
    values = {"reason": because, "date": told.written(zone.day(escalated[0]))}
    return Phrase("tasks.went_on", values | {"role": role.label if role else task.role})


def _titled(result: RunResult, task: Task, reason: Phrase | str, language: str) -> Phrase | str:
    """Say a reason with the title of its stage or event, as people know it."""
    spec = result.program.spec
    rule = spec.follow_ups.get(task.rule)
    if rule is None:
        return reason
    match rule.anchor:
        case AfterEntering(process, stage):
            kind, name, label = "stage", stage, spec.processes[process].stages[stage].label
        case AfterEvent(event) | AfterSilence(event):
            kind, name, label = "event", event, spec.events[event].label
        case AfterField(field):
            return field.replace("_", " ") if reason == field else reason
    title = words_of(language).quoted.format(title=label)
    if isinstance(reason, Phrase) and reason.values.get(kind) == name:
        return Phrase(reason.key, {**reason.values, kind: title})
    return title if reason == name else reason


def worklist_table(owed: list[Owed]) -> Table:
    """Give the work as a table."""
    rows = [
        (
            one.key,
            one.role,
            one.person,
            one.due.isoformat(),
            one.days_late,
            one.status,
            one.title,
            one.entity.kind,
            one.entity.key,
            one.name,
            one.channel,
            one.text,
            one.reason,
        )
        for one in owed
    ]
    return table_of(NAME, COLUMNS, rows, ("key",))
