"""Expressions -> code for the kernel's stack machine, and when time alone changes their values.

The meaning is that of `expressions.compile`; every value is one whole number, whose scale is known
before anything runs. A quotient stays a fraction of two numbers until it is compared or rounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import field
from datetime import date
from decimal import Decimal
from typing import NamedTuple, Protocol

from stepladder_dsl.model import expressions as e
from stepladder_dsl.model.logic import MIRRORED
from stepladder_dsl.model.spec import Decision, HitPolicy, Let
from stepladder_dsl.model.types import AnyType, Duration, NumberType, Unit
from stepladder_dsl.record import record
from stepladder_engine.fast import layout as at

EPOCH_DAY = date(1970, 1, 1).toordinal()
MOST_SCALE = 12
MOST_SOURCES = 62
MOST_CODE = 20_000


class CannotLower(Exception):
    """The kernel has no form of a construct; the reference executor runs its records."""

    def __init__(self, construct: str, line: int = 0) -> None:
        """Take what it is, in a few words."""
        super().__init__(construct)
        self.construct = construct
        self.line = line


class Word(NamedTuple):
    """A text in the code, until the words of the columns are numbered."""

    text: str


Code = list["int | Word"]


class Shape(NamedTuple):
    """What a value is: decimal of a scale, fraction, date, instant, yes_no, word, duration, nothing."""

    kind: str
    scale: int = 0


TRUTH, NOTHING, FRACTION = Shape("yes_no"), Shape("nothing"), Shape("fraction")
WHOLE = Shape("decimal")


class Names(Protocol):
    """Where the fields and events that expressions speak of stand in the tables."""

    def field(self, name: str) -> tuple[int, Shape]:
        """Give the place and shape of a field of the record."""

    def column(self, event: str, name: str) -> tuple[int, Shape]:
        """Give the place and shape of an event's field."""

    def kind(self, event: str) -> int:
        """Give the place of a kind of event."""

    def process(self, name: str) -> int | None:
        """Give the place of a process of the record, None for one of another record."""

    def stage(self, process: str, stage: str) -> tuple[int, int]:
        """Give a stage's place among all of the record, and in its process."""


@record(frozen=False)
class Lowered:
    """An expression ready for the kernel: its code, its aggregates, and the moments at which it changes."""

    code: Code
    shape: Shape
    tallies: list[int]
    changes: list[tuple[int, ...]] = field(default_factory=list)
    sources: list[tuple[int, int]] = field(default_factory=list)


_WORDS = {
    "=": at.EQUAL,
    "!=": at.UNEQUAL,
    "<": at.LESS,
    "<=": at.AT_MOST,
    ">": at.MORE,
    ">=": at.AT_LEAST,
}
_ARITHMETIC = {"+": at.ADD, "-": at.SUBTRACT, "*": at.MULTIPLY}
_DURATION = re.compile(rf"(-?\d+) ({'|'.join(unit.value for unit in Unit)})s?", re.ASCII)
_AGGREGATES = {
    e.Aggregate.COUNT: at.COUNT,
    e.Aggregate.SUM: at.SUM,
    e.Aggregate.AVERAGE: at.SUM,
    e.Aggregate.MIN: at.LEAST,
    e.Aggregate.MAX: at.GREATEST,
    e.Aggregate.FIRST: at.FIRST,
    e.Aggregate.LAST: at.LAST,
}
_UNITS = {
    Unit.MINUTE: (at.EXACT, at.MINUTE),
    Unit.HOUR: (at.EXACT, 60 * at.MINUTE),
    Unit.DAY: (at.DAYS, 1),
    Unit.WEEK: (at.DAYS, 7),
    Unit.MONTH: (at.MONTHS, 1),
    Unit.YEAR: (at.MONTHS, 12),
}


def duration_row(duration: Duration) -> tuple[int, int, int]:
    """Give the row of a duration that no calendar counts: how it is counted, how much, and no calendar."""
    how, amount = _UNITS[duration.unit]
    return how, amount * duration.amount, -1


def read_duration(word: str) -> Duration | None:
    """Give the duration that a column's word stands for, None for any other word.

    >>> read_duration("2 days"), read_duration("two days")
    (Duration(amount=2, unit=<Unit.DAY: 'day'>, calendar=None), None)
    """
    found = _DURATION.fullmatch(word)
    return None if found is None else Duration(int(found[1]), Unit(found[2]))


class Lowering:
    """Lowers the expressions that speak of records of one kind; each is kept once."""

    def __init__(
        self,
        names: Names,
        lets: Mapping[str, Let],
        decisions: Mapping[str, Decision],
        calendars: Sequence[str],
    ) -> None:
        """Take where names stand, and what the spec gives a name to."""
        self.names = names
        self.lets = lets
        self.decisions = decisions
        self.calendars = list(calendars)
        self.guards: list[Lowered] = []
        self.tallies: list[tuple[int, ...]] = []
        self.bases: list[list[int]] = []
        self.durations: list[tuple[int, int, int]] = []
        self._kept: dict[tuple[e.Expression, str | None, str], int] = {}
        self._known_tallies: dict[e.History, int] = {}
        self._inner_tallies: dict[int, list[int]] = {}
        self._needs: list[int] = []
        self._event: str | None = None
        self.registers = 0

    # what the plan asks for

    def guard(self, expression: e.Expression | None, event: str | None = None) -> int:
        """Give the number of a condition, -1 for none. `event` is the one whose fields it may look at."""
        return -1 if expression is None else self._keep(expression, event, "guard")

    def value(self, expression: e.Expression, event: str | None, shape: Shape) -> int:
        """Give the number of a value of a shape."""
        return self._keep(expression, event, "value", shape)

    def money(self, expression: e.Expression, event: str | None, places: int, shape: Shape) -> int:
        """Give the number of an amount rounded to some decimals, in a shape that has as many or more."""
        key = (expression, event, f"money {places} {shape}")
        if key not in self._kept:
            with self._speaking_of(event):
                outer, self._needs = self._needs, []
                code, given = self.code(expression)
                if given == FRACTION:
                    # What is divided lies below its divisor.
                    code = [*code, at.FRACTION_ROUND, 10**places]
                elif given.kind == "decimal" and given.scale > places:
                    code = [*code, at.ROUND, 10 ** (given.scale - places)]
                rounded = given
                if given == FRACTION or (given.kind == "decimal" and given.scale > places):
                    rounded = Shape("decimal", places)
                code = self.turned(code, rounded, shape)
                self.guards.append(Lowered([*code, at.END], shape, self._needs))
                self._needs = outer
            self._kept[key] = len(self.guards) - 1
        return self._kept[key]

    def any_value(self, expression: e.Expression, event: str | None = None) -> tuple[int, Shape]:
        """Give the number of a value, and what shape it has by itself."""
        number = self._keep(expression, event, "any")
        return number, self.guards[number].shape

    def duration(self, duration: Duration) -> int:
        """Give the number of a duration."""
        row = duration_row(duration)
        if duration.calendar is not None:
            how = at.WORKING_DAYS if duration.unit is Unit.DAY else at.WORKING_HOURS
            row = (how, duration.amount, self.calendars.index(duration.calendar))
            if duration.amount < 1:
                raise CannotLower("no working time")
        if row not in self.durations:
            self.durations.append(row)
        return self.durations.index(row)

    def add_sources(self, guard: int, sources: Sequence[e.Expression], event: str | None) -> None:
        """Note which parts of a guard may make it unknown."""
        if guard < 0 or self.guards[guard].sources:
            return
        if len(sources) > MOST_SOURCES:
            raise CannotLower("condition of many parts")
        found = [self.any_value(part, event) for part in sources]
        self.guards[guard].sources = [(number, int(shape == FRACTION)) for number, shape in found]

    def _keep(self, expression: e.Expression, event: str | None, use: str, shape: Shape | None = None) -> int:
        key = (expression, event, f"{use} {shape}")
        if key not in self._kept:
            with self._speaking_of(event):
                outer, self._needs = self._needs, []
                code, given = self.code(expression)
                if shape is not None:
                    code, given = self.turned(code, given, shape), shape
                made = Lowered([*code, at.END], given, self._needs)
                self._needs = outer
                if len(made.code) > MOST_CODE:
                    raise CannotLower("very long expression")
                if use == "guard":
                    made.changes = list(self._changes(expression))
            self.guards.append(made)
            self._kept[key] = len(self.guards) - 1
        return self._kept[key]

    @contextmanager
    def _speaking_of(self, event: str | None) -> Iterator[None]:
        outer, self._event = self._event, event
        try:
            yield
        finally:
            self._event = outer

    def turned(self, code: Code, given: Shape, wanted: Shape) -> Code:
        """Give the code of a value in another shape that can hold it."""
        if given == wanted:
            return code
        if given == NOTHING:
            return [*code, at.PUSH, 1] if wanted == FRACTION else code
        if wanted == FRACTION and given.kind == "decimal":
            return [*code, at.PUSH, 10**given.scale]
        if given.kind == wanted.kind == "decimal" and given.scale < wanted.scale <= MOST_SCALE:
            return [*code, at.RESCALE, 10 ** (wanted.scale - given.scale)]
        raise CannotLower("value of another kind")

    @staticmethod
    def common(shapes: Sequence[Shape]) -> Shape:
        """Give the shape that can hold values of several."""
        known = [shape for shape in shapes if shape != NOTHING]
        if not known:
            return NOTHING
        if FRACTION in known:
            return FRACTION
        scale = max(shape.scale for shape in known)
        if len({shape.kind for shape in known}) > 1 or scale > MOST_SCALE:
            raise CannotLower("values of different kinds")
        return Shape(known[0].kind, scale)

    # expressions

    def code(self, expression: e.Expression) -> tuple[Code, Shape]:
        """Give the code of an expression, and what its value is."""
        match expression:
            case e.Literal(value):
                return _literal(value)
            case e.RecordField(name):
                place, shape = self.names.field(name)
                return [at.FIELD, place], shape
            case e.EventField(event, name):
                if event != self._event:
                    raise CannotLower("field of an event that is over", expression.span.line)
                place, shape = self.names.column(event, name)
                return [at.EVENT_FIELD, place], shape
            case e.LetValue(name):
                return self.code(self.lets[name].value)
            case e.DecisionValue(name, output):
                return self._decision(self.decisions[name], output)
            case e.ListMembership(operand, items):
                return self._among(operand, items), TRUTH
            case e.Negate(operand):
                code, shape = self.code(operand)
                return [*code, at.NEGATE], shape
            case e.Arithmetic():
                return self._arithmetic(expression)
            case e.Comparison(word, left, right):
                return self._comparison(word, left, right), TRUTH
            case e.Membership(operand, choices):
                return self._chain("or", [e.Comparison("=", operand, choice) for choice in choices]), TRUTH
            case e.Between(operand, low, high):
                bounds = e.Comparison(">=", operand, low), e.Comparison("<=", operand, high)
                return self._chain("and", bounds), TRUTH
            case e.IsKnown(operand, negated):
                code, shape = self.code(operand)
                code = [*code, at.FRACTION_KNOWN if shape == FRACTION else at.KNOWN]
                return [*code, at.NOT] if negated else code, TRUTH
            case e.Not(operand):
                return [*self.code(operand)[0], at.NOT], TRUTH
            case e.Logical(word, operands):
                return self._chain(word, operands), TRUTH
            case e.Conditional(condition, then, otherwise):
                return self._conditional(condition, then, otherwise)
            case e.History():
                return self._history(expression)
            case e.Elapsed(unit):
                anchor, about = self._anchor(expression)
                return [at.ELAPSED, self.duration(Duration(1, unit)), anchor, about], WHOLE
            case e.Reached(process, stage):
                number = self.names.process(process)
                if number is None:
                    return [at.PUSH, 0], TRUTH
                return [at.REACHED, number, self.names.stage(process, stage)[1]], TRUTH
            case e.NowIn(process, stage):
                number = self.names.process(process)
                if number is None:
                    return [at.PUSH, 0], TRUTH
                return [at.NOW_IN, number, self.names.stage(process, stage)[0]], TRUTH
            case _:
                raise CannotLower(type(expression).__name__, expression.span.line)

    def _chain(self, word: str, operands: Sequence[e.Expression]) -> Code:
        """Join truths; what decides early spares the rest."""
        join, jump = (at.AND, at.JUMP_FALSE) if word == "and" else (at.OR, at.JUMP_TRUE)
        whole: Code = self.code(operands[-1])[0]
        for number, operand in enumerate(reversed(operands[:-1])):
            del number
            whole = [*self.code(operand)[0], jump, len(whole) + 3, *whole, join]
        return whole

    def _comparison(self, word: str, left: e.Expression, right: e.Expression) -> Code:
        one, first = self.code(left)
        other, second = self.code(right)
        if NOTHING in {first, second}:
            return [at.PUSH, at.UNKNOWN]
        if second == FRACTION and first.kind == "decimal":
            one, first, other, second, word = other, second, one, first, MIRRORED[word]
        if first == FRACTION:
            if second.kind != "decimal":
                raise CannotLower("comparison of two quotients")
            return [*one, *other, at.FRACTION_IS, _WORDS[word], 10**second.scale]
        common = self.common((first, second))
        if common.kind == "duration" and word not in {"=", "!="}:
            raise CannotLower("order of durations", left.span.line)
        return [*self.turned(one, first, common), *self.turned(other, second, common), _WORDS[word]]

    def _arithmetic(self, expression: e.Arithmetic) -> tuple[Code, Shape]:
        one, first = self.code(expression.left)
        other, second = self.code(expression.right)
        if NOTHING in {first, second}:
            return [at.PUSH, at.UNKNOWN], NOTHING
        if first.kind != "decimal" or second.kind != "decimal":
            raise CannotLower("calculation with a quotient", expression.span.line)
        if expression.operator == "/":
            common = self.common((first, second))
            return [*self.turned(one, first, common), *self.turned(other, second, common)], FRACTION
        if expression.operator == "*":
            if first.scale + second.scale > MOST_SCALE:
                raise CannotLower("product of many decimals", expression.span.line)
            return [*one, *other, at.MULTIPLY], Shape("decimal", first.scale + second.scale)
        common = self.common((first, second))
        code = [*self.turned(one, first, common), *self.turned(other, second, common)]
        return [*code, _ARITHMETIC[expression.operator]], common

    def _conditional(
        self, condition: e.Expression, then: e.Expression, otherwise: e.Expression
    ) -> tuple[Code, Shape]:
        test = self.code(condition)[0]
        one, first = self.code(then)
        other, second = self.code(otherwise)
        common = self.common((first, second))
        yes, no = self.turned(one, first, common), self.turned(other, second, common)
        unknown = self.turned([at.PUSH, at.UNKNOWN], NOTHING, common)
        code: Code = [*test, at.BRANCH, 3 + len(yes) + 2, 3 + len(yes) + 2 + len(no) + 2, *yes]
        code += [at.JUMP, 2 + len(no) + 2 + len(unknown), *no, at.JUMP, 2 + len(unknown), *unknown]
        return code, common

    # decision tables

    def _rows(self, decision: Decision, output: str) -> tuple[list[tuple[list[Code], Code, Shape]], Shape]:
        place = list(decision.outputs).index(output)
        rows = []
        for row in decision.rows:
            tests = [self.code(test)[0] for test in row.tests if test is not None]
            value = row.values[place]
            rows.append((tests, *self.code(value or e.Literal(None, AnyType()))))
        return rows, self.common([shape for _, _, shape in rows])

    @staticmethod
    def _where(tests: Sequence[Code], then: Code) -> Code:
        """Give code that does something only where all tests are true."""
        whole = then
        for test in reversed(tests):
            whole = [*test, at.JUMP_NOT_TRUE, len(whole) + 2, *whole]
        return whole

    def _decision(self, decision: Decision, output: str) -> tuple[Code, Shape]:
        if decision.policy is HitPolicy.COLLECT_COUNT:
            count = self._register()
            code: Code = [at.PUSH, 0, at.STORE, count]
            for row in decision.rows:
                tests = [self.code(test)[0] for test in row.tests if test is not None]
                code += self._where(tests, [at.INCREASE, count])
            return [*code, at.LOAD, count], WHOLE
        rows, common = self._rows(decision, output)
        if decision.policy is HitPolicy.FIRST:
            whole = self.turned([at.PUSH, at.UNKNOWN], NOTHING, common)
            for tests, value, shape in reversed(rows):
                taken = [*self.turned(value, shape, common), at.JUMP, len(whole) + 2]
                whole = [*self._where(tests, taken), *whole]
            return whole, common
        if common == FRACTION:
            raise CannotLower("quotient in a decision table", decision.span.line)
        if decision.policy is HitPolicy.UNIQUE:
            return self._unique(rows, common), common
        keep = {
            HitPolicy.COLLECT_SUM: at.ADD_TO,
            HitPolicy.COLLECT_MIN: at.LEAST_TO,
            HitPolicy.COLLECT_MAX: at.GREATEST_TO,
        }.get(decision.policy)
        if keep is None:
            raise CannotLower("list of a decision table", decision.span.line)
        kept = self._register()
        code = [at.PUSH, 0 if keep == at.ADD_TO else at.UNKNOWN, at.STORE, kept]
        for tests, value, shape in rows:
            code += self._where(tests, [*self.turned(value, shape, common), keep, kept])
        return [*code, at.LOAD, kept], common

    def _unique(self, rows: Sequence[tuple[list[Code], Code, Shape]], common: Shape) -> Code:
        """Give the value of the only row that matches; where several do it is unknown."""
        count, kept = self._register(), self._register()
        code: Code = [at.PUSH, 0, at.STORE, count, at.PUSH, at.UNKNOWN, at.STORE, kept]
        for tests, value, shape in rows:
            found = [*self.turned(value, shape, common), at.STORE, kept, at.INCREASE, count]
            code += self._where(tests, found)
        return [
            *(*code, at.LOAD, count, at.PUSH, 1, at.EQUAL, at.JUMP_NOT_TRUE, 6),
            *(at.LOAD, kept, at.JUMP, 4, at.PUSH, at.UNKNOWN),
        ]

    def _among(self, operand: e.Expression, items: e.Expression) -> Code:
        """Give whether a value is among those of a list."""
        items = self._unfolded(items)
        if isinstance(items, e.ListOf) and items.items:
            return self._chain("or", [e.Comparison("=", operand, item) for item in items.items])
        if not isinstance(items, e.DecisionValue):
            raise CannotLower("field with several values", items.span.line)
        decision = self.decisions[items.decision]
        if decision.policy is not HitPolicy.COLLECT:
            raise CannotLower("list of a decision table", decision.span.line)
        rows, common = self._rows(decision, items.output)
        wanted, found = self._register(), self._register()
        value, shape = self.code(operand)
        both = self.common((common, shape))
        code: Code = [*self.turned(value, shape, both), at.STORE, wanted, at.PUSH, 0, at.STORE, found]
        for tests, item, given in rows:
            test = [*self.turned(item, given, both), at.LOAD, wanted, at.EQUAL]
            code += self._where([*tests, test], [at.PUSH, 1, at.STORE, found])
        # Whether an unknown value is among others is unknown.
        return [
            *(*code, at.LOAD, wanted, at.KNOWN, at.JUMP_NOT_TRUE, 6),
            *(at.LOAD, found, at.JUMP, 4, at.PUSH, at.UNKNOWN),
        ]

    def _register(self) -> int:
        self.registers += 1
        return self.registers - 1

    # history and time

    def _history(self, expression: e.History) -> tuple[Code, Shape]:
        tally = self.tally(expression)
        if expression.aggregate is e.Aggregate.COUNT:
            return [at.TALLY, tally], WHOLE
        shape = self.names.column(expression.event, expression.field or "")[1]
        if expression.aggregate is e.Aggregate.AVERAGE:
            return [at.TALLY_TOTAL, tally, at.RESCALE, 10**shape.scale], FRACTION
        return [at.TALLY, tally], shape

    def tally(self, expression: e.History) -> int:
        """Give the number of an aggregate, and note that the expression at hand needs it."""
        if expression not in self._known_tallies:
            outer, self._needs = self._needs, []
            row, basis = self._new_tally(expression)
            inner, self._needs = self._needs, outer
            self.tallies.append(row)
            self.bases.append(basis)
            self._known_tallies[expression] = len(self.tallies) - 1
            self._inner_tallies[len(self.tallies) - 1] = inner
        number = self._known_tallies[expression]
        for needed in (*self._inner_tallies[number], number):
            if needed not in self._needs:
                self._needs.append(needed)
        return number

    def _new_tally(self, expression: e.History) -> tuple[tuple[int, ...], list[int]]:
        kind, column = self.names.kind(expression.event), -1
        if expression.field is not None:
            column, shape = self.names.column(expression.event, expression.field)
            numbers = expression.aggregate in {e.Aggregate.SUM, e.Aggregate.AVERAGE}
            if numbers and shape.kind != "decimal":
                raise CannotLower("sum of no numbers", expression.span.line)
        where, again, basis = -1, 0, []
        if expression.where is not None:
            where = self._condition_of_old(expression.where, expression.event)
            read = _fields_read(expression.where)
            again = int(read is None)
            basis = [self.names.field(name)[0] for name in read or ()]
        window, duration = at.NO_WINDOW, -1
        if expression.window is not None:
            window = at.LAST_WINDOW if isinstance(expression.window, e.LastWindow) else at.FIRST_WINDOW
            duration = self.duration(expression.window.duration)
        how = _AGGREGATES[expression.aggregate]
        return (how, kind, column, window, duration, where, again), basis

    def _condition_of_old(self, where: e.Expression, event: str) -> int:
        """Lower a condition on past events; the aggregates inside it are needed by who asks."""
        with self._speaking_of(event):
            code, _ = self.code(where)
        self.guards.append(Lowered([*code, at.END], TRUTH, []))
        return len(self.guards) - 1

    def _anchor(self, expression: e.Elapsed) -> tuple[int, int]:
        match expression.anchor:
            case e.Anchor.ENTRY:
                process = self.names.process(expression.name)
                if process is None:
                    raise CannotLower("time in a stage of another record", expression.span.line)
                return at.ANCHOR_ENTRY, process
            case e.Anchor.FIELD:
                place, shape = self.names.field(expression.name)
                return (at.ANCHOR_DAY if shape.kind == "date" else at.ANCHOR_INSTANT), place
            case e.Anchor.LAST_EVENT:
                return at.ANCHOR_LAST, self.names.kind(expression.name)
            case e.Anchor.FIRST_EVENT:
                return at.ANCHOR_FIRST, self.names.kind(expression.name)

    def _changes(self, expression: e.Expression) -> Iterator[tuple[int, ...]]:
        """Yield how time alone may change a value, as `expressions.compile` has it."""
        match expression:
            case e.Comparison(_, left, right):
                for side, other in ((self._unfolded(left), right), (self._unfolded(right), left)):
                    if isinstance(side, e.Elapsed):
                        yield from self._changes(other)
                        yield self._comparison_change(side, other)
                        return
            case e.Between(operand, low, high):
                yield from self._changes(e.Comparison(">=", operand, low))
                yield from self._changes(e.Comparison("<=", operand, high))
                return
            case e.Membership(operand, choices):
                for choice in choices:
                    yield from self._changes(e.Comparison("=", operand, choice))
                return
            case e.IsKnown(operand) if isinstance(self._unfolded(operand), e.Elapsed):
                return
            case e.Elapsed(unit):
                yield (at.C_TICK, *self._anchor(expression), self.duration(Duration(1, unit)), -1, 1)
            case e.History(window=e.LastWindow(duration)):
                window = e.LastWindow(duration)
                every = e.History(e.Aggregate.COUNT, expression.event, None, window, None, NumberType())
                outer, self._needs = self._needs, []
                yield (at.C_WINDOW, -1, self.tally(every), -1, -1, 1)
                self._needs = outer
            case e.LetValue(name):
                yield from self._changes(self.lets[name].value)
            case e.DecisionValue(name):
                for row in self.decisions[name].rows:
                    for part in (*row.tests, *row.values):
                        if part is not None:
                            yield from self._changes(part)
        for child in e.children(expression):
            yield from self._changes(child)

    def _comparison_change(self, side: e.Elapsed, other: e.Expression) -> tuple[int, ...]:
        bound, shape = self.any_value(other, self._event)
        if shape.kind not in {"decimal", "nothing"}:
            raise CannotLower("elapsed time beside a quotient", side.span.line)
        unit = self.duration(Duration(1, side.unit))
        return (at.C_COMPARISON, *self._anchor(side), unit, bound, 10**shape.scale)

    def _unfolded(self, expression: e.Expression) -> e.Expression:
        """Give what a named value stands for."""
        while isinstance(expression, e.LetValue):
            expression = self.lets[expression.name].value
        return expression


def _literal(value: object) -> tuple[Code, Shape]:
    match value:
        case None:
            return [at.PUSH, at.UNKNOWN], NOTHING
        case bool():
            return [at.PUSH, int(value)], TRUTH
        case Decimal():
            scale = max(0, -int(value.as_tuple().exponent))
            number = int(value.scaleb(scale))
            if scale > MOST_SCALE or abs(number) > at.MOST:
                raise CannotLower("number of many digits")
            return [at.PUSH, number], Shape("decimal", scale)
        case str():
            return [at.PUSH, Word(value)], Shape("word")
        case Duration(calendar=None):
            return [at.PUSH, Word(str(value))], Shape("duration")
        case int():
            return [at.PUSH, value], Shape("instant")
        case date():
            return [at.PUSH, value.toordinal() - EPOCH_DAY], Shape("date")
    raise CannotLower("working time or list as a value")


def _fields_read(where: e.Expression) -> list[str] | None:
    """Give the record's fields that a `where` reads; None where it also depends on time or history."""
    parts = e.walk(where)
    lasting = e.LetValue | e.DecisionValue | e.History | e.Elapsed | e.Reached | e.NowIn
    if any(isinstance(part, lasting) for part in parts):
        return None
    return [part.name for part in parts if isinstance(part, e.RecordField)]
