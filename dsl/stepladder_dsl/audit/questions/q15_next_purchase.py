"""How the next purchase is proposed systematically.

Proposed: an offer of kind `repeat`, `cross sale`, `upsell` or `subscription` behind the purchase, made
by somebody. At its time: such an offer looks at how long ago the last purchase was. In order: such an
offer has its place on the ladder.
"""

from __future__ import annotations

from stepladder_dsl.audit.evidence import of_offer
from stepladder_dsl.audit.facts import Facts
from stepladder_dsl.audit.findings import Part
from stepladder_dsl.audit.question import Question, part
from stepladder_dsl.model.expressions import Anchor, Elapsed, Expression
from stepladder_dsl.model.spec import OfferKind

_OFFER = """\
offer {n:next_one} "{t:next_one}"
    kind repeat
    discount 10
    to {client}{after}
    when days since last {purchase} >= 60
    by {service} via {w:email}
    valid 30 days
    order 1
    accepted on {purchase}
"""


def _find(facts: Facts) -> list[Part]:
    kinds = OfferKind.REPEAT, OfferKind.CROSS_SALE, OfferKind.UPSELL, OfferKind.SUBSCRIPTION
    offers = [
        offer
        for offer in facts.offers_of(*kinds)
        if offer.role is not None and facts.is_open_in(offer, facts.after)
    ]
    timed = [offer for offer in offers if _looks_at_the_last(facts, offer.condition)]
    ordered = [offer for offer in offers if offer.order is not None]
    return [
        part(facts, "next", map(of_offer, offers), _OFFER),
        part(facts, "moment", map(of_offer, timed), _OFFER),
        part(facts, "order", map(of_offer, ordered), _OFFER),
    ]


def _looks_at_the_last(facts: Facts, condition: Expression | None) -> bool:
    return any(
        isinstance(part, Elapsed) and part.anchor is not Anchor.FIELD and part.name in facts.purchases
        for part in facts.expanded(condition)
    )


QUESTION = Question(15, "next-purchase", _find)
