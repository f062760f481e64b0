"""A staircase of cards: steps from the bottom to the top, and beside it what stands on none of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from stepladder_dsl.diagram import style
from stepladder_dsl.diagram.board import Board
from stepladder_dsl.diagram.geometry import Box
from stepladder_dsl.diagram.rows import Row, height_of, make_row, widest

_PAD = style.CARD_PADDING
_BADGE_ROOM = style.BADGE + 7.0


@dataclass(frozen=True)
class StepCard:
    """A card of a staircase; `share` fills its bar, `number` is the badge."""

    id: str
    shape: str
    rows: tuple[Row, ...]
    more: tuple[Row, ...] = ()
    """Rows of a second column, below the title too."""
    number: str | None = None
    share: float | None = None

    @property
    def indent(self) -> float:
        """The room that the badge takes from the text."""
        return _BADGE_ROOM if self.number else 0.0

    @property
    def width(self) -> float:
        """The outer width."""
        inner = max(widest(self.rows), self.second + widest(self.more) if self.more else 0.0)
        return max(style.STEP_WIDTH, inner + 2 * _PAD + self.indent)

    @property
    def second(self) -> float:
        """How far from the first column the second begins."""
        return max(widest(self.rows[1:]), style.STEP_WIDTH / 2) + style.STEP_GAP

    @property
    def height(self) -> float:
        """The outer height."""
        bar = 0.0 if self.share is None else style.BAR_HEIGHT + style.CARD_GAP
        gap = style.CARD_GAP if len(self.rows) > 1 else 0.0
        below = max(height_of(self.rows[1:]), height_of(self.more))
        return self.rows[0].block.height + below + gap + bar + 2 * _PAD

    @property
    def badge(self) -> Row | None:
        """The number in its badge."""
        if self.number is None:
            return None
        return make_row(self.number, style.SMALL_SIZE, style.ON_COLOUR, bold=True)


@dataclass(frozen=True)
class Step:
    """The cards of one height, and what stands beside the arrow that leads up to the next."""

    cards: tuple[StepCard, ...]
    kind: str = "event"
    lift: tuple[Row, ...] = ()

    @property
    def height(self) -> float:
        """The height of its highest card."""
        return max(card.height for card in self.cards)


class Staircase:
    """Places steps, and cards beside them under a title of their own."""

    def __init__(self, steps: Sequence[Step], beside: Sequence[StepCard], beside_title: Row | None) -> None:
        self.steps = list(steps)
        self.beside = list(beside)
        self.beside_title = beside_title if beside else None
        self.indent = min(style.STEP_INDENT, style.STEPS_INDENT / max(len(steps), 1))
        self.boxes: dict[str, Box] = {}
        self.lifts: list[tuple[Step, Box, float, float]] = []
        stairs_width = self._place_steps()
        self.width, self.height = self._place_beside(stairs_width)

    def _place_steps(self) -> float:
        top, right = 0.0, 0.0
        for number in range(len(self.steps) - 1, -1, -1):
            step = self.steps[number]
            left = self.indent * number
            if number + 1 < len(self.steps):
                below = top
                top += max(style.LIFT_HEIGHT, height_of(step.lift) + 16.0)
                x = left + self.indent + style.LIFT_INDENT
                room = Box(
                    x + 12.0,
                    below + (top - below - height_of(step.lift)) / 2,
                    x + 12.0 + widest(step.lift),
                    top,
                )
                self.lifts.append((step, room, top, below))
                right = max(right, room.right)
            x = left
            for card in step.cards:
                self.boxes[card.id] = Box(x, top, x + card.width, top + card.height)
                x += card.width + style.STEP_GAP
            right = max(right, x - style.STEP_GAP)
            top += step.height
        self.stairs_height = top
        return right

    def _place_beside(self, stairs_width: float) -> tuple[float, float]:
        if not self.beside:
            return stairs_width, self.stairs_height
        # The stairs lean towards the far side, and what is on none of them stands there.
        left = (stairs_width + style.GUTTER if self.steps else 0.0) + style.FRAME_PADDING
        title = self.beside_title.block.height + style.CARD_GAP * 2 if self.beside_title else 0.0
        wanted = sum(card.height for card in self.beside) + style.STEP_GAP * (len(self.beside) - 1)
        inner = max(wanted + title + 2 * style.FRAME_PADDING, 0.0)
        columns = self._columns(max(self.stairs_height, inner / 3 if wanted > self.stairs_height else inner))
        bottom, x = 0.0, left
        for column in columns:
            y = style.FRAME_PADDING + title
            for card in column:
                self.boxes[card.id] = Box(x, y, x + card.width, y + card.height)
                y += card.height + style.STEP_GAP
            bottom = max(bottom, y - style.STEP_GAP)
            x += max(card.width for card in column) + style.STEP_GAP
        right = max(x - style.STEP_GAP, left + (self.beside_title.width if self.beside_title else 0.0))
        self.frame = Box(
            left - style.FRAME_PADDING, 0.0, right + style.FRAME_PADDING, bottom + style.FRAME_PADDING
        )
        return self.frame.right, max(self.stairs_height, self.frame.bottom)

    def _columns(self, height: float) -> list[list[StepCard]]:
        """Divide the cards beside the stairs into columns no higher than that, where one is not enough."""
        columns: list[list[StepCard]] = [[]]
        used = style.FRAME_PADDING * 4
        for card in self.beside:
            if columns[-1] and used + card.height > height:
                columns.append([])
                used = style.FRAME_PADDING * 4
            columns[-1].append(card)
            used += card.height + style.STEP_GAP
        return columns

    def cards(self) -> Iterator[StepCard]:
        """Yield every card."""
        for step in self.steps:
            yield from step.cards
        yield from self.beside

    def texts(self) -> tuple[Row, ...]:
        """Give every row that it shows."""
        rows = [row for card in self.cards() for row in (*card.rows, *card.more)]
        rows += [row for step in self.steps for row in step.lift]
        rows += [card.badge for card in self.cards() if card.badge]
        return (*rows, self.beside_title) if self.beside_title else tuple(rows)

    def paint(self, board: Board) -> None:
        """Paint it."""
        if self.beside_title:
            board.box(self.frame, style.frame_fill(0), style.FRAME_LINE, radius=12, width=1)
            board.rows(
                (self.beside_title,),
                self.frame.left + style.FRAME_PADDING,
                self.frame.top + style.FRAME_PADDING * 0.6,
                self.beside_title.width,
            )
        for step, room, low, high in self.lifts:
            x = room.left - 12.0
            board.arrow(((x, low), (x, high)), step.kind)
            board.rows(step.lift, room.left, room.top, room.width)
        for card in self.cards():
            _paint_card(board, card, self.boxes[card.id])


def _paint_card(board: Board, card: StepCard, box: Box) -> None:
    look = style.CARDS[card.shape]
    board.box(box, look.fill, look.line, width=look.width, name=card.id)
    left, top = box.left + _PAD, box.top + _PAD
    if card.badge:
        board.badge(card.badge, left, top)
    left += card.indent
    width = box.right - _PAD - left
    board.rows(card.rows[:1], left, top, width)
    top += card.rows[0].block.height + (style.CARD_GAP if len(card.rows) > 1 else 0.0)
    board.rows(card.rows[1:], left, top, widest(card.rows[1:]))
    board.rows(card.more, left + card.second, top, widest(card.more))
    if card.share is not None:
        bottom = box.bottom - _PAD
        board.bar(Box(left, bottom - style.BAR_HEIGHT, box.right - _PAD, bottom), card.share, style.BAR)
