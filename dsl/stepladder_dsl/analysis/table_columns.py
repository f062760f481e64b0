"""The columns of a decision table, cut into classes of values that the same rows let through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from stepladder_dsl.analysis.domains import Domain, Names, names
from stepladder_dsl.analysis.intervals import Cut, Interval, Ranges, ranges
from stepladder_dsl.model import expressions as e


@dataclass(frozen=True)
class Class:
    """Values of a column that the same rows let through; `values` None stands for any at all."""

    sure: int
    may: int
    values: Domain | None


@dataclass(frozen=True)
class Cell:
    """What a row lets through in a column: surely these, and perhaps those (None: everything)."""

    sure: Domain | None
    may: Domain | None
    says_nothing: bool = False
    """Whether it compares with something that is no constant, so that both ends are open."""


@dataclass
class Column:
    """An expression that a table looks at, once for all columns that look at the same."""

    subject: e.Expression
    places: list[int]
    full: Domain | None
    cells: list[Cell] = field(default_factory=list)

    def classes(self, space: Domain | None) -> list[Class]:
        """Give the classes into which the cells cut a set of values (None: the values are not known)."""
        count = len(self.cells)
        if space is None:
            return [self.any_value]
        sure = _masks(space, [_empty(space) if cell.says_nothing else cell.sure for cell in self.cells])
        unsure = [number for number, cell in enumerate(self.cells) if cell.says_nothing]
        if not unsure:
            return [Class(mask, mask, values) for mask, values in sure.items()]
        outer = _masks(space, [cell.may for cell in self.cells])
        every = (1 << count) - 1
        found = []
        for inner_mask, inner_values in sure.items():
            for outer_mask, outer_values in outer.items():
                values = inner_values.intersection(outer_values)
                if not values.is_empty:
                    found.append(Class(inner_mask & every, outer_mask & every, values))
        return found

    @cached_property
    def any_value(self) -> Class:
        """Give what holds whatever the value is: a row that always matches, one that might."""
        if self.full is None:
            always = _bits(number for number, cell in enumerate(self.cells) if _is_open(cell))
            return Class(always, (1 << len(self.cells)) - 1, None)
        sure, may = (1 << len(self.cells)) - 1, 0
        for found in self.classes(self.full):
            sure, may = sure & found.sure, may | found.may
        return Class(sure, may, None)


def _is_open(cell: Cell) -> bool:
    """Say whether a cell asks nothing."""
    return not cell.says_nothing and cell.sure is None


def _bits(numbers: Iterator[int]) -> int:
    mask = 0
    for number in numbers:
        mask |= 1 << number
    return mask


def _empty(space: Domain) -> Domain:
    return space.without(space)


def _masks(space: Domain, cells: Sequence[Domain | None]) -> dict[int, Domain]:
    """Give for each set of rows the values of a space that exactly these cells let through."""
    everywhere = _bits(number for number, cell in enumerate(cells) if cell is None)
    told = {number: cell for number, cell in enumerate(cells) if cell is not None}
    found: dict[int, Domain] = {}
    if not space.values.is_empty:
        split = _split_ranges if isinstance(space.values, Ranges) else _split_names
        found = {mask | everywhere: values for mask, values in split(space, told).items()}
    if space.unknown:
        mask = everywhere | _bits(number for number, cell in told.items() if cell.unknown)
        nothing = _empty(space)
        before = found.get(mask, nothing)
        found[mask] = Domain(before.values, unknown=True)
    return found


def _split_ranges(space: Domain, cells: Mapping[int, Domain]) -> dict[int, Domain]:
    """Walk over the ends of all intervals from the lowest to the highest."""
    inside = 1 << (max(cells, default=0) + 1)
    changes: dict[Cut, int] = {}
    running = _toggled(changes, space.values, inside)
    scale = space.values.scale if isinstance(space.values, Ranges) else None
    for number, cell in cells.items():
        running ^= _toggled(changes, cell.intersection(space).values, 1 << number)
    ends: list[Cut | None] = [None, *sorted(changes), None]
    parts: dict[int, list[Interval]] = {}
    for low, high in pairwise(ends):
        if low is not None:
            running ^= changes[low]
        if running & inside:
            parts.setdefault(running ^ inside, []).append(Interval(low, high))
    return {mask: Domain(ranges(found, scale)) for mask, found in parts.items()} if scale is not None else {}


def _toggled(changes: dict[Cut, int], values: Ranges | Names, bit: int) -> int:
    """Note where a set begins and ends; give its bit if it begins without a bound."""
    unbounded = 0
    if isinstance(values, Ranges):
        for interval in values.intervals:
            if interval.low is None:
                unbounded = bit
            else:
                changes[interval.low] = changes.get(interval.low, 0) ^ bit
            if interval.high is not None:
                changes[interval.high] = changes.get(interval.high, 0) ^ bit
    return unbounded


def _split_names(space: Domain, cells: Mapping[int, Domain]) -> dict[int, Domain]:
    """Look at each name that a cell speaks of, and at all others as one."""
    sets = {number: cell.values for number, cell in cells.items() if isinstance(cell.values, Names)}
    if not isinstance(space.values, Names):
        return {}
    spoken = {value for found in sets.values() for value in found.values}
    if space.values.among:
        spoken |= space.values.values
    parts: dict[int, list[object]] = {}
    for value in spoken:
        if space.values.contains(value):
            mask = _bits(number for number, found in sets.items() if found.contains(value))
            parts.setdefault(mask, []).append(value)
    universe = space.values.universe
    split = {mask: Domain(names(found, universe=universe)) for mask, found in parts.items()}
    if not space.values.among:
        mask = _bits(number for number, found in sets.items() if not found.among)
        others = Domain(names(spoken | space.values.values, among=False))
        split[mask] = split[mask].union(others) if mask in split else others
    return split
