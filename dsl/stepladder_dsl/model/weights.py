"""How much stands behind a name, when all that it names is written out in its place.

A value of two others, each of two others, and so on: sixty such lines say more than anybody, or any
computer, can go through.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from stepladder_dsl.model import expressions as e

_DEEPEST = 200
"""As deep as an expression and what it names may be nested into each other."""
_MOST = 100_000
"""As many parts as it may have then."""


class Weight(NamedTuple):
    """The number of parts of something, and how deep they are nested."""

    parts: int
    depth: int


class Weights:
    """The weights of the names that are known so far; each is taken behind those that it names."""

    def __init__(self) -> None:
        """Begin without any."""
        self._known: dict[str, Weight] = {}

    def can_be_followed(self, name: str, expressions: Iterable[e.Expression]) -> bool:
        """Take what a name stands for, and say whether that can be gone through."""
        weights = [self._of(expression) for expression in expressions]
        weight = Weight(sum(each.parts for each in weights), max((each.depth for each in weights), default=0))
        self._known[name] = weight
        return weight.parts <= _MOST and weight.depth <= _DEEPEST

    def _of(self, expression: e.Expression) -> Weight:
        if isinstance(expression, e.LetValue):
            parts, depth = self._known.get(expression.name, Weight(0, 0))
        elif isinstance(expression, e.DecisionValue):
            parts, depth = self._known.get(expression.decision, Weight(0, 0))
        else:
            inside = [self._of(part) for part in e.children(expression)]
            parts = sum(weight.parts for weight in inside)
            depth = max((weight.depth for weight in inside), default=0)
        return Weight(parts + 1, depth + 1)
