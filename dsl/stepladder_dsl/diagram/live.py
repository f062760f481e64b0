"""What a run has found, as pictures show it: plain figures by the ids of the graph.

The language knows no data; whoever runs a spec makes these records, and pictures put them where they belong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class StageFigures:
    """A stage: cases in it now, cases that have ever been in it, their stay, and those with overdue tasks."""

    now: int = 0
    through: int = 0
    median_days: float | None = None
    overdue: int = 0


@dataclass(frozen=True)
class WayFigures:
    """A way out of a stage: how often it was taken, and how long after the entry into the stage."""

    count: int = 0
    median_days: float | None = None


@dataclass(frozen=True)
class RungFigures:
    """A rung: cases that came so far or further, and how long those who went on had stood on it."""

    reached: int = 0
    median_days: float | None = None


@dataclass(frozen=True)
class OfferFigures:
    """An offer: how often it was made, accepted, and is open now."""

    made: int = 0
    accepted: int = 0
    open: int = 0


WayKey = tuple[str, str, int]
"""A transition: the ids of both stages, and its line in the spec."""


@dataclass(frozen=True)
class Live:
    """The figures of one run, as of a moment that is written out in the spec's language."""

    as_of: str
    stages: Mapping[str, StageFigures] = field(default_factory=dict)
    ways: Mapping[WayKey, WayFigures] = field(default_factory=dict)
    rungs: Mapping[str, tuple[RungFigures, ...]] = field(default_factory=dict)
    """By the process's name, from the lowest rung up, as `rungs_of` gives them."""
    offers: Mapping[str, OfferFigures] = field(default_factory=dict)
