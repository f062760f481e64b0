"""Decision tables: which rows match, and what the table says then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from stepladder_dsl.model import expressions as e
from stepladder_dsl.model.spec import HitPolicy
from stepladder_engine.expressions.logic import Evaluate
from stepladder_engine.expressions.tally import aggregate
from stepladder_engine.expressions.view import View

Rows = Sequence[tuple[Sequence[Evaluate], Evaluate]]
"""The rows of a decision table: their tests, and the value of one output."""


def _matching(rows: Rows, view: View) -> Iterator[Evaluate]:
    """Yield the values of the rows that match, in the order of the table."""
    return (value for tests, value in rows if all(test(view) is True for test in tests))


def hit(policy: HitPolicy, rows: Rows) -> Evaluate:
    """Give the function that follows a hit policy.

    Where `unique` matches several rows the answer is unknown: the table contradicts itself.
    What is collected leaves out unknown values.
    """
    if policy is HitPolicy.FIRST:
        return lambda view: next((value(view) for value in _matching(rows, view)), None)
    if policy is HitPolicy.UNIQUE:

        def only(view: View) -> Any:
            found = [value(view) for value in _matching(rows, view)]
            return found[0] if len(found) == 1 else None

        return only
    if policy is HitPolicy.COLLECT_COUNT:
        return lambda view: Decimal(sum(1 for _ in _matching(rows, view)))

    def collected(view: View) -> tuple[Any, ...]:
        values = (value(view) for value in _matching(rows, view))
        return tuple([value for value in values if value is not None])

    if policy is HitPolicy.COLLECT:
        return collected
    how = e.Aggregate(policy.value.removeprefix("collect_"))
    return lambda view: aggregate(how, collected(view))
