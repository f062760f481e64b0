"""Syntax tree -> model: collects what is declared, resolves every name, types every expression."""

from __future__ import annotations

from collections.abc import ItemsView, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Label
from stepladder_dsl.diagnostics.nearest import nearest
from stepladder_dsl.keywords.dialect import load_dialect
from stepladder_dsl.model import spec as m
from stepladder_dsl.model.blocks import BlockReader, of_kind, title_of
from stepladder_dsl.model.check import MONEY, ExpressionChecker, Scope, type_word, whole_number
from stepladder_dsl.model.decisions import DecisionTyper
from stepladder_dsl.model.expressions import Aggregate, Arithmetic, Expression, LetValue, Literal, Population
from stepladder_dsl.model.groupings import GroupingReader, Groupings
from stepladder_dsl.model.messages import message_parts
from stepladder_dsl.model.scenarios import ScenarioReader
from stepladder_dsl.model.symbols import StageName, Symbols
from stepladder_dsl.model.types import AnyType, DatetimeType, DateType, DurationType, MoneyType, ReferenceType
from stepladder_dsl.model.unknowns import UnknownFinder
from stepladder_dsl.source import NOWHERE, Span
from stepladder_dsl.syntax import nodes as n
from stepladder_dsl.syntax.parse import SyntaxTree

_CURRENCY_LENGTH = 3
_NO_SHARE = 5
"""A target from which on a share of records was meant in per cent: nobody expects five times the whole."""
_END_OF_DAY = 24 * 60


def lower(tree: SyntaxTree) -> tuple[m.Spec | None, list[Diagnostic]]:
    """Give the model of a parsed text and what is wrong with its meaning.

    The model is None only where there is not even a `spec` line; otherwise it
    holds everything that could be understood.
    """
    spec, findings = _Lowering(tree).run()
    # What is left of a line that could not be read gives no second message.
    kept = [
        finding
        for finding in findings
        if finding.code == "SL104" or (finding.span.file, finding.span.line) not in tree.unread
    ]
    return spec, kept


def _country_called(name: str) -> str | None:
    """Give the two letters of a country by its English name."""
    from holidays.registry import COUNTRIES

    known = COUNTRIES.get(name.casefold())
    return known[1] if known is not None else None


def _type_called(name: str, language: str) -> str | None:
    """Give the type that is called otherwise elsewhere: `string` is `text`."""
    from stepladder_dsl.syntax.habits import words

    terminal = words(language, "types").get(name.casefold())
    if terminal is None:
        return None
    dialect = load_dialect(language)
    return (
        f"{dialect.spelling('YES')}/{dialect.spelling('NO')}"
        if terminal == "YES"
        else dialect.spelling(terminal)
    )


def _is_share(value: Expression) -> bool:
    """Say whether a figure is a part of a number of records."""
    return (
        isinstance(value, Arithmetic)
        and value.operator == "/"
        and isinstance(value.left, Population)
        and isinstance(value.right, Population)
        and value.left.aggregate is value.right.aggregate is Aggregate.COUNT
        and value.left.record == value.right.record
    )


def _weekdays(ranges: tuple[tuple[int, int], ...]) -> tuple[int, ...]:
    """Give the days of ranges of which each may go over the week's end: `sat-wed` goes over Sunday."""
    days = {
        day % 7 for first, last in ranges for day in range(first, last + 1 if last >= first else last + 8)
    }
    return tuple(sorted(days))


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
        self.source = tree.source
        self.language = tree.language
        self.blocks = tree.blocks
        sources = {source.name: source for source in tree.sources}
        languages = {tree.source.name: tree.language, **tree.languages}
        self.symbols = Symbols(sources=sources, languages=languages, complete=tree.complete)
        self.checker = ExpressionChecker(self.symbols, lambda name: _type_called(name, tree.language))
        self.checker.read_decision = DecisionTyper(self.checker).decision
        self.report = self.symbols.report
        self.reader = BlockReader(self.symbols)
        self._single, self._missing = self.reader.single, self.reader.missing
        self._declare, self._require_fields = self.reader.declare, self.reader.require_fields
        self.drafts: dict[str, _ProcessDraft] = {}

    def run(self) -> tuple[m.Spec | None, list[Diagnostic]]:
        self._collect_broken(self.blocks)
        spec_block = self._the_spec()
        self._declare_calendars()
        self._declare_roles()
        self._declare_records()
        self._declare_events()
        self._declare_lets()
        self._declare_decisions()
        self._declare_processes()
        for name, block in self._named(n.OfferLine):
            self.symbols.offers[name] = block.statement.name.span
        for name, block in self._named(n.FollowUpLine):
            self.symbols.follow_ups[name] = block.statement.name.span
        lets = self._lets()
        decisions = self._decisions()
        processes = {name: self._process(name, draft) for name, draft in self.drafts.items()}
        offers = self._offers()
        follow_ups = self._follow_ups()
        metrics = self._metrics()
        scenarios = ScenarioReader(self.checker, self.reader, follow_ups, offers).scenarios(self.blocks)
        if spec_block is None:
            return None, self.symbols.diagnostics
        line: n.SpecLine = spec_block.statement
        currency, timezone = self._spec_lines(spec_block)
        spec = m.Spec(
            name=line.name.text,
            title=title_of(line.title),
            language=self.language,
            currency=currency,
            timezone=timezone,
            calendars=self.symbols.calendars,
            roles=self.symbols.roles,
            records=self.symbols.records,
            events=self.symbols.events,
            lets=lets,
            decisions=decisions,
            processes=processes,
            offers=offers,
            follow_ups=follow_ups,
            metrics=metrics,
            scenarios=tuple(scenarios),
            contact_hours=self._contact_hours(spec_block),
            contact_caps=self._caps(self._of(n.ContactCapLine, spec_block.children)),
            span=line.name.span,
        )
        return spec, self.symbols.diagnostics

    # collecting

    def _collect_broken(self, blocks: Iterable[n.Block]) -> None:
        for block in blocks:
            if isinstance(block.statement, n.Broken) and block.statement.name is not None:
                self.symbols.broken.add(block.statement.name.text)
            elif block.broken and isinstance(getattr(block.statement, "name", None), n.Name):
                # A name of several words was made one: other lines may speak of its first word.
                self.symbols.broken.add(block.statement.name.text.partition("_")[0])
            if isinstance(block.statement, n.AllowLine) and not block.broken:
                self._require_reason(block)
            self._collect_broken(block.children)

    def _require_reason(self, block: n.Block) -> None:
        """Report findings that are allowed without a word on why."""
        reason = block.statement.reason
        if reason is None or not reason.text.strip():
            self.report("SL131", block.span, "reason", text=block.text)

    def _of(self, kind: type, blocks: Iterable[n.Block] | None = None) -> Iterator[n.Block]:
        return of_kind(kind, self.blocks if blocks is None else blocks)

    def _named(self, kind: type) -> ItemsView[str, n.Block]:
        return self.reader.named(kind, self.blocks)

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
            from stepladder_dsl.syntax.habits import words

            named: str | None = words(self.language, "currencies").get(code.casefold())
            meant = named or (code.upper() if code.isascii() and len(code) == _CURRENCY_LENGTH else None)
            self.report("SL105", currency.name.span, "currency", meant, name=code)
        zone = self._single(block, n.TimezoneLine)
        if zone is None:
            return code, "UTC"
        return code, self._timezone(zone.zone)

    def _timezone(self, zone: n.String) -> str:
        from zoneinfo import ZoneInfo, available_timezones

        try:
            ZoneInfo(zone.text)
        except (KeyError, ValueError, OSError):
            zones = sorted(available_timezones())
            city = zone.text.rpartition("/")[2].casefold()
            in_city = [known for known in zones if known.rpartition("/")[2].casefold() == city]
            self.report(
                "SL101",
                zone.span,
                "time_zone",
                in_city[0] if in_city else nearest(zone.text, zones),
                kind="<time_zone>",
                name=zone.text,
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
        title = title_of(block.statement.title)
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
                start, _, end = clock.text.partition("-")
                self.report("SL109", clock.span, "hours", found=clock.text, start=start, end=end)
            else:
                hours.append((clock.start, clock.end))
        return tuple(sorted(hours))

    def _dates(self, dates: n.DateRange) -> tuple[date, date] | None:
        first, last = dates.first, dates.last
        for day in dict.fromkeys((first, last)):
            if isinstance(day, n.NoDay):
                self.symbols.no_day(day, dates.span)
        if isinstance(first, n.NoDay) or isinstance(last, n.NoDay):
            return None
        if first > last:
            self.report("SL109", dates.span, "dates", found=dates.text)
            return None
        return first, last

    def _is_country(self, country: n.Name, subdivision: n.Name | None) -> bool:
        """Report a country, or a part of one, whose public holidays nobody keeps."""
        import holidays
        from holidays.registry import EntityLoader

        countries = set(EntityLoader.get_country_codes())
        if country.text not in countries:
            near = _country_called(country.text) or nearest(country.text, countries)
            self.report(
                "SL101", country.span, "country", kind="<country>", name=country.text, suggestion=near
            )
            return False
        if subdivision is None:
            return True
        # Only now: asking a country for anything makes the library load all of them.
        parts = getattr(holidays, country.text).subdivisions
        if subdivision.text not in parts:
            near = nearest(subdivision.text, parts)
            self.report(
                "SL101", subdivision.span, "part", kind="<part>", name=subdivision.text, suggestion=near
            )
            return False
        return True

    def _declare_roles(self) -> None:
        blocks = dict(self._named(n.RoleLine))
        for name, block in blocks.items():
            self.symbols.roles[name] = m.Role(
                name, title_of(block.statement.title), span=block.statement.name.span
            )
        for name, block in blocks.items():
            superior = self._single(block, n.ReportsToLine)
            capacity = self._single(block, n.CapacityLine)
            cost = self._single(block, n.HourlyCostLine)
            self.symbols.roles[name] = replace(
                self.symbols.roles[name],
                reports_to=self.symbols.role(superior.role) if superior else None,
                capacity=whole_number(capacity.tasks, self.symbols) if capacity else None,
                hourly_cost=cost.amount.value if cost else None,
            )

    def _declare_records(self) -> None:
        blocks = dict(self._named(n.RecordLine))
        for name, block in blocks.items():
            # Known by name first, so that fields can refer to records declared later.
            self.symbols.records[name] = m.Record(
                name, title_of(block.statement.title), span=block.statement.name.span
            )
        for name, block in blocks.items():
            fields = self.checker.fields(self._field_lines(block))
            parents = tuple(self._parents(block, fields))
            fields |= {parent.name: parent for parent in parents}
            belongs_to = tuple(parent.name for parent in parents)
            self.symbols.records[name] = replace(
                self.symbols.records[name], fields=fields, belongs_to=belongs_to
            )

    def _parents(self, block: n.Block, fields: Mapping[str, m.Field]) -> Iterator[m.Field]:
        """Give the fields that name what the record is part of."""
        known = {name: found.span for name, found in fields.items()}
        for child in self._of(n.BelongsToLine, block.children):
            line: n.BelongsToLine = child.statement
            name = line.called or line.record
            if name.text in known:
                self.reader.twice(name, known[name.text])
                continue
            record = self.symbols.record(line.record)
            if record is not None:
                known[name.text] = name.span
                yield m.Field(name.text, ReferenceType(record), line.optional or child.broken, (), name.span)

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
            self.symbols.events[name] = m.Event(name, record, title_of(line.title), fields, line.name.span)

    def _declare_lets(self) -> None:
        for name, block in self._named(n.LetLine):
            line: n.LetLine = block.statement
            if self.symbols.record(line.record) is None:
                self.symbols.broken.add(name)
                continue
            field_of_record = self.symbols.records[line.record.text].fields.get(name)
            if field_of_record is not None:
                self.reader.twice(line.name, field_of_record.span)
                continue
            self.symbols.lets[name] = line

    def _declare_decisions(self) -> None:
        for name, block in self._named(n.DecideLine):
            line: n.DecideLine = block.statement
            if self.symbols.record(line.record) is None:
                self.symbols.broken.add(name)
                continue
            same_name = self.symbols.records[line.record.text].fields.get(name)
            let = self.symbols.lets.get(name)
            if same_name is not None or let is not None:
                first = same_name.span if same_name is not None else let.name.span if let else line.name.span
                self.reader.twice(line.name, first)
                continue
            self.symbols.decisions[name] = block

    def _decisions(self) -> dict[str, m.Decision]:
        typed = {
            name: self.checker.decision(name, block.statement.name.span)
            for name, block in self.symbols.decisions.items()
        }
        return {name: decision for name, decision in typed.items() if decision is not None}

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
            title_of(line.title),
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
            title_of(block.statement.title),
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
        effort = self._single(block, n.EffortLine)
        cost = self._single(block, n.CostLine)
        stage = m.Stage(
            name,
            title_of(block.statement.title),
            found.phase,
            owner,
            start=self._single(block, n.StartLine) is not None,
            end=m.Outcome(end.outcome or "neutral") if end else None,
            steps=self._texts(n.DoLine, block),
            needs=self._texts(n.NeedsLine, block),
            documents=self._texts(n.DocumentLine, block),
            effort=self.checker.duration(effort.duration) if effort else None,
            cost=cost.amount.value if cost else None,
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

    def _texts(self, kind: type, block: n.Block) -> tuple[str, ...]:
        return tuple(line.statement.text.text for line in self._of(kind, block.children))

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
        elif isinstance(line.delay, n.DurationNode) and line.silent is not None:
            trigger = self._silence(line.delay, line.silent, record)
        elif line.delay is not None:
            trigger = self._timer(line.delay, line.since, record)
        guard = self._guard(line.guard, scope)
        target = None
        if line.target is not None:
            target = self.symbols.find("stage", line.target, draft.stages)
        return m.Transition(
            trigger,
            guard,
            target,
            tuple(self._effects(block, record, scope)),
            text=block.text,
            guard_text=self.symbols.words(line.guard_span) if line.guard_span else "",
            span=block.span,
            guard_span=line.guard_span or block.span,
        )

    def _guard(self, node: n.ExpressionNode | None, scope: Scope) -> Expression | None:
        """Type a condition on which something happens or not; report what may leave it undecided."""
        if node is None:
            return None
        condition = self.checker.condition(node, scope)
        if scope.record is not None:
            finder = UnknownFinder(self.symbols.records[scope.record].fields, self.symbols.let_values)
            told: set[str] = set()
            for name, part in finder.possible(condition):
                if name not in told:
                    told.add(name)
                    variant = "let" if isinstance(part, LetValue) else ""
                    words = part.name if isinstance(part, LetValue) else ""
                    self.report("SL122", part.span, variant, name=name, value=words)
        return condition

    def _timer(self, delay: n.DurationNode | n.Name, since: n.Name | None, record: str) -> m.After:
        fixed = self.checker.duration(delay) if isinstance(delay, n.DurationNode) else None
        kept_in = self._duration_field(delay, record) if isinstance(delay, n.Name) else None
        found = self._event_or_date(since, record) if since is not None else None
        kind, name = found or ("", None)
        return m.After(
            fixed,
            since_event=name if kind == "event" else None,
            since_field=name if kind == "field" else None,
            duration_field=kept_in,
        )

    def _duration_field(self, name: n.Name, record: str) -> str | None:
        """Resolve a field that holds a length of time."""
        fields = self.symbols.records[record].fields
        if name.text in fields and not isinstance(fields[name.text].type, DurationType):
            found = type_word(fields[name.text].type)
            self.report("SL103", name.span, found=found, expected="<type:duration>")
            return None
        known = {key: known for key, known in fields.items() if isinstance(known.type, DurationType)}
        return self.symbols.find("field", name, known)

    def _silence(self, delay: n.DurationNode, event: n.Name, record: str) -> m.Silence | m.After:
        duration = self.checker.duration(delay)
        found = self.symbols.event(event, record)
        return m.Silence(duration, found.name) if found is not None else m.After(duration)

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
            effect: m.Effect | None = None
            if isinstance(child.statement, n.SetLine):
                effect = self._set(child, record, scope)
            elif isinstance(child.statement, n.EmitLine):
                effect = self._emit(child, record, scope)
            elif isinstance(child.statement, n.OpenLine):
                effect = self._open(child, record, scope)
            if effect is not None:
                yield effect

    def _set(self, block: n.Block, record: str, scope: Scope) -> m.SetField | None:
        assignment = block.statement.assignment
        fields = self.symbols.records[record].fields
        known = self.symbols.find("field", assignment.name, fields)
        if known is None:
            return None
        value = self.checker.value(assignment.value, scope, fields[known].type)
        return m.SetField(known, value, block.span)

    def _assigned(
        self, assignments: tuple[n.AssignmentNode, ...], fields: Mapping[str, m.Field], scope: Scope
    ) -> dict[str, Expression]:
        return {
            assignment.name.text: self.checker.value(assignment.value, scope, fields[known].type)
            for assignment in assignments
            if (known := self.symbols.find("field", assignment.name, fields)) is not None
        }

    def _emit(self, block: n.Block, record: str, scope: Scope) -> m.Emit | None:
        line: n.EmitLine = block.statement
        target, to_field, from_event = record, None, False
        if line.recipient is not None:
            found = self._recipient(line.recipient, record, scope)
            if found is None:
                return None
            to_field, target, from_event = found
        event = self.symbols.event(line.event, target)
        if event is None:
            return None
        values = self._assigned(line.assignments, event.fields, scope)
        self._require_fields(event.fields, values, line.event)
        delay = self.checker.duration(line.delay) if line.delay is not None else None
        return m.Emit(event.name, to_field, delay, values, from_event, block.span)

    def _recipient(self, name: n.Name, record: str, scope: Scope) -> tuple[str, str, bool] | None:
        """Resolve a field that names another record: (field, kind of record, whether it is the event's)."""
        of_event = self.symbols.events[scope.event].fields if scope.event is not None else {}
        of_record = self.symbols.records[record].fields
        known = {**of_record, **of_event}
        references = {
            key: found.type for key, found in known.items() if isinstance(found.type, ReferenceType)
        }
        if name.text in known and name.text not in references:
            self.report(
                "SL103", name.span, found=type_word(known[name.text].type), expected="<type:reference>"
            )
            return None
        found = self.symbols.find("field", name, references)
        return (found, references[found].record, found in of_event) if found is not None else None

    def _open(self, block: n.Block, record: str, scope: Scope) -> m.OpenRecord | None:
        line: n.OpenLine = block.statement
        kind = self.symbols.record(line.record)
        if kind is None:
            return None
        self.symbols.opened.add(kind)
        fields = self.symbols.records[kind].fields
        values = self._assigned(line.assignments, fields, scope)
        parent = self._parent_field(kind, record, values)
        given = {**values, parent: None} if parent is not None else values
        self._require_fields(fields, given, line.record)
        into = self._into_field(line.called, kind, record) if line.called is not None else None
        return m.OpenRecord(kind, parent, into, values, block.span)

    def _parent_field(self, kind: str, record: str, values: Mapping[str, Expression]) -> str | None:
        """Give the field through which a new record belongs to the one that opens it."""
        opened = self.symbols.records[kind]
        for name in opened.belongs_to:
            if opened.fields[name].type == ReferenceType(record) and name not in values:
                return name
        return None

    def _into_field(self, name: n.Name, kind: str, record: str) -> str | None:
        """Resolve the field that keeps the key of a new record."""
        fields = self.symbols.records[record].fields
        known = self.symbols.find("field", name, fields)
        if known is None:
            return None
        match fields[known].type:
            case ReferenceType(found) if found == kind:
                return known
            case ReferenceType(found):
                self.report("SL103", name.span, "reference", name=known, found=found, expected=kind)
            case other:
                self.report("SL103", name.span, found=type_word(other), expected="<type:reference>")
        return None

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
            guard = self._guard(line.guard, scope)
            patterns.append(m.EventPattern(event.name, guard, child.span))
        return tuple(patterns)

    def _condition(self, block: n.Block, record: str) -> Expression | None:
        line = self._single(block, n.ConditionLine)
        if line is None:
            return None
        scope = Scope(record=record, process=self.symbols.only_process(record))
        return self._guard(line.value, scope)

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
        if to.record.text not in self.symbols.records:
            of_stage = [stage for stage in self.symbols.stages if stage.name == to.record.text]
            if of_stage:
                known = of_stage[0]
                self.report("SL103", to.record.span, "stage_for_record", name=known.name, record=known.record)
                return None
        record = self.symbols.record(to.record)
        if record is None:
            return None
        stages = [found for stage in to.stages if (found := self.symbols.stage(stage, record)) is not None]
        kind = self._single(block, n.KindLine)
        cost = self._single(block, n.CostLine)
        valid = self._single(block, n.ValidLine)
        at_most, caps = self._how_often(block)
        order = self._single(block, n.OrderLine)
        role, channel = self._by(block)
        return m.Offer(
            name,
            record,
            title_of(block.statement.title),
            m.OfferKind(kind.kind) if kind else None,
            self._money(block, n.PriceLine, record),
            self._money(block, n.DiscountLine, record),
            tuple((stage.process, stage.name) for stage in stages),
            self._condition(block, record),
            role,
            channel,
            self.checker.duration(valid.duration) if valid else None,
            at_most,
            whole_number(order.position, self.symbols) if order else None,
            self._patterns(block, "accepted", record),
            self._patterns(block, "declined", record),
            order.ladder.text if order and order.ladder else None,
            caps,
            cost.amount.value if cost else None,
            block.statement.name.span,
            order.ladder.span if order and order.ladder else NOWHERE,
        )

    def _how_often(self, block: n.Block) -> tuple[int | None, tuple[m.Cap, ...]]:
        """Give how often an offer is made in all, and in any such time; any number of the latter."""
        lines = list(self._of(n.AtMostLine, block.children))
        for_good = [child for child in lines if child.statement.duration is None]
        for again in for_good[1:]:
            self.report("SL108", again.span, text=again.text, labels=(Label(for_good[0].span, "first"),))
        in_all = whole_number(for_good[0].statement.times, self.symbols) if for_good else None
        return in_all, self._caps(child for child in lines if child.statement.duration is not None)

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
        again = self._single(block, n.AgainLine)
        scope = Scope(record=record, event=anchor.event if isinstance(anchor, m.AfterEvent) else None)
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
            title_of(block.statement.title),
            self._condition(block, record),
            role,
            channel,
            message.text.text if message else None,
            self._patterns(block, "done", record),
            self._patterns(block, "cancelled", record),
            tuple(escalations),
            self._single(block, n.GoesOnLine) is not None,
            self._contact_hours(block),
            self.checker.duration(again.every) if again else None,
            self._guard(again.until, Scope(record=record)) if again else None,
            tuple(message_parts(message.text, self.checker, scope)) if message else (),
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
            guard = self._guard(line.guard, scope)
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

    # when and how often clients are contacted

    def _contact_hours(self, block: n.Block) -> m.ContactHours | None:
        """Give what a spec or a follow-up says of the hours of its contacts; None where it says nothing."""
        kinds = (n.QuietHoursLine, n.QuietDaysLine, n.ContactOnlyInLine)
        lines = [child for kind in kinds for child in self._of(kind, block.children)]
        quiet, days, only = (self._single(block, kind) for kind in kinds)
        anytime = next(self._of(n.AnyHourLine, block.children), None)
        if anytime is not None and lines:
            self.report("SL108", anytime.span, "any_hour", labels=(Label(lines[0].span, "first"),))
        if not lines:
            return m.ContactHours() if anytime is not None else None
        found = m.ContactHours(
            self._quiet(quiet.hours) if quiet else (),
            _weekdays(days.days) if days else (),
            self.symbols.find("calendar", only.calendar, self.symbols.calendars) if only else None,
        )
        if not self._leaves_time(found):
            self.report("SL109", lines[0].span, "always_quiet", found=lines[0].text)
        return found

    def _quiet(self, ranges: tuple[n.ClockRange, ...]) -> m.Hours:
        """Give quiet hours cut at midnight, which they may go over."""
        hours: list[tuple[int, int]] = []
        for clock in ranges:
            if clock.start is None or clock.end is None:
                self.report("SL010", clock.span, text=clock.text)
            elif clock.start == clock.end:
                self.report("SL109", clock.span, "no_hours", found=clock.text)
            elif clock.start < clock.end:
                hours.append((clock.start, clock.end))
            else:
                hours += [(0, clock.end), (clock.start, _END_OF_DAY)]
        return tuple(sorted(piece for piece in hours if piece[0] < piece[1]))

    def _leaves_time(self, contact: m.ContactHours) -> bool:
        """Say whether there is a day and an hour at which clients may be contacted."""
        whole: m.Hours = ((0, _END_OF_DAY),)
        days: Iterable[tuple[int, m.Hours]] = [(day, whole) for day in range(7)]
        if contact.calendar is not None:
            calendar = self.symbols.calendars[contact.calendar]
            opened = [(first.weekday(), hours or whole) for first, _, hours in calendar.opened]
            days = calendar.week.items() or opened
        # A calendar without any hours has been reported where it stands.
        return not days or any(contact.left_of(hours) for day, hours in days if day not in contact.quiet_days)

    def _caps(self, blocks: Iterable[n.Block]) -> tuple[m.Cap, ...]:
        """Give what lines such as `at most 2 contacts in 30 days` allow."""
        return tuple(
            m.Cap(count, self.checker.duration(child.statement.duration), child.span)
            for child in blocks
            if (count := whole_number(child.statement.times, self.symbols)) is not None
        )

    # metrics

    def _metrics(self) -> dict[str, m.Metric]:
        metrics = {}
        for name, block in self._named(n.MetricLine):
            formula = self._single(block, n.FormulaLine)
            if formula is None:
                self._missing(block, "formula", "EQ")
                continue
            value = self.checker.value(formula.value, Scope(population=True))
            line = self._single(block, n.TargetLine)
            target = self._target(line, value) if line else None
            looked_at = [value] if target is None else [value, target.value]
            metrics[name] = m.Metric(
                name,
                value,
                title_of(block.statement.title),
                target,
                self._owner(block),
                percent=line is not None and isinstance(line.value, n.NumberNode) and line.value.percent,
                **self._groupings(block, looked_at),
                span=block.statement.name.span,
            )
        return metrics

    def _groupings(self, block: n.Block, formulas: Sequence[Expression]) -> Groupings:
        """Give by what a metric is told apart: names, and for each kind that it looks at how."""
        line = self._single(block, n.GroupedByLine)
        return GroupingReader(self.checker).groupings(line.names if line else (), formulas)

    def _target(self, line: n.TargetLine, value: Expression) -> m.Target | None:
        wanted = MONEY if isinstance(value.type, MoneyType | AnyType) else value.type
        goal = self.checker.value(line.value, Scope(population=True), wanted)
        if _is_share(value) and isinstance(goal, Literal) and goal.value is not None:
            whole = line.value
            if isinstance(whole, n.NumberNode) and not whole.percent and whole.value >= _NO_SHARE:
                self.report("SL103", whole.span, "share_target", found=whole.value)
        text = f"{line.operator} {self.symbols.words(line.value.span)}"
        return m.Target(line.operator, goal, text)
