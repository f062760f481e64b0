"""What the page shows of a thing of the spec: its card."""

from __future__ import annotations

from dataclasses import dataclass

from stepladder_dsl.viewer.lines import Lines


@dataclass(frozen=True)
class Item:
    """A line of a fact: words before, the thing that is meant (with the id of its card), words behind."""

    text: str
    card: str | None = None
    before: str = ""
    behind: str = ""


@dataclass(frozen=True)
class Fact:
    """Something that is said of a thing, under the key of its name among the words of the page."""

    key: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Card:
    """A thing of the spec: `kind` is a key among the words of the page, `outcome` how an end stage ends."""

    id: str
    kind: str
    name: str
    title: str
    facts: tuple[Fact, ...]
    note: str | None = None
    lines: Lines | None = None
    outcome: str | None = None


def fact(key: str, *items: Item | str | None) -> tuple[Fact, ...]:
    """Give a fact of what there is of its items: none where there is nothing."""
    found = tuple(Item(item) if isinstance(item, str) else item for item in items if item)
    return (Fact(key, found),) if found else ()
