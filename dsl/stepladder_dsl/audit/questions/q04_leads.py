"""How a lead is obtained, and how a relation with it is built.

A lead is there where the stage in which clients begin has an owner and itself waits for something that
is no purchase, or where a front-end offer is made before the purchase. The relation is built by
follow-ups before the purchase, or by that offer.
"""

from __future__ import annotations

from stepladder_dsl.audit.evidence import of_follow_up, of_offer, of_stage
from stepladder_dsl.audit.facts import Facts
from stepladder_dsl.audit.findings import Part
from stepladder_dsl.audit.question import Question, part
from stepladder_dsl.model.spec import OfferKind, OnEvent, Stage

_OFFER = """\
offer {n:first_step} "{t:first_step}"
    kind front end
    price 10
    to {client} in {start}
    by {marketing} via {w:phone}
    valid 14 days
    accepted on {purchase}
"""
_FOLLOW_UP = """\
follow up {n:invitation} "{t:invitation}"
    after entering {start} in 3 days
    by {marketing} via {w:phone}
    done on {talk}
"""


def _waits_for_a_lead(facts: Facts, stage: Stage) -> bool:
    return stage.owner is not None and any(
        isinstance(way.trigger, OnEvent) and way.trigger.event not in facts.purchases
        for way in stage.own_transitions
    )


def _find(facts: Facts) -> list[Part]:
    starts = [of_stage(stage) for stage in facts.starts.values() if _waits_for_a_lead(facts, stage)]
    front = [
        of_offer(offer)
        for offer in facts.offers_of(OfferKind.FRONT_END)
        if offer.role is not None and facts.is_open_in(offer, facts.before)
    ]
    rules = [of_follow_up(rule) for rule in facts.follow_ups_on("before") if rule.role is not None]
    return [
        part(facts, "lead", [*starts, *front], _OFFER),
        part(facts, "relation", [*rules, *front], _FOLLOW_UP),
    ]


QUESTION = Question(4, "leads", _find)
