"""What is in order row by row, and doubtful when one looks at a file as a whole."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_engine.data.opening import open_bytes
from stepladder_engine.data.problems import note, shown

_SAMPLE = 1 << 16
_LEAST_PIECES = 3
_MOSTLY = 0.9
_BEYOND_ASCII = re.compile("[^\x00-\x7f]{2,}")
_WAYS = ("windows-1251", "windows-1252")
_LIKE_THOUSANDS = -3


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


def like_thousands(values: Iterable[Any]) -> int:
    """Give how many amounts have three digits behind the mark, if none has another number of them.

    >>> like_thousands([Decimal("1.234"), Decimal(5)]), like_thousands([Decimal("1.234"), Decimal("0.5")])
    (1, 0)
    """
    count = 0
    for value in values:
        if (
            isinstance(value, Decimal)
            and isinstance(exponent := value.as_tuple().exponent, int)
            and exponent < 0
        ):
            if exponent != _LIKE_THOUSANDS:
                return 0
            count += 1
    return count
