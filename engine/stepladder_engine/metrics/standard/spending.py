"""What clients spend, how often they buy, how long they stay: the levers of the client formula.

Days are those of the calendar in the spec's time zone; the day of a client's first purchase is day 0.
"""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_engine.metrics.standard.carrier import Numbers
from stepladder_engine.metrics.standard.figure import StandardFigure, mean, median, number, quotient, share
from stepladder_engine.metrics.standard.purchases import Clients

YEAR = 365
_FIRST_TIMES = (("month", 30), ("year", YEAR))


def spending(clients: Clients) -> Iterator[StandardFigure]:
    """Yield what clients spend and how often; money only where the spec's purchases carry it."""
    yield number("clients", clients.count, clients.count)
    yield number("buyers", clients.buyers, clients.count)
    yield share("buying_share", clients.buyers, clients.count)
    yield from frequency(clients)
    if clients.with_money:
        yield from money(clients)


def frequency(clients: Clients) -> Iterator[StandardFigure]:
    """Yield how often and how long buyers buy.

    Purchase frequency is purchases divided by buyers (P. W. Farris and others, Marketing Metrics, 2010);
    lifetime is what has been seen of it, from the first to the last purchase.
    """
    yield mean("purchases_per_client", clients.numbers(clients.purchases))
    lately = clients.buyer[clients.today - clients.day < YEAR]
    recent = clients.carrier.counted(lately, clients.buyers)
    yield mean("purchases_last_year", clients.numbers(recent[recent > 0]))
    gaps = clients.day[1:] - clients.day[:-1]
    by_the_same = clients.buyer[1:] == clients.buyer[:-1]
    yield mean("days_between_purchases", clients.numbers(gaps[by_the_same & (gaps > 0)]), "days")
    yield mean("lifetime", clients.numbers(clients.last - clients.first), "days")


def money(clients: Clients) -> Iterator[StandardFigure]:
    """Yield income, the average deal, and what a buyer spends at first, in a year, and in all.

    The average deal is income divided by purchases. Value of a client so far (historic lifetime value):
    income divided by buyers; both as in Farris and others (2010). It is the product of the average deal
    and the purchases of a client.
    """
    amounts = clients.amounts(clients.amount[clients.known])
    yield number("income", amounts.total, len(amounts), "money")
    yield mean("average_deal", amounts, "money")
    yield median("median_deal", amounts, "money")
    for name, days in _FIRST_TIMES:
        spent = clients.spent_within(days)
        yield mean(f"spend_first_{name}", clients.amounts(spent[clients.have_had(days)]), "money")
        yield mean(f"spend_first_{name}_so_far", clients.amounts(spent), "money")
    of_buyers = clients.amounts(clients.spent)
    yield mean("lifetime_value", of_buyers, "money")
    yield median("median_spend", of_buyers, "money")
    yield best_share(of_buyers)


def best_share(spent: Numbers) -> StandardFigure:
    """Give the share of income that the best fifth of buyers brings (V. Pareto's 80 : 20)."""
    best = spent.largest(-(-len(spent) // 5))
    return quotient("best_fifth_share", best, spent.total, len(spent), "share")
