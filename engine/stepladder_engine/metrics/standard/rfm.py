"""RFM: buyers by how recently, how often and for how much they buy."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_engine.metrics.standard.carrier import Column
from stepladder_engine.metrics.standard.figure import StandardFigure, mean, share
from stepladder_engine.metrics.standard.purchases import Clients

_SCORES = 5
_SCALE = 10


def rfm(clients: Clients) -> Iterator[StandardFigure]:
    """Yield the size of each group of three scores from 1 to 5, and what its buyers have spent.

    Scores are fifths, 5 the best: A. M. Hughes, Strategic Database Marketing (1994). Equal values have
    equal scores: a score is one more than five times the share of buyers who do worse, cut to a whole
    number.
    """
    carrier = clients.carrier
    recency, frequency, money = rfm_scores(clients)
    groups, which = carrier.different((recency * _SCALE + frequency) * _SCALE + money)
    for place, code in reversed(list(enumerate(carrier.list(groups)))):
        found = code // _SCALE**2, code // _SCALE % _SCALE, code % _SCALE
        group = tuple(zip(("recency", "frequency", "money"), found, strict=True))
        spent = clients.amounts(clients.spent[which == place])
        yield share("rfm_share", len(spent), clients.buyers).of(*group)
        if clients.with_money:
            yield mean("rfm_spend", spent, "money").of(*group)


def rfm_scores(clients: Clients) -> tuple[Column, Column, Column]:
    """Give the three scores of each buyer."""
    recency, frequency, money = (
        _scores(clients, column)
        for column in (clients.last - clients.today, clients.purchases, clients.spent)
    )
    return recency, frequency, money


def _scores(clients: Clients, column: Column) -> Column:
    worse = clients.carrier.lower(clients.carrier.ordered(column), column)
    return worse * _SCORES // max(clients.buyers, 1) + 1
