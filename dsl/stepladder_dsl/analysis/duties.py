"""What each role has to do, who stands above it, and to whom an undone task goes on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from stepladder_dsl.analysis.durations import Durations
from stepladder_dsl.model.spec import Escalation, FollowUp, Spec

DutyKind = Literal["stage", "alert", "task", "offer", "metric"]


@dataclass(frozen=True)
class Duty:
    """Something that one role does or answers for; `record` is whom it is about (None: a metric)."""

    kind: DutyKind
    role: str
    record: str | None


def duties_of(spec: Spec) -> Iterator[Duty]:
    """Yield every duty of the spec that has a role, in the order of the text; an end needs no work."""
    for process in spec.processes.values():
        for stage in process.stages.values():
            if stage.owner is not None and stage.end is None:
                yield Duty("stage", stage.owner, process.record)
            if stage.limit is not None and stage.limit.alert is not None:
                yield Duty("alert", stage.limit.alert, process.record)
    for offer in spec.offers.values():
        if offer.role is not None:
            yield Duty("offer", offer.role, offer.record)
    for follow_up in spec.follow_ups.values():
        for role in holders(spec, follow_up):
            yield Duty("task", role, follow_up.record)
    for metric in spec.metrics.values():
        if metric.owner is not None:
            yield Duty("metric", metric.owner, None)


def holders(spec: Spec, follow_up: FollowUp) -> list[str]:
    """Give who has the task of a follow-up, one after the other."""
    first = [] if follow_up.role is None else [follow_up.role]
    return [*first, *(step.role for step in steps_in_time(spec, follow_up))]


def steps_in_time(spec: Spec, follow_up: FollowUp) -> list[Escalation]:
    """Give the escalations in the order in which they take place; where that is open, as written."""
    durations = Durations(spec.calendars)
    ordered: list[Escalation] = []
    for step in follow_up.escalations:
        place = len(ordered)
        while place and durations.is_always_before(step.after, ordered[place - 1].after):
            place -= 1
        ordered.insert(place, step)
    return ordered


def way_up(spec: Spec, role: str) -> list[str]:
    """Give a role and all that stand above it, the nearest first; a circle is followed once."""
    way = [role]
    while (above := spec.roles[way[-1]].reports_to) is not None and above not in way:
        way.append(above)
    return way
