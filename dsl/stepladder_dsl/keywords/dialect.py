"""Loads the keyword table of one human language.

A table is a JSON file beside this module: canonical terminal name -> spellings,
of which the first is the one a formatter writes. The grammar and everything
behind it know the canonical names only, so a new language is one new file.
"""

from __future__ import annotations

import json
import unicodedata
from functools import cache, cached_property, lru_cache
from pathlib import Path

from stepladder_dsl.diagnostics.plurals import plural_category
from stepladder_dsl.record import record

_TABLES = Path(__file__).parent

LANGUAGES = tuple(sorted(table.stem for table in _TABLES.glob("*.json")))
"""The languages that have a keyword table."""

ZERO_WIDTH_NON_JOINER = "\u200c"
_LETTERS = str.maketrans({"\u064a": "\u06cc", "\u0649": "\u06cc", "\u0643": "\u06a9"})
"""Arabic yeh, alef maksura and kaf are the Persian letters that look the same."""

_DIGITS = str.maketrans({chr(zero + digit): str(digit) for zero in (0x0660, 0x06F0) for digit in range(10)})


def normalize_name(text: str) -> str:
    """Give the one form of a name that is compared: NFC, Persian yeh and kaf, ASCII digits.

    A zero-width non-joiner joins nothing at the end of a word, and two in a row are one.
    """
    if text.isascii():
        return text
    text = unicodedata.normalize("NFC", text).translate(_LETTERS).translate(_DIGITS)
    if ZERO_WIDTH_NON_JOINER in text:
        text = ZERO_WIDTH_NON_JOINER.join(part for part in text.split(ZERO_WIDTH_NON_JOINER) if part)
    return text


@lru_cache(maxsize=10_000)
def normalize_word(text: str) -> str:
    """Give the form in which a keyword's word is looked up: a name's form, in lower case."""
    return normalize_name(text).casefold()


@record
class Dialect:
    """The keywords of one human language."""

    language: str
    name: str
    direction: str
    spellings: dict[str, tuple[str, ...]]
    forms: dict[str, dict[str, str]]
    """Terminal -> plural category -> the form that stands behind a number."""
    before_kinds: dict[str, dict[str, str]]
    """Terminal -> ``event`` or ``record`` -> the form that stands before the name of such a thing."""
    comma: str
    digits: str
    """The ten digits, from nought to nine."""
    decimal_mark: str
    percent_sign: str
    calendar: str
    """By which dates are written: ``gregorian`` or ``jalali``."""
    date_separator: str
    commas_around_conditions: bool
    """Whether a comma stands before a condition inside a line, and behind it."""

    @cached_property
    def phrases(self) -> dict[tuple[str, ...], tuple[str, ...]]:
        """Words of a spelling -> the canonical terminals that it can be.

        One phrase may be several terminals, as `in` is in `in (a, b)` and in `in 3 days`;
        which one it is follows from where it stands, and nowhere can it be two.
        """
        found: dict[tuple[str, ...], tuple[str, ...]] = {}
        for terminal, spellings in self.spellings.items():
            for spelling in spellings:
                words = tuple(normalize_word(word) for word in spelling.split())
                found[words] = (*found.get(words, ()), terminal)
        return found

    @cached_property
    def longest_from(self) -> dict[str, int]:
        """First word of any spelling -> the number of words of the longest one that begins so."""
        longest: dict[str, int] = {}
        for words in self.phrases:
            longest[words[0]] = max(longest.get(words[0], 0), len(words))
        return longest

    def spelling(self, terminal: str) -> str:
        """Give the preferred spelling of a canonical terminal."""
        return self.spellings[terminal][0]

    def counted(self, terminal: str, amount: int) -> str:
        """Give the form of a keyword that stands behind a number."""
        forms = self.forms[terminal]
        return forms.get(plural_category(amount, self.language), forms["other"])


@cache
def load_dialect(language: str) -> Dialect:
    """Load the table of a language of `LANGUAGES`; raises ``FileNotFoundError`` for others."""
    table = json.loads((_TABLES / f"{language}.json").read_text(encoding="utf-8"))
    return Dialect(
        language=table["language"],
        name=table["name"],
        direction=table["direction"],
        spellings={terminal: tuple(words) for terminal, words in table["keywords"].items()},
        forms=table["forms"],
        before_kinds=table.get("before_kinds", {}),
        comma=table["comma"],
        digits=table["digits"],
        decimal_mark=table["decimal_mark"],
        percent_sign=table["percent_sign"],
        calendar=table["calendar"],
        date_separator=table["date_separator"],
        commas_around_conditions=table["commas_around_conditions"],
    )
