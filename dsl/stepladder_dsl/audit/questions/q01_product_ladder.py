"""Which products the best client buys, in which order, and which membership follows the purchase.

A ladder is two offers or more with an `order`. A membership is an offer of kind `subscription` or
`loyalty` that is made behind the purchase.
"""

from __future__ import annotations

from stepladder_dsl.audit.evidence import of_offer
from stepladder_dsl.audit.facts import Facts
from stepladder_dsl.audit.findings import Part
from stepladder_dsl.audit.question import Question, part
from stepladder_dsl.model.spec import OfferKind

_LADDER = """\
offer {n:first_step} "{t:first_step}"
    kind front end
    price 10
    to {client}{before}
    by {seller} via {w:phone}
    valid 14 days
    order 1
    accepted on {purchase}

offer {n:next_step} "{t:next_step}"
    kind repeat
    price 50
    to {client}{after}
    by {service} via {w:phone}
    valid 30 days
    order 2
    accepted on {purchase}
"""
_MEMBERSHIP = """\
offer {n:membership} "{t:membership}"
    kind subscription
    price 10
    to {client}{after}
    by {service} via {w:phone}
    valid 30 days
    accepted on {purchase}
"""


def _find(facts: Facts) -> list[Part]:
    steps = [offer for offer in facts.offers if offer.order is not None]
    steps.sort(key=lambda offer: (offer.ladder or "", offer.order))
    memberships = facts.offers_of(OfferKind.SUBSCRIPTION, OfferKind.LOYALTY)
    behind = [offer for offer in memberships if facts.is_open_in(offer, facts.after)]
    return [
        part(facts, "ladder", map(of_offer, steps) if len(steps) > 1 else (), _LADDER),
        part(facts, "membership", map(of_offer, behind), _MEMBERSHIP),
    ]


QUESTION = Question(1, "product-ladder", _find)
