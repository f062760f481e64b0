"""Which subscription plans there are: offers of kind `subscription`, with a price, made by somebody."""

from __future__ import annotations

from stepladder_dsl.audit.evidence import of_offer
from stepladder_dsl.audit.facts import Facts
from stepladder_dsl.audit.findings import Part
from stepladder_dsl.audit.question import Question, part
from stepladder_dsl.model.spec import OfferKind

_OFFER = """\
offer {n:membership} "{t:membership}"
    kind subscription
    price 10
    to {client}{after}
    by {service} via {w:phone}
    valid 30 days
    accepted on {purchase}
"""


def _find(facts: Facts) -> list[Part]:
    plans = facts.offers_of(OfferKind.SUBSCRIPTION)
    return [
        part(facts, "plan", map(of_offer, plans), _OFFER),
        part(facts, "price", (of_offer(offer) for offer in plans if offer.price is not None), _OFFER),
        part(facts, "who", (of_offer(offer) for offer in plans if offer.role is not None), _OFFER),
    ]


QUESTION = Question(12, "subscriptions", _find)
