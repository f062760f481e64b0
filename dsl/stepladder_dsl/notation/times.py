"""When the timers of a stage are due, as BPMN writes it: a length of time, or an expression for a moment."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from stepladder_dsl.model.spec import After, Process, Silence, Stage, Transition
from stepladder_dsl.model.types import Duration
from stepladder_dsl.notation.feel import iso_duration
from stepladder_dsl.notation.variables import Variables

NEVER = 'date and time("9999-12-31T00:00:00Z")'
"""When a timer is due whose beginning is not known yet: engines take an empty moment for an error."""


def anchors(stage: Stage) -> Iterator[str]:
    """Yield the events that begin timers of the stage anew."""
    for transition in stage.transitions:
        match transition.trigger:
            case After(since_event=str(event)) | Silence(event=event):
                yield event


def is_anchored(transition: Transition) -> bool:
    """Tell whether a timer runs from something other than the entry into the stage."""
    match transition.trigger:
        case After(since_event=None, since_field=None):
            return False
        case _:
            return True


def length_of(transition: Transition) -> str | None:
    """Give how long a timer runs from the entry into its stage; None where it is not that simple."""
    match transition.trigger:
        case After(duration=Duration() as duration, since_event=None, since_field=None):
            return iso_duration(duration)
        case _:
            return None


def moment_of(variables: Variables, process: Process, stage: Stage, transition: Transition, said: str) -> str:
    """Give the moment at which a timer of a stage is due; null where its beginning is not known."""
    entered = partial(variables.entered, process.name, stage.name)
    match transition.trigger:
        case After(duration=Duration(calendar=None) as duration, since_event=None, since_field=None):
            return _later(entered(), duration)
        case After(duration=Duration(calendar=None) as duration, since_event=str(event)):
            return _later(f"{variables.event(event)}.time", duration)
        case Silence(Duration(calendar=None) as duration, event):
            last = f"{variables.event(event)}.time"
            return _later(f"(if {last} > {entered()} then {last} else {entered()})", duration)
        case _:
            place = stage.transitions.index(transition)
            return variables.due(process.name, stage.name, place, said)


def limit_moment(variables: Variables, process: Process, stage: Stage, limit: Duration, said: str) -> str:
    """Give the moment at which a stage has taken too long."""
    if limit.calendar is None:
        return _later(variables.entered(process.name, stage.name), limit)
    return variables.due(process.name, stage.name, len(stage.transitions), said)


def never_null(moment: str) -> str:
    """Give the moment, or one far away where it is not known."""
    return f"if ({moment}) = null then {NEVER} else {moment}"


def _later(moment: str, duration: Duration) -> str:
    return f'{moment} + duration("{iso_duration(duration)}")'
