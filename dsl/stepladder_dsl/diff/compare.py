"""Model and model -> what changed, in the words of the business.

One walk goes over both models field by field. It asks for nothing by name but what needs more
than "this was, that is": a field that nobody has thought of is told all the same, and what is
not equal but leads to no change is told as other words for the same. So nothing gets lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, get_args

from stepladder_dsl.diff.change import Change, Difference, How, Key, Place, Sign
from stepladder_dsl.diff.flows import Flows
from stepladder_dsl.diff.judge import Judge, Verdict
from stepladder_dsl.diff.meaning import compared, meaning, words
from stepladder_dsl.diff.rebuild import declared_keys, renamed
from stepladder_dsl.diff.renames import find_renames
from stepladder_dsl.diff.sequences import in_order, moved, out_of_order, paired
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model import spec as m
from stepladder_dsl.model import types as t
from stepladder_dsl.source import NOWHERE, Span

Places = tuple[Place, ...]
Changes = Iterator[Change]
_EXPRESSIONS = get_args(e.Expression)
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


def compare(old: m.Spec, new: m.Spec) -> Difference:
    """Give what changed from one spec to another."""
    names = find_renames(old, new)
    called = renamed(old, names)
    news = declared_keys(new)
    titled = {id(news[_renamed_key(key, names, name)]) for key, name in names.items()}
    comparison = _Comparison(called, new, Judge(called, new), titled)
    changes = (*_renaming(old, new, names), *comparison.spec())
    if not changes and words(called) != words(replace(new, language=called.language)):
        changes = (
            Change(Sign.SAME, "spec", (), old, new, How.REWRITTEN, old_span=old.span, new_span=new.span),
        )
    return Difference(changes, names)


def _renaming(old: m.Spec, new: m.Spec, names: Mapping[Key, str]) -> Changes:
    """Tell what is only called otherwise."""
    olds, news = declared_keys(old), declared_keys(new)
    for key, name in names.items():
        around = tuple(_new_key(part, names) for part in _around(key))
        place = tuple(Place(part[0], news[part]) for part in around)
        new_key = _renamed_key(key, names, name)
        yield Change(
            Sign.CHANGED,
            key[0],
            place,
            _named(olds[key], key[-1]),
            _named(news[new_key], name),
            renamed=True,
            old_span=span_of(olds[key]),
            new_span=span_of(news[new_key]),
        )


def _named(thing: Any, name: str) -> Any:
    """Give what stands for a thing; a decision table's output is a mere type, so its name does."""
    return thing if hasattr(thing, "name") else name


_OUTSIDE = {
    "field": "record",
    "event_field": "event",
    "output": "decision",
    "phase": "process",
    "stage": "process",
}


def _around(key: Key) -> Iterator[Key]:
    if key[0] in _OUTSIDE:
        yield (_OUTSIDE[key[0]], key[1])


def _new_key(key: Key, names: Mapping[Key, str]) -> Key:
    return (*key[:-1], names.get(key, key[-1]))


def _renamed_key(key: Key, names: Mapping[Key, str], name: str) -> Key:
    outside = [_new_key(part, names)[-1] for part in _around(key)]
    return (key[0], *outside, name)


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


class _Comparison:
    """Walks over two models in which the same things have the same names."""

    def __init__(self, old: m.Spec, new: m.Spec, judge: Judge, titled: set[int]) -> None:
        self.old = old
        self.new = new
        self.judge = judge
        self.flows = Flows(new)
        self.titled = titled
        """The renamed things: that they are called otherwise is told already."""
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
            at = _At(self, place, type(new).__name__, part, old, new, old_span, new_span)
            special = SPECIAL.get((type(new), part))
            if before is after:
                continue
            same = words(before) == words(after)
            if special is not None:
                found = list(special(at, before, after))
            else:
                flows = self.flows.of(new)
                found = [] if same else list(at.changed(before, after, flows=flows))
            if not found and not same and (type(new), part) not in TOLD_ELSEWHERE:
                found = [at.same(before, after)]
            yield from found

    def things(self, kind: str, at: _At, olds: Mapping[str, Any], news: Mapping[str, Any]) -> Changes:
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

    def pieces(self, at: _At, pairs: Iterable[tuple[Any, Any]]) -> Changes:
        """Yield what came, went and changed among things without names."""
        for old, new in pairs:
            if new is None:
                yield at.gone(at.label, old)
            elif old is None:
                yield at.came(at.label, new)
            elif words(old) != words(new):
                inner = (*at.place, Place(at.label, new))
                yield from self.inside(old, new, inner, at.old_span, at.new_span)


class _At:
    """One part of two pieces that are compared: tells changes of it."""

    def __init__(
        self,
        comparison: _Comparison,
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
        return self.change(Sign.REMOVED, part, old, None, new_span=NOWHERE)

    def came(self, part: str, new: Any) -> Change:
        return self.change(Sign.ADDED, part, None, new, old_span=NOWHERE)

    def same(self, old: Any, new: Any) -> Change:
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


Special = Callable[[_At, Any, Any], Iterable[Change]]


# things with names


def _declared(kind: str) -> Special:
    return lambda at, olds, news: at.comparison.things(kind, at, olds, news)


def _ordered(kind: str, compete: Callable[[_At, Any, Any], bool]) -> Special:
    """Handle things with names whose order counts where two of them compete."""

    def special(at: _At, olds: Mapping[str, Any], news: Mapping[str, Any]) -> Changes:
        yield from at.comparison.things(kind, at, olds, news)
        both = [thing for name, thing in news.items() if name in olds]
        found = moved(list(olds.values()), both, _name, lambda one, other: compete(at, one, other))
        if found:
            before = in_order(olds.values(), found, _name)
            yield at.reordered(before, tuple(found), old_span=span_of(before[0]), new_span=span_of(found[0]))

    return special


def _name(thing: Any) -> str:
    return str(thing.name)


def _one_record(_: _At, one: Any, other: Any) -> bool:
    return bool(one.record == other.record)


def _one_record_or_touching(at: _At, one: Any, other: Any) -> bool:
    return bool(one.record == other.record) or at.comparison.touching


def _one_role(_: _At, one: m.Field, other: m.Field) -> bool:
    """Say whether two fields name somebody for one role: the first that is filled counts."""
    return isinstance(one.type, t.PersonType) and one.type == other.type


# values


def _values(at: _At, old: Any, new: Any) -> Changes:
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


def _condition(at: _At, old: Any, new: Any) -> Changes:
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


def _ending(at: _At, old: Any, new: Any) -> Changes:
    """Handle a condition that ends something: without any it never ends."""
    if meaning(old) != meaning(new):
        verdict = Verdict(None)
        if old is not None and new is not None:
            verdict = at.comparison.judge.conditions(old, new, _record_at(at), _event_at(at))
        if verdict.how is not How.REWRITTEN:
            yield from at.changed(old, new, verdict.how, examples=verdict.examples)


def _guard_spans(at: _At) -> dict[str, Span]:
    if not isinstance(at.new_owner, m.Transition):
        return {}
    old, new = at.old_owner.guard_span, at.new_owner.guard_span
    return {} if NOWHERE in {old, new} else {"old_span": old, "new_span": new}


def _record_at(at: _At) -> str:
    """Give the kind of record that a condition is about."""
    for thing in (at.new_owner, *(place.thing for place in reversed(at.place))):
        record = getattr(thing, "record", None)
        if isinstance(record, str):
            return record
    return ""


def _event_at(at: _At) -> str | None:
    """Give the event that a condition is about."""
    owner = at.new_owner
    if isinstance(owner, m.Transition):
        return owner.trigger.event if isinstance(owner.trigger, m.OnEvent) else None
    return getattr(owner, "event", None) if isinstance(owner, m.EventPattern | m.AfterEvent) else None


def _piece(at: _At, old: Any, new: Any) -> Changes:
    """Handle an optional record: looked into where it is there on both sides and of one class."""
    if words(old) == words(new):
        return
    if old is None or new is None or type(old) is not type(new):
        yield from at.changed(old, new)
    else:
        yield from at.comparison.inside(old, new, at.place, at.old_span, at.new_span)


def _goal(at: _At, old: m.Target | None, new: m.Target | None) -> Changes:
    """Handle what a figure should reach; it is written as a share where the figure is one."""
    if words(old) == words(new):
        return
    how = None
    if old is not None and new is not None and old.operator == new.operator:
        how = longer_or_higher(old.value, new.value)
    sides = [None if metric.target is None else metric for metric in (at.old_owner, at.new_owner)]
    yield from at.changed(sides[0], sides[1], how)


# several things


def _any_order(at: _At, olds: Sequence[Any], news: Sequence[Any]) -> Changes:
    """Handle things whose order says nothing."""
    yield from at.comparison.pieces(at, _changed_pairs(paired(olds, news, words)))


def _row(*likeness: Callable[[Any], Any]) -> Special:
    """Handle things whose order counts; those that are alike are compared part by part."""

    def special(at: _At, olds: Sequence[Any], news: Sequence[Any]) -> Changes:
        yield from at.comparison.pieces(at, paired(olds, news, words, *likeness))
        if out_of_order(olds, news, words, *likeness):
            yield at.reordered(tuple(olds), tuple(news))

    return special


def _alike(*likeness: Callable[[Any], Any]) -> Special:
    """Handle things whose order says nothing; those that are alike are compared part by part."""
    return lambda at, olds, news: at.comparison.pieces(at, paired(olds, news, words, *likeness))


def _changed_pairs(pairs: Iterable[tuple[Any, Any]]) -> Iterator[tuple[Any, Any]]:
    return (pair for pair in pairs if None in pair or words(pair[0]) != words(pair[1]))


def _parts_of(*names: str) -> Callable[[Any], Any]:
    """Give a likeness: being of one class and the same in some parts."""
    return lambda piece: (type(piece).__name__, *(words(getattr(piece, name, None)) for name in names))


def _opened(at: _At, olds: Sequence[Any], news: Sequence[Any]) -> Changes:
    """Handle a calendar's open days: where two speak of one day the first counts."""
    yield from at.comparison.pieces(at, _changed_pairs(paired(olds, news, words)))
    found = moved(list(olds), list(news), words, lambda one, other: one[0] <= other[1] and other[0] <= one[1])
    if found:
        yield at.reordered(in_order(olds, found, words), tuple(found))


def _rows(at: _At, olds: Sequence[m.DecisionRow], news: Sequence[m.DecisionRow]) -> Changes:
    """Handle the rows of a decision table, whose order counts where the first that matches is taken."""
    table = _replace_rows(at.new_owner, ())
    likeness = (words, _parts_of("tests"), _parts_of("values"), lambda _: "a row")
    flows = at.comparison.flows.of(at.new_owner)
    for old, new in paired(olds, news, *likeness):
        if words(old) != words(new):
            sign = Sign.REMOVED if new is None else Sign.ADDED if old is None else Sign.CHANGED
            spans = {"old_span": span_of(old), "new_span": span_of(new)}
            yield at.change(
                sign, at.label, _in_table(table, old), _in_table(table, new), flows=flows, **spans
            )
    in_turn = {m.HitPolicy.FIRST, m.HitPolicy.COLLECT}
    if at.new_owner.policy in in_turn and out_of_order(olds, news, *likeness):
        rows = [tuple(_in_table(table, row) for row in several) for several in (olds, news)]
        yield at.reordered(*rows, flows=flows)


def _replace_rows(table: m.Decision, rows: tuple[m.DecisionRow, ...]) -> m.Decision:
    """Give a decision table with other rows."""
    return replace(table, rows=rows)


def _in_table(table: m.Decision, row: m.DecisionRow | None) -> m.Decision | None:
    """Give a row so that it can be written: as a table of one row."""
    return None if row is None else _replace_rows(table, (row,))


def _scenarios(at: _At, olds: Sequence[m.Scenario], news: Sequence[m.Scenario]) -> Changes:
    """Handle the scenarios: those of one title are compared step by step."""
    for old, new in paired(olds, news, words, lambda one: one.title, _parts_of("given", "steps")):
        if new is None:
            yield at.gone(at.label, old)
        elif old is None:
            yield at.came(at.label, new)
        else:
            inner = (*at.place, Place(at.label, new))
            yield from at.comparison.inside(old, new, inner, at.old_span, at.new_span)


# types and limits of fields


def _type(at: _At, old: t.Type, new: t.Type) -> Changes:
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


def _optional(at: _At, old: bool, new: bool) -> Changes:
    if old != new:
        yield from at.changed(old, new, How.WIDER if new else How.NARROWER)


def _limits(at: _At, olds: Sequence[m.Limit], news: Sequence[m.Limit]) -> Changes:
    """Handle the bounds of a field's values; of one operator the bound has moved."""
    for old, new in paired(olds, news, words, _parts_of("operator")):
        if old is None or new is None:
            yield from at.changed(old, new, How.NARROWER if old is None else How.WIDER)
        elif words(old) != words(new):
            how = longer_or_higher(old.value, new.value)
            rises = how in {How.HIGHER, How.LONGER}
            lower_bound = old.operator in {">", ">="}
            known = how is not None and old.operator in {"<", "<=", ">", ">="}
            narrower = How.NARROWER if rises == lower_bound else How.WIDER
            yield from at.changed(old, new, narrower if known else None)


# processes


def _stages(at: _At, olds: Mapping[str, m.Stage], news: Mapping[str, m.Stage]) -> Changes:
    """Handle the stages, and the ways and owners that they have from what is around them."""
    yield from at.comparison.things("stage", at, olds, news)
    yield from _start(at)
    yield from _ways_of_stages(at, olds, news)


def _start(at: _At) -> Changes:
    """Handle where a case starts: the marked stage, or the first."""
    old, new = at.old_owner, at.new_owner
    if old.start != new.start:
        stages = old.stages.get(old.start), new.stages.get(new.start)
        spans = {"old_span": span_of(stages[0]), "new_span": span_of(stages[1])}
        yield at.change(Sign.CHANGED, "start", *stages, **spans)


def _nothing(_at: _At, _old: Any, _new: Any) -> Changes:
    """Leave a part to what tells of it together with others."""
    return iter(())


def _own_owner(at: _At, old: str | None, new: str | None) -> Changes:
    """Handle an owner that is only said at another place."""
    if old != new and at.old_owner.owner == at.new_owner.owner:
        yield at.same(old, new)


def _own_ways(at: _At, old: Any, new: Any) -> Changes:
    """Handle ways that are only said at another place."""
    if words(old) != words(new) and words(at.old_owner.transitions) == words(at.new_owner.transitions):
        yield at.same(old, new)


def _start_mark(at: _At, old: bool, new: bool) -> Changes:
    """Handle a mark at the stage that is the first one anyway."""
    process = at.place[-2].thing
    if old != new and at.comparison.old.processes[process.name].start == process.start:
        yield at.same(old, new)


def _lent_ways(at: _At, old: Any, new: Any) -> Changes:
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


def _led_elsewhere(at: _At, old: str | None, new: str | None) -> Changes:
    """Handle what may be nothing, which means something here: to stay, or to stand in no phase."""
    if old != new:
        yield at.change(Sign.CHANGED, at.label, old, new)


def _stage_owner(at: _At, old: str | None, new: str | None) -> Changes:
    """Handle who answers for a stage, unless it follows from what is around it."""
    if old == new or _lent(at, old):
        return
    yield at.change(Sign.CHANGED, "owner", old, new)


def _lent(at: _At, _old: str | None) -> bool:
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


def _holder_owner(at: _At, old: str | None, new: str | None) -> Changes:
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


def _ways_of_stages(at: _At, olds: Mapping[str, m.Stage], news: Mapping[str, m.Stage]) -> Changes:
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


def _way(at: _At, old: m.Transition | None, new: m.Transition | None, stages: list[m.Stage]) -> Changes:
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
        _parts_of("trigger", "target", "guard"),
        _parts_of("trigger", "target"),
        _parts_of("trigger", "guard", "effects"),
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


def _order_of_ways(at: _At, old: m.Stage, new: m.Stage) -> Changes:
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


_CALENDARS = _declared("calendar")
SPECIAL: dict[tuple[type, str], Special] = {
    (m.Spec, "calendars"): _CALENDARS,
    (m.Spec, "roles"): _declared("role"),
    (m.Spec, "records"): _declared("record"),
    (m.Spec, "events"): _ordered("event", _one_record_or_touching),
    (m.Spec, "lets"): _declared("let"),
    (m.Spec, "decisions"): _declared("decision"),
    (m.Spec, "processes"): _ordered("process", _one_record_or_touching),
    (m.Spec, "offers"): _ordered("offer", _one_record),
    (m.Spec, "follow_ups"): _ordered("follow_up", _one_record),
    (m.Spec, "metrics"): _declared("metric"),
    (m.Spec, "scenarios"): _scenarios,
    (m.Spec, "contact_hours"): _piece,
    (m.Spec, "contact_caps"): _any_order,
    (m.Calendar, "closed"): _any_order,
    (m.Calendar, "opened"): _opened,
    (m.Calendar, "holidays"): _any_order,
    (m.Record, "fields"): _ordered("field", _one_role),
    (m.Record, "belongs_to"): _any_order,
    (m.Event, "fields"): _declared("field"),
    (m.Field, "type"): _type,
    (m.Field, "optional"): _optional,
    (m.Field, "limits"): _limits,
    (m.Let, "value"): _values,
    (m.Decision, "rows"): _rows,
    (m.Process, "owner"): _holder_owner,
    (m.Process, "phases"): _declared("phase"),
    (m.Process, "stages"): _stages,
    (m.Process, "transitions"): _lent_ways,
    (m.Phase, "owner"): _holder_owner,
    (m.Phase, "transitions"): _lent_ways,
    (m.Stage, "phase"): _led_elsewhere,
    (m.Phase, "parent"): _led_elsewhere,
    (m.Transition, "target"): _led_elsewhere,
    (m.Stage, "owner"): _stage_owner,
    (m.Stage, "start"): _start_mark,
    (m.Stage, "transitions"): _nothing,
    (m.Stage, "own_transitions"): _own_ways,
    (m.Stage, "own_owner"): _own_owner,
    (m.Stage, "steps"): _row(),
    (m.Stage, "needs"): _any_order,
    (m.Stage, "documents"): _any_order,
    (m.Stage, "limit"): _piece,
    (m.Transition, "guard"): _condition,
    (m.Transition, "effects"): _row(
        _parts_of("field", "event", "record", "to_field"), _parts_of("field", "event", "record")
    ),
    (m.SetField, "value"): _values,
    (m.Offer, "price"): _values,
    (m.Offer, "discount"): _values,
    (m.Offer, "stages"): _any_order,
    (m.Offer, "condition"): _condition,
    (m.Offer, "accepted_on"): _alike(_parts_of("event")),
    (m.Offer, "declined_on"): _alike(_parts_of("event")),
    (m.Offer, "caps"): _any_order,
    (m.EventPattern, "guard"): _condition,
    (m.AfterEvent, "guard"): _condition,
    (m.FollowUp, "anchor"): _piece,
    (m.FollowUp, "condition"): _condition,
    (m.FollowUp, "until"): _ending,
    (m.FollowUp, "done_on"): _alike(_parts_of("event")),
    (m.FollowUp, "cancelled_on"): _alike(_parts_of("event")),
    (m.FollowUp, "escalations"): _row(_parts_of("role")),
    (m.FollowUp, "contact_hours"): _piece,
    (m.Metric, "value"): _values,
    (m.Metric, "target"): _goal,
    (m.Scenario, "given"): _row(_parts_of("record", "key")),
    (m.Scenario, "steps"): _row(),
}
"""What needs more than "this was, that is"; every other part is told just so."""

TOLD_ELSEWHERE = frozenset(
    {
        *((m.Spec, part) for part in compared(m.Spec) if SPECIAL.get((m.Spec, part)) not in {_piece, None}),
        (m.Record, "fields"),
        (m.Event, "fields"),
        (m.Process, "phases"),
        (m.Process, "stages"),
        (m.Process, "transitions"),
        (m.Phase, "transitions"),
        (m.Stage, "owner"),
        (m.Stage, "own_owner"),
        (m.Stage, "start"),
        (m.Stage, "transitions"),
        (m.Stage, "own_transitions"),
    }
)
"""What is told where it comes from, or for several stages at once."""

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
