"""The purchases of each client, found by what the spec does with its events."""

from __future__ import annotations

from functools import cached_property

from stepladder_dsl.audit.facts import Facts
from stepladder_dsl.record import record
from stepladder_engine.metrics.standard.carrier import Carrier, Column, Numbers
from stepladder_engine.metrics.standard.ledger import Ledger


@record
class Clients:
    """Clients of one kind with their purchases, as of a day.

    A client is a place among `count` of them. Those who have bought, the buyers, are numbered as well: `who`
    has of each buyer its place. Of each purchase, in the order of buyers and of time, `buyer` is who made it,
    `day` is the day of the calendar, counted from the year 1, and `amount` a whole number of a `scale`, 0
    where it is not `known`.
    """

    carrier: Carrier
    count: int
    today: int
    with_money: bool
    who: Column
    buyer: Column
    day: Column
    amount: Column
    known: Column
    scale: int

    @property
    def buyers(self) -> int:
        """How many have bought."""
        return len(self.who)

    @cached_property
    def purchases(self) -> Column:
        """How many purchases each buyer has made."""
        return self.carrier.counted(self.buyer, self.buyers)

    @cached_property
    def first(self) -> Column:
        """The day of each buyer's first purchase."""
        return self.day[self.carrier.running(self.purchases) - self.purchases]

    @cached_property
    def last(self) -> Column:
        """The day of each buyer's last purchase."""
        return self.day[self.carrier.running(self.purchases) - 1]

    @cached_property
    def spent(self) -> Column:
        """What each buyer has paid so far."""
        return self.carrier.added(self.amount, self.buyer, self.buyers)

    @cached_property
    def since_first(self) -> Column:
        """How many days after its buyer's first purchase each purchase was made."""
        return self.day - self.first[self.buyer]

    def spent_within(self, days: int) -> Column:
        """Give what each buyer paid in the first days; the day of the first purchase is the first of them."""
        early = self.since_first < days
        return self.carrier.added(self.amount[early], self.buyer[early], self.buyers)

    def have_had(self, days: int) -> Column:
        """Tell of which buyers the first purchase lies so many days back."""
        return self.today - self.first >= days

    def buyers_of(self, purchases: Column) -> Column:
        """Tell which buyers have made one of the purchases that are true."""
        return self.carrier.counted(self.buyer[purchases], self.buyers) > 0

    def numbers(self, column: Column) -> Numbers:
        """Give numbers that are no amounts."""
        return Numbers(self.carrier, column)

    def amounts(self, column: Column) -> Numbers:
        """Give amounts."""
        return Numbers(self.carrier, column, self.scale)

    def only(self, chosen: Column) -> Clients:
        """Give those clients of whom it is true, as clients of their own; their places stay what they are."""
        bought = chosen[self.who]
        rows = bought[self.buyer]
        number = self.carrier.running(bought) - 1
        return Clients(
            self.carrier,
            self.carrier.count(chosen),
            self.today,
            self.with_money,
            self.who[bought],
            number[self.buyer[rows]],
            self.day[rows],
            self.amount[rows],
            self.known[rows],
            self.scale,
        )


def clients_of(ledger: Ledger, facts: Facts, record: str) -> Clients:
    """Give the clients of one kind with their purchases."""
    amounts = {
        event.name: facts.money_field(event) for event in facts.purchases.values() if event.record == record
    }
    carrier, found = ledger.carrier, ledger.bought(record, amounts)
    who, buyer = carrier.different(found.record)
    count, with_money = len(ledger.keys(record)), any(amounts.values())
    purchases = buyer, found.day, found.amount, found.known, found.scale
    return Clients(carrier, count, ledger.today, with_money, who, *purchases)
