"""Timers of a stage that never fire, because another one always moves the case on first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from stepladder_dsl.analysis.durations import Durations, is_same
from stepladder_dsl.analysis.stays import transitions_with_stages
from stepladder_dsl.model.spec import After, Process, Silence, Stage, Transition
from stepladder_dsl.model.types import Duration

_Anchor = tuple[str, str]
_ENTRY = ("entry", "")


@dataclass(frozen=True)
class Overtaken:
    """A timer that never fires in a stage, and the one that is always first there."""

    stage: Stage
    timer: Transition
    first: Transition
    together: bool
    """Whether both are always due at the same moment, so that the order of the text decides."""


def overtaken_timers(process: Process, durations: Durations) -> Iterator[Overtaken]:
    """Yield the timers that never fire, once each.

    A timer of a phase or the process is no mistake where only some of its stages have one that is sooner.
    """
    for way, stages in transitions_with_stages(process):
        if _length(way) is None:
            continue
        found = [_first(stage, way, durations) for stage in stages]
        if found[0] is not None and None not in found:
            yield found[0]


def _first(stage: Stage, timer: Transition, durations: Durations) -> Overtaken | None:
    """Give what always comes before a timer in a stage."""
    place = next(index for index, way in enumerate(stage.transitions) if way is timer)
    for index, other in enumerate(stage.transitions):
        one, two = _length(other), _length(timer)
        if other is timer or other.target is None or one is None or two is None:
            continue
        is_above = index < place
        # What waits for one condition goes in the order of the text, whatever it has waited for.
        if not (other.guard is None or (is_above and other.guard == timer.guard)):
            continue
        sooner = durations.is_always_before(one, two) or (is_above and durations.is_never_later(one, two))
        if sooner and _starts_no_later(other, timer, stage):
            return Overtaken(stage, timer, other, is_same(one, two) and _anchor(other) == _anchor(timer))
    return None


def _starts_no_later(first: Transition, second: Transition, stage: Stage) -> bool:
    """Say whether the first timer always begins to count no later than the second.

    A silence never begins before the entry. Whoever is led back into the same stage has to wait anew, but
    not for what counts from an event or a field.
    """
    one, two = _anchor(first), _anchor(second)
    if one == _ENTRY:
        return two is not None and two[0] in {"entry", "silence"}
    return one is not None and one == two and (one[0] == "silence" or first.target != stage.name)


def _anchor(transition: Transition) -> _Anchor | None:
    """Give what a timer counts from; None for what is none."""
    match transition.trigger:
        case After(since_event=None, since_field=None):
            return _ENTRY
        case After(since_event=str(event)):
            return "event", event
        case After(since_field=str(field)):
            return "field", field
        case Silence(event=event):
            return "silence", event
    return None


def _length(transition: Transition) -> Duration | None:
    trigger = transition.trigger
    return trigger.duration if isinstance(trigger, After | Silence) else None
