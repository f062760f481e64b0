"""Syntax tree -> model: collects what is declared, resolves every name, types every expression."""

from __future__ import annotations

from collections.abc import ItemsView, Iterable, Iterator, Mapping
from dataclasses import replace

from stepladder_dsl.diagnostics.diagnostic import Diagnostic, Label
from stepladder_dsl.diagnostics.nearest import nearest
from stepladder_dsl.keywords.dialect import load_dialect
from stepladder_dsl.model import spec as m
from stepladder_dsl.model.blocks import BlockReader, of_kind, title_of
from stepladder_dsl.model.calendars import CalendarReader
from stepladder_dsl.model.check.checker import ExpressionChecker
from stepladder_dsl.model.check.durations import whole_number
from stepladder_dsl.model.contacts import ContactReader
from stepladder_dsl.model.decisions import DecisionTyper
from stepladder_dsl.model.metrics import MetricReader
from stepladder_dsl.model.processes import ProcessReader
from stepladder_dsl.model.scenarios import ScenarioReader
from stepladder_dsl.model.symbols import Symbols
from stepladder_dsl.model.types import ReferenceType
from stepladder_dsl.source import Span
from stepladder_dsl.syntax import nodes as n
from stepladder_dsl.syntax.tree import SyntaxTree

_CURRENCY_LENGTH = 3


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
        self.checker.names.read_decision = DecisionTyper(self.checker).decision
        self.report = self.symbols.report
        self.reader = BlockReader(self.symbols)
        self.calendars = CalendarReader(self.reader)
        self.processes = ProcessReader(self.checker, self.reader)
        self.contacts = ContactReader(self.checker, self.reader, self.calendars)

    def run(self) -> tuple[m.Spec | None, list[Diagnostic]]:
        self._collect_broken(self.blocks)
        spec_block = self._the_spec()
        self._declare_calendars()
        self._declare_roles()
        self._declare_records()
        self._declare_events()
        self._declare_lets()
        self._declare_decisions()
        self.processes.declare(self.blocks)
        self.contacts.declare(self.blocks)
        lets = self._lets()
        decisions = self._decisions()
        processes = self.processes.processes()
        offers = self.contacts.offers(self.blocks)
        follow_ups = self.contacts.follow_ups(self.blocks)
        metrics = MetricReader(self.checker, self.reader).metrics(self.blocks)
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
            contact_hours=self.calendars.contact_hours(spec_block),
            contact_caps=self.contacts.caps(of_kind(n.ContactCapLine, spec_block.children)),
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

    def _named(self, kind: type) -> ItemsView[str, n.Block]:
        return self.reader.named(kind, self.blocks)

    def _the_spec(self) -> n.Block | None:
        blocks = list(of_kind(n.SpecLine, self.blocks))
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
        currency = self.reader.single(block, n.CurrencyLine)
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
        zone = self.reader.single(block, n.TimezoneLine)
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
            self.symbols.calendars[name] = self.calendars.calendar(name, block)

    def _declare_roles(self) -> None:
        blocks = dict(self._named(n.RoleLine))
        for name, block in blocks.items():
            self.symbols.roles[name] = m.Role(
                name, title_of(block.statement.title), span=block.statement.name.span
            )
        for name, block in blocks.items():
            superior = self.reader.single(block, n.ReportsToLine)
            capacity = self.reader.single(block, n.CapacityLine)
            cost = self.reader.single(block, n.HourlyCostLine)
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
            fields = self.checker.fields.of_lines(self._field_lines(block))
            parents = tuple(self._parents(block, fields))
            fields |= {parent.name: parent for parent in parents}
            belongs_to = tuple(parent.name for parent in parents)
            self.symbols.records[name] = replace(
                self.symbols.records[name], fields=fields, belongs_to=belongs_to
            )

    def _parents(self, block: n.Block, fields: Mapping[str, m.Field]) -> Iterator[m.Field]:
        """Give the fields that name what the record is part of."""
        known = {name: found.span for name, found in fields.items()}
        for child in of_kind(n.BelongsToLine, block.children):
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
        for child in of_kind(n.FieldLine, block.children):
            self.reader.declare(child.statement.name, found, child)
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
            fields = self.checker.fields.of_lines(self._field_lines(block))
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
            name: self.checker.names.decision(name, block.statement.name.span)
            for name, block in self.symbols.decisions.items()
        }
        return {name: decision for name, decision in typed.items() if decision is not None}

    def _lets(self) -> dict[str, m.Let]:
        lets = {}
        for name, line in self.symbols.lets.items():
            value = self.checker.names.let_value(name, line.name.span)
            if value is not None:
                lets[name] = m.Let(name, line.record.text, value, line.name.span)
        return lets
