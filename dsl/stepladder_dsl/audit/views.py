"""The other ways in which consultants look at the same answers: processes, levers, rungs.

None of them asks anything new but what an offer's kind and a stage's place say; the rest is borrowed
from the seventeen questions, so that one text never gets two answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from stepladder_dsl.audit.evidence import of_metric, of_offer, of_stage, of_transition
from stepladder_dsl.audit.facts import Facts, moves
from stepladder_dsl.audit.findings import Evidence, Part, Subject
from stepladder_dsl.audit.question import IN_PROCESS, IN_STAGE, Piece, part
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model.spec import OfferKind

Answers = Mapping[int, Subject]

_OFFER = """\
offer {n:new_offer} "{t:new_offer}"
    kind {kind}
    {money} 10
    to {client}{where}
    by {seller} via {w:phone}
    valid 30 days
    accepted on {event}
"""
_INTERESTED = """\
stage {n:interested} "{t:interested}"
    owner {seller}
    on {purchase} go to {bought}
    after 60 days go to {start}
"""
_ASKS = "on {n:request} go to {n:interested}\n"
_REQUEST = 'event {n:request} "{t:request}" for {client}\n'
_LOYAL = """\
stage {n:loyal} "{t:loyal}"
    owner {service}
    after 12 months since {purchase} go to {start}
"""
_MANY = "when count of {purchase} >= 3 go to {n:loyal}\n"
_CONVERSION = """\
metric {n:conversion} "{t:conversion}"
    = (count of {client} reaching {bought}) / (count of {client} reaching {start})
    owner {seller}
"""


def _borrowed(answers: Answers, *wanted: tuple[int, str]) -> list[Part]:
    return [found for number, key in wanted for found in answers[number].parts if found.key == key]


def processes(facts: Facts, answers: Answers) -> list[Subject]:
    """Follow the six processes: marketing, contact, sale, delight, lifetime, referral."""
    sale = [
        part(facts, "purchase", _purchases(facts)),
        part(facts, "conversion", _conversions(facts), *([_CONVERSION] if facts.after else [])),
    ]
    return [
        Subject("marketing", tuple(_borrowed(answers, (4, "lead"), (3, "channels"), (3, "cost")))),
        Subject("contact", tuple(_borrowed(answers, (5, "receives"), (5, "qualifies"), (9, "rule")))),
        Subject("sale", (*sale, *_borrowed(answers, (7, "offer")))),
        Subject("delight", tuple(_borrowed(answers, (13, "soon"), (13, "checks"), (14, "day_30")))),
        Subject("lifetime", tuple(_borrowed(answers, (15, "next"), (10, "noticed"), (10, "come_back")))),
        Subject("referral", tuple(_borrowed(answers, (17, "incentive"), (16, "known"), (16, "this_year")))),
    ]


def _purchases(facts: Facts) -> Iterable[Evidence]:
    """Yield the ways on which those who have not bought become buyers."""
    for stage in facts.before.values():
        for event, way in moves(stage):
            if event in facts.purchases and stage.end is None:
                yield of_transition(stage, way)


def _conversions(facts: Facts) -> Iterable[Evidence]:
    """Yield the metrics that divide those who came behind the purchase by others."""
    for metric in facts.metrics_of_clients():
        value = metric.value
        if isinstance(value, e.Arithmetic) and value.operator == "/":
            places = {
                (found.process, found.stage)
                for found in facts.expanded(value.left)
                if isinstance(found, e.Reached)
            }
            if places & set(facts.after):
                yield of_metric(metric)


def levers(facts: Facts, answers: Answers) -> list[Subject]:
    """Look at the client formula: more clients, larger purchases, more of them, for longer."""
    return [
        Subject(
            "more_clients",
            (_kind(facts, OfferKind.FRONT_END), *_borrowed(answers, (4, "lead"), (17, "incentive"))),
        ),
        Subject("larger_purchase", (_kind(facts, OfferKind.UPSELL_BEFORE), _kind(facts, OfferKind.UPSELL))),
        Subject(
            "more_purchases",
            (
                *(_kind(facts, kind) for kind in (OfferKind.REPEAT, OfferKind.CROSS_SALE)),
                *_borrowed(answers, (15, "moment")),
            ),
        ),
        Subject(
            "lifetime",
            (
                *(_kind(facts, kind) for kind in (OfferKind.LOYALTY, OfferKind.REACTIVATION)),
                *_borrowed(answers, (10, "noticed")),
            ),
        ),
        Subject("front_and_back", (_kind(facts, OfferKind.FRONT_END), _back_end(facts))),
        Subject("recurrents", (_kind(facts, OfferKind.SUBSCRIPTION), *_borrowed(answers, (12, "price")))),
    ]


_BEFORE = {OfferKind.FRONT_END, OfferKind.UPSELL_BEFORE}
_REDUCED = {OfferKind.REPEAT, OfferKind.LOYALTY, OfferKind.REACTIVATION}


def _kind(facts: Facts, kind: OfferKind) -> Part:
    where = "before" if kind in _BEFORE else "after"
    template = _OFFER.replace("{where}", f"{{{where}}}").replace("{event}", "{purchase}")
    return part(
        facts,
        f"kind.{kind.value}",
        map(of_offer, facts.offers_of(kind)),
        template,
        kind=kind.value.replace("_", " "),
        money="discount" if kind in _REDUCED else "price",
    )


def _back_end(facts: Facts) -> Part:
    behind = [
        of_offer(offer)
        for offer in facts.offers
        if offer.kind not in {*_BEFORE, OfferKind.REFERRAL, None} and facts.is_open_in(offer, facts.after)
    ]
    template = _OFFER.replace("{where}", "{after}").replace("{event}", "{purchase}")
    return part(facts, "back_end", behind, template, kind="repeat", money="discount")


def relation(facts: Facts, answers: Answers) -> list[Subject]:
    """Climb the relation ladder: does not know us, knows, is interested, buys, buys always and recommends."""
    starts = [of_stage(stage) for stage in facts.starts.values()]
    interested = [of_stage(stage) for stage in facts.talked.values()]
    bought = [of_stage(stage) for stage in facts.after.values()]
    return [
        Subject("does_not_know", tuple(_borrowed(answers, (3, "channels"), (17, "incentive")))),
        Subject("knows", (Part("rung", tuple(starts)), *_borrowed(answers, (6, "touch")))),
        Subject("interested", (_interested(facts, interested), *_borrowed(answers, (9, "rule")))),
        Subject("buys", (Part("rung", tuple(bought)), *_borrowed(answers, (13, "soon")))),
        Subject(
            "recommends",
            (_loyal(facts), *_borrowed(answers, (11, "best"), (17, "incentive"))),
        ),
    ]


def _interested(facts: Facts, stages: list[Evidence]) -> Part:
    pieces: list[str | Piece] = []
    bought = ""
    for (name, _), start in facts.starts.items():
        behind = [stage for process, stage in facts.after if process == name]
        # A new stage stands first in its process, and may not become its start.
        if start.start and behind and not pieces:
            place = facts.spec.processes[name].span
            pieces = [
                _REQUEST,
                Piece(_INTERESTED, place, IN_PROCESS),
                Piece(_ASKS, start.span, IN_STAGE),
            ]
            bought = behind[0]
    return part(facts, "rung", stages, *pieces, bought=bought)


def _loyal(facts: Facts) -> Part:
    for (name, _), stage in facts.after.items():
        process = facts.spec.processes[name]
        if stage.end is None and any(found.start for found in process.stages.values()):
            pieces = Piece(_LOYAL, process.span, IN_PROCESS), Piece(_MANY, stage.span, IN_STAGE)
            return part(facts, "rung", _constant(facts), *pieces, start=process.start or "")
    return part(facts, "rung", _constant(facts))


def _constant(facts: Facts) -> Iterable[Evidence]:
    """Yield the stages behind the purchase to which many purchases, or friends brought, lead."""
    events = {*facts.purchases, *facts.referrals}
    for place, stage in facts.after.items():
        process = facts.spec.processes[place[0]]
        for origin in process.stages.values():
            ways = (way for way in origin.own_transitions if way.target == stage.name)
            if any(facts.is_at_least(test, events, 2) for way in ways for test in facts.expanded(way.guard)):
                yield of_stage(stage)
                break
