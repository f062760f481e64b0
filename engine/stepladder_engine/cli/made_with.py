"""With which options a drawing or a document was made: written into the file, so that its check needs none.

The mark is plain ASCII without anything that a format could read as its own, wherever it stands.
What was made without options has no mark.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

_MARK = "stepladder-made-with:"
_MARKED = re.compile(_MARK.encode() + rb"([\w.~%+;=]+)")
_PNG_HEAD = 33
"""The bytes before which a PNG may hold nothing else: its signature and its size."""
_WORD_PROPERTIES = "docProps/core.xml"
_PLACES = {
    "svg": (">\n", "<metadata>{}</metadata>\n"),
    "html": ('<meta charset="utf-8">\n', '<meta name="generator" content="{}">\n'),
    "mmd": ("\n---\n", "%% {}\n"),
    "d2": ("", "# {}\n"),
    "dot": ("", "// {}\n"),
    "bpmn": ("?>\n", "<!-- {} -->\n"),
    "dmn": ("?>\n", "<!-- {} -->\n"),
}
"""Behind what the mark stands in a text, and in which words of its format."""


def mark_of(options: Mapping[str, str | None]) -> str:
    """Write options as a mark; nothing where there are none.

    >>> mark_of({"view": "case", "case": "C-1", "theme": None})
    'stepladder-made-with:view=case;case=C%2D1'
    """
    given = {name: value for name, value in options.items() if value is not None}
    # In a comment of XML no two hyphens may meet.
    return _MARK + urlencode(given).replace("&", ";").replace("-", "%2D") if given else ""


def marked(content: bytes, form: str, mark: str) -> bytes:
    """Write a mark into a file; PDF and DOCX get theirs where they are made."""
    if not mark:
        return content
    if form == "png":
        return content[:_PNG_HEAD] + _png_text(mark) + content[_PNG_HEAD:]
    if form == "md":
        return content + f"\n<!-- {mark} -->\n".encode()
    behind, words = _PLACES[form]
    before, found, rest = content.partition(behind.encode()) if behind else (b"", b"", content)
    return before + found + words.format(mark).encode() + rest


def options_in(content: bytes) -> dict[str, str]:
    """Read the options that a file was made with."""
    found = _MARKED.search(_where_it_stands(content))
    return dict(parse_qsl(found[1].decode(), separator=";")) if found else {}


def _where_it_stands(content: bytes) -> bytes:
    """Give the part of a file in which its mark can be read."""
    if not content.startswith(b"PK"):
        return content
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            return parts.read(_WORD_PROPERTIES)
    except (zipfile.BadZipFile, KeyError, zlib.error):
        return b""


def _png_text(mark: str) -> bytes:
    """Write a part of a PNG that holds a text."""
    part = b"tEXtSoftware\0" + mark.encode("ascii")
    return struct.pack(">I", len(part) - 4) + part + struct.pack(">I", zlib.crc32(part))
