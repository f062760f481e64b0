"""Values as texts in tables and documents."""

from __future__ import annotations

from decimal import Decimal

from stepladder_engine.expressions.tally import shortest
from stepladder_engine.metrics.evaluate import Group


def value_text(value: object) -> str:
    """Give a value of any type as a text that means the same in every human language."""
    match value:
        case None:
            return "unknown"
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return str(shortest(value))
        case tuple():
            return "; ".join(value_text(item) for item in value)
        case _:
            return str(value)


def group_text(group: Group) -> str:
    """Give the values of a group as one text."""
    return ", ".join(value_text(value) for value in group)
