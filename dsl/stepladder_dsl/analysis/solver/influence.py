"""What a spec itself does to records and their histories: sets fields, sends events, opens records."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from stepladder_dsl.analysis.solver.footprint import Footprint
from stepladder_dsl.model import spec as m

_Touched = tuple[str, str, str]
_Cause = tuple[m.Process, m.Transition, m.Effect]


class Influence:
    """Looks through the effects of a spec's transitions."""

    def __init__(self, spec: m.Spec) -> None:
        """Take the spec."""
        self.spec = spec

    @cached_property
    def _effects(self) -> dict[_Touched, list[_Cause]]:
        """What is touched, with every effect that touches it: looked through once, however much is asked."""
        found: dict[_Touched, list[_Cause]] = {}
        for process, way, effect in _effects(self.spec):
            for touched in _touched(process, effect):
                found.setdefault(touched, []).append((process, way, effect))
        return found

    def is_set(self, record: str, field: str) -> bool:
        """Say whether the spec gives a field of a record its value: limits are not asked then."""
        return ("field", record, field) in self._effects or self._is_opened(record)

    def is_emitted(self, event: str) -> bool:
        """Say whether the spec sends an event of this kind."""
        return ("event", event, "") in self._effects

    def _is_opened(self, record: str) -> bool:
        return ("record", record, "") in self._effects

    def disturbing(self, record: str, read: Footprint) -> set[str] | None:
        """Give the events that may lead to a change of what is read; None where time alone may.

        A record of this kind that has met none of them is as its `given` line and its events say.
        """
        events = {name for name in read.events if self.spec.events[name].record == record}
        disturbing: set[str] = set()
        while True:
            found = self._next_disturbing(record, read, events | disturbing)
            if found is None:
                return None
            if found <= disturbing:
                return disturbing
            disturbing |= found

    def _next_disturbing(self, record: str, read: Footprint, minded: set[str]) -> set[str] | None:
        """Give the events whose transitions set what is read or send an event that is minded."""
        found: set[str] = set()
        touched: list[_Touched] = [("field", record, field) for field in read.fields]
        touched += [("event", event, "") for event in minded]
        for process, way, effect in (cause for one in touched for cause in self._effects.get(one, ())):
            if process.record == record and self._goes_away(record, effect):
                continue
            if process.record != record:
                # Such a record is there only where the record itself has opened it.
                opening = self._opening_events(record)
                if opening is None:
                    return None
                found |= opening
            elif isinstance(way.trigger, m.OnEvent):
                found.add(way.trigger.event)
            else:
                return None
        return found

    def _goes_away(self, record: str, effect: m.Effect) -> bool:
        """Say whether an effect of a record is for another one, which the record has not opened."""
        return isinstance(effect, m.Emit) and effect.to_field is not None and not self._is_opened(record)

    def _opening_events(self, record: str) -> set[str] | None:
        """Give the events at which a record may open others; None where time alone may."""
        triggers = [way.trigger for _, way, _ in self._effects.get(("opener", record, ""), ())]
        events = {trigger.event for trigger in triggers if isinstance(trigger, m.OnEvent)}
        return events if all(isinstance(trigger, m.OnEvent) for trigger in triggers) else None


def _touched(process: m.Process, effect: m.Effect) -> Iterator[_Touched]:
    """Yield what an effect touches: a field, an event's kind, a kind of record, and who opens records."""
    match effect:
        case m.SetField(field=field):
            yield ("field", process.record, field)
        case m.Emit(event=event):
            yield ("event", event, "")
        case m.OpenRecord(record=record, into_field=into_field):
            yield ("record", record, "")
            yield ("opener", process.record, "")
            if into_field is not None:
                yield ("field", process.record, into_field)


def _effects(spec: m.Spec) -> Iterator[tuple[m.Process, m.Transition, m.Effect]]:
    """Yield every effect once, with the transition it belongs to."""
    for process in spec.processes.values():
        seen: set[int] = set()
        for stage in process.stages.values():
            for way in stage.transitions:
                if id(way) not in seen:
                    seen.add(id(way))
                    for effect in way.effects:
                        yield process, way, effect
