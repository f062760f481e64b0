"""Cards in the cells of a grid: lanes of columns, rows that follow each other as lines of a text do.

A road leads from a card to one further on in its row, or to a row below; so who reads row by row, as a
page is read, meets the stages in their order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate, count
from math import ceil

from stepladder_dsl.diagram.plan import is_loss, roads_of
from stepladder_dsl.diagram.scene import Card, Scene

_SHAPES = 12
"""How many shapes of a grid are tried, about."""


@dataclass(frozen=True, order=True)
class Cell:
    """A place in the grid."""

    row: int
    column: int


@dataclass(frozen=True)
class Grid:
    """Where every card stands, and which columns a lane has, by the id of its frame."""

    cells: Mapping[str, Cell]
    lanes: Mapping[str, range]

    @property
    def rows(self) -> int:
        """The number of rows."""
        return max((cell.row for cell in self.cells.values()), default=-1) + 1

    @property
    def columns(self) -> int:
        """The number of columns."""
        return max((lane.stop for lane in self.lanes.values()), default=0)


def grids_of(scene: Scene) -> Iterator[Grid]:
    """Yield grids of different shapes: with one column in each lane, or more where it has many cards."""
    members = Counter(str(card.frame) for card in scene.cards)
    seen: list[tuple[int, ...]] = []
    most = max(members.values(), default=1)
    step = max(most // _SHAPES, 1)
    for rows in (len(scene.cards), *range(most, 1, -step)):
        wide = tuple(ceil(members[lane.id] / rows) for lane in scene.frames)
        if wide not in seen:
            seen.append(wide)
            ends = list(accumulate(wide))
            columns = [range(end - width, end) for end, width in zip(ends, wide, strict=True)]
            lanes = {lane.id: own for lane, own in zip(scene.frames, columns, strict=True)}
            yield Grid(_cells(scene, lanes), lanes)


def _cells(scene: Scene, lanes: Mapping[str, range]) -> dict[str, Cell]:
    """Place the cards in the order of the text; where one is lost stands beside those that lose it."""
    roads = roads_of(scene)
    cells: dict[str, Cell] = {}
    before: str | None = None
    for card in scene.cards:
        if not _aside(card):
            tails = [tail for tail in roads[card.id] if tail in cells] or ([before] if before else [])
            cells[card.id] = _next_free(lanes[str(card.frame)], cells, [cells[tail] for tail in tails])
            before = card.id
    for card in scene.cards:
        if card.id not in cells:
            into = [
                cells[arrow.tail] for arrow in scene.arrows if arrow.head == card.id and arrow.tail in cells
            ]
            rows = sorted(cell.row for cell in into)
            first = rows[len(rows) // 2] if rows else 0
            cells[card.id] = _free_from(lanes[str(card.frame)], cells, Cell(first, -1))
    used = {row: number for number, row in enumerate(sorted({cell.row for cell in cells.values()}))}
    return {name: Cell(used[cell.row], cell.column) for name, cell in cells.items()}


def _aside(card: Card) -> bool:
    return is_loss(card) and not card.start


def _next_free(lane: range, cells: Mapping[str, Cell], tails: list[Cell]) -> Cell:
    """Give the first free cell of a lane behind all cells from which a road leads there."""
    return _free_from(lane, cells, max(tails, default=Cell(0, -1)))


def _free_from(lane: range, cells: Mapping[str, Cell], last: Cell) -> Cell:
    taken = set(cells.values())
    for row in count(last.row):
        for column in lane:
            cell = Cell(row, column)
            if cell > last and cell not in taken:
                return cell
    raise AssertionError  # a grid has rows without end
