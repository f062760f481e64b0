"""The inside of a stage's cell: its task, the events at the task's edge in rows, and what follows on each.

All places are relative to the upper left corner of the cell, and run from left to right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from stepladder_dsl.diagram.geometry import Box, Point
from stepladder_dsl.diagram.text import Block, block, text_width
from stepladder_dsl.notation.flow import Branch, Cell, Node, Way

NAME_SIZE, LABEL_SIZE = 12.0, 11.0
EVENT, GATEWAY = 36.0, 40.0
TASK_WIDTHS, TASK_HEIGHT = (150.0, 165.0, 180.0, 195.0, 210.0, 230.0, 250.0), 70.0
STEP_WIDTH, STEP_HEIGHT, STEP_MARK = 110.0, 54.0, 42.0
GAP = 24.0
LABEL_WIDTH, END_LABEL_WIDTH, START_LABEL_WIDTH = 150.0, 100.0, 84.0
CHOICE_LABEL_WIDTH = 60.0
LABEL_GAP = 5.0
ROW_ABOVE, ROW_BELOW = 26.0, 26.0
LOOP = 14.0
TASK_MARK = 26.0
USUAL_FONT = 0.89
"""How wide the letters of the tools' fonts are beside ours."""
ENTRY_SHIFT = 8.0
"""How far the way in lies below the first way out, so that lines of two cells do not run on each other."""


@dataclass(frozen=True)
class Columns:
    """How wide the parts of all cells of one column are, so that they stand below each other."""

    start: float
    event_label: float
    choice: float
    branch_label: float
    above: float

    @classmethod
    def of(cls, cells: Iterable[Cell], *, right_to_left: bool) -> Columns:
        """Measure the cells of a column; tools put their mark of a task where the first event would be."""
        found = list(cells)
        ways = [way for cell in found for way in cell.ways]
        labels = [_label(way.event.name, LABEL_WIDTH).width for way in ways]
        said = [branch.label for way in ways for branch in way.branches if branch.label]
        branches = [_label(label, LABEL_WIDTH).width for label in said]
        return cls(
            START_LABEL_WIDTH + GAP if any(cell.start is not None for cell in found) else 0.0,
            max(labels, default=0.0) + 3 * LABEL_GAP,
            GATEWAY if branches else 0.0,
            max(branches) + 5 * LABEL_GAP if branches else 0.0,
            TASK_MARK if right_to_left else 0.0,
        )


@dataclass
class Placed:
    """Where the parts of one cell are; `exits` are the ways to stages, with the node from which they come."""

    cell: Cell
    width: float = 0.0
    height: float = 0.0
    boxes: dict[str, Box] = field(default_factory=dict)
    labels: dict[str, Box] = field(default_factory=dict)
    lines: dict[tuple[str, str], list[Point]] = field(default_factory=dict)
    exits: list[Exit] = field(default_factory=list)
    branch_labels: dict[tuple[str, int], Box] = field(default_factory=dict)
    tells: list[tuple[Node, Point]] = field(default_factory=list)
    entry_left: Point = (0.0, 0.0)
    entry_top: Point = (0.0, 0.0)


@dataclass(frozen=True)
class Exit:
    """A way out to a stage: over which points it leaves its last node inside the cell."""

    source: str
    goal: str
    points: tuple[Point, ...]
    branch: Branch
    way: Way


def place_cell(cell: Cell, columns: Columns, straight_to: str | None) -> Placed:
    """Place the parts of a cell; to the stage beside it, `straight_to`, a first way may run straight."""
    return _Placing(cell, columns, straight_to).placed()


def name_block(name: str, width: float, size: float = NAME_SIZE) -> Block:
    """Wrap a name."""
    return block(name, size, width)


@lru_cache(maxsize=4096)
def _label(text: str, width: float) -> Block:
    return block(text, LABEL_SIZE, width)


@lru_cache(maxsize=4096)
def _task_width(name: str) -> float:
    """Give the width of a task in which its name stays clear of the events at its edge.

    Tools break the name into lines themselves, as late as they can, and centre them.
    """
    for width in TASK_WIDTHS:
        lines, room = [0.0], width - 14
        for word in name.split():
            long = text_width(f"{word} ", NAME_SIZE) * USUAL_FONT
            lines = [*lines[:-1], lines[-1] + long] if lines[-1] + long <= room else [*lines, long]
        if max(lines) <= width - EVENT - LABEL_GAP:
            return width
    return TASK_WIDTHS[-1]


class _Placing:
    """Places one cell."""

    def __init__(self, cell: Cell, columns: Columns, straight_to: str | None) -> None:
        self.cell = cell
        self.columns = columns
        self.straight_to = straight_to
        self.done = Placed(cell)
        self.body_left = columns.start + GATEWAY + GAP
        self.task_width = _task_width(cell.body.name)
        self.event_x = self.body_left + self.task_width

    def placed(self) -> Placed:
        if self.cell.body.kind == "end":
            self._last_stage()
            return self.done
        bottom = self._rows()
        first = self._first_centre()
        self._body(max(bottom, TASK_HEIGHT))
        straight = bool(self.cell.ways) and self._leads_straight()
        self._ways_in(first if straight else first + ENTRY_SHIFT)
        done = self.done
        done.width = max(box.right for box in boxes_of(done))
        return done

    def _leads_straight(self) -> bool:
        branch = self.cell.ways[0].branches[0]
        return branch.goal is not None and branch.goal == self.straight_to

    def _first_centre(self) -> float:
        for way in self.cell.ways:
            return self.done.boxes[way.event.id].centre[1]
        return TASK_HEIGHT / 2 - ENTRY_SHIFT

    # the body and the ways in

    def _last_stage(self) -> None:
        """A stage that is an end event."""
        cell, left = self.cell, self.columns.start + GATEWAY + GAP
        y = max(GATEWAY / 2, _label(cell.body.name, END_LABEL_WIDTH).height / 2) + LABEL_GAP
        box = Box.around((left + EVENT / 2, y), EVENT, EVENT)
        self.done.boxes[cell.body.id] = box
        self._label_right(cell.body, box, END_LABEL_WIDTH)
        self._ways_in(y)
        self.done.width = max(one.right for one in boxes_of(self.done))
        self.done.height = 2 * y

    def _body(self, bottom: float) -> None:
        written = name_block(self.cell.body.name, self.task_width - 24)
        bottom = max(bottom, written.height + 40)
        body = Box(self.body_left, 0.0, self.body_left + self.task_width, bottom)
        self.done.boxes[self.cell.body.id] = body
        closing = self.cell.closing
        if closing is None:
            self.done.height = bottom + LOOP + LABEL_GAP
            return
        box = Box.around((body.left + EVENT, bottom + GAP + EVENT / 2), EVENT, EVENT)
        self.done.boxes[closing.id] = box
        self._label_right(closing, box, self.task_width - EVENT)
        self.done.lines[self.cell.body.id, closing.id] = [(box.centre[0], bottom), (box.centre[0], box.top)]
        self.done.height = max(box.bottom, self.done.labels[closing.id].bottom) + LABEL_GAP

    def _ways_in(self, y: float) -> None:
        cell, done = self.cell, self.done
        body = done.boxes[cell.body.id]
        join_x = self.columns.start + GATEWAY / 2
        if cell.join is None:
            done.entry_left = (body.left, y)
            done.entry_top = (body.centre[0] if cell.body.kind == "end" else body.left + GAP, body.top)
        else:
            join = done.boxes[cell.join.id] = Box.around((join_x, y), GATEWAY, GATEWAY)
            done.lines[cell.join.id, cell.body.id] = [(join.right, y), (body.left, y)]
            done.entry_left, done.entry_top = (join.left, y), (join_x, join.top)
            if cell.body.kind == "stage" and cell.closing is None:
                x, below = body.left + GAP, body.bottom + LOOP
                done.lines[cell.body.id, cell.join.id] = [
                    (x, body.bottom),
                    (x, below),
                    (join_x, below),
                    (join_x, join.bottom),
                ]
        if cell.start is not None:
            box = Box.around((START_LABEL_WIDTH / 2, y), EVENT, EVENT)
            done.boxes[cell.start.id] = box
            written = _label(cell.start.name, START_LABEL_WIDTH)
            done.labels[cell.start.id] = Box.around(
                (box.centre[0], box.bottom + LABEL_GAP + written.height / 2),
                written.width + 4,
                written.height,
            )
            done.lines[cell.start.id, cell.entry.id] = [(box.right, y), done.entry_left]

    # rows

    def _rows(self) -> float:
        """Place the ways below each other; give where they end."""
        y = self.columns.above
        for way in self.cell.ways:
            for number, branch in enumerate(way.branches):
                above, below = self._room(way, number, branch)
                centre = y + above
                if number == 0:
                    self._event(way, centre)
                self._branch(way, number, branch, centre)
                y = centre + below
        return y

    def _room(self, way: Way, number: int, branch: Branch) -> tuple[float, float]:
        """Give how much room a row needs above and below its line."""
        above, below = ROW_ABOVE, ROW_BELOW
        labels = [_label(branch.label, self._branch_width()).height] if branch.label else []
        if number == 0:
            labels.append(_label(way.event.name, LABEL_WIDTH).height)
        above = max([above, *(height + 2 * LABEL_GAP for height in labels)])
        if way.choice is not None and number == 0:
            above = max(above, GATEWAY / 2 + _label(way.choice.name, CHOICE_LABEL_WIDTH).height + LABEL_GAP)
        for task in branch.tasks:
            half = self._step_height(task) / 2
            above, below = max(above, half + LABEL_GAP), max(below, half + 2 * LABEL_GAP)
        if branch.end is not None:
            half = _label(branch.end.name, END_LABEL_WIDTH).height / 2
            above, below = max(above, half + LABEL_GAP), max(below, half + LABEL_GAP)
        return above, below

    def _branch_width(self) -> float:
        return max(self.columns.branch_label - 5 * LABEL_GAP, 1.0)

    def _event(self, way: Way, y: float) -> None:
        box = Box.around((self.event_x, y), EVENT, EVENT)
        self.done.boxes[way.event.id] = box
        self._label_above(way.event.id, way.event.name, box.right, y, LABEL_WIDTH)
        if way.choice is not None:
            middle = box.right + self.columns.event_label + GATEWAY / 2
            choice = self.done.boxes[way.choice.id] = Box.around((middle, y), GATEWAY, GATEWAY)
            written = _label(way.choice.name, CHOICE_LABEL_WIDTH)
            self.done.labels[way.choice.id] = Box.around(
                (middle, choice.top - 2 - written.height / 2), written.width + 4, written.height
            )
            self.done.lines[way.event.id, way.choice.id] = [(box.right, y), (choice.left, y)]

    def _branch(self, way: Way, number: int, branch: Branch, y: float) -> None:
        """Place what follows on an event, or on a choice, in one row."""
        last: Node = way.choice or way.event
        box = self.done.boxes[last.id]
        points: list[Point] = (
            [(box.right, y)] if number == 0 else [(box.centre[0], box.bottom), (box.centre[0], y)]
        )
        x = box.right
        if way.choice is not None:
            self.done.branch_labels[way.event.id, number] = self._label_box(
                branch.label, x + 2 * LABEL_GAP, y, self._branch_width()
            )
            x += self.columns.branch_label
        else:
            x += self.columns.event_label
        for task in branch.tasks:
            place = Box.around((x + STEP_WIDTH / 2, y), STEP_WIDTH, self._step_height(task))
            self.done.boxes[task.id] = place
            self.done.lines[last.id, task.id] = [*points, (place.left, y)]
            if task.kind == "send":
                self.done.tells.append((task, (place.centre[0], place.bottom)))
            last, points, x = task, [(place.right, y)], place.right + GAP
        if branch.end is not None:
            end = Box.around((x + EVENT / 2, y), EVENT, EVENT)
            self.done.boxes[branch.end.id] = end
            self._label_right(branch.end, end, END_LABEL_WIDTH)
            self.done.lines[last.id, branch.end.id] = [*points, (end.left, y)]
        else:
            self.done.exits.append(Exit(last.id, str(branch.goal), tuple(points), branch, way))

    @staticmethod
    def _step_height(task: Node) -> float:
        return max(STEP_HEIGHT, name_block(task.name, STEP_WIDTH - 16).height + STEP_MARK)

    # labels

    @staticmethod
    def _label_box(text: str, left: float, y: float, width: float) -> Box:
        """Give the place of a label above a line."""
        written = _label(text, width)
        return Box(
            left + LABEL_GAP,
            y - LABEL_GAP - written.height,
            left + LABEL_GAP + written.width + 4,
            y - LABEL_GAP,
        )

    def _label_above(self, name: str, text: str, left: float, y: float, width: float) -> None:
        self.done.labels[name] = self._label_box(text, left, y, width)

    def _label_right(self, node: Node, box: Box, width: float) -> None:
        written = _label(node.name, width)
        x = box.right + LABEL_GAP
        self.done.labels[node.id] = Box.around(
            (x + written.width / 2 + 2, box.centre[1]), written.width + 4, written.height
        )


def boxes_of(placed: Placed) -> Iterator[Box]:
    """Yield all that takes room."""
    yield from placed.boxes.values()
    yield from placed.labels.values()
    yield from placed.branch_labels.values()
