"""What clients are offered and when they are contacted: offers, follow-ups, quiet hours, caps."""

# The methods are named after the grammar's rules and called by Lark with the rule's parts;
# a docstring for each would only repeat the grammar.
# ruff: noqa: D102

from __future__ import annotations

from typing import Any

from lark import Token, v_args

from stepladder_dsl.syntax import nodes as n
from stepladder_dsl.syntax.build.basis import Basis


@v_args(inline=True)
class Outreach(Basis):
    """Builds the nodes of offers, follow-ups and of the rules of contact."""

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
