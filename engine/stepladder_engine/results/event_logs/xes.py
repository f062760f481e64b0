"""Writes the history of a run as XES: a trace for each record, an event for all that happened to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import quoteattr

from stepladder_engine.results.event_logs.history import Attribute, Happening, History, Thing

_EXTENSIONS = (
    ("Concept", "concept"),
    ("Time", "time"),
    ("Lifecycle", "lifecycle"),
    ("Organizational", "org"),
)
_ELEMENTS = {"text": "string", "whole": "int", "number": "float", "flag": "boolean", "time": "date"}
_ACTIVITY, _COMPLETE = "concept:name", Attribute("lifecycle:transition", "text", "complete")


def xes_lines(history: History) -> Iterator[str]:
    """Give the lines of the log."""
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<log xes.version="1849.2016" xes.features="">'
    for name, prefix in _EXTENSIONS:
        uri = f"http://www.xes-standard.org/{prefix}.xesext"
        yield f' <extension name="{name}" prefix="{prefix}" uri="{uri}"/>'
    yield from _global(
        "trace", [Attribute(_ACTIVITY, "text", ""), Attribute("stepladder.record", "text", "")]
    )
    yield from _global("event", _always_there())
    yield f' <classifier name="Activity" scope="event" keys="{_ACTIVITY}"/>'
    yield f' <classifier name="Step" scope="event" keys="stepladder.kind {_ACTIVITY}"/>'
    about = [Attribute(_ACTIVITY, "text", history.title), Attribute("stepladder.spec", "text", history.spec)]
    if history.currency is not None:
        about.append(Attribute("stepladder.currency", "text", history.currency))
    yield from _attributes([*about, Attribute("stepladder.as_of", "time", history.as_of)], 1)
    for thing in history.things:
        yield from _trace(thing)
    yield "</log>"


def _global(scope: str, attributes: Iterable[Attribute]) -> Iterator[str]:
    """Declare what every trace or event has, so that nobody has to ask whether it does."""
    yield f' <global scope="{scope}">'
    yield from _attributes(attributes, 2)
    yield " </global>"


def _always_there() -> list[Attribute]:
    start = Attribute("time:timestamp", "time", "1970-01-01T00:00:00+00:00")
    return [Attribute(_ACTIVITY, "text", ""), start, _COMPLETE, Attribute("stepladder.kind", "text", "")]


def _trace(thing: Thing) -> Iterator[str]:
    yield " <trace>"
    own = [Attribute(_ACTIVITY, "text", thing.key), Attribute("stepladder.record", "text", thing.record)]
    yield from _attributes([*own, *thing.attributes], 2)
    for happening in thing.happenings:
        yield from _event(happening)
    yield " </trace>"


def _event(happening: Happening) -> Iterator[str]:
    own = [
        Attribute(_ACTIVITY, "text", happening.activity),
        Attribute("time:timestamp", "time", happening.time),
        _COMPLETE,
    ]
    yield "  <event>"
    yield from _attributes([*own, *happening.attributes], 3)
    yield "  </event>"


def _attributes(attributes: Iterable[Attribute], depth: int) -> Iterator[str]:
    indent = " " * depth
    for name, kind, text in attributes:
        yield f"{indent}<{_ELEMENTS[kind]} key={quoteattr(name)} value={quoteattr(text)}/>"
