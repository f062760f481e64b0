"""Offers: open while their conditions hold, until accepted, declined, expired or withdrawn.

An offer opens when its conditions begin to hold. After it was closed it opens
again only once the conditions have ceased to hold in between, and at most as
often as the spec says. It waits while another step of its ladder is open, and
while it has been made as often as it may be in some time.
"""

from __future__ import annotations

from stepladder_dsl.model.spec import Cap
from stepladder_engine.calendars.zone import Instant
from stepladder_engine.runtime.plans import OfferPlan
from stepladder_engine.runtime.program import Program
from stepladder_engine.runtime.state import Entity, OfferCopy
from stepladder_engine.texts.catalogue import Phrase, phrase


def _holds(plan: OfferPlan, entity: Entity) -> bool:
    stages = plan.offer.stages
    if stages:
        here = entity.view.stage
        for process, stage in stages:
            if here.get(process) == stage:
                break
        else:
            return False
    elif entity.ended:
        return False
    return plan.condition.holds(entity.view) is True


def update(entity: Entity, program: Program) -> None:
    """Open and withdraw offers after something has changed: first what ends, so that a ladder is free."""
    plans = entity.plan.offers
    holding = {plan.index for plan in plans if _holds(plan, entity)}
    if holding == entity.offer_held and entity.open_offers.keys() <= holding:
        entity.offer_waits.clear()
        return
    for plan in plans:
        copy = entity.open_offers.get(plan.index)
        if copy is not None and plan.index not in holding:
            _close(entity, copy, "withdrawn", phrase("reason.conditions_gone"))
    entity.offer_waits.clear()
    for plan in entity.plan.offers_in_turn:
        holds = plan.index in holding
        if not holds:
            entity.offer_held.discard(plan.index)
        elif plan.index not in entity.offer_held and not _waits(plan, entity, program):
            _open(plan, entity, program)
            entity.offer_held.add(plan.index)


def _waits(plan: OfferPlan, entity: Entity, program: Program) -> bool:
    """Say whether an offer whose conditions hold has to wait, and note until when where time tells."""
    if any(
        copy.offer.ladder == plan.offer.ladder and copy.offer.order != plan.offer.order
        for copy in entity.open_offers.values()
        if plan.offer.ladder is not None
    ):
        return True
    free = [moment for cap in plan.offer.caps if (moment := _free_from(plan, entity, cap, program))]
    if free:
        entity.offer_waits[plan.index] = max(free)
    return bool(free)


def _free_from(plan: OfferPlan, entity: Entity, cap: Cap, program: Program) -> Instant | None:
    """Give when a cap allows the offer again; None: now."""
    leaving = [
        program.zone.add(copy.opened, cap.duration) for copy in entity.offers if copy.plan_index == plan.index
    ]
    leaving = [moment for moment in leaving if moment > entity.view.now]
    return leaving[-cap.count] if len(leaving) >= cap.count else None


def _open(plan: OfferPlan, entity: Entity, program: Program) -> None:
    offer, zone, now = plan.offer, program.zone, entity.view.now
    times = entity.offer_times.get(plan.index, 0)
    if offer.at_most is not None and times >= offer.at_most:
        return
    entity.offer_times[plan.index] = times + 1
    copy = OfferCopy(
        f"{offer.name}/{entity.kind}:{entity.key}/{times + 1}",
        plan.index,
        offer,
        now,
        zone.add(now, offer.valid) if offer.valid is not None else None,
        plan.price(entity.view) if plan.price is not None else None,
        plan.discount(entity.view) if plan.discount is not None else None,
        entity.person_for(offer.role),
    )
    entity.offers.append(copy)
    entity.open_offers[plan.index] = copy
    entity.note("offer", phrase("reason.conditions_hold"), offer.span.line, subject=offer.name)


def _close(entity: Entity, copy: OfferCopy, status: str, reason: Phrase) -> None:
    copy.status = status
    copy.closed = entity.view.now
    del entity.open_offers[copy.plan_index]
    entity.note(f"offer_{status}", reason, copy.offer.span.line, subject=copy.offer.name)


def take_event(entity: Entity, event: str) -> list[Phrase]:
    """Let an event accept and decline open offers; gives what it did."""
    effects: list[Phrase] = []
    if not entity.open_offers:
        return effects
    for plan in entity.plan.offers_closed_by[event]:
        copy = entity.open_offers.get(plan.index)
        if copy is None:
            continue
        for patterns, status in ((plan.accepted_on, "accepted"), (plan.declined_on, "declined")):
            if copy.status == "open" and any(
                pattern.event == event and pattern.holds(entity.view) is True for pattern in patterns
            ):
                _close(entity, copy, status, phrase("reason.event", event=event))
                effects.append(phrase(f"effect.{status}", offer=plan.offer.name))
    return effects


def expire(entity: Entity) -> None:
    """Close the offers whose time is over."""
    for copy in list(entity.open_offers.values()):
        if copy.expires is not None and copy.expires <= entity.view.now:
            _close(entity, copy, "expired", phrase("reason.time_over"))


def next_change(entity: Entity) -> Instant | None:
    """Give the next moment at which an offer expires or its condition may change by time."""
    timed = entity.plan.timed_offers
    if not timed and not entity.open_offers:
        return min(entity.offer_waits.values(), default=None)
    moments = [copy.expires for copy in entity.open_offers.values() if copy.expires is not None]
    moments += entity.offer_waits.values()
    moments += [moment for change in timed if (moment := change(entity.view)) is not None]
    return min(moments, default=None)


def next_best(entity: Entity) -> OfferCopy | None:
    """Give the open offer that is earliest on the ladder; those without an order come last."""
    copies = list(entity.open_offers.values())
    last = len(copies) + max((copy.offer.order or 0 for copy in copies), default=0)
    return min(copies, key=lambda copy: (copy.offer.order or last, copy.plan_index), default=None)
