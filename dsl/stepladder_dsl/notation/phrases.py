"""What the notations say in their own words, in the language of the spec."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from stepladder_dsl.keywords.dialect import LANGUAGES

_FOLDER = Path(__file__).parent
_DEFAULT = "en"


@cache
def _phrases(language: str) -> dict[str, str]:
    file = _FOLDER / f"words.{language if language in LANGUAGES else _DEFAULT}.json"
    table: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return table


def phrase(language: str, key: str, **values: str) -> str:
    """Give a sentence with its values.

    >>> phrase("en", "alert", role="Manager")
    'Alert: Manager'
    """
    return _phrases(language)[key].format_map(values)
