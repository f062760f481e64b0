"""Whether conditions together hold for every client, by trying one value of each part of a field's range.

A figure that is compared with constants can do nothing but lie below, on, between or above them; so one value
of each of these places stands for all of them. What is compared with something else may turn out either way.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise, product
from math import prod
from typing import Any

from stepladder_dsl.model import expressions as e
from stepladder_dsl.model import spec as m
from stepladder_dsl.model import types as t
from stepladder_dsl.model.logic import COMPARE, all_true, any_true

HAPPENED = "happened"
REACHED = "reached"
Fact = tuple[str, str]
"""What is certain: (`HAPPENED`, an event), (`REACHED`, a stage of the process), or another word and name."""
_MOST = 20_000
_OTHER = "\0"
"""A text that nobody writes."""
_Holds = Callable[[Sequence[Any]], bool | None]
"""From a client's figures, in the order in which they were noted, to what a condition is."""


@dataclass(frozen=True)
class _Known:
    """What is known of the client while conditions are asked."""

    facts: Collection[Fact]
    stage: str
    never: str | None = None
    """An event that has not happened."""
    at_last: bool = False
    """Whether as much time has passed since everything as one likes."""


@dataclass
class _Terms:
    """The figures that conditions compare, and the constants with which they do."""

    constants: dict[Any, set[Any]] = field(default_factory=dict)
    places: dict[Any, int] = field(default_factory=dict)

    def add(self, term: Any, *constants: Any) -> int:
        """Note a figure and what it is compared with; gives its place among the figures."""
        self.constants.setdefault(term, set()).update(constants)
        return self.places.setdefault(term, len(self.places))


class Cover:
    """Answers for the conditions about the record of one process."""

    def __init__(self, spec: m.Spec, process: m.Process) -> None:
        """Take the spec and the process whose stage a case stands in."""
        self.spec = spec
        self.process = process

    def always(self, guards: Sequence[e.Expression | None], facts: Collection[Fact], stage: str) -> bool:
        """Say whether at each moment one of several conditions is true for every client in a stage."""
        return self._some_hold(guards, _Known(facts, stage))

    def finally_(self, guards: Sequence[e.Expression | None], facts: Collection[Fact], stage: str) -> bool:
        """Say whether one of several conditions becomes true for every client, if only time passes."""
        ticking = any(guard is not None and self._ticks(guard) for guard in guards)
        return self._some_hold(guards, _Known(facts, stage, at_last=True)) and not ticking

    def needs(self, guard: e.Expression, event: str, facts: Collection[Fact], stage: str) -> bool:
        """Say whether a condition is true for nobody to whom an event has not happened."""
        rows = self._rows([guard], _Known(facts, stage, never=event))
        return rows is not None and not any(row[0] is True for row in rows)

    def events_in(self, guard: e.Expression) -> set[str]:
        """Give the events of which a condition speaks, also behind the names of values."""
        found: set[str] = set()
        for part in e.walk(guard):
            match part:
                case e.LetValue(name):
                    found |= self.events_in(self.spec.lets[name].value)
                case e.History(event=event):
                    found.add(event)
                case e.Elapsed(anchor=e.Anchor.FIRST_EVENT | e.Anchor.LAST_EVENT, name=event):
                    found.add(event)
        return found

    def _some_hold(self, guards: Sequence[e.Expression | None], known: _Known) -> bool:
        if None in guards:
            return True
        rows = self._rows([guard for guard in guards if guard is not None], known)
        return rows is not None and all(True in row for row in rows)

    def _rows(self, guards: Sequence[e.Expression], known: _Known) -> list[list[bool | None]] | None:
        """Give what each condition is for every kind of client; None where there are too many kinds."""
        terms = _Terms()
        holding = [self._holding(guard, terms) for guard in guards]
        values = [self._values(term, constants, known) for term, constants in terms.constants.items()]
        if prod(len(one) for one in values) > _MOST:
            return None
        return [[holds(client) for holds in holding] for client in product(*values)]

    # conditions

    def _holding(self, guard: e.Expression, terms: _Terms) -> _Holds:
        """Give a function from a client's figures to what a condition is."""
        match guard:
            case e.Literal(value):
                return lambda _: value
            case e.LetValue(name):
                return self._holding(self.spec.lets[name].value, terms)
            case e.Logical(word, operands):
                parts = [self._holding(operand, terms) for operand in operands]
                join = all_true if word == "and" else any_true
                return lambda client: join([part(client) for part in parts])
            case e.Not(operand):
                inner = self._holding(operand, terms)
                return lambda client: None if (value := inner(client)) is None else not value
            case e.IsKnown(operand, negated):
                asked = terms.add(self._term(operand))
                return lambda client: (client[asked] is None) == negated
            case e.Comparison(sign, left, right):
                return self._comparison(sign, left, right, guard, terms)
            case e.Between(operand, low, high):
                least = self._comparison(">=", operand, low, ("low", guard), terms)
                most = self._comparison("<=", operand, high, ("high", guard), terms)
                return lambda client: all_true([least(client), most(client)])
            case e.Membership(operand, choices):
                same = [self._comparison("=", operand, one, (one, guard), terms) for one in choices]
                return lambda client: any_true([part(client) for part in same])
        place = terms.add(self._term(guard))
        return lambda client: client[place]

    def _comparison(
        self, sign: str, left: e.Expression, right: e.Expression, whole: Any, terms: _Terms
    ) -> _Holds:
        first, second = self._term(left), self._term(right)
        compare = COMPARE[sign]
        if isinstance(second, e.Literal) and _is_told_by_places(first.type, sign):
            return self._bounded(first, second.value, terms, compare)
        if isinstance(first, e.Literal) and _is_told_by_places(second.type, sign):
            return self._bounded(second, first.value, terms, lambda value, bound: compare(bound, value))
        # Two figures: it may turn out either way.
        either = terms.add(("either", whole))
        return lambda client: client[either]

    @staticmethod
    def _bounded(
        term: e.Expression, bound: Any, terms: _Terms, compare: Callable[[Any, Any], bool]
    ) -> _Holds:
        """Give a function from a client's figures to how one of them compares with a constant."""
        place = terms.add(term, *([] if bound is None else [bound]))
        return lambda client: (
            None if bound is None or client[place] is None else compare(client[place], bound)
        )

    def _term(self, expression: e.Expression) -> e.Expression:
        """Give what a named value stands for."""
        while isinstance(expression, e.LetValue):
            expression = self.spec.lets[expression.name].value
        return expression

    def _ticks(self, guard: e.Expression) -> bool:
        """Say whether a condition has to be asked again with every day that passes."""
        match guard:
            case e.LetValue(name):
                return self._ticks(self.spec.lets[name].value)
            case e.DecisionValue():
                return True
            case e.Comparison(_, left, right):
                sides = (self._term(left), self._term(right))
                return any(self._ticks(side) for side in sides if not isinstance(side, e.Elapsed))
            case e.Between() | e.Membership() | e.IsKnown():
                terms = [self._term(child) for child in e.children(guard)]
                return any(self._ticks(term) for term in terms if not isinstance(term, e.Elapsed))
            case e.Elapsed():
                return True
        return any(self._ticks(child) for child in e.children(guard))

    # clients

    def _values(self, term: Any, constants: set[Any], known: _Known) -> list[Any]:
        """Give one value of each part of a figure's range, None for unknown."""
        match term:
            case e.Literal(value):
                return [value]
            case e.Reached(process, stage):
                own = process == self.process.name
                certain = own and (stage == known.stage or (REACHED, stage) in known.facts)
                return [True] if certain else [True, False]
            case e.NowIn(process, stage):
                return [stage == known.stage] if process == self.process.name else [True, False]
            case e.History():
                return self._history(term, constants, known)
            case e.Elapsed():
                return self._elapsed(term, constants, known)
            case tuple():
                return [True, False, None]
        return [*_places(term.type, constants), None]

    def _history(self, term: e.History, constants: set[Any], known: _Known) -> list[Any]:
        counts = term.aggregate is e.Aggregate.COUNT
        adds = counts or term.aggregate is e.Aggregate.SUM
        nothing = Decimal(0) if adds else None
        over = known.at_last and isinstance(term.window, e.LastWindow)
        if term.event == known.never or over:
            return [nothing]
        places = _places(term.type, constants)
        if not adds:
            return [*places, None]
        if not counts:
            return list(dict.fromkeys([*places, Decimal(0)]))
        certain = (HAPPENED, term.event) in known.facts and term.where is None and term.window is None
        whole = {Decimal(0), Decimal(1), *(Decimal(int(place)) for place in places)}
        return sorted(value for value in whole if value >= (1 if certain else 0))

    def _elapsed(self, term: e.Elapsed, constants: set[Any], known: _Known) -> list[Any]:
        if term.anchor is e.Anchor.FIELD:
            return [*_places(term.type, constants), None]
        own_entry = term.anchor is e.Anchor.ENTRY and term.name == self.process.name
        certain = own_entry or (HAPPENED, term.name) in known.facts
        if term.anchor is not e.Anchor.ENTRY and term.name == known.never:
            return [None]
        places = _places(term.type, constants)
        reached = places[-1:] if known.at_last else places
        return reached if certain else [*reached, None]


def _places(kind: t.Type, constants: set[Any]) -> list[Any]:
    """Give one value of each place that a figure can have beside its constants, the largest last."""
    if isinstance(kind, t.YesNoType):
        return [True, False]
    if isinstance(kind, t.ChoiceType):
        return list(kind.values)
    numbers = sorted(value for value in constants if isinstance(value, Decimal))
    if isinstance(kind, t.NumberType | t.MoneyType):
        if not numbers:
            return [Decimal(0)]
        between = [(low + high) / 2 for low, high in pairwise(numbers)]
        near = [number + step for number in numbers for step in (-1, 1)]
        return sorted({*numbers, *between, *near})
    if isinstance(kind, t.TextType | t.ReferenceType | t.PersonType):
        return [*sorted(map(str, constants)), _OTHER]
    return [_OTHER]


def _is_told_by_places(kind: t.Type, sign: str) -> bool:
    """Say whether a few values stand for all that a figure of a type can be."""
    if isinstance(kind, t.NumberType | t.MoneyType):
        return True
    return sign in {"=", "!="} and isinstance(
        kind, t.ChoiceType | t.YesNoType | t.TextType | t.ReferenceType | t.PersonType
    )
