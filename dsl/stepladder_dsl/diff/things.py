"""Compares things with names: calendars, roles, records, events, offers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from stepladder_dsl.diff.sequences import in_order, moved
from stepladder_dsl.diff.walk import At, Changes, Special, span_of
from stepladder_dsl.model import spec as m
from stepladder_dsl.model import types as t


def declared(kind: str) -> Special:
    """Handle things with names whose order says nothing."""
    return lambda at, olds, news: at.comparison.things(kind, at, olds, news)


def ordered(kind: str, compete: Callable[[At, Any, Any], bool]) -> Special:
    """Handle things with names whose order counts where two of them compete."""

    def special(at: At, olds: Mapping[str, Any], news: Mapping[str, Any]) -> Changes:
        yield from at.comparison.things(kind, at, olds, news)
        both = [thing for name, thing in news.items() if name in olds]
        found = moved(list(olds.values()), both, _name, lambda one, other: compete(at, one, other))
        if found:
            before = in_order(olds.values(), found, _name)
            yield at.reordered(before, tuple(found), old_span=span_of(before[0]), new_span=span_of(found[0]))

    return special


def _name(thing: Any) -> str:
    return str(thing.name)


def one_record(_: At, one: Any, other: Any) -> bool:
    """Say whether two things are about one kind of record."""
    return bool(one.record == other.record)


def one_record_or_touching(at: At, one: Any, other: Any) -> bool:
    """Say whether what happens to the record of one may reach that of the other."""
    return bool(one.record == other.record) or at.comparison.touching


def one_role(_: At, one: m.Field, other: m.Field) -> bool:
    """Say whether two fields name somebody for one role: the first that is filled counts."""
    return isinstance(one.type, t.PersonType) and one.type == other.type
