"""The walk over two models, field by field, and the words in which a change is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from stepladder_dsl.diff.change import Change, How, Place, Sign
from stepladder_dsl.diff.flows import Flows
from stepladder_dsl.diff.judge import Judge
from stepladder_dsl.diff.meaning import compared, words
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model import spec as m
from stepladder_dsl.model import types as t
from stepladder_dsl.source import NOWHERE, Span

Places = tuple[Place, ...]
Changes = Iterator[Change]
_APPROXIMATE = {
    t.Unit.MINUTE: 1,
    t.Unit.HOUR: 60,
    t.Unit.DAY: 1_440,
    t.Unit.WEEK: 10_080,
    t.Unit.MONTH: 43_830,
    t.Unit.YEAR: 525_960,
}
"""Minutes in a unit, to say which of two lengths of time is the longer one."""

WITHOUT_MEANING = frozenset({("Spec", "language")})
"""What only says in which words a text is written."""

LABELS: dict[tuple[str, str], str] = {
    ("Spec", "calendars"): "calendar",
    ("Spec", "roles"): "role",
    ("Spec", "records"): "record",
    ("Spec", "events"): "event",
    ("Spec", "lets"): "let",
    ("Spec", "decisions"): "decision",
    ("Spec", "processes"): "process",
    ("Spec", "offers"): "offer",
    ("Spec", "follow_ups"): "follow_up",
    ("Spec", "metrics"): "metric",
    ("Spec", "scenarios"): "scenario",
    ("Spec", "contact_caps"): "contact_cap",
    ("Record", "fields"): "field",
    ("Event", "fields"): "field",
    ("Field", "limits"): "bound",
    ("Decision", "rows"): "row",
    ("Process", "phases"): "phase",
    ("Process", "stages"): "stage",
    ("Process", "transitions"): "way",
    ("Phase", "transitions"): "way",
    ("Phase", "parent"): "phase",
    ("Stage", "own_transitions"): "way",
    ("Stage", "transitions"): "way",
    ("Stage", "own_owner"): "owner",
    ("Stage", "steps"): "step",
    ("Stage", "needs"): "need",
    ("Stage", "documents"): "document",
    ("StageLimit", "duration"): "limit",
    ("Transition", "guard"): "condition",
    ("Transition", "effects"): "effect",
    ("EventPattern", "guard"): "condition",
    ("AfterEvent", "guard"): "condition",
    ("Offer", "stages"): "in_stages",
    ("Offer", "caps"): "contact_cap",
    ("FollowUp", "escalations"): "escalation",
    ("FollowUp", "text_parts"): "message",
    ("Metric", "target"): "goal",
    ("Metric", "record_groupings"): "by",
    ("Metric", "event_groupings"): "by",
    ("Scenario", "steps"): "scenario_step",
    ("SetField", "field"): "field",
    ("SetField", "value"): "value",
}
"""The word for a part where it is not the part's own name."""


def span_of(piece: Any, otherwise: Span = NOWHERE) -> Span:
    """Give where a piece stands in its text, or where what it stands in does."""
    span = getattr(piece, "span", NOWHERE)
    return span if isinstance(span, Span) and span != NOWHERE else otherwise


def longer_or_higher(old: Any, new: Any) -> How | None:
    """Say in which direction a length of time, a number, or the first of several that differs went."""
    match old, new:
        case t.Duration(), t.Duration():
            minutes = [one.amount * _APPROXIMATE[one.unit] for one in (old, new)]
            if old.calendar != new.calendar or minutes[0] == minutes[1]:
                return None
            return How.LONGER if minutes[1] > minutes[0] else How.SHORTER
        case (Decimal() | int(), Decimal() | int()) if not isinstance(old, bool) and old != new:
            return How.HIGHER if new > old else How.LOWER
        case e.Literal(value=before), e.Literal(value=after):
            return longer_or_higher(before, after)
        case tuple(), tuple() if len(old) == len(new):
            found = {longer_or_higher(*pair) for pair in zip(old, new, strict=True) if pair[0] != pair[1]}
            return found.pop() if len(found) == 1 else None
        case m.After(duration=t.Duration() as before), m.After(duration=t.Duration() as after):
            return longer_or_higher(before, after)
        case m.Silence(duration=before), m.Silence(duration=after):
            return longer_or_higher(before, after)
        case m.Cap(count=before, duration=time), m.Cap(count=after, duration=other) if time == other:
            return longer_or_higher(before, after)
        case _:
            return None


Special = Callable[["At", Any, Any], Iterable[Change]]
"""Tells what changed in one part of two pieces, given what stands there in both."""


@dataclass(frozen=True)
class Handling:
    """What needs more than "this was, that is"; every other part is told just so."""

    special: Mapping[tuple[type, str], Special]
    """How a part of a class is compared."""
    told_elsewhere: frozenset[tuple[type, str]]
    """What is told where it comes from, or for several stages at once."""


class Comparison:
    """Walks over two models in which the same things have the same names."""

    def __init__(self, old: m.Spec, new: m.Spec, judge: Judge, titled: set[int], handling: Handling) -> None:
        self.old = old
        self.new = new
        self.judge = judge
        self.flows = Flows(new)
        self.titled = titled
        """The renamed things: that they are called otherwise is told already."""
        self.handling = handling
        self.touching = _touching(old) or _touching(new)

    def spec(self) -> Changes:
        """Yield what changed."""
        yield from self.inside(self.old, self.new, (), self.old.span, self.new.span)

    # the walk

    def inside(self, old: Any, new: Any, place: Places, old_span: Span, new_span: Span) -> Changes:
        """Yield what changed inside two pieces of one class, part by part."""
        old_span, new_span = span_of(old, old_span), span_of(new, new_span)
        for part in compared(type(new)):
            if (type(new).__name__, part) in WITHOUT_MEANING or (part == "title" and id(new) in self.titled):
                continue
            before, after = getattr(old, part), getattr(new, part)
            at = At(self, place, type(new).__name__, part, old, new, old_span, new_span)
            special = self.handling.special.get((type(new), part))
            if before is after:
                continue
            same = words(before) == words(after)
            if special is not None:
                found = list(special(at, before, after))
            else:
                flows = self.flows.of(new)
                found = [] if same else list(at.changed(before, after, flows=flows))
            if not found and not same and (type(new), part) not in self.handling.told_elsewhere:
                found = [at.same(before, after)]
            yield from found

    def things(self, kind: str, at: At, olds: Mapping[str, Any], news: Mapping[str, Any]) -> Changes:
        """Yield what came, went and changed among things with names."""
        for name in olds:
            if name not in news:
                yield at.gone(kind, olds[name])
        for name, thing in news.items():
            if name not in olds:
                yield at.came(kind, thing)
            else:
                inner = (*at.place, Place(kind, thing))
                yield from self.inside(olds[name], thing, inner, at.old_span, at.new_span)

    def pieces(self, at: At, pairs: Iterable[tuple[Any, Any]]) -> Changes:
        """Yield what came, went and changed among things without names."""
        for old, new in pairs:
            if new is None:
                yield at.gone(at.label, old)
            elif old is None:
                yield at.came(at.label, new)
            elif words(old) != words(new):
                inner = (*at.place, Place(at.label, new))
                yield from self.inside(old, new, inner, at.old_span, at.new_span)


class At:
    """One part of two pieces that are compared: tells changes of it."""

    def __init__(
        self,
        comparison: Comparison,
        place: Places,
        kind: str,
        part: str,
        old_owner: Any,
        new_owner: Any,
        old_span: Span,
        new_span: Span,
    ) -> None:
        self.comparison = comparison
        self.place = place
        self.kind = kind
        self.part = part
        self.old_owner = old_owner
        self.new_owner = new_owner
        self.old_span = old_span
        self.new_span = new_span

    @property
    def label(self) -> str:
        """The word for the part."""
        return LABELS.get((self.kind, self.part), self.part)

    def change(self, sign: Sign, part: str, old: Any, new: Any, **more: Any) -> Change:
        """Tell of a change, with its places in both texts."""
        spans = {"old_span": span_of(old, self.old_span), "new_span": span_of(new, self.new_span)}
        return Change(sign, part, self.place, old, new, **(spans | more))

    def gone(self, part: str, old: Any) -> Change:
        """Tell that something is no longer there."""
        return self.change(Sign.REMOVED, part, old, None, new_span=NOWHERE)

    def came(self, part: str, new: Any) -> Change:
        """Tell of something new."""
        return self.change(Sign.ADDED, part, None, new, old_span=NOWHERE)

    def same(self, old: Any, new: Any) -> Change:
        """Tell that the same is said in other words."""
        return self.change(Sign.SAME, self.label, old, new, how=How.REWRITTEN)

    def changed(self, old: Any, new: Any, how: How | None = None, **more: Any) -> Changes:
        """Tell that one value took the place of another; an optional one came, went, or changed inside."""
        if old is None:
            yield self.change(Sign.ADDED, self.label, old, new, how=how, **more)
        elif new is None:
            yield self.change(Sign.REMOVED, self.label, old, new, how=how, **more)
        else:
            how = how or longer_or_higher(old, new)
            yield self.change(Sign.CHANGED, self.label, old, new, how=how, **more)

    def reordered(self, olds: Any, news: Any, **more: Any) -> Change:
        """Tell that things stand in another order."""
        return self.change(Sign.CHANGED, self.label, olds, news, how=How.ORDER, **more)


def _touching(spec: m.Spec) -> bool:
    """Say whether what happens to one record can do something to another."""
    return any(
        isinstance(effect, m.OpenRecord) or (isinstance(effect, m.Emit) and effect.to_field is not None)
        for process in spec.processes.values()
        for stage in process.stages.values()
        for way in stage.transitions
        for effect in way.effects
    )
