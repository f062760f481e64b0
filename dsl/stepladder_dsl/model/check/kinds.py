"""Which type fits where, and what messages call it."""

from __future__ import annotations

from stepladder_dsl.model import expressions as e
from stepladder_dsl.model.types import (
    AnyType,
    ChoiceType,
    ColumnType,
    DatetimeType,
    DateType,
    DurationType,
    ListType,
    MoneyType,
    NumberType,
    PersonType,
    ReferenceType,
    TextType,
    Type,
    YesNoType,
)
from stepladder_dsl.source import Span

ANY = AnyType()
NUMBER = NumberType()
MONEY = MoneyType()
YES_NO = YesNoType()
TEXT = TextType()

ORDERED = (NumberType, MoneyType, DateType, DatetimeType, TextType, ColumnType)
"""The types of which one value can be more than another."""


def untyped(span: Span) -> e.Literal:
    """Give what stands for a part with a mistake, so that the rest of the expression can be looked at."""
    return e.Literal(None, ANY, span)


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


def of_one(wanted: Type) -> Type:
    """Give what one value has to be where it, or a list of it, is wanted."""
    return wanted.element if isinstance(wanted, ListType) else wanted


def is_written(kind: Type) -> bool:
    """Say whether values of a type are texts: words, or what names a person or a record."""
    return isinstance(kind, TextType | PersonType | ReferenceType)


def fits(kind: Type, wanted: Type) -> bool:
    """Say whether a value of one type can stand where another is wanted."""
    if isinstance(kind, AnyType | ColumnType) or isinstance(wanted, AnyType | ColumnType):
        return True
    if isinstance(wanted, MoneyType):
        return isinstance(kind, NumberType | MoneyType)
    if isinstance(kind, ListType) and isinstance(wanted, ListType):
        return fits(kind.element, wanted.element)
    if is_written(kind) and is_written(wanted):
        return True
    if isinstance(kind, ChoiceType) and isinstance(wanted, ChoiceType):
        return bool(set(kind.values) & set(wanted.values))
    return type(kind) is type(wanted)


def comparable(left: Type, right: Type) -> bool:
    """Say whether two types can be compared with each other."""
    return fits(left, right) or fits(right, left) or {type(left), type(right)} <= {ChoiceType, TextType}
