"""Who brings whom: the share of referred clients, of those who refer, and the coefficient."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.audit.facts import Facts
from stepladder_engine.metrics.standard.carrier import Column
from stepladder_engine.metrics.standard.figure import StandardFigure, mean, number, share
from stepladder_engine.metrics.standard.ledger import Ledger
from stepladder_engine.metrics.standard.purchases import Clients
from stepladder_engine.metrics.standard.spending import YEAR

_OFTEN = 2
"""Two new clients a year is what the documents ask of a satisfied client."""


def referrals(clients: Clients, ledger: Ledger, facts: Facts, record: str) -> Iterator[StandardFigure]:
    """Yield who came by referral and who refers.

    Known by a field of the client that names another one, or by the events that accept an offer of kind
    referral. The coefficient is new clients brought per client (the viral coefficient, as A. Chen and
    others use it, over all time); often means twice or more.
    """
    field = facts.introductions.get(record)
    if field is not None:
        # Somebody may have been sent by a person whom the data does not know.
        yield share("referred_share", ledger.carrier.count(were_sent(ledger, facts, record)), clients.count)
        yield from _shares_of_those_who_bring(clients, brought(ledger, facts, record))
    events = referring(facts, record)
    if events:
        happened = ledger.bought(record, dict.fromkeys(events))
        recent = ledger.carrier.count(clients.today - happened.day < YEAR)
        yield number("referrals_last_year", recent, len(happened.day))
        if field is None:
            yield from _shares_of_those_who_bring(clients, brought(ledger, facts, record))


def referring(facts: Facts, record: str) -> list[str]:
    """Give the events by which clients of a kind bring others."""
    return [event.name for event in facts.referrals.values() if event.record == record]


def were_sent(ledger: Ledger, facts: Facts, record: str) -> Column:
    """Tell which clients name somebody who has sent them."""
    found = ledger.field(record, facts.introductions[record].name)
    named = found.codes >= 0
    return named & ~(found.codes == found.values.index("")) if "" in found.values else named


def brought(ledger: Ledger, facts: Facts, record: str) -> Column:
    """Give how many others each client has brought."""
    carrier, keys = ledger.carrier, ledger.keys(record)
    field = facts.introductions.get(record)
    if field is None:
        return carrier.counted(
            ledger.bought(record, dict.fromkeys(referring(facts, record))).record, len(keys)
        )
    found = ledger.field(record, field.name)
    # The first place is that of those who name nobody.
    named = carrier.list(carrier.counted(found.codes + 1, len(found.values) + 1))[1:]
    counts = {str(by): count for by, count in zip(found.values, named, strict=True) if by}
    return carrier.of(counts.get(key, 0) for key in keys)


def _shares_of_those_who_bring(clients: Clients, brought: Column) -> Iterator[StandardFigure]:
    yield mean("referral_coefficient", clients.numbers(brought))
    yield share("referrers", clients.carrier.count(brought > 0), len(brought))
    yield share("frequent_referrers", clients.carrier.count(brought >= _OFTEN), len(brought))
