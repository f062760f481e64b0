"""The answer of a run as a person reads it in a terminal."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.markup import escape as rich_escape
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from stepladder_dsl.diagnostics.widths import goes_right_to_left, printable
from stepladder_dsl.keywords.dialect import normalize_name
from stepladder_dsl.model.types import MoneyType, Unit
from stepladder_engine.data.problems import sentence
from stepladder_engine.results import story
from stepladder_engine.results.columns import OFFER_STATUSES
from stepladder_engine.results.summary import next_best_offers
from stepladder_engine.results.values import value_text
from stepladder_engine.texts.catalogue import (
    DEFAULT,
    END_ISOLATE,
    FROM_THE_RIGHT,
    ISOLATE,
    Phrase,
    isolated,
    number,
    paragraph,
    text,
)

if TYPE_CHECKING:
    from stepladder_engine.metrics.evaluate import MetricValue
    from stepladder_engine.results.answer import Answer
    from stepladder_engine.runtime.result import NextAction
    from stepladder_engine.runtime.state import Entity, Position, Task

MOST_CASES = 25
MOST_TASKS = 15
_OWED = {"escalated": 0, "overdue": 1, "due": 2}
_NUMBERS = {"cases", "days", "count", "line"}
"""Columns that stand to the right."""
_COLOURS = {"escalated": "red", "overdue": "yellow"}
ODDITIES = ("duplicates", "skipped", "events_later", "deviations", "near_misses", "unknown_since", "loops")
_MOST_REJECTED = 5
_MOST_GROUPS = 12
_PLAIN_WIDTH = 120
_LONGEST_BAR, _SHORTEST_BAR = 24, 6
_BESIDE_BAR = 60
"""Columns of a terminal that a table keeps for the words beside its bars."""


def escape(words: str) -> str:
    """Make a text safe to print: neither the terminal nor rich may take a client's name for a command."""
    return rich_escape(printable(words))


def _safe(value: Any) -> Any:
    """Make what a sentence is told with safe to print."""
    match value:
        case str():
            return escape(value)
        case Phrase():
            return Phrase(value.key, {name: _safe(part) for name, part in value.values.items()})
        case tuple():
            return tuple(map(_safe, value))
        case _:
            return value


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


class _Isolated:
    """A cell whose lines run from right to left, kept apart from the columns beside it.

    A mark around the whole cell would be torn where the cell is broken into lines, and
    the rest of a line would be drawn into it. So each line gets its own, and marks
    inside that a break has torn are closed at its end and opened again on the next.
    """

    def __init__(self, words: str) -> None:
        self.words = Text.from_markup(words)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        still_open: list[str] = []
        for line in self.words.wrap(console, options.max_width, justify="left", overflow="fold"):
            line.rstrip()
            before = ISOLATE + "".join(still_open)
            for mark in line.plain:
                if mark in {ISOLATE, FROM_THE_RIGHT}:
                    still_open.append(mark)
                elif mark == END_ISOLATE:
                    still_open.pop()
            shown = Text(before) + line + Text(END_ISOLATE * (1 + len(still_open)))
            shown.justify = options.justify
            yield shown

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement.get(console, options, self.words)


def cell(words: str) -> RenderableType:
    """Give what a table shows for marked-up words."""
    return _Isolated(words) if goes_right_to_left(words) else words


class _Page:
    """Lines and tables in the reader's language."""

    def __init__(self, console: Console, language: str) -> None:
        self.console = console
        self.language = language

    def text(self, key: str, **values: Any) -> str:
        """Give a sentence; its values are safe to print already."""
        return text(self.language, key, **values)

    def print(self, line: str = "") -> None:
        """Write a line, however long."""
        self.console.print(paragraph(self.language, line), soft_wrap=True)

    def title(self, line: str) -> None:
        """Write the heading of a part."""
        self.print()
        self.console.print(f"[bold]{paragraph(self.language, line)}[/bold]", soft_wrap=True)

    def table(self, *columns: str) -> Table:
        """Make a table with columns by their keys; one without a name has the key ``""``."""
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="dim")
        for column in columns:
            name = cell(self.text(f"column.{column}")) if column else ""
            table.add_column(name, justify="right" if column in _NUMBERS else "left", overflow="fold")
        return table

    def show(self, table: Table) -> None:
        """Write a table."""
        self.console.print(table)

    @property
    def bar(self) -> int:
        """The length of the longest bar: short on a narrow terminal, for a bar is never broken in two."""
        return max(_SHORTEST_BAR, min(_LONGEST_BAR, (self.console.width - _BESIDE_BAR) // 2))

    def number(self, value: Any, pattern: str = ",") -> str:
        """Write a number as the language does."""
        return number(self.language, value, pattern)

    def percent(self, share: Any) -> str:
        """Write a share, of which 1 is the whole."""
        return self.text("number.percent", value=self.number(share * 100, ",.1f"))


def show_answer(answer: Answer, console: Console, language: str) -> None:
    """Write where each case stands, what is owed and by whom, and what the figures say."""
    _Screen(answer, _Page(console, language)).show()


class _Screen:
    """Writes one answer."""

    def __init__(self, answer: Answer, page: _Page) -> None:
        self.answer = answer
        self.result = answer.result if answer.lists_cases else answer.heading
        self.spec = self.result.program.spec
        self.zone = self.result.program.zone
        self.page = page
        self.text = page.text
        self.name_fields = [
            normalize_name(field)
            for language in (self.spec.language, DEFAULT)
            for field in text(language, "fields.with_a_name").split()
        ]
        """What a field is called that tells a reader more than the record's key."""

    def show(self) -> None:
        summary = self.answer.summary
        self._heading(summary)
        self._stages(summary)
        if self.answer.lists_cases:
            self._cases()
            self._tasks()
            self._offers()
        self._metrics()
        self._data(summary)

    # parts

    def _heading(self, summary: dict[str, Any]) -> None:
        key = "run.as_of" if summary["as_of_given"] else "run.as_of_latest"
        title = f"[bold]{escape(self.spec.label)}[/bold]"
        self.page.print(self.text(key, title=title, when=self._moment(self.result.as_of)))
        cases, events = (self.text(kind, count=summary[f"{kind}s"]) for kind in ("case", "event"))
        self.page.print(self.text("run.counts", cases=cases, events=events))

    def _stages(self, summary: dict[str, Any]) -> None:
        """Where the cases stand, stage by stage."""
        for name, counts in summary["stages"].items():
            process = self.spec.processes[name]
            self.page.title(self.text("run.where", process=escape(process.label)))
            most, longest = max(counts.values(), default=0), self.page.bar
            table = self.page.table("stage", "cases", "", "owner", "outcome")
            for stage_name, count in counts.items():
                stage = process.stages[stage_name]
                bar = "█" * (-(-count * longest // most) if most else 0)
                role = self.spec.roles.get(stage.owner or "")
                table.add_row(
                    cell(escape(stage.label)),
                    self.page.number(count),
                    bar,
                    cell(escape(role.label)) if role else "",
                    cell(self.text(f"outcome.{stage.end.value}")) if stage.end else "",
                )
            self.page.show(table)

    def _cases(self) -> None:
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

    def _tasks(self) -> None:
        """What is owed now, by owner; the most urgent first."""
        by_owner: dict[str, list[tuple[str, Entity, Task]]] = defaultdict(list)
        for status, entity, task in self._owed():
            by_owner[self._owner(entity, task)].append((status, entity, task))
        self.page.title(self.text("run.tasks"))
        if not by_owner:
            self._indented(self.text("run.nothing_due"))
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

    def _offers(self) -> None:
        if not self.spec.offers:
            return
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for entity in self.result.entities:
            for copy in entity.offers:
                counts[copy.offer.name][copy.status] += 1
        best = next_best_offers(self.result)
        self.page.title(self.text("run.offers"))
        table = self.page.table("offer", "next_best")
        for status in OFFER_STATUSES:
            table.add_column(cell(self.text(f"offer.status.{status}")), overflow="fold")
        for name, offer in self.spec.offers.items():
            counted = (best[name], *(counts[name][status] for status in OFFER_STATUSES))
            numbers = (self.page.number(count) for count in counted)
            table.add_row(cell(escape(offer.label)), *numbers)
        self.page.show(table)

    def _metrics(self) -> None:
        if not self.answer.metrics:
            return
        self.page.title(self.text("run.figures"))
        table = self.page.table("figure", "value", "target", "", "count", "owner")
        for figure in self.answer.metrics.values():
            metric = figure.metric
            role = self.spec.roles.get(metric.owner or "")
            table.add_row(
                cell(escape(metric.label)),
                cell(self._value(figure)),
                metric.target.text if metric.target else "",
                cell(self._met(figure)),
                self.page.number(figure.count),
                cell(escape(role.label)) if role else "",
            )
            for group, part in list(figure.groups.items())[:_MOST_GROUPS]:
                name = ", ".join(self._plain_value(value) for value in group)
                row = (cell(f"  {name}"), cell(self._value(part)), "", cell(self._met(part)))
                table.add_row(*row, self.page.number(part.count), "")
            if len(figure.groups) > _MOST_GROUPS:
                left = len(figure.groups) - _MOST_GROUPS
                table.add_row(cell(f"  {self.text('run.more', count=left)}"), "", "", "", "", "")
        self.page.show(table)

    def _met(self, figure: MetricValue) -> str:
        if figure.met is None:
            return ""
        return (
            f"[green]{self.text('run.met')}[/green]"
            if figure.met
            else f"[red]{self.text('run.missed')}[/red]"
        )

    def _value(self, figure: MetricValue) -> str:
        value = figure.value
        if value is None:
            return self.text("value.unknown")
        if figure.metric.percent:
            return self.page.percent(value)
        if isinstance(figure.metric.value.type, MoneyType):
            return f"{self.page.number(value)} {self.spec.currency or ''}".rstrip()
        if isinstance(value, Decimal):
            short = value.quantize(Decimal("0.01")) if value != value.to_integral_value() else value
            if short != short.to_integral_value():
                return self.page.number(short, ",.2f")
            return self.page.number(int(short))
        return self._plain_value(value)

    def _plain_value(self, value: object) -> str:
        if value is None:
            return self.text("value.unknown")
        if isinstance(value, bool):
            return self.text("value.yes" if value else "value.no")
        return escape(value_text(value))

    def _data(self, summary: dict[str, Any]) -> None:
        """What the data was like: what was put aside, what did not fit, what was guessed."""
        self.page.title(self.text("run.data"))
        # Each part reads well after one and after many.
        parts = [self.text("run.rows", count=summary["rows"])]
        if summary["rejected"]:
            key = "run.rejected_too_many" if self.answer.too_many_rejected else "run.rejected"
            share, limit = (self.page.percent(part) for part in self._rejected_shares())
            parts.append(self.text(key, count=summary["rejected"], share=share, limit=limit))
        parts += [self.text(f"run.odd.{key}", count=summary[key]) for key in ODDITIES if summary[key]]
        self._indented(self.text("list.semicolon").join(parts))
        if summary["forgotten"]:
            self._indented(f"[red]{self.text('run.forgotten', count=summary['forgotten'])}[/red]")
        rejected = self.result.dataset.rejected
        for row in rejected[:_MOST_REJECTED]:
            reason = escape(row.reason(self.page.language))
            place = {"file": escape(row.origin.file), "row": row.origin.row}
            self._indented(self.text("run.rejected_row", reason=reason, **place))
        if len(rejected) > _MOST_REJECTED:
            self._indented(self.text("run.more_rejected", count=len(rejected) - _MOST_REJECTED))
        for note in self.result.dataset.notes:
            self._indented(self.text("run.note", text=escape(sentence(note, self.page.language))))

    def _rejected_shares(self) -> tuple[Decimal, Decimal]:
        return self.answer.rejected_share, self.answer.rejected_limit

    def _indented(self, line: str) -> None:
        self.page.console.print(f"  {paragraph(self.page.language, line)}", soft_wrap=True)

    # words

    def _moment(self, instant: int) -> str:
        local = self.zone.local(instant)
        if local.time().isoformat("seconds") == "23:59:59":
            return self.text("run.end_of_day", date=local.date().isoformat())
        return local.isoformat(" ", "minutes")[:16]

    def _day(self, instant: int) -> str:
        return self.zone.day(instant).isoformat()


def show_story(
    told: dict[str, Any], fields: Mapping[str, Any], file: str, console: Console, language: str
) -> None:
    """Write the story of one case: its steps, where it stands, and what is owed."""
    _Story(told, fields, file, _Page(console, language)).show()


class _Story:
    """Writes the story of one case."""

    def __init__(self, told: dict[str, Any], fields: Mapping[str, Any], file: str, page: _Page) -> None:
        self.told = told
        self.fields = fields
        self.file = file
        self.page = page
        self.text = page.text

    def show(self) -> None:
        told = self.told
        case = f"[bold]{escape(told['record'])} {escape(told['case'])}[/bold]"
        self.page.print(self.text("why.heading", case=case, when=told["as_of"]))
        fields = [
            f"{isolated(escape(name))} = {isolated(escape(self._shown(value)))}"
            for name, value in self.fields.items()
            if value is not None
        ]
        if fields:
            line = self.text("list.comma").join(fields)
            whole = paragraph(self.page.language, line)
            from_the_right = whole.startswith(FROM_THE_RIGHT)
            # Broken into lines, marks around the whole would be torn.
            self.page.console.print(whole if from_the_right else line, soft_wrap=from_the_right)
        self._steps()
        self.page.console.print(
            paragraph(self.page.language, self.text("why.lines", file=escape(self.file))), style="dim"
        )
        for position in told["positions"]:
            self.page.print(self._stands(position))
        for task in told["open_tasks"]:
            self.page.print(
                self.text(
                    "why.task",
                    status=self.text(f"task.status.{task['status']}"),
                    task=escape(task["title"]),
                    date=task["due"][:10],
                    who=escape(task["role"] or self.text("nobody")),
                )
            )
        for offer in told["open_offers"]:
            self.page.print(self.text("why.offer", offer=escape(offer["title"])))

    def _shown(self, value: Any) -> str:
        if isinstance(value, bool):
            return self.text("value.yes" if value else "value.no")
        return str(value)

    def _steps(self) -> None:
        table = self.page.table("when", "what", "why", "line")
        for step in self.told["steps"]:
            when = step["time"][:16].replace("T", " ")
            safe = {name: _safe(value) for name, value in step.items()}
            told, why = story.sentence(safe, self.page.language), story.reason(safe, self.page.language)
            table.add_row(when, cell(told), cell(why), self.page.number(step["line"], "d"))
        self.page.show(table)

    def _stands(self, position: dict[str, Any]) -> str:
        """Say where a case stands, since when, and who is next."""
        place = {"process": escape(position["process"]), "stage": escape(position["stage_title"])}
        since = position["since"]
        if since:
            stands = self.text("why.stands", date=since[:10], **place)
        else:
            stands = self.text("why.stands_unknown", **place)
        if position["outcome"] is not None and not position["next_due"]:
            return stands
        who = escape(position["next_person"] or position["next_role"] or self.text("nobody"))
        if not position["next_due"]:
            return self.text("why.next", stands=stands, who=who)
        return self.text("why.next_on", stands=stands, who=who, date=position["next_due"][:10])
