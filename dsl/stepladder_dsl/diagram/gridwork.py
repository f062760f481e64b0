"""Places the cards of a grid and the ways between them, and finds room for the labels beside these."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from math import dist

from stepladder_dsl.diagram import style
from stepladder_dsl.diagram.geometry import Box, Line, Point, line_through
from stepladder_dsl.diagram.grid import Grid
from stepladder_dsl.diagram.gridlabels import free_place, places_of
from stepladder_dsl.diagram.outline import corner_radius, lengthened
from stepladder_dsl.diagram.owners import Owners
from stepladder_dsl.diagram.room import Room, box_around
from stepladder_dsl.diagram.routes import UPRIGHT, Route, Side, ports_of, routes_of, tracks_of
from stepladder_dsl.diagram.scene import Scene

ROOM_FOR_LABELS = ((1.0, 0.0), (1.5, 0.0), (2.2, 0.5), (3.2, 1.0), (4.5, 2.0))
"""How much room is tried until every label has its place: between rows, and in addition between columns."""


_ROUNDS = 8
"""How often labels that found no place get room of their own."""
_BESIDE = 8.0
"""What a label needs beside its own height or width."""


@dataclass(frozen=True)
class Phases:
    """The borders of phases, and the places of their titles, by name."""

    borders: dict[str, Box] = field(default_factory=dict)
    headings: dict[str, Box] = field(default_factory=dict)


@dataclass(frozen=True)
class Margins:
    """More room above and below rows, by their numbers, and on both sides of every column.

    `titles` says how wide the titles are that stand directly above a card, by its id; `phases` gives the
    phases around the cards, once these have their places.
    """

    above: Mapping[int, float] = field(default_factory=dict)
    below: Mapping[int, float] = field(default_factory=dict)
    beside: float = 0.0
    titles: Mapping[str, float] = field(default_factory=dict)
    phases: Callable[[Mapping[str, Box]], Phases] = lambda _: Phases()


NO_MARGINS = Margins()


@dataclass(frozen=True)
class Spacing:
    """Where a grid begins, and how much room it has for labels: between rows, and more between columns."""

    top: float
    rows: float
    columns: float
    margins: Margins
    crowded: frozenset[str] = frozenset()
    """Arrows whose labels found no place before: each has room of its own."""


@dataclass(frozen=True)
class Placed:
    """A grid in its place: cards, lines and labels by id, the lanes from left to right, and its height."""

    cards: dict[str, Box]
    lines: dict[str, Line]
    labels: dict[str, Box]
    lanes: dict[str, tuple[float, float]]
    bottom: float
    crowded: frozenset[str]
    """The arrows whose labels found no free place."""

    @property
    def clashes(self) -> int:
        """How many labels found no free place."""
        return len(self.crowded)


def place_grid(scene: Scene, grid: Grid, top: float, margins: Margins = NO_MARGINS) -> Placed:
    """Place a grid below `top`, with as much room between the rows as the labels need."""
    routes = routes_of(grid, scene.arrows, frozenset(margins.titles))
    tried: list[Placed] = []
    for spacing in [Spacing(top, *room, margins) for room in ROOM_FOR_LABELS]:
        tried.append(_Placing(scene, grid, routes, spacing).placed())
        if not tried[-1].clashes:
            return tried[-1]
    # More room everywhere helps no more; room beside just those ways does.
    least = min(range(len(tried)), key=lambda number: tried[number].clashes)
    crowded = tried[least].crowded
    for _ in range(_ROUNDS):
        spacing = Spacing(top, *ROOM_FOR_LABELS[least], margins, crowded)
        tried.append(_Placing(scene, grid, routes, spacing).placed())
        if tried[-1].crowded <= crowded:
            break
        crowded |= tried[-1].crowded
    return min(tried, key=lambda placed: placed.clashes)


class _Placing:
    """One attempt to place a grid."""

    def __init__(self, scene: Scene, grid: Grid, routes: Sequence[Route], spacing: Spacing) -> None:
        self.scene = scene
        self.grid = grid
        self.routes = routes
        self.spacing = spacing
        self.margins = spacing.margins
        self.cards = {card.id: card for card in scene.cards}
        self.by_arrow = {route.arrow: route for route in routes}
        self.arrows = {arrow.id: arrow for arrow in scene.arrows}
        self.along = tracks_of({route.arrow: route.along for route in routes if route.along})
        self.across = tracks_of({route.arrow: route.across for route in routes if route.across})
        self.beside_tracks = self._beside_tracks()
        self.widths = self._sizes(grid.columns, upright=False)
        self.heights = self._sizes(grid.rows, upright=True)
        self._widen_for_headings()
        self.row_gaps = [self._row_gap(gap) for gap in range(grid.rows + 1)]
        self.column_gaps = [self._column_gap(gap) for gap in range(grid.columns + 1)]
        self.lefts = _starts(self.column_gaps, self.widths, 0.0)
        self.tops = _starts(self.row_gaps, self.heights, spacing.top)
        self.boxes = {name: self._box(name) for name in self.cards}
        self.ports = dict(self._ports())

    def placed(self) -> Placed:
        """Give everything in its place."""
        corners = {route.arrow: self._corners(route) for route in self.routes}
        lines = {
            route.arrow: lengthened(
                _rounded(corners[route.arrow]),
                (self.cards[route.tail], self.boxes[route.tail]),
                (self.cards[route.head], self.boxes[route.head]),
            )
            for route in self.routes
        }
        labels, crowded = self._labels(corners, lines)
        bottom = self.tops[-1] + self.heights[-1] + self.row_gaps[-1] if self.tops else 0.0
        return Placed(self.boxes, lines, labels, dict(self._lanes()), bottom, crowded)

    # Sizes

    def _sizes(self, count: int, *, upright: bool) -> list[float]:
        """Give the width of each column, or the height of each row."""
        sizes = [0.0] * count
        for name, cell in self.grid.cells.items():
            card, number = self.cards[name], cell.row if upright else cell.column
            sizes[number] = max(sizes[number], card.height if upright else card.width)
        return sizes

    def _widen_for_headings(self) -> None:
        for name, width in self.margins.titles.items():
            column = self.grid.cells[name].column
            self.widths[column] = max(self.widths[column], width)
        for frame in self.scene.frames:
            columns = self.grid.lanes.get(frame.id, range(0))
            missing = max(frame.width + style.FRAME_PADDING, style.LANE_LEAST) - sum(
                self.widths[column] for column in columns
            )
            for column in columns:
                self.widths[column] += max(missing, 0.0) / len(columns)

    def _row_gap(self, gap: int) -> float:
        """Give the height of the gap before a row: a label of those who run there, then its tracks."""
        labels = [
            self.arrows[route.arrow].height for route in self.routes if gap in self._gaps_of_label(route)
        ]
        around = self.margins.below.get(gap - 1, 0.0) + self.margins.above.get(gap, 0.0)
        tracks = self._tracks_room(self.along, gap)
        more = sum(
            self.arrows[route.arrow].height + _BESIDE
            for route in self.routes
            if route.arrow in self.spacing.crowded and gap in self._gaps_of_label(route)
        )
        return max(labels, default=0.0) * self.spacing.rows + more + tracks + around + 2 * style.GAP_PADDING

    def _tracks_room(self, tracks: Mapping[str, int], gap: int) -> float:
        """Give the room that the tracks of a gap take."""
        pieces = (
            (route.arrow, route.along if tracks is self.along else route.across) for route in self.routes
        )
        used = [tracks[arrow] + 1 for arrow, piece in pieces if piece and piece.gap == gap]
        return max(used, default=0) * style.TRACK

    def _gaps_of_label(self, route: Route) -> tuple[int, ...]:
        """Give the gap between rows in which a label would like to stand."""
        if route.along:
            return (route.along.gap,)
        row = self.grid.cells[route.tail].row
        return (row + 1,) if route.leaves == "bottom" else (row,) if route.leaves == "top" else ()

    def _column_gap(self, gap: int) -> float:
        """Give the width of the gap before a column: its tracks, then a label that stands over it."""
        labels = [
            self.arrows[route.arrow].width + style.ARROW_LENGTH
            for route in self.routes
            if route.straight and gap == self._gap_after(route)
        ]
        more = self.spacing.columns * max((arrow.width for arrow in self.scene.arrows), default=0.0)
        more += 2 * self.margins.beside
        more += sum(width for (of, _), width in self.beside_tracks.items() if of == gap)
        tracks = self._tracks_room(self.across, gap)
        return max(labels, default=0.0) + more + tracks + 2 * style.GAP_PADDING

    def _beside_tracks(self) -> dict[tuple[int, int], float]:
        """Give the room after tracks between columns that labels need which found no place before."""
        room: dict[tuple[int, int], float] = {}
        for name in sorted(self.spacing.crowded):
            across = self.by_arrow[name].across
            gap, track = (
                (across.gap, self.across[name]) if across else (self._gap_after(self.by_arrow[name]), -1)
            )
            room[gap, track] = max(room.get((gap, track), 0.0), self.arrows[name].width + _BESIDE)
        return room

    def _gap_after(self, route: Route) -> int:
        """Give the gap between columns into which a way leaves, or -1."""
        column = self.grid.cells[route.tail].column
        return column + 1 if route.leaves == "right" else column if route.leaves == "left" else -1

    # Places

    def _box(self, name: str) -> Box:
        cell, card = self.grid.cells[name], self.cards[name]
        x = self.lefts[cell.column] + self.widths[cell.column] / 2
        y = self.tops[cell.row] + self.heights[cell.row] / 2
        return Box.around((x, y), card.width, card.height)

    def _lanes(self) -> Iterator[tuple[str, tuple[float, float]]]:
        """Yield where each lane begins and ends: in the middle of the gap to the next."""
        for name, columns in self.grid.lanes.items():
            left = self.lefts[columns.start] - self.column_gaps[columns.start] / (2 if columns.start else 1)
            last = columns.stop - 1
            gap = self.column_gaps[columns.stop]
            right = (
                self.lefts[last] + self.widths[last] + gap / (2 if columns.stop < self.grid.columns else 1)
            )
            yield name, (left, right)

    def _ports(self) -> Iterator[tuple[tuple[str, bool], Point]]:
        """Yield the point at which each end of each arrow meets its card."""
        for name, side, ends in ports_of(self.grid, self.routes):
            box, card = self.boxes[name], self.cards[name]
            along = (box.width if side in UPRIGHT else box.height) / 2
            clear = min(corner_radius(card, box), along / 2)
            turns = [turn for turn, _, _ in ends]
            straight = next((arrow for turn, arrow, _ in ends if turn == 0), None)
            offsets = _offsets(turns, along - clear, self._core(straight, side), side)
            for (_, arrow, starts), offset in zip(ends, offsets, strict=True):
                yield (arrow, starts), _on_side(box, side, offset)

    def _core(self, straight: str | None, side: Side) -> float:
        """Give how far from the middle of a side straight ways may stand: what the smaller card allows."""
        if straight is None:
            return 0.0
        route = self.by_arrow[straight]
        sizes = []
        for name in (route.tail, route.head):
            box, card = self.boxes[name], self.cards[name]
            along = (box.width if side in UPRIGHT else box.height) / 2
            sizes.append((along - min(corner_radius(card, box), along / 2)) / 2)
        return min(sizes)

    def _corners(self, route: Route) -> list[Point]:
        """Give the ends and bends of a way."""
        start, end = self.ports[route.arrow, True], self.ports[route.arrow, False]
        points = [start]
        if route.along:
            y = self._row_track(route.along.gap, self.along[route.arrow])
            points += [(start[0], y), (end[0], y)]
        if route.across:
            x = self._column_track(route.across.gap, self.across[route.arrow])
            points = points[:2]
            points += [(x, points[-1][1]), (x, end[1])]
        elif not route.along and (route.leaves in UPRIGHT) != (route.enters in UPRIGHT):
            points.append((start[0], end[1]) if route.leaves in UPRIGHT else (end[0], start[1]))
        return [*points, end]

    def _row_track(self, gap: int, track: int) -> float:
        """Give where a track between rows runs: near the lower row, so that labels have the room above."""
        end = self.tops[gap] if gap < len(self.tops) else self.tops[-1] + self.heights[-1] + self.row_gaps[-1]
        end -= self.margins.above.get(gap, 0.0)
        return end - style.GAP_PADDING - (track + 0.5) * style.TRACK

    def _column_track(self, gap: int, track: int) -> float:
        """Give where a track between columns runs: near the column before it."""
        begin = self.lefts[gap - 1] + self.widths[gap - 1] if gap else 0.0
        begin += self.margins.beside
        begin += sum(
            width for (of, other), width in self.beside_tracks.items() if of == gap and other < track
        )
        return begin + style.GAP_PADDING + (track + 0.5) * style.TRACK

    # Labels

    def _labels(
        self, corners: Mapping[str, list[Point]], lines: Mapping[str, Line]
    ) -> tuple[dict[str, Box], frozenset[str]]:
        """Find a free place for each label, the hardest to place first; beside no line like its own."""
        owners = Owners(lines, self.scene.arrows)
        room = Room(box.grown(2.0) for box in self.boxes.values())
        phases = self.margins.phases(self.boxes)
        for heading in phases.headings.values():
            room.take(heading.grown(2.0))
        for name, points in corners.items():
            for start, end in pairwise(points):
                room.take(box_around(start, end).grown(1.8 + self.arrows[name].thickness / 2))
        labels: dict[str, Box] = {}
        crowded: set[str] = set()
        labelled = [arrow for arrow in self.scene.arrows if arrow.rows]
        for arrow in sorted(labelled, key=lambda arrow: _length(corners[arrow.id])):
            points = corners[arrow.id]
            free = free_place(arrow, points, room, owners, phases.borders.values())
            if free is None:
                crowded.add(arrow.id)
                free = min(places_of(arrow, points), key=lambda place: len(room.meeting(place)))
            room.take(free.grown(2.0))
            labels[arrow.id] = free
        return labels, frozenset(crowded)


def _starts(gaps: list[float], sizes: list[float], first: float) -> list[float]:
    """Give where each column or row begins: a gap before each."""
    ends = list(accumulate((gap + size for gap, size in zip(gaps, sizes, strict=False)), initial=first))
    return [end + gap for end, gap in zip(ends, gaps, strict=False)][: len(sizes)]


def _offsets(turns: list[int], half: float, most: float, side: Side) -> list[float]:
    """Spread ends along a side: straight ones in the middle, the others to the side they turn to."""
    straight, before, after = turns.count(0), turns.count(-1), turns.count(1)
    core = style.PORTS * (straight - 1) / 2 if straight else 0.0
    core = min(core, most)
    aside = style.ASIDE if side in ("top", "right") else -style.ASIDE
    step = min(style.PORTS, max(half - core - style.ASIDE, 1.0) / (max(before, after) + 0.5))
    first = core + (step if straight else step / 2)
    middle = [(2 * core * n / (straight - 1) - core) if straight > 1 else 0.0 for n in range(straight)]
    return [
        *(-first - step * n + aside for n in range(before - 1, -1, -1)),
        *middle,
        *(first + step * n + aside for n in range(after)),
    ]


def _on_side(box: Box, side: Side, offset: float) -> Point:
    x, y = box.centre
    match side:
        case "top":
            return x + offset, box.top
        case "bottom":
            return x + offset, box.bottom
        case "left":
            return box.left, y + offset
        case "right":
            return box.right, y + offset


def _length(points: list[Point]) -> float:
    return sum(dist(start, end) for start, end in pairwise(points))


def _rounded(corners: list[Point]) -> Line:
    """Make a line with rounded bends, and room for its head."""
    *others, last = corners
    before = others[-1]
    end = _toward(last, before, min(style.ARROW_LENGTH, dist(before, last) * 0.8))
    points: list[Point] = [corners[0]]
    for one, bend, other in zip([*others, end][:-2], [*others, end][1:-1], [*others, end][2:], strict=True):
        radius = min(style.TURN, dist(one, bend) / 2, dist(bend, other) / 2)
        start, stop = _toward(bend, one, radius), _toward(bend, other, radius)
        points += [points[-1], start, start]
        points += [_toward(start, bend, radius * 0.55), _toward(stop, bend, radius * 0.55), stop]
    return line_through([*points, points[-1], end, end], last)


def _toward(start: Point, end: Point, way: float) -> Point:
    """Give the point on the way from one point to another."""
    whole = dist(start, end) or 1.0
    return start[0] + (end[0] - start[0]) * way / whole, start[1] + (end[1] - start[1]) * way / whole
