"""By which fields figures are told apart, and who belongs to which group."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from stepladder_dsl.model.spec import Record
from stepladder_dsl.model.types import ChoiceType, PersonType, YesNoType

Thing = TypeVar("Thing")

MOST_GROUPS = 50
"""A field with more values than this tells apart only where somebody asks for it by name."""


def fields_to_tell_by(record: Record, asked: Sequence[str] | None) -> list[str]:
    """Give the fields of a record that figures are told apart by: those asked for, or those of few values."""
    if asked is not None:
        return [name for name in asked if name in record.fields]
    kinds = (ChoiceType, PersonType, YesNoType)
    return [field.name for field in record.fields.values() if isinstance(field.type, kinds)]


def grouped(things: Iterable[Thing], value_of: Callable[[Thing], Any]) -> dict[str, list[Thing]]:
    """Put things into groups by a value, in order of its text; those without it are `unknown`, at the end."""
    found: dict[str | None, list[Thing]] = {}
    for thing in things:
        found.setdefault(_text(value_of(thing)), []).append(thing)
    known = sorted(key for key in found if key is not None)
    return {key: found[key] for key in known} | ({"unknown": found[None]} if None in found else {})


def told_apart(
    things: Sequence[Thing],
    fields: Iterable[str],
    value_of: Callable[[Thing, str], Any],
    *,
    most: int | None = MOST_GROUPS,
) -> Iterator[tuple[str, str, list[Thing]]]:
    """Yield each group of each field; a field with more than `most` values is left out."""
    for field in fields:
        groups = grouped(things, lambda thing, name=field: value_of(thing, name))  # type: ignore[misc]
        if most is None or len(groups) <= most:
            yield from ((field, value, members) for value, members in groups.items())


def _text(value: Any) -> str | None:
    from stepladder_engine.expressions.tally import shortest

    match value:
        case None:
            return None
        case bool():
            return "yes" if value else "no"
        case _ if hasattr(value, "as_tuple"):
            return str(shortest(value))
        case _:
            return str(value)
