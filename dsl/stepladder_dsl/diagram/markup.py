"""Texts as SVG has to write them.

Quotation marks stand in the markup itself and nowhere else, so that an attribute is never
mistaken for a label that reads like one.
"""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML cannot hold."""


def content(text: str) -> str:
    """Write a text between tags."""
    return escape(_FORBIDDEN.sub("\ufffd", text), {'"': "&quot;"})


def attribute(text: str) -> str:
    """Write a text as the value of an attribute, with its quotation marks."""
    return f'"{content(text)}"'
