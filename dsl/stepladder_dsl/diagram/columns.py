"""A very long process in as many columns as it needs, like text in a newspaper, phase below phase.

What graphviz would do well takes it minutes from some hundred stages on; a grid takes a moment. A phase
stands in one column where it fits into one; a longer one has columns of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import groupby
from math import ceil, sqrt

from stepladder_dsl.diagram import style
from stepladder_dsl.diagram.geometry import Box, around_all
from stepladder_dsl.diagram.grid import Cell, Grid
from stepladder_dsl.diagram.gridwork import Margins, Phases, place_grid
from stepladder_dsl.diagram.layout import Layout, layout_of
from stepladder_dsl.diagram.scene import Card, Frame, Scene

_INSET = 6.0
"""How far the border of a phase stands from its cards and from the borders of phases inside it."""


def lay_out_columns(scene: Scene) -> Layout:
    """Place the scene in columns that make a picture of a page's shape."""
    paths = _paths(scene)
    columns = _Columns(scene, paths)
    grid = Grid(columns.cells, {"": range(columns.count)})
    placed = place_grid(scene, grid, 0.0, _margins(scene, columns.cells, paths))
    cards, lines, labels = placed.cards, placed.lines, placed.labels
    phases = _phases(scene, paths, cards)
    frames, headings = phases.borders, phases.headings
    for arrow in scene.arrows:
        if arrow.from_frame is not None:
            # From wherever in the phase: not from the card that stands for it in the grid.
            lines[arrow.id] = lines[arrow.id].from_border_of(frames[arrow.from_frame])
    if scene.right_to_left:
        cards, labels, frames, headings = (
            {name: box.mirrored() for name, box in boxes.items()}
            for boxes in (cards, labels, frames, headings)
        )
        lines = {name: line.mirrored() for name, line in lines.items()}
    return layout_of(cards, lines, labels, frames, headings, placed.clashes * style.LABEL_IN_THE_WAY)


def _paths(scene: Scene) -> dict[str, tuple[str, ...]]:
    """Give the phases around each card, the outermost first."""
    parents = {frame.id: frame.parent for frame in scene.frames}
    paths: dict[str, tuple[str, ...]] = {}
    for card in scene.cards:
        path: list[str] = []
        frame = card.frame
        while frame is not None:
            path.insert(0, frame)
            frame = parents[frame]
        paths[card.id] = tuple(path)
    return paths


class _Columns:
    """Fills columns with the cards in the order of the text."""

    def __init__(self, scene: Scene, paths: Mapping[str, tuple[str, ...]]) -> None:
        wide, high = style.USUAL_CELL
        count = len(scene.cards)
        across, upright = style.PAGES[0]
        self.rows = max(ceil(sqrt(count * wide / high * upright / across)), 1)
        self.paths = paths
        self.cells: dict[str, Cell] = {}
        self.row = self.column = 0
        self._fill(list(scene.cards), 0)

    @property
    def count(self) -> int:
        """The number of columns."""
        return max((cell.column for cell in self.cells.values()), default=-1) + 1

    def _fill(self, cards: list[Card], depth: int) -> None:
        """Place cards that stand in the same phases down to a depth."""
        for phase, members in self._parts(cards, depth):
            if phase is None:
                for card in members:
                    self._next_column_unless(self.row < self.rows)
                    self.cells[card.id] = Cell(self.row, self.column)
                    self.row += 1
            elif len(members) <= self.rows:
                self._next_column_unless(self.row + len(members) <= self.rows)
                self._fill(members, depth + 1)
            else:
                self._next_column_unless(self.row == 0)
                self._fill(members, depth + 1)
                self._next_column_unless(self.row == 0)

    def _parts(self, cards: list[Card], depth: int) -> Iterator[tuple[str | None, list[Card]]]:
        """Yield the cards of each phase inside, and those that stand in none."""

        def phase_of(card: Card) -> str | None:
            path = self.paths[card.id]
            return path[depth] if len(path) > depth else None

        for phase, members in groupby(cards, key=phase_of):
            yield phase, list(members)

    def _next_column_unless(self, fits: bool) -> None:
        if not fits:
            self.row, self.column = 0, self.column + 1


def _margins(scene: Scene, cells: Mapping[str, Cell], paths: Mapping[str, tuple[str, ...]]) -> Margins:
    """Give the room for titles and borders of phases above and below rows."""
    frames = {frame.id: frame for frame in scene.frames}
    above: dict[int, float] = {}
    below: dict[int, float] = {}
    firsts, lasts = _ends(paths, cells)
    for name, path in paths.items():
        row = cells[name].row
        heads = sum(
            _title_height(frames[frame]) for frame in path if firsts[frame, cells[name].column] == name
        )
        borders = sum(_INSET for frame in path if lasts[frame, cells[name].column] == name)
        above[row] = max(above.get(row, 0.0), heads)
        below[row] = max(below.get(row, 0.0), borders)
    depth = max((len(path) for path in paths.values()), default=0)
    titles: dict[str, float] = {}
    for (frame, _), name in firsts.items():
        titles[name] = max(titles.get(name, 0.0), frames[frame].width)
    return Margins(above, below, depth * _INSET, titles, partial(_phases, scene, paths))


def _ends(
    paths: Mapping[str, tuple[str, ...]], cells: Mapping[str, Cell]
) -> tuple[dict[tuple[str, int], str], dict[tuple[str, int], str]]:
    """Give the first and the last card of each phase in each column."""
    firsts: dict[tuple[str, int], str] = {}
    lasts: dict[tuple[str, int], str] = {}
    for name, path in paths.items():
        for frame in path:
            place = frame, cells[name].column
            firsts.setdefault(place, name)
            lasts[place] = name
    return firsts, lasts


def _title_height(frame: Frame) -> float:
    return frame.height + 2 * _INSET + style.ARROW_LENGTH


def _phases(scene: Scene, paths: Mapping[str, tuple[str, ...]], cards: Mapping[str, Box]) -> Phases:
    """Give the borders of the phases around their cards, and the places of their titles."""
    borders: dict[str, Box] = {}
    for frame in sorted(scene.frames, key=lambda frame: -frame.depth):
        inside = [borders[other.id] for other in scene.frames if other.parent == frame.id]
        inside += [cards[name] for name, path in paths.items() if path and path[-1] == frame.id]
        around = around_all(inside)
        aside = max(frame.width - around.width, 0.0) / 2 + _INSET
        borders[frame.id] = Box(
            around.left - aside,
            around.top - _title_height(frame),
            around.right + aside,
            around.bottom + _INSET,
        )
    headings = {frame.id: _heading(frame, borders[frame.id]) for frame in scene.frames}
    return Phases(borders, headings)


def _heading(frame: Frame, box: Box) -> Box:
    """Give the place of a title: at the top of its phase, where one begins to read."""
    left, top = box.left + _INSET, box.top + _INSET
    return Box(left, top, left + frame.width, top + frame.height)
