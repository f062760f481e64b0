"""Conditions on which something happens or not, and what may leave them undecided."""

from __future__ import annotations

from stepladder_dsl.model.check.checker import ExpressionChecker
from stepladder_dsl.model.check.scope import Scope
from stepladder_dsl.model.expressions import Expression, LetValue
from stepladder_dsl.model.unknowns import UnknownFinder
from stepladder_dsl.syntax import nodes as n


def guard(checker: ExpressionChecker, node: n.ExpressionNode | None, scope: Scope) -> Expression | None:
    """Type a condition on which something happens or not; report what may leave it undecided."""
    if node is None:
        return None
    symbols = checker.symbols
    condition = checker.condition(node, scope)
    if scope.record is not None:
        finder = UnknownFinder(symbols.records[scope.record].fields, symbols.let_values)
        told: set[str] = set()
        for name, part in finder.possible(condition):
            if name not in told:
                told.add(name)
                variant = "let" if isinstance(part, LetValue) else ""
                words = part.name if isinstance(part, LetValue) else ""
                symbols.report("SL122", part.span, variant, name=name, value=words)
    return condition
