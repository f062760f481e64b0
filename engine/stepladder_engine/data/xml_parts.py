"""Goes through XML without building a tree of it: a sheet may be larger than memory should hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import IO, Protocol
from xml.parsers import expat

_CHUNK = 1 << 16


class Doctype(Exception):
    """An XML text declares entities, by which a few lines can name themselves into billions of characters."""


class Handler(Protocol):
    """Takes what stands in an XML text, in its order; names come without prefix or namespace."""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take the beginning of an element."""

    def end(self, name: str) -> None:
        """Take the end of an element."""

    def text(self, text: str) -> None:
        """Take text between tags."""


def parse(stream: IO[bytes], handler: Handler | None = None) -> Iterator[None]:
    """Let a handler take the text piece by piece; raises ``ExpatError`` where it is not in order."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    if handler is not None:
        start, end = handler.start, handler.end
        parser.StartElementHandler = lambda name, given: start(name.rpartition(" ")[2], given)
        parser.EndElementHandler = lambda name: end(name.rpartition(" ")[2])
        parser.CharacterDataHandler = handler.text
    while chunk := stream.read(_CHUNK):
        parser.Parse(chunk, False)  # noqa: FBT003 (expat's own interface)
        yield
    parser.Parse(b"", True)  # noqa: FBT003
    yield


def parse_all(stream: IO[bytes], handler: Handler | None = None) -> None:
    """Let a handler take the whole text; without one the text is only seen to be in order."""
    for _ in parse(stream, handler):
        pass


def local(attributes: Mapping[str, str], name: str) -> str | None:
    """Give an attribute that may have a namespace, such as `r:id`."""
    return next((value for key, value in attributes.items() if key.rpartition(" ")[2] == name), None)


def _refuse(*_declared: object) -> None:
    raise Doctype
