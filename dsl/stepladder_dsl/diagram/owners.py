"""Tells whose label a reader takes a text for: that of the nearest line that looks like its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from stepladder_dsl.diagram.geometry import Box, Line
from stepladder_dsl.diagram.room import Tracks
from stepladder_dsl.diagram.scene import Arrow

_STEPS = (1.0, 4.5, 9.5, 16.5, 26.5)
"""Distances from a line that are told apart."""
_CLEARER = 8.0
"""How much nearer its own line must be than any other."""


class Owners:
    """The lines of a picture with how they look, by the id of their arrow.

    A label has the colour of its line, so lines that look the same are the first to be taken for each other.
    """

    def __init__(self, lines: Mapping[str, Line], arrows: Iterable[Arrow]) -> None:
        self.arrows = {arrow.id: arrow for arrow in arrows}
        self.names = list(lines)
        self.numbers = {name: number for number, name in enumerate(lines)}
        self.tracks = Tracks(list(lines.values()), [self.arrows[name].thickness for name in lines])

    def rivals(self, box: Box, own: str, clearer: float = _CLEARER) -> list[str]:
        """Give the lines that could be taken for a label's own, since they look alike and are as near."""
        look = self.arrows[own].look
        return [name for name in self.near(box, own, clearer) if self.arrows[name].look == look]

    def near(self, box: Box, own: str, clearer: float = 0.0) -> list[str]:
        """Give the other lines that are as near to a label as its own."""
        for step in _STEPS:
            near = self.tracks.crossing(box.grown(step))
            if self.numbers[own] in near or step == _STEPS[-1]:
                break
        if clearer:
            near = self.tracks.crossing(box.grown(step + clearer))
        return [name for name in map(self.names.__getitem__, sorted(near)) if name != own]
