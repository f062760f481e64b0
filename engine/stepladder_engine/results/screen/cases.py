"""Each case, and what is owed now by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stepladder_dsl.model.types import Unit
from stepladder_engine.results.listed import MOST_TASKS, OWED, shown_of
from stepladder_engine.results.screen.markup import escape
from stepladder_engine.results.screen.page import Page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stepladder_engine.results.listed import CaseLine, Listed, Owed, Owner, TaskLine
    from stepladder_engine.results.screen.table import Table
    from stepladder_engine.runtime.result import RunResult

_COLOURS = {"escalated": "red", "overdue": "yellow"}


class CaseTables:
    """Writes the tables that name cases: the few that wait longest."""

    def __init__(self, run: RunResult, listed: Listed, page: Page) -> None:
        self.as_of = run.as_of
        self.spec = run.program.spec
        self.zone = run.program.zone
        self.listed = listed
        self.page = page
        self.text = page.text

    def show_cases(self, count: int) -> None:
        """Each case by itself, the ones that wait for somebody first; `count` is how many there are."""
        if not count:
            return
        self.page.title(self.text("run.next"))
        table = self.page.table("case", "stage", "days", "next", "who", "what")
        for line in self.listed.cases:
            self._case_row(table, line)
        self.page.show(table)
        if count > len(self.listed.cases):
            self.page.print(self.text("run.more_cases", count=count - len(self.listed.cases)))

    def _case_row(self, table: Table, line: CaseLine) -> None:
        following, since = line.following, line.since
        days = "" if since is None else self.page.number(self.zone.elapsed(since, self.as_of, Unit.DAY))
        role = self.spec.roles.get(following.role or "")
        who = following.person or (role.label if role else "")
        nobody = not line.ended and following.due is None
        table.add_row(
            escape(_case_name(line)),
            escape(self.spec.processes[line.process].stages[line.stage].label),
            days,
            self._day(following.due) if following.due is not None else "",
            f"[red]{self.text('nobody')}[/red]" if nobody else escape(who),
            self._why(line),
        )

    def _why(self, line: CaseLine) -> str:
        """Say what makes somebody touch a case: a follow-up, a limit, or a stage it goes to by itself."""
        kind, name = line.following.kind, line.following.name or ""
        if kind == "follow_up":
            return escape(self.spec.follow_ups[name].label)
        if kind == "limit":
            return self.text("run.limit_passes")
        if kind == "event":
            return escape(self.spec.events[name].label)
        if kind == "timer":
            stage = self.spec.processes[line.process].stages[name]
            return self.text("run.goes_to", stage=escape(stage.label))
        return ""

    def _owner(self, owner: Owner) -> str:
        """Name whoever owes tasks now: the role, and the person where the record names one."""
        title, person = owner
        role = self.text("nobody") if title is None else escape(title)
        return self.text("run.person", role=role, person=escape(person)) if person else role

    def show_tasks(self) -> None:
        """What is owed now, by owner; the most urgent first."""
        self.page.title(self.text("run.tasks"))
        if not self.listed.owed:
            self.page.indented(self.text("run.nothing_due"))
        named = [(self._owner(owner), owed) for owner, owed in self.listed.owed.items()]
        owners = sorted(named, key=lambda item: (-item[1].counts.total(), item[0]))
        for owner, owed in owners[:MOST_TASKS]:
            counts = [
                self.text(f"run.owed.{found}", count=owed.counts[found])
                for found in OWED
                if owed.counts[found]
            ]
            self.page.print(self.text("run.owed", owner=f"[bold]{owner}[/bold]", counts=counts))
            self._task_rows(owed, shown_of(len(owners)))
        if len(owners) > MOST_TASKS:
            rest = self.text("task", count=sum(owed.counts.total() for _, owed in owners[MOST_TASKS:]))
            self.page.print(self.text("run.more_owners", tasks=rest, count=len(owners) - MOST_TASKS))

    def _task_rows(self, owed: Owed, shown: int) -> None:
        table = self.page.table("due", "status", "task", "case", "via")
        lines: Sequence[TaskLine] = owed.first[:shown]
        for line in lines:
            title, status = escape(line.title), OWED[line.status]
            word, colour = self.text(f"task.status.{status}"), _COLOURS.get(status)
            table.add_row(
                self._day(line.due),
                f"[{colour}]{word}[/{colour}]" if colour else word,
                self.text("run.limit_passed", stage=title) if line.is_alert else title,
                escape(_case_name(line)),
                escape((line.channel or "").replace("_", " ")),
            )
        self.page.show(table)
        if owed.counts.total() > len(lines):
            self.page.print(self.text("run.more", count=owed.counts.total() - len(lines)))

    def _day(self, instant: int) -> str:
        return self.page.day(self.zone.day(instant))


def _case_name(line: CaseLine | TaskLine) -> str:
    """The key, and what the record is called where it has a name."""
    return line.key if line.name is None else f"{line.key} {line.name}"
