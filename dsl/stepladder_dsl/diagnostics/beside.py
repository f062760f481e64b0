"""What is told beside the findings of a check."""

from __future__ import annotations

from dataclasses import dataclass

from stepladder_dsl.diagnostics.diagnostic import Suppressed


@dataclass(frozen=True)
class Gone:
    """A finding that was known once."""

    code: str
    file: str
    within: str
    message: str


@dataclass(frozen=True)
class Beside:
    """What became of the findings that are not shown."""

    suppressed: tuple[Suppressed, ...] = ()
    gone: tuple[Gone, ...] = ()
    """What a baseline has and a check does not find any more."""

    @property
    def allowed(self) -> int:
        """How many findings the text itself allows."""
        return sum(suppressed.place is not None for suppressed in self.suppressed)

    @property
    def known(self) -> int:
        """How many findings a baseline knows."""
        return len(self.suppressed) - self.allowed


NOTHING = Beside()
