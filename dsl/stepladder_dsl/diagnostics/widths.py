"""How wide text stands in a terminal, and which characters must not reach it as they are."""

from __future__ import annotations

import unicodedata

TAB = "    "
_RIGHT_TO_LEFT = {"R", "AL", "RLE", "RLO", "RLI"}
_DIRECTION_MARKS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_CONTROL_PICTURES = 0x2400
_JOINER = "\u200d"


def printable(text: str) -> str:
    r"""Give the text with every character that would steer the terminal shown instead of sent.

    Without this, a spec from a stranger could colour, hide or reorder what the reader sees.

    >>> printable("a\tb\x1b[31m")
    'a    b␛[31m'
    """
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    if character.isprintable():
        return character
    if character == "\t":
        return TAB
    code = ord(character)
    if code < 0x20:
        return chr(_CONTROL_PICTURES + code)
    hidden = (
        character in _DIRECTION_MARKS
        or unicodedata.category(character) in {"Cc", "Cs", "Co", "Cn"}
        or character in "\u2028\u2029"
    )
    return f"<U+{code:04X}>" if hidden else character


def width(text: str) -> int:
    r"""Give the number of a terminal's columns that a printable text takes.

    >>> width("价格"), width("й"), width("e\u0301")
    (4, 1, 1)
    """
    if text.isascii():
        return len(text)
    widths = [_character_width(character) for character in text]
    if _JOINER in text:
        # Pictures that are joined are shown as one.
        widths = [
            0 if before == _JOINER and wide == 2 else wide
            for before, wide in zip(" " + text, widths, strict=False)
        ]
    return sum(widths)


def _character_width(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me", "Cf"} or "\u1160" <= character <= "\u11ff":
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def goes_right_to_left(text: str) -> bool:
    """Say whether a terminal may show some of the text from right to left."""
    if text.isascii():
        return False
    return any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in text)
