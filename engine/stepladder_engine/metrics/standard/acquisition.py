"""What a new client costs by channel, when it has paid that back, and what it is worth against it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from stepladder_engine.expressions.tally import divide, total
from stepladder_engine.metrics.standard.carrier import Column
from stepladder_engine.metrics.standard.costs import Channel, Cost
from stepladder_engine.metrics.standard.figure import StandardFigure, number, quotient, short
from stepladder_engine.metrics.standard.ledger import Coded
from stepladder_engine.metrics.standard.purchases import Clients


def acquisition(
    clients: Clients, costs: Sequence[Cost], channel: Channel, came_by: Coded
) -> Iterator[StandardFigure]:
    """Yield what was spent to win clients, by channel and in all; `came_by` is the channel of each client.

    Without a row of costs nothing is known: that clients are won for nothing would be a claim.
    """
    spent = [cost for cost in costs if cost.channel is not None]
    if not spent:
        return
    yield from _figures(clients, spent)
    for name in sorted({cost.channel or "" for cost in spent}):
        members = clients.only(having(clients, came_by, name))
        for figure in _figures(members, [cost for cost in spent if cost.channel == name]):
            yield figure.of((channel.field, name))


def having(clients: Clients, field: Coded, value: str) -> Column:
    """Tell which clients have a value in a field."""
    if value not in field.values:
        return clients.carrier.none(clients.count)
    return field.codes == list(field.values).index(value)


def _figures(clients: Clients, costs: Sequence[Cost]) -> Iterator[StandardFigure]:
    """Yield the figures of one channel, or of all.

    Acquisition cost: what was spent, divided by the buyers won. Value to cost: mean spend of a buyer so
    far, divided by it. Both as in P. W. Farris and others, Marketing Metrics (2010); on income, since a
    spec does not say what of it is left after the goods are paid.
    """
    spent = total(cost.amount for cost in costs)
    count, income = clients.buyers, clients.amounts(clients.amount).total
    yield number("acquisition_spending", spent, len(costs), "money")
    yield quotient("acquisition_cost", spent, count, count, "money")
    value = divide(income, Decimal(count))
    cost = divide(spent, Decimal(count))
    ratio = None if value is None or cost is None else divide(value, cost)
    yield StandardFigure("value_to_cost", short(ratio), "number", count)
    yield StandardFigure("payback", payback(clients, spent), "days", count)


def payback(clients: Clients, spent: Decimal) -> Decimal | None:
    """Give after how many days buyers together have paid what it cost to win them; None: not yet.

    Every buyer's days are counted from its own first purchase, so 0 is the day of that purchase.
    """
    carrier = clients.carrier
    days, which = carrier.different(clients.since_first[clients.known])
    paid = carrier.running(carrier.added(clients.amount[clients.known], which, len(days)))
    in_days = zip(carrier.list(days), clients.amounts(paid).decimals(), strict=True)
    return next((Decimal(day) for day, so_far in in_days if so_far >= spent), None)
