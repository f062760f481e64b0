"""Tells whose label a reader takes a text for: that of the nearest line that looks like its own."""

from __future__ import annotations

from collections.abc import Mapping

from stepladder_dsl.diagram.geometry import Box, Line
from stepladder_dsl.diagram.room import Tracks

_STEPS = (1.0, 4.5, 9.5, 16.5, 26.5)
"""Distances from a line that are told apart."""
_CLEARER = 8.0
"""How much nearer its own line must be than any other."""


class Owners:
    """The lines of a picture with how they look, by the id of their arrow.

    A label has the colour of its line, so only lines of the same kind can be taken for each other.
    """

    def __init__(self, lines: Mapping[str, Line], kinds: Mapping[str, str]) -> None:
        self.lines = lines
        self.kinds = {name: kinds[name] for name in lines}
        self.names = list(lines)
        self.numbers = {name: number for number, name in enumerate(lines)}
        self.tracks = Tracks(lines.values())

    def rivals(self, box: Box, own: str, clearer: float = _CLEARER) -> list[str]:
        """Give the lines that a reader could take for a label's own, since they are as near to it."""
        for step in _STEPS:
            near = self.tracks.crossing(box.grown(step))
            if self.numbers[own] in near or step == _STEPS[-1]:
                break
        names = (self.names[number] for number in self.tracks.crossing(box.grown(step + clearer)))
        return [name for name in names if name != own and self.kinds[name] == self.kinds[own]]
