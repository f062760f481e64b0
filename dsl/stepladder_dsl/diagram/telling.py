"""What views say in their own words: sentences, numbers and money in the language of the spec."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from pathlib import Path

from stepladder_dsl.diagram import style
from stepladder_dsl.diagram.text import BINDING_SPACE, apart, bound, runs_both_ways
from stepladder_dsl.graph.words import duration_text, words_of
from stepladder_dsl.keywords.dialect import LANGUAGES, load_dialect
from stepladder_dsl.model.money import round_money
from stepladder_dsl.model.types import Duration, Unit

_FOLDER = Path(__file__).parent
_DEFAULT = "en"
_SIGNS = {">=": "≥", "<=": "≤", "!=": "≠", "*": "×"}
_AS_WRITTEN = re.compile(r'("(?:[^"\\]|\\.)*"|`[^`]*`)')
"""Texts and names of columns in a condition: nothing in them is a sign."""
_SIGN = re.compile(r"(?<=[ \u00a0])(>=|<=|!=|\*)(?=[ \u00a0])")
_STRANGE_NAME = re.compile("[A-Za-z\u00c0-\u052f]\\w*(?:\u00a0[A-Za-z\u00c0-\u052f]\\w*)*")
"""Words that run from left to right, with what binds them into one name."""
_NUMBER = re.compile(r"(?<![\w.:/٫-])(?:\d+\.\d+|\d{4,})(?![\w:/-])")


@cache
def sentences(language: str) -> dict[str, str]:
    """Give the sentences of a language by key, or the English ones."""
    file = _FOLDER / f"words.{language if language in LANGUAGES else _DEFAULT}.json"
    table: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return table


def told(language: str, key: str, **values: str) -> str:
    """Give a sentence with its values."""
    return sentences(language)[key].format_map(values)


def kept(language: str, text: str) -> str:
    """Give a title such that it keeps its order in a sentence of a language."""
    return apart(text, right_to_left=words_of(language).direction == "rtl")


def formula_kept(language: str, formula: str) -> str:
    """Write a condition as people do, such that it keeps its order in a sentence.

    One with words of both directions goes with the sentence, whose words hold it together: only its
    strange names run their own way, or the number that one is compared with would go along with it.
    """
    written = bound(formula_text(language, formula))
    if not runs_both_ways(written):
        return kept(language, written)
    return _STRANGE_NAME.sub(lambda found: kept(language, found[0]), written)


def figures_joined(language: str, parts: Iterable[str]) -> str:
    """Put figures beside each other: with a dot, and in Persian, where a dot is a zero, with a comma.

    >>> figures_joined("en", ["now: 0", "overdue: 1"]).replace("\u00a0", " ")
    'now: 0 · overdue: 1'
    """
    return ("\u060c " if words_of(language).digits else style.BETWEEN_EVENTS).join(parts)


def number_text(language: str, value: int | Decimal) -> str:
    """Write a number with the digits and marks of a language.

    >>> number_text("en", 1234), number_text("fa", Decimal("1234.5"))
    ('1,234', '۱٬۲۳۴٫۵')
    """
    marks = {",": sentences(language)["thousands"], ".": sentences(language)["decimal"]}
    written = "".join(marks.get(character, character) for character in f"{value:,}")
    return written.translate(words_of(language).digits or {})


def percent_text(language: str, part: int, whole: int) -> str:
    """Write a share in whole per cent; what is not nothing is at least one.

    >>> percent_text("en", 1, 3), percent_text("en", 1, 1000), percent_text("en", 0, 0)
    ('33%', '<1%', '0%')
    """
    share = 100 * part / whole if whole else 0.0
    digits = f"<{number_text(language, 1)}" if 0 < share < 1 else number_text(language, round(share))
    sign = load_dialect(language if language in LANGUAGES else _DEFAULT).percent_sign
    return f"{digits}{sign}"


def money_text(language: str, amount: Decimal, currency: str | None) -> str:
    """Write money with its currency, without empty decimal places."""
    rounded = round_money(amount, currency)
    whole = rounded == rounded.to_integral_value()
    written = number_text(language, int(rounded) if whole else rounded)
    return f"{written}\u00a0{currency}" if currency else written


def formula_text(language: str, formula: str) -> str:
    r"""Write a condition as people do: with their signs, and names without marks between their words.

    >>> formula_text("en", 'year_spent * 2 >= 15000 and note != "a_b >= 1"')
    'year\xa0spent × 2 ≥ 15,000 and note ≠ "a_b >= 1"'
    >>> formula_text("ru", "трата * 0.05"), formula_text("fa", "خرید >= ۱۸۰۰۰۰۰")
    ('трата × 0,05', 'خرید ≥ ۱٬۸۰۰٬۰۰۰')
    """
    parts = _AS_WRITTEN.split(formula)
    return "".join(
        part if number % 2 else _as_people_write(language, part) for number, part in enumerate(parts)
    )


def _as_people_write(language: str, part: str) -> str:
    signed = _SIGN.sub(lambda found: _SIGNS[found[0]], part)
    return _NUMBER.sub(lambda found: number_text(language, Decimal(found[0])), signed).replace(
        "_", BINDING_SPACE
    )


def stay_text(language: str, minutes: float) -> str:
    """Write a time in its largest fitting unit, rounded down; what is under a minute is said in words.

    >>> stay_text("en", 0.5), stay_text("en", 25), stay_text("en", 150), stay_text("en", 60 * 24 * 8)
    ('less than a minute', '25 minutes', '2 hours', '8 days')
    """
    for unit, length in ((Unit.DAY, 24 * 60), (Unit.HOUR, 60), (Unit.MINUTE, 1)):
        if minutes >= length:
            return duration_text(Duration(int(minutes // length), unit), language)
    return sentences(language)["less_than_a_minute"]


def days_text(language: str, days: float) -> str:
    """Write a number of days, rounded; what is under one is said in words."""
    if days < 1:
        return sentences(language)["less_than_a_day"]
    return duration_text(Duration(round(days), Unit.DAY), language)
