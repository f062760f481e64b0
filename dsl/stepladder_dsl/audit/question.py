"""What a question is: its number, its readable name, and what its answer needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from stepladder_dsl.audit.facts import Facts
from stepladder_dsl.audit.findings import Evidence, Filling, Part
from stepladder_dsl.audit.snippets import Snippet
from stepladder_dsl.source import NOWHERE, Span


@dataclass(frozen=True)
class Question:
    """One of the seventeen: `name` is for ever, `find` gives what its answer needs."""

    number: int
    name: str
    find: Callable[[Facts], list[Part]]


@dataclass(frozen=True)
class Piece:
    """A template of what is missing, under a line or (`NOWHERE`) behind the spec."""

    template: str
    place: Span = NOWHERE
    inside: tuple[str, ...] = ()


IN_RECORD = ("record x",)
IN_PROCESS = ("process x for y",)
IN_STAGE = (*IN_PROCESS, "stage z")


def part(facts: Facts, key: str, evidence: Iterable[Evidence], *pieces: str | Piece, **given: str) -> Part:
    """Make a part of an answer; where nothing in the text says it, the templates are filled for this spec."""
    found = tuple(evidence)
    if found:
        return Part(key, found)
    snippet = Snippet(facts)
    fillings = []
    for piece in pieces:
        whole = Piece(piece) if isinstance(piece, str) else piece
        fillings.append(Filling(snippet.write(whole.template, **given), whole.place, whole.inside))
    has_no_place = any(filling.inside and filling.place == NOWHERE for filling in fillings)
    if snippet.lacks_a_name or has_no_place:
        return Part(key)
    return Part(key, (), snippet.named([*snippet.declared(), *fillings]))
