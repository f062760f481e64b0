"""What is asked and what is answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from stepladder_dsl.model import spec as m

NOW = datetime(2026, 9, 15, 12)  # noqa: DTZ001 - a local time of whatever zone the spec names
"""The moment of every example: a day that each month has, at a time at which no clock changes."""


class Truth(Enum):
    """What a condition is asked to be."""

    TRUE = "true"
    NOT_TRUE = "not true"
    FALSE = "false"
    UNKNOWN = "unknown"


class Answer(Enum):
    """Whether the conditions can be so together; not decided where neither is proved."""

    POSSIBLE = "possible"
    IMPOSSIBLE = "impossible"
    NOT_DECIDED = "not decided"


@dataclass(frozen=True)
class Client:
    """A record and what has happened to it, up to a moment; the first of `given` is the record asked about.

    `event` names the last one that happened, where the question was about one.
    """

    given: tuple[m.Given, ...]
    happened: tuple[m.Happens, ...]
    now: datetime
    event: str | None = None


@dataclass(frozen=True)
class Verdict:
    """An answer; with *possible* comes a client, and for each condition what it is of that client."""

    answer: Answer
    client: Client | None = None
    truths: tuple[Truth, ...] = ()
