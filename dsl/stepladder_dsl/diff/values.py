"""Compares values: what is computed, conditions, aims, kinds of fields and their bounds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from stepladder_dsl.diff.change import How
from stepladder_dsl.diff.judge import Verdict
from stepladder_dsl.diff.meaning import meaning, words
from stepladder_dsl.diff.rows import parts_of
from stepladder_dsl.diff.sequences import paired
from stepladder_dsl.diff.walk import At, Changes, longer_or_higher
from stepladder_dsl.model import spec as m
from stepladder_dsl.model import types as t
from stepladder_dsl.source import NOWHERE, Span


def computed_value(at: At, old: Any, new: Any) -> Changes:
    """Handle a computed value, and name what it flows into."""
    if meaning(old) == meaning(new):
        return
    verdict = Verdict(None)
    if old is not None and new is not None:
        verdict = at.comparison.judge.values(old, new, at.new_owner)
    if verdict.how is How.REWRITTEN:
        return
    flows = at.comparison.flows.of(at.new_owner)
    yield from at.changed(old, new, verdict.how, flows=flows, examples=verdict.examples)


def condition(at: At, old: Any, new: Any) -> Changes:
    """Handle what lets clients through: without any, everybody passes."""
    if meaning(old) == meaning(new):
        return
    record, event = _record_at(at), _event_at(at)
    if old is None or new is None:
        yield from at.changed(old, new, How.NARROWER if old is None else How.WIDER)
        return
    verdict = at.comparison.judge.conditions(old, new, record, event)
    if verdict.how is How.REWRITTEN:
        return
    yield from at.changed(old, new, verdict.how, examples=verdict.examples, **_guard_spans(at))


def ending_condition(at: At, old: Any, new: Any) -> Changes:
    """Handle a condition that ends something: without any it never ends."""
    if meaning(old) != meaning(new):
        verdict = Verdict(None)
        if old is not None and new is not None:
            verdict = at.comparison.judge.conditions(old, new, _record_at(at), _event_at(at))
        if verdict.how is not How.REWRITTEN:
            yield from at.changed(old, new, verdict.how, examples=verdict.examples)


def _guard_spans(at: At) -> dict[str, Span]:
    if not isinstance(at.new_owner, m.Transition):
        return {}
    old, new = at.old_owner.guard_span, at.new_owner.guard_span
    return {} if NOWHERE in {old, new} else {"old_span": old, "new_span": new}


def _record_at(at: At) -> str:
    """Give the kind of record that a condition is about."""
    for thing in (at.new_owner, *(place.thing for place in reversed(at.place))):
        record = getattr(thing, "record", None)
        if isinstance(record, str):
            return record
    return ""


def _event_at(at: At) -> str | None:
    """Give the event that a condition is about."""
    owner = at.new_owner
    if isinstance(owner, m.Transition):
        return owner.trigger.event if isinstance(owner.trigger, m.OnEvent) else None
    return getattr(owner, "event", None) if isinstance(owner, m.EventPattern | m.AfterEvent) else None


def optional_piece(at: At, old: Any, new: Any) -> Changes:
    """Handle an optional record: looked into where it is there on both sides and of one class."""
    if words(old) == words(new):
        return
    if old is None or new is None or type(old) is not type(new):
        yield from at.changed(old, new)
    else:
        yield from at.comparison.inside(old, new, at.place, at.old_span, at.new_span)


def goal(at: At, old: m.Target | None, new: m.Target | None) -> Changes:
    """Handle what a figure should reach; it is written as a share where the figure is one."""
    if words(old) == words(new):
        return
    how = None
    if old is not None and new is not None and old.operator == new.operator:
        how = longer_or_higher(old.value, new.value)
    sides = [None if metric.target is None else metric for metric in (at.old_owner, at.new_owner)]
    yield from at.changed(sides[0], sides[1], how)


def field_type(at: At, old: t.Type, new: t.Type) -> Changes:
    """Handle what kind of value a field takes."""
    if words(old) == words(new):
        return
    yield from at.changed(old, new, _type_direction(old, new))


def _type_direction(old: t.Type, new: t.Type) -> How | None:
    """Say whether a field takes more or fewer values than before."""
    match old, new:
        case t.ListType(before), t.ListType(after):
            return _type_direction(before, after)
        case t.ChoiceType(before), t.ChoiceType(after):
            if set(before) == set(after):
                return How.ORDER
            if set(before) < set(after):
                return How.WIDER
            return How.NARROWER if set(after) < set(before) else How.MIXED
        case t.ChoiceType() | t.PersonType() | t.ReferenceType(), t.TextType():
            return How.WIDER
        case t.TextType(), t.ChoiceType():
            return How.NARROWER
        case _:
            return None


def optional_mark(at: At, old: bool, new: bool) -> Changes:
    """Handle whether a field may be empty."""
    if old != new:
        yield from at.changed(old, new, How.WIDER if new else How.NARROWER)


def bounds(at: At, olds: Sequence[m.Limit], news: Sequence[m.Limit]) -> Changes:
    """Handle the bounds of a field's values; of one operator the bound has moved."""
    for old, new in paired(olds, news, words, parts_of("operator")):
        if old is None or new is None:
            yield from at.changed(old, new, How.NARROWER if old is None else How.WIDER)
        elif words(old) != words(new):
            how = longer_or_higher(old.value, new.value)
            rises = how in {How.HIGHER, How.LONGER}
            lower_bound = old.operator in {">", ">="}
            known = how is not None and old.operator in {"<", "<=", ">", ">="}
            narrower = How.NARROWER if rises == lower_bound else How.WIDER
            yield from at.changed(old, new, narrower if known else None)
