"""Which stages of a process are rungs of its ladder: the longest road that leads ahead.

Ahead is what leads to a later stage of the text, and not to a loss. What merely happens to a client
of whom nothing is heard is a way down: a timer counts as a step only where a stage has no other way
ahead, and only since its entry (*30 days after the handover the phone is in use*), never since an
event that fails to come again.
"""

from __future__ import annotations

from stepladder_dsl.model.spec import After, Outcome, Process, Silence, Stage, Transition

_OFF_THE_ROAD = (Outcome.LOST, Outcome.NEUTRAL)


def rungs_of(process: Process) -> tuple[str, ...]:
    """Give the names of the stages on the ladder, the lowest first."""
    names = list(process.stages)
    if process.start is None:
        return ()
    ahead = {name: _ahead(process, name) for name in names}
    longest: dict[str, list[str]] = {}
    for name in reversed(names):
        roads = [longest[target] for target in ahead[name]]
        # Of equally long roads the one that the text names first.
        longest[name] = [name, *max(roads, key=len, default=[])]
    return tuple(longest[process.start])


def _ahead(process: Process, name: str) -> list[str]:
    """Give the later stages to which a stage leads up: by its own words, or else by those it shares."""
    stage = process.stages[name]
    return _led_to(process, name, stage.own_transitions) or _led_to(process, name, stage.transitions)


def _led_to(process: Process, name: str, transitions: tuple[Transition, ...]) -> list[str]:
    position = {other: number for number, other in enumerate(process.stages)}
    acted: list[str] = []
    waited: list[str] = []
    for transition in transitions:
        target = transition.target
        if target is None or position[target] <= position[name] or _off(process.stages[target]):
            continue
        match transition.trigger:
            case After(since_event=None):
                waited.append(target)
            case After() | Silence():
                pass
            case _:
                acted.append(target)
    return acted or waited


def _off(stage: Stage) -> bool:
    return stage.end in _OFF_THE_ROAD
