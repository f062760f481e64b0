"""The names that a spec declares, and how to look them up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import Any

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Fix, Label
from stepladder_dsl.diagnostics.nearest import looks_like, nearest
from stepladder_dsl.model.expressions import Expression
from stepladder_dsl.model.spec import Calendar, Event, Record, Role
from stepladder_dsl.record import record
from stepladder_dsl.source import Source, Span
from stepladder_dsl.syntax import nodes
from stepladder_dsl.syntax.values import NoDay

_FEW = 8
"""Names that a message lists."""


def _closes_too_much(text: str) -> bool:
    """Say whether a closing bracket stands before the opening one it belongs to."""
    depth = 0
    for character in text:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth < 0:
            return True
    return False


@record
class StageName:
    """A declared stage: where it stands and whether it can be spoken of."""

    process: str
    name: str
    record: str
    span: Span


@record(frozen=False)
class Symbols:
    """Everything declared so far, by kind and name.

    `broken` holds names that a line with an error was about to declare: speaking
    of them is no second mistake.
    """

    calendars: dict[str, Calendar] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)
    records: dict[str, Record] = field(default_factory=dict)
    events: dict[str, Event] = field(default_factory=dict)
    lets: dict[str, nodes.LetLine] = field(default_factory=dict)
    processes: dict[str, str] = field(default_factory=dict)
    """Process name -> its record."""
    stages: list[StageName] = field(default_factory=list)
    """Filled by `add_stage`."""
    offers: dict[str, Span] = field(default_factory=dict)
    follow_ups: dict[str, Span] = field(default_factory=dict)
    let_values: dict[str, Expression | None] = field(default_factory=dict)
    decisions: dict[str, nodes.Block] = field(default_factory=dict)
    opened: set[str] = field(default_factory=set)
    """The kinds of record that some transition opens."""
    sources: dict[str, Source] = field(default_factory=dict)
    """The texts by the names that spans speak of."""
    languages: dict[str, str] = field(default_factory=dict)
    """The human language of each of them."""
    complete: bool = True
    """Whether every file of the spec could be read: another one may declare what is not found."""
    broken: set[str] = field(default_factory=set)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    _stages_by_name: dict[str, list[StageName]] = field(default_factory=dict)
    _processes_by_record: dict[str, list[str]] = field(default_factory=dict)

    def add_process(self, name: str, record: str) -> None:
        """Make a process known."""
        self.processes[name] = record
        self._processes_by_record.setdefault(record, []).append(name)

    def add_stage(self, stage: StageName) -> None:
        """Make a stage known."""
        self.stages.append(stage)
        self._stages_by_name.setdefault(stage.name, []).append(stage)

    def report(
        self,
        code: str,
        span: Span,
        variant: str = "",
        suggestion: str | None = None,
        labels: tuple[Label, ...] = (),
        fix: Fix | None = None,
        **values: Any,
    ) -> None:
        """Add a finding."""
        self.diagnostics.append(Diagnostic(code, span, values, variant, labels, suggestion, fix=fix))

    def words(self, span: Span) -> str:
        """Give the words of an expression, with the brackets at its ends, which no span holds."""
        line = self.sources[span.file].line(span.line)
        start, end = span.column - 1, span.end_column - 1
        while start > 0 and _closes_too_much(line[start:end]):
            start = line.rfind("(", 0, start)
        while 0 < end < len(line) and line.count("(", start, end) > line.count(")", start, end):
            end = line.find(")", end) + 1
        return line[start:end]

    def no_day(self, date: NoDay, span: Span) -> None:
        """Report a date that can mean no day."""
        variant = "meant_jalali" if date.meant else "jalali" if date.jalali else ""
        self.report("SL010", span, variant, text=date.text, meant=date.meant)

    def unknown(self, kind: str, name: nodes.Name, known: Iterable[str]) -> None:
        """Report a name that nobody declared, unless its declaration is the mistake."""
        if name.text in self.broken or not self.complete:
            return
        names = list(dict.fromkeys(known))
        like = next((other for other in names if looks_like(name.text, other)), None)
        if like is not None:
            self.report("SL101", name.span, "look_alike", kind=f"<{kind}>", name=name.text, other=like)
            return
        shown = [f"`{other}`" for other in names[:_FEW]] + (["…"] if len(names) > _FEW else [])
        self.report(
            "SL101",
            name.span,
            "known" if names else "",
            suggestion=nearest(name.text, names),
            kind=f"<{kind}>",
            name=name.text,
            known=tuple(shown),
        )

    def find(self, kind: str, name: nodes.Name, table: Mapping[str, Any]) -> str | None:
        """Give the name if the table has it; report it as unknown and give None if not."""
        if name.text in table:
            return name.text
        self.unknown(kind, name, table)
        return None

    def role(self, name: nodes.Name) -> str | None:
        """Resolve a role."""
        return self.find("role", name, self.roles)

    def record(self, name: nodes.Name) -> str | None:
        """Resolve a kind of record."""
        return self.find("record", name, self.records)

    def event(self, name: nodes.Name, record: str | None) -> Event | None:
        """Resolve an event, which must happen to the given kind of record (None: any)."""
        found = self.find("event", name, self.events)
        if found is None:
            return None
        event = self.events[found]
        if record is not None and event.record != record:
            self.report(
                "SL106",
                name.span,
                kind="<event>",
                name=name.text,
                other=event.record,
                record=record,
                labels=(Label(event.span, "declared"),),
            )
            return None
        return event

    def only_process(self, record: str) -> str | None:
        """Give the process for a kind of record where there is just one: `days in stage` means its stages."""
        found = self._processes_by_record.get(record, [])
        return found[0] if len(found) == 1 else None

    def stages_of(self, record: str | None) -> list[StageName]:
        """Give the stages of all processes for a kind of record (None: of all)."""
        return [stage for stage in self.stages if record is None or stage.record == record]

    def stage(self, name: nodes.Name, record: str | None) -> StageName | None:
        """Resolve a stage of any process for the record; two of one name are a mistake to speak of."""
        named = self._stages_by_name.get(name.text, [])
        found = [stage for stage in named if record is None or stage.record == record]
        if len(found) == 1:
            return found[0]
        if not found:
            if named and record is not None:
                self.report(
                    "SL106",
                    name.span,
                    kind="<stage>",
                    name=name.text,
                    other=named[0].record,
                    record=record,
                    labels=(Label(named[0].span, "declared"),),
                )
            else:
                self.unknown("stage", name, [stage.name for stage in self.stages_of(record)])
            return None
        self.report(
            "SL107",
            name.span,
            name=name.text,
            processes=tuple(f"`{stage.process}`" for stage in found),
            labels=tuple(Label(stage.span, "declared") for stage in found[:2]),
        )
        return None
