"""What is offered to those who have not bought for 12 months, and how they are reactivated.

Noticed: a way out of a stage, or a follow-up, after about a year (11 to 13 months) since the last
purchase. Offered: an offer of kind `reactivation` that somebody makes.
"""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.audit.evidence import of_follow_up, of_offer, of_transition
from stepladder_dsl.audit.facts import Facts, days
from stepladder_dsl.audit.findings import Evidence, Part
from stepladder_dsl.audit.question import Question, part
from stepladder_dsl.model.spec import After, AfterSilence, OfferKind, Silence
from stepladder_dsl.model.types import Duration

_FOLLOW_UP = """\
follow up {n:silent_for_a_year} "{t:silent_for_a_year}"
    after no {purchase} for 12 months
    by {marketing} via {w:email}
    done on {talk}
"""
_OFFER = """\
offer {n:come_back} "{t:come_back}"
    kind reactivation
    discount 20
    to {client}
    when months since last {purchase} >= 12
    by {marketing} via {w:email}
    valid 60 days
    accepted on {purchase}
"""


def _is_a_year(duration: Duration | None) -> bool:
    return duration is not None and 330 <= days(duration) <= 400


def _find(facts: Facts) -> list[Part]:
    offers = [offer for offer in facts.offers_of(OfferKind.REACTIVATION) if offer.role is not None]
    return [
        part(facts, "noticed", _noticing(facts), _FOLLOW_UP),
        part(facts, "come_back", map(of_offer, offers), _OFFER),
    ]


def _noticing(facts: Facts) -> Iterator[Evidence]:
    for rule in facts.follow_ups:
        silence = isinstance(rule.anchor, AfterSilence) and rule.anchor.event in facts.purchases
        if silence and rule.role is not None and any(map(_is_a_year, rule.intervals)):
            yield of_follow_up(rule)
    for stage in (facts.after or facts.stages).values():
        for way in stage.transitions:
            match way.trigger:
                case After(duration=duration, since_event=event) | Silence(duration=duration, event=event):
                    if event in facts.purchases and _is_a_year(duration):
                        yield of_transition(stage, way)


QUESTION = Question(10, "silent-year", _find)
