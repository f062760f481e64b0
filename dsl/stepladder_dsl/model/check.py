"""The type checker: syntax of expressions -> typed expressions, with every name resolved."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from stepladder_dsl.diagnostics.nearest import nearest
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model.spec import Decision, Field, Limit
from stepladder_dsl.model.symbols import Symbols
from stepladder_dsl.model.types import (
    AnyType,
    ChoiceType,
    ColumnType,
    DatetimeType,
    DateType,
    Duration,
    DurationType,
    ListType,
    MoneyType,
    NumberType,
    PersonType,
    ReferenceType,
    TextType,
    Type,
    Unit,
    YesNoType,
)
from stepladder_dsl.model.weights import Weights
from stepladder_dsl.source import Span
from stepladder_dsl.syntax import nodes as n

ANY = AnyType()
NUMBER = NumberType()
MONEY = MoneyType()
YES_NO = YesNoType()
TEXT = TextType()

_UNITS = {unit.name: unit for unit in Unit}
_DEEPEST = 120
_ORDERED = (NumberType, MoneyType, DateType, DatetimeType, TextType, ColumnType)


def type_word(kind: Type) -> str:
    """Give the catalogue's name of a type."""
    word = {
        TextType: "text",
        NumberType: "number",
        MoneyType: "money",
        YesNoType: "yes_no",
        DateType: "date",
        DatetimeType: "datetime",
        ChoiceType: "choice",
        ReferenceType: "reference",
        PersonType: "person",
        ListType: "list",
        DurationType: "duration",
        ColumnType: "column",
        AnyType: "any",
    }[type(kind)]
    return f"<type:{word}>"


def _is_bare_number(expression: e.Expression) -> bool:
    """Say whether an expression is a number that nothing written beside it makes an amount.

    `purchases` is one; `19.90`, and `purchases * 10`, may well be meant as money.
    """
    return isinstance(expression.type, NumberType) and not any(
        isinstance(part, e.Literal) for part in e.walk(expression)
    )


def _of_one(wanted: Type) -> Type:
    """Give what one value has to be where it, or a list of it, is wanted."""
    return wanted.element if isinstance(wanted, ListType) else wanted


def _texts(kind: Type) -> bool:
    return isinstance(kind, TextType | PersonType | ReferenceType)


def fits(kind: Type, wanted: Type) -> bool:
    """Say whether a value of one type can stand where another is wanted."""
    if isinstance(kind, AnyType | ColumnType) or isinstance(wanted, AnyType | ColumnType):
        return True
    if isinstance(wanted, MoneyType):
        return isinstance(kind, NumberType | MoneyType)
    if isinstance(kind, ListType) and isinstance(wanted, ListType):
        return fits(kind.element, wanted.element)
    if _texts(kind) and _texts(wanted):
        return True
    if isinstance(kind, ChoiceType) and isinstance(wanted, ChoiceType):
        return bool(set(kind.values) & set(wanted.values))
    return type(kind) is type(wanted)


def _constant(expression: e.Expression) -> e.Expression:
    """Give the constant that a negative number is, or a list that has some; anything else as it is."""
    match expression:
        case e.Negate(e.Literal(value=value), kind, span):
            return e.Literal(None if value is None else -value, kind, span)
        case e.ListOf(items, kind, span):
            constants = [item for item in map(_constant, items) if isinstance(item, e.Literal)]
            if len(constants) == len(items):
                return e.Literal(tuple(item.value for item in constants), kind, span)
    return expression


def comparable(left: Type, right: Type) -> bool:
    """Say whether two types can be compared with each other."""
    return fits(left, right) or fits(right, left) or {type(left), type(right)} <= {ChoiceType, TextType}


@dataclass(frozen=True)
class Scope:
    """What names an expression may use.

    `record` is the kind of record it is about (None in a metric), `event` the
    event at hand (a trigger's, or each one's in `where`), `columns` the columns
    of a data source in a mapping, `process` the process whose stage counts.
    `open` says that the event is one that nobody declared: it may have any field.
    `cases` are the records of a scenario by name, which stand for their keys.
    """

    record: str | None = None
    event: str | None = None
    columns: Mapping[str, str] | None = None
    process: str | None = None
    population: bool = False
    open: bool = False
    cases: Mapping[str, str] | None = None


class ExpressionChecker:
    """Types expressions; reports what does not fit to `symbols`."""

    def __init__(
        self, symbols: Symbols, type_called: Callable[[str], str | None] = lambda _name: None
    ) -> None:
        """Take the declared names, and who knows what a type is that has another name elsewhere."""
        self.symbols = symbols
        self.type_called = type_called
        self.read_decision: Callable[[n.Block], Decision] | None = None
        """Reads a decision table, when an expression speaks of it."""
        self._open_lets: list[str] = []
        self._weights = Weights()
        self._decisions: dict[str, Decision | None] = {}
        self._depth = 0

    # entry points

    def value(self, node: n.ExpressionNode, scope: Scope, wanted: Type = ANY) -> e.Expression:
        """Type an expression that should give a value of the wanted type."""
        typed = self._check(node, scope, wanted)
        if isinstance(wanted, MoneyType) and self._is_reported_share(node):
            return e.Literal(None, ANY, node.span)
        if not fits(typed.type, wanted):
            self.symbols.report("SL103", node.span, found=type_word(typed.type), expected=type_word(wanted))
            return e.Literal(None, ANY, node.span)
        return typed

    def _is_reported_share(self, node: n.ExpressionNode) -> bool:
        """Report a share that stands where an amount of money is wanted."""
        if not isinstance(node, n.NumberNode) or not node.percent:
            return False
        share = f"{(node.value * 100).normalize():f}%"
        self.symbols.report("SL103", node.span, "share", found=share)
        return True

    def _list_of(self, items: tuple[e.Expression, ...], kind: ListType, span: Span) -> e.Expression:
        """Make a list of values, a constant where all of them are."""
        if all(isinstance(item, e.Literal) for item in items):
            values = tuple(item.value for item in items if isinstance(item, e.Literal))
            elements = [item.type for item in items if not isinstance(item.type, AnyType)]
            return e.Literal(values, ListType(elements[0] if elements else kind.element), span)
        return e.ListOf(items, ListType(items[0].type), span)

    def condition(self, node: n.ExpressionNode, scope: Scope) -> e.Expression:
        """Type an expression that should be a condition."""
        typed = self._check(node, scope, YES_NO)
        if not fits(typed.type, YES_NO):
            self.symbols.report("SL103", node.span, "condition", found=type_word(typed.type))
            return e.Literal(None, ANY, node.span)
        return typed

    def plain_value(self, node: n.ExpressionNode, scope: Scope, wanted: Type) -> e.Literal | None:
        """Type an expression that has to be a constant, as in a scenario."""
        typed = _constant(self.value(node, scope, wanted))
        if not isinstance(typed, e.Literal):
            self.symbols.report("SL112", node.span)
            return None
        return typed

    def duration(self, node: n.DurationNode) -> Duration:
        """Give a duration; only whole, positive amounts of time exist."""
        if node.amount != node.amount.to_integral_value() or node.amount <= 0:
            exact = _in_smaller_unit(node)
            if exact is None:
                self.symbols.report("SL109", node.span, "duration", found=node.amount)
            else:
                amount, unit = exact
                self.symbols.report(
                    "SL109",
                    node.span,
                    "part",
                    found=node.amount,
                    amount=amount,
                    unit=f"<unit:{unit.lower()}>",
                )
            return Duration(1, _UNITS[node.unit])
        calendar = self._calendar(node) if node.working else None
        return Duration(int(node.amount), _UNITS[node.unit], calendar)

    def _calendar(self, node: n.DurationNode) -> str | None:
        """Give the calendar in which working time counts: the named one, or the only one there is."""
        calendars = self.symbols.calendars
        if node.calendar is not None:
            return self.symbols.find("calendar", node.calendar, calendars)
        if len(calendars) != 1:
            names = tuple(f"`{name}`" for name in calendars)
            variant = "" if calendars else "none"
            self.symbols.report(
                "SL118", node.span, variant, calendars=names, example=next(iter(calendars), "")
            )
            return None
        return next(iter(calendars))

    # names

    def decision(self, name: str, span: Span) -> Decision | None:
        """Type a decision table, once; None where it goes in a circle."""
        if name in self._decisions:
            return self._decisions[name]
        if self._goes_in_a_circle(name, span):
            return None
        if self.read_decision is None:
            message = "nobody can read decision tables here"
            raise TypeError(message)
        self._open_lets.append(name)
        block = self.symbols.decisions[name]
        typed = self.read_decision(block)
        self._open_lets.pop()
        cells = [cell for row in typed.rows for cell in (*row.tests, *row.values) if cell is not None]
        known = self._can_be_followed(name, block.statement.name.span, [*typed.inputs, *cells])
        self._decisions[name] = typed if known else None
        return self._decisions[name]

    def _can_be_followed(self, name: str, span: Span, expressions: Sequence[e.Expression]) -> bool:
        """Say whether what a name stands for can be gone through; report the first that cannot."""
        can = self._weights.can_be_followed(name, expressions)
        if not can and not any(known.code == "SL116" for known in self.symbols.diagnostics):
            self.symbols.report("SL116", span, "name", name=name)
        return can

    def _goes_in_a_circle(self, name: str, span: Span) -> bool:
        """Report a value that is computed from itself."""
        if name not in self._open_lets:
            return False
        circle = [*self._open_lets[self._open_lets.index(name) :], name]
        self.symbols.report("SL110", span, circle=" → ".join(circle))
        return True

    def let_value(self, name: str, span: Span) -> e.Expression | None:
        """Type a `let`, once; None where it has a mistake or goes in a circle."""
        if name in self.symbols.let_values:
            return self.symbols.let_values[name]
        if self._goes_in_a_circle(name, span):
            return None
        line = self.symbols.lets[name]
        record = line.record.text
        self._open_lets.append(name)
        typed = self.value(line.value, Scope(record=record)) if record in self.symbols.records else None
        self._open_lets.pop()
        if typed is not None and not self._can_be_followed(name, line.name.span, [typed]):
            typed = None
        self.symbols.let_values[name] = typed
        return typed

    def _name(self, node: n.NameNode, scope: Scope, wanted: Type) -> e.Expression:
        name = node.name.text
        if scope.columns is not None:
            return self._column(name, node.span, scope.columns)
        if isinstance(wanted, ChoiceType) and name in wanted.values:
            return e.Literal(name, wanted, node.span)
        if scope.event is not None:
            field = self.symbols.events[scope.event].fields.get(name)
            if field is not None:
                return e.EventField(scope.event, name, field.type, field.optional, node.span)
        if scope.record is not None:
            field = self.symbols.records[scope.record].fields.get(name)
            if field is not None:
                return e.RecordField(name, field.type, field.optional, node.span)
            let = self.symbols.lets.get(name)
            if let is not None and let.record.text == scope.record:
                typed = self.let_value(name, node.span)
                return e.LetValue(name, typed.type if typed else ANY, node.span)
            if self._decides_for(name, scope.record):
                return self._only_output(name, node.span)
        if isinstance(wanted, ReferenceType) and (scope.cases or {}).get(name) == wanted.record:
            return e.Literal(name, wanted, node.span)
        self._report_unknown(node, scope, wanted)
        return e.Literal(None, ANY, node.span)

    def _decides_for(self, name: str, record: str) -> bool:
        block = self.symbols.decisions.get(name)
        return block is not None and block.statement.record.text == record

    def _only_output(self, name: str, span: Span) -> e.Expression:
        """Give what a decision table gives, where that is one thing."""
        found = self.decision(name, span)
        outputs = list(found.outputs) if found is not None else []
        if found is None or not outputs:
            return e.Literal(None, ANY, span)
        if len(outputs) > 1:
            ways = [f"`{name}.{output}`" for output in outputs]
            self.symbols.report("SL119", span, "which_output", name=name, ways=ways)
            return e.Literal(None, ANY, span)
        return e.DecisionValue(name, outputs[0], found.outputs[outputs[0]], span)

    def _output(self, node: n.OutputNode, scope: Scope) -> e.Expression:
        """Resolve `discount.percent`."""
        name = node.decision.text
        record = scope.record or ""
        if not self._decides_for(name, record):
            known = [other for other in self.symbols.decisions if self._decides_for(other, record)]
            self._report_no_decision(node, known)
            return e.Literal(None, ANY, node.span)
        found = self.decision(name, node.decision.span)
        if found is None:
            return e.Literal(None, ANY, node.span)
        if node.output.text not in found.outputs:
            self.symbols.unknown("output", node.output, found.outputs)
            return e.Literal(None, ANY, node.span)
        return e.DecisionValue(name, node.output.text, found.outputs[node.output.text], node.span)

    def _report_no_decision(self, node: n.OutputNode, known: list[str]) -> None:
        """Say what stands before a dot that is no decision table; fields of events are the likely case."""
        event = self.symbols.events.get(node.decision.text)
        if event is not None and node.output.text in event.fields:
            words = f"{node.decision.text}.{node.output.text}"
            self.symbols.report("SL103", node.span, "event_field", name=words)
        else:
            self.symbols.unknown("decision", node.decision, known)

    def _column(self, name: str, span: Span, columns: Mapping[str, str]) -> e.Expression:
        if name in columns:
            return e.ColumnField(columns[name], ColumnType(), span)
        self.symbols.report("SL101", span, kind="<column_name>", name=name, suggestion=nearest(name, columns))
        return e.Literal(None, ANY, span)

    def _report_unknown(self, node: n.NameNode, scope: Scope, wanted: Type) -> None:
        if scope.open:
            return
        if isinstance(wanted, ChoiceType):
            if node.name.text not in self.symbols.broken:
                self.symbols.report(
                    "SL105",
                    node.span,
                    name=node.name.text,
                    values=[f"`{value}`" for value in wanted.values],
                    suggestion=nearest(node.name.text, wanted.values),
                )
            return
        if self._is_other_kind(node):
            return
        self.symbols.unknown("field_or_let", node.name, self.names_in(scope))

    def _is_other_kind(self, node: n.NameNode) -> bool:
        """Report an event or a stage where a value is wanted, and say how to ask about it."""
        name = node.name.text
        if name in self.symbols.events:
            self.symbols.report("SL103", node.span, "event_as_value", name=name)
            return True
        if any(stage.name == name for stage in self.symbols.stages):
            self.symbols.report("SL103", node.span, "stage_as_value", name=name)
            return True
        return False

    def names_in(self, scope: Scope) -> list[str]:
        """Give the names that a scope knows: fields of its event and record, and what is computed of them."""
        names: list[str] = []
        if scope.event is not None:
            names += self.symbols.events[scope.event].fields
        if scope.record is not None:
            names += self.symbols.records[scope.record].fields
            names += [name for name, line in self.symbols.lets.items() if line.record.text == scope.record]
            names += [name for name in self.symbols.decisions if self._decides_for(name, scope.record)]
        return names

    def is_in(self, name: str, scope: Scope) -> bool:
        """Say whether a name is one of `names_in`."""
        if scope.event is not None and name in self.symbols.events[scope.event].fields:
            return True
        if scope.record is None:
            return False
        let = self.symbols.lets.get(name)
        return (
            name in self.symbols.records[scope.record].fields
            or (let is not None and let.record.text == scope.record)
            or self._decides_for(name, scope.record)
        )

    # expressions

    def _check(self, node: n.ExpressionNode, scope: Scope, wanted: Type) -> e.Expression:
        """Type an expression, unless it is nested deeper than anybody can read."""
        if self._depth >= _DEEPEST:
            if not any(known.code == "SL116" for known in self.symbols.diagnostics):
                self.symbols.report("SL116", node.span, "expression")
            return e.Literal(None, ANY, node.span)
        self._depth += 1
        typed = self._check_kind(node, scope, wanted)
        self._depth -= 1
        is_one = isinstance(wanted, ListType) and not isinstance(typed.type, ListType | AnyType)
        if isinstance(wanted, ListType) and is_one and fits(typed.type, wanted.element):
            # One value in brackets is that value: where a list is wanted it is a list of one.
            return self._list_of((typed,), wanted, node.span)
        return typed

    def _check_kind(self, node: n.ExpressionNode, scope: Scope, wanted: Type) -> e.Expression:
        match node:
            case n.DurationNode():
                return e.Literal(self.duration(node), DurationType(), node.span)
            case n.NumberNode(value=value):
                return e.Literal(value, NUMBER, node.span)
            case n.StringNode(value=text):
                return self._text(text, node.span, _of_one(wanted))
            case n.DateNode(value=day):
                if isinstance(day, n.NoDay):
                    self.symbols.no_day(day, node.span)
                    return e.Literal(None, ANY, node.span)
                return e.Literal(day, DateType(), node.span)
            case n.YesNoNode(value=flag):
                return e.Literal(flag, YES_NO, node.span)
            case n.UnknownNode():
                return e.Literal(None, ANY, node.span)
            case n.NameNode():
                return self._name(node, scope, _of_one(wanted))
            case n.OutputNode():
                return self._output(node, scope)
            case n.ListNode(items=items):
                return self._list(items, node.span, scope, wanted)
            case n.ColumnNode(name=name):
                return self._column(name, node.span, scope.columns or {})
            case n.NegativeNode(operand=inner):
                operand = self._numeric(inner, scope)
                return e.Negate(operand, operand.type, node.span)
            case n.ArithmeticNode():
                return self._arithmetic(node, scope)
            case n.CompareNode():
                return self._comparison(node, scope)
            case n.MemberNode():
                return self._membership(node, scope)
            case n.BetweenNode(operand=inner, low=low, high=high):
                operand = self._check(inner, scope, ANY)
                return e.Between(
                    operand,
                    self.value(low, scope, operand.type),
                    self.value(high, scope, operand.type),
                    span=node.span,
                )
            case n.KnownNode(operand=inner, negated=negated):
                return e.IsKnown(self._check(inner, scope, ANY), negated, span=node.span)
            case n.NotNode(operand=inner):
                return e.Not(self.condition(inner, scope), span=node.span)
            case n.LogicalNode(operator=operator, operands=operands):
                typed = tuple(self.condition(operand, scope) for operand in operands)
                return e.Logical(operator, typed, span=node.span)
            case n.ConditionalNode():
                return self._conditional(node, scope, wanted)
            case n.AggregateNode():
                return self._aggregate(node, scope)
            case n.ElapsedNode():
                return self._elapsed(node, scope)
            case n.ReachedNode(stage=stage) | n.NowInNode(stage=stage):
                return self._stage_test(node, stage, scope)

    def _text(self, text: str, span: Span, wanted: Type) -> e.Expression:
        if isinstance(wanted, ChoiceType):
            if text not in wanted.values:
                self.symbols.report(
                    "SL105",
                    span,
                    name=text,
                    values=[f"`{value}`" for value in wanted.values],
                    suggestion=nearest(text, wanted.values),
                )
                return e.Literal(None, ANY, span)
            return e.Literal(text, wanted, span)
        return e.Literal(text, TEXT, span)

    def _numeric(self, node: n.ExpressionNode, scope: Scope) -> e.Expression:
        typed = self._check(node, scope, NUMBER)
        if not fits(typed.type, MONEY):
            self.symbols.report("SL103", node.span, found=type_word(typed.type), expected=type_word(NUMBER))
            return e.Literal(None, ANY, node.span)
        return typed

    def _arithmetic(self, node: n.ArithmeticNode, scope: Scope) -> e.Expression:
        left, right = self._numeric(node.left, scope), self._numeric(node.right, scope)
        if isinstance(left.type, AnyType) or isinstance(right.type, AnyType):
            return e.Arithmetic(node.operator, left, right, ANY, node.span)
        money = [isinstance(side.type, MoneyType) for side in (left, right)]
        kind: Type = NUMBER
        if node.operator in "+-":
            if any(money) and any(self._is_reported_share(side) for side in (node.left, node.right)):
                return e.Literal(None, ANY, node.span)
            self._check_units(left, right, node.span)
            kind = MONEY if any(money) else left.type if left.type == right.type else NUMBER
        elif node.operator == "*":
            if all(money):
                self.symbols.report("SL103", node.span, "money_times_money")
            kind = MONEY if any(money) else NUMBER
        elif node.operator == "/":
            if money[1] and not money[0] and not isinstance(left.type, ColumnType):
                self.symbols.report("SL103", node.span, "divided_by_money")
            kind = MONEY if money[0] and not money[1] else NUMBER
        return e.Arithmetic(node.operator, left, right, kind, node.span)

    def _comparison(self, node: n.CompareNode, scope: Scope) -> e.Expression:
        left, right = self._both_sides(node.left, node.right, scope)
        for side, other in ((node.left, right), (node.right, left)):
            if isinstance(other.type, MoneyType) and self._is_reported_share(side):
                return e.Literal(None, YES_NO, node.span)
        return self._compared(node.operator, left, right, node.span)

    def comparison_with(
        self, subject: e.Expression, operator: str, node: n.ExpressionNode, scope: Scope, span: Span
    ) -> e.Expression:
        """Type the comparison of something typed already with an expression, as in a table's cell."""
        if isinstance(subject.type, MoneyType) and self._is_reported_share(node):
            return e.Literal(None, YES_NO, span)
        return self._compared(operator, subject, self._check(node, scope, subject.type), span)

    def _compared(self, operator: str, left: e.Expression, right: e.Expression, span: Span) -> e.Expression:
        left, right = self._counted(left, right), self._counted(right, left)
        if not comparable(left.type, right.type):
            self.symbols.report(
                "SL103", span, "comparison", left=type_word(left.type), right=type_word(right.type)
            )
        elif operator not in {"=", "!="} and not all(
            isinstance(side.type, (*_ORDERED, AnyType)) for side in (left, right)
        ):
            unordered = left if not isinstance(left.type, (*_ORDERED, AnyType)) else right
            self.symbols.report("SL103", span, "order", operator=operator, found=type_word(unordered.type))
        else:
            self._check_units(left, right, span)
        return e.Comparison(operator, left, right, span=span)

    @staticmethod
    def _counted(side: e.Expression, other: e.Expression) -> e.Expression:
        """Give a length of time as a number of its unit where it is compared with such a number."""
        counts = isinstance(other.type, NumberType) and other.type.unit is not None
        if counts and isinstance(side, e.Literal) and isinstance(side.value, Duration):
            return e.Literal(Decimal(side.value.amount), NumberType(side.value.unit), side.span)
        return side

    def _check_units(self, left: e.Expression, right: e.Expression, span: Span) -> None:
        """Report a comparison or a sum of two measures that have nothing in common."""
        for one, other in ((left, right), (right, left)):
            if isinstance(one.type, MoneyType) and _is_bare_number(other):
                self.symbols.report("SL103", span, "money_and_number")
                return
        units = [side.type.unit for side in (left, right) if isinstance(side.type, NumberType)]
        named = [f"<unit:{unit.value}>" for unit in dict.fromkeys(units) if unit is not None]
        if None not in units and len(named) > 1:
            self.symbols.report("SL103", span, "units", left=named[0], right=named[1])

    def _list(
        self, items: tuple[n.ExpressionNode, ...], span: Span, scope: Scope, wanted: Type
    ) -> e.Expression:
        element = wanted.element if isinstance(wanted, ListType) else ANY
        typed: list[e.Expression] = []
        for item in items:
            typed.append(self.value(item, scope, element))
            if isinstance(element, AnyType):
                element = typed[-1].type
        return self._list_of(tuple(typed), ListType(element), span)

    def _both_sides(
        self, left: n.ExpressionNode, right: n.ExpressionNode, scope: Scope
    ) -> tuple[e.Expression, e.Expression]:
        """Type two sides, each with what the other side tells about bare names such as `social`."""
        if self._is_undeclared(left, scope) and not self._is_undeclared(right, scope):
            typed_right = self._check(right, scope, ANY)
            return self._check(left, scope, typed_right.type), typed_right
        known_mistakes = len(self.symbols.diagnostics)
        typed_left = self._check(left, scope, ANY)
        has_mistake = len(self.symbols.diagnostics) > known_mistakes
        return typed_left, self._other_side(right, scope, typed_left.type, has_mistake)

    def _other_side(
        self, node: n.ExpressionNode, scope: Scope, wanted: Type, other_has_mistake: bool
    ) -> e.Expression:
        """Type a side; a bare name beside a mistake may well be right, but of what is not known."""
        if other_has_mistake and self._is_undeclared(node, scope):
            return e.Literal(None, ANY, node.span)
        return self._check(node, scope, wanted)

    def _is_undeclared(self, node: n.ExpressionNode, scope: Scope) -> bool:
        return (
            isinstance(node, n.NameNode) and scope.columns is None and not self.is_in(node.name.text, scope)
        )

    def _membership(self, node: n.MemberNode, scope: Scope) -> e.Expression:
        known_mistakes = len(self.symbols.diagnostics)
        if isinstance(node.choices, n.ListNode):
            operand = self._check(node.operand, scope, ANY)
            if len(self.symbols.diagnostics) > known_mistakes:
                return e.Literal(None, ANY, node.span)
            choices = tuple(self.value(choice, scope, operand.type) for choice in node.choices.items)
            found: e.Expression = e.Membership(operand, choices, span=node.span)
        else:
            found = self._membership_in(node, node.choices, scope)
            if len(self.symbols.diagnostics) > known_mistakes:
                return e.Literal(None, ANY, node.span)
        return e.Not(found, span=node.span) if node.negated else found

    def _membership_in(self, node: n.MemberNode, choices: n.ExpressionNode, scope: Scope) -> e.Expression:
        """Type `in` behind which one thing stands: a list, or a single value in brackets."""
        if isinstance(node.operand, n.StringNode) or self._is_undeclared(node.operand, scope):
            items = self._check(choices, scope, ANY)
            element = items.type.element if isinstance(items.type, ListType) else items.type
            operand = self._check(node.operand, scope, element)
        else:
            operand = self._check(node.operand, scope, ANY)
            items = self._check(choices, scope, operand.type)
        element = items.type.element if isinstance(items.type, ListType) else items.type
        if not comparable(operand.type, element):
            left, right = type_word(operand.type), type_word(element)
            self.symbols.report("SL103", node.span, "comparison", left=left, right=right)
        if not isinstance(items.type, ListType):
            return e.Membership(operand, (items,), span=node.span)
        return e.ListMembership(operand, items, span=node.span)

    def _conditional(self, node: n.ConditionalNode, scope: Scope, wanted: Type) -> e.Expression:
        condition = self.condition(node.condition, scope)
        then = self._check(node.then, scope, wanted)
        otherwise = self._check(
            node.otherwise, scope, wanted if not isinstance(wanted, AnyType) else then.type
        )
        if not comparable(then.type, otherwise.type):
            self.symbols.report(
                "SL103",
                node.otherwise.span,
                found=type_word(otherwise.type),
                expected=type_word(then.type),
            )
        kind = otherwise.type if isinstance(then.type, AnyType) else then.type
        if MONEY in (then.type, otherwise.type):
            kind = MONEY
        return e.Conditional(condition, then, otherwise, kind, node.span)

    # history

    def _window(self, node: n.WindowNode | None) -> e.Window | None:
        if node is None:
            return None
        duration = self.duration(node.duration)
        return e.LastWindow(duration) if node.last else e.FirstWindow(duration)

    def _aggregate(self, node: n.AggregateNode, scope: Scope) -> e.Expression:
        name = node.kind.text
        if scope.columns is not None:
            self.symbols.report("SL114", node.span)
            return e.Literal(None, ANY, node.span)
        if name in self.symbols.records and name not in self.symbols.events:
            return self._population(node, scope)
        event = self.symbols.event(node.kind, scope.record) if name in self.symbols.events else None
        if event is None:
            if name not in self.symbols.events:
                known = [*self.symbols.events, *(self.symbols.records if scope.population else ())]
                self.symbols.unknown("event_or_record" if scope.population else "event", node.kind, known)
            return e.Literal(None, ANY, node.span)
        if node.reaching is not None:
            self.symbols.report("SL103", node.span, "reaching", name=name)
        where = None
        if node.where is not None:
            where = self.condition(
                node.where, replace(scope, record=event.record, event=name, population=False)
            )
        kind, field = self._aggregated_field(node, event.fields, "event")
        return e.History(
            e.Aggregate(node.aggregate), name, field, self._window(node.window), where, kind, node.span
        )

    def _aggregated_field(
        self, node: n.AggregateNode, fields: Mapping[str, Field], _kind: str
    ) -> tuple[Type, str | None]:
        if node.field is None:
            return NUMBER, None
        field = fields.get(node.field.text)
        if field is None:
            self.symbols.unknown("field", node.field, fields)
            return ANY, node.field.text
        if node.aggregate in {"sum", "average"} and not fits(field.type, MONEY):
            self.symbols.report(
                "SL103", node.field.span, found=type_word(field.type), expected=type_word(NUMBER)
            )
            return ANY, node.field.text
        if node.aggregate in {"min", "max"} and not isinstance(field.type, _ORDERED):
            self.symbols.report("SL103", node.field.span, "order", operator="<", found=type_word(field.type))
            return ANY, node.field.text
        return field.type, node.field.text

    def _population(self, node: n.AggregateNode, scope: Scope) -> e.Expression:
        record = node.kind.text
        if not scope.population:
            self.symbols.report("SL114", node.span, "population", name=record)
            return e.Literal(None, ANY, node.span)
        inner = Scope(record=record, process=self.symbols.only_process(record))
        conditions: list[e.Expression] = []
        if node.reaching is not None:
            stage = self.symbols.stage(node.reaching, record)
            if stage is not None:
                conditions.append(e.Reached(stage.process, stage.name, span=node.reaching.span))
        if node.where is not None:
            conditions.append(self.condition(node.where, inner))
        if node.window is not None:
            self.symbols.report("SL114", node.window.span, "window", name=record)
        where = (
            conditions[0]
            if len(conditions) == 1
            else e.Logical("and", tuple(conditions))
            if conditions
            else None
        )
        value: e.Expression | None = None
        kind: Type = NUMBER
        if node.field is not None:
            value = self._name(n.NameNode(node.field, node.field.span), inner, ANY)
            kind = value.type
            if node.aggregate in {"sum", "average", "min", "max"} and not fits(kind, MONEY):
                self.symbols.report(
                    "SL103", node.field.span, found=type_word(kind), expected=type_word(NUMBER)
                )
            if node.aggregate in {"first", "last"}:
                self.symbols.report("SL114", node.span, "first_of_records", name=record)
        return e.Population(e.Aggregate(node.aggregate), record, value, where, kind, node.span)

    def _elapsed(self, node: n.ElapsedNode, scope: Scope) -> e.Expression:
        unit = _UNITS[node.unit]
        if scope.record is None:
            self.symbols.report("SL114", node.span)
            return e.Literal(None, ANY, node.span)
        if node.name is None:
            if scope.process is None:
                self.symbols.report("SL114", node.span, "no_stage")
                return e.Literal(None, ANY, node.span)
            return e.Elapsed(unit, e.Anchor.ENTRY, scope.process, NumberType(unit), node.span)
        if node.which == "field":
            return self._elapsed_since_field(node, node.name, scope.record, unit)
        event = self.symbols.event(node.name, scope.record)
        if event is None:
            return e.Literal(None, ANY, node.span)
        anchor = e.Anchor.LAST_EVENT if node.which == "last" else e.Anchor.FIRST_EVENT
        return e.Elapsed(unit, anchor, event.name, NumberType(unit), node.span)

    def _elapsed_since_field(
        self, node: n.ElapsedNode, name: n.Name, record: str, unit: Unit
    ) -> e.Expression:
        fields = self.symbols.records[record].fields
        field = fields.get(name.text)
        if field is None:
            if name.text in self.symbols.events:
                self.symbols.report("SL103", node.span, "since_event", name=name.text)
            else:
                dates = [
                    key for key, known in fields.items() if isinstance(known.type, DateType | DatetimeType)
                ]
                self.symbols.unknown("field", name, dates)
            return e.Literal(None, ANY, node.span)
        if not isinstance(field.type, DateType | DatetimeType):
            self.symbols.report(
                "SL103", name.span, found=type_word(field.type), expected=type_word(DateType())
            )
            return e.Literal(None, ANY, node.span)
        return e.Elapsed(unit, e.Anchor.FIELD, field.name, NumberType(unit), node.span)

    def _stage_test(self, node: n.ReachedNode | n.NowInNode, name: n.Name, scope: Scope) -> e.Expression:
        if scope.record is None:
            self.symbols.report("SL114", node.span)
            return e.Literal(None, ANY, node.span)
        stage = self.symbols.stage(name, scope.record)
        if stage is None:
            return e.Literal(None, ANY, node.span)
        if isinstance(node, n.ReachedNode):
            return e.Reached(stage.process, stage.name, span=node.span)
        return e.NowIn(stage.process, stage.name, span=node.span)

    # fields

    def fields(self, lines: Sequence[n.FieldLine]) -> dict[str, Field]:
        """Type the fields of a record or an event."""
        fields: dict[str, Field] = {}
        for line in lines:
            kind = self.field_type(line.type)
            limits = tuple(found for limit in line.limits if (found := self._limit(limit, kind)) is not None)
            fields[line.name.text] = Field(line.name.text, kind, line.optional, limits, line.name.span)
        return fields

    def field_type(self, node: n.TypeNode) -> Type:
        """Give the type that a line names; an unknown one is reported."""
        kind = self._single_type(node)
        return ListType(kind) if node.is_list else kind

    def _single_type(self, node: n.TypeNode) -> Type:
        simple: dict[str, Type] = {
            "text": TEXT,
            "number": NUMBER,
            "money": MONEY,
            "date": DateType(),
            "datetime": DatetimeType(),
            "duration": DurationType(),
            "yes_no": YES_NO,
        }
        if node.kind in simple:
            return simple[node.kind]
        if node.kind == "choice":
            return ChoiceType(tuple(name.text for name in node.names))
        name = node.names[0]
        if node.kind == "person":
            return PersonType(self.symbols.role(name) or name.text)
        if name.text in self.symbols.records or name.text in self.symbols.broken:
            return ReferenceType(name.text)
        known = [*self.symbols.records, "text", "number", "money", "date", "datetime", "yes/no", "one of"]
        meant = self.type_called(name.text) or nearest(name.text, known)
        self.symbols.report("SL101", name.span, "type", kind="<record>", name=name.text, suggestion=meant)
        return ANY

    def _limit(self, node: n.LimitNode, kind: Type) -> Limit | None:
        if node.operator == "matches":
            pattern = node.value.value if isinstance(node.value, n.StringNode) else ""
            if not _texts(kind):
                self.symbols.report("SL103", node.span, found=type_word(kind), expected=type_word(TEXT))
                return None
            try:
                re.compile(pattern)
            except re.error as error:
                self.symbols.report("SL115", node.span, pattern=pattern, reason=str(error))
                return None
            return Limit("matches", pattern, node.span)
        if node.operator == "=":
            self.symbols.report("SL109", node.span, "default")
            return None
        if node.operator != "!=" and not isinstance(kind, (*_ORDERED, AnyType)):
            self.symbols.report("SL103", node.span, "order", operator=node.operator, found=type_word(kind))
            return None
        literal = self.value(node.value, Scope(), kind)
        if not isinstance(literal, e.Literal) or literal.value is None:
            return None
        return Limit(node.operator, literal.value, node.span)


_PARTS = {"HOUR": (60, "MINUTE"), "DAY": (24, "HOUR"), "WEEK": (7, "DAY"), "YEAR": (12, "MONTH")}


def _in_smaller_unit(node: n.DurationNode) -> tuple[int, str] | None:
    """Give a length of time that is no whole number in the next smaller unit, where it is one there."""
    if node.working or node.unit not in _PARTS or node.amount <= 0:
        return None
    parts, unit = _PARTS[node.unit]
    amount = node.amount * parts
    return (int(amount), unit) if amount == amount.to_integral_value() else None


def whole_number(node: n.NumberNode, symbols: Symbols) -> int | None:
    """Give a whole number of at least one, or report that it is none."""
    if node.value != node.value.to_integral_value() or node.value < Decimal(1):
        symbols.report("SL109", node.span, "whole", found=node.value)
        return None
    return int(node.value)
