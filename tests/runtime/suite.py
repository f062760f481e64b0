"""Reads Markdown suites: a heading is a case, the prose its reason, the blocks what goes in and comes out.

In go a `ladder` block (a spec) and a `log` block: one line a record (`record client A since DATE name = B`),
an event (`A 2026-03-02 10:00 visit amount = 5`), or the moment of the answer (`as of DATE`). A block
`ladder below` is put behind the spec of every later case of the file. Out come the blocks of `Answer`: each
has to say the whole of what it is about.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from stepladder_dsl.compile import compile_text
from stepladder_dsl.diagnostics.catalogue import message
from stepladder_dsl.model.spec import Field, Spec
from stepladder_dsl.model.types import DatetimeType, DateType, DurationType, MoneyType, NumberType, YesNoType
from stepladder_dsl.source import Source
from stepladder_engine.calendars.zone import Instant, Zone
from stepladder_engine.data.dataset import Dataset, EventRow, Origin, RecordRow
from stepladder_engine.data.durations import read_duration
from stepladder_engine.metrics.evaluate import MetricValue, evaluate_metrics
from stepladder_engine.results.values import group_text
from stepladder_engine.runtime.result import RunResult
from stepladder_engine.runtime.run import journal_in_order, run
from stepladder_engine.runtime.state import JournalEntry

_PART = re.compile(
    r"^#{2,} (?P<title>[^\n]+)$|^```(?P<kind>[a-z ]+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
_MOMENT = r"\d{4}-\d\d-\d\d(?: \d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:[+-]\d\d:\d\d)?)?"
_LOG = re.compile(
    rf"record (?P<record>\w+) (?P<named>\S+)(?: since (?P<since>{_MOMENT}))?(?P<fields> .*)?"
    rf"|as of (?P<as_of>{_MOMENT})|(?P<key>\S+) (?P<time>{_MOMENT}) (?P<event>\w+)(?P<values> .*)?"
)
_MOVES = {"start", "move", "stay", "set", "emit", "emit_lost", "open", "error"}


class WrongSuiteError(Exception):
    """A suite that would pass by showing nothing."""


@dataclass
class Case:
    """One case of a suite."""

    title: str
    below: str
    ladder: str = ""
    log: str = ""
    expected: dict[str, str] = field(default_factory=dict)


def read_cases(text: str) -> list[Case]:
    """Give the cases of a suite; raises `WrongSuiteError` where one shows nothing."""
    cases: list[Case] = []
    below = ""
    for part in _PART.finditer(text):
        kind, block = part["kind"], part["text"]
        if part["title"] is not None:
            cases.append(Case(part["title"], below))
        elif kind == "ladder below":
            below = block
        elif kind in {"ladder", "log"}:
            setattr(cases[-1], kind, block)
        elif kind in OUTPUTS and kind not in cases[-1].expected:
            cases[-1].expected[kind] = block
        else:
            raise WrongSuiteError(f"a block that nobody reads: {kind}")
    empty = [
        case.title for case in cases if not (case.ladder or case.below) or not case.log or not case.expected
    ]
    if empty or not cases:
        raise WrongSuiteError(f"shows nothing: {empty}" if cases else "a suite without a case")
    return cases


def read_spec(text: str) -> Spec:
    """Compile a spec that has no mistake."""
    compiled = compile_text(Source("suite.ladder", text), lint=False)
    assert not compiled.errors, [f"{error.span.line}: {message(error)}" for error in compiled.errors]
    assert compiled.spec
    return compiled.spec


def read_moment(text: str, zone: Zone, *, end: bool = False) -> Instant:
    """Read a moment; a bare date is its start, or with `end` its end."""
    moment = datetime.fromisoformat(text)
    if len(text) == len("2026-01-01"):
        return zone.end_of(moment.date()) if end else zone.start_of(moment.date())
    return zone.aware_instant(moment) if moment.tzinfo else zone.instant(moment)


def read_values(text: str | None, fields: Mapping[str, Field], zone: Zone) -> dict[str, Any]:
    """Read `name = value, name = value` as the fields have it."""
    found: dict[str, Any] = {}
    for pair in (text or "").split(","):
        name, _, value = (part.strip() for part in pair.partition("="))
        if name:
            found[name] = _value(value, fields[name], zone)
    return found


def _value(text: str, known: Field, zone: Zone) -> Any:
    match known.type:
        case NumberType() | MoneyType():
            return Decimal(text)
        case DateType():
            return date.fromisoformat(text)
        case DatetimeType():
            return read_moment(text, zone)
        case YesNoType():
            return text == "yes"
        case DurationType():
            return read_duration(text)
    return text


def read_log(spec: Spec, text: str) -> tuple[Dataset, Instant | None]:
    """Read a log block: its records and events, and the moment of the answer."""
    zone, data, as_of = Zone(spec.timezone), Dataset(), None
    for number, line in enumerate(text.splitlines(), start=1):
        found = _LOG.fullmatch(line.strip())
        assert found, f"not a line of a log: {line}"
        origin = Origin("log", number)
        if found["record"]:
            kind = found["record"]
            data.sourced.add(kind)
            since = read_moment(found["since"], zone) if found["since"] else None
            values = read_values(found["fields"], spec.records[kind].fields, zone)
            row = RecordRow(kind, found["named"], since, values, origin)
            data.records.setdefault(kind, {})[row.key] = row
        elif found["as_of"]:
            as_of = read_moment(found["as_of"], zone, end=True)
        else:
            event = spec.events[found["event"]]
            values = read_values(found["values"], event.fields, zone)
            time = read_moment(found["time"], zone)
            data.events.append(
                EventRow(event.name, found["key"], time, (0, "log", number), None, values, origin)
            )
    return data, as_of


class Answer:
    """What a run gives, a block of lines for each question."""

    def __init__(self, result: RunResult) -> None:
        self.result = result
        self.zone = result.program.zone

    def time(self, instant: Instant) -> str:
        """Write a moment shortly; with its offset on a day on which the clocks change."""
        local = self.zone.local(instant)
        day = local.date()
        first, last = self.zone.local(self.zone.start_of(day)), self.zone.local(self.zone.end_of(day))
        changes = first.utcoffset() != last.utcoffset()
        fraction = ".999999" if local.microsecond == 999_999 else ""
        seconds = f"{local:%S}{fraction}"
        text = f"{local:%Y-%m-%d %H:%M}" + (f":{seconds}" if seconds != "00" else "")
        if seconds == "59.999999" and local.minute == 59:
            text = f"{local:%Y-%m-%d} end of {local:%H} h"
        offset = f"{local:%z}"
        return f"{text}{offset[:3]}:{offset[3:]}" if changes else text

    def _entry(self, key: str, entry: JournalEntry) -> str:
        where = " → ".join(part for part in (entry.stage, entry.to_stage) if part)
        if entry.kind == "start":
            where = f"→ {entry.to_stage}"
        words = [self.time(entry.time), key, entry.kind, where, entry.subject or ""]
        return " ".join(word for word in words if word) + f": {entry.reason}"

    def journal(self) -> Iterator[str]:
        for entity, entry in journal_in_order(self.result.entities):
            yield self._entry(entity.key, entry)

    def moves(self) -> Iterator[str]:
        """The steps of the cases themselves, without tasks, offers and deviations."""
        for entity, entry in journal_in_order(self.result.entities):
            if entry.kind in _MOVES:
                yield self._entry(entity.key, entry)

    def stages(self) -> Iterator[str]:
        for entity in self.result.entities:
            for position in entity.positions:
                since = "unknown" if position.since is None else self.time(position.since)
                yield f"{entity.key} {position.stage.stage.name} since {since}"

    def tasks(self) -> Iterator[str]:
        """Every task and raised alert: who owes what, when, and how it stands."""
        for entity in self.result.entities:
            for task in entity.tasks:
                if not self.result.raised(task):
                    continue
                gone = self.result.escalated_to(task)
                more = f" to {gone[1]} since {self.time(gone[0])}" if gone else ""
                closed = f" {self.time(task.closed)} {task.reason}" if task.closed is not None else ""
                name = f"alert of {task.stage}" if task.kind == "alert" else task.rule
                who = f" by {task.role}" if task.kind == "alert" else ""
                status = self.result.status(task)
                due = self.time(task.due)
                if task.wanted is not None:
                    due += f", wanted {self.time(task.wanted)} ({task.moved})"
                yield f"{entity.key} {name}{who} due {due}: {status}{more}{closed}"

    def offers(self) -> Iterator[str]:
        for entity in self.result.entities:
            for copy in entity.offers:
                closed = f" {self.time(copy.closed)}" if copy.closed is not None else ""
                yield f"{entity.key} {copy.offer.name} {self.time(copy.opened)}: {copy.status}{closed}"

    def next(self) -> Iterator[str]:
        """Who must touch each case next, and why; `forgotten` where nobody ever will."""
        for entity in self.result.entities:
            for position in entity.positions:
                found = self.result.next_action(entity, position)
                if found.due is None:
                    words = "forgotten" if self.result.forgotten(entity, position) else "ended"
                else:
                    words = f"{found.role or 'nobody'} {self.time(found.due)}, {found.kind} {found.name}"
                yield f"{entity.key} in {position.stage.stage.name}: {words}"

    def deviations(self) -> Iterator[str]:
        for entity in self.result.entities:
            for found in entity.deviations:
                effect = f" ({found.effect})" if found.effect else ""
                yield (
                    f"{self.time(found.time)} {entity.key} {found.event} in {found.stage}: "
                    f"{found.kind}, {found.reason}{effect}"
                )

    def texts(self) -> Iterator[str]:
        for entity in self.result.entities:
            for task in entity.tasks:
                yield f"{entity.key} {task.text}"

    def fields(self) -> Iterator[str]:
        for entity in self.result.entities:
            values = ", ".join(f"{name} = {value}" for name, value in entity.view.fields.items())
            yield f"{entity.key} {values}"

    def metrics(self) -> Iterator[str]:
        for name, figure in evaluate_metrics(self.result).items():
            yield self.figure(name, figure)
            for group, part in figure.groups.items():
                yield self.figure(f"  {group_text(group)}", part)

    @staticmethod
    def figure(name: str, figure: MetricValue) -> str:
        value = "unknown" if figure.value is None else figure.value
        target = {True: ", met", False: ", missed", None: ""}[figure.met]
        return f"{name} = {value} of {figure.count}{target}"


OUTPUTS: dict[str, Callable[[Answer], Iterator[str]]] = {
    "journal": Answer.journal,
    "moves": Answer.moves,
    "stages": Answer.stages,
    "tasks": Answer.tasks,
    "texts": Answer.texts,
    "offers": Answer.offers,
    "next": Answer.next,
    "deviations": Answer.deviations,
    "fields": Answer.fields,
    "metrics": Answer.metrics,
}


def answer(ladder: str, log: str) -> Answer:
    """Run a log over a spec."""
    spec = read_spec(ladder)
    data, as_of = read_log(spec, log)
    return Answer(run(spec, data, as_of))


def found_in(case: Case) -> dict[str, str]:
    """Give what a case gives, for each block that it expects."""
    found = answer(f"{case.ladder}{case.below}", case.log)
    return {kind: "".join(f"{line}\n" for line in OUTPUTS[kind](found)) for kind in case.expected}


class SuiteFile(pytest.File):
    """A Markdown file of cases."""

    def collect(self) -> Iterator[SuiteItem]:
        """Give the cases as tests."""
        for case in read_cases(self.path.read_text(encoding="utf-8")):
            item = SuiteItem.from_parent(self, name=case.title)
            item.case = case
            yield item


class SuiteItem(pytest.Item):
    """One case as a test."""

    case: Case

    def runtest(self) -> None:
        """Compare what comes out with what the suite says."""
        assert found_in(self.case) == self.case.expected

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *_: Any) -> str:
        """Show what was expected and what was found."""
        if isinstance(excinfo.value, AssertionError) and not str(excinfo.value).startswith("["):
            found = found_in(self.case)
            return "\n".join(
                f"{self.path}: {self.name}\nexpected {kind}:\n{text}found:\n{found[kind]}"
                for kind, text in self.case.expected.items()
                if text != found[kind]
            )
        return str(excinfo.getrepr(style="short"))

    def reportinfo(self) -> tuple[Path, None, str]:
        """Name the test by its heading."""
        return self.path, None, self.name
