"""What a spec itself does to records and their histories: sets fields, sends events, opens records."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from stepladder_dsl.analysis.solver.footprint import Footprint
from stepladder_dsl.model import spec as m


class Influence:
    """Looks through the effects of a spec's transitions."""

    def __init__(self, spec: m.Spec) -> None:
        """Take the spec."""
        self.spec = spec

    @cached_property
    def _effects(self) -> list[tuple[m.Process, m.Transition, m.Effect]]:
        return list(_effects(self.spec))

    @cached_property
    def _set(self) -> set[tuple[str, str]]:
        found = set()
        for process, _, effect in self._effects:
            if isinstance(effect, m.SetField):
                found.add((process.record, effect.field))
            elif isinstance(effect, m.OpenRecord) and effect.into_field is not None:
                found.add((process.record, effect.into_field))
        return found

    @cached_property
    def _emitted(self) -> set[str]:
        return {effect.event for _, _, effect in self._effects if isinstance(effect, m.Emit)}

    @cached_property
    def _opened(self) -> set[str]:
        return {effect.record for _, _, effect in self._effects if isinstance(effect, m.OpenRecord)}

    def is_set(self, record: str, field: str) -> bool:
        """Say whether the spec gives a field of a record its value: limits are not asked then."""
        return (record, field) in self._set or record in self._opened

    def is_emitted(self, event: str) -> bool:
        """Say whether the spec sends an event of this kind."""
        return event in self._emitted

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
        for process, way, effect in self._effects:
            if not self._touches(record, process, effect, read, minded):
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

    def _touches(
        self, record: str, process: m.Process, effect: m.Effect, read: Footprint, minded: set[str]
    ) -> bool:
        match effect:
            case m.SetField(field=field):
                return process.record == record and field in read.fields
            case m.OpenRecord(into_field=field):
                return process.record == record and field in read.fields
            case m.Emit(event=event, to_field=to_field):
                # What goes to somebody else does not come back, unless the record has opened one of its kind.
                away = to_field is not None and process.record == record and record not in self._opened
                return event in minded and not away

    def _opening_events(self, record: str) -> set[str] | None:
        """Give the events at which a record may open others; None where time alone may."""
        found: set[str] = set()
        for process, way, effect in self._effects:
            if isinstance(effect, m.OpenRecord) and process.record == record:
                if not isinstance(way.trigger, m.OnEvent):
                    return None
                found.add(way.trigger.event)
        return found


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
