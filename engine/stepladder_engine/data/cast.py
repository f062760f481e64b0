"""From the text of a cell to a value of the spec's type, or the reason why not."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from stepladder_dsl.diagnostics.nearest import nearest
from stepladder_dsl.keywords.dialect import normalize_name
from stepladder_dsl.model.logic import COMPARE
from stepladder_dsl.model.spec import Field, Limit
from stepladder_dsl.model.types import (
    ChoiceType,
    DatetimeType,
    DateType,
    DurationType,
    ListType,
    MoneyType,
    NumberType,
    ReferenceType,
    Type,
    YesNoType,
)
from stepladder_engine.calendars.zone import Zone
from stepladder_engine.data.dates import DateReader
from stepladder_engine.data.decimals import NumberReader
from stepladder_engine.data.durations import read_duration
from stepladder_engine.data.mapping_model import Options
from stepladder_engine.data.names import clean_text
from stepladder_engine.data.problems import Fault, listed, shown
from stepladder_engine.data.typed_text import FaultyText, ListedText, TypedText
from stepladder_engine.expressions.columns import YES_NO

Cast = Callable[[str | None], Any]
"""Gives the value of a cell, None for unknown, or a `Fault`."""

SPREADSHEET_ERRORS = frozenset(
    {
        *("#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#DIV/0!", "#SPILL!", "#CALC!", "#ERROR!"),
        *("#Н/Д", "#ИМЯ?", "#ПУСТО!", "#ЧИСЛО!", "#ССЫЛКА!", "#ЗНАЧ!", "#ДЕЛ/0!"),
    }
)
"""What a formula without a result leaves in a table that is saved as a text."""
_TOO_NARROW = re.compile("##+")
_SHORTENED = re.compile(r"\d(?:[.,]\d+)?[eE]\+\d{2,3}", re.ASCII)
_MOST_REMEMBERED = 200_000


class CellReader:
    """Reads the cells of one source: with its formats of dates and numbers, in its time zone."""

    def __init__(
        self, options: Options, zone: Zone, *, typed: bool = False, currency: str | None = None
    ) -> None:
        """Take options that are in order; `typed` cells may know themselves what they are."""
        self.typed = typed
        self._remembering = telling_apart if typed else remembering
        self.zone = zone
        self.dates = DateReader(options.dates, zone)
        self.numbers = NumberReader(options.decimal, options.thousands, currency)
        self.unknown = {"", *options.unknown}
        self.day = self._remembering(self.dates.day)
        self.instant = self._remembering(self.dates.instant)
        self.number = self._remembering(self.numbers.number)

    def clean(self, text: str | None) -> str | None:
        """Give the text of a cell, or None where it says nothing."""
        if text is None:
            return None
        if isinstance(text, FaultyText):
            return None
        cleaned = text if isinstance(text, TypedText) else clean_text(text)
        return None if cleaned in self.unknown else cleaned

    def text(self) -> Cast:
        """Give the cast of keys, ids and other texts."""
        return self._remembering(self._known(_whole_key))

    def moment(self) -> Cast:
        """Give the cast of times of events and of `since`."""
        return self._remembering(self._known(self.dates.instant))

    def sequence(self) -> Cast:
        """Give the cast of the number that orders events of one time."""
        return self._remembering(self._known(self.numbers.number))

    def field(self, field: Field, values: Mapping[str, str | None] | None = None) -> Cast:
        """Give the cast of a field: translation, type, and limits."""
        read = self._reader(field)
        if values is not None:
            read = _translated(values, read)
        cast: Cast = self._remembering(self._checked(field, read, values))
        return self._of_several(field, cast, values) if isinstance(field.type, ListType) else cast

    def _of_several(self, field: Field, cast: Cast, values: Mapping[str, str | None] | None) -> Cast:
        """Give the cast that takes the values of a cell which holds several, one by one."""
        read = (
            self._reader(replace(field, type=field.type.element)) if isinstance(field.type, ListType) else str
        )
        if values is not None:
            read = _translated(values, read)

        def cast_all(text: str | None) -> Any:
            if not isinstance(text, ListedText):
                return cast(text)
            items = [read(item) for item in map(self.clean, text.items) if item is not None]
            fault = next((item for item in items if isinstance(item, Fault)), None)
            return fault or _within(field, tuple(item for item in items if item is not None))

        return cast_all

    def computed(self, field: Field) -> Callable[[Any], Any]:
        """Give the function that fits a computed value to a field and checks it."""

        def fit(value: Any) -> Any:
            if isinstance(value, Fault):
                return value
            if value is None:
                return _missing(field)
            fitted = self._fit(value, field)
            return fitted if isinstance(fitted, Fault) else _within(field, fitted)

        return fit

    def _known(self, read: Callable[[str], Any]) -> Cast:
        def cast(text: str | None) -> Any:
            cleaned = self.clean(text)
            if cleaned is None:
                return None
            return read(cleaned) if cleaned[0] != "#" else _error_in(cleaned) or read(cleaned)

        return cast

    def _checked(
        self, field: Field, read: Callable[[str], Any], values: Mapping[str, str | None] | None
    ) -> Cast:
        """Give the cast that also knows about missing values and limits."""

        def cast(text: str | None) -> Any:
            cleaned = self.clean(text)
            if cleaned is None:
                # An empty cell may have a meaning of its own in `values`.
                if values is None or "" not in values:
                    return _missing(field)
                cleaned = ""
            value = (_error_in(cleaned) if cleaned[:1] == "#" else None) or read(cleaned)
            if value is None:
                return _missing(field)
            return value if isinstance(value, Fault) else _within(field, value)

        return cast

    def _reader(self, field: Field) -> Callable[[str], Any]:
        """Give the function that reads a clean text as the field's type."""
        match field.type:
            case NumberType() | MoneyType():
                return self.numbers.number
            case YesNoType():
                return read_yes_no
            case DateType():
                return self.dates.day
            case DatetimeType():
                return self.dates.instant
            case ChoiceType(values):
                return _choice_reader(values)
            case DurationType():
                return _duration
            case ReferenceType():
                return _whole_key
            case ListType(element):
                return _list_reader(self._reader(replace(field, type=element)))
            case _:
                return str

    def _fit(self, value: Any, field: Field) -> Any:
        """Give a computed value as the field's type wants it."""
        match field.type, value:
            case (_, str()):
                return self._reader(field)(value)
            case (NumberType() | MoneyType(), Decimal()) | (YesNoType(), bool()):
                return value
            case (DateType(), date()):
                return value
            case (DatetimeType(), date()):
                return self.zone.start_of(value)
            case _:
                return Fault("SD053", "", {"value": shown(str(value))})


def remembering(cast: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Give the function with a memory: columns say the same few things over and over."""
    known: dict[Any, Any] = {}

    def look_up(text: Any) -> Any:
        try:
            return known[text]
        except KeyError:
            if len(known) >= _MOST_REMEMBERED:
                known.clear()
            value = known[text] = cast(text)
            return value

    return look_up


def telling_apart(cast: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Give the function with a memory for typed cells: a number is no text of its digits."""
    known: dict[tuple[type, Any], Any] = {}

    def look_up(text: Any) -> Any:
        if isinstance(text, FaultyText):
            return text.fault
        key = (type(text), text)
        try:
            return known[key]
        except KeyError:
            if len(known) >= _MOST_REMEMBERED:
                known.clear()
            value = known[key] = cast(text)
            return value

    return look_up


def read_yes_no(text: str) -> bool | Fault:
    """Read yes or no, in any of the languages."""
    value = YES_NO.get(text.casefold())
    return Fault("SD048", "", {"value": shown(text)}) if value is None else value


def _whole_key(text: str) -> str | Fault:
    """Give a key, unless it is a long number of which a spreadsheet has kept a few digits."""
    if "+" in text and _SHORTENED.fullmatch(text) is not None and not isinstance(text, TypedText):
        return Fault("SD059", "", {"value": shown(text)})
    return str(text)


def _error_in(text: str) -> Fault | None:
    """Say of what a spreadsheet writes where it has no value that it is none."""
    if isinstance(text, TypedText):
        return None
    error = text.upper() in SPREADSHEET_ERRORS or _TOO_NARROW.fullmatch(text) is not None
    return Fault("SD054", "text", {"value": shown(text)}) if error else None


def _duration(text: str) -> Any:
    """Read a length of time."""
    return read_duration(text) or Fault("SD052", "", {"value": shown(text)})


def _choice_reader(values: tuple[str, ...]) -> Callable[[str], Any]:
    known = {normalize_name(value): value for value in values}

    def read(text: str) -> Any:
        value = known.get(normalize_name(text))
        if value is not None:
            return value
        return Fault("SD047", "", {"value": shown(text), "known": listed(values)}, nearest(text, values))

    return read


_BETWEEN_ITEMS = re.compile(r"\s*[;,،؛|\n]\s*")


def _list_reader(read: Callable[[str], Any]) -> Callable[[str], Any]:
    """Give the function that reads `a; b`: values with semicolons, commas, bars or line ends between them."""

    def read_all(text: str) -> Any:
        parts = [text] if isinstance(text, TypedText) else _BETWEEN_ITEMS.split(text)
        items = [read(part) for part in parts if part]
        return next((item for item in items if isinstance(item, Fault)), tuple(items))

    return read_all


def _translated(values: Mapping[str, str | None], read: Callable[[str], Any]) -> Callable[[str], Any]:
    """Put the mapping's `values` before a reader.

    What they do not name stands for itself where it is a value already; nothing is guessed.
    """

    def translate(text: str) -> Any:
        if text not in values:
            itself = read(text)
            if not isinstance(itself, Fault):
                return itself
            found = {"value": shown(text), "known": listed(values)}
            return Fault("SD047", "values", found, nearest(text, values))
        meant = values[text]
        return None if meant is None else read(clean_text(meant))

    return translate


def _missing(field: Field) -> Fault | None:
    """Say whether a field may be unknown."""
    return None if field.optional else Fault("SD044", "", {"field": field.name})


def _within(field: Field, value: Any) -> Any:
    """Give the value, or the limit that it breaks."""
    for limit in field.limits:
        if not _keeps(limit, value):
            variant = "pattern" if limit.operator == "matches" else ""
            values = {"field": field.name, "value": shown(_written(value)), "limit": limit_text(limit)}
            return Fault("SD049", variant, values)
    return value


def _keeps(limit: Limit, value: Any) -> bool:
    if limit.operator == "matches":
        return re.fullmatch(limit.value, value) is not None
    return COMPARE[limit.operator](value, limit.value)


def limit_text(limit: Limit) -> str:
    """Give a limit as the spec writes it; of a pattern the pattern alone."""
    written = _written(limit.value)
    return written if limit.operator == "matches" else f"{limit.operator} {written}"


def _written(value: Any) -> str:
    """Give a value as a person writes it."""
    match value:
        case Decimal():
            return format(value, "f")
        case datetime() | date() | time():
            return value.isoformat()
        case tuple():
            return ", ".join(_written(item) for item in value)
        case _:
            return str(value)


def accepts(wanted: Type, given: Type) -> bool:
    """Tell whether a computed value of a type can become a field's."""
    numbers = (NumberType, MoneyType)
    if isinstance(wanted, numbers):
        return isinstance(given, numbers)
    if isinstance(wanted, DatetimeType):
        return isinstance(given, DateType | DatetimeType)
    if isinstance(wanted, YesNoType | DateType):
        return isinstance(given, type(wanted))
    return not isinstance(given, (*numbers, YesNoType, DateType, DatetimeType))
