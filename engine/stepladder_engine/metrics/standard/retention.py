"""Who comes back: repeat rates, silence, and cohorts by the month of the first purchase."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_engine.metrics.standard.carrier import Column
from stepladder_engine.metrics.standard.figure import StandardFigure, number, share
from stepladder_engine.metrics.standard.purchases import Clients

_TIMES = (30, 60, 90)
SILENCES = (30, 60, 90, 180, 365)
MOST_MONTHS = 60
"""Nobody plans by a later month, and a date that stands for "never" would make a hundred thousand of them."""
_WIDTH = MOST_MONTHS + 1


def retention(clients: Clients) -> Iterator[StandardFigure]:
    """Yield how many buyers have bought again, and how many are silent.

    The repeat rate is the share of buyers with two purchases or more (Farris and others, 2010). Whoever
    counts two rows of one day as one purchase reads `repeat_rate_days`. A second purchase within so
    many days is asked of buyers who have had so many; `…_so_far` of all.
    """
    count, buyers = clients.carrier.count, clients.buyers
    yield share("repeat_rate", count(clients.purchases > 1), buyers)
    yield share("repeat_rate_days", count(clients.last > clients.first), buyers)
    for days in _TIMES:
        again, over = come_back(clients, days), clients.have_had(days)
        yield share("second_purchase", count(again & over), count(over)).of(("days", days))
        yield share("second_purchase_so_far", count(again), buyers).of(("days", days))
    for days in SILENCES:
        yield share("silent", count(silent(clients, days)), buyers).of(("days", days))


def come_back(clients: Clients, days: int) -> Column:
    """Tell which buyers have bought on a later day, at most so many after the first one."""
    return clients.buyers_of((clients.since_first > 0) & (clients.since_first <= days))


def silent(clients: Clients, days: int) -> Column:
    """Tell which buyers last bought so many days ago, or more."""
    return clients.today - clients.last >= days


def cohorts(clients: Clients) -> Iterator[StandardFigure]:
    """Yield retention month by month: of those who first bought in a month, who buys in which later one.

    Month 0 is that of the first purchase; a month that is not over is left out,
    as are those after five years. Cohort tables as in
    P. S. Fader and B. G. S. Hardie, Customer-base valuation in a contractual setting (2010), with
    purchases in place of contracts.
    """
    carrier = clients.carrier
    months, cohort = carrier.different(carrier.months(clients.first))
    sizes = carrier.list(carrier.counted(cohort, len(months)))
    again = carrier.list(carrier.counted(cohort[clients.purchases > 1], len(months)))
    active = carrier.list(carrier.counted(_active(clients, cohort), len(months) * _WIDTH))
    # The month of tomorrow is the first that is not over.
    end = carrier.list(carrier.months(carrier.of([clients.today + 1])))[0]
    for place, first in enumerate(carrier.list(months)):
        group = ("first_month", month_text(first))
        yield number("cohort_clients", sizes[place], sizes[place]).of(group)
        yield share("cohort_repeat_rate", again[place], sizes[place]).of(group)
        for month in range(1, min(end - first, _WIDTH)):
            found = share("cohort_retention", active[place * _WIDTH + month], sizes[place])
            yield found.of(group, ("month", month))


def _active(clients: Clients, cohort: Column) -> Column:
    """Give for each buyer and each later month in which it bought, once, its cohort and that month."""
    carrier = clients.carrier
    month = carrier.months(clients.day)
    later = month - carrier.months(clients.first)[clients.buyer]
    counts = (later > 0) & (later < _WIDTH)
    once, _ = carrier.different(clients.buyer[counts] * _WIDTH + later[counts])
    return cohort[once // _WIDTH] * _WIDTH + once % _WIDTH


def month_text(month: int) -> str:
    """Write the number of a month, counted from the year 0."""
    return f"{month // 12:04}-{month % 12 + 1:02}"
