"""Parse tree -> syntax nodes: one method for each rule of the grammar that builds something."""

# The methods are named after the grammar's rules and called by Lark with the rule's parts;
# a docstring for each would only repeat the grammar.
# ruff: noqa: D102

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Any

from lark import Token, Transformer, v_args

from stepladder_dsl.source import Span
from stepladder_dsl.syntax import nodes as n
from stepladder_dsl.syntax.lexer import unquote
from stepladder_dsl.syntax.values import NoDay, plain_number, read_day


def _real_time(text: str) -> time | None:
    hour, minute, second = (int(part) for part in (text + ":00").split(":")[:3])
    try:
        return time(hour, minute, second)
    except ValueError:
        return None


def _minute(text: str) -> int | None:
    """Give the minute of the day of a clock time; 24:00 is the day's end."""
    hour, minute = (int(part) for part in text.split(":")[:2])
    return hour * 60 + minute if (hour < 24 and minute < 60) or (hour, minute) == (24, 0) else None


_WEEKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
_COMPARATORS = {"EQ": "=", "NE": "!=", "LT": "<", "LE": "<=", "GT": ">", "GE": ">="}
_AGGREGATES = {
    "SUM_OF": "sum",
    "AVERAGE_OF": "average",
    "MIN_OF": "min",
    "MAX_OF": "max",
    "FIRST_OF": "first",
    "LAST_OF": "last",
}


@v_args(inline=True)
class Builder(Transformer[Token, Any]):
    """Builds syntax nodes while Lark parses.

    Tokens know neither their file nor their language, so whoever parses sets
    `file`, and in `date_calendar` the one by which dates are written, first.
    """

    file = ""
    date_calendar = "gregorian"

    def _span(self, token: Token) -> Span:
        return Span(self.file, token.line or 0, token.column or 0, token.end_column or 0)

    def _cover(self, first: Any, last: Any) -> Span:
        start = self._span(first) if isinstance(first, Token) else first.span
        end = self._span(last) if isinstance(last, Token) else last.span
        return start.to(end)

    def _day(self, token: Token) -> date | NoDay:
        return read_day(token, self.date_calendar)

    def identifier(self, token: Token) -> n.Name:
        return n.Name(str(token), self._span(token))

    def quoted(self, token: Token) -> n.String:
        return n.String(unquote(token), self._span(token))

    # declarations

    def include(self, _keyword: Token, path: n.String) -> n.IncludeLine:
        return n.IncludeLine(path)

    def allow(self, _keyword: Token, *parts: Any) -> n.AllowLine:
        *findings, _because, reason = parts
        return n.AllowLine(tuple(findings), reason)

    def finding(self, *parts: Token) -> n.Name:
        return n.Name("".join(parts), self._cover(parts[0], parts[-1]))

    def spec(self, _keyword: Token, name: n.Name, title: n.String | None) -> n.SpecLine:
        return n.SpecLine(name, title)

    def currency(self, _keyword: Token, name: n.Name) -> n.CurrencyLine:
        return n.CurrencyLine(name)

    def timezone(self, _keyword: Token, zone: n.String) -> n.TimezoneLine:
        return n.TimezoneLine(zone)

    def zone(self, *parts: Any) -> n.String:
        text = "".join(part.text if isinstance(part, n.Name | n.String) else str(part) for part in parts)
        return n.String(text, self._cover(parts[0], parts[-1]))

    def calendar(self, _keyword: Token, name: n.Name, title: n.String | None) -> n.CalendarLine:
        return n.CalendarLine(name, title)

    def open_week(
        self, _keyword: Token, days: tuple[tuple[int, int], ...], hours: tuple[n.ClockRange, ...]
    ) -> n.OpenWeekLine:
        return n.OpenWeekLine(days, hours)

    def open_dates(
        self, _keyword: Token, dates: tuple[n.DateRange, ...], hours: tuple[n.ClockRange, ...] | None
    ) -> n.OpenDatesLine:
        return n.OpenDatesLine(dates, hours or ())

    def closed(self, _keyword: Token, dates: tuple[n.DateRange, ...]) -> n.ClosedLine:
        return n.ClosedLine(dates)

    def holidays(self, _keyword: Token, country: n.Name, subdivision: n.Name | None) -> n.HolidaysLine:
        return n.HolidaysLine(country, subdivision)

    def weekdays(self, *days: tuple[int, int]) -> tuple[tuple[int, int], ...]:
        return days

    def weekday_range(self, first: int, _minus: Token | None, last: int | None) -> tuple[int, int]:
        return (first, first if last is None else last)

    def weekday(self, keyword: Token) -> int:
        return _WEEKDAYS.index(keyword.type)

    def dates(self, *dates: n.DateRange) -> tuple[n.DateRange, ...]:
        return dates

    def date_range(self, first: Token, last: Token | None) -> n.DateRange:
        text = str(first) if last is None else f"{first} - {last}"
        end = first if last is None else last
        return n.DateRange(self._day(first), self._day(end), text, self._cover(first, end))

    def date_end(self, _keyword: Token, last: Token) -> Token:
        return last

    def hours(self, *hours: n.ClockRange) -> tuple[n.ClockRange, ...]:
        return hours

    def clock_range(self, start: Token, _minus: Token, end: Token) -> n.ClockRange:
        text = f"{start}-{end}"
        return n.ClockRange(_minute(start), _minute(end), text, self._cover(start, end))

    def role(self, _keyword: Token, name: n.Name, title: n.String | None) -> n.RoleLine:
        return n.RoleLine(name, title)

    def reports_to(self, _keyword: Token, role: n.Name) -> n.ReportsToLine:
        return n.ReportsToLine(role)

    def capacity(self, _keyword: Token, tasks: Token, _unit: Token) -> n.CapacityLine:
        return n.CapacityLine(self._number(tasks))

    def hourly_cost(self, _keyword: Token, amount: Token, _unit: Token) -> n.HourlyCostLine:
        return n.HourlyCostLine(self._number(amount))

    def record(self, _keyword: Token, name: n.Name, title: n.String | None) -> n.RecordLine:
        return n.RecordLine(name, title)

    def belongs_to(
        self, _keyword: Token, record: n.Name, called: n.Name | None, optional: Token | None
    ) -> n.BelongsToLine:
        return n.BelongsToLine(record, called, optional is not None)

    def called(self, _keyword: Token, name: n.Name) -> n.Name:
        return name

    def event(
        self, _keyword: Token, name: n.Name, title: n.String | None, _for: Token, record: n.Name
    ) -> n.EventLine:
        return n.EventLine(name, title, record)

    def field(
        self, name: n.Name, kind: n.TypeNode, optional: Token | None, limits: tuple[n.LimitNode, ...]
    ) -> n.FieldLine:
        return n.FieldLine(name, kind, optional is not None, limits)

    def limits(self, *limits: n.LimitNode) -> tuple[n.LimitNode, ...]:
        return limits

    def field_limit(self, operator: Token | str, value: Any) -> n.LimitNode:
        if isinstance(value, n.String):
            return n.LimitNode("matches", n.StringNode(value.text, value.span), value.span)
        return n.LimitNode(str(operator), value, value.span)

    def plain_type(self, keyword: Token) -> n.TypeNode:
        return n.TypeNode(keyword.type.removesuffix("_TYPE").lower())

    def yes_no_type(self, *_words: Token) -> n.TypeNode:
        return n.TypeNode("yes_no")

    def choice_type(self, _keyword: Token, *values: n.Name) -> n.TypeNode:
        return n.TypeNode("choice", values)

    def choice(self, value: n.Name | n.String) -> n.Name:
        return n.Name(value.text, value.span)

    def person_type(self, _keyword: Token, role: n.Name) -> n.TypeNode:
        return n.TypeNode("person", (role,))

    def reference_type(self, record: n.Name) -> n.TypeNode:
        return n.TypeNode("reference", (record,))

    def list_type(self, _keyword: Token, kind: n.TypeNode) -> n.TypeNode:
        return kind._replace(is_list=True)

    def let(
        self, _keyword: Token, name: n.Name, _for: Token, record: n.Name, _eq: Token, value: Any
    ) -> n.LetLine:
        return n.LetLine(name, record, value)

    # decision tables

    def decide(
        self, _keyword: Token, name: n.Name, title: n.String | None, _for: Token, record: n.Name
    ) -> n.DecideLine:
        return n.DecideLine(name, title, record)

    def hit_policy(self, keyword: Token) -> n.HitPolicyLine:
        return n.HitPolicyLine(keyword.type.removesuffix("_MATCH").lower())

    def row(self, inputs: tuple[n.CellNode, ...], outputs: tuple[n.CellNode, ...]) -> n.RowLine:
        return n.RowLine(inputs, outputs)

    def inputs(self, *cells: n.CellNode) -> tuple[n.CellNode, ...]:
        return cells

    outputs = inputs

    def any_value(self, minus: Token) -> n.CellNode:
        return n.CellNode((), None, None, self._span(minus))

    def typed_output(self, name: n.Name, kind: n.TypeNode) -> n.CellNode:
        return n.CellNode((), name, kind, name.span)

    def tests(self, *tests: n.CellTestNode) -> n.CellNode:
        return n.CellNode(tests, None, None, self._cover(tests[0], tests[-1]))

    def cell_compare(self, operator: str, value: Any) -> n.CellTestNode:
        return n.CellTestNode(operator, (value,), value.span)

    def cell_between(self, keyword: Token, low: Any, _and: Token, high: Any) -> n.CellTestNode:
        return n.CellTestNode("between", (low, high), self._cover(keyword, high))

    def cell_known(self, keyword: Token) -> n.CellTestNode:
        return n.CellTestNode("known", (), self._span(keyword))

    def cell_unknown(self, keyword: Token) -> n.CellTestNode:
        return n.CellTestNode("unknown", (), self._span(keyword))

    def cell_equal(self, value: Any) -> n.CellTestNode:
        if isinstance(value, n.UnknownNode):
            # Nothing is equal to it: what is asked is whether there is a value. In Russian both are one word.
            return n.CellTestNode("unknown", (), value.span)
        return n.CellTestNode("=", (value,), value.span)

    # process

    def process(
        self, _keyword: Token, name: n.Name, title: n.String | None, _for: Token, record: n.Name
    ) -> n.ProcessLine:
        return n.ProcessLine(name, title, record)

    def phase(self, _keyword: Token, name: n.Name, title: n.String | None) -> n.PhaseLine:
        return n.PhaseLine(name, title)

    def stage(self, _keyword: Token, name: n.Name, title: n.String | None) -> n.StageLine:
        return n.StageLine(name, title)

    def owner(self, _keyword: Token, role: n.Name) -> n.OwnerLine:
        return n.OwnerLine(role)

    def system(self, _keyword: Token, name: n.Name) -> n.SystemLine:
        return n.SystemLine(name)

    def start(self, _keyword: Token) -> n.StartLine:
        return n.StartLine()

    def end(self, _keyword: Token, outcome: str | None) -> n.EndLine:
        return n.EndLine(outcome)

    def outcome(self, keyword: Token) -> str:
        return keyword.type.lower()

    def do(self, _keyword: Token, text: n.String) -> n.DoLine:
        return n.DoLine(text)

    def needs(self, _keyword: Token, text: n.String) -> n.NeedsLine:
        return n.NeedsLine(text)

    def document(self, _keyword: Token, text: n.String) -> n.DocumentLine:
        return n.DocumentLine(text)

    def effort(self, _keyword: Token, duration: n.DurationNode) -> n.EffortLine:
        return n.EffortLine(duration)

    def cost(self, _keyword: Token, amount: Token) -> n.CostLine:
        return n.CostLine(self._number(amount))

    def limit(self, _keyword: Token, duration: n.DurationNode, alert: n.Name | None) -> n.LimitLine:
        return n.LimitLine(duration, alert)

    def alert(self, _keyword: Token, role: n.Name) -> n.Name:
        return role

    def on_event(
        self, _keyword: Token, event: n.Name, guard: Any, destination: tuple[n.Name | None]
    ) -> n.TransitionLine:
        return n.TransitionLine(event, None, None, guard, destination[0], guard and guard.span)

    def after(
        self,
        _keyword: Token,
        delay: n.DurationNode | n.Name,
        since: n.Name | None,
        guard: Any,
        destination: tuple[n.Name | None],
    ) -> n.TransitionLine:
        return n.TransitionLine(None, delay, since, guard, destination[0], guard and guard.span)

    def after_no(
        self,
        _keyword: Token,
        event: n.Name,
        _for: Token,
        delay: n.DurationNode,
        guard: Any,
        destination: tuple[n.Name | None],
    ) -> n.TransitionLine:
        return n.TransitionLine(None, delay, None, guard, destination[0], guard and guard.span, event)

    def always(self, _keyword: Token, guard: Any, destination: tuple[n.Name | None]) -> n.TransitionLine:
        return n.TransitionLine(None, None, None, guard, destination[0], guard.span)

    def since(self, _keyword: Token, name: n.Name) -> n.Name:
        return name

    def guard(self, _keyword: Token, condition: Any) -> Any:
        return condition

    def destination(self, _keyword: Token, stage: n.Name | None = None) -> tuple[n.Name | None]:
        return (stage,)

    def set(self, _keyword: Token, name: n.Name, _eq: Token, value: Any) -> n.SetLine:
        return n.SetLine(n.AssignmentNode(name, value))

    def emit(
        self,
        _keyword: Token,
        event: n.Name,
        recipient: n.Name | None,
        delay: n.DurationNode | None,
        assignments: tuple[n.AssignmentNode, ...],
    ) -> n.EmitLine:
        return n.EmitLine(event, recipient, delay, assignments)

    def recipient(self, _keyword: Token, name: n.Name) -> n.Name:
        return name

    def delay(self, _keyword: Token, duration: n.DurationNode) -> n.DurationNode:
        return duration

    def open_record(
        self,
        _keyword: Token,
        record: n.Name,
        called: n.Name | None,
        assignments: tuple[n.AssignmentNode, ...],
    ) -> n.OpenLine:
        return n.OpenLine(record, called, assignments)

    def assignments(self, *assignments: n.AssignmentNode) -> tuple[n.AssignmentNode, ...]:
        return assignments

    def assignment(self, name: n.Name, _eq: Token, value: Any) -> n.AssignmentNode:
        return n.AssignmentNode(name, value)

    # offers and follow-ups

    def offer(self, _keyword: Token, name: n.Name, title: n.String | None) -> n.OfferLine:
        return n.OfferLine(name, title)

    def kind(self, _keyword: Token, kind: str) -> n.KindLine:
        return n.KindLine(kind)

    def offer_kind(self, keyword: Token) -> str:
        return keyword.type.lower()

    def price(self, _keyword: Token, value: Any) -> n.PriceLine:
        return n.PriceLine(value)

    def discount(self, _keyword: Token, value: Any) -> n.DiscountLine:
        return n.DiscountLine(value)

    def offered_to(
        self, _keyword: Token, record: n.Name, stages: tuple[n.Name, ...] | None
    ) -> n.OfferedToLine:
        return n.OfferedToLine(record, stages or ())

    def in_stages(self, _keyword: Token, names: tuple[n.Name, ...]) -> tuple[n.Name, ...]:
        return names

    def names(self, *names: n.Name) -> tuple[n.Name, ...]:
        return names

    def condition(self, _keyword: Token, value: Any) -> n.ConditionLine:
        return n.ConditionLine(value)

    def by(self, _keyword: Token, role: n.Name, channel: n.Name | None) -> n.ByLine:
        return n.ByLine(role, channel)

    def via(self, _keyword: Token, channel: n.Name) -> n.Name:
        return channel

    def valid(self, _keyword: Token, duration: n.DurationNode) -> n.ValidLine:
        return n.ValidLine(duration)

    def at_most(
        self, _keyword: Token, count: Token, _times: Token, within: n.DurationNode | None
    ) -> n.AtMostLine:
        return n.AtMostLine(self._number(count), within)

    def order(self, _keyword: Token, position: Token, ladder: n.Name | None) -> n.OrderLine:
        return n.OrderLine(self._number(position), ladder)

    def on_ladder(self, _keyword: Token, ladder: n.Name) -> n.Name:
        return ladder

    def accepted(self, _keyword: Token, event: n.Name, guard: Any) -> n.PatternLine:
        return n.PatternLine("accepted", event, guard)

    def declined(self, _keyword: Token, event: n.Name, guard: Any) -> n.PatternLine:
        return n.PatternLine("declined", event, guard)

    def done_on(self, _keyword: Token, event: n.Name, guard: Any) -> n.PatternLine:
        return n.PatternLine("done", event, guard)

    def cancelled_on(self, _keyword: Token, event: n.Name, guard: Any) -> n.PatternLine:
        return n.PatternLine("cancelled", event, guard)

    def follow_up(self, _keyword: Token, name: n.Name, title: n.String | None) -> n.FollowUpLine:
        return n.FollowUpLine(name, title)

    def after_name(self, _after: Token, name: n.Name, _in: Token, *durations_and_guard: Any) -> n.AnchorLine:
        *durations, guard = durations_and_guard
        return n.AnchorLine("name", name, tuple(durations), guard)

    def after_entering(
        self, _after: Token, name: n.Name, _in: Token, durations: tuple[n.DurationNode, ...]
    ) -> n.AnchorLine:
        return n.AnchorLine("entering", name, durations, None)

    def after_silence(
        self, _after: Token, name: n.Name, _for: Token, durations: tuple[n.DurationNode, ...]
    ) -> n.AnchorLine:
        return n.AnchorLine("silence", name, durations, None)

    def durations(self, *durations: n.DurationNode) -> tuple[n.DurationNode, ...]:
        return durations

    def message(self, _keyword: Token, text: n.String) -> n.MessageLine:
        return n.MessageLine(text)

    def escalation(
        self, _keyword: Token, role: n.Name, _after: Token, duration: n.DurationNode
    ) -> n.EscalationLine:
        return n.EscalationLine(role, duration)

    def again(self, _keyword: Token, every: n.DurationNode, until: Any) -> n.AgainLine:
        return n.AgainLine(every, until)

    def until_condition(self, _keyword: Token, condition: Any) -> Any:
        return condition

    def goes_on(self, _keyword: Token) -> n.GoesOnLine:
        return n.GoesOnLine()

    # when and how often clients are contacted

    def quiet_hours(self, _keyword: Token, hours: tuple[n.ClockRange, ...]) -> n.QuietHoursLine:
        return n.QuietHoursLine(hours)

    def quiet_days(self, _keyword: Token, days: tuple[tuple[int, int], ...]) -> n.QuietDaysLine:
        return n.QuietDaysLine(days)

    def contact_only_in(self, _keyword: Token, calendar: n.Name) -> n.ContactOnlyInLine:
        return n.ContactOnlyInLine(calendar)

    def any_hour(self, _keyword: Token) -> n.AnyHourLine:
        return n.AnyHourLine()

    def contact_cap(
        self, _keyword: Token, count: Token, _contacts: Token, within: n.DurationNode
    ) -> n.ContactCapLine:
        return n.ContactCapLine(self._number(count), within)

    def within(self, _keyword: Token, duration: n.DurationNode) -> n.DurationNode:
        return duration

    # metrics and scenarios

    def metric(self, _keyword: Token, name: n.Name, title: n.String | None) -> n.MetricLine:
        return n.MetricLine(name, title)

    def formula(self, _eq: Token, value: Any) -> n.FormulaLine:
        return n.FormulaLine(value)

    def target(self, _keyword: Token, operator: str, value: Any) -> n.TargetLine:
        return n.TargetLine(operator, value)

    def grouped_by(self, _keyword: Token, names: tuple[n.Name, ...]) -> n.GroupedByLine:
        return n.GroupedByLine(names)

    def scenario(self, _keyword: Token, title: n.String) -> n.ScenarioLine:
        return n.ScenarioLine(title)

    def given(
        self,
        _keyword: Token,
        record: n.Name,
        called: n.Name | None,
        assignments: tuple[n.AssignmentNode, ...],
    ) -> n.GivenLine:
        return n.GivenLine(record, called, assignments)

    def happens(
        self,
        moment: n.MomentNode,
        event: n.Name,
        case: n.Name | None,
        assignments: tuple[n.AssignmentNode, ...],
    ) -> n.HappensLine:
        return n.HappensLine(moment, event, case, assignments)

    def of_case(self, _keyword: Token, name: n.Name) -> n.Name:
        return name

    def at(self, _keyword: Token, moment: n.MomentNode) -> n.AtLine:
        return n.AtLine(moment)

    def moment(self, day: Token, clock: Token | None) -> n.MomentNode:
        text = str(day) if clock is None else f"{day} {clock}"
        return n.MomentNode(
            self._day(day),
            _real_time(clock) if clock is not None else time(),
            clock is None,
            text,
            self._cover(day, day if clock is None else clock),
        )

    def expect_stage(
        self, _expect: Token, _stage: Token, name: n.Name, role: n.Name | None, case: n.Name | None
    ) -> n.ExpectLine:
        return n.ExpectLine("stage", name, None, absent=False, case=case, role=role)

    def expect_alert(self, _expect: Token, _alert: Token, name: n.Name, case: n.Name | None) -> n.ExpectLine:
        return n.ExpectLine("alert", name, None, absent=False, case=case)

    def expect_no_alert(self, _expect: Token, _alert: Token, case: n.Name | None) -> n.ExpectLine:
        return n.ExpectLine("alert", None, None, absent=True, case=case)

    def expect_task(
        self,
        _expect: Token,
        _task: Token,
        name: n.Name,
        status: str | None,
        role: n.Name | None,
        case: n.Name | None,
    ) -> n.ExpectLine:
        return n.ExpectLine("task", name, status, absent=False, case=case, role=role)

    def expect_no_task(
        self, _expect: Token, _task: Token, name: n.Name, role: n.Name | None, case: n.Name | None
    ) -> n.ExpectLine:
        return n.ExpectLine("task", name, None, absent=True, case=case, role=role)

    def expect_offer(
        self,
        _expect: Token,
        _offer: Token,
        name: n.Name,
        status: str | None,
        price: n.ExpressionNode | None,
        discount: n.ExpressionNode | None,
        role: n.Name | None,
        case: n.Name | None,
    ) -> n.ExpectLine:
        worth = (price, discount)
        return n.ExpectLine("offer", name, status, absent=False, case=case, role=role, worth=worth)

    def owned_by(self, _owner: Token, name: n.Name) -> n.Name:
        return name

    def by_whom(self, _by: Token, name: n.Name) -> n.Name:
        return name

    def at_price(self, _price: Token, amount: n.ExpressionNode) -> n.ExpressionNode:
        return amount

    def at_discount(self, _discount: Token, amount: n.ExpressionNode) -> n.ExpressionNode:
        return amount

    def expect_no_offer(
        self, _expect: Token, _offer: Token, name: n.Name, case: n.Name | None
    ) -> n.ExpectLine:
        return n.ExpectLine("offer", name, None, absent=True, case=case)

    def expect_forgotten(self, _expect: Token, _forgotten: Token, case: n.Name | None) -> n.ExpectLine:
        return n.ExpectLine("forgotten", None, None, absent=False, case=case)

    def expect_not_forgotten(self, _expect: Token, _forgotten: Token, case: n.Name | None) -> n.ExpectLine:
        return n.ExpectLine("forgotten", None, None, absent=True, case=case)

    def expect_deviation(
        self, _expect: Token, _deviation: Token, event: n.Name | None, case: n.Name | None
    ) -> n.ExpectLine:
        return n.ExpectLine("deviation", event, None, absent=False, case=case)

    def expect_no_deviation(
        self, _expect: Token, _deviation: Token, event: n.Name | None, case: n.Name | None
    ) -> n.ExpectLine:
        return n.ExpectLine("deviation", event, None, absent=True, case=case)

    def expect_that(self, _expect: Token, condition: Any, case: n.Name | None) -> n.ExpectThatLine:
        return n.ExpectThatLine(condition, case)

    def task_status(self, keyword: Token) -> str:
        return keyword.type.lower()

    def offer_status(self, keyword: Token) -> str:
        return keyword.type.lower()

    # expressions

    def _logical(self, operator: str, parts: tuple[Any, ...]) -> n.LogicalNode:
        operands = tuple(part for part in parts if not isinstance(part, Token))
        return n.LogicalNode(operator, operands, self._cover(operands[0], operands[-1]))

    def or_(self, *parts: Any) -> n.LogicalNode:
        return self._logical("or", parts)

    def and_(self, *parts: Any) -> n.LogicalNode:
        return self._logical("and", parts)

    def not_(self, keyword: Token, operand: Any) -> n.NotNode:
        return n.NotNode(operand, self._cover(keyword, operand))

    def comparator(self, token: Token) -> str:
        return _COMPARATORS[token.type]

    def compare(self, left: Any, operator: str, right: Any) -> n.CompareNode:
        return n.CompareNode(operator, left, right, self._cover(left, right))

    def member(self, operand: Any, _in: Token, choices: Any) -> n.MemberNode:
        return n.MemberNode(operand, choices, negated=False, span=self._cover(operand, choices))

    def not_member(self, operand: Any, _not_in: Token, choices: Any) -> n.MemberNode:
        return n.MemberNode(operand, choices, negated=True, span=self._cover(operand, choices))

    def list(self, *items: Any) -> n.ListNode:
        return n.ListNode(items, self._cover(items[0], items[-1]))

    def empty_list(self, opening: Token, closing: Token) -> n.ListNode:
        return n.ListNode((), self._cover(opening, closing))

    def between(self, operand: Any, _between: Token, low: Any, _and: Token, high: Any) -> n.BetweenNode:
        return n.BetweenNode(operand, low, high, self._cover(operand, high))

    def is_known(self, operand: Any, keyword: Token) -> n.KnownNode:
        return n.KnownNode(operand, negated=False, span=self._cover(operand, keyword))

    def is_unknown(self, operand: Any, keyword: Token) -> n.KnownNode:
        return n.KnownNode(operand, negated=True, span=self._cover(operand, keyword))

    def plus(self, left: Any, operator: Token, right: Any) -> n.ArithmeticNode:
        return n.ArithmeticNode(str(operator), left, right, self._cover(left, right))

    times = plus

    def negative(self, minus: Token, operand: Any) -> n.NegativeNode:
        return n.NegativeNode(operand, self._cover(minus, operand))

    def brackets(self, expression: Any) -> Any:
        return expression

    def name(self, name: n.Name) -> n.NameNode:
        return n.NameNode(name, name.span)

    def output(self, decision: n.Name, output: n.Name) -> n.OutputNode:
        return n.OutputNode(decision, output, self._cover(decision, output))

    def column(self, token: Token) -> n.ColumnNode:
        return n.ColumnNode(str(token)[1:-1], self._span(token))

    def reached(self, keyword: Token, stage: n.Name) -> n.ReachedNode:
        return n.ReachedNode(stage, self._cover(keyword, stage))

    def now_in(self, keyword: Token, stage: n.Name) -> n.NowInNode:
        return n.NowInNode(stage, self._cover(keyword, stage))

    def _number(self, token: Token) -> n.NumberNode:
        return n.NumberNode(Decimal(plain_number(token)), percent=False, span=self._span(token))

    def number(self, token: Token) -> n.NumberNode:
        return self._number(token)

    def percent(self, token: Token, sign: Token) -> n.NumberNode:
        return n.NumberNode(Decimal(plain_number(token)) / 100, percent=True, span=self._cover(token, sign))

    def string(self, token: Token) -> n.StringNode:
        return n.StringNode(unquote(token), self._span(token))

    def day(self, token: Token) -> n.DateNode:
        return n.DateNode(self._day(token), self._span(token))

    def yes(self, token: Token) -> n.YesNoNode:
        return n.YesNoNode(value=True, span=self._span(token))

    def no(self, token: Token) -> n.YesNoNode:
        return n.YesNoNode(value=False, span=self._span(token))

    def unknown(self, token: Token) -> n.UnknownNode:
        return n.UnknownNode(self._span(token))

    def conditional(
        self, keyword: Token, condition: Any, _then: Token, then: Any, _else: Token, otherwise: Any
    ) -> n.ConditionalNode:
        return n.ConditionalNode(condition, then, otherwise, self._cover(keyword, otherwise))

    def count(
        self, keyword: Token, kind: n.Name, reaching: n.Name | None, window: n.WindowNode | None
    ) -> n.AggregateNode:
        span = self._cover(keyword, window or reaching or kind)
        return n.AggregateNode("count", kind, None, reaching, window, None, span)

    def reaching(self, _keyword: Token, stage: n.Name) -> n.Name:
        return stage

    def aggregator(self, keyword: Token) -> Token:
        return keyword

    def aggregate(
        self, keyword: Token, kind: n.Name, field: n.Name, window: n.WindowNode | None
    ) -> n.AggregateNode:
        span = self._cover(keyword, window or field)
        return n.AggregateNode(_AGGREGATES[keyword.type], kind, field, None, window, None, span)

    def where(self, aggregate: n.AggregateNode, _keyword: Token, condition: Any) -> n.AggregateNode:
        return n.AggregateNode(
            aggregate.aggregate,
            aggregate.kind,
            aggregate.field,
            aggregate.reaching,
            aggregate.window,
            condition,
            self._cover(aggregate, condition),
        )

    def window(self, keyword: Token, duration: n.DurationNode) -> n.WindowNode:
        return n.WindowNode(keyword.type == "IN_LAST", duration, self._cover(keyword, duration))

    def since_event(self, unit: Token, _since: Token, which: Token, event: n.Name) -> n.ElapsedNode:
        return n.ElapsedNode(unit.type, which.type.lower(), event, self._cover(unit, event))

    def since_field(self, unit: Token, _since: Token, name: n.Name) -> n.ElapsedNode:
        return n.ElapsedNode(unit.type, "field", name, self._cover(unit, name))

    def in_stage(self, unit: Token, stage: Token) -> n.ElapsedNode:
        return n.ElapsedNode(unit.type, "stage", None, self._cover(unit, stage))

    def unit(self, keyword: Token) -> Token:
        return keyword

    def working_unit(self, keyword: Token) -> Token:
        return keyword

    def in_calendar(self, _keyword: Token, name: n.Name) -> n.Name:
        return name

    def working(self, amount: Token, unit: Token, calendar: n.Name | None) -> n.DurationNode:
        span = self._cover(amount, calendar if calendar is not None else unit)
        kind = unit.type.removeprefix("WORKING_")
        return n.DurationNode(Decimal(plain_number(amount)), kind, span, working=True, calendar=calendar)

    def duration(self, amount: Token, unit: Token) -> n.DurationNode:
        return n.DurationNode(Decimal(plain_number(amount)), unit.type, self._cover(amount, unit))
