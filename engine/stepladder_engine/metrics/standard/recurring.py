"""Recurrents: clients with regular payments, and whether these carry the running costs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stepladder_dsl.audit.facts import Facts
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model.spec import EventPattern, OfferKind
from stepladder_engine.expressions.tally import divide, total
from stepladder_engine.metrics.standard.carrier import Numbers
from stepladder_engine.metrics.standard.costs import Cost
from stepladder_engine.metrics.standard.figure import StandardFigure, number, share, short
from stepladder_engine.metrics.standard.ledger import Ledger, Paid, Pattern
from stepladder_engine.metrics.standard.purchases import Clients

MONTH = 30


def recurring(
    clients: Clients, ledger: Ledger, facts: Facts, record: str, costs: Sequence[Cost]
) -> Iterator[StandardFigure]:
    """Yield the recurring income of the last 30 days, against the costs of the same days.

    Recurring is what is paid by an event that accepts an offer of kind subscription. The bar to watch,
    recurring income at least as high as running costs, is `recurring_cover` of 1 or more; costs are all
    records of costs, those of channels too.
    """
    paid = regular_payments(ledger, facts, record)
    if paid is None or not clients.count:
        return
    carrier = ledger.carrier
    income = Numbers(carrier, paid.amount, paid.scale).total
    payers = len(carrier.different(paid.record)[0])
    yield number("recurring_income", income, len(paid.amount), "money")
    yield number("recurring_clients", payers, payers)
    yield share("recurring_share", payers, clients.buyers)
    recent = [cost.amount for cost in costs if cost.day is not None and clients.today - cost.day < MONTH]
    if costs:
        yield number("running_costs", total(recent), len(recent), "money")
        cover = divide(income, total(recent))
        yield StandardFigure("recurring_cover", short(cover), "number", len(paid.amount) + len(recent))


def regular_payments(ledger: Ledger, facts: Facts, record: str) -> Paid | None:
    """Give the regular payments of the last 30 days, each event once; None where the spec knows none."""
    patterns = [
        pattern
        for offer in facts.offers_of(OfferKind.SUBSCRIPTION)
        if offer.record == record
        for pattern in offer.accepted_on
        if facts.money_field(facts.spec.events[pattern.event]) and _looks_at_the_event_alone(pattern)
    ]
    if not patterns:
        return None
    asked = {
        event: Pattern(
            facts.money_field(facts.spec.events[event]) or "",
            [pattern.guard for pattern in patterns if pattern.event == event],
        )
        for event in dict.fromkeys(pattern.event for pattern in patterns)
    }
    return ledger.paid(record, asked, ledger.today - MONTH + 1)


def _looks_at_the_event_alone(pattern: EventPattern) -> bool:
    """Say whether a condition can be asked of an event long past: it names nothing that has changed since."""
    if pattern.guard is None:
        return True
    now = (e.History, e.Elapsed, e.RecordField, e.LetValue, e.DecisionValue, e.NowIn, e.Reached)
    return not any(isinstance(part, now) for part in e.walk(pattern.guard))
