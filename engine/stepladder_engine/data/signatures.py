"""What a file is by its first bytes, whatever its name says."""

from __future__ import annotations

import re

_SIGNATURES = (
    (b"PK\x03\x04", "archive"),
    (b"PK\x05\x06", "archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old"),
    (b"PAR1", "Parquet"),
    (b"\x1f\x8b", "packed"),
    (b"\x28\xb5\x2f\xfd", "packed"),
    (b"%PDF-", "PDF"),
    (b"SQLite format 3\0", "SQLite"),
    (b"Rar!\x1a\x07", "packed"),
    (b"7z\xbc\xaf\x27\x1c", "packed"),
    (b"\x89PNG\r\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
)
_PAGE = re.compile(r"\s*<(?:!doctype|html|head|body|table|meta|style|\?xml)\b", re.IGNORECASE)
LONGEST = max(len(signature) for signature, _ in _SIGNATURES)


def known_form(start: bytes) -> str | None:
    """Give what a file is that begins like this, or None where it may be a text.

    >>> known_form(b"%PDF-1.7"), known_form(b"Client,Date")
    ('PDF', None)
    """
    return next((form for signature, form in _SIGNATURES if start.startswith(signature)), None)


def is_page(line: str) -> bool:
    """Tell whether a line begins a web page, which many programs export under the name of a table.

    >>> is_page("<HTML xmlns:x=...>"), is_page("<5;6")
    (True, False)
    """
    return _PAGE.match(line) is not None


def is_text(start: bytes) -> bool:
    r"""Tell whether a file that begins like this is certainly a text: lines of letters that can be read.

    >>> is_text(b"Client,Date\n1,2026-03-02\n"), is_text(b"PK\x03\x04"), is_text(b"")
    (True, False, False)
    """
    if known_form(start) is not None or b"\0" in start or b"\n" not in start:
        return False
    try:
        start[: start.rindex(b"\n")].decode()
    except UnicodeDecodeError:
        return False
    return True
