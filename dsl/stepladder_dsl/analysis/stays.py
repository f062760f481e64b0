"""How long a case can stay in a stage at most: what moves it on although nothing happens.

An unguarded timer since the entry is certain. Whatever else may happen only moves a case on sooner.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from stepladder_dsl.analysis.durations import AT_ONCE, Bounds, Durations
from stepladder_dsl.model.spec import After, Always, Process, Stage, Transition
from stepladder_dsl.model.types import Duration


def transitions_with_stages(process: Process) -> list[tuple[Transition, list[Stage]]]:
    """Give every transition once, with the stages that it holds for: one of a phase has several."""
    found: dict[int, tuple[Transition, list[Stage]]] = {}
    for stage in process.stages.values():
        for way in stage.transitions:
            found.setdefault(id(way), (way, []))[1].append(stage)
    return list(found.values())


def counts_from_entry(transition: Transition) -> bool:
    """Say whether a transition is a timer of fixed length since the entry into the stage."""
    match transition.trigger:
        case After(duration=duration, since_event=None, since_field=None):
            return duration is not None
    return False


def certain_timers(stage: Stage) -> Iterator[tuple[Transition, Duration]]:
    """Yield the timers that move every case on that is still in the stage, in the order of the text."""
    for transition in stage.transitions:
        if transition.guard is None and transition.target is not None and counts_from_entry(transition):
            trigger = transition.trigger
            if isinstance(trigger, After) and trigger.duration is not None:
                yield transition, trigger.duration


def timer_not_later(stage: Stage, than: Duration, durations: Durations) -> tuple[Transition, Duration] | None:
    """Give a certain timer that is never later than a time since the entry, the first of the text."""
    found = (pair for pair in certain_timers(stage) if durations.is_never_later(pair[1], than))
    return next(found, None)


def timer_before(stage: Stage, than: Duration, durations: Durations) -> tuple[Transition, Duration] | None:
    """Give a certain timer that is always before a time since the entry, the first of the text."""
    found = (pair for pair in certain_timers(stage) if durations.is_always_before(pair[1], than))
    return next(found, None)


def leads_on_at_once(stage: Stage) -> bool:
    """Say whether a case may leave the stage at the moment at which it enters it."""
    return any(
        isinstance(transition.trigger, Always)
        or (isinstance(transition.trigger, After) and not counts_from_entry(transition))
        for transition in stage.transitions
    )


def comes_back_at_once(process: Process, stage: Stage, timer: Transition) -> bool:
    """Say whether a case that a timer moves on may stand in the stage again at the same moment."""
    waiting, seen = [timer.target or stage.name], set[str]()
    while waiting:
        name = waiting.pop()
        if name == stage.name:
            return True
        if name not in seen and leads_on_at_once(process.stages[name]):
            seen.add(name)
            waiting += [way.target or name for way in process.stages[name].transitions]
    return False


def longest_stays(process: Process, among: Iterable[str], durations: Durations) -> dict[str, Bounds]:
    """Give for each of some stages how long a case that is in it can stay among them at most.

    A stage is left out where a case may stay among them for ever, or in a circle.
    """
    names = set(among)
    targets = {name: _targets(process.stages[name]) & names for name in names}
    sources: dict[str, list[str]] = {name: [] for name in names}
    for name, further in targets.items():
        for target in further:
            sources[target].append(name)
    known: dict[str, Bounds] = {}
    open_targets = {name: len(further) for name, further in targets.items()}
    ready = [name for name, count in open_targets.items() if not count]
    while ready:
        name = ready.pop()
        stay = _stay(process.stages[name], [known[target] for target in targets[name]], durations)
        if stay is None:
            continue
        known[name] = stay
        for source in sources[name]:
            open_targets[source] -= 1
            if not open_targets[source]:
                ready.append(source)
    return known


def _targets(stage: Stage) -> set[str]:
    return {way.target for way in stage.transitions if way.target is not None}


def _stay(stage: Stage, further: list[Bounds], durations: Durations) -> Bounds | None:
    """Give the longest stay in a stage and in whatever comes behind it; None where it may be for ever."""
    times = [durations.bounds(duration).most for _, duration in certain_timers(stage)]
    ends = [time for time in times if time is not None]
    longest = max((bounds.most for bounds in further if bounds.most is not None), default=AT_ONCE.least)
    return Bounds(AT_ONCE.least, min(ends) + longest) if ends else None
