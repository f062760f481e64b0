"""XML that any text may stand in."""

from __future__ import annotations

import re
from xml.etree import ElementTree

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Marks that change the direction of whatever a tool shows behind a label."""

Element = ElementTree.Element


def shown(text: str) -> str:
    """Give a text as a label: without what XML forbids, and without marks that reach beyond the label."""
    return _DIRECTIONS.sub("", _FORBIDDEN.sub("\ufffd", text)).replace("\r\n", "\n").replace("\r", "\n")


def add(parent: Element, tag: str, text: str | None = None, **attributes: str | None) -> Element:
    """Add an element, with those attributes that are there; a trailing `_` of a name is left out."""
    given = {name.rstrip("_"): shown(value) for name, value in attributes.items() if value is not None}
    element = ElementTree.SubElement(parent, tag, given)
    if text is not None:
        element.text = shown(text)
    return element


def written(root: Element) -> bytes:
    """Write a document, indented, always the same bytes."""
    ElementTree.indent(root, " ")
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def number(value: float) -> str:
    """Write a coordinate: whole pixels."""
    return str(round(value))
