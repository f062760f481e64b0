"""Each case, and what is owed now by whom."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.table import Table

from stepladder_dsl.keywords.dialect import normalize_name
from stepladder_dsl.model.types import Unit
from stepladder_engine.results.screen.console import cell, escape
from stepladder_engine.results.screen.page import Page
from stepladder_engine.texts.catalogue import DEFAULT, text

if TYPE_CHECKING:
    from stepladder_engine.runtime.result import NextAction, RunResult
    from stepladder_engine.runtime.state import Entity, Position, Task

MOST_CASES = 25
MOST_TASKS = 15
_OWED = {"escalated": 0, "overdue": 1, "due": 2}
_COLOURS = {"escalated": "red", "overdue": "yellow"}


class CaseTables:
    """Writes the tables that name cases: the few that wait longest."""

    def __init__(self, result: RunResult, page: Page) -> None:
        self.result = result
        self.spec = result.program.spec
        self.zone = result.program.zone
        self.page = page
        self.text = page.text
        self.name_fields = [
            normalize_name(field)
            for language in (self.spec.language, DEFAULT)
            for field in text(language, "fields.with_a_name").split()
        ]
        """What a field is called that tells a reader more than the record's key."""

    def show_cases(self) -> None:
        """Each case by itself, the ones that wait for somebody first."""
        rows = [(entity, position) for entity in self.result.entities for position in entity.positions]
        if not rows:
            return
        following = {id(position): self.result.next_action(entity, position) for entity, position in rows}
        late = self.result.as_of + 10**18
        rows.sort(key=lambda row: (row[1].ended, following[id(row[1])].due or late, row[0].key))
        self.page.title(self.text("run.next"))
        table = self.page.table("case", "stage", "days", "next", "who", "what")
        for entity, position in rows[:MOST_CASES]:
            self._case_row(table, entity, position)
        self.page.show(table)
        if len(rows) > MOST_CASES:
            self.page.print(self.text("run.more_cases", count=len(rows) - MOST_CASES))

    def _case_row(self, table: Table, entity: Entity, position: Position) -> None:
        following = self.result.next_action(entity, position)
        since = position.since
        days = (
            "" if since is None else self.page.number(self.zone.elapsed(since, self.result.as_of, Unit.DAY))
        )
        role = self.spec.roles.get(following.role or "")
        who = following.person or (role.label if role else "")
        nobody = self.result.forgotten(entity, position)
        table.add_row(
            cell(escape(self._case_name(entity))),
            cell(escape(position.stage.stage.label)),
            days,
            self._day(following.due) if following.due is not None else "",
            cell(f"[red]{self.text('nobody')}[/red]" if nobody else escape(who)),
            cell(self._why(position, following)),
        )

    def _why(self, position: Position, following: NextAction) -> str:
        """Say what makes somebody touch a case: a follow-up, a limit, or a stage it goes to by itself."""
        name = following.name or ""
        if following.kind == "follow_up":
            return escape(self.spec.follow_ups[name].label)
        if following.kind == "limit":
            return self.text("run.limit_passes")
        if following.kind == "event":
            return escape(self.spec.events[name].label)
        if following.kind == "timer":
            return self.text("run.goes_to", stage=escape(position.plan.process.stages[name].label))
        return ""

    def _case_name(self, entity: Entity) -> str:
        """The key, and the text in a field called name or title where the record has one."""
        for field in self.name_fields:
            if entity.view.fields.get(field):
                return f"{entity.key} {entity.view.fields[field]}"
        return entity.key

    def _owed(self) -> Iterator[tuple[str, Entity, Task]]:
        for entity in self.result.entities:
            for task in entity.tasks:
                if self.result.raised(task):
                    status = self.result.status(task)
                    if status in _OWED:
                        yield status, entity, task

    def _owner(self, entity: Entity, task: Task) -> str:
        """Name whoever owes a task now: the role, and the person where the record names one."""
        escalated = self.result.escalated_to(task)
        role_name = escalated[1] if escalated else task.role
        role = self.spec.roles.get(role_name or "")
        owner = escape(role.label) if role else self.text("nobody")
        person = entity.person_for(role_name)
        return self.text("run.person", role=owner, person=escape(person)) if person else owner

    def show_tasks(self) -> None:
        """What is owed now, by owner; the most urgent first."""
        by_owner: dict[str, list[tuple[str, Entity, Task]]] = defaultdict(list)
        for status, entity, task in self._owed():
            by_owner[self._owner(entity, task)].append((status, entity, task))
        self.page.title(self.text("run.tasks"))
        if not by_owner:
            self.page.indented(self.text("run.nothing_due"))
        owners = sorted(by_owner.items(), key=lambda item: (-len(item[1]), item[0]))
        for owner, tasks in owners[:MOST_TASKS]:
            statuses = Counter(status for status, _, _ in tasks)
            counts = [
                self.text(f"run.owed.{found}", count=statuses[found]) for found in _OWED if statuses[found]
            ]
            self.page.print(self.text("run.owed", owner=f"[bold]{owner}[/bold]", counts=counts))
            self._task_rows(tasks, few=len(owners) > MOST_TASKS // 2)
        if len(owners) > MOST_TASKS:
            rest = self.text("task", count=sum(len(tasks) for _, tasks in owners[MOST_TASKS:]))
            self.page.print(self.text("run.more_owners", tasks=rest, count=len(owners) - MOST_TASKS))

    def _task_rows(self, tasks: list[tuple[str, Entity, Task]], *, few: bool) -> None:
        shown = 3 if few else MOST_TASKS
        table = self.page.table("due", "status", "task", "case", "via")
        for status, entity, task in sorted(tasks, key=lambda found: (_OWED[found[0]], found[2].due))[:shown]:
            title = escape(task.title)
            word, colour = self.text(f"task.status.{status}"), _COLOURS.get(status)
            table.add_row(
                self._day(task.due),
                cell(f"[{colour}]{word}[/{colour}]" if colour else word),
                cell(self.text("run.limit_passed", stage=title) if task.kind == "alert" else title),
                cell(escape(self._case_name(entity))),
                cell(escape((task.channel or "").replace("_", " "))),
            )
        self.page.show(table)
        if len(tasks) > shown:
            self.page.print(self.text("run.more", count=len(tasks) - shown))

    def _day(self, instant: int) -> str:
        return self.zone.day(instant).isoformat()
