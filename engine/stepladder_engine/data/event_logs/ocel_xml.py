"""Reads OCEL 2.0 as XML, an entry at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from stepladder_engine.data.event_logs.cells import time_cell, typed_cell
from stepladder_engine.data.event_logs.faults import LogFault
from stepladder_engine.data.event_logs.ocel import EVENT, OBJECT, Entry, OcelLog, Relation, Value
from stepladder_engine.data.event_logs.xml_events import Elements, walk
from stepladder_engine.data.lines import LONGEST_ROW
from stepladder_engine.data.names import clean_name
from stepladder_engine.data.problems import Fault, shown
from stepladder_engine.data.rows import RAW_LIMIT

_SECTIONS = {"object-types": OBJECT, "event-types": EVENT, "objects": OBJECT, "events": EVENT}
_RELATED = {"relationship", "object", "relobj"}
"""Logs and schemas do not agree on the name of the element that names a related object."""


class XmlLog(OcelLog):
    """A log in XML, gone through each time somebody reads it."""

    def __init__(self, path: Path) -> None:
        """Go through the file once for its types and objects; raises ``LogFault``."""
        super().__init__()
        self.path = path
        elements = _Entries(self.declared)
        for family, entry in _items(path, elements):
            if family == OBJECT and entry.id is not None:
                self.type_of.setdefault(entry.id, entry.kind)
        for section in _SECTIONS:
            if section not in elements.sections:
                raise LogFault("ocel", name=section)
        self.untyped, self.passed_over = elements.untyped, elements.passed_over

    def entries(self, family: str, kind: str | None = None) -> Iterator[Entry]:
        """Give the events or objects in the order of the log."""
        for found, entry in _items(self.path, _Entries(self.declared)):
            if found == family and kind in {None, entry.kind}:
                yield entry


def _items(path: Path, elements: _Entries) -> Iterator[tuple[str, Entry]]:
    for _ in walk(path, elements):
        while elements.done:
            yield elements.done.popleft()


@dataclass
class _Growing:
    """An event or object while its element is open."""

    kind: str
    id: str | None
    time: str | None
    values: list[Value] = field(default_factory=list)
    related: list[Relation] = field(default_factory=list)
    length: int = 0
    fault: Fault | None = None

    def grow(self, text: str) -> bool:
        """Say whether there is room for more; nobody needs the rest of an endless entry."""
        self.length += len(text) + 1
        if self.length > LONGEST_ROW:
            found = {"length": self.length, "limit": LONGEST_ROW, "start": shown(text, RAW_LIMIT)}
            self.fault = Fault("SD041", "", found)
        return self.fault is None

    def entry(self) -> Entry:
        return Entry(self.kind, self.id, self.time, self.values, self.related, self.fault)


class _Entries(Elements):
    """Makes entries of what stands in the XML: a section, in it entries, in them two lists."""

    def __init__(self, declared: dict[str, dict[str, dict[str, str]]]) -> None:
        super().__init__()
        self.declared = declared
        self.done: deque[tuple[str, Entry]] = deque()
        self.sections: set[str] = set()
        self.untyped = 0
        self._section = ""
        self._list = ""
        self._types: dict[str, str] = {}
        self._entry: _Growing | None = None
        self._attribute: tuple[str, str | None] | None = None
        self._pieces: list[str] = []

    @property
    def _family(self) -> str:
        return _SECTIONS[self._section]

    @property
    def _in_types(self) -> bool:
        return self._section.endswith("-types")

    def begin(self, name: str, attributes: Mapping[str, str]) -> bool:
        """Begin what the depth says: a section, an entry or a type, a list, or what stands in it."""
        match self.depth:
            case 2:
                return self._begin_section(name)
            case 3 if self._in_types and name == f"{self._family}-type":
                self._types = self.declared[self._family].setdefault(
                    clean_name(attributes.get("name", "")), {}
                )
            case 3 if not self._in_types and name == self._family:
                self._begin_entry(attributes)
            case 4 if name == "attributes" or (name == "objects" and not self._in_types):
                self._list = name
            case 5 if self._list == "attributes" and name == "attribute":
                self._begin_attribute(attributes)
            case 5 if self._list == "objects" and name in _RELATED:
                self._relate(attributes)
            case _:
                return False
        return True

    def finish(self, name: str) -> None:  # noqa: ARG002 (the depth says which)
        """Finish an attribute or an entry."""
        if self.depth == 5 and self._attribute is not None:
            self._finish_attribute(*self._attribute)
        elif self.depth == 3 and self._entry is not None:
            if self._entry.kind:
                self.done.append((self._family, self._entry.entry()))
            else:
                self.untyped += 1
            self._entry = None

    def take(self, text: str) -> None:
        """Take the value of an attribute; between other tags only space stands."""
        if self._attribute is not None and self._entry is not None and self._entry.grow(text):
            self._pieces.append(text)

    def _begin_section(self, name: str) -> bool:
        if name == "global":
            raise LogFault("old")
        self._section = name
        self.sections.add(name)
        return name in _SECTIONS

    def _begin_entry(self, attributes: Mapping[str, str]) -> None:
        time = attributes.get("time") if self._family == EVENT else None
        kind = clean_name(attributes.get("type", ""))
        self._entry = _Growing(kind, attributes.get("id"), None if time is None else time_cell(time))

    def _begin_attribute(self, attributes: Mapping[str, str]) -> None:
        name = clean_name(attributes.get("name", ""))
        if self._in_types:
            self._types[name] = attributes.get("type", "string")
        else:
            self._attribute = (name, attributes.get("time"))
            self._pieces = []

    def _finish_attribute(self, name: str, time: str | None) -> None:
        entry, self._attribute = self._entry, None
        if entry is None or entry.fault is not None:
            return
        kind = self.declared[self._family].get(entry.kind, {}).get(name, "string")
        cell = typed_cell(kind, "".join(self._pieces))
        entry.values.append(Value(name, None if time is None else time_cell(time), cell))

    def _relate(self, attributes: Mapping[str, str]) -> None:
        related = Relation(attributes.get("object-id", ""), attributes.get("qualifier"))
        if self._entry is not None and self._entry.grow(related.object):
            self._entry.related.append(related)
