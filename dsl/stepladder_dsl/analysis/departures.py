"""When nothing of a follow-up can come any more, because the case has left the stage it is about."""

from __future__ import annotations

from dataclasses import dataclass, field

from stepladder_dsl.analysis.conditions import needed
from stepladder_dsl.analysis.durations import Bounds, Durations, added
from stepladder_dsl.analysis.stays import certain_timers, comes_back_at_once, longest_stays
from stepladder_dsl.model.expressions import NowIn
from stepladder_dsl.model.spec import AfterEntering, FollowUp, Process, Spec, Stage, Transition
from stepladder_dsl.model.types import Duration


@dataclass(frozen=True)
class Departure:
    """What always cancels the tasks of a follow-up: a timer that leads on from its stage."""

    timer: Transition
    duration: Duration
    at_end: bool
    """Whether it is the end of the process that cancels them; otherwise their condition is gone."""


@dataclass(frozen=True)
class Departures:
    """Tells of the follow-ups of a spec what is too late for them."""

    spec: Spec
    durations: Durations
    _known_stays: dict[str, dict[str, Bounds]] = field(default_factory=dict)

    def before(self, follow_up: FollowUp, *times: Duration) -> Departure | None:
        """Give what always cancels a follow-up's tasks before some times one after the other are over.

        A single time is over too late at the very moment of the departure, too.
        """
        anchor = follow_up.anchor
        if not isinstance(anchor, AfterEntering):
            return None
        process = self.spec.processes[anchor.process]
        stage = process.stages[anchor.stage]
        if stage.end is not None:
            return None
        for timer, duration in certain_timers(stage):
            if self._is_over(duration, times) and self._asks_for_stage(follow_up, process, stage, timer):
                return Departure(timer, duration, at_end=False)
        return None if follow_up.goes_on_after_end else self._end(process, stage, times)

    def _end(self, process: Process, stage: Stage, times: tuple[Duration, ...]) -> Departure | None:
        """Give the timer that begins a way which always comes to an end in time."""
        targets = {way.target for way in stage.transitions if way.target is not None}
        at_end = all(process.stages[target].end is not None for target in targets)
        for timer, duration in certain_timers(stage):
            is_direct = at_end and self._is_over(duration, times)
            stay = self._stays(process).get(stage.name)
            if is_direct or (stay is not None and stay.is_over_before(self._bounds(times))):
                return Departure(timer, duration, at_end=True)
        return None

    def _stays(self, process: Process) -> dict[str, Bounds]:
        """Give how long it takes at most from each stage to an end, worked out once."""
        if process.name not in self._known_stays:
            open_stages = [stage.name for stage in process.stages.values() if stage.end is None]
            self._known_stays[process.name] = longest_stays(process, open_stages, self.durations)
        return self._known_stays[process.name]

    def _asks_for_stage(self, follow_up: FollowUp, process: Process, stage: Stage, timer: Transition) -> bool:
        """Say whether a follow-up's condition is gone as soon as a timer has led out of the stage."""
        wanted = any(
            isinstance(part, NowIn) and (part.process, part.stage) == (process.name, stage.name)
            for part in needed(follow_up.condition, self.spec.lets)
        )
        return wanted and not comes_back_at_once(process, stage, timer)

    def _is_over(self, duration: Duration, times: tuple[Duration, ...]) -> bool:
        if len(times) == 1:
            return self.durations.is_never_later(duration, times[0])
        both = added(*times) if len(times) == 2 else None
        if both is not None:
            return self.durations.is_always_before(duration, both)
        return self.durations.bounds(duration).is_over_before(self._bounds(times))

    def _bounds(self, times: tuple[Duration, ...]) -> Bounds:
        first, *others = (self.durations.bounds(time) for time in times)
        return sum(others, first)
