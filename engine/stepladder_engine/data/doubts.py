"""What is in order row by row, and doubtful when one looks at a file as a whole."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_engine.data.opening import open_bytes
from stepladder_engine.data.problems import note, shown

_SAMPLE = 1 << 16
_LEAST_PIECES = 3
_MOSTLY = 0.9
_BEYOND_ASCII = re.compile("[^\x00-\x7f]{2,}")
_WAYS = ("windows-1251", "windows-1252")
SAMPLE_ROWS = 200
_DIGITS_OF_A_THOUSAND = 3


def damaged_letters(name: str, path: Path) -> Iterator[Diagnostic]:
    """Say where UTF-8 was read in another encoding before, and saved so: `РђРЅРЅР°` was `Анна`."""
    with open_bytes(path) as stream:
        sample = stream.read(_SAMPLE)
    if sample.isascii():
        return
    pieces = set(_BEYOND_ASCII.findall(sample.decode("utf-8", errors="ignore")))
    for way in _WAYS:
        mended = {piece: before for piece in pieces if (before := _before(piece, way)) is not None}
        if len(mended) >= max(_LEAST_PIECES, _MOSTLY * len(pieces)):
            piece = min(mended)
            yield note("damaged", file=name, text=shown(piece), before=shown(mended[piece]))
            return


def _before(piece: str, way: str) -> str | None:
    """Give what a text was before its UTF-8 was read in another encoding, or None where it was not."""
    try:
        text = piece.encode(way).decode("utf-8")
    except UnicodeError:
        return None
    return text if text.isalpha() else None


def like_thousands(texts: Iterable[str | None], mark: str) -> str | None:
    """Give the first amount with three digits behind its mark, if none has another number of them.

    >>> like_thousands(["900", "1.234", "12.500 €"], "."), like_thousands(["1.234", "0.50"], ".")
    ('1.234', None)
    """
    first = None
    digits = re.compile(rf"{re.escape(mark)}(\d+)[^\d.,]*$")
    for text in texts:
        behind = digits.search(text or "")
        if text is None or behind is None:
            continue
        if len(behind[1]) != _DIGITS_OF_A_THOUSAND:
            return None
        first = first or text
    return first
