"""RFM: buyers by how recently, how often and for how much they buy."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from stepladder_engine.metrics.standard.figure import StandardFigure, mean, share
from stepladder_engine.metrics.standard.purchases import Client, Clients

_SCORES = 5


def rfm(clients: Clients) -> Iterator[StandardFigure]:
    """Yield the size of each group of three scores from 1 to 5, and what its buyers have spent.

    Scores are fifths, 5 the best: A. M. Hughes, Strategic Database Marketing (1994). Equal values have
    equal scores: a score is one more than five times the share of buyers who do worse, cut to a whole
    number.
    """
    buyers = clients.buyers
    groups: dict[tuple[int, int, int], list[Client]] = defaultdict(list)
    for client, found in zip(buyers, rfm_scores(clients), strict=True):
        groups[found].append(client)
    for found, members in sorted(groups.items(), reverse=True):
        names = zip(("recency", "frequency", "money"), found, strict=True)
        group = tuple(names)
        yield share("rfm_share", len(members), len(buyers)).of(*group)
        if clients.with_money:
            yield mean("rfm_spend", [client.spent for client in members], "money").of(*group)


def rfm_scores(clients: Clients) -> list[tuple[int, int, int]]:
    """Give the three scores of each buyer."""
    buyers = clients.buyers
    return list(
        zip(
            _scores([-(clients.today - client.last) for client in buyers]),
            _scores([len(client.purchases) for client in buyers]),
            _scores([client.spent for client in buyers]),
            strict=True,
        )
    )


def _scores(values: Sequence[Decimal | int]) -> list[int]:
    ordered = sorted(values)
    return [1 + _SCORES * bisect_left(ordered, value) // len(ordered) for value in values]
