"""Which incentive makes a satisfied client bring two new clients a year.

An offer of kind `referral` with a price or a discount, made by somebody, under a condition or in stages
behind the purchase (so that the satisfied are asked), and not limited to fewer than two a year.
"""

from __future__ import annotations

from stepladder_dsl.audit.evidence import of_offer
from stepladder_dsl.audit.facts import Facts, days
from stepladder_dsl.audit.findings import Part
from stepladder_dsl.audit.question import Question, part
from stepladder_dsl.audit.snippets import REFERRAL_OFFER
from stepladder_dsl.model.spec import Offer, OfferKind


def _may_come_twice_a_year(offer: Offer) -> bool:
    if offer.at_most is not None and offer.at_most < 2:
        return False
    return all(cap.count >= 2 or days(cap.duration) <= 183 for cap in offer.caps)


def _asks_the_satisfied(facts: Facts, offer: Offer) -> bool:
    behind = bool(offer.stages) and set(offer.stages) <= set(facts.after)
    return offer.condition is not None or behind


def _find(facts: Facts) -> list[Part]:
    offers = facts.offers_of(OfferKind.REFERRAL)
    paid = [offer for offer in offers if offer.price is not None or offer.discount is not None]
    made = [offer for offer in offers if offer.role is not None]
    satisfied = [offer for offer in offers if _asks_the_satisfied(facts, offer)]
    twice = [offer for offer in offers if _may_come_twice_a_year(offer)]
    groups = {"incentive": paid, "who": made, "satisfied": satisfied, "twice": twice}
    return [part(facts, key, map(of_offer, found), REFERRAL_OFFER) for key, found in groups.items()]


QUESTION = Question(17, "referral-incentive", _find)
