"""What an expression sees of a record while the engine runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from stepladder_engine.calendars.zone import Instant
from stepladder_engine.expressions.tally import Tally


class Happened(NamedTuple):
    """An event in a record's history."""

    time: Instant
    fields: Mapping[str, Any]


class View:
    """The state of one record at one moment.

    `fields` are the record's, `event` those of the event at hand; `history[kind]`
    holds the events so far in order of time. `stage`, `entered` and `reached` are
    by process: where the case stands, since when (None: unknown), and every stage
    it has ever entered. `tallies` keeps aggregates up to date (see `compile`).
    """

    __slots__ = ("entered", "event", "fields", "history", "now", "reached", "stage", "tallies")

    def __init__(self, fields: dict[str, Any]) -> None:
        """Begin with the record's fields and no history."""
        self.fields = fields
        self.event: Mapping[str, Any] = {}
        self.history: dict[str, list[Happened]] = {}
        self.stage: dict[str, str] = {}
        self.entered: dict[str, Instant | None] = {}
        self.reached: dict[str, set[str]] = {}
        self.now: Instant = 0
        self.tallies: dict[int, Tally] = {}
