"""Model and model -> what changed, in the words of the business.

One walk goes over both models field by field. It asks for nothing by name but what needs more
than "this was, that is": a field that nobody has thought of is told all the same, and what is
not equal but leads to no change is told as other words for the same. So nothing gets lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from stepladder_dsl.diff.change import Change, Difference, How, Key, Place, Sign
from stepladder_dsl.diff.judge import Judge
from stepladder_dsl.diff.meaning import compared, words
from stepladder_dsl.diff.rebuild import declared_keys, renamed
from stepladder_dsl.diff.renames import find_renames
from stepladder_dsl.diff.rows import (
    alike,
    any_order,
    decision_rows,
    in_a_row,
    opened_days,
    parts_of,
    scenarios,
)
from stepladder_dsl.diff.stages import (
    holder_owner,
    led_elsewhere,
    lent_ways,
    own_owner,
    own_ways,
    stage_owner,
    stages_and_ways,
    start_mark,
    told_by_others,
)
from stepladder_dsl.diff.things import declared, one_record, one_record_or_touching, one_role, ordered
from stepladder_dsl.diff.values import (
    bounds,
    computed_value,
    condition,
    ending_condition,
    field_type,
    goal,
    optional_mark,
    optional_piece,
)
from stepladder_dsl.diff.walk import Changes, Comparison, Handling, Special, span_of
from stepladder_dsl.model import spec as m


def compare(old: m.Spec, new: m.Spec) -> Difference:
    """Give what changed from one spec to another."""
    names = find_renames(old, new)
    called = renamed(old, names)
    news = declared_keys(new)
    titled = {id(news[_renamed_key(key, names, name)]) for key, name in names.items()}
    comparison = Comparison(called, new, Judge(called, new), titled, Handling(SPECIAL, TOLD_ELSEWHERE))
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


_CALENDARS = declared("calendar")
SPECIAL: dict[tuple[type, str], Special] = {
    (m.Spec, "calendars"): _CALENDARS,
    (m.Spec, "roles"): declared("role"),
    (m.Spec, "records"): declared("record"),
    (m.Spec, "events"): ordered("event", one_record_or_touching),
    (m.Spec, "lets"): declared("let"),
    (m.Spec, "decisions"): declared("decision"),
    (m.Spec, "processes"): ordered("process", one_record_or_touching),
    (m.Spec, "offers"): ordered("offer", one_record),
    (m.Spec, "follow_ups"): ordered("follow_up", one_record),
    (m.Spec, "metrics"): declared("metric"),
    (m.Spec, "scenarios"): scenarios,
    (m.Spec, "contact_hours"): optional_piece,
    (m.Spec, "contact_caps"): any_order,
    (m.Calendar, "closed"): any_order,
    (m.Calendar, "opened"): opened_days,
    (m.Calendar, "holidays"): any_order,
    (m.Record, "fields"): ordered("field", one_role),
    (m.Record, "belongs_to"): any_order,
    (m.Event, "fields"): declared("field"),
    (m.Field, "type"): field_type,
    (m.Field, "optional"): optional_mark,
    (m.Field, "limits"): bounds,
    (m.Let, "value"): computed_value,
    (m.Decision, "rows"): decision_rows,
    (m.Process, "owner"): holder_owner,
    (m.Process, "phases"): declared("phase"),
    (m.Process, "stages"): stages_and_ways,
    (m.Process, "transitions"): lent_ways,
    (m.Phase, "owner"): holder_owner,
    (m.Phase, "transitions"): lent_ways,
    (m.Stage, "phase"): led_elsewhere,
    (m.Phase, "parent"): led_elsewhere,
    (m.Transition, "target"): led_elsewhere,
    (m.Stage, "owner"): stage_owner,
    (m.Stage, "start"): start_mark,
    (m.Stage, "transitions"): told_by_others,
    (m.Stage, "own_transitions"): own_ways,
    (m.Stage, "own_owner"): own_owner,
    (m.Stage, "steps"): in_a_row(),
    (m.Stage, "needs"): any_order,
    (m.Stage, "documents"): any_order,
    (m.Stage, "limit"): optional_piece,
    (m.Transition, "guard"): condition,
    (m.Transition, "effects"): in_a_row(
        parts_of("field", "event", "record", "to_field"), parts_of("field", "event", "record")
    ),
    (m.SetField, "value"): computed_value,
    (m.Offer, "price"): computed_value,
    (m.Offer, "discount"): computed_value,
    (m.Offer, "stages"): any_order,
    (m.Offer, "condition"): condition,
    (m.Offer, "accepted_on"): alike(parts_of("event")),
    (m.Offer, "declined_on"): alike(parts_of("event")),
    (m.Offer, "caps"): any_order,
    (m.EventPattern, "guard"): condition,
    (m.AfterEvent, "guard"): condition,
    (m.FollowUp, "anchor"): optional_piece,
    (m.FollowUp, "condition"): condition,
    (m.FollowUp, "until"): ending_condition,
    (m.FollowUp, "done_on"): alike(parts_of("event")),
    (m.FollowUp, "cancelled_on"): alike(parts_of("event")),
    (m.FollowUp, "escalations"): in_a_row(parts_of("role")),
    (m.FollowUp, "contact_hours"): optional_piece,
    (m.Metric, "value"): computed_value,
    (m.Metric, "target"): goal,
    (m.Scenario, "given"): in_a_row(parts_of("record", "key")),
    (m.Scenario, "steps"): in_a_row(),
}
"""What needs more than "this was, that is"; every other part is told just so."""

TOLD_ELSEWHERE = frozenset(
    {
        *(
            (m.Spec, part)
            for part in compared(m.Spec)
            if SPECIAL.get((m.Spec, part)) not in {optional_piece, None}
        ),
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
