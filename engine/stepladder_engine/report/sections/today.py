"""What is owed today and by whom."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from stepladder_dsl.model.spec import Spec
from stepladder_dsl.source import Span
from stepladder_engine.report.document import Case, Clients, Figure, Row, Section, Table
from stepladder_engine.report.owed import Owed, Owner
from stepladder_engine.report.view import View
from stepladder_engine.results.worklist import Owed as Told

MOST_TASKS = 5
"""So many tasks of an owner stand in the report; a command lists all of them."""
LATE = ("overdue", "escalated")
"""The statuses of a task that is late."""


def today(view: View) -> Section:
    """Give who owes what, and to whom."""
    if not view.spec.follow_ups and not any(
        stage.limit for process in view.spec.processes.values() for stage in process.stages.values()
    ):
        return view.missing("today", "report.today.missing")
    owed = view.source.owed
    figures = tuple(_figures(view, owed))
    tables = (_owners(view, owed), *_tasks(view, owed))
    notes = () if len(owed) else (view.text("run.nothing_due"),)
    return view.section("today", figures=figures, tables=tables, notes=notes)


def _figures(view: View, owed: Owed) -> list[Figure]:
    parts = (("owed", owed), ("late", owed.late()), ("escalated", owed.having("escalated")))
    found = [
        Figure(
            key,
            view.text(f"report.today.{key}"),
            len(tasks),
            good="less",
            clients=clients_of(view, tasks),
            at=view.at(view.spec.span),
        )
        for key, tasks in parts
    ]
    who = forgotten_of(view)
    label, at = view.text("report.today.forgotten"), view.at(view.spec.span)
    return [*found, Figure("forgotten", label, len(who), good="less", clients=who, at=at)]


def forgotten_of(view: View) -> Clients:
    """Give those whom nobody will be asked to touch, each with the title of its stage."""
    numbers = view.source.once(numbers for numbers, _ in view.source.forgotten.values())
    return view.noted(view.source.people.in_order(numbers), partial(_stage_of, view))


def _stage_of(view: View, case: Case) -> str:
    """Give the title of the stage in which a forgotten case stands; of several processes the last one's."""
    source, number = view.source, view.source.people.number_of(case)
    told = ""
    for name, (numbers, stage) in source.forgotten.items():
        row = source.carrier.list(source.carrier.lower(numbers, source.carrier.of([number])))[0]
        if source.carrier.list(numbers[row : row + 1]) == [number]:
            stages = list(view.spec.processes[name].stages.values())
            told = stages[source.carrier.list(stage[row : row + 1])[0]].label
    return told


def clients_of(view: View, owed: Owed) -> Clients:
    """Give those to whom something is owed, each once, with what."""
    told = owed.told(view.words.day)
    return Clients(owed.cases(), lambda case: view.words.listed(told(case)))


def _owners(view: View, owed: Owed) -> Table:
    columns = (
        view.column("owner", "text"),
        view.column("owed", bar=True, good="less"),
        view.column("due_today"),
        view.column("overdue", good="less"),
        view.column("escalated", good="less"),
        view.column("days_late", "days"),
    )
    rows = []
    for by, tasks in owed.by_owner():
        counts = tasks.counts()
        values = (
            owner(view, by),
            len(tasks),
            *(counts[status] for status in ("due", "overdue", "escalated")),
            view.source.ledger.today - tasks.oldest,
        )
        role = view.spec.roles.get(by.role or "")
        rows.append(
            Row(
                _key(by),
                values,
                clients_of(view, tasks),
                view.at(role.span if role else None),
                lists=_by_status(view, tasks),
            )
        )
    return Table("owners", view.text("report.today.owners"), columns, tuple(rows))


def _by_status(view: View, owed: Owed) -> dict[str, Callable[[], Clients]]:
    """Give the ways to those for whom something is due, late, or went on."""

    def of(status: str) -> Clients:
        return clients_of(view, owed.having(status))

    columns = {"due_today": "due", "overdue": "overdue", "escalated": "escalated"}
    return {column: partial(of, status) for column, status in columns.items()}


def _key(by: Owner) -> str:
    return f"{by.role or ''}/{by.person}" if by.person else by.role or ""


def owner(view: View, by: Owner) -> str:
    """Name a role, and the person who acts in it."""
    name = view.role(by.role)
    return f"{name} ({by.person})" if by.person else name


def _tasks(view: View, owed: Owed) -> list[Table]:
    """Give the most urgent tasks of each owner."""
    columns = (
        view.column("due", "date"),
        view.column("days_late", "days"),
        view.column("task", "text"),
        view.column("client", "text"),
        view.column("say", "text"),
        view.column("why", "text"),
    )
    urgent = [(by, len(tasks), tasks.in_order(MOST_TASKS)) for by, tasks in owed.by_owner()]
    whole = view.source.shown([tasks for _, _, tasks in urgent])
    tables = []
    for by, count, tasks in urgent:
        rows = tuple(_task(view, *whole[key]) for key in tasks.task_keys())
        more = f"tasks --owner {by.role}" if by.role else "tasks"
        tables.append(
            Table(f"tasks/{_key(by)}", owner(view, by), columns, rows, more=count - len(rows), more_by=more)
        )
    return tables


def _task(view: View, one: Told, why: str) -> Row:
    key = one.entity.key
    client = f"{key} {one.name}" if one.name else key
    channel = (one.channel or "").replace("_", " ")
    task = f"{one.title} ({channel})" if channel else one.title
    values = (one.due, one.days_late, task, client, one.text or "", why)
    span = _span(view.spec, one)
    tone = "late" if one.status in LATE else None
    return Row(one.key, values, None, view.at(span), tone)


def _span(spec: Spec, one: Told) -> Span | None:
    """Give the line that says what is to be done: that of the follow-up, or of the stage's limit."""
    task = one.task
    rule = spec.follow_ups.get(task.rule)
    if task.kind == "follow_up" and rule is not None:
        return rule.span
    process = spec.processes.get(task.process or "")
    stage = process.stages.get(task.stage or "") if process else None
    return stage.limit.span if stage is not None and stage.limit is not None else None
