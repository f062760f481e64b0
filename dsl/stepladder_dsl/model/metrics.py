"""Metrics: their formulas, targets, owners, and by what they are told apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from stepladder_dsl.model import spec as m
from stepladder_dsl.model.blocks import BlockReader, title_of
from stepladder_dsl.model.check.checker import ExpressionChecker
from stepladder_dsl.model.check.scope import Scope
from stepladder_dsl.model.expressions import Aggregate, Arithmetic, Expression, Literal, Population
from stepladder_dsl.model.groupings import GroupingReader, Groupings
from stepladder_dsl.syntax import nodes as n

_NO_SHARE = 5
"""A target from which on a share of records was meant in per cent: nobody expects five times the whole."""


def _is_share(value: Expression) -> bool:
    """Say whether a figure is a part of a number of records."""
    return (
        isinstance(value, Arithmetic)
        and value.operator == "/"
        and isinstance(value.left, Population)
        and isinstance(value.right, Population)
        and value.left.aggregate is value.right.aggregate is Aggregate.COUNT
        and value.left.record == value.right.record
    )


class MetricReader:
    """Reads the metrics of one spec."""

    def __init__(self, checker: ExpressionChecker, reader: BlockReader) -> None:
        """Take the checker of expressions and the reader of blocks."""
        self.checker = checker
        self.reader = reader
        self.symbols = checker.symbols
        self.report = checker.symbols.report

    def metrics(self, blocks: Iterable[n.Block]) -> dict[str, m.Metric]:
        """Read the metrics that have a formula; what is wrong is reported."""
        metrics = {}
        for name, block in self.reader.named(n.MetricLine, blocks):
            formula = self.reader.single(block, n.FormulaLine)
            if formula is None:
                self.reader.missing(block, "formula", "EQ")
                continue
            value = self.checker.value(formula.value, Scope(population=True))
            line = self.reader.single(block, n.TargetLine)
            target = self._target(line, value) if line else None
            looked_at = [value] if target is None else [value, target.value]
            metrics[name] = m.Metric(
                name,
                value,
                title_of(block.statement.title),
                target,
                self.reader.owner(block),
                percent=line is not None and isinstance(line.value, n.NumberNode) and line.value.percent,
                **self._groupings(block, looked_at),
                span=block.statement.name.span,
            )
        return metrics

    def _groupings(self, block: n.Block, formulas: Sequence[Expression]) -> Groupings:
        """Give by what a metric is told apart: names, and for each kind that it looks at how."""
        line = self.reader.single(block, n.GroupedByLine)
        return GroupingReader(self.checker).groupings(line.names if line else (), formulas)

    def _target(self, line: n.TargetLine, value: Expression) -> m.Target | None:
        goal = self.checker.value(line.value, Scope(population=True), value.type)
        if _is_share(value) and isinstance(goal, Literal) and goal.value is not None:
            whole = line.value
            if isinstance(whole, n.NumberNode) and not whole.percent and whole.value >= _NO_SHARE:
                self.report("SL103", whole.span, "share_target", found=whole.value)
        text = f"{line.operator} {self.symbols.words(line.value.span)}"
        return m.Target(line.operator, goal, text)
