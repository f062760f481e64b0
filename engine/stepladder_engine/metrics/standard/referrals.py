"""Who brings whom: the share of referred clients, of those who refer, and the coefficient."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from stepladder_dsl.audit.facts import Facts
from stepladder_engine.metrics.standard.figure import StandardFigure, mean, number, share
from stepladder_engine.metrics.standard.purchases import Clients
from stepladder_engine.metrics.standard.spending import YEAR

_OFTEN = 2
"""Two new clients a year is what the documents ask of a satisfied client."""


def referrals(
    clients: Clients, facts: Facts, record: str, day_of: Callable[[int], int]
) -> Iterator[StandardFigure]:
    """Yield who came by referral and who refers.

    Known by a field of the client that names another one, or by the events that accept an offer of kind
    referral. The coefficient is new clients brought per client (the viral coefficient, as A. Chen and
    others use it, over all time); often means twice or more.
    """
    field = facts.introductions.get(record)
    if field is not None:
        known = Counter(
            str(by) for client in clients.all if (by := client.entity.view.fields.get(field.name))
        )
        brought = [known[client.entity.key] for client in clients.all]
        # Somebody may have been sent by a person whom the data does not know.
        yield share("referred_share", known.total(), len(clients.all))
        yield from _shares_of_those_who_bring(brought)
    events = [event.name for event in facts.referrals.values() if event.record == record]
    if events:
        days = [
            [day_of(found.time) for name in events for found in client.entity.view.history.get(name, ())]
            for client in clients.all
        ]
        recent = sum(clients.today - day < YEAR for found in days for day in found)
        yield number("referrals_last_year", recent, sum(map(len, days)))
        if field is None:
            yield from _shares_of_those_who_bring(list(map(len, days)))


def _shares_of_those_who_bring(brought: list[int]) -> Iterator[StandardFigure]:
    yield mean("referral_coefficient", brought)
    yield share("referrers", sum(count > 0 for count in brought), len(brought))
    yield share("frequent_referrers", sum(count >= _OFTEN for count in brought), len(brought))
