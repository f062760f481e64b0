"""Lengths of time in data: `30 days` in any of the languages, or `P30D` as in ISO 8601."""

from __future__ import annotations

import re
from functools import cache

from stepladder_dsl.keywords.dialect import LANGUAGES, load_dialect, normalize_word
from stepladder_dsl.model.types import Duration, Unit

_ISO = re.compile(r"P(?:(\d+)([YMWD])|T(\d+)([HM]))")
_ISO_DATE = {"Y": Unit.YEAR, "M": Unit.MONTH, "W": Unit.WEEK, "D": Unit.DAY}
_ISO_TIME = {"H": Unit.HOUR, "M": Unit.MINUTE}
_WORDS = re.compile(r"(\d+)\s*(\D+)")


@cache
def _units() -> dict[str, Unit]:
    """Give the units by every spelling in every language."""
    return {
        normalize_word(spelling): unit
        for language in LANGUAGES
        for unit in Unit
        for spelling in load_dialect(language).spellings[unit.name]
    }


def read_duration(text: str) -> Duration | None:
    """Read a whole, positive length of time in one unit, or give None.

    >>> str(read_duration("30 days")), str(read_duration("PT2H")), read_duration("soon")
    ('30 days', '2 hours', None)
    """
    iso = _ISO.fullmatch(text.strip().upper())
    if iso is not None:
        amount, unit = (iso[1], _ISO_DATE.get(iso[2])) if iso[1] else (iso[3], _ISO_TIME.get(iso[4]))
    else:
        words = _WORDS.fullmatch(text.strip())
        if words is None:
            return None
        amount, unit = words[1], _units().get(normalize_word(" ".join(words[2].split())))
    return Duration(int(amount), unit) if unit is not None and int(amount) > 0 else None
