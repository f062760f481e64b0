"""Offers and follow-ups: to whom they go, when, through whom, and how often."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from stepladder_dsl.diagnostics.diagnostic import Label
from stepladder_dsl.model import spec as m
from stepladder_dsl.model.blocks import BlockReader, of_kind, title_of
from stepladder_dsl.model.calendars import CalendarReader
from stepladder_dsl.model.check.checker import ExpressionChecker
from stepladder_dsl.model.check.durations import whole_number
from stepladder_dsl.model.check.kinds import MONEY
from stepladder_dsl.model.check.scope import Scope
from stepladder_dsl.model.conditions import guard
from stepladder_dsl.model.expressions import Expression
from stepladder_dsl.model.messages import message_parts
from stepladder_dsl.model.types import DatetimeType, DateType
from stepladder_dsl.source import NOWHERE
from stepladder_dsl.syntax import nodes as n


class ContactReader:
    """Reads the offers and follow-ups of one spec."""

    def __init__(self, checker: ExpressionChecker, reader: BlockReader, calendars: CalendarReader) -> None:
        """Take the checker of expressions, the reader of blocks, and that of hours."""
        self.checker = checker
        self.reader = reader
        self.calendars = calendars
        self.symbols = checker.symbols
        self.report = checker.symbols.report

    def declare(self, blocks: Iterable[n.Block]) -> None:
        """Make the names of offers and follow-ups known, before anything speaks of them."""
        for name, block in self.reader.named(n.OfferLine, blocks):
            self.symbols.offers[name] = block.statement.name.span
        for name, block in self.reader.named(n.FollowUpLine, blocks):
            self.symbols.follow_ups[name] = block.statement.name.span

    def offers(self, blocks: Iterable[n.Block]) -> dict[str, m.Offer]:
        """Read the offers; what is wrong is reported, and what is right of them is kept."""
        offers = {}
        for name, block in self.reader.named(n.OfferLine, blocks):
            offer = self._offer(name, block)
            if offer is not None:
                offers[name] = offer
        return offers

    def follow_ups(self, blocks: Iterable[n.Block]) -> dict[str, m.FollowUp]:
        """Read the follow-ups; what is wrong is reported, and what is right of them is kept."""
        follow_ups = {}
        for name, block in self.reader.named(n.FollowUpLine, blocks):
            follow_up = self._follow_up(name, block)
            if follow_up is not None:
                follow_ups[name] = follow_up
        return follow_ups

    def caps(self, blocks: Iterable[n.Block]) -> tuple[m.Cap, ...]:
        """Give what lines such as `at most 2 contacts in 30 days` allow."""
        return tuple(
            m.Cap(count, self.checker.duration(child.statement.duration), child.span)
            for child in blocks
            if (count := whole_number(child.statement.times, self.symbols)) is not None
        )

    def _offer(self, name: str, block: n.Block) -> m.Offer | None:
        to = self.reader.single(block, n.OfferedToLine)
        if to is None:
            self.reader.missing(block, "offered_to", "TO")
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
        kind = self.reader.single(block, n.KindLine)
        cost = self.reader.single(block, n.CostLine)
        valid = self.reader.single(block, n.ValidLine)
        at_most, caps = self._how_often(block)
        order = self.reader.single(block, n.OrderLine)
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
        lines = list(of_kind(n.AtMostLine, block.children))
        for_good = [child for child in lines if child.statement.duration is None]
        for again in for_good[1:]:
            self.report("SL108", again.span, text=again.text, labels=(Label(for_good[0].span, "first"),))
        in_all = whole_number(for_good[0].statement.times, self.symbols) if for_good else None
        return in_all, self.caps(child for child in lines if child.statement.duration is not None)

    def _follow_up(self, name: str, block: n.Block) -> m.FollowUp | None:
        line = self.reader.single(block, n.AnchorLine)
        if line is None:
            self.reader.missing(block, "anchor", "AFTER_EVENT", "AFTER_ENTERING", "AFTER_NO")
            return None
        found = self._anchor(line)
        if found is None:
            return None
        anchor, record = found
        message = self.reader.single(block, n.MessageLine)
        again = self.reader.single(block, n.AgainLine)
        scope = Scope(record=record, event=anchor.event if isinstance(anchor, m.AfterEvent) else None)
        role, channel = self._by(block)
        escalations = [
            m.Escalation(escalation, self.checker.duration(child.statement.after), child.span)
            for child in of_kind(n.EscalationLine, block.children)
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
            self.reader.single(block, n.GoesOnLine) is not None,
            self.calendars.contact_hours(block),
            self.checker.duration(again.every) if again else None,
            guard(self.checker, again.until, Scope(record=record)) if again else None,
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
            return m.AfterEvent(event.name, guard(self.checker, line.guard, scope)), event.record
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

    def _patterns(self, block: n.Block, what: str, record: str) -> tuple[m.EventPattern, ...]:
        patterns = []
        for child in of_kind(n.PatternLine, block.children):
            line: n.PatternLine = child.statement
            if line.what != what:
                continue
            event = self.symbols.event(line.event, record)
            if event is None:
                continue
            scope = Scope(record=record, event=event.name)
            patterns.append(m.EventPattern(event.name, guard(self.checker, line.guard, scope), child.span))
        return tuple(patterns)

    def _condition(self, block: n.Block, record: str) -> Expression | None:
        line = self.reader.single(block, n.ConditionLine)
        if line is None:
            return None
        scope = Scope(record=record, process=self.symbols.only_process(record))
        return guard(self.checker, line.value, scope)

    def _by(self, block: n.Block) -> tuple[str | None, str | None]:
        line = self.reader.single(block, n.ByLine)
        if line is None:
            return None, None
        return self.symbols.role(line.role), line.channel.text if line.channel else None

    def _money(self, block: n.Block, kind: type, record: str) -> Expression | None:
        line = self.reader.single(block, kind)
        return self.checker.value(line.value, Scope(record=record), MONEY) if line is not None else None
