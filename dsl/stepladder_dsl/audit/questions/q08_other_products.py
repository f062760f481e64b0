"""Which other products are offered systematically, by need.

Offers of the kinds `upsell before`, `upsell` and `cross sale`; one of them at least under a condition
that looks at what is known of the client; and somebody makes each.
"""

from __future__ import annotations

from stepladder_dsl.audit.evidence import of_offer
from stepladder_dsl.audit.facts import Facts
from stepladder_dsl.audit.findings import Part
from stepladder_dsl.audit.question import Question, part
from stepladder_dsl.model.spec import OfferKind

_OFFER = """\
offer {n:goes_with_it} "{t:goes_with_it}"
    kind cross sale
    price 20
    to {client}{after}
    when days since last {purchase} >= 30
    by {service} via {w:phone}
    valid 30 days
    accepted on {purchase}
"""


def _find(facts: Facts) -> list[Part]:
    others = facts.offers_of(OfferKind.UPSELL_BEFORE, OfferKind.UPSELL, OfferKind.CROSS_SALE)
    by_need = [offer for offer in others if offer.condition is not None]
    made = others if all(offer.role is not None for offer in others) else []
    return [
        part(facts, "others", map(of_offer, others), _OFFER),
        part(facts, "need", map(of_offer, by_need), _OFFER),
        part(facts, "who", map(of_offer, made), _OFFER),
    ]


QUESTION = Question(8, "other-products", _find)
