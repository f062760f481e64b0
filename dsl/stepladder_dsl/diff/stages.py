"""Compares processes: stages, their owners, and the ways between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from stepladder_dsl.diff.change import Change, How, Place, Sign
from stepladder_dsl.diff.meaning import words
from stepladder_dsl.diff.rows import parts_of
from stepladder_dsl.diff.sequences import in_order, moved, paired
from stepladder_dsl.diff.walk import At, Changes, span_of
from stepladder_dsl.model import spec as m


def stages_and_ways(at: At, olds: Mapping[str, m.Stage], news: Mapping[str, m.Stage]) -> Changes:
    """Handle the stages, and the ways and owners that they have from what is around them."""
    yield from at.comparison.things("stage", at, olds, news)
    yield from _start(at)
    yield from _ways_of_stages(at, olds, news)


def _start(at: At) -> Changes:
    """Handle where a case starts: the marked stage, or the first."""
    old, new = at.old_owner, at.new_owner
    if old.start != new.start:
        stages = old.stages.get(old.start), new.stages.get(new.start)
        spans = {"old_span": span_of(stages[0]), "new_span": span_of(stages[1])}
        yield at.change(Sign.CHANGED, "start", *stages, **spans)


def told_by_others(_at: At, _old: Any, _new: Any) -> Changes:
    """Leave a part to what tells of it together with others."""
    return iter(())


def own_owner(at: At, old: str | None, new: str | None) -> Changes:
    """Handle an owner that is only said at another place."""
    if old != new and at.old_owner.owner == at.new_owner.owner:
        yield at.same(old, new)


def own_ways(at: At, old: Any, new: Any) -> Changes:
    """Handle ways that are only said at another place."""
    if words(old) != words(new) and words(at.old_owner.transitions) == words(at.new_owner.transitions):
        yield at.same(old, new)


def start_mark(at: At, old: bool, new: bool) -> Changes:
    """Handle a mark at the stage that is the first one anyway."""
    process = at.place[-2].thing
    if old != new and at.comparison.old.processes[process.name].start == process.start:
        yield at.same(old, new)


def lent_ways(at: At, old: Any, new: Any) -> Changes:
    """Handle the ways of a process or phase, of which the stages tell, unless none of them has them."""
    if words(old) == words(new):
        return
    process = at.new_owner if isinstance(at.new_owner, m.Process) else at.place[-2].thing
    stages = at.comparison.old.processes[process.name].stages
    if all(
        words(stages[name].transitions) == words(stage.transitions)
        for name, stage in process.stages.items()
        if name in stages
    ):
        yield at.same(old, new)


def led_elsewhere(at: At, old: str | None, new: str | None) -> Changes:
    """Handle what may be nothing, which means something here: to stay, or to stand in no phase."""
    if old != new:
        yield at.change(Sign.CHANGED, at.label, old, new)


def stage_owner(at: At, old: str | None, new: str | None) -> Changes:
    """Handle who answers for a stage, unless it follows from what is around it."""
    if old == new or _lent(at, old):
        return
    yield at.change(Sign.CHANGED, "owner", old, new)


def _lent(at: At, _old: str | None) -> bool:
    """Say whether a stage's owner changed only because that of its phase or process did."""
    before, after = at.old_owner, at.new_owner
    if before.own_owner != after.own_owner or before.phase != after.phase:
        return False
    process = at.place[-2].thing
    old_process = at.comparison.old.processes[process.name]
    holders = [(old_process.owner, process.owner)]
    for phase in process.phases_of(after):
        known = old_process.phases.get(phase.name)
        if known is None or known.parent != phase.parent:
            return False
        holders.append((known.owner, phase.owner))
    return any(first != second for first, second in holders)


def holder_owner(at: At, old: str | None, new: str | None) -> Changes:
    """Handle the owner of a process or phase, and name the stages that get another one with it."""
    if old == new:
        return
    process = at.new_owner if isinstance(at.new_owner, m.Process) else at.place[-2].thing
    old_process = at.comparison.old.processes[process.name]
    phase = at.new_owner.name if isinstance(at.new_owner, m.Phase) else None
    stages = tuple(
        stage
        for stage in process.stages.values()
        if (known := old_process.stages.get(stage.name)) is not None
        and known.owner != stage.owner
        and known.own_owner == stage.own_owner
        and (phase is None or phase in {around.name for around in process.phases_of(stage)})
    )
    yield from at.changed(old, new, stages=stages)


def _ways_of_stages(at: At, olds: Mapping[str, m.Stage], news: Mapping[str, m.Stage]) -> Changes:
    """Yield the ways that came, went or changed, each once for all stages in which it did."""
    together: dict[str, tuple[m.Transition | None, m.Transition | None, list[m.Stage]]] = {}
    for name, stage in news.items():
        if name not in olds:
            continue
        for old, new in pair_ways(olds[name].transitions, stage.transitions):
            if words(old) != words(new):
                key = repr((words(old), words(new)))
                together.setdefault(key, (old, new, []))[2].append(stage)
    for old, new, stages in together.values():
        yield from _way(at, old, new, stages)
    for name, stage in news.items():
        if name in olds:
            yield from _order_of_ways(at, olds[name], stage)


def _way(at: At, old: m.Transition | None, new: m.Transition | None, stages: list[m.Stage]) -> Changes:
    place, several = at.place, tuple(stages)
    if len(stages) == 1:
        place, several = (*place, Place("stage", stages[0])), ()
    if old is None or new is None:
        sign = Sign.ADDED if old is None else Sign.REMOVED
        yield Change(
            sign, "way", place, old, new, stages=several, old_span=span_of(old), new_span=span_of(new)
        )
        return
    inner = (*place, Place("way", new))
    for change in at.comparison.inside(old, new, inner, span_of(old), span_of(new)):
        yield replace(change, stages=several)


def pair_ways(
    olds: Sequence[m.Transition], news: Sequence[m.Transition]
) -> list[tuple[m.Transition | None, m.Transition | None]]:
    """Pair the ways out of a stage: first those that are equal, then by what they wait for and lead to."""
    return paired(
        olds,
        news,
        words,
        parts_of("trigger", "target", "guard"),
        parts_of("trigger", "target"),
        parts_of("trigger", "guard", "effects"),
        lambda way: (_waits_for(way), words(way.target)),
        lambda way: words(way.trigger) if not isinstance(way.trigger, m.Always) else repr(way),
    )


def _waits_for(way: m.Transition) -> Any:
    """Give what a way waits for, whatever the time it takes."""
    match way.trigger:
        case m.After(since_event=event, since_field=field):
            return ("After", event, field)
        case m.Silence(event=event):
            return ("Silence", event)
        case trigger:
            return words(trigger)


def _order_of_ways(at: At, old: m.Stage, new: m.Stage) -> Changes:
    """Tell of ways that stand in another order, where two of them may be open at one moment."""
    pairs = pair_ways(old.transitions, new.transitions)
    number = {id(after): id(before) for before, after in pairs if before is not None and after is not None}
    both = [way for way in new.transitions if id(way) in number]

    def name(way: m.Transition) -> int:
        return number.get(id(way), id(way))

    process = at.new_owner

    def compete(one: m.Transition, other: m.Transition) -> bool:
        return may_compete(one, other) and not at.comparison.judge.exclude(one, other, process.record)

    before_all = [number[id(way)] for way in both]
    own = [id(way) for way in old.transitions if id(way) in set(before_all)]
    if before_all == own:
        return
    place = (*at.place, Place("stage", new))
    found = moved(list(old.transitions), both, name, compete)
    sign, how = (Sign.CHANGED, How.ORDER) if found else (Sign.SAME, How.REWRITTEN)
    found = found or moved(list(old.transitions), both, name, lambda _one, _other: True)
    before = in_order(old.transitions, found, name)
    after = tuple(found)
    change = at.change(sign, "way", before, after, how=how)
    yield replace(change, place=place, old_span=span_of(before[0]), new_span=span_of(after[0]))


def may_compete(one: m.Transition, other: m.Transition) -> bool:
    """Say whether it matters which of two ways is looked at first."""
    if words((one.target, one.effects)) == words((other.target, other.effects)):
        return False
    triggers = one.trigger, other.trigger
    if all(isinstance(trigger, m.OnEvent) for trigger in triggers):
        return bool(words(triggers[0]) == words(triggers[1]))
    return not any(isinstance(trigger, m.OnEvent) for trigger in triggers)
