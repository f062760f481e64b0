"""What is told beside the findings of a check."""

from __future__ import annotations

from typing import NamedTuple

from stepladder_dsl.diagnostics.diagnostic import Suppressed
from stepladder_dsl.diagnostics.statistics import Count


class Gone(NamedTuple):
    """A finding that was known once."""

    code: str
    file: str
    within: str
    message: str


class Beside(NamedTuple):
    """What became of the findings that are not shown, and what can become of the others."""

    suppressed: tuple[Suppressed, ...] = ()
    gone: tuple[Gone, ...] = ()
    """What a baseline has and a check does not find any more."""
    mended: int = 0
    """How many findings were mended."""
    fixable: int = 0
    fixable_unsafely: int = 0
    """How many findings could be mended, safely or only by a change that may mean something else."""
    left_out: int = 0
    """How many rules did not run for want of a solver."""
    undecided: int = 0
    """How many questions to the solver were left open."""
    without_solver: bool = False
    """Whether no solver is installed."""
    counts: tuple[Count, ...] | None = None
    """The findings by code, where these figures are asked for and not the findings."""

    @property
    def allowed(self) -> int:
        """How many findings the text itself allows."""
        return sum(suppressed.place is not None for suppressed in self.suppressed)

    @property
    def known(self) -> int:
        """How many findings a baseline knows."""
        return len(self.suppressed) - self.allowed


NOTHING = Beside()
