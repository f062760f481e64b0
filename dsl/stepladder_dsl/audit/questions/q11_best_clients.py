"""What is offered to those who have bought a lot.

An offer of kind `loyalty`, or one that asks for many purchases or much spent. What "a lot" is: such a
bound stands in an offer's condition, or on a way into the stages in which it is made.
"""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.audit.evidence import of_offer, of_transition
from stepladder_dsl.audit.facts import Facts
from stepladder_dsl.audit.findings import Evidence, Part
from stepladder_dsl.audit.question import Question, part
from stepladder_dsl.model.spec import Offer, OfferKind

_OFFER = """\
offer {n:thanks} "{t:thanks}"
    kind loyalty
    discount 20
    to {client}{after}
    when count of {purchase} >= 3
    by {service} via {w:email}
    valid 6 months
    accepted on {purchase}
"""
_PER_CLIENT = {OfferKind.LOYALTY, OfferKind.UPSELL, OfferKind.CROSS_SALE, OfferKind.REPEAT, None}


def _find(facts: Facts) -> list[Part]:
    offers = [
        offer
        for offer in facts.offers
        if offer.kind is OfferKind.LOYALTY
        or (offer.kind in _PER_CLIENT and facts.asks_for_much(offer.condition))
    ]
    bounds = [of_offer(offer) for offer in offers if facts.asks_for_much(offer.condition)]
    made = [offer for offer in offers if offer.role is not None]
    return [
        part(facts, "best", map(of_offer, offers), _OFFER),
        part(facts, "much", [*bounds, *_ways_in(facts, offers)], _OFFER),
        part(facts, "who", map(of_offer, made), _OFFER),
    ]


def _ways_in(facts: Facts, offers: list[Offer]) -> Iterator[Evidence]:
    """Yield the ways that lead those who have bought a lot to where the offers are made."""
    places = {place for offer in offers for place in offer.stages}
    for (process, _), stage in facts.stages.items():
        for way in stage.own_transitions:
            if (process, way.target) in places and facts.asks_for_much(way.guard):
                yield of_transition(stage, way)


QUESTION = Question(11, "best-clients", _find)
