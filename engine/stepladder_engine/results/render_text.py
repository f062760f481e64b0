"""The answer of a run as a person reads it in a terminal."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console
from rich.markup import escape as rich_escape
from rich.table import Table

from stepladder_dsl.diagnostics.widths import printable
from stepladder_dsl.model.types import MoneyType, Unit
from stepladder_engine.results.summary import next_best_offers

if TYPE_CHECKING:
    from stepladder_engine.metrics.evaluate import MetricValue
    from stepladder_engine.results.execute import Answer
    from stepladder_engine.runtime.result import NextAction
    from stepladder_engine.runtime.state import Entity, Position, Task

MOST_CASES = 25
MOST_TASKS = 15
_OWED = {"escalated": 0, "overdue": 1, "due": 2}
_PLAIN_WIDTH = 120
_BAR = 24


def escape(text: str) -> str:
    """Make a text safe to print: neither the terminal nor rich may take a client's name for a command."""
    return rich_escape(printable(text))


class _Console(Console):
    """A console that leaves it to the command what a closed pipe means."""

    def on_broken_pipe(self) -> None:
        """Say so; rich itself would end the program with the status of findings."""
        raise BrokenPipeError


def make_console(*, colour: bool, terminal: bool) -> Console:
    """Make a console for stdout: as wide as the terminal, or 120 columns in a file or pipe."""
    if terminal:
        return _Console(no_color=not colour, highlight=False)
    return _Console(no_color=True, highlight=False, width=_PLAIN_WIDTH, force_terminal=False)


def show_answer(answer: Answer, console: Console) -> None:
    """Write where each case stands, what is owed and by whom, and what the figures say."""
    _Screen(answer, console).show()


def _plural(count: int, word: str) -> str:
    return f"{count:,} {word}" if count == 1 else f"{count:,} {word}s"


class _Screen:
    """Writes one answer."""

    def __init__(self, answer: Answer, console: Console) -> None:
        self.answer = answer
        self.result = answer.result
        self.spec = answer.result.program.spec
        self.zone = answer.result.program.zone
        self.console = console

    def show(self) -> None:
        summary = self.answer.summary
        self._heading(summary)
        self._stages(summary)
        self._cases()
        self._tasks()
        self._offers()
        self._metrics()
        self._data(summary)

    # parts

    def _print(self, text: str = "") -> None:
        self.console.print(text, soft_wrap=True)

    def _title(self, text: str) -> None:
        self._print()
        self._print(f"[bold]{text}[/bold]")

    def _table(self, *columns: str) -> Table:
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="dim")
        for column in columns:
            right = column in {"cases", "days", "count", "share", "price"}
            table.add_column(column, justify="right" if right else "left", overflow="fold")
        return table

    def _heading(self, summary: dict[str, Any]) -> None:
        when = self._moment(self.result.as_of)
        why = "" if summary["as_of_given"] else " (the latest event)"
        self._print(f"[bold]{escape(self.spec.label)}[/bold] as of {when}{why}")
        self._print(f"{_plural(summary['cases'], 'case')}, {_plural(summary['events'], 'event')}")

    def _stages(self, summary: dict[str, Any]) -> None:
        """Where the cases stand, stage by stage."""
        for name, counts in summary["stages"].items():
            process = self.spec.processes[name]
            self._title(f"Where the cases stand: {escape(process.label)}")
            most = max(counts.values(), default=0)
            table = self._table("stage", "cases", "", "owner", "outcome")
            for stage_name, count in counts.items():
                stage = process.stages[stage_name]
                bar = "█" * (-(-count * _BAR // most) if most else 0)
                role = self.spec.roles.get(stage.owner or "")
                table.add_row(
                    escape(stage.label),
                    f"{count:,}",
                    bar,
                    escape(role.label) if role else "",
                    stage.end.value if stage.end else "",
                )
            self.console.print(table)

    def _cases(self) -> None:
        """Each case by itself, the ones that wait for somebody first."""
        rows = [(entity, position) for entity in self.result.entities for position in entity.positions]
        if not rows:
            return
        following = {id(position): self.result.next_action(entity, position) for entity, position in rows}
        late = self.result.as_of + 10**18
        rows.sort(key=lambda row: (row[1].ended, following[id(row[1])].due or late, row[0].key))
        self._title("Who must touch which case next, and when")
        table = self._table("case", "stage", "days", "next", "who", "what")
        for entity, position in rows[:MOST_CASES]:
            self._case_row(table, entity, position)
        self.console.print(table)
        if len(rows) > MOST_CASES:
            self._print(f"… and {len(rows) - MOST_CASES:,} more; --out writes all of them to positions.csv")

    def _case_row(self, table: Table, entity: Entity, position: Position) -> None:
        following = self.result.next_action(entity, position)
        since = position.since
        days = "" if since is None else str(self.zone.elapsed(since, self.result.as_of, Unit.DAY))
        role = self.spec.roles.get(following.role or "")
        who = following.person or (role.label if role else "")
        nobody = self.result.forgotten(entity, position)
        table.add_row(
            escape(self._case_name(entity)),
            escape(position.stage.stage.label),
            days,
            self._day(following.due) if following.due is not None else "",
            "[red]nobody[/red]" if nobody else escape(who),
            escape(self._why(position, following)),
        )

    def _why(self, position: Position, following: NextAction) -> str:
        """Say what makes somebody touch a case: a follow-up, a limit, or a stage it goes to by itself."""
        name = following.name or ""
        if following.kind == "follow_up":
            return self.spec.follow_ups[name].label
        if following.kind == "limit":
            return "the stage's limit passes"
        if following.kind == "timer":
            return f"goes to “{position.plan.process.stages[name].label}”"
        return ""

    def _case_name(self, entity: Entity) -> str:
        """The key, and the text in a field called name or title where the record has one."""
        for field in ("name", "title"):
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

    def _tasks(self) -> None:
        """What is owed now, by owner; the most urgent first."""
        by_owner: dict[str, list[tuple[str, Entity, Task]]] = defaultdict(list)
        for status, entity, task in self._owed():
            escalated = self.result.escalated_to(task)
            role_name = escalated[1] if escalated else task.role
            role = self.spec.roles.get(role_name or "")
            owner = role.label if role else "nobody"
            person = entity.person_for(role_name)
            by_owner[f"{owner}: {person}" if person else owner].append((status, entity, task))
        self._title("Tasks due, by owner")
        if not by_owner:
            self._print("  nothing is due")
        owners = sorted(by_owner.items(), key=lambda item: (-len(item[1]), item[0]))
        for owner, tasks in owners[:MOST_TASKS]:
            statuses = Counter(status for status, _, _ in tasks)
            counts = ", ".join(f"{statuses[status]:,} {status}" for status in _OWED if statuses[status])
            self._print(f"[bold]{escape(owner)}[/bold]: {counts}")
            self._task_rows(tasks, few=len(owners) > MOST_TASKS // 2)
        if len(owners) > MOST_TASKS:
            rest = sum(len(tasks) for _, tasks in owners[MOST_TASKS:])
            self._print(
                f"… and {_plural(rest, 'task')} of {len(owners) - MOST_TASKS} more owners; see tasks.csv"
            )

    def _task_rows(self, tasks: list[tuple[str, Entity, Task]], *, few: bool) -> None:
        shown = 3 if few else MOST_TASKS
        table = self._table("due", "status", "task", "case", "via")
        for status, entity, task in sorted(tasks, key=lambda found: (_OWED[found[0]], found[2].due))[:shown]:
            title = f"limit of “{task.title}” passed" if task.kind == "alert" else task.title
            table.add_row(
                self._day(task.due),
                {"escalated": "[red]escalated[/red]", "overdue": "[yellow]overdue[/yellow]"}.get(
                    status, status
                ),
                escape(title),
                escape(self._case_name(entity)),
                escape((task.channel or "").replace("_", " ")),
            )
        self.console.print(table)
        if len(tasks) > shown:
            self._print(f"… and {len(tasks) - shown:,} more")

    def _offers(self) -> None:
        if not self.spec.offers:
            return
        statuses = ("open", "accepted", "declined", "expired", "withdrawn")
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for entity in self.result.entities:
            for copy in entity.offers:
                counts[copy.offer.name][copy.status] += 1
        best = next_best_offers(self.result)
        self._title("Offers")
        table = self._table("offer", "next best", *statuses)
        for name, offer in self.spec.offers.items():
            numbers = [best[name], *(counts[name][status] for status in statuses)]
            table.add_row(escape(offer.label), *(f"{number:,}" for number in numbers))
        self.console.print(table)

    def _metrics(self) -> None:
        if not self.answer.metrics:
            return
        self._title("Figures")
        table = self._table("figure", "value", "target", "", "count", "owner")
        for figure in self.answer.metrics.values():
            metric = figure.metric
            role = self.spec.roles.get(metric.owner or "")
            met = {True: "[green]met[/green]", False: "[red]missed[/red]", None: ""}[figure.met]
            table.add_row(
                escape(metric.label),
                self._value(figure),
                metric.target.text if metric.target else "",
                met,
                f"{figure.count:,}",
                escape(role.label) if role else "",
            )
        self.console.print(table)

    def _value(self, figure: MetricValue) -> str:
        value = figure.value
        if value is None:
            return "unknown"
        if figure.metric.percent:
            return f"{value * 100:.1f} %"
        if isinstance(figure.metric.value.type, MoneyType):
            return f"{value:,} {self.spec.currency or ''}".rstrip()
        if isinstance(value, Decimal):
            short = value.quantize(Decimal("0.01")) if value != value.to_integral_value() else value
            return f"{short:,.2f}" if short != short.to_integral_value() else f"{int(short):,}"
        return {True: "yes", False: "no"}.get(value, str(value))

    def _data(self, summary: dict[str, Any]) -> None:
        """What the data was like: what was put aside, what did not fit, what was guessed."""
        self._title("Data")
        # Each part reads well after one and after many.
        lines = [f"{_plural(summary['rows'], 'row')} read"]
        if summary["rejected"]:
            share = self.answer.rejected_share * 100
            limit = self.answer.rejected_limit * 100
            over = ", more than allowed" if self.answer.too_many_rejected else ""
            lines.append(
                f"{summary['rejected']:,} rejected ({share:.1f} % of rows; limit {limit:.1f} %{over})"
            )
        for key, text in (
            ("duplicates", "repeated and counted once"),
            ("skipped", "left out by the mapping"),
            ("events_later", "after the as-of moment"),
            ("deviations", "not in the process"),
            ("near_misses", "held back by a guard"),
            ("unknown_since", "in the start stage since an unknown time"),
            ("loops", "stopped in a loop of automatic steps"),
        ):
            if summary[key]:
                lines.append(f"{summary[key]:,} {text}")
        self._print("  " + "; ".join(lines))
        if summary["forgotten"]:
            forgotten = _plural(summary["forgotten"], "open case")
            self._print(f"  [red]{forgotten} that nobody will ever be asked to touch[/red]")
        for row in self.result.dataset.rejected[:5]:
            self._print(f"  rejected {escape(row.origin.file)} row {row.origin.row}: {escape(row.reason)}")
        if len(self.result.dataset.rejected) > 5:
            self._print(f"  … and {len(self.result.dataset.rejected) - 5:,} more; see rejected.csv")
        for text in summary["notes"]:
            self._print(f"  note: {escape(text)}")

    # words

    def _moment(self, instant: int) -> str:
        local = self.zone.local(instant)
        if local.time().isoformat("seconds") == "23:59:59":
            return f"the end of {local.date().isoformat()}"
        return local.isoformat(" ", "minutes")[:16]

    def _day(self, instant: int) -> str:
        return self.zone.day(instant).isoformat()
