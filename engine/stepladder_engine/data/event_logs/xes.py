"""Reads XES, the log format of IEEE 1849: traces of events, each with attributes that know their type."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from stepladder_dsl.diagnostics.diagnostic import Diagnostic
from stepladder_dsl.source import NOWHERE
from stepladder_engine.data.event_logs.cells import typed_cell
from stepladder_engine.data.event_logs.faults import twice
from stepladder_engine.data.event_logs.xml_events import Elements, walk
from stepladder_engine.data.lines import LONGEST_ROW
from stepladder_engine.data.names import clean_name
from stepladder_engine.data.problems import Fault, finding, listed, note, shown
from stepladder_engine.data.rows import RAW_LIMIT, SourceRow, SourceTable

EVENTS, TRACES = "events", "traces"
PARTS = (EVENTS, TRACES)

OF_THE_TRACE = "case:"
"""Stands before the attributes of the trace in the rows of its events."""

_TIME = "time:timestamp"
"""No log can know for all of its events when they happened, whatever it declares."""

_SINGLE = {"string", "date", "int", "float", "boolean", "id"}
_SEVERAL = {"list", "container"}
_BESIDE = {"extension", "classifier", "values"}


_key = lru_cache(maxsize=10_000)(clean_name)
"""A log says the same few keys over and over."""


@dataclass
class _Item:
    """A trace, an event, or what a log declares of all of these."""

    cells: dict[str, str] = field(default_factory=dict)
    lists: set[str] = field(default_factory=set)
    length: int = 0
    fault: Fault | None = None

    def keep(self, key: str, cell: str) -> None:
        """Keep an attribute; nobody needs the rest of an endless entry."""
        self.length += len(cell)
        if self.length > LONGEST_ROW:
            found = {"length": self.length, "limit": LONGEST_ROW, "start": shown(cell, RAW_LIMIT)}
            self.fault = Fault("SD041", "", found)
        else:
            self.cells[key] = twice(key, cell) if key in self.cells else cell


@dataclass
class _Trace(_Item):
    """A trace and its events; events that stand in none have one without attributes."""

    events: list[_Item] = field(default_factory=list)
    is_real: bool = True


class _Log(Elements):
    """Makes traces of what stands in the XML."""

    def __init__(self, *, only_names: bool = False) -> None:
        super().__init__()
        self.only_names = only_names
        self.done: deque[_Trace] = deque()
        self.globals: dict[str, _Item] = {EVENTS: _Item(), TRACES: _Item()}
        self._trace: _Trace | None = None
        self._event: _Item | None = None
        self._declared: _Item | None = None
        self._keys: list[str] = []
        self._in_list = 0

    def begin(self, name: str, attributes: Mapping[str, str]) -> bool:
        """Begin a trace, an event or an attribute."""
        if name in _SINGLE or name in _SEVERAL:
            self._attribute(name, attributes)
        elif name == "event" and not self._keys:
            self._event = _Item()
        elif name == "trace" and not self._keys:
            self._trace = _Trace()
        elif name == "global":
            scope = attributes.get("scope", "event")
            self._declared = self.globals.get(f"{scope}s", _Item())
        else:
            return name in _BESIDE
        return True

    def finish(self, name: str) -> None:
        """Finish what has begun."""
        if name in _SINGLE or name in _SEVERAL:
            self._keys.pop()
            self._in_list -= name in _SEVERAL
        elif name == "event" and self._event is not None:
            if self._trace is None:
                self.done.append(_Trace(events=[self._event], is_real=False))
            else:
                self._trace.events.append(self._event)
            self._event = None
        elif name == "trace" and self._trace is not None:
            self.done.append(self._trace)
            self._trace = None
        elif name == "global":
            self._declared = None

    def _attribute(self, kind: str, attributes: Mapping[str, str]) -> None:
        """Take an attribute; one inside another one is named after both."""
        self._keys.append(_key(attributes.get("key", "")))
        owner = self._event or self._trace if self._declared is None else self._declared
        if owner is not None and not self._in_list:
            key = self._keys[0] if len(self._keys) == 1 else "/".join(self._keys)
            if kind in _SEVERAL:
                owner.lists.add(key)
            elif "value" in attributes:
                raw = self.only_names and self._declared is None
                owner.keep(key, attributes["value"] if raw else typed_cell(kind, attributes["value"]))
        self._in_list += kind in _SEVERAL


@dataclass
class _Shape:
    """What the rows of a log have in them: how often each attribute, and which hold several values."""

    counts: Counter[str] = field(default_factory=Counter)
    lists: set[str] = field(default_factory=set)
    rows: int = 0

    def add(self, item: _Item) -> None:
        self.rows += 1
        self.counts.update(item.cells.keys())
        self.lists |= item.lists


def open_xes(path: Path, name: str, part: str) -> SourceTable:
    """Go through the whole log once, to see that it is in order and what it has; raises ``LogFault``."""
    log = _Log(only_names=True)
    shapes = {EVENTS: _Shape(), TRACES: _Shape()}
    for trace in _traces(path, log):
        if trace.is_real:
            shapes[TRACES].add(trace)
        for event in trace.events:
            shapes[EVENTS].add(event)
    for which, declared in log.globals.items():
        declared.cells = {
            key: cell for key, cell in declared.cells.items() if key != _TIME or which == TRACES
        }
    table = _table(path, name, part, shapes, log)
    table.notes.extend(_notes(table, part, shapes, log))
    return table


def _table(path: Path, name: str, part: str, shapes: Mapping[str, _Shape], log: _Log) -> SourceTable:
    own, declared = shapes[part], log.globals[part].cells
    columns = dict.fromkeys([*own.counts, *(declared if own.rows else ())])
    nested = set(own.lists)
    twice_named: set[str] = set()
    if part == EVENTS:
        around = dict.fromkeys([*shapes[TRACES].counts, *log.globals[TRACES].cells])
        of_trace = [OF_THE_TRACE + column for column in around] if own.rows else []
        twice_named = columns.keys() & set(of_trace)
        columns |= dict.fromkeys(of_trace)
        nested |= {OF_THE_TRACE + column for column in shapes[TRACES].lists}
    table = SourceTable(
        name, tuple(columns | dict.fromkeys(sorted(nested))) or None, lambda: iter(()), typed=True
    )
    table.rows = lambda: _rows(path, part, log.globals)
    table.twice = frozenset(twice_named)
    table.nested = frozenset(nested)
    return table


def _rows(path: Path, part: str, declared: Mapping[str, _Item]) -> Iterator[SourceRow]:
    """Go through the rows of a log that has been found in order; the first one is row 1."""
    number = 0
    of_events, of_traces = declared[EVENTS].cells, declared[TRACES].cells
    for trace in _traces(path, _Log()):
        if part == TRACES:
            if trace.is_real:
                number += 1
                yield SourceRow(number, of_traces | trace.cells, trace.fault)
            continue
        given = of_traces | trace.cells if trace.is_real else {}
        around = {OF_THE_TRACE + key: cell for key, cell in given.items()}
        for event in trace.events:
            number += 1
            yield SourceRow(number, around | of_events | event.cells, event.fault or trace.fault)


def _traces(path: Path, log: _Log) -> Iterator[_Trace]:
    for _ in walk(path, log):
        while log.done:
            yield log.done.popleft()


def _notes(table: SourceTable, part: str, shapes: Mapping[str, _Shape], log: _Log) -> Iterator[Diagnostic]:
    """Say what the log itself has filled in, and what was no part of a log."""
    name, filled = table.file, list[str]()
    for which in PARTS if part == EVENTS else (TRACES,):
        shape = shapes[which]
        for key, cell in log.globals[which].cells.items():
            lacking = shape.rows - shape.counts[key]
            if lacking:
                column = key if which == part else OF_THE_TRACE + key
                filled.append(f"{shown(column)}: {lacking} × {shown(cell)}")
    if filled:
        yield finding("SD019", NOWHERE, "filled", file=name, columns=", ".join(listed(filled)))
    if log.passed_over:
        yield finding("SD019", NOWHERE, "passed", file=name, count=log.passed_over)
    for column in sorted(table.twice):
        yield note("twice", file=name, column=column)
