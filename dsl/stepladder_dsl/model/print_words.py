"""How the parts of a line are written in a human language: names, values, durations, expressions.

An expression gets the brackets that it needs and no others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, get_args

from stepladder_dsl.diagnostics.plurals import plural_category
from stepladder_dsl.keywords.dialect import LANGUAGES, load_dialect, normalize_name, normalize_word
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model.types import ChoiceType, Duration, ListType, NumberType, Type
from stepladder_dsl.syntax.lexer import LineError, quote, scan
from stepladder_dsl.syntax.values import write_date, write_number, write_time

_NAMED = (e.RecordField, e.EventField, e.LetValue, e.DecisionValue)
"""What a list of values may be named by, without brackets."""

# How closely the parts of an expression bind; what binds less than its place asks for stands in brackets.
_WHOLE, _OR, _AND, _NOT, _TEST, _SUM, _PRODUCT, _SIGN, _ATOM = range(9)


class Words:
    """Writes parts of lines with the keywords of one language."""

    def __init__(self, language: str, calendars: int = 0, single_outputs: Collection[str] = ()) -> None:
        """Take the language, how many calendars there are, and the decision tables that give one thing.

        A single calendar has not to be named, and neither has a single output.
        """
        self.dialect = load_dialect(language)
        self.calendars = calendars
        self.single_outputs = single_outputs

    def __call__(self, terminal: str) -> str:
        """Give a keyword."""
        return self.dialect.spelling(terminal)

    def listed(self, parts: Iterable[str]) -> str:
        """Write parts with commas between them."""
        return f"{self.dialect.comma} ".join(parts)

    def counted(self, amount: int, terminal: str) -> str:
        """Write a number of things, in the form that stands behind this number."""
        forms = self.dialect.forms[terminal]
        category = plural_category(amount, self.dialect.language)
        return f"{self.number(amount)} {forms.get(category, forms['other'])}"

    def number(self, value: Decimal | int) -> str:
        """Write a number."""
        return write_number(format(value, "f") if isinstance(value, Decimal) else str(value), self.dialect)

    def day(self, value: date) -> str:
        """Write a day by the calendar of the language."""
        return write_date(f"{value.year:04}-{value.month:02}-{value.day:02}", "gregorian", self.dialect)

    def clock(self, minute: int) -> str:
        """Write a minute of the day; 1440 is its end."""
        return write_time(f"{minute // 60:02}:{minute % 60:02}", self.dialect)

    def moment(self, time: datetime, *, date_only: bool) -> str:
        """Write a day, with its time where that is said."""
        if date_only:
            return self.day(time)
        seconds = f":{time.second:02}" if time.second else ""
        clock = write_time(f"{time.hour:02}:{time.minute:02}{seconds}", self.dialect)
        return f"{self.day(time)} {clock}"

    @property
    def comma(self) -> str:
        """Give the comma that stands around a condition, or nothing."""
        return self.dialect.comma if self.dialect.commas_around_conditions else ""

    def guarded(self, head: str, guard: e.Expression | None, behind: str = "") -> str:
        """Write a head, its condition and what follows, with the commas that the language puts there."""
        comma = self.comma
        if guard is None:
            return f"{head} {behind}".rstrip()
        condition = f"{self('WHEN')} {self.expression(guard)}"
        text = f"{head}{comma} {condition}" if head else condition
        return f"{text}{comma} {behind}" if behind else text

    def duration(self, duration: Duration) -> str:
        """Write a span of time, and its calendar where there are several."""
        if duration.calendar is None:
            return self.counted(duration.amount, duration.unit.name)
        text = self.counted(duration.amount, f"WORKING_{duration.unit.name}")
        return f"{text} {self('IN_CALENDAR')} {duration.calendar}" if self.calendars > 1 else text

    def durations(self, durations: Iterable[Duration]) -> str:
        """Write several spans of time."""
        return self.listed(self.duration(duration) for duration in durations)

    def choice(self, value: str) -> str:
        """Write a value of a choice: as a word where it is one, and no keyword of any language begins so.

        So the text can be given the keywords of another language.
        """
        word = normalize_word(value)
        may_be_keyword = any(word in load_dialect(language).longest_from for language in LANGUAGES)
        return quote(value) if may_be_keyword or not _is_word(value) else value

    def value(self, value: Any) -> str:
        """Write a constant."""
        if value is None:
            return self("UNKNOWN")
        if isinstance(value, bool):
            return self("YES" if value else "NO")
        if isinstance(value, Decimal):
            return self.number(value)
        if isinstance(value, Duration):
            return self.duration(value)
        if isinstance(value, tuple):
            return f"({self.listed(map(self.value, value))})"
        return self.day(value) if isinstance(value, date) else quote(value)

    def literal(self, value: Any, kind: Type) -> str:
        """Write a constant of a type."""
        match kind:
            case ChoiceType() if value is not None:
                return self.choice(value)
            case NumberType(unit) if unit is not None:
                return self.duration(Duration(int(value), unit))
            case ListType(element):
                return f"({self.listed(self.literal(item, element) for item in value)})"
            case _:
                return self.value(value)

    def assignments(self, values: Mapping[str, Any]) -> str:
        """Write `NAME = VALUE, …` behind a space; nothing where there are none."""
        return "".join(
            f"{self.dialect.comma if number else ''} {name} = {self._assigned(value)}"
            for number, (name, value) in enumerate(values.items())
        )

    def _assigned(self, value: Any) -> str:
        return self.expression(value) if isinstance(value, get_args(e.Expression)) else self.value(value)

    def percent(self, value: Decimal) -> str:
        """Write a share of one in per cent."""
        return f"{self.number(value.scaleb(2))}{self.dialect.percent_sign}"

    def message(self, parts: Iterable[str | e.Expression]) -> str:
        """Write a text in quotes, the values in it in braces."""
        return quote(
            "".join(part if isinstance(part, str) else f"{{{self.expression(part)}}}" for part in parts)
        )

    # expressions

    def expression(self, expression: e.Expression, place: int = _WHOLE) -> str:
        """Write an expression for a place that asks for parts that bind so closely."""
        binds, text = self._binding(expression)
        return f"({text})" if binds < place else text

    def _binding(self, expression: e.Expression) -> tuple[int, str]:
        """Give how closely an expression binds, and its text."""
        match expression:
            case e.Literal(value=value, type=kind):
                return _ATOM, self.literal(value, kind)
            case e.RecordField(name=name) | e.EventField(name=name) | e.LetValue(name=name):
                return _ATOM, name
            case e.DecisionValue():
                return _ATOM, self.named(expression)
            case e.ListOf(items=items):
                return _ATOM, f"({self.listed(map(self.expression, items))})"
            case e.ColumnField(name=name):
                return _ATOM, f"`{name}`"
            case e.Negate(operand=operand):
                return _SIGN, f"-{self.expression(operand, _SIGN)}"
            case e.Arithmetic():
                return self._arithmetic(expression)
            case e.Comparison(operator=operator, left=left, right=right):
                return _TEST, f"{self.expression(left, _SUM)} {operator} {self.expression(right, _SUM)}"
            case e.Membership() | e.ListMembership():
                return _TEST, self._membership(expression, "IN")
            case e.Between(operand=operand, low=low, high=high):
                between, to = self("BETWEEN"), self("AND")
                parts = [self.expression(part, _SUM) for part in (operand, low, high)]
                return _TEST, f"{parts[0]} {between} {parts[1]} {to} {parts[2]}"
            case e.IsKnown(operand=operand, negated=negated):
                test = self("IS_UNKNOWN" if negated else "IS_KNOWN")
                return _TEST, f"{self.expression(operand, _SUM)} {test}"
            case e.Not(operand=(e.Membership() | e.ListMembership()) as membership):
                return _TEST, self._membership(membership, "NOT_IN")
            case e.Not(operand=operand):
                return _NOT, f"{self('NOT')} {self.expression(operand, _NOT)}"
            case e.Logical(operator=operator, operands=operands):
                binds = _AND if operator == "and" else _OR
                parts = [self.expression(operand, binds + 1) for operand in operands]
                return binds, f" {self(operator.upper())} ".join(parts)
            case e.Conditional(condition=condition, then=then, otherwise=otherwise):
                # A whole one could stand before its `then` and `else` without brackets; nobody could read it.
                parts = [self.expression(condition, _OR), self.expression(then, _OR)]
                last = self.expression(otherwise)
                return _WHOLE, f"{self('IF')} {parts[0]} {self('THEN')} {parts[1]} {self('ELSE')} {last}"
            case e.History():
                return self._history(expression)
            case e.Population():
                return self._population(expression)
            case e.Elapsed():
                return _ATOM, self._elapsed(expression)
            case e.Reached(stage=stage):
                return _ATOM, f"{self('REACHED')} {stage}"
            case e.NowIn(stage=stage):
                return _ATOM, f"{self('NOW_IN')} {stage}"

    def cell(self, subject: e.Expression, tests: e.Expression | None) -> str:
        """Write the cell of a decision table that tests what its column looks at."""
        match tests:
            case None:
                return "-"
            case e.Logical(operands=operands):
                return self.listed(self._cell_test(subject, test) for test in operands)
            case _:
                return self._cell_test(subject, tests)

    def value_cell(self, value: e.Expression | None) -> str:
        """Write the cell of a decision table that gives a value."""
        return "-" if value is None else self._in_cell(self.expression(value))

    def _in_cell(self, text: str) -> str:
        """Put what begins with `unknown`, which could be a test of its own, in brackets."""
        unknown = self("UNKNOWN")
        return f"({text})" if text.startswith(unknown) and text != unknown else text

    def _cell_test(self, subject: e.Expression, test: e.Expression) -> str:
        """Write one test of a cell, which leaves its subject out."""
        match test:
            case e.IsKnown(negated=negated):
                return self("IS_UNKNOWN" if negated else "IS_KNOWN")
            case e.Between(low=low, high=high):
                low_text, high_text = self.expression(low, _SUM), self.expression(high, _SUM)
                return f"{self('BETWEEN')} {low_text} {self('AND')} {high_text}"
            case e.Comparison(operator=operator, right=right):
                value = self.expression(right, _SUM)
                is_unknown = isinstance(right, e.Literal) and right.value is None
                return self._in_cell(value) if operator == "=" and not is_unknown else f"{operator} {value}"
            case _:
                message = f"no cell of a table tests {subject} so: {test}"
                raise TypeError(message)

    def _arithmetic(self, expression: e.Arithmetic) -> tuple[int, str]:
        binds = _SUM if expression.operator in "+-" else _PRODUCT
        left = self.expression(expression.left, binds)
        right = self.expression(expression.right, binds + 1)
        return binds, f"{left} {expression.operator} {right}"

    def named(self, expression: e.Expression) -> str:
        """Write the name of what a record has or what is computed of it."""
        if not isinstance(expression, e.DecisionValue):
            return str(getattr(expression, "name", ""))
        decision = expression.decision
        return decision if decision in self.single_outputs else f"{decision}.{expression.output}"

    def _membership(self, expression: e.Membership | e.ListMembership, keyword: str) -> str:
        if isinstance(expression, e.Membership):
            choices = f"({self.listed(map(self.expression, expression.choices))})"
        elif isinstance(expression.items, _NAMED):
            choices = self.expression(expression.items)
        else:
            choices = f"({self.expression(expression.items)})"
        return f"{self.expression(expression.operand, _SUM)} {self(keyword)} {choices}"

    def _history(self, expression: e.History) -> tuple[int, str]:
        text = self._aggregated(expression.aggregate, expression.event, expression.field, "event")
        match expression.window:
            case e.LastWindow(duration=duration):
                text += f" {self('IN_LAST')} {self.duration(duration)}"
            case e.FirstWindow(duration=duration):
                text += f" {self('IN_FIRST')} {self.duration(duration)}"
        return self._where(text, expression.where)

    def _population(self, expression: e.Population) -> tuple[int, str]:
        name = None if expression.value is None else self.named(expression.value)
        text = self._aggregated(expression.aggregate, expression.record, name, "record")
        return self._where(text, expression.where)

    def _aggregated(self, aggregate: e.Aggregate, kind: str, field: str | None, what: str) -> str:
        terminal = f"{aggregate.name}_OF"
        keyword = self.dialect.before_kinds.get(terminal, {}).get(what) or self(terminal)
        text = f"{keyword} {kind}"
        return text if field is None else f"{text}.{field}"

    def _where(self, text: str, where: e.Expression | None) -> tuple[int, str]:
        if where is None:
            return _ATOM, text
        return _WHOLE, f"{text} {self('WHERE')} {self.expression(where, _OR)}"

    def _elapsed(self, expression: e.Elapsed) -> str:
        unit, since = self(expression.unit.name), self("PASSED_SINCE")
        match expression.anchor:
            case e.Anchor.ENTRY:
                return f"{unit} {self('IN_STAGE')}"
            case e.Anchor.FIELD:
                return f"{unit} {since} {expression.name}"
            case e.Anchor.FIRST_EVENT:
                return f"{unit} {since} {self('FIRST')} {expression.name}"
            case e.Anchor.LAST_EVENT:
                return f"{unit} {since} {self('LAST')} {expression.name}"


def _is_word(text: str) -> bool:
    """Say whether a text is one word that is read as it stands."""
    try:
        tokens = scan(text, "", 1)
    except LineError:
        return False
    return [(token.kind, token.text) for token in tokens] == [("word", text)] and normalize_name(text) == text
