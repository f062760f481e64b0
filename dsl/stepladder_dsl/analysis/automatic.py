"""Ways that a case takes by itself, at one moment or by waiting, and where they lead it round for ever.

A loop at one moment is proved by an example: values with which a case, once in
the loop, comes back to where it was with the same values. What cannot be told
for certain is no loop.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice, product
from typing import Any

from stepladder_dsl.analysis.certainty import OPEN, value_of
from stepladder_dsl.analysis.durations import Durations, is_same
from stepladder_dsl.analysis.stage_facts import StageFacts
from stepladder_dsl.graph.walks import cycles
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model import spec as m
from stepladder_dsl.model.types import ChoiceType, MoneyType, NumberType, YesNoType

_MOST_EXAMPLES = 400
"""How many combinations of values are tried for one circle of stages."""

Values = Mapping[e.Expression, Any]


@dataclass(frozen=True)
class Loop:
    """A way round: the stages, the transition out of each, and with which values it is taken for certain."""

    stages: tuple[str, ...]
    ways: tuple[m.Transition, ...]
    example: tuple[tuple[e.Expression, Any], ...] = ()


class _Uncertain(Exception):
    """What a case does next cannot be told for certain."""


def loops_at_once(facts: StageFacts) -> Iterator[Loop]:
    """Yield for each circle of ways that are taken at one moment an example of a case that goes round."""
    quick = {
        stage.name: tuple(
            way.target
            for way in stage.transitions
            if way.target is not None and (isinstance(way.trigger, m.Always) or _is_anchored(way.trigger))
        )
        for stage in facts.process.stages.values()
        if stage.name in facts.reached
    }
    for circle in cycles(quick):
        found = _Walker(facts, circle).loop()
        if found is not None:
            yield found


def loops_by_waiting(facts: StageFacts) -> Iterator[Loop]:
    """Yield the circles of stages that each lead on after a fixed time, whatever happens meanwhile."""
    durations = Durations(facts.spec.calendars)
    following: dict[str, m.Transition] = {}
    for stage in facts.process.stages.values():
        timer = _first_timer(stage, durations) if stage.name in facts.reached else None
        if timer is not None:
            following[stage.name] = timer
    targets = {name: (way.target,) for name, way in following.items() if way.target is not None}
    for circle in cycles(targets):
        stages = [circle[0]]
        while (after := targets[stages[-1]][0]) != circle[0]:
            stages.append(after)
        yield Loop(tuple(stages), tuple(following[name] for name in stages))


def _first_timer(stage: m.Stage, durations: Durations) -> m.Transition | None:
    """Give the unguarded timer from the entry that is certainly the first one of a stage."""
    timers = [way for way in stage.transitions if isinstance(way.trigger, m.After)]
    plain = [way for way in timers if way.guard is None and not _is_anchored(way.trigger) and way.target]
    for way in plain:
        if all(other is way or _later(other.trigger, way.trigger, durations) for other in timers):
            return way
    return None


def _later(one: m.Trigger, other: m.Trigger, durations: Durations) -> bool:
    """Say whether a timer from the entry fires after another one."""
    return (
        isinstance(one, m.After)
        and isinstance(other, m.After)
        and not _is_anchored(one)
        and one.duration is not None
        and other.duration is not None
        and durations.is_always_before(other.duration, one.duration)
    )


def _is_anchored(trigger: m.Trigger) -> bool:
    """Say whether a timer counts from an event or a date, and so may be overdue when the stage is entered."""
    if not isinstance(trigger, m.After):
        return False
    return trigger.since_event is not None or trigger.since_field is not None


@dataclass(frozen=True)
class _State:
    """Where a case stands, and the values that its ways have changed."""

    stage: str
    values: tuple[tuple[e.Expression, Any], ...]


class _Walker:
    """Follows a case through a circle of stages at one moment."""

    def __init__(self, facts: StageFacts, circle: tuple[str, ...]) -> None:
        """Take what is certain of the stages, and those of the circle."""
        self.facts = facts
        self.circle = circle
        self.stages = [facts.process.stages[name] for name in circle]
        self.durations = Durations(facts.spec.calendars)
        self.record = facts.spec.records[facts.process.record]
        self.ways = [way for stage in self.stages for way in stage.transitions if _is_quick(way)]
        # Values that grow on the way, as in `set points = points + 1`, never come back.
        self.most_steps = 4 * len(circle) + 4
        self.timed = any(_is_anchored(way.trigger) for way in self.ways)

    def loop(self) -> Loop | None:
        """Give an example of a case that goes round."""
        if self.timed and any(self._waits_otherwise(stage) for stage in self.stages):
            return None
        leaves = self._free_leaves()
        choices = [self._candidates(leaf) for leaf in leaves]
        for values in islice(product(*choices), _MOST_EXAMPLES):
            for name in self.circle:
                found = self._round(_State(name, tuple(zip(leaves, values, strict=True))))
                if found is not None:
                    return found
        return None

    @staticmethod
    def _waits_otherwise(stage: m.Stage) -> bool:
        """Say whether another timer may take the case away before the anchored ones are due."""
        return any(
            isinstance(way.trigger, m.Silence)
            or (isinstance(way.trigger, m.After) and not _is_anchored(way.trigger))
            for way in stage.transitions
        )

    # what a case may bring along

    def _free_leaves(self) -> list[e.Expression]:
        """Give the parts of the conditions that may have any value, independently of each other."""
        leaves: dict[e.Expression, None] = {}
        for way in self.ways:
            for part in self._parts(way.guard):
                if self._is_free(part):
                    leaves[part] = None
        subjects = [_subject(leaf) for leaf in leaves]
        return [leaf for leaf in leaves if subjects.count(_subject(leaf)) == 1]

    def _parts(self, expression: e.Expression | None) -> Iterator[e.Expression]:
        for part in () if expression is None else e.walk(expression):
            yield part
            if isinstance(part, e.LetValue) and part.name in self.facts.spec.lets:
                yield from self._parts(self.facts.spec.lets[part.name].value)

    def _is_free(self, leaf: e.Expression) -> bool:
        match leaf:
            case e.RecordField(type=NumberType() | MoneyType() | ChoiceType() | YesNoType()):
                return True
            case e.History(aggregate=e.Aggregate.COUNT | e.Aggregate.SUM, window=None, where=None):
                return True
            case e.Elapsed(anchor=e.Anchor.LAST_EVENT | e.Anchor.FIRST_EVENT):
                # Beside overdue timers the elapsed time is no longer free.
                return not self.timed
        return False

    def _candidates(self, leaf: e.Expression) -> list[Any]:
        """Give the values of a part that make a difference: what it is compared with, and its neighbours."""
        match leaf:
            case e.RecordField(type=ChoiceType(values=choices)):
                return list(choices)
            case e.RecordField(type=YesNoType()):
                return [True, False]
        numbers = [
            part.value
            for way in self.ways
            for test in self._parts(way.guard)
            if isinstance(test, e.Comparison | e.Between) and leaf in list(self._parts(test))
            for part in self._parts(test)
            if isinstance(part, e.Literal) and isinstance(part.value, Decimal)
        ]
        near = dict.fromkeys(number + step for number in (*numbers, Decimal(0)) for step in (0, 1, -1))
        return [number for number in near if self._is_possible(leaf, number)]

    def _is_possible(self, leaf: e.Expression, number: Decimal) -> bool:
        if isinstance(leaf, e.RecordField):
            limits = self.record.fields[leaf.name].limits
            return all(_keeps(number, limit) for limit in limits)
        # A sum of one event is what the limits of its field allow; everything else counts in whole numbers.
        if isinstance(leaf, e.History) and leaf.field is not None:
            limits = self.facts.spec.events[leaf.event].fields[leaf.field].limits
            return number > 0 and all(_keeps(number, limit) for limit in limits)
        return number >= 0 and number == number.to_integral_value()

    # going round

    def _round(self, start: _State) -> Loop | None:
        """Follow a case until it is where it was before, or leaves the circle."""
        path: list[tuple[_State, m.Transition]] = []
        state = start
        try:
            while state not in (seen for seen, _ in path):
                way = self._next(state)
                if way is None or way.target not in self.circle or len(path) > self.most_steps:
                    return None
                path.append((state, way))
                state = self._taken(state, way)
        except _Uncertain:
            return None
        first = next(number for number, (seen, _) in enumerate(path) if seen == state)
        around = path[first:]
        return Loop(
            tuple(seen.stage for seen, _ in around), tuple(way for _, way in around), around[0][0].values
        )

    def _next(self, state: _State) -> m.Transition | None:
        """Give the way that a case takes at once: a condition that holds goes before an overdue timer."""
        stage = self.facts.process.stages[state.stage]
        quick = [way for way in stage.transitions if _is_quick(way)]
        for way in quick:
            if isinstance(way.trigger, m.Always) and self._is_taken(way, state):
                return way
        overdue = [way for way in quick if _is_anchored(way.trigger) and self._is_taken(way, state)]
        for way in overdue:
            if all(other is way or self._goes_first(way, other, overdue) for other in overdue):
                return way
        if overdue:
            raise _Uncertain
        return None

    def _is_taken(self, way: m.Transition, state: _State) -> bool:
        """Say whether a way is taken; one that stays changes nothing that counts here, or nobody can tell."""
        holds = True if way.guard is None else self._value(way.guard, state)
        if way.target is None:
            if holds is not False and way.effects:
                raise _Uncertain
            return False
        if holds is OPEN:
            raise _Uncertain
        return holds is True

    def _goes_first(self, way: m.Transition, other: m.Transition, in_order: list[m.Transition]) -> bool:
        """Say whether one overdue timer was due before another: both count from the same."""
        one, two = way.trigger, other.trigger
        if not isinstance(one, m.After) or not isinstance(two, m.After):
            return False
        if (one.since_event, one.since_field) != (two.since_event, two.since_field):
            return False
        if one.duration is None or two.duration is None:
            return False
        same = is_same(one.duration, two.duration)
        return self.durations.is_always_before(one.duration, two.duration) or (
            same and in_order.index(way) < in_order.index(other)
        )

    def _taken(self, state: _State, way: m.Transition) -> _State:
        """Give where a case is behind a way."""
        values = dict(state.values)
        for effect in way.effects:
            if not isinstance(effect, m.SetField):
                if self.timed:
                    # What is emitted at once, or opened, comes before the next timer.
                    raise _Uncertain
                continue
            self._set(values, effect, state)
        return _State(str(way.target), tuple(values.items()))

    def _set(self, values: dict[e.Expression, Any], effect: m.SetField, state: _State) -> None:
        if any(effect.field in _fields_of(way.trigger) for way in self.ways):
            raise _Uncertain
        changed = [leaf for leaf in values if isinstance(leaf, e.RecordField) and leaf.name == effect.field]
        value = self._value(effect.value, state) if changed else None
        if value is OPEN:
            raise _Uncertain
        values.update(dict.fromkeys(changed, value))

    def _value(self, expression: e.Expression, state: _State) -> Any:
        known = dict(state.values)

        def look(leaf: e.Expression) -> Any:
            if leaf in known:
                return known[leaf]
            if isinstance(leaf, e.Elapsed) and leaf.anchor is e.Anchor.ENTRY:
                return Decimal(0) if leaf.name == self.facts.process.name else OPEN
            return self.facts.told(leaf, state.stage)

        return value_of(expression, look, self.facts.spec.lets)


def _is_quick(way: m.Transition) -> bool:
    return isinstance(way.trigger, m.Always) or _is_anchored(way.trigger)


def _fields_of(trigger: m.Trigger) -> set[str | None]:
    return {trigger.since_field, trigger.duration_field} if isinstance(trigger, m.After) else set()


def _subject(leaf: e.Expression) -> tuple[str, str]:
    """Give what a part of a condition is about: two parts about the same are not independent."""
    match leaf:
        case e.RecordField(name=name):
            return "field", name
        case e.History(event=name) | e.Elapsed(name=name):
            return "event", name
    return "", ""


def _keeps(number: Decimal, limit: m.Limit) -> bool:
    if not isinstance(limit.value, Decimal):
        return True
    match limit.operator:
        case ">":
            return number > limit.value
        case ">=":
            return number >= limit.value
        case "<":
            return number < limit.value
        case "<=":
            return number <= limit.value
    return True
