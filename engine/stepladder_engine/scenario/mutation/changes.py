"""Every small change of a spec that its scenarios should notice, in the order of the text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

from stepladder_dsl.model import expressions as e
from stepladder_dsl.model import spec as m
from stepladder_dsl.model.expressions import Expression
from stepladder_dsl.model.print_pieces import Pieces
from stepladder_dsl.model.types import Duration
from stepladder_dsl.source import Span
from stepladder_engine.scenario.mutation.conditions import other_conditions, other_tests, other_values
from stepladder_engine.scenario.mutation.durations import shifted
from stepladder_engine.scenario.mutation.mutant import DROPPED, Mutant, swapped
from stepladder_engine.scenario.mutation.owners import other_owners

_HOLDERS = {m.Process: "PROCESS", m.Phase: "PHASE", m.Stage: "STAGE"}


def mutants_of(spec: m.Spec) -> list[Mutant]:
    """Give every change of what a spec does, in the order of the text; of equal ones the first."""
    found: dict[tuple[Any, ...], Mutant] = {}
    for mutant in _Changes(spec).all():
        found.setdefault((mutant.part, mutant.span, mutant.before, mutant.after), mutant)
    return sorted(found.values(), key=lambda mutant: (mutant.span.file, mutant.span.line))


class _Changes:
    """Finds the changes of one spec; what changes is told in the spec's own language."""

    def __init__(self, spec: m.Spec) -> None:
        """Take the spec, in whose words pieces are written."""
        self.written = Pieces(spec, spec.language)
        self.words = self.written.w
        self.spec = spec
        self.part: tuple[str, str] | None = None
        self.seen: set[int] = set()

    def all(self) -> Iterator[Mutant]:
        """Yield the changes of every part that decides what a run does."""
        yield from self._contacts()
        for let in self.spec.lets.values():
            self.part = "lets", let.name
            yield from self._let(let)
        for decision in self.spec.decisions.values():
            self.part = "decisions", decision.name
            yield from self._decision(decision)
        for process in self.spec.processes.values():
            self.part = "processes", process.name
            yield from self._process(process)
        for offer in self.spec.offers.values():
            self.part = "offers", offer.name
            yield from self._offer(offer)
        for rule in self.spec.follow_ups.values():
            self.part = "follow_ups", rule.name
            yield from self._follow_up(rule)

    # how a change is told

    def _changed(self, family: str, span: Span, old: Any, new: Any, before: str, after: str) -> Mutant:
        return Mutant(family, self.part, span, before, after, old, new)

    def _left_out(self, family: str, span: Span, old: Any, before: str) -> Mutant:
        return Mutant(family, self.part, span, before, None, old, DROPPED)

    def _named(self, thing: m.Offer | m.FollowUp) -> str:
        return f"{self.words('OFFER' if isinstance(thing, m.Offer) else 'FOLLOW_UP')} {thing.name}"

    # values

    def _let(self, let: m.Let) -> Iterator[Mutant]:
        for value in other_values(let.value):
            before, after = (f"{let.name} = {self.written.piece(one)}" for one in (let.value, value))
            yield self._changed("values", let.span, let, replace(let, value=value), before, after)

    def _decision(self, decision: m.Decision) -> Iterator[Mutant]:
        for row in decision.rows:
            before = self._row(decision, row)
            yield self._left_out("rows", row.span, row, before)
            for place, test in enumerate(row.tests):
                for cell in () if test is None else (None, *other_tests(test)):
                    tests = (*row.tests[:place], cell, *row.tests[place + 1 :])
                    other = replace(row, tests=tests)
                    after = self._row(decision, other)
                    yield self._changed("rows", row.span, row, other, before, after)
            for place, value in enumerate(row.values):
                for cell in () if value is None else other_values(value):
                    other = replace(row, values=(*row.values[:place], cell, *row.values[place + 1 :]))
                    yield self._changed("rows", row.span, row, other, before, self._row(decision, other))

    def _row(self, decision: m.Decision, row: m.DecisionRow) -> str:
        return self.written.piece(replace(decision, rows=(row,)))

    # the way of a case

    def _process(self, process: m.Process) -> Iterator[Mutant]:
        yield from self._owners(process)
        for stage in process.stages.values():
            if stage.limit is not None:
                yield from self._limit(stage.limit)
            for way in stage.transitions:
                # What a phase lends to several stages is one line, and one piece of the model.
                if id(way) not in self.seen:
                    self.seen.add(id(way))
                    yield from self._way(process, way)

    def _owners(self, process: m.Process) -> Iterator[Mutant]:
        """Yield the changes of who answers for stages: said of one, of a phase, or of the process."""
        roles = list(self.spec.roles)
        if len(roles) > 1:
            for holder, owner, changed in other_owners(process, lambda role: _behind(roles, role)):
                kind = next(name for kind, name in _HOLDERS.items() if isinstance(holder, kind))
                told = (
                    f"{self.words(kind)} {holder.name}: {self.words('OWNER')} {role}"
                    for role in (owner, _behind(roles, owner))
                )
                yield self._changed("owners", holder.span, process, changed, *told)

    def _limit(self, limit: m.StageLimit) -> Iterator[Mutant]:
        before = self.written.stage_limit(limit)
        yield self._left_out("limits", limit.span, limit, before)
        others = [replace(limit, duration=duration) for duration in shifted(limit.duration)]
        if limit.alert is not None and len(self.spec.roles) > 1:
            others.append(replace(limit, alert=_behind(list(self.spec.roles), limit.alert)))
        for other in others:
            yield self._changed("limits", limit.span, limit, other, before, self.written.stage_limit(other))

    def _way(self, process: m.Process, way: m.Transition) -> Iterator[Mutant]:
        before = self.written.piece(way)
        yield self._left_out("ways", way.span, way, before)
        for family, other in self._other_ways(process, way):
            yield self._changed(family, way.span, way, other, before, self.written.piece(other))
        for effect in way.effects:
            yield from self._effect(effect)

    def _other_ways(self, process: m.Process, way: m.Transition) -> Iterator[tuple[str, m.Transition]]:
        if way.target is not None and len(process.stages) > 1:
            yield "targets", replace(way, target=_behind(list(process.stages), way.target))
        if isinstance(way.trigger, m.After | m.Silence) and way.trigger.duration is not None:
            for duration in shifted(way.trigger.duration):
                yield "durations", replace(way, trigger=replace(way.trigger, duration=duration))
        if way.guard is not None:
            if not isinstance(way.trigger, m.Always):
                yield "conditions", replace(way, guard=None)
            for guard in other_conditions(way.guard):
                yield "conditions", replace(way, guard=guard)

    def _effect(self, effect: m.Effect) -> Iterator[Mutant]:
        before = self.written.effect(effect)
        yield self._left_out("effects", effect.span, effect, before)
        for other in _other_effects(effect):
            after = self.written.effect(other)
            yield self._changed("effects", effect.span, effect, other, before, after)

    # offers and follow-ups

    def _offer(self, offer: m.Offer) -> Iterator[Mutant]:
        yield self._left_out("offers", offer.span, offer, self._named(offer))
        if len(offer.stages) > 1:
            for left_out in offer.stages:
                left = tuple(stage for stage in offer.stages if stage is not left_out)
                yield self._other("offers", offer, replace(offer, stages=left))
        for condition in _other_guards(offer.condition):
            yield self._other("conditions", offer, replace(offer, condition=condition))
        for valid in shifted(offer.valid) if offer.valid else ():
            yield self._other("durations", offer, replace(offer, valid=valid))
        for count in _other_counts(offer.at_most) if offer.at_most else ():
            yield self._other("offers", offer, replace(offer, at_most=count))
        for cap in offer.caps:
            for other in _other_caps(cap):
                yield self._other("offers", offer, swapped(offer, cap, other), cap.span)
        yield from self._patterns("offers", offer, (*offer.accepted_on, *offer.declined_on))
        for role in self._other_roles(offer.role):
            yield self._other("owners", offer, replace(offer, role=role))
        for price in _other_amounts(offer.price):
            yield self._other("prices", offer, replace(offer, price=price))
        for discount in _other_amounts(offer.discount):
            yield self._other("prices", offer, replace(offer, discount=discount))

    def _follow_up(self, rule: m.FollowUp) -> Iterator[Mutant]:
        yield self._left_out("follow_ups", rule.span, rule, self._named(rule))
        for intervals in _other_intervals(rule.intervals):
            yield self._other("durations", rule, replace(rule, intervals=intervals))
        if isinstance(rule.anchor, m.AfterEvent):
            for guard in _other_guards(rule.anchor.guard):
                anchor = replace(rule.anchor, guard=guard)
                yield self._other("conditions", rule, replace(rule, anchor=anchor))
        for condition in _other_guards(rule.condition):
            yield self._other("conditions", rule, replace(rule, condition=condition))
        yield from self._repetition(rule)
        yield from self._patterns("follow_ups", rule, (*rule.done_on, *rule.cancelled_on))
        for escalation in rule.escalations:
            yield self._other("follow_ups", rule, swapped(rule, escalation, DROPPED), escalation.span)
            for duration in shifted(escalation.after):
                other = swapped(rule, escalation, replace(escalation, after=duration))
                yield self._other("durations", rule, other, escalation.span)
            for role in self._other_roles(escalation.role):
                other = swapped(rule, escalation, replace(escalation, role=role))
                yield self._other("owners", rule, other, escalation.span)
        for role in self._other_roles(rule.role):
            yield self._other("owners", rule, replace(rule, role=role))

    def _other_roles(self, role: str | None) -> Iterator[str]:
        """Yield who may stand instead of a role: the next one of the spec."""
        if role is not None and len(self.spec.roles) > 1:
            yield _behind(list(self.spec.roles), role)

    def _repetition(self, rule: m.FollowUp) -> Iterator[Mutant]:
        if rule.again is not None:
            yield self._other("follow_ups", rule, replace(rule, again=None, until=None))
            for again in shifted(rule.again):
                yield self._other("durations", rule, replace(rule, again=again))
        if rule.until is not None:
            for until in other_conditions(rule.until):
                yield self._other("conditions", rule, replace(rule, until=until))
        if rule.goes_on_after_end:
            yield self._other("follow_ups", rule, replace(rule, goes_on_after_end=False))

    def _patterns(
        self, family: str, thing: m.Offer | m.FollowUp, patterns: tuple[m.EventPattern, ...]
    ) -> Iterator[Mutant]:
        """Yield the changes of what closes a task or an offer."""
        for pattern in patterns:
            yield self._other(family, thing, swapped(thing, pattern, DROPPED), pattern.span)
            for guard in _other_guards(pattern.guard):
                other = swapped(thing, pattern, replace(pattern, guard=guard))
                yield self._other("conditions", thing, other, pattern.span)

    def _other(
        self, family: str, thing: m.Offer | m.FollowUp, other: m.Offer | m.FollowUp, span: Span | None = None
    ) -> Mutant:
        """Tell a change by the lines that it makes others."""
        before, after = self.written.block(thing), self.written.block(other)
        name = f"{self._named(thing)}: "
        gone = ", ".join(line.strip() for line in before if line not in after)
        come = ", ".join(line.strip() for line in after if line not in before)
        told = f"{name}{come}" if come else None
        return Mutant(family, self.part, span or thing.span, f"{name}{gone}", told, thing, other)

    # contacts

    def _contacts(self) -> Iterator[Mutant]:
        """Yield the changes of when and how often clients are contacted."""
        self.part = None
        spec = self.spec
        if spec.contact_hours is not None:
            before = self.written.piece(spec.contact_hours)
            yield Mutant("contacts", None, spec.span, before, None, "contact_hours", None)
        for place, cap in enumerate(spec.contact_caps):
            for other in _other_caps(cap):
                caps = (*spec.contact_caps[:place], other, *spec.contact_caps[place + 1 :])
                before, after = self.written.piece(cap), self.written.piece(other)
                yield Mutant("contacts", None, cap.span, before, after, "contact_caps", caps)


def _behind(names: list[str], name: str) -> str:
    """Give the name behind one in a list, and behind the last the first."""
    return names[(names.index(name) + 1) % len(names)]


def _other_guards(condition: Expression | None) -> Iterator[Expression | None]:
    """Yield what may stand instead of a condition: none at all, or another one."""
    if condition is not None:
        yield None
        yield from other_conditions(condition)


def _other_amounts(amount: Expression | None) -> Iterator[Expression | None]:
    """Yield what may stand instead of a price or a discount: none, one more, or another calculation."""
    if amount is not None:
        yield None
        yield from _dearer(amount)
        yield from other_values(amount)


def _dearer(amount: Expression) -> Iterator[Expression]:
    """Yield an amount with one more in one of the places where it says what it is."""
    match amount:
        case e.Literal(Decimal() as value):
            yield replace(amount, value=value + 1)
        case e.Conditional(_, then, otherwise):
            yield from (replace(amount, then=other) for other in _dearer(then))
            yield from (replace(amount, otherwise=other) for other in _dearer(otherwise))


def _other_counts(count: int) -> Iterator[int]:
    yield count + 1
    if count > 1:
        yield count - 1


def _other_caps(cap: m.Cap) -> Iterator[m.Cap]:
    for count in _other_counts(cap.count):
        yield replace(cap, count=count)
    for duration in shifted(cap.duration):
        yield replace(cap, duration=duration)


def _other_intervals(intervals: tuple[Duration, ...]) -> Iterator[tuple[Duration, ...]]:
    for place, interval in enumerate(intervals):
        for other in shifted(interval):
            yield (*intervals[:place], other, *intervals[place + 1 :])
        if len(intervals) > 1:
            yield (*intervals[:place], *intervals[place + 1 :])


def _other_effects(effect: m.Effect) -> Iterator[m.Effect]:
    match effect:
        case m.SetField(value=value):
            for other in other_values(value):
                yield replace(effect, value=other)
        case m.Emit(delay=delay) if delay is not None:
            for duration in shifted(delay):
                yield replace(effect, delay=duration)
    if isinstance(effect, m.Emit | m.OpenRecord):
        for name, value in effect.values.items():
            for other in other_values(value):
                yield replace(effect, values={**effect.values, name: other})
