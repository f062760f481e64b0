"""Conditions and values as people say them: `spent >= 500` is "spent is at least 500 EUR"."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from stepladder_dsl.documents.content import plain
from stepladder_dsl.documents.telling import Teller
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model import types as t
from stepladder_dsl.model.spec import Spec
from stepladder_dsl.source import Source, Span

_OPPOSITE = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_TURNED = {"=": "=", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
_SIGNS = {"+": "+", "-": "−", "*": "×", "/": "÷"}
_OR, _AND, _SUM, _PRODUCT, _ONE = range(5)
"""How closely the parts of a formula belong together; what is looser than its place asks has brackets."""


def spoken(name: str) -> str:
    """Give a name without the marks that only programs need.

    >>> spoken("first_contact")
    'first contact'
    """
    return name.replace("_", " ").strip()


class Readable:
    """Writes the expressions of one spec in one language.

    `sources` are the texts by the names that spans speak of: whoever wrote `15%` reads `15%` again.
    """

    def __init__(self, spec: Spec, tell: Teller, sources: Mapping[str, Source]) -> None:
        self.spec = spec
        self.tell = tell
        self.sources = sources

    def __call__(self, expression: e.Expression, kind: t.Type | None = None) -> str:
        """Write a condition or a value; `kind` is what a bare number stands for."""
        return self._placed(expression, _OR, kind)

    def _placed(self, expression: e.Expression, place: int, kind: t.Type | None = None) -> str:
        if isinstance(expression, e.Literal) and isinstance(kind, t.MoneyType):
            return self.value(expression.value, kind, expression.span)
        binds, text = self._bound(expression)
        return f"({text})" if binds < place else text

    def _say(self, key: str, **values: str) -> str:
        return self.tell.word(f"is.{key}", **values)

    def _bound(self, expression: e.Expression) -> tuple[int, str]:
        """Give how closely the parts of an expression belong together, and its words."""
        match expression:
            case e.Logical(operator=operator, operands=operands):
                place = _AND if operator == "and" else _OR
                parts = [self._placed(operand, place + 1) for operand in operands]
                return place, plain(self.tell.joined(parts, operator))
            case e.Not(operand=operand):
                return self._negated(operand)
            case e.Comparison():
                return _SUM, self._comparison(expression.operator, expression.left, expression.right)
            case e.Arithmetic():
                return self._calculation(expression)
            case e.Conditional(condition=condition, then=then, otherwise=otherwise):
                words = {"condition": self(condition), "then": self(then), "otherwise": self(otherwise)}
                return _OR, self._say("choice", **words)
            case e.History() | e.Population():
                # What is counted is told with a condition, which would take in what stands behind it.
                return _OR if expression.where is not None else _ONE, self._gathered(expression)
            case e.RecordField() | e.EventField() | e.LetValue() | e.DecisionValue() if isinstance(
                expression.type, t.YesNoType
            ):
                return _ONE, self._say("yes", name=self._name(expression))
            case _:
                return _ONE, self._single(expression)

    def _single(self, expression: e.Expression) -> str:
        """Give the words of what is one thing."""
        match expression:
            case e.Literal(value=value, type=kind, span=span):
                return self.value(value, kind, span)
            case e.ListOf(items=items):
                return self.tell.word("join.comma").join(map(self, items))
            case e.Negate(operand=operand):
                return f"−{self._placed(operand, _ONE)}"
            case e.Membership(operand=operand, choices=choices):
                return self._say("=", left=self._subject(operand), right=self._one_of(choices))
            case e.ListMembership(operand=operand, items=items):
                return self._say("in", left=self._subject(operand), right=self._subject(items))
            case e.Between(operand=operand, low=low, high=high):
                bounds = {"low": self._subject(low, operand.type), "high": self._subject(high, operand.type)}
                return self._say("between", left=self._subject(operand), **bounds)
            case e.IsKnown(operand=operand, negated=negated):
                return self._say("unknown" if negated else "known", left=self._subject(operand))
            case e.Reached(process=process, stage=stage):
                return self._say("reached", stage=self._stage(process, stage))
            case e.NowIn(process=process, stage=stage):
                return self._say("now_in", stage=self._stage(process, stage))
            case e.Elapsed(unit=unit):
                return self._say(
                    "elapsed", unit=self.tell.word(f"unit.{unit.value}"), anchor=self._anchor(expression)
                )
            case _:
                return self._name(expression)

    def _name(self, expression: e.Expression) -> str:
        """Give the name of what a record has or what is computed; in quotes it fits every sentence."""
        return self.tell.quoted(self.name(expression))

    def name(self, expression: e.Expression) -> str:
        """Give the bare name of what a record or event has, or what is computed."""
        if isinstance(expression, e.DecisionValue):
            decision = self.spec.decisions[expression.decision]
            label = decision.title or spoken(decision.name)
            return label if len(decision.outputs) == 1 else f"{label}: {spoken(expression.output)}"
        return spoken(str(getattr(expression, "name", "")))

    def _subject(self, expression: e.Expression, kind: t.Type | None = None) -> str:
        """Write what something is said about: a yes-or-no by its name alone."""
        if isinstance(expression, e.RecordField | e.EventField | e.LetValue | e.DecisionValue):
            return self._name(expression)
        return self._placed(expression, _SUM, kind)

    def _stage(self, process: str, stage: str) -> str:
        return self.tell.quoted(self.spec.processes[process].stages[stage].label)

    def _one_of(self, choices: tuple[e.Expression, ...]) -> str:
        return plain(self.tell.joined(map(self, choices), "or"))

    # conditions

    def _negated(self, operand: e.Expression) -> tuple[int, str]:
        match operand:
            case e.Comparison(operator=operator, left=left, right=right):
                return _SUM, self._comparison(_OPPOSITE[operator], left, right)
            case e.Membership(operand=subject, choices=choices):
                named = self.tell.word("join.comma").join(map(self, choices))
                return _SUM, self._say("not_in", left=self._subject(subject), right=named)
            case e.ListMembership(operand=subject, items=items):
                return _SUM, self._say("not_in", left=self._subject(subject), right=self._subject(items))
            case e.Reached(process=process, stage=stage):
                return _SUM, self._say("not_reached", stage=self._stage(process, stage))
            case e.NowIn(process=process, stage=stage):
                return _SUM, self._say("not_now_in", stage=self._stage(process, stage))
            case e.RecordField() | e.EventField() | e.LetValue() | e.DecisionValue():
                return _ONE, self._say("no", name=self._name(operand))
            case _:
                return _SUM, self._say("not", condition=self(operand))

    def _comparison(self, operator: str, left: e.Expression, right: e.Expression) -> str:
        if isinstance(left, e.Literal) and not isinstance(right, e.Literal):
            return self._comparison(_TURNED[operator], right, left)
        if isinstance(right, e.Literal) and isinstance(right.value, bool) and operator in {"=", "!="}:
            return self._say("yes" if right.value is (operator == "=") else "no", name=self._subject(left))
        if isinstance(left, e.Elapsed) and isinstance(right, e.Literal) and isinstance(right.value, Decimal):
            amount = right.value
            if amount == amount.to_integral_value():
                duration = self.tell.duration(t.Duration(int(amount), left.unit))
                return self._say(f"elapsed.{operator}", duration=duration, anchor=self._anchor(left))
        return self._say(
            operator, left=self._subject(left, right.type), right=self._subject(right, left.type)
        )

    def _anchor(self, elapsed: e.Elapsed) -> str:
        events = self.spec.events
        name = events[elapsed.name].label if elapsed.name in events else spoken(elapsed.name)
        return self._say(f"anchor.{elapsed.anchor.value}", name=self.tell.quoted(name))

    # figures

    def _gathered(self, expression: e.History | e.Population) -> str:
        """Write a count, sum or average over events or records."""
        aggregate = expression.aggregate.value
        if isinstance(expression, e.History):
            label = self.tell.quoted(self.spec.events[expression.event].label)
            value = None if expression.field is None else self.tell.quoted(spoken(expression.field))
        else:
            label = self.tell.quoted(self.spec.records[expression.record].label)
            value = None if expression.value is None else self._subject(expression.value)
        if value is None:
            kind = "events" if isinstance(expression, e.History) else "records"
            text = self._say(f"count.{kind}", kind=label)
        else:
            text = self._say(aggregate, value=value, kind=label)
        window = expression.window if isinstance(expression, e.History) else None
        if window is not None:
            key = "last_window" if isinstance(window, e.LastWindow) else "first_window"
            text = self._say(key, what=text, duration=self.tell.duration(window.duration))
        if expression.where is None:
            return text
        return self._say("where", what=text, condition=self(expression.where))

    # values

    def _calculation(self, whole: e.Arithmetic) -> tuple[int, str]:
        """Write a calculation; what is added to money is money, too."""
        place = _SUM if whole.operator in "+-" else _PRODUCT
        kind = whole.type if place == _SUM else None
        left = self._placed(whole.left, place, kind)
        right = self._placed(whole.right, place + (whole.operator in "-/"), kind)
        return place, f"{left} {_SIGNS[whole.operator]} {right}"

    def value(self, value: Any, kind: t.Type, span: Span | None = None) -> str:
        """Write a constant."""
        tell = self.tell
        match value:
            case None:
                return self._say("no_value")
            case bool():
                return tell.quoted(tell.word("yes" if value else "no"))
            case Decimal() if isinstance(kind, t.MoneyType):
                return tell.money(value, self.spec.currency)
            case Decimal() if (
                isinstance(kind, t.NumberType) and kind.unit is not None and value == int(value)
            ):
                return tell.duration(t.Duration(int(value), kind.unit))
            case Decimal():
                return tell.percent(value) if self._was_percent(span) else tell.number(value)
            case t.Duration():
                return tell.duration(value)
            case tuple():
                return tell.word("join.comma").join(self.value(part, t.AnyType()) for part in value)
            case datetime() | date():
                return self.day(value)
            case str() if isinstance(kind, t.ChoiceType):
                return tell.quoted(spoken(value))
            case str():
                return tell.quoted(value)
            case _:
                return str(value)

    def day(self, day: date) -> str:
        """Write a day by the calendar of the language."""
        from stepladder_dsl.syntax.values import write_date

        return write_date(day.isoformat()[:10], "gregorian", self.tell.dialect)

    def _was_percent(self, span: Span | None) -> bool:
        """Tell whether the text has a per cent sign there."""
        source = None if span is None else self.sources.get(span.file)
        if span is None or source is None or not 0 < span.line <= len(source.lines):
            return False
        return source.line(span.line)[span.column - 1 : span.end_column - 1].rstrip().endswith(("%", "٪"))
