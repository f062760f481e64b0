"""What makes a client buy sooner in the 24 hours after the presentation.

An offer with a price or a discount to those who have talked and not bought; one of them holds for a
day at most; and somebody makes it.
"""

from __future__ import annotations

from stepladder_dsl.audit.evidence import of_offer
from stepladder_dsl.audit.facts import Facts, days
from stepladder_dsl.audit.findings import Part
from stepladder_dsl.audit.question import Question, part
from stepladder_dsl.model.spec import OfferKind

_OFFER = """\
offer {n:today} "{t:today}"
    kind front end
    discount 10
    to {client}{before}
    by {seller} via {w:phone}
    valid 24 hours
    accepted on {purchase}
"""
_LATER = {OfferKind.REFERRAL, OfferKind.REACTIVATION, OfferKind.LOYALTY}


def _find(facts: Facts) -> list[Part]:
    places = facts.talked or {place: stage for place, stage in facts.before.items() if stage.end is None}
    offers = [
        offer
        for offer in facts.offers
        if offer.kind not in _LATER
        and (offer.price is not None or offer.discount is not None)
        and facts.is_open_in(offer, places)
    ]
    short = [offer for offer in offers if offer.valid is not None and days(offer.valid) <= 1]
    made = [offer for offer in short or offers if offer.role is not None]
    return [
        part(facts, "offer", map(of_offer, offers), _OFFER),
        part(facts, "deadline", map(of_offer, short), _OFFER),
        part(facts, "who", map(of_offer, made), _OFFER),
    ]


QUESTION = Question(7, "first-day", _find)
