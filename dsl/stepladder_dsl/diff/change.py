"""What changed between two specs, one value for each change: free of any human language.

A change says where it is (`place`, from the outside in), which part of it changed, and what
stood there before and stands there now, as pieces of the two models. Who shows it writes
these pieces in the reader's language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from stepladder_dsl.analysis.solver import Client
from stepladder_dsl.source import NOWHERE, Span

Key = tuple[str, ...]
"""What is named: its kind, what it stands in, and its name, as `("stage", "sale", "lead")`."""


class Sign(Enum):
    """Whether something came, went or became something else; `SAME` is text without a new meaning."""

    ADDED = "+"
    REMOVED = "-"
    CHANGED = "~"
    SAME = "="


class How(Enum):
    """In which direction something changed."""

    LONGER = "longer"
    SHORTER = "shorter"
    HIGHER = "higher"
    LOWER = "lower"
    WIDER = "wider"
    NARROWER = "narrower"
    MIXED = "mixed"
    """A condition that lets through some whom it did not, and no longer some whom it did."""
    ORDER = "order"
    """The same things in another order."""
    REWRITTEN = "rewritten"
    """Other words for the same."""


@dataclass(frozen=True, slots=True)
class Place:
    """A construct that a change stands in: its kind, and the piece of the model."""

    kind: str
    thing: Any


@dataclass(frozen=True, slots=True)
class Example:
    """A client whom one of two conditions lets through and the other does not.

    `now` says that it is the new one that does; `fields` are those that the conditions look at:
    of the client by their names, of an event as `event.name`.
    """

    now: bool
    client: Client
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One change; `part` names what changed in its place, `old` and `new` what it was and is.

    `flows` are the things whose meaning changes with it although their own text does not,
    `stages` the stages that it holds for where it stands above several of them.
    """

    sign: Sign
    part: str
    place: tuple[Place, ...] = ()
    old: Any = None
    new: Any = None
    how: How | None = None
    flows: tuple[Place, ...] = ()
    stages: tuple[Any, ...] = ()
    examples: tuple[Example, ...] = ()
    renamed: bool = False
    old_span: Span = NOWHERE
    new_span: Span = NOWHERE

    @property
    def has_meaning(self) -> bool:
        """Whether more than the text changed."""
        return self.sign is not Sign.SAME


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that changed; `names` gives the new name of what is only called otherwise now."""

    changes: tuple[Change, ...]
    names: Mapping[Key, str] = field(default_factory=dict)

    @property
    def any(self) -> bool:
        """Whether there is a change of meaning."""
        return any(change.has_meaning for change in self.changes)
