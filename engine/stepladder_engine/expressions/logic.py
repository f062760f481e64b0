"""How comparisons and three-valued logic run on a record: ``None`` is unknown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from stepladder_engine.expressions.view import View

Evaluate = Callable[[View], Any]
"""Gives the value of an expression for a record as it is now."""

AT_LEAST = {">=": True, ">": True, "<": False, "<=": False}
"""Whether a comparison with a bound says that something is as large, or that it is not."""


def units_asked(word: str, bound: Decimal) -> int:
    """Give the smallest whole number that is as large as a comparison asks (or, below, no more allows)."""
    exact = word in {">=", "<"}
    return (
        int(bound.to_integral_value(ROUND_CEILING))
        if exact
        else int(bound.to_integral_value(ROUND_FLOOR)) + 1
    )


def is_whole(value: Any) -> bool:
    """Say whether a value is a whole number."""
    return isinstance(value, Decimal) and value == value.to_integral_value()


def against(apply: Callable[[Any, Any], Any], subject: Evaluate, constant: Any) -> Evaluate:
    """Give the function that compares something with a constant."""

    def evaluate(view: View) -> Any:
        value = subject(view)
        return None if value is None else apply(value, constant)

    return evaluate


def joined(parts: Sequence[Evaluate], *, stops: bool) -> Evaluate:
    """Give three-valued `or` (which stops at a true part) or `and` (which stops at a false one)."""

    def evaluate(view: View) -> bool | None:
        result: bool | None = not stops
        for part in parts:
            value: bool | None = part(view)
            if value is stops:
                return stops
            if value is None:
                result = None
        return result

    return evaluate
