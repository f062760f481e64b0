"""What is owed today and by whom."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from functools import partial
from itertools import groupby

from stepladder_dsl.model.spec import Spec
from stepladder_dsl.source import Span
from stepladder_engine.report.document import Case, Clients, Figure, Row, Section, Table
from stepladder_engine.report.view import View
from stepladder_engine.results.worklist import Owed

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
    notes = () if owed else (view.text("run.nothing_due"),)
    return view.section("today", figures=figures, tables=tables, notes=notes)


def _figures(view: View, owed: list[Owed]) -> list[Figure]:
    late = [one for one in owed if one.status in LATE]
    went_on = [one for one in owed if one.status == "escalated"]
    forgotten = view.source.forgotten
    kinds = (("owed", owed), ("late", late), ("escalated", went_on))
    found = [
        Figure(
            key,
            view.text(f"report.today.{key}"),
            len(tasks),
            good="less",
            clients=clients_of(view, tasks),
            at=view.at(view.spec.span),
        )
        for key, tasks in kinds
    ]
    who = view.noted(sorted(forgotten), lambda case: forgotten[case])
    return [
        *found,
        Figure(
            "forgotten",
            view.text("report.today.forgotten"),
            len(forgotten),
            good="less",
            clients=who,
            at=view.at(view.spec.span),
        ),
    ]


def clients_of(view: View, owed: list[Owed]) -> Clients:
    """Give those to whom something is owed, each once, with what."""
    told: dict[Case, list[Owed]] = defaultdict(list)
    for one in owed:
        told[one.case].append(one)
    late_first = sorted(told, key=lambda case: (-max(one.days_late for one in told[case]), case))

    def note(case: Case) -> str:
        return view.words.listed([f"{one.title} ({view.words.day(one.due)})" for one in told[case]])

    return Clients(late_first, note)


def _owners(view: View, owed: list[Owed]) -> Table:
    columns = (
        view.column("owner", "text"),
        view.column("owed", bar=True, good="less"),
        view.column("due_today"),
        view.column("overdue", good="less"),
        view.column("escalated", good="less"),
        view.column("days_late", "days"),
    )
    rows = []
    for (role, person), found in groupby(owed, key=lambda one: (one.role, one.person)):
        tasks = list(found)
        counts = Counter(one.status for one in tasks)
        oldest = max(one.days_late for one in tasks)
        values = (
            owner(view, role, person),
            len(tasks),
            *(counts[status] for status in ("due", *LATE)),
            oldest,
        )
        key = f"{role or ''}/{person}" if person else role or ""
        span = view.spec.roles[role].span if role in view.spec.roles else None
        rows.append(Row(key, values, clients_of(view, tasks), view.at(span), lists=_by_status(view, tasks)))
    return Table("owners", view.text("report.today.owners"), columns, tuple(rows))


def _by_status(view: View, owed: list[Owed]) -> dict[str, Callable[[], Clients]]:
    """Give the ways to those for whom something is due, late, or went on."""

    def of(status: str) -> Clients:
        return clients_of(view, [one for one in owed if one.status == status])

    columns = {"due_today": "due", "overdue": "overdue", "escalated": "escalated"}
    return {column: partial(of, status) for column, status in columns.items()}


def owner(view: View, role: str | None, person: str | None) -> str:
    """Name a role, and the person who acts in it."""
    name = view.role(role)
    return f"{name} ({person})" if person else name


def _tasks(view: View, owed: list[Owed]) -> list[Table]:
    """Give the most urgent tasks of each owner."""
    columns = (
        view.column("due", "date"),
        view.column("days_late", "days"),
        view.column("task", "text"),
        view.column("client", "text"),
        view.column("say", "text"),
        view.column("why", "text"),
    )
    tables = []
    for (role, person), found in groupby(owed, key=lambda one: (one.role, one.person)):
        tasks = list(found)
        rows = tuple(_task(view, one) for one in tasks[:MOST_TASKS])
        key = f"tasks/{role or ''}" + (f"/{person}" if person else "")
        more = f"tasks --owner {role}" if role else "tasks"
        tables.append(
            Table(
                key,
                owner(view, role, person),
                columns,
                rows,
                more=len(tasks) - len(rows),
                more_by=more,
            )
        )
    return tables


def _task(view: View, one: Owed) -> Row:
    key = one.entity.key
    client = f"{key} {one.name}" if one.name else key
    channel = (one.channel or "").replace("_", " ")
    task = f"{one.title} ({channel})" if channel else one.title
    values = (one.due, one.days_late, task, client, one.text or "", view.source.why(one))
    span = _span(view.spec, one)
    tone = "late" if one.status in LATE else None
    return Row(one.key, values, None, view.at(span), tone)


def _span(spec: Spec, one: Owed) -> Span | None:
    """Give the line that says what is to be done: that of the follow-up, or of the stage's limit."""
    task = one.task
    rule = spec.follow_ups.get(task.rule)
    if task.kind == "follow_up" and rule is not None:
        return rule.span
    process = spec.processes.get(task.process or "")
    stage = process.stages.get(task.stage or "") if process else None
    return stage.limit.span if stage is not None and stage.limit is not None else None
