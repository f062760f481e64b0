"""Truths that nothing speaks against: conditions whose parts speak of things that do not touch each other.

Each part can then be what it likes, whatever the others are. What is not said here may still be so: it is
left to the solver.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from stepladder_dsl.analysis.domains import Domain
from stepladder_dsl.analysis.intervals import CONTINUOUS, Ranges
from stepladder_dsl.analysis.solver.answers import Truth
from stepladder_dsl.analysis.solver.footprint import unfolded
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model import spec as m
from stepladder_dsl.model.types import YesNoType

Asked = Sequence[tuple[e.Expression, Truth]]
Values = Callable[[Asked], tuple[e.Expression, Domain] | None]
"""Gives the one thing that conditions speak of, and its values for which they are as asked."""
_Thing = tuple[str, ...]
_PLAIN = (Truth.TRUE, Truth.FALSE, Truth.UNKNOWN)
_OPPOSITE = {Truth.TRUE: Truth.FALSE, Truth.FALSE: Truth.TRUE, Truth.UNKNOWN: Truth.UNKNOWN}
_NONE: frozenset[Truth] = frozenset()


class FreeTruths:
    """Looks at conditions of one record, asked when `event` has just happened, of cases in `stages`."""

    def __init__(
        self,
        spec: m.Spec,
        event: str | None,
        stages: Sequence[tuple[str, str]],
        values: Values,
        domain: Callable[[e.Expression], Domain | None],
    ) -> None:
        """Take where to look; nothing has been looked at yet."""
        self.spec = spec
        self.event = event
        self.stages = stages
        self.values = values
        self.domain = domain
        # By identity, with the condition itself, so that nothing else gets its place.
        self._looked_at: dict[int, _Condition] = {}

    def allow(self, conditions: Asked) -> bool:
        """Say whether nothing speaks against conditions that have these truths together."""
        groups = self._apart([condition for condition, _ in conditions])
        return groups is not None and all(
            self._allows([conditions[number] for number in group]) for group in groups
        )

    def _allows(self, conditions: Asked) -> bool:
        if len(conditions) > 1:
            return self._is_free(conditions)
        ((condition, wanted),) = conditions
        truths = self._look_at(condition).truths
        return not truths.isdisjoint((Truth.FALSE, Truth.UNKNOWN) if wanted is Truth.NOT_TRUE else (wanted,))

    def _look_at(self, condition: e.Expression) -> _Condition:
        if id(condition) not in self._looked_at:
            self._looked_at[id(condition)] = _Condition(condition, self)
        return self._looked_at[id(condition)]

    def open(self, condition: e.Expression) -> frozenset[Truth]:
        """Give truths that a condition can have for certain; there may be more."""
        match condition:
            case e.Not(operand):
                return _opposite(self.open(operand))
            case e.Logical("and", operands):
                return _all_of(self._of_parts("and", operands))
            case e.Logical("or", operands):
                # One of several is true just where not all their opposites are.
                return _opposite(_all_of([_opposite(one) for one in self._of_parts("or", operands)]))
            case e.LetValue(name, YesNoType()):
                return self.open(self.spec.lets[name].value)
            case _:
                return self._of_one(condition)

    def _of_parts(self, operator: str, operands: Sequence[e.Expression]) -> list[frozenset[Truth]]:
        """Give the truths of parts that do not touch each other."""
        groups = self._apart(operands)
        if groups is None:
            return [_NONE]
        return [
            self.open(operands[group[0]])
            if len(group) == 1
            else self._of_one(e.Logical(operator, tuple(operands[number] for number in group)))
            for group in groups
        ]

    def _of_one(self, condition: e.Expression) -> frozenset[Truth]:
        """Give the truths of a condition about one thing, one process, or two numbers."""
        places = _places(condition)
        if places is not None:
            return self._of_place(*places)
        found = frozenset(truth for truth in _PLAIN if self._is_free([(condition, truth)]))
        if not found and isinstance(condition, e.Comparison):
            return self._of_two(condition)
        return found

    def _is_free(self, conditions: Asked) -> bool:
        """Say whether the one thing that conditions speak of can be as they want it."""
        found = self.values(conditions)
        if found is None or found[1].is_empty:
            return False
        match found[0]:
            case e.Reached() | e.NowIn() | e.Elapsed(anchor=e.Anchor.ENTRY):
                return not self.stages
            case e.Elapsed(anchor=e.Anchor.FIRST_EVENT | e.Anchor.LAST_EVENT, name=kind) if (
                kind == self.event
            ):
                return found[1].contains(Decimal(0))
            case subject:
                return self._can_be_anything(subject)

    def _can_be_anything(self, subject: e.Expression) -> bool:
        """Say whether the event at hand leaves a thing all its values."""
        match subject:
            case e.RecordField() | e.EventField() | e.Elapsed(anchor=e.Anchor.ENTRY | e.Anchor.FIELD):
                return True
            case e.History(event=kind) | e.Elapsed(name=kind):
                return kind != self.event
            case e.LetValue(name):
                return self._can_be_anything(self.spec.lets[name].value)
            case _:
                return False

    def _of_place(self, process: str, among: frozenset[str]) -> frozenset[Truth]:
        """Give the truths of standing in one of some stages."""
        where = {stage for name, stage in self.stages if name == process}
        if where and len(where) < len(set(self.stages)):
            return _NONE
        where = where or set(self.spec.processes[process].stages)
        truths = {Truth.TRUE: where & among, Truth.FALSE: where - among}
        return frozenset(truth for truth, there in truths.items() if there)

    def _of_two(self, comparison: e.Comparison) -> frozenset[Truth]:
        """Give the truths of a comparison of two numbers, of which one can be any at all."""
        sides = (comparison.left, comparison.right)
        if self._apart(sides) != [[0], [1]] or not all(self._can_be_anything(side) for side in sides):
            return _NONE
        domains = [domain for side in sides if (domain := self.domain(side)) is not None]
        if len(domains) < len(sides) or not _can_be_either_side(*(domain.values for domain in domains)):
            return _NONE
        missing = {Truth.UNKNOWN} if any(domain.unknown for domain in domains) else set()
        return frozenset({Truth.TRUE, Truth.FALSE} | missing)

    def _apart(self, conditions: Sequence[e.Expression]) -> list[list[int]] | None:
        """Part conditions so that no two of different groups speak of the same; None where that is open."""
        groups: list[tuple[set[_Thing], list[int]]] = []
        for number, condition in enumerate(conditions):
            things = self._look_at(condition).things
            if things is None:
                return None
            touched = [group for group in groups if group[0] & things]
            groups = [group for group in groups if not group[0] & things]
            numbers = sorted([number, *(one for _, members in touched for one in members)])
            groups.append((things.union(*(group[0] for group in touched)), numbers))
        return [numbers for _, numbers in groups]

    def things(self, condition: e.Expression) -> set[_Thing] | None:
        """Give what a condition speaks of, with everything that hangs together with it."""
        found: set[_Thing] = set()
        for part in unfolded(self.spec, [condition]):
            match part:
                case e.RecordField(name):
                    found.add(("field", name))
                case e.EventField(event, name):
                    found.add(("event", event, name))
                case (
                    e.History(event=event)
                    | e.Elapsed(anchor=e.Anchor.FIRST_EVENT | e.Anchor.LAST_EVENT, name=event)
                ):
                    found.add(("history", event))
                    found.update(("event", event, name) for name in self.spec.events[event].fields)
                case e.Elapsed(anchor=e.Anchor.FIELD, name=name):
                    found |= {("field", name), ("today",)}
                case e.Reached(process, stage):
                    found.add(("been", process, stage))
                case e.NowIn(process=process) | e.Elapsed(name=process):
                    found.add(("place", process))
                    found.update(("been", process, stage) for stage in self.spec.processes[process].stages)
                case e.DecisionValue() | e.Population():
                    return None
        return found


@dataclass(frozen=True)
class _Condition:
    """A condition, and what is known of it, worked out once."""

    condition: e.Expression
    free: FreeTruths

    @cached_property
    def truths(self) -> frozenset[Truth]:
        return self.free.open(self.condition)

    @cached_property
    def things(self) -> set[_Thing] | None:
        return self.free.things(self.condition)


def _can_be_either_side(left: object, right: object) -> bool:
    """Say whether values of two sets can be equal, and either the greater one: both go up without end."""
    return all(
        isinstance(values, Ranges)
        and values.scale == CONTINUOUS
        and not values.is_empty
        and values.intervals[-1].high is None
        for values in (left, right)
    )


def _places(condition: e.Expression) -> tuple[str, frozenset[str]] | None:
    """Give the process and the stages of a condition that asks whether a case stands in one of them."""
    match condition:
        case e.NowIn(process, stage):
            return process, frozenset([stage])
        case e.Logical("or", operands):
            found = [_places(operand) for operand in operands]
            known = [place for place in found if place is not None]
            if len(known) == len(found) and len({process for process, _ in known}) == 1:
                return known[0][0], frozenset().union(*(stages for _, stages in known))
    return None


def _opposite(truths: Iterable[Truth]) -> frozenset[Truth]:
    return frozenset(_OPPOSITE[truth] for truth in truths)


def _all_of(parts: Sequence[frozenset[Truth]]) -> frozenset[Truth]:
    """Give truths that all of several conditions can have together, each being what it likes."""
    found: set[Truth] = set()
    if all(Truth.TRUE in part for part in parts):
        found.add(Truth.TRUE)
    if any(Truth.FALSE in part for part in parts):
        found.add(Truth.FALSE)
    if all(part - {Truth.FALSE} for part in parts) and any(Truth.UNKNOWN in part for part in parts):
        found.add(Truth.UNKNOWN)
    return frozenset(found)
