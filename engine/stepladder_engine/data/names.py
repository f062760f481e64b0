"""Names as the data writes them, and as the spec knows them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from unicodedata import normalize

from stepladder_dsl.keywords.dialect import normalize_name

_UNSEEN = re.compile("[\u00ad\u200b\u2060\ufeff]")
"""Takes no room and parts nothing: a key with one of these would be another key that looks the same."""
_SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
_AROUND = (
    " \t\r\n\x0b\x0c\u200c\u200d\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
"""White space, and the marks of direction and of joining, which say nothing at the end of a text."""


def clean_text(text: str) -> str:
    """Give the text without space around it, composed as Unicode's form C, with spaces that all are the same.

    >>> clean_text("  paid "), clean_text("\u200eOOO\u00a0Romashka\ufeff")
    ('paid', 'OOO Romashka')
    """
    if text.isascii():
        return text.strip()
    composed = normalize("NFC", _SPACES.sub(" ", _UNSEEN.sub("", text)))
    return composed.strip().strip(_AROUND)


def clean_name(text: str) -> str:
    r"""Give the name of a column as it is compared: on one line, and without space around it.

    >>> clean_name(" Total\n  EUR")
    'Total EUR'
    """
    return " ".join(clean_text(text).split())


def spec_name(name: str, known: Iterable[str]) -> str:
    """Give the spec's spelling of a name, or the name itself where the spec has none such."""
    wanted = normalize_name(clean_name(name))
    return next((candidate for candidate in known if normalize_name(candidate) == wanted), name)
