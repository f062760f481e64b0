"""Who comes back: repeat rates, silence, and cohorts by the month of the first purchase."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from stepladder_engine.metrics.standard.figure import StandardFigure, number, share
from stepladder_engine.metrics.standard.purchases import Client, Clients

_TIMES = (30, 60, 90)
_SILENCES = (30, 60, 90, 180, 365)
MOST_MONTHS = 60
"""Nobody plans by a later month, and a date that stands for "never" would make a hundred thousand of them."""


def retention(clients: Clients) -> Iterator[StandardFigure]:
    """Yield how many buyers have bought again, and how many are silent.

    The repeat rate is the share of buyers with two purchases or more (Farris and others, 2010). Whoever
    counts two rows of one day as one purchase reads `repeat_rate_days`. A second purchase within so
    many days is asked of buyers who have had so many; `…_so_far` of all.
    """
    buyers = clients.buyers
    yield share("repeat_rate", sum(len(client.purchases) > 1 for client in buyers), len(buyers))
    yield share("repeat_rate_days", sum(client.last > client.first for client in buyers), len(buyers))
    for days in _TIMES:
        over = [client for client in buyers if clients.today - client.first >= days]
        for name, asked in (("second_purchase", over), ("second_purchase_so_far", list(buyers))):
            again = sum(_comes_back(client, days) for client in asked)
            yield share(name, again, len(asked)).of(("days", days))
    for days in _SILENCES:
        silent = sum(clients.today - client.last >= days for client in buyers)
        yield share("silent", silent, len(buyers)).of(("days", days))


def _comes_back(client: Client, days: int) -> bool:
    second = next((bought.day for bought in client.purchases if bought.day > client.first), None)
    return second is not None and second - client.first <= days


def cohorts(clients: Clients) -> Iterator[StandardFigure]:
    """Yield retention month by month: of those who first bought in a month, who buys in which later one.

    Month 0 is that of the first purchase; a month that is not over is left out,
    as are those after five years. Cohort tables as in
    P. S. Fader and B. G. S. Hardie, Customer-base valuation in a contractual setting (2010), with
    purchases in place of contracts.
    """
    by_month: dict[int, list[Client]] = defaultdict(list)
    for client in clients.buyers:
        by_month[_month(client.first)].append(client)
    # The month of tomorrow is the first that is not over.
    end = _month(clients.today + 1)
    for first, members in sorted(by_month.items()):
        cohort = ("first_month", _month_text(first))
        yield number("cohort_clients", len(members), len(members)).of(cohort)
        again = sum(len(client.purchases) > 1 for client in members)
        yield share("cohort_repeat_rate", again, len(members)).of(cohort)
        active = [{_month(bought.day) for bought in client.purchases} for client in members]
        for month in range(first + 1, min(end, first + 1 + MOST_MONTHS)):
            part = sum(month in months for months in active)
            yield share("cohort_retention", part, len(members)).of(cohort, ("month", month - first))


def _month(day: int) -> int:
    found = date.fromordinal(min(day, date.max.toordinal()))
    return found.year * 12 + found.month - 1


def _month_text(month: int) -> str:
    return f"{month // 12:04}-{month % 12 + 1:02}"
