"""The purchases of each client, found by what the spec does with its events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from stepladder_dsl.audit.facts import Facts
from stepladder_engine.calendars.zone import Instant
from stepladder_engine.expressions.tally import total
from stepladder_engine.runtime.result import RunResult
from stepladder_engine.runtime.state import Entity


class Purchase(NamedTuple):
    """One purchase: when, on which day of the calendar (counted from the year 1), and for how much."""

    time: Instant
    day: int
    amount: Decimal | None


@dataclass(frozen=True)
class Client:
    """A client with its purchases, in order of time."""

    entity: Entity
    purchases: tuple[Purchase, ...]

    @property
    def first(self) -> int:
        """The day of the first purchase; only of a buyer."""
        return self.purchases[0].day

    @property
    def last(self) -> int:
        """The day of the last purchase; only of a buyer."""
        return self.purchases[-1].day

    @cached_property
    def spent(self) -> Decimal:
        """Everything paid so far."""
        return total(bought.amount for bought in self.purchases if bought.amount is not None)

    def spent_within(self, days: int) -> Decimal:
        """Give what was paid in the first days; the day of the first purchase is the first of them."""
        return total(
            bought.amount
            for bought in self.purchases
            if bought.amount is not None and bought.day - self.first < days
        )


@dataclass(frozen=True)
class Clients:
    """Clients of one kind, as of a day; `buyers` are those who have bought."""

    all: tuple[Client, ...]
    today: int
    with_money: bool

    @cached_property
    def buyers(self) -> tuple[Client, ...]:
        """Those with a purchase."""
        return tuple(client for client in self.all if client.purchases)

    def only(self, chosen: list[Client]) -> Clients:
        """Give some of them as clients of their own."""
        return Clients(tuple(chosen), self.today, self.with_money)


def clients_of(result: RunResult, facts: Facts, record: str) -> Clients:
    """Give the clients of one kind with their purchases."""
    fields = {
        event.name: facts.money_field(event) for event in facts.purchases.values() if event.record == record
    }
    found = [
        Client(entity, tuple(sorted(_purchases(result, entity, fields), key=lambda bought: bought.time)))
        for entity in result.entities
        if entity.kind == record
    ]
    today = result.program.zone.day(result.as_of).toordinal()
    return Clients(tuple(found), today, any(fields.values()))


def _purchases(result: RunResult, entity: Entity, fields: dict[str, str | None]) -> Iterator[Purchase]:
    for event, money in fields.items():
        for happened in entity.view.history.get(event, ()):
            amount = happened.fields.get(money) if money is not None else None
            yield Purchase(happened.time, result.program.zone.day(happened.time).toordinal(), amount)
