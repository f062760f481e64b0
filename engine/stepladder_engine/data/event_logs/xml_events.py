"""Goes through the XML of an event log; what could fill the memory ends the reading."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from stepladder_engine.data.event_logs.faults import LogFault, told_xml
from stepladder_engine.data.opening import open_bytes
from stepladder_engine.data.xml_parts import parse

_DEEPEST = 50
_LONGEST_TAG = 256
"""In pieces of 64 KB, as which `parse` reads: nothing that is one piece of markup has 16 MB."""


class Elements:
    """Takes the elements of a log; subclasses say what they are."""

    root = "log"

    def __init__(self) -> None:
        """Begin before the outermost element."""
        self.depth = 0
        self.moved = False
        self.passed_over = 0
        """How many elements were no part of the format."""
        self._skipped: int | None = None

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take the beginning of an element."""
        self.moved = True
        self.depth += 1
        if self.depth > _DEEPEST:
            raise LogFault("deep")
        if self.depth == 1:
            if name != self.root:
                raise LogFault("root", name=name, root=self.root)
        elif self._skipped is None and not self.begin(name, attributes):
            self.passed_over += 1
            self._skipped = self.depth

    def end(self, name: str) -> None:
        """Take the end of an element."""
        self.moved = True
        if self._skipped is None:
            if self.depth > 1:
                self.finish(name)
        elif self._skipped == self.depth:
            self._skipped = None
        self.depth -= 1

    def text(self, text: str) -> None:
        """Take text between tags."""
        self.moved = True
        if self._skipped is None:
            self.take(text)

    def begin(self, name: str, attributes: Mapping[str, str]) -> bool:
        """Take the beginning of an element inside the log; what it does not know it refuses."""
        raise NotImplementedError

    def finish(self, name: str) -> None:
        """Take the end of an element inside the log."""
        raise NotImplementedError

    def take(self, text: str) -> None:
        """Take text between tags; most formats have none."""


def walk(path: Path, elements: Elements) -> Iterator[None]:
    """Let the elements be taken a piece of the file at a time; raises ``LogFault``."""
    silent = 0
    with open_bytes(path) as stream, told_xml():
        for _ in parse(stream, elements):
            silent = 0 if elements.moved else silent + 1
            elements.moved = False
            if silent > _LONGEST_TAG:
                raise LogFault("long")
            yield
