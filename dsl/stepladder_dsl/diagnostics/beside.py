"""What is told beside the findings of a check."""

from __future__ import annotations

from dataclasses import dataclass

from stepladder_dsl.diagnostics.diagnostic import Suppressed


@dataclass(frozen=True)
class Beside:
    """What became of the findings that are not shown."""

    suppressed: tuple[Suppressed, ...] = ()

    @property
    def allowed(self) -> int:
        """How many findings the text itself allows."""
        return sum(suppressed.place is not None for suppressed in self.suppressed)


NOTHING = Beside()
