"""Metrics and scenarios."""

# The methods are named after the grammar's rules and called by Lark with the rule's parts;
# a docstring for each would only repeat the grammar.
# ruff: noqa: D102

from __future__ import annotations

from datetime import time
from typing import Any

from lark import Token, v_args

from stepladder_dsl.syntax import nodes as n
from stepladder_dsl.syntax.build.basis import Basis


def _real_time(text: str) -> time | None:
    hour, minute, second = (int(part) for part in (text + ":00").split(":")[:3])
    try:
        return time(hour, minute, second)
    except ValueError:
        return None


@v_args(inline=True)
class Scenarios(Basis):
    """Builds the nodes of metrics and scenarios."""

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
