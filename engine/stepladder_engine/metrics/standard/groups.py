"""By which fields figures are told apart, and who belongs to which group."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from stepladder_dsl.model.spec import Record
from stepladder_dsl.model.types import ChoiceType, PersonType, YesNoType
from stepladder_engine.expressions.tally import shortest
from stepladder_engine.metrics.standard.carrier import Column
from stepladder_engine.metrics.standard.ledger import Ledger

UNKNOWN = "unknown"

MOST_GROUPS = 50
"""A field with more values than this tells apart only where somebody asks for it by name."""


def fields_to_tell_by(record: Record, asked: Sequence[str] | None) -> list[str]:
    """Give the fields of a record that figures are told apart by: those asked for, or those of few values."""
    if asked is not None:
        return [name for name in asked if name in record.fields]
    kinds = (ChoiceType, PersonType, YesNoType)
    return [field.name for field in record.fields.values() if isinstance(field.type, kinds)]


def told_apart(
    ledger: Ledger, record: str, fields: Iterable[str], *, most: int | None = MOST_GROUPS
) -> Iterator[tuple[str, str, Column]]:
    """Yield each group of each field with its members: of which records of the kind it is true.

    Groups are in the order of their texts, those whose value is not known at the end; a field with more than
    `most` values is left out.
    """
    for field in fields:
        column = ledger.field(record, field)
        groups: dict[str, list[int]] = {}
        there, which = ledger.carrier.different(column.codes)
        for place, code in enumerate(ledger.carrier.list(there)):
            text = UNKNOWN if code < 0 else _text(column.values[code])
            groups.setdefault(text, []).append(place)
        if most is not None and len(groups) > most:
            continue
        last = {UNKNOWN} if -1 in ledger.carrier.list(there[:1]) else set()
        for text in sorted(groups, key=lambda text: (text in last, text)):
            first, *others = groups[text]
            members = which == first
            for other in others:
                members |= which == other
            yield field, text, members


def _text(value: Any) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return str(shortest(value))
        case _:
            return str(value)
