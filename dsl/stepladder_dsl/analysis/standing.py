"""Where a case may stand when something has just happened: more stages perhaps than it does, never fewer."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.model import spec as m


def stages_at_anchor(process: m.Process, anchor: m.FollowUpAnchor) -> frozenset[str] | None:
    """Give the stages in which a case may stand when a follow-up begins to count; None: nothing is known.

    An event is offered to the case first, so that the follow-up finds it where the event has led it.
    Silence begins with the record, too, in the start stage.
    """
    match anchor:
        case m.AfterEvent(event):
            found = set(_after_event(process, event))
        case m.AfterSilence(event):
            found = {*_after_event(process, event), process.start or ""}
        case m.AfterField(field):
            found = {*_setting(process, field), process.start or ""}
        case _:
            return None
    return frozenset(_led_on_at_once(process, found))


def _after_event(process: m.Process, event: str) -> Iterator[str]:
    """Yield where an event may leave a case: where its ways lead, and where none of them has to be taken."""
    for stage in process.stages.values():
        ways = [way for way in stage.transitions if way.trigger == m.OnEvent(event)]
        yield from (way.target or stage.name for way in ways)
        if all(way.guard is not None for way in ways):
            yield stage.name


def _setting(process: m.Process, field: str) -> Iterator[str]:
    """Yield the stages in which a way sets a field: that is done before the next stage is entered."""
    for stage in process.stages.values():
        effects = (effect for way in stage.transitions for effect in way.effects)
        if any(isinstance(effect, m.SetField) and effect.field == field for effect in effects):
            yield stage.name


def _led_on_at_once(process: m.Process, stages: set[str]) -> set[str]:
    """Give the stages and all that a condition alone may lead to from them."""
    found, waiting = set(stages), list(stages)
    while waiting:
        stage = process.stages.get(waiting.pop())
        for way in stage.transitions if stage is not None else ():
            if isinstance(way.trigger, m.Always) and way.target is not None and way.target not in found:
                found.add(way.target)
                waiting.append(way.target)
    return found
