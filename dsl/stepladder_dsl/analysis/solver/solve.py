"""The solver: each question first to the abstract world, then to histories of a few events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from stepladder_dsl.analysis.solver.abstract import AbstractWorld
from stepladder_dsl.analysis.solver.answers import NOW, Answer, Client, Truth, Verdict
from stepladder_dsl.analysis.solver.concrete import ConcreteWorld, Listed, decoded
from stepladder_dsl.analysis.solver.encode import Codes, Encoded
from stepladder_dsl.analysis.solver.examples import filled, fresh_texts
from stepladder_dsl.analysis.solver.footprint import Footprint, footprint
from stepladder_dsl.analysis.solver.free import Asked
from stepladder_dsl.analysis.solver.influence import Influence
from stepladder_dsl.analysis.solver.logic import (
    Formula,
    Items,
    Logic,
    NotExpressibleError,
    Term,
    Three,
    works,
)
from stepladder_dsl.analysis.solver.quick import QuickAnswers
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model import spec as m
from stepladder_dsl.model import types as t

_FEW, _MANY = 4, 8
"""How many events an example may have: few as a rule, many where a number in the conditions asks for it."""
_SELDOM = 16
_MANY_LAWS = 3_000
_ROUND = (100, 10, 1, 50, 20, 200, 500, 1_000, 5, 2, 0)


@dataclass(frozen=True)
class Budget:
    """How many steps the solver may take: for one question, and for all those of a spec."""

    for_one: int = 400_000
    for_all: int = 60_000_000


@dataclass
class _Place:
    """An abstract world with its own solver, which has taken in so many of its laws."""

    world: AbstractWorld
    solver: Any
    told: int
    conditions: dict[int, tuple[e.Expression, Three]]


class Solver:
    """Answers questions about the conditions of one spec; `undecided` counts those left open."""

    def __init__(self, spec: m.Spec, budget: Budget | None = None) -> None:
        """Take the spec; nothing is loaded before the first question."""
        self.spec = spec
        self.budget = budget or Budget()
        self.undecided = 0
        self.influence = Influence(spec)
        self._spent = 0
        self._counted = 0
        self._asked = 0
        self._proved: dict[Any, tuple[bool, Asked]] = {}
        self._footprints: dict[int, tuple[e.Expression, Footprint]] = {}
        self._places: dict[tuple[str, str | None], _Place] = {}

    def possible(
        self,
        record: str,
        conditions: Asked,
        event: str | None = None,
        process: str | None = None,
        stage: str | None = None,
    ) -> Verdict:
        """Say whether conditions of a record can have these truths together, and of which client.

        `event` has just happened, and is the one whose fields the conditions speak of. The case stands
        in `stage` of `process`, where they are given: what cannot be there is impossible; that the client
        of an example comes there is not said.
        """
        at_once = self._quick.answer(record, conditions, event)
        if at_once is not None:
            return at_once
        if not works():
            return self._left_open()
        stages = [(process, stage)] if process is not None and stage is not None else []
        abstract = self._abstract(record, conditions, event, stages)
        if abstract is not Answer.POSSIBLE:
            return Verdict(abstract) if abstract is Answer.IMPOSSIBLE else self._left_open()
        found = self._example(record, conditions, event)
        return found or self._left_open()

    def impossible(
        self,
        record: str,
        conditions: Asked,
        event: str | None = None,
        stages: Sequence[tuple[str, str]] = (),
    ) -> bool:
        """Say whether it is proved that conditions of a record cannot have these truths together.

        The case stands in one of the stages, which are given with their processes; without any, anywhere.
        """
        stages = stages if self._asks_where(conditions) else ()
        key = (record, event, tuple(stages), *((id(condition), truth) for condition, truth in conditions))
        if key not in self._proved:
            # The conditions are kept with their answer, so that nothing else gets their identity.
            self._proved[key] = (self._is_impossible(record, conditions, event, stages), conditions)
        return self._proved[key][0]

    def _is_impossible(
        self, record: str, conditions: Asked, event: str | None, stages: Sequence[tuple[str, str]]
    ) -> bool:
        at_once = self._quick.answer(record, conditions, event)
        if at_once is not None and (at_once.answer is Answer.IMPOSSIBLE or not stages):
            return at_once.answer is Answer.IMPOSSIBLE
        if self._quick.nothing_against(record, conditions, event, stages):
            return False
        if not works():
            self.undecided += 1
            return False
        answer = self._abstract(record, conditions, event, stages)
        self.undecided += answer is Answer.NOT_DECIDED
        return answer is Answer.IMPOSSIBLE

    def _asks_where(self, conditions: Asked) -> bool:
        """Say whether it matters for any of the conditions where the case stands."""
        return any(self._read(condition).asks_where for condition, _ in conditions)

    def _read(self, condition: e.Expression) -> Footprint:
        """Give what a condition reads, worked out once."""
        if id(condition) not in self._footprints:
            self._footprints[id(condition)] = (condition, footprint(self.spec, [condition]))
        return self._footprints[id(condition)][1]

    def _left_open(self) -> Verdict:
        self.undecided += 1
        return Verdict(Answer.NOT_DECIDED)

    @cached_property
    def _quick(self) -> QuickAnswers:
        return QuickAnswers(self.spec, self.influence)

    @cached_property
    def _logic(self) -> Logic:
        return Logic()

    @cached_property
    def _codes(self) -> Codes:
        return Codes(fresh_texts(self.spec.language))

    # what cannot be

    def _abstract(
        self, record: str, conditions: Asked, event: str | None, stages: Sequence[tuple[str, str]]
    ) -> Answer:
        """Ask the abstract world; *possible* says no more than that nothing speaks against it."""
        place = self._place(record, event)
        wanted = [_formula(self._logic, self._condition(place, one), truth) for one, truth in conditions]
        if stages:
            wanted.append(self._logic.some(*(place.world.stands_in(*stage) for stage in stages)))
        if any(formula is False for formula in wanted):
            return Answer.IMPOSSIBLE
        place.solver.add(place.world.laws[place.told :])
        place.told = len(place.world.laws)
        place.solver.push()
        place.solver.add([formula for formula in wanted if formula is not True])
        answer = self._checked(place.solver)
        place.solver.pop()
        return {"sat": Answer.POSSIBLE, "unsat": Answer.IMPOSSIBLE}.get(answer, Answer.NOT_DECIDED)

    def _place(self, record: str, event: str | None) -> _Place:
        key = (record, event)
        known = self._places.get(key)
        # What has been asked before burdens each later question: begin anew before that costs more.
        if known is None or len(known.world.laws) > _MANY_LAWS:
            world = AbstractWorld(self._logic, self.spec, self._codes, self.influence, record, event)
            self._places[key] = _Place(world, self._new_solver(), 0, {})
        return self._places[key]

    def _condition(self, place: _Place, condition: e.Expression) -> Three:
        """Encode a condition once; kept with its expression, whose identity is the key."""
        if id(condition) not in place.conditions:
            place.conditions[id(condition)] = (condition, place.world.truth(condition))
        return place.conditions[id(condition)][1]

    def _new_solver(self) -> Any:
        solver = self._logic.z3.Solver()
        # Steps are counted, not seconds: the answer is the same on every machine.
        solver.set("rlimit", self.budget.for_one)
        return solver

    def _checked(self, solver: Any) -> str:
        """Let the solver answer, within what is left."""
        if self._spent >= self.budget.for_all:
            return "unknown"
        if self._asked % _SELDOM == 0:
            # The library counts for all its solvers together, and reading its figures takes time.
            counted = _steps(solver)
            self._counted = counted if self._asked == 0 else self._counted
            self._spent = counted - self._counted
        self._asked += 1
        return str(solver.check())

    # what can be

    def _example(self, record: str, conditions: Asked, event: str | None) -> Verdict | None:
        """Look for a history in which the conditions have their truths."""
        read = footprint(self.spec, [condition for condition, _ in conditions], event)
        for slots in _sizes(read):
            try:
                world = ConcreteWorld(
                    self._logic, self.spec, self._codes, self.influence, record, event, read, slots
                )
                truths = [world.truth(condition) for condition, _ in conditions]
            except NotExpressibleError:
                return None
            wanted = [
                _formula(self._logic, three, truth)
                for three, (_, truth) in zip(truths, conditions, strict=True)
            ]
            found = self._smallest(world, wanted)
            if found is not None:
                client = _Reading(self.spec, self._codes, world, found, record, event).client()
                return Verdict(Answer.POSSIBLE, client, tuple(_truth_in(found, three) for three in truths))
        return None

    def _smallest(self, world: ConcreteWorld, wanted: list[Formula]) -> Any | None:
        """Give a model with as few events and as round numbers as there is."""
        if any(formula is False for formula in wanted):
            return None
        solver, z3 = self._new_solver(), self._logic.z3
        solver.add([law for law in world.laws if law is not True])
        solver.add([formula for formula in wanted if formula is not True])
        if self._checked(solver) != "sat":
            return None
        model = solver.model()
        for preferred in self._preferences(world, z3):
            model = self._with_preference(solver, preferred, model)
        return model

    def _with_preference(self, solver: Any, options: Iterable[Formula], model: Any) -> Any:
        """Hold to the first of the options that is possible, if any is; and give a model of it."""
        for option in options:
            if self._logic.z3.is_true(model.eval(option, model_completion=True)):
                solver.add(option)
                return model
            solver.push()
            solver.add(option)
            if self._checked(solver) == "sat":
                return solver.model()
            solver.pop()
        return model

    @staticmethod
    def _preferences(world: ConcreteWorld, z3: Any) -> Iterator[Iterable[Formula]]:
        """Yield what is nice to have, each as options of which the first is the nicest.

        To write an option takes longer than to decide it, so none is written before it is needed.
        """
        if world.slots:
            used = z3.Sum(world.used)
            yield (used <= count for count in range(len(world.slots)))
            yield (
                z3.And([slot.days <= limit for slot in world.slots])
                for limit in (10, 31, 62, 100, 400, 1_500)
            )
        if world.numbers:
            yield [z3.And([z3.IsInt(term) for term in world.numbers])]
            yield [z3.And([z3.And(term >= -1_000, term <= 10_000) for term in world.numbers])]
        for term in world.numbers[:4]:
            yield _each(term, _ROUND)


class _Reading:
    """Reads a client out of a model."""

    def __init__(
        self, spec: m.Spec, codes: Codes, world: ConcreteWorld, model: Any, record: str, event: str | None
    ) -> None:
        self.spec = spec
        self.codes = codes
        self.world = world
        self.model = model
        self.record = record
        self.event = event

    def client(self) -> Client:
        """Give the client: its record, and what has happened to it."""
        fields = self.spec.records[self.record].fields
        values = self._values(fields, self.world.record_values)
        given = m.Given(self.record, self.record, filled(fields, values, self.spec.language))
        return Client((given,), tuple(self._happened()), NOW, self.event)

    def _happened(self) -> Iterator[m.Happens]:
        for slot in self.world.slots:
            number = self._number(slot.kind)
            if number == 0:
                continue
            event = self.spec.events[self.world.kinds[number - 1]]
            encoded = {name: value for (kind, name), value in slot.fields.items() if kind == event.name}
            values = filled(event.fields, self._values(event.fields, encoded), self.spec.language)
            time = NOW - timedelta(minutes=self._number(slot.minutes))
            yield m.Happens(time, event.name, m.Case(self.record, self.record), values)

    def _values(self, fields: dict[str, m.Field] | Any, encoded: dict[str, Encoded]) -> dict[str, Any]:
        """Give the known values among those that the model decides."""
        found: dict[str, Any] = {}
        for name, value in encoded.items():
            if not _is_true(self.model, value.known):
                continue
            kind = fields[name].type
            if isinstance(value, Listed) and isinstance(kind, t.ListType):
                chosen = [code for code, is_in in value.chosen.items() if _is_true(self.model, is_in)]
                found[name] = tuple(decoded(kind.element, code, self.codes) for code in chosen)
            elif not isinstance(value, Items) and value.term is not None:
                found[name] = decoded(kind, self._plain(value.term), self.codes)
        return found

    def _number(self, term: Term) -> int:
        return int(self._plain(term))

    def _plain(self, term: Term) -> Any:
        """Give the value of a term as Python has it."""
        if isinstance(term, bool | int):
            return term
        z3 = self.world.logic.z3
        value = self.model.eval(term, model_completion=True)
        if z3.is_bool(value):
            return z3.is_true(value)
        fraction = value.as_fraction() if z3.is_rational_value(value) else value.as_long()
        return Decimal(fraction.numerator) / Decimal(fraction.denominator)


def _sizes(read: Footprint) -> tuple[int, ...]:
    """Give how many events an example may have, the few first: one where none but the last is spoken of."""
    if not read.reads_history:
        return (1,)
    return (_FEW, _MANY) if _FEW <= read.largest <= _MANY else (_FEW,)


def _each(term: Term, numbers: Sequence[int]) -> Iterator[Formula]:
    return (term == number for number in numbers)


def _is_true(model: Any, formula: Formula) -> bool:
    if isinstance(formula, bool):
        return formula
    return str(model.eval(formula, model_completion=True)) == "True"


def _truth_in(model: Any, three: Three) -> Truth:
    """Give what a condition is in a model."""
    if _is_true(model, three.yes):
        return Truth.TRUE
    return Truth.FALSE if _is_true(model, three.no) else Truth.UNKNOWN


def _formula(logic: Logic, three: Three, truth: Truth) -> Formula:
    """Give the formula that says that a condition is so."""
    match truth:
        case Truth.TRUE:
            return three.yes
        case Truth.FALSE:
            return three.no
        case Truth.NOT_TRUE:
            return logic.no(three.yes)
        case Truth.UNKNOWN:
            return logic.every(logic.no(three.yes), logic.no(three.no))


def _steps(solver: Any) -> int:
    """Give how many steps a solver has counted."""
    # Every question adds figures, and this one is among the last: the others are not read again each time.
    figures = solver.statistics()
    found = (figures[place] for place in reversed(range(len(figures))))
    return next((int(count) for name, count in found if name == "rlimit count"), 0)
