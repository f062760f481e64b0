"""Sentences of screens and reports by key, from one table for each human language.

A table is a JSON file beside this module: key -> sentence, with values in braces.
A sentence that counts something has a form for each plural category of its
language, as ``row.one`` and ``row.other``. Every table has the same keys: a new
sentence is written in all languages at once.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from stepladder_dsl.diagnostics.plurals import plural_category
from stepladder_dsl.diagnostics.widths import goes_right_to_left
from stepladder_dsl.record import record

_TABLES = Path(__file__).parent
DEFAULT = "en"
_RIGHT_TO_LEFT = {"fa"}
FROM_THE_RIGHT, ISOLATE, END_ISOLATE = "\u2067", "\u2068", "\u2069"
"""Marks around text whose direction is its own: from right to left, or as its first letter says."""
_NO_MARKS = str.maketrans("", "", FROM_THE_RIGHT + ISOLATE + END_ISOLATE)


@record
class Phrase:
    """A sentence that is told later, in the language of whoever reads it; phrases may be among its values."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return tell(self, DEFAULT)

    def __hash__(self) -> int:
        return hash((self.key, *self.values.values()))


@lru_cache(maxsize=10_000)
def phrase(key: str, /, **values: Hashable) -> Phrase:
    """Give a phrase that is needed over and over: the same one each time, which costs next to nothing."""
    return Phrase(key, values)


@cache
def table(language: str) -> dict[str, str]:
    """Load the sentences of a language, or the English ones where it has none."""
    file = _TABLES / f"{language}.json"
    if not file.is_file():
        file = _TABLES / f"{DEFAULT}.json"
    sentences: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return sentences


def text(language: str, key: str, /, **values: Any) -> str:
    """Give a sentence with its values; `count` chooses the plural form where the sentence has several."""
    sentences = table(language)
    if "count" in values and f"{key}.other" in sentences:
        category = plural_category(values["count"], language)
        key = f"{key}.{category}" if f"{key}.{category}" in sentences else f"{key}.other"
    words = {name: _as_words(language, value) for name, value in values.items()}
    return sentences[key].format_map(words)


def tell(told: Phrase | str, language: str) -> str:
    """Give a phrase in a language; a text, such as a piece of the spec, stays as it is."""
    return told if isinstance(told, str) else text(language, told.key, **told.values)


def tell_plainly(told: Phrase | str, language: str) -> str:
    """Give a phrase as programs read it: without the marks that keep a value's direction on a screen."""
    return tell(told, language).translate(_NO_MARKS)


def listed(language: str, parts: Iterable[str]) -> str:
    """Join the parts of an enumeration."""
    return table(language)["list.comma"].join(parts)


def number(language: str, value: Any, pattern: str = ",") -> str:
    r"""Write a number with a language's digits and its marks between thousands and before decimals.

    >>> number("en", 1234.5, ",.1f"), number("ru", 1234.5, ",.1f"), number("fa", 1234.5, ",.1f")
    ('1,234.5', '1\xa0234,5', '۱٬۲۳۴٫۵')
    """
    marks = table(language)
    swap = dict(zip("0123456789", marks["number.digits"], strict=True))
    swap |= {",": marks["number.thousands"], ".": marks["number.decimal"]}
    return "".join(swap.get(character, character) for character in format(value, pattern))


def isolated(line: str) -> str:
    """Keep text that runs from right to left from moving what stands beside it on the screen."""
    return f"{ISOLATE}{line}{END_ISOLATE}" if goes_right_to_left(line) else line


def paragraph(language: str, line: str) -> str:
    """Isolate a whole line; in a language from right to left it runs so, whatever its first word."""
    if language in _RIGHT_TO_LEFT and goes_right_to_left(line):
        return f"{FROM_THE_RIGHT}{line}{END_ISOLATE}"
    return isolated(line)


def from_the_right(language: str) -> bool:
    """Tell whether a language is written from right to left."""
    return language in _RIGHT_TO_LEFT


def _as_words(language: str, value: Any) -> str:
    """Give a value as it stands in a sentence; in one from right to left it keeps its own direction."""
    match value:
        case Phrase():
            return tell(value, language)
        case list() | tuple():
            return listed(language, (_as_words(language, part) for part in value))
        case int():
            return number(language, value)
        case _ if language in _RIGHT_TO_LEFT and value:
            mark = FROM_THE_RIGHT if goes_right_to_left(str(value)) else ISOLATE
            return f"{mark}{value}{END_ISOLATE}"
        case _:
            return str(value)
