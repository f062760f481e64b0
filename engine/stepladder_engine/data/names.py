"""Names as the data writes them, and as the spec knows them."""

from __future__ import annotations

from collections.abc import Iterable
from unicodedata import normalize

from stepladder_dsl.keywords.dialect import normalize_name

_BOM = "\ufeff"


def clean_text(text: str) -> str:
    """Give the text without space around it, composed as Unicode's form C.

    >>> clean_text("  paid ")
    'paid'
    """
    stripped = text.strip()
    return stripped if stripped.isascii() else normalize("NFC", stripped)


def clean_name(text: str) -> str:
    """Give the name of a column as it is compared: without space or a byte order mark around it."""
    return clean_text(text.strip().strip(_BOM))


def spec_name(name: str, known: Iterable[str]) -> str:
    """Give the spec's spelling of a name, or the name itself where the spec has none such."""
    wanted = normalize_name(clean_name(name))
    return next((candidate for candidate in known if normalize_name(candidate) == wanted), name)
