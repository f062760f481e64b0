"""What happens to those who were neither invited nor bought, and who stays in touch with them.

A way: time leads out of the stage in which clients begin, also without a purchase. In touch: a
follow-up or an offer with a role to those who stand there, or who were lost without a purchase.
"""

from __future__ import annotations

from stepladder_dsl.audit.evidence import of_follow_up, of_offer, of_transition
from stepladder_dsl.audit.facts import Facts, Place, waits
from stepladder_dsl.audit.findings import Part
from stepladder_dsl.audit.question import IN_PROCESS, IN_STAGE, Piece, Question, part
from stepladder_dsl.audit.texts import new_word
from stepladder_dsl.model.spec import Outcome

_WAY = "after 60 days go to {lost}\n"
_LOST = """\
stage {lost} "{t:lost}"
    owner {seller}
    end lost
"""
_TOUCH = """\
follow up {n:invitation} "{t:invitation}"
    after entering {start} in 7 days
    by {marketing} via {w:phone}
    done on {talk}
"""


def _find(facts: Facts) -> list[Part]:
    ways = {
        place: [
            of_transition(stage, way)
            for _, way in waits(stage)
            if not facts.is_for_buyers(facts.spec.processes[place[0]], way)
        ]
        for place, stage in facts.starts.items()
    }
    without = next((place for place, found in ways.items() if not found), None)
    found = [way for each in ways.values() for way in each] if without is None else []
    lost, pieces = _lost(facts, without)
    cold = {place for place, stage in facts.before.items() if stage.end is Outcome.LOST} | set(facts.starts)
    rules = [
        of_follow_up(rule)
        for rule in facts.follow_ups
        if rule.role is not None and facts.places_of(rule) & cold
    ]
    offers = [
        of_offer(offer) for offer in facts.offers if offer.role is not None and set(offer.stages) & cold
    ]
    return [
        part(
            facts,
            "way",
            found,
            *pieces,
            lost=lost,
        ),
        part(facts, "touch", [*rules, *offers], _TOUCH),
    ]


def _lost(facts: Facts, without: Place | None) -> tuple[str, list[Piece]]:
    """Give the stage to which time may lead from a start that it does not leave, and what says so."""
    if without is None:
        return "", []
    process, start = facts.spec.processes[without[0]], facts.starts[without]
    way = Piece(_WAY, start.span, IN_STAGE)
    for stage in process.stages.values():
        if stage.end is Outcome.LOST:
            return stage.name, [way]
    # A new stage stands first in its process, and may not become its start.
    new = [way, Piece(_LOST, process.span, IN_PROCESS)] if start.start else []
    return new_word("name.lost", facts.spec.language), new


QUESTION = Question(6, "not-bought", _find)
