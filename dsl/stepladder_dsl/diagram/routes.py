"""The ways between cells of a grid: along which rows, columns and gaps between them each arrow runs.

Every way consists of straight pieces. A gap between two rows or two columns has tracks, and no two ways
share one where they would lie upon each other. A row or column may be crossed where its cells are empty,
by one way in each direction.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from stepladder_dsl.diagram.grid import Cell, Grid
from stepladder_dsl.diagram.scene import Arrow

Side = Literal["left", "right", "top", "bottom"]

OPPOSITE: Mapping[Side, Side] = {"left": "right", "right": "left", "top": "bottom", "bottom": "top"}
UPRIGHT: tuple[Side, Side] = ("top", "bottom")
"""The sides that a way leaves upwards or downwards."""


@dataclass(frozen=True)
class Piece:
    """A piece of a way in the gap before a row or before a column.

    `first` and `last` count half steps across: gaps are even, rows and columns odd.
    """

    gap: int
    first: int
    last: int


@dataclass(frozen=True)
class Route:
    """How an arrow runs: out of a side, perhaps along the gap of a row and that of a column, into a side."""

    arrow: str
    tail: str
    head: str
    leaves: Side
    enters: Side
    along: Piece | None = None
    """The piece between two rows."""
    across: Piece | None = None
    """The piece between two columns."""

    @property
    def straight(self) -> bool:
        """Tell whether it is one line without a bend."""
        return self.leaves == OPPOSITE[self.enters] and self.along is None and self.across is None


def routes_of(grid: Grid, arrows: Sequence[Arrow], titled: frozenset[str] = frozenset()) -> list[Route]:
    """Find a way for every arrow: first for those that can run straight, then for short ones.

    Above the cards that are `titled` stands a title, and no way runs there.
    """
    router = _Router(grid, titled)
    order = sorted(range(len(arrows)), key=lambda number: (router.length(arrows[number]), number))
    found: dict[int, Route] = {}
    for finder in (router.straight, router.bent_once, router.along_gaps):
        for number in order:
            if number not in found:
                route = finder(arrows[number])
                if route:
                    found[number] = route
    return [found[number] for number in range(len(arrows))]


def tracks_of(pieces: Mapping[str, Piece]) -> dict[str, int]:
    """Give each piece a track of its gap, short ones first, such that none lies upon another."""
    used: dict[tuple[int, int], list[Piece]] = {}
    tracks: dict[str, int] = {}
    for name, piece in sorted(
        pieces.items(), key=lambda item: (item[1].gap, item[1].last - item[1].first, item[1].first, item[0])
    ):
        track = 0
        while any(
            piece.first <= other.last and other.first <= piece.last
            for other in used.get((piece.gap, track), ())
        ):
            track += 1
        used.setdefault((piece.gap, track), []).append(piece)
        tracks[name] = track
    return tracks


class _Router:
    """Knows which cells are taken and crossed, and which have a title above."""

    def __init__(self, grid: Grid, titled: frozenset[str]) -> None:
        self.cells = grid.cells
        self.titled = {grid.cells[name] for name in titled}
        self.taken = set(grid.cells.values())
        self.crossed: dict[bool, set[Cell]] = {True: set(), False: set()}
        """The empty cells that a way runs through: upright ones under True."""

    def length(self, arrow: Arrow) -> int:
        """Give how far apart the ends are."""
        tail, head = self.cells[arrow.tail], self.cells[arrow.head]
        return abs(tail.row - head.row) + abs(tail.column - head.column)

    def straight(self, arrow: Arrow) -> Route | None:
        """Give the way without a bend, where there is one."""
        tail, head = self.cells[arrow.tail], self.cells[arrow.head]
        if tail.column == head.column and tail.row != head.row:
            if self._meets_title(tail.column, tail.row, head.row):
                return None
            between = [Cell(row, tail.column) for row in _between(tail.row, head.row)]
            leaves: Side = "bottom" if head.row > tail.row else "top"
        elif tail.row == head.row and tail.column != head.column:
            between = [Cell(tail.row, column) for column in _between(tail.column, head.column)]
            leaves = "right" if head.column > tail.column else "left"
        else:
            return None
        if not self._cross(between, upright=leaves in UPRIGHT):
            return None
        return Route(arrow.id, arrow.tail, arrow.head, leaves, OPPOSITE[leaves])

    def bent_once(self, arrow: Arrow) -> Route | None:
        """Give a way with one bend in an empty cell, where there is one."""
        tail, head = self.cells[arrow.tail], self.cells[arrow.head]
        if tail.row == head.row or tail.column == head.column:
            return None
        down: Side = "bottom" if head.row > tail.row else "top"
        ahead: Side = "right" if head.column > tail.column else "left"
        rows, columns = _between(tail.row, head.row), _between(tail.column, head.column)
        for corner, leaves, enters, level, upright in (
            (Cell(tail.row, head.column), ahead, OPPOSITE[down], tail.row, head.column),
            (Cell(head.row, tail.column), down, OPPOSITE[ahead], head.row, tail.column),
        ):
            flat = [*(Cell(level, column) for column in columns), corner]
            steep = [*(Cell(row, upright) for row in rows), corner]
            if self._meets_title(upright, tail.row, head.row):
                continue
            if self._free(flat, upright=False) and self._free(steep, upright=True):
                self.crossed[False].update(flat)
                self.crossed[True].update(steep)
                return Route(arrow.id, arrow.tail, arrow.head, leaves, enters)
        return None

    def along_gaps(self, arrow: Arrow) -> Route:
        """Give a way through the gaps between rows and columns, which always exists."""
        tail, head = self.cells[arrow.tail], self.cells[arrow.head]
        step = head.column - tail.column
        beside = head in self.titled
        # What may not leave upwards, or come in from above, leaves downwards.
        down = head.row > tail.row or tail in self.titled or (head.row == tail.row and beside)
        ends = arrow.id, arrow.tail, arrow.head
        if step == 0 or (abs(step) == 1 and (head.row < tail.row or (beside and head.row > tail.row))):
            gap = max(tail.column, head.column) if step else tail.column + 1
            across = _piece(gap, 2 * tail.row + 1, 2 * head.row + 1)
            leaves: Side = "right" if gap > tail.column else "left"
            return Route(*ends, leaves, "right" if gap > head.column else "left", across=across)
        gap = tail.row + 1 if down else tail.row
        leaves = "bottom" if down else "top"
        if head.row == gap - 1 or (head.row == gap and not beside):
            along = _piece(gap, 2 * tail.column + 1, 2 * head.column + 1)
            return Route(*ends, leaves, "bottom" if head.row < gap else "top", along)
        side = head.column if step > 0 else head.column + 1
        along = _piece(gap, 2 * tail.column + 1, 2 * side)
        across = _piece(side, 2 * gap, 2 * head.row + 1)
        return Route(*ends, leaves, "left" if step > 0 else "right", along, across)

    def _meets_title(self, column: int, one: int, other: int) -> bool:
        """Tell whether a title stands between two rows of a column, or above the lower one."""
        return any(
            Cell(row, column) in self.titled for row in range(min(one, other) + 1, max(one, other) + 1)
        )

    def _cross(self, cells: list[Cell], *, upright: bool) -> bool:
        if not self._free(cells, upright=upright):
            return False
        self.crossed[upright].update(cells)
        return True

    def _free(self, cells: list[Cell], *, upright: bool) -> bool:
        return not any(cell in self.taken or cell in self.crossed[upright] for cell in cells)


def _between(one: int, other: int) -> range:
    return range(min(one, other) + 1, max(one, other))


def _piece(gap: int, one: int, other: int) -> Piece:
    return Piece(gap, min(one, other), max(one, other))


def ports_of(grid: Grid, routes: Sequence[Route]) -> Iterator[tuple[str, Side, list[tuple[int, str, bool]]]]:
    """Yield for each used side of each card the ends of ways at it, in their order along the side.

    An end is whereto its way turns (-1, 0 or 1), the arrow, and whether the arrow begins there.
    """
    sides: dict[tuple[str, Side], list[tuple[int, int, str, bool]]] = {}
    for route in routes:
        for card, side, starts in ((route.tail, route.leaves, True), (route.head, route.enters, False)):
            here = _place(grid.cells[card], side)
            there = _toward(grid, route, side, starts=starts)
            turn = 0 if route.straight else (-1 if there < here else 1)
            sides.setdefault((card, side), []).append((turn, there, route.arrow, starts))
    for (card, side), ends in sides.items():
        yield card, side, [(turn, arrow, starts) for turn, _, arrow, starts in sorted(ends)]


def _place(cell: Cell, side: Side) -> int:
    return 2 * (cell.column if side in UPRIGHT else cell.row) + 1


def _toward(grid: Grid, route: Route, side: Side, *, starts: bool) -> int:
    """Give where a way goes on to after it has left a side, along that side."""
    other = grid.cells[route.head if starts else route.tail]
    if side in UPRIGHT:
        if route.along and route.across and starts:
            return 2 * route.across.gap
        return 2 * other.column + 1
    if route.along and route.across and not starts:
        return 2 * route.along.gap
    return 2 * other.row + 1
