"""Who receives a request, finds out what is needed and invites; and who sees to it that this happens.

Received: every stage before the purchase has an owner, and something that is no purchase is waited for.
Found out: such a stage has steps to do, or a condition on its ways out. Invited: a follow-up before the
purchase, or a front-end offer. Seen to: a limit that alerts somebody else than the owner, or a
follow-up that goes on to somebody else.
"""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.audit.evidence import of_follow_up, of_offer, of_stage, of_transition
from stepladder_dsl.audit.facts import Facts, moves
from stepladder_dsl.audit.findings import Evidence, Part
from stepladder_dsl.audit.question import IN_STAGE, Piece, Question, part
from stepladder_dsl.model.spec import OfferKind, OnEvent, Stage
from stepladder_dsl.source import NOWHERE

_EVENT = 'event {n:request} "{t:request}" for {client}\n'
_WAITS = "on {n:request} stay\n"
_OWNER = "owner {seller}\n"
_STEP = 'do "{t:ask_what_is_needed}"\n'
_INVITES = """\
follow up {n:invitation} "{t:invitation}"
    after entering {start} in 3 days
    by {marketing} via {w:phone}
    done on {talk}
"""
_CHECKS = """\
follow up {n:answer} "{t:answer}"
    after entering {talked} in 1 day
    by {seller} via {w:phone}
    done on {talk}
    escalate to {boss} after 2 days
"""


def _find(facts: Facts) -> list[Part]:
    stages = [stage for stage in facts.before.values() if stage.end is None]
    place = stages[0].span if stages else NOWHERE
    unowned = [stage for stage in stages if stage.owner is None]
    waiting = [of_stage(stage) for stage in stages if _waits_for_a_request(facts, stage)]
    request = [] if waiting else [Piece(_EVENT), Piece(_WAITS, place, IN_STAGE)]
    owners = [Piece(_OWNER, stage.span, IN_STAGE) for stage in unowned]
    received = part(facts, "receives", () if unowned else waiting, *request, *owners)
    front = [
        of_offer(offer)
        for offer in facts.offers_of(OfferKind.FRONT_END)
        if offer.role is not None and facts.is_open_in(offer, facts.before)
    ]
    rules = [of_follow_up(rule) for rule in facts.follow_ups_on("before") if rule.role is not None]
    return [
        received,
        part(facts, "qualifies", _qualifying(stages), Piece(_STEP, place, IN_STAGE)),
        part(facts, "invites", [*rules, *front], _INVITES),
        part(facts, "checks", _checking(facts, stages), _CHECKS),
    ]


def _waits_for_a_request(facts: Facts, stage: Stage) -> bool:
    return any(
        isinstance(way.trigger, OnEvent) and way.trigger.event not in facts.purchases
        for way in stage.own_transitions
    )


def _qualifying(stages: list[Stage]) -> Iterator[Evidence]:
    for stage in stages:
        if stage.steps:
            yield of_stage(stage, stage.steps[0])
        for _, way in moves(stage):
            if way.guard is not None and way in stage.own_transitions:
                yield of_transition(stage, way)
                break


def _checking(facts: Facts, stages: list[Stage]) -> Iterator[Evidence]:
    for stage in stages:
        if stage.limit is not None and stage.limit.alert not in {None, stage.owner}:
            yield of_stage(stage)
    for rule in facts.follow_ups_on("before"):
        if any(step.role != rule.role for step in rule.escalations):
            yield of_follow_up(rule)


QUESTION = Question(5, "requests", _find)
