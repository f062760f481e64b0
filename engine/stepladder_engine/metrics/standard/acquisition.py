"""What a new client costs by channel, when it has paid that back, and what it is worth against it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from stepladder_engine.expressions.tally import divide, total
from stepladder_engine.metrics.standard.costs import Channel, Cost
from stepladder_engine.metrics.standard.figure import StandardFigure, number, quotient, short
from stepladder_engine.metrics.standard.purchases import Client, Clients


def acquisition(clients: Clients, costs: Sequence[Cost], channel: Channel) -> Iterator[StandardFigure]:
    """Yield what was spent to win clients, by channel and in all."""
    spent = [cost for cost in costs if cost.channel is not None]
    yield from _figures(clients.buyers, spent)
    names = sorted({cost.channel or "" for cost in spent})
    for name in names:
        buyers = [client for client in clients.buyers if client.entity.view.fields.get(channel.field) == name]
        for figure in _figures(buyers, [cost for cost in spent if cost.channel == name]):
            yield figure.of((channel.field, name))


def _figures(buyers: Sequence[Client], costs: Sequence[Cost]) -> Iterator[StandardFigure]:
    """Yield the figures of one channel, or of all.

    Acquisition cost: what was spent, divided by the buyers won. Value to cost: mean spend of a buyer so
    far, divided by it. Both as in P. W. Farris and others, Marketing Metrics (2010); on income, since a
    spec does not say what of it is left after the goods are paid.
    """
    spent = total(cost.amount for cost in costs)
    count, income = len(buyers), total(client.spent for client in buyers)
    yield number("acquisition_spending", spent, len(costs), "money")
    yield quotient("acquisition_cost", spent, count, count, "money")
    value = divide(income, Decimal(count))
    cost = divide(spent, Decimal(count))
    ratio = None if value is None or cost is None else divide(value, cost)
    yield StandardFigure("value_to_cost", short(ratio), "number", count)
    yield StandardFigure("payback", payback(buyers, spent), "days", count)


def payback(buyers: Sequence[Client], spent: Decimal) -> Decimal | None:
    """Give after how many days buyers together have paid what it cost to win them; None: not yet.

    Every buyer's days are counted from its own first purchase, so 0 is the day of that purchase.
    """
    paid = sorted(
        (bought.day - client.first, bought.amount)
        for client in buyers
        for bought in client.purchases
        if bought.amount is not None
    )
    days = sorted({day for day, _ in paid})
    by_day = dict.fromkeys(days, Decimal(0))
    for day, amount in paid:
        by_day[day] = total((by_day[day], amount))
    so_far = Decimal(0)
    for day in days:
        so_far = total((so_far, by_day[day]))
        if so_far >= spent:
            return Decimal(day)
    return None
