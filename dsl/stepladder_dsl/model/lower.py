"""Syntax tree -> model: collects what is declared, resolves every name, types every expression."""

from __future__ import annotations

from collections.abc import ItemsView, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Label
from stepladder_dsl.diagnostics.nearest import nearest
from stepladder_dsl.model import spec as m
from stepladder_dsl.model.check import MONEY, ExpressionChecker, Scope, type_word, whole_number
from stepladder_dsl.model.expressions import Expression, Literal
from stepladder_dsl.model.symbols import StageName, Symbols
from stepladder_dsl.model.types import AnyType, DatetimeType, DateType, MoneyType, ReferenceType
from stepladder_dsl.source import Source, Span
from stepladder_dsl.syntax import nodes as n
from stepladder_dsl.syntax.parse import SyntaxTree

_CURRENCY_LENGTH = 3


def lower(tree: SyntaxTree) -> tuple[m.Spec | None, list[Diagnostic]]:
    """Give the model of a parsed text and what is wrong with its meaning.

    The model is None only where there is not even a `spec` line; otherwise it
    holds everything that could be understood.
    """
    spec, findings = _Lowering(tree).run()
    # What is left of a line that could not be read gives no second message.
    unread = {(finding.span.file, finding.span.line) for finding in tree.diagnostics}
    kept = [
        finding
        for finding in findings
        if finding.code == "SL104" or (finding.span.file, finding.span.line) not in unread
    ]
    return spec, kept


def _closes_too_much(text: str) -> bool:
    """Say whether a closing bracket stands before the opening one it belongs to."""
    depth = 0
    for character in text:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth < 0:
            return True
    return False


def _title(text: n.String | None) -> str | None:
    return text.text if text is not None else None


@dataclass
class _StageDraft:
    """A stage's own lines, before phases and process add theirs."""

    block: n.Block
    phase: str | None


@dataclass
class _ProcessDraft:
    """A process as its lines say it."""

    block: n.Block
    phases: dict[str, tuple[n.Block, str | None]] = field(default_factory=dict)
    stages: dict[str, _StageDraft] = field(default_factory=dict)
    blocks: dict[str, n.Block] = field(default_factory=dict)
    """The blocks of the stages, by name."""
    phase_blocks: dict[str, n.Block] = field(default_factory=dict)


class _Lowering:
    """Builds one model; used once."""

    def __init__(self, tree: SyntaxTree) -> None:
        self.source: Source = tree.source
        self.language = tree.language
        self.blocks = tree.blocks
        self.symbols = Symbols()
        self.checker = ExpressionChecker(self.symbols)
        self.report = self.symbols.report
        self.drafts: dict[str, _ProcessDraft] = {}
        self.declared_twice: set[Span] = set()

    def run(self) -> tuple[m.Spec | None, list[Diagnostic]]:
        self._collect_broken(self.blocks)
        spec_block = self._the_spec()
        self._declare_calendars()
        self._declare_roles()
        self._declare_records()
        self._declare_events()
        self._declare_lets()
        self._declare_processes()
        for name, block in self._named(n.OfferLine):
            self.symbols.offers[name] = block.statement.name.span
        for name, block in self._named(n.FollowUpLine):
            self.symbols.follow_ups[name] = block.statement.name.span
        lets = self._lets()
        processes = {name: self._process(name, draft) for name, draft in self.drafts.items()}
        offers = self._offers()
        follow_ups = self._follow_ups()
        metrics = self._metrics()
        scenarios = tuple(self._scenarios())
        if spec_block is None:
            return None, self.symbols.diagnostics
        line: n.SpecLine = spec_block.statement
        currency, timezone = self._spec_lines(spec_block)
        spec = m.Spec(
            name=line.name.text,
            title=_title(line.title),
            language=self.language,
            currency=currency,
            timezone=timezone,
            calendars=self.symbols.calendars,
            roles=self.symbols.roles,
            records=self.symbols.records,
            events=self.symbols.events,
            lets=lets,
            processes=processes,
            offers=offers,
            follow_ups=follow_ups,
            metrics=metrics,
            scenarios=scenarios,
            span=line.name.span,
        )
        return spec, self.symbols.diagnostics

    # collecting

    def _collect_broken(self, blocks: Iterable[n.Block]) -> None:
        for block in blocks:
            if isinstance(block.statement, n.Broken) and block.statement.name is not None:
                self.symbols.broken.add(block.statement.name.text)
            self._collect_broken(block.children)

    def _of(self, kind: type, blocks: Iterable[n.Block] | None = None) -> Iterator[n.Block]:
        for block in self.blocks if blocks is None else blocks:
            if isinstance(block.statement, kind):
                yield block

    def _named(self, kind: type) -> ItemsView[str, n.Block]:
        """Give the first block of each name of a kind; later ones of the same name are reported once."""
        found: dict[str, n.Block] = {}
        for block in self._of(kind):
            self._declare(block.statement.name, found, block)
        return found.items()

    def _declare(self, name: n.Name, table: dict[str, Any], value: Any) -> bool:
        """Put a declaration into a table; report a second one of the same name."""
        first = table.get(name.text)
        if first is None:
            table[name.text] = value
            return True
        first_span = first.statement.name.span if isinstance(first, n.Block) else first.span
        if name.span not in self.declared_twice:
            self.declared_twice.add(name.span)
            self.report("SL102", name.span, name=name.text, labels=(Label(first_span, "first"),))
        return False

    def _single(self, block: n.Block, kind: type) -> Any | None:
        """Give the one line of a kind in a block; report further ones."""
        found = list(self._of(kind, block.children))
        for again in found[1:]:
            self.report("SL108", again.span, text=again.text, labels=(Label(found[0].span, "first"),))
        return found[0].statement if found else None

    def _is_broken(self, block: n.Block, *keywords: str) -> bool:
        """Say whether a line of one of these kinds stands in the block with an error already reported."""
        return any(
            child.broken and (not isinstance(child.statement, n.Broken) or child.statement.kind in keywords)
            for child in block.children
        )

    def _missing(self, block: n.Block, what: str, *keywords: str) -> None:
        if not block.broken and not self._is_broken(block, *keywords):
            name = getattr(block.statement, "name", None)
            span = name.span if name is not None else block.span
            self.report("SL104", span, what, name=name.text if name is not None else "")

    def _the_spec(self) -> n.Block | None:
        blocks = list(self._of(n.SpecLine))
        for again in blocks[1:]:
            self.report("SL108", again.span, text=again.text, labels=(Label(blocks[0].span, "first"),))
        if blocks:
            return blocks[0]
        if not any(
            isinstance(block.statement, n.Broken) and block.statement.kind == "SPEC" for block in self.blocks
        ):
            self.report("SL104", Span(self.source.name, 1, 1, 2), "spec", name="")
        return None

    def _spec_lines(self, block: n.Block) -> tuple[str | None, str]:
        currency = self._single(block, n.CurrencyLine)
        code = currency.name.text if currency else None
        if (
            currency is not None
            and code
            and not (len(code) == _CURRENCY_LENGTH and code.isascii() and code.isupper())
        ):
            self.report("SL105", currency.name.span, "currency", name=code)
        zone = self._single(block, n.TimezoneLine)
        if zone is None:
            return code, "UTC"
        return code, self._timezone(zone.zone)

    def _timezone(self, zone: n.String) -> str:
        from zoneinfo import ZoneInfo, available_timezones

        try:
            ZoneInfo(zone.text)
        except (KeyError, ValueError, OSError):
            self.report(
                "SL101",
                zone.span,
                kind="<time_zone>",
                name=zone.text,
                suggestion=nearest(zone.text, available_timezones()),
            )
            return "UTC"
        return zone.text

    def _declare_calendars(self) -> None:
        for name, block in self._named(n.CalendarLine):
            self.symbols.calendars[name] = self._calendar(name, block)

    def _calendar(self, name: str, block: n.Block) -> m.Calendar:
        week: dict[int, m.Hours] = {}
        for child in self._of(n.OpenWeekLine, block.children):
            hours = self._hours(child.statement.hours)
            for first, last in child.statement.days:
                # A week may start anywhere: `sat-wed` goes over Sunday.
                for day in range(first, last + 1 if last >= first else last + 8):
                    week[day % 7] = tuple(sorted((*week.get(day % 7, ()), *hours)))
        closed = [
            found
            for child in self._of(n.ClosedLine, block.children)
            for dates in child.statement.dates
            if (found := self._dates(dates)) is not None
        ]
        opened = [
            (*found, self._hours(child.statement.hours))
            for child in self._of(n.OpenDatesLine, block.children)
            for dates in child.statement.dates
            if (found := self._dates(dates)) is not None
        ]
        holidays = [
            (child.statement.country, child.statement.subdivision)
            for child in self._of(n.HolidaysLine, block.children)
            if self._is_country(child.statement.country, child.statement.subdivision)
        ]
        if not week and not opened:
            self._missing(block, "hours", "OPEN_HOURS")
        countries = tuple((country.text, part.text if part else None) for country, part in holidays)
        title = _title(block.statement.title)
        span = block.statement.name.span
        return m.Calendar(
            name, title, dict(sorted(week.items())), tuple(closed), tuple(opened), countries, span
        )

    def _hours(self, ranges: tuple[n.ClockRange, ...]) -> m.Hours:
        hours: list[tuple[int, int]] = []
        for clock in ranges:
            if clock.start is None or clock.end is None:
                self.report("SL010", clock.span, text=clock.text)
            elif clock.start >= clock.end:
                self.report("SL109", clock.span, "hours", found=clock.text)
            else:
                hours.append((clock.start, clock.end))
        return tuple(sorted(hours))

    def _dates(self, dates: n.DateRange) -> tuple[date, date] | None:
        if dates.first is None or dates.last is None:
            self.report("SL010", dates.span, text=dates.text)
            return None
        if dates.first > dates.last:
            self.report("SL109", dates.span, "dates", found=dates.text)
            return None
        return dates.first, dates.last

    def _is_country(self, country: n.Name, subdivision: n.Name | None) -> bool:
        """Report a country, or a part of one, whose public holidays nobody keeps."""
        import holidays
        from holidays.registry import EntityLoader

        countries = set(EntityLoader.get_country_codes())
        if country.text not in countries:
            near = nearest(country.text, countries)
            self.report("SL101", country.span, kind="<country>", name=country.text, suggestion=near)
            return False
        if subdivision is None:
            return True
        # Only now: asking a country for anything makes the library load all of them.
        parts = getattr(holidays, country.text).subdivisions
        if subdivision.text not in parts:
            near = nearest(subdivision.text, parts)
            self.report("SL101", subdivision.span, kind="<part>", name=subdivision.text, suggestion=near)
            return False
        return True

    def _declare_roles(self) -> None:
        for name, block in self._named(n.RoleLine):
            self.symbols.roles[name] = m.Role(
                name, _title(block.statement.title), None, block.statement.name.span
            )
        for name, block in self._named(n.RoleLine):
            line = self._single(block, n.ReportsToLine)
            if line is not None:
                superior = self.symbols.role(line.role)
                self.symbols.roles[name] = replace(self.symbols.roles[name], reports_to=superior)

    def _declare_records(self) -> None:
        blocks = dict(self._named(n.RecordLine))
        for name, block in blocks.items():
            # Known by name first, so that fields can refer to records declared later.
            self.symbols.records[name] = m.Record(
                name, _title(block.statement.title), {}, block.statement.name.span
            )
        for name, block in blocks.items():
            fields = self.checker.fields(self._field_lines(block))
            self.symbols.records[name] = replace(self.symbols.records[name], fields=fields)

    def _field_lines(self, block: n.Block) -> list[n.FieldLine]:
        found: dict[str, n.Block] = {}
        for child in self._of(n.FieldLine, block.children):
            self._declare(child.statement.name, found, child)
        # What a line with an error would have said of the field is not known: nobody has to fill it.
        return [
            child.statement._replace(optional=True) if child.broken else child.statement
            for child in found.values()
        ]

    def _declare_events(self) -> None:
        for name, block in self._named(n.EventLine):
            line: n.EventLine = block.statement
            record = self.symbols.record(line.record)
            if record is None:
                self.symbols.broken.add(name)
                continue
            fields = self.checker.fields(self._field_lines(block))
            self.symbols.events[name] = m.Event(name, record, _title(line.title), fields, line.name.span)

    def _declare_lets(self) -> None:
        for name, block in self._named(n.LetLine):
            line: n.LetLine = block.statement
            if self.symbols.record(line.record) is None:
                self.symbols.broken.add(name)
                continue
            field_of_record = self.symbols.records[line.record.text].fields.get(name)
            if field_of_record is not None:
                self.report(
                    "SL102", line.name.span, name=name, labels=(Label(field_of_record.span, "first"),)
                )
                continue
            self.symbols.lets[name] = line

    def _lets(self) -> dict[str, m.Let]:
        lets = {}
        for name, line in self.symbols.lets.items():
            value = self.checker.let_value(name, line.name.span)
            if value is not None:
                lets[name] = m.Let(name, line.record.text, value, line.name.span)
        return lets

    # processes

    def _declare_processes(self) -> None:
        for name, block in self._named(n.ProcessLine):
            line: n.ProcessLine = block.statement
            record = self.symbols.record(line.record)
            draft = _ProcessDraft(block)
            self._collect_stages(draft, block, None)
            if record is None:
                self.symbols.broken.update(draft.stages)
                continue
            self.symbols.add_process(name, record)
            self.drafts[name] = draft
            for stage, stage_draft in draft.stages.items():
                self.symbols.add_stage(StageName(name, stage, record, stage_draft.block.statement.name.span))

    def _collect_stages(self, draft: _ProcessDraft, parent: n.Block, phase: str | None) -> None:
        for block in parent.children:
            if isinstance(block.statement, n.PhaseLine):
                name = block.statement.name
                if self._declare(name, draft.phase_blocks, block):
                    draft.phases[name.text] = (block, phase)
                    self._collect_stages(draft, block, name.text)
            elif isinstance(block.statement, n.StageLine):
                name = block.statement.name
                if self._declare(name, draft.blocks, block):
                    draft.stages[name.text] = _StageDraft(block, phase)

    def _process(self, name: str, draft: _ProcessDraft) -> m.Process:
        record = self.symbols.processes[name]
        line: n.ProcessLine = draft.block.statement
        own = tuple(self._transitions(draft.block, draft, name, record))
        phases = {
            phase: self._phase(phase, block, parent, draft, name)
            for phase, (block, parent) in draft.phases.items()
        }
        process = m.Process(
            name,
            record,
            _title(line.title),
            self._owner(draft.block),
            phases,
            {},
            own,
            line.name.span,
        )
        if not draft.stages:
            self._missing(draft.block, "stages", "STAGE", "PHASE")
        stages = {stage: self._stage(stage, found, process, draft) for stage, found in draft.stages.items()}
        self._check_starts(draft, stages)
        return replace(process, stages=stages)

    def _check_starts(self, draft: _ProcessDraft, stages: Mapping[str, m.Stage]) -> None:
        starts = [stage for stage in stages.values() if stage.start]
        for again in starts[1:]:
            self.report(
                "SL108",
                draft.stages[again.name].block.statement.name.span,
                "start",
                text=again.name,
                labels=(Label(starts[0].span, "first"),),
            )

    def _owner(self, block: n.Block) -> str | None:
        line = self._single(block, n.OwnerLine)
        return self.symbols.role(line.role) if line is not None else None

    def _phase(
        self, name: str, block: n.Block, parent: str | None, draft: _ProcessDraft, process: str
    ) -> m.Phase:
        system = self._single(block, n.SystemLine)
        record = self.symbols.processes[process]
        return m.Phase(
            name,
            _title(block.statement.title),
            self._owner(block),
            system.name.text if system else None,
            parent,
            tuple(self._transitions(block, draft, process, record)),
            block.statement.name.span,
        )

    def _stage(self, name: str, found: _StageDraft, process: m.Process, draft: _ProcessDraft) -> m.Stage:
        block = found.block
        own = tuple(self._transitions(block, draft, process.name, process.record))
        owner = self._owner(block)
        limit = self._single(block, n.LimitLine)
        end = self._single(block, n.EndLine)
        stage = m.Stage(
            name,
            _title(block.statement.title),
            found.phase,
            owner,
            start=self._single(block, n.StartLine) is not None,
            end=m.Outcome(end.outcome or "neutral") if end else None,
            steps=tuple(line.statement.text.text for line in self._of(n.DoLine, block.children)),
            limit=self._limit(limit) if limit else None,
            own_transitions=own,
            own_owner=owner,
            span=block.statement.name.span,
        )
        phases = list(process.phases_of(stage))
        owners = [owner, *(phase.owner for phase in phases), process.owner]
        # An end stage has only its own ways out: what holds inside a phase does not reopen a case.
        lent = [*(phase.transitions for phase in phases), process.transitions] if stage.end is None else []
        transitions = own + tuple(way for ways in lent for way in ways)
        return replace(
            stage,
            owner=next((role for role in owners if role is not None), None),
            transitions=transitions,
        )

    def _limit(self, line: n.LimitLine) -> m.StageLimit:
        alert = self.symbols.role(line.alert) if line.alert is not None else None
        return m.StageLimit(self.checker.duration(line.duration), alert, line.duration.span)

    def _transitions(
        self, block: n.Block, draft: _ProcessDraft, process: str, record: str
    ) -> Iterator[m.Transition]:
        for child in self._of(n.TransitionLine, block.children):
            yield self._transition(child, draft, process, record)

    def _transition(self, block: n.Block, draft: _ProcessDraft, process: str, record: str) -> m.Transition:
        line: n.TransitionLine = block.statement
        scope = Scope(record=record, process=process)
        trigger: m.Trigger = m.Always()
        if line.event is not None:
            event = self.symbols.event(line.event, record)
            trigger = m.OnEvent(event.name if event else line.event.text)
            scope = replace(scope, event=event.name if event else None, open=event is None)
        elif line.delay is not None:
            trigger = self._timer(line.delay, line.since, record)
        guard = self.checker.condition(line.guard, scope) if line.guard is not None else None
        target = None
        if line.target is not None:
            target = self.symbols.find("stage", line.target, draft.stages)
        return m.Transition(
            trigger,
            guard,
            target,
            tuple(self._effects(block, record, scope)),
            text=block.text,
            guard_text=self._slice(line.guard_span) if line.guard_span else "",
            span=block.span,
            guard_span=line.guard_span or block.span,
        )

    def _slice(self, span: Span) -> str:
        """Give the words of an expression, with the brackets at its ends, which no span holds."""
        line = self.source.line(span.line)
        start, end = span.column - 1, span.end_column - 1
        while start > 0 and _closes_too_much(line[start:end]):
            start = line.rfind("(", 0, start)
        while 0 < end < len(line) and line.count("(", start, end) > line.count(")", start, end):
            end = line.find(")", end) + 1
        return line[start:end]

    def _timer(self, delay: n.DurationNode, since: n.Name | None, record: str) -> m.After:
        duration = self.checker.duration(delay)
        if since is None:
            return m.After(duration)
        found = self._event_or_date(since, record)
        if found is None:
            return m.After(duration)
        kind, name = found
        return m.After(duration, since_event=name) if kind == "event" else m.After(duration, since_field=name)

    def _event_or_date(self, name: n.Name, record: str) -> tuple[str, str] | None:
        """Resolve a name that may be an event or a date field of the record."""
        if name.text in self.symbols.events:
            event = self.symbols.event(name, record)
            return ("event", event.name) if event else None
        dates = {
            key
            for key, known in self.symbols.records[record].fields.items()
            if isinstance(known.type, DateType | DatetimeType)
        }
        if name.text in dates:
            return ("field", name.text)
        known = [*dates, *(event.name for event in self.symbols.events.values() if event.record == record)]
        self.symbols.unknown("field_or_event", name, known)
        return None

    def _effects(self, block: n.Block, record: str, scope: Scope) -> Iterator[m.Effect]:
        for child in block.children:
            if isinstance(child.statement, n.SetLine):
                assignment = child.statement.assignment
                fields = self.symbols.records[record].fields
                known = self.symbols.find("field", assignment.name, fields)
                if known is not None:
                    value = self.checker.value(assignment.value, scope, fields[known].type)
                    yield m.SetField(known, value, child.span)
            elif isinstance(child.statement, n.EmitLine):
                effect = self._emit(child, record, scope)
                if effect is not None:
                    yield effect

    def _emit(self, block: n.Block, record: str, scope: Scope) -> m.Emit | None:
        line: n.EmitLine = block.statement
        target, to_field = record, None
        if line.recipient is not None:
            fields = self.symbols.records[record].fields
            references = {
                name: known for name, known in fields.items() if isinstance(known.type, ReferenceType)
            }
            if line.recipient.text in fields and line.recipient.text not in references:
                found = type_word(fields[line.recipient.text].type)
                self.report("SL103", line.recipient.span, found=found, expected="<type:reference>")
                return None
            to_field = self.symbols.find("field", line.recipient, references)
            if to_field is None:
                return None
            kind = references[to_field].type
            target = kind.record if isinstance(kind, ReferenceType) else record
        event = self.symbols.event(line.event, target)
        if event is None:
            return None
        values = {
            assignment.name.text: self.checker.value(assignment.value, scope, event.fields[known].type)
            for assignment in line.assignments
            if (known := self.symbols.find("field", assignment.name, event.fields)) is not None
        }
        self._require_fields(event.fields, values, line.event)
        delay = self.checker.duration(line.delay) if line.delay is not None else None
        return m.Emit(event.name, to_field, delay, values, block.span)

    def _require_fields(self, fields: Mapping[str, m.Field], values: Mapping[str, Any], name: n.Name) -> None:
        missing = [known.name for known in fields.values() if not known.optional and known.name not in values]
        if missing:
            self.report("SL111", name.span, name=name.text, fields=tuple(f"`{field}`" for field in missing))

    # offers and follow-ups

    def _patterns(self, block: n.Block, what: str, record: str) -> tuple[m.EventPattern, ...]:
        patterns = []
        for child in self._of(n.PatternLine, block.children):
            line: n.PatternLine = child.statement
            if line.what != what:
                continue
            event = self.symbols.event(line.event, record)
            if event is None:
                continue
            scope = Scope(record=record, event=event.name)
            guard = self.checker.condition(line.guard, scope) if line.guard is not None else None
            patterns.append(m.EventPattern(event.name, guard, child.span))
        return tuple(patterns)

    def _condition(self, block: n.Block, record: str) -> Expression | None:
        line = self._single(block, n.ConditionLine)
        if line is None:
            return None
        scope = Scope(record=record, process=self.symbols.only_process(record))
        return self.checker.condition(line.value, scope)

    def _by(self, block: n.Block) -> tuple[str | None, str | None]:
        line = self._single(block, n.ByLine)
        if line is None:
            return None, None
        return self.symbols.role(line.role), line.channel.text if line.channel else None

    def _money(self, block: n.Block, kind: type, record: str) -> Expression | None:
        line = self._single(block, kind)
        return self.checker.value(line.value, Scope(record=record), MONEY) if line is not None else None

    def _offers(self) -> dict[str, m.Offer]:
        offers = {}
        for name, block in self._named(n.OfferLine):
            offer = self._offer(name, block)
            if offer is not None:
                offers[name] = offer
        return offers

    def _offer(self, name: str, block: n.Block) -> m.Offer | None:
        to = self._single(block, n.OfferedToLine)
        if to is None:
            self._missing(block, "offered_to", "TO")
            return None
        record = self.symbols.record(to.record)
        if record is None:
            return None
        stages = [found for stage in to.stages if (found := self.symbols.stage(stage, record)) is not None]
        kind = self._single(block, n.KindLine)
        valid = self._single(block, n.ValidLine)
        at_most = self._single(block, n.AtMostLine)
        order = self._single(block, n.OrderLine)
        role, channel = self._by(block)
        return m.Offer(
            name,
            record,
            _title(block.statement.title),
            m.OfferKind(kind.kind) if kind else None,
            self._money(block, n.PriceLine, record),
            self._money(block, n.DiscountLine, record),
            tuple((stage.process, stage.name) for stage in stages),
            self._condition(block, record),
            role,
            channel,
            self.checker.duration(valid.duration) if valid else None,
            whole_number(at_most.times, self.symbols) if at_most else None,
            whole_number(order.position, self.symbols) if order else None,
            self._patterns(block, "accepted", record),
            self._patterns(block, "declined", record),
            block.statement.name.span,
        )

    def _follow_ups(self) -> dict[str, m.FollowUp]:
        follow_ups = {}
        for name, block in self._named(n.FollowUpLine):
            follow_up = self._follow_up(name, block)
            if follow_up is not None:
                follow_ups[name] = follow_up
        return follow_ups

    def _follow_up(self, name: str, block: n.Block) -> m.FollowUp | None:
        line = self._single(block, n.AnchorLine)
        if line is None:
            self._missing(block, "anchor", "AFTER_EVENT", "AFTER_ENTERING", "AFTER_NO")
            return None
        found = self._anchor(line)
        if found is None:
            return None
        anchor, record = found
        message = self._single(block, n.MessageLine)
        role, channel = self._by(block)
        escalations = [
            m.Escalation(escalation, self.checker.duration(child.statement.after), child.span)
            for child in self._of(n.EscalationLine, block.children)
            if (escalation := self.symbols.role(child.statement.role)) is not None
        ]
        return m.FollowUp(
            name,
            record,
            anchor,
            tuple(self.checker.duration(duration) for duration in line.durations),
            _title(block.statement.title),
            self._condition(block, record),
            role,
            channel,
            message.text.text if message else None,
            self._patterns(block, "done", record),
            self._patterns(block, "cancelled", record),
            tuple(escalations),
            self._single(block, n.GoesOnLine) is not None,
            block.statement.name.span,
        )

    def _anchor(self, line: n.AnchorLine) -> tuple[m.FollowUpAnchor, str] | None:
        if line.what == "entering":
            stage = self.symbols.stage(line.name, None)
            return (m.AfterEntering(stage.process, stage.name), stage.record) if stage else None
        if line.what == "silence":
            event = self.symbols.event(line.name, None)
            return (m.AfterSilence(event.name), event.record) if event else None
        if line.name.text in self.symbols.events:
            event = self.symbols.events[line.name.text]
            scope = Scope(record=event.record, event=event.name)
            guard = self.checker.condition(line.guard, scope) if line.guard is not None else None
            return m.AfterEvent(event.name, guard), event.record
        if line.name.text in self._date_fields:
            if line.guard is not None:
                self.report("SL103", line.guard.span, "guard_of_field", name=line.name.text)
            return m.AfterField(line.name.text), self._date_fields[line.name.text]
        self.symbols.unknown("field_or_event", line.name, [*self.symbols.events, *self._date_fields])
        return None

    @cached_property
    def _date_fields(self) -> dict[str, str]:
        """The fields that hold a day or a moment, each with its record."""
        return {
            known.name: record.name
            for record in self.symbols.records.values()
            for known in record.fields.values()
            if isinstance(known.type, DateType | DatetimeType)
        }

    # metrics

    def _metrics(self) -> dict[str, m.Metric]:
        metrics = {}
        for name, block in self._named(n.MetricLine):
            formula = self._single(block, n.FormulaLine)
            if formula is None:
                self._missing(block, "formula", "EQ")
                continue
            value = self.checker.value(formula.value, Scope(population=True))
            target = self._single(block, n.TargetLine)
            metrics[name] = m.Metric(
                name,
                value,
                _title(block.statement.title),
                self._target(target, value) if target else None,
                self._owner(block),
                percent=target is not None
                and isinstance(target.value, n.NumberNode)
                and target.value.percent,
                span=block.statement.name.span,
            )
        return metrics

    def _target(self, line: n.TargetLine, value: Expression) -> m.Target | None:
        wanted = MONEY if isinstance(value.type, MoneyType | AnyType) else value.type
        goal = self.checker.value(line.value, Scope(population=True), wanted)
        text = f"{line.operator} {self._slice(line.value.span)}"
        return m.Target(line.operator, goal, text)

    # scenarios

    def _scenarios(self) -> Iterator[m.Scenario]:
        for block in self._of(n.ScenarioLine):
            scenario = self._scenario(block)
            if scenario is not None:
                yield scenario

    def _scenario(self, block: n.Block) -> m.Scenario | None:
        line = self._single(block, n.GivenLine)
        if line is None:
            self._missing(block, "given", "GIVEN")
            return None
        record = self.symbols.record(line.record)
        if record is None:
            return None
        given_block = next(self._of(n.GivenLine, block.children))
        values = self._plain_values(line.assignments, self.symbols.records[record].fields, record)
        self._require_fields(self.symbols.records[record].fields, values, line.record)
        steps: list[m.ScenarioStep] = []
        latest: datetime | None = None
        for child in block.children:
            step = self._step(child, record)
            if step is None:
                continue
            if isinstance(step, m.Happens | m.At):
                if (
                    latest is not None
                    and step.time < latest
                    and not (isinstance(step, m.At) and step.date_only)
                ):
                    self.report("SL113", child.span, text=child.text)
                latest = step.time
            steps.append(step)
        title: n.String = block.statement.title
        return m.Scenario(title.text, m.Given(record, values, given_block.span), tuple(steps), block.span)

    def _plain_values(
        self, assignments: tuple[n.AssignmentNode, ...], fields: Mapping[str, m.Field], record: str
    ) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for assignment in assignments:
            known = self.symbols.find("field", assignment.name, fields)
            if known is None:
                continue
            scope = Scope(record=record)
            literal = self.checker.plain_value(assignment.value, scope, fields[known].type)
            if isinstance(literal, Literal):
                values[known] = literal.value
            else:
                values[known] = None
        return values

    def _time(self, moment: n.MomentNode) -> datetime | None:
        if moment.day is None or moment.clock is None:
            self.report("SL010", moment.span, text=moment.text)
            return None
        return datetime.combine(moment.day, moment.clock)

    def _step(self, block: n.Block, record: str) -> m.ScenarioStep | None:
        match block.statement:
            case n.HappensLine(moment=moment, event=name, assignments=assignments):
                time = self._time(moment)
                event = self.symbols.event(name, record)
                if event is None or time is None:
                    return None
                values = self._plain_values(assignments, event.fields, record)
                self._require_fields(event.fields, values, name)
                return m.Happens(time, event.name, values, moment.date_only, block.span)
            case n.AtLine(moment=moment):
                time = self._time(moment)
                return m.At(time, moment.date_only, block.span) if time is not None else None
            case n.ExpectLine():
                return self._expectation(block, record)
            case n.ExpectThatLine(condition=condition):
                typed = self.checker.condition(condition, Scope(record=record))
                text = block.text.split(maxsplit=1)[-1]
                return m.ExpectThat(typed, text, block.span)
            case _:
                return None

    def _expectation(self, block: n.Block, record: str) -> m.Expectation | None:
        line: n.ExpectLine = block.statement
        if line.what == "alert":
            role = self.symbols.role(line.name) if line.name is not None else None
            if line.name is not None and role is None:
                return None
            return m.ExpectAlert(role, line.absent, block.span)
        if line.name is None:
            return None
        if line.what == "stage":
            stage = self.symbols.stage(line.name, record)
            return m.ExpectStage(stage.process, stage.name, block.span) if stage else None
        if line.what == "task":
            follow_up = self.symbols.find("follow_up", line.name, self.symbols.follow_ups)
            return m.ExpectTask(follow_up, line.status, line.absent, block.span) if follow_up else None
        offer = self.symbols.find("offer", line.name, self.symbols.offers)
        return m.ExpectOffer(offer, line.status, line.absent, block.span) if offer else None
