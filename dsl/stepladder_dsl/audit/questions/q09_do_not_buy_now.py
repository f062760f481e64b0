"""Who follows up those who do not buy now, and how.

A follow-up on those who have talked and not bought, or an offer in a stage to which time has led them;
with a role, a time, and a channel or a text.
"""

from __future__ import annotations

from stepladder_dsl.audit.evidence import of_follow_up, of_offer
from stepladder_dsl.audit.facts import Facts, waits
from stepladder_dsl.audit.findings import Evidence, Part
from stepladder_dsl.audit.question import Question, part
from stepladder_dsl.model.spec import FollowUp, Offer

_FOLLOW_UP = """\
follow up {n:ask_again} "{t:ask_again}"
    after entering {talked} in 3 days
    by {seller} via {w:phone}
    done on {talk}
    escalate to {boss} after 7 days
"""


def _find(facts: Facts) -> list[Part]:
    places = facts.talked or facts.starts
    rules = [
        rule
        for rule in facts.follow_ups_on("before")
        if facts.places_of(rule) & set(places) or not facts.places_of(rule)
    ]
    waiting = {
        (process, way.target)
        for (process, _), stage in facts.before.items()
        for _, way in waits(stage)
        if way.target is not None
    }
    offers = [
        offer
        for offer in facts.offers
        if set(offer.stages) & waiting & set(places) and offer.valid is not None
    ]
    both: list[FollowUp | Offer] = [*rules, *offers]
    how = [rule for rule in both if rule.channel is not None or getattr(rule, "text", None)]
    return [
        part(facts, "rule", [*map(of_follow_up, rules), *map(of_offer, offers)], _FOLLOW_UP),
        part(facts, "who", (_of(rule) for rule in both if rule.role is not None), _FOLLOW_UP),
        part(facts, "how", map(_of, how), _FOLLOW_UP),
    ]


def _of(rule: FollowUp | Offer) -> Evidence:
    return of_follow_up(rule) if isinstance(rule, FollowUp) else of_offer(rule)


QUESTION = Question(9, "do-not-buy-now", _find)
