"""Conversion and time of every step of every process."""

from __future__ import annotations

from collections.abc import Iterator

from stepladder_dsl.model.spec import Outcome, Process
from stepladder_engine.metrics.standard.carrier import Carrier, Column, Numbers
from stepladder_engine.metrics.standard.figure import StandardFigure, mean, median, share
from stepladder_engine.metrics.standard.ledger import Steps


def steps(
    process: Process, walked: Steps, stage: Column, chosen: Column | None, carrier: Carrier
) -> Iterator[StandardFigure]:
    """Yield how many cases take each step, and after how many days.

    Conversion of a step: cases that have gone from the stage to the next one, divided by cases that
    have entered the stage (a case counts once). Days are those of the calendar between entering and
    leaving, once for each time. `stage` is where each case stands; only `chosen` cases count, if given.
    """
    if chosen is not None:
        walked, stage = walked.only(chosen[walked.record]), stage[chosen]
    names, place = list(process.stages), ("process", process.name)
    entered = _entered(process, walked, len(stage), carrier)
    left = walked.stage >= 0
    way = walked.stage[left] * len(names) + walked.to_stage[left]
    ways, which = carrier.different(way)
    once, _ = carrier.different(walked.record[left] * len(ways) + which)
    taken = carrier.list(carrier.counted(once % max(len(ways), 1), len(ways)))
    for number, code in enumerate(carrier.list(ways)):
        origin, target = divmod(code, len(names))
        group = place, ("stage", names[origin]), ("to_stage", names[target])
        stays = Numbers(carrier, _stays(walked, origin, target))
        yield share("step_conversion", taken[number], entered[origin]).of(*group)
        yield mean("step_days", stays, "days").of(*group)
        yield median("step_days_median", stays, "days").of(*group)
    yield won_share(process, stage, carrier).of(place)


def won_share(process: Process, stage: Column, carrier: Carrier) -> StandardFigure:
    """Give the share of decided cases that are won: those standing in a won end, of won and lost ones."""
    standing = carrier.list(carrier.counted(stage, len(process.stages)))
    counts = dict.fromkeys((*Outcome, None), 0)
    for found, count in zip(process.stages.values(), standing, strict=True):
        counts[found.end] += count
    return share("won_share", counts[Outcome.WON], counts[Outcome.WON] + counts[Outcome.LOST])


def _entered(process: Process, walked: Steps, cases: int, carrier: Carrier) -> list[int]:
    """Count the cases that have ever entered each stage: every case has entered the first one."""
    width = len(process.stages)
    once, _ = carrier.different(walked.record * width + walked.to_stage)
    found = carrier.list(carrier.counted(once % width, width))
    if process.start is not None:
        found[list(process.stages).index(process.start)] = cases
    return found


def _stays(walked: Steps, origin: int, target: int) -> Column:
    """Give the days between entering and leaving, of the steps of a way where both are known."""
    came_before = walked.record[1:] == walked.record[:-1]
    rows = came_before & (walked.stage[1:] == origin) & (walked.to_stage[1:] == target)
    return walked.day[1:][rows] - walked.day[:-1][rows]
