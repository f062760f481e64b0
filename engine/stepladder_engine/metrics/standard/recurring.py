"""Recurrents: clients with regular payments, and whether these carry the running costs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from stepladder_dsl.audit.facts import Facts
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model.spec import EventPattern, OfferKind
from stepladder_engine.expressions.tally import divide, total
from stepladder_engine.metrics.standard.costs import Cost
from stepladder_engine.metrics.standard.figure import StandardFigure, number, share, short
from stepladder_engine.metrics.standard.purchases import Client, Clients
from stepladder_engine.runtime.result import RunResult

MONTH = 30


def recurring(
    clients: Clients, result: RunResult, facts: Facts, record: str, costs: Sequence[Cost]
) -> Iterator[StandardFigure]:
    """Yield the recurring income of the last 30 days, against the costs of the same days.

    Recurring is what is paid by an event that accepts an offer of kind subscription. The bar to watch,
    recurring income at least as high as running costs, is `recurring_cover` of 1 or more; costs are all
    records of costs, those of channels too.
    """
    paid = regular_payments(clients, result, facts, record)
    if paid is None:
        return
    amounts = [amount for found in paid for amount in found]
    payers = sum(bool(found) for found in paid)
    income = total(amounts)
    yield number("recurring_income", income, len(clients.all), "money")
    yield number("recurring_clients", payers, len(clients.all))
    yield share("recurring_share", payers, len(clients.buyers))
    recent = [cost.amount for cost in costs if cost.day is not None and clients.today - cost.day < MONTH]
    if costs:
        yield number("running_costs", total(recent), len(recent), "money")
        cover = divide(income, total(recent))
        yield StandardFigure("recurring_cover", short(cover), "number", len(clients.all))


def regular_payments(
    clients: Clients, result: RunResult, facts: Facts, record: str
) -> list[list[Decimal]] | None:
    """Give the regular payments of each client in the last 30 days; None where the spec knows none."""
    patterns = [
        pattern
        for offer in facts.offers_of(OfferKind.SUBSCRIPTION)
        if offer.record == record
        for pattern in offer.accepted_on
        if facts.money_field(facts.spec.events[pattern.event]) and _looks_at_the_event_alone(pattern)
    ]
    if not patterns:
        return None
    return [_paid(client, patterns, result, facts, clients.today) for client in clients.all]


def _looks_at_the_event_alone(pattern: EventPattern) -> bool:
    """Say whether a condition can be asked of an event long past: it names nothing that has changed since."""
    if pattern.guard is None:
        return True
    now = (e.History, e.Elapsed, e.RecordField, e.LetValue, e.DecisionValue, e.NowIn, e.Reached)
    return not any(isinstance(part, now) for part in e.walk(pattern.guard))


def _paid(
    client: Client, patterns: Sequence[EventPattern], result: RunResult, facts: Facts, today: int
) -> list[Decimal]:
    """Give what a client has paid in the last 30 days by events of some patterns, each event once."""
    zone, compiler, view = result.program.zone, result.program.compiler, client.entity.view
    found = []
    for event in dict.fromkeys(pattern.event for pattern in patterns):
        guards = [compiler.condition(pattern.guard) for pattern in patterns if pattern.event == event]
        money = facts.money_field(facts.spec.events[event]) or ""
        for happened in view.history.get(event, ()):
            if today - zone.day(happened.time).toordinal() >= MONTH or happened.fields.get(money) is None:
                continue
            outer, view.event = view.event, happened.fields
            if any(guard(view) is True for guard in guards):
                found.append(happened.fields[money])
            view.event = outer
    return found
