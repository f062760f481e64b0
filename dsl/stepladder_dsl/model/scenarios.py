"""Scenarios: small histories of one or several records, with what is expected of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from stepladder_dsl.diagnostics.diagnostic import Label
from stepladder_dsl.model import spec as m
from stepladder_dsl.model.blocks import BlockReader, of_kind
from stepladder_dsl.model.check.checker import ExpressionChecker
from stepladder_dsl.model.check.scope import Scope
from stepladder_dsl.model.types import MoneyType
from stepladder_dsl.record import record
from stepladder_dsl.source import Span
from stepladder_dsl.syntax import nodes as n
from stepladder_dsl.syntax.values import NoDay


@record
class _Given:
    """A record of the scenario under the name by which its lines speak of it."""

    record: str
    span: Span


def _assignment_behind_and(assignment: n.AssignmentNode, fields: Mapping[str, m.Field]) -> str | None:
    """Give the field of `amount = 100 and method = cash`, which is meant as two fields."""
    value = assignment.value
    if not isinstance(value, n.LogicalNode) or value.operator != "and":
        return None
    for operand in value.operands[1:]:
        if (
            isinstance(operand, n.CompareNode)
            and operand.operator == "="
            and isinstance(operand.left, n.NameNode)
            and operand.left.name.text in fields
        ):
            return operand.left.name.text
    return None


class ScenarioReader:
    """Reads the scenarios of one spec."""

    def __init__(
        self,
        checker: ExpressionChecker,
        reader: BlockReader,
        follow_ups: Mapping[str, m.FollowUp],
        offers: Mapping[str, m.Offer],
    ) -> None:
        """Take the checker of expressions, the reader of blocks, and what may be expected."""
        self.checker = checker
        self.follow_ups = follow_ups
        self.offers = offers
        self.symbols = checker.symbols
        self.report = checker.symbols.report
        self.reader = reader
        self.given: dict[str, _Given] = {}

    def scenarios(self, blocks: Iterable[n.Block]) -> Iterator[m.Scenario]:
        """Yield the scenarios that say at least which record they are about."""
        for block in of_kind(n.ScenarioLine, blocks):
            scenario = self._scenario(block)
            if scenario is not None:
                yield scenario

    def _scenario(self, block: n.Block) -> m.Scenario | None:
        lines = list(of_kind(n.GivenLine, block.children))
        if not lines:
            self.reader.missing(block, "given", "GIVEN")
            return None
        first = block.children[0]
        if isinstance(first.statement, n.HappensLine | n.AtLine):
            self.report("SL113", first.span, "given", text=first.text)
        self.given = {}
        named = [line for line in lines if self._name_given(line)]
        given = [self._given(line) for line in named]
        if not given:
            return None
        steps: list[m.ScenarioStep] = []
        latest: datetime | None = None
        for child in block.children:
            step = self._step(child)
            if step is None:
                continue
            if isinstance(step, m.Happens | m.At):
                self._check_order(child, step, latest)
                latest = step.time
            steps.append(step)
        title: n.String = block.statement.title
        return m.Scenario(title.text, tuple(given), tuple(steps), block.span)

    def _check_order(self, block: n.Block, step: m.Happens | m.At, latest: datetime | None) -> None:
        """Report a step that lies before the one above it; a bare date to look at is its day's end."""
        at_end_of_day = isinstance(step, m.At) and step.date_only
        if latest is not None and step.time < latest and not at_end_of_day:
            self.report("SL113", block.span, text=block.text)

    # who it is about

    def _name_given(self, block: n.Block) -> bool:
        """Make a given record known under its name, before any of them is read: they refer to each other."""
        line: n.GivenLine = block.statement
        record = self.symbols.record(line.record)
        if record is None:
            return False
        name = line.called or line.record
        first = self.given.get(name.text)
        if first is not None:
            variant = "unnamed" if line.called is None else "twice"
            self.report("SL121", name.span, variant, name=name.text, labels=(Label(first.span, "first"),))
            return False
        self.given[name.text] = _Given(record, name.span)
        return True

    def _given(self, block: n.Block) -> m.Given:
        line: n.GivenLine = block.statement
        record = self.symbols.records[line.record.text]
        values = self._plain_values(line.assignments, record.fields, record.name)
        self.reader.require_fields(record.fields, values, line.record)
        key = (line.called or line.record).text
        return m.Given(record.name, key, values, block.span)

    def _cases_of(self, record: str | None) -> list[str]:
        return [name for name, given in self.given.items() if record in {None, given.record}]

    def _case(self, name: n.Name | None, record: str | None, at: Span) -> m.Case | None:
        """Resolve the record that a line speaks of.

        Without a name it is the only given one of the kind that the line needs (None: of
        any kind), or one that the spec opens itself.
        """
        if name is not None:
            given = self.given.get(name.text)
            if given is not None:
                return m.Case(given.record, name.text)
            if name.text in self.symbols.records:
                return m.Case(name.text, None)
            known = [*self.given, *self.symbols.opened]
            self.symbols.unknown("case", name, known)
            return None
        found = self._cases_of(record)
        if len(found) == 1:
            return m.Case(self.given[found[0]].record, found[0])
        if not found and record is not None:
            return m.Case(record, None)
        self.report("SL121", at, cases=[f"`{case}`" for case in found])
        return None

    # values

    def _plain_values(
        self, assignments: tuple[n.AssignmentNode, ...], fields: Mapping[str, m.Field], record: str
    ) -> dict[str, Any]:
        values: dict[str, Any] = {}
        cases = {name: given.record for name, given in self.given.items()}
        for assignment in assignments:
            joined = _assignment_behind_and(assignment, fields)
            if joined is not None:
                self.report("SL006", assignment.value.span, "and_in_list", name=joined)
                return dict.fromkeys(fields)
            known = self.symbols.find("field", assignment.name, fields)
            if known is None:
                # It may be the very field that seems to be missing.
                values |= {name: None for name in fields if name not in values}
                continue
            scope = Scope(record=record, cases=cases)
            literal = self.checker.plain_value(assignment.value, scope, fields[known].type)
            values[known] = literal.value if literal is not None else None
        return values

    def _time(self, moment: n.MomentNode) -> datetime | None:
        if isinstance(moment.day, NoDay):
            self.symbols.no_day(moment.day, moment.span)
            return None
        if moment.clock is None:
            self.report("SL010", moment.span, text=moment.text)
            return None
        return datetime.combine(moment.day, moment.clock)

    # steps

    def _step(self, block: n.Block) -> m.ScenarioStep | None:
        match block.statement:
            case n.HappensLine():
                return self._happens(block)
            case n.AtLine(moment=moment):
                time = self._time(moment)
                return m.At(time, moment.date_only, block.span) if time is not None else None
            case n.ExpectLine():
                return self._expectation(block)
            case n.ExpectThatLine():
                return self._that(block)
            case _:
                return None

    def _happens(self, block: n.Block) -> m.Happens | None:
        line: n.HappensLine = block.statement
        time = self._time(line.moment)
        about = self._case(line.case, None, line.event.span) if line.case is not None else None
        if line.case is not None and about is None:
            return None
        event = self.symbols.event(line.event, about.record if about is not None else self._only_kind())
        if event is None or time is None:
            return None
        case = about or self._case(None, event.record, line.event.span)
        values = self._plain_values(line.assignments, event.fields, event.record)
        self.reader.require_fields(event.fields, values, line.event)
        if case is None:
            return None
        return m.Happens(time, event.name, case, values, line.moment.date_only, block.span)

    def _only_kind(self) -> str | None:
        """Give the kind of record that everything is about, where nothing else can appear."""
        kinds = {given.record for given in self.given.values()}
        return next(iter(kinds)) if len(kinds) == 1 and not self.symbols.opened else None

    def _that(self, block: n.Block) -> m.ExpectThat | None:
        line: n.ExpectThatLine = block.statement
        case = self._case(line.case, None, line.condition.span)
        if case is None:
            return None
        scope = Scope(record=case.record, process=self.symbols.only_process(case.record))
        typed = self.checker.condition(line.condition, scope)
        return m.ExpectThat(case, typed, self.symbols.words(line.condition.span), block.span)

    def _expectation(self, block: n.Block) -> m.Expectation | None:
        line: n.ExpectLine = block.statement
        if line.what == "alert":
            role = self.symbols.role(line.name) if line.name is not None else None
            case = self._case(line.case, None, block.span)
            if case is None or (line.name is not None and role is None):
                return None
            return m.ExpectAlert(case, role, line.absent, block.span)
        if line.what == "forgotten":
            case = self._case(line.case, None, block.span)
            return m.ExpectForgotten(case, line.absent, block.span) if case is not None else None
        if line.what == "deviation":
            return self._deviation(line, block.span)
        if line.name is None:
            return None
        role = self.symbols.role(line.role) if line.role is not None else None
        if line.role is not None and role is None:
            return None
        if line.what == "stage":
            return self._in_stage(line, line.name, role, block.span)
        if line.what == "task":
            rule = self.symbols.find("follow_up", line.name, self.symbols.follow_ups)
            case = self._case_for(line, self.follow_ups.get(rule or ""))
            if rule is None or case is None:
                return None
            return m.ExpectTask(case, rule, line.status, line.absent, role, block.span)
        offer = self.symbols.find("offer", line.name, self.symbols.offers)
        case = self._case_for(line, self.offers.get(offer or ""))
        if offer is None or case is None:
            return None
        price, discount = (self._amount(worth, case) for worth in line.worth)
        return m.ExpectOffer(case, offer, line.status, line.absent, role, price, discount, block.span)

    def _amount(self, worth: n.ExpressionNode | None, case: m.Case) -> Decimal | None:
        """Give an amount of money that is expected."""
        if worth is None:
            return None
        literal = self.checker.plain_value(worth, Scope(record=case.record), MoneyType())
        return literal.value if literal is not None and isinstance(literal.value, Decimal) else None

    def _deviation(self, line: n.ExpectLine, span: Span) -> m.ExpectDeviation | None:
        """Resolve whose deviation is expected: of the event's kind of record, where an event is named."""
        if line.name is None:
            case = self._case(line.case, None, span)
            return m.ExpectDeviation(case, None, line.absent, span) if case is not None else None
        about = self._case(line.case, None, line.name.span) if line.case is not None else None
        if line.case is not None and about is None:
            return None
        event = self.symbols.event(line.name, about.record if about is not None else self._only_kind())
        case = about or (self._case(None, event.record, line.name.span) if event is not None else None)
        if event is None or case is None:
            return None
        return m.ExpectDeviation(case, event.name, line.absent, span)

    def _case_for(self, line: n.ExpectLine, expected: m.FollowUp | m.Offer | None) -> m.Case | None:
        """Resolve the record that is expected to have a task or an offer, which has to be of its kind."""
        if expected is None or line.name is None:
            return None
        case = self._case(line.case, expected.record, line.name.span)
        if case is not None and case.record != expected.record and line.case is not None:
            self.report(
                "SL106",
                line.case.span,
                kind="<case>",
                name=line.case.text,
                other=case.record,
                record=expected.record,
                labels=(Label(expected.span, "declared"),),
            )
            return None
        return case

    def _in_stage(
        self, line: n.ExpectLine, name: n.Name, owner: str | None, span: Span
    ) -> m.ExpectStage | None:
        about = self._case(line.case, None, name.span) if line.case is not None else None
        if line.case is not None and about is None:
            return None
        stage = self.symbols.stage(name, about.record if about is not None else self._only_kind())
        if stage is None:
            return None
        case = about or self._case(None, stage.record, name.span)
        return m.ExpectStage(case, stage.process, stage.name, owner, span) if case is not None else None
