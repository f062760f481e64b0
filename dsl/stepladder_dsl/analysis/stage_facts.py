"""What is certain of a case from the stage alone in which it stands: where it has been, and where never."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from stepladder_dsl.analysis.certainty import OPEN, value_of
from stepladder_dsl.graph.walks import reachable_from, stage_successors
from stepladder_dsl.model import expressions as e
from stepladder_dsl.model.spec import Process, Spec
from stepladder_dsl.source import Span

Reason = Literal["never", "always", "here", "elsewhere"]
"""Why a test of stages is decided: never been there, always been there, stands there, stands elsewhere."""


@dataclass(frozen=True)
class Decided:
    """A test of stages that the present stage decides: where it stands, which stage it is about, and why."""

    span: Span
    stage: str
    reason: Reason


@dataclass(frozen=True)
class StageFacts:
    """What the stages of one process tell of its cases."""

    spec: Spec
    process: Process
    _avoiding: dict[str, set[str]] = field(default_factory=dict)

    @cached_property
    def successors(self) -> dict[str, tuple[str, ...]]:
        """For each stage the stages that one transition leads to."""
        return stage_successors(self.process)

    @cached_property
    def reached(self) -> set[str]:
        """The stages that a case can come to."""
        return self._reachable(self.process.start)

    @cached_property
    def _after(self) -> dict[str, set[str]]:
        """For each stage those that can come behind it, itself included."""
        return {name: self._reachable(name) for name in self.process.stages}

    def _reachable(self, start: str | None) -> set[str]:
        return reachable_from(self.successors, [start] if start is not None else [])

    def value(self, condition: e.Expression | None, stage: str) -> Any:
        """Give what a condition is worth for every case that stands in a stage, or `OPEN`."""
        if condition is None:
            return True
        return value_of(condition, lambda leaf: self.told(leaf, stage), self.spec.lets)

    def told(self, leaf: e.Expression, stage: str) -> Any:
        """Give what the stage tells of a single test, or `OPEN`."""
        match leaf:
            case e.NowIn(process=process, stage=other) if process == self.process.name:
                return other == stage
            case e.Reached(process=process, stage=other) if process == self.process.name:
                return self._has_been(stage, other)
        return OPEN

    def decided(self, condition: e.Expression, stage: str) -> Iterator[Decided]:
        """Yield the tests inside a condition that the stage decides."""
        for part in self._parts(condition):
            told = self.told(part, stage)
            if isinstance(part, e.NowIn) and told is not OPEN:
                yield Decided(part.span, part.stage, "here" if told else "elsewhere")
            elif isinstance(part, e.Reached) and told is not OPEN and part.stage != stage:
                yield Decided(part.span, part.stage, "always" if told else "never")
            elif isinstance(part, e.Reached) and told is not OPEN:
                yield Decided(part.span, part.stage, "here")

    def _parts(self, condition: e.Expression) -> Iterator[e.Expression]:
        """Yield the parts of a condition and of the values that it names."""
        for part in e.walk(condition):
            yield part
            if isinstance(part, e.LetValue) and part.name in self.spec.lets:
                yield from self._parts(self.spec.lets[part.name].value)

    def _has_been(self, stage: str, other: str) -> Any:
        """Say whether every case in a stage has been in the other one (True), none has (False), or some."""
        if stage == other or stage not in self._without(other):
            return True
        if other not in self.reached or stage not in self._after[other]:
            return False
        return OPEN

    def _without(self, other: str) -> set[str]:
        """Give the stages to which a way leads that does not go through the other one."""
        if other not in self._avoiding:
            start = self.process.start
            left = {
                name: [after for after in following if after != other]
                for name, following in self.successors.items()
                if name != other
            }
            starts = [start] if start is not None and start != other else []
            self._avoiding[other] = reachable_from(left, starts)
        return self._avoiding[other]
