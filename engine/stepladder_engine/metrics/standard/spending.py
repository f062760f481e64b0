"""What clients spend, how often they buy, how long they stay: the levers of the client formula.

Days are those of the calendar in the spec's time zone; the day of a client's first purchase is day 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from stepladder_engine.expressions.tally import total
from stepladder_engine.metrics.standard.figure import StandardFigure, mean, median, number, quotient, share
from stepladder_engine.metrics.standard.purchases import Clients

YEAR = 365
_FIRST_TIMES = (("month", 30), ("year", YEAR))


def spending(clients: Clients) -> Iterator[StandardFigure]:
    """Yield what clients spend and how often; money only where the spec's purchases carry it."""
    buyers = clients.buyers
    yield number("clients", len(clients.all), len(clients.all))
    yield number("buyers", len(buyers), len(clients.all))
    yield share("buying_share", len(buyers), len(clients.all))
    yield from frequency(clients)
    if clients.with_money:
        yield from money(clients)


def frequency(clients: Clients) -> Iterator[StandardFigure]:
    """Yield how often and how long buyers buy.

    Purchase frequency is purchases divided by buyers (P. W. Farris and others, Marketing Metrics, 2010);
    lifetime is what has been seen of it, from the first to the last purchase.
    """
    buyers = clients.buyers
    yield mean("purchases_per_client", [len(client.purchases) for client in buyers])
    recent = [
        len(found)
        for client in buyers
        if (found := [bought for bought in client.purchases if clients.today - bought.day < YEAR])
    ]
    yield mean("purchases_last_year", recent)
    gaps = [
        later.day - earlier.day
        for client in buyers
        for earlier, later in zip(client.purchases, client.purchases[1:], strict=False)
        if later.day > earlier.day
    ]
    yield mean("days_between_purchases", gaps, "days")
    yield mean("lifetime", [client.last - client.first for client in buyers], "days")


def money(clients: Clients) -> Iterator[StandardFigure]:
    """Yield income, the average deal, and what a buyer spends at first, in a year, and in all.

    The average deal is income divided by purchases. Value of a client so far (historic lifetime value):
    income divided by buyers; both as in Farris and others (2010). It is the product of the average deal
    and the purchases of a client.
    """
    buyers = clients.buyers
    amounts = [bought.amount for client in buyers for bought in client.purchases if bought.amount is not None]
    yield number("income", total(amounts), len(amounts), "money")
    yield mean("average_deal", amounts, "money")
    yield median("median_deal", amounts, "money")
    for name, days in _FIRST_TIMES:
        over = [client for client in buyers if clients.today - client.first >= days]
        yield mean(f"spend_first_{name}", [client.spent_within(days) for client in over], "money")
        yield mean(f"spend_first_{name}_so_far", [client.spent_within(days) for client in buyers], "money")
    spent = [client.spent for client in buyers]
    yield mean("lifetime_value", spent, "money")
    yield median("median_spend", spent, "money")
    yield best_share(spent)


def best_share(spent: list[Decimal]) -> StandardFigure:
    """Give the share of income that the best fifth of buyers brings (V. Pareto's 80 : 20)."""
    best = sorted(spent, reverse=True)[: -(-len(spent) // 5)]
    found = quotient("best_fifth_share", total(best), total(spent), len(spent), "share")
    return found
