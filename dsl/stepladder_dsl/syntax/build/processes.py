"""Processes: their stages, transitions and what a transition does."""

# The methods are named after the grammar's rules and called by Lark with the rule's parts;
# a docstring for each would only repeat the grammar.
# ruff: noqa: D102

from __future__ import annotations

from typing import Any

from lark import Token, v_args

from stepladder_dsl.syntax import nodes as n
from stepladder_dsl.syntax.build.basis import Basis


@v_args(inline=True)
class Processes(Basis):
    """Builds the nodes of processes."""

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
