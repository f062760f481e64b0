"""What a review is made of: evidence in the text, parts of an answer, and subjects that are asked about."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Literal

from stepladder_dsl.model.spec import OfferKind
from stepladder_dsl.model.types import Duration
from stepladder_dsl.source import NOWHERE, Span

Kind = Literal[
    "record",
    "field",
    "event",
    "let",
    "decision",
    "phase",
    "stage",
    "transition",
    "offer",
    "follow_up",
    "metric",
]
Moment = Literal["valid", "after", "after_silence", "limit"]
"""What the times of a piece of evidence are: how long an offer holds, when a task falls due, …"""


class Status(Enum):
    """How far something is answered."""

    ANSWERED = "answered"
    IN_PART = "in_part"
    HOLE = "hole"


@dataclass(frozen=True)
class Evidence:
    """A place in the text that answers: which construct, who, and when.

    `who` are roles, `times` are said by the construct as `moment` tells. `again` is how often it comes
    again, `words` are the construct's own where it has no title, such as those of a way out of a stage.
    """

    kind: Kind
    name: str
    label: str
    span: Span
    who: tuple[str, ...] = ()
    moment: Moment | None = None
    times: tuple[Duration, ...] = ()
    again: Duration | None = None
    words: str = ""
    offer_kind: OfferKind | None = None
    channel: str | None = None


@dataclass(frozen=True)
class Filling:
    """A piece of a spec that would say what is missing, in English keywords.

    Names of the spec stand in it as marks, which `names` resolves: a name may be a keyword in English.
    It stands behind the spec, or under the line `place` where it is part of something that is there
    already: `inside` are the first lines of such things, from the outermost, which make it readable.
    """

    text: str
    place: Span = NOWHERE
    inside: tuple[str, ...] = ()
    names: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Part:
    """One thing that an answer needs: where the text says it, or what would say it.

    `page` is the question on whose page the part has its name (None: among the shared words).
    """

    key: str
    evidence: tuple[Evidence, ...] = ()
    fillings: tuple[Filling, ...] = ()
    page: str | None = None

    @property
    def is_there(self) -> bool:
        """Whether the text says it."""
        return bool(self.evidence)


@dataclass(frozen=True)
class Subject:
    """Something that is asked about, with the parts of its answer; one of the questions has a number."""

    key: str
    parts: tuple[Part, ...]
    number: int | None = None

    @property
    def status(self) -> Status:
        """Answered with every part, a hole without any."""
        found = sum(part.is_there for part in self.parts)
        if found == len(self.parts):
            return Status.ANSWERED
        return Status.IN_PART if found else Status.HOLE

    @property
    def missing(self) -> tuple[Part, ...]:
        """The parts that the text does not say."""
        return tuple(part for part in self.parts if not part.is_there)
