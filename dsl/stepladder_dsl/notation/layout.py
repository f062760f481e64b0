"""Where everything of the processes stands: lanes across, the road along them, lines around the cells.

Every stage has a cell of a grid. Between two columns and above every row runs a channel
in which each target has a track of its own: what leads to one stage runs together, and no
line crosses a cell.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from stepladder_dsl.diagram.geometry import Box, Point
from stepladder_dsl.notation.cells import Columns, Exit, Placed, place_cell
from stepladder_dsl.notation.flow import Cell, Collaboration, Link, Pool

HEADER = 30.0
MARGIN = 20.0
TRACK = 12.0
CHANNEL = 16.0
POOL_GAP = 60.0
ORIGIN = (160.0, 80.0)
WANTED_SHAPE = 1.8
"""How much wider than high a picture should be."""
FOLDS = (1, 2, 3, 4)


@dataclass
class Layout:
    """The places of everything, by the ids of nodes, lanes and pools; of flows the points of their lines."""

    boxes: dict[str, Box] = field(default_factory=dict)
    labels: dict[str, Box] = field(default_factory=dict)
    lines: dict[str, tuple[Point, ...]] = field(default_factory=dict)
    messages: list[tuple[Point, ...]] = field(default_factory=list)


def lay_out(picture: Collaboration, layers: dict[str, dict[str, int]]) -> Layout:
    """Place all processes below each other; `layers` says for each how far along its road a stage is."""
    whole = Layout()
    top = ORIGIN[1]
    sheets = _sheets(picture, layers)
    width = max((sheet.width for sheet in sheets.values()), default=0.0)
    told = {(node.id, to.name) for node, to in picture.messages()}
    outside: list[tuple[Point, ...]] = []
    for pool in picture.pools:
        sheet = sheets[pool.name]
        sheet.put(whole, ORIGIN[0], top, width, outside)
        top = whole.boxes[pool.id].bottom + POOL_GAP
    telling = [name for pool in picture.pools for name in sheets[pool.name].telling]
    tails = dict(zip(telling, outside, strict=True))
    _lead_messages(picture, whole, tails, told)
    return whole


def _lead_messages(
    picture: Collaboration, whole: Layout, tails: dict[str, tuple[Point, ...]], told: set[tuple[str, str]]
) -> None:
    """Lead each message out of its process, past the others, and into the one it is for."""
    for number, (node, to) in enumerate(
        one for one in picture.messages() if (one[0].id, one[1].name) in told
    ):
        goal = whole.boxes[to.id]
        points = tails[node.id]
        step = POOL_GAP / 2 + number * TRACK
        outer = goal.left - step if picture.right_to_left else goal.right + step
        edge = goal.left if picture.right_to_left else goal.right
        y = goal.top + MARGIN + number % 8 * TRACK
        whole.messages.append((*points[:-1], (outer, points[-1][1]), (outer, y), (edge, y)))


def _sheets(picture: Collaboration, layers: dict[str, dict[str, int]]) -> dict[str, _Sheet]:
    """Fold the roads so that the widest process has a shape that fits a page, and no other is wider."""
    folded = {
        pool.name: list(_folded(pool, layers[pool.name], picture.right_to_left)) for pool in picture.pools
    }
    best = {
        name: min(sheets, key=lambda sheet: abs(sheet.width / sheet.height - WANTED_SHAPE))
        for name, sheets in folded.items()
    }
    width = max((sheet.width for sheet in best.values()), default=0.0)
    return {
        name: min(sheets, key=lambda sheet: (max(sheet.width - width, 0.0), sheet.height))
        for name, sheets in folded.items()
    }


def _folded(pool: Pool, layers: dict[str, int], right_to_left: bool) -> Iterator[_Sheet]:
    """Yield the process with one step of its road in a column, with two, and so on."""
    count = max(layers.values(), default=0) + 1
    for fold in FOLDS:
        if fold == 1 or fold <= count:
            columns = {stage: layer // fold for stage, layer in layers.items()}
            yield _Sheet(pool, columns, right_to_left=right_to_left)


class _Sheet:
    """One process on its grid; places are relative to the upper left corner of its pool."""

    def __init__(self, pool: Pool, columns: dict[str, int], *, right_to_left: bool) -> None:
        self.pool = pool
        self.right_to_left = right_to_left
        used = sorted(set(columns.values()))
        self.column = {stage: used.index(number) for stage, number in columns.items()}
        self.row = self._rows()
        self.widths = self._widths()
        self.cells = {cell.stage: self._placed(cell) for cell in pool.cells}
        self.telling = [node.id for cell in self.cells.values() for node, _ in cell.tells]
        self.adjacent, self.over = self._tracks()
        self._measure()

    def _rows(self) -> dict[str, int]:
        """Give every stage a row: those of one lane and column stand below each other."""
        rows: dict[str, int] = {}
        self.lane_rows: dict[str, range] = {}
        base = 0
        for lane in self.pool.lanes:
            stacks: dict[int, int] = {}
            for cell in self.pool.cells:
                if cell.lane == lane.name:
                    place = stacks.get(self.column[cell.stage], 0)
                    rows[cell.stage] = base + place
                    stacks[self.column[cell.stage]] = place + 1
            depth = max(stacks.values(), default=1)
            self.lane_rows[lane.name] = range(base, base + depth)
            base += depth
        self.row_count = base
        return rows

    def _widths(self) -> dict[int, Columns]:
        """Measure the columns."""
        columns: dict[int, list[Cell]] = {}
        for cell in self.pool.cells:
            columns.setdefault(self.column[cell.stage], []).append(cell)
        return {
            column: Columns.of(cells, right_to_left=self.right_to_left) for column, cells in columns.items()
        }

    def _placed(self, cell: Cell) -> Placed:
        column, row = self.column[cell.stage], self.row[cell.stage]
        beside = (
            other for other in self.column if self.column[other] == column + 1 and self.row[other] == row
        )
        return place_cell(cell, self.widths[column], next(beside, None))

    def _exits(self) -> Iterator[tuple[Placed, Exit]]:
        for cell in self.cells.values():
            for one in cell.exits:
                yield cell, one

    def _is_adjacent(self, source: str, goal: str) -> bool:
        return self.column[goal] == self.column[source] + 1

    def _tracks(self) -> tuple[dict[int, list[str]], dict[int, list[str]]]:
        """Give the targets of each channel between columns, and of each channel above a row.

        What leads on over the rows stands left of what enters the next column.
        """
        far: dict[int, dict[str, None]] = {}
        near: dict[int, dict[str, None]] = {}
        over: dict[int, dict[str, None]] = {}
        for cell, one in self._exits():
            source = cell.cell.stage
            channel = self.column[source] + 1
            if self._is_adjacent(source, one.goal):
                near.setdefault(channel, {})[one.goal] = None
            else:
                far.setdefault(channel, {})[one.goal] = None
                over.setdefault(self.row[one.goal], {})[one.goal] = None
        channels = {
            number: [f"far {goal}" for goal in far.get(number, ())]
            + [f"near {goal}" for goal in near.get(number, ())]
            for number in {*far, *near}
        }
        return channels, {row: list(goals) for row, goals in over.items()}

    def _tellers(self, row: int) -> list[str]:
        """Give the tasks of a row that tell other processes something."""
        return [
            node.id for name, cell in self.cells.items() if self.row[name] == row for node, _ in cell.tells
        ]

    def _column_tellers(self, column: int) -> list[str]:
        return [
            node.id
            for name, cell in self.cells.items()
            if self.column[name] == column
            for node, _ in cell.tells
        ]

    def _measure(self) -> None:
        """Work out where columns and rows begin."""
        count = max(self.column.values(), default=0) + 1
        self.lefts: list[float] = []
        x = 2 * HEADER
        for column in range(count):
            x += self._channel_width(column)
            self.lefts.append(x)
            x += max(cell.width for name, cell in self.cells.items() if self.column[name] == column)
        self.rights = [
            left + max(cell.width for name, cell in self.cells.items() if self.column[name] == number)
            for number, left in enumerate(self.lefts)
        ]
        self.width = x + self._channel_width(count) + MARGIN
        self.tops: list[float] = []
        self.bottoms: list[float] = []
        y = 0.0
        for row in range(self.row_count):
            y += MARGIN + TRACK * len(self.over.get(row, ()))
            self.tops.append(y)
            y += max((cell.height for name, cell in self.cells.items() if self.row[name] == row), default=0.0)
            self.bottoms.append(y)
            y += MARGIN / 2 + TRACK * len(self._tellers(row))
        self.height = y + MARGIN / 2

    def _channel_width(self, channel: int) -> float:
        tracks = len(self.adjacent.get(channel, ())) + len(self._column_tellers(channel - 1))
        return 2 * CHANNEL + TRACK * tracks

    def put(
        self,
        whole: Layout,
        left: float,
        top: float,
        width: float,
        outside: list[tuple[Point, ...]],
    ) -> None:
        """Add the places of this process to those of the whole picture."""
        links = list(self.pool.links())
        inside = {(link.source, link.target): link for link in links}
        own = Layout()
        for name, cell in self.cells.items():
            x, y = self.lefts[self.column[name]], self.tops[self.row[name]]
            own.boxes |= {key: box.moved(x, y) for key, box in cell.boxes.items()}
            own.labels |= {key: box.moved(x, y) for key, box in cell.labels.items()}
            for (source, target), points in cell.lines.items():
                own.lines[inside[source, target].id] = tuple((px + x, py + y) for px, py in points)
        self._lead_ways(own, links)
        self._label_branches(own, links)
        tails = list(self._tails())

        def turned(point: Point) -> Point:
            return (2 * HEADER + width - point[0], point[1]) if self.right_to_left else point

        def shifted(point: Point) -> Point:
            x, y = turned(point)
            return x + left, y + top

        def box_shifted(box: Box) -> Box:
            one, other = shifted((box.left, box.top)), shifted((box.right, box.bottom))
            return Box(min(one[0], other[0]), one[1], max(one[0], other[0]), other[1])

        whole.boxes |= {key: box_shifted(box) for key, box in own.boxes.items()}
        whole.labels |= {key: box_shifted(box) for key, box in own.labels.items()}
        whole.lines |= {key: tuple(map(shifted, points)) for key, points in own.lines.items()}
        outside += [tuple(map(shifted, points)) for points in tails]
        whole.boxes[self.pool.id] = Box(left, top, left + width, top + self.height)
        for lane in self.pool.lanes:
            rows = self.lane_rows[lane.name]
            upper = 0.0 if rows.start == 0 else self._row_end(rows.start - 1)
            lower = self.height if rows.stop == self.row_count else self._row_end(rows.stop - 1)
            whole.boxes[lane.id] = Box(left + HEADER, top + upper, left + width, top + lower)

    def _row_end(self, row: int) -> float:
        return self.bottoms[row] + MARGIN / 2 + TRACK * len(self._tellers(row))

    def _track(self, channel: int, name: str) -> float:
        begin = self.rights[channel - 1] if channel else 2 * HEADER
        tellers = len(self._column_tellers(channel - 1))
        return begin + CHANNEL + TRACK * (tellers + self.adjacent[channel].index(name))

    def _lead_ways(self, own: Layout, links: list[Link]) -> None:
        """Lead every way from the cell that it leaves to the stage that it leads to."""
        waiting: dict[tuple[str, str, str], list[Link]] = {}
        for link in links:
            waiting.setdefault((link.source, link.target, link.label), []).append(link)
        for cell, one in self._exits():
            name = cell.cell.stage
            x, y = self.lefts[self.column[name]], self.tops[self.row[name]]
            points = [(px + x, py + y) for px, py in one.points]
            goal = self.cells[one.goal]
            goal_x, goal_y = self.lefts[self.column[one.goal]], self.tops[self.row[one.goal]]
            channel = self.column[name] + 1
            leave = points[-1][1]
            if self._is_adjacent(name, one.goal):
                track = self._track(channel, f"near {one.goal}")
                enter = goal.entry_left[0] + goal_x, goal.entry_left[1] + goal_y
                points += [enter] if abs(enter[1] - leave) < 1 else [(track, leave), (track, enter[1]), enter]
            else:
                track = self._track(channel, f"far {one.goal}")
                enter = goal.entry_top[0] + goal_x, goal.entry_top[1] + goal_y
                goals = self.over[self.row[one.goal]]
                over = goal_y - MARGIN / 2 - TRACK * (len(goals) - goals.index(one.goal) - 1) - TRACK / 2
                points += [(track, leave), (track, over), (enter[0], over), enter]
            entry = goal.cell.entry.id
            link = waiting[one.source, entry, self._said(one)].pop(0)
            own.lines[link.id] = tuple(points)

    @staticmethod
    def _said(one: Exit) -> str:
        """Give the label of the last flow of a way: the branch's where nothing stands in between."""
        return one.branch.label if one.way.choice is not None and not one.branch.tasks else ""

    def _label_branches(self, own: Layout, links: list[Link]) -> None:
        """Put the words of each branch beside its first flow."""
        out_of: dict[str, list[Link]] = {}
        for link in links:
            out_of.setdefault(link.source, []).append(link)
        for name, cell in self.cells.items():
            x, y = self.lefts[self.column[name]], self.tops[self.row[name]]
            for way in cell.cell.ways:
                if way.choice is None:
                    continue
                for number, link in enumerate(out_of[way.choice.id]):
                    own.labels[link.id] = cell.branch_labels[way.event.id, number].moved(x, y)

    def _tails(self) -> Iterator[tuple[Point, ...]]:
        """Yield how the messages leave: under the task to the channel, down it, and along under the row."""
        for name, cell in self.cells.items():
            column, row = self.column[name], self.row[name]
            x, y = self.lefts[column], self.tops[row]
            for node, (px, py) in cell.tells:
                below = py + y + 7
                track = (
                    self.rights[column] + CHANNEL / 2 + TRACK * self._column_tellers(column).index(node.id)
                )
                along = self.bottoms[row] + MARGIN / 2 + TRACK * self._tellers(row).index(node.id)
                yield (px + x, py + y), (px + x, below), (track, below), (track, along), (self.width, along)
