"""What was spent: records that hold money and that nobody follows through a process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from stepladder_dsl.audit.facts import Facts
from stepladder_dsl.model.spec import Record
from stepladder_dsl.model.types import ChoiceType, DatetimeType, DateType, MoneyType
from stepladder_engine.calendars.zone import Instant
from stepladder_engine.metrics.standard.ledger import Ledger


@dataclass(frozen=True)
class Channel:
    """The field of clients that says how they came, and its counterpart in a record of costs."""

    field: str
    costs: str
    costs_field: str


@dataclass(frozen=True)
class Cost:
    """One row of costs; `day` None where the data does not say when, `channel` where it is for all."""

    amount: Decimal
    day: int | None
    channel: str | None


def cost_records(facts: Facts) -> list[Record]:
    """Give the records of costs: with money, with neither process nor events, and not part of a client's."""
    followed = {process.record for process in facts.spec.processes.values()}
    followed |= {event.record for event in facts.spec.events.values()}
    return [
        record
        for record in facts.spec.records.values()
        if record.name not in followed and not record.belongs_to and _field(record, MoneyType)
    ]


def channel_of(facts: Facts, client: str) -> Channel | None:
    """Give the choice that clients share with a record of costs: it is how they came.

    A field of the same name counts before one that only has the same values.
    """
    own = [
        field for field in facts.spec.records[client].fields.values() if isinstance(field.type, ChoiceType)
    ]
    for same_name in (True, False):
        for record in cost_records(facts):
            for field in record.fields.values():
                for theirs in own:
                    fits = isinstance(field.type, ChoiceType) and set(field.type.values) & set(
                        getattr(theirs.type, "values", ())
                    )
                    if fits and (field.name == theirs.name) >= same_name:
                        return Channel(theirs.name, record.name, field.name)
    return None


def costs_of(ledger: Ledger, facts: Facts, channel: Channel | None) -> list[Cost]:
    """Give every row of costs up to the run's moment."""
    return list(cost_rows(ledger, facts, channel).values())


def cost_rows(ledger: Ledger, facts: Facts, channel: Channel | None = None) -> dict[tuple[str, str], Cost]:
    """Give every row of costs up to the run's moment, by the kind and key of its record."""
    found = {
        (record.name, key): cost
        for record in cost_records(facts)
        for key, (since, fields) in zip(ledger.keys(record.name), ledger.rows(record.name), strict=True)
        if (cost := _cost(ledger, record, since, fields, channel)) is not None
    }
    return {case: cost for case, cost in found.items() if cost.day is None or cost.day <= ledger.today}


def _cost(
    ledger: Ledger, record: Record, since: Instant | None, fields: Mapping[str, Any], channel: Channel | None
) -> Cost | None:
    amount = fields.get(_field(record, MoneyType) or "")
    if amount is None:
        return None
    when = fields.get(_field(record, DateType, DatetimeType) or "")
    of_channel = channel is not None and channel.costs == record.name
    value = fields.get(channel.costs_field) if channel is not None and of_channel else None
    return Cost(amount, _day(ledger, since if when is None else when), value)


def _day(ledger: Ledger, when: Any) -> int | None:
    match when:
        case date():
            return when.toordinal()
        case int():
            return ledger.program.zone.day(when).toordinal()
        case _:
            return None


def _field(record: Record, *kinds: type) -> str | None:
    return next((field.name for field in record.fields.values() if isinstance(field.type, kinds)), None)
