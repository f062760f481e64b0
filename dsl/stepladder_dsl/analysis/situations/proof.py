"""In which stages it is certain, whatever happens, that somebody is next for every case.

What is certain is worked out over all ways into a stage at once: which events have happened, which stages
have been reached, and which follow-ups are at work and stay so. A stage is proven where its limit has
somebody to tell; where a timer or a condition leads on, or several that together hold for every client; or
where a follow-up is certainly at work that nothing ends while the case is there. Two things are no part of
the claim: a case that stands since an unknown time, and one that stands still because of a loop.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from heapq import heappop, heappush

from stepladder_dsl.analysis.situations.cover import HAPPENED, REACHED, Cover, Fact
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model import spec as m
from stepladder_dsl.model.types import Duration, Unit

Facts = frozenset[Fact]
_AT_WORK = "at work"
_NOTHING: Facts = frozenset()
_LONGEST = {
    Unit.MINUTE: 10**8,
    Unit.HOUR: 10**7,
    Unit.DAY: 10**6,
    Unit.WEEK: 10**5,
    Unit.MONTH: 10**4,
    Unit.YEAR: 10**3,
}


Place = tuple[str, str]
"""A process and a stage."""


def unproven(spec: m.Spec) -> list[Place]:
    """Give the stages that can be reached and are not proven, in the order of the text."""
    rules: dict[str, list[m.FollowUp]] = {name: [] for name in spec.records}
    for rule in spec.follow_ups.values():
        rules[rule.record].append(rule)
    found = []
    for process in spec.processes.values():
        proof = _Proof(spec, process, rules[process.record])
        found += [
            (process.name, stage.name)
            for stage in process.stages.values()
            if stage.end is None and stage.name in proof.facts and not proof.holds(stage)
        ]
    return found


class _Proof:
    """What is certain of the cases of one process, stage by stage."""

    def __init__(self, spec: m.Spec, process: m.Process, rules: list[m.FollowUp]) -> None:
        self.spec = spec
        self.process = process
        self.cover = Cover(spec, process)
        self.rules = {rule.name: rule for rule in rules if self._lasts(rule)}
        self.ended = _by_event(self.rules.values(), lambda rule: [one.event for one in _enders(rule)])
        """For each event, the rules that it may end."""
        self.begun = _by_event(self.rules.values(), _begun_by)
        """For each event, the rules that it certainly begins."""
        self.facts: dict[str, Facts] = {}
        """For each stage that can be reached, what is certain whenever a case stands in it."""
        self._explore()

    # exploring

    def _explore(self) -> None:
        """Follow all ways until nothing more has to be given up."""
        if self.process.start is None:
            return
        started = frozenset(
            (_AT_WORK, rule.name) for rule in self.rules.values() if isinstance(rule.anchor, m.AfterSilence)
        )
        # A stage waits for those before it: what is certain there is then settled as far as it can be.
        places = self._places()
        self._arrive(self.process.start, self._entered(self.process.start, started))
        waiting = [(places[self.process.start], self.process.start)]
        while waiting:
            stage = self.process.stages[heappop(waiting)[1]]
            for way in stage.transitions:
                if way.target is None:
                    continue
                changed = self._arrive(way.target, self._entered(way.target, self._taken(stage, way)))
                place = places[way.target], way.target
                if changed and place not in waiting:
                    heappush(waiting, place)

    def _places(self) -> dict[str, int]:
        """Number the stages so that each comes behind those that lead to it, but for ways back."""
        # By hand: to load networkx takes longer than the whole proof.
        left: list[str] = []
        seen: set[str] = set()
        entered: list[tuple[str, Iterator[str | None]]] = []
        ahead: str | None = self.process.start
        while ahead or entered:
            if ahead:
                seen.add(ahead)
                ways = self.process.stages[ahead].transitions
                entered.append((ahead, iter([way.target for way in ways])))
            elif entered:
                left.append(entered.pop()[0])
            targets = entered[-1][1] if entered else iter(())
            ahead = next((name for name in targets if name and name not in seen), None)
        return {name: place for place, name in enumerate(reversed(left))}

    def _arrive(self, stage: str, facts: Facts) -> bool:
        """Note what is certain on one more way into a stage; says whether that is less than before."""
        standing = self._standing(self.process.stages[stage], facts)
        before = self.facts.get(stage)
        after = standing if before is None else before & standing
        self.facts[stage] = after
        return after != before

    def _entered(self, stage: str, facts: Facts) -> Facts:
        """Add what entering a stage makes certain."""
        anchor = m.AfterEntering(self.process.name, stage)
        kept = facts
        if self.process.stages[stage].end is not None:
            kept = frozenset(fact for fact in facts if fact[0] != _AT_WORK)
        begun = {(_AT_WORK, rule.name) for rule in self.rules.values() if rule.anchor == anchor}
        return kept | {(REACHED, stage)} | begun

    def _taken(self, stage: m.Stage, way: m.Transition) -> Facts:
        """Give what is certain when a way out of a stage has been taken, before the next is entered."""
        facts = self.facts[stage.name]
        match way.trigger:
            case m.OnEvent(event):
                facts = self._after_event(facts, event) | {(HAPPENED, event)}
            case m.After(since_event=str(event)):
                facts |= {(HAPPENED, event)}
        if way.guard is not None:
            facts |= {
                (HAPPENED, event)
                for event in sorted(self.cover.events_in(way.guard))
                if (HAPPENED, event) not in facts and self.cover.needs(way.guard, event, facts, stage.name)
            }
        return facts

    def _standing(self, stage: m.Stage, facts: Facts) -> Facts:
        """Take away what events may end while a case stands in a stage, also those that lead back to it."""
        for event, ended in self.ended.items():
            lost = facts & (ended - self.begun.get(event, _NOTHING))
            if lost and not self._leaves_with(stage, event, facts):
                facts -= lost
        return facts

    def _leaves_with(self, stage: m.Stage, event: str, facts: Facts) -> bool:
        """Say whether an event always leads a case out of a stage."""
        guards: list[e.Expression | None] = []
        for way in stage.transitions:
            if isinstance(way.trigger, m.OnEvent) and way.trigger.event == event:
                if way.target is None:
                    return False
                guards.append(way.guard)
        known = facts | {(HAPPENED, event)}
        return bool(guards) and self.cover.always(guards, known, stage.name)

    def _after_event(self, facts: Facts, event: str) -> Facts:
        """Give what is still at work after an event."""
        return (facts - self.ended.get(event, _NOTHING)) | self.begun.get(event, _NOTHING)

    # what is certain

    def _lasts(self, rule: m.FollowUp) -> bool:
        """Say whether a rule asks somebody until an event ends it."""
        if rule.role is None or rule.until is not None or not self._runs(*rule.intervals):
            return False
        if rule.condition is not None:
            # Inside its own stage a condition may be certain; nowhere else is it looked at.
            anchor = rule.anchor
            if not isinstance(anchor, m.AfterEntering) or anchor.process != self.process.name:
                return False
            facts = frozenset({(REACHED, anchor.stage)})
            if not self.cover.always([rule.condition], facts, anchor.stage):
                return False
        if rule.again is not None and not self._runs(rule.again):
            return False
        return not isinstance(rule.anchor, m.AfterField)

    def holds(self, stage: m.Stage) -> bool:
        """Say whether somebody is certainly next for each case in a stage."""
        if stage.limit is not None and (stage.limit.alert or stage.owner):
            return True
        facts = self.facts[stage.name]
        if any(fact[0] == _AT_WORK and self._is_at_work(fact[1], stage) for fact in facts):
            return True
        guards = [way.guard for way in stage.transitions if self._leads_on(way, facts)]
        return bool(guards) and self.cover.finally_(guards, facts, stage.name)

    def _is_at_work(self, name: str, stage: m.Stage) -> bool:
        """Say whether a rule is at work in a stage: one with a condition is certain only in its own."""
        rule = self.rules[name]
        own = m.AfterEntering(self.process.name, stage.name)
        return rule.condition is None or rule.anchor == own

    def _leads_on(self, way: m.Transition, facts: Facts) -> bool:
        """Say whether time certainly brings a way out of the stage, if its guard holds."""
        if way.target is None:
            return False
        match way.trigger:
            case m.Always():
                return True
            case m.Silence(duration):
                return self._runs(duration)
            case m.After(duration, since_event, since_field) if duration is not None and since_field is None:
                certain = since_event is None or (HAPPENED, since_event) in facts
                return certain and self._runs(duration)
        return False

    def _runs(self, *durations: Duration) -> bool:
        """Say whether lengths of time surely come to an end."""
        return all(
            one.amount < _LONGEST[one.unit]
            and (one.calendar is None or self._is_ever_open(self.spec.calendars[one.calendar]))
            for one in durations
        )

    @staticmethod
    def _is_ever_open(calendar: m.Calendar) -> bool:
        return any(calendar.week.values())


def _enders(rule: m.FollowUp) -> Iterator[m.EventPattern]:
    """Yield the events that may end a rule: of one that comes again and again, only what cancels it."""
    yield from rule.cancelled_on
    if rule.again is None:
        yield from rule.done_on


def _begun_by(rule: m.FollowUp) -> list[str]:
    """Give the events that certainly begin a rule."""
    match rule.anchor:
        case m.AfterEvent(event, None) | m.AfterSilence(event):
            return [event]
    return []


def _by_event(
    rules: Iterable[m.FollowUp], events_of: Callable[[m.FollowUp], Iterable[str]]
) -> dict[str, Facts]:
    """Give for each event the rules that it concerns, as facts that they are at work."""
    found: defaultdict[str, set[Fact]] = defaultdict(set)
    for rule in rules:
        for event in events_of(rule):
            found[event].add((_AT_WORK, rule.name))
    return {event: frozenset(facts) for event, facts in found.items()}
