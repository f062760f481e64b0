"""Between which bounds a number or an amount of money lies, as far as the text alone tells.

What is claimed holds for every value that is known: an unknown one breaks no bound. Values of fields
lie within the limits of their fields, unless an effect of the spec may write there, which nobody checks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from functools import cached_property

from stepladder_dsl.analysis.conditions import asks_no_more, needed, written_out
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model.spec import Field, HitPolicy, OpenRecord, SetField, Spec, Transition
from stepladder_dsl.model.types import ListType

ZERO, ONE, INFINITY = Decimal(0), Decimal(1), Decimal("Infinity")
_EXACT = Context(prec=60)
# A run rounds a quotient to 28 digits: its bounds are rounded away from it.
_DOWN, _UP = (Context(prec=28, rounding=way) for way in (ROUND_FLOOR, ROUND_CEILING))
_DEEPEST = 60


@dataclass(frozen=True, slots=True)
class Range:
    """The least and the greatest value that something can have; infinite where it has no such bound."""

    least: Decimal = -INFINITY
    most: Decimal = INFINITY

    def __or__(self, other: Range) -> Range:
        """Give the range of a value that lies in one of two."""
        return Range(min(self.least, other.least), max(self.most, other.most))

    def __neg__(self) -> Range:
        """Give the range of the opposite."""
        return Range(-self.most, -self.least)

    def __add__(self, other: Range) -> Range:
        """Give the range of a sum."""
        return Range(_EXACT.add(self.least, other.least), _EXACT.add(self.most, other.most))

    def __mul__(self, other: Range) -> Range:
        """Give the range of a product; nothing taken without end is nothing."""
        ends = [
            _EXACT.multiply(one, two) if one and two else ZERO
            for one in (self.least, self.most)
            for two in (other.least, other.most)
        ]
        return Range(min(ends), max(ends))

    def __truediv__(self, other: Range) -> Range:
        """Give the range of a quotient; one by zero is unknown, and unknown values break no bound."""
        if other.least < ZERO < other.most:
            return UNBOUND
        if other.least < ZERO:
            return -self / -other
        ends = [(one, two) for one in (self.least, self.most) for two in (other.least, other.most)]
        known = [(one, two) for one, two in ends if one.is_finite() or two.is_finite()]
        return Range(
            min(_divided(*pair, _DOWN) for pair in known), max(_divided(*pair, _UP) for pair in known)
        )


def _divided(left: Decimal, right: Decimal, context: Context) -> Decimal:
    """Divide by a bound that is not below zero; zero stands for what lies just above it."""
    if not right:
        return left if not left else INFINITY.copy_sign(left)
    return context.divide(left, right)


UNBOUND = Range()
POINT_ZERO = Range(ZERO, ZERO)
COUNTED = Range(ZERO)
SHARE = Range(ZERO, ONE)


@dataclass(frozen=True)
class Amounts:
    """Gives the ranges of the expressions of one spec.

    `decided` are values of decision tables that are taken for given, by table and output.
    """

    spec: Spec
    decided: Mapping[tuple[str, str], Range] = field(default_factory=dict)

    def of(self, value: e.Expression, record: str | None = None, depth: int = 0) -> Range:
        """Give the range of an expression about a record of that kind."""
        if depth > _DEEPEST:
            return UNBOUND
        match value:
            case e.Literal(value=Decimal() as number):
                return Range(number, number)
            case e.RecordField(name=name) if record is not None and record in self.spec.records:
                return self._field(self.spec.records[record].fields.get(name), (record, name))
            case e.EventField(event=event, name=name):
                return self._event_field(event, name)
            case e.LetValue(name=name) if name in self.spec.lets:
                let = self.spec.lets[name]
                return self.of(let.value, let.record, depth + 1)
            case e.DecisionValue(decision=decision, output=output):
                return self._decided(decision, output, depth)
            case e.Negate(operand):
                return -self.of(operand, record, depth + 1)
            case e.Arithmetic():
                return self._calculated(value, record, depth)
            case e.Conditional(_, then, otherwise):
                return self.of(then, record, depth + 1) | self.of(otherwise, record, depth + 1)
            case e.History():
                return self._aggregated(value.aggregate, self._event_field(value.event, value.field))
            case e.Population(value=inner):
                inside = UNBOUND if inner is None else self.of(inner, value.record, depth + 1)
                return self._aggregated(value.aggregate, inside)
            case e.Elapsed(anchor=anchor) if anchor is not e.Anchor.FIELD:
                return COUNTED
        return UNBOUND

    def _calculated(self, value: e.Arithmetic, record: str | None, depth: int) -> Range:
        """Give the range of a calculation; a thing without itself is nothing, a part of it a share."""
        left, right = (self.of(side, record, depth + 1) for side in (value.left, value.right))
        match value.operator:
            case "+":
                return left + right
            case "-":
                return POINT_ZERO if value.left == value.right else left + -right
            case "*":
                return left * right
            case "/":
                return SHARE if self.is_share(value) else left / right
        return UNBOUND

    def is_share(self, value: e.Expression) -> bool:
        """Say whether a quotient counts some of those that it divides by."""
        if not isinstance(value, e.Arithmetic) or value.operator != "/":
            return False
        part, whole = (written_out(side, self.spec.lets) for side in (value.left, value.right))
        if isinstance(part, e.Population) and isinstance(whole, e.Population):
            same = part.record == whole.record
        elif isinstance(part, e.History) and isinstance(whole, e.History):
            same = part.event == whole.event and part.window == whole.window
        else:
            return False
        is_count = part.aggregate is whole.aggregate is e.Aggregate.COUNT
        wanted = list(needed(part.where, self.spec.lets))
        return (
            same
            and is_count
            and all(
                asks_no_more(one, wanted, self.spec.lets) or self._has_passed(one, wanted)
                for one in needed(whole.where, self.spec.lets)
            )
        )

    def _has_passed(self, part: e.Expression, wanted: Sequence[e.Expression]) -> bool:
        """Say whether a condition asks for the start of a process of which another stage has been reached."""
        if not isinstance(part, e.Reached) or part.stage != self.spec.processes[part.process].start:
            return False
        return any(isinstance(one, e.Reached) and one.process == part.process for one in wanted)

    def _field(self, field: Field | None, place: tuple[str | None, str]) -> Range:
        """Give what the limits of a field let through."""
        if field is None or place in self._written:
            return UNBOUND
        limits = [limit for limit in field.limits if isinstance(limit.value, Decimal)]
        least = [limit.value for limit in limits if limit.operator in {">", ">="}]
        most = [limit.value for limit in limits if limit.operator in {"<", "<="}]
        return Range(max(least, default=-INFINITY), min(most, default=INFINITY))

    def _event_field(self, event: str, name: str | None) -> Range:
        fields = self.spec.events[event].fields if event in self.spec.events else {}
        return UNBOUND if name is None else self._field(fields.get(name), (event, name))

    @cached_property
    def _written(self) -> set[tuple[str | None, str]]:
        """The fields that effects write, with their kind of record or event."""
        found: set[tuple[str | None, str]] = set()
        for process in self.spec.processes.values():
            ways: Iterator[Transition] = (way for one in process.stages.values() for way in one.transitions)
            for effect in (effect for way in ways for effect in way.effects):
                if isinstance(effect, SetField):
                    found.add((process.record, effect.field))
                else:
                    kind = effect.record if isinstance(effect, OpenRecord) else effect.event
                    found.update((kind, name) for name in effect.values)
        return found

    def _decided(self, name: str, output: str, depth: int) -> Range:
        """Give the range of what a decision table gives."""
        if (name, output) in self.decided:
            return self.decided[name, output]
        decision = self.spec.decisions.get(name)
        if decision is None or isinstance(decision.outputs.get(output), ListType):
            return UNBOUND
        place = list(decision.outputs).index(output)
        values = [row.values[place] for row in decision.rows]
        found = [self.of(value, decision.record, depth + 1) for value in values if value is not None]
        if decision.policy is HitPolicy.COLLECT_COUNT:
            return Range(ZERO, Decimal(len(decision.rows)))
        if decision.policy is HitPolicy.COLLECT_SUM:
            return sum((one | POINT_ZERO for one in found), POINT_ZERO)
        return _any_of(found)

    @staticmethod
    def _aggregated(aggregate: e.Aggregate, inside: Range) -> Range:
        """Give the range of an aggregate over values of a range; a sum of none is nothing."""
        if aggregate is e.Aggregate.COUNT:
            return COUNTED
        if aggregate is e.Aggregate.SUM:
            return Range(
                ZERO if inside.least >= ZERO else -INFINITY, ZERO if inside.most <= ZERO else INFINITY
            )
        return inside


def _any_of(ranges: Iterable[Range]) -> Range:
    found: Range | None = None
    for one in ranges:
        found = one if found is None else found | one
    return UNBOUND if found is None else found
