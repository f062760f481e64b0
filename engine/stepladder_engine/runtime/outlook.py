"""What time alone will still do to a case, if nothing more happens to its record."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from stepladder_dsl.record import record
from stepladder_engine.calendars.zone import NEVER, Instant, Zone
from stepladder_engine.expressions.view import View
from stepladder_engine.runtime.plans import FollowUpPlan, Guard
from stepladder_engine.runtime.state import Entity, Position, Series

MOST_CHANGES = 400
"""How often a guard is looked at again; one that changes with every day and holds on none has no end."""


@record
class Coming:
    """Something that will happen by itself: when, and the name of what it is about."""

    moment: Instant
    name: str


@contextmanager
def _looking_ahead(view: View) -> Iterator[View]:
    """Let expressions see the record as it is now at later moments, and forget that they did."""
    now, tallies = view.now, view.tallies
    # What is kept up to date only goes forward in time.
    view.tallies = {}
    try:
        yield view
    finally:
        view.now, view.tallies = now, tallies


def next_move(entity: Entity, position: Position, now: Instant) -> Coming | None:
    """Give the first timer or condition of the stage that will be followed, and where it leads."""
    if position.stuck or position.since is None:
        return None
    ways = [
        (timer.way, max(timer.due, now))
        for timer in position.timers
        if timer.due is not None and not timer.spent
    ]
    ways += [(way, now) for way in position.stage.automatic if way.index not in position.spent]
    here = position.stage.stage.name
    with _looking_ahead(entity.view) as view:
        found = [
            (moment, way.index, way.transition.target or here)
            for way, begins in ways
            if (moment := _first_moment(way.guard, view, begins)) is not None
        ]
    return Coming(*min(found)[::2]) if found else None


def _first_moment(guard: Guard, view: View, begins: Instant) -> Instant | None:
    """Give the first moment, from one on, at which a guard holds, as far as it can be seen."""
    moment: Instant | None = begins
    # The guard before has looked further ahead than this one begins.
    view.tallies = {}
    for _ in range(MOST_CHANGES):
        if moment is None or moment >= NEVER:
            return None
        view.now = moment
        if guard.holds(view) is True:
            return moment
        moment = None if guard.next_change is None else guard.next_change(view)
    return None


def next_repetition(entity: Entity, zone: Zone, now: Instant) -> Coming | None:
    """Give the first task that will come into being by itself, of the rules that come again and again."""
    found = [
        (zone.add(series.begins, plan.rule.again, series.times + 1), plan.rule.name)
        for plan in entity.plan.follow_ups
        if (series := entity.series.get(plan.rule.name)) is not None
        and plan.rule.again is not None
        and plan.rule.role is not None
        and _comes_again(plan, series, entity.view, now)
    ]
    return Coming(*min(found)) if found else None


def _comes_again(plan: FollowUpPlan, series: Series, view: View, now: Instant) -> bool:
    """Say whether a rule lasts until its next task comes into being."""
    if series.latest >= NEVER:
        return False
    with _looking_ahead(view):
        view.now = now
        for _ in range(MOST_CHANGES):
            changes = [series.latest]
            for guard in (plan.condition, plan.until):
                moment = None if guard.next_change is None else guard.next_change(view)
                changes += [] if moment is None else [moment]
            view.now = min(changes)
            ended = plan.until.expression is not None and plan.until.holds(view) is True
            if ended or plan.condition.holds(view) is not True:
                return False
            if view.now >= series.latest:
                break
    return True


def next_event(entity: Entity, now: Instant) -> Coming | None:
    """Give the next event that the spec itself has sent to the record for later."""
    if entity.endless is not None:
        return None
    found = [(moment, name) for moment, name in entity.expected if moment > now]
    return Coming(*min(found)) if found else None
