"""Formulas that simplify themselves, and three-valued truths and values made of them.

A part of a formula is a Python truth value where it is settled, so that most of what a spec says never
reaches the solver.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import Any

Formula = Any
"""`True`, `False` or a formula of the solver."""
Term = Any
"""A number, or a term of the solver."""


@cache
def available() -> bool:
    """Say whether a solver is installed; to know that it need not be loaded."""
    return find_spec("z3") is not None


@cache
def works() -> bool:
    """Say whether a solver is there and can be loaded: it may lack a library of the system."""
    if not available():
        return False
    try:
        import z3  # noqa: F401 - only tried
    except Exception:  # noqa: BLE001 - whatever it dies of, the other rules go on
        return False
    return True


class Logic:
    """Connects formulas; what is settled beforehand is never handed on."""

    def __init__(self) -> None:
        """Load the solver."""
        import z3

        self.z3 = z3

    def every(self, *parts: Formula) -> Formula:
        """Give the formula that is true where each part is."""
        if any(part is False for part in parts):
            return False
        left = [part for part in parts if part is not True]
        if len(left) < 2:
            return left[0] if left else True
        return self.z3.And(left)

    def some(self, *parts: Formula) -> Formula:
        """Give the formula that is true where at least one part is."""
        if any(part is True for part in parts):
            return True
        left = [part for part in parts if part is not False]
        if len(left) < 2:
            return left[0] if left else False
        return self.z3.Or(left)

    def no(self, part: Formula) -> Formula:
        """Give the opposite."""
        return (not part) if isinstance(part, bool) else self.z3.Not(part)

    def if_so(self, condition: Formula, part: Formula) -> Formula:
        """Give the formula that asks for the part where the condition holds."""
        return self.some(self.no(condition), part)

    def same(self, left: Formula, right: Formula) -> Formula:
        """Give the formula that is true where both are or neither is."""
        if isinstance(left, bool):
            return right if left else self.no(right)
        if isinstance(right, bool):
            return left if right else self.no(left)
        return left == right

    def choice(self, condition: Formula, then: Term, otherwise: Term) -> Term:
        """Give one of two terms; one that stands for nothing gives way to the other."""
        if then is None or otherwise is None:
            return then if otherwise is None else otherwise
        if isinstance(condition, bool):
            return then if condition else otherwise
        return self.z3.If(condition, then, otherwise)

    def either(self, condition: Formula, then: Formula, otherwise: Formula) -> Formula:
        """Give one of two formulas."""
        return self.some(self.every(condition, then), self.every(self.no(condition), otherwise))

    def total(self, terms: list[Term]) -> Term:
        """Add terms up."""
        return self.z3.Sum(terms) if terms else self.z3.RealVal(0)

    def real(self, term: Term) -> Term:
        """Make a whole number one that is compared with any."""
        return self.z3.ToReal(term) if self.z3.is_expr(term) and self.z3.is_int(term) else term


@dataclass(frozen=True)
class Three:
    """A three-valued truth: when it is true and when it is false; else it is unknown."""

    yes: Formula
    no: Formula


@dataclass(frozen=True)
class Value:
    """A value, and when it is known."""

    term: Term
    known: Formula = True


@dataclass(frozen=True)
class Items:
    """A list: when it is known, when a value is among it, and when one of its items is unknown."""

    known: Formula
    has: Callable[[Term], Formula]
    gap: Formula = False


UNKNOWN = Value(None, known=False)


class NotExpressibleError(Exception):
    """A part of a condition that a history of the solver cannot say exactly."""
