"""Named values and decision tables."""

# The methods are named after the grammar's rules and called by Lark with the rule's parts;
# a docstring for each would only repeat the grammar.
# ruff: noqa: D102

from __future__ import annotations

from typing import Any

from lark import Token, v_args

from stepladder_dsl.syntax import nodes as n
from stepladder_dsl.syntax.build.basis import Basis


@v_args(inline=True)
class Decisions(Basis):
    """Builds the nodes of named values and decision tables."""

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
