"""What a condition reads, with everything that it names unfolded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from stepladder_dsl.model import expressions as e
from stepladder_dsl.model import spec as m
from stepladder_dsl.model.types import Unit


@dataclass
class Footprint:
    """The fields, events and constants that conditions speak of."""

    fields: set[str] = field(default_factory=set)
    event_fields: set[tuple[str, str]] = field(default_factory=set)
    events: set[str] = field(default_factory=set)
    reads_history: bool = False
    """Whether it matters what has happened before."""
    asks_where: bool = False
    """Whether it matters in which stage a case stands or has been."""
    asks_hours: bool = False
    """Whether it matters at what time of day something happened."""
    asks_years: bool = False
    numbers: set[Decimal] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)

    @property
    def places(self) -> int:
        """How many digits behind the point lie between any two of its numbers, two at least."""
        exponents = [number.as_tuple().exponent for number in self.numbers]
        return max([2, *(1 - exponent for exponent in exponents if isinstance(exponent, int))])

    @property
    def largest(self) -> int:
        """Give the largest size among its numbers, rounded up."""
        return max((int(abs(number)) + 1 for number in self.numbers), default=1)


def footprint(spec: m.Spec, expressions: list[e.Expression], event: str | None = None) -> Footprint:
    """Give what expressions read; `event` is the one at hand."""
    found = Footprint()
    if event is not None:
        found.events.add(event)
    for part in unfolded(spec, expressions):
        _note(found, part)
    return found


def unfolded(spec: m.Spec, expressions: list[e.Expression]) -> Iterator[e.Expression]:
    """Yield every part of the expressions, and of what they name, once each."""
    seen: set[tuple[str, str]] = set()
    waiting = list(expressions)
    while waiting:
        part = waiting.pop()
        yield part
        waiting.extend(e.children(part))
        match part:
            case e.LetValue(name) if ("let", name) not in seen:
                seen.add(("let", name))
                waiting.append(spec.lets[name].value)
            case e.DecisionValue(name) if ("decide", name) not in seen:
                seen.add(("decide", name))
                for row in spec.decisions[name].rows:
                    waiting.extend(cell for cell in (*row.tests, *row.values) if cell is not None)


def _note(found: Footprint, part: e.Expression) -> None:
    """Take in what one part reads by itself."""
    match part:
        case e.RecordField(name):
            found.fields.add(name)
        case e.EventField(event, name):
            found.event_fields.add((event, name))
        case e.History(event=event, field=name, window=window):
            found.reads_history = True
            found.events.add(event)
            if name is not None:
                found.event_fields.add((event, name))
            if window is not None:
                found.asks_hours = found.asks_hours or window.duration.unit in {Unit.HOUR, Unit.MINUTE}
                found.numbers.add(Decimal(window.duration.amount))
        case e.Elapsed(unit, anchor, name):
            found.asks_hours = found.asks_hours or unit in {Unit.HOUR, Unit.MINUTE}
            found.asks_years = found.asks_years or unit is Unit.YEAR
            if anchor is e.Anchor.ENTRY:
                found.asks_where = True
            elif anchor is e.Anchor.FIELD:
                found.fields.add(name)
            else:
                found.reads_history = True
                found.events.add(name)
        case e.Reached() | e.NowIn():
            found.asks_where = True
        case e.Literal(value):
            _note_constant(found, value)


def _note_constant(found: Footprint, value: object) -> None:
    match value:
        case Decimal():
            found.numbers.add(value)
        case str():
            found.texts.add(value)
        case tuple():
            for item in value:
                _note_constant(found, item)
