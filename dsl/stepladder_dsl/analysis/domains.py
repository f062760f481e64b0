"""Exact sets of the values of one expression.

A set knows its known values and whether *unknown* is among them. Ordered values are intervals on a
scale; names (choices, texts, yes and no, keys, lengths of time, lists) are a few values, or all but a
few. Nothing is approximated: what cannot be said exactly is None, and who asks stays silent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from stepladder_dsl.analysis.intervals import DAYS, MOMENTS, Ranges
from stepladder_dsl.model.types import (
    AnyType,
    ChoiceType,
    ColumnType,
    DatetimeType,
    DateType,
    MoneyType,
    NumberType,
    Type,
    YesNoType,
)


@dataclass(frozen=True, slots=True)
class Names:
    """Values without an order: these `values`, or (not `among`) all others; of a `universe` these always."""

    values: frozenset[Any] = frozenset()
    among: bool = True
    universe: tuple[Any, ...] | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is no value."""
        return self.among and not self.values

    def contains(self, value: Any) -> bool:
        """Say whether a value is one of these."""
        return (value in self.values) == self.among

    def union(self, other: Names) -> Names:
        """Give the values that are in either."""
        return self.complement().intersection(other.complement()).complement()

    def intersection(self, other: Names) -> Names:
        """Give the values that are in both."""
        universe = self.universe if self.universe is not None else other.universe
        if self.among and other.among:
            return names(self.values & other.values, universe=universe)
        if self.among:
            return names(self.values - other.values, universe=universe)
        if other.among:
            return names(other.values - self.values, universe=universe)
        return names(self.values | other.values, among=False, universe=universe)

    def complement(self) -> Names:
        """Give every other value."""
        return names(self.values, among=not self.among, universe=self.universe)

    def example(self) -> Any:
        """Give the first value in the order of the universe, or any short text that is not excluded."""
        if self.is_empty:
            raise ValueError("there is no value to give")
        if self.universe is not None:
            return next(value for value in self.universe if value in self.values)
        if self.among:
            return min(self.values, key=lambda value: (len(str(value)), str(value)))
        return next(text for text in _short_texts() if text not in self.values)


Values = Ranges | Names


@dataclass(frozen=True, slots=True)
class Domain:
    """Known values of one type, and whether *unknown* is among them."""

    values: Values
    unknown: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing is in it, not even unknown."""
        return not self.unknown and self.values.is_empty

    @property
    def known(self) -> Domain:
        """The same without unknown."""
        return Domain(self.values)

    def contains(self, value: Any) -> bool:
        """Say whether a value, or unknown (None), is in it."""
        return self.unknown if value is None else self.values.contains(value)

    def union(self, other: Domain) -> Domain:
        """Give what is in either."""
        return Domain(self.values.union(other.values), self.unknown or other.unknown)  # type: ignore[arg-type]

    def intersection(self, other: Domain) -> Domain:
        """Give what is in both."""
        values = self.values.intersection(other.values)  # type: ignore[arg-type]
        return Domain(values, self.unknown and other.unknown)

    def complement(self) -> Domain:
        """Give everything else of the type."""
        return Domain(self.values.complement(), not self.unknown)

    def without(self, other: Domain) -> Domain:
        """Give what is in this and not in the other."""
        return self.intersection(other.complement())

    def covers(self, other: Domain) -> bool:
        """Say whether everything of the other is in this."""
        return other.without(self).is_empty

    def example(self) -> Any:
        """Give a known value that is easy to read; None, for unknown, only where there is no other."""
        return None if self.values.is_empty and self.unknown else self.values.example()


def names(values: Iterable[Any], *, among: bool = True, universe: tuple[Any, ...] | None = None) -> Names:
    """Give a set of names; of a universe always those that are in it."""
    chosen = frozenset(values)
    if universe is None:
        return Names(chosen, among)
    left = frozenset(value for value in universe if (value in chosen) == among)
    return Names(left, universe=universe)


def _short_texts() -> Iterator[str]:
    """Yield A, B, C and so on, then A1, B1 and so on."""
    number = 0
    while True:
        yield from (f"{letter}{number or ''}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        number += 1


def everything(kind: Type) -> Domain | None:
    """Give every value of a type, and unknown; None where the type is not known."""
    match kind:
        case NumberType() | MoneyType():
            return Domain(Ranges(), unknown=True)
        case DateType():
            return Domain(Ranges(DAYS), unknown=True)
        case DatetimeType():
            return Domain(Ranges(MOMENTS), unknown=True)
        case ChoiceType(values):
            return Domain(names((), among=False, universe=values), unknown=True)
        case YesNoType():
            return Domain(names((), among=False, universe=(True, False)), unknown=True)
        case AnyType() | ColumnType():
            return None
        case _:
            return Domain(names((), among=False), unknown=True)


Box = tuple[Domain, ...]
"""A value, or several, for each of some expressions: every combination of them."""


def subtracted(box: Box, other: Box) -> Iterator[Box]:
    """Yield what is left of a box behind another one, in boxes that have nothing in common."""
    if any(mine.intersection(theirs).is_empty for mine, theirs in zip(box, other, strict=True)):
        yield box
        return
    for place, (mine, theirs) in enumerate(zip(box, other, strict=True)):
        left = mine.without(theirs)
        if not left.is_empty:
            common = (one.intersection(two) for one, two in zip(box[:place], other[:place], strict=True))
            yield (*common, left, *box[place + 1 :])


def remaining(space: Iterable[Box], rows: Iterable[Box], most: int = 2000) -> list[Box] | None:
    """Give what is left of a space behind some boxes; None where that falls into more than `most` parts."""
    left = list(space)
    for row in rows:
        left = [piece for box in left for piece in subtracted(box, row)]
        if len(left) > most:
            return None
    return left
