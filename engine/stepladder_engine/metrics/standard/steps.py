"""Conversion and time of every step of every process."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from stepladder_dsl.model.spec import Outcome, Process
from stepladder_engine.calendars.zone import Instant, Zone
from stepladder_engine.metrics.standard.figure import StandardFigure, mean, median, share
from stepladder_engine.runtime.state import Entity


@dataclass
class _Walk:
    """What the cases of one process have done."""

    entered: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """How many cases have ever entered a stage."""
    taken: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    """How many cases have ever gone from one stage to another."""
    days: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    """How many days each time had been spent in the stage before the step, where that is known."""


def steps(process: Process, entities: Sequence[Entity], zone: Zone) -> Iterator[StandardFigure]:
    """Yield how many cases take each step, and after how many days.

    Conversion of a step: cases that have gone from the stage to the next one, divided by cases that
    have entered the stage (a case counts once). Days are those of the calendar between entering and
    leaving, once for each time.
    """
    walk = _Walk()
    for entity in entities:
        _follow(entity, process, zone, walk)
    order = {name: place for place, name in enumerate(process.stages)}
    for stage, target in sorted(walk.taken, key=lambda step: (order[step[0]], order[step[1]])):
        place = ("process", process.name), ("stage", stage), ("to_stage", target)
        yield share("step_conversion", walk.taken[stage, target], walk.entered[stage]).of(*place)
        yield mean("step_days", walk.days[stage, target], "days").of(*place)
        yield median("step_days_median", walk.days[stage, target], "days").of(*place)
    yield won_share(process, entities).of(("process", process.name))


def won_share(process: Process, entities: Sequence[Entity]) -> StandardFigure:
    """Give the share of decided cases that are won: those standing in a won end, of won and lost ones."""
    ends = [entity.position(process.name).stage.stage.end for entity in entities]
    won = ends.count(Outcome.WON)
    return share("won_share", won, won + ends.count(Outcome.LOST))


def _follow(entity: Entity, process: Process, zone: Zone, walk: _Walk) -> None:
    """Go through the story of one case."""
    entered = {process.start} if process.start is not None else set()
    taken: set[tuple[str, str]] = set()
    since: Instant | None = None
    for entry in entity.journal:
        if entry.process != process.name or entry.to_stage is None or entry.kind not in {"start", "move"}:
            continue
        if entry.kind == "move" and entry.stage is not None:
            step = entry.stage, entry.to_stage
            taken.add(step)
            if since is not None:
                days = zone.day(entry.time).toordinal() - zone.day(since).toordinal()
                walk.days[step].append(days)
        entered.add(entry.to_stage)
        since = entry.time
    for stage in entered:
        if stage is not None:
            walk.entered[stage] += 1
    for step in taken:
        walk.taken[step] += 1
